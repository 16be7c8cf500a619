//! What of an exchange is shown: names always, values unless they are secret.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderMap;
use serde_json::{Map, Value, json};

/// Parameters and members whose values are secret.
const SECRET: [&str; 18] = [
    "access_token",
    "assertion",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "id_token_hint",
    "login_hint",
    "new_client_secret",
    "password",
    "refresh_token",
    "registration_access_token",
    "request",
    "request_uri",
    "subject_token",
    "token",
    "user_code",
];

/// How much of a text is shown, in characters.
const LENGTH: usize = 4_000;

/// How many members of an array are shown.
const MEMBERS: usize = 20;

fn withheld(value: &str) -> String {
    if value.is_empty() { "(empty)".to_owned() } else { format!("({} characters, withheld)", value.chars().count()) }
}

fn is_secret(name: &str) -> bool {
    SECRET.contains(&name)
}

/// Name and value of each parameter.
pub(super) fn parameters(parameters: &[(String, String)]) -> Value {
    parameters.iter().map(|(name, value)| json!([name, parameter(name, value)])).collect()
}

fn parameter(name: &str, value: &str) -> Value {
    if name == "id_token" {
        return token(value);
    }
    if is_secret(name) { json!(withheld(value)) } else { json!(cut(value)) }
}

/// The scheme of an `Authorization` field.
pub(super) fn authorization(value: &str) -> String {
    let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
    format!("{scheme} {}", withheld(rest)).trim_start().to_owned()
}

/// An address without the secrets in its query and fragment.
pub(super) fn address(address: &str) -> Value {
    let (rest, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (base, query) = rest.split_once('?').unwrap_or((rest, ""));
    let part = |text: &str| {
        let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        parameters(&pairs)
    };
    json!({ "address": base, "query": part(query), "fragment": part(fragment) })
}

/// JSON without its secrets.
pub(super) fn json(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let shown = members.iter().map(|(name, value)| match value {
                Value::String(text) => (name.clone(), parameter(name, text)),
                _ if is_secret(name) => (name.clone(), json!("(withheld)")),
                _ => (name.clone(), json(value)),
            });
            Value::Object(shown.collect::<Map<_, _>>())
        }
        Value::Array(members) => {
            let mut shown: Vec<Value> = members.iter().take(MEMBERS).map(json).collect();
            if members.len() > MEMBERS {
                shown.push(json!(format!("({} more)", members.len() - MEMBERS)));
            }
            Value::Array(shown)
        }
        Value::String(text) => json!(cut(text)),
        other => other.clone(),
    }
}

/// The body of an answer: JSON, or the beginning of a text. A page may hold a code or a token in a form, so of a page only
/// its size is shown.
pub(super) fn answer(headers: &HeaderMap, body: &[u8]) -> Value {
    if let Ok(value) = serde_json::from_slice::<Value>(body) {
        return json(&value);
    }
    let media_type = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("no media type");
    if body.is_empty() { Value::Null } else { json!(format!("({} bytes, {media_type})", body.len())) }
}

/// Header and claims of a token, without its signature: it cannot be used any more.
fn token(compact: &str) -> Value {
    let part =
        |part: Option<&str>| -> Option<Value> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part?).ok()?).ok() };
    let mut parts = compact.split('.');
    match (part(parts.next()), part(parts.next())) {
        (Some(header), Some(claims)) => json!({ "header": json(&header), "claims": json(&claims) }),
        _ => json!(withheld(compact)),
    }
}

fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(LENGTH).collect();
    if shown.len() < text.len() {
        shown.push_str("… (cut)");
    }
    shown
}
