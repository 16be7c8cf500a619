//! Platform storage as the server offers it; what the script answers is proved in a browser.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use lti_core::Timestamp;
use lti_platform::mock::{Choice, MockConfig, MockPlatform};
use lti_platform::storage::StorageTarget;
use oauth2_issuer::clock::ManualClock;
use tower::ServiceExt;

use crate::support::{ISSUER, NOW, keys, tool};

fn school(storage: Option<StorageTarget>) -> MockPlatform {
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    let mut config = MockConfig::new(ISSUER.parse().unwrap(), clock, keys());
    config.storage = storage;
    config.tools = vec![tool("quiz")];
    MockPlatform::new(config).unwrap()
}

async fn get(school: &MockPlatform, path: &str) -> (StatusCode, HeaderMap, String) {
    let response = school.router().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

/// The course and the target of a launch of the first link.
async fn offered(storage: Option<StorageTarget>) -> (String, Option<String>) {
    let school = school(storage);
    let course = school.school().courses[0].clone();
    let user = course.members[0].person.clone();
    let started = school.start(&Choice::new(course.links[0].id.clone(), user)).await.unwrap();
    let (status, _, page) = get(&school, &format!("/courses/{}", course.id)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        started.fields().into_iter().find(|(name, _)| name == "lti_storage_target").map(|(_, value)| value),
        started.login.lti_storage_target
    );
    (page, started.login.lti_storage_target)
}

#[tokio::test]
async fn the_pages_of_the_school_keep_values_for_the_tools_they_launch() {
    let (page, target) = offered(Some(StorageTarget::Parent)).await;
    assert_eq!(target.as_deref(), Some("_parent"));
    assert!(page.contains(r#"<script src="/storage.js" data-tools="https://quiz.example"></script>"#), "{page}");
    assert!(page.contains(r#"rel="opener""#), "a tool in its own window finds the school");

    let (page, target) = offered(Some(StorageTarget::frame("keeper").unwrap())).await;
    assert_eq!(target.as_deref(), Some("keeper"));
    assert!(page.contains(r#"<iframe name="keeper" src="/storage?client_id=quiz""#), "{page}");
    assert!(!page.contains("/storage.js"));

    let (page, target) = offered(None).await;
    assert_eq!(target, None);
    assert!(!page.contains("/storage"));
}

#[tokio::test]
async fn the_invisible_frame_runs_the_one_script_for_registered_tools() {
    let school = school(None);
    let (status, headers, page) = get(&school, "/storage?client_id=quiz&client_id=nobody").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains(&format!(r#"src="{ISSUER}/storage.js" data-frame data-tools="https://quiz.example""#)),
        "{page}"
    );
    assert_eq!(
        headers["content-security-policy"],
        format!("default-src 'none'; script-src {ISSUER}/storage.js; base-uri 'none'; frame-ancestors 'self'")
    );
    for nobody in ["/storage", "/storage?client_id=nobody", "/storage?client_id="] {
        assert_eq!(get(&school, nobody).await.0, StatusCode::NOT_FOUND, "{nobody}");
    }
    let (status, headers, script) = get(&school, "/storage.js").await;
    assert_eq!((status, headers["content-type"].to_str().unwrap()), (StatusCode::OK, "text/javascript; charset=utf-8"));
    assert!(script.contains("lti.get_data"));
}
