//! The claim-once store: "claim this key once until it expires".
//!
//! A nonce, a state, a `jti`, an authorization code: each may be used once. Whoever claims a key first gets the proof
//! ([`Claimed`]) that lets a clean message become a launch; everybody after gets [`ClaimError::AlreadyClaimed`].

pub mod contract;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

use aws_lc_rs::digest::{Context, SHA256};
use lti_core::Timestamp;
pub use lti_core::once::{Claimed, OnceKey, OnceKind};
pub use memory::MemoryOnceStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteOnceStore;

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

/// What a store keeps in place of a key, which may be of any length.
type Digest = [u8; 32];

fn digest(key: &OnceKey) -> Digest {
    let mut context = Context::new(&SHA256);
    context.update(key.kind().as_str().as_bytes());
    // No kind contains a zero byte, so two kinds never share a digest.
    context.update(&[0]);
    context.update(key.key().as_bytes());
    let mut digest = Digest::default();
    digest.copy_from_slice(context.finish().as_ref());
    digest
}
