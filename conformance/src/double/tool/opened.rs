//! The double's own lenient reading of a token: nothing is judged here, and nothing is thrown away.

use std::fmt;

use base64::{
    Engine as _,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use lti_core::message::claims;

/// Reads base64url with and without padding, as careless libraries do.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes base64url, padded or not.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    LENIENT.decode(text).ok()
}

/// The members of a JSON object as they were written: in order, duplicates included, values unread.
#[derive(Debug, Default)]
pub(super) struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    /// The last value under this name, which is what most JSON libraries keep.
    pub(super) fn get(&self, name: &str) -> Option<Value> {
        self.0.iter().rev().find(|(known, _)| known == name).and_then(|(_, raw)| read(raw))
    }

    /// The first value under this name.
    pub(super) fn first(&self, name: &str) -> Option<Value> {
        self.0.iter().find(|(known, _)| known == name).and_then(|(_, raw)| read(raw))
    }

    /// The last value under this name if it is text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether there is such a member, readable or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// Whether a name is there twice.
    pub(super) fn has_duplicates(&self) -> bool {
        let mut names: Vec<&str> = self.names().collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// Every name, duplicates included.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// Reads one value; what is nested too deeply counts as absent.
fn read(raw: &RawValue) -> Option<Value> {
    serde_json::from_str(raw.get()).ok()
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

/// The payload of a token.
#[derive(Debug)]
pub(super) enum Payload {
    /// Claims.
    Claims(Members),
    /// JSON that is no object.
    OtherJson,
}

/// A token taken apart.
#[derive(Debug)]
pub(super) struct Opened {
    /// The JOSE header.
    pub(super) header: Members,
    /// What the token says.
    pub(super) payload: Payload,
    /// What the signature is made over.
    pub(super) message: String,
    /// The signature.
    pub(super) signature: Vec<u8>,
    none: Members,
}

impl Opened {
    /// Takes a token apart; nothing if it is not three parts with JSON in the first two.
    pub(super) fn parse(token: &str) -> Option<Self> {
        let (message, signature) = token.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        let header = serde_json::from_slice(&LENIENT.decode(header).ok()?).ok()?;
        let payload = LENIENT.decode(payload).ok()?;
        let payload = match serde_json::from_slice(&payload) {
            Ok(claims) => Payload::Claims(claims),
            Err(_) => serde_json::from_slice::<&RawValue>(&payload).map(|_| Payload::OtherJson).ok()?,
        };
        let signature = LENIENT.decode(signature).ok()?;
        Some(Self { header, payload, message: message.to_owned(), signature, none: Members::default() })
    }

    /// The claims; none where the payload is no object.
    pub(super) fn claims(&self) -> &Members {
        match &self.payload {
            Payload::Claims(claims) => claims,
            Payload::OtherJson => &self.none,
        }
    }

    /// The key that the header names.
    pub(super) fn kid(&self) -> Option<String> {
        self.header.text("kid")
    }

    /// The algorithm that the header names.
    pub(super) fn alg(&self) -> String {
        self.header.text("alg").unwrap_or_default()
    }

    /// The roles as they stand.
    pub(super) fn roles(&self) -> Vec<String> {
        match self.claims().get(claims::ROLES) {
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }

    /// A text member of an object claim.
    pub(super) fn text_in(&self, claim: &str, member: &str) -> Option<String> {
        self.claims().get(claim)?.get(member)?.as_str().map(str::to_owned)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn token(header: &str, payload: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn duplicates_and_deep_values_survive() {
        let deep = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
        let opened =
            Opened::parse(&token(r#"{"alg":"RS256"}"#, &format!(r#"{{"aud":"a","x":{deep},"aud":"b"}}"#))).unwrap();
        assert_eq!(opened.claims().first("aud"), Some(Value::from("a")));
        assert_eq!(opened.claims().get("aud"), Some(Value::from("b")));
        assert!(opened.claims().has("x"));
        assert_eq!(opened.signature, b"sig");
    }

    #[test]
    fn a_payload_may_be_other_json_but_not_junk() {
        let opened = Opened::parse(&token("{}", "[1]")).unwrap();
        assert!(matches!(opened.payload, Payload::OtherJson));
        assert!(!opened.claims().has("iss"));
        assert!(Opened::parse(&token("{}", "junk")).is_none());
        assert!(Opened::parse("junk").is_none());
    }
}
