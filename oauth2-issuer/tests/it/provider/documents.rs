//! Where the metadata is, and what is in it.

use http::StatusCode;

use super::school::{ISSUER, School};

#[tokio::test]
async fn the_metadata_is_at_both_well_known_addresses() {
    let school = School::new().await;
    let appended = school.get("/school/.well-known/openid-configuration", "").await;
    let inserted = school.get("/.well-known/oauth-authorization-server/school", "").await;
    assert_eq!((appended.status, inserted.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(appended.headers["content-type"], "application/json");
    assert_eq!(appended.body, inserted.body);
    insta::assert_json_snapshot!(appended.json());
}

#[tokio::test]
async fn issuers_of_one_process_are_told_apart_by_their_path() {
    let school = School::new().await;
    let other = school.get("/other/.well-known/openid-configuration", "").await.json();
    assert_eq!(other["issuer"], "https://id.example/other");
    assert_eq!(other["token_endpoint"], "https://id.example/other/token");
    assert_eq!(school.get("/.well-known/openid-configuration", "").await.status, StatusCode::NOT_FOUND);
    let jwks = school.get("/school/jwks", "").await.json();
    assert_eq!(jwks["keys"][0]["kid"], "id-1");
    assert!(jwks["keys"][0].get("d").is_none());
    assert_eq!(school.provider.issuer(), ISSUER);
    // The clients of one are none of the other.
    let stranger = school.get("/other/authorize?client_id=portal", "").await;
    assert!(stranger.is_page() && stranger.status == StatusCode::BAD_REQUEST);
}
