//! The signing keys of a server through their life: published, used, retired.
//!
//! A key is published before it is used, so that whoever caches the key set knows it when the first signature comes, and
//! it stays published for a while after its last signature (Security Framework 1.0, section 6.4: the overlap is
//! recommended). Key ids are never used for a second key (section 6.3).

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use lti_core::Timestamp;
use lti_core::id::KeyId;
use lti_core::jose::Algorithm;
use lti_core::jose::jwks::jwks_document;
use lti_core::jose::key::SigningKey;

use crate::clock::Clock;

/// How long a retired key stays published unless the ring is told otherwise: a day, since caches that are told nothing
/// rarely keep a key set longer.
pub const DEFAULT_OVERLAP: Duration = Duration::from_hours(24);

/// Signing keys, one line of succession for each algorithm.
///
/// ```
/// use std::sync::Arc;
/// use lti_core::jose::Algorithm;
/// use lti_core::jose::key::SigningKey;
/// use oauth2_issuer::clock::ManualClock;
/// use oauth2_issuer::key_ring::KeyRing;
///
/// let ring = KeyRing::new(Arc::new(ManualClock::default()));
/// ring.publish(SigningKey::generate_es256("first")?)?;
/// ring.activate_next(Algorithm::Es256)?;
/// ring.publish(SigningKey::generate_es256("second")?)?;
/// assert_eq!(ring.signing_key(Algorithm::Es256).map(|key| key.kid().to_string()), Some("first".to_owned()));
/// ring.activate_next(Algorithm::Es256)?;
/// assert_eq!(ring.signing_key(Algorithm::Es256).map(|key| key.kid().to_string()), Some("second".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct KeyRing {
    clock: Arc<dyn Clock>,
    overlap: Duration,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    keys: Vec<Entry>,
    /// Every key id that this ring ever published.
    used: HashSet<KeyId>,
}

struct Entry {
    key: Arc<SigningKey>,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Next,
    Current,
    Retired { until: Timestamp },
}

/// Why a step in the life of a key is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRingError {
    /// The key id was used for another key (Security Framework 1.0, section 6.3: a kid is not reused).
    #[error("key id {0} was used before: a key id names one key for ever")]
    KidReused(KeyId),
    /// There is no published key to take over.
    #[error("no next key for {0:?}: publish it before it is used")]
    NoNext(Algorithm),
    /// No such key is published.
    #[error("no key {0} in the ring")]
    Unknown(KeyId),
}

impl KeyRing {
    /// An empty ring with [`DEFAULT_OVERLAP`].
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_overlap(clock, DEFAULT_OVERLAP)
    }

    /// An empty ring whose retired keys stay published for `overlap`.
    pub fn with_overlap(clock: Arc<dyn Clock>, overlap: Duration) -> Self {
        Self { clock, overlap, state: RwLock::default() }
    }

    /// A ring with one key in use.
    pub fn with_key(clock: Arc<dyn Clock>, key: SigningKey) -> Self {
        let ring = Self::new(clock);
        ring.write().add(key, Stage::Current);
        ring
    }

    /// Publishes a key without using it yet.
    ///
    /// # Errors
    /// [`KeyRingError::KidReused`] when its id named a key of this ring before.
    pub fn publish(&self, key: SigningKey) -> Result<(), KeyRingError> {
        let mut state = self.write();
        if state.used.contains(key.kid()) {
            return Err(KeyRingError::KidReused(key.kid().clone()));
        }
        state.add(key, Stage::Next);
        Ok(())
    }

    /// Signs with the oldest published key of that algorithm from now on; the one before it is retired and stays
    /// published for the overlap.
    ///
    /// # Errors
    /// [`KeyRingError::NoNext`] when no key waits.
    pub fn activate_next(&self, algorithm: Algorithm) -> Result<(), KeyRingError> {
        let until = self.clock.now() + self.overlap;
        let mut state = self.write();
        let mut line = state.keys.iter_mut().filter(|entry| entry.key.algorithm() == algorithm);
        let (mut current, mut next) = (None, None);
        for entry in line.by_ref() {
            match entry.stage {
                Stage::Current => current = Some(entry),
                Stage::Next if next.is_none() => next = Some(entry),
                Stage::Next | Stage::Retired { .. } => {}
            }
        }
        let next = next.ok_or(KeyRingError::NoNext(algorithm))?;
        next.stage = Stage::Current;
        if let Some(current) = current {
            current.stage = Stage::Retired { until };
        }
        Ok(())
    }

    /// Takes a key out of the set at once, without overlap: for a key that leaked. Launches signed with it fail.
    ///
    /// # Errors
    /// [`KeyRingError::Unknown`] when no such key is published.
    pub fn withdraw(&self, kid: &KeyId) -> Result<(), KeyRingError> {
        let mut state = self.write();
        let before = state.keys.len();
        state.keys.retain(|entry| entry.key.kid() != kid);
        if state.keys.len() == before { Err(KeyRingError::Unknown(kid.clone())) } else { Ok(()) }
    }

    /// The key to sign with now, if there is one for that algorithm.
    pub fn signing_key(&self, algorithm: Algorithm) -> Option<Arc<SigningKey>> {
        let state = self.read();
        let current = |entry: &&Entry| entry.stage == Stage::Current && entry.key.algorithm() == algorithm;
        state.keys.iter().find(current).map(|entry| Arc::clone(&entry.key))
    }

    /// The algorithms that can be signed with now, in the order of their first key.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        let state = self.read();
        state.keys.iter().filter(|entry| entry.stage == Stage::Current).map(|entry| entry.key.algorithm()).collect()
    }

    /// The key set document: public halves of the keys in use, of those to come, and of those retired within the
    /// overlap (JWK Set, RFC 7517, section 5).
    pub fn jwks(&self) -> serde_json::Value {
        let now = self.clock.now();
        let state = self.read();
        let published = state.keys.iter().filter(|entry| entry.stage.is_published(now));
        jwks_document(published.map(|entry| &*entry.key))
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        // Every change is one assignment or one push, so a panic elsewhere cannot leave the state half-changed.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, key: SigningKey, stage: Stage) {
        self.used.insert(key.kid().clone());
        self.keys.push(Entry { key: Arc::new(key), stage });
    }
}

impl Stage {
    fn is_published(self, now: Timestamp) -> bool {
        match self {
            Self::Next | Self::Current => true,
            Self::Retired { until } => now <= until,
        }
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kids = |state: &State| -> Vec<_> {
            state.keys.iter().map(|entry| format!("{} {:?}", entry.key.kid(), entry.stage)).collect()
        };
        f.debug_struct("KeyRing").field("keys", &kids(&self.read())).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    const ALG: Algorithm = Algorithm::Es256;

    fn key(kid: &str) -> SigningKey {
        SigningKey::generate_es256(KeyId::new(kid)).unwrap()
    }

    fn published(ring: &KeyRing) -> Vec<String> {
        let jwks = ring.jwks();
        let keys = jwks["keys"].as_array().unwrap();
        keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_key_is_published_then_used_then_retired_then_gone() {
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(1_000)));
        let ring = KeyRing::with_overlap(Arc::clone(&clock) as Arc<dyn Clock>, Duration::from_secs(100));
        assert!(ring.signing_key(ALG).is_none());
        ring.publish(key("a")).unwrap();
        assert_eq!(published(&ring), ["a"]);
        assert!(ring.signing_key(ALG).is_none(), "published is not in use");
        ring.activate_next(ALG).unwrap();
        ring.publish(key("b")).unwrap();
        assert_eq!(ring.signing_key(ALG).unwrap().kid().as_str(), "a");
        ring.activate_next(ALG).unwrap();
        assert_eq!(ring.signing_key(ALG).unwrap().kid().as_str(), "b");
        assert_eq!(published(&ring), ["a", "b"]);
        clock.advance(Duration::from_secs(100));
        assert_eq!(published(&ring), ["a", "b"], "the overlap lasts 100 s");
        clock.advance(Duration::from_secs(1));
        assert_eq!(published(&ring), ["b"]);
    }

    #[test]
    fn the_algorithms_have_lines_of_their_own() {
        let ring = KeyRing::with_key(Arc::new(ManualClock::default()), key("ec"));
        assert_eq!(ring.algorithms(), [ALG]);
        assert!(ring.signing_key(Algorithm::Rs256).is_none());
        assert_eq!(ring.activate_next(Algorithm::Rs256), Err(KeyRingError::NoNext(Algorithm::Rs256)));
    }

    #[test]
    fn a_key_id_is_never_used_again() {
        let ring = KeyRing::with_key(Arc::new(ManualClock::default()), key("a"));
        assert_eq!(ring.publish(key("a")), Err(KeyRingError::KidReused("a".into())));
        ring.withdraw(&"a".into()).unwrap();
        assert_eq!(published(&ring), [""; 0]);
        assert_eq!(ring.publish(key("a")), Err(KeyRingError::KidReused("a".into())));
        assert_eq!(ring.withdraw(&"a".into()), Err(KeyRingError::Unknown("a".into())));
    }

    #[test]
    fn the_document_holds_no_private_member() {
        let ring = KeyRing::with_key(Arc::new(ManualClock::default()), key("a"));
        for member in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(ring.jwks()["keys"][0].get(member).is_none(), "{member}");
        }
    }
}
