//! Repository chores: `cargo xtask TASK`.
//!
//! It depends on nothing, so that it is there at once; what needs the suite runs `lti-conformance`, built with
//! optimisation.

mod ci;
mod interop;
mod invariants;
mod process;

use std::process::ExitCode;

use process::{cargo, run};

const HELP: &str = "\
cargo xtask TASK

  conformance [ARGS]      lti-conformance ARGS; without arguments every suite against the built-in references
  mock-platform [ARGS]    lti-conformance serve platform: a school whose links launch your tool (port 9310)
  mock-tool [ARGS]        lti-conformance serve tool: a tool that your platform can launch (port 9320)
  mock-issuer [ARGS]      lti-conformance serve issuer: an issuer that misbehaves as it is told (port 9330)
  bench [NAME] [--format json]   time against a floor measured in the same run
  catalog [--check]       write, or check, conformance/CATALOG.md
  interop jupyterhub      judge a real JupyterHub, installed under target/
  interop oidc-provider   sign in at a real OpenID Connect issuer, and judge it
  invariants              what the architecture promises about dependencies
  ci                      everything that has to pass before a change lands";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (task, rest) = arguments.split_first().map_or(("help", &[][..]), |(task, rest)| (task.as_str(), rest));
    let done = match task {
        "conformance" => return suite(&[], rest),
        "mock-platform" => return suite(&["serve", "platform"], rest),
        "mock-tool" => return suite(&["serve", "tool"], rest),
        "mock-issuer" => return suite(&["serve", "issuer"], rest),
        "bench" => {
            return forward(
                cargo(&["bench", "--quiet", "--package", "conformance", "--bench", "ratios", "--"]).args(rest),
            );
        }
        "catalog" => ci::catalog(rest.iter().any(|argument| argument == "--check")),
        "interop" => return interop::run(rest),
        "invariants" => invariants::check(),
        "ci" => ci::all(),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(format!("no task is called {other}\n\n{HELP}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs `lti-conformance` with its own exit code.
fn suite(first: &[&str], rest: &[String]) -> ExitCode {
    forward(process::suite().args(first).args(rest))
}

/// Runs a command and ends as it does.
fn forward(command: &mut std::process::Command) -> ExitCode {
    match command.status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a cargo command that has to succeed.
fn cargo_step(arguments: &[&str]) -> Result<(), String> {
    run(&mut cargo(arguments))
}
