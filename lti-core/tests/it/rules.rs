//! Each rule about a token or a message, broken alone, is named exactly.

use std::collections::BTreeSet;
use std::time::Duration;

use lti_core::inspect::Violation;
use lti_core::jose::{Algorithm, MAX_TOKEN_BYTES, sign_compact};
use serde_json::{Value, json};

use crate::support::{EC, NOW, RSA, STRANGER, World, lti, made, sound_claims, token_of, token_with, without};

type Row = (Violation, String);

fn member(name: &str, value: Value) -> String {
    token_with(|claims| claims[name] = value)
}

fn claim(name: &str, value: Value) -> String {
    member(&lti(name), value)
}

fn header(header: &str) -> String {
    token_of(header, &sound_claims().to_string(), &RSA)
}

/// Claims as text, with something added behind the first brace.
fn payload_with(first: &str) -> String {
    let payload = sound_claims().to_string().replacen('{', &format!("{{{first},"), 1);
    token_of(r#"{"alg":"RS256","kid":"rsa"}"#, &payload, &RSA)
}

fn rows() -> Vec<Row> {
    let long = || Value::String("x".repeat(256));
    let at = |seconds: i64| json!(NOW.as_secs() + seconds);
    vec![
        (Violation::TokenCompact, "a.b".to_owned()),
        (Violation::TokenSize, "a".repeat(MAX_TOKEN_BYTES + 1)),
        (Violation::TokenPayload, token_of(r#"{"alg":"RS256","kid":"rsa"}"#, "[]", &RSA)),
        (Violation::TokenPayload, token_of(r#"{"alg":"RS256","kid":"rsa"}"#, "no json", &RSA)),
        (Violation::TokenAlgNone, header(r#"{"alg":"none","kid":"rsa"}"#)),
        (Violation::TokenAlgNone, header(r#"{"alg":"nOnE"}"#)),
        (Violation::TokenAlgSymmetric, header(r#"{"alg":"HS256","kid":"rsa"}"#)),
        (Violation::TokenAlg, header(r#"{"alg":"RS1","kid":"rsa"}"#)),
        (Violation::TokenAlg, header(r#"{"kid":"rsa"}"#)),
        (Violation::TokenAlgKey, header(r#"{"alg":"ES256","kid":"rsa"}"#)),
        (Violation::TokenAlgKey, header(r#"{"alg":"RS384","kid":"rsa"}"#)),
        (Violation::TokenKidMissing, header(r#"{"alg":"RS256"}"#)),
        (Violation::TokenKidUnknown, header(r#"{"alg":"RS256","kid":"RSA"}"#)),
        (Violation::TokenCrit, header(r#"{"alg":"RS256","kid":"rsa","crit":["exp"],"exp":1}"#)),
        (Violation::TokenSignature, made(sign_compact(&STRANGER, &sound_claims()))),
        (Violation::TokenSignature, token_of(r#"{"alg":"RS256","kid":"rsa"}"#, &sound_claims().to_string(), &EC)),
        (Violation::TokenHeaderKey, header(r#"{"alg":"RS256","kid":"rsa","jku":"https://evil.example"}"#)),
        (Violation::TokenHeaderDuplicate, header(r#"{"alg":"none","alg":"RS256","kid":"rsa"}"#)),
        (Violation::TokenHeaderDuplicate, header(r#"{"alg":"RS256","kid":"rsa","x":1,"x":2}"#)),
        (Violation::TokenClaimDuplicate, payload_with(r#""sub":"other""#)),
        (Violation::TokenClaimDuplicate, payload_with(r#""https://vendor.example/claim":1"#)),
        (Violation::TokenClaimType, member("iss", json!(7))),
        (Violation::TokenClaimType, member("aud", json!({}))),
        (Violation::TokenClaimType, member("aud", json!(["client", 7]))),
        (Violation::TokenClaimType, member("azp", json!(["client"]))),
        (Violation::TokenClaimType, member("exp", json!("1700000300"))),
        (Violation::TokenClaimType, member("iat", json!(null))),
        (Violation::TokenClaimType, member("nbf", json!(true))),
        (Violation::TokenClaimType, member("nonce", json!(7))),
        (Violation::TokenClaimType, member("sub", json!(null))),
        (Violation::TokenClaimType, claim("version", json!(1.3))),
        (Violation::TokenClaimType, claim("resource_link", json!("link-1"))),
        (Violation::TokenClaimType, claim("resource_link", json!({"id": 1}))),
        (Violation::TokenIssMissing, without("iss")),
        (Violation::TokenIss, member("iss", json!("https://lms.example/"))),
        (Violation::TokenIss, member("iss", json!("https://LMS.example"))),
        (Violation::TokenAudMissing, without("aud")),
        (Violation::TokenAud, member("aud", json!("Client"))),
        (Violation::TokenAud, member("aud", json!([]))),
        (Violation::TokenAzp, member("azp", json!("other"))),
        (Violation::TokenExpMissing, without("exp")),
        (Violation::TokenExp, member("exp", at(-60))),
        (Violation::TokenExpLeeway, member("exp", at(-59))),
        (Violation::TokenExpLeeway, member("exp", at(0))),
        (Violation::TokenIatMissing, without("iat")),
        (Violation::TokenIatFuture, member("iat", at(61))),
        (Violation::TokenNbf, member("nbf", at(61))),
        (Violation::TokenNonceMissing, without("nonce")),
        (Violation::TokenNonce, member("nonce", json!("nonce-2"))),
        (Violation::TokenNonce, member("nonce", json!(""))),
        (Violation::TokenSubEmpty, member("sub", json!(""))),
        (Violation::TokenSubLength, member("sub", long())),
        (Violation::TokenSubLength, member("sub", json!("ü"))),
        (Violation::LaunchVersionMissing, without(&lti("version"))),
        (Violation::LaunchVersion, claim("version", json!("1.3"))),
        (Violation::LaunchMessageTypeMissing, without(&lti("message_type"))),
        (Violation::LaunchMessageType, claim("message_type", json!("ltiResourceLinkRequest"))),
        (Violation::LaunchTargetLinkUriMissing, without(&lti("target_link_uri"))),
        (Violation::LaunchTargetLinkUriDiffers, claim("target_link_uri", json!("https://tool.example/launch/"))),
        (Violation::LaunchDeploymentMissing, without(&lti("deployment_id"))),
        (Violation::LaunchDeploymentDiffers, claim("deployment_id", json!("dep-2"))),
        (Violation::LaunchResourceLinkMissing, without(&lti("resource_link"))),
        (Violation::LaunchResourceLinkIdMissing, claim("resource_link", json!({"title": "One"}))),
        (Violation::LaunchResourceLinkIdLength, claim("resource_link", json!({"id": long()}))),
        (Violation::LaunchRolesMissing, without(&lti("roles"))),
        (Violation::LaunchRolesType, claim("roles", json!("Instructor"))),
        (
            Violation::LaunchRolesType,
            claim("roles", json!(["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner", 1])),
        ),
        (Violation::LaunchRolesUnknown, claim("roles", json!([""]))),
        (Violation::LaunchRolesUnknown, claim("roles", json!(["https://vendor.example/role"]))),
        (Violation::LaunchRolesShort, claim("roles", json!(["Instructor"]))),
        (Violation::LaunchRolesShort, claim("roles", json!(["http://purl.imsglobal.org/vocab/lis/v2/person#Student"]))),
        (Violation::LaunchContextIdMissing, claim("context", json!({"title": "One"}))),
        (Violation::LaunchContextIdLength, claim("context", json!({"id": long()}))),
        (Violation::LaunchContextType, claim("context", json!({"id": "c", "type": "CourseSection"}))),
        (Violation::LaunchContextType, claim("context", json!({"id": "c", "type": []}))),
        (Violation::LaunchContextType, claim("context", json!({"id": "c", "type": ["CourseGroup"]}))),
        (Violation::LaunchToolPlatformGuid, claim("tool_platform", json!({"name": "LMS"}))),
        (Violation::LaunchToolPlatformGuid, claim("tool_platform", json!({"guid": long()}))),
        (Violation::LaunchMentorScope, claim("role_scope_mentor", json!(["user-8"]))),
        (Violation::LaunchDocumentTarget, claim("launch_presentation", json!({"document_target": "embed"}))),
        (Violation::LaunchCustomValue, claim("custom", json!({"a": null}))),
        (Violation::LaunchCustomValue, claim("custom", json!({"a": 7}))),
        (Violation::LaunchClaimType, claim("custom", json!([]))),
        (Violation::LaunchClaimType, claim("context", json!("c-1"))),
        (Violation::LaunchClaimType, member("email", json!(null))),
        (Violation::LaunchClaimType, claim("launch_presentation", json!({"width": "wide"}))),
    ]
}

#[test]
fn a_sound_launch_breaks_no_rule() {
    assert_eq!(World::new().violations(&token_with(|_| {})), []);
}

#[test]
fn each_broken_rule_is_named_and_no_other() {
    let world = World::new();
    for (violation, token) in rows() {
        assert_eq!(world.violations(&token), [violation], "{}", violation.id());
    }
    let mut altered = token_with(|_| {});
    let cut = altered.rfind('.').map_or(0, |dot| dot + 1);
    altered.replace_range(cut..=cut, if altered[cut..].starts_with('A') { "B" } else { "A" });
    assert_eq!(world.violations(&altered), [Violation::TokenSignature]);
}

/// Rules that a policy or the registration brings in.
#[test]
fn rules_of_policy_and_registration_are_named() {
    let mut world = World::new();
    let many = member("aud", json!(["client", "other"]));
    assert_eq!(world.violations(&many), [Violation::TokenAudUntrusted, Violation::TokenAzpMissing]);
    let many_azp = token_with(|claims| {
        claims["aud"] = json!(["other", "client"]);
        claims["azp"] = json!("client");
    });
    assert_eq!(world.violations(&many_azp), [Violation::TokenAudUntrusted]);
    world.policy.trusted_audiences = vec!["other".to_owned()];
    assert_eq!(world.violations(&many_azp), []);
    assert_eq!(world.violations(&many), [Violation::TokenAzpMissing]);

    let mut world = World::new();
    world.policy.algorithms = vec![Algorithm::Es256];
    assert_eq!(world.violations(&token_with(|_| {})), [Violation::TokenAlg]);

    let mut world = World::new();
    world.policy.max_age = Some(Duration::from_secs(100));
    assert_eq!(world.violations(&member("iat", json!(NOW.as_secs() - 160))), []);
    assert_eq!(world.violations(&member("iat", json!(NOW.as_secs() - 161))), [Violation::TokenIatOld]);
    let future = Violation::TokenIatFuture;
    assert!(future.refuses(&world.policy) && !future.refuses(&World::new().policy));
    assert_eq!(world.violations(&member("iat", json!(NOW.as_secs() + 61))), [future]);

    let mut world = World::new();
    world.login.lti_deployment_id = None;
    assert_eq!(world.violations(&claim("deployment_id", json!("dep-3"))), [Violation::LaunchDeploymentUnknown]);
    world.deployments = None;
    assert_eq!(world.violations(&claim("deployment_id", json!("dep-3"))), []);
    assert_eq!(world.violations(&claim("deployment_id", json!("x".repeat(256)))), [Violation::LaunchDeploymentLength]);
}

#[test]
fn a_launch_without_a_user_is_anonymous_or_refused_as_the_policy_says() {
    let anonymous = token_with(|claims| {
        for name in ["sub", "name", "email"] {
            claims.as_object_mut().map(|claims| claims.remove(name));
        }
    });
    let mut world = World::new();
    assert_eq!(world.violations(&anonymous), [Violation::TokenSubMissing]);
    assert!(world.inspect(&anonymous).is_clean());
    assert_eq!(world.violations(&without("sub")), [Violation::TokenSubMissing, Violation::TokenSubIdentity]);
    world.policy.anonymous = false;
    assert!(!world.inspect(&anonymous).is_clean());
}

/// The texts bind a tool to take these, or leave it no reason to refuse them.
#[test]
fn what_is_lawful_is_accepted_without_a_word() {
    let world = World::new();
    let rows = [
        member("aud", json!(["client"])),
        member("azp", json!("client")),
        member("exp", json!(1_700_000_300.5)),
        member("exp", json!(u64::MAX)),
        member("iat", json!(NOW.as_secs() + 2)),
        member("sub", json!("x".repeat(255))),
        member("https://vendor.example/other", json!({"deep": [[[]]]})),
        member("unknown", json!(null)),
        claim("resource_link", json!({"id": "link-1", "unknown": {}})),
        claim("roles", json!([])),
        claim("role_scope_mentor", json!([])),
        claim("roles", json!(["https://vendor.example/x", "http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor"])),
        claim("custom", json!({"date": "", "variable": "$Canvas.user.id"})),
        without(&lti("context")),
        without(&lti("custom")),
        without(&lti("launch_presentation")),
        without("email"),
        header(r#"{"alg":"RS256","kid":"rsa","typ":"anything","unknown":{}}"#),
        made(sign_compact(&EC, &sound_claims())),
    ];
    for token in rows {
        assert_eq!(world.violations(&token), []);
    }
}

/// After a bad signature the report goes on; the product does not look at a claim.
#[test]
fn a_report_tells_everything_at_once() {
    let mut claims = sound_claims();
    claims["iss"] = json!("https://evil.example");
    claims["aud"] = json!("other");
    claims["exp"] = json!(1);
    claims.as_object_mut().map(|claims| claims.remove("nonce"));
    let token = made(sign_compact(&STRANGER, &claims));
    assert_eq!(
        World::new().violations(&token),
        [
            Violation::TokenSignature,
            Violation::TokenIss,
            Violation::TokenAud,
            Violation::TokenExp,
            Violation::TokenNonceMissing,
        ]
    );
    let inspection = World::new().inspect(&token);
    assert_eq!(inspection.claims().map(|claims| &claims["iss"]), Some(&json!("https://evil.example")));
    assert!(inspection.into_clean().is_err());
}

/// Rules about login, request and response have unit tests of their own; the others are in the rows above.
#[test]
fn no_rule_about_a_message_is_without_a_row() {
    let mut rows: BTreeSet<_> = rows().into_iter().map(|(violation, _)| violation).collect();
    rows.extend([
        Violation::TokenAudUntrusted,
        Violation::TokenAzpMissing,
        Violation::TokenIatOld,
        Violation::TokenSubMissing,
        Violation::TokenSubIdentity,
        Violation::LaunchDeploymentUnknown,
        Violation::LaunchDeploymentLength,
        // Only a store can tell; see `launch`.
        Violation::LaunchNonceReplayed,
    ]);
    let about_a_message = |violation: &&Violation| {
        violation.id().starts_with("lti13-token-") || violation.id().starts_with("lti13-launch-")
    };
    let missing: Vec<_> = Violation::ALL.iter().filter(about_a_message).filter(|v| !rows.contains(v)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn findings_say_what_was_expected_and_seen_and_repeat_no_person() {
    let world = World::new();
    let mut shown = Vec::new();
    for (violation, token) in rows() {
        let inspection = world.inspect(&token);
        for finding in inspection.violations() {
            shown.push(format!("{}\n  expected {}\n  seen     {}", violation.id(), finding.expected, finding.seen));
        }
    }
    let shown = shown.join("\n");
    for secret in ["user-7", "Hanako", "h@example", "nonce-1", "nonce-2", "user-8"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    insta::assert_snapshot!(shown);
}
