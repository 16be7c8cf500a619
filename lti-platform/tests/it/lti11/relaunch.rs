//! Launches of LTI 1.1.2: once without the user, and once more with what the tool bound to the browser.

use std::time::Duration;

use axum::http::StatusCode;

use super::{Posted, SECRET, desk, hub, launch};
use crate::support::{Desk, ISSUER, Page};

const PERSONAL: [&str; 6] = [
    "user_id",
    "roles",
    "ext_user_username",
    "lis_person_name_full",
    "lis_result_sourcedid",
    "lis_outcome_service_url",
];

/// The first half, and the state in it.
async fn first(desk: &mut Desk) -> (Posted, String) {
    let first = launch(desk, 4, "aoi", &[]).await;
    let state = first.get("platform_state").unwrap().to_owned();
    (first, state)
}

async fn back(desk: &mut Desk, platform_state: &str, tool_state: &str) -> Page {
    desk.post("/lti11/relaunch", &[("platform_state", platform_state), ("tool_state", tool_state)]).await
}

#[tokio::test]
async fn the_user_comes_with_the_second_half_alone() {
    let mut desk = desk(hub().relaunching(true));
    let (first, state) = first(&mut desk).await;
    assert_eq!(first.get("relaunch_url"), Some(format!("{ISSUER}/lti11/relaunch").as_str()));
    for name in PERSONAL {
        assert_eq!(first.get(name), None, "{name}");
    }
    assert!(!first.names().iter().any(|name| name.starts_with("custom_")), "{:?}", first.names());
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("platform_state", &state)
        .append_pair("tool_state", "of the tool & co")
        .finish();
    let page = desk.get(&format!("/lti11/relaunch?{query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let second = Posted::of(&page);
    assert!(second.is_signed_with(SECRET));
    assert_eq!(second.get("platform_state"), Some(state.as_str()));
    assert_eq!(second.get("tool_state"), Some("of the tool & co"));
    assert_eq!(second.get("resource_link_id"), first.get("resource_link_id"));
    for name in PERSONAL {
        assert!(second.get(name).is_some(), "{name}");
    }
    assert_eq!(second.get("custom_user_id"), Some("2003"));
    let trace = desk.get("/trace.json").await.body;
    assert!(trace.contains("lti11-relaunch"), "{trace}");
}

#[tokio::test]
async fn what_is_not_of_this_session_is_not_launched() {
    let mut desk = desk(hub().relaunching(true));
    let (_, state) = first(&mut desk).await;
    let (cookie, hint) = (desk.cookie.clone(), "platform_state: expected the value");
    let refused = |page: Page, text: &str| {
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
        assert!(page.body.contains(text) && !page.body.contains("<form"), "{}", page.body);
    };
    refused(back(&mut desk, &format!("{state}x"), "t").await, hint);
    refused(back(&mut desk, "", "t").await, hint);
    refused(back(&mut desk, &state, "").await, "tool_state: expected 1 to 2048 characters, saw 0");
    refused(back(&mut desk, &state, &"t".repeat(2_049)).await, "saw 2049");
    // Somebody else's browser, and one without a session.
    desk.cookie = None;
    refused(back(&mut desk, &state, "t").await, hint);
    let link = desk.links()[0].clone();
    let _ = desk.post("/launch", &[("link", link.as_str()), ("user", "ben")]).await;
    refused(back(&mut desk, &state, "t").await, hint);
    // None of them has used it up.
    desk.cookie = cookie;
    assert_eq!(back(&mut desk, &state, "t").await.status, StatusCode::OK);
    refused(back(&mut desk, &state, "t").await, "used before");
    let (_, late) = first(&mut desk).await;
    desk.clock.advance(Duration::from_mins(11));
    refused(back(&mut desk, &late, "t").await, "has expired");
}
