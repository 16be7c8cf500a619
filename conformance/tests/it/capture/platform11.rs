//! The suite `platform11` judges a recorded LTI 1.1 launch of a real Moodle 4.5.

use conformance::{
    capture::{Posted, platform11::judge_platform11, posted},
    report::model::{RunReport, Verdict},
    subject::platform11::Platform11Config,
    suite,
};

const STUDENT: &str = include_str!("../../fixtures/moodle-4.5/lti11-launch-student1.json");
/// What the tool had entered in that Moodle.
const TOOL: &str = "[tool]\nconsumer_key = \"key11\"\nsecret = \"secret11\"\n";

fn judged(posted: &Posted) -> RunReport {
    let config = Platform11Config::parse(TOOL, "test", &[]).unwrap();
    judge_platform11(posted, config, &suite::platform11::cases(), false).unwrap()
}

fn verdict(run: &RunReport, id: &str) -> Verdict {
    run.results.iter().find(|result| result.id == id).unwrap().verdict
}

#[test]
fn moodles_launch_has_no_finding() {
    let run = judged(&posted(STUDENT).unwrap()[0]);
    let findings: Vec<_> =
        run.results.iter().filter(|result| matches!(result.verdict, Verdict::Fail | Verdict::Warn)).collect();
    assert!(findings.is_empty(), "{findings:#?}");
    for (id, expected) in [
        ("platform11-signature", Verdict::Pass),
        // The form was read out of the page, with a description of two lines.
        ("platform11-line-ends", Verdict::Pass),
        ("platform11-query-signed", Verdict::Pass),
        ("platform11-callback-signed", Verdict::Pass),
        ("platform11-ext", Verdict::Pass),
        ("platform11-context-type", Verdict::Pass),
        ("platform11-outcomes-url-length", Verdict::Pass),
        // One launch shows neither of these.
        ("platform11-nonce", Verdict::Skip),
        ("platform11-cert-4-3", Verdict::Skip),
        ("platform11-outcomes-unsigned", Verdict::Skip),
    ] {
        assert_eq!(verdict(&run, id), expected, "{id}");
    }
}

#[test]
fn what_was_changed_on_the_way_breaks_the_signature() {
    let mut launch = posted(STUDENT).unwrap().swap_remove(0);
    for (name, value) in &mut launch.fields {
        if name == "user_id" {
            "4".clone_into(value);
        }
    }
    assert_eq!(verdict(&judged(&launch), "platform11-signature"), Verdict::Fail);
    launch.fields.retain(|(name, _)| name != "lti_version");
    assert_eq!(verdict(&judged(&launch), "platform11-version"), Verdict::Fail);
}

#[test]
fn a_report_names_nobody() {
    let run = judged(&posted(STUDENT).unwrap()[0]);
    let shown: Vec<_> = run.results.iter().map(|result| (&result.observed, &result.reason)).collect();
    let shown = format!("{shown:?}");
    for personal in ["student1", "Yamada", "Taro", "S-001", "secret11"] {
        assert!(!shown.contains(personal), "{personal}");
    }
}
