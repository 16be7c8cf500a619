//! What is claimed once, and the proof that it was.
//!
//! A store that outlives the process lives elsewhere; this crate only names the key ([`OnceKey`]) and the proof
//! ([`Claimed`]). The proof remembers which key was claimed, so the claim of one nonce cannot vouch for another launch.

use crate::time::Timestamp;

/// What is claimed: the namespace keeps nonces, states and token ids apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum OnceKind {
    /// The nonce of an ID token (Security Framework 1.0, 5.1.3 step 9).
    Nonce,
    /// The state of a login: one response answers one request.
    State,
    /// The `jti` of a client assertion (Security Framework 1.0, 4.1.1).
    JwtId,
    /// An authorization code (RFC 6749, 4.1.2).
    Code,
    /// The nonce of an OAuth 1.0a signature (RFC 5849, 3.3).
    OAuth1Nonce,
    /// A login initiation: one authentication request for each.
    Initiation,
    /// A registration token: one registration for each.
    RegistrationToken,
}

impl OnceKind {
    /// The name that a store may keep beside the key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nonce => "nonce",
            Self::State => "state",
            Self::JwtId => "jti",
            Self::Code => "code",
            Self::OAuth1Nonce => "oauth1-nonce",
            Self::Initiation => "initiation",
            Self::RegistrationToken => "registration-token",
        }
    }
}

/// A key that may be claimed once until it expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnceKey {
    kind: OnceKind,
    key: String,
    expires_at: Timestamp,
}

impl OnceKey {
    /// Names a key. A store may forget it after `expires_at`, never before.
    ///
    /// ```
    /// use lti_core::{Timestamp, once::{OnceKey, OnceKind}};
    /// let key = OnceKey::new(OnceKind::State, "st-1", Timestamp::from_secs(600));
    /// assert_eq!(key.kind().as_str(), "state");
    /// ```
    pub fn new(kind: OnceKind, key: impl Into<String>, expires_at: Timestamp) -> Self {
        Self { kind, key: key.into(), expires_at }
    }

    /// The namespace.
    pub const fn kind(&self) -> OnceKind {
        self.kind
    }

    /// The key within its namespace.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Until when the key must be remembered.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

/// The proof that a key was claimed, and that nobody had claimed it before.
///
/// There is no other way to it than [`Claimed::by_store`], and no way to copy it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a claim that nobody uses locks the key for nothing"]
pub struct Claimed {
    kind: OnceKind,
    key: String,
}

impl Claimed {
    /// For the implementation of a claim-once store alone: call it after the store has recorded the key durably, and
    /// only for the one caller whose claim came first.
    pub fn by_store(key: &OnceKey) -> Self {
        Self { kind: key.kind, key: key.key.clone() }
    }

    /// Whether this is the proof for `key`.
    pub fn proves(&self, key: &OnceKey) -> bool {
        self.kind == key.kind && self.key == key.key
    }
}

#[cfg(test)]
mod tests {
    use super::{Claimed, OnceKey, OnceKind};
    use crate::time::Timestamp;

    #[test]
    fn a_proof_vouches_for_its_own_key_only() {
        let end = Timestamp::from_secs(1);
        let proof = Claimed::by_store(&OnceKey::new(OnceKind::Nonce, "a", end));
        assert!(proof.proves(&OnceKey::new(OnceKind::Nonce, "a", end)));
        assert!(!proof.proves(&OnceKey::new(OnceKind::Nonce, "b", end)));
        assert!(!proof.proves(&OnceKey::new(OnceKind::State, "a", end)));
    }
}
