//! No secret reaches a report, wherever it was planted.

use conformance::report::model::Report;
use conformance::report::redact::Redactor;
use conformance::report::text::{Style, print_run};
use conformance::report::{html, json, junit};
use proptest::prelude::*;
use serde_json::Value;

use super::fixture;

/// Everything that can be read of a report, in all its forms.
fn everything(report: &Report, redactor: &Redactor) -> String {
    let redacted = redactor.report(report);
    let mut out = Vec::new();
    json::write(&redacted, &mut out).unwrap();
    junit::write(&redacted, &mut out).unwrap();
    html::write(&redacted, &mut out).unwrap();
    let mut annotated = Style::plain();
    annotated.annotations = true;
    let mut lines = Style::plain();
    lines.lines = true;
    for run in &redacted.runs {
        for style in [annotated, lines] {
            print_run(&mut out, run, style).unwrap();
        }
    }
    String::from_utf8(out).unwrap()
}

/// The report with every text replaced by this one.
fn filled(report: &Report, text: &str) -> Report {
    fn fill(value: &mut Value, text: &str) {
        match value {
            Value::String(old) => text.clone_into(old),
            Value::Array(items) => items.iter_mut().for_each(|item| fill(item, text)),
            // A verdict is no text.
            Value::Object(members) => {
                members.iter_mut().filter(|(name, _)| *name != "verdict").for_each(|(_, member)| fill(member, text));
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(report).unwrap();
    fill(&mut value, text);
    serde_json::from_value(value).unwrap()
}

/// The ways in which a secret shows in a text that carries it.
fn disguises(secret: &str) -> Vec<String> {
    vec![
        format!("before Authorization: Bearer {secret}\nafter"),
        format!("sent bearer {secret}, and got 401"),
        format!("Authorization: Basic {secret}"),
        format!("Set-Cookie: sid={secret}; Path=/; Secure"),
        format!("Cookie: a=1; sid={secret}"),
        format!("https://a.example/token?x=1&client_secret={secret}&y=2"),
        format!("grant_type=password&password={secret}"),
        format!(r#"{{"access_token":"{secret}","expires_in":3600}}"#),
        format!(r#"{{\"registration_access_token\": \"{secret}\"}}"#),
        format!("registration_token={secret}"),
        format!("client_secret: {secret}"),
        format!("oauth_signature={secret}"),
        format!("https://user:{secret}@a.example/"),
        format!("-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----"),
        format!("-----BEGIN RSA PRIVATE KEY-----\n{secret}"),
        format!(r#"{{"kty":"RSA","n":"AQAB","d":"{secret}"}}"#),
        format!(r#"{{"kty":"oct","k":"{secret}"}}"#),
        format!("id_token=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.{secret}"),
        format!("eyJhbGciOiJIUzI1NiJ9.e30.{secret} was posted"),
    ]
}

proptest! {
    // Each case writes every form of a report for every disguise.
    #![proptest_config(ProptestConfig::with_cases(2))]

    #[test]
    fn a_secret_planted_in_every_text_survives_nowhere(secret in "[A-Za-z0-9_-]{18,40}") {
        for disguise in disguises(&secret) {
            let seen = everything(&filled(&fixture::report(), &disguise), &Redactor::new());
            prop_assert!(!seen.contains(&secret), "survived as {disguise}");
        }
    }

    #[test]
    fn a_configured_secret_survives_nowhere(secret in "[A-Za-z0-9_-]{8,40}") {
        let redactor = Redactor::new().knowing([secret.clone()]);
        for text in [format!("said {secret} again"), format!("x{secret}y")] {
            prop_assert!(!everything(&filled(&fixture::report(), &text), &redactor).contains(&secret));
        }
    }

}

proptest! {
    #[test]
    fn redacting_never_panics_and_twice_changes_nothing(text in any::<String>(), captured in any::<bool>()) {
        let redactor = if captured { Redactor::for_capture() } else { Redactor::new() };
        let once = redactor.text(&text);
        prop_assert_eq!(redactor.text(&once), once);
    }

    #[test]
    fn texts_near_the_marks_never_panic(text in "[eyJ.:=\"'\\\\@%40é{}<> -]{0,60}(client_secret|Bearer|-----BEGIN |PRIVATE KEY-----|cookie: |://)?[eyJ.:=\"'\\\\@é{}<> -]{0,60}") {
        let redactor = Redactor::for_capture();
        let once = redactor.text(&text);
        prop_assert_eq!(redactor.text(&once), once);
    }
}

#[test]
fn a_value_seen_under_a_secret_name_survives_nowhere_else() {
    let secret = "Zx81-4711-spectrum";
    for name in ["client_secret", "set-cookie", "cookie", "authorization", "registration_access_token"] {
        let value = match name {
            "set-cookie" => format!("sid={secret}; Secure"),
            "cookie" => format!("a=b; sid={secret}"),
            "authorization" => format!("Bearer {secret}"),
            _ => secret.to_owned(),
        };
        let mut report = fixture::report();
        let result = &mut report.runs[0].results[1];
        result.exchanges[0].headers.push((name.to_owned(), value));
        result.exchanges[2].text = format!("your session is {secret}");
        result.observed = format!("page says {secret}");
        assert!(!everything(&report, &Redactor::new()).contains(secret), "{name}");
    }
}

#[test]
fn the_fixture_loses_its_secrets_and_keeps_its_evidence() {
    let seen = everything(&fixture::report(), &Redactor::new());
    assert!(!seen.contains("4f1d0a99c0ffee77"), "the cookie's value");
    assert!(!seen.contains("c2lnbmF0dXJl"), "the token's signature");
    for kept in ["somebody-else", "Ada Lovelace", "SameSite=None", "st-1", "my-tool.toml --only tool-aud-foreign"] {
        assert!(seen.contains(kept), "{kept} is evidence");
    }
}

#[test]
fn of_a_capture_people_go_as_well() {
    let mut report = fixture::report();
    report.runs[0].captured = true;
    report.runs[0].results[1].observed = "302, page says \"Welcome Ada\", mail to ada@school.example".to_owned();
    report.runs[0].results[1].exchanges[2].fields.push(("lis_result_sourcedid".to_owned(), "grade-cell-17".to_owned()));
    report.runs[0].results[1].exchanges[2].text = "cell grade-cell-17 of Lovelace".to_owned();
    let seen = everything(&report, &Redactor::new());
    for person in
        ["Ada", "Lovelace", "ada@school.example", "grade-cell-17", "login_hint=user-7", "\"user-7\"\n              ]"]
    {
        assert!(!seen.contains(person), "{person} is a person's");
    }
    assert!(
        seen.contains("somebody-else") && seen.contains("&lt;payload redacted&gt;")
            || seen.contains("payload redacted")
    );
}
