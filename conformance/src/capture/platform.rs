//! A recorded launch as the suite `platform` sees it: the evidence of one sound launch, without a platform to ask again.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use url::Url;

use super::{Answer, CaptureError, Message, Recorded, claims, exchanges, note, notes, tool::issued_at};
use crate::{
    config::SuiteConfig,
    exchange::lti,
    report::model::{CaseResult, RunReport, Summary, Verdict},
    subject::platform::{
        Arrival, Delivery, Evidence, IdToken, Initiation, PlatformCase, PlatformConfig, PlatformSubject, PublishedKeys,
        judge_evidence,
    },
};

/// The area whose cases need nothing but the login.
const LOGIN_AREA: &str = "initiation";
/// The area whose cases look at the form and not into the token.
const RESPONSE_AREA: &str = "response";
/// An address where the recording holds none; nobody can have it.
const NOWHERE: &str = "https://nowhere.invalid/";

/// Judges the platform that sent a recorded launch, by the cases that look at sound launches. What one recorded launch
/// cannot show is skipped, with the reason.
///
/// # Errors
/// When no message of a launch is recorded.
pub fn judge_platform(
    recorded: &Recorded,
    cases: &[PlatformCase],
    certification: bool,
) -> Result<RunReport, CaptureError> {
    if recorded.login.is_none() && recorded.response.is_none() {
        return Err(CaptureError("no message of a platform is in the file".to_owned()));
    }
    let mut notes = notes(recorded);
    let has_token = recorded.response.as_ref().is_some_and(|response| response.has("id_token"));
    if has_token && recorded.key_set.is_none() {
        notes.push(note(
            "the platform's key set is not in the file: the signature is not judged (--jwks FILE gives it)",
        ));
    }
    if has_token && recorded.at.is_none() {
        notes.push(note("no time of arrival was given: judged as if it had arrived one second after iat"));
    }
    let evidence = evidence(recorded);
    let mut results = judge_evidence(&evidence, cases, certification);
    for result in &mut results {
        if let Some(reason) = beyond(recorded, &result.area) {
            skip(result, reason);
        }
    }
    // The launch is the evidence of the first finding; repeating it under each would bury them.
    let worst = results.iter().position(|result| matches!(result.verdict, Verdict::Fail | Verdict::Warn));
    if let Some(shown) = results.get_mut(worst.unwrap_or_default()) {
        shown.exchanges = exchanges(recorded);
    }
    Ok(RunReport {
        suite: "platform".to_owned(),
        subject: "a recorded launch".to_owned(),
        variant: None,
        certification,
        command: String::new(),
        captured: true,
        notes,
        summary: Summary::of(&results),
        results,
        control: Vec::new(),
        duration_ms: 0,
    })
}

/// Why the cases of an area say nothing about this recording.
fn beyond(recorded: &Recorded, area: &str) -> Option<String> {
    let error = recorded.response.as_ref().and_then(|response| response.get("error"));
    match (&recorded.response, error) {
        _ if area == LOGIN_AREA => None,
        (None, _) => Some("the recorded launch stops before anything is posted to the tool".to_owned()),
        (Some(_), Some(error)) if area != RESPONSE_AREA => {
            Some(format!("the platform answered the recorded launch with the error {error:?}"))
        }
        _ => None,
    }
}

fn skip(result: &mut CaseResult, reason: String) {
    result.verdict = Verdict::Skip;
    result.reason = Some(reason);
    result.observed = String::new();
}

/// What the recording shows of the platform, as a run against it would have seen it.
fn evidence(recorded: &Recorded) -> Evidence {
    let keys = recorded
        .key_set
        .as_ref()
        .map_or_else(PublishedKeys::default, |set| PublishedKeys::read(set.to_string().as_bytes()));
    let claims = claims(recorded);
    let delivery = delivery(recorded);
    let arrival = Arrival {
        launch: None,
        name: "recorded".to_owned(),
        initiation: recorded.login.as_ref().map(initiation),
        request: recorded.request.as_ref().map(|request| request.fields.clone()).unwrap_or_default(),
        token: delivery.get("id_token").and_then(|compact| IdToken::read(compact, &keys)),
        delivery,
        at: recorded.at.unwrap_or_else(|| issued_at(&claims).saturating_add(1)),
    };
    Evidence { recorded: true, ..Evidence::of(config(recorded, &claims), vec![arrival], keys) }
}

fn initiation(login: &Message) -> Initiation {
    Initiation { method: method(login), url: address(&login.url), parameters: login.fields.clone() }
}

fn delivery(recorded: &Recorded) -> Delivery {
    let page = recorded.request.as_ref().and_then(|request| request.answer.as_ref());
    let response = recorded.response.clone().unwrap_or_default();
    let asked = recorded.request.as_ref().and_then(|request| request.get("redirect_uri"));
    let url = if response.url.is_empty() { asked.unwrap_or_default() } else { response.url.as_str() };
    Delivery {
        method: method(&response),
        url: address(url),
        fields: response.fields,
        enctype: None,
        page_headers: page.map(headers).unwrap_or_default(),
    }
}

fn method(message: &Message) -> Method {
    message.method.parse().unwrap_or(Method::POST)
}

fn address(url: &str) -> Url {
    #[expect(clippy::expect_used, reason = "a constant that a test reads")]
    Url::parse(url).unwrap_or_else(|_| Url::parse(NOWHERE).expect("a constant address"))
}

fn headers(answer: &Answer) -> HeaderMap {
    let pairs = answer.headers.iter().flatten();
    pairs
        .filter_map(|(name, value)| Some((name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?)))
        .collect()
}

/// What the tool has registered, or what the launch itself says where that is not known.
fn config(recorded: &Recorded, claims: &Value) -> PlatformConfig {
    let claim = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let of = |message: &Option<Message>, name: &str| {
        message.as_ref().and_then(|message| message.get(name)).map(str::to_owned)
    };
    let registered = &recorded.registered;
    let issuer = registered.issuer.clone().or_else(|| of(&recorded.login, "iss")).or_else(|| claim("iss"));
    let client_id = registered.client_id.clone().or_else(|| of(&recorded.request, "client_id"));
    let client_id =
        client_id.or_else(|| of(&recorded.login, "client_id")).unwrap_or_else(|| super::tool::audience(claims));
    let deployment = registered.deployment_ids.clone();
    PlatformConfig {
        suite: SuiteConfig::default(),
        platform: PlatformSubject {
            name: None,
            issuer: issuer.unwrap_or_default(),
            authorization_url: address(recorded.request.as_ref().map_or("", Message::address)),
            token_url: None,
            token_audience: None,
            jwks_url: address(""),
            client_id,
            deployment_ids: deployment.unwrap_or_else(|| claim(&lti("deployment_id")).into_iter().collect()),
            other_client_id: None,
            other_redirect_uri: None,
            hosts: Vec::new(),
            rotate_keys: Vec::new(),
            add_tool: Vec::new(),
            migration: None,
            capabilities: Vec::new(),
        },
        users: Vec::new(),
        launches: Vec::new(),
        deep_linking: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_becomes_one_that_nobody_has() {
        assert_eq!(address("").as_str(), NOWHERE);
        assert_eq!(address("https://tool.test/launch").as_str(), "https://tool.test/launch");
    }
}
