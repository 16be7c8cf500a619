//! A launch from the click to the ID token, judged as a tool judges it.

use axum::http::{StatusCode, header};
use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId, Issuer, Nonce, Subject};
use lti_core::inspect::{Clean, Deployments, LaunchContext, Policy, Violation, inspect, verify};
use lti_core::jose::KeySet;
use lti_core::login::{LoginInitiation, LoginRecord};
use lti_platform::mock::school::SchoolRole;
use lti_platform::mock::{Choice, Privacy};
use serde_json::Value;

use crate::support::{Desk, ISSUER, LAUNCH, LOGIN, NOW, OTHER_LAUNCH, Page, answer};

/// Judges the ID token of a response with everything that the tool of these tests knows.
fn judge(page: &Page, keys: &KeySet, login: &LoginInitiation, expect_user: bool) -> Clean {
    let token = page.field("id_token").unwrap_or_else(|| panic!("no id_token in {}", page.body));
    let (issuer, client_id, nonce) = (Issuer::new(ISSUER), ClientId::new("quiz"), Nonce::new("nonce-1"));
    let deployments = [DeploymentId::new("dep-1"), DeploymentId::new("dep-2")];
    let (policy, record) = (Policy::default(), LoginRecord::from(login));
    let context = LaunchContext {
        keys,
        issuer: &issuer,
        client_id: &client_id,
        nonce: Some(&nonce),
        login: Some(&record),
        deployments: Deployments::Known(&deployments),
        policy: &policy,
    };
    let now = Timestamp::from_secs(NOW);
    let found = inspect(&token, &context, now);
    let found: Vec<_> = found.violations().iter().map(|finding| finding.violation).collect();
    // An anonymous launch is told from others by this alone; it refuses nothing.
    let anonymous: &[Violation] = if expect_user { &[] } else { &[Violation::TokenSubMissing] };
    assert_eq!(found, anonymous);
    verify(&token, &context, now).unwrap()
}

fn claims(page: &Page) -> Value {
    let token = page.field("id_token").unwrap();
    serde_json::from_slice(lti_core::jose::CompactJws::parse(&token).unwrap().payload()).unwrap()
}

#[tokio::test]
async fn a_launch_reaches_the_requested_address_with_a_clean_token() {
    let mut desk = Desk::new();
    let keys = desk.key_set().await;
    let login = desk.launch(0, "aoi", &[]).await;
    assert_eq!((login.iss.as_str(), login.target_link_uri.as_str()), (ISSUER, LAUNCH));
    assert_eq!(login.lti_deployment_id, Some(DeploymentId::new("dep-1")));
    let mut request = answer(&login);
    request.redirect_uri = Some(OTHER_LAUNCH.to_owned());
    for page in [desk.authenticate(&request.to_pairs()).await, desk.post_pairs("/auth", &request.to_pairs()).await] {
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
        let (action, fields) = page.form().unwrap();
        assert_eq!(action, OTHER_LAUNCH);
        assert_eq!(fields.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["id_token", "state"]);
        let clean = judge(&page, &keys, &login, true);
        assert_eq!(clean.message().person.name.as_deref(), Some("田中 葵"));
        assert_eq!(clean.message().resource_link.id, desk.links()[0]);
    }
}

#[tokio::test]
async fn whoever_launches_whatever_the_token_breaks_no_rule() {
    let mut desk = Desk::new();
    let keys = desk.key_set().await;
    let school = desk.school.school();
    let roles = SchoolRole::ALL.iter().map(|role| role.value()).chain(["", "none"]);
    let roles: Vec<&str> = roles.collect();
    for (index, membership) in school.courses[0].members.iter().enumerate() {
        let user = membership.person.as_str();
        for (shift, privacy) in Privacy::ALL.iter().enumerate() {
            let role = roles[(index * 3 + shift) % roles.len()];
            let login = desk.launch(index % 2, user, &[("role", role), ("privacy", privacy.value())]).await;
            let page = desk.authenticate(&answer(&login).to_pairs()).await;
            judge(&page, &keys, &login, *privacy != Privacy::Anonymous);
        }
    }
}

#[tokio::test]
async fn the_message_says_what_the_school_knows_and_no_more_than_was_chosen() {
    let mut desk = Desk::new();
    let login = desk.launch(0, "ingrid", &[]).await;
    let full = claims(&desk.authenticate(&answer(&login).to_pairs()).await);
    insta::assert_json_snapshot!(full, {
        "[\"https://purl.imsglobal.org/spec/lti/claim/launch_presentation\"].return_url" => "[return_url]",
        "[\"https://purl.imsglobal.org/spec/lti/claim/tool_platform\"].version" => "[version]",
    });
    let login = desk.launch(5, "noor", &[("privacy", "anonymous"), ("role", "none")]).await;
    let anonymous = claims(&desk.authenticate(&answer(&login).to_pairs()).await);
    let names: Vec<&str> = anonymous.as_object().unwrap().keys().map(String::as_str).collect();
    for identity in ["sub", "name", "given_name", "family_name", "email", "locale", "picture"] {
        assert!(!names.contains(&identity), "{identity} in an anonymous launch");
    }
    assert_eq!(anonymous["https://purl.imsglobal.org/spec/lti/claim/roles"], Value::Array(Vec::new()));
    assert_eq!(anonymous["https://purl.imsglobal.org/spec/lti/claim/deployment_id"], "dep-2");
}

#[tokio::test]
async fn somebody_without_an_address_has_no_email_claim() {
    let mut desk = Desk::new();
    let login = desk.launch(0, "noor", &[]).await;
    let claims = claims(&desk.authenticate(&answer(&login).to_pairs()).await);
    assert_eq!(claims["name"], "Noor Haddad");
    assert_eq!(claims.get("email"), None);
}

#[tokio::test]
async fn a_login_by_post_is_a_form_that_posts_the_same_parameters() {
    let mut desk = Desk::new();
    let link = desk.links()[0].clone();
    for target in ["window", "iframe"] {
        let fields = [("link", link.as_str()), ("user", "ada"), ("method", "post"), ("target", target)];
        let page = desk.post("/launch", &fields).await;
        assert_eq!(page.status, StatusCode::OK);
        let (action, fields) = page.form().unwrap();
        assert_eq!(action, LOGIN);
        let login = LoginInitiation::from_pairs(fields).unwrap();
        let response = desk.authenticate(&answer(&login).to_pairs()).await;
        let claims = claims(&response);
        let presentation = &claims["https://purl.imsglobal.org/spec/lti/claim/launch_presentation"];
        assert_eq!(presentation["document_target"], target);
    }
}

#[tokio::test]
async fn a_program_launches_without_the_pages() {
    let mut desk = Desk::new();
    let keys = desk.key_set().await;
    let choice = Choice::new(desk.links()[0].clone(), Subject::new("ada"));
    let started = desk.school.start(&choice).await.unwrap();
    assert!(started.url().as_str().starts_with(LOGIN));
    let cookie = desk.school.session_cookie(&choice.user);
    desk.cookie = cookie.split(';').next().map(str::to_owned);
    let page = desk.authenticate(&answer(&started.login).to_pairs()).await;
    assert_eq!(judge(&page, &keys, &started.login, true).message().sub, Some(choice.user));
}

#[tokio::test]
async fn a_launch_in_the_page_shows_the_tool_in_a_frame() {
    let mut desk = Desk::new();
    let link = desk.links()[0].clone();
    let page = desk.post("/launch", &[("link", link.as_str()), ("user", "ada"), ("target", "iframe")]).await;
    assert!(
        page.body.contains("<iframe class=\"tool-frame\" src=\"https://quiz.example/lti/login?x=1&#38;iss="),
        "{}",
        page.body
    );
    assert!(desk.cookie.is_some());
}

#[tokio::test]
async fn the_documents_of_the_issuer_agree_with_each_other() {
    let mut desk = Desk::new();
    let page = desk.get("/.well-known/openid-configuration").await;
    assert_eq!(page.header(header::CONTENT_TYPE), "application/json");
    insta::assert_json_snapshot!(serde_json::from_str::<Value>(&page.body).unwrap(), {
        "[\"https://purl.imsglobal.org/spec/lti-platform-configuration\"].version" => "[version]",
    });
    let keys: Value = serde_json::from_str(&desk.get("/jwks").await.body).unwrap();
    assert_eq!(keys["keys"][0]["kid"], "school-1");
    for private in ["d", "p", "q", "dp", "dq", "qi"] {
        assert_eq!(keys["keys"][0].get(private), None);
    }
}

#[tokio::test]
async fn a_school_below_a_path_keeps_everything_below_it() {
    let mut desk = Desk::at("https://school.example/lms/");
    let link = desk.links()[0].clone();
    let page = desk.post("/lms/launch", &[("link", link.as_str()), ("user", "ada")]).await;
    let location = page.header(header::LOCATION).to_owned();
    assert!(location.contains("iss=https%3A%2F%2Fschool.example%2Flms&"), "{location}");
    let cookie = page.header(header::SET_COOKIE);
    assert!(cookie.ends_with("; Path=/lms/; HttpOnly; SameSite=None; Secure"), "{cookie}");
    let course = desk.get("/lms/courses/hist-101").await.body;
    assert!(
        course.contains("href=\"/lms/assets/school.css\"") && course.contains("action=\"/lms/launch\""),
        "{course}"
    );
    assert_eq!(desk.get("/lms/").await.header(header::LOCATION), "/lms");
    assert_eq!(desk.get("/lms").await.header(header::LOCATION), "/lms/courses/hist-101");
    let document: Value = serde_json::from_str(&desk.get("/lms/.well-known/openid-configuration").await.body).unwrap();
    assert_eq!(document["authorization_endpoint"], "https://school.example/lms/auth");
    assert_eq!(desk.get("/courses/hist-101").await.status, StatusCode::NOT_FOUND);
}
