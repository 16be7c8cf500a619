//! The userinfo endpoint (`OpenID` Connect Core 1.0, 5.3).

use http::{StatusCode, header};
use serde_json::json;

use super::{
    IssuerDouble,
    book::AccessRecord,
    http::{Fields, add_header},
    json as answer,
};
use crate::transport::{Request, Response};

impl IssuerDouble {
    /// The claims of the user of a token.
    pub(super) fn userinfo(&self, request: &Request) -> Response {
        let Some(token) = bearer(request) else { return challenge("Bearer realm=\"userinfo\"") };
        let record = self.living(&token);
        let granted = record.as_ref().and_then(|record| Some((record, record.grant.as_ref()?)));
        let Some((record, grant)) = granted else {
            return challenge(
                "Bearer realm=\"userinfo\", error=\"invalid_token\", error_description=\"the token is not good\"",
            );
        };
        let mut body = json!({ "sub": grant.user });
        if record.scope.split_whitespace().any(|word| word == "profile") {
            body["name"] = json!("A name");
        }
        answer(StatusCode::OK, &body)
    }

    /// An access token that has neither ended nor been revoked.
    pub(super) fn living(&self, token: &str) -> Option<AccessRecord> {
        let book = self.book();
        let record = book.access.get(token)?;
        let revoked = record.grant.as_ref().is_some_and(|grant| book.revoked.contains(&grant.number));
        let known = book.clients.contains_key(&record.client_id);
        (known && record.until > self.now() && !revoked).then(|| record.clone())
    }
}

/// The token of the Authorization header, or of a posted form (RFC 6750, 2.1 and 2.2).
fn bearer(request: &Request) -> Option<String> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned());
    }
    if request.method() == http::Method::POST {
        return Fields::of(request).filled("access_token").map(str::to_owned);
    }
    None
}

fn challenge(value: &str) -> Response {
    let mut response = answer(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_token" }));
    add_header(&mut response, header::WWW_AUTHENTICATE, value);
    response
}
