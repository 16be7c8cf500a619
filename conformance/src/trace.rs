//! Writes down what went over the wire, for the evidence of a finding. Secrets are still in it: every report takes them
//! out as it is written, and knows them from here wherever else they turn up.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header;
use serde_json::Value;

use crate::{
    report::model::{DecodedToken, Exchange},
    transport::{Response, TransportError},
    user_agent::{Document, Step},
};

/// How much of a page is kept.
const TEXT_LIMIT: usize = 600;
/// How much of one field is kept.
const FIELD_LIMIT: usize = 4096;
/// The headers that say something about a launch.
pub(crate) const HEADERS: [&str; 7] = [
    "location",
    "set-cookie",
    "content-type",
    "content-security-policy",
    "x-frame-options",
    "cache-control",
    "retry-after",
];

/// One request of the browser with its answer.
pub fn exchange(from: &str, to: &str, step: &Step, answer: Result<&Response, &TransportError>) -> Exchange {
    let mut exchange = request(from, to, step);
    match answer {
        Ok(response) => {
            exchange.status = Some(response.status().as_u16());
            exchange.headers = headers(response);
            let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let document = Document::read(media_type.unwrap_or_default(), response.body());
            exchange.text = document.text.chars().take(TEXT_LIMIT).collect();
        }
        Err(error) => exchange.error = Some(error.to_string()),
    }
    exchange
}

/// A message for the suite's own side, which takes it from the browser's hand: nothing is sent and nothing answered.
pub fn handed_over(from: &str, to: &str, step: &Step) -> Exchange {
    Exchange { text: HANDED_OVER.to_owned(), ..request(from, to, step) }
}

/// What stands in place of an answer where the suite itself is the receiver.
const HANDED_OVER: &str = "taken by the suite";

/// The request alone.
fn request(from: &str, to: &str, step: &Step) -> Exchange {
    let mut fields: Vec<(String, String)> = step
        .url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .chain(step.fields.iter().cloned())
        .collect();
    let token = fields
        .iter()
        .find(|(name, _)| matches!(name.as_str(), "id_token" | "JWT"))
        .and_then(|(_, value)| decode(value));
    for (_, value) in &mut fields {
        *value = short_field(value);
    }
    let mut url = step.url.clone();
    url.set_query(None);
    Exchange {
        from: from.to_owned(),
        to: to.to_owned(),
        method: step.method.to_string(),
        url: url.to_string(),
        fields,
        status: None,
        headers: Vec::new(),
        text: String::new(),
        token,
        error: None,
    }
}

fn headers(response: &Response) -> Vec<(String, String)> {
    HEADERS
        .iter()
        .flat_map(|name| response.headers().get_all(*name).iter().map(move |value| (*name, value)))
        .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

/// Shortens what is long: a token of a megabyte is evidence at its start already.
fn short_field(value: &str) -> String {
    if value.len() <= FIELD_LIMIT {
        return value.to_owned();
    }
    let start: String = value.chars().take(FIELD_LIMIT).collect();
    format!("{start}… ({} characters)", value.len())
}

/// Takes a compact token apart for reading; a huge one is not worth a page.
pub fn decode(token: &str) -> Option<DecodedToken> {
    const DECODED_LIMIT: usize = 64 << 10;
    if token.len() > DECODED_LIMIT {
        return None;
    }
    let mut parts = token.split('.');
    let (header, claims) = (parts.next()?, parts.next()?);
    Some(DecodedToken { header: readable(header), claims: readable(claims) })
}

fn readable(part: &str) -> Value {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(part) else { return Value::String(part.to_owned()) };
    serde_json::from_slice(&bytes).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()))
}
