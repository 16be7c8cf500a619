//! What a service was asked, and what it answered: for logs and traces.

use http::{Method, StatusCode};
use lti_core::Timestamp;

use oauth2_issuer::server::AccessGrant;

/// One request to a service and its answer. The access token is not in it; the bodies are, and they lead to people.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServiceExchange<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path and the query as they came, below the issuer.
    pub target: &'a str,
    /// Who asked, and what the access token grants; nothing where there was no good one.
    pub grant: Option<&'a AccessGrant>,
    /// The type of the request's body.
    pub content_type: Option<&'a str>,
    /// The types that were asked for.
    pub accept: Option<&'a str>,
    /// The body of the request.
    pub request: &'a [u8],
    /// The status of the answer.
    pub status: StatusCode,
    /// The values of the header field `Link`.
    pub links: Vec<&'a str>,
    /// The body of the answer.
    pub answer: &'a [u8],
    /// When.
    pub at: Timestamp,
}

impl ServiceExchange<'_> {
    /// Whether something was changed.
    pub fn changed(&self) -> bool {
        self.status.is_success() && self.method != Method::GET && self.method != Method::HEAD
    }
}

/// Watches the services. It sees what happened and changes nothing.
pub trait ServiceObserver: Send + Sync {
    /// A request was answered.
    fn served(&self, exchange: &ServiceExchange<'_>);
}
