//! From a launch to a user number, a group and a home directory.

use std::fmt;

use super::{Danger, Directory};

/// What the spawner is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// What is added to Moodle's number, and the group number where there is no default group (`base_id`).
    pub base: u32,
    /// The group of users without an account (`default_group`).
    pub default_group: String,
    /// Who administers the hub (`Authenticator.admin_users`).
    pub admin_users: Vec<String>,
}

impl Default for Settings {
    /// As the plug-in's documentation sets it up: 30000, `others`, and `admin` as the hub's administrator.
    fn default() -> Self {
        Self { base: 30_000, default_group: "others".to_owned(), admin_users: vec!["admin".to_owned()] }
    }
}

impl Settings {
    /// The same, with another base and default group.
    #[must_use]
    pub fn with(self, base: u32, default_group: impl Into<String>) -> Self {
        Self { base, default_group: default_group.into(), ..self }
    }
}

/// What a launch says of its user.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MoodleUser {
    /// `ext_user_username`, which Moodle sends only where the launcher's name is shared.
    pub username: Option<String>,
    /// `user_id`: Moodle's number.
    pub user_id: Option<String>,
    /// `ext_user_userid`, of a patched Moodle.
    pub ext_userid: Option<String>,
    /// `ext_user_groupid`, of a patched Moodle.
    pub ext_groupid: Option<String>,
    /// `ext_user_groupname`, of a patched Moodle.
    pub ext_groupname: Option<String>,
}

impl MoodleUser {
    /// A user of an ordinary Moodle that shares names.
    pub fn new(username: impl Into<String>, user_id: impl Into<String>) -> Self {
        Self { username: Some(username.into()), user_id: Some(user_id.into()), ..Self::default() }
    }

    /// The user of a launch, from the names and values of its form. Of a name that stands twice the first value counts.
    pub fn of_launch<'a>(form: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut user = Self::default();
        for (name, value) in form {
            let place = match name {
                "ext_user_username" => &mut user.username,
                "user_id" => &mut user.user_id,
                "ext_user_userid" => &mut user.ext_userid,
                "ext_user_groupid" => &mut user.ext_groupid,
                "ext_user_groupname" => &mut user.ext_groupname,
                _ => continue,
            };
            if place.is_none() {
                *place = Some(value.to_owned());
            }
        }
        user
    }
}

impl fmt::Debug for MoodleUser {
    /// Which of the parameters there are, and not whose.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MoodleUser")
            .field("username", &self.username.is_some())
            .field("user_id", &self.user_id.is_some())
            .field("ext_userid", &self.ext_userid.is_some())
            .finish_non_exhaustive()
    }
}

/// Where a number came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberRule {
    /// An account of that name on the hub's machine.
    Account,
    /// `ext_user_userid` or `ext_user_groupid`.
    Extension,
    /// The base plus Moodle's number; for a group: the default group.
    MoodleNumber,
}

impl NumberRule {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Extension => "ext_user_userid",
            Self::MoodleNumber => "moodle number",
        }
    }
}

/// What the hub makes of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mapped {
    /// The name at the hub; `None` where the hub refuses it.
    pub name: Option<String>,
    /// The user number; `None` where no server starts.
    pub uid: Option<u32>,
    /// Which rule gave the user number.
    pub uid_rule: NumberRule,
    /// The group number.
    pub gid: u32,
    /// Which rule gave the group number.
    pub gid_rule: NumberRule,
    /// What the group is called.
    pub group: String,
    /// The home directory; `None` where the hub refuses the name.
    pub home: Option<String>,
    /// What is dangerous, worst first.
    pub dangers: Vec<Danger>,
}

/// What the hub and its spawner make of a user.
pub fn map(user: &MoodleUser, directory: &Directory, settings: &Settings) -> Mapped {
    let given = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
    let raw = given(&user.username).or_else(|| given(&user.user_id)).unwrap_or_default();
    let name = raw.to_lowercase();
    let account = directory.account(&name);
    let moodle = user.user_id.as_deref().map(|text| text.trim().parse::<i64>().ok());

    let (uid, uid_rule) = if let Some(account) = account {
        (Some(i64::from(account.uid)), NumberRule::Account)
    } else if let Some(uid) = digits(user.ext_userid.as_deref()) {
        (Some(uid), NumberRule::Extension)
    } else {
        // Without a user_id the spawner counts on from -1.
        let number = moodle.unwrap_or(Some(-1));
        (number.and_then(|number| number.checked_add(i64::from(settings.base))), NumberRule::MoodleNumber)
    };
    // A user_id that is no number stops the server, whatever the other rules give.
    let starts = !matches!(moodle, Some(None));
    let uid = uid.filter(|_| starts).and_then(|uid| u32::try_from(uid).ok()).filter(|uid| *uid != u32::MAX);

    let (gid, gid_rule) = if let Some(account) = account {
        (account.gid, NumberRule::Account)
    } else if let Some(gid) = digits(user.ext_groupid.as_deref()).and_then(|gid| u32::try_from(gid).ok()) {
        (gid, NumberRule::Extension)
    } else {
        let found = directory.group(&settings.default_group).map(|group| group.gid);
        (found.unwrap_or(settings.base), NumberRule::MoodleNumber)
    };
    let group = directory.group_of(gid).map_or_else(
        || given(&user.ext_groupname).unwrap_or_else(|| settings.default_group.clone()),
        |group| group.name.clone(),
    );

    let accepted = is_accepted(&name);
    let mut mapped = Mapped {
        home: accepted.then(|| format!("/home/{group}/{name}")),
        name: accepted.then_some(name),
        uid,
        uid_rule,
        gid,
        gid_rule,
        group,
        dangers: Vec::new(),
    };
    mapped.dangers = Danger::of(&mapped, user, directory, settings);
    mapped
}

/// The spawner deletes what is no digit, so `-5` is 5.
fn digits(text: Option<&str>) -> Option<i64> {
    let digits: String = text?.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() { None } else { Some(digits.parse().unwrap_or(i64::MAX)) }
}

/// Whether `JupyterHub` lets a user have this name: not empty, no slash, no blank at its ends, not dots alone.
fn is_accepted(name: &str) -> bool {
    !name.is_empty() && !name.contains('/') && name.trim() == name && !name.chars().all(|c| c == '.')
}
