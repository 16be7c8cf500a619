//! The double's revocation endpoint (RFC 7009).

use http::{Method, StatusCode};
use serde_json::json;

use super::{IssuerDouble, RevocationFlaw as Flaw, book::ClientRecord, error, http::Fields, json as answer};
use crate::transport::{Request, Response};

impl IssuerDouble {
    /// Revokes a token, of whichever kind.
    pub(super) fn revoke(&self, request: &Request) -> Response {
        if request.method() != Method::POST {
            return error(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "this address takes POST alone");
        }
        let form = Fields::of(request);
        let client = match self.authenticated(request, &form) {
            Ok(client) => client,
            Err(refusal) => {
                let named = form.filled("client_id").and_then(|id| self.book().clients.get(id).cloned());
                match named.filter(|_| self.has(Flaw::Unauthenticated)) {
                    Some(client) => client,
                    None => return *refusal,
                }
            }
        };
        let token = form.filled("token").unwrap_or_default();
        let only = form.filled("token_type_hint").filter(|_| self.has(Flaw::HintBelieved));
        let refresh = only != Some("access_token") && self.end_refresh(&client, token);
        let access = only != Some("refresh_token") && self.end_access(&client, token);
        if !refresh && !access && self.has(Flaw::UnknownError) && only.is_none() {
            return error(StatusCode::BAD_REQUEST, "invalid_request", "the token is not known");
        }
        answer(StatusCode::OK, &json!({}))
    }

    /// Ends a refresh token with its grant; whether it is known.
    fn end_refresh(&self, client: &ClientRecord, token: &str) -> bool {
        let Some(record) = self.book().refresh.get(token).cloned() else { return false };
        let own = record.grant.wanted.client.id == client.id || self.has(Flaw::Unbound);
        if own && !self.has(Flaw::Nothing) {
            if self.has(Flaw::AccessOfRefresh) {
                self.book().refresh.remove(token);
            } else {
                self.book().revoked.insert(record.grant.number);
            }
        }
        true
    }

    /// Ends an access token; whether it is known.
    fn end_access(&self, client: &ClientRecord, token: &str) -> bool {
        let Some((jti, record)) = self.known_access(token) else { return false };
        if record.client_id == client.id && !self.has(Flaw::AccessLives) {
            self.book().ended_access.insert(jti);
        }
        true
    }
}
