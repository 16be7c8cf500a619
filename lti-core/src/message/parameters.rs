//! Custom parameters as they stand in a token: read into one text, whatever their types are.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Custom;
use super::shape::Shape;

/// The custom parameters, with a note of the first one that is not a string.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Parameters {
    pub(crate) custom: Custom,
    pub(crate) stranger: Option<(String, &'static str)>,
}

impl<'de> Shape<'de> for Parameters {
    const WANTED: &'static str = "an object of strings";

    fn object<A: MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
        let mut read = Self::default();
        loop {
            let start = read.custom.len();
            if object.next_key_seed(Append(read.custom.append()))?.is_none() {
                return Ok(Some(read));
            }
            let name_end = read.custom.len();
            let appended = object.next_value_seed(Append(read.custom.append()))?;
            let name = match appended {
                Appended::Text => {
                    read.custom.end(name_end);
                    continue;
                }
                Appended::Scalar(_) => {
                    let name = read.custom.name(start, name_end);
                    read.custom.end(name_end);
                    name
                }
                Appended::Nothing(_) => read.custom.take_back(start),
            };
            let (Appended::Scalar(kind) | Appended::Nothing(kind)) = appended else { continue };
            read.stranger = read.stranger.or(Some((name, kind)));
        }
    }
}

/// What became of a value that was to be appended to a text.
enum Appended {
    /// It was a string.
    Text,
    /// It was a number or a boolean, and its JSON text was appended.
    Scalar(&'static str),
    /// It was something else, and nothing was appended.
    Nothing(&'static str),
}

/// Appends a JSON string, number or boolean to a text.
struct Append<'t>(&'t mut String);

impl Append<'_> {
    fn scalar(self, value: impl fmt::Display, kind: &'static str) -> Appended {
        self.0.push_str(&value.to_string());
        Appended::Scalar(kind)
    }
}

impl<'de> DeserializeSeed<'de> for Append<'_> {
    type Value = Appended;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Appended, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Append<'_> {
    type Value = Appended;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Appended, E> {
        self.0.push_str(text);
        Ok(Appended::Text)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Appended, E> {
        Ok(self.scalar(truth, "a boolean"))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Appended, E> {
        Ok(self.scalar(number, "a number"))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Appended, E> {
        Ok(self.scalar(number, "a number"))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Appended, E> {
        Ok(self.scalar(number, "a number"))
    }

    fn visit_unit<E>(self) -> Result<Appended, E> {
        Ok(Appended::Nothing("null"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Appended, A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Appended::Nothing("an array"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Appended, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Appended::Nothing("an object"))
    }
}
