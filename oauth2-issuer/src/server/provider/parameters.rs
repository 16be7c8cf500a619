//! The parameters of a request, as the texts have them read: an empty value is none, and one that comes twice is an error
//! (RFC 6749, 3.1 and 3.2).

use std::collections::HashSet;
use std::fmt;

/// Parameters in their order. `Debug` shows no value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded`, of a query or a body.
    pub fn read(encoded: &[u8]) -> Self {
        Self::from_pairs(form_urlencoded::parse(encoded).into_owned())
    }

    /// Takes pairs; those with an empty value count as absent.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of that name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether there is one of that name.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The first name that comes more than once; `resource` may (RFC 8707, 2), and so may what `except` names.
    pub fn repeated(&self, except: &[&str]) -> Option<&str> {
        let mut seen = HashSet::new();
        let names = self.0.iter().map(|(name, _)| name.as_str());
        names.filter(|name| *name != "resource" && !except.contains(name)).find(|name| !seen.insert(*name))
    }

    /// All of them, in their order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
