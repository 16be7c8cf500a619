//! The userinfo endpoint (OpenID Connect Core 1.0, 5.3): the claims of the user of an access token.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, StatusCode};

use super::core::Provider;
use super::parameters::Parameters;
use crate::Unavailable;
use crate::server::access_token::AccessTokenError;
use crate::server::bearer::{self, BearerError, BearerFault};
use crate::server::token::router::{json, not_stored};

/// `GET` and `POST /userinfo`. The token comes in the header field, or in the form of a POST (RFC 6750, 2.1 and 2.2).
pub(super) async fn userinfo(
    State(provider): State<Arc<Provider>>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let refused = |fault| not_stored(BearerError::new(provider.issuer(), fault).into_response());
    let token = match token(&method, &headers, &body) {
        Ok(token) => token,
        Err(fault) => return refused(fault),
    };
    match provider.user_of(&token).await {
        Ok(Ok(claims)) => not_stored(json(StatusCode::OK, &claims)),
        Ok(Err(fault)) => refused(fault),
        Err(error) => {
            tracing::error!(%error, "the userinfo endpoint cannot answer");
            let body = serde_json::json!({ "error": "temporarily_unavailable" });
            not_stored(json(StatusCode::SERVICE_UNAVAILABLE, &body))
        }
    }
}

impl Provider {
    async fn user_of(
        &self,
        token: &str,
    ) -> Result<Result<serde_json::Map<String, serde_json::Value>, BearerFault>, Unavailable> {
        let not_good = || Ok(Err(BearerFault::Token(AccessTokenError::NotOurs)));
        let Some(verified) = self.verify_access_token(token).await? else { return not_good() };
        if verified.grant_id.is_none() || !verified.audience.iter().any(|audience| audience == self.issuer()) {
            return not_good();
        }
        if !verified.scopes.contains("openid") {
            return Ok(Err(BearerFault::Scope { needed: "openid".to_owned() }));
        }
        let claims = self.user_claims(&verified.subject, &verified.scopes).await?;
        Ok(claims.ok_or(BearerFault::Token(AccessTokenError::NotOurs)))
    }
}

fn token(method: &Method, headers: &HeaderMap, body: &[u8]) -> Result<String, BearerFault> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = media_type.split(';').next().unwrap_or_default().trim();
    let is_form = method == Method::POST && is_form.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let form = if is_form { Parameters::read(body) } else { Parameters::default() };
    match form.get("access_token") {
        Some(_) if headers.contains_key(AUTHORIZATION) || form.all("access_token").nth(1).is_some() => {
            Err(BearerFault::Repeated)
        }
        Some(token) => Ok(token.to_owned()),
        None => bearer::credentials(headers).map(ToOwned::to_owned),
    }
}
