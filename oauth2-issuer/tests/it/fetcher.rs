//! The guarded fetcher over the loopback network.

use std::time::Duration;

use http::StatusCode;
use oauth2_issuer::relying::{Fetch as _, FetchError, FetchPolicy, Fetched, GuardedFetcher, Submission, Submit as _};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn get(policy: FetchPolicy, url: &str) -> Result<Fetched, FetchError> {
    GuardedFetcher::new(policy).unwrap().get(&Url::parse(url).unwrap()).await
}

fn policy() -> FetchPolicy {
    let mut policy = FetchPolicy::default().allow_loopback();
    policy.max_body = 1_000;
    policy
}

async fn server(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/jwks"))
        .and(header("accept", "application/json"))
        .respond_with(template)
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn a_document_is_fetched_with_its_headers() {
    let template = ResponseTemplate::new(200).insert_header("cache-control", "max-age=7").set_body_string("{}");
    let server = server(template).await;
    let fetched = get(policy(), &format!("{}/jwks", server.uri())).await.unwrap();
    assert_eq!((fetched.status, fetched.max_age(), &fetched.body[..]), (StatusCode::OK, Some(7), &b"{}"[..]));
    // The same server under its name.
    let named = server.uri().replace("127.0.0.1", "localhost");
    assert!(get(policy(), &format!("{named}/jwks")).await.is_ok());
}

#[tokio::test]
async fn a_document_is_sent_with_its_token_and_no_redirect_is_followed() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/register"))
        .and(header("authorization", "Bearer token-1"))
        .and(header("content-type", "application/json"))
        .and(body_json(json!({"a": 1})))
        .respond_with(ResponseTemplate::new(307).insert_header("location", "/elsewhere"))
        .mount(&server)
        .await;
    let url = Url::parse(&format!("{}/register", server.uri())).unwrap();
    let submission = Submission::new(json!({"a": 1})).with_bearer(Some("token-1".to_owned()));
    let answer = GuardedFetcher::new(policy()).unwrap().post(&url, &submission).await.unwrap();
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
    let refused = GuardedFetcher::new(FetchPolicy::default()).unwrap().post(&url, &submission).await.unwrap_err();
    assert!(matches!(refused, FetchError::NotHttps { .. }), "{refused}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = server(ResponseTemplate::new(302).insert_header("location", "/elsewhere")).await;
    let url = Url::parse(&format!("{}/jwks", server.uri())).unwrap();
    let fetched = get(policy(), url.as_str()).await.unwrap();
    assert_eq!(fetched.status, StatusCode::FOUND);
    assert!(matches!(fetched.document(&url), Err(FetchError::Redirected { status: 302, .. })));
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_body_over_the_limit_is_cut_off() {
    let exact = server(ResponseTemplate::new(200).set_body_bytes(vec![b' '; 1_000])).await;
    assert!(get(policy(), &format!("{}/jwks", exact.uri())).await.is_ok());
    let over = server(ResponseTemplate::new(200).set_body_bytes(vec![b' '; 1_001])).await;
    let url = format!("{}/jwks", over.uri());
    assert_eq!(get(policy(), &url).await, Err(FetchError::TooLarge { url, limit: 1_000 }));
}

#[tokio::test]
async fn a_body_without_end_is_cut_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let endless = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[b'x'; 512]).await.is_ok() {}
    });
    assert_eq!(get(policy(), &url).await, Err(FetchError::TooLarge { url, limit: 1_000 }));
    endless.await.unwrap();
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let mut policy = policy();
    policy.total_timeout = Duration::from_millis(50);
    assert_eq!(get(policy, &url).await, Err(FetchError::TooSlow { url, seconds: 0 }));
    drop(listener);
}

#[tokio::test]
async fn a_closed_port_is_a_refused_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    drop(listener);
    let error = get(policy(), &url).await.unwrap_err();
    assert_eq!(error, FetchError::Refused { url: url.clone() });
    assert_eq!(
        error.to_string(),
        format!("{url}: the connection was refused: is the server running, and is the port right?")
    );
}

#[tokio::test]
async fn what_is_blocked_hears_nothing_whatever_is_allowed() {
    let server = server(ResponseTemplate::new(200).set_body_string("{}")).await;
    let numbered = format!("{}/jwks", server.uri());
    let named = numbered.replace("127.0.0.1", "localhost");
    let loopback = ["127.0.0.0/8", "::1/128"].map(|network| network.parse().unwrap());
    let by_network = loopback.into_iter().fold(policy(), FetchPolicy::block_network);
    for url in [&numbered, &named] {
        let error = get(by_network.clone(), url).await.unwrap_err();
        assert!(matches!(error, FetchError::AddressBlocked { .. }), "{error}");
    }
    let by_name = policy().block_host("LocalHost.").unwrap();
    let blocked = FetchError::HostForbidden { url: named.clone(), host: "localhost".to_owned() };
    assert_eq!(get(by_name.clone(), &named).await, Err(blocked));
    let port = server.address().port();
    let other_port = policy().allow_ports([443]);
    assert_eq!(
        get(other_port.clone(), &numbered).await,
        Err(FetchError::PortForbidden { url: numbered.clone(), port })
    );
    assert_eq!(server.received_requests().await.unwrap().len(), 0);
    assert!(get(by_name, &numbered).await.is_ok());
    assert!(get(other_port.allow_ports([port]), &numbered).await.is_ok());
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_name_that_does_not_resolve_says_so() {
    // A label of 64 characters cannot be looked up, so no name server is asked.
    let url = format!("http://{}.localhost/jwks", "x".repeat(64));
    assert_eq!(get(policy(), &url).await, Err(FetchError::NameUnknown { url }));
}

#[tokio::test]
async fn what_is_not_http_is_a_broken_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").await;
    });
    let error = get(policy(), &url).await.unwrap_err();
    assert!(matches!(error, FetchError::Connection { .. }), "{error:?}");
}
