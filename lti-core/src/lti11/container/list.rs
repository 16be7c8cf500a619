//! Lists of users, as the spawner splits them.

use std::fmt;

/// Characters that the spawner deletes from every value.
const SHELL: &[char] =
    &[';', '$', '!', '"', '\'', '&', '|', '<', '>', '?', '^', '%', '(', ')', '{', '}', '\n', '\r', '~'];

/// Whether the spawner deletes a character from values in general.
pub(super) fn is_deleted(character: char) -> bool {
    SHELL.contains(&character)
}

/// Whether the spawner deletes a character from lists and links, where slashes go as well.
pub(super) fn is_deleted_from_names(character: char) -> bool {
    is_deleted(character) || character == '/'
}

/// User names, separated by commas; `*` stands for everybody.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UserList {
    everyone: bool,
    names: Vec<String>,
}

impl UserList {
    /// Everybody: `*`.
    pub const fn everyone() -> Self {
        Self { everyone: true, names: Vec::new() }
    }

    /// These users. Names are lower-cased, as the hub does with the name that somebody launches with.
    ///
    /// Returns `None` if a name is empty or has a character that would not survive: a separator, or one that the spawner
    /// deletes.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut list = Self::default();
        for name in names {
            let broken = |c: char| is_deleted_from_names(c) || c.is_whitespace() || matches!(c, ',' | ':' | '*' | '=');
            if name.is_empty() || name.contains(broken) {
                return None;
            }
            list.names.push(name.to_lowercase());
        }
        Some(list)
    }

    /// Splits a value as the spawner does: deletes, then splits at commas and blanks.
    pub(super) fn split(value: &str) -> Self {
        let clean: String = value.chars().filter(|c| !is_deleted_from_names(*c)).collect();
        let mut list = Self::default();
        for name in clean.split(|c: char| c == ',' || c.is_whitespace()).filter(|name| !name.is_empty()) {
            if name == "*" {
                list.everyone = true;
            } else {
                list.names.push(name.to_owned());
            }
        }
        list
    }

    /// Whether `*` stands in it.
    pub const fn is_everyone(&self) -> bool {
        self.everyone
    }

    /// The names that stand in it. They are personal data.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        !self.everyone && self.names.is_empty()
    }

    /// Whether a user of the hub is in it, by name or by `*`.
    ///
    /// ```
    /// use lti_core::lti11::container::UserList;
    /// assert!(UserList::everyone().contains("student1"));
    /// assert!(!UserList::of(["teacher1"]).unwrap().contains("student1"));
    /// ```
    pub fn contains(&self, name: &str) -> bool {
        self.everyone || self.names_one(name)
    }

    /// Whether a user is named; `*` does not count, as in the list of teachers.
    pub fn names_one(&self, name: &str) -> bool {
        self.names.iter().any(|listed| listed == name)
    }
}

impl fmt::Display for UserList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let everyone = self.everyone.then_some("*");
        let all: Vec<&str> = everyone.into_iter().chain(self.names.iter().map(String::as_str)).collect();
        f.write_str(&all.join(","))
    }
}

impl fmt::Debug for UserList {
    /// How many, and not who.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserList").field("everyone", &self.everyone).field("names", &self.names.len()).finish()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn commas_and_blanks_separate_and_shell_characters_go() {
        let list = UserList::split("taro, hana jiro;x,$(reboot),*");
        assert_eq!(list.names(), ["taro", "hana", "jirox", "reboot"]);
        assert!(list.is_everyone() && list.contains("anybody") && !list.names_one("anybody"));
        assert_eq!(UserList::split(" , ").to_string(), "");
    }

    #[test]
    fn only_names_that_survive_are_taken() {
        assert_eq!(UserList::of(["Taro", "hana.s"]).unwrap().to_string(), "taro,hana.s");
        for name in ["", "a b", "a,b", "a:b", "a/b", "a;b", "*", "a=b"] {
            assert_eq!(UserList::of([name]), None, "{name}");
        }
    }

    #[test]
    fn debug_output_names_nobody() {
        assert_eq!(format!("{:?}", UserList::split("taro,*")), "UserList { everyone: true, names: 1 }");
    }
}
