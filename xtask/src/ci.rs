//! Everything that has to pass before a change lands, in the order in which a mistake is cheapest to find.

use std::{
    fs,
    process::{Command, ExitCode},
    time::Instant,
};

use crate::{
    cargo_step, interop, invariants,
    process::{cargo, is_installed, judge_with_the_tested, output, root, run, suite},
};

/// A step: its name and what it does.
type Step = (&'static str, fn() -> Result<(), String>);

const STEPS: [Step; 11] = [
    ("system packages", system_packages),
    ("format", || cargo_step(&["fmt", "--all", "--check"])),
    ("clippy", || cargo_step(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])),
    ("features", features),
    ("tests", tests),
    ("docs", docs),
    ("invariants", invariants::check),
    ("catalogue", || catalog(true)),
    ("main job", judge),
    ("interop jupyterhub", jupyterhub),
    ("interop oidc-provider", oidc_provider),
];

/// Runs every step; the first that fails ends it.
pub(crate) fn all() -> Result<(), String> {
    let started = Instant::now();
    for (name, step) in STEPS {
        let since = Instant::now();
        println!("==> {name}");
        step().map_err(|error| format!("{name}: {error}"))?;
        println!("<== {name}: {} s", since.elapsed().as_secs());
    }
    println!("all steps passed in {} s", started.elapsed().as_secs());
    Ok(())
}

/// The tests build OpenSSL from source as an independent opinion, which needs perl and make; JupyterHub needs Python with
/// virtual environments, and npm for its proxy; launches without cookies are proved in a real browser.
fn system_packages() -> Result<(), String> {
    let needed = [
        ("cc", "gcc"),
        ("perl", "perl"),
        ("make", "make"),
        ("python3", "python3"),
        ("npm", "npm"),
        ("chromium", "chromium"),
        ("chromedriver", "chromium-driver"),
    ];
    let mut missing: Vec<&str> =
        needed.iter().filter(|(program, _)| !is_installed(program)).map(|(_, package)| *package).collect();
    let venv = Command::new("python3").args(["-c", "import venv, ensurepip"]).output();
    if !venv.is_ok_and(|output| output.status.success()) {
        missing.push("python3-venv");
    }
    if missing.is_empty() {
        return Ok(());
    }
    let install = format!("apt-get install -y {}", missing.join(" "));
    if !is_installed("apt-get") {
        return Err(format!("missing: {}; on Debian: {install}", missing.join(", ")));
    }
    run(Command::new("apt-get").args(["update", "-q"]))?;
    run(Command::new("apt-get").args(["install", "-y", "-q"]).args(&missing))
        .map_err(|error| format!("{error}; install them yourself: {install}"))
}

/// Each crate builds with the least and with single features.
fn features() -> Result<(), String> {
    for arguments in [
        &["--package", "lti-core", "--features", "toml"][..],
        &["--package", "oauth2-issuer", "--no-default-features"],
        &["--package", "oauth2-issuer", "--no-default-features", "--features", "server"],
        &["--package", "oauth2-issuer", "--no-default-features", "--features", "server,sqlite"],
        &["--package", "oauth2-issuer", "--no-default-features", "--features", "relying"],
        &["--package", "lti-tool", "--no-default-features"],
        &["--package", "lti-platform", "--no-default-features"],
    ] {
        run(cargo(&["clippy", "--quiet"]).args(arguments).args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}

/// All tests, those in a real browser included: without one they are ignored elsewhere, and fail here.
///
/// Property tests draw the same inputs in every run, so that what passes passes again; `cargo test` draws new ones each
/// time, and `PROPTEST_RNG_SEED` chooses others here.
fn tests() -> Result<(), String> {
    let seed = std::env::var("PROPTEST_RNG_SEED").unwrap_or_else(|_| "20250101".to_owned());
    run(cargo(&["test", "--workspace"]).env("LTI_REQUIRE_BROWSER", "1").env("PROPTEST_RNG_SEED", seed))?;
    judge_with_the_tested();
    Ok(())
}

fn docs() -> Result<(), String> {
    let mut command = cargo(&["doc", "--quiet", "--workspace", "--no-deps"]);
    run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Every suite against its reference, and one of them against its doubles; the tests have run all matrices.
///
/// This and what follows runs the judge that the tests have built: to build it once more with optimisation takes longer than
/// everything that it would do faster.
fn judge() -> Result<(), String> {
    run(suite().args(["--report", "target/report"]))?;
    run(suite().args(["self-test", "client"]))
}

fn jupyterhub() -> Result<(), String> {
    if interop::run(&["jupyterhub".to_owned()]) == ExitCode::SUCCESS {
        return Ok(());
    }
    Err("the findings are not exactly the expected ones".to_owned())
}

fn oidc_provider() -> Result<(), String> {
    if interop::run(&["oidc-provider".to_owned()]) == ExitCode::SUCCESS {
        return Ok(());
    }
    Err("the relying half stops, or the findings are not exactly the expected ones".to_owned())
}

/// Writes the catalogue, or checks that the one in the repository is fresh.
pub(crate) fn catalog(check: bool) -> Result<(), String> {
    let path = root().join("conformance/CATALOG.md");
    let fresh = output(suite().arg("catalog"))?;
    if !check {
        return fs::write(&path, fresh).map_err(|error| format!("{}: {error}", path.display()));
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if kept == fresh {
        return Ok(());
    }
    Err("conformance/CATALOG.md is not fresh: run cargo xtask catalog".to_owned())
}
