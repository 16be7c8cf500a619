//! The guard before every service: who comes, and what the access token allows (RFC 6750).

use http::{StatusCode, header};
use serde_json::json;

use super::{
    GuardFlaw as Flaw, HOME_PATH, PlatformDouble,
    grant::{Grant, SCOPES},
    http::{add_header, redirect, with_type},
};
use crate::transport::{Request, Response};

impl PlatformDouble {
    /// Who comes to a service, where the access token allows one of these scopes.
    ///
    /// # Errors
    /// The refusal.
    pub(super) fn admitted(&self, request: &Request, scopes: &[&str]) -> Result<Grant, Response> {
        let Some(token) = self.bearer(request) else {
            return if self.has(Flaw::Optional) { Ok(self.anybody()) } else { Err(self.challenge(None)) };
        };
        let mut grants = self.grants();
        let token = if self.has(Flaw::Cut) { token.chars().take(32).collect() } else { token };
        let live = |grant: &&mut Grant| self.now() < grant.until || self.has(Flaw::Forever);
        let Some(grant) = grants.tokens.get_mut(&token).filter(live) else {
            return if self.has(Flaw::Unchecked) {
                Ok(self.anybody())
            } else {
                Err(self.challenge(Some("invalid_token")))
            };
        };
        let course = request.uri().path().split('/').nth(2).unwrap_or_default();
        let first = grant.course.get_or_insert_with(|| course.to_owned());
        if self.has(Flaw::OneContext) && first != course {
            return Err(self.challenge(Some("invalid_token")));
        }
        let allowed = grant.scopes.iter().any(|granted| scopes.contains(&granted.as_str()));
        if allowed || self.has(Flaw::ScopeUnread) { Ok(grant.clone()) } else { Err(insufficient()) }
    }

    /// The access token of a request.
    fn bearer(&self, request: &Request) -> Option<String> {
        let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some((scheme, token)) = header.and_then(|value| value.split_once(' ')) else {
            let query = request.uri().query().unwrap_or_default();
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let given = pairs.find(|(name, _)| name == "access_token").map(|(_, value)| value.into_owned());
            return given.filter(|_| self.has(Flaw::Query));
        };
        let bearer = scheme == "Bearer" || (scheme.eq_ignore_ascii_case("bearer") && !self.has(Flaw::SchemeExact));
        bearer.then(|| token.trim().to_owned())
    }

    /// Whoever is taken for the launched tool without proof.
    fn anybody(&self) -> Grant {
        Grant {
            client: self.wiring.tool.client_id.clone(),
            scopes: SCOPES.map(str::to_owned).to_vec(),
            until: i64::MAX,
            course: None,
        }
    }

    /// The answer to whoever shows no good token.
    fn challenge(&self, error: Option<&str>) -> Response {
        if self.has(Flaw::SignIn) {
            return redirect(StatusCode::FOUND, HOME_PATH);
        }
        let body = json!({"error": error.unwrap_or("invalid_token")});
        let mut response = with_type(StatusCode::UNAUTHORIZED, "application/json", body.to_string());
        if !self.has(Flaw::Bare) {
            let challenge = error.map_or_else(|| "Bearer".to_owned(), |error| format!("Bearer error=\"{error}\""));
            add_header(&mut response, header::WWW_AUTHENTICATE, &challenge);
        }
        response
    }
}

fn insufficient() -> Response {
    let body = r#"{"error":"insufficient_scope"}"#;
    let mut response = with_type(StatusCode::FORBIDDEN, "application/json", body);
    add_header(&mut response, header::WWW_AUTHENTICATE, "Bearer error=\"insufficient_scope\"");
    response
}
