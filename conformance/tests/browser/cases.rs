//! What a user sees, and what somebody who means harm does not get.

use form_urlencoded::byte_serialize;
use oauth2_issuer::BoxFuture;
use serde_json::{Value, json};

use crate::{
    webdriver::{Browser, Result},
    world::{AttackersLaunch, World, text},
};

/// What a browser does with the tool's cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookies {
    /// Keeps all of them.
    Kept,
    /// Blocks third-party cookies, as browsers do by default or soon; partitioned ones live.
    FirstParty,
    /// Blocks the tool's cookies of every kind inside the school's pages, as browsers without partitioned cookies do.
    NotFramed,
    /// Blocks the tool's cookies everywhere.
    None,
}

impl Cookies {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Kept => "cookies-kept",
            Self::FirstParty => "third-party-cookies-blocked",
            Self::NotFramed => "cookies-in-frames-blocked",
            Self::None => "cookies-blocked",
        }
    }

    /// The browser's preferences.
    pub(crate) fn preferences(self) -> Value {
        let blocked = |sites: &str| {
            json!({"profile": {"cookie_controls_mode": 1,
            "content_settings": {"exceptions": {"cookies": {sites: {"setting": 2}}}}}})
        };
        match self {
            Self::Kept => json!({"profile": {"cookie_controls_mode": 0}}),
            Self::FirstParty => json!({"profile": {"cookie_controls_mode": 1}}),
            Self::NotFramed => blocked("[*.]tool.test,[*.]lms.test"),
            Self::None => blocked("[*.]tool.test,*"),
        }
    }
}

/// A case: in which browser, its name, and what it does.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) cookies: Cookies,
    pub(crate) name: &'static str,
    pub(crate) run: for<'a> fn(&'a World, &'a Browser) -> BoxFuture<'a, Result<()>>,
}

macro_rules! cases {
    ($($cookies:ident: $($name:ident),+;)+) => {
        /// Every case; those of one browser stand together.
        pub(crate) const ALL: &[Case] = &[$($(Case {
            cookies: Cookies::$cookies,
            name: stringify!($name),
            run: |world, browser| Box::pin($name(world, browser)),
        },)+)+];
    };
}

cases! {
    Kept: every_cookie_is_kept, a_framed_tool_is_launched_by_its_cookie;
    FirstParty: only_partitioned_cookies_are_kept_in_frames, a_partitioned_cookie_is_enough;
    NotFramed: no_cookie_is_kept_in_frames, the_pages_of_the_school_keep_the_login, an_invisible_frame_keeps_the_login,
        without_an_offer_the_page_opens_a_window, two_launches_at_once_end_each_in_its_own,
        a_reload_is_told_that_the_launch_was_used;
    None: a_new_window_finds_the_school_that_opened_it, a_window_that_nobody_opened_is_told_so,
        a_school_that_does_not_answer_is_noticed, answers_that_are_none_are_refused,
        the_value_of_another_login_is_refused, a_launch_posted_from_another_site_is_refused,
        a_launch_posted_in_a_frame_of_another_site_is_refused, a_launch_posted_into_the_school_is_refused,
        a_posted_value_is_refused, only_registered_tools_are_answered, each_tool_sees_its_own_values, the_storage_has_limits;
}

const TOOL_FRAME: &[&str] = &[".tool-frame"];
const FRAME: &[&str] = &["iframe[name=tool]"];
const WELCOME: &str = "Welcome by";
const BY_COOKIE: &str = "Welcome by cookie";
const BY_STORAGE: &str = "Welcome by storage";
/// The heading of the login page where the browser keeps nothing.
const STUCK: &str = "Your browser keeps nothing for this activity here";
/// The heading of a launch whose login nobody knows.
const LOST: &str = "Your browser did not keep the sign-in cookie";

/// Waits for the page that a launch ends with, and compares.
async fn ends_with(browser: &Browser, frames: &[&str], expected: &str) -> Result<()> {
    let ends = [WELCOME, STUCK, LOST, "used already", "The launch is not valid", "This is not a launch"];
    let seen = browser.shows(frames, &ends).await?;
    if seen.contains(expected) { Ok(()) } else { Err(format!("expected {expected:?}, seen {seen:?}")) }
}

fn escaped(value: &Value) -> String {
    byte_serialize(value.to_string().as_bytes()).collect::<String>().replace('+', "%20")
}

async fn cookies_kept(world: &World, browser: &Browser, framed: &str, alone: &str) -> Result<()> {
    browser.open(&format!("{}/control", world.lms.url)).await?;
    let expect = |seen: String, expected: &str| {
        if seen.contains(expected) { Ok(()) } else { Err(format!("expected {expected:?}, seen {seen:?}")) }
    };
    expect(browser.shows(FRAME, &["kept:"]).await?, framed)?;
    browser.open(&format!("{}/control", world.tool_url)).await?;
    expect(browser.shows(&[], &["kept:"]).await?, alone)
}

async fn every_cookie_is_kept(world: &World, browser: &Browser) -> Result<()> {
    let all = "common true, partitioned true";
    cookies_kept(world, browser, all, all).await
}

async fn only_partitioned_cookies_are_kept_in_frames(world: &World, browser: &Browser) -> Result<()> {
    cookies_kept(world, browser, "common false, partitioned true", "common true, partitioned true").await
}

async fn no_cookie_is_kept_in_frames(world: &World, browser: &Browser) -> Result<()> {
    cookies_kept(world, browser, "common false, partitioned false", "common true, partitioned true").await
}

/// Opens a course and launches its first link in the page.
async fn launch_in_page(browser: &Browser, course: &str) -> Result<()> {
    browser.open(course).await?;
    browser.click(&[], "form.launch button[value=iframe]").await
}

async fn a_framed_tool_is_launched_by_its_cookie(world: &World, browser: &Browser) -> Result<()> {
    for lms in [&world.plain, &world.lms] {
        launch_in_page(browser, &lms.course()).await?;
        ends_with(browser, TOOL_FRAME, BY_COOKIE).await?;
    }
    Ok(())
}

async fn a_partitioned_cookie_is_enough(world: &World, browser: &Browser) -> Result<()> {
    launch_in_page(browser, &world.plain.course()).await?;
    ends_with(browser, TOOL_FRAME, BY_COOKIE).await
}

async fn the_pages_of_the_school_keep_the_login(world: &World, browser: &Browser) -> Result<()> {
    launch_in_page(browser, &world.lms.course()).await?;
    ends_with(browser, TOOL_FRAME, BY_STORAGE).await
}

async fn an_invisible_frame_keeps_the_login(world: &World, browser: &Browser) -> Result<()> {
    launch_in_page(browser, &world.framing.course()).await?;
    ends_with(browser, TOOL_FRAME, BY_STORAGE).await
}

async fn without_an_offer_the_page_opens_a_window(world: &World, browser: &Browser) -> Result<()> {
    launch_in_page(browser, &world.plain.course()).await?;
    ends_with(browser, TOOL_FRAME, STUCK).await?;
    browser.click(TOOL_FRAME, "button").await?;
    browser.to_new_window(2).await?;
    ends_with(browser, &[], BY_COOKIE).await
}

async fn two_launches_at_once_end_each_in_its_own(world: &World, browser: &Browser) -> Result<()> {
    browser.open(&format!("{}/host/two", world.lms.url)).await?;
    ends_with(browser, FRAME, BY_STORAGE).await?;
    ends_with(browser, &["iframe[name=second]"], BY_STORAGE).await
}

async fn a_reload_is_told_that_the_launch_was_used(world: &World, browser: &Browser) -> Result<()> {
    browser.open(&format!("{}/host/two", world.lms.url)).await?;
    ends_with(browser, FRAME, BY_STORAGE).await?;
    browser.run(FRAME, "document.body.textContent = ''; location.reload()").await?;
    ends_with(browser, FRAME, "used already").await
}

async fn a_new_window_finds_the_school_that_opened_it(world: &World, browser: &Browser) -> Result<()> {
    cookies_kept(world, browser, "common false, partitioned false", "common false, partitioned false").await?;
    for lms in [&world.lms, &world.framing] {
        browser.open(&lms.course()).await?;
        browser.click(&[], "form.launch button[value=window]").await?;
        browser.to_new_window(2).await?;
        ends_with(browser, &[], BY_STORAGE).await?;
    }
    Ok(())
}

async fn a_window_that_nobody_opened_is_told_so(world: &World, browser: &Browser) -> Result<()> {
    browser.open(&world.lms.login_url().await?).await?;
    ends_with(browser, &[], STUCK).await
}

async fn a_school_that_does_not_answer_is_noticed(world: &World, browser: &Browser) -> Result<()> {
    browser.open(&format!("{}/host/silent", world.lms.url)).await?;
    ends_with(browser, FRAME, STUCK).await
}

/// The sound answer first: what is refused afterwards is refused for the one thing that differs.
async fn answers_that_are_none_are_refused(world: &World, browser: &Browser) -> Result<()> {
    browser.open(&format!("{}/host/sound", world.lms.url)).await?;
    ends_with(browser, FRAME, BY_STORAGE).await?;
    for mode in ["other-id", "other-subject", "error", "unknown", "third-site", "other-frame"] {
        browser.open(&format!("{}/host/{mode}", world.lms.url)).await?;
        ends_with(browser, FRAME, LOST).await.map_err(|error| format!("{mode}: {error}"))?;
        if matches!(mode, "third-site" | "other-frame") {
            browser.shows(&["iframe[name=other]"], &["relayed"]).await?;
        }
    }
    Ok(())
}

async fn the_value_of_another_login_is_refused(world: &World, browser: &Browser) -> Result<()> {
    let other = world.attackers_launch().await?;
    browser.open(&format!("{}/host/foreign-value#{}", world.lms.url, other.stored)).await?;
    ends_with(browser, FRAME, LOST).await
}

/// The page of somebody else that posts this launch to the tool.
fn posting(world: &World, launch: &AttackersLaunch, with_value: bool) -> String {
    let mut fields = json!({"id_token": launch.id_token, "state": launch.state});
    if with_value {
        fields["lti_stored_login"] = json!(launch.stored);
    }
    let form = json!({"action": format!("{}/lti/launch", world.tool_url), "fields": fields});
    format!("{}/post#{}", world.evil_url, escaped(&form))
}

/// The launch is genuine: whoever began it is let in. So what was refused before is the other browser.
async fn is_genuine(world: &World, launch: AttackersLaunch) -> Result<()> {
    let fields = [("id_token", launch.id_token), ("state", launch.state), ("lti_stored_login", launch.stored)];
    let mut headers = axum::http::HeaderMap::new();
    headers.insert("origin", world.tool_url.parse().map_err(text)?);
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    world.tool.launch(fields, &headers).await.map(drop).map_err(text)
}

async fn a_launch_posted_from_another_site_is_refused(world: &World, browser: &Browser) -> Result<()> {
    let launch = world.attackers_launch().await?;
    browser.open(&posting(world, &launch, false)).await?;
    ends_with(browser, &[], LOST).await?;
    is_genuine(world, launch).await
}

async fn a_launch_posted_in_a_frame_of_another_site_is_refused(world: &World, browser: &Browser) -> Result<()> {
    let launch = world.attackers_launch().await?;
    // The frame's surroundings answer every question with the right value.
    let frame = json!({"address": posting(world, &launch, false), "stored": launch.stored});
    browser.open(&format!("{}/frame#{}", world.evil_url, escaped(&frame))).await?;
    ends_with(browser, FRAME, LOST).await?;
    is_genuine(world, launch).await
}

async fn a_launch_posted_into_the_school_is_refused(world: &World, browser: &Browser) -> Result<()> {
    let launch = world.attackers_launch().await?;
    let address: String = byte_serialize(posting(world, &launch, false).as_bytes()).collect();
    browser.open(&format!("{}/host/attacked#{address}", world.lms.url)).await?;
    ends_with(browser, FRAME, LOST).await?;
    is_genuine(world, launch).await
}

async fn a_posted_value_is_refused(world: &World, browser: &Browser) -> Result<()> {
    let launch = world.attackers_launch().await?;
    browser.open(&posting(world, &launch, true)).await?;
    ends_with(browser, &[], LOST).await?;
    let detail = browser.run(&[], "return document.querySelector('details').textContent").await?;
    if !detail.as_str().unwrap_or_default().contains("was not sent by this tool's own page") {
        return Err(format!("refused for another reason: {detail}"));
    }
    is_genuine(world, launch).await
}

/// Asks the window above this one and gives its answers in their order.
const ASK: &str = r#"
const questions = arguments[0];
const answers = [];
return new Promise((resolve) => {
  addEventListener("message", ({ data }) => {
    const { subject, value, error, supported_messages: messages } = data;
    answers.push({ subject, value, error: error?.code, messages: messages?.length });
    if (answers.length === questions.length) resolve(answers);
  });
  for (const question of questions) parent.postMessage(question, "*");
});
"#;

/// Puts these questions to the school from a page that it frames.
async fn asked(world: &World, browser: &Browser, page: &str, questions: Value) -> Result<Vec<Value>> {
    let encoded: String = byte_serialize(page.as_bytes()).collect();
    browser.open(&format!("{}/host/attacked#{encoded}", world.lms.url)).await?;
    browser.loaded(FRAME, page).await?;
    serde_json::from_value(browser.run_with(FRAME, ASK, questions).await?).map_err(text)
}

async fn only_registered_tools_are_answered(world: &World, browser: &Browser) -> Result<()> {
    let questions = json!([
        {"subject": "lti.capabilities", "message_id": "1"},
        {"subject": "lti.put_data", "message_id": "2", "key": "a", "value": "b"},
        {"subject": "lti.get_data", "message_id": "3", "key": "a"},
    ]);
    for answer in asked(world, browser, &format!("{}/empty", world.evil_url), questions).await? {
        if answer["error"] != "wrong_origin" || !answer["value"].is_null() || !answer["messages"].is_null() {
            return Err(format!("a site that is no tool is answered {answer}"));
        }
    }
    Ok(())
}

async fn each_tool_sees_its_own_values(world: &World, browser: &Browser) -> Result<()> {
    let page = |origin: &str, path: &str| format!("{origin}{path}");
    let (tool, other) = (page(&world.tool_url, "/control/read"), page(&world.evil_url, "/empty"));
    let get = json!([{"subject": "lti.get_data", "message_id": "1", "key": "a"}]);
    let put = json!([{"subject": "lti.put_data", "message_id": "1", "key": "a", "value": "mine"}]);
    let encoded: String = byte_serialize(tool.as_bytes()).collect();
    browser.open(&format!("{}/host/shared#{encoded}", world.lms.url)).await?;
    // Both are registered here; the third row is the first tool again.
    let rows = [(&tool, put, json!("mine")), (&other, get.clone(), json!(null)), (&tool, get, json!("mine"))];
    for (index, (page, question, expected)) in rows.into_iter().enumerate() {
        if index > 0 {
            browser.run(&[], &format!("frames.tool.location = {}", json!(page))).await?;
        }
        browser.loaded(FRAME, page).await?;
        let seen = browser.run_with(FRAME, ASK, question).await?;
        if seen[0]["value"] != expected || !seen[0]["error"].is_null() {
            return Err(format!("{page} is answered {seen}; expected {expected}"));
        }
    }
    Ok(())
}

async fn the_storage_has_limits(world: &World, browser: &Browser) -> Result<()> {
    let put =
        |key: Value, value: Value| json!({"subject": "lti.put_data", "message_id": "1", "key": key, "value": value});
    let get = |key: &str| json!({"subject": "org.imsglobal.lti.get_data", "message_id": "1", "key": key});
    let full = "x".repeat(4095);
    let rows = [
        (json!({"subject": "lti.capabilities", "message_id": "1"}), "messages", json!(4)),
        (put(json!("a"), json!("b")), "value", json!("b")),
        (get("a"), "value", json!("b")),
        (get("constructor"), "value", json!(null)),
        (put(json!("a"), json!(full)), "value", json!(full)),
        (put(json!("b"), json!("")), "error", json!("storage_exhaustion")),
        (put(json!("a"), json!("\u{e9}".repeat(2048))), "error", json!("storage_exhaustion")),
        (get("a"), "value", json!(full)),
        (put(json!("a"), json!(null)), "value", json!(null)),
        (get("a"), "value", json!(null)),
        (put(json!(7), json!("x")), "error", json!("bad_request")),
        (put(json!("a"), json!(7)), "error", json!("bad_request")),
        (json!({"subject": "lti.get_data", "key": "a"}), "error", json!("bad_request")),
        (json!({"subject": "lti.fetch", "message_id": "1"}), "error", json!("unsupported_subject")),
    ];
    let questions = rows.iter().map(|(question, ..)| question.clone()).collect();
    // A page of the tool's origin that does nothing by itself.
    let seen = asked(world, browser, &format!("{}/control/read", world.tool_url), questions).await?;
    for ((question, member, expected), seen) in rows.iter().zip(seen) {
        let subject = format!("{}.response", question["subject"].as_str().unwrap_or_default());
        let refused = *member == "error";
        if seen["subject"] != subject.as_str() || seen[*member] != *expected || seen["error"].is_null() == refused {
            return Err(format!("{question} is answered {seen}; expected {member} {expected}"));
        }
    }
    Ok(())
}
