//! What an issuer makes of the parameters of an authorization request (RFC 6749, 3.1; `OpenID` Connect Core 1.0, 3.1.2).

use http::Method;

use super::common::{front, no_pkce, none_offered, offered, plain_oauth};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{Answer, AnswerKind, Ask, IssuerCase, IssuerDriver, Worth},
};

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    let mut cases = types();
    cases.extend(parameters());
    cases.extend(objects());
    cases.extend(nonces());
    cases.extend(challenges());
    cases
}

fn types() -> Vec<IssuerCase> {
    vec![
        IssuerCase::ask(
            "issuer-request-type-missing",
            "a request without response_type is refused",
            Worth::refuse(Fail),
            |ask, _| ask.remove("response_type"),
        )
        .judged_by(|answer, _, _| unsaid(answer))
        .rules(&["oauth2-request-response-type"])
        .sent("an authorization request without response_type"),
        IssuerCase::ask(
            "issuer-request-type-unknown",
            "a request with an unknown response_type is refused as unsupported_response_type",
            Worth::refuse(Fail),
            |ask, _| ask.set("response_type", "certificate"),
        )
        .judged_by(|answer, _, _| unsaid(answer).or_else(|| named(answer, "unsupported_response_type")))
        .rules(&["oauth2-request-response-type"])
        .sent("an authorization request with response_type=certificate"),
    ]
}

/// RFC 6749, 3.1.1, wants an error: a browser that comes back with nothing has not been told any.
fn unsaid(answer: &Answer) -> Option<Ended> {
    (answer.kind == AnswerKind::Empty).then(|| Ended::judged(Warn, "empty", answer.describe()))
}

/// The name of an error is what a client can act on; no text makes another one a failure.
fn named(answer: &Answer, wanted: &str) -> Option<Ended> {
    let other = answer.kind == AnswerKind::Error && answer.error() != Some(wanted);
    other.then(|| Ended::judged(Warn, "other", answer.describe()))
}

fn parameters() -> Vec<IssuerCase> {
    vec![
        IssuerCase::ask(
            "issuer-request-parameter-twice",
            "what becomes of a request with state twice",
            Worth::FREE,
            |ask, _| {
                let state = ask.get("state").unwrap_or_default().to_owned();
                ask.repeat("state", state);
            },
        )
        .rules(&["oauth2-request-parameter-twice"])
        .sent("the sound authorization request with state twice, the same value"),
        IssuerCase::ask(
            "issuer-request-unknown-parameter",
            "a parameter that the issuer does not know is ignored",
            Worth::answer(Fail),
            |ask, world| ask.set("x_lti_conformance", world.fresh("unknown")),
        )
        .rules(&["oauth2-request-unknown-parameter"])
        .sent("the sound authorization request with x_lti_conformance, which nobody knows"),
        IssuerCase::ask(
            "issuer-request-empty-parameter",
            "a parameter without a value counts as left out",
            Worth::answer(Fail),
            |ask, _| {
                ask.set("max_age", "");
                ask.set("prompt", "");
            },
        )
        .rules(&["oauth2-request-empty-parameter"])
        .sent("the sound authorization request with max_age= and prompt="),
        IssuerCase::ask("issuer-request-post", "a request by POST is answered", Worth::answer(Fail), |ask, _| {
            ask.method = Method::POST;
        })
        .judged_by(|_, _, driver| plain_oauth(driver))
        .rules(&["oidc-request-post"])
        .sent("the sound authorization request as a form by POST"),
        IssuerCase::ask(
            "issuer-request-no-openid",
            "what becomes of a request whose scope has no openid",
            Worth::FREE,
            |ask, _| {
                let scope = ask.get("scope").unwrap_or_default().to_owned();
                let words: Vec<&str> = scope.split_whitespace().filter(|word| *word != "openid").collect();
                if words.is_empty() { ask.remove("scope") } else { ask.set("scope", words.join(" ")) }
            },
        )
        .judged_by(|_, _, driver| plain_oauth(driver))
        .rules(&["oidc-request-no-openid"])
        .sent("the sound authorization request without openid in its scope"),
        IssuerCase::ask(
            "issuer-request-no-state",
            "a request without state is answered",
            Worth::answer(Warn),
            |ask, _| {
                ask.remove("state");
            },
        )
        .rules(&["oauth2-request-no-state"])
        .sent("the sound authorization request without state; PKCE and nonce are there"),
        IssuerCase::ask(
            "issuer-request-wishes",
            "display, ui_locales, claims_locales and acr_values cause no error",
            Worth::answer(Fail),
            |ask, _| {
                ask.set("display", "page");
                ask.set("ui_locales", "fr-CA en");
                ask.set("claims_locales", "fr-CA en");
                ask.set("acr_values", "urn:example:level-of-nobody");
            },
        )
        .judged_by(|_, _, driver| plain_oauth(driver))
        .rules(&["oidc-request-wishes"])
        .sent("the sound authorization request with display, ui_locales, claims_locales and acr_values"),
    ]
}

fn objects() -> Vec<IssuerCase> {
    vec![
        IssuerCase::ask(
            "issuer-request-object",
            "a request object is refused as request_not_supported where it is not supported",
            Worth::refuse(Fail),
            // {"alg":"none"} over {}: nothing in it contradicts the parameters.
            |ask, _| ask.set("request", "eyJhbGciOiJub25lIn0.e30."),
        )
        .judged_by(|answer, _, driver| {
            let supported = driver.grounds.metadata.flag("request_parameter_supported");
            let claimed = supported.then(|| Ended::unsupported("the issuer says that it supports request objects"));
            plain_oauth(driver).or(claimed).or_else(|| named(answer, "request_not_supported"))
        })
        .rules(&["oidc-request-object"])
        .sent("the sound authorization request with request, an unsigned request object"),
        IssuerCase::ask(
            "issuer-request-uri",
            "a request_uri is refused as request_uri_not_supported where it is not supported",
            Worth::refuse(Fail),
            |ask, _| ask.set("request_uri", "https://suite.test/request.jwt"),
        )
        .judged_by(|answer, _, driver| {
            // Left out, it counts as supported (Discovery 1.0, 3).
            let said = driver.grounds.metadata.get("request_uri_parameter_supported");
            let refused = said.and_then(serde_json::Value::as_bool) == Some(false);
            let claimed = (!refused).then(|| Ended::unsupported("request_uri_parameter_supported is not false"));
            let pushed = driver.grounds.metadata.endpoint("pushed_authorization_request_endpoint").is_some();
            let unknown = pushed && answer.error() == Some("invalid_request_uri");
            let sound = unknown.then(|| Ended::judged(Pass, "error", answer.describe()));
            plain_oauth(driver).or(claimed).or(sound).or_else(|| named(answer, "request_uri_not_supported"))
        })
        .rules(&["oidc-request-object"])
        .sent("the sound authorization request with request_uri"),
        IssuerCase::ask(
            "issuer-response-mode-unknown",
            "an unknown response_mode is refused",
            Worth::refuse(Warn),
            |ask, _| ask.set("response_mode", "carrier-pigeon"),
        )
        .judged_by(|_, _, driver| {
            let said = driver.grounds.metadata.get("response_modes_supported").is_some();
            let silent = (!said).then(|| Ended::unsupported("response_modes_supported is not published"));
            plain_oauth(driver).or(silent)
        })
        .rules(&["oidc-response-mode-unknown"])
        .sent("the sound authorization request with response_mode=carrier-pigeon"),
    ]
}

fn nonces() -> Vec<IssuerCase> {
    vec![
        IssuerCase::steps("issuer-nonce-missing-implicit", "the implicit flow needs a nonce", |driver| {
            Box::pin(without_nonce(driver, &["id_token", "id_token token"]))
        })
        .rules(&["oidc-request-nonce"])
        .sent("requests for id_token and id_token token without nonce, each after a sound one"),
        IssuerCase::steps("issuer-nonce-missing-hybrid", "an ID token beside a code needs a nonce", |driver| {
            Box::pin(without_nonce(driver, &["code id_token", "code id_token token"]))
        })
        .rules(&["oidc-request-nonce"])
        .sent("requests for code id_token and code id_token token without nonce, each after a sound one"),
    ]
}

async fn without_nonce(driver: &mut IssuerDriver<'_>, types: &'static [&'static str]) -> Result<Ended, Halt> {
    let offered = offered(driver, types);
    if offered.is_empty() {
        return Ok(none_offered(types));
    }
    let mut seen = Vec::new();
    for kind in offered {
        let ask = driver.ask()?.responding(kind);
        front(driver, &ask).await?;
        let ask = driver.ask()?.responding(kind).without("nonce");
        let mut visitor = driver.visitor();
        let answer = driver.authorize(&mut visitor, &ask).await?;
        if answer.get("id_token").is_some() {
            return Ok(Ended::judged(Fail, "granted", format!("{kind} without nonce: {}", answer.describe())));
        }
        seen.push(format!("{kind}: {}", answer.describe()));
    }
    Ok(Ended::judged(Pass, "refused", seen.join("; ")))
}

fn challenges() -> Vec<IssuerCase> {
    vec![
        IssuerCase::ask("issuer-pkce-s256", "a code challenge with S256 is taken", Worth::answer(Fail), |ask, _| {
            let challenge = crate::subject::issuer::s256(&ask.verifier);
            ask.set("code_challenge", challenge);
            ask.set("code_challenge_method", "S256");
        })
        .judged_by(|_, _, driver| {
            let said = driver.grounds.metadata.get("code_challenge_methods_supported");
            said.is_none().then(|| Ended::unsupported("the issuer does not say that it supports PKCE"))
        })
        .rules(&["oauth2-pkce-s256"])
        .sent("the sound authorization request with code_challenge_method=S256"),
        IssuerCase::ask(
            "issuer-pkce-method-unknown",
            "an unknown code_challenge_method is refused",
            Worth::refuse(Fail),
            |ask, _| ask.set("code_challenge_method", "S1024"),
        )
        .judged_by(|_, _, driver| no_pkce(driver))
        .rules(&["oauth2-pkce-method"])
        .sent("the sound authorization request with code_challenge_method=S1024"),
        IssuerCase::steps("issuer-pkce-missing", "what becomes of a request without a code challenge", |driver| {
            Box::pin(unchallenged(driver))
        })
        .observes()
        .rules(&["oauth2-pkce-required"])
        .sent("an authorization request without code_challenge, of a public client if there is one"),
    ]
}

async fn unchallenged(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let client = driver.grounds.clients.public().map_or_else(|| driver.client(), Ok)?;
    let ask: Ask = driver.ask_as(client)?.without("code_challenge").without("code_challenge_method");
    let mut visitor = driver.visitor();
    let answer = driver.authorize(&mut visitor, &ask).await?;
    let required = driver.world.config.issuer.can("requires-pkce");
    let outcome = match (required, answer.kind) {
        (false, _) => Info,
        (true, AnswerKind::Granted) => Fail,
        (true, AnswerKind::Error) if answer.error() != Some("invalid_request") => Fail,
        (true, _) => Pass,
    };
    Ok(Ended::judged(outcome, answer.kind.word(), answer.describe()))
}
