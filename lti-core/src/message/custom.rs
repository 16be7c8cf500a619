//! Custom parameters (LTI Core 1.3, 5.4.6 and appendix B).

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// Custom parameters, names to texts, in their order.
///
/// The text allows strings alone. Numbers and booleans, which some platforms send for a substitution variable, are
/// read as their JSON text; null, arrays and objects are left out.
///
/// Some platforms send a hundred of them with each launch, so they lie in one text: name, value, name, value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Custom {
    text: String,
    /// Where each name and each value ends in the text.
    ends: Vec<(usize, usize)>,
}

impl Custom {
    /// The value of a parameter. The last one counts where a name came twice.
    pub fn get(&self, name: &str) -> Option<&str> {
        (0..self.ends.len())
            .rev()
            .map(|index| self.pair(index))
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Puts a parameter in, in place of one with the same name.
    ///
    /// ```
    /// use lti_core::message::Custom;
    /// let mut custom = Custom::default();
    /// custom.insert("due", "");
    /// assert_eq!(custom.get("due"), Some(""));
    /// ```
    pub fn insert(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) {
        let name = name.as_ref();
        if self.get(name).is_some() {
            let mut others = Self::default();
            self.iter().filter(|(known, _)| *known != name).for_each(|(name, value)| others.push(name, value));
            *self = others;
        }
        self.push(name, value.as_ref());
    }

    /// Every parameter, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..self.ends.len()).map(|index| self.pair(index))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn pair(&self, index: usize) -> (&str, &str) {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before].1);
        let (name_end, end) = self.ends[index];
        (&self.text[start..name_end], &self.text[name_end..end])
    }

    fn push(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        let name_end = self.text.len();
        self.text.push_str(value);
        self.ends.push((name_end, self.text.len()));
    }

    /// For reading: appends to the name or the value that is not ended yet.
    pub(super) fn append(&mut self) -> &mut String {
        &mut self.text
    }

    /// For reading: how long the text is.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// For reading: a copy of the name that starts at `start` and ends at `name_end`.
    pub(super) fn name(&self, start: usize, name_end: usize) -> String {
        self.text[start..name_end].to_owned()
    }

    /// For reading: ends a parameter whose name ends at `name_end`.
    pub(super) fn end(&mut self, name_end: usize) {
        self.ends.push((name_end, self.text.len()));
    }

    /// For reading: takes back what was appended since `start`.
    pub(super) fn take_back(&mut self, start: usize) -> String {
        self.text.split_off(start)
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Custom {
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
        let mut map = serializer.serialize_map(Some(self.ends.len()))?;
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
        f.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Custom;

    #[test]
    fn parameters_keep_their_order_and_the_last_value_counts() {
        let mut custom: Custom = [("a", "1"), ("", ""), ("b", "2"), ("a", "3")].into_iter().collect();
        assert_eq!(custom.iter().collect::<Vec<_>>(), [("", ""), ("b", "2"), ("a", "3")]);
        custom.insert("b", "\u{65e5}");
        assert_eq!(custom.get("b"), Some("\u{65e5}"));
        assert_eq!(custom.get("c"), None);
        assert_eq!(format!("{custom:?}"), r#"Custom {"", "a", "b"}"#);
    }
}
