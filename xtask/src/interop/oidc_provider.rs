//! `cargo xtask interop oidc-provider`: the relying half signs in at `oidc-provider`, an issuer of other people's making,
//! and the suite `issuer` judges it.
//!
//! `oidc-provider` comes from the npm registry as its lock file pins it, and runs with the login and consent pages that it
//! brings for development. The example `relying-party` of the package `oauth2-issuer` does there what an application does:
//! discovery, registration, code with PKCE and two pages of a person, refresh with rotation, client credentials, userinfo,
//! and a system account that is connected, renewed and revoked. The suite registers clients of its own; what it finds has to
//! be what `conformance/profiles/oidc-provider.expected.toml` says.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{Failure, ignore_missing, needs, run_suite, step};
use crate::process::{self, built, cargo, root, target_dir};

const PACKAGE: &str = include_str!("oidc-provider/package.json");
const LOCK: &str = include_str!("oidc-provider/package-lock.json");
const SERVER: &str = include_str!("oidc-provider/server.mjs");
/// The secret of the server's clients, which are there for the run alone.
const CLIENT_SECRET: &str = "4c1d8f3be2a97605d8c4b1f09e7a3625f1c08d5b7e2a9634";
/// What stands before the issuer identifier in the line that the server writes once it listens.
const READY: &str = "issuer ";
/// How long the server may take to write it: loading its modules is all that it does before.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Installs the server, starts it, lets the relying half sign in there and the suite judge it, and stops it.
///
/// `relying` or `issuer` as the first option runs that half alone; the other options go to the suite. The exit code is the
/// worse one of the two.
pub(super) fn run(options: &[String]) -> Result<u8, Failure> {
    let base = target_dir().join("interop");
    let home = base.join("oidc-provider");
    let (alone, options) = match options.split_first() {
        Some((half, rest)) if half == "relying" || half == "issuer" => (Some(half.as_str()), rest),
        _ => (None, options),
    };
    install(&home)?;
    let mut worst = 0;
    if alone != Some("issuer") {
        worst = signed_in(&home)?;
    }
    if alone != Some("relying") {
        worst = worst.max(judged(&base, &home, options)?);
    }
    Ok(worst)
}

/// Lets the relying half do everything that it can: its exit code.
fn signed_in(home: &Path) -> Result<u8, Failure> {
    // Built before the server starts, so that a compiler's minutes are not the server's; with the features of the whole
    // workspace, with which the tests have built it.
    process::run(&mut cargo(&["build", "--quiet", "--workspace", "--example", "relying-party"]))?;
    let (_server, issuer) = running_server(home)?;
    let mut party = Command::new(built("examples/relying-party"));
    party.arg(&issuer).env("INTEROP_CLIENT_SECRET", CLIENT_SECRET);
    let status = party.status().map_err(|e| format!("relying-party does not start: {e}"))?;
    status.code().and_then(|code| u8::try_from(code).ok()).ok_or_else(|| format!("relying-party ended by {status}"))
}

/// Lets the suite judge the server: its exit code.
fn judged(base: &Path, home: &Path, options: &[String]) -> Result<u8, Failure> {
    let (_server, issuer) = running_server(home)?;
    let file = home.join("issuer.toml");
    fs::write(&file, configuration(&issuer, home)).map_err(|e| format!("cannot write {}: {e}", file.display()))?;
    let expected = root().join("conformance/profiles/oidc-provider.expected.toml");
    let report = base.join("report/oidc-provider");
    let [file, expected, report] = [file, expected, report].map(|path| path.display().to_string());
    let arguments = ["issuer", "--config", &file, "--expected-failures", &expected, "--report", &report];
    run_suite(&arguments.map(str::to_owned), options)
}

/// What an administrator would hand to the suite: two people, and no client, so that it registers its own.
fn configuration(issuer: &str, home: &Path) -> String {
    let person = |table: &str, name: &str| {
        format!("\n[{table}]\nname = \"{name}\"\npassword = \"any password\"\nname_field = \"login\"\n")
    };
    format!(
        r#"[suite]
key_file = {key:?}

[issuer]
name = "oidc-provider"
url = "{issuer}"
scope = "openid profile email offline_access"
{first}{second}"#,
        key = home.join("suite.key").display().to_string(),
        first = person("user", "ada"),
        second = person("second_user", "grace"),
    )
}

/// Installs what the lock file names into `home`, unless it is there already.
fn install(home: &Path) -> Result<(), Failure> {
    let stamp = home.join("installed");
    let installed = fs::read_to_string(&stamp).is_ok_and(|seen| seen == LOCK);
    let prepare = || -> io::Result<()> {
        fs::create_dir_all(home)?;
        fs::write(home.join("package.json"), PACKAGE)?;
        fs::write(home.join("package-lock.json"), LOCK)?;
        fs::write(home.join("server.mjs"), SERVER)?;
        if installed { Ok(()) } else { fs::remove_file(&stamp).or_else(ignore_missing) }
    };
    prepare().map_err(|e| format!("cannot write into {}: {e}", home.display()))?;
    needs("node", "Node.js 20 or newer (Debian: apt-get install nodejs)")?;
    if installed {
        return Ok(());
    }
    needs("npm", "npm (Debian: apt-get install npm)")?;
    eprintln!("interop oidc-provider: installing into {}", home.display());
    let mut npm = Command::new("npm");
    npm.args(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(home);
    step("npm ci", &mut npm)?;
    fs::write(&stamp, LOCK).map_err(|e| format!("cannot write {}: {e}", stamp.display()))
}

/// A server that listens, and its issuer identifier.
fn running_server(home: &Path) -> Result<(Server, String), Failure> {
    let mut server = Server::start(home)?;
    let issuer = server.issuer()?;
    eprintln!("interop oidc-provider: the issuer is {issuer}, its log is {}", server.log.display());
    Ok((server, issuer))
}

/// A running server. Dropping it stops it.
struct Server {
    child: Child,
    log: PathBuf,
}

impl Server {
    fn start(home: &Path) -> Result<Self, Failure> {
        let log = home.join("server.log");
        let file = File::create(&log).map_err(|e| format!("cannot write {}: {e}", log.display()))?;
        let err = file.try_clone().map_err(|e| format!("cannot share the server's log: {e}"))?;
        let child = Command::new("node")
            .arg("server.mjs")
            .current_dir(home)
            .env("INTEROP_CLIENT_SECRET", CLIENT_SECRET)
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(err)
            .spawn()
            .map_err(|e| format!("node does not start: {e}"))?;
        Ok(Self { child, log })
    }

    /// The issuer identifier that the server writes once it listens on a port of the system's choice.
    fn issuer(&mut self) -> Result<String, Failure> {
        let start = Instant::now();
        loop {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            // A line is whole when its end is there.
            let mut whole = log.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
            if let Some(issuer) = whole.find_map(|line| line.strip_prefix(READY)) {
                return Ok(issuer.to_owned());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the server stopped ({status}) before it listened; it wrote:\n{log}"));
            }
            if start.elapsed() > START_LIMIT {
                return Err(format!("the server did not listen within {} s; it wrote:\n{log}", START_LIMIT.as_secs()));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
