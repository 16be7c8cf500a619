//! Accounts and groups, read from `passwd` and `group` files or the output of `getent`.

use std::fmt;

/// An account of the hub's machine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// The login name.
    pub name: String,
    /// The user number.
    pub uid: u32,
    /// The number of the first group.
    pub gid: u32,
    /// The file that it came from.
    pub source: String,
}

/// A group of the hub's machine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// The name.
    pub name: String,
    /// The group number.
    pub gid: u32,
    /// The file that it came from.
    pub source: String,
}

/// A line that adds nothing, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadLine {
    /// The file.
    pub source: String,
    /// The line, counted from one.
    pub line: usize,
    /// Why it adds nothing.
    pub reason: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.source, self.line, self.reason)
    }
}

/// What `getpwnam` and its kin would find: several files in the order of `nsswitch.conf`, the first entry wins.
///
/// Read `/etc/passwd` first and the file of `altfiles` behind it, as `passwd: files altfiles` says.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    accounts: Vec<Account>,
    groups: Vec<Group>,
}

impl Directory {
    /// Adds the accounts of a file behind those already read, and says which lines add nothing: malformed ones, those of
    /// NIS (`+`, `-`), and entries whose name stands in an earlier file or line.
    pub fn read_passwd(&mut self, source: &str, text: &str) -> Vec<BadLine> {
        let mut bad = Vec::new();
        for (line, fields) in lines(source, text, 7, &mut bad) {
            let mut wrong = |reason: String| bad.push(BadLine { source: source.to_owned(), line, reason });
            let (Some(uid), Some(gid)) = (number(fields[2]), number(fields[3])) else {
                wrong("expected numbers for user and group, saw others".to_owned());
                continue;
            };
            if let Some(earlier) = self.account(fields[0]) {
                wrong(format!("the account is hidden by the one of user number {} in {}", earlier.uid, earlier.source));
                continue;
            }
            self.accounts.push(Account { name: fields[0].to_owned(), uid, gid, source: source.to_owned() });
        }
        bad
    }

    /// Adds the groups of a file behind those already read, and says which lines add nothing.
    pub fn read_group(&mut self, source: &str, text: &str) -> Vec<BadLine> {
        let mut bad = Vec::new();
        for (line, fields) in lines(source, text, 4, &mut bad) {
            let mut wrong = |reason: String| bad.push(BadLine { source: source.to_owned(), line, reason });
            let Some(gid) = number(fields[2]) else {
                wrong("expected a number for the group, saw another value".to_owned());
                continue;
            };
            if let Some(earlier) = self.group(fields[0]) {
                wrong(format!("the group is hidden by the one of number {} in {}", earlier.gid, earlier.source));
                continue;
            }
            self.groups.push(Group { name: fields[0].to_owned(), gid, source: source.to_owned() });
        }
        bad
    }

    /// The account of a name, as `getpwnam` finds it.
    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == name)
    }

    /// The first account with a number, as `getpwuid` finds it.
    pub fn account_of(&self, uid: u32) -> Option<&Account> {
        self.accounts.iter().find(|account| account.uid == uid)
    }

    /// The group of a name, as `getgrnam` finds it.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// The first group with a number, as `getgrgid` finds it.
    pub fn group_of(&self, gid: u32) -> Option<&Group> {
        self.groups.iter().find(|group| group.gid == gid)
    }

    /// Every account, in the order in which they are found.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }
}

/// The entries of a file: each line that has the right number of fields, with its number.
fn lines<'a>(source: &str, text: &'a str, count: usize, bad: &mut Vec<BadLine>) -> Vec<(usize, Vec<&'a str>)> {
    let mut found = Vec::new();
    for (line, entry) in (1..).zip(text.lines()) {
        if entry.trim().is_empty() || entry.trim_start().starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = entry.split(':').collect();
        let reason = if entry.starts_with(['+', '-']) {
            "a line of NIS compatibility, which needs compat in nsswitch.conf".to_owned()
        } else if fields.len() != count {
            format!("expected {count} fields separated by colons, saw {}", fields.len())
        } else if fields[0].is_empty() {
            "the name is empty".to_owned()
        } else {
            found.push((line, fields));
            continue;
        };
        bad.push(BadLine { source: source.to_owned(), line, reason });
    }
    found
}

/// A user or group number: digits alone, below the number that stands for none.
fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|number| *number != u32::MAX)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_wins_and_what_it_hides_is_said() {
        let mut directory = Directory::default();
        let files = "root:x:0:0::/root:/bin/sh\n\n# people\ntaro:x:1000:1000:Taro:/home/taro:/bin/bash\n";
        assert_eq!(directory.read_passwd("passwd", files), []);
        let bad = directory.read_passwd("altfiles", "taro:x:5001:500::/home/s/taro:/bin/bash\nhana:x:5002:500:::\n");
        assert_eq!(bad[0].to_string(), "altfiles:1: the account is hidden by the one of user number 1000 in passwd");
        assert_eq!(bad.len(), 1);
        assert_eq!(directory.account("taro").unwrap().uid, 1000);
        assert_eq!(directory.account("hana").unwrap().source, "altfiles");
        assert_eq!(directory.account_of(5002).unwrap().name, "hana");
        assert_eq!(directory.account_of(5001), None);
    }

    #[test]
    fn bad_lines_are_named_and_the_others_count() {
        let mut directory = Directory::default();
        let text = "+::::::\nshort:x:1\n:x:1:1:::\na:x:-1:1:::\nb:x:+1:1:::\nc:x:4294967295:1:::\nd:x:7:8:::\r\n";
        let bad = directory.read_passwd("p", text);
        assert_eq!(bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(bad[1].reason, "expected 7 fields separated by colons, saw 3");
        assert_eq!(directory.accounts().len(), 1);
        let bad = directory.read_group("g", "others:x:30000:\nothers:x:5:a,b\nx:x:many:\n");
        assert_eq!(bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(directory.group_of(30000).unwrap().name, "others");
        assert_eq!(directory.group("others").unwrap().gid, 30000);
    }
}
