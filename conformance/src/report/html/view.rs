//! The report as the page shows it: everything decided, nothing left for the template but to print.

use std::collections::BTreeSet;

use super::sequence::Sequence;
use super::shown;
use crate::report::model::{CaseResult, ClauseRef, Note, Report, RunReport, Verdict};
use crate::report::words;

/// A run as the page shows it.
#[derive(Debug)]
pub(super) struct RunView {
    /// The id of its section.
    pub(super) anchor: String,
    /// What was judged, in words.
    pub(super) judged: String,
    /// What was judged: a name and address.
    pub(super) subject: String,
    /// The variant played and whether it was a certification run.
    pub(super) mode: Option<String>,
    /// The verdict in one sentence.
    pub(super) verdict: String,
    /// The verdict that colours the sentence.
    pub(super) tone: &'static str,
    /// The outcomes, as a bar and as text.
    pub(super) outcomes: Vec<Outcome>,
    /// The counts in one line.
    pub(super) counts: String,
    /// Why cases were skipped, and how many warnings a certification run would count as failures.
    pub(super) remarks: Vec<String>,
    /// How long it took.
    pub(super) duration: String,
    /// The preamble: stage, text, time.
    pub(super) notes: Vec<(String, String, String)>,
    /// Findings, worst first.
    pub(super) findings: Vec<CaseView>,
    /// Every case, by area.
    pub(super) areas: Vec<AreaView>,
}

/// How many cases ended so, and where that lies on the bar of a thousand units.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The verdict's word.
    pub(super) verdict: &'static str,
    /// Its sign, which does not depend on colours.
    pub(super) sign: &'static str,
    /// How many cases.
    pub(super) count: u32,
    /// Where its piece of the bar begins.
    pub(super) start: u32,
    /// How long its piece of the bar is.
    pub(super) length: u32,
}

/// An area of the suite.
#[derive(Debug)]
pub(super) struct AreaView {
    /// Its name.
    pub(super) name: String,
    /// Its cases, in the order of the catalogue.
    pub(super) cases: Vec<CaseView>,
}

/// A case as the page shows it.
#[derive(Debug)]
pub(super) struct CaseView {
    /// The id of its element.
    pub(super) anchor: String,
    /// The case's id.
    pub(super) id: String,
    /// What it asks.
    pub(super) title: String,
    /// The verdict's word.
    pub(super) verdict: &'static str,
    /// The verdict's sign.
    pub(super) sign: &'static str,
    /// Whether it is among the findings.
    pub(super) finding: bool,
    /// Level and duty.
    pub(super) duty: String,
    /// The risk's word.
    pub(super) risk: String,
    /// What somebody gets when the rule is broken.
    pub(super) harm: String,
    /// The clauses, with an address where it can be followed.
    pub(super) clauses: Vec<(String, Option<String>)>,
    /// The requirements judged.
    pub(super) requirements: String,
    /// Label and text of the evidence, in the order in which it is read.
    pub(super) evidence: Vec<(&'static str, String)>,
    /// The command that runs it alone.
    pub(super) again: Option<String>,
    /// How long it took.
    pub(super) duration: String,
    /// What the filter looks in, in lower case.
    pub(super) words: String,
    /// What went over the wire.
    pub(super) sequence: Sequence,
}

/// Every run of a report, with ids that no two share.
pub(super) fn runs(report: &Report) -> Vec<RunView> {
    let mut ids = BTreeSet::new();
    report.runs.iter().map(|run| run_view(run, &mut ids)).collect()
}

fn run_view(run: &RunReport, ids: &mut BTreeSet<String>) -> RunView {
    let anchor = unique(&format!("run-{}", run.suite), ids);
    let anchors: Vec<String> = run.results.iter().map(|result| unique(&result.id, ids)).collect();
    let view = |at: usize| case_view(run, &run.results[at], anchors[at].clone());
    let found = words::findings(run).into_iter().filter_map(|finding| {
        let at = run.results.iter().position(|result| std::ptr::eq(result, finding))?;
        Some(view(at))
    });
    RunView {
        judged: words::judged(&run.suite).to_owned(),
        subject: shown(&run.subject),
        mode: mode(run),
        verdict: shown(&words::verdict(run)),
        tone: tone(run),
        outcomes: outcomes(run),
        counts: shown(&words::counts(run)),
        remarks: words::skipped(run).iter().map(|reason| shown(reason)).chain(words::certification_note(run)).collect(),
        duration: words::duration(run.duration_ms),
        notes: run.notes.iter().map(note).collect(),
        findings: found.collect(),
        areas: areas(run, view),
        anchor,
    }
}

/// A line of the preamble: stage, text, time.
fn note(note: &Note) -> (String, String, String) {
    let time = if note.duration_ms == 0 { String::new() } else { words::duration(note.duration_ms) };
    (shown(&note.stage), shown(&note.text), time)
}

fn mode(run: &RunReport) -> Option<String> {
    let variant = run.variant.as_ref().map(|variant| format!("variant {}", shown(variant)));
    let certification = run.certification.then(|| "certification run".to_owned());
    let parts: Vec<String> = variant.into_iter().chain(certification).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn tone(run: &RunReport) -> &'static str {
    let summary = run.summary;
    match (summary.fail, summary.warn, summary.pass) {
        (0, 0, 0) => "skip",
        (0, 0, _) => "pass",
        (0, _, _) => "warn",
        _ => "fail",
    }
}

/// The pieces of the bar, worst first; together they are a thousand units long.
fn outcomes(run: &RunReport) -> Vec<Outcome> {
    const LENGTH: u32 = 1000;
    let order = [
        Verdict::Fail,
        Verdict::Warn,
        Verdict::Review,
        Verdict::Info,
        Verdict::Pass,
        Verdict::Unsupported,
        Verdict::Skip,
    ];
    let total = run.summary.total().max(1);
    let mut before = 0;
    let piece = |verdict: Verdict| {
        let count = run.summary.count(verdict);
        let start = before * LENGTH / total;
        before += count;
        let length = before * LENGTH / total - start;
        Outcome { verdict: verdict.as_str(), sign: sign(verdict), count, start, length }
    };
    order.into_iter().map(piece).filter(|outcome| outcome.count > 0).collect()
}

fn areas(run: &RunReport, view: impl Fn(usize) -> CaseView) -> Vec<AreaView> {
    let mut areas: Vec<AreaView> = Vec::new();
    for (at, result) in run.results.iter().enumerate() {
        let name = shown(&result.area);
        match areas.iter_mut().find(|area| area.name == name) {
            Some(area) => area.cases.push(view(at)),
            None => areas.push(AreaView { name, cases: vec![view(at)] }),
        }
    }
    areas
}

fn case_view(run: &RunReport, result: &CaseResult, anchor: String) -> CaseView {
    let words_of =
        [&result.id, &result.title, &result.area, &result.level, &result.observed].map(String::as_str).join(" ");
    CaseView {
        anchor,
        id: shown(&result.id),
        title: shown(&result.title),
        verdict: result.verdict.as_str(),
        sign: sign(result.verdict),
        finding: words::is_finding(result.verdict),
        duty: shown(&words::duty(result)),
        risk: shown(&result.risk),
        harm: shown(&result.harm),
        clauses: result.clauses.iter().map(clause).collect(),
        requirements: shown(&result.requirements.join(", ")),
        evidence: evidence(result),
        again: words::again(run, result).map(|again| shown(&again)),
        duration: words::duration(result.duration_ms),
        words: shown(&format!("{words_of} {}", result.requirements.join(" "))).to_lowercase(),
        sequence: Sequence::new(&result.exchanges, &run.control),
    }
}

/// A clause, and its address if that is one a browser should follow.
fn clause(clause: &ClauseRef) -> (String, Option<String>) {
    let url = Some(clause.url.clone()).filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    (shown(&format!("{}, {}", clause.spec, clause.section)), url)
}

fn evidence(result: &CaseResult) -> Vec<(&'static str, String)> {
    let reason = if result.verdict == Verdict::Review { "Look at" } else { "Why" };
    let rows = [
        ("Sent", result.sent.as_str()),
        ("Expected", result.expected.as_str()),
        ("Seen", result.observed.as_str()),
        (reason, result.reason.as_deref().unwrap_or_default()),
        ("Mend", result.hint.as_str()),
        ("Guide row", result.certification.as_deref().unwrap_or_default()),
    ];
    // How to mend what is not broken helps nobody.
    let wanted = |label: &str| label != "Mend" || words::is_finding(result.verdict);
    rows.into_iter()
        .filter(|(label, text)| wanted(label) && !text.trim().is_empty())
        .map(|(label, text)| (label, shown(text)))
        .collect()
}

/// A sign that tells the verdict without colours.
const fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✓",
        Verdict::Fail => "✕",
        Verdict::Warn => "!",
        Verdict::Info => "i",
        Verdict::Unsupported => "–",
        Verdict::Review => "?",
        Verdict::Skip => "»",
    }
}

/// The id itself, or with a number where an earlier run has it: a suite may be run in several variants.
fn unique(id: &str, ids: &mut BTreeSet<String>) -> String {
    let id: String = id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
    let numbered = std::iter::once(id.clone()).chain((2_u32..).map(|number| format!("{id}-run{number}")));
    let free = numbered.into_iter().find(|candidate| !ids.contains(candidate)).unwrap_or(id);
    ids.insert(free.clone());
    free
}
