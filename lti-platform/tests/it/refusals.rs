//! What the platform refuses, how, and that nothing goes where it must not.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use lti_core::id::{ClientId, LoginHint};
use lti_core::login::AuthenticationRequest;

use crate::support::{Desk, LAUNCH, Page, Pairs, answer};

/// Nothing in this response sends the browser anywhere.
fn stays(page: &Page) {
    assert!(page.status.is_client_error(), "{}", page.status);
    assert_eq!(page.headers.get(header::LOCATION), None);
    for way_out in ["<form", "id_token", "<script", "<a ", "http-equiv"] {
        assert!(!page.body.contains(way_out), "{way_out} in {}", page.body);
    }
}

/// The error code that was posted to the registered address, with the state of the request.
fn posted_error(page: &Page) -> String {
    let (action, _) = page.form().unwrap_or_else(|| panic!("no form in {}", page.body));
    assert_eq!(action, LAUNCH);
    assert_eq!(page.field("state").as_deref(), Some("state-1"));
    assert_eq!(page.field("id_token"), None);
    page.field("error").unwrap_or_else(|| panic!("no error in {}", page.body))
}

fn without(pairs: &Pairs, name: &str) -> Pairs {
    pairs.iter().filter(|(field, _)| field != name).cloned().collect()
}

fn with(pairs: &Pairs, name: &str, value: &str) -> Pairs {
    let changed = pairs.iter().map(|(field, old)| {
        let value = if field == name { value } else { old };
        (field.clone(), value.to_owned())
    });
    changed.collect()
}

#[tokio::test]
async fn an_unregistered_redirect_uri_receives_nothing() {
    let mut desk = Desk::new();
    let login = desk.launch(0, "ada", &[]).await;
    let sound = answer(&login).to_pairs();
    for stranger in [
        "https://evil.example/launch",
        "https://quiz.example/lti/launch/",
        "https://quiz.example/lti/launch?x=1",
        "https://quiz.example/lti/launch#x",
        "https://quiz.example:443/lti/launch",
        "https://QUIZ.example/lti/launch",
        "http://quiz.example/lti/launch",
        "https://quiz.example/lti/../lti/launch",
        "https://quiz.example/lti/launch.evil.example",
        "javascript:alert(1)",
        "\"><script>alert(1)</script>",
    ] {
        stays(&desk.authenticate(&with(&sound, "redirect_uri", stranger)).await);
        stays(&desk.post_pairs("/auth", &with(&sound, "redirect_uri", stranger)).await);
    }
    stays(&desk.authenticate(&without(&sound, "redirect_uri")).await);
    let mut twice = sound.clone();
    twice.push(("redirect_uri".to_owned(), "https://evil.example/launch".to_owned()));
    stays(&desk.authenticate(&twice).await);
}

#[tokio::test]
async fn an_unknown_tool_receives_nothing() {
    let mut desk = Desk::new();
    let login = desk.launch(0, "ada", &[]).await;
    let sound = answer(&login).to_pairs();
    stays(&desk.authenticate(&with(&sound, "client_id", "quiz2")).await);
    stays(&desk.authenticate(&without(&sound, "client_id")).await);
    stays(&desk.authenticate(&[]).await);
    assert!(desk.post("/tools/remove", &[("client_id", "quiz")]).await.status.is_redirection());
    stays(&desk.authenticate(&sound).await);
}

#[tokio::test]
async fn a_broken_request_is_answered_with_an_error_at_the_registered_address() {
    let mut desk = Desk::new();
    let login = desk.launch(0, "ada", &[]).await;
    let sound = answer(&login).to_pairs();
    let mut repeated = sound.clone();
    repeated.push(("nonce".to_owned(), "nonce-2".to_owned()));
    let rows = [
        (without(&sound, "scope"), "invalid_scope"),
        (with(&sound, "scope", "profile"), "invalid_scope"),
        (with(&sound, "response_type", "code"), "unsupported_response_type"),
        (without(&sound, "response_type"), "invalid_request"),
        (with(&sound, "response_mode", "query"), "invalid_request"),
        (without(&sound, "nonce"), "invalid_request"),
        (with(&sound, "nonce", ""), "invalid_request"),
        (with(&sound, "prompt", "login"), "interaction_required"),
        (without(&sound, "login_hint"), "invalid_request"),
        (with(&sound, "login_hint", "ada"), "login_required"),
        (without(&sound, "lti_message_hint"), "invalid_request"),
        (with(&sound, "lti_message_hint", "link-1"), "invalid_request"),
        (repeated, "invalid_request"),
    ];
    for (request, error) in rows {
        let page = desk.authenticate(&request).await;
        assert_eq!(posted_error(&page), error, "{request:?}");
        assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
    }
    assert!(desk.authenticate(&sound).await.field("id_token").is_some(), "the control");
}

#[tokio::test]
async fn only_the_user_who_is_signed_in_is_named() {
    let mut desk = Desk::new();
    let login = desk.launch(0, "ada", &[]).await;
    let request = answer(&login).to_pairs();
    let ada = desk.cookie.take();
    let page = desk.authenticate(&request).await;
    assert_eq!(posted_error(&page), "login_required");
    assert!(!page.body.contains("password"), "a login page under prompt=none");
    desk.cookie = Some("lti_school_session=YWRh.AAAA".to_owned());
    assert_eq!(posted_error(&desk.authenticate(&request).await), "login_required");
    desk.launch(0, "ben", &[]).await;
    assert_eq!(posted_error(&desk.authenticate(&request).await), "login_required");
    desk.cookie = ada;
    assert!(desk.authenticate(&request).await.field("id_token").is_some());
}

#[tokio::test]
async fn hints_of_two_launches_do_not_mix() {
    let mut desk = Desk::new();
    let first = desk.launch(0, "ada", &[]).await;
    let second = desk.launch(1, "ada", &[]).await;
    let mut request = answer(&first);
    request.lti_message_hint = second.lti_message_hint;
    assert_eq!(posted_error(&desk.authenticate(&request.to_pairs()).await), "invalid_request");
    request.login_hint = Some(LoginHint::new(first.lti_message_hint.as_ref().unwrap().as_str()));
    assert_eq!(posted_error(&desk.authenticate(&request.to_pairs()).await), "login_required");
}

#[tokio::test]
async fn a_launch_of_one_tool_is_not_for_another() {
    let mut desk = Desk::new();
    desk.school.register(crate::support::tool("second")).unwrap();
    let login = desk.launch(0, "ada", &[]).await;
    let mut request: AuthenticationRequest = answer(&login);
    request.client_id = Some(ClientId::new("second"));
    assert_eq!(posted_error(&desk.authenticate(&request.to_pairs()).await), "access_denied");
}

#[tokio::test]
async fn a_launch_expires() {
    let mut desk = Desk::new();
    let login = desk.launch(0, "ada", &[]).await;
    let request = answer(&login).to_pairs();
    desk.clock.advance(Duration::from_secs(599));
    assert!(desk.authenticate(&request).await.field("id_token").is_some());
    desk.clock.advance(Duration::from_secs(1));
    assert_eq!(posted_error(&desk.authenticate(&request).await), "access_denied");
}

#[tokio::test]
async fn what_the_tool_may_leave_out_or_add_changes_nothing() {
    let mut desk = Desk::new();
    let login = desk.launch(0, "ada", &[]).await;
    let sound = answer(&login).to_pairs();
    let page = desk.authenticate(&without(&sound, "state")).await;
    assert!(page.field("id_token").is_some() && page.field("state").is_none());
    assert!(desk.authenticate(&without(&sound, "prompt")).await.field("id_token").is_some());
    let mut more = sound.clone();
    more.push(("vendor".to_owned(), "x".to_owned()));
    assert!(desk.authenticate(&more).await.field("id_token").is_some());
    let odd = "<\"state\" & 'more'>+%20 é\\";
    assert_eq!(desk.authenticate(&with(&sound, "state", odd)).await.field("state").as_deref(), Some(odd));
}

#[tokio::test]
async fn a_post_that_is_no_form_is_refused() {
    let mut desk = Desk::new();
    let request = Request::post("/auth").header(header::CONTENT_TYPE, "application/json").body(Body::from("{}"));
    stays(&desk.send(request.unwrap()).await);
}

#[tokio::test]
async fn launches_that_the_school_does_not_offer_are_refused() {
    let mut desk = Desk::new();
    let link = desk.links()[0].clone();
    for (fields, problem) in [
        (vec![("link", link.as_str())], "user is missing"),
        (vec![("link", "nowhere"), ("user", "ada")], "the link is not in this school"),
        (vec![("link", link.as_str()), ("user", "nobody")], "the user is not at this school"),
        (vec![("link", desk.links()[5].as_str()), ("user", "ben")], "the user takes no part in the course"),
    ] {
        let page = desk.post("/launch", &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.body.contains(problem), "{problem}: {}", page.body);
        assert_eq!(desk.cookie, None);
    }
}
