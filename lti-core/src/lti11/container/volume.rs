//! Volumes: what is mounted into a container, where, and for whom.

use std::fmt;

use super::UserList;
use super::list::is_deleted_from_names;

/// The name of a volume: lower-case letters and digits of ASCII.
///
/// Moodle folds everything else in a parameter's name into `_`, at which the plug-in splits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VolumeName(String);

impl VolumeName {
    /// Takes a name; `None` if it is empty or has anything but a-z and 0-9.
    pub fn new(name: impl Into<String>) -> Option<Self> {
        let name = name.into();
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        (!name.is_empty() && name.bytes().all(is_plain)).then_some(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VolumeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a volume is called in the user's directory, and who sees it: `LINK[:users]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    link: String,
    teachers_only: bool,
    /// Who may mount it. Left out: who stands in `lms_users`, and the teachers.
    pub users: Option<UserList>,
}

impl Volume {
    /// A volume that appears under this name for everybody in `lms_users`.
    ///
    /// `None` if the name is empty, begins with `-` or `.`, or has a character that would not survive.
    pub fn new(link: impl Into<String>) -> Option<Self> {
        let link = link.into();
        let broken = |c: char| is_deleted_from_names(c) || c.is_whitespace() || matches!(c, ':' | '=' | ',' | '*');
        let sound = !link.is_empty() && !link.starts_with(['-', '.']) && !link.contains(broken);
        sound.then_some(Self { link, teachers_only: false, users: None })
    }

    /// The same volume, for teachers only: written with `-` in front.
    #[must_use]
    pub fn for_teachers(self) -> Self {
        Self { teachers_only: true, ..self }
    }

    /// The same volume, for these users only.
    #[must_use]
    pub fn for_users(self, users: UserList) -> Self {
        Self { users: Some(users), ..self }
    }

    /// Reads a value as the spawner does; what is wrong with it is said elsewhere. `None` if nothing would be mounted.
    pub(super) fn split(value: &str) -> Option<Self> {
        let clean: String = value.chars().filter(|c| !is_deleted_from_names(*c) && !c.is_whitespace()).collect();
        let mut parts = clean.split(':');
        let link = parts.next().unwrap_or_default();
        let users = parts.next().map(UserList::split).filter(|list| !list.is_empty());
        let (link, teachers_only) = link.strip_prefix('-').map_or((link, false), |rest| (rest, true));
        (!link.is_empty()).then(|| Self { link: link.to_owned(), teachers_only, users })
    }

    /// The name in the user's directory, without the `-` of teachers.
    pub fn link(&self) -> &str {
        &self.link
    }

    /// Whether teachers alone see it.
    pub const fn is_for_teachers(&self) -> bool {
        self.teachers_only
    }
}

impl fmt::Display for Volume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.teachers_only { "-" } else { "" };
        write!(f, "{mark}{}", self.link)?;
        self.users.as_ref().map_or(Ok(()), |users| write!(f, ":{users}"))
    }
}

/// A volume that collects what is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitVolume {
    /// The volume.
    pub volume: Volume,
    /// After this moment students lose it, in seconds since 1970. Teachers keep it.
    pub close: Option<i64>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_read_as_it_is_written() {
        let users = UserList::of(["taro", "hana"]).unwrap();
        for volume in [
            Volume::new("Week1").unwrap(),
            Volume::new("課題").unwrap().for_teachers(),
            Volume::new("w").unwrap().for_teachers().for_users(users.clone()),
            Volume::new("w").unwrap().for_users(UserList::everyone()),
        ] {
            assert_eq!(Volume::split(&volume.to_string()), Some(volume));
        }
    }

    #[test]
    fn what_would_not_survive_is_not_taken() {
        for link in ["", "-x", "..", ".hidden", "a b", "a/b", "a:b", "a=b", "a;b"] {
            assert_eq!(Volume::new(link), None, "{link}");
        }
        for name in ["", "Week1", "week_1", "week-1", "ä"] {
            assert_eq!(VolumeName::new(name), None, "{name}");
        }
    }

    #[test]
    fn nothing_is_mounted_without_a_link() {
        assert_eq!(Volume::split(":taro"), None);
        assert_eq!(Volume::split("-"), None);
        assert_eq!(Volume::split("w:").unwrap().users, None);
        assert_eq!(Volume::split("w 1/2:a:b").unwrap().to_string(), "w12:a");
    }
}
