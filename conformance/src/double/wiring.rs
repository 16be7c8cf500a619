//! What a double needs from outside: its address, the platforms that it knows, a way to fetch, the time and a seed.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::BoxFuture;

use crate::{
    config::MigrationConfig,
    transport::{Request, Response},
};

/// Fetches a document for the double: key sets, and whatever a token's header leads it to.
pub type Fetch = Arc<dyn Fn(Request) -> BoxFuture<'static, Result<Response, String>> + Send + Sync>;

/// Tells the time in seconds since 1970-01-01T00:00:00Z.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A platform as a tool has it in its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The issuer identifier.
    pub issuer: String,
    /// The client id that this platform gave to the tool.
    pub client_id: String,
    /// The deployments that the tool knows of; no other is let in.
    pub deployment_ids: Vec<String>,
    /// The authorization endpoint.
    pub auth_url: String,
    /// Where the tool takes this registration's ID tokens.
    pub redirect_uri: String,
    /// Where the platform publishes its keys.
    pub jwks_url: String,
    /// The token endpoint.
    pub token_url: String,
}

/// Everything that a double is connected to.
#[derive(Clone)]
pub struct Wiring {
    /// The double's own address without a slash at its end: `https://tool.test`.
    pub base_url: String,
    /// The platforms that it knows, the first one first.
    pub platforms: Vec<Registered>,
    /// The LTI 1.1 integration that it migrates from.
    pub migration: Option<MigrationConfig>,
    /// Its way to the network. An answer may carry [`Delay`](crate::platform::Delay) or
    /// [`Dropped`](crate::platform::Dropped).
    pub fetch: Fetch,
    /// Its clock.
    pub clock: Now,
    /// Where its random values start: the same seed gives the same states, nonces and sessions.
    pub seed: u64,
}

impl fmt::Debug for Wiring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wiring")
            .field("base_url", &self.base_url)
            .field("platforms", &self.platforms)
            .finish_non_exhaustive()
    }
}

/// Random values that repeat from run to run.
#[derive(Debug)]
pub(super) struct Seeded {
    seed: u64,
    drawn: AtomicU64,
}

impl Seeded {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }

    /// The next value: 43 characters of base64url.
    pub(super) fn draw(&self) -> String {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        let mut input = self.seed.to_be_bytes().to_vec();
        input.extend_from_slice(&drawn.to_be_bytes());
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &input))
    }
}

#[cfg(test)]
mod tests {
    use super::Seeded;

    #[test]
    fn values_repeat_from_run_to_run_and_differ_within_one() {
        let (one, other, third) = (Seeded::new(1), Seeded::new(1), Seeded::new(2));
        let first = one.draw();
        assert_eq!(first, other.draw());
        assert_ne!(first, one.draw());
        assert_ne!(first, third.draw());
        assert_eq!(first.len(), 43);
    }
}
