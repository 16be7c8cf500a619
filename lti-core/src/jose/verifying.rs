//! Public keys: parsed once for each algorithm they may verify, and held parsed.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, EcdsaVerificationAlgorithm, ParsedPublicKey,
    RsaPublicKeyComponents,
};
use jsonwebtoken::crypto::JwtVerifier;
use jsonwebtoken::signature;
use serde_json::{Map, Value};

use super::jwks::SkipReason;
use super::key::MIN_RSA_BITS;
use super::{Algorithm, jwk};
use crate::id::KeyId;

/// The longest RSA modulus that is verified, in bits; longer ones would let a stranger burn our time.
pub(super) const MAX_RSA_BITS: usize = 8192;

/// Why a signature was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The key cannot be used with this algorithm: another type, another curve, or its own `alg` says otherwise.
    #[error("the algorithm does not fit the key")]
    Algorithm,
    /// The signature was not made over this message by the private half of this key.
    #[error("the signature does not verify with this key")]
    Signature,
}

/// A public key with the `kid` it was published under.
#[derive(Clone)]
pub struct VerifyingKey {
    kid: Option<KeyId>,
    kty: &'static str,
    parsed: Vec<(Algorithm, ParsedPublicKey)>,
}

impl VerifyingKey {
    /// Reads a public key from a JWK: `alg`, `use` and `kid` may be absent, base64 may be padded.
    ///
    /// # Errors
    /// The reason why the key cannot verify messages.
    pub fn from_jwk(jwk: &Value) -> Result<Self, SkipReason> {
        let jwk = jwk.as_object().ok_or(SkipReason::NotAnObject)?;
        let kid = jwk::text(jwk, "kid")?.map(KeyId::new);
        refuse_other_purposes(jwk)?;
        let only = match jwk::text(jwk, "alg")? {
            Some(name) => Some(name.parse::<Algorithm>().map_err(|_| SkipReason::Algorithm(name.to_owned()))?),
            None => None,
        };
        let (kty, parsed) = match jwk::text(jwk, "kty")? {
            None => return Err(SkipReason::MemberMissing("kty")),
            Some("RSA") => ("RSA", rsa(jwk, only)?),
            Some("EC") => ("EC", ec(jwk, only)?),
            Some("oct") => return Err(SkipReason::Symmetric),
            Some(other) => return Err(SkipReason::KeyType(other.to_owned())),
        };
        Ok(Self { kid, kty, parsed })
    }

    /// The name of the key; absent where the platform publishes its keys without.
    pub fn kid(&self) -> Option<&KeyId> {
        self.kid.as_ref()
    }

    /// The type of the key as JWK writes it: `RSA` or `EC`.
    pub fn kty(&self) -> &'static str {
        self.kty
    }

    /// The algorithms this key may verify: the one its `alg` names, or all that fit its type.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.parsed.iter().map(|(algorithm, _)| *algorithm)
    }

    /// Whether the key may verify this algorithm.
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        self.parsed(algorithm).is_some()
    }

    /// Verifies a signature.
    ///
    /// # Errors
    /// [`VerifyError::Algorithm`] when the key may not be used so, [`VerifyError::Signature`] when the signature is bad.
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        let key = self.parsed(algorithm).ok_or(VerifyError::Algorithm)?;
        key.verify_sig(message, signature).map_err(|_| VerifyError::Signature)
    }

    /// This key bound to one algorithm, as `jsonwebtoken` wants it.
    pub fn verifier(&self, algorithm: Algorithm) -> Option<Verifier<'_>> {
        self.parsed(algorithm).map(|key| Verifier { algorithm, key })
    }

    fn parsed(&self, algorithm: Algorithm) -> Option<&ParsedPublicKey> {
        self.parsed.iter().find(|(known, _)| *known == algorithm).map(|(_, key)| key)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("kid", &self.kid).field("kty", &self.kty).finish_non_exhaustive()
    }
}

/// Private keys, encryption keys and keys for other operations verify nothing.
fn refuse_other_purposes(jwk: &Map<String, Value>) -> Result<(), SkipReason> {
    if ["d", "p", "q", "dp", "dq", "qi"].iter().any(|name| jwk.contains_key(*name)) {
        return Err(SkipReason::Private);
    }
    if let Some(other) = jwk::text(jwk, "use")?.filter(|purpose| *purpose != "sig") {
        return Err(SkipReason::Use(other.to_owned()));
    }
    match jwk.get("key_ops") {
        Some(Value::Array(operations)) if !operations.iter().any(|operation| operation == "verify") => {
            Err(SkipReason::KeyOperations)
        }
        _ => Ok(()),
    }
}

fn rsa(jwk: &Map<String, Value>, only: Option<Algorithm>) -> Result<Vec<(Algorithm, ParsedPublicKey)>, SkipReason> {
    let public = jwk::RsaPublic::from_jwk(jwk)?;
    let bits = public.bits();
    if bits < MIN_RSA_BITS {
        return Err(SkipReason::RsaTooShort { bits });
    }
    if bits > MAX_RSA_BITS {
        return Err(SkipReason::RsaTooLong { bits });
    }
    let components = RsaPublicKeyComponents { n: public.n, e: public.e };
    let mut parsed = Vec::new();
    for algorithm in Algorithm::ALL.iter().copied().filter(|known| only.is_none_or(|only| only == *known)) {
        if let Some(parameters) = algorithm.rsa_parameters() {
            let key = components
                .to_parsed_public_key(parameters)
                .map_err(|_| SkipReason::Malformed("its modulus and exponent make no RSA key"))?;
            parsed.push((algorithm, key));
        }
    }
    if parsed.is_empty() { Err(SkipReason::Malformed("its alg does not fit its kty")) } else { Ok(parsed) }
}

fn ec(jwk: &Map<String, Value>, only: Option<Algorithm>) -> Result<Vec<(Algorithm, ParsedPublicKey)>, SkipReason> {
    let curve = jwk::text(jwk, "crv")?.ok_or(SkipReason::MemberMissing("crv"))?;
    let (algorithm, parameters, coordinate): (_, &'static EcdsaVerificationAlgorithm, _) = match curve {
        "P-256" => (Algorithm::Es256, &ECDSA_P256_SHA256_FIXED, 32),
        "P-384" => (Algorithm::Es384, &ECDSA_P384_SHA384_FIXED, 48),
        other => return Err(SkipReason::Curve(other.to_owned())),
    };
    if only.is_some_and(|only| only != algorithm) {
        return Err(SkipReason::Malformed("its alg does not fit its curve"));
    }
    let point = jwk::ec_point(jwk, coordinate)?;
    let key = ParsedPublicKey::new(parameters, point)
        .map_err(|_| SkipReason::Malformed("its coordinates are no point on the curve"))?;
    Ok(vec![(algorithm, key)])
}

/// A [`VerifyingKey`] bound to one algorithm.
#[derive(Clone, Copy)]
pub struct Verifier<'k> {
    algorithm: Algorithm,
    key: &'k ParsedPublicKey,
}

impl signature::Verifier<Vec<u8>> for Verifier<'_> {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        self.key.verify_sig(message, signature).map_err(|_| signature::Error::from_source(VerifyError::Signature))
    }
}

impl JwtVerifier for Verifier<'_> {
    fn algorithm(&self) -> jsonwebtoken::Algorithm {
        self.algorithm.to_jsonwebtoken()
    }
}
