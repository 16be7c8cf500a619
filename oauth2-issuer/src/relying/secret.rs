//! What the relying party keeps secret: values that never print, and the vault that seals them.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A secret text, such as a client secret or a refresh token; it prints as `Secret(..)`, and has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text as it stands.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text. Keep it out of logs, pages and errors.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Why something was not sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The machine's random source failed.
    #[error("no random bytes")]
    Random,
    /// It was not sealed by this key, or not for this place, or was altered.
    #[error("the sealed value does not open: it was sealed with another key or for another place, or was altered")]
    Foreign,
}

/// Seals what must not be read by whoever holds it: AES-256-GCM with a fresh nonce for each value.
///
/// The place that a value is sealed for is part of what is authenticated: a refresh token of one issuer cannot be put into
/// the row of another. The key is the embedder's: keep it over restarts, apart from the database, and share it between the
/// processes of one application.
///
/// ```
/// use oauth2_issuer::relying::secret::{Vault, VaultError};
/// let vault = Vault::new([7; 32]);
/// let sealed = vault.seal("issuer 1", b"a refresh token")?;
/// assert_eq!(vault.open("issuer 1", &sealed)?, b"a refresh token");
/// assert_eq!(vault.open("issuer 2", &sealed), Err(VaultError::Foreign));
/// # Ok::<(), VaultError>(())
/// ```
pub struct Vault {
    key: Option<RandomizedNonceKey>,
}

impl Vault {
    /// A vault with a key of 32 secret bytes.
    pub fn new(key: [u8; 32]) -> Self {
        // Fails for keys of another length alone; nothing is sealed with a key that is not there.
        Self { key: RandomizedNonceKey::new(&AES_256_GCM, &key).ok() }
    }

    /// A vault with a fresh key, which lives as long as this process.
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn generate() -> Result<Self, VaultError> {
        let mut key = [0; 32];
        aws_lc_rs::rand::fill(&mut key).map_err(|_| VaultError::Random)?;
        Ok(Self::new(key))
    }

    /// Seals `plain` for the place `place`.
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = self.key.as_ref().ok_or(VaultError::Random)?;
        let mut text = plain.to_vec();
        let nonce =
            key.seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut text).map_err(|_| VaultError::Random)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// What was sealed for this place.
    ///
    /// # Errors
    /// [`VaultError::Foreign`].
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = self.key.as_ref().ok_or(VaultError::Foreign)?;
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(VaultError::Foreign)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Foreign)?;
        let mut text = text.to_vec();
        let plain =
            key.open_in_place(nonce, Aad::from(place.as_bytes()), &mut text).map_err(|_| VaultError::Foreign)?;
        Ok(plain.to_vec())
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(..)")
    }
}

/// A fresh text that nobody can guess: 256 random bits in base64url, 43 characters (as RFC 7636, 4.1 recommends for a
/// verifier).
pub(crate) fn fresh() -> Result<String, VaultError> {
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| VaultError::Random)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_print() {
        let shown = format!("{:?} {:?}", Secret::new("planted"), Vault::new([1; 32]));
        assert_eq!(shown, "Secret(..) Vault(..)");
    }

    #[test]
    fn what_is_altered_or_sealed_elsewhere_does_not_open() {
        let vault = Vault::new([1; 32]);
        let sealed = vault.seal("a", b"plain").unwrap();
        assert_ne!(sealed, vault.seal("a", b"plain").unwrap(), "a fresh nonce each time");
        for index in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[index] ^= 1;
            assert_eq!(vault.open("a", &altered), Err(VaultError::Foreign), "byte {index}");
        }
        assert_eq!(Vault::new([2; 32]).open("a", &sealed), Err(VaultError::Foreign));
        assert_eq!(vault.open("a", b"short"), Err(VaultError::Foreign));
        assert_eq!(fresh().unwrap().len(), 43);
        assert_ne!(fresh().unwrap(), fresh().unwrap());
    }
}
