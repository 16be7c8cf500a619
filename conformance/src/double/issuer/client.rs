//! How a client proves itself at the token endpoint and its like (RFC 6749, 2.3; RFC 7523, 2.2).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Method, StatusCode, header};
use serde_json::{Map, Value};

use super::{
    AssertionFlaw, IssuerDouble, IssuerFlaw, TokenEndpointFlaw as Flaw,
    assertion::{ASSERTION_TYPE, Against, Opened, proves},
    book::ClientRecord,
    error,
    http::{Fields, add_header},
};
use crate::transport::{Request, Response};

/// The credentials that a request brings.
#[derive(Default)]
struct Presented {
    basic: Option<(String, String)>,
    post: Option<(String, String)>,
    id: Option<String>,
    assertion: Option<String>,
}

impl Presented {
    fn of(request: &Request, form: &Fields, from_url: bool) -> Self {
        let query = request.uri().query().filter(|_| from_url && request.method() == Method::POST).unwrap_or_default();
        let asked = |name: &str| {
            let found = form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name);
            found.map(|(_, value)| value.into_owned())
        };
        let text = |name: &str| form.filled(name).map(str::to_owned);
        let id = text("client_id").or_else(|| asked("client_id"));
        let secret = text("client_secret").or_else(|| asked("client_secret"));
        let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        Self { basic: header.and_then(basic), post: id.clone().zip(secret), id, assertion: text("client_assertion") }
    }

    fn ways(&self) -> usize {
        [self.basic.is_some(), self.post.is_some(), self.assertion.is_some()].into_iter().filter(|way| *way).count()
    }
}

impl IssuerDouble {
    /// The client that sends this form to the token endpoint or its like, or the refusal.
    pub(super) fn authenticated(&self, request: &Request, form: &Fields) -> Result<ClientRecord, Box<Response>> {
        self.authenticated_at(request, form, &[self.own("/token")])
    }

    /// The client that sends this form. An assertion may be addressed to the issuer, and to these.
    pub(super) fn authenticated_at(
        &self,
        request: &Request,
        form: &Fields,
        audiences: &[String],
    ) -> Result<ClientRecord, Box<Response>> {
        let presented = Presented::of(request, form, self.has(Flaw::SecretInUrl));
        if presented.ways() > 1 && !self.takes_both(&presented) {
            return Err(Box::new(error(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "one way to authenticate at a time",
            )));
        }
        let asserted = presented.assertion.is_some();
        let by_header = request.headers().contains_key(header::AUTHORIZATION);
        self.client_of(&presented, form, audiences).ok_or_else(|| Box::new(self.unproven(by_header, asserted)))
    }

    fn unproven(&self, by_header: bool, asserted: bool) -> Response {
        let (status, name) = match () {
            () if asserted && self.has(AssertionFlaw::ErrorOther) => (StatusCode::BAD_REQUEST, "invalid_request"),
            () if by_header && self.has(Flaw::BasicStatus) => (StatusCode::BAD_REQUEST, "invalid_client"),
            () => (StatusCode::UNAUTHORIZED, "invalid_client"),
        };
        let mut response = error(status, name, "the client is not authenticated");
        if by_header && !self.has(Flaw::BasicChallenge) {
            add_header(&mut response, header::WWW_AUTHENTICATE, "Basic realm=\"token\"");
        }
        response
    }

    fn client_of(&self, presented: &Presented, form: &Fields, audiences: &[String]) -> Option<ClientRecord> {
        if let Some((id, secret)) = &presented.basic {
            return self.by_secret(id, secret, "client_secret_basic", self.has(Flaw::BasicUnread));
        }
        if let Some(compact) = &presented.assertion {
            return self.by_assertion(compact, form, audiences);
        }
        if let Some((id, secret)) = &presented.post {
            let named = if self.has(Flaw::SecretInUrl) && form.filled("client_secret").is_none() {
                ""
            } else {
                "client_secret_post"
            };
            return self.by_secret(id, secret, named, self.has(Flaw::PostUnread));
        }
        let client = self.book().clients.get(presented.id.as_ref()?).cloned()?;
        let suffices = self.has(Flaw::ClientIdSuffices) && client.secret.is_some();
        (client.is_public() || suffices).then_some(client)
    }

    /// Whether two kinds of credentials at once are taken.
    fn takes_both(&self, presented: &Presented) -> bool {
        let right = |pair: &Option<(String, String)>| {
            pair.as_ref().is_some_and(|(id, secret)| self.by_secret(id, secret, "", false).is_some())
        };
        let both = || right(&presented.basic) && right(&presented.post);
        presented.assertion.is_none() && (self.has(Flaw::MethodsOneRead) || (self.has(Flaw::MethodsTwo) && both()))
    }

    /// The client with this secret. Where a method is named, it is the client's own.
    fn by_secret(&self, id: &str, secret: &str, method: &str, unread: bool) -> Option<ClientRecord> {
        let client = self.book().clients.get(id).cloned()?;
        let known = client.secret.as_deref()?;
        ((method.is_empty() || client.auth == method) && (known == secret || unread)).then_some(client)
    }

    /// A client that signs (RFC 7523, 3).
    fn by_assertion(&self, text: &str, form: &Fields, audiences: &[String]) -> Option<ClientRecord> {
        let typed = form.get("client_assertion_type") == Some(ASSERTION_TYPE) || self.has(AssertionFlaw::TypeUnread);
        let one = if self.has(AssertionFlaw::FirstOfTwo) { text.split(' ').next().unwrap_or_default() } else { text };
        let assertion = Opened::read(one)?;
        let by_issuer = self.has(AssertionFlaw::SubOther)
            || (self.has(AssertionFlaw::SubMissing) && assertion.text("sub").is_none());
        let named = assertion.text(if by_issuer { "iss" } else { "sub" })?;
        let client = self.book().clients.get(named).filter(|client| client.auth == "private_key_jwt").cloned()?;
        let same = form.filled("client_id").is_none_or(|id| id == client.id) || self.has(AssertionFlaw::ClientIdUnread);
        if !typed || !same || !self.proven(&assertion, &client, audiences) {
            return None;
        }
        if let Some(jti) = assertion.text("jti") {
            let fresh = self.book().assertions.insert(format!("{} {jti}", client.id));
            if !fresh && !self.has(AssertionFlaw::Replayed) {
                return None;
            }
        }
        Some(client)
    }

    fn proven(&self, assertion: &Opened, client: &ClientRecord, audiences: &[String]) -> bool {
        let keys = keys_of(client);
        let everybody: Vec<Value> = self.book().clients.values().flat_map(keys_of).collect();
        let mut audiences = audiences.to_vec();
        if !self.has(AssertionFlaw::AudIssuerRefused) {
            audiences.push(self.issuer());
        }
        let against = Against {
            client: &client.id,
            keys: &keys,
            everybody: &everybody,
            alg: client.members.get("token_endpoint_auth_signing_alg").and_then(Value::as_str),
            audiences: &audiences,
            now: self.now(),
        };
        let flaw = match self.flaw {
            Some(IssuerFlaw::Assertion(flaw)) => Some(flaw),
            _ => None,
        };
        proves(assertion, &against, flaw)
    }
}

/// The keys that a client registered.
fn keys_of(client: &ClientRecord) -> Vec<Value> {
    let keys = client.members.get("jwks").and_then(|set| set.get("keys")).and_then(Value::as_array);
    keys.cloned().unwrap_or_default()
}

/// Id and secret of an Authorization header (RFC 6749, 2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded =
        |part: &str| form_urlencoded::parse(format!("v={part}").as_bytes()).next().map(|(_, value)| value.into_owned());
    Some((decoded(id)?, decoded(secret)?))
}

/// Header and claims of a compact token.
pub(super) fn parts(compact: &str) -> Option<(Map<String, Value>, Map<String, Value>)> {
    let opened = Opened::read(compact)?;
    Some((opened.header, opened.claims))
}

/// Whether an RSA key verifies a token with RS256.
pub(super) fn verifies(compact: &str, key: &Value) -> bool {
    Opened::read(compact).is_some_and(|token| token.alg() == "RS256" && token.signed_by(key))
}
