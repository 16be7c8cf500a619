//! The claim-once store: "claim this key once until it expires".
//!
//! A nonce, a state, a `jti`, an authorization code: each may be used once. Whoever claims a key first gets the proof
//! ([`Claimed`]) that lets a clean message become a launch; everybody after gets [`ClaimError::AlreadyClaimed`].

pub mod contract;
mod memory;

use lti_core::Timestamp;
pub use lti_core::once::{Claimed, OnceKey, OnceKind};
pub use memory::MemoryOnceStore;

use crate::BoxFuture;

/// Remembers which keys were claimed. [`contract`] is what every implementation must hold.
pub trait OnceStore: Send + Sync {
    /// Claims `key`, at the time `now`.
    ///
    /// Of any number of claims for one key, at most one succeeds until the key expires, whichever process they come
    /// from. The claim is recorded before this returns.
    ///
    /// # Errors
    /// [`ClaimError`]; after an error there is no proof, so the message must be refused.
    fn claim<'a>(&'a self, key: &'a OnceKey, now: Timestamp) -> BoxFuture<'a, Result<Claimed, ClaimError>>;
}

/// Why a key was not claimed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// Somebody claimed it before.
    #[error("claimed before")]
    AlreadyClaimed,
    /// The key expired before it was claimed, so that nobody can say whether it was claimed once before.
    #[error("expired before it was claimed")]
    Expired,
    /// The store holds as many unexpired keys as it may; forgetting one of them would allow a replay.
    #[error("the claim-once store is full: it holds {capacity} keys that have not expired")]
    Full {
        /// How many keys the store may hold.
        capacity: usize,
    },
    /// The store cannot be reached or cannot write.
    #[error("the claim-once store is not available: {reason}")]
    Unavailable {
        /// What the store says.
        reason: String,
    },
}
