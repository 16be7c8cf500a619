//! `report.html`: one file that needs nothing else, for people.
//!
//! Everything in it may come from a hostile subject: the template engine escapes every text, a content security policy
//! allows only the style sheet and the script that this module wrote (by their hashes), and nothing is fetched.

mod diff;
mod sequence;
mod view;

use std::io;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use self::view::RunView;
use super::model::Report;
use super::redact::Redacted;
use super::text::visible_lines as shown;

const STYLE: &str = include_str!("../../../templates/report/report.css");
const SCRIPT: &str = include_str!("../../../templates/report/report.js");

/// Writes a report as one HTML page.
///
/// # Errors
/// Whatever the writer answers.
pub fn write(report: &Redacted<Report>, out: &mut impl io::Write) -> io::Result<()> {
    Page::new(report).write_into(out)
}

#[derive(Template)]
#[template(path = "report/report.html")]
struct Page {
    title: String,
    policy: String,
    style: &'static str,
    script: &'static str,
    started: String,
    date: String,
    tool_version: String,
    runs: Vec<RunView>,
}

impl Page {
    fn new(report: &Report) -> Self {
        let runs = view::runs(report);
        let title = match runs.as_slice() {
            [run] => format!("{}: {}", run.subject, run.counts),
            runs => format!("{} suites", runs.len()),
        };
        Self {
            title,
            policy: policy(),
            style: STYLE,
            script: SCRIPT,
            started: shown(&report.started),
            date: date(&report.started),
            tool_version: shown(&report.tool_version),
            runs,
        }
    }
}

/// The policy that lets nothing run but what this module wrote (Content Security Policy Level 3, 2.3.1).
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// A moment for people, in UTC; what is no RFC 3339 time is shown as it is.
fn date(started: &str) -> String {
    match started.parse::<jiff::Timestamp>() {
        Ok(moment) => moment.strftime("%-d %B %Y, %H:%M UTC").to_string(),
        Err(_) => shown(started),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_for_people() {
        assert_eq!(date("2026-11-22T00:21:09Z"), "22 November 2026, 00:21 UTC");
        assert_eq!(date("yesterday"), "yesterday");
    }

    #[test]
    fn the_policy_names_no_source_but_hashes() {
        let policy = policy();
        assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{policy}");
    }
}
