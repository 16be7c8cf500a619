//! The scopes of the services, which a tool asks a token for (LTI AGS 2.0, 3.2, 3.3.2 and 3.4.2; LTI NRPS 2.0, 3.6.1).

use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::{Serialize, Serializer};

use crate::message::{Shape, Slot, Texts};

/// One scope.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Scope {
    /// Line items may be read, made, changed and deleted.
    LineItem,
    /// Line items may be read.
    LineItemReadonly,
    /// Scores may be posted.
    Score,
    /// Results may be read.
    ResultReadonly,
    /// The members of the context may be read.
    ContextMembershipReadonly,
    /// Any other scope, kept as it stands.
    Other(String),
}

impl Scope {
    /// The scopes that this crate knows.
    pub const KNOWN: [Self; 5] =
        [Self::LineItem, Self::LineItemReadonly, Self::Score, Self::ResultReadonly, Self::ContextMembershipReadonly];

    /// Reads a scope by its exact name; scopes are case-sensitive (RFC 6749, 3.3).
    ///
    /// ```
    /// use lti_core::service::Scope;
    /// assert_eq!(Scope::parse("https://purl.imsglobal.org/spec/lti-ags/scope/score"), Scope::Score);
    /// assert_eq!(Scope::parse("openid").as_str(), "openid");
    /// ```
    pub fn parse(text: impl Into<String> + AsRef<str>) -> Self {
        let known = Self::KNOWN.into_iter().find(|scope| scope.as_str() == text.as_ref());
        known.unwrap_or_else(|| Self::Other(text.into()))
    }

    /// The scope as it is written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::LineItem => "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
            Self::LineItemReadonly => "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
            Self::Score => "https://purl.imsglobal.org/spec/lti-ags/scope/score",
            Self::ResultReadonly => "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
            Self::ContextMembershipReadonly => {
                "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
            }
            Self::Other(text) => text,
        }
    }

    /// Whether it belongs to the Assignment and Grade Services.
    pub fn is_ags(&self) -> bool {
        matches!(self, Self::LineItem | Self::LineItemReadonly | Self::Score | Self::ResultReadonly)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A list of scopes, each one once, in their order: an array in claims ([`Serialize`]), words with a space between them
/// in OAuth ([`Display`](fmt::Display) and [`Scopes::parse`]).
///
/// ```
/// use lti_core::service::{Scope, Scopes};
/// let scopes: Scopes = [Scope::Score, Scope::LineItem].into_iter().collect();
/// assert_eq!(Scopes::parse(&scopes.to_string()), scopes);
/// assert!(serde_json::to_value(&scopes)?.is_array());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Reads words with white space between them (RFC 6749, 3.3).
    pub fn parse(text: &str) -> Self {
        text.split_ascii_whitespace().map(Scope::parse).collect()
    }

    /// Adds a scope unless it is there.
    pub fn insert(&mut self, scope: Scope) {
        if !self.contains(&scope) {
            self.0.push(scope);
        }
    }

    /// Whether the scope is among them.
    pub fn contains(&self, scope: &Scope) -> bool {
        self.0.contains(scope)
    }

    /// Whether line items may be read: by either of the two scopes that allow it (LTI AGS 2.0, 3.2).
    pub fn may_read_line_items(&self) -> bool {
        self.contains(&Scope::LineItem) || self.contains(&Scope::LineItemReadonly)
    }

    /// Those that are in the other list as well, in the order of this one.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.iter().filter(|scope| other.contains(scope)).cloned().collect()
    }

    /// Whether every one of them is in the other list.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|scope| other.contains(scope))
    }

    /// All of them, in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Scope> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same scopes sorted by name, for a key that does not depend on the order they were asked in.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let mut scopes = self.0.clone();
        scopes.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        Self(scopes)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut read = Self::default();
        scopes.into_iter().for_each(|scope| read.insert(scope));
        read
    }
}

impl From<Scope> for Scopes {
    fn from(scope: Scope) -> Self {
        Self(vec![scope])
    }
}

impl IntoIterator for Scopes {
    type Item = Scope;
    type IntoIter = std::vec::IntoIter<Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Scopes {
    type Item = &'a Scope;
    type IntoIter = std::slice::Iter<'a, Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{scope}")?;
        }
        Ok(())
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    /// Reads an array of strings, or words in one string. Elements of another type are left out.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Slot::<Self>::deserialize(deserializer)? {
            Slot::Is(scopes) => Ok(scopes),
            Slot::Mistyped(kind) => Err(serde::de::Error::custom(format!("expected {}, saw {kind}", Self::WANTED))),
            Slot::Missing => Ok(Self::default()),
        }
    }
}

impl<'de> Shape<'de> for Scopes {
    const WANTED: &'static str = "an array of scopes, or words in one string";

    fn string(text: &str) -> Option<Self> {
        Some(Self::parse(text))
    }

    fn array<A: serde::de::SeqAccess<'de>>(array: A) -> Result<Option<Self>, A::Error> {
        Ok(Texts::array(array)?.map(|read| read.texts.into_iter().map(Scope::parse).collect()))
    }
}
