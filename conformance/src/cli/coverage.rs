//! `list --coverage`: each requirement with the cases that try it and the flaws that prove those, or why there is no case;
//! counted for each document.

use std::io::{self, Write as _};

use lti_core::requirement::{Level, Requirement, Spec};
use serde::Serialize;

use super::{Exit, UsageError, arguments::Format, list::known_suite, read_enough};
use crate::{report::model::ClauseRef, requirement, suite};

/// What the catalogue covers.
#[derive(Debug, Serialize)]
struct Coverage {
    /// Each document, with how many of its requirements have cases.
    documents: Vec<Document>,
    /// Each requirement, in the order of the tables.
    requirements: Vec<Covered>,
}

/// How far a document is covered. A requirement counts for each document that it cites.
#[derive(Debug, Serialize)]
struct Document {
    name: &'static str,
    url: &'static str,
    /// How many requirements cite it.
    requirements: usize,
    /// How many of those have a case.
    with_cases: usize,
    /// How many of those have a case that a flaw proves.
    proven: usize,
}

/// A requirement with what tries it.
#[derive(Debug, Serialize)]
struct Covered {
    id: &'static str,
    sentence: &'static str,
    level: Levels,
    risk: &'static str,
    clauses: Vec<ClauseRef>,
    cases: Vec<Trying>,
    /// Why there is no case.
    reason: Option<&'static str>,
    #[serde(skip)]
    rule: &'static Requirement,
}

/// How hard it binds whom.
#[derive(Debug, Serialize)]
struct Levels {
    platform: &'static str,
    tool: &'static str,
}

/// A case, and the doubles under whose flaw it changes.
#[derive(Debug, Serialize)]
struct Trying {
    id: &'static str,
    suite: &'static str,
    flaws: Vec<&'static str>,
}

impl Covered {
    fn is_proven(&self) -> bool {
        self.cases.iter().any(|case| !case.flaws.is_empty())
    }
}

/// Lists the requirements with what tries them; of one suite those that bind its subject or that its cases cite.
pub(super) fn coverage(suite: Option<&str>, format: Format) -> Result<Exit, UsageError> {
    if let Some(name) = suite {
        known_suite(name)?;
    }
    let coverage = measured(suite);
    let mut out = io::stdout().lock();
    let written = match format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&coverage).map_err(|error| UsageError(error.to_string()))?;
            writeln!(out, "{text}")
        }
        Format::Text => print(&mut out, &coverage),
    };
    read_enough(written).map_err(|error| UsageError(format!("the list cannot be written: {error}")))?;
    Ok(Exit::Clean)
}

fn measured(suite: Option<&str>) -> Coverage {
    let cases = suite::all();
    let requirements: Vec<Covered> = requirement::all()
        .map(|rule| {
            let citing = cases.iter().filter(|(name, case)| {
                suite.is_none_or(|wanted| wanted == *name) && case.requirements.contains(&rule.id)
            });
            covered(suite, rule, citing.map(|(suite, case)| trying(suite, case.id)).collect())
        })
        .filter(|covered| suite.is_none_or(|suite| !covered.cases.is_empty() || binds(covered.rule, suite)))
        .collect();
    let mut specs: Vec<Spec> = Vec::new();
    for spec in requirements.iter().flat_map(|covered| covered.rule.clauses).map(|clause| clause.spec) {
        if !specs.contains(&spec) {
            specs.push(spec);
        }
    }
    let documents = specs.into_iter().map(|spec| document(spec, &requirements)).collect();
    Coverage { documents, requirements }
}

fn trying(suite: &'static str, id: &'static str) -> Trying {
    Trying { id, suite, flaws: suite::flaws(id) }
}

fn covered(suite: Option<&str>, rule: &'static Requirement, cases: Vec<Trying>) -> Covered {
    Covered {
        id: rule.id,
        sentence: rule.sentence,
        level: Levels { platform: rule.platform.as_str(), tool: rule.tool.as_str() },
        risk: rule.risk.as_str(),
        clauses: requirement::clauses(&[rule]),
        reason: requirement::untested(suite, rule.id).filter(|_| cases.is_empty()),
        cases,
        rule,
    }
}

/// Whether a requirement binds what a suite judges.
fn binds(rule: &Requirement, suite: &str) -> bool {
    // The levels of one kind of rule say nothing of those whom the other kind binds.
    let of_oauth2 = requirement::parties(rule.id) == requirement::parties("oauth2-");
    of_oauth2 == matches!(suite, "issuer" | "client") && suite::binding(suite, rule) != Level::None
}

fn document(spec: Spec, requirements: &[Covered]) -> Document {
    let citing: Vec<&Covered> =
        requirements.iter().filter(|covered| covered.rule.clauses.iter().any(|clause| clause.spec == spec)).collect();
    Document {
        name: spec.name,
        url: spec.url,
        requirements: citing.len(),
        with_cases: citing.iter().filter(|covered| !covered.cases.is_empty()).count(),
        proven: citing.iter().filter(|covered| covered.is_proven()).count(),
    }
}

fn print(out: &mut impl io::Write, coverage: &Coverage) -> io::Result<()> {
    for covered in &coverage.requirements {
        let Levels { platform, tool } = covered.level;
        let (gives, takes) = requirement::parties(covered.id);
        writeln!(out, "{}  ({gives} {platform}, {takes} {tool}, risk {})", covered.id, covered.risk)?;
        writeln!(out, "    {}", covered.sentence)?;
        for clause in &covered.clauses {
            writeln!(out, "    {}, {}", clause.spec, clause.section)?;
        }
        for case in &covered.cases {
            let flaws = if case.flaws.is_empty() { "no flaw".to_owned() } else { case.flaws.join(", ") };
            writeln!(out, "    case {}  proven by {flaws}", case.id)?;
        }
        if covered.cases.is_empty() {
            writeln!(out, "    no case: {}", covered.reason.unwrap_or("in this suite"))?;
        }
    }
    writeln!(out, "\n{:42} {:>12} {:>10} {:>7}", "document", "requirements", "with cases", "proven")?;
    for Document { name, requirements, with_cases, proven, .. } in &coverage.documents {
        writeln!(out, "{name:42} {requirements:>12} {with_cases:>10} {proven:>7}")?;
    }
    let with_cases = coverage.requirements.iter().filter(|covered| !covered.cases.is_empty()).count();
    let proven = coverage.requirements.iter().filter(|covered| covered.is_proven()).count();
    writeln!(out, "{:42} {:>12} {with_cases:>10} {proven:>7}", "all", coverage.requirements.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_counts_what_cites_it() {
        let coverage = measured(None);
        for document in &coverage.documents {
            assert!(document.requirements >= document.with_cases && document.with_cases >= document.proven);
            assert!(document.requirements > 0, "{}", document.name);
        }
        for name in ["Security Framework 1.0", "LTI Core 1.3", "LTI Advantage Certification Guide 1.3"] {
            assert!(coverage.documents.iter().any(|document| document.name == name && document.proven > 0), "{name}");
        }
    }
}
