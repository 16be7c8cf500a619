//! Findings as annotations of a GitHub Actions run.
//!
//! A workflow command is one line, `::error title=..::..`; what would end its parts early is percent-encoded, as the
//! runner's own toolkit does it.

use std::fmt::Write as _;

use super::super::model::{CaseResult, RunReport, Verdict};
use super::super::words;
use super::{evidence, visible};

/// The workflow command that shows a finding.
pub(super) fn annotation(run: &RunReport, result: &CaseResult) -> String {
    let command = match result.verdict {
        Verdict::Fail => "error",
        Verdict::Warn => "warning",
        _ => "notice",
    };
    let title = format!("{}: {}", result.id, words::duty(result));
    let mut text = words::risk(result);
    for (label, line) in evidence(result) {
        let _ = write!(text, "\n{label}: {}", visible(line));
    }
    for clause in &result.clauses {
        let _ = write!(text, "\n{}, {} {}", clause.spec, clause.section, clause.url);
    }
    if let Some(again) = words::again(run, result) {
        let _ = write!(text, "\ntry: {}", visible(&again));
    }
    format!("::{command} title={}::{}", property(&title), data(&text))
}

/// Encodes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Encodes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_encoded() {
        assert_eq!(data("50%\r\nx"), "50%25%0D%0Ax");
        assert_eq!(property("a: b, c"), "a%3A b%2C c");
    }
}
