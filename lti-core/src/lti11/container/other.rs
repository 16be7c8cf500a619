//! Parameters that have no type here.

use std::fmt;

/// Parameters named `lms_*` as they came, in their order, without `custom_`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OtherParameters(Vec<(String, String)>);

impl OtherParameters {
    /// Adds a parameter.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Name and value of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Debug for OtherParameters {
    /// Names without values: lists of users stand in some.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}
