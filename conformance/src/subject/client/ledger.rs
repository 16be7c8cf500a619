//! Every request of the client to the suite's issuer, as it came.

use std::fmt;

use http::{Method, header};

use crate::{report::model::Exchange, trace, transport::Request};

/// Where a request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// The discovery document.
    Discovery,
    /// The key set.
    Keys,
    /// The token endpoint.
    Token,
    /// The userinfo endpoint.
    Userinfo,
    /// A key set that no document names: only a token's header leads there.
    Stray,
    /// Nothing that is there.
    Astray,
}

/// One request of the client.
#[derive(Clone)]
pub struct Call {
    /// The issuer below whose address it came.
    pub issuer: usize,
    /// What it asked.
    pub endpoint: Endpoint,
    /// Whether only a changed discovery document names the address.
    pub changed: bool,
    /// The method.
    pub method: Method,
    /// The address without its query.
    pub url: String,
    /// The query.
    pub query: Vec<(String, String)>,
    /// The form.
    pub form: Vec<(String, String)>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The media type of the body.
    pub media_type: String,
    /// When it came, in seconds since 1970.
    pub at: i64,
    /// The status of the answer.
    pub status: u16,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("endpoint", &self.endpoint)
            .field("method", &self.method)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Call {
    pub(super) fn of(place: (usize, Endpoint, bool), url: String, at: i64, request: &Request) -> Self {
        let (issuer, endpoint, changed) = place;
        let header =
            |name| request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let media_type = header(header::CONTENT_TYPE).unwrap_or_default();
        let is_form = media_type.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
        let pairs = |bytes: &[u8]| form_urlencoded::parse(bytes).into_owned().collect();
        Self {
            issuer,
            endpoint,
            changed,
            method: request.method().clone(),
            url,
            query: pairs(request.uri().query().unwrap_or_default().as_bytes()),
            form: if is_form { pairs(request.body()) } else { Vec::new() },
            authorization: header(header::AUTHORIZATION),
            media_type,
            at,
            status: 0,
        }
    }

    /// A field of the form. What stands in the address of a token request is read as well: another issuer may answer such a
    /// request, and what is wrong with it is the matter of a case.
    pub fn field(&self, name: &str) -> Option<&str> {
        let in_address = || self.parameter(name).filter(|_| self.endpoint == Endpoint::Token);
        find(&self.form, name).or_else(in_address)
    }

    /// A parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// Whether it asks the token endpoint for this grant.
    pub fn grants(&self, grant_type: &str) -> bool {
        self.endpoint == Endpoint::Token && self.field("grant_type") == Some(grant_type)
    }

    /// The request, for the evidence of a finding.
    pub fn exchange(&self) -> Exchange {
        let mut fields: Vec<_> = self.query.iter().chain(&self.form).cloned().collect();
        let token = self.field("client_assertion").and_then(trace::decode);
        fields.extend(self.authorization.iter().map(|value| ("authorization".to_owned(), value.clone())));
        veil_codes(&mut fields);
        Exchange {
            from: "client".to_owned(),
            to: "issuer".to_owned(),
            method: self.method.to_string(),
            url: self.url.clone(),
            fields,
            status: Some(self.status),
            headers: Vec::new(),
            text: String::new(),
            token,
            error: None,
        }
    }
}

/// Takes authorization codes out of what a report shows: `code` is no name that is secret everywhere.
pub(super) fn veil_codes(fields: &mut [(String, String)]) {
    for (_, value) in fields.iter_mut().filter(|(name, _)| name == "code") {
        "(a code of the suite)".clone_into(value);
    }
}

fn find<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}
