//! Registrations after they were made: reading, changing, deleting (RFC 7592, 2).

use http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::{ClientRegistrationFlaw as Flaw, IssuerDouble, error, http::add_header, json as answer};
use crate::transport::{Request, Response};

impl IssuerDouble {
    /// Answers at the client configuration endpoint of this client.
    pub(super) fn manage(&self, request: &Request, id: &str) -> Response {
        let known = self.book().managed.get(id).cloned();
        let Some((own, registered)) = known else {
            let status = if self.has(Flaw::Absent) { StatusCode::NOT_FOUND } else { StatusCode::UNAUTHORIZED };
            return refused(status);
        };
        let (read, update) = (request.method() == Method::GET, request.method() == Method::PUT);
        let delete = request.method() == Method::DELETE;
        let unguarded = (read && self.has(Flaw::ReadUnguarded))
            || (update && self.has(Flaw::UpdateUnguarded))
            || (delete && self.has(Flaw::DeleteUnguarded));
        if bearer(request) != Some(own.as_str()) && !unguarded {
            return refused(StatusCode::UNAUTHORIZED);
        }
        if read {
            return answer(StatusCode::OK, &registered);
        }
        if update {
            return self.update(request, id, registered);
        }
        if !delete {
            return error(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "GET, PUT and DELETE alone");
        }
        if !self.has(Flaw::Deleted) {
            self.book().managed.remove(id);
            self.book().clients.remove(id);
        }
        let mut response = Response::new(bytes::Bytes::new());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response
    }

    /// Takes over what a client may change.
    fn update(&self, request: &Request, id: &str, registered: Value) -> Response {
        let Ok(Value::Object(asked)) = serde_json::from_slice::<Value>(request.body()) else {
            return error(StatusCode::BAD_REQUEST, "invalid_client_metadata", "the body is no JSON object");
        };
        let mut registered = registered;
        if let Some(name) = asked.get("client_name") {
            registered["client_name"] = name.clone();
        }
        if let Some(known) = self.book().managed.get_mut(id) {
            known.1 = registered.clone();
        }
        answer(StatusCode::OK, &registered)
    }
}

/// The token of the Authorization header.
pub(super) fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Refuses a token that is not the one of this client.
pub(super) fn refused(status: StatusCode) -> Response {
    let mut response = answer(status, &json!({ "error": "invalid_token" }));
    add_header(&mut response, header::WWW_AUTHENTICATE, "Bearer realm=\"registration\", error=\"invalid_token\"");
    response
}
