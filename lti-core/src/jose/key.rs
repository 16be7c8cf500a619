//! Private keys: parsed once, held parsed, and able to sign.

use std::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use jsonwebtoken::crypto::JwtSigner;
use jsonwebtoken::signature::{self, Signer};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Algorithm, VerifyingKey, base64url, jwk, pem};
use crate::id::KeyId;

/// The shortest RSA modulus that may sign, in bits (RFC 7518, 3.3).
pub const MIN_RSA_BITS: usize = 2048;

/// Why a private key cannot be had or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The modulus is shorter than RFC 7518, 3.3 allows.
    #[error("an RSA key needs at least {MIN_RSA_BITS} bits (RFC 7518, 3.3), this one has {bits}")]
    RsaTooShort {
        /// The length found.
        bits: usize,
    },
    /// The bytes are not an RSA or P-256 private key in PKCS#8.
    #[error("expected an RSA or P-256 private key in PKCS#8, the bytes are neither")]
    Malformed,
    /// The text holds no block `PRIVATE KEY`.
    #[error("expected a PEM block \"PRIVATE KEY\" (PKCS#8, unencrypted), found none")]
    NoPemBlock,
    /// The cryptographic library failed to make a key.
    #[error("the key could not be generated")]
    Generate,
    /// The cryptographic library failed to encode the key.
    #[error("the key could not be encoded")]
    Encode,
    /// The cryptographic library failed to sign.
    #[error("the message could not be signed")]
    Sign,
    /// The payload could not be written as JSON.
    #[error("the claims could not be written as JSON: {0}")]
    Claims(String),
}

/// A private key in PKCS#8 DER; wiped from memory when dropped, never printed.
pub struct PrivateKeyDer(Zeroizing<Vec<u8>>);

impl PrivateKeyDer {
    /// The DER bytes. They are secret: keep them out of logs.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for PrivateKeyDer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKeyDer(..)")
    }
}

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

/// A private key with its `kid`: RSA signs RS256, P-256 signs ES256.
///
/// ```
/// use lti_core::jose::{Algorithm, SigningKey};
/// let key = SigningKey::generate_es256("2026-11")?;
/// assert_eq!(key.algorithm(), Algorithm::Es256);
/// assert_eq!(key.public_jwk()["kid"], "2026-11");
/// # Ok::<(), lti_core::jose::KeyError>(())
/// ```
pub struct SigningKey {
    kid: KeyId,
    pair: Pair,
    jwk: Value,
}

impl SigningKey {
    /// Makes an RSA key of 2048 bits. It takes a tenth of a second or more.
    ///
    /// # Errors
    /// [`KeyError::Generate`] when the cryptographic library fails.
    pub fn generate_rs256(kid: impl Into<KeyId>) -> Result<Self, KeyError> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
        Self::rsa(kid.into(), pair)
    }

    /// Makes a key on P-256.
    ///
    /// # Errors
    /// [`KeyError::Generate`] when the cryptographic library fails.
    pub fn generate_es256(kid: impl Into<KeyId>) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeyError::Generate)?;
        Self::p256(kid.into(), pair)
    }

    /// Reads a private key from PKCS#8 DER; the key itself says whether it is RSA or P-256.
    ///
    /// # Errors
    /// [`KeyError::RsaTooShort`] under 2048 bits, [`KeyError::Malformed`] for anything else.
    pub fn from_pkcs8_der(kid: impl Into<KeyId>, der: &[u8]) -> Result<Self, KeyError> {
        if let Ok(pair) = RsaKeyPair::from_pkcs8(der) {
            return Self::rsa(kid.into(), pair);
        }
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| KeyError::Malformed)?;
        Self::p256(kid.into(), pair)
    }

    /// Reads a private key from the PEM block `PRIVATE KEY`.
    ///
    /// # Errors
    /// [`KeyError::NoPemBlock`] without such a block, else as [`SigningKey::from_pkcs8_der`].
    pub fn from_pkcs8_pem(kid: impl Into<KeyId>, text: &str) -> Result<Self, KeyError> {
        let der = pem::private_key(text).ok_or(KeyError::NoPemBlock)?;
        Self::from_pkcs8_der(kid, &der)
    }

    fn rsa(kid: KeyId, pair: RsaKeyPair) -> Result<Self, KeyError> {
        let public = jwk::RsaPublic::from_pkcs1_der(pair.public_key().as_ref()).ok_or(KeyError::Malformed)?;
        if public.bits() < MIN_RSA_BITS {
            return Err(KeyError::RsaTooShort { bits: public.bits() });
        }
        let jwk = json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid.as_str(),
            "n": base64url::encode(&public.n), "e": base64url::encode(&public.e),
        });
        Ok(Self { kid, pair: Pair::Rsa(pair), jwk })
    }

    fn p256(kid: KeyId, pair: EcdsaKeyPair) -> Result<Self, KeyError> {
        let (x, y) = jwk::uncompressed_point(pair.public_key().as_ref(), 32).ok_or(KeyError::Malformed)?;
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid.as_str(),
            "x": base64url::encode(x), "y": base64url::encode(y),
        });
        Ok(Self { kid, pair: Pair::P256(pair), jwk })
    }

    /// The name under which the public half is published.
    pub fn kid(&self) -> &KeyId {
        &self.kid
    }

    /// What [`SigningKey::sign`] signs with.
    pub fn algorithm(&self) -> Algorithm {
        match self.pair {
            Pair::Rsa(_) => Algorithm::Rs256,
            Pair::P256(_) => Algorithm::Es256,
        }
    }

    /// The public half as a JWK with `kid`, `use` and `alg` (RFC 7517, 4); no private member is ever in it.
    pub fn public_jwk(&self) -> Value {
        self.jwk.clone()
    }

    /// The public half, ready to verify.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when the cryptographic library refuses the public half of its own key.
    pub fn verifying_key(&self) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::from_jwk(&self.jwk).map_err(|_| KeyError::Malformed)
    }

    /// The private key, to be kept somewhere safe.
    ///
    /// # Errors
    /// [`KeyError::Encode`] when the cryptographic library fails.
    pub fn to_pkcs8_der(&self) -> Result<PrivateKeyDer, KeyError> {
        let bytes = match &self.pair {
            Pair::Rsa(pair) => pair.as_der().map_err(|_| KeyError::Encode)?.as_ref().to_vec(),
            Pair::P256(pair) => pair.to_pkcs8v1().map_err(|_| KeyError::Encode)?.as_ref().to_vec(),
        };
        Ok(PrivateKeyDer(Zeroizing::new(bytes)))
    }

    /// The signature over `message` in the form of RFC 7518, 3.3 or 3.4.
    ///
    /// # Errors
    /// [`KeyError::Sign`] when the cryptographic library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(|_| KeyError::Sign)?;
                Ok(signature)
            }
            Pair::P256(pair) => Ok(pair.sign(&random, message).map_err(|_| KeyError::Sign)?.as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm())
            .finish_non_exhaustive()
    }
}

impl Signer<Vec<u8>> for SigningKey {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        self.sign(message).map_err(signature::Error::from_source)
    }
}

impl JwtSigner for SigningKey {
    fn algorithm(&self) -> jsonwebtoken::Algorithm {
        self.algorithm().to_jsonwebtoken()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{KeyError, SigningKey};
    use crate::jose::Algorithm;

    #[test]
    fn a_key_survives_der_and_pem() {
        use base64::Engine as _;
        for key in [SigningKey::generate_rs256("k").unwrap(), SigningKey::generate_es256("k").unwrap()] {
            let der = key.to_pkcs8_der().unwrap();
            let again = SigningKey::from_pkcs8_der("k", der.as_bytes()).unwrap();
            assert_eq!(again.public_jwk(), key.public_jwk());
            let body = base64::engine::general_purpose::STANDARD.encode(der.as_bytes());
            let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
            assert_eq!(SigningKey::from_pkcs8_pem("k", &pem).unwrap().public_jwk(), key.public_jwk());
            assert_eq!(format!("{der:?}"), "PrivateKeyDer(..)");
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(SigningKey::from_pkcs8_der("k", b"junk").unwrap_err(), KeyError::Malformed);
        assert_eq!(SigningKey::from_pkcs8_pem("k", "junk").unwrap_err(), KeyError::NoPemBlock);
    }

    #[test]
    fn debug_shows_no_key() {
        let key = SigningKey::generate_es256("k1").unwrap();
        assert_eq!(key.algorithm(), Algorithm::Es256);
        assert_eq!(format!("{key:?}"), r#"SigningKey { kid: KeyId("k1"), algorithm: Es256, .. }"#);
        let jwk = key.public_jwk();
        assert!(jwk.get("d").is_none());
    }
}
