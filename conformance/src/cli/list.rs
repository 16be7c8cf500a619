//! The catalogue: listed, explained, and as a document.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Exit, UsageError, arguments::Format, selection::nearest, show};
use crate::{
    case::{Case, Outcome},
    report::model::ClauseRef,
    requirement, suite, variant,
};

/// One case of the catalogue.
#[derive(Debug, Serialize)]
struct Listed {
    id: &'static str,
    suite: &'static str,
    title: &'static str,
    requirements: &'static [&'static str],
    level: &'static str,
    clauses: Vec<ClauseRef>,
    certification: Option<&'static str>,
    flaws: Vec<&'static str>,
}

/// Whether there is a suite of this name.
///
/// # Errors
/// When there is none.
pub(super) fn known_suite(name: &str) -> Result<(), UsageError> {
    if suite::NAMES.contains(&name) {
        return Ok(());
    }
    Err(UsageError(format!("no suite is called {name}; there is {}", suite::NAMES.join(", "))))
}

/// Lists the catalogue.
pub(super) fn list(suite: Option<&str>, format: Format) -> Result<Exit, UsageError> {
    if let Some(name) = suite {
        known_suite(name)?;
    }
    let cases: Vec<Listed> = suite::all()
        .iter()
        .filter(|(name, _)| suite.is_none_or(|wanted| wanted == *name))
        .map(|(name, case)| listed(name, case))
        .collect();
    match format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&cases).map_err(|error| UsageError(error.to_string()))?;
            show(&format!("{text}\n"));
        }
        Format::Text => {
            let line = |case: &Listed| format!("{:34} {:13} {}\n", case.id, case.level, case.title);
            show(&format!("{}{} cases\n", cases.iter().map(line).collect::<String>(), cases.len()));
        }
    }
    Ok(Exit::Clean)
}

fn listed(suite: &'static str, case: &Case<()>) -> Listed {
    let rules: Vec<_> = case.requirements.iter().filter_map(|id| requirement::find(id)).collect();
    let clauses = requirement::clauses(&rules);
    Listed {
        id: case.id,
        suite,
        title: case.title,
        requirements: case.requirements,
        level: suite::level(suite, &rules),
        clauses,
        certification: case.certification,
        flaws: suite::flaws(case.id),
    }
}

/// Explains a case or a requirement.
pub(super) fn explain(id: &str) -> Result<Exit, UsageError> {
    let cases = suite::all();
    if let Some((name, case)) = cases.iter().find(|(_, case)| case.id == id) {
        show(&explain_case(name, case));
        return Ok(Exit::Clean);
    }
    if let Some(variant) = variant::find(id) {
        show(&super::variants::explain(variant));
        return Ok(Exit::Clean);
    }
    if let Some(rule) = requirement::find(id) {
        let judged: Vec<&str> =
            cases.iter().filter(|(_, case)| case.requirements.contains(&id)).map(|(_, case)| case.id).collect();
        let judged = if judged.is_empty() { "none yet".to_owned() } else { judged.join(", ") };
        show(&format!("{}  cases     {judged}\n", explain_rule(rule)));
        return Ok(Exit::Clean);
    }
    let known: Vec<&'static str> =
        cases.iter().map(|(_, case)| case.id).chain(requirement::all().map(|rule| rule.id)).collect();
    Err(UsageError(format!("nothing is called {id}{}", nearest(id, &known))))
}

fn explain_case(suite: &'static str, case: &Case<()>) -> String {
    let listed = listed(suite, case);
    let mut text = format!("{}\n  what      {}\n  sent      {}\n", case.id, case.title, case.sent);
    let mut line = |label: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {label:9} {value}");
    };
    if let Some(row) = case.certification {
        line("row", row);
    }
    for (answer, outcome) in suite::answers(case.id) {
        line(answer, worth(outcome));
    }
    if !listed.flaws.is_empty() {
        line("proof", &listed.flaws.join(", "));
    }
    for rule in case.requirements.iter().filter_map(|id| requirement::find(id)) {
        text.push_str(&explain_rule(rule));
    }
    text
}

/// What an answer is worth, for people.
const fn worth(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::FailCertified => "warn, fail under --certification",
        Outcome::InfoCertified => "info, fail under --certification",
        Outcome::Warn => "warn",
        Outcome::Info => "info",
    }
}

fn explain_rule(rule: &lti_core::requirement::Requirement) -> String {
    let (gives, takes) = requirement::parties(rule.id);
    let mut text = format!(
        "{}\n  rule      {}\n  level     {gives} {}, {takes} {}\n  risk      {}: {}\n",
        rule.id, rule.sentence, rule.platform, rule.tool, rule.risk, rule.harm
    );
    for clause in rule.clauses {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  clause    {clause}  {}", clause.url());
    }
    let _ = writeln!(text, "  mend      {}", rule.hint);
    text
}

/// Prints the catalogue as Markdown.
pub(super) fn catalog() -> Exit {
    show(&markdown());
    Exit::Clean
}

/// The catalogue as a document.
fn markdown() -> String {
    let mut text = String::from(
        "# Catalogue\n\nEvery case, in the order in which a suite runs it. Generated by `cargo xtask catalog`; `lti-conformance \
         explain ID` says more.\n",
    );
    let mut area = ("", "");
    for (suite, case) in suite::all() {
        if area != (suite, case.area) {
            area = (suite, case.area);
            let _ = write!(
                text,
                "\n## {suite}: {}\n\n| id | level | clause | what | certification |\n|---|---|---|---|---|\n",
                case.area
            );
        }
        let listed = listed(suite, &case);
        let clause = listed
            .clauses
            .first()
            .map_or_else(String::new, |clause| format!("[{}, {}]({})", clause.spec, clause.section, clause.url));
        let row = case.certification.unwrap_or_default();
        let _ = writeln!(text, "| `{}` | {} | {clause} | {} | {row} |", case.id, listed.level, case.title);
    }
    text
}
