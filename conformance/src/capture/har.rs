//! Launches out of an HTTP archive (HAR 1.2) as the developer tools of browsers write it.
//!
//! Browsers differ. Chromium and Firefox write a form both as `text` and as `params`, Safari and others may write only one;
//! the `params` of Chromium are still percent-encoded, those of Firefox are not; Firefox has written the request's headers
//! before the text. So the text counts where there is one. Bodies may be missing, or in base64.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use super::{
    CaptureError,
    chain::{Entry, launches},
    json::without_values,
    posted::Posted,
    recorded::{Answer, Message, Recorded, moment},
};

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    #[serde(default)]
    entries: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawEntry {
    #[serde(default)]
    started_date_time: String,
    request: RawRequest,
    response: Option<RawResponse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRequest {
    #[serde(default)]
    method: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    headers: Vec<Named>,
    post_data: Option<PostData>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PostData {
    mime_type: Option<String>,
    text: Option<String>,
    params: Option<Vec<Named>>,
    /// No part of HAR 1.2, written by some all the same.
    encoding: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawResponse {
    /// Chromium writes 0 for a request that got no answer.
    #[serde(default)]
    status: i64,
    #[serde(default)]
    headers: Vec<Named>,
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
}

/// Reads every launch of an archive, in the order in which they began.
///
/// # Errors
/// When it is no archive, or holds no launch.
pub(super) fn read(text: &str) -> Result<Vec<Recorded>, CaptureError> {
    let archive = archive(text)?;
    let count = archive.log.entries.len();
    let found = launches(archive.log.entries.into_iter().map(entry));
    if found.is_empty() {
        return Err(CaptureError(format!(
            "none of the {count} requests of this recording belongs to a launch; record with the developer tools open before the \
             link is followed (with \"preserve log\"), and save with content"
        )));
    }
    Ok(found)
}

/// Every form that an archive says was posted, with its address.
///
/// # Errors
/// When it is no archive.
pub(super) fn posts(text: &str) -> Result<Vec<Posted>, CaptureError> {
    let posts = archive(text)?.log.entries.into_iter().filter(|raw| raw.request.method.eq_ignore_ascii_case("POST"));
    let form = |raw: RawEntry| {
        let fields = form_fields(raw.request.post_data.as_ref()?)?;
        Some(Posted::new(raw.request.url, fields))
    };
    Ok(posts.filter_map(form).collect())
}

fn archive(text: &str) -> Result<Archive, CaptureError> {
    serde_json::from_str(text).map_err(|error| {
        CaptureError(format!("line {}: is no HTTP archive (HAR 1.2): {}", error.line(), without_values(&error)))
    })
}

fn entry(raw: RawEntry) -> Entry {
    let mut message = Message::of_url(raw.request.method.to_ascii_uppercase(), raw.request.url.as_str());
    let posts = message.method == "POST";
    let form = raw.request.post_data.as_ref().and_then(form_fields);
    let body_lost = posts && form.is_none() && expects_a_form(&raw.request);
    message.fields.extend(form.unwrap_or_default());
    let cookies = raw.request.headers.iter().any(|header| header.name.eq_ignore_ascii_case("cookie"));
    message.answer = raw.response.and_then(answer);
    Entry { at: moment(&raw.started_date_time), message, cookies, body_lost }
}

/// Whether a request without fields was a form: its body is missing, or it says so.
fn expects_a_form(request: &RawRequest) -> bool {
    let media_type = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-type"));
    media_type.and_then(|header| header.value.as_deref()).is_none_or(|value| value.contains("form"))
}

/// The fields of a form; none when no body was recorded or it is no form.
fn form_fields(post: &PostData) -> Option<Vec<(String, String)>> {
    let media_type = post.mime_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let text = post.text.as_deref().filter(|text| !text.is_empty());
    let text = match (text, post.encoding.as_deref()) {
        (Some(text), Some("base64")) => decoded(text),
        (Some(text), _) => Some(text.to_owned()),
        (None, _) => None,
    };
    if let Some(text) = text
        && (media_type.contains("urlencoded") || media_type.is_empty())
    {
        let body = without_headers(&text);
        return Some(form_urlencoded::parse(body.trim_end_matches(['\r', '\n']).as_bytes()).into_owned().collect());
    }
    let params = post.params.as_deref().filter(|params| !params.is_empty())?;
    let pairs = params.iter().map(|param| (param.name.as_str(), param.value.as_deref().unwrap_or_default()));
    if !pairs.clone().all(|(name, value)| is_encoded(name) && is_encoded(value)) {
        return Some(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
    }
    let joined = pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    Some(form_urlencoded::parse(joined.as_bytes()).into_owned().collect())
}

/// Whether a text can have been percent-encoded: it has only what such a text can have.
fn is_encoded(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'%' => bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        b'*' | b'-' | b'.' | b'_' | b'+' | b'~' | b'!' | b'(' | b')' | b'\'' => true,
        other => other.is_ascii_alphanumeric(),
    })
}

/// A body without the headers that may stand before it.
fn without_headers(text: &str) -> &str {
    let lower = text.get(..14).unwrap_or_default().to_ascii_lowercase();
    if !lower.starts_with("content-type") && !lower.starts_with("content-length") {
        return text;
    }
    text.split_once("\r\n\r\n").or_else(|| text.split_once("\n\n")).map_or(text, |(_, body)| body)
}

fn answer(raw: RawResponse) -> Option<Answer> {
    let status = u16::try_from(raw.status).ok().filter(|status| *status >= 100)?;
    let content = raw.content.unwrap_or_default();
    let body = content
        .text
        .filter(|text| !text.is_empty())
        .and_then(|text| if content.encoding.as_deref() == Some("base64") { decoded(&text) } else { Some(text) });
    let pairs = raw.headers.into_iter().map(|header| (header.name, header.value.unwrap_or_default()));
    // Firefox joins cookies that were set one by one.
    let headers: Vec<(String, String)> = pairs
        .flat_map(|(name, value)| value.split('\n').map(|line| (name.clone(), line.to_owned())).collect::<Vec<_>>())
        .collect();
    Some(Answer { status: Some(status), headers: Some(headers).filter(|headers| !headers.is_empty()), body })
}

/// Text out of base64, with or without padding; none when it is neither base64 nor text.
fn decoded(text: &str) -> Option<String> {
    let folded: String = text.split_whitespace().collect();
    let bytes = STANDARD.decode(folded.as_bytes()).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(text: Option<&str>, params: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
        let named = |(name, value): &(&str, &str)| Named { name: (*name).to_owned(), value: Some((*value).to_owned()) };
        form_fields(&PostData {
            mime_type: Some("application/x-www-form-urlencoded".to_owned()),
            text: text.map(str::to_owned),
            params: Some(params.iter().map(named).collect()),
            encoding: None,
        })
    }

    fn one(name: &str, value: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), value.to_owned())]
    }

    #[test]
    fn the_text_counts_where_there_is_one() {
        assert_eq!(
            post(Some("hint=%7B%22a%22%3A1%7D"), &[("hint", "%7B%22a%22%3A1%7D")]),
            Some(one("hint", "{\"a\":1}"))
        );
        assert_eq!(post(Some("hint=a%26b"), &[("hint", "a&b")]), Some(one("hint", "a&b")));
    }

    #[test]
    fn headers_before_the_text_are_left_out() {
        let text = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5\r\n\r\nstate=s-1";
        assert_eq!(post(Some(text), &[]), Some(one("state", "s-1")));
    }

    #[test]
    fn params_alone_are_decoded_where_they_are_encoded() {
        assert_eq!(post(None, &[("hint", "a%26b")]), Some(one("hint", "a&b")));
        assert_eq!(post(Some(""), &[("hint", "{\"a\":1}")]), Some(one("hint", "{\"a\":1}")));
        assert_eq!(post(None, &[("hint", "100% sure")]), Some(one("hint", "100% sure")));
    }

    #[test]
    fn no_body_is_no_form() {
        assert_eq!(post(None, &[]), None);
        assert_eq!(form_fields(&PostData::default()), None);
    }

    #[test]
    fn base64_bodies_are_read() {
        let raw = RawResponse {
            status: 200,
            headers: Vec::new(),
            content: Some(Content { text: Some("PGI+aGk8L2I+".to_owned()), encoding: Some("base64".to_owned()) }),
        };
        assert_eq!(answer(raw).and_then(|answer| answer.body).as_deref(), Some("<b>hi</b>"));
    }

    #[test]
    fn a_request_without_an_answer_has_none() {
        assert_eq!(answer(RawResponse { status: 0, headers: Vec::new(), content: None }), None);
    }
}
