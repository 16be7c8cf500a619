//! The keys of the mock issuer: known to the mock in full, so that it can sign whatever is wrong.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use lti_core::jose::{Algorithm, SigningKey};
use oauth2_issuer::{clock::Clock, key_ring::KeyRing};
use serde_json::{Value, json};

use super::MockIssuerError;
use crate::keys::{KeyError, SuiteKey};

/// The kid under which nobody ever published a key.
pub(crate) const UNKNOWN_KID: &str = "unknown-key";

/// The signing keys of an issuer through their rotations, the last one in use.
pub(crate) struct IssuerKeys {
    ring: Arc<KeyRing>,
    known: Mutex<Vec<(String, Arc<SuiteKey>)>>,
    /// What the next rotations use before new keys are made.
    spare: Mutex<Vec<Arc<SuiteKey>>>,
}

impl IssuerKeys {
    /// Signs with the first of these keys, or with a new one.
    pub(crate) fn new(clock: Arc<dyn Clock>, mut keys: Vec<Arc<SuiteKey>>) -> Result<Self, MockIssuerError> {
        keys.reverse();
        let first = keys.pop().map_or_else(|| SuiteKey::rsa().map(Arc::new), Ok)?;
        let kid = name(&first);
        let ring = KeyRing::with_key(clock, SigningKey::from_pkcs8_der(kid.clone(), first.pkcs8())?);
        Ok(Self { ring: Arc::new(ring), known: Mutex::new(vec![(kid, first)]), spare: Mutex::new(keys) })
    }

    /// The ring that the provider signs with.
    pub(crate) fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring)
    }

    /// Publishes a new key and signs with it from now on; the one before stays published for the ring's overlap.
    pub(crate) fn rotate(&self) -> Result<String, MockIssuerError> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let key = spare.map_or_else(|| SuiteKey::rsa().map(Arc::new), Ok)?;
        let mut known = self.known();
        let kid = name(&key);
        self.ring.publish(SigningKey::from_pkcs8_der(kid.clone(), key.pkcs8())?)?;
        self.ring.activate_next(Algorithm::Rs256)?;
        known.push((kid.clone(), key));
        Ok(kid)
    }

    /// The private key of this kid; the one in use for a kid that nobody knows.
    pub(crate) fn key(&self, kid: &str) -> Option<Arc<SuiteKey>> {
        let known = self.known();
        let found = known.iter().find(|(name, _)| name == kid).or_else(|| known.last());
        found.map(|(_, key)| Arc::clone(key))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Vec<(String, Arc<SuiteKey>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A key id that no other key has: it is made of the key, so it stays the same when a process starts again.
fn name(key: &SuiteKey) -> String {
    let digest = digest(&SHA256, key.jwk("").to_string().as_bytes());
    format!("issuer-{}", URL_SAFE_NO_PAD.encode(&digest.as_ref()[..6]))
}

/// A key that no issuer ever published. A process makes it once.
pub(crate) fn stranger() -> Result<Arc<SuiteKey>, KeyError> {
    static MADE: OnceLock<Arc<SuiteKey>> = OnceLock::new();
    if let Some(key) = MADE.get() {
        return Ok(Arc::clone(key));
    }
    let key = Arc::new(SuiteKey::rsa()?);
    // Another thread may have been quicker: its key is as good.
    Ok(Arc::clone(MADE.get_or_init(|| key)))
}

/// The key set of the stranger.
pub(crate) fn stranger_jwks() -> Result<Value, KeyError> {
    Ok(json!({ "keys": [stranger()?.jwk(UNKNOWN_KID)] }))
}

/// A certificate of the stranger's key, which nobody signed but the stranger.
pub(crate) fn stranger_certificate() -> Result<String, KeyError> {
    let failed = |error: rcgen::Error| KeyError::Crypto(error.to_string());
    let stranger = stranger()?;
    let der = rcgen::KeyPair::try_from(stranger.pkcs8()).map_err(failed)?;
    let names = rcgen::CertificateParams::new(vec!["stranger.example".to_owned()]).map_err(failed)?;
    Ok(names.self_signed(&der).map_err(failed)?.pem())
}
