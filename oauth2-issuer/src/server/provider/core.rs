//! The issuer, made of its parts.

use std::fmt;
use std::sync::Arc;

use lti_core::Timestamp;
use url::Url;

use super::accounts::{Accounts, Interaction};
use super::policy::ProviderPolicy;
use super::store::ProviderStore;
use crate::clock::Clock;
use crate::key_ring::KeyRing;
use crate::once::OnceStore;
use crate::server::token::KeySets;

/// What an issuer stands on.
#[derive(Clone)]
pub struct ProviderParts {
    /// What it keeps.
    pub store: Arc<dyn ProviderStore>,
    /// What remembers the `jti` of assertions.
    pub once: Arc<dyn OnceStore>,
    /// Its signing keys: one for RS256 at least (OpenID Connect Core 1.0, 15.1).
    pub keys: Arc<KeyRing>,
    /// What gets the key sets of clients.
    pub key_sets: Arc<dyn KeySets>,
    /// Its users.
    pub accounts: Arc<dyn Accounts>,
    /// Its pages.
    pub interaction: Arc<dyn Interaction>,
    /// Its time.
    pub clock: Arc<dyn Clock>,
}

/// Why an issuer cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// Its name is no URL that an issuer may have.
    #[error("expected an issuer of the form https://host/path, without query and fragment (RFC 8414, 2), saw {0:?}")]
    Issuer(String),
}

/// One issuer: an authorization server and OpenID provider under one URL.
pub struct Provider {
    issuer: String,
    url: Url,
    pub(super) parts: ProviderParts,
    pub(super) policy: ProviderPolicy,
}

impl Provider {
    /// The issuer `issuer`, as it stands in `iss`, made of its parts.
    ///
    /// The scheme may be http as well, for servers behind a proxy in tests; publish it as https.
    ///
    /// # Errors
    /// [`ProviderError::Issuer`] when it is no URL with a host, or has a query or a fragment.
    pub fn new(
        issuer: impl Into<String>,
        parts: ProviderParts,
        mut policy: ProviderPolicy,
    ) -> Result<Self, ProviderError> {
        let issuer = issuer.into();
        let url = Url::parse(&issuer).ok().filter(|url| {
            matches!(url.scheme(), "https" | "http")
                && url.has_host()
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        });
        let url = url.ok_or_else(|| ProviderError::Issuer(issuer.clone()))?;
        policy.code_lifetime = policy.code_lifetime.min(ProviderPolicy::MAX_CODE_LIFETIME);
        Ok(Self { issuer, url, parts, policy })
    }

    /// Its name, character for character as it stands in `iss`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// How it serves.
    pub fn policy(&self) -> &ProviderPolicy {
        &self.policy
    }

    /// What it stands on.
    pub fn parts(&self) -> &ProviderParts {
        &self.parts
    }

    /// What it keeps.
    pub fn store(&self) -> &dyn ProviderStore {
        &*self.parts.store
    }

    /// The address of one of its endpoints: `endpoint("/token")`.
    pub fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.trim_end_matches('/'))
    }

    /// The path of the issuer, without a slash at its end: empty for an issuer at the root of its host.
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// Its time.
    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
