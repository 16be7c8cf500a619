//! Signatures by a shared secret, and hashes of bodies.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Lti11Secret;

/// How a message is signed. LTI 1.x asks for HMAC-SHA1 of both sides (Basic LTI 1.0 Implementation Guide, 4); the other
/// one is in use beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum SignatureMethod {
    /// `HMAC-SHA1` (RFC 5849, 3.4.2).
    #[default]
    HmacSha1,
    /// `HMAC-SHA256`: the same with SHA-256.
    HmacSha256,
}

impl SignatureMethod {
    /// The value of `oauth_signature_method`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
        }
    }

    pub(super) fn algorithm(self) -> hmac::Algorithm {
        match self {
            Self::HmacSha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::HmacSha256 => hmac::HMAC_SHA256,
        }
    }
}

impl fmt::Display for SignatureMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SignatureMethod {
    type Err = UnknownMethod;

    /// Reads the value of `oauth_signature_method`, letter by letter: values are case-sensitive (RFC 5849, 3.1).
    fn from_str(name: &str) -> Result<Self, UnknownMethod> {
        [Self::HmacSha1, Self::HmacSha256].into_iter().find(|method| method.as_str() == name).ok_or(UnknownMethod)
    }
}

/// The method is neither of the two that are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected HMAC-SHA1 or HMAC-SHA256 as the signature method")]
#[non_exhaustive]
pub struct UnknownMethod;

/// Signs a base string (RFC 5849, 3.4.2). LTI has no tokens: `token_secret` is empty, and the key ends with `&`.
///
/// ```
/// use lti_core::lti11::oauth1::{Lti11Secret, SignatureMethod, sign};
/// let signature = sign(SignatureMethod::HmacSha1, "bs", &Lti11Secret::new("cs"), "");
/// assert_eq!(signature, "egQqG5AJep5sJ7anhXju1unge2I=");
/// ```
pub fn sign(method: SignatureMethod, base_string: &str, secret: &Lti11Secret, token_secret: &str) -> String {
    let tag = if token_secret.is_empty() {
        hmac::sign(secret.key(method), base_string.as_bytes())
    } else {
        hmac::sign(&secret.key_with_token(method, token_secret), base_string.as_bytes())
    };
    STANDARD.encode(tag)
}

/// Whether `signature` is the one of this base string. Compared in constant time; base64 in another form than
/// [`sign`] writes it is another signature.
pub fn verifies(method: SignatureMethod, base_string: &[u8], secret: &Lti11Secret, signature: &str) -> bool {
    // 32 bytes and two more of slack, which is what 44 characters may decode to.
    let mut tag = [0; 36];
    let Ok(length) = STANDARD.decode_slice(signature, &mut tag) else { return false };
    hmac::verify(secret.key(method), base_string, &tag[..length]).is_ok()
}

/// The `oauth_body_hash` of a request whose body is no form: SHA-1 under HMAC-SHA1, SHA-256 under HMAC-SHA256 (OAuth
/// Request Body Hash 1.0 draft, 3.2).
///
/// ```
/// use lti_core::lti11::oauth1::{SignatureMethod, body_hash};
/// assert_eq!(body_hash(SignatureMethod::HmacSha1, b"Hello World!"), "Lve95gjOVATpfV8EL5X4nxwjKHE=");
/// ```
pub fn body_hash(method: SignatureMethod, body: &[u8]) -> String {
    let algorithm = match method {
        SignatureMethod::HmacSha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        SignatureMethod::HmacSha256 => &digest::SHA256,
    };
    STANDARD.encode(digest::digest(algorithm, body))
}

#[cfg(test)]
mod tests {
    use super::{SignatureMethod, body_hash, sign, verifies};
    use crate::lti11::oauth1::Lti11Secret;

    #[test]
    fn the_published_signatures_of_one_base_string_are_made() {
        let secret = Lti11Secret::new("cs");
        assert_eq!(sign(SignatureMethod::HmacSha1, "bs", &secret, "ts"), "VZVjXceV7JgPq/dOTnNmEfO0Fv8=");
        let signature = sign(SignatureMethod::HmacSha1, "bs", &secret, "");
        assert_eq!(signature, "egQqG5AJep5sJ7anhXju1unge2I=");
        assert!(verifies(SignatureMethod::HmacSha1, b"bs", &secret, &signature));
        let long = "A".repeat(400);
        for other in ["", "egQqG5AJep5sJ7anhXju1unge2I", "egQqG5AJep5sJ7anhXju1unge2J=", " egQq", "%3D", &long] {
            assert!(!verifies(SignatureMethod::HmacSha1, b"bs", &secret, other), "{other}");
        }
        assert!(!verifies(SignatureMethod::HmacSha256, b"bs", &secret, &signature));
    }

    #[test]
    fn the_hash_of_nothing_is_known() {
        assert_eq!(body_hash(SignatureMethod::HmacSha1, b""), "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
        assert_eq!(body_hash(SignatureMethod::HmacSha256, b""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn names_are_read_letter_by_letter() {
        assert_eq!("HMAC-SHA256".parse(), Ok(SignatureMethod::HmacSha256));
        assert!("hmac-sha1".parse::<SignatureMethod>().is_err());
    }
}
