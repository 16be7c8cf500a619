//! The form that brought a token, with what is known around it.

use conformance::{
    capture,
    exchange::{AuthRequest, Person, Plan},
    report::model::Verdict,
    selftest,
};
use http::Method;
use serde_json::{Value, json};

/// A launch as an administrator would record it.
fn recorded(change: impl FnOnce(&mut conformance::forge::Token)) -> Value {
    let world = selftest::world(None).unwrap();
    let request =
        AuthRequest { issuer: 0, method: Method::GET, parameters: vec![("nonce".to_owned(), "n-1".to_owned())] };
    let mut token = Plan::new(&world, 0, Person::learner()).token(&world, &request);
    change(&mut token);
    json!({
        "fields": {"id_token": token.compact().unwrap(), "state": "s-1"},
        "url": "https://tool.test/launch",
        "jwks": {"keys": world.platform.ordinary_keys()},
        "issuer": world.issuer(0),
        "client_id": "tool-client",
        "deployment_ids": ["dep-1"],
    })
}

fn judged(capture: &Value) -> Vec<(String, Verdict)> {
    let run = capture::judge(&capture::read(&capture.to_string()).unwrap()).unwrap();
    run.results.into_iter().map(|result| (result.id, result.verdict)).collect()
}

#[test]
fn a_sound_launch_is_said_to_be_sound() {
    assert_eq!(judged(&recorded(|_| {})), [("tool-capture-sound".to_owned(), Verdict::Pass)]);
}

#[test]
fn every_violation_is_named_at_once() {
    let found = judged(&recorded(|token| {
        token.set("aud", "somebody-else");
        token.set("exp", 22222);
        token.remove(&conformance::exchange::lti("deployment_id"));
    }));
    for id in ["tool-capture-token-aud", "tool-capture-token-exp", "tool-capture-launch-deployment-missing"] {
        assert!(found.iter().any(|(known, verdict)| known == id && *verdict == Verdict::Fail), "{id}: {found:?}");
    }
}

#[test]
fn what_is_not_given_is_not_compared_and_the_report_says_so() {
    let mut capture = recorded(|token| token.seal = conformance::forge::Seal::Noise);
    let object = capture.as_object_mut().unwrap();
    for key in ["jwks", "issuer", "client_id", "deployment_ids"] {
        object.remove(key);
    }
    let run = capture::judge(&capture::read(&capture.to_string()).unwrap()).unwrap();
    assert_eq!(run.results[0].id, "tool-capture-sound");
    let notes: Vec<&str> = run.notes.iter().map(|note| note.text.as_str()).collect();
    assert!(notes.iter().any(|note| note.contains("signature is not judged")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("one second after iat")), "{notes:?}");
}

#[test]
fn a_real_moodle_launch_is_judged() {
    let text = include_str!("../../fixtures/moodle-4.5-launch.json");
    let run = capture::judge(&capture::read(text).unwrap()).unwrap();
    let failed: Vec<&str> =
        run.results.iter().filter(|result| result.verdict == Verdict::Fail).map(|result| result.id.as_str()).collect();
    assert_eq!(failed, Vec::<&str>::new());
}

#[test]
fn an_error_response_is_explained() {
    let capture = json!({"fields": [["error", "login_required"], ["state", "s"]]});
    assert_eq!(judged(&capture), [("tool-capture-response-error".to_owned(), Verdict::Info)]);
}

#[test]
fn what_is_no_capture_is_refused_in_one_line() {
    let error = capture::read("{\"field\": {}}").unwrap_err().to_string();
    assert!(error.contains("unknown field `field`"), "{error}");
    assert!(capture::read("{}").unwrap_err().to_string().contains("fields is missing"));
}
