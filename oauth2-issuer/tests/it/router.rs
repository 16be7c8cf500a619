//! The issuer behind HTTP.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use oauth2_issuer::metadata::ProviderMetadata;
use oauth2_issuer::server::{IssuerServer, Sessions};
use oauth2_issuer::{BoxFuture, Unavailable};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::authorize::{authorizer, clients, request, ring};

/// The cookie is the user.
struct Cookie;

impl Sessions for Cookie {
    fn user<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Option<String>, Unavailable>> {
        let user = headers.get("cookie").and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
        Box::pin(async move {
            if user.as_deref() == Some("down") { Err(Unavailable::new("the session store")) } else { Ok(user) }
        })
    }
}

fn router() -> Router {
    let url = |path: &str| format!("https://lms.example{path}").parse().unwrap();
    let metadata = ProviderMetadata::new("https://lms.example", url("/auth"), url("/jwks"));
    let keys = ring();
    let authorizer = authorizer(&keys, Arc::new(clients()));
    IssuerServer::new(metadata, keys, authorizer, Arc::new(Cookie)).router()
}

async fn send(request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let response = router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

fn encoded() -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(request()).finish()
}

fn post(content_type: &str, body: String) -> Request<Body> {
    Request::post("/auth").header("cookie", "ada").header("content-type", content_type).body(body.into()).unwrap()
}

#[tokio::test]
async fn the_documents_are_public_json() {
    let (status, headers, body) =
        send(Request::get("/.well-known/openid-configuration").body(Body::empty()).unwrap()).await;
    assert_eq!((status, headers["content-type"].to_str().unwrap()), (StatusCode::OK, "application/json"));
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["issuer"], "https://lms.example");
    let (status, headers, body) = send(Request::get("/jwks").body(Body::empty()).unwrap()).await;
    assert_eq!((status, headers["cache-control"].to_str().unwrap()), (StatusCode::OK, "public, max-age=300"));
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["keys"][0]["kid"], "key-1");
}

#[tokio::test]
async fn get_and_post_get_the_form() {
    let get = Request::get(format!("/auth?{}", encoded())).header("cookie", "ada").body(Body::empty()).unwrap();
    for request in [get, post("application/x-www-form-urlencoded; charset=UTF-8", encoded())] {
        let (status, headers, body) = send(request).await;
        assert_eq!((status, headers["cache-control"].to_str().unwrap()), (StatusCode::OK, "no-store"));
        assert!(headers.get("x-frame-options").is_none());
        assert!(body.contains("<form method=\"post\" action=\"https://tool.example/launch?course=1\""), "{body}");
        assert!(body.contains("name=\"id_token\"") && body.contains("<button type=\"submit\">"), "{body}");
        assert!(body.contains("name=\"state\" value=\"st%&#38;=1\""), "{body}");
    }
}

#[tokio::test]
async fn an_error_is_posted_to_the_tool() {
    let request = Request::get(format!("/auth?{}", encoded())).body(Body::empty()).unwrap();
    let (status, _, body) = send(request).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains("name=\"error\" value=\"login_required\""), "{body}");
    assert!(!body.contains("id_token"), "{body}");
}

#[tokio::test]
async fn bad_requests_get_a_page_here() {
    let empty = Request::get("/auth").body(Body::empty()).unwrap();
    let other_form = post("multipart/form-data; boundary=x", encoded());
    let binary = post("application/x-www-form-urlencoded", "%ff%00=\u{1}&&&==".to_owned());
    for request in [empty, other_form, binary] {
        let (status, headers, body) = send(request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(headers["content-type"].to_str().unwrap().starts_with("text/html") && body.contains("<h1>"), "{body}");
    }
    let (status, ..) = send(post("application/x-www-form-urlencoded", "x".repeat(70_000))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let put = Request::put("/auth").body(Body::empty()).unwrap();
    assert_eq!(send(put).await.0, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_failure_behind_says_nothing_about_itself() {
    let request = Request::get(format!("/auth?{}", encoded())).header("cookie", "down").body(Body::empty()).unwrap();
    let (status, _, body) = send(request).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!body.contains("session store"), "{body}");
}
