//! How the double reads a request: parameters as bytes, from the query and from the body, in their order.

use ::http::header;
use serde_json::Value;

use crate::transport::Request;

/// Where a parameter came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Query,
    Body,
    Header,
}

/// A parameter as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
    pub(super) place: Place,
}

/// The parameters of a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters(pub(super) Vec<Parameter>);

impl Parameters {
    /// Every value under this name.
    pub(super) fn all(&self, name: &str) -> impl DoubleEndedIterator<Item = String> {
        let these = self.0.iter().filter(move |known| known.name == name.as_bytes());
        these.map(|known| String::from_utf8_lossy(&known.value).into_owned())
    }

    /// The first value under this name.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.all(name).next()
    }

    /// The first value under this name, unless it is empty.
    pub(super) fn filled(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.is_empty())
    }
}

/// The media type without its parameters, in lower case.
pub(super) fn media_type(request: &Request) -> String {
    let whole = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    whole.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Takes a query or a form apart.
pub(super) fn split(text: &[u8], place: Place) -> Vec<Parameter> {
    let mut all = Vec::new();
    for part in text.split(|&byte| byte == b'&').filter(|part| !part.is_empty()) {
        let mut halves = part.splitn(2, |&byte| byte == b'=');
        let name = unescape(halves.next().unwrap_or_default());
        let value = unescape(halves.next().unwrap_or_default());
        all.push(Parameter { name, value, place });
    }
    all
}

/// The same where everything was decoded before it was taken apart.
pub(super) fn split_plain(text: &[u8], place: Place) -> Vec<Parameter> {
    let parts = text.split(|&byte| byte == b'&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let mut halves = part.splitn(2, |&byte| byte == b'=');
            let name = halves.next().unwrap_or_default().to_vec();
            Parameter { name, value: halves.next().unwrap_or_default().to_vec(), place }
        })
        .collect()
}

/// A path without percent signs.
pub(super) fn decoded(path: &str) -> String {
    String::from_utf8_lossy(&unescape(path.replace('+', "%2B").as_bytes())).into_owned()
}

/// The protocol parameters of an `Authorization` header.
pub(super) fn authorization(request: &Request) -> Vec<Parameter> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(list) = header.strip_prefix("OAuth ") else { return Vec::new() };
    let pairs = list.split(", ").map(|pair| pair.replace('"', "")).collect::<Vec<_>>().join("&");
    split(pairs.as_bytes(), Place::Header)
}

/// The fields of a multipart body, read as text.
pub(super) fn multipart(request: &Request) -> Vec<Parameter> {
    let whole = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some((_, boundary)) = whole.split_once("boundary=") else { return Vec::new() };
    let body = String::from_utf8_lossy(request.body());
    let mark = format!("--{boundary}");
    let parts = body.split(&mark).filter_map(|part| {
        let (head, value) = part.split_once("\r\n\r\n")?;
        let (_, name) = head.split_once("name=\"")?;
        Some((name.trim_end_matches('"').to_owned(), value.strip_suffix("\r\n").unwrap_or(value).to_owned()))
    });
    parts
        .map(|(name, value)| Parameter { name: name.into_bytes(), value: value.into_bytes(), place: Place::Body })
        .collect()
}

/// The members of a JSON object.
pub(super) fn json(body: &[u8]) -> Vec<Parameter> {
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return Vec::new() };
    let text = |value: Value| value.as_str().map(str::to_owned).unwrap_or_default();
    members
        .into_iter()
        .map(|(name, value)| Parameter { name: name.into_bytes(), value: text(value).into_bytes(), place: Place::Body })
        .collect()
}

/// Undoes percent signs, and plus signs for blanks.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match (text[at], text.get(at + 1).copied().and_then(nibble), text.get(at + 2).copied().and_then(nibble)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            (byte, ..) => out.push(byte),
        }
        at += 1;
    }
    out
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// RFC 5849, 3.6: all but the unreserved characters as three.
pub(super) fn escape(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            // Writing to a string cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}
