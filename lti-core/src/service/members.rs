//! The members of a JSON object, taken out one by one; what nobody takes is kept as it stands.

use std::fmt;

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::{Problem, ServiceRule};
use crate::message::raw::drop_duplicates;
use crate::message::{OtherClaims, Shape, Slot};

/// The members of an object, in their order. The last of several with one name counts.
#[derive(Default)]
pub(crate) struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    /// Reads an object; the error is what else it is.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(json).map_err(|error| format!("no UTF-8 (byte {})", error.valid_up_to()))?;
        match serde_json::from_str::<Slot<Self>>(text) {
            Ok(Slot::Is(members)) => Ok(members),
            Ok(Slot::Mistyped(kind)) => Err(kind.to_owned()),
            Ok(Slot::Missing) => Err("nothing".to_owned()),
            Err(error) => Err(format!("no JSON (line {}, column {})", error.line(), error.column())),
        }
    }

    /// As [`parse`](Self::parse), with the names that are there more than once.
    pub(crate) fn parse_noting(json: &[u8]) -> Result<(Self, Vec<String>), String> {
        let text = std::str::from_utf8(json).map_err(|error| format!("no UTF-8 (byte {})", error.valid_up_to()))?;
        match serde_json::from_str::<Slot<Noted>>(text) {
            Ok(Slot::Is(Noted(members, duplicates))) => Ok((members, duplicates)),
            Ok(Slot::Mistyped(kind)) => Err(kind.to_owned()),
            Ok(Slot::Missing) => Err("nothing".to_owned()),
            Err(error) => Err(format!("no JSON (line {}, column {})", error.line(), error.column())),
        }
    }

    /// The JSON text of a member.
    pub(crate) fn raw(&mut self, name: &str) -> Option<Box<RawValue>> {
        let index = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(index).1)
    }

    /// A member in the type that its place gives it.
    pub(crate) fn slot<T: for<'de> Shape<'de>>(&mut self, name: &str) -> Slot<T> {
        match self.raw(name) {
            Some(raw) => match T::exact(raw.get()) {
                Some(value) => Slot::Is(value),
                None => serde_json::from_str(raw.get()).unwrap_or(Slot::Mistyped("what is no JSON")),
            },
            None => Slot::Missing,
        }
    }

    /// What nobody took.
    pub(crate) fn into_other(self) -> OtherClaims {
        OtherClaims::from_vec(self.0)
    }

    /// The names that nobody took.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl<'de> Shape<'de> for Members {
    const WANTED: &'static str = "an object";

    fn object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        Ok(Noted::object(object)?.map(|noted| noted.0))
    }
}

/// Members, and the names that are there more than once.
struct Noted(Members, Vec<String>);

impl<'de> Shape<'de> for Noted {
    const WANTED: &'static str = "an object";

    fn object<A: MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
        let mut members: Vec<(String, Box<RawValue>)> = Vec::new();
        while let Some((name, value)) = object.next_entry::<String, Box<RawValue>>()? {
            members.push((name, value));
        }
        let mut duplicates = Vec::new();
        drop_duplicates(&mut members, &mut duplicates);
        Ok(Some(Self(Members(members), duplicates)))
    }
}

impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// An array whose elements are kept as JSON texts.
#[derive(Default)]
pub(crate) struct Elements(pub(crate) Vec<Box<RawValue>>);

impl<'de> Shape<'de> for Elements {
    const WANTED: &'static str = "an array";

    fn array<A: serde::de::SeqAccess<'de>>(mut array: A) -> Result<Option<Self>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = array.next_element::<Box<RawValue>>()? {
            elements.push(element);
        }
        Ok(Some(Self(elements)))
    }
}

impl Elements {
    /// Reads an array; the error is what else it is.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(json).map_err(|error| format!("no UTF-8 (byte {})", error.valid_up_to()))?;
        match serde_json::from_str::<Slot<Self>>(text) {
            Ok(Slot::Is(elements)) => Ok(elements),
            Ok(Slot::Mistyped(kind)) => Err(kind.to_owned()),
            Ok(Slot::Missing) => Err("nothing".to_owned()),
            Err(error) => Err(format!("no JSON (line {}, column {})", error.line(), error.column())),
        }
    }
}

/// An object that is read member by member, with everything that is wrong with it.
pub(crate) struct Reader {
    members: Members,
    /// Where the object lies: empty, or `members[3].`.
    place: String,
    /// The rule for members of another type.
    type_rule: ServiceRule,
    pub(crate) problems: Vec<Problem>,
}

impl Reader {
    pub(crate) fn new(members: Members, place: impl Into<String>, type_rule: ServiceRule) -> Self {
        Self { members, place: place.into(), type_rule, problems: Vec::new() }
    }

    pub(crate) fn report(
        &mut self,
        rule: ServiceRule,
        name: &str,
        expected: impl Into<String>,
        seen: impl Into<String>,
    ) {
        self.problems.push(Problem::new(rule, format!("{}{name}", self.place), expected, seen));
    }

    /// A member that may be there; null counts as absent.
    pub(crate) fn take<T: for<'de> Shape<'de>>(&mut self, name: &str) -> Option<T> {
        match self.members.slot::<T>(name) {
            Slot::Is(value) => Some(value),
            Slot::Missing | Slot::Mistyped("null") => None,
            Slot::Mistyped(kind) => {
                self.report(self.type_rule, name, T::WANTED, kind);
                None
            }
        }
    }

    /// A text that may be there; blank and null count as absent.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.take::<String>(name).filter(|text| !text.trim().is_empty())
    }

    /// A member as it stands, in the type asked for or not.
    pub(crate) fn slot<T: for<'de> Shape<'de>>(&mut self, name: &str) -> Slot<T> {
        self.members.slot(name)
    }

    /// A member as JSON text; null counts as absent.
    pub(crate) fn raw(&mut self, name: &str) -> Option<Box<RawValue>> {
        self.members.raw(name).filter(|raw| raw.get() != "null")
    }

    /// A member that must be there; its absence and another type break `rule`.
    pub(crate) fn required<T: for<'de> Shape<'de>>(
        &mut self,
        name: &str,
        rule: ServiceRule,
        expected: &str,
    ) -> Option<T> {
        match self.members.slot::<T>(name) {
            Slot::Is(value) => return Some(value),
            Slot::Missing => self.report(rule, name, expected, "no such member"),
            Slot::Mistyped(kind) => self.report(rule, name, expected, kind),
        }
        None
    }

    /// An object that may be there.
    pub(crate) fn object(&mut self, name: &str) -> Option<Self> {
        let members = self.take::<Members>(name)?;
        Some(Self::new(members, format!("{}{name}.", self.place), self.type_rule))
    }

    /// Reports the members left over that no URL names.
    pub(crate) fn check_extensions(&mut self, rule: ServiceRule) {
        let odd: Vec<String> = self.members.names().filter(|name| url::Url::parse(name).is_err()).map(cut).collect();
        for name in odd {
            self.report(rule, &name, "a name that is a URL", "another name");
        }
    }

    /// What nobody took.
    pub(crate) fn into_other(self) -> OtherClaims {
        self.members.into_other()
    }
}

/// A name from outside, cut to a length that fits a line.
fn cut(name: &str) -> String {
    name.chars().take(80).collect()
}
