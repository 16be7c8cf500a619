//! Signed LTI 1.1 launches out of a recording: a HAR, a recorded form, or a form with its address.

use serde_json::Value;

use super::{CaptureError, har, json};
use crate::config::Secret;

/// One recorded launch, as the browser posted it.
#[derive(Clone)]
pub struct Posted {
    /// The address, with its query.
    pub url: String,
    /// The fields of the form, in their order.
    pub fields: Vec<(String, String)>,
    /// The secret of the consumer key, where the recording has it.
    pub secret: Option<Secret>,
    /// When it arrived, in seconds since 1970, where the recording has it.
    pub at: Option<i64>,
}

impl Posted {
    /// A launch of which no more is recorded than where it went and what it carried.
    pub const fn new(url: String, fields: Vec<(String, String)>) -> Self {
        Self { url, fields, secret: None, at: None }
    }
}

impl std::fmt::Debug for Posted {
    /// How many fields, and none of them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Posted").field("fields", &self.fields.len()).finish_non_exhaustive()
    }
}

/// Reads every LTI 1.1 launch of a recording.
///
/// A recording is an HTTP archive (HAR 1.2), `{"url": "...", "fields": {...}}`, or
/// `{"form": {"action": "...", "fields": [...]}}`; `secret` and `at` may stand beside either.
///
/// # Errors
/// When it is none of these, or holds no launch.
pub fn posted(text: &str) -> Result<Vec<Posted>, CaptureError> {
    let document: Value = serde_json::from_str(text).map_err(|error| {
        let text = json::without_values(&error);
        CaptureError(format!("line {}: is neither an HTTP archive (HAR) nor JSON of a launch: {text}", error.line()))
    })?;
    let found = if document.get("log").is_some() {
        har::posts(text)?
    } else {
        let form = document.get("form").unwrap_or(&document);
        let address = form.get("action").or_else(|| form.get("url")).and_then(Value::as_str).unwrap_or_default();
        let fields = json::fields(form.get("fields").unwrap_or(&Value::Null))?;
        let secret = document.get("secret").and_then(Value::as_str).map(Secret::new);
        let at = document.get("at").and_then(Value::as_i64);
        vec![Posted { secret, at, ..Posted::new(address.to_owned(), fields) }]
    };
    let launches: Vec<Posted> = found.into_iter().filter(is_launch).collect();
    if launches.is_empty() {
        return Err(CaptureError(
            "no form of this recording has oauth_consumer_key: it holds no launch of LTI 1.1".to_owned(),
        ));
    }
    Ok(launches)
}

fn is_launch(posted: &Posted) -> bool {
    posted.fields.iter().any(|(name, _)| name == "oauth_consumer_key")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_recording_is_read() {
        let har = r#"{"log": {"entries": [
            {"request": {"method": "GET", "url": "https://lms.example/"}},
            {"request": {"method": "POST", "url": "https://hub.example/hub/lti/launch?q=1",
                "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "user_id=3&oauth_consumer_key=k%201"}}}]}}"#;
        let form = r#"{"form": {"action": "https://hub.example/hub/lti/launch?q=1", "method": "POST",
            "fields": [["user_id", "3"], ["oauth_consumer_key", "k 1"]]}}"#;
        let plain = r#"{"url": "https://hub.example/hub/lti/launch?q=1", "fields": {"user_id": "3", "oauth_consumer_key": "k 1"}}"#;
        for text in [har, form, plain] {
            let launches = posted(text).unwrap();
            assert_eq!(launches.len(), 1);
            assert_eq!(launches[0].url, "https://hub.example/hub/lti/launch?q=1");
            let mut fields = launches[0].fields.clone();
            fields.sort();
            assert_eq!(fields, [("oauth_consumer_key".into(), "k 1".into()), ("user_id".into(), "3".to_owned())]);
            assert!(!format!("{launches:?}").contains("k 1"));
        }
    }

    #[test]
    fn the_secret_and_the_moment_of_a_recording_are_read_and_not_shown() {
        let fields = r#""fields": {"oauth_consumer_key": "k"}"#;
        let plain = format!(r#"{{"url": "https://hub.example/", {fields}, "secret": "hidden", "at": 1795300000}}"#);
        let form = format!(
            r#"{{"form": {{"action": "https://hub.example/", {fields}}}, "secret": "hidden", "at": 1795300000}}"#
        );
        for text in [plain, form] {
            let launch = posted(&text).unwrap().remove(0);
            assert_eq!(launch.secret.as_ref().map(Secret::reveal), Some("hidden"));
            assert_eq!(launch.at, Some(1_795_300_000));
            assert!(!format!("{launch:?}").contains("hidden"));
        }
    }

    #[test]
    fn what_holds_no_launch_is_refused_in_one_line() {
        for text in ["", "[]", r#"{"log": {"entries": []}}"#, r#"{"url": "x", "fields": {"id_token": "secret"}}"#] {
            let error = posted(text).unwrap_err().to_string();
            assert!(!error.contains('\n') && !error.contains("secret"), "{error}");
        }
    }
}
