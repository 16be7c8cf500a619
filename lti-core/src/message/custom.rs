//! Custom parameters (LTI Core 1.3, 5.4.6 and appendix B).

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// Custom parameters, names to texts, in their order.
///
/// The text allows strings alone. Numbers and booleans, which some platforms send for a substitution variable, are
/// read as their JSON text; null, arrays and objects are left out.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Custom(Vec<(String, String)>);

impl Custom {
    pub(crate) fn from_vec(parameters: Vec<(String, String)>) -> Self {
        Self(parameters)
    }

    /// The value of a parameter. The last one counts where a name came twice.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Puts a parameter in, in place of one with the same name.
    ///
    /// ```
    /// use lti_core::message::Custom;
    /// let mut custom = Custom::default();
    /// custom.insert("due", "");
    /// assert_eq!(custom.get("due"), Some(""));
    /// ```
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.into()));
    }

    /// Every parameter, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Custom {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(parameters: I) -> Self {
        let mut custom = Self::default();
        for (name, value) in parameters {
            custom.insert(name, value);
        }
        custom
    }
}

impl Serialize for Custom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl fmt::Debug for Custom {
    /// Names alone: a resolved variable may be the name of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Custom ")?;
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
