//! The tool behind HTTP.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use http::{HeaderMap, Request, StatusCode};
use lti_core::jose::token::sign_compact;
use lti_tool::Launch;
use tower::ServiceExt as _;
use url::Url;

use crate::world::{Browser, KEY, Login, World, login_parameters};

async fn launched(State(greeting): State<&'static str>, launch: Launch) -> String {
    format!("{greeting}, {}", launch.user().map_or("nobody", |user| user.as_str()))
}

fn app(world: &World) -> Router {
    world.tool.router(launched).route("/stray", axum::routing::get(launched)).with_state("Hello")
}

async fn send(app: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

fn encode(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn form(path: &str, browser: &Browser, body: String) -> Request<Body> {
    let mut request = Request::post(path).body(Body::from(body)).unwrap();
    *request.headers_mut() = browser.headers();
    request.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    request
}

fn set_cookies(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
}

async fn launch_after(app: &Router, world: &World, login: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let mut browser = Browser::default();
    let (status, headers, body) = send(app, login).await;
    assert_eq!((status, body.as_str()), (StatusCode::FOUND, ""));
    browser.take(&set_cookies(&headers));
    let login = Login::read(&Url::parse(headers["location"].to_str().unwrap()).unwrap());
    let token = sign_compact(&KEY, &world.message(&login)).unwrap();
    let fields = [("id_token".to_owned(), token), ("state".to_owned(), login["state"].clone())];
    send(app, form("/lti/launch", &browser, encode(&fields))).await
}

#[tokio::test]
async fn logins_by_get_and_by_post_end_in_a_launch() {
    let world = World::new();
    let app = app(&world);
    let query = encode(&login_parameters());
    let get = Request::get(format!("/lti/login?{query}")).body(Body::empty()).unwrap();
    for login in [get, form("/lti/login", &Browser::default(), query)] {
        let (status, headers, body) = launch_after(&app, &world, login).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, "Hello, user-1"));
        assert!(set_cookies(&headers)[0].contains("Max-Age=0"));
        assert!(headers.get("x-frame-options").is_none());
    }
}

#[tokio::test]
async fn refusals_are_pages_with_a_client_error() {
    let world = World::new();
    let app = app(&world);
    let none = Browser::default();
    let rows = [
        (400, Request::get("/lti/login").body(Body::empty()).unwrap()),
        (400, form("/lti/login", &none, "iss=%ff&iss=".to_owned())),
        (400, form("/lti/launch", &none, String::new())),
        (400, form("/lti/launch", &none, "error=login_required".to_owned())),
        (401, form("/lti/launch", &none, "id_token=a.b.c".to_owned())),
        (401, form("/lti/launch", &none, "id_token=a.b.c&state=s".to_owned())),
        (400, Request::post("/lti/launch").body(Body::from("{}")).unwrap()),
        (400, Request::post("/lti/login").header("content-type", "application/json").body(Body::from("{}")).unwrap()),
    ];
    for (status, request) in rows {
        let (seen, headers, body) = send(&app, request).await;
        assert_eq!(seen.as_u16(), status, "{body}");
        assert_eq!(headers["cache-control"], "no-store");
        assert!(headers["content-type"].to_str().unwrap().starts_with("text/html") && body.contains("<h1>"));
        assert_eq!(headers.contains_key("www-authenticate"), status == 401);
        assert!(headers.get("set-cookie").is_none() && headers.get("x-frame-options").is_none());
    }
}

#[tokio::test]
async fn other_methods_and_sizes_are_client_errors() {
    let app = app(&World::new());
    let get = Request::get("/lti/launch?id_token=a.b.c&state=s").body(Body::empty()).unwrap();
    let (status, headers, body) = send(&app, get).await;
    assert_eq!((status, headers["allow"].to_str().unwrap()), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
    assert!(body.contains("go back to your course"), "{body}");
    let put = Request::put("/lti/launch").body(Body::empty()).unwrap();
    assert_eq!(send(&app, put).await.0, StatusCode::METHOD_NOT_ALLOWED);
    let huge = form("/lti/launch", &Browser::default(), format!("id_token={}", "x".repeat(600_000)));
    let (status, _, body) = send(&app, huge).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(body.contains("larger than a login or a launch may be"), "{body}");
}

#[tokio::test]
async fn a_launch_cannot_be_had_elsewhere() {
    let app = app(&World::new());
    let (status, _, body) = send(&app, Request::get("/stray").body(Body::empty()).unwrap()).await;
    assert_eq!((status, body.as_str()), (StatusCode::UNAUTHORIZED, "no launch at this address"));
}

#[tokio::test]
async fn a_handler_that_ignores_the_launch_is_guarded_all_the_same() {
    async fn careless() -> &'static str {
        "secret"
    }
    let app: Router = World::new().tool.router(careless);
    let (status, _, body) = send(&app, form("/lti/launch", &Browser::default(), "id_token=a&state=b".to_owned())).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(!body.contains("secret"));
}

#[tokio::test]
async fn the_key_set_is_public() {
    let (status, headers, body) =
        send(&app(&World::new()), Request::get("/lti/jwks").body(Body::empty()).unwrap()).await;
    assert_eq!((status, headers["content-type"].to_str().unwrap()), (StatusCode::OK, "application/json"));
    assert_eq!(body, "{\"keys\":[]}");
}
