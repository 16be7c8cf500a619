//! Sending a JSON document to a server and reading its answer: the [`Submit`] trait.
//!
//! It stands beside [`Fetch`](super::Fetch), so that whoever only reads need not be able to write.

use std::fmt;

use serde_json::Value;
use url::Url;

use super::fetch::{FetchError, Fetched};
use crate::BoxFuture;

/// A JSON document on its way to a server.
#[derive(Clone)]
#[non_exhaustive]
pub struct Submission {
    /// The document.
    pub document: Value,
    /// A token that goes along in the header field `Authorization` (RFC 6750, 2.1); secret, never printed.
    pub bearer: Option<String>,
}

impl Submission {
    /// A document without a token.
    pub const fn new(document: Value) -> Self {
        Self { document, bearer: None }
    }

    /// Sends this token along.
    #[must_use]
    pub fn with_bearer(mut self, token: Option<String>) -> Self {
        self.bearer = token;
        self
    }
}

impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submission").field("bearer", &self.bearer.is_some()).finish_non_exhaustive()
    }
}

/// Sends a document by POST.
///
/// [`GuardedFetcher`](super::GuardedFetcher) does it over the network; a test answers from memory.
pub trait Submit: Send + Sync {
    /// Sends `submission` to `url`. Any HTTP answer is `Ok`, whatever its status.
    ///
    /// # Errors
    /// [`FetchError`] when no answer came, or when the policy forbids to ask.
    fn post<'a>(&'a self, url: &'a Url, submission: &'a Submission) -> BoxFuture<'a, Result<Fetched, FetchError>>;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Submission;

    #[test]
    fn no_token_is_printed() {
        let submission = Submission::new(json!({})).with_bearer(Some("secret-token".to_owned()));
        assert!(!format!("{submission:?}").contains("secret-token"));
    }
}
