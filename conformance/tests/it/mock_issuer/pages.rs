//! Signing in, deciding, and the admin API.

use conformance::mock_issuer::{Fault, MockIssuer, MockIssuerBuilder};
use http::Request;

use super::flow::{header, issuer, send};

const FORM: &str = "application/x-www-form-urlencoded";

fn authorize(scopes: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", "mock-client"),
            ("redirect_uri", "https://client.test/callback"),
            ("scope", scopes),
            ("state", "s"),
        ])
        .finish();
    format!("/authorize?{query}")
}

/// Signs in by the page; gives the cookie.
async fn sign_in(issuer: &MockIssuer, user: &str, password: &str, return_to: &str) -> (u16, String, String) {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("username", user), ("password", password), ("return_to", return_to)])
        .finish();
    let post = Request::post(issuer.endpoint("/mock/login")).header("content-type", FORM).header("host", "issuer.test");
    let answer = send(issuer, post, form).await.unwrap();
    let cookie = header(&answer, "set-cookie").split(';').next().unwrap().to_owned();
    (answer.status().as_u16(), cookie, header(&answer, "location").to_owned())
}

async fn get(issuer: &MockIssuer, address: &str, cookie: &str) -> (u16, String, String) {
    let answer = send(issuer, Request::get(address).header("cookie", cookie), String::new()).await.unwrap();
    (
        answer.status().as_u16(),
        header(&answer, "location").to_owned(),
        String::from_utf8_lossy(answer.body()).into_owned(),
    )
}

#[tokio::test]
async fn a_user_signs_in_decides_and_is_later_asked_only_for_what_is_new() {
    let (issuer, _) = issuer(MockIssuerBuilder::asking_for_consent).await;
    let (_, login, _) = get(&issuer, &issuer.endpoint(&authorize("openid email")), "").await;
    assert!(login.starts_with(&issuer.endpoint("/mock/login?")), "{login}");
    assert_eq!(sign_in(&issuer, "ada", "wrong", "").await.0, 401);
    let (status, _, elsewhere) = sign_in(&issuer, "ada", "ada-password", "https://elsewhere.example/authorize?x").await;
    assert_eq!((status, elsewhere.as_str()), (303, "/a/"));
    let (_, cookie, back) = sign_in(&issuer, "ada", "ada-password", &issuer.endpoint(&authorize("openid email"))).await;
    let (_, consent, _) = get(&issuer, &back, &cookie).await;
    let (status, _, page) = get(&issuer, &consent, &cookie).await;
    assert_eq!(status, 200);
    assert!(page.contains("value=\"email\"") && page.contains("for the first time"), "{page}");
    let (_, other, _) = sign_in(&issuer, "ben", "ben-password", "").await;
    assert_eq!(get(&issuer, &consent, &other).await.0, 400, "somebody else asks");
}

#[tokio::test]
async fn whoever_does_not_want_to_sign_in_goes_back_with_access_denied() {
    let (issuer, _) = issuer(|builder| builder).await;
    let (_, login, _) = get(&issuer, &issuer.endpoint(&authorize("openid")), "").await;
    let query = login.split_once('?').map(|(_, query)| query.to_owned()).unwrap();
    let cancel = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "cancel_to").unwrap().1.into_owned();
    let (_, _, page) = get(&issuer, &login, "").await;
    assert!(page.contains(&format!("<a href=\"{}\">Cancel</a>", cancel.replace('&', "&#38;"))), "{page}");
    let (_, back, _) = get(&issuer, &cancel, "").await;
    assert!(back.starts_with("https://client.test/callback?") && back.contains("error=access_denied"), "{back}");
    let foreign = issuer.endpoint("/mock/login?cancel_to=https%3A%2F%2Felsewhere.example%2Fauthorize%3Fx");
    assert!(!get(&issuer, &foreign, "").await.2.contains("Cancel"));
}

#[tokio::test]
async fn foreign_pages_can_neither_sign_in_nor_switch_faults() {
    let (issuer, _) = issuer(|builder| builder).await;
    let post = |path: &str, host: &str| {
        Request::post(issuer.endpoint(path)).header("content-type", FORM).header("host", host.to_owned())
    };
    let foreign = post("/mock/login", "issuer.test").header("origin", "https://evil.example");
    let answer = send(&issuer, foreign, "username=ada&password=ada-password".to_owned()).await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "set-cookie")), (403, ""));
    let switch = "fault=id-token-alg-none&times=always";
    let foreign = post("/mock/faults", "127.0.0.1:9330").header("sec-fetch-site", "cross-site");
    assert_eq!(send(&issuer, foreign, switch.to_owned()).await.unwrap().status(), 403);
    assert_eq!(send(&issuer, post("/mock/faults", "evil.example"), switch.to_owned()).await.unwrap().status(), 403);
    assert_eq!(issuer.faults(), []);
    let own = post("/mock/faults", "127.0.0.1:9330").header("origin", "http://127.0.0.1:9330");
    assert_eq!(send(&issuer, own, switch.to_owned()).await.unwrap().status(), 303);
    assert_eq!(issuer.faults(), [Fault::IdTokenAlgNone.into()]);
}

#[tokio::test]
async fn the_admin_api_sets_lists_and_clears_and_only_this_machine_may_ask() {
    let (issuer, _) = issuer(|builder| builder).await;
    let admin = |method: &str, path: &str, host: &str| {
        Request::builder()
            .method(method)
            .uri(issuer.endpoint(&format!("/mock/admin{path}")))
            .header("host", host.to_owned())
    };
    let local = "localhost:9330";
    let put = send(
        &issuer,
        admin("PUT", "/faults/transport-status-500", local),
        "{\"times\":\"once\",\"endpoint\":\"jwks\"}".to_owned(),
    );
    assert_eq!(put.await.unwrap().status(), 204);
    assert_eq!(issuer.faults()[0].to_string(), "transport-status-500@jwks:once");
    for (method, path, body, status) in [
        ("PUT", "/faults/no-such-fault", "{}", 404),
        ("PUT", "/faults/id-token-alg-none", "{\"times\":\"twice\"}", 400),
        ("PUT", "/faults/id-token-alg-none", "{\"time\":\"once\"}", 400),
        ("POST", "/keys/rotate", "", 403),
        ("DELETE", "/faults", "", 204),
        ("PUT", "/clock", "{\"offset\":-90}", 204),
        ("GET", "/ledger?after=0", "", 200),
    ] {
        let answer = send(&issuer, admin(method, path, local), body.to_owned()).await.unwrap();
        assert_eq!(answer.status(), status, "{method} {path}: {}", String::from_utf8_lossy(answer.body()));
    }
    assert_eq!((issuer.faults().len(), issuer.clock().offset()), (0, -90));
    let listed = send(&issuer, admin("GET", "/faults", local), String::new()).await.unwrap();
    let listed: serde_json::Value = serde_json::from_slice(listed.body()).unwrap();
    assert_eq!(listed["faults"].as_array().unwrap().len(), Fault::ALL.len());
    for host in ["issuer.test", "evil.example:9330", ""] {
        assert_eq!(send(&issuer, admin("GET", "/faults", host), String::new()).await.unwrap().status(), 403, "{host}");
    }
}
