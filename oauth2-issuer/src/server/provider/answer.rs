//! How answers are written: JSON for clients, pages and redirects for browsers.

use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, X_FRAME_OPTIONS};
use http::{HeaderValue, StatusCode};
use lti_core::service::token::TokenErrorResponse;

use super::accounts::Step;
use super::core::Provider;
use crate::Unavailable;
use crate::server::page::{self, Page};
use crate::server::token::{TokenRefusal, router};

/// A sentence in the characters that `error_description` may have: no quotation mark, no backslash, nothing outside
/// ASCII (RFC 6749, 4.1.2.1 and 5.2). It is cut off where a request put a novel into it.
pub(super) fn plain(sentence: &str) -> String {
    const MOST: usize = 300;
    let plain = |c: char| match c {
        '"' => '\'',
        '\\' => '/',
        ' '..='~' => c,
        _ => '?',
    };
    sentence.chars().map(plain).take(MOST).collect()
}

impl Provider {
    /// The answer to a request of a client that is refused.
    pub(super) fn refuse(&self, refusal: &TokenRefusal) -> Response {
        let (code, description) = (refusal.code.as_str(), plain(&refusal.description));
        tracing::info!(issuer = self.issuer(), code, description, "a request of a client was refused");
        let body = TokenErrorResponse::new(refusal.code.clone(), description);
        router::refuse(refusal, &body, self.issuer())
    }
}

/// Sends the browser elsewhere. 303 makes it a GET, so that nothing that was posted here is posted there (RFC 9700,
/// 4.12); nobody is told where it comes from (4.2.4).
pub(super) fn redirect(to: &str) -> Response {
    let Ok(location) = HeaderValue::from_bytes(to.as_bytes()) else {
        return error_page(
            StatusCode::BAD_REQUEST,
            "the address where the answer belongs cannot stand in a header field",
        );
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// A page of the issuer that says what went wrong.
pub(super) fn error_page(status: StatusCode, text: &str) -> Response {
    let text = format!("{}. Nothing was granted.", capitalised(text));
    unframed(page::error(status, "Sign-in is not possible", &text))
}

/// The page while something behind this server does not answer; the reason goes to the log.
pub(super) fn failed(error: &Unavailable) -> Response {
    tracing::error!(%error, "the authorization endpoint cannot answer");
    error_page(StatusCode::SERVICE_UNAVAILABLE, "something behind this server does not answer: try again in a minute")
}

/// What the embedder lets the browser have.
pub(super) fn step(step: Result<Step, Unavailable>) -> Response {
    match step {
        Ok(Step::Redirect(to)) => redirect(&to),
        Ok(Step::Page(page)) => unframed(page),
        Err(error) => failed(&error),
    }
}

/// A page as it is.
pub(super) fn from_page(page: Page) -> Response {
    let mut response = Response::new(Body::from(page.body));
    *response.status_mut() = page.status;
    for (name, value) in page.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// A page that nobody puts into a frame (RFC 6749, 10.13; RFC 9700, 4.16).
fn unframed(page: Page) -> Response {
    let mut response = from_page(page);
    let headers = response.headers_mut();
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    let known = headers.get(CONTENT_SECURITY_POLICY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !known.contains("frame-ancestors") {
        let rest = if known.is_empty() { String::new() } else { format!("{known}; ") };
        if let Ok(policy) = HeaderValue::try_from(format!("{rest}frame-ancestors 'none'")) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
    }
    response
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
