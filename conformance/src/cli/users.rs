//! `users`: what a hub with `LTIContainerSpawner` would make of each Moodle user.

use std::path::PathBuf;

use clap::Args;
use lti_core::lti11::users::{BadLine, Danger, Directory, Mapped, MoodleUser, Settings, collisions, map};
use serde_json::json;

use super::{Exit, UsageError, arguments::Format, csv};
use crate::capture;

/// Which accounts the hub's machine has, and which users Moodle has.
#[derive(Debug, Args)]
pub struct UsersArguments {
    /// Accounts of the hub's machine: passwd files or the output of `getent passwd`, in the order of nsswitch.conf
    /// (`files` before `altfiles`).
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub passwd: Vec<PathBuf>,
    /// Groups of the hub's machine, in the same order.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub group: Vec<PathBuf>,
    /// Moodle's users as CSV with the columns `username` and `id` (Users, Bulk user actions, Download).
    #[arg(long, value_name = "FILE")]
    pub users: Option<PathBuf>,
    /// A Moodle user with its number, each behind its own `--user`.
    #[arg(long, value_name = "NAME=ID")]
    pub user: Vec<String>,
    /// The users of recorded LTI 1.1 launches: a HAR of a browser, or JSON with the form's fields.
    #[arg(long, value_name = "FILE")]
    pub launch: Option<PathBuf>,
    /// What the spawner adds to Moodle's number (`base_id`).
    #[arg(long, value_name = "NUMBER", default_value_t = 30_000)]
    pub base: u32,
    /// The group of users without an account (`default_group`).
    #[arg(long, value_name = "NAME", default_value = "others")]
    pub default_group: String,
    /// As text or JSON.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Prints the table. Moodle's administrator (`admin`, number 2) is added unless a user of that number is given.
pub(super) fn users(arguments: &UsersArguments) -> Result<Exit, UsageError> {
    let mut directory = Directory::default();
    let mut bad = Vec::new();
    for file in &arguments.passwd {
        bad.extend(directory.read_passwd(&file.display().to_string(), &read(file)?));
    }
    for file in &arguments.group {
        bad.extend(directory.read_group(&file.display().to_string(), &read(file)?));
    }
    let users = moodle_users(arguments)?;
    let settings = Settings::default().with(arguments.base, arguments.default_group.as_str());
    let mut mapped: Vec<Mapped> = users.iter().map(|user| map(user, &directory, &settings)).collect();
    collisions(&mut mapped);
    let table: Vec<(&MoodleUser, &Mapped)> = users.iter().zip(&mapped).collect();
    match arguments.format {
        Format::Text => print!("{}", text(&table, &bad)),
        Format::Json => println!("{:#}", document(&table, &bad)),
    }
    let serious = mapped.iter().flat_map(|user| &user.dangers).any(|danger| danger.is_serious());
    Ok(if serious { Exit::Failed } else { Exit::Clean })
}

fn read(file: &std::path::Path) -> Result<String, UsageError> {
    capture::text(file).map_err(|error| UsageError(error.to_string()))
}

/// Everybody who was given, and the administrator.
fn moodle_users(arguments: &UsersArguments) -> Result<Vec<MoodleUser>, UsageError> {
    let mut users = Vec::new();
    for given in &arguments.user {
        let (name, id) = given.split_once('=').ok_or_else(|| {
            UsageError(format!("--user {given}: expected NAME=ID, such as student1=3, saw no equals sign"))
        })?;
        users.push(MoodleUser::new(name, id));
    }
    if let Some(file) = &arguments.users {
        let found = of_csv(&read(file)?).map_err(|what| UsageError(format!("{}: {what}", file.display())))?;
        users.extend(found);
    }
    if let Some(file) = &arguments.launch {
        let launches =
            capture::posted(&read(file)?).map_err(|error| UsageError(format!("{}: {error}", file.display())))?;
        for launch in launches {
            let user = MoodleUser::of_launch(launch.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            if !users.contains(&user) {
                users.push(user);
            }
        }
    }
    if !users.iter().any(|user| user.user_id.as_deref() == Some("2")) {
        users.push(MoodleUser::new("admin", "2"));
    }
    Ok(users)
}

/// Users of a table whose first line names the columns.
fn of_csv(text: &str) -> Result<Vec<MoodleUser>, String> {
    let rows = csv::rows(text);
    let Some(((_, head), rows)) = rows.split_first() else {
        return Err("is empty: expected a first line that names the columns username and id".to_owned());
    };
    let column = |names: &[&str]| head.iter().position(|name| names.contains(&name.trim().to_lowercase().as_str()));
    let (Some(name), Some(id)) = (column(&["username"]), column(&["id", "user_id", "userid"])) else {
        return Err(format!(
            "the first line names {} columns, and not both username and id: export the users with these two",
            head.len()
        ));
    };
    let extension = column(&["ext_user_userid"]);
    rows.iter()
        .map(|(line, row)| {
            let (Some(name), Some(id)) = (row.get(name), row.get(id)) else {
                return Err(format!("line {line}: expected {} columns, saw {}", head.len(), row.len()));
            };
            let mut user = MoodleUser::new(name.trim(), id.trim());
            user.ext_userid = extension.and_then(|at| row.get(at)).filter(|text| !text.is_empty()).cloned();
            Ok(user)
        })
        .collect()
}

fn text(table: &[(&MoodleUser, &Mapped)], bad: &[BadLine]) -> String {
    let mut lines = vec![["MOODLE USER", "ID", "HUB USER", "UID", "RULE", "GROUP", "HOME"].map(str::to_owned)];
    for (user, mapped) in table {
        let or_dash = |text: Option<&str>| text.filter(|text| !text.is_empty()).unwrap_or("-").to_owned();
        lines.push([
            or_dash(user.username.as_deref()),
            or_dash(user.user_id.as_deref()),
            or_dash(mapped.name.as_deref()),
            mapped.uid.map_or_else(|| "-".to_owned(), |uid| uid.to_string()),
            mapped.uid_rule.as_str().to_owned(),
            format!("{} ({})", mapped.group, mapped.gid),
            or_dash(mapped.home.as_deref()),
        ]);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..7).map(width).collect();
    let mut out = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        out.push(cells.join("  ").trim_end().to_owned());
        let dangers = index.checked_sub(1).map(|user| table[user].1.dangers.as_slice()).unwrap_or_default();
        for danger in dangers {
            let word = if danger.is_serious() { "problem" } else { "note   " };
            out.push(format!("    {word}  {danger}"));
        }
    }
    if !bad.is_empty() {
        out.push("\nlines that add nothing:".to_owned());
        for line in bad {
            out.push(format!("    {line}"));
        }
    }
    out.join("\n") + "\n"
}

fn document(table: &[(&MoodleUser, &Mapped)], bad: &[BadLine]) -> serde_json::Value {
    let danger =
        |danger: &Danger| json!({ "id": danger.as_str(), "serious": danger.is_serious(), "text": danger.words() });
    let users: Vec<_> = table
        .iter()
        .map(|(user, mapped)| {
            json!({
                "username": user.username, "user_id": user.user_id, "name": mapped.name, "uid": mapped.uid,
                "uid_rule": mapped.uid_rule.as_str(), "gid": mapped.gid, "group": mapped.group, "home": mapped.home,
                "dangers": mapped.dangers.iter().map(danger).collect::<Vec<_>>(),
            })
        })
        .collect();
    let bad: Vec<String> = bad.iter().map(ToString::to_string).collect();
    json!({ "users": users, "ignored_lines": bad })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_download_of_moodle_is_read() {
        let text = "\u{feff}\"id\",\"username\",\"email\"\r\n3,student1,a@example.invalid\r\n\"4\",\"st\"\"u\",\r\n";
        let users = of_csv(text.trim_start_matches('\u{feff}')).unwrap();
        assert_eq!(users, [MoodleUser::new("student1", "3"), MoodleUser::new("st\"u", "4")]);
        let patched = of_csv("username,id,ext_user_userid\ntaro,3,7000\nhana,4,\n").unwrap();
        assert_eq!((patched[0].ext_userid.as_deref(), patched[1].ext_userid.as_deref()), (Some("7000"), None));
        assert!(of_csv("").unwrap_err().contains("is empty"));
        assert!(of_csv("name;id\n").unwrap_err().contains("not both username and id"));
        assert_eq!(of_csv("username,id\nsecret\n").unwrap_err(), "line 2: expected 2 columns, saw 1");
    }

    #[test]
    fn the_table_names_the_dangers_below_each_user() {
        let mut directory = Directory::default();
        let bad = directory.read_passwd("passwd", "root:x:0:0::/root:/bin/sh\nbroken\n");
        let users = [MoodleUser::new("root", "5"), MoodleUser::new("admin", "2")];
        let mapped = users.each_ref().map(|user| map(user, &directory, &Settings::default()));
        let table: Vec<_> = users.iter().zip(&mapped).collect();
        let shown = text(&table, &bad);
        for words in [
            "root         5   root      0      account",
            "    problem  the container runs as root (user number 0)",
            "admin        2   admin     30002  moodle number  others (30000)  /home/others/admin",
            "    note     the user administers the hub",
            "    passwd:2: expected 7 fields separated by colons, saw 1",
        ] {
            assert!(shown.contains(words), "{words}\n{shown}");
        }
        assert_eq!(document(&table, &bad)["users"][1]["uid"], 30_002);
    }
}
