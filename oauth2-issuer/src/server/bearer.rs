//! The guard before a service: who asks, and whether the access token allows it (RFC 6750).
//!
//! ```
//! use std::sync::Arc;
//! use axum::response::{IntoResponse as _, Response};
//! use http::{HeaderMap, StatusCode};
//! use oauth2_issuer::server::{AccessTokens, bearer};
//!
//! const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
//!
//! fn post_score(tokens: &AccessTokens, headers: &HeaderMap) -> Response {
//!     let grant = match bearer::authorize(tokens, headers, &[SCORE]) {
//!         Ok(grant) => grant,
//!         Err(refusal) => return refusal.into_response(),
//!     };
//!     format!("a score by {}", grant.client_id).into_response()
//! }
//! # let clock = Arc::new(oauth2_issuer::clock::SystemClock);
//! # let tokens = AccessTokens::new("https://lms.example", oauth2_issuer::server::AccessTokenKey::generate()?, clock);
//! assert_eq!(post_score(&tokens, &HeaderMap::new()).status(), StatusCode::UNAUTHORIZED);
//! # Ok::<(), oauth2_issuer::Unavailable>(())
//! ```

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use super::access_token::{AccessGrant, AccessTokenError, AccessTokens};

/// Lets a request pass whose access token grants at least one of `any_of`; every good token passes when the list is
/// empty.
///
/// The token is read from the header field `Authorization` alone (RFC 6750, 2.1). One in the query would end up in logs,
/// and is not looked at (2.3: SHOULD NOT be used).
///
/// # Errors
/// A [`BearerError`], which is an HTTP answer. The refusal for want of a scope recommends the first of `any_of`, so put
/// the narrowest there.
pub fn authorize(tokens: &AccessTokens, headers: &HeaderMap, any_of: &[&str]) -> Result<AccessGrant, BearerError> {
    let refused = |fault| BearerError { realm: tokens.issuer().to_owned(), fault };
    let token = credentials(headers).map_err(refused)?;
    let grant = tokens.verify(token).map_err(|error| refused(BearerFault::Token(error)))?;
    if any_of.is_empty() || any_of.iter().any(|scope| grant.allows(scope)) {
        return Ok(grant);
    }
    Err(refused(BearerFault::Scope { needed: any_of.first().copied().unwrap_or_default().to_owned() }))
}

/// The token of the request. The name of the scheme is read in any case of letters (RFC 9110, 11.1).
pub(super) fn credentials(headers: &HeaderMap) -> Result<&str, BearerFault> {
    let mut fields = headers.get_all(AUTHORIZATION).iter();
    let field = fields.next().ok_or(BearerFault::NoCredentials)?;
    if fields.next().is_some() {
        return Err(BearerFault::Repeated);
    }
    // Bytes outside ASCII are in no token that was made here.
    let field = field.to_str().map_err(|_| BearerFault::Token(AccessTokenError::NotOurs))?.trim();
    let (scheme, token) = field.split_once(' ').unwrap_or((field, ""));
    match token.trim_start() {
        "" => Err(BearerFault::NoCredentials),
        _ if !scheme.eq_ignore_ascii_case("bearer") => Err(BearerFault::NoCredentials),
        token => Ok(token),
    }
}

/// Why a request does not pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BearerFault {
    /// There is no `Authorization: Bearer` with something behind it.
    #[error("expected an access token in the header field Authorization, saw none")]
    NoCredentials,
    /// The header field came more than once (RFC 6750, 3.1: more than one method or token).
    #[error("expected one header field Authorization, saw several")]
    Repeated,
    /// The token is not good.
    #[error("{0}")]
    Token(#[from] AccessTokenError),
    /// The token is good, for something else.
    #[error("the access token does not grant this: it needs the scope {needed}")]
    Scope {
        /// The scope that would do.
        needed: String,
    },
}

/// A refusal with what the HTTP answer needs: [`IntoResponse`] makes one with a JSON body, a service that has a shape of
/// its own for errors takes [`status`](Self::status) and [`challenge`](Self::challenge).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct BearerError {
    realm: String,
    fault: BearerFault,
}

impl BearerError {
    pub(super) fn new(realm: impl Into<String>, fault: BearerFault) -> Self {
        Self { realm: realm.into(), fault }
    }

    /// What is wrong.
    pub fn fault(&self) -> &BearerFault {
        &self.fault
    }

    /// The status that RFC 6750, 3.1 gives to it.
    pub fn status(&self) -> StatusCode {
        match self.fault {
            BearerFault::NoCredentials | BearerFault::Token(_) => StatusCode::UNAUTHORIZED,
            BearerFault::Repeated => StatusCode::BAD_REQUEST,
            BearerFault::Scope { .. } => StatusCode::FORBIDDEN,
        }
    }

    /// The error code of RFC 6750, 3.1; none when the request brought no credentials, as that section asks.
    pub fn code(&self) -> Option<&'static str> {
        match self.fault {
            BearerFault::NoCredentials => None,
            BearerFault::Repeated => Some("invalid_request"),
            BearerFault::Token(_) => Some("invalid_token"),
            BearerFault::Scope { .. } => Some("insufficient_scope"),
        }
    }

    /// The value of the header field `WWW-Authenticate`, which every refusal carries (RFC 6750, 3).
    pub fn challenge(&self) -> HeaderValue {
        let mut parameters = vec![("realm", self.realm.clone())];
        if let Some(code) = self.code() {
            parameters.extend([("error", code.to_owned()), ("error_description", self.to_string())]);
        }
        if let BearerFault::Scope { needed } = &self.fault {
            parameters.push(("scope", needed.clone()));
        }
        let written: Vec<_> =
            parameters.iter().map(|(name, value)| format!("{name}=\"{}\"", quotable(value))).collect();
        let challenge = format!("Bearer {}", written.join(", "));
        HeaderValue::try_from(challenge).unwrap_or(HeaderValue::from_static("Bearer"))
    }
}

/// What may stand between quotation marks without escaping (RFC 6750, 3: the characters of `error_description`).
fn quotable(text: &str) -> String {
    text.chars().filter(|character| matches!(character, ' '..='~') && !matches!(character, '"' | '\\')).collect()
}

impl IntoResponse for BearerError {
    fn into_response(self) -> Response {
        let body = match self.code() {
            Some(code) => json!({ "error": code, "error_description": self.to_string() }),
            None => json!({ "error_description": self.to_string() }),
        };
        let mut response = (self.status(), Json(body)).into_response();
        response.headers_mut().insert(WWW_AUTHENTICATE, self.challenge());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use lti_core::Timestamp;

    use super::super::access_token::AccessTokenKey;
    use super::*;
    use crate::clock::ManualClock;

    fn tokens() -> AccessTokens {
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(1_000)));
        AccessTokens::new("https://lms.example", AccessTokenKey::from_bytes(&[7; 32]), clock)
    }

    fn asked(fields: &[&str], any_of: &[&str]) -> Result<AccessGrant, BearerError> {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(field.as_bytes()).unwrap());
        }
        authorize(&tokens(), &headers, any_of)
    }

    fn good() -> String {
        tokens().issue("quiz", None, ["read", "write"]).unwrap().0.as_str().to_owned()
    }

    #[test]
    fn one_scope_of_several_is_enough_and_the_scheme_is_read_in_any_case() {
        for scheme in ["Bearer", "bearer", "BEARER", "Bearer  "] {
            let grant = asked(&[&format!("{scheme} {}", good())], &["admin", "read"]).unwrap();
            assert_eq!(grant.client_id.as_str(), "quiz");
        }
        assert!(asked(&[&format!("Bearer {}", good())], &[]).is_ok());
    }

    #[test]
    fn each_refusal_has_its_status_and_its_challenge() {
        let realm = "Bearer realm=\"https://lms.example\"";
        let good = format!("Bearer {}", good());
        let foreign = "expected an access token of this platform, saw something else";
        let invalid = format!("{realm}, error=\"invalid_token\", error_description=\"{foreign}\"");
        let rows: [(&[&str], u16, String); 8] = [
            (&[], 401, realm.to_owned()),
            (&["Basic cXVpejpzZWNyZXQ="], 401, realm.to_owned()),
            (&["Bearer"], 401, realm.to_owned()),
            (&["Bearer "], 401, realm.to_owned()),
            (&["Bearer junk"], 401, invalid.clone()),
            (&["Bearer \u{fc}"], 401, invalid),
            (
                &[&good, &good],
                400,
                format!(
                    "{realm}, error=\"invalid_request\", \
                     error_description=\"expected one header field Authorization, saw several\""
                ),
            ),
            (
                &[&good],
                403,
                format!(
                    "{realm}, error=\"insufficient_scope\", error_description=\"the access token does not grant this: it \
                     needs the scope admin\", scope=\"admin\""
                ),
            ),
        ];
        for (fields, status, challenge) in rows {
            let error = asked(fields, &["admin", "root"]).unwrap_err();
            assert_eq!((error.status().as_u16(), error.challenge().to_str().unwrap()), (status, challenge.as_str()));
        }
    }

    #[test]
    fn an_expired_token_is_named_as_such_and_never_shown() {
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(1_000)));
        let tokens = AccessTokens::new("https://lms.example", AccessTokenKey::from_bytes(&[7; 32]), clock.clone());
        let (token, _) = tokens.issue("quiz", None, ["read"]).unwrap();
        clock.set(Timestamp::from_secs(4_601));
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {}", token.as_str()).parse().unwrap());
        let error = authorize(&tokens, &headers, &["read"]).unwrap_err();
        assert_eq!(error.fault(), &BearerFault::Token(AccessTokenError::Expired));
        assert!(!format!("{error:?}{error}").contains(token.as_str()));
        let response = error.into_response();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert!(response.headers().contains_key(WWW_AUTHENTICATE));
    }
}
