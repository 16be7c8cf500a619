//! Launches recorded from a running Moodle 4.5.

use lti_core::Timestamp;
use lti_core::id::Nonce;
use lti_core::inspect::{Deployments, LaunchContext, Policy, Violation, inspect, verify};
use lti_core::jose::{KeySet, SigningKey, jwks_document, sign_compact};
use lti_core::login::{AuthenticationRequest, AuthenticationResponse, LoginInitiation, LoginRecord, SentLogin};
use lti_core::message::LtiResourceLinkRequest;
use lti_core::vocab::ContextType;
use serde_json::Value;
use url::Url;

use crate::support::made;

struct Capture {
    login: LoginInitiation,
    request: AuthenticationRequest,
    id_token: String,
    keys: KeySet,
}

fn captures() -> [Capture; 2] {
    [
        include_str!("../fixtures/moodle-4.5/lti13-launch-student1-cm13.json"),
        include_str!("../fixtures/moodle-4.5/lti13-launch-teacher1-cm13.json"),
    ]
    .map(|text| {
        let capture: Value = made(serde_json::from_str(text));
        let fields = |step: &str| -> Vec<(String, String)> {
            made(serde_json::from_value(capture[step]["form"]["fields"].clone()))
        };
        let line = capture["authentication"]["request"].as_str().unwrap_or_default();
        let url: Url = made(line.trim_start_matches("GET ").parse());
        let response = made(AuthenticationResponse::from_pairs(fields("authentication")));
        let AuthenticationResponse::Success { id_token, .. } = response else { panic!("{response:?}") };
        Capture {
            login: made(LoginInitiation::from_pairs(fields("initiation"))),
            request: AuthenticationRequest::from_pairs(url.query_pairs().into_owned()),
            id_token,
            keys: made(KeySet::parse(capture["jwks"].to_string().as_bytes())),
        }
    })
}

/// The message, judged one second after it was made, against the login that was recorded with it.
fn judged(capture: &Capture) -> (LtiResourceLinkRequest, Vec<Violation>) {
    let now = Timestamp::from_secs(1_795_301_853);
    let policy = Policy::default();
    let context = LaunchContext {
        keys: &capture.keys,
        issuer: &capture.login.iss,
        client_id: &"loopclient000013".into(),
        nonce: capture.request.nonce.as_ref(),
        login: Some(&LoginRecord::from(&capture.login)),
        deployments: Deployments::Known(&["1".into()]),
        policy: &policy,
    };
    let found = inspect(&capture.id_token, &context, now);
    let violations = found.violations().iter().map(|finding| finding.violation).collect();
    (made(verify(&capture.id_token, &context, now)).message().clone(), violations)
}

#[test]
fn the_login_and_the_request_fit_each_other() {
    for capture in captures() {
        assert!(capture.login.extra.is_empty());
        let sent = SentLogin {
            login: &capture.login,
            client_id: &"loopclient000013".into(),
            redirect_uris: &["http://127.0.0.1:9180/launch".to_owned()],
        };
        assert_eq!(capture.request.inspect(Some(&sent)), []);
    }
}

#[test]
fn the_launches_are_accepted_and_break_no_rule() {
    let [student, teacher] = captures();
    let (message, violations) = judged(&student);
    assert_eq!(violations, []);
    assert!(message.roles.iter().any(lti_core::vocab::Role::is_learner));
    assert_eq!(message.custom.get("jp"), Some("日本語 テスト"));
    assert_eq!(message.custom.get("empty"), Some(""));
    assert_eq!(message.resource_link.description.as_deref(), Some("Line one\r\nLine two"));
    let context = message.context.unwrap_or_else(|| panic!("a course"));
    assert!(context.is(&ContextType::CourseSection), "a deprecated simple name");
    let (message, violations) = judged(&teacher);
    assert_eq!(violations, []);
    assert!(message.roles.iter().any(lti_core::vocab::Role::is_instructor));
}

#[test]
fn a_foreign_nonce_is_noticed() {
    let [mut student, teacher] = captures();
    student.request.nonce.clone_from(&teacher.request.nonce);
    let context = LaunchContext {
        keys: &student.keys,
        issuer: &student.login.iss,
        client_id: &"loopclient000013".into(),
        nonce: student.request.nonce.as_ref(),
        login: None,
        deployments: Deployments::Any,
        policy: &Policy::default(),
    };
    let refused = verify(&student.id_token, &context, Timestamp::from_secs(1_795_301_853)).err();
    assert_eq!(refused.map(|finding| finding.violation), Some(Violation::TokenNonce));
    assert_ne!(student.request.nonce, Some(Nonce::new("")));
}

/// What was read is written again, signed with a key of our own, and read to the same message.
#[test]
fn the_messages_survive_the_way_there_and_back() {
    for mut capture in captures() {
        let (message, _) = judged(&capture);
        let key = made(SigningKey::generate_es256("ours"));
        capture.id_token = made(sign_compact(&key, &message));
        capture.keys = made(KeySet::parse(jwks_document([&key]).to_string().as_bytes()));
        assert_eq!(judged(&capture).0, message);
    }
}

/// Nothing that Moodle sends is lost; what it writes in a deprecated spelling is written as a URI.
#[test]
fn every_claim_is_kept() {
    for capture in captures() {
        let (message, _) = judged(&capture);
        let jws = made(lti_core::jose::CompactJws::parse(&capture.id_token));
        let mut sent: Value = made(serde_json::from_slice(jws.payload()));
        let context = &mut sent["https://purl.imsglobal.org/spec/lti/claim/context"];
        context["type"] = serde_json::json!(["http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"]);
        assert_eq!(made(serde_json::to_value(&message)), sent);
    }
}
