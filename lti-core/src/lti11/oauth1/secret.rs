//! The secret that platform and tool share, with the keys that are made of it.

use std::fmt;
use std::sync::OnceLock;

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::SignatureMethod;
use super::encode::encode_into;

/// The shared secret of an LTI 1.1 registration.
///
/// It is written nowhere by itself: `Debug` redacts, and the memory is overwritten at the end. The keys for signatures
/// are made at the first use and kept, because a secret serves many launches.
#[derive(Clone)]
pub struct Lti11Secret {
    secret: Zeroizing<String>,
    sha1: OnceLock<hmac::Key>,
    sha256: OnceLock<hmac::Key>,
}

impl Lti11Secret {
    /// Takes the secret as both sides entered it.
    pub fn new(secret: impl Into<String>) -> Self {
        Self { secret: Zeroizing::new(secret.into()), sha1: OnceLock::new(), sha256: OnceLock::new() }
    }

    /// The secret, for whoever keeps it.
    pub fn expose(&self) -> &str {
        &self.secret
    }

    /// The key of a signature without a token: the encoded secret and `&` (RFC 5849, 3.4.2).
    pub(super) fn key(&self, method: SignatureMethod) -> &hmac::Key {
        let kept = match method {
            SignatureMethod::HmacSha1 => &self.sha1,
            SignatureMethod::HmacSha256 => &self.sha256,
        };
        kept.get_or_init(|| self.key_with_token(method, ""))
    }

    /// The key of a signature: both secrets encoded, `&` between them (RFC 5849, 3.4.2).
    pub(super) fn key_with_token(&self, method: SignatureMethod, token_secret: &str) -> hmac::Key {
        // Three bytes for each at most: it never grows, and leaves no copy behind.
        let room = 3 * (self.secret.len() + token_secret.len()) + 1;
        let mut key = Zeroizing::new(Vec::with_capacity(room));
        encode_into(self.secret.as_bytes(), &mut key);
        key.push(b'&');
        encode_into(token_secret.as_bytes(), &mut key);
        hmac::Key::new(method.algorithm(), &key)
    }
}

impl PartialEq for Lti11Secret {
    fn eq(&self, other: &Self) -> bool {
        self.secret == other.secret
    }
}

impl Eq for Lti11Secret {}

impl fmt::Debug for Lti11Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lti11Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::Lti11Secret;

    #[test]
    fn debug_and_equality_look_at_nothing_else() {
        let secret = Lti11Secret::new("hidden");
        assert_eq!(format!("{secret:?}"), "Lti11Secret(..)");
        let _made = secret.key(super::SignatureMethod::HmacSha1);
        assert_eq!(secret, Lti11Secret::new("hidden"));
        assert_ne!(secret, Lti11Secret::new("hidden "));
    }
}
