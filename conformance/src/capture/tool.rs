//! What a recorded launch breaks of the rules of a launch, whoever broke them: for somebody whose tool refuses it.

use lti_core::{
    Timestamp,
    id::{ClientId, DeploymentId, Issuer, Nonce},
    inspect::{Deployments, Finding, LaunchContext, Policy, Violation, inspect},
    jose::jwks::KeySet,
    login::{AuthenticationRequest, LoginInitiation, LoginRecord, SentLogin},
    requirement::{Level, Requirement},
};
use serde_json::Value;

use super::{CaptureError, Recorded, claims, exchanges, note, notes};
use crate::{
    report::model::{CaseResult, Note, RunReport, Summary, Verdict},
    requirement,
};

/// Judges a recorded launch by every rule of a launch.
///
/// # Errors
/// When it holds nothing that can be judged, or its key set cannot be read.
pub fn judge(recorded: &Recorded) -> Result<RunReport, CaptureError> {
    let mut notes = notes(recorded);
    let mut found = login(recorded);
    found.extend(request(recorded, &mut notes));
    found.extend(response(recorded, &mut notes)?);
    if recorded.login.is_none() && recorded.request.is_none() && recorded.response.is_none() {
        return Err(CaptureError("no message of a launch is in the file".to_owned()));
    }
    let mut results: Vec<CaseResult> = found.iter().map(result).collect();
    if results.is_empty() {
        results.push(sound("tool"));
    }
    // The launch is the evidence of the first finding; repeating it under each would bury them.
    if let Some(first) = results.first_mut() {
        first.exchanges = exchanges(recorded);
    }
    Ok(RunReport {
        suite: "tool".to_owned(),
        subject: "a recorded launch".to_owned(),
        variant: None,
        certification: false,
        command: String::new(),
        captured: true,
        notes,
        summary: Summary::of(&results),
        results,
        control: Vec::new(),
        duration_ms: 0,
    })
}

/// The login that the tool was asked for, if it can be read.
fn initiation(recorded: &Recorded) -> Option<Result<LoginInitiation, Violation>> {
    recorded.login.as_ref().map(|login| LoginInitiation::from_pairs(login.fields.iter().cloned()))
}

fn login(recorded: &Recorded) -> Vec<Finding> {
    match initiation(recorded) {
        Some(Err(violation)) => {
            vec![Finding::new(violation, violation.requirement().sentence, "the recorded login does not keep that")]
        }
        _ => Vec::new(),
    }
}

/// What the tool asked, held against the login that it answers.
fn request(recorded: &Recorded, notes: &mut Vec<Note>) -> Vec<Finding> {
    let Some(message) = &recorded.request else { return Vec::new() };
    let request = AuthenticationRequest::from_pairs(message.fields.iter().cloned());
    let Some(Ok(login)) = initiation(recorded) else { return request.inspect(None) };
    notes.push(note("which redirect URIs the tool registered is not recorded: redirect_uri is not compared"));
    let asked = ClientId::new(message.get("client_id").unwrap_or_default());
    let client_id = recorded.registered.client_id.as_deref().map(ClientId::new).or_else(|| login.client_id.clone());
    let redirect_uris = [message.get("redirect_uri").unwrap_or_default().to_owned()];
    let sent =
        SentLogin { login: &login, client_id: client_id.as_ref().unwrap_or(&asked), redirect_uris: &redirect_uris };
    request.inspect(Some(&sent))
}

fn response(recorded: &Recorded, notes: &mut Vec<Note>) -> Result<Vec<Finding>, CaptureError> {
    let Some(response) = &recorded.response else { return Ok(Vec::new()) };
    let mut found = state(recorded);
    match (response.get("id_token"), response.get("error")) {
        (Some(id_token), None) => found.extend(token(recorded, id_token, notes)?),
        (_, Some(error)) => {
            let shown = response.get("error_description").map_or_else(String::new, |text| format!(": {text}"));
            found.push(Finding::new(Violation::ResponseError, "an ID token", format!("error = {error}{shown}")));
        }
        (None, None) => return Err(CaptureError("fields holds neither id_token nor error".to_owned())),
    }
    Ok(found)
}

/// Whether the state came back as it was sent.
fn state(recorded: &Recorded) -> Vec<Finding> {
    let (Some(request), Some(response)) = (&recorded.request, &recorded.response) else { return Vec::new() };
    match (request.get("state"), response.get("state")) {
        (Some(sent), Some(returned)) if sent != returned => {
            let seen = format!("another value, of {} bytes", returned.len());
            vec![Finding::new(
                Violation::ResponseState,
                format!("the state that was sent, of {} bytes", sent.len()),
                seen,
            )]
        }
        (Some(_), None) => vec![Finding::new(Violation::ResponseStateMissing, "the state that was sent", "none")],
        _ => Vec::new(),
    }
}

fn token(recorded: &Recorded, id_token: &str, notes: &mut Vec<Note>) -> Result<Vec<Finding>, CaptureError> {
    let claims = claims(recorded);
    let claim = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let keys = key_set(recorded)?;
    if keys.is_none() {
        notes.push(note(
            "the platform's key set is not in the file: the signature is not judged (--jwks FILE gives it)",
        ));
    }
    let login = initiation(recorded).and_then(Result::ok);
    let by_login = login.as_ref().map(|login| login.iss.as_str().to_owned());
    let issuer = recorded.registered.issuer.clone().or(by_login).unwrap_or_else(|| {
        notes.push(note("no issuer was given: iss is not compared"));
        claim("iss")
    });
    let asked = recorded.request.as_ref().and_then(|request| request.get("client_id")).map(str::to_owned);
    let client_id = recorded.registered.client_id.clone().or(asked).unwrap_or_else(|| {
        notes.push(note("no client_id was given: aud is not compared"));
        audience(&claims)
    });
    let at = recorded.at.unwrap_or_else(|| {
        notes.push(note("no time of arrival was given: judged as if it had arrived one second after iat"));
        issued_at(&claims).saturating_add(1)
    });
    let nonce = recorded.request.as_ref().and_then(|request| request.get("nonce")).map(Nonce::new);
    let record = login.as_ref().map(LoginRecord::from);
    let deployments: Option<Vec<DeploymentId>> =
        recorded.registered.deployment_ids.as_ref().map(|ids| ids.iter().map(DeploymentId::new).collect());
    let policy = Policy::default();
    let none = KeySet::from_keys([]);
    let context = LaunchContext {
        keys: keys.as_ref().unwrap_or(&none),
        issuer: &Issuer::new(issuer),
        client_id: &ClientId::new(client_id),
        nonce: nonce.as_ref(),
        login: record.as_ref(),
        deployments: deployments.as_deref().map_or(Deployments::Any, Deployments::Known),
        policy: &policy,
    };
    let inspection = inspect(id_token, &context, Timestamp::from_secs(at));
    let judged = |finding: &&Finding| keys.is_some() || !needs_keys(finding.violation);
    Ok(inspection.violations().iter().filter(judged).cloned().collect())
}

fn key_set(recorded: &Recorded) -> Result<Option<KeySet>, CaptureError> {
    let parse =
        |set: &Value| KeySet::parse(set.to_string().as_bytes()).map_err(|error| CaptureError(format!("jwks: {error}")));
    recorded.key_set.as_ref().map(parse).transpose()
}

/// Rules that cannot be judged without the platform's keys.
const fn needs_keys(violation: Violation) -> bool {
    matches!(violation, Violation::TokenSignature | Violation::TokenKidUnknown | Violation::TokenAlgKey)
}

pub(super) fn audience(claims: &Value) -> String {
    let aud = claims.get("aud");
    let first = aud.and_then(Value::as_array).and_then(|all| all.first()).or(aud);
    let named = claims.get("azp").or(first);
    named.and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(super) fn issued_at(claims: &Value) -> i64 {
    let number = claims.get("iat").and_then(|iat| iat.as_i64().or_else(|| iat.as_str()?.parse().ok()));
    number.unwrap_or_default()
}

fn result(finding: &Finding) -> CaseResult {
    let rule = finding.violation.requirement();
    broken(rule, rule.id.replacen("lti13-", "tool-capture-", 1), &finding.expected, &finding.seen)
}

/// What a broken rule is worth in a recorded message: a failure where a text binds the platform to send it otherwise, or
/// the tool to refuse it.
pub(super) fn broken(rule: &'static Requirement, id: String, expected: &str, seen: &str) -> CaseResult {
    let level = rule.platform.max(rule.tool);
    let verdict = match level {
        Level::Must => Verdict::Fail,
        Level::Certification | Level::Should | Level::Practice => Verdict::Warn,
        Level::May | Level::None => Verdict::Info,
    };
    CaseResult {
        id,
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
        expected: expected.to_owned(),
        observed: seen.to_owned(),
        hint: rule.hint.to_owned(),
        duration_ms: 0,
        exchanges: Vec::new(),
    }
}

/// A recorded message of this suite that breaks nothing.
pub(super) fn sound(suite: &str) -> CaseResult {
    CaseResult {
        id: format!("{suite}-capture-sound"),
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
