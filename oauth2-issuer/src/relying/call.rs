//! Calling a service: any method, with a media type each way and an access token. The [`Call`] trait.
//!
//! It stands beside [`Fetch`](super::Fetch), which reads documents, and [`Submit`](super::Submit), which sends them.

use std::fmt;

use bytes::Bytes;
use http::Method;
use url::Url;

use super::fetch::{FetchError, Fetched};
use crate::BoxFuture;

/// What is sent to a service.
#[derive(Clone)]
#[non_exhaustive]
pub struct ServiceRequest {
    /// The method.
    pub method: Method,
    /// The media types that are understood, for the header field `Accept`.
    pub accept: &'static str,
    /// What goes along, with its media type.
    pub body: Option<(&'static str, Bytes)>,
    /// The access token for the header field `Authorization` (RFC 6750, 2.1); secret, never printed.
    pub bearer: Option<String>,
    /// The header field `Authorization` of another scheme, such as OAuth 1.0a; never printed.
    pub authorization: Option<String>,
}

impl ServiceRequest {
    /// A GET that asks for this media type.
    pub const fn get(accept: &'static str) -> Self {
        Self { method: Method::GET, accept, body: None, bearer: None, authorization: None }
    }

    /// A request with a body of this media type, whose answer has the same or, where it is named, another.
    pub fn send(method: Method, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { method, accept: media_type, body: Some((media_type, body.into())), bearer: None, authorization: None }
    }

    /// A DELETE, whose answer may be empty.
    pub const fn delete() -> Self {
        Self { method: Method::DELETE, accept: "*/*", body: None, bearer: None, authorization: None }
    }

    /// Says which media types are understood in the answer.
    #[must_use]
    pub const fn accepting(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    /// Sends this token along.
    #[must_use]
    pub fn with_bearer(mut self, token: impl Into<String>) -> Self {
        self.bearer = Some(token.into());
        self
    }

    /// Sends this `Authorization` along, of another scheme than `Bearer`.
    #[must_use]
    pub fn with_authorization(mut self, authorization: impl Into<String>) -> Self {
        self.authorization = Some(authorization.into());
        self
    }
}

impl fmt::Debug for ServiceRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceRequest")
            .field("method", &self.method)
            .field("accept", &self.accept)
            .field("media_type", &self.body.as_ref().map(|(media_type, _)| media_type))
            .field("bearer", &self.bearer.is_some())
            .field("authorization", &self.authorization.is_some())
            .finish_non_exhaustive()
    }
}

/// Calls services.
///
/// [`GuardedFetcher`](super::GuardedFetcher) does it over the network; a test answers from memory.
pub trait Call: Send + Sync {
    /// Sends `request` to `url`. Any HTTP answer is `Ok`, whatever its status; a redirect is an answer as well, and is
    /// never followed.
    ///
    /// # Errors
    /// [`FetchError`] when no answer came, or when the policy forbids to ask.
    fn call<'a>(&'a self, url: &'a Url, request: &'a ServiceRequest) -> BoxFuture<'a, Result<Fetched, FetchError>>;
}

#[cfg(test)]
mod tests {
    use super::ServiceRequest;

    #[test]
    fn neither_token_nor_body_is_printed() {
        let request = ServiceRequest::send(http::Method::POST, "text/plain", "a grade")
            .with_bearer("secret-token")
            .with_authorization("OAuth secret-signature");
        let shown = format!("{request:?}");
        assert!(
            !shown.contains("secret-token") && !shown.contains("secret-signature") && !shown.contains("a grade"),
            "{shown}"
        );
    }
}
