//! The secrets of LTI 1.1, for tools that take the accounts of their LTI 1.1 users over.

use std::collections::HashMap;
use std::fmt;

use lti_core::id::Issuer;
use lti_core::inspect::Launch;
use lti_core::message::{Lti11Secret, Unproven};
use oauth2_issuer::{BoxFuture, Unavailable};

use crate::registration::Registration;

/// Where the tool keeps the secrets of its LTI 1.1 registrations.
///
/// The launch is told [`Migration::Migrated`](lti_core::inspect::Migration::Migrated) only when its `lti1p1` claim was
/// signed with the secret that is found here. Whatever else comes out, the launch goes on.
pub trait Lti11Secrets: Send + Sync {
    /// The secret of this consumer key, if the platform of `registration` is the one that was given it; `None` when there
    /// is none. A secret answers for every account under its key, so a key must not be looked up for any platform.
    ///
    /// # Errors
    /// [`Unavailable`] when the secrets cannot be read at the moment.
    fn find<'a>(
        &'a self,
        registration: &'a Registration,
        consumer_key: &'a str,
    ) -> BoxFuture<'a, Result<Option<Lti11Secret>, Unavailable>>;
}

/// Secrets in memory, for one process.
///
/// ```
/// use lti_tool::MemoryLti11Secrets;
/// let _secrets = MemoryLti11Secrets::default().with("https://lms.example", "consumer-1", "the shared secret");
/// ```
#[derive(Default)]
pub struct MemoryLti11Secrets {
    secrets: HashMap<(Issuer, String), Lti11Secret>,
}

impl MemoryLti11Secrets {
    /// Adds the secret that the platform with this issuer used LTI 1.1 with, under this consumer key.
    #[must_use]
    pub fn with(
        mut self,
        issuer: impl Into<Issuer>,
        consumer_key: impl Into<String>,
        secret: impl Into<String>,
    ) -> Self {
        self.secrets.insert((issuer.into(), consumer_key.into()), Lti11Secret::new(secret));
        self
    }
}

impl fmt::Debug for MemoryLti11Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.secrets.keys()).finish()
    }
}

impl Lti11Secrets for MemoryLti11Secrets {
    fn find<'a>(
        &'a self,
        registration: &'a Registration,
        consumer_key: &'a str,
    ) -> BoxFuture<'a, Result<Option<Lti11Secret>, Unavailable>> {
        let key = (registration.issuer.clone(), consumer_key.to_owned());
        Box::pin(async move { Ok(self.secrets.get(&key).cloned()) })
    }
}

/// Looks the secret up and judges the migration claim with it. A launch without a signed claim costs no look.
pub(crate) async fn judge(secrets: &dyn Lti11Secrets, registration: &Registration, launch: &mut Launch) {
    let Some(claim) = &launch.message().lti1p1 else { return };
    let (Some(consumer_key), Some(_)) = (&claim.oauth_consumer_key, &claim.oauth_consumer_key_sign) else { return };
    let found = match secrets.find(registration, consumer_key).await {
        Ok(secret) => secret.ok_or(Unproven::UnknownKey),
        Err(Unavailable { reason, .. }) => {
            tracing::error!(%reason, "the secrets of LTI 1.1 cannot be read");
            Err(Unproven::Unavailable)
        }
    };
    launch.judge_migration(found.as_ref().map_err(|reason| *reason));
    if let lti_core::inspect::Migration::Unproven(reason) = launch.migration() {
        tracing::warn!(%reason, "the migration claim links no accounts");
    }
}
