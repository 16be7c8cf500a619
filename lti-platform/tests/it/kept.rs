//! A school in a file goes on after a restart as if nothing had happened.

use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use lti_core::Timestamp;
use lti_core::id::Subject;
use lti_platform::mock::{MockConfig, MockPlatform, SchoolFile};
use oauth2_issuer::clock::{Clock, ManualClock};
use oauth2_issuer::key_ring::KeyRing;

use crate::support::{Desk, ISSUER, NOW, answer, tool};

async fn open(path: &Path) -> Desk {
    let file = SchoolFile::open(path).await.unwrap();
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    let shared: Arc<dyn Clock> = clock.clone();
    let keys = Arc::new(KeyRing::with_key(Arc::clone(&shared), file.signing_key().unwrap()));
    let mut config = MockConfig::new(ISSUER.parse().unwrap(), shared, keys).kept_in(file);
    config.tools = vec![tool("quiz")];
    Desk::of(MockPlatform::new(config).unwrap(), clock)
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("school.db");
    let mut desk = open(&path).await;
    let changes: [(&str, &[(&str, &str)]); 3] = [
        ("/courses/bio-204/people", &[("person", "ben"), ("act", "enrol"), ("role", "mentor")]),
        ("/tools/settings", &[("client_id", "quiz"), ("privacy", "id"), ("custom", "a=1")]),
        ("/admin/rotate-keys", &[]),
    ];
    for (page, fields) in changes {
        assert_eq!(desk.post(page, fields).await.status, StatusCode::SEE_OTHER, "{page}");
    }
    let login = desk.launch(0, "ada", &[]).await;
    let (school, keys, cookie) = (desk.school.school(), desk.get("/jwks").await.body, desk.cookie.clone());

    let mut again = open(&path).await;
    assert_eq!(again.school.school(), school);
    assert!(again.school.school().courses[1].membership(&Subject::new("ben")).is_some());
    // The key that signs is the newest one; the one before it is not published again.
    let keys: serde_json::Value = serde_json::from_str(&keys).unwrap();
    let now: serde_json::Value = serde_json::from_str(&again.get("/jwks").await.body).unwrap();
    let newest = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] != "school-1").unwrap();
    assert_eq!(now["keys"].as_array().unwrap(), std::slice::from_ref(newest));
    // A launch that was set going before is answered, and the session is still good.
    again.cookie = cookie;
    let page = again.authenticate(&answer(&login).to_pairs()).await;
    assert!(page.field("id_token").is_some(), "{}", page.body);
}

#[tokio::test]
async fn programs_write_down_what_they_changed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("school.db");
    let desk = open(&path).await;
    desk.school.change_school(|school| school.name = "Another".to_owned());
    desk.school.save().await.unwrap();
    assert_eq!(open(&path).await.school.school().name, "Another");
}

#[tokio::test]
async fn a_file_that_is_no_school_is_refused_and_a_school_is_private() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("school.db");
    std::fs::write(&path, "<html>".repeat(1_000)).unwrap();
    let error = SchoolFile::open(&path).await.unwrap_err().to_string();
    assert!(error.contains("not a database"), "{error}");
    std::fs::remove_file(&path).unwrap();
    drop(open(&path).await);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
    }
}
