//! What is given out once and kept as a digest: codes, refresh tokens, client secrets, tickets.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Unavailable;

/// The SHA-256 digest of a secret. Whoever reads the store can present none of the secrets.
///
/// ```
/// use oauth2_issuer::server::provider::SecretHash;
/// let kept = SecretHash::of("correct horse");
/// assert!(kept.matches("correct horse") && !kept.matches("correct horse "));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The digest of `secret`.
    pub fn of(secret: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, secret.as_bytes()).as_ref());
        Self(bytes)
    }

    /// Whether `secret` is the one that was kept; the time that takes does not tell how near it was.
    pub fn matches(&self, secret: &str) -> bool {
        verify_slices_are_equal(&self.0, &Self::of(secret).0).is_ok()
    }

    /// The digest, for a store that keeps bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A digest that a store kept.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

impl Serialize for SecretHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for SecretHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("expected a SHA-256 digest in base64url"))
    }
}

/// A fresh secret of 256 random bits in base64url: letters, digits, `-` and `_` (RFC 6749, 10.10 asks for 128 bits).
///
/// # Errors
/// [`Unavailable`] when the machine gives no random bytes.
pub fn random_secret() -> Result<String, Unavailable> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|_| Unavailable::new("the machine gives no random bytes"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_digest_outlives_its_text_form_and_shows_nothing() {
        let kept = SecretHash::of("planted");
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<SecretHash>(&text).unwrap(), kept);
        assert!(!format!("{kept:?}{text}").contains("planted"));
        assert!(serde_json::from_str::<SecretHash>("\"AAAA\"").is_err());
    }

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let (one, two) = (random_secret().unwrap(), random_secret().unwrap());
        assert!(one != two && one.len() == 43, "{}", one.len());
    }
}
