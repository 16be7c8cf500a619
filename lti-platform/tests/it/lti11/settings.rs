//! Tools of LTI 1.1 on the pages, and after a restart.

use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use lti_core::Timestamp;
use lti_platform::mock::{MockConfig, MockPlatform, SchoolFile};
use oauth2_issuer::clock::{Clock, ManualClock};
use oauth2_issuer::key_ring::KeyRing;

use super::{Posted, desk, desk_with, hub};
use crate::support::{Desk, ISSUER, NOW, tool};

#[tokio::test]
async fn a_tool_is_registered_on_the_page_and_launched() {
    let mut desk = desk_with(|_| ());
    let fields = [
        ("id", "hub"),
        ("launch_url", "https://hub.example/hub/lti/launch"),
        ("consumer_key", "key"),
        ("secret", "the secret"),
        ("accepts_grades", "1"),
    ];
    assert_eq!(desk.post("/tools/lti11", &fields).await.status, StatusCode::SEE_OTHER);
    let page = desk.get("/tools").await.body;
    assert!(page.contains("https://hub.example/hub/lti/launch") && page.contains("the secret"), "{page}");
    let link = desk.links()[0].clone();
    let posted = Posted::of(&desk.post("/launch", &[("link", link.as_str()), ("user", "aoi")]).await);
    assert!(posted.is_signed_with("the secret"));
    assert_eq!(posted.get("oauth_consumer_key"), Some("key"));
    let settings = [("id", "hub"), ("privacy", "id"), ("custom", "Week=3"), ("relaunches", "1")];
    assert_eq!(desk.post("/tools/lti11/settings", &settings).await.status, StatusCode::SEE_OTHER);
    let posted = Posted::of(&desk.post("/launch", &[("link", link.as_str()), ("user", "aoi")]).await);
    assert!(posted.get("relaunch_url").is_some() && posted.is_signed_with("the secret"));
    assert_eq!(desk.post("/tools/remove", &[("client_id", "hub")]).await.status, StatusCode::SEE_OTHER);
    assert!(desk.links().is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_a_tool_is_said_and_the_secret_is_not_shown_again() {
    let mut desk = desk_with(|config| {
        config.tools = vec![tool("quiz")];
        config.lti11_tools = vec![hub()];
    });
    let address = "https://hub.example/launch";
    for (id, key, launch_url, problem) in [
        ("quiz", "new", address, "the id &#34;quiz&#34; is taken by another tool"),
        ("hub", "new", address, "the id &#34;hub&#34; is taken by another tool"),
        ("new", "b18e82ec68372474", address, "is taken by another tool"),
        ("new", "new", "hub.example/launch", "is not an absolute URL"),
    ] {
        let fields = [("id", id), ("consumer_key", key), ("launch_url", launch_url), ("secret", "not to be shown")];
        let page = desk.post("/tools/lti11", &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{id}");
        assert!(page.body.contains(problem) && !page.body.contains("not to be shown"), "{}", page.body);
    }
    let unknown = desk.post("/tools/lti11/settings", &[("id", "nobody")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_course_page_tells_the_versions_apart() {
    let page = desk(hub()).get("/courses/hist-101").await.body;
    assert!(
        page.contains("hub, LTI 1.1") && !page.contains("Login by</label>\n            <select id=\"method-1\""),
        "{page}"
    );
}

async fn open(path: &Path) -> Desk {
    let file = SchoolFile::open(path).await.unwrap();
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    let shared: Arc<dyn Clock> = clock.clone();
    let keys = Arc::new(KeyRing::with_key(Arc::clone(&shared), file.signing_key().unwrap()));
    let config = MockConfig::new(ISSUER.parse().unwrap(), shared, keys).kept_in(file);
    Desk::of(MockPlatform::new(config).unwrap(), clock)
}

#[tokio::test]
async fn tools_are_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("school.db");
    let mut before = open(&path).await;
    let fields = [("id", "hub"), ("launch_url", "https://hub.example/"), ("consumer_key", "k"), ("secret", "s")];
    assert_eq!(before.post("/tools/lti11", &fields).await.status, StatusCode::SEE_OTHER);
    let mut after = open(&path).await;
    let link = after.links()[0].clone();
    let posted = Posted::of(&after.post("/launch", &[("link", link.as_str()), ("user", "aoi")]).await);
    assert!(posted.is_signed_with("s"));
}
