//! One pass over JSON that never stops at a wrong type: what a member should be, and what it is.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::time::Timestamp;

/// A member of an object, with the JSON type that was asked for or without.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Slot<T> {
    /// The member is not there.
    #[default]
    Missing,
    /// The member has the type asked for.
    Is(T),
    /// The member has another type; the word for it.
    Mistyped(&'static str),
}

impl<T> Slot<T> {
    /// The value, when there is one of the right type.
    pub(crate) fn get(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Missing | Self::Mistyped(_) => None,
        }
    }

    /// The value, taken out.
    pub(crate) fn value(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Missing | Self::Mistyped(_) => None,
        }
    }

    /// Whether the member is there, whatever it is.
    pub(crate) fn is_present(&self) -> bool {
        !matches!(self, Self::Missing)
    }
}

/// How a JSON value becomes a `T`; each method answers for one JSON type, `None` where that type is wrong.
pub(crate) trait Shape<'de>: Sized {
    /// The JSON type asked for, with its article.
    const WANTED: &'static str;

    /// The JSON text itself, for shapes that read it better than the reader of JSON does.
    fn exact(_: &str) -> Option<Self> {
        None
    }

    /// A JSON string.
    fn string(_: &str) -> Option<Self> {
        None
    }

    /// `true` or `false`.
    fn boolean(_: bool) -> Option<Self> {
        None
    }

    /// A JSON number.
    fn number(_: f64) -> Option<Self> {
        None
    }

    /// A JSON number without a fraction, as far as 64 bits go.
    fn integer(number: i64) -> Option<Self> {
        #[expect(clippy::cast_precision_loss, reason = "shapes that need every digit answer for integers themselves")]
        Self::number(number as f64)
    }

    /// A JSON array.
    fn array<A: SeqAccess<'de>>(mut array: A) -> Result<Option<Self>, A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    /// A JSON object.
    fn object<A: MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

struct SlotVisitor<T>(PhantomData<T>);

impl<'de, T: Shape<'de>> Visitor<'de> for SlotVisitor<T> {
    type Value = Slot<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::WANTED)
    }

    fn visit_unit<E>(self) -> Result<Slot<T>, E> {
        Ok(Slot::Mistyped("null"))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Slot<T>, E> {
        Ok(T::boolean(truth).map_or(Slot::Mistyped("a boolean"), Slot::Is))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Slot<T>, E> {
        Ok(T::integer(number).map_or(Slot::Mistyped("a number"), Slot::Is))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Slot<T>, E> {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        Ok(T::integer(number).map_or(Slot::Mistyped("a number"), Slot::Is))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Slot<T>, E> {
        Ok(T::number(number).map_or(Slot::Mistyped("a number"), Slot::Is))
    }

    fn visit_str<E>(self, text: &str) -> Result<Slot<T>, E> {
        Ok(T::string(text).map_or(Slot::Mistyped("a string"), Slot::Is))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<Slot<T>, A::Error> {
        Ok(T::array(array)?.map_or(Slot::Mistyped("an array"), Slot::Is))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Slot<T>, A::Error> {
        Ok(T::object(object)?.map_or(Slot::Mistyped("an object"), Slot::Is))
    }
}

impl<'de, T: Shape<'de>> Deserialize<'de> for Slot<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SlotVisitor(PhantomData))
    }
}

impl Shape<'_> for String {
    const WANTED: &'static str = "a string";

    fn string(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Shape<'_> for bool {
    const WANTED: &'static str = "true or false";

    fn boolean(truth: bool) -> Option<Self> {
        Some(truth)
    }
}

impl Shape<'_> for f64 {
    const WANTED: &'static str = "a number";

    /// To the last digit: the reader of JSON may miss it, and a grade is to stay what it was.
    fn exact(text: &str) -> Option<Self> {
        let number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        number.then(|| text.parse().ok()).flatten().filter(|number: &Self| number.is_finite())
    }

    fn number(number: f64) -> Option<Self> {
        number.is_finite().then_some(number)
    }
}

impl Shape<'_> for Timestamp {
    const WANTED: &'static str = "a number of seconds";

    /// Parts of a second are dropped: RFC 7519, 2 allows them.
    fn number(number: f64) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and parts of a second do not count")]
        number.is_finite().then(|| Self::from_secs(number.floor() as i64))
    }

    fn integer(number: i64) -> Option<Self> {
        Some(Self::from_secs(number))
    }
}

/// Pixels: a number, or the string that some platforms make of it.
impl Shape<'_> for u32 {
    const WANTED: &'static str = "a number of pixels";

    fn string(text: &str) -> Option<Self> {
        text.trim().parse().ok()
    }

    fn number(number: f64) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked before")]
        (0.0..=f64::from(Self::MAX)).contains(&number).then_some(number as Self)
    }
}

/// An array that should hold strings alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Texts {
    /// The strings.
    pub(crate) texts: Vec<String>,
    /// What else was in it, the first thing only.
    pub(crate) stranger: Option<&'static str>,
}

impl<'de> Shape<'de> for Texts {
    const WANTED: &'static str = "an array of strings";

    fn array<A: SeqAccess<'de>>(mut array: A) -> Result<Option<Self>, A::Error> {
        let mut read = Self::default();
        while let Some(element) = array.next_element::<Slot<String>>()? {
            match element {
                Slot::Is(text) => read.texts.push(text),
                Slot::Mistyped(kind) => read.stranger = read.stranger.or(Some(kind)),
                Slot::Missing => {}
            }
        }
        Ok(Some(read))
    }
}

/// One string, or an array of strings: the two forms of `aud` (RFC 7519, 4.1.3).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OneOrMany(pub(crate) Texts);

impl<'de> Shape<'de> for OneOrMany {
    const WANTED: &'static str = "a string or an array of strings";

    fn string(text: &str) -> Option<Self> {
        Some(Self(Texts { texts: vec![text.to_owned()], stranger: None }))
    }

    fn array<A: SeqAccess<'de>>(array: A) -> Result<Option<Self>, A::Error> {
        Ok(Texts::array(array)?.map(Self))
    }
}
