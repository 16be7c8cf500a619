//! Scopes of an issuer: a set of case-sensitive words (RFC 6749, 3.3).

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Scopes in the order in which they were first named, each once.
///
/// ```
/// use oauth2_issuer::server::provider::ScopeSet;
/// let asked = ScopeSet::parse("openid profile openid");
/// assert_eq!(asked.to_string(), "openid profile");
/// assert_eq!(asked.without(&ScopeSet::parse("openid")), ScopeSet::parse("profile"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopeSet(Vec<String>);

impl ScopeSet {
    /// Reads words with spaces between them.
    pub fn parse(text: &str) -> Self {
        text.split(' ').filter(|word| !word.is_empty()).collect()
    }

    /// Whether `scope` is among them; compared character for character.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|known| known == scope)
    }

    /// Whether `other` has all of these.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|scope| other.contains(scope))
    }

    /// Those that are in `other` too.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.iter().filter(|scope| other.contains(scope)).collect()
    }

    /// Those that are not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        self.iter().filter(|scope| !other.contains(scope)).collect()
    }

    /// These and those of `other`.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<S: Into<String>> FromIterator<S> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = S>>(scopes: I) -> Self {
        // A request may bring thousands of words before anybody has proven anything.
        let mut seen = HashSet::new();
        let scopes = scopes.into_iter().map(Into::into).filter(|scope| !scope.is_empty());
        Self(scopes.filter(|scope| seen.insert(scope.clone())).collect())
    }
}

impl fmt::Display for ScopeSet {
    /// As the parameter `scope` has them: with a space between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}
