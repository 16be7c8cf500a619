//! Running other programs, with errors that say which one failed.

use std::{env, path::PathBuf, process::Command, sync::OnceLock};

/// The judge that the tests were run with, once they were.
static TESTED: OnceLock<PathBuf> = OnceLock::new();

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}

/// The cargo that runs this program, at the root of the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// `lti-conformance`, built with optimisation; that of the tests where [`judge_with_the_tested`] was called.
pub(crate) fn suite() -> Command {
    let Some(tested) = TESTED.get() else {
        return cargo(&["run", "--quiet", "--release", "--package", "conformance", "--"]);
    };
    let mut command = Command::new(tested);
    command.current_dir(root());
    command
}

/// From now on [`suite`] is what `cargo test` built.
pub(crate) fn judge_with_the_tested() {
    TESTED.get_or_init(|| built("lti-conformance"));
}

/// A program among those that cargo builds for tests.
pub(crate) fn built(name: &str) -> PathBuf {
    target_dir().join("debug").join(name)
}

/// Where the build writes: `CARGO_TARGET_DIR`, else `target`.
pub(crate) fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Runs a command that has to succeed.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", shown(command))) }
}

/// What a command prints, if it succeeds.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{}: {error}", shown(command)))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{} ended with {}: {}", shown(command), output.status, String::from_utf8_lossy(&output.stderr).trim()))
}

/// Whether a program is there.
pub(crate) fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn shown(command: &Command) -> String {
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let program = PathBuf::from(command.get_program());
    let name = program.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    format!("{name} {}", arguments.join(" "))
}
