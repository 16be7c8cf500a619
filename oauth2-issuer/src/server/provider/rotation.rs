//! Signing keys through their life, step by step, so that whoever runs the issuer can script it.
//!
//! The order that breaks nobody:
//!
//! 1. [`Provider::publish_key`]: the next key stands in the key set. Nothing is signed with it.
//! 2. Wait as long as others may keep the key set ([`JWKS_MAX_AGE`](crate::server::router::JWKS_MAX_AGE)).
//! 3. [`Provider::switch_key`]: signatures are made with it from now on; the one before stays published for the overlap
//!    of the [`KeyRing`](crate::key_ring::KeyRing), a day unless that was made otherwise, which is longer than tokens
//!    live.
//! 4. After the overlap it is gone by itself. [`Provider::withdraw_key`] takes it out at once: for a key that leaked. What
//!    it signed is void then.

use lti_core::id::KeyId;
use lti_core::jose::{Algorithm, SigningKey};

use super::core::Provider;
use crate::key_ring::KeyRingError;

impl Provider {
    /// Publishes a key that will be used later.
    ///
    /// # Errors
    /// [`KeyRingError::KidReused`] when its id named a key before.
    pub fn publish_key(&self, key: SigningKey) -> Result<(), KeyRingError> {
        let kid = key.kid().clone();
        self.parts.keys.publish(key)?;
        tracing::info!(issuer = self.issuer(), %kid, "a key is published, to be used later");
        Ok(())
    }

    /// Signs with the oldest published key of `algorithm` that waits.
    ///
    /// # Errors
    /// [`KeyRingError::NoNext`] when none waits.
    pub fn switch_key(&self, algorithm: Algorithm) -> Result<(), KeyRingError> {
        self.parts.keys.activate_next(algorithm)?;
        let kid = self.parts.keys.signing_key(algorithm).map(|key| key.kid().to_string());
        tracing::info!(issuer = self.issuer(), kid, "signatures are made with another key from now on");
        Ok(())
    }

    /// Takes a key out of the set at once. When it was the one to sign with, there is none until
    /// [`switch_key`](Self::switch_key).
    ///
    /// # Errors
    /// [`KeyRingError::Unknown`] when no such key is published.
    pub fn withdraw_key(&self, kid: &KeyId) -> Result<(), KeyRingError> {
        self.parts.keys.withdraw(kid)?;
        tracing::warn!(issuer = self.issuer(), %kid, "a key is withdrawn: what it signed is void");
        Ok(())
    }
}
