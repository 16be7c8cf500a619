//! What can go wrong with a mapping that nobody refuses.

use std::collections::HashMap;
use std::fmt;

use super::mapping::{Mapped, MoodleUser, NumberRule, Settings};
use super::{Account, Directory};

/// Numbers below this one belong to the system.
const FIRST_PERSON: u32 = 1000;
/// The account that owns nothing.
const NOBODY: u32 = 65_534;
/// Groups that open the machine.
const PRIVILEGED: &[&str] =
    &["root", "sudo", "wheel", "adm", "admin", "disk", "docker", "lxd", "libvirt", "kvm", "shadow", "staff"];

/// A mapping that works and should not, or does not work. Worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Danger {
    /// The user number is 0.
    Root,
    /// The name is that of a system account.
    SystemAccount,
    /// The user number belongs to the system.
    SystemNumber,
    /// The group opens the machine.
    PrivilegedGroup,
    /// The user number is another account's.
    TakenNumber,
    /// Two Moodle users become one user of the hub.
    SameName,
    /// Two Moodle users have one user number.
    SameNumber,
    /// The hub refuses the name.
    RefusedName,
    /// `user_id` is no number, or makes none: no server starts.
    NotANumber,
    /// There is no `user_id`: everybody of that kind has one user number.
    NoNumber,
    /// No name was sent, so the user is named by number.
    NamedByNumber,
    /// The hub lower-cases the name.
    LowerCased,
    /// The first group has no entry, and the home directory is that of another group.
    UnknownGroup,
    /// The user administers the hub.
    Administrator,
}

impl Danger {
    /// Whether somebody gets what is not theirs or nothing at all; the others are worth knowing.
    pub const fn is_serious(self) -> bool {
        !matches!(self, Self::NamedByNumber | Self::LowerCased | Self::UnknownGroup | Self::Administrator)
    }

    /// The permanent name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::SystemAccount => "system-account",
            Self::SystemNumber => "system-number",
            Self::PrivilegedGroup => "privileged-group",
            Self::TakenNumber => "taken-number",
            Self::SameName => "same-name",
            Self::SameNumber => "same-number",
            Self::RefusedName => "refused-name",
            Self::NotANumber => "not-a-number",
            Self::NoNumber => "no-number",
            Self::NamedByNumber => "named-by-number",
            Self::LowerCased => "lower-cased",
            Self::UnknownGroup => "unknown-group",
            Self::Administrator => "administrator",
        }
    }

    /// What it means, for an administrator.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Root => "the container runs as root (user number 0)",
            Self::SystemAccount => "the name is that of a system account, whose number the user gets",
            Self::SystemNumber => "the user number is one of the system's",
            Self::PrivilegedGroup => "the first group opens the machine to its members",
            Self::TakenNumber => "another account has this user number: its files are the user's as well",
            Self::SameName => {
                "two Moodle users have this name at the hub: they share one server and one home directory"
            }
            Self::SameNumber => "two Moodle users have this user number: each owns the other's files",
            Self::RefusedName => "the hub refuses the name: empty, a slash, a blank at its end, or dots alone",
            Self::NotANumber => "user_id is no number that Linux takes: no server starts",
            Self::NoNumber => "the launch has no user_id: everybody without an account gets this number",
            Self::NamedByNumber => {
                "the launch has no ext_user_username: the user is named by number (set \"share launcher's name\" to always)"
            }
            Self::LowerCased => "the hub writes the name in lower case: lists of users must do so too",
            Self::UnknownGroup => {
                "the first group stands in no group file: the home directory is that of another group"
            }
            Self::Administrator => "the user administers the hub",
        }
    }

    pub(super) fn of(mapped: &Mapped, user: &MoodleUser, directory: &Directory, settings: &Settings) -> Vec<Self> {
        let mut dangers = Vec::new();
        let mut if_so = |so: bool, danger| {
            if so {
                dangers.push(danger);
            }
        };
        let by_account = mapped.uid_rule == NumberRule::Account;
        let name = mapped.name.as_deref().unwrap_or_default();
        if let Some(uid) = mapped.uid {
            let is_system = uid < FIRST_PERSON || uid == NOBODY;
            if_so(uid == 0, Self::Root);
            if_so(is_system && by_account, Self::SystemAccount);
            if_so(is_system && !by_account, Self::SystemNumber);
            let taken = directory.account_of(uid).is_some_and(|account: &Account| account.name != name);
            if_so(taken && !by_account && !is_system, Self::TakenNumber);
        }
        // The group that the site chose for everybody is the site's choice.
        let chosen = mapped.gid_rule == NumberRule::MoodleNumber;
        if_so(mapped.gid == 0 || (!chosen && PRIVILEGED.contains(&mapped.group.as_str())), Self::PrivilegedGroup);
        let has_entry = directory.group_of(mapped.gid).is_some();
        if_so(!has_entry && !chosen, Self::UnknownGroup);
        if_so(mapped.name.is_none(), Self::RefusedName);
        if_so(mapped.uid.is_none(), Self::NotANumber);
        if_so(user.user_id.is_none(), Self::NoNumber);
        let username = user.username.as_deref().unwrap_or_default();
        if_so(username.is_empty(), Self::NamedByNumber);
        if_so(username != username.to_lowercase(), Self::LowerCased);
        if_so(settings.admin_users.iter().any(|admin| admin == name), Self::Administrator);
        dangers.sort_unstable();
        dangers
    }
}

impl fmt::Display for Danger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// Adds what only several users together show: two that become one, or that have one number.
///
/// ```
/// use lti_core::lti11::users::{Danger, Directory, MoodleUser, Settings, collisions, map};
/// let (directory, settings) = (Directory::default(), Settings::default());
/// let mut both: Vec<_> = [MoodleUser::new("Taro", "3"), MoodleUser::new("taro", "4")]
///     .iter()
///     .map(|user| map(user, &directory, &settings))
///     .collect();
/// collisions(&mut both);
/// assert!(both.iter().all(|user| user.dangers.contains(&Danger::SameName)));
/// ```
pub fn collisions(users: &mut [Mapped]) {
    let (mut names, mut numbers) = (HashMap::new(), HashMap::new());
    for user in users.iter() {
        *names.entry(user.name.clone()).or_insert(0) += 1;
        *numbers.entry(user.uid).or_insert(0) += 1;
    }
    for user in users {
        let many_names = user.name.is_some() && names.get(&user.name).is_some_and(|count| *count > 1);
        let many_numbers = user.uid.is_some() && numbers.get(&user.uid).is_some_and(|count| *count > 1);
        user.dangers.extend(many_names.then_some(Danger::SameName));
        // Who shares the name shares the number by it.
        user.dangers.extend((many_numbers && !many_names).then_some(Danger::SameNumber));
        user.dangers.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::super::map;
    use super::*;

    const PASSWD: &str = "root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n\
                          ops:x:1000:27::/home/ops:/bin/bash\nhana:x:5002:500::/home/s/hana:/bin/bash\n\
                          taken:x:30009:100::/:/bin/sh\nodd:x:5003:999::/:/bin/sh\n";
    const GROUP: &str = "root:x:0:\nsudo:x:27:\nstudents:x:500:\nothers:x:30001:\nusers:x:100:\n";

    fn directory() -> Directory {
        let mut directory = Directory::default();
        assert_eq!(directory.read_passwd("passwd", PASSWD), []);
        assert_eq!(directory.read_group("group", GROUP), []);
        directory
    }

    fn mapped(user: &MoodleUser) -> Mapped {
        map(user, &directory(), &Settings::default())
    }

    #[test]
    fn the_rules_apply_in_their_order() {
        let hana = mapped(&MoodleUser { ext_userid: Some("7000".into()), ..MoodleUser::new("hana", "9") });
        assert_eq!((hana.uid, hana.uid_rule), (Some(5002), NumberRule::Account));
        assert_eq!((hana.gid, hana.home.as_deref()), (500, Some("/home/students/hana")));
        assert_eq!(hana.dangers, []);

        let patched = MoodleUser {
            ext_userid: Some("7000".into()),
            ext_groupid: Some("7001".into()),
            ext_groupname: Some("club".into()),
            ..MoodleUser::new("jiro", "9")
        };
        let jiro = mapped(&patched);
        assert_eq!((jiro.uid, jiro.uid_rule, jiro.gid), (Some(7000), NumberRule::Extension, 7001));
        assert_eq!(jiro.home.as_deref(), Some("/home/club/jiro"));

        let taro = mapped(&MoodleUser::new("taro", "3"));
        assert_eq!((taro.uid, taro.uid_rule), (Some(30_003), NumberRule::MoodleNumber));
        assert_eq!((taro.gid, taro.group.as_str()), (30_001, "others"));
        assert_eq!(taro.dangers, []);

        let nowhere = map(&MoodleUser::new("admin", "2"), &Directory::default(), &Settings::default());
        assert_eq!((nowhere.uid, nowhere.gid), (Some(30_002), 30_000));
        assert_eq!(nowhere.home.as_deref(), Some("/home/others/admin"));
        assert_eq!(nowhere.dangers, [Danger::Administrator]);
    }

    #[test]
    fn every_danger_has_its_name() {
        use Danger::{
            LowerCased, NamedByNumber, NoNumber, NotANumber, PrivilegedGroup, RefusedName, Root, SystemAccount,
            SystemNumber, TakenNumber, UnknownGroup,
        };
        let with_uid = |uid: &str| MoodleUser { ext_userid: Some(uid.into()), ..MoodleUser::new("taro", "3") };
        for (user, dangers) in [
            (MoodleUser::new("Root", "3"), &[Root, SystemAccount, PrivilegedGroup, LowerCased][..]),
            (MoodleUser::new("nobody", "3"), &[SystemAccount, UnknownGroup]),
            (MoodleUser::new("ops", "3"), &[PrivilegedGroup]),
            (MoodleUser::new("odd", "3"), &[UnknownGroup]),
            (with_uid("0"), &[Root, SystemNumber]),
            (with_uid("uid-12"), &[SystemNumber]),
            (with_uid("1000"), &[TakenNumber]),
            (with_uid("none"), &[]),
            (MoodleUser::new("taro", "9"), &[TakenNumber]),
            (MoodleUser::new("taro", "a1"), &[NotANumber]),
            (MoodleUser::new("taro", "-30001"), &[NotANumber]),
            (MoodleUser::new("taro", "-30000"), &[Root, SystemNumber]),
            (MoodleUser::new("taro", "99999999999"), &[NotANumber]),
            (MoodleUser::new("taro", "9223372036854775807"), &[NotANumber]),
            (MoodleUser::new("a/b", "3"), &[RefusedName]),
            (MoodleUser::new("..", "3"), &[RefusedName]),
            (MoodleUser::new("", "3"), &[NamedByNumber]),
            (MoodleUser { username: Some("taro".into()), ..MoodleUser::default() }, &[NoNumber]),
            (MoodleUser::default(), &[RefusedName, NoNumber, NamedByNumber]),
        ] {
            assert_eq!(mapped(&user).dangers, dangers, "{:?} {:?}", user.username, user.user_id);
        }
        assert_eq!(mapped(&MoodleUser::new("", "3")).name.as_deref(), Some("3"));
        assert_eq!(mapped(&MoodleUser { user_id: None, ..MoodleUser::new("taro", "") }).uid, Some(29_999));
    }

    #[test]
    fn an_account_does_not_help_where_the_number_is_none() {
        let hana = mapped(&MoodleUser::new("hana", "abc"));
        assert_eq!((hana.uid, hana.dangers), (None, vec![Danger::NotANumber]));
    }

    #[test]
    fn users_with_one_number_are_found() {
        let with_uid =
            |name: &str, uid: &str| MoodleUser { ext_userid: Some(uid.into()), ..MoodleUser::new(name, "3") };
        let mut users: Vec<Mapped> =
            [with_uid("a", "7000"), with_uid("b", "7000"), MoodleUser::new("c", "4")].iter().map(mapped).collect();
        collisions(&mut users);
        let has = |index: usize| users[index].dangers.contains(&Danger::SameNumber);
        assert!(has(0) && has(1) && !has(2));
    }

    #[test]
    fn a_launch_is_read_by_its_first_values_and_shown_without_them() {
        let form = [("user_id", "3"), ("ext_user_username", "taro"), ("user_id", "0"), ("roles", "Learner")];
        let user = MoodleUser::of_launch(form);
        assert_eq!(user, MoodleUser::new("taro", "3"));
        assert!(!format!("{user:?}").contains("taro"));
    }
}
