//! The ledger: every call of the tool to a service, as it came.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, Method, header};
use serde_json::{Map, Value};
use url::Url;

use crate::{report::model::Exchange, trace, transport::Request};

/// How the `jti` of every token of the suite begins.
pub(super) const TOKEN_JTI: &str = "suite-token-";

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// A token.
    Token,
    /// The list of line items.
    Items,
    /// A new line item.
    NewItem,
    /// One line item: read, changed or deleted.
    Item,
    /// A score.
    Score,
    /// The results of a line item.
    Results,
    /// The roster.
    Members,
    /// Nothing that is there.
    Astray,
}

impl CallKind {
    /// The words for it in a report.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Token => "a token request",
            Self::Items => "a request for the line items",
            Self::NewItem => "a new line item",
            Self::Item => "a call to a line item",
            Self::Score => "a score",
            Self::Results => "a request for results",
            Self::Members => "a request for the roster",
            Self::Astray => "a call to an address that is not offered",
        }
    }
}

/// One call of the tool.
#[derive(Clone)]
pub struct Call {
    /// What it is for.
    pub kind: CallKind,
    /// Whether it came to the very address that the specification makes for it: path and query.
    pub placed: bool,
    /// The index of the issuer below whose address it came.
    pub issuer: usize,
    /// The course that it is about; token requests are about none.
    pub course: Option<u32>,
    /// The method.
    pub method: Method,
    /// The address.
    pub url: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: bytes::Bytes,
    /// The token that it bears.
    pub bearer: Option<String>,
    /// The scopes of that token, where this issuer gave it.
    pub granted: Option<String>,
    /// Whether another issuer of the suite gave it.
    pub foreign: bool,
    /// The address of the next page that the answer named.
    pub next: Option<String>,
    /// When it came, in seconds since 1970.
    pub at: i64,
    /// The status of the answer; 0 where the connection was dropped instead.
    pub status: u16,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("kind", &self.kind)
            .field("method", &self.method)
            .field("placed", &self.placed)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Call {
    /// Reads a request that came to an address below this one.
    pub(super) fn of(kind: CallKind, issuer: usize, base: &str, request: &Request) -> Self {
        let path = request.uri().path_and_query().map_or("", http::uri::PathAndQuery::as_str);
        // The authority that a request names is the client's word; the suite knows its own address.
        let url = Url::parse(base).and_then(|base| base.join(path)).map_or_else(|_| path.to_owned(), Into::into);
        let text = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = text
            .and_then(|text| text.split_once(' '))
            .and_then(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned()));
        Self {
            kind,
            placed: true,
            issuer,
            course: None,
            method: request.method().clone(),
            url,
            headers: request.headers().clone(),
            body: request.body().clone(),
            bearer,
            granted: None,
            foreign: false,
            next: None,
            at: 0,
            status: 0,
        }
    }

    /// The token that the call brings, wherever it was put.
    pub(crate) fn any_token(&self) -> Option<String> {
        let authentication = self.headers.get("authentication").and_then(|value| value.to_str().ok());
        let second = |text: &str| text.split_once(' ').map(|(_, token)| token.trim().to_owned());
        let in_query = || self.query().into_iter().find(|(name, _)| name == "access_token").map(|(_, token)| token);
        self.bearer.clone().or_else(|| authentication.and_then(second)).or_else(in_query)
    }

    /// A header, empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The media type of the body without its parameters, in lower case.
    pub fn media_type(&self) -> String {
        self.header("content-type").split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Whether the header `Accept` names this media type itself.
    pub fn accepts(&self, media_type: &str) -> bool {
        let accept = self.header("accept").to_ascii_lowercase();
        accept.split(',').any(|range| range.split(';').next().unwrap_or_default().trim() == media_type)
    }

    /// The parameters of the query.
    pub fn query(&self) -> Vec<(String, String)> {
        let query = Url::parse(&self.url).ok().and_then(|url| url.query().map(str::to_owned)).unwrap_or_default();
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// Whether its token is one that the suite gave in an earlier run: a tool may keep a token until it ends (Security
    /// Framework 1.0, 4.1).
    pub fn bears_earlier_token(&self) -> bool {
        let named = || {
            let payload = self.bearer.as_deref()?.split('.').nth(1)?;
            let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
            Some(claims.get("jti")?.as_str()?.starts_with(TOKEN_JTI))
        };
        !self.foreign && self.granted.is_none() && named().unwrap_or_default()
    }

    /// The path of the address.
    pub fn path(&self) -> String {
        Url::parse(&self.url).map_or_else(|_| self.url.clone(), |url| url.path().to_owned())
    }

    /// The parameters of a token request: the form in the body. Where they are JSON or in the query they are read all the
    /// same, so that one mistake is found by one case.
    pub fn form(&self) -> Vec<(String, String)> {
        if self.method == Method::GET {
            return self.query();
        }
        if self.media_type() == "application/json" {
            let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            return self.json().into_iter().map(|(name, value)| (name, text(value))).collect();
        }
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// A field of the form in the body.
    pub fn field(&self, name: &str) -> Option<String> {
        self.form().into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The JSON object in the body; empty where there is none.
    pub fn json(&self) -> Map<String, Value> {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The client assertion of a token request, taken apart; nothing where there is none or it is no token.
    pub fn assertion(&self) -> Option<Assertion> {
        let compact = self.field("client_assertion")?;
        let mut parts = compact.split('.');
        let mut part = || {
            let bytes = URL_SAFE_NO_PAD.decode(parts.next()?.trim_end_matches('=')).ok()?;
            serde_json::from_slice::<Map<String, Value>>(&bytes).ok()
        };
        Some(Assertion { header: part()?, claims: part()?, compact: compact.clone() })
    }

    /// What stands in a report of it.
    pub fn exchange(&self) -> Exchange {
        let mut fields = self.query();
        for name in ["accept", "content-type"] {
            if !self.header(name).is_empty() {
                fields.push((format!("header {name}"), self.header(name).to_owned()));
            }
        }
        if self.kind == CallKind::Token {
            fields.extend(self.form());
        } else if !self.body.is_empty() {
            let text: String = String::from_utf8_lossy(&self.body).chars().take(2000).collect();
            fields.push(("body".to_owned(), text));
        }
        let mut url = self.url.clone();
        if let Some(at) = url.find('?') {
            url.truncate(at);
        }
        Exchange {
            from: "tool".to_owned(),
            to: "platform".to_owned(),
            method: self.method.to_string(),
            url,
            fields,
            status: Some(self.status).filter(|status| *status > 0),
            headers: Vec::new(),
            text: String::new(),
            token: self.field("client_assertion").and_then(|assertion| trace::decode(&assertion)),
            error: (self.status == 0).then(|| "the suite dropped the connection".to_owned()),
        }
    }
}

/// A client assertion.
#[derive(Clone)]
pub struct Assertion {
    /// The JOSE header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
    /// The token itself.
    pub(crate) compact: String,
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertion").field("header", &self.header).finish_non_exhaustive()
    }
}
