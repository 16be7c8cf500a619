//! Compact JWS (RFC 7515, 3.1), read strictly: three parts, base64url without padding, no bits left over.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::json;

use super::{Algorithm, KeyError, SigningKey, base64url};

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

/// The JOSE header of a signed token (RFC 7515, 4).
///
/// Members that nobody here understands are ignored, as section 4 asks; their names are kept for `crit`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The algorithm as it stands there (4.1.1); it may be one that nobody supports.
    pub alg: Option<String>,
    /// The name of the key (4.1.4).
    pub kid: Option<String>,
    /// The media type (4.1.9); nothing depends on it.
    pub typ: Option<String>,
    /// The members that the receiver must understand (4.1.11).
    pub crit: Option<Vec<String>>,
    /// Which of `jwk`, `jku`, `x5u` and `x5c` are there. A key that comes with the message is never used.
    pub keys: Vec<&'static str>,
    /// The members that are there twice (RFC 7515, 4 wants them refused, or the last one used).
    pub duplicates: Vec<String>,
}

impl Header {
    /// The algorithm, when it is one that a message may be signed with.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.alg.as_deref().and_then(|name| name.parse().ok())
    }
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
            header: parse_header(&decode("header", header)?)?,
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

fn parse_header(json: &[u8]) -> Result<Header, CompactError> {
    serde_json::from_slice(json).map_err(|error| CompactError::Header {
        fault: match error.classify() {
            // Our own visitor names the member and the type; nothing else of the header gets into that sentence.
            serde_json::error::Category::Data => {
                let text = error.to_string();
                text.split(" at line ").next().unwrap_or_default().to_owned()
            }
            _ => "no JSON object".to_owned(),
        },
    })
}

/// The name of a header member; only names that nobody knows are copied.
enum Member {
    Alg,
    Kid,
    Typ,
    Crit,
    Key(&'static str),
    Unknown(String),
}

impl Member {
    fn name(&self) -> &str {
        match self {
            Self::Alg => "alg",
            Self::Kid => "kid",
            Self::Typ => "typ",
            Self::Crit => "crit",
            Self::Key(name) => name,
            Self::Unknown(name) => name,
        }
    }
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl Visitor<'_> for Names {
            type Value = Member;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a header member")
            }

            fn visit_str<E>(self, name: &str) -> Result<Member, E> {
                Ok(match name {
                    "alg" => Member::Alg,
                    "kid" => Member::Kid,
                    "typ" => Member::Typ,
                    "crit" => Member::Crit,
                    "jwk" => Member::Key("jwk"),
                    "jku" => Member::Key("jku"),
                    "x5u" => Member::Key("x5u"),
                    "x5c" => Member::Key("x5c"),
                    other => Member::Unknown(other.to_owned()),
                })
            }
        }
        deserializer.deserialize_identifier(Names)
    }
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header, a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let mut header = Header::default();
        let mut unknown: Vec<String> = Vec::new();
        while let Some(member) = map.next_key::<Member>()? {
            let again = match &member {
                Member::Alg => set(&mut header.alg, text(&mut map, "alg")?),
                Member::Kid => set(&mut header.kid, text(&mut map, "kid")?),
                Member::Typ => set(&mut header.typ, text(&mut map, "typ")?),
                Member::Crit => set(&mut header.crit, names(&mut map)?),
                Member::Key(name) => {
                    map.next_value::<IgnoredAny>()?;
                    let again = header.keys.contains(name);
                    if !again {
                        header.keys.push(name);
                    }
                    again
                }
                Member::Unknown(name) => {
                    map.next_value::<IgnoredAny>()?;
                    unknown.push(name.clone());
                    false
                }
            };
            if again {
                header.duplicates.push(member.name().to_owned());
            }
        }
        unknown.sort_unstable();
        let twice = unknown.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone());
        header.duplicates.extend(twice);
        header.duplicates.dedup();
        Ok(header)
    }
}

/// Puts a value in; says whether there was one before.
fn set<T>(slot: &mut Option<T>, value: T) -> bool {
    slot.replace(value).is_some()
}

fn text<'de, A: MapAccess<'de>>(map: &mut A, name: &str) -> Result<String, A::Error> {
    map.next_value::<String>().map_err(|error| wrong_type::<A::Error>(&error, name, "a string"))
}

fn names<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Vec<String>, A::Error> {
    map.next_value::<Vec<String>>().map_err(|error| wrong_type::<A::Error>(&error, "crit", "an array of strings"))
}

fn wrong_type<E: serde::de::Error>(_: &E, name: &str, wanted: &str) -> E {
    E::custom(format_args!("a member {name:?} that is not {wanted}"))
}

/// Signs claims: header `alg`, `kid` and `typ`, compact form.
///
/// # Errors
/// [`KeyError::Claims`] when the claims cannot be written as JSON, [`KeyError::Sign`] when the signature fails.
pub fn sign_compact(key: &SigningKey, claims: &impl Serialize) -> Result<String, KeyError> {
    let payload = serde_json::to_vec(claims).map_err(|error| KeyError::Claims(error.to_string()))?;
    let header = json!({ "alg": key.algorithm().as_str(), "kid": key.kid().as_str(), "typ": "JWT" }).to_string();
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
    fn header_members_have_a_type() {
        let fault = |header: &str| match CompactJws::parse(&token(header)).unwrap_err() {
            CompactError::Header { fault } => fault,
            other => panic!("{other}"),
        };
        assert_eq!(fault(r#"{"alg":7}"#), "a member \"alg\" that is not a string");
        assert_eq!(fault(r#"{"kid":null}"#), "a member \"kid\" that is not a string");
        assert_eq!(fault(r#"{"crit":"exp"}"#), "a member \"crit\" that is not an array of strings");
        assert!(fault("[]").contains("expected a JOSE header"));
    }

    #[test]
    fn duplicates_and_embedded_keys_are_listed() {
        let text = token(r#"{"alg":"RS256","alg":"none","x":1,"x":2,"jwk":{},"jku":"","crit":["x"],"kid":"a\"b"}"#);
        let token = CompactJws::parse(&text).unwrap();
        let header = token.header();
        assert_eq!(header.duplicates, ["alg", "x"]);
        assert_eq!(header.keys, ["jwk", "jku"]);
        assert_eq!(header.crit.as_deref(), Some(["x".to_owned()].as_slice()));
        assert_eq!(header.alg.as_deref(), Some("none"), "the last one counts");
        assert_eq!(header.algorithm(), None);
        assert_eq!(header.kid.as_deref(), Some("a\"b"));
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
