//! Launches of a real Moodle 4.5, as its steps were written down and as browsers save them.

use conformance::{
    capture::{self, Message, Recorded},
    report::model::Verdict,
};
use serde_json::{Value, json};

use super::{CHROMIUM, FIREFOX, STUDENT, TEACHER, launches, verdicts};

/// The three messages without the answers, which only an archive has.
/// How a recording is spoilt, the case that sees it, and its verdict.
type Spoilt = (fn(&mut Value), &'static str, Verdict);

/// Method, address and fields of one message.
type Sent = (String, String, Vec<(String, String)>);

fn sent(recorded: &Recorded) -> [Sent; 3] {
    let plain = |message: &Option<Message>| {
        let message = message.clone().unwrap();
        (message.method, message.url, message.fields)
    };
    [plain(&recorded.login), plain(&recorded.request), plain(&recorded.response)]
}

#[test]
fn an_archive_holds_what_the_steps_hold() {
    let student = launches(STUDENT).remove(0);
    let teacher = launches(TEACHER).remove(0);
    let chromium = launches(CHROMIUM);
    assert_eq!(chromium.len(), 2);
    assert_eq!(sent(&chromium[0]), sent(&teacher));
    assert_eq!(sent(&chromium[1]), sent(&student));
    assert_eq!(sent(&launches(FIREFOX)[0]), sent(&student));
    assert_eq!(chromium[1].at, Some(1_795_301_850));
}

#[test]
fn the_pages_of_the_platform_post_the_form_by_themselves() {
    for recorded in launches(CHROMIUM).iter().chain(&launches(FIREFOX)) {
        let answer = recorded.request.as_ref().unwrap().answer.as_ref().unwrap();
        let posted = answer.submitted().unwrap();
        assert_eq!(posted.fields, recorded.response.as_ref().unwrap().fields);
        assert_eq!(posted.method, "POST");
    }
}

#[test]
fn a_real_launch_is_sound_and_what_is_missing_is_said() {
    for text in [STUDENT, TEACHER] {
        let run = capture::judge(&launches(text)[0]).unwrap();
        assert_eq!(verdicts(&run), [("tool-capture-sound", Verdict::Pass)]);
        assert_eq!(run.results[0].exchanges.len(), 3);
    }
    let run = capture::judge(&launches(CHROMIUM)[0]).unwrap();
    assert_eq!(verdicts(&run), [("tool-capture-sound", Verdict::Pass)]);
    let notes: Vec<&str> = run.notes.iter().map(|note| note.text.as_str()).collect();
    insta::assert_snapshot!(notes.join("\n"));
}

#[test]
fn the_parties_of_the_sequence_are_named() {
    let run = capture::judge(&launches(FIREFOX)[0]).unwrap();
    let parties: Vec<(&str, &str, &str)> = run.results[0]
        .exchanges
        .iter()
        .map(|exchange| (exchange.from.as_str(), exchange.to.as_str(), exchange.url.as_str()))
        .collect();
    assert_eq!(
        parties,
        [
            ("browser", "tool", "http://127.0.0.1:9180/login"),
            ("browser", "platform", "http://127.0.0.1:8180/mod/lti/auth.php"),
            ("browser", "tool", "http://127.0.0.1:9180/launch"),
        ]
    );
}

/// A change to the student's launch, and what is found then.
fn found(change: impl FnOnce(&mut Value)) -> Vec<(String, Verdict)> {
    let mut launch: Value = serde_json::from_str(STUDENT).unwrap();
    change(&mut launch);
    let run = capture::judge(&launches(&launch.to_string())[0]).unwrap();
    run.results.into_iter().map(|result| (result.id, result.verdict)).collect()
}

fn one(id: &str, verdict: Verdict) -> Vec<(String, Verdict)> {
    vec![(id.to_owned(), verdict)]
}

#[test]
fn what_the_login_and_the_request_said_is_compared() {
    let rows: [Spoilt; 6] = [
        (
            |launch| launch["authentication"]["form"]["fields"][1][1] = json!("st-other"),
            "tool-capture-response-state",
            Verdict::Fail,
        ),
        (
            |launch| {
                launch["authentication"]["form"]["fields"] = json!([launch["authentication"]["form"]["fields"][0]]);
            },
            "tool-capture-response-state-missing",
            Verdict::Fail,
        ),
        (|launch| replace(launch, "nonce=no-9f05", "nonce=no-0000"), "tool-capture-token-nonce", Verdict::Fail),
        (|launch| replace(launch, "prompt=none&", ""), "tool-capture-auth-prompt", Verdict::Fail),
        (|launch| replace(launch, "login_hint=3", "login_hint=4"), "tool-capture-auth-login-hint", Verdict::Fail),
        (
            |launch| launch["initiation"]["form"]["fields"][1][1] = json!("http://127.0.0.1:9180/other"),
            "tool-capture-launch-target-link-uri-differs",
            Verdict::Fail,
        ),
    ];
    for (change, id, verdict) in rows {
        assert_eq!(found(change), one(id, verdict));
    }
}

fn replace(launch: &mut Value, old: &str, new: &str) {
    let request = launch["authentication"]["request"].as_str().unwrap();
    assert!(request.contains(old));
    launch["authentication"]["request"] = json!(request.replace(old, new));
}

#[test]
fn a_launch_that_stops_at_the_platform_is_judged_as_far_as_it_went() {
    let mut launch: Value = serde_json::from_str(CHROMIUM).unwrap();
    let entries = launch["log"]["entries"].as_array_mut().unwrap();
    entries.truncate(3);
    entries[2]["response"]["content"] = json!({"size": 0});
    let recorded = launches(&launch.to_string()).remove(0);
    assert!(recorded.response.is_none());
    let run = capture::judge(&recorded).unwrap();
    assert_eq!(verdicts(&run), [("tool-capture-sound", Verdict::Pass)]);
    assert!(run.notes.iter().any(|note| note.text.contains("stops before anything is posted")), "{:?}", run.notes);
}
