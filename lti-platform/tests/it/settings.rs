//! What link, tool and launch tell about a user, what they send along, and what a person can set on the pages.

use axum::http::{StatusCode, header};
use lti_core::id::{ClientId, DeploymentId, Issuer, Nonce};
use lti_core::inspect::{Deployments, LaunchContext, Policy, verify};
use lti_core::jose::CompactJws;
use lti_core::login::LoginRecord;
use lti_core::message::Lti11Secret;
use serde_json::{Value, json};

use crate::support::{Desk, ISSUER, LAUNCH, LOGIN, NOW, answer};

const ROLES: &str = "https://purl.imsglobal.org/spec/lti/claim/roles";
const LTI1P1: &str = "https://purl.imsglobal.org/spec/lti/claim/lti1p1";
const CUSTOM: &str = "https://purl.imsglobal.org/spec/lti/claim/custom";

/// The claims of a launch of this link by this user.
async fn launched(desk: &mut Desk, link: usize, user: &str, more: &[(&str, &str)]) -> Value {
    let login = desk.launch(link, user, more).await;
    let page = desk.authenticate(&answer(&login).to_pairs()).await;
    let token = page.field("id_token").unwrap_or_else(|| panic!("no token in {}", page.body));
    serde_json::from_slice(CompactJws::parse(&token).unwrap().payload()).unwrap()
}

/// Which claims about the user are there.
fn identity(claims: &Value) -> Vec<&'static str> {
    let names = ["sub", "name", "given_name", "family_name", "email", "locale"];
    names.into_iter().filter(|name| claims.get(name).is_some()).collect()
}

#[tokio::test]
async fn the_links_of_the_school_tell_what_they_say() {
    let mut desk = Desk::new();
    let full = launched(&mut desk, 0, "ben", &[]).await;
    assert_eq!(identity(&full), ["sub", "name", "given_name", "family_name", "email", "locale"]);
    let private = launched(&mut desk, 2, "ben", &[]).await;
    assert_eq!(identity(&private), ["sub"]);
    assert_eq!(private["sub"], full["sub"]);
    let anonymous = launched(&mut desk, 3, "ben", &[]).await;
    assert_eq!(identity(&anonymous), [""; 0]);
    assert_eq!(anonymous[ROLES], full[ROLES], "an anonymous launch keeps its roles");
    let wider = launched(&mut desk, 2, "ben", &[("privacy", "full")]).await;
    assert_eq!(identity(&wider), ["sub"], "a launch tells no more than its link");
    let email = launched(&mut desk, 0, "ben", &[("privacy", "email")]).await;
    assert_eq!(identity(&email), ["sub", "email"]);
}

#[tokio::test]
async fn variables_are_resolved_where_the_school_knows_them() {
    let mut desk = Desk::new();
    let ben = launched(&mut desk, 4, "ben", &[]).await;
    insta::assert_json_snapshot!(ben[CUSTOM], { ".return_url" => "[return_url]" });
    let returned = ben[CUSTOM]["return_url"].as_str().unwrap();
    assert!(returned.starts_with("http://127.0.0.1:9310/return?launch="), "{returned}");
    let noor = launched(&mut desk, 4, "noor", &[]).await;
    assert_eq!(noor[CUSTOM]["email"], "", "supported, and she has none");
}

#[tokio::test]
async fn variables_tell_no_more_about_a_user_than_the_message() {
    let mut desk = Desk::new();
    for (privacy, user_id, full_name, email) in [
        ("name", "ben", "Benedikt Okafor", "$Person.email.primary"),
        ("email", "ben", "$Person.name.full", "ben.okafor@lindenhof.example"),
        ("id", "ben", "$Person.name.full", "$Person.email.primary"),
        ("anonymous", "$User.id", "$Person.name.full", "$Person.email.primary"),
    ] {
        let claims = launched(&mut desk, 4, "ben", &[("privacy", privacy)]).await;
        let custom = &claims[CUSTOM];
        assert_eq!(custom["user_id"], user_id, "{privacy}");
        assert_eq!(custom["full_name"], full_name, "{privacy}");
        assert_eq!(custom["email"], email, "{privacy}");
        assert_eq!(custom["context_id"], "hist-101", "{privacy}");
    }
}

#[tokio::test]
async fn a_tool_has_parameters_and_a_privacy_of_its_own() {
    let mut desk = Desk::new();
    let fields =
        [("client_id", "quiz"), ("privacy", "id"), ("custom", "chapter=1\r\nuser=$User.id\r\nname=$Person.name.full")];
    let page = desk.post("/tools/settings", &fields).await;
    assert_eq!((page.status, page.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/tools"));
    let claims = launched(&mut desk, 0, "ben", &[]).await;
    assert_eq!(identity(&claims), ["sub"]);
    let custom = json!({ "user": "ben", "name": "$Person.name.full", "chapter": "3", "empty": "" });
    assert_eq!(claims[CUSTOM], custom, "the link's own chapter wins");
    let shown = desk.get("/tools").await.body;
    assert!(shown.contains("<option value=\"id\" selected>") && shown.contains("user=$User.id"), "{shown}");
}

#[tokio::test]
async fn the_settings_of_a_link_hold_for_its_next_launch() {
    let mut desk = Desk::new();
    let link = desk.links()[0].to_string();
    let fields = [("link", link.as_str()), ("privacy", "anonymous"), ("custom", "<x>=$Context.label")];
    let page = desk.post("/links/settings", &fields).await;
    assert_eq!((page.status, page.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/courses/hist-101"));
    let claims = launched(&mut desk, 0, "ben", &[]).await;
    assert_eq!(identity(&claims), [""; 0]);
    assert_eq!(claims[CUSTOM], json!({ "<x>": "HIST 101" }));
    let shown = desk.get("/courses/hist-101").await.body;
    assert!(shown.contains("&#60;x&#62;=$Context.label"), "{shown}");
    for (fields, status) in [
        ([("link", "nowhere"), ("privacy", "full"), ("custom", "")], StatusCode::NOT_FOUND),
        ([("link", &link), ("privacy", "some"), ("custom", "")], StatusCode::BAD_REQUEST),
        ([("link", &link), ("privacy", "full"), ("custom", "chapter")], StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(desk.post("/links/settings", &fields).await.status, status, "{fields:?}");
    }
}

#[tokio::test]
async fn sub_roles_bring_their_principal_and_the_test_student_its_marker() {
    let mut desk = Desk::new();
    let vocabulary = "http://purl.imsglobal.org/vocab/lis/v2/membership";
    let chloe = launched(&mut desk, 0, "chloe", &[]).await;
    let expected = json!([format!("{vocabulary}#Instructor"), format!("{vocabulary}/Instructor#TeachingAssistant")]);
    assert_eq!(chloe[ROLES], expected);
    let tutor = format!("{vocabulary}/Mentor#Tutor");
    let ingrid = launched(&mut desk, 0, "ingrid", &[("other_role", &tutor)]).await;
    assert_eq!(ingrid[ROLES], json!([format!("{vocabulary}#Mentor"), tutor]));
    assert_eq!(ingrid["https://purl.imsglobal.org/spec/lti/claim/role_scope_mentor"], json!(["ben"]));
    let test = launched(&mut desk, 0, "test-student", &[]).await;
    let marker = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser";
    assert_eq!(test[ROLES], json!([format!("{vocabulary}#Learner"), marker]));
}

#[tokio::test]
async fn a_rotated_key_signs_at_once_and_the_old_one_stays_published() {
    let mut desk = Desk::alone();
    let kids = |set: &Value| -> Vec<String> {
        set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let before: Value = serde_json::from_str(&desk.get("/jwks").await.body).unwrap();
    let page = desk.post("/admin/rotate-keys", &[]).await;
    assert_eq!((page.status, page.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/tools#keys"));
    let after: Value = serde_json::from_str(&desk.get("/jwks").await.body).unwrap();
    assert_eq!((kids(&before).len(), kids(&after).len()), (1, 2));
    assert_eq!(kids(&after)[0], kids(&before)[0]);
    let keys = desk.key_set().await;
    let login = desk.launch(0, "ben", &[]).await;
    let token = desk.authenticate(&answer(&login).to_pairs()).await.field("id_token").unwrap();
    assert_eq!(CompactJws::parse(&token).unwrap().header().kid.as_deref(), Some(kids(&after)[1].as_str()));
    let policy = Policy::default();
    let context = LaunchContext {
        keys: &keys,
        issuer: &Issuer::new(ISSUER),
        client_id: &ClientId::new("quiz"),
        nonce: Some(&Nonce::new("nonce-1")),
        login: Some(&LoginRecord::from(&login)),
        deployments: Deployments::Known(&[DeploymentId::new("dep-1")]),
        policy: &policy,
    };
    verify(&token, &context, lti_core::Timestamp::from_secs(NOW)).unwrap();
    assert!(desk.get("/tools").await.body.contains(kids(&after)[1].as_str()));
}

#[tokio::test]
async fn the_return_page_shows_what_the_tool_says_and_logs_the_rest() {
    let mut desk = Desk::new();
    let claims = launched(&mut desk, 0, "ben", &[]).await;
    let presentation = &claims["https://purl.imsglobal.org/spec/lti/claim/launch_presentation"];
    let path = presentation["return_url"].as_str().unwrap().strip_prefix(ISSUER).unwrap().to_owned();
    let page = desk.get(&format!("{path}&lti_errormsg=%3Cb%3Ebad&lti_msg=done&lti_errorlog=code+7&lti_log=ok")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("&#60;b&#62;bad") && page.body.contains("<p class=\"notice bad\">done"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("<b>bad") && !page.body.contains("code 7"), "logs are not for the user");
    let trace = desk.get("/trace.json").await.body;
    assert!(trace.contains("code 7") && trace.contains("lti_errorlog"), "{trace}");
}

#[tokio::test]
async fn a_tool_with_two_addresses_is_answered_at_the_one_it_asks_for() {
    let mut desk = Desk::new();
    let second = format!("{LAUNCH}-too");
    let redirect_uris = format!("{LAUNCH}\n{second}");
    let fields = [("client_id", "two"), ("initiation_url", LOGIN), ("redirect_uris", redirect_uris.as_str())];
    assert_eq!(desk.post("/tools", &fields).await.status, StatusCode::SEE_OTHER);
    let link = desk.links()[5].clone();
    assert_eq!(desk.school.school().link(&link).unwrap().1.client_id, ClientId::new("two"));
    for redirect_uri in [LAUNCH, second.as_str()] {
        let login = desk.launch(5, "ben", &[]).await;
        let mut request = answer(&login);
        request.client_id = Some(ClientId::new("two"));
        request.redirect_uri = Some(redirect_uri.to_owned());
        let page = desk.authenticate(&request.to_pairs()).await;
        assert_eq!(page.form().unwrap().0, redirect_uri);
    }
}

#[tokio::test]
async fn a_link_of_lti_1_1_carries_its_old_identifiers_with_a_proof() {
    let mut desk = Desk::new();
    let link = desk.links()[0].to_string();
    assert_eq!(launched(&mut desk, 0, "ben", &[]).await.get(LTI1P1), None);
    let fields =
        [("link", link.as_str()), ("privacy", "full"), ("custom", ""), ("lti11_resource_link_id", "429785226")];
    desk.post("/links/settings", &fields).await;
    let unsigned = launched(&mut desk, 0, "ben", &[]).await;
    assert_eq!(unsigned[LTI1P1], json!({ "user_id": "1007", "resource_link_id": "429785226" }));
    let fields = [("client_id", "quiz"), ("lti11_consumer_key", "179248902"), ("lti11_secret", "my-lti11-secret")];
    desk.post("/tools/settings", &fields).await;
    let keys = desk.key_set().await;
    for _ in 0..2 {
        let login = desk.launch(0, "ben", &[]).await;
        let token = desk.authenticate(&answer(&login).to_pairs()).await.field("id_token").unwrap();
        let policy = Policy::default();
        let context = LaunchContext {
            keys: &keys,
            issuer: &Issuer::new(ISSUER),
            client_id: &ClientId::new("quiz"),
            nonce: Some(&Nonce::new("nonce-1")),
            login: Some(&LoginRecord::from(&login)),
            deployments: Deployments::Any,
            policy: &policy,
        };
        let clean = verify(&token, &context, lti_core::Timestamp::from_secs(NOW)).unwrap();
        let signed = clean.message().lti1p1.as_ref().unwrap();
        assert_eq!(signed.oauth_consumer_key.as_deref(), Some("179248902"));
        let secret = Lti11Secret::new("my-lti11-secret");
        assert_eq!(clean.message().verify_migration(&ClientId::new("quiz"), &secret), Ok(()));
        let page = desk.get("/tools").await.body;
        assert!(page.contains("value=\"179248902\"") && !page.contains("my-lti11-secret"), "{page}");
        // A form without the secret keeps it.
        desk.post("/tools/settings", &[("client_id", "quiz"), ("lti11_consumer_key", "179248902")]).await;
    }
    let anonymous = launched(&mut desk, 0, "ben", &[("privacy", "anonymous")]).await;
    assert_eq!(anonymous[LTI1P1].get("user_id"), None);
}

#[tokio::test]
async fn a_tool_is_granted_the_scopes_that_are_ticked() {
    let mut desk = Desk::new();
    let form = |more: &[(&'static str, &'static str)]| [&[("client_id", "quiz"), ("privacy", "full")], more].concat();
    let shown = "name=\"scope-score\" value=\"1\" checked";
    for (fields, granted) in [
        (form(&[("scopes", "shown"), ("scope-score", "1")]), true),
        (form(&[]), true),
        (form(&[("scopes", "shown"), ("scope-lineitem", "1")]), false),
    ] {
        assert_eq!(desk.post("/tools/settings", &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(desk.get("/tools").await.body.contains(shown), granted, "{fields:?}");
    }
}
