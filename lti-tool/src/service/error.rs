//! Why a call of a service gives nothing.

use std::fmt;
use std::time::Duration;

use lti_core::id::{ClientId, Issuer};
use lti_core::service::{Problems, Scope};
use oauth2_issuer::Unavailable;
use oauth2_issuer::relying::{FetchError, TokenClientError};

/// What a platform wrote beside a refusal. It may name people, so it is neither in `Debug` nor in `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct PlatformWords(pub(super) String);

impl fmt::Debug for PlatformWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlatformWords(..)")
    }
}

/// Why a call of a service gives nothing. Addresses are shown without query, since queries can hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The registration that the launch came by was taken away.
    #[error("the registration of {client_id} at {issuer} is gone")]
    RegistrationGone {
        /// The platform.
        issuer: Issuer,
        /// The tool's name there.
        client_id: ClientId,
    },
    /// The registrations cannot be read.
    #[error("the registrations are {0}")]
    Registrations(Unavailable),
    /// The registration names no token endpoint.
    #[error("the registration of {client_id} at {issuer} has no token_url, without which no service can be called")]
    NoTokenUrl {
        /// The platform.
        issuer: Issuer,
        /// The tool's name there.
        client_id: ClientId,
    },
    /// The tool has no key to prove itself with.
    #[error("the tool has no signing key: give its builder a key ring")]
    NoKey,
    /// The launch brought no address for this.
    #[error("the platform does not offer {what} with this launch")]
    NotOffered {
        /// What is not there, with the claim that would have it.
        what: &'static str,
    },
    /// The launch says that the tool may not do this.
    #[error("the platform does not offer the scope {0} with this launch")]
    ScopeNotOffered(Scope),
    /// There is no access token.
    #[error(transparent)]
    Token(#[from] TokenClientError),
    /// An address of the platform is none that can be called.
    #[error("{what} is no address that can be called")]
    Address {
        /// Where the address came from.
        what: &'static str,
    },
    /// An address leads to somebody else: no token is sent there.
    #[error("{url} is not at the platform that the launch came from, so it gets no token")]
    ForeignOrigin {
        /// The address, without query.
        url: String,
    },
    /// No answer came.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The service says no.
    #[error("{url} answers {status}{}", later(*.retry_after))]
    Status {
        /// The address, without query.
        url: String,
        /// The status code.
        status: u16,
        /// How long the service asks to wait, where that is longer than the policy allows, or was waited for in vain.
        retry_after: Option<Duration>,
        /// What the platform wrote beside it: see [`ServiceError::platform_says`].
        words: Option<PlatformWords>,
    },
    /// The service says yes, with a body that cannot be used.
    #[error("{url} answers with something else than was asked for: {problems}")]
    Unreadable {
        /// The address, without query.
        url: String,
        /// What is wrong with it.
        problems: Problems,
    },
    /// A page leads back to one that was read before.
    #[error("{url} is a page that was read before: the list would never end")]
    PageLoop {
        /// The address, without query.
        url: String,
    },
    /// The list has more pages than the policy allows.
    #[error("the list has more than {limit} pages")]
    TooManyPages {
        /// How many were read.
        limit: usize,
    },
    /// A line item to be found names neither a link, nor a resource, nor a tag, so that nothing tells it from others.
    #[error("expected a line item with a resource link id, a resource id or a tag to look for, saw none of them")]
    Unidentified,
}

impl ServiceError {
    /// What the platform wrote beside its refusal, for the people who run the tool. It can name people: keep it out of
    /// logs that others read.
    pub fn platform_says(&self) -> Option<&str> {
        match self {
            Self::Status { words, .. } => words.as_ref().map(|words| words.0.as_str()),
            Self::Token(TokenClientError::Refused { description, .. }) => description.as_deref(),
            _ => None,
        }
    }

    /// The status of the service's refusal.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }
}

fn later(retry_after: Option<Duration>) -> String {
    retry_after.map(|wait| format!(", and asks to come back in {} s", wait.as_secs())).unwrap_or_default()
}
