//! What a service answers.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use super::function::{RestError, RestFunction};
use super::kind::ResponseKind;
use crate::relying::fetch::Fetched;

/// The answer of a function, as it declares it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RestAnswer {
    /// JSON, decoded.
    Json(Value),
    /// The header fields.
    Headers(HeaderMap),
    /// The body as it came.
    Raw(Bytes),
}

impl RestFunction {
    /// Reads the answer of a service. An object with a member `error` is an error whatever the status: a string, or an
    /// object with `code` and `message`.
    ///
    /// # Errors
    /// [`RestError::Refused`], [`RestError::NotJson`].
    pub fn read(&self, answer: Fetched) -> Result<RestAnswer, RestError> {
        let status = answer.status.as_u16();
        let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
        if !answer.status.is_success() {
            let (code, message) = json.as_ref().and_then(error).unwrap_or_default();
            return Err(RestError::Refused { status, code, message });
        }
        match self.response {
            ResponseKind::Headers => Ok(RestAnswer::Headers(answer.headers)),
            ResponseKind::Raw => Ok(RestAnswer::Raw(answer.body)),
            ResponseKind::Json if answer.body.trim_ascii().is_empty() => Ok(RestAnswer::Json(Value::Null)),
            ResponseKind::Json => {
                let json = json.ok_or(RestError::NotJson { status })?;
                match error(&json) {
                    Some((code, message)) => Err(RestError::Refused { status, code, message }),
                    None => Ok(RestAnswer::Json(json)),
                }
            }
        }
    }
}

/// Code and message of an error.
type Told = (Option<String>, Option<String>);

fn error(json: &Value) -> Option<Told> {
    let shown = |text: &str| text.chars().filter(|character| !character.is_control()).take(300).collect::<String>();
    let text = |value: Option<&Value>| match value? {
        Value::String(text) => Some(shown(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match json.get("error")? {
        Value::Null | Value::Bool(false) => None,
        Value::Object(members) => Some((text(members.get("code")), text(members.get("message")))),
        value => Some((text(Some(value)), text(json.get("error_description")).or_else(|| text(json.get("message"))))),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use http::StatusCode;
    use serde_json::json;

    use super::*;

    fn read(kind: ResponseKind, status: u16, body: &str) -> Result<RestAnswer, RestError> {
        let mut headers = HeaderMap::new();
        headers.insert("x-count", "3".parse().unwrap());
        let answer = Fetched::new(StatusCode::from_u16(status).unwrap(), headers, body.to_owned());
        RestFunction::get("f", "https://x.example").answers(kind).read(answer)
    }

    #[test]
    fn answers_are_read_as_declared() {
        assert_eq!(read(ResponseKind::Json, 200, r#"{"a":1}"#), Ok(RestAnswer::Json(json!({ "a": 1 }))));
        assert_eq!(read(ResponseKind::Json, 204, ""), Ok(RestAnswer::Json(Value::Null)));
        assert_eq!(read(ResponseKind::Raw, 200, r#"{"error":"x"}"#), Ok(RestAnswer::Raw(r#"{"error":"x"}"#.into())));
        let Ok(RestAnswer::Headers(headers)) = read(ResponseKind::Headers, 200, "") else { panic!("headers") };
        assert_eq!(headers["x-count"], "3");
    }

    #[test]
    fn errors_are_told_by_code_and_message() {
        for (status, body, text) in [
            (200, r#"{"error":{"code":403,"message":"no"}}"#, "the service refuses: 200 403: no"),
            (
                403,
                r#"{"error":"denied","error_description":"not yours"}"#,
                "the service refuses: 403 denied: not yours",
            ),
            (500, "<html>", "the service refuses: 500"),
            (200, "<html>", "the service answers 200 without the JSON that was expected"),
            (302, "", "the service refuses: 302"),
        ] {
            assert_eq!(read(ResponseKind::Json, status, body).unwrap_err().to_string(), text);
        }
        assert!(read(ResponseKind::Json, 200, r#"{"error":null}"#).is_ok());
    }
}
