//! Claims and members that this crate gives no type: kept as the JSON they came as, written as they stand.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde_json::value::{RawValue, to_raw_value};

/// Further claims, by name, in their order: services, vendors, and whatever is invented tomorrow.
///
/// A receiver ignores what it does not understand (LTI Core 1.3, 3.5 and 4.3); it does not throw it away.
#[derive(Clone, Default)]
pub struct OtherClaims(Vec<(String, Box<RawValue>)>);

impl OtherClaims {
    pub(crate) fn from_vec(claims: Vec<(String, Box<RawValue>)>) -> Self {
        Self(claims)
    }

    /// The claim as JSON text.
    pub fn get(&self, name: &str) -> Option<&RawValue> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ref())
    }

    /// The claim read into a type; nothing when it is not there.
    ///
    /// # Errors
    /// The claim is there, and is not what the type asks for.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Option<Result<T, serde_json::Error>> {
        self.get(name).map(|raw| serde_json::from_str(raw.get()))
    }

    /// Puts a claim in, in place of one with the same name.
    ///
    /// # Errors
    /// The value cannot be written as JSON.
    ///
    /// ```
    /// use lti_core::message::OtherClaims;
    /// let mut claims = OtherClaims::default();
    /// claims.insert("https://vendor.example/claim", &7)?;
    /// assert_eq!(claims.read::<u8>("https://vendor.example/claim").transpose()?, Some(7));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn insert(&mut self, name: impl Into<String>, value: &impl Serialize) -> Result<(), serde_json::Error> {
        let (name, value) = (name.into(), to_raw_value(value)?);
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
        Ok(())
    }

    /// Keeps the claims whose name `keep` says yes to, and drops the others.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.0.retain(|(name, _)| keep(name));
    }

    /// Every claim with its JSON text, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_ref()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}

impl PartialEq for OtherClaims {
    /// Compares names and JSON texts, in their order.
    fn eq(&self, other: &Self) -> bool {
        self.iter().map(|(name, raw)| (name, raw.get())).eq(other.iter().map(|(name, raw)| (name, raw.get())))
    }
}

impl fmt::Debug for OtherClaims {
    /// Names alone: a value may lead to a person, or be a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
