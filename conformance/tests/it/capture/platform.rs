//! The suite `platform` judges recorded launches of a real Moodle 4.5; its findings must agree with what was seen by hand.

use conformance::{
    capture,
    report::model::{CaseResult, RunReport, Verdict},
    suite,
};
use serde_json::{Value, json};

use super::{CHROMIUM, FIREFOX, STUDENT, TEACHER, launches};

/// What is wrong with these launches, read by hand with the law book (part B of the launch) beside them.
const FINDINGS: &[(&str, Verdict, &str)] = &[(
    "platform-context-type-simple",
    Verdict::Warn,
    "B60: context.type is [\"CourseSection\"], the bare name that is deprecated; its meaning is known, so no failure",
)];

/// What is not wrong with them, or cannot be said.
const OTHERWISE: &[(&str, Verdict, &str)] = &[
    ("platform-login-first", Verdict::Pass, "B01: the login initiation was recorded"),
    ("platform-login-iss", Verdict::Pass, "B02: the form carries iss"),
    ("platform-login-iss-form", Verdict::Skip, "B03: plain http on loopback is U"),
    ("platform-login-hint", Verdict::Pass, "B02: login_hint is the user's number"),
    ("platform-login-target", Verdict::Pass, "B02: target_link_uri is there, with its query"),
    ("platform-login-repeated", Verdict::Pass, "each of the six parameters once"),
    ("platform-login-method", Verdict::Info, "B02: GET or POST is the platform's choice; Moodle posts"),
    ("platform-login-client-id", Verdict::Info, "B04: optional"),
    ("platform-login-deployment-sent", Verdict::Info, "B04: optional"),
    ("platform-login-message-hint", Verdict::Info, "B04: optional; Moodle sends JSON"),
    ("platform-login-client-id-aud", Verdict::Pass, "B06: both loopclient000013"),
    ("platform-login-deployment", Verdict::Pass, "B05: both \"1\""),
    ("platform-login-iss-token", Verdict::Pass, "B07: both http://127.0.0.1:8180"),
    ("platform-response-post", Verdict::Pass, "B30: a form, by POST"),
    ("platform-response-no-store", Verdict::Skip, "B31: the headers of the page were not recorded"),
    ("platform-response-fields", Verdict::Info, "B32: id_token and state alone"),
    ("platform-state-returned", Verdict::Skip, "B26: asks once more, with a state of the suite's own"),
    ("platform-token-alg", Verdict::Pass, "B33: RS256"),
    ("platform-token-alg-none", Verdict::Pass, "B34"),
    ("platform-token-hs256", Verdict::Pass, "B34"),
    ("platform-token-kid", Verdict::Pass, "B35: the kid of the one published key"),
    ("platform-token-signature", Verdict::Pass, "the published key verifies it"),
    ("platform-token-header-keys", Verdict::Pass, "B36: typ, alg and kid alone"),
    ("platform-token-aud", Verdict::Pass, "B37: a string"),
    ("platform-token-azp", Verdict::Unsupported, "B39: there is none, which is fine"),
    ("platform-token-exp", Verdict::Pass, "B40: sixty seconds ahead"),
    ("platform-token-iat", Verdict::Pass, "B40"),
    ("platform-token-nonce", Verdict::Pass, "B42: the nonce of the request"),
    ("platform-sub", Verdict::Pass, "B43"),
    ("platform-sub-length", Verdict::Pass, "B44: one digit"),
    ("platform-sub-stable", Verdict::Skip, "B44: takes two launches of one user"),
    ("platform-message-type", Verdict::Pass, "B49"),
    ("platform-version", Verdict::Pass, "B49"),
    ("platform-deployment-length", Verdict::Pass, "B50"),
    ("platform-target-login", Verdict::Pass, "B51: both http://127.0.0.1:9180/launch?from=type"),
    ("platform-link-id", Verdict::Pass, "B52: \"1\""),
    ("platform-link-distinct", Verdict::Skip, "B52: U with one launch"),
    ("platform-roles-known", Verdict::Pass, "B55: membership#Learner, membership#Instructor"),
    ("platform-roles-simple", Verdict::Pass, "B56: full URIs"),
    ("platform-context-id", Verdict::Pass, "B59"),
    ("platform-context-type", Verdict::Pass, "B60: the bare name is of the vocabulary"),
    ("platform-guid", Verdict::Pass, "B61"),
    ("platform-mentor", Verdict::Unsupported, "B62: no role_scope_mentor; a missing optional claim is no finding"),
    ("platform-document-target", Verdict::Pass, "B63: window"),
    ("platform-return-url", Verdict::Skip, "B64: plain http on loopback is U"),
    ("platform-custom-strings", Verdict::Pass, "B67: all strings, some of them empty"),
    ("platform-custom-resolved", Verdict::Skip, "B68: what was typed in at the platform is not recorded"),
    (
        "platform-custom-verbatim",
        Verdict::Skip,
        "B69: $User.image came as it was typed, but what was typed is not recorded",
    ),
    (
        "platform-vendor-claims",
        Verdict::Unsupported,
        "B73: lis, ext and basicoutcome are names of 1EdTech's, none of Moodle's own",
    ),
    (
        "platform-service-urls",
        Verdict::Pass,
        "B74: no templates in the service claims; {link_id} is in a custom parameter",
    ),
    ("platform-jwks-kid", Verdict::Pass, "B76"),
    ("platform-jwks-private", Verdict::Pass, "B77"),
    ("platform-jwks-size", Verdict::Pass, "B78: 2048 bits"),
    ("platform-redirect-host", Verdict::Skip, "asks the platform something"),
    ("platform-auth-post", Verdict::Skip, "asks the platform something"),
];

fn judged(text: &str) -> RunReport {
    judged_launch(&launches(text)[0])
}

fn judged_launch(recorded: &capture::Recorded) -> RunReport {
    capture::judge_platform(recorded, &suite::platform::cases(), false).unwrap()
}

/// The rows whose case is in the catalogue.
fn known(rows: &'static [(&str, Verdict, &str)]) -> Vec<&'static (&'static str, Verdict, &'static str)> {
    let cases = suite::platform::cases();
    rows.iter().filter(|(id, ..)| cases.iter().any(|case| case.id == *id)).collect()
}

fn findings(run: &RunReport) -> Vec<(&str, Verdict)> {
    let broken = |result: &&CaseResult| matches!(result.verdict, Verdict::Fail | Verdict::Warn | Verdict::Review);
    run.results.iter().filter(broken).map(|result| (result.id.as_str(), result.verdict)).collect()
}

#[test]
fn the_findings_are_those_that_were_seen_by_hand() {
    let wanted: Vec<(&str, Verdict)> = known(FINDINGS).into_iter().map(|(id, verdict, _)| (*id, *verdict)).collect();
    for text in [STUDENT, TEACHER, CHROMIUM, FIREFOX] {
        assert_eq!(findings(&judged(text)), wanted);
    }
}

#[test]
fn everything_else_ends_as_it_was_read_by_hand() {
    let rows = known(OTHERWISE);
    assert!(rows.len() >= 17, "{}", rows.len());
    for text in [STUDENT, TEACHER] {
        let run = judged(text);
        for (id, verdict, why) in &rows {
            let result = run.results.iter().find(|result| result.id == *id).unwrap();
            assert_eq!(result.verdict, *verdict, "{id}: {why}: {} {:?}", result.observed, result.reason);
        }
    }
}

#[test]
fn a_skipped_case_says_why() {
    for result in judged(STUDENT).results.iter().filter(|result| result.verdict == Verdict::Skip) {
        assert!(result.reason.as_ref().is_some_and(|reason| !reason.is_empty()), "{}", result.id);
    }
}

/// What is found in the student's launch after a change.
fn found(change: impl FnOnce(&mut Value)) -> Vec<(String, Verdict)> {
    let mut launch: Value = serde_json::from_str(STUDENT).unwrap();
    change(&mut launch);
    let run = judged(&launch.to_string());
    let usual = |id: &str| FINDINGS.iter().any(|(known, ..)| *known == id);
    findings(&run).into_iter().filter(|(id, _)| !usual(id)).map(|(id, verdict)| (id.to_owned(), verdict)).collect()
}

#[test]
fn what_a_platform_sends_wrong_is_found() {
    let deployment = found(|launch| launch["initiation"]["form"]["fields"][5][1] = json!("2"));
    assert_eq!(deployment, [("platform-login-deployment".to_owned(), Verdict::Fail)]);
    let hint = found(|launch| {
        launch["initiation"]["form"]["fields"].as_array_mut().unwrap().remove(2);
    });
    assert!(hint.contains(&("platform-login-hint".to_owned(), Verdict::Fail)), "{hint:?}");
}

#[test]
fn a_launch_that_stops_is_judged_by_its_login_alone() {
    let mut recorded = launches(STUDENT).remove(0);
    recorded.response = None;
    let run = judged_launch(&recorded);
    for result in &run.results {
        let judged = !matches!(result.verdict, Verdict::Skip);
        assert!(!judged || result.area == "initiation", "{}: {}", result.id, result.verdict);
    }
    assert!(run.results.iter().any(|result| result.id == "platform-login-hint" && result.verdict == Verdict::Pass));
}

#[test]
fn an_error_response_is_no_broken_token() {
    let mut recorded = launches(STUDENT).remove(0);
    let response = recorded.response.as_mut().unwrap();
    response.fields = vec![("error".to_owned(), "login_required".to_owned()), response.fields.remove(1)];
    let run = judged_launch(&recorded);
    assert_eq!(findings(&run), []);
    let token = run.results.iter().find(|result| result.area == "token");
    assert!(
        token.is_none_or(|result| result.reason.as_deref().is_some_and(|reason| reason.contains("login_required")))
    );
}

#[test]
fn only_a_platform_has_a_message_of_its_own() {
    let mut recorded = launches(STUDENT).remove(0);
    (recorded.login, recorded.response) = (None, None);
    assert!(capture::judge_platform(&recorded, &suite::platform::cases(), false).is_err());
}
