//! Each case of the suite `tool` as one test, against the built-in reference tool over real HTTP.

use std::{process::ExitCode, sync::Arc};

use conformance::{
    case::Case,
    reference::Reference,
    report::model::{CaseResult, Verdict},
    runner::{RunOptions, Unwatched, run_tool},
    suite,
};
use libtest_mimic::{Arguments, Failed, Trial};

/// Skips that speak of the place where the tests run, and not of the reference.
const ENVIRONMENT: [&str; 2] = ["plain http", "--slow"];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    let cases = suite::tool::cases();
    // All cases share one run, so its results are looked up, one test after the other.
    arguments.test_threads = Some(1);
    let wanted = |case: &Case| {
        arguments
            .filter
            .as_ref()
            .is_none_or(|filter| if arguments.exact { case.id == filter } else { case.id.contains(filter.as_str()) })
    };
    let chosen: Vec<Case> = cases.iter().filter(|case| wanted(case)).cloned().collect();
    let results = if arguments.list { Vec::new() } else { run(&chosen) };
    let results = Arc::new(results);
    let trials = cases
        .into_iter()
        .map(|case| {
            let results = Arc::clone(&results);
            Trial::test(case.id, move || verdict(&results, case.id))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Runs these cases against the reference.
fn run(cases: &[Case]) -> Vec<CaseResult> {
    let Ok(runtime) = tokio::runtime::Runtime::new() else { return Vec::new() };
    runtime.block_on(async {
        let reference = match Reference::start(None).await {
            Ok(reference) => reference,
            Err(error) => {
                eprintln!("{error}");
                return Vec::new();
            }
        };
        match run_tool(&reference.world, cases, &RunOptions::default(), &Unwatched).await {
            Ok(finished) => finished.report.results,
            Err(stopped) => {
                eprintln!("{stopped}");
                Vec::new()
            }
        }
    })
}

fn verdict(results: &[CaseResult], id: &str) -> Result<(), Failed> {
    let result = results.iter().find(|result| result.id == id).ok_or("the suite gave no result")?;
    let reason = result.reason.clone().unwrap_or_default();
    match result.verdict {
        Verdict::Pass | Verdict::Info => Ok(()),
        Verdict::Skip if ENVIRONMENT.iter().any(|words| reason.contains(words)) => Ok(()),
        verdict => Err(format!("{verdict}: {} {reason}", result.observed).into()),
    }
}
