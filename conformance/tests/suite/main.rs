//! Each case as one test: every suite against its built-in reference over real HTTP.

use std::{process::ExitCode, sync::Arc};

use conformance::{
    case::Case,
    reference::{ClientReference, IssuerReference, Platform11Reference, PlatformReference, Reference, Tool11Reference},
    report::model::{CaseResult, Verdict},
    runner::{RunOptions, Unwatched, run_tool},
    subject::{
        client::run_client, issuer::run_issuer, platform::run_platform, platform11::run_platform11, tool11::run_tool11,
    },
    suite,
};
use libtest_mimic::{Arguments, Failed, Trial};

/// Skips that speak of the place where the tests run, and not of the reference.
const ENVIRONMENT: [&str; 4] = ["plain http", "--slow", "[tool.migration]", "not its scheme's own"];

/// What the references do not do: the platform sends one audience, offers no services and has no claims of its own; the
/// tool sends no message with its content, and lies on loopback, where no address proves anything about TLS; the tool of
/// LTI 1.1 sends scores, and neither reads nor deletes them; the client exchanges codes by redirect and asks for no `max_age`;
/// the issuer has no logout, and lies on loopback as well.
const NOT_DONE: [&str; 22] = [
    "tool-dl-texts",
    "tool-dl-item-https",
    "platform-token-azp",
    "platform-urls-https",
    "platform-service-urls",
    "platform-vendor-claims",
    "platform-migration",
    "tool11-cert-6-2",
    "tool11-cert-6-3",
    "client-response-form-post",
    "client-c-hash-wrong",
    "client-two-tokens-sub",
    "client-max-age-exceeded",
    "issuer-metadata-https",
    "issuer-authorization-tls",
    "issuer-logout-redirect",
    "issuer-logout-no-hint",
    "issuer-logout-post",
    "issuer-logout-hint",
    "issuer-logout-client",
    "issuer-logout-again",
    "issuer-logout-state",
];

/// What cannot be judged of the references: the tool asks for its own line item alone, which never fills several pages; a
/// person looks into the gradebook; the platform refuses a client with 400, which has no challenge. As a platform of
/// LTI 1.1 it sends no size, no value of two lines and no container parameters, has no query in its service's address, and
/// takes several items at once. The client trusts no further audience.
const NOT_JUDGED: [&str; 8] = [
    "tool-ags-items-next",
    "platform-cert-pa16",
    "platform-service-token-error-challenge",
    "platform11-size",
    "platform11-line-ends",
    "platform11-outcomes-query",
    "platform11-content-many",
    "client-azp-absent",
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // All cases of a suite share one run, so its results are looked up, one test after the other.
    arguments.test_threads = Some(1);
    let results = if arguments.list { Vec::new() } else { run(&arguments) };
    let results = Arc::new(results);
    let trials = suite::all()
        .into_iter()
        .map(|(_, case)| {
            let results = Arc::clone(&results);
            Trial::test(case.id, move || verdict(&results, case.id))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The cases that the arguments ask for.
fn wanted<S>(arguments: &Arguments, cases: Vec<Case<S>>) -> Vec<Case<S>> {
    let asked = |id: &str| {
        arguments
            .filter
            .as_deref()
            .is_none_or(|filter| if arguments.exact { id == filter } else { id.contains(filter) })
    };
    cases.into_iter().filter(|case| asked(case.id)).collect()
}

/// Runs the cases against the references.
fn run(arguments: &Arguments) -> Vec<CaseResult> {
    let Ok(runtime) = tokio::runtime::Runtime::new() else { return Vec::new() };
    runtime.block_on(async {
        let mut results = tool(&wanted(arguments, suite::tool::cases())).await.unwrap_or_else(complain);
        results.extend(platform(&wanted(arguments, suite::platform::cases())).await.unwrap_or_else(complain));
        results.extend(tool11(&wanted(arguments, suite::tool11::cases())).await.unwrap_or_else(complain));
        results.extend(platform11(&wanted(arguments, suite::platform11::cases())).await.unwrap_or_else(complain));
        results.extend(issuer(&wanted(arguments, suite::issuer::cases())).await.unwrap_or_else(complain));
        results.extend(client(&wanted(arguments, suite::client::cases())).await.unwrap_or_else(complain));
        results
    })
}

fn complain(error: impl std::fmt::Display) -> Vec<CaseResult> {
    eprintln!("{error}");
    Vec::new()
}

async fn tool(cases: &[Case]) -> Result<Vec<CaseResult>, String> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let reference = Reference::start(None).await.map_err(|error| error.to_string())?;
    let finished = run_tool(&reference.world, cases, &RunOptions::default(), &Unwatched).await;
    finished.map(|finished| finished.report.results).map_err(|stopped| stopped.to_string())
}

async fn platform(cases: &[conformance::subject::platform::PlatformCase]) -> Result<Vec<CaseResult>, String> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let reference = PlatformReference::start(None).await.map_err(|error| error.to_string())?;
    let finished = run_platform(&reference.world, cases, &RunOptions::default(), &Unwatched).await;
    finished.map(|finished| finished.report.results).map_err(|stopped| stopped.to_string())
}

async fn tool11(cases: &[conformance::subject::tool11::Tool11Case]) -> Result<Vec<CaseResult>, String> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let reference = Tool11Reference::start(None).await.map_err(|error| error.to_string())?;
    let finished = run_tool11(&reference.world, cases, &RunOptions::default(), &Unwatched).await;
    finished.map(|finished| finished.report.results).map_err(|stopped| stopped.to_string())
}

async fn platform11(cases: &[conformance::subject::platform11::Platform11Case]) -> Result<Vec<CaseResult>, String> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let reference = Platform11Reference::start(None).await.map_err(|error| error.to_string())?;
    let finished = run_platform11(&reference.world, cases, &RunOptions::default(), &Unwatched).await;
    finished.map(|finished| finished.report.results).map_err(|stopped| stopped.to_string())
}

async fn issuer(cases: &[conformance::subject::issuer::IssuerCase]) -> Result<Vec<CaseResult>, String> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let reference = IssuerReference::start(None).await.map_err(|error| error.to_string())?;
    let finished = run_issuer(&reference.world, cases, &RunOptions::default(), &Unwatched).await;
    finished.map(|finished| finished.report.results).map_err(|stopped| stopped.to_string())
}

async fn client(cases: &[conformance::subject::client::ClientCase]) -> Result<Vec<CaseResult>, String> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let reference = ClientReference::start(None).await.map_err(|error| error.to_string())?;
    let finished = run_client(&reference.world, cases, &RunOptions::default(), &Unwatched).await;
    finished.map(|finished| finished.report.results).map_err(|stopped| stopped.to_string())
}

fn verdict(results: &[CaseResult], id: &str) -> Result<(), Failed> {
    let result = results.iter().find(|result| result.id == id).ok_or("the suite gave no result")?;
    let reason = result.reason.clone().unwrap_or_default();
    match result.verdict {
        Verdict::Pass | Verdict::Info => Ok(()),
        Verdict::Skip if ENVIRONMENT.iter().any(|words| reason.contains(words)) => Ok(()),
        Verdict::Skip | Verdict::Review if NOT_JUDGED.contains(&id) => Ok(()),
        Verdict::Unsupported if NOT_DONE.contains(&id) => Ok(()),
        verdict => Err(format!("{verdict}: {} {reason}", result.observed).into()),
    }
}
