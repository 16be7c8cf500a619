//! What a launch costs beside the cryptography that no launch can do without.
//!
//! `cargo xtask bench [NAME] [--format json]` measures each piece of work beside its floor, a bare RSA-2048 operation of
//! the same library over the same bytes or, for services, the same work on little data, and ends with exit code 1 where the ratio of the two is over its limit:
//!
//! | name | floor | work |
//! |---|---|---|
//! | `launch-verify` | one verification | from the compact token to [`Clean`]: every rule, typed claims |
//! | `launch-complete` | one verification | from form body and cookie header to the launch, nonce and state claimed |
//! | `lti11-verify` | one verification | from the body of an LTI 1.1 launch to the clean message |
//! | `id-token-mint` | one signature | from the authentication request to the form fields with the signed launch |
//! | `token-issue` | one verification and one signature | from the token request with a client's assertion to the signed access token |
//! | `gradebook-page` | a page of a course of 100 learners | the same page of a course of 10,000, with 100 line items each |
//!
//! **How the time is taken.** Floor and work take turns, one operation each, and each is timed by itself; what counts is
//! the time that a tenth of some thousand stayed below. An operation takes tens or hundreds of microseconds, a
//! scheduler's turn takes milliseconds: on a crowded machine many operations run undisturbed all the same, and then the
//! time on the wall is the time on the CPU. A neighbour on the same core slows memory more than arithmetic, so the median
//! would measure the neighbours. Dropping what the work made is part of the work.
//!
//! [`Clean`]: lti_core::inspect::Clean

mod gradebook;
mod launch;
mod launch11;
mod mint;
mod sample;
mod token;
mod turns;

use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use serde::Serialize;

use crate::gradebook::gradebook_page;
use crate::launch::{launch_complete, launch_verify};
use crate::launch11::lti11_verify;
use crate::mint::id_token_mint;
use crate::sample::Sample;
use crate::token::token_issue;

/// Why nothing was measured.
type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Measures what a launch costs, beside a bare RSA-2048 operation over the same bytes.
#[derive(Parser)]
#[command(name = "bench", version = None)]
struct Arguments {
    /// What to measure; everything when absent.
    name: Option<Name>,
    /// How to print what was measured.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Set by `cargo bench`. Without it, as under `cargo test`, each work is done once and nothing is judged.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    LaunchVerify,
    LaunchComplete,
    Lti11Verify,
    IdTokenMint,
    TokenIssue,
    GradebookPage,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// One line of the outcome. Times are nanoseconds of CPU.
#[derive(Serialize)]
struct Measured {
    name: &'static str,
    floor: u64,
    value: u64,
    ratio: f64,
    limit: f64,
}

/// Whether every ratio is within its limit.
fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let sample = Sample::new()?;
    let rounds = if arguments.bench { 100 } else { 1 };
    let chosen = |name: &Name| arguments.name.is_none_or(|only| only == *name);
    let mut all = Vec::new();
    for name in Name::value_variants().iter().filter(|name| chosen(name)) {
        all.push(match name {
            Name::LaunchVerify => launch_verify(&sample, rounds)?.measured("launch-verify", 1.4),
            Name::LaunchComplete => launch_complete(&sample, rounds)?.measured("launch-complete", 1.7),
            Name::Lti11Verify => lti11_verify(&sample, rounds)?.measured("lti11-verify", 1.0 / 3.0),
            Name::IdTokenMint => id_token_mint(&sample, rounds)?.measured("id-token-mint", 1.2),
            Name::TokenIssue => token_issue(&sample, rounds)?.measured("token-issue", 1.25),
            Name::GradebookPage => gradebook_page(rounds, !arguments.bench)?.measured("gradebook-page", 1.5),
        });
    }
    match arguments.format {
        Format::Text => print!("{}", table(&all)),
        Format::Json => println!("{}", serde_json::to_string_pretty(&all)?),
    }
    Ok(!arguments.bench || all.iter().all(|measured| measured.ratio <= measured.limit))
}

fn table(all: &[Measured]) -> String {
    let mut text = format!("{:<16} {:>10} {:>10} {:>6} {:>6}\n", "", "floor ns", "value ns", "ratio", "limit");
    for Measured { name, floor, value, ratio, limit } in all {
        let over = if ratio > limit { "  over its limit" } else { "" };
        let _ = writeln!(text, "{name:<16} {floor:>10} {value:>10} {ratio:>6.3} {limit:>6.2}{over}");
    }
    text
}
