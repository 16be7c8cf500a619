//! The keys of issuers, fetched when they are needed and not more often.
//!
//! A launch must not wait for the platform's key set each time, must work within seconds of a key rotation, and must
//! not let a stranger who sends tokens with invented key ids turn this server against the platform.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lti_core::Timestamp;
use lti_core::jose::jwks::KeySet;
use url::Url;

use super::fetch::{Fetch, FetchError, Fetched, shown};
use crate::clock::Clock;

/// How long key sets are kept, and how often they may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachePolicy {
    /// The shortest time a set counts as fresh, whatever `max-age` says.
    pub min_age: Duration,
    /// The longest time a set counts as fresh, whatever `max-age` says.
    pub max_age: Duration,
    /// How long a set counts as fresh when the issuer does not say.
    pub default_age: Duration,
    /// How long the last good set serves when newer ones cannot be fetched. Beyond it nothing is verified: a key that
    /// was withdrawn must not live on because its issuer is kept silent.
    pub max_stale: Duration,
    /// How long the last good set serves after a failed fetch before the next attempt.
    pub retry_after: Duration,
    /// How many fetches beyond the regular ones, for unknown key ids and after failures, may come in a row.
    pub burst: u32,
    /// How long it takes until one more such fetch is allowed.
    pub refill: Duration,
}

impl Default for CachePolicy {
    fn default() -> Self {
        Self {
            min_age: Duration::from_mins(1),
            max_age: Duration::from_hours(24),
            default_age: Duration::from_mins(10),
            max_stale: Duration::from_hours(24),
            retry_after: Duration::from_secs(30),
            burst: 8,
            refill: Duration::from_secs(15),
        }
    }
}

/// Why there are no keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwksError {
    /// The key set could not be fetched.
    #[error("the key set could not be fetched: {0}")]
    Fetch(#[from] FetchError),
    /// What came is not a key set.
    #[error("{url} answers, but not with a key set: {reason}")]
    Unreadable {
        /// The address, without credentials, query and fragment.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Caches key sets by their address (JWK Set URL; Security Framework 1.0, section 6.3).
///
/// * Fresh sets answer without a fetch; freshness follows `Cache-Control: max-age` within the policy's bounds.
/// * An unknown key id means one fetch, at a bounded rate; a call never means more than one.
/// * Callers that come while a fetch is under way wait for it and share its outcome.
/// * When a fetch fails the last good set goes on serving, up to the policy's limit.
pub struct JwksCache {
    fetch: Arc<dyn Fetch>,
    clock: Arc<dyn Clock>,
    policy: CachePolicy,
    entries: Mutex<HashMap<Url, Arc<Entry>>>,
}

impl std::fmt::Debug for JwksCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JwksCache").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl JwksCache {
    /// An empty cache with the default policy.
    pub fn new(fetch: Arc<dyn Fetch>, clock: Arc<dyn Clock>) -> Self {
        Self::with_policy(fetch, clock, CachePolicy::default())
    }

    /// An empty cache.
    pub fn with_policy(fetch: Arc<dyn Fetch>, clock: Arc<dyn Clock>, policy: CachePolicy) -> Self {
        Self { fetch, clock, policy, entries: Mutex::default() }
    }

    /// The keys at `url`, fetched if they are not here or too old, or if `kid` names none of them.
    ///
    /// The set may still lack `kid`: then the issuer does not publish it, or may not be asked again yet.
    ///
    /// # Errors
    /// [`JwksError`] when there is no usable set: none was ever fetched, or the last good one is too old.
    pub async fn keys_for(&self, url: &Url, kid: Option<&str>) -> Result<Arc<KeySet>, JwksError> {
        let entry = self.entry(url);
        let seen = match entry.look(self.clock.now(), kid) {
            Look::Enough(keys) => return Ok(keys),
            Look::Wanting { round } => round,
        };
        let _flight = entry.flight.lock().await;
        let now = self.clock.now();
        match entry.permit(now, seen, &self.policy) {
            Permit::Settled(outcome) => outcome,
            Permit::Fetch => entry.land(now, self.load(url).await, &self.policy),
        }
    }

    fn entry(&self, url: &Url) -> Arc<Entry> {
        let mut entries = lock(&self.entries);
        if let Some(entry) = entries.get(url) {
            return Arc::clone(entry);
        }
        Arc::clone(entries.entry(url.clone()).or_insert_with(|| Arc::new(Entry::new(&self.policy))))
    }

    async fn load(&self, url: &Url) -> Result<(KeySet, Option<Duration>), JwksError> {
        let fetched: Fetched = self.fetch.get(url).await?;
        let age = fetched.max_age().map(Duration::from_secs);
        let body = fetched.document(url)?;
        let keys = KeySet::parse(&body)
            .map_err(|error| JwksError::Unreadable { url: shown(url), reason: error.to_string() })?;
        for skipped in keys.skipped() {
            tracing::debug!(url = %shown(url), ?skipped, "a key was skipped");
        }
        Ok((keys, age))
    }
}

/// One address: its last good set, and the right to fetch.
struct Entry {
    state: Mutex<State>,
    /// Held by the one caller that fetches.
    flight: tokio::sync::Mutex<()>,
}

struct State {
    keys: Option<Held>,
    /// What the last fetch gave, when it failed.
    error: Option<JwksError>,
    /// Counts fetches, failed ones too, so that a waiter sees that somebody fetched for it.
    round: u64,
    /// How many extra fetches are allowed now, and since when that number holds.
    tokens: u32,
    tokens_at: Timestamp,
}

struct Held {
    keys: Arc<KeySet>,
    /// From here on a fetch is due.
    fresh_until: Timestamp,
    /// From here on the set does not serve any more, even if no newer one can be had.
    useless_at: Timestamp,
}

enum Look {
    Enough(Arc<KeySet>),
    Wanting { round: u64 },
}

enum Permit {
    Fetch,
    Settled(Result<Arc<KeySet>, JwksError>),
}

impl Entry {
    fn new(policy: &CachePolicy) -> Self {
        let tokens_at = Timestamp::default();
        let state = State { keys: None, error: None, round: 0, tokens: policy.burst, tokens_at };
        Self { state: Mutex::new(state), flight: tokio::sync::Mutex::default() }
    }

    fn look(&self, now: Timestamp, kid: Option<&str>) -> Look {
        let state = lock(&self.state);
        match &state.keys {
            Some(held) if now < held.fresh_until && kid.is_none_or(|kid| held.keys.find(kid).is_some()) => {
                Look::Enough(Arc::clone(&held.keys))
            }
            _ => Look::Wanting { round: state.round },
        }
    }

    /// Whether the holder of the flight may fetch. `seen` is the round it saw before it waited: if somebody fetched
    /// meanwhile, that outcome is shared.
    fn permit(&self, now: Timestamp, seen: u64, policy: &CachePolicy) -> Permit {
        let mut state = lock(&self.state);
        // The first fetch, and the one that is due by age, are regular; every other one needs a token.
        let regular = match (&state.keys, &state.error) {
            (Some(held), error) => now >= held.fresh_until && (error.is_none() || now < held.useless_at),
            (None, error) => error.is_none(),
        };
        if state.round == seen && (regular || state.take_token(now, policy)) {
            return Permit::Fetch;
        }
        state.outcome(now).map_or(Permit::Fetch, Permit::Settled)
    }

    fn land(
        &self,
        now: Timestamp,
        loaded: Result<(KeySet, Option<Duration>), JwksError>,
        policy: &CachePolicy,
    ) -> Result<Arc<KeySet>, JwksError> {
        let mut state = lock(&self.state);
        state.round += 1;
        let error = match loaded {
            Ok((keys, age)) => {
                let keys = Arc::new(keys);
                let age = age.unwrap_or(policy.default_age).clamp(policy.min_age, policy.max_age);
                let (fresh_until, useless_at) = (now + age, now + age.max(policy.max_stale));
                state.keys = Some(Held { keys: Arc::clone(&keys), fresh_until, useless_at });
                state.error = None;
                return Ok(keys);
            }
            Err(error) => error,
        };
        tracing::warn!(%error, "a key set could not be refreshed");
        if let Some(held) = &mut state.keys {
            held.fresh_until = held.fresh_until.max(now + policy.retry_after).min(held.useless_at);
        }
        state.error = Some(error.clone());
        state.outcome(now).unwrap_or(Err(error))
    }
}

impl State {
    /// What there is to use now: the last good set, unless it has become too old; nothing before the first fetch.
    fn outcome(&self, now: Timestamp) -> Option<Result<Arc<KeySet>, JwksError>> {
        match (&self.keys, &self.error) {
            (Some(held), Some(error)) if now >= held.useless_at => Some(Err(error.clone())),
            (Some(held), _) => Some(Ok(Arc::clone(&held.keys))),
            (None, error) => error.clone().map(Err),
        }
    }

    fn take_token(&mut self, now: Timestamp, policy: &CachePolicy) -> bool {
        let waited = u64::try_from(now.seconds_after(self.tokens_at)).unwrap_or(0);
        let earned = waited / policy.refill.as_secs().max(1);
        if earned > 0 {
            self.tokens = u32::try_from(earned).unwrap_or(u32::MAX).saturating_add(self.tokens).min(policy.burst);
            self.tokens_at = now;
        }
        let granted = self.tokens > 0;
        self.tokens = self.tokens.saturating_sub(1);
        granted
    }
}

/// The state behind the lock. A thread that panicked with the lock held cannot have left it half-written: every
/// change is a plain assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
