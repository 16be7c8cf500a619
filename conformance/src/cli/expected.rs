//! Findings that are known: read from a file, compared with what a run found, and printed so that they can be pasted into it.
//!
//! An entry names cases by a pattern, and may narrow that by requirement, suite and variant. Where two entries match one
//! case, the earlier one counts: the exception stands before the rule. Whatever the file says that is not so any more
//! fails the run, so that it cannot go stale.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use globset::GlobMatcher;
use serde::Deserialize;
use toml::Spanned;

use super::{
    UsageError,
    arguments::RunArguments,
    selection::{compile, nearest},
};
use crate::{
    config,
    report::{
        model::{CaseResult, RunReport, Verdict},
        redact::Redactor,
    },
    requirement, suite,
};

/// The word for a run that plays no variant, in an entry's `variant`.
const PLAIN: &str = "plain";

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    expected: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    case: Spanned<String>,
    requirement: Option<String>,
    #[serde(default = "fail")]
    verdict: Verdict,
    #[serde(default)]
    reason: String,
    suite: Option<String>,
    variant: Option<String>,
}

const fn fail() -> Verdict {
    Verdict::Fail
}

/// A finding that is known: the run stays green while it is there, and turns red when it has gone.
#[derive(Debug, Clone)]
struct Entry {
    /// The line that names the cases.
    line: usize,
    /// Which cases, as it is written.
    case: String,
    matcher: GlobMatcher,
    /// Only cases that judge this requirement.
    requirement: Option<String>,
    /// How they end.
    verdict: Verdict,
    /// Why it is so.
    reason: String,
    /// Only in this suite.
    suite: Option<String>,
    /// Only in this variant.
    variant: Option<String>,
}

impl Entry {
    fn matches(&self, suite: &str, id: &str, requirements: &[impl AsRef<str>]) -> bool {
        self.matcher.is_match(id)
            && self.suite.as_deref().is_none_or(|wanted| wanted == suite)
            && self.requirement.as_deref().is_none_or(|wanted| requirements.iter().any(|id| id.as_ref() == wanted))
    }

    fn plays(&self, variant: Option<&str>) -> bool {
        self.variant.as_deref().is_none_or(|wanted| wanted == variant.unwrap_or(PLAIN))
    }

    /// The entry's cases as a person calls them.
    fn named(&self) -> String {
        self.requirement.as_ref().map_or_else(|| self.case.clone(), |rule| format!("{} ({rule})", self.case))
    }
}

/// The findings that are known.
#[derive(Debug, Clone, Default)]
pub(super) struct Expectations {
    path: PathBuf,
    entries: Vec<Entry>,
}

/// How the results compare with what is expected.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Comparison {
    /// Findings that are not expected, each as an entry to paste.
    pub(super) unexpected: Vec<Unexpected>,
    /// What the file says that is not so: a line each.
    pub(super) wrong: Vec<String>,
}

/// A finding that is not expected.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unexpected {
    /// `tool-aud-foreign: fail`.
    pub(super) finding: String,
    /// The entry for it.
    pub(super) entry: String,
}

impl Comparison {
    /// Whether everything is as expected.
    pub(super) const fn is_clean(&self) -> bool {
        self.unexpected.is_empty() && self.wrong.is_empty()
    }
}

impl Expectations {
    /// The expectations that the arguments name; none where they name no file.
    ///
    /// # Errors
    /// When the file cannot be read: one line that says where.
    pub(super) fn of(arguments: &RunArguments) -> Result<Option<Self>, UsageError> {
        arguments.expected_failures.as_deref().map(Self::read).transpose()
    }

    fn read(path: &Path) -> Result<Self, UsageError> {
        let name = path.display();
        let text =
            std::fs::read_to_string(path).map_err(|error| UsageError(format!("{name}: cannot be read: {error}")))?;
        let entries = Self::parse(&text, &name.to_string())?;
        Ok(Self { path: path.to_owned(), entries })
    }

    fn parse(text: &str, name: &str) -> Result<Vec<Entry>, UsageError> {
        let file: File = toml::from_str(text).map_err(|error| config::explain(text, name, &error))?;
        file.expected
            .into_iter()
            .map(|row| {
                let line = config::line_of(text, row.case.span().start);
                let case = row.case.into_inner();
                let matcher =
                    compile(&case).map_err(|error| UsageError(format!("{name}:{line}: case \"{case}\": {error}")))?;
                let Row { requirement, verdict, reason, suite, variant, .. } = row;
                Ok(Entry { line, case, matcher, requirement, verdict, reason, suite, variant })
            })
            .collect()
    }

    /// Compares runs with the expected findings. A finding is a `fail`, and with `strict` a `warn` as well; an expectation
    /// of any verdict is checked in any case.
    pub(super) fn compare(&self, runs: &[RunReport], strict: bool) -> Comparison {
        let mut comparison = Comparison::default();
        for run in runs {
            self.compare_run(run, strict, &mut comparison);
        }
        comparison.wrong.extend(self.entries.iter().enumerate().filter_map(|(at, entry)| {
            let what = self.fault(at, entry, runs)?;
            Some(format!("{}:{}: {what}", self.path.display(), entry.line))
        }));
        comparison
    }

    fn compare_run(&self, run: &RunReport, strict: bool, comparison: &mut Comparison) {
        for result in &run.results {
            let entry = self.entries.iter().find(|entry| {
                entry.plays(run.variant.as_deref()) && entry.matches(&run.suite, &result.id, &result.requirements)
            });
            let counts = result.verdict == Verdict::Fail || (strict && result.verdict == Verdict::Warn);
            match entry {
                Some(entry) if entry.verdict == result.verdict => {}
                Some(entry) if !matches!(result.verdict, Verdict::Skip | Verdict::Unsupported) => {
                    comparison.wrong.push(format!(
                        "{}:{}: {}{} is no longer there: expected {}, seen {}; take it off the list",
                        self.path.display(),
                        entry.line,
                        result.id,
                        in_variant(run),
                        entry.verdict,
                        result.verdict
                    ));
                }
                _ if counts => comparison.unexpected.push(unexpected(run, result)),
                _ => {}
            }
        }
    }

    /// What is wrong with an entry by itself.
    fn fault(&self, at: usize, entry: &Entry, runs: &[RunReport]) -> Option<String> {
        if entry.reason.trim().is_empty() {
            return Some(format!("{} has no reason: say why it is known and stays", entry.named()));
        }
        if let Some(rule) = entry.requirement.as_deref().filter(|rule| requirement::find(rule).is_none()) {
            return Some(format!("no requirement is called {rule}: the entry is stale"));
        }
        let known: Vec<Known> =
            known(runs).into_iter().filter(|case| entry.matches(case.suite, &case.id, &case.rules)).collect();
        if known.is_empty() {
            let ids: Vec<&'static str> = suite::all().iter().map(|(_, case)| case.id).collect();
            let narrowed = ids.iter().any(|id| entry.matcher.is_match(id));
            let meant = if narrowed { String::new() } else { nearest(&entry.case, &ids) };
            return Some(format!("no case matches {}{meant}: the entry is stale", entry.named()));
        }
        let covered = |case: &Known| {
            self.entries[..at].iter().any(|earlier| {
                (earlier.variant.is_none() || earlier.variant == entry.variant)
                    && earlier.matches(case.suite, &case.id, &case.rules)
            })
        };
        if known.iter().all(covered) {
            return Some(format!("{}: earlier entries match all of its cases, so it is never used", entry.named()));
        }
        // A recording lists only what it breaks: what is not listed is not broken.
        let captured = runs.iter().find(|run| run.captured && entry.plays(run.variant.as_deref()))?;
        let seen = |result: &CaseResult| entry.matches(&captured.suite, &result.id, &result.requirements);
        let of_captures = known.iter().all(|case| case.id.contains(CAPTURED));
        (of_captures && !captured.results.iter().any(seen))
            .then(|| format!("{} is no longer there: take it off the list", entry.named()))
    }
}

/// What stands in the id of a finding in a recording.
const CAPTURED: &str = "-capture-";

/// A case that an entry can mean.
struct Known {
    suite: &'static str,
    id: String,
    rules: Vec<&'static str>,
}

/// Every case of the catalogue, and every finding that a recording can have where one was judged.
fn known(runs: &[RunReport]) -> Vec<Known> {
    let catalogue = suite::all().into_iter().map(|(suite, case)| Known {
        suite,
        id: case.id.to_owned(),
        rules: case.requirements.to_vec(),
    });
    let captured = runs.iter().any(|run| run.captured);
    let of_captures = requirement::all().filter(|_| captured).map(|rule| Known {
        suite: "tool",
        id: rule.id.replacen("lti13-", "tool-capture-", 1),
        rules: vec![rule.id],
    });
    catalogue.chain(of_captures).collect()
}

/// An entry for a finding that is not expected, with what was seen as the reason to start from.
fn unexpected(run: &RunReport, result: &CaseResult) -> Unexpected {
    let mut entry = format!("[[expected]]\ncase = {}\n", quoted(&result.id));
    let mut line = |key: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(entry, "{key} = {}", quoted(value));
    };
    if let Some(rule) = result.requirements.first() {
        line("requirement", rule);
    }
    if let Some(variant) = &run.variant {
        line("variant", variant);
    }
    line("verdict", result.verdict.as_str());
    line("reason", &format!("not explained yet; seen: {}", result.observed));
    Unexpected { finding: format!("{}{}: {}", result.id, in_variant(run), result.verdict), entry }
}

fn in_variant(run: &RunReport) -> String {
    run.variant.as_ref().map_or_else(String::new, |variant| format!(" in variant {variant}"))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.split_whitespace().collect::<Vec<_>>().join(" ")).to_string()
}

/// Looks whether the file can be read, so that a mistake in it is told before the run and not behind it.
///
/// # Errors
/// As [`judge`].
pub(super) fn check(arguments: &RunArguments) -> Result<(), UsageError> {
    Expectations::of(arguments).map(drop)
}

/// Compares runs with the expected findings and says on standard error where they differ; whether all is as expected.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn judge(runs: &[RunReport], arguments: &RunArguments) -> Result<bool, UsageError> {
    let known = Expectations::of(arguments)?;
    let redactor = Redactor::new();
    let shown: Vec<RunReport> = runs.iter().map(|run| RunReport::clone(&redactor.run(run))).collect();
    let comparison = known.clone().unwrap_or_default().compare(&shown, arguments.strict);
    if let Some(known) = &known {
        eprint!("{}", told(&comparison, &known.path));
    }
    Ok(comparison.is_clean())
}

/// The differences, for people.
fn told(comparison: &Comparison, path: &Path) -> String {
    let mut text = String::new();
    for line in &comparison.wrong {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "error: {line}");
    }
    for Unexpected { finding, .. } in &comparison.unexpected {
        let _ = writeln!(text, "error: not among the expected findings: {finding}");
    }
    if !comparison.unexpected.is_empty() {
        let _ = writeln!(text, "\nto expect what is known, paste into {} and say why:\n", path.display());
        for Unexpected { entry, .. } in &comparison.unexpected {
            let _ = writeln!(text, "{entry}");
        }
    }
    text
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::report::model::Summary;

    fn result(id: &str, rules: &[&str], verdict: Verdict) -> CaseResult {
        CaseResult {
            id: id.to_owned(),
            title: String::new(),
            area: String::new(),
            requirements: rules.iter().map(|&rule| rule.to_owned()).collect(),
            level: "MUST".to_owned(),
            duty: "reject".to_owned(),
            risk: "high".to_owned(),
            harm: String::new(),
            verdict,
            reason: None,
            certification: None,
            clauses: Vec::new(),
            sent: String::new(),
            expected: String::new(),
            observed: "200, page says \"Welcome\": signed in".to_owned(),
            hint: String::new(),
            duration_ms: 0,
            exchanges: Vec::new(),
        }
    }

    fn run(variant: Option<&str>, results: Vec<CaseResult>) -> RunReport {
        RunReport {
            suite: "tool".to_owned(),
            subject: String::new(),
            variant: variant.map(str::to_owned),
            certification: false,
            command: String::new(),
            captured: false,
            notes: Vec::new(),
            summary: Summary::of(&results),
            results,
            control: Vec::new(),
            duration_ms: 0,
        }
    }

    fn seen(verdict: Verdict) -> RunReport {
        run(
            None,
            vec![
                result("tool-aud-foreign", &["lti13-token-aud"], verdict),
                result("tool-aud-missing", &["lti13-token-aud-missing"], Verdict::Pass),
            ],
        )
    }

    fn judged(file: &str, runs: &[RunReport]) -> String {
        let entries = Expectations::parse(file, "known.toml").unwrap();
        let known = Expectations { path: "known.toml".into(), entries };
        told(&known.compare(runs, false), &known.path)
    }

    const AUD: &str = "[[expected]]\ncase = \"tool-aud-foreign\"\nreason = \"the shared gateway looks at it\"\n";

    #[test]
    fn a_known_finding_is_none() {
        assert_eq!(judged(AUD, &[seen(Verdict::Fail)]), "");
        assert_eq!(judged(AUD, &[seen(Verdict::Skip)]), "");
        assert_eq!(judged("", &[seen(Verdict::Pass)]), "");
    }

    #[test]
    fn a_finding_that_is_not_known_is_printed_as_an_entry() {
        insta::assert_snapshot!(judged("", &[seen(Verdict::Fail)]), @r#"
        error: not among the expected findings: tool-aud-foreign: fail

        to expect what is known, paste into known.toml and say why:

        [[expected]]
        case = "tool-aud-foreign"
        requirement = "lti13-token-aud"
        verdict = "fail"
        reason = 'not explained yet; seen: 200, page says "Welcome": signed in'
        "#);
    }

    #[test]
    fn the_printed_entry_is_one_that_makes_the_run_green() {
        let canvas = run(Some("canvas"), vec![result("tool-aud-foreign", &["lti13-token-aud"], Verdict::Fail)]);
        for run in [seen(Verdict::Fail), canvas] {
            let comparison = Expectations::default().compare(std::slice::from_ref(&run), false);
            assert_eq!(judged(&comparison.unexpected[0].entry, &[run]), "");
        }
    }

    #[test]
    fn what_has_gone_fails_the_run() {
        insta::assert_snapshot!(judged(AUD, &[seen(Verdict::Pass)]), @"error: known.toml:2: tool-aud-foreign is no longer there: expected fail, seen pass; take it off the list");
    }

    #[test]
    fn what_is_stale_or_unexplained_fails_the_run() {
        let file = r#"
[[expected]]
case = "tool-aud-foriegn"
reason = "a case that nobody has"

[[expected]]
case = "tool-aud-foreign"
requirement = "lti13-token-adu"
reason = "a rule that nobody has"

[[expected]]
case = "tool-aud-*"
requirement = "lti13-token-iss"
reason = "no such case judges this rule"

[[expected]]
case = "tool-aud-foreign"

[[expected]]
case = "tool-aud-foreig?"
reason = "the one before counts"
"#;
        insta::assert_snapshot!(judged(file, &[seen(Verdict::Fail)]), @r"
        error: known.toml:3: no case matches tool-aud-foriegn (nearest: tool-aud-foreign): the entry is stale
        error: known.toml:7: no requirement is called lti13-token-adu: the entry is stale
        error: known.toml:12: no case matches tool-aud-* (lti13-token-iss): the entry is stale
        error: known.toml:17: tool-aud-foreign has no reason: say why it is known and stays
        error: known.toml:20: tool-aud-foreig?: earlier entries match all of its cases, so it is never used
        ");
    }

    #[test]
    fn the_exception_stands_before_the_rule() {
        let rule = "[[expected]]\ncase = \"tool-aud-*\"\nreason = \"aud is not looked at\"\n";
        let exception =
            "[[expected]]\ncase = \"tool-aud-missing\"\nverdict = \"pass\"\nreason = \"but it has to be there\"\n";
        assert_eq!(judged(&format!("{exception}{rule}"), &[seen(Verdict::Fail)]), "");
        let wrong_way = judged(&format!("{rule}{exception}"), &[seen(Verdict::Fail)]);
        assert!(wrong_way.contains("tool-aud-missing is no longer there: expected fail, seen pass"), "{wrong_way}");
        assert!(wrong_way.contains("earlier entries match all of its cases"), "{wrong_way}");
    }

    #[test]
    fn an_entry_may_be_for_one_variant_or_suite() {
        let canvas = |verdict| run(Some("canvas"), vec![result("tool-aud-foreign", &["lti13-token-aud"], verdict)]);
        let both = [seen(Verdict::Pass), canvas(Verdict::Fail)];
        assert_eq!(judged(&format!("{AUD}variant = \"canvas\"\n"), &both), "");
        let plain = [seen(Verdict::Fail), canvas(Verdict::Pass)];
        assert_eq!(judged(&format!("{AUD}variant = \"plain\"\nsuite = \"tool\"\n"), &plain), "");
        assert!(judged(&format!("{AUD}suite = \"issuer\"\n"), &both).contains("the entry is stale"));
    }

    #[test]
    fn a_malformed_file_is_named_with_its_line() {
        for (file, message) in [
            ("[[expected]]\ncase = \"a[\"\nreason = \"r\"\n", "known.toml:2: case \"a[\": "),
            (
                "[[expected]]\ncase = \"a\"\nreson = \"r\"\n",
                "known.toml:3: unknown key `reson`, did you mean `reason`?",
            ),
            ("[[expected]]\ncase = \"a\"\nverdict = \"failed\"\n", "known.toml:3: "),
            ("[[expected]]\nreason = \"r\"\n", "known.toml:1: missing field `case`"),
        ] {
            let error = Expectations::parse(file, "known.toml").unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
