//! What a service answers when it does not do what it was asked for: one shape everywhere.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use lti_core::service::Problems;
use oauth2_issuer::Unavailable;
use oauth2_issuer::server::bearer::BearerError;
use serde_json::{Value, json};

/// A refusal: status, the rule in words, and what else the answer has to carry. It repeats nothing that leads to a
/// person, and no token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The status.
    pub status: StatusCode,
    /// What is wrong: the rule, what was expected and what was seen.
    pub detail: String,
    /// The rules that the body breaks: id, member, expected, seen.
    pub broken: Vec<[String; 4]>,
    challenge: Option<HeaderValue>,
    allow: Option<&'static str>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), broken: Vec::new(), challenge: None, allow: None }
    }

    pub(super) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// The same for what is not there and for what belongs to somebody else.
    pub(super) fn not_found(what: &str) -> Self {
        let detail = format!("expected {what} that this tool reaches with this deployment, saw none at this address");
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(super) fn method(allow: &'static str) -> Self {
        let detail = format!("expected one of the methods {allow}, saw another");
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, detail) }
    }
}

impl From<Problems> for Refusal {
    fn from(problems: Problems) -> Self {
        let broken = problems.iter().map(|problem| {
            [problem.rule.id().to_owned(), problem.member.clone(), problem.expected.clone(), problem.seen.clone()]
        });
        Self { broken: broken.collect(), ..Self::bad(problems.to_string()) }
    }
}

impl From<BearerError> for Refusal {
    fn from(error: BearerError) -> Self {
        Self { challenge: Some(error.challenge()), ..Self::new(error.status(), error.to_string()) }
    }
}

impl From<Unavailable> for Refusal {
    fn from(Unavailable { reason, .. }: Unavailable) -> Self {
        tracing::error!(%reason, "a service cannot answer");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the platform cannot read or write its records at the moment")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut problem = json!({
            "title": self.status.canonical_reason().unwrap_or("Refused"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if !self.broken.is_empty() {
            let broken = self.broken.iter().map(|[rule, member, expected, seen]| {
                json!({ "rule": rule, "member": member, "expected": expected, "seen": seen })
            });
            problem["broken"] = Value::Array(broken.collect());
        }
        let mut response = Response::new(Body::from(problem.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(challenge) = self.challenge {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}
