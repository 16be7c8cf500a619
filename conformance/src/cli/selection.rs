//! Which cases run.

use std::path::Path;

use globset::{Glob, GlobMatcher};

use super::{UsageError, arguments::RunArguments};
use crate::{
    case::Case,
    report::model::{Report, Verdict},
};

/// The cases that the arguments ask for.
///
/// # Errors
/// When a pattern is none, or matches nothing.
pub(super) fn select<S>(cases: Vec<Case<S>>, arguments: &RunArguments) -> Result<Vec<Case<S>>, UsageError> {
    let ids: Vec<&'static str> = cases.iter().map(|case| case.id).collect();
    let selected = select_among(&ids, cases, arguments)?;
    if selected.is_empty() {
        return Err(UsageError("no case is left to run: --only, --skip and --rerun-failed leave none".to_owned()));
    }
    Ok(selected)
}

/// The cases of one suite that the arguments ask for, where their patterns speak of all these ids.
///
/// # Errors
/// When a pattern is none, or matches none of the ids.
pub(super) fn select_among<S>(
    ids: &[&'static str],
    cases: Vec<Case<S>>,
    arguments: &RunArguments,
) -> Result<Vec<Case<S>>, UsageError> {
    let only = patterns("--only", &arguments.only, ids)?;
    let skip = patterns("--skip", &arguments.skip, ids)?;
    let rerun = arguments.rerun_failed.as_deref().map(failed_before).transpose()?;
    Ok(cases
        .into_iter()
        .filter(|case| only.is_empty() || only.iter().any(|pattern| pattern.is_match(case.id)))
        .filter(|case| !skip.iter().any(|pattern| pattern.is_match(case.id)))
        .filter(|case| rerun.as_ref().is_none_or(|failed| failed.iter().any(|id| id == case.id)))
        .collect())
}

/// Compiled patterns; each matches one of these names.
///
/// # Errors
/// When a pattern is none, or matches nothing.
pub(super) fn patterns(flag: &str, globs: &[String], ids: &[&'static str]) -> Result<Vec<GlobMatcher>, UsageError> {
    globs
        .iter()
        .map(|glob| {
            let matcher = compile(glob).map_err(|error| UsageError(format!("{flag} '{glob}': {error}")))?;
            if ids.iter().any(|id| matcher.is_match(id)) {
                return Ok(matcher);
            }
            let what = if flag == "--flaw" { "flaw" } else { "case" };
            Err(UsageError(format!("no {what} matches {flag} '{glob}'{}", nearest(glob, ids))))
        })
        .collect()
}

/// A pattern for ids.
pub(super) fn compile(glob: &str) -> Result<GlobMatcher, String> {
    Glob::new(glob).map(|glob| glob.compile_matcher()).map_err(|error| error.kind().to_string())
}

/// ` (nearest: ...)`: what was probably meant.
pub(super) fn nearest(word: &str, known: &[&'static str]) -> String {
    let plain = word.trim_end_matches('*');
    let likeness = |id: &str| strsim::jaro_winkler(plain, id.get(..plain.len()).unwrap_or(id));
    known
        .iter()
        .map(|id| (likeness(id), id))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.6)
        .map_or_else(String::new, |(_, id)| format!(" (nearest: {id})"))
}

fn failed_before(path: &Path) -> Result<Vec<String>, UsageError> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| UsageError(format!("{name}: cannot be read: {error}")))?;
    let report: Report = serde_json::from_str(&text)
        .map_err(|error| UsageError(format!("{name}: is no report.json of this program: {error}")))?;
    let results = report.runs.into_iter().flat_map(|run| run.results);
    Ok(results
        .filter(|result| matches!(result.verdict, Verdict::Fail | Verdict::Warn))
        .map(|result| result.id)
        .collect())
}
