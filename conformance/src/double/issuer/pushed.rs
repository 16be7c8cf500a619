//! The double's endpoint for pushed authorization requests (RFC 9126).

use http::{Method, StatusCode};
use serde_json::json;

use super::{
    IssuerDouble, PushedFlaw as Flaw,
    book::{ClientRecord, PushedRequest},
    error,
    http::Fields,
    json as answer,
};
use crate::transport::{Request, Response};

/// What every `request_uri` of the double begins with.
const URN: &str = "urn:ietf:params:oauth:request_uri:";
/// How long a pushed request is good, in seconds.
const LIFETIME: i64 = 90;
/// The parameters that prove the client, which are no part of the request.
const PROOF: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

impl IssuerDouble {
    /// Takes a pushed request.
    pub(super) fn push(&self, request: &Request) -> Response {
        if request.method() != Method::POST {
            return error(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "this address takes POST alone");
        }
        let form = Fields::of(request);
        let mut audiences = vec![self.own("/token")];
        audiences.extend((!self.has(Flaw::Audience)).then(|| self.own("/par")));
        let client = match self.authenticated_at(request, &form, &audiences) {
            Ok(client) => client,
            Err(refusal) => {
                let named = form.filled("client_id").and_then(|id| self.book().clients.get(id).cloned());
                match named.filter(|_| self.has(Flaw::Unauthenticated)) {
                    Some(client) => client,
                    None => return *refusal,
                }
            }
        };
        if form.filled("request_uri").is_some() && !self.has(Flaw::Nested) {
            return error(StatusCode::BAD_REQUEST, "invalid_request", "request_uri cannot be pushed");
        }
        let uri = self.keep_pushed(&client, &form);
        let mut body = json!({ "request_uri": uri, "expires_in": LIFETIME });
        if self.has(Flaw::ExpiresMissing) {
            body = json!({ "request_uri": uri });
        }
        answer(if self.has(Flaw::Status) { StatusCode::OK } else { StatusCode::CREATED }, &body)
    }

    fn keep_pushed(&self, client: &ClientRecord, form: &Fields) -> String {
        let name = if self.has(Flaw::Same) { client.id.clone() } else { self.random.draw() };
        let mut parameters: Vec<(String, String)> = form
            .pairs()
            .filter(|(name, _)| !PROOF.contains(name) && *name != "request_uri" && *name != "client_id")
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect();
        parameters.push(("client_id".to_owned(), client.id.clone()));
        let uri = format!("{URN}{name}");
        let record = PushedRequest { client: client.id.clone(), parameters, until: self.now() + LIFETIME };
        self.book().pushed.insert(uri.clone(), record);
        uri
    }

    /// The parameters of an authorization request: those that were pushed, where it names them, or its own. The line says
    /// why a pushed request is refused.
    pub(super) fn unpacked(&self, fields: Fields) -> Result<Fields, &'static str> {
        let Some(uri) = fields.filled("request_uri").filter(|uri| uri.starts_with(URN)) else { return Ok(fields) };
        let Some(record) = self.book().pushed.get(uri).cloned() else { return Err("the pushed request is not known") };
        let own = fields.filled("client_id") == Some(record.client.as_str());
        if !own && !self.has(Flaw::Unbound) {
            return Err("the request was pushed by another client");
        }
        if record.until < self.now() && !self.has(Flaw::ExpiredTaken) {
            return Err("the pushed request has ended");
        }
        if !self.has(Flaw::Reused) {
            self.book().pushed.remove(uri);
        }
        Ok(Fields::new(record.parameters))
    }
}
