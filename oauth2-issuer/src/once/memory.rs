//! The store of one process.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use lti_core::Timestamp;
use lti_core::once::{Claimed, OnceKey};

use super::{ClaimError, Digest, OnceStore, digest};
use crate::BoxFuture;

/// A [`OnceStore`] in memory: for one process, and for tests.
///
/// It forgets keys when they have expired, never before; when it is full of unexpired keys it refuses new ones. Keys
/// are held as digests, so a long key costs no more than a short one. A restart forgets everything: where several
/// processes serve, or where a replay right after a restart matters, use a store that outlives the process.
pub struct MemoryOnceStore {
    capacity: usize,
    claimed: Mutex<Keys>,
}

#[derive(Default)]
struct Keys {
    all: HashSet<Digest>,
    by_expiry: BTreeSet<(Timestamp, Digest)>,
}

impl MemoryOnceStore {
    /// How many unexpired keys a store made by `default` holds: about 200 bytes each.
    pub const DEFAULT_CAPACITY: usize = 1_000_000;

    /// A store for at most `capacity` unexpired keys.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, claimed: Mutex::default() }
    }

    fn claim_now(&self, key: &OnceKey, now: Timestamp) -> Result<Claimed, ClaimError> {
        if key.expires_at() < now {
            return Err(ClaimError::Expired);
        }
        let digest = digest(key);
        // Whoever panicked while holding the lock did so between whole entries: nothing in here can panic half-way.
        let mut claimed = self.claimed.lock().unwrap_or_else(PoisonError::into_inner);
        claimed.forget_expired(now);
        if claimed.all.contains(&digest) {
            return Err(ClaimError::AlreadyClaimed);
        }
        if claimed.all.len() >= self.capacity {
            return Err(ClaimError::Full { capacity: self.capacity });
        }
        claimed.all.insert(digest);
        claimed.by_expiry.insert((key.expires_at(), digest));
        Ok(Claimed::by_store(key))
    }
}

impl Keys {
    fn forget_expired(&mut self, now: Timestamp) {
        while let Some(&(expires_at, digest)) = self.by_expiry.first()
            && expires_at < now
        {
            self.by_expiry.pop_first();
            self.all.remove(&digest);
        }
    }
}

impl Default for MemoryOnceStore {
    fn default() -> Self {
        Self::new(Self::DEFAULT_CAPACITY)
    }
}

impl fmt::Debug for MemoryOnceStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryOnceStore").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

impl OnceStore for MemoryOnceStore {
    fn claim<'a>(&'a self, key: &'a OnceKey, now: Timestamp) -> BoxFuture<'a, Result<Claimed, ClaimError>> {
        Box::pin(async move { self.claim_now(key, now) })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use lti_core::once::OnceKind;
    use proptest::prelude::*;

    use super::*;

    fn key(name: &str, expires_at: i64) -> OnceKey {
        OnceKey::new(OnceKind::Nonce, name, Timestamp::from_secs(expires_at))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(seconds)
    }

    #[test]
    fn a_full_store_refuses_rather_than_forgets() {
        let store = MemoryOnceStore::new(2);
        let _first = store.claim_now(&key("a", 10), at(0)).unwrap();
        let _second = store.claim_now(&key("b", 20), at(0)).unwrap();
        assert_eq!(store.claim_now(&key("c", 30), at(0)), Err(ClaimError::Full { capacity: 2 }));
        assert_eq!(store.claim_now(&key("a", 10), at(0)), Err(ClaimError::AlreadyClaimed));
        // "a" has expired at 11 and makes room.
        assert!(store.claim_now(&key("c", 30), at(11)).is_ok());
        assert_eq!(store.claim_now(&key("b", 20), at(11)), Err(ClaimError::AlreadyClaimed));
    }

    #[test]
    fn what_expired_is_not_claimed() {
        let store = MemoryOnceStore::default();
        assert_eq!(store.claim_now(&key("a", 10), at(11)), Err(ClaimError::Expired));
        assert!(store.claim_now(&key("a", 10), at(10)).is_ok(), "the last second counts");
    }

    proptest! {
        /// Whatever the order of claims and the passing of time, no key is claimed twice before it expires.
        #[test]
        fn no_key_is_claimed_twice(steps in prop::collection::vec((0u8..6, 0i64..4, 0i64..12), 1..60)) {
            let store = MemoryOnceStore::new(4);
            let mut now = 0;
            let mut held: Vec<(u8, i64)> = Vec::new();
            for (name, pause, life) in steps {
                now += pause;
                held.retain(|(_, expires_at)| *expires_at >= now);
                let claim = store.claim_now(&key(&name.to_string(), now + life), at(now));
                let known = held.iter().any(|(other, _)| *other == name);
                prop_assert_eq!(claim.is_ok(), !known && held.len() < 4);
                if claim.is_ok() {
                    held.push((name, now + life));
                }
            }
        }
    }
}
