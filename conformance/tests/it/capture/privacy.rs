//! Neither people nor secrets of a recording reach a report.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use conformance::{
    capture,
    report::{self, model::Report, redact::Redactor},
    suite,
};

use super::{CHROMIUM, FIREFOX, STUDENT, launches};

/// What a report of this recording shows, in all its forms.
fn shown(text: &str) -> String {
    let recorded = launches(text).pop().unwrap();
    let tool = capture::judge(&recorded).unwrap();
    let platform = capture::judge_platform(&recorded, &suite::platform::cases(), false).unwrap();
    let report = Report {
        version: 1,
        tool_version: "0".to_owned(),
        started: "2026-11-22T00:00:00Z".to_owned(),
        runs: vec![tool, platform],
    };
    let redacted = Redactor::new().report(&report);
    let mut out = Vec::new();
    report::json::write(&redacted, &mut out).unwrap();
    report::junit::write(&redacted, &mut out).unwrap();
    report::html::write(&redacted, &mut out).unwrap();
    for run in &redacted.runs {
        report::text::print_run(&mut out, run, report::text::Style::plain()).unwrap();
    }
    String::from_utf8(out).unwrap()
}

/// The text and whatever stands in it in base64.
fn legible(text: &str) -> String {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').filter(|part| part.len() > 40);
    let decoded = parts.filter_map(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let decoded: Vec<String> = decoded.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
    format!("{text}\n{}", decoded.join("\n"))
}

#[test]
fn nobody_is_named() {
    for recording in [STUDENT, CHROMIUM, FIREFOX] {
        let shown = legible(&shown(recording));
        assert!(shown.contains("resource_link"), "the launch is not shown at all");
        // Names, addresses, sourcedids and hints; the session key of the return address; the token's signature.
        for secret in [
            "Taro",
            "Yamada",
            "student1",
            "example.invalid",
            "S-001",
            "a63ebc02e377",
            "ltilaunch1_577761061",
            "ZBK1EntZ35",
            "Chiba",
            "lYemF2I1jdziLDAFkCgOMhZl5Xcrvrd0",
        ] {
            assert!(!shown.contains(secret), "{secret}: {}", around(&shown, secret));
        }
    }
}

fn around(text: &str, secret: &str) -> String {
    let at = text.find(secret).unwrap_or_default();
    let start = text[..at].char_indices().rev().nth(80).map_or(0, |(start, _)| start);
    text[start..].chars().take(240).collect()
}
