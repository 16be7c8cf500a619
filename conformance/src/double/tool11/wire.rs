//! How the double reads a request: parameters as bytes, from the query and from the body, in their order.

use ::http::{Method, header};

use crate::transport::Request;

/// Where a parameter came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Query,
    Body,
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
    /// Those of the query, then those of an urlencoded body.
    pub(super) fn of(request: &Request) -> Self {
        let mut all = split(request.uri().query().unwrap_or_default().as_bytes(), Place::Query);
        if request.method() == Method::POST && media_type(request) == "application/x-www-form-urlencoded" {
            all.extend(split(request.body(), Place::Body));
        }
        Self(all)
    }

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
