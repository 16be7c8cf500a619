//! The relaunch of LTI 1.1.2: the launch that counts comes from the browser that began it.

use http::HeaderMap;
use lti_core::lti11::inspect::Takes;
use lti_tool::lti11::{Lti11Error, Lti11Received, Posted};
use std::time::Duration;

use super::{KEY_1, body, consumers, form_of, sign, signed, sound};
use crate::world::{Browser, World};

const AGAIN: &str = "https://lms.example/again?session=1";

async fn judge(world: &World, browser: &Browser, fields: &[(&str, &str)]) -> Result<Lti11Received, Lti11Error> {
    judge_form(world, browser, &body(&signed(world, fields))).await
}

async fn judge_form(world: &World, browser: &Browser, form: &str) -> Result<Lti11Received, Lti11Error> {
    let mut headers: HeaderMap = browser.headers();
    headers.insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    world.tool.receive_lti11(Posted { query: None, headers: &headers, body: form.as_bytes() }, Takes::Launches).await
}

/// Begins a relaunch in this browser; gives the tool's state.
async fn begin(world: &World, browser: &mut Browser) -> String {
    let mut fields = sound();
    fields.retain(|(name, _)| *name != "user_id" && *name != "lis_person_name_full");
    fields.extend([("relaunch_url", AGAIN), ("platform_state", "p-1")]);
    let Ok(Lti11Received::Relaunch { page, set_cookies }) = judge(world, browser, &fields).await else {
        panic!("no relaunch")
    };
    browser.take(&set_cookies);
    assert!(set_cookies[0].contains("SameSite=None") && set_cookies[0].contains("__Host-lti_relaunch_"));
    let (action, form) = form_of(&page.body);
    assert_eq!((action.as_str(), form.get("platform_state")), (AGAIN, Some("p-1")));
    assert_eq!(form.get("oauth_consumer_key"), Some(KEY_1));
    assert!(form.get("oauth_signature").is_some());
    form.get("tool_state").unwrap().to_owned()
}

fn again<'a>(platform_state: &'a str, tool_state: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> = sound();
    fields.extend([("platform_state", platform_state), ("tool_state", tool_state)]);
    fields
}

#[tokio::test]
async fn the_browser_that_began_it_gets_in_once() {
    let world = World::with(consumers);
    let mut browser = Browser::default();
    let state = begin(&world, &mut browser).await;
    let before = browser.clone();
    let Ok(Lti11Received::Launch { launch, set_cookies }) = judge(&world, &browser, &again("p-1", &state)).await else {
        panic!("refused")
    };
    assert_eq!(launch.parameters().user_id(), Some("user-1"));
    browser.take(&set_cookies);
    assert!(browser.0.is_empty());
    for browser in [browser, before] {
        let error = judge(&world, &browser, &again("p-1", &state)).await.unwrap_err();
        assert_eq!(error, Lti11Error::RelaunchState);
    }
}

#[tokio::test]
async fn another_browser_platform_consumer_or_time_does_not() {
    let world = World::with(consumers);
    let mut browser = Browser::default();
    let state = begin(&world, &mut browser).await;
    let other = sign(&world, super::LAUNCH_URL, "consumer-2", "secret two", &again("p-1", &state));
    for refused in [
        judge(&world, &Browser::default(), &again("p-1", &state)).await,
        judge(&world, &browser, &again("p-2", &state)).await,
        judge(&world, &browser, &again("p-1", "made-up-by-somebody")).await,
        judge(&world, &browser, &again("p-1", "\u{e9}")).await,
        judge_form(&world, &browser, &body(&other)).await,
    ] {
        assert_eq!(refused.unwrap_err(), Lti11Error::RelaunchState);
    }
    world.clock.advance(Duration::from_mins(11));
    let late = judge(&world, &browser, &again("p-1", &state)).await.unwrap_err();
    assert_eq!(late, Lti11Error::RelaunchState);
}

#[tokio::test]
async fn half_a_relaunch_is_no_launch() {
    let world = World::with(consumers);
    let with =
        |more: &[(&'static str, &'static str)]| sound().into_iter().chain(more.iter().copied()).collect::<Vec<_>>();
    let browser = Browser::default();
    let half = judge(&world, &browser, &with(&[("relaunch_url", AGAIN)])).await.unwrap_err();
    assert_eq!(half, Lti11Error::RelaunchHalf { missing: "platform_state" });
    let nowhere = with(&[("relaunch_url", "javascript:alert(1)"), ("platform_state", "p")]);
    assert_eq!(judge(&world, &browser, &nowhere).await.unwrap_err(), Lti11Error::RelaunchUrl);
}
