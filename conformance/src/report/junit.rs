//! `junit.xml`: what build servers read.
//!
//! `fail` is a failure, `skip` and `unsupported` are skipped with their reason, everything else passes; what `warn`,
//! `info` and `review` have to say stands in `system-out`. A suite of the format is a run, a class an area of the suite.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::model::{CaseResult, Report, RunReport, Verdict};
use super::redact::Redacted;
use super::words;

/// Writes a report as `JUnit` XML.
///
/// # Errors
/// Whatever the writer answers.
pub fn write(report: &Redacted<Report>, out: &mut impl io::Write) -> io::Result<()> {
    let mut junit = quick_junit::Report::new("lti-conformance");
    junit.set_time(Duration::from_millis(report.runs.iter().map(|run| run.duration_ms).sum()));
    junit.add_test_suites(report.runs.iter().map(|run| suite(&report.started, run)));
    junit.serialize(&mut *out).map_err(io::Error::other)?;
    Ok(())
}

fn suite(started: &str, run: &RunReport) -> TestSuite {
    let name = match &run.variant {
        Some(variant) => format!("{} ({variant})", run.suite),
        None => run.suite.clone(),
    };
    let mut suite = TestSuite::new(name);
    suite.set_time(Duration::from_millis(run.duration_ms));
    suite.add_property(("subject", run.subject.as_str()));
    suite.add_property(("started", started));
    suite.add_property(("certification", if run.certification { "true" } else { "false" }));
    suite.add_test_cases(run.results.iter().map(|result| case(run, result)));
    suite
}

fn case(run: &RunReport, result: &CaseResult) -> TestCase {
    let mut case = TestCase::new(result.id.as_str(), status(run, result));
    case.set_classname(format!("{}.{}", run.suite, result.area));
    case.set_time(Duration::from_millis(result.duration_ms));
    case.add_property(("verdict", result.verdict.as_str()));
    case.add_property(("level", result.level.as_str()));
    case.add_property(("risk", result.risk.as_str()));
    for requirement in &result.requirements {
        case.add_property(("requirement", requirement.as_str()));
    }
    if matches!(result.verdict, Verdict::Warn | Verdict::Info | Verdict::Review) {
        case.set_system_out(evidence(run, result));
    }
    case
}

fn status(run: &RunReport, result: &CaseResult) -> TestCaseStatus {
    match result.verdict {
        Verdict::Fail => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(format!("{}, {}", words::duty(result), words::risk(result)));
            status.set_type(result.level.as_str());
            status.set_description(evidence(run, result));
            status
        }
        Verdict::Skip | Verdict::Unsupported => {
            let mut status = TestCaseStatus::skipped();
            let reason = result.reason.as_deref().unwrap_or("the subject does not do this optional thing");
            status.set_message(format!("{}: {reason}", result.verdict));
            status
        }
        Verdict::Pass | Verdict::Warn | Verdict::Info | Verdict::Review => TestCaseStatus::success(),
    }
}

/// What a person needs to understand the result, a line each.
fn evidence(run: &RunReport, result: &CaseResult) -> String {
    let mut text = format!("{}: {}\n", result.verdict, result.title);
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "{label:<9} {value}");
        }
    };
    line("duty", &format!("{}, {}", words::duty(result), words::risk(result)));
    line("reason", result.reason.as_deref().unwrap_or_default());
    line("guide", result.certification.as_deref().unwrap_or_default());
    for clause in &result.clauses {
        line("clause", &format!("{}, {}  {}", clause.spec, clause.section, clause.url));
    }
    line("sent", &result.sent);
    line("expected", &result.expected);
    line("seen", &result.observed);
    line("mend", &result.hint);
    line("try", &words::again(run, result).unwrap_or_default());
    text
}
