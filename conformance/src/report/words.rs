//! The sentences that all reports share: which results are findings, in which order, and the verdict in one line.

use super::model::{CaseResult, RunReport, Summary, Verdict};

/// The results that somebody has to act on, worst first: by risk, then by level, what a person must look at last.
///
/// Results alike in all of these keep the order of the catalogue.
pub fn findings(run: &RunReport) -> Vec<&CaseResult> {
    let mut findings: Vec<&CaseResult> = run.results.iter().filter(|result| is_finding(result.verdict)).collect();
    findings.sort_by_key(|result| {
        let broken = result.verdict != Verdict::Review;
        std::cmp::Reverse((broken, risk_rank(&result.risk), level_rank(&result.level), result.verdict == Verdict::Fail))
    });
    findings
}

/// Whether somebody has to act on a result that ended so.
pub const fn is_finding(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Warn | Verdict::Review)
}

/// The level and the duty, for a headline: `MUST reject`, `certification: reject`.
pub fn duty(result: &CaseResult) -> String {
    let CaseResult { level, duty, .. } = result;
    match (level.as_str(), duty.as_str()) {
        ("none", "") => "left open".to_owned(),
        ("none", duty) => duty.to_owned(),
        (level, "") => level.to_owned(),
        (level @ ("certification" | "practice"), duty) => format!("{level}: {duty}"),
        (level, duty) => format!("{level} {duty}"),
    }
}

/// The risk and the harm: `risk high: a token for another tool signs in here`.
pub fn risk(result: &CaseResult) -> String {
    if result.harm.is_empty() {
        format!("risk {}", result.risk)
    } else {
        format!("risk {}: {}", result.risk, result.harm)
    }
}

/// The command that runs this case alone; none when the run was not started by a command. What a recording breaks is no
/// case of its own: there it is the command that judges the recording again.
pub fn again(run: &RunReport, result: &CaseResult) -> Option<String> {
    let whole = run.captured && ["tool", "tool11"].contains(&run.suite.as_str());
    let only = if whole { String::new() } else { format!(" --only {}", result.id) };
    (!run.command.is_empty()).then(|| format!("{}{only}", run.command))
}

/// What a suite judges, in words: `LTI 1.3 tool`.
pub fn judged(suite: &str) -> &str {
    match suite {
        "tool" => "LTI 1.3 tool",
        "platform" => "LTI 1.3 platform",
        "issuer" => "OAuth 2.0 issuer",
        "client" => "OAuth 2.0 client",
        "tool11" => "LTI 1.1 tool",
        "platform11" => "LTI 1.1 platform",
        other => other,
    }
}

/// The verdict of a run in one sentence, and what is gravest in another.
pub fn verdict(run: &RunReport) -> String {
    let Summary { fail, warn, pass, info, skip, review, .. } = run.summary;
    let total = run.summary.total();
    let gravest = findings(run).first().filter(|worst| !worst.harm.is_empty()).map(|worst| worst.harm.clone());
    let gravest = gravest.map_or_else(String::new, |harm| format!(" Gravest: {harm}."));
    match (fail, warn) {
        _ if total == 0 => "No case was run.".to_owned(),
        (0, 0) if pass + info == 0 => format!("Nothing could be judged in {}.", cases(total)),
        (0, 0) => {
            let look = if review > 0 { format!("; {review} for a person to look at") } else { String::new() };
            let skip = if skip > 0 { format!("; {skip} could not be judged") } else { String::new() };
            format!("No violation found in {}{look}{skip}.", cases(pass + info))
        }
        (0, 1) => format!("No MUST is broken; there is 1 warning in {}.{gravest}", cases(total)),
        (0, warn) => format!("No MUST is broken; there are {warn} warnings in {}.{gravest}", cases(total)),
        (1, _) => format!("Does not conform: 1 of {} fails.{gravest}", cases(total)),
        (fail, _) => format!("Does not conform: {fail} of {} fail.{gravest}", cases(total)),
    }
}

/// The counts in one line: `118 cases: 101 pass, 1 fail, 1 skip (no browser found)`.
///
/// The reason of the skipped cases stands there if they share one and it is short; see [`skipped`] for the others.
pub fn counts(run: &RunReport) -> String {
    let parts = Verdict::ALL.into_iter().filter(|verdict| run.summary.count(*verdict) > 0).map(|verdict| {
        let count = run.summary.count(verdict);
        match (verdict, short_reason(run)) {
            (Verdict::Skip, Some(reason)) => format!("{count} skip ({reason})"),
            _ => format!("{count} {verdict}"),
        }
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        return cases(run.summary.total());
    }
    format!("{}: {}", cases(run.summary.total()), parts.join(", "))
}

/// Why cases were skipped, commonest reason first, as far as [`counts`] does not say it: `1 skip: no browser found`.
pub fn skipped(run: &RunReport) -> Vec<String> {
    if short_reason(run).is_some() {
        return Vec::new();
    }
    reasons(run).into_iter().map(|(reason, count)| format!("{count} skip: {reason}")).collect()
}

/// Says how many warnings a certification run would count as failures; none when there are none.
pub fn certification_note(run: &RunReport) -> Option<String> {
    let missed = |result: &&CaseResult| result.verdict == Verdict::Warn && result.certification.is_some();
    let count = run.results.iter().filter(missed).count();
    (!run.certification && count > 0).then(|| {
        let of = if run.summary.warn == 1 { "the warning".to_owned() } else { format!("{count} of the warnings") };
        format!("not a certification run: {of} would fail one (--certification)")
    })
}

/// A duration for people: `6.1 s`, `40 ms`.
pub fn duration(milliseconds: u64) -> String {
    if milliseconds < 100 {
        return format!("{milliseconds} ms");
    }
    format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
}

/// `1 case`, `118 cases`.
pub fn cases(count: u32) -> String {
    format!("{count} case{}", if count == 1 { "" } else { "s" })
}

/// The one reason of all skipped cases, if it is short.
fn short_reason(run: &RunReport) -> Option<&str> {
    const SHORT: usize = 40;
    match reasons(run).as_slice() {
        [(reason, count)] if *count == run.summary.skip && reason.chars().count() <= SHORT => Some(*reason),
        _ => None,
    }
}

/// The reasons for which cases were skipped, the commonest first.
fn reasons(run: &RunReport) -> Vec<(&str, u32)> {
    let mut counted: Vec<(&str, u32)> = Vec::new();
    let skipped = run.results.iter().filter(|result| result.verdict == Verdict::Skip);
    for reason in skipped.filter_map(|result| result.reason.as_deref()) {
        match counted.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => counted.push((reason, 1)),
        }
    }
    counted.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    counted
}

/// Where a risk stands, smallest first; an unknown word counts as the smallest.
fn risk_rank(risk: &str) -> usize {
    ["none", "low", "medium", "high"].iter().position(|word| *word == risk).unwrap_or_default()
}

/// Where a level stands, weakest first; an unknown word counts as the weakest.
fn level_rank(level: &str) -> usize {
    ["none", "practice", "MAY", "SHOULD", "certification", "MUST"]
        .iter()
        .position(|word| *word == level)
        .unwrap_or_default()
}
