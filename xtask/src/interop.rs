//! `cargo xtask interop NAME`: runs the suites against real systems that this task installs, starts and stops.
//!
//! A real system is somebody else's reading of the specifications, so it shows where a verdict of ours is wrong:
//! `jupyterhub` is judged by the suites for tools, `oidc-provider` is
//! judged by the suite for issuers, and the relying half signs in there.
//! Everything is installed under `target/interop/NAME` with pinned versions (a second run installs nothing), listens on
//! free loopback ports, and is stopped by its process id however the run ends.

mod oidc_provider;

use std::{
    env,
    ffi::OsStr,
    fs,
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::process::{is_installed, root, suite, target_dir};

/// The systems that can be run.
const SYSTEMS: &[&str] = &["jupyterhub", "oidc-provider"];
/// The Python packages of the hub. `PyJWT` is named because it decides many of the launches.
const PYTHON_PACKAGES: [&str; 3] = ["jupyterhub==6.1.1", "jupyterhub-ltiauthenticator==1.6.3", "PyJWT==2.15.1"];
/// The proxy in front of the hub.
const NODE_PACKAGE: &str = "configurable-http-proxy@5.3.0";
/// Two consumers of the hub, which is there for the run alone: key and secret.
const CONSUMERS: [(&str, &str); 2] = [
    (
        "6a1c52f09d3e4b7f8c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b",
        "0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0",
    ),
    (
        "7b2d63a1ae4f5c809d3e2f10ab9c8d7e6f504b3c2d1eaf908b7c6d5e4f3a2b1c",
        "1f2e3d4c5b6a79889706b5a4d3c2f1e00213243546576879a8b9cadbecfd0e1f",
    ),
];
/// Cases that are skipped while what they may show is under disclosure.
const UNDER_DISCLOSURE: &[&str] = &[
    "tool11-unsigned-user-last",
    "tool11-unsigned-copy-of-query",
    "tool11-next-address",
    "tool11-next-slashes",
    "tool11-next-backslash",
];
/// What the hub's service is asked with.
const API_TOKEN: &str = "5d1f0c7e9a3b4d62";
const HUB_CONFIG: &str = include_str!("interop/jupyterhub_config.py");
/// How long a hub may take to answer; it migrates its database and starts its proxy first.
const START_LIMIT: Duration = Duration::from_secs(90);
/// How often a hub is started: it gives its proxy ten seconds and then stops, which a busy machine does not keep.
const START_TRIES: u32 = 3;
/// How long a hub may take to stop its proxy and itself.
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// What can stop a run before the suite has spoken: one line that says what to mend.
type Failure = String;

/// Runs `cargo xtask interop ARGS`: the suite's own exit code, 2 for wrong use, 3 if the system could not be started.
///
/// What follows the system's name goes to the suites as it is (`--only GLOB`, `--format json`); behind `lti13` or `lti11`
/// (the hub), `relying` or `issuer` (`oidc-provider`) to that one alone.
pub(crate) fn run(args: &[String]) -> ExitCode {
    let Some((name, rest)) = args.split_first() else {
        eprintln!(
            "usage: cargo xtask interop NAME [lti13|lti11|relying|issuer] [SUITE OPTIONS]; NAME is one of: {}",
            SYSTEMS.join(", ")
        );
        return ExitCode::from(2);
    };
    let outcome = match name.as_str() {
        "jupyterhub" => jupyterhub(rest),
        "oidc-provider" => oidc_provider::run(rest),
        other => {
            eprintln!("interop: unknown system {other:?}, expected one of: {}", SYSTEMS.join(", "));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("interop {name}: {failure}");
            ExitCode::from(3)
        }
    }
}

/// Which half of the hub's authenticator is judged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lti {
    /// LTI 1.3.
    V13,
    /// LTI 1.1, with custom parameters as Moodle sends them.
    V11,
}

impl Lti {
    /// What stands before the suite's options to run this half alone.
    fn of(word: &str) -> Option<Self> {
        match word {
            "lti13" => Some(Self::V13),
            "lti11" => Some(Self::V11),
            _ => None,
        }
    }

    /// The page that answers once the authenticator is there.
    const fn page(self) -> &'static str {
        match self {
            Self::V13 => "/hub/lti13/config",
            Self::V11 => "/hub/lti11/config",
        }
    }
}

/// Installs the hub, lets the suites judge its two authenticators one after the other, and stops it. The worse end counts.
fn jupyterhub(options: &[String]) -> Result<u8, Failure> {
    let base = target_dir().join("interop");
    let home = base.join("jupyterhub");
    install(&home)?;
    let alone = options.first().and_then(|word| Lti::of(word));
    let (halves, options) = match alone {
        Some(half) => (vec![half], &options[1..]),
        None => (vec![Lti::V13, Lti::V11], options),
    };
    let mut worst = 0;
    for half in halves {
        worst = worst.max(judged(half, &base, &home, options)?);
    }
    Ok(worst)
}

/// Starts the hub with one authenticator and lets the suite judge it.
fn judged(half: Lti, base: &Path, home: &Path, options: &[String]) -> Result<u8, Failure> {
    let (hub, port, suite_port) = running_hub(home, half)?;
    eprintln!("interop jupyterhub: the hub listens on http://127.0.0.1:{port}, its log is {}", hub.log().display());
    let code = match half {
        Lti::V13 => run_suite(&lti13_arguments(home, base, port, suite_port), options)?,
        Lti::V11 => {
            let file = hub.run.join("lti11.toml");
            let text = lti11_configuration(port, suite_port);
            fs::write(&file, text).map_err(|e| format!("cannot write {}: {e}", file.display()))?;
            let subject = ["--profile", "jupyterhub-lti11", "--config"].map(str::to_owned).into_iter();
            let subject: Vec<String> = subject.chain([file.display().to_string()]).collect();
            let doctor: Vec<String> =
                ["doctor", "tool11"].map(str::to_owned).into_iter().chain(subject.clone()).collect();
            let checked = run_suite(&doctor, &[])?;
            let mut arguments = vec!["tool11".to_owned()];
            arguments.extend(subject);
            arguments.extend(outcome(base, "lti11"));
            checked.max(run_suite(&arguments, options)?)
        }
    };
    drop(hub);
    Ok(code)
}

fn lti13_arguments(home: &Path, base: &Path, port: u16, suite_port: u16) -> Vec<String> {
    let suite_url = format!("http://127.0.0.1:{suite_port}");
    let hub_url = format!("http://127.0.0.1:{port}");
    let mut arguments = ["tool", "--profile", "jupyterhub-lti13"].map(str::to_owned).to_vec();
    for set in [
        format!("suite.listen=127.0.0.1:{suite_port}"),
        format!("suite.public_url={suite_url}"),
        format!("suite.key_file={}", home.join("suite.key").display()),
        format!("tool.login_url={hub_url}/hub/lti13/oauth_login"),
        format!("tool.redirect_uris=[\"{hub_url}/hub/lti13/oauth_callback\"]"),
        format!("tool.target_link_uri={hub_url}/hub/home"),
        format!("tool.probe_url={hub_url}/hub/home"),
    ] {
        arguments.extend(["--set".to_owned(), set]);
    }
    arguments.extend(outcome(base, "lti13"));
    arguments
}

/// What an administrator would hand to the doctor and the suite: both sides of the same hub.
fn lti11_configuration(port: u16, suite_port: u16) -> String {
    let [(key, secret), (second_key, second_secret)] = CONSUMERS;
    let entry = |case: &&str| format!("\n[[withheld]]\ncase = \"{case}\"\nreason = \"under disclosure\"\n");
    let withheld = UNDER_DISCLOSURE.iter().map(entry).collect::<Vec<_>>().concat();
    format!(
        r#"[suite]
listen = "127.0.0.1:{suite_port}"
public_url = "http://127.0.0.1:{suite_port}"

[tool]
launch_url = "http://127.0.0.1:{port}/hub/lti/launch"
probe_url = "http://127.0.0.1:{port}/hub/home"

[[consumer]]
key = "{key}"
secret = "{secret}"

[[consumer]]
key = "{second_key}"
secret = "{second_secret}"

[moodle]
lti_version = "LTI 1.0/1.1"
share_name = "always"
custom_parameters = ""
launch_container = "new-window"
tool_usage = "chooser"
api_token = "{API_TOKEN}"

[hub]
authenticator = "ltiauthenticator.LTIAuthenticator"
consumer_key = "{key}"
secret = "{secret}"
username_key = "ext_user_username"
enable_auth_state = true
api_token = "{API_TOKEN}"
{withheld}"#
    )
}

/// Known findings, and where the report goes: one directory for each half.
fn outcome(base: &Path, half: &str) -> [String; 4] {
    let expected = root().join(format!("conformance/profiles/jupyterhub-{half}.expected.toml"));
    let report = if half == "lti13" { base.join("report") } else { base.join("report").join(half) };
    let [expected, report] = [expected, report].map(|path| path.display().to_string());
    ["--expected-failures".to_owned(), expected, "--report".to_owned(), report]
}

/// Runs the suite and returns its exit code.
fn run_suite(arguments: &[String], options: &[String]) -> Result<u8, Failure> {
    let status =
        suite().args(arguments).args(options).status().map_err(|e| format!("lti-conformance does not start: {e}"))?;
    status.code().and_then(|code| u8::try_from(code).ok()).ok_or_else(|| format!("lti-conformance ended by {status}"))
}

/// A hub that answers, its port, and a port for the suite that the hub takes for its platform.
fn running_hub(home: &Path, half: Lti) -> Result<(Hub, u16, u16), Failure> {
    let mut failure = Failure::new();
    for _ in 0..START_TRIES {
        let ports = free_ports().map_err(|e| format!("no free loopback port: {e}"))?;
        let [suite_port, port, _, _] = ports;
        let mut hub = Hub::start(home, half, ports)?;
        match hub.wait_until_ready(port, half.page()) {
            Ok(()) => return Ok((hub, port, suite_port)),
            Err(seen) => failure = seen,
        }
    }
    Err(failure)
}

/// Installs the pinned packages into `home`, unless the ones already there are the same.
fn install(home: &Path) -> Result<(), Failure> {
    let pins = format!("{}\n{NODE_PACKAGE}\n", PYTHON_PACKAGES.join("\n"));
    let stamp = home.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|seen| seen == pins) {
        return Ok(());
    }
    needs("python3", "Python 3.10 or newer with venv (Debian: apt-get install python3 python3-venv)")?;
    needs("node", "Node.js 20 or newer (Debian: apt-get install nodejs)")?;
    needs("npm", "npm (Debian: apt-get install npm)")?;
    eprintln!("interop jupyterhub: installing into {}", home.display());
    fs::create_dir_all(home).map_err(|e| format!("cannot make {}: {e}", home.display()))?;
    let venv = home.join("venv");
    step("python3 -m venv", Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
    let mut pip = Command::new(venv.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PYTHON_PACKAGES);
    step("pip install", &mut pip)?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(home).arg(NODE_PACKAGE);
    step("npm install", &mut npm)?;
    fs::write(&stamp, pins).map_err(|e| format!("cannot write {}: {e}", stamp.display()))
}

/// Fails with what to install where `program` cannot be run.
fn needs(program: &str, what: &str) -> Result<(), Failure> {
    if is_installed(program) { Ok(()) } else { Err(format!("{program} is missing or does not run: install {what}")) }
}

/// Runs one step of the installation with its output on standard error, so that standard output stays the suite's.
fn step(name: &str, command: &mut Command) -> Result<(), Failure> {
    let status = command.stdout(io::stderr()).status().map_err(|e| format!("{name} does not start: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} failed ({status}): see the lines above")) }
}

/// A running hub. Dropping it stops it and its proxy.
struct Hub {
    child: Child,
    run: PathBuf,
}

impl Hub {
    /// Starts it on these ports: of the suite, of the hub's public side, of the hub itself and of its proxy's own API.
    fn start(home: &Path, half: Lti, [suite, port, hub_port, proxy_port]: [u16; 4]) -> Result<Self, Failure> {
        let [(key, secret), (second_key, second_secret)] = CONSUMERS;
        let run = home.join("run");
        // Users of an earlier run would be let in by an earlier database.
        fs::remove_dir_all(&run).or_else(ignore_missing).map_err(|e| format!("cannot empty {}: {e}", run.display()))?;
        let prepare = || -> io::Result<fs::File> {
            fs::create_dir_all(&run)?;
            fs::write(run.join("jupyterhub_config.py"), HUB_CONFIG)?;
            fs::File::create(run.join("hub.log"))
        };
        let log = prepare().map_err(|e| format!("cannot write into {}: {e}", run.display()))?;
        let err = log.try_clone().map_err(|e| format!("cannot share the hub's log: {e}"))?;
        let child = Command::new(home.join("venv/bin/jupyterhub"))
            .args(["-f", "jupyterhub_config.py"])
            .current_dir(&run)
            .env("PATH", path_with(&[home.join("venv/bin"), home.join("node_modules/.bin")])?)
            .env("INTEROP_SUITE", format!("http://127.0.0.1:{suite}"))
            .env("INTEROP_LTI", if half == Lti::V11 { "1.1" } else { "1.3" })
            .envs([("INTEROP_KEY", key), ("INTEROP_SECRET", secret), ("INTEROP_API_TOKEN", API_TOKEN)])
            .envs([("INTEROP_SECOND_KEY", second_key), ("INTEROP_SECOND_SECRET", second_secret)])
            .env("INTEROP_PORT", port.to_string())
            .env("INTEROP_HUB_PORT", hub_port.to_string())
            .env("INTEROP_PROXY_PORT", proxy_port.to_string())
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(err)
            .spawn()
            .map_err(|e| format!("jupyterhub does not start: {e}"))?;
        Ok(Self { child, run })
    }

    fn log(&self) -> PathBuf {
        self.run.join("hub.log")
    }

    /// Waits until the authenticator's own page answers through the proxy.
    fn wait_until_ready(&mut self, port: u16, page: &str) -> Result<(), Failure> {
        let start = Instant::now();
        while start.elapsed() < START_LIMIT {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the hub stopped ({status}) before it answered; its last lines:\n{}", self.tail()));
            }
            if answers(port, page) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(200));
        }
        Err(format!("the hub did not answer within {} s; its last lines:\n{}", START_LIMIT.as_secs(), self.tail()))
    }

    fn tail(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // The hub stops its proxy when it is asked to; killed at once it would leave the proxy running.
        terminate(self.child.id());
        let start = Instant::now();
        while start.elapsed() < STOP_LIMIT && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(100));
        }
        if matches!(self.child.try_wait(), Ok(None)) {
            // Both may have ended meanwhile, and then there is nothing to stop.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        // The file is gone when the hub has stopped its proxy.
        if let Some(pid) = fs::read_to_string(self.run.join("proxy.pid")).ok().and_then(|pid| pid.trim().parse().ok()) {
            terminate(pid);
        }
    }
}

/// Asks a process to end. That it has ended already is no failure.
fn terminate(pid: u32) {
    let _ = Command::new("kill").args(["-TERM", &pid.to_string()]).stderr(Stdio::null()).status();
}

/// Whether `GET path` on a loopback port is answered with 200.
fn answers(port: u16, path: &str) -> bool {
    let ask = || -> io::Result<bool> {
        let limit = Some(Duration::from_secs(5));
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(limit)?;
        stream.set_write_timeout(limit)?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(head.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

/// Loopback ports that nobody listens on: held together, so that no two are the same, and released together.
fn free_ports<const N: usize>() -> io::Result<[u16; N]> {
    let mut held = Vec::with_capacity(N);
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}

/// `PATH` with directories in front.
fn path_with(front: &[PathBuf]) -> Result<impl AsRef<OsStr> + use<>, Failure> {
    let old = env::var_os("PATH").unwrap_or_default();
    env::join_paths(front.iter().cloned().chain(env::split_paths(&old)))
        .map_err(|e| format!("the build directory's path cannot stand in PATH: {e}"))
}

fn ignore_missing(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
