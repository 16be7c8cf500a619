//! Launches written down as JSON: a form with what is known around it, or the three steps of a launch.

use serde::Deserialize;
use serde_json::Value;

use super::{
    CaptureError,
    recorded::{Message, Recorded, Registered},
};

/// A form with what is known around it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FormFile {
    /// The form's fields: an object or pairs.
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
    /// When the launch arrived, in seconds since 1970.
    at: Option<i64>,
}

/// The steps of a launch, each as a request of the browser and the form that the answer made it post.
#[derive(Default, Deserialize)]
#[serde(default)]
struct StepsFile {
    initiation: Option<Step>,
    authentication: Option<Step>,
    jwks: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Step {
    /// `GET https://...`.
    request: String,
    form: Option<Form>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Form {
    action: String,
    method: Option<String>,
    fields: Value,
}

/// Reads a form with what is known around it.
pub(super) fn form(text: &str) -> Result<Recorded, CaptureError> {
    let file: FormFile = serde_json::from_str(text).map_err(|error| {
        CaptureError(format!(
            "line {}: is no capture: {}; expected {{\"fields\": {{\"id_token\": \"...\"}}, \"jwks\": {{...}}, \"issuer\": \"...\", \
             \"client_id\": \"...\"}}",
            error.line(),
            without_values(&error)
        ))
    })?;
    let mut response = Message { method: "POST".to_owned(), ..Message::default() };
    response.url = file.url.unwrap_or_default();
    response.fields = fields(&file.fields)?;
    let missing = vec![
        "the login initiation and the authentication request are not in the file: state, nonce and what the login said are not \
         compared"
            .to_owned(),
    ];
    Ok(Recorded {
        response: Some(response),
        key_set: file.jwks,
        registered: Registered { issuer: file.issuer, client_id: file.client_id, deployment_ids: file.deployment_ids },
        at: file.at,
        missing,
        ..Recorded::default()
    })
}

/// Reads the steps of a launch.
pub(super) fn steps(text: &str) -> Result<Recorded, CaptureError> {
    let file: StepsFile = serde_json::from_str(text).map_err(|error| {
        CaptureError(format!(
            "line {}: is no record of a launch: {}; expected {{\"initiation\": {{\"form\": {{\"action\": \"...\", \"fields\": \
             [...]}}}}, \"authentication\": {{\"request\": \"GET https://...\", \"form\": {{...}}}}, \"jwks\": {{...}}}}",
            error.line(),
            without_values(&error)
        ))
    })?;
    let posted = |step: &Option<Step>| {
        step.as_ref().and_then(|step| step.form.as_ref()).map(|form| {
            let mut message =
                Message::of_url(form.method.as_deref().unwrap_or("GET").to_ascii_uppercase(), &form.action);
            message.fields.extend(fields(&form.fields)?);
            Ok::<_, CaptureError>(message)
        })
    };
    let request = file.authentication.as_ref().map(|step| {
        let (method, url) = step.request.split_once(' ').unwrap_or(("GET", &step.request));
        Message::of_url(method, url)
    });
    Ok(Recorded {
        login: posted(&file.initiation).transpose()?,
        request: request.filter(|request| !request.url.is_empty()),
        response: posted(&file.authentication).transpose()?,
        key_set: file.jwks,
        missing: vec!["the file holds no headers: cookies and caching rules are not judged".to_owned()],
        ..Recorded::default()
    })
}

/// The fields of a form: an object or pairs.
pub(super) fn fields(fields: &Value) -> Result<Vec<(String, String)>, CaptureError> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match fields {
        Value::Object(object) => Ok(object.iter().map(|(name, value)| (name.clone(), text(value))).collect()),
        Value::Array(pairs) => pairs
            .iter()
            .map(|pair| match pair.as_array().map(Vec::as_slice) {
                Some([name, value]) => Ok((text(name), text(value))),
                _ => Err(CaptureError(format!("fields: expected [name, value], saw {}", kind(pair)))),
            })
            .collect(),
        Value::Null => Err(CaptureError("fields is missing: the form that brought the token".to_owned())),
        other => Err(CaptureError(format!("fields: expected an object or pairs, saw {}", kind(other)))),
    }
}

/// What a value is, without the value: a capture holds people's data.
const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array of another length",
        Value::Object(_) => "an object",
    }
}

/// What is wrong with a file, without the texts that stand in it.
pub(super) fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.find(": string \""), text.rfind("\", expected")) {
        (Some(start), Some(end)) if start < end => format!("{}: a string{}", &text[..start], &text[end + 1..]),
        _ => text,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_an_object_or_pairs() {
        let object = form(r#"{"fields": {"state": "s", "id_token": "t"}}"#).unwrap();
        let pairs = form(r#"{"fields": [["state", "s"], ["id_token", "t"]]}"#).unwrap();
        assert_eq!(object.response.unwrap().get("id_token"), Some("t"));
        assert_eq!(pairs.response.unwrap().get("state"), Some("s"));
    }

    #[test]
    fn steps_give_all_three_messages() {
        let text = r#"{"initiation": {"form": {"action": "https://tool.test/login?x=1", "method": "post", "fields": [["iss", "i"]]}},
            "authentication": {"request": "GET https://lms.test/auth?nonce=n", "form": {"action": "https://tool.test/l", "method": "POST",
            "fields": [["id_token", "t"]]}}}"#;
        let recorded = steps(text).unwrap();
        let login = recorded.login.unwrap();
        assert_eq!((login.method.as_str(), login.get("x"), login.get("iss")), ("POST", Some("1"), Some("i")));
        assert_eq!(recorded.request.unwrap().get("nonce"), Some("n"));
        assert_eq!(recorded.response.unwrap().get("id_token"), Some("t"));
    }

    #[test]
    fn errors_do_not_repeat_what_stands_in_the_file() {
        for text in [
            r#"{"fields": {}, "at": "secret-1"}"#,
            r#"{"fields": {}, "deployment_ids": "secret-1"}"#,
            r#"{"fields": "secret-1"}"#,
            r#"{"fields": [["a", "b", "secret-1"]]}"#,
        ] {
            let error = form(text).unwrap_err().to_string();
            assert!(!error.contains("secret-1"), "{error}");
        }
    }
}
