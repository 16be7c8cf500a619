//! `cargo xtask interop NAME`: runs the suites against real systems that this task installs, starts and stops.
//!
//! A real system is somebody else's reading of the specifications, so it shows where a verdict of ours is wrong.
//! Everything is installed under `target/interop/NAME` with pinned versions (a second run installs nothing), listens on
//! free loopback ports, and is stopped by its process id however the run ends.

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

use crate::process::{cargo, is_installed, root};

/// The systems that can be run.
const SYSTEMS: &[&str] = &["jupyterhub"];
/// The Python packages of the hub. `PyJWT` is named because it decides many of the launches.
const PYTHON_PACKAGES: [&str; 3] = ["jupyterhub==6.1.1", "jupyterhub-ltiauthenticator==1.6.3", "PyJWT==2.15.1"];
/// The proxy in front of the hub.
const NODE_PACKAGE: &str = "configurable-http-proxy@5.3.0";
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
/// What follows the system's name goes to the suite as it is (`--only GLOB`, `--format json`).
pub(crate) fn run(args: &[String]) -> ExitCode {
    let Some((name, rest)) = args.split_first() else {
        eprintln!("usage: cargo xtask interop NAME [SUITE OPTIONS]; NAME is one of: {}", SYSTEMS.join(", "));
        return ExitCode::from(2);
    };
    let outcome = match name.as_str() {
        "jupyterhub" => jupyterhub(rest),
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

/// Installs and starts the hub, lets the suite judge it, and stops it.
fn jupyterhub(suite_options: &[String]) -> Result<u8, Failure> {
    let base = target_dir().join("interop");
    let home = base.join("jupyterhub");
    install(&home)?;
    let (hub, port, suite_port) = running_hub(&home)?;
    let suite_url = format!("http://127.0.0.1:{suite_port}");
    let hub_url = format!("http://127.0.0.1:{port}");
    eprintln!("interop jupyterhub: the hub listens on {hub_url}, its log is {}", hub.log().display());

    let sets = [
        format!("suite.listen=127.0.0.1:{suite_port}"),
        format!("suite.public_url={suite_url}"),
        format!("suite.key_file={}", home.join("suite.key").display()),
        format!("tool.login_url={hub_url}/hub/lti13/oauth_login"),
        format!("tool.redirect_uris=[\"{hub_url}/hub/lti13/oauth_callback\"]"),
        format!("tool.target_link_uri={hub_url}/hub/home"),
        format!("tool.probe_url={hub_url}/hub/home"),
    ];
    let mut suite = cargo(&["run", "--quiet", "--release", "--package", "conformance", "--"]);
    suite.args(["tool", "--profile", "jupyterhub-lti13"]);
    for set in &sets {
        suite.args(["--set", set]);
    }
    suite.arg("--expected-failures").arg(root().join("conformance/profiles/jupyterhub-lti13.expected.toml"));
    suite.arg("--report").arg(base.join("report")).args(suite_options);
    let status = suite.status().map_err(|e| format!("lti-conformance does not start: {e}"))?;
    drop(hub);
    status.code().and_then(|code| u8::try_from(code).ok()).ok_or_else(|| format!("lti-conformance ended by {status}"))
}

/// A hub that answers, its port, and a port for the suite that the hub takes for its platform.
fn running_hub(home: &Path) -> Result<(Hub, u16, u16), Failure> {
    let mut failure = Failure::new();
    for _ in 0..START_TRIES {
        let [suite_port, port, hub_port, proxy_port] =
            free_ports().map_err(|e| format!("no free loopback port: {e}"))?;
        let mut hub = Hub::start(home, &format!("http://127.0.0.1:{suite_port}"), port, hub_port, proxy_port)?;
        match hub.wait_until_ready(port) {
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
    fn start(home: &Path, suite: &str, port: u16, hub_port: u16, proxy_port: u16) -> Result<Self, Failure> {
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
            .env("INTEROP_SUITE", suite)
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
    fn wait_until_ready(&mut self, port: u16) -> Result<(), Failure> {
        let start = Instant::now();
        while start.elapsed() < START_LIMIT {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the hub stopped ({status}) before it answered; its last lines:\n{}", self.tail()));
            }
            if answers(port, "/hub/lti13/config") {
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

/// Where the build writes: `CARGO_TARGET_DIR`, else `target`.
fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
