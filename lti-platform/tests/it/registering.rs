//! A tool that adds itself to the school by its registration URL.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::support::{Desk, ISSUER, Page};

async fn opened(desk: &mut Desk, form: &str) -> Page {
    let request = Request::post("/tools/add").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    desk.send(request.body(Body::from(form.to_owned())).unwrap()).await
}

async fn register(desk: &mut Desk, token: Option<&str>, body: &Value) -> Page {
    let mut request = Request::post("/register").header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    desk.send(request.body(Body::from(body.to_string())).unwrap()).await
}

fn token_of(page: &Page) -> String {
    let (_, rest) = page.body.split_once("registration_token=").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn metadata() -> Value {
    json!({
        "application_type": "web", "response_types": ["id_token"], "grant_types": ["implicit", "client_credentials"],
        "client_name": "Added", "initiate_login_uri": "http://127.0.0.1:9320/login",
        "redirect_uris": ["http://127.0.0.1:9320/launch"], "jwks_uri": "http://127.0.0.1:9320/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "https://purl.imsglobal.org/spec/lti-tool-configuration": {
            "domain": "127.0.0.1:9320", "target_link_uri": "http://127.0.0.1:9320/launch",
        },
    })
}

#[tokio::test]
async fn a_tool_adds_itself_and_is_linked_in_the_courses() {
    let mut desk = Desk::new();
    let discovery = desk.send(Request::get("/.well-known/openid-configuration").body(Body::empty()).unwrap()).await;
    let discovery: Value = serde_json::from_str(&discovery.body).unwrap();
    assert_eq!(discovery["registration_endpoint"], format!("{ISSUER}/register"));
    let page =
        opened(&mut desk, "registration_url=http%3A%2F%2F127.0.0.1%3A9320%2Fregister%3Fa%3D1&target=frame").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("<iframe") && page.body.contains("register?a=1&amp;openid_configuration=")
            || page.body.contains("register?a=1&#38;openid_configuration="),
        "{}",
        page.body
    );
    assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
    let links = desk.school.school().courses[0].links.len();
    let answer = register(&mut desk, Some(&token_of(&page)), &metadata()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    assert!(answer["client_id"].as_str().unwrap().starts_with("tool-"));
    assert_eq!(desk.school.school().courses[0].links.len(), links + 5);
    let again = register(&mut desk, Some(&token_of(&page)), &metadata()).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    assert_eq!(again.headers[header::WWW_AUTHENTICATE], "Bearer error=\"invalid_token\"");
}

#[tokio::test]
async fn refusals_have_their_status_and_their_code() {
    let mut desk = Desk::new();
    let without = register(&mut desk, None, &metadata()).await;
    assert_eq!(without.status, StatusCode::UNAUTHORIZED);
    let page = opened(&mut desk, "registration_url=http%3A%2F%2F127.0.0.1%3A9320%2Fregister&target=window").await;
    assert!(page.body.contains("rel=\"opener\"") && !page.body.contains("<iframe"), "{}", page.body);
    let mut fragment = metadata();
    fragment["redirect_uris"] = json!(["http://127.0.0.1:9320/launch#x"]);
    let refused = register(&mut desk, Some(&token_of(&page)), &fragment).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(serde_json::from_str::<Value>(&refused.body).unwrap()["error"], "invalid_redirect_uri");
    assert_eq!(opened(&mut desk, "registration_url=javascript%3Aalert(1)").await.status, StatusCode::BAD_REQUEST);
}
