//! What faults do to an answer.
//!
//! Each module knows the answers of one [place](super::fault::Place): it is given a fault and what the sound provider
//! answered, and says whether it changed something. A fault that changes nothing has not bitten.

pub(crate) mod authorization;
pub(crate) mod discovery;
pub(crate) mod id_token;
pub(crate) mod jwks;
pub(crate) mod token;
pub(crate) mod transport;
pub(crate) mod userinfo;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

/// A page for whoever expects JSON.
const PAGE: &str = "<!doctype html><title>Please wait</title><p>We are back soon.</p>";

/// The body as a JSON object.
pub(crate) fn object(answer: &Response<Bytes>) -> Option<Map<String, Value>> {
    serde_json::from_slice(answer.body()).ok()
}

/// Answers this JSON, and leaves status and header fields as they are.
pub(crate) fn set_json(answer: &mut Response<Bytes>, value: &Value) {
    set_body(answer, value.to_string());
}

/// Answers this body.
pub(crate) fn set_body(answer: &mut Response<Bytes>, body: impl Into<Bytes>) {
    *answer.body_mut() = body.into();
    answer.headers_mut().remove(header::CONTENT_LENGTH);
}

/// Answers this media type.
pub(crate) fn set_media_type(answer: &mut Response<Bytes>, media_type: &'static str) {
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
}

/// Answers a page in place of JSON, and keeps the status.
pub(crate) fn set_page(answer: &mut Response<Bytes>) {
    set_media_type(answer, "text/html; charset=utf-8");
    set_body(answer, PAGE);
}

/// An error in JSON (RFC 6749, 5.2).
pub(crate) fn error(status: StatusCode, error: &str, description: &str) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = status;
    set_media_type(&mut answer, "application/json");
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    set_json(&mut answer, &json!({ "error": error, "error_description": description }));
    answer
}

/// Sets a member; says whether that changed something.
fn set(members: &mut Map<String, Value>, name: &str, value: Value) -> bool {
    let before = members.insert(name.to_owned(), value);
    before.as_ref() != members.get(name)
}

/// Members that no text defines.
fn add_unknown(members: &mut Map<String, Value>) -> bool {
    let added = [
        ("conformance_note", json!("whoever does not know this member ignores it")),
        ("conformance_object", json!({ "list": [1, "two", null], "flag": true })),
        ("https://unknown.example/claim", json!(["a", "b"])),
    ];
    added.into_iter().fold(false, |changed, (name, value)| set(members, name, value) || changed)
}

/// Claims about a user with the wrong types.
fn break_types(claims: &mut Map<String, Value>) -> bool {
    let broken = [("name", json!(42)), ("email", json!(["a@example.org"])), ("email_verified", json!("true"))];
    broken.into_iter().fold(false, |changed, (name, value)| set(claims, name, value) || changed)
}

/// Changes a JSON object that was answered with 200.
fn change(answer: &mut Response<Bytes>, edit: impl FnOnce(&mut Map<String, Value>) -> bool) -> bool {
    if answer.status() != StatusCode::OK {
        return false;
    }
    let Some(mut members) = object(answer) else { return false };
    let changed = edit(&mut members);
    if changed {
        set_json(answer, &Value::Object(members));
    }
    changed
}

/// Answers an array with the object in it.
fn wrap(answer: &mut Response<Bytes>) -> bool {
    let Some(members) = object(answer) else { return false };
    set_json(answer, &json!([members]));
    true
}

/// Answers the JSON of a success as a page.
fn as_page(answer: &mut Response<Bytes>) -> bool {
    if answer.status() != StatusCode::OK {
        return false;
    }
    set_page(answer);
    true
}

/// Answers the right JSON under the wrong media type.
fn mislabel(answer: &mut Response<Bytes>) -> bool {
    if answer.status() != StatusCode::OK {
        return false;
    }
    set_media_type(answer, "text/html; charset=utf-8");
    true
}
