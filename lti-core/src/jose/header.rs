//! The JOSE header (RFC 7515, 4): read in one pass, with its duplicates and the keys that come with it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::Algorithm;

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

    /// Reads a header.
    ///
    /// # Errors
    /// What is wrong with it; never a value of it.
    pub(super) fn parse(json: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(json).map_err(|error| match error.classify() {
            // Our own visitor names the member and the type; nothing else of the header gets into that sentence.
            serde_json::error::Category::Data => {
                let text = error.to_string();
                text.split(" at line ").next().unwrap_or_default().to_owned()
            }
            _ => "no JSON object".to_owned(),
        })
    }
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Header;

    #[test]
    fn header_members_have_a_type() {
        let fault = |header: &str| Header::parse(header.as_bytes()).unwrap_err();
        assert_eq!(fault(r#"{"alg":7}"#), "a member \"alg\" that is not a string");
        assert_eq!(fault(r#"{"kid":null}"#), "a member \"kid\" that is not a string");
        assert_eq!(fault(r#"{"crit":"exp"}"#), "a member \"crit\" that is not an array of strings");
        assert!(fault("[]").contains("expected a JOSE header"));
    }

    #[test]
    fn duplicates_and_embedded_keys_are_listed() {
        let header =
            Header::parse(br#"{"alg":"RS256","alg":"none","x":1,"x":2,"jwk":{},"jku":"","crit":["x"],"kid":"a\"b"}"#)
                .unwrap();
        assert_eq!(header.duplicates, ["alg", "x"]);
        assert_eq!(header.keys, ["jwk", "jku"]);
        assert_eq!(header.crit.as_deref(), Some(["x".to_owned()].as_slice()));
        assert_eq!(header.alg.as_deref(), Some("none"), "the last one counts");
        assert_eq!(header.algorithm(), None);
        assert_eq!(header.kid.as_deref(), Some("a\"b"));
    }
}
