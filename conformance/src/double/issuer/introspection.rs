//! The double's introspection endpoint (RFC 7662): a client is shown its own tokens.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    IntrospectionFlaw as Flaw, IssuerDouble, RefreshFlaw, book::ClientRecord, error, http::Fields, json as answer,
};
use crate::transport::{Request, Response};

impl IssuerDouble {
    /// Says what a token is good for.
    pub(super) fn introspect(&self, request: &Request) -> Response {
        if request.method() != Method::POST {
            return error(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "this address takes POST alone");
        }
        let form = Fields::of(request);
        let client = match self.authenticated(request, &form) {
            Ok(client) => Some(client),
            Err(_) if self.has(Flaw::Open) => None,
            Err(_) if self.has(Flaw::GuardStatus) => {
                return error(StatusCode::BAD_REQUEST, "invalid_request", "the client is not authenticated");
            }
            Err(refusal) => return *refusal,
        };
        let token = form.filled("token").unwrap_or_default();
        let only = form.filled("token_type_hint").filter(|_| self.has(Flaw::HintBelieved));
        let access = if only == Some("refresh_token") { None } else { self.shown_access(client.as_ref(), token) };
        let found = access
            .or_else(|| if only == Some("access_token") { None } else { self.shown_refresh(client.as_ref(), token) });
        match found {
            Some(mut body) => {
                body["active"] = if self.has(Flaw::ActiveText) { json!("true") } else { json!(true) };
                answer(StatusCode::OK, &body)
            }
            None if self.has(Flaw::UnknownError) => {
                error(StatusCode::BAD_REQUEST, "invalid_request", "the token is not known")
            }
            None if self.has(Flaw::Reason) => {
                answer(StatusCode::OK, &json!({ "active": false, "reason": "unknown or ended" }))
            }
            None => answer(StatusCode::OK, &json!({ "active": false })),
        }
    }

    fn shown_access(&self, client: Option<&ClientRecord>, token: &str) -> Option<Value> {
        let (jti, record) = self.known_access(token)?;
        let foreign = client.is_some_and(|client| client.id != record.client_id);
        let ended = record.until <= self.now() && !self.has(Flaw::ExpiredActive);
        if foreign || ended || self.is_revoked(&jti, &record) {
            return None;
        }
        Some(json!({ "scope": record.scope, "client_id": record.client_id, "exp": record.until }))
    }

    fn shown_refresh(&self, client: Option<&ClientRecord>, token: &str) -> Option<Value> {
        let record = self.book().refresh.get(token).cloned()?;
        let owner = &record.grant.wanted.client.id;
        let foreign = client.is_some_and(|client| client.id != *owner);
        let revoked = self.book().revoked.contains(&record.grant.number) && !self.has(Flaw::RevokedActive);
        if foreign || revoked || (record.used && !self.has(RefreshFlaw::Kept)) {
            return None;
        }
        Some(json!({ "scope": record.scope, "client_id": owner }))
    }
}
