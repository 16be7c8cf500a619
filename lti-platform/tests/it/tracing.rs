//! The trace: complete, live, and without anything that works.

use axum::http::{StatusCode, header};
use serde_json::Value;

use crate::support::{Desk, OTHER_LAUNCH, answer};

async fn trace(desk: &mut Desk) -> Value {
    serde_json::from_str(&desk.get("/trace.json").await.body).unwrap()
}

#[tokio::test]
async fn every_message_of_a_launch_is_there_and_the_signature_is_not() {
    let mut desk = Desk::new();
    let login = desk.launch(0, "aoi", &[]).await;
    let page = desk.authenticate(&answer(&login).to_pairs()).await;
    let token = page.field("id_token").unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();

    let document = trace(&mut desk).await;
    let launch = &document["launches"][0];
    assert_eq!(launch["stage"], "token-sent");
    let kinds: Vec<_> =
        launch["launch"]["messages"].as_array().unwrap().iter().map(|message| &message["kind"]).collect();
    assert_eq!(kinds, ["login-initiation", "authentication-request", "authentication-response"]);
    let rules = launch["launch"]["messages"][1]["rules"].as_array().unwrap();
    assert!(rules.len() >= 11 && rules.iter().all(|rule| rule["kept"] == true), "{rules:?}");

    for path in ["/trace.json", "/trace?version=0", "/launches", "/courses/hist-101"] {
        let body = desk.get(path).await.body;
        assert!(body.contains(&format!("{signed}.[signature removed]")), "{path} shows the token");
        assert!(!body.contains(signature), "{path} shows the signature");
    }
    assert!(!format!("{:?}", desk.school.trace()).contains(signature));
}

#[tokio::test]
async fn a_launch_that_stops_half_way_shows_where() {
    let mut desk = Desk::new();
    let login = desk.launch(0, "ben", &[]).await;
    assert_eq!(trace(&mut desk).await["launches"][0]["stage"], "initiated");
    assert!(desk.get("/courses/hist-101").await.body.contains("waiting for the authentication request"));

    let mut request = answer(&login);
    request.redirect_uri = Some(format!("{OTHER_LAUNCH}/"));
    request.nonce = None;
    desk.authenticate(&request.to_pairs()).await;
    let document = trace(&mut desk).await;
    assert_eq!(document["launches"][0]["stage"], "refused");
    let rules = document["launches"][0]["launch"]["messages"][1]["rules"].as_array().unwrap();
    let broken: Vec<_> = rules.iter().filter(|rule| rule["kept"] == false).map(|rule| &rule["id"]).collect();
    assert_eq!(broken, ["lti13-auth-redirect-uri", "lti13-auth-nonce"]);
    let page = desk.get("/courses/hist-101").await.body;
    assert!(page.contains("stopped at the authentication request") && page.contains("9/11 rules"), "{page}");

    request.redirect_uri = Some(OTHER_LAUNCH.to_owned());
    desk.authenticate(&request.to_pairs()).await;
    assert_eq!(trace(&mut desk).await["launches"][0]["stage"], "error-sent");
}

#[tokio::test]
async fn a_request_that_belongs_to_no_launch_is_shown_as_such() {
    let mut desk = Desk::new();
    let pairs = [("client_id", "quiz"), ("redirect_uri", "https://evil.example/"), ("nonce", "<b>")];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    desk.get(&format!("/auth?{query}")).await;
    let document = trace(&mut desk).await;
    assert_eq!(document["launches"][0]["stage"], "refused");
    let page = desk.get("/launches").await.body;
    assert!(page.contains("belongs to no launch") && !page.contains("<b>"), "{page}");
}

#[tokio::test]
async fn the_fragment_comes_only_when_something_changed() {
    let mut desk = Desk::new();
    desk.launch(0, "ada", &[]).await;
    let page = desk.get("/trace?version=0").await;
    assert_eq!(page.status, StatusCode::OK);
    let version = page.headers.get("x-trace-version").unwrap().to_str().unwrap().to_owned();
    let same = desk.get(&format!("/trace?version={version}")).await;
    assert_eq!((same.status, same.body.as_str()), (StatusCode::NO_CONTENT, ""));
    desk.get("/jwks").await;
    let page = desk.get(&format!("/trace?version={version}")).await;
    assert!(page.body.contains("The key set was last read at 08:00:00 UTC."), "{}", page.body);
    assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
}

#[tokio::test]
async fn who_comes_back_is_told_what_the_tool_said() {
    let mut desk = Desk::new();
    let login = desk.launch(0, "ada", &[]).await;
    desk.authenticate(&answer(&login).to_pairs()).await;
    let id = trace(&mut desk).await["launches"][0]["launch"]["id"].as_str().unwrap().to_owned();
    let page = desk.get(&format!("/return?launch={id}&lti_errormsg=%3Cb%3Eno%3C/b%3E&lti_errorlog=deep")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("The tool reports an error") && !page.body.contains("<b>no"), "{}", page.body);
    assert!(!page.body.contains("deep"), "a log entry is not for the user");
    assert_eq!(trace(&mut desk).await["launches"][0]["stage"], "returned");
    assert!(desk.get("/return").await.body.contains("The tool had nothing to say."));
    assert!(desk.get("/return?lti_msg=Saved").await.body.contains("Saved"));
}
