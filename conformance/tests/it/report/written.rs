//! What people and build servers see, line by line.

use conformance::report::model::{RunReport, Summary, Verdict};
use conformance::report::redact::Redactor;
use conformance::report::text::{Style, print_run};
use conformance::report::{html, junit, words, write_all};
use proptest::prelude::*;

use super::fixture;

fn printed(style: Style) -> String {
    let mut out = Vec::new();
    print_run(&mut out, &fixture::run(), style).unwrap();
    String::from_utf8(out).unwrap()
}

fn page(runs: Vec<RunReport>) -> String {
    let mut out = Vec::new();
    html::write(&Redactor::new().report(&fixture::of(runs)), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The part of a page from one text to another, without indentation.
fn part<'a>(page: &'a str, from: &str, to: &str) -> String {
    let start = page.find(from).unwrap_or_else(|| panic!("{from} is not on the page"));
    let length = page[start..].find(to).unwrap_or_else(|| panic!("{to} is not on the page"));
    let lines = page[start..start + length + to.len()].lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).collect::<Vec<&'a str>>().join("\n")
}

#[test]
fn the_fixture_has_every_verdict() {
    let run = fixture::run();
    assert!(Verdict::ALL.into_iter().all(|verdict| run.summary.count(verdict) > 0));
}

#[test]
fn a_run_on_a_terminal_without_colours() {
    insta::assert_snapshot!("text_plain", printed(Style::plain()));
}

#[test]
fn a_run_on_a_terminal_in_colours() {
    let text = printed(Style::chosen(true, Some(120), |_| None));
    insta::assert_snapshot!("text_colour", text.replace('\x1b', "␛"));
}

#[test]
fn a_run_on_a_narrow_terminal() {
    insta::assert_snapshot!(
        "text_narrow",
        printed(Style::chosen(true, Some(60), |name| (name == "NO_COLOR").then(|| "1".to_owned())))
    );
}

#[test]
fn a_run_without_a_terminal_under_github_actions() {
    let style = Style::chosen(false, None, |name| (name == "GITHUB_ACTIONS").then(|| "true".to_owned()));
    insta::assert_snapshot!("text_lines", printed(style));
}

#[test]
fn a_run_for_a_build_server() {
    let mut out = Vec::new();
    junit::write(&Redactor::new().report(&fixture::report()), &mut out).unwrap();
    insta::assert_snapshot!("junit", String::from_utf8(out).unwrap());
}

/// A run of which only results with these verdicts are left.
fn only(verdicts: &[Verdict]) -> RunReport {
    let mut run = fixture::run();
    run.results.retain(|result| verdicts.contains(&result.verdict));
    run.summary = Summary::of(&run.results);
    run
}

#[test]
fn the_verdict_in_one_sentence() {
    let cases: [(&[Verdict], &str); 6] = [
        (&[], "No case was run."),
        (&[Verdict::Skip, Verdict::Unsupported], "Nothing could be judged in 2 cases."),
        (&[Verdict::Pass], "No violation found in 1 case."),
        (
            &[Verdict::Pass, Verdict::Info, Verdict::Review, Verdict::Skip],
            "No violation found in 2 cases; 1 for a person to look at; 1 could not be judged.",
        ),
        (
            &[Verdict::Pass, Verdict::Warn],
            "No MUST is broken; there are 2 warnings in 3 cases. Gravest: a stolen form works twice.",
        ),
        (&Verdict::ALL, "Does not conform: 1 of 8 cases fails. Gravest: a token for another tool signs in here."),
    ];
    for (verdicts, sentence) in cases {
        assert_eq!(words::verdict(&only(verdicts)), sentence);
    }
}

#[test]
fn reasons_for_skipping_stand_where_there_is_room() {
    let mut run = only(&[Verdict::Pass, Verdict::Skip]);
    assert_eq!(words::counts(&run), "2 cases: 1 pass, 1 skip (no browser found)");
    assert!(words::skipped(&run).is_empty());
    let mut other = run.results[1].clone();
    other.reason = Some("plain http".to_owned());
    run.results.extend([other.clone(), other]);
    run.summary = Summary::of(&run.results);
    assert_eq!(words::counts(&run), "4 cases: 1 pass, 3 skip");
    assert_eq!(words::skipped(&run), ["2 skip: plain http", "1 skip: no browser found"]);
}

#[test]
fn the_head_of_the_page() {
    insta::assert_snapshot!("html_head", part(&page(vec![fixture::run()]), "<header class=\"page\">", "</dl>"));
}

#[test]
fn a_finding_on_the_page() {
    let page = page(vec![fixture::run()]);
    insta::assert_snapshot!("html_finding", part(&page, "<article class=\"finding fail\"", "</article>"));
}

#[test]
fn cases_on_the_page() {
    insta::assert_snapshot!("html_area", part(&page(vec![fixture::run()]), "<h3>keys</h3>", "</section>"));
}

#[test]
fn findings_stand_worst_first() {
    let page = page(vec![fixture::run()]);
    let at = |id: &str| page.find(&format!("id=\"{id}\"")).unwrap();
    let order = ["tool-aud-foreign", "tool-nonce-replayed", "tool-kid-missing", "tool-refusal-words"].map(at);
    assert!(order.is_sorted(), "{order:?}");
}

#[test]
fn every_link_within_the_page_leads_somewhere_and_no_two_ids_are_alike() {
    let page = page(vec![fixture::run(), fixture::quiet_run(), fixture::run()]);
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "ids are unique");
    for link in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&link), "#{link} leads nowhere");
    }
}

#[test]
fn the_page_fetches_nothing() {
    let page = page(vec![fixture::run()]);
    assert!(
        page.contains("default-src &#39;none&#39;")
            || page.contains("default-src &#x27;none&#x27;")
            || page.contains("default-src 'none'")
    );
    for tag in ["<script src", "<img", "<iframe", "@import", "url(", "style=\"", " onclick"] {
        assert!(!page.contains(tag), "{tag} is on the page");
    }
    let links = page.matches("<link ").count();
    assert_eq!(links, page.matches("<link rel=\"icon\" href=\"data:,\">").count());
}

#[test]
fn markup_of_the_subject_is_text() {
    let page = page(vec![fixture::run()]);
    assert!(!page.contains("<script>alert"));
    assert!(page.contains("alert(1)"), "the evidence is shown all the same");
}

#[test]
fn a_link_with_another_scheme_is_not_followed() {
    let mut run = fixture::run();
    run.results[1].clauses[0].url = "javascript:alert(1)".to_owned();
    assert!(!page(vec![run]).contains("href=\"javascript"));
}

#[test]
fn all_files_are_written_into_a_directory_that_is_made() {
    let directory = std::env::temp_dir().join(format!("lti-conformance-report-{}", std::process::id())).join("deep");
    let written = write_all(&fixture::report(), &directory).unwrap();
    for file in [&written.json, &written.junit, &written.html] {
        assert!(std::fs::metadata(file).unwrap().len() > 100, "{}", file.display());
    }
    std::fs::remove_dir_all(directory.parent().unwrap()).unwrap();
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let error = write_all(&fixture::report(), std::path::Path::new("/dev/null/report")).unwrap_err();
    assert!(error.to_string().starts_with("report not written: /dev/null/report: "), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_a_subject_says_neither_moves_the_cursor_nor_gives_commands(said in "(::|##\\[|\\PC|\\x1b|\\n|\\r|[ -~]|\u{202e}){0,80}") {
        let mut run = fixture::run();
        run.subject.clone_from(&said);
        for result in &mut run.results {
            result.observed.clone_from(&said);
            result.reason = Some(said.clone());
        }
        for lines in [false, true] {
            let mut style = Style::plain();
            style.lines = lines;
            let mut out = Vec::new();
            print_run(&mut out, &run, style).unwrap();
            let text = String::from_utf8(out).unwrap();
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text}");
            prop_assert!(!text.lines().any(|line| line.trim_start().starts_with("::") || line.contains("##[")), "{text}");
        }
    }

    #[test]
    fn what_a_subject_says_makes_no_markup(said in "[<>&\"'/a-z= -]{0,60}") {
        let mut run = fixture::run();
        for result in &mut run.results {
            result.observed.clone_from(&said);
        }
        let before = page(vec![fixture::run()]);
        let after = page(vec![run]);
        let tags = |page: &str| page.matches("<script").count() + page.matches("<a ").count() + page.matches("<p ").count();
        prop_assert_eq!(tags(&before), tags(&after));
    }
}
