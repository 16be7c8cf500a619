//! Compact JWS (RFC 7515, 3.1), read strictly: three parts, base64url without padding, no bits left over.

use std::fmt;

use serde::Serialize;
use serde_json::json;

use super::{Header, KeyError, SigningKey, base64url};

/// The longest token that is read, in bytes: 256 KiB. No text sets a limit; a launch with every claim there is stays
/// under a tenth of it, and a stranger should not choose how much memory a login costs.
pub const MAX_TOKEN_BYTES: usize = 256 * 1024;

/// Why a text is no compact JWS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompactError {
    /// The text is longer than [`MAX_TOKEN_BYTES`].
    #[error("expected a token of at most {MAX_TOKEN_BYTES} bytes, saw {bytes}")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// The text does not have three parts separated by dots (RFC 7515, 7.1).
    #[error("expected three parts separated by dots (RFC 7515, 7.1), saw {parts}")]
    Parts {
        /// How many there are; five make an encrypted token (RFC 7516, 7.1).
        parts: usize,
    },
    /// A part is not base64url without padding (RFC 7515, 2).
    #[error("expected the {part} in base64url without padding (RFC 7515, 2), saw {fault}")]
    Base64 {
        /// Which part.
        part: &'static str,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// The header is not a JSON object, or one of its own members has the wrong type (RFC 7515, 4).
    #[error("expected a JOSE header (RFC 7515, 4), saw {fault}")]
    Header {
        /// What is wrong with it; never a value of the header.
        fault: String,
    },
}

/// A compact JWS taken apart. Nothing of it is verified yet.
#[derive(Clone)]
pub struct CompactJws<'t> {
    header: Header,
    signing_input: &'t str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'t> CompactJws<'t> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`CompactError`] says which part is not as RFC 7515 writes it. Duplicate and critical header members are no
    /// error here: they are listed in the [`Header`] for the rules to judge.
    ///
    /// ```
    /// use lti_core::jose::{CompactError, CompactJws};
    /// let token = CompactJws::parse("eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.e30.c2ln")?;
    /// assert_eq!(token.header().kid.as_deref(), Some("k"));
    /// assert_eq!(token.payload(), b"{}");
    /// assert!(CompactJws::parse("a.b").is_err());
    /// # Ok::<(), CompactError>(())
    /// ```
    pub fn parse(token: &'t str) -> Result<Self, CompactError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(CompactError::TooLarge { bytes: token.len() });
        }
        let parts = || CompactError::Parts { parts: token.split('.').count() };
        let (signing_input, signature) = token.rsplit_once('.').ok_or_else(parts)?;
        let (header, payload) = signing_input.split_once('.').ok_or_else(parts)?;
        if payload.contains('.') {
            return Err(parts());
        }
        Ok(Self {
            header: Header::parse(&decode("header", header)?).map_err(|fault| CompactError::Header { fault })?,
            signing_input,
            payload: decode("payload", payload)?,
            signature: decode("signature", signature)?,
        })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What the signature is made over: header and payload as they were sent, with the dot between them.
    pub fn signing_input(&self) -> &'t str {
        self.signing_input
    }

    /// The payload, decoded from base64url; a JSON object if this is a JWT.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The signature, decoded from base64url.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

impl fmt::Debug for CompactJws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompactJws")
            .field("header", &self.header)
            .field("payload_bytes", &self.payload.len())
            .finish_non_exhaustive()
    }
}

fn decode(part: &'static str, text: &str) -> Result<Vec<u8>, CompactError> {
    base64url::decode(text).map_err(|error| CompactError::Base64 {
        part,
        fault: match error {
            base64::DecodeError::InvalidPadding => "padding",
            base64::DecodeError::InvalidLength(_) => "an impossible length",
            base64::DecodeError::InvalidLastSymbol { .. } => "bits left over at its end",
            base64::DecodeError::InvalidByte(..) => "a character outside of its alphabet",
        },
    })
}

/// Signs claims: header `alg`, `kid` and `typ`, compact form.
///
/// # Errors
/// [`KeyError::Claims`] when the claims cannot be written as JSON, [`KeyError::Sign`] when the signature fails.
pub fn sign_compact(key: &SigningKey, claims: &impl Serialize) -> Result<String, KeyError> {
    sign_compact_as(key, "JWT", claims)
}

/// Signs claims as a token of the media type `typ`, for instance `at+jwt` (RFC 7515, 4.1.9).
///
/// # Errors
/// [`KeyError::Claims`] when the claims cannot be written as JSON, [`KeyError::Sign`] when the signature fails.
pub fn sign_compact_as(key: &SigningKey, typ: &str, claims: &impl Serialize) -> Result<String, KeyError> {
    let payload = serde_json::to_vec(claims).map_err(|error| KeyError::Claims(error.to_string()))?;
    let header = json!({ "alg": key.algorithm().as_str(), "kid": key.kid().as_str(), "typ": typ }).to_string();
    let mut token = String::with_capacity((header.len() + payload.len()) * 4 / 3 + 400);
    base64url::encode_into(header.as_bytes(), &mut token);
    token.push('.');
    base64url::encode_into(&payload, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    base64url::encode_into(&signature, &mut token);
    Ok(token)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::{CompactError, CompactJws, MAX_TOKEN_BYTES, base64url, sign_compact};
    use crate::jose::{Algorithm, SigningKey};

    fn token(header: &str) -> String {
        format!("{}.e30.c2ln", base64url::encode(header.as_bytes()))
    }

    #[test]
    fn the_form_is_strict() {
        let rows = [
            ("", CompactError::Parts { parts: 1 }),
            ("a.b", CompactError::Parts { parts: 2 }),
            ("a.b.c.d.e", CompactError::Parts { parts: 5 }),
            ("e30.e30=.c2ln", CompactError::Base64 { part: "payload", fault: "padding" }),
            ("e30.e30.c2lnx", CompactError::Base64 { part: "signature", fault: "an impossible length" }),
            ("e30.e31.c2ln", CompactError::Base64 { part: "payload", fault: "bits left over at its end" }),
            ("e3+.e30.c2ln", CompactError::Base64 { part: "header", fault: "a character outside of its alphabet" }),
            (
                "e30.e30.c2ln\n",
                CompactError::Base64 { part: "signature", fault: "a character outside of its alphabet" },
            ),
            ("bm8.e30.c2ln", CompactError::Header { fault: "no JSON object".into() }),
        ];
        for (text, error) in rows {
            assert_eq!(CompactJws::parse(text).unwrap_err(), error, "{text:?}");
        }
        let large = "a".repeat(MAX_TOKEN_BYTES + 1);
        assert_eq!(CompactJws::parse(&large).unwrap_err(), CompactError::TooLarge { bytes: MAX_TOKEN_BYTES + 1 });
    }

    #[test]
    fn what_is_signed_verifies_and_what_is_altered_does_not() {
        for key in [SigningKey::generate_rs256("k\"1").unwrap(), SigningKey::generate_es256("k\"1").unwrap()] {
            let text = sign_compact(&key, &json!({"sub": "ü"})).unwrap();
            let token = CompactJws::parse(&text).unwrap();
            assert_eq!(token.header().kid.as_deref(), Some("k\"1"));
            let public = key.verifying_key().unwrap();
            let verify = |message: &str| public.verify(key.algorithm(), message.as_bytes(), token.signature()).is_ok();
            assert!(verify(token.signing_input()));
            assert!(!verify(&token.signing_input()[1..]));
            assert!(public.verify(Algorithm::Ps256, b"", token.signature()).is_err());
        }
    }

    #[test]
    fn debug_shows_neither_payload_nor_signature() {
        let text = token(r#"{"alg":"RS256"}"#);
        let shown = format!("{:?}", CompactJws::parse(&text).unwrap());
        assert!(!shown.contains("c2ln") && !shown.contains("115"), "{shown}");
    }
}
