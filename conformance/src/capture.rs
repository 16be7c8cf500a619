//! Judges one recorded launch offline: what an administrator with one failing launch needs.
//!
//! A capture is JSON: `fields` (an object or pairs: the form that brought the token), `jwks`, `issuer`, `client_id`,
//! `deployment_ids`, `at`. What is not given is not compared, and the report says so.

use std::path::Path;

use lti_core::{
    Timestamp,
    id::{ClientId, DeploymentId, Issuer},
    inspect::{Deployments, Finding, LaunchContext, Policy, Violation, inspect},
    jose::jwks::KeySet,
    requirement::Level,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    report::model::{CaseResult, DecodedToken, Exchange, Note, RunReport, Summary, Verdict},
    requirement, trace,
};

/// Why a capture cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CaptureError(pub String);

/// A recorded launch.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Capture {
    /// The form's fields.
    fields: Value,
    /// Where the form was posted to.
    url: Option<String>,
    /// The platform's key set, as a document.
    jwks: Option<Value>,
    /// The issuer that the tool has registered.
    issuer: Option<String>,
    /// The client id that the tool has registered.
    client_id: Option<String>,
    /// The deployments that the tool knows.
    deployment_ids: Option<Vec<String>>,
    /// When the launch arrived, in seconds since 1970; one second after `iat` unless given.
    at: Option<i64>,
}

/// Reads and judges a capture.
///
/// # Errors
/// One line that says what is wrong with the file.
pub fn judge_file(path: &Path) -> Result<RunReport, CaptureError> {
    let name = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| CaptureError(format!("{name}: cannot be read: {error}")))?;
    let capture = read(&text).map_err(|error| CaptureError(format!("{name}: {error}")))?;
    let mut run = judge(&capture).map_err(|error| CaptureError(format!("{name}: {error}")))?;
    run.command = format!("lti-conformance tool --capture {name}");
    Ok(run)
}

/// Reads a capture from JSON.
///
/// # Errors
/// When it is none.
pub fn read(text: &str) -> Result<Capture, CaptureError> {
    serde_json::from_str(text).map_err(|error| {
        CaptureError(format!(
            "line {}: is no capture: {error}; expected {{\"fields\": {{\"id_token\": \"...\"}}, \"jwks\": {{...}}, \"issuer\": \"...\", \
             \"client_id\": \"...\"}}",
            error.line()
        ))
    })
}

/// Judges a capture.
///
/// # Errors
/// When it holds neither a token nor an error response, or its key set cannot be read.
pub fn judge(capture: &Capture) -> Result<RunReport, CaptureError> {
    let fields = fields(&capture.fields)?;
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let mut notes = Notes::default();
    let (results, token) = match (value("id_token"), value("error")) {
        (Some(id_token), _) => (judge_token(capture, id_token, &mut notes)?, trace::decode(id_token)),
        (None, Some(error)) => {
            let shown = value("error_description").map_or_else(String::new, |text| format!(": {text}"));
            let finding = Finding::new(Violation::ResponseError, "an ID token", format!("error = {error}{shown}"));
            (vec![result(&finding)], None)
        }
        (None, None) => return Err(CaptureError("fields holds neither id_token nor error".to_owned())),
    };
    let exchange = exchange(capture, fields, token);
    Ok(RunReport {
        suite: "tool".to_owned(),
        subject: "a recorded launch".to_owned(),
        variant: None,
        certification: false,
        command: String::new(),
        captured: true,
        notes: notes.0,
        summary: Summary::of(&results),
        results: with_exchange(results, &exchange),
        control: Vec::new(),
        duration_ms: 0,
    })
}

#[derive(Default)]
struct Notes(Vec<Note>);

impl Notes {
    fn add(&mut self, text: impl Into<String>) {
        self.0.push(Note { stage: "capture".to_owned(), text: text.into(), duration_ms: 0 });
    }
}

fn fields(fields: &Value) -> Result<Vec<(String, String)>, CaptureError> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match fields {
        Value::Object(object) => Ok(object.iter().map(|(name, value)| (name.clone(), text(value))).collect()),
        Value::Array(pairs) => pairs
            .iter()
            .map(|pair| match pair.as_array().map(Vec::as_slice) {
                Some([name, value]) => Ok((text(name), text(value))),
                _ => Err(CaptureError(format!("fields: expected [name, value], saw {pair}"))),
            })
            .collect(),
        Value::Null => Err(CaptureError("fields is missing: the form that brought the token".to_owned())),
        other => Err(CaptureError(format!("fields: expected an object or pairs, saw {other}"))),
    }
}

fn judge_token(capture: &Capture, id_token: &str, notes: &mut Notes) -> Result<Vec<CaseResult>, CaptureError> {
    let claims = trace::decode(id_token).map_or(Value::Null, |token| token.claims);
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let keys = match &capture.jwks {
        Some(jwks) => {
            Some(KeySet::parse(jwks.to_string().as_bytes()).map_err(|error| CaptureError(format!("jwks: {error}")))?)
        }
        None => None,
    };
    if keys.is_none() {
        notes.add("no jwks was given: the signature is not judged");
    }
    let issuer = capture.issuer.clone().unwrap_or_else(|| {
        notes.add("no issuer was given: iss is not compared");
        text("iss")
    });
    let client_id = capture.client_id.clone().unwrap_or_else(|| {
        notes.add("no client_id was given: aud is not compared");
        audience(&claims)
    });
    let at = capture.at.unwrap_or_else(|| {
        notes.add("no time of arrival was given: judged as if it had arrived one second after iat");
        issued_at(&claims) + 1
    });
    notes.add("state and nonce belong to the login, which a single message does not show: they are not compared");
    let deployments: Option<Vec<DeploymentId>> =
        capture.deployment_ids.as_ref().map(|ids| ids.iter().map(DeploymentId::new).collect());
    let policy = Policy::default();
    let none = KeySet::from_keys([]);
    let context = LaunchContext {
        keys: keys.as_ref().unwrap_or(&none),
        issuer: &Issuer::new(issuer),
        client_id: &ClientId::new(client_id),
        nonce: None,
        login: None,
        deployments: deployments.as_deref().map_or(Deployments::Any, Deployments::Known),
        policy: &policy,
    };
    let inspection = inspect(id_token, &context, Timestamp::from_secs(at));
    let mut results: Vec<CaseResult> = inspection
        .violations()
        .iter()
        .filter(|finding| keys.is_some() || !needs_keys(finding.violation))
        .map(result)
        .collect();
    if results.is_empty() {
        results.push(sound());
    }
    Ok(results)
}

/// Rules that cannot be judged without the platform's keys.
const fn needs_keys(violation: Violation) -> bool {
    matches!(violation, Violation::TokenSignature | Violation::TokenKidUnknown | Violation::TokenAlgKey)
}

fn audience(claims: &Value) -> String {
    let aud = claims.get("aud");
    let first = aud.and_then(Value::as_array).and_then(|all| all.first()).or(aud);
    let named = claims.get("azp").or(first);
    named.and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn issued_at(claims: &Value) -> i64 {
    let number = claims.get("iat").and_then(|iat| iat.as_i64().or_else(|| iat.as_str()?.parse().ok()));
    number.unwrap_or_default()
}

/// What a broken rule is worth in a recorded message: a failure where a text binds the platform to send it otherwise, or
/// the tool to refuse it.
fn result(finding: &Finding) -> CaseResult {
    let rule = finding.violation.requirement();
    let level = rule.platform.max(rule.tool);
    let verdict = match level {
        Level::Must => Verdict::Fail,
        Level::Certification | Level::Should | Level::Practice => Verdict::Warn,
        Level::May | Level::None => Verdict::Info,
    };
    CaseResult {
        id: rule.id.replacen("lti13-", "tool-capture-", 1),
        title: rule.sentence.to_owned(),
        area: "capture".to_owned(),
        requirements: vec![rule.id.to_owned()],
        level: level.as_str().to_owned(),
        duty: "send".to_owned(),
        risk: rule.risk.as_str().to_owned(),
        harm: rule.harm.to_owned(),
        verdict,
        reason: None,
        certification: None,
        clauses: requirement::clauses(&[rule]),
        sent: "the recorded message".to_owned(),
        expected: finding.expected.clone(),
        observed: finding.seen.clone(),
        hint: rule.hint.to_owned(),
        duration_ms: 0,
        exchanges: Vec::new(),
    }
}

fn sound() -> CaseResult {
    CaseResult {
        id: "tool-capture-sound".to_owned(),
        title: "the recorded message breaks no rule that can be judged from it".to_owned(),
        area: "capture".to_owned(),
        requirements: Vec::new(),
        level: "none".to_owned(),
        duty: "send".to_owned(),
        risk: "none".to_owned(),
        harm: String::new(),
        verdict: Verdict::Pass,
        reason: None,
        certification: None,
        clauses: Vec::new(),
        sent: "the recorded message".to_owned(),
        expected: "a sound launch".to_owned(),
        observed: "a sound launch".to_owned(),
        hint: String::new(),
        duration_ms: 0,
        exchanges: Vec::new(),
    }
}

fn exchange(capture: &Capture, fields: Vec<(String, String)>, token: Option<DecodedToken>) -> Exchange {
    Exchange {
        from: "browser".to_owned(),
        to: "tool".to_owned(),
        method: "POST".to_owned(),
        url: capture.url.clone().unwrap_or_default(),
        fields,
        status: None,
        headers: Vec::new(),
        text: String::new(),
        token,
        error: None,
    }
}

/// The message is the evidence of the first finding; repeating it under each would bury them.
fn with_exchange(mut results: Vec<CaseResult>, exchange: &Exchange) -> Vec<CaseResult> {
    if let Some(first) = results.first_mut() {
        first.exchanges.push(exchange.clone());
    }
    results
}
