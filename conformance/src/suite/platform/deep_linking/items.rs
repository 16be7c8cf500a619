//! What a tool may return: claims and types that the platform does not know, several items, none, hints and messages.

use serde_json::{Value, json};

use super::{asked, asked_for, made, post, sequence};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    exchange::{MEMBERSHIP, lti},
    subject::platform::{
        PlatformCase, PlatformDriver,
        deep_linking::{DL, ResponseScript, link, link_url, take},
    },
    user_agent::Page,
};

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = taken();
    cases.extend(endured());
    cases
}

fn taken() -> Vec<PlatformCase> {
    vec![
        sequence!("platform-dl-created", "each way of adding content makes an item of what comes back", created)
            .rules(&["lti13-platform-dl-created"])
            .sent("a sound response to each [[deep_linking]]"),
        PlatformCase::response(
            "platform-dl-claims-unknown",
            "claims that the platform does not know are ignored",
            take(Fail, |response, _| {
                response.token.set("https://tool.example/claim/batch", json!({"number": 7}));
                response.token.set("https://tool.example/claims/build", "2026-11");
                response.token.set(&lti("roles"), json!([format!("{MEMBERSHIP}Instructor")]));
                response.token.set(&format!("{DL}unheard_of"), json!([1]));
            }),
        )
        .rules(&["lti13-platform-dl-response-unknown"])
        .sent("the sound response with claims of the tool's own, roles, and a claim that no text knows"),
        PlatformCase::response(
            "platform-dl-hints",
            "an item with every optional hint: the platform chooses what to heed",
            ResponseScript {
                change: |response, world| {
                    let icon = json!({"url": link_url(world, "icon=1"), "width": 16, "height": 16});
                    response.set_in_item("text", "What the link is about");
                    response.set_in_item("icon", icon.clone());
                    response.set_in_item("thumbnail", icon);
                    response.set_in_item("window", json!({"targetName": "suite", "width": 800, "height": 600}));
                    response.set_in_item("iframe", json!({"width": 800, "height": 600}));
                    let dates = json!({"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2090-01-01T00:00:00Z"});
                    response.set_in_item("available", dates.clone());
                    response.set_in_item("submission", dates);
                    response.set_in_item("https://tool.example/item", json!({"licence": "CC0"}));
                },
                made: Info,
                refused: Info,
            },
        )
        .rules(&["lti13-platform-dl-hints"])
        .sent("a resource link with text, icon, thumbnail, window, iframe, available, submission and a member of the tool's own"),
        sequence!("platform-dl-several", "where several items are taken, each becomes one", several)
            .rules(&["lti13-platform-dl-created"])
            .sent("two resource links in one response"),
        sequence!("platform-dl-two-tabs", "two choices at a time: the platform chooses", two_tabs)
            .rules(&["lti13-platform-dl-created"])
            .sent("two requests, then the response to the first"),
    ]
}

fn endured() -> Vec<PlatformCase> {
    const ROBUST: &[&str] = &["lti13-platform-dl-response-robust"];
    const NOTHING: &[&str] = &["lti13-platform-dl-nothing"];
    vec![
        sequence!("platform-dl-items-empty", "an empty choice leads back to the course", |driver| nothing(
            driver, true
        ))
        .rules(NOTHING)
        .sent("the sound response with content_items = []"),
        sequence!("platform-dl-items-absent", "no choice leads back to the course", |driver| nothing(driver, false))
            .rules(NOTHING)
            .sent("the sound response without content_items"),
        sequence!("platform-dl-type-unknown", "an item of an unknown type is no server error", unknown_type)
            .rules(ROBUST)
            .sent("a resource link behind an item of the type \"https://tool.example/type\""),
        sequence!("platform-dl-file", "a file is no server error", file)
            .rules(ROBUST)
            .sent("an item of the type file, where accept_types names it"),
        sequence!("platform-dl-messages", "messages for the user and for the log are no server error", messages)
            .rules(ROBUST)
            .sent("a response without items, with msg, errormsg, log and errorlog"),
        sequence!("platform-dl-junk", "what is no message at all is no server error", junk)
            .rules(ROBUST)
            .sent("JWT = \"this.is.nothing\""),
    ]
}

async fn created(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    driver.items_are_made().await?;
    for config in &driver.world.config.deep_linking {
        let (title, seen) = driver.return_sound_item(config).await?;
        if !driver.made(config, &title).await? {
            return Ok(Ended::unsupported(format!("{} makes no item of a sound response: {seen}", config.name)));
        }
    }
    Ok(Ended::judged(Pass, "made", "an item of each response"))
}

async fn several(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let mut asked = asked(driver).await?;
    if asked.selection.says("accept_multiple") != Some(true) {
        return Ok(Ended::unsupported("the request does not say accept_multiple true"));
    }
    let second = format!("{} item", driver.world.fresh("suite"));
    let other = json!({"type": "ltiResourceLink", "title": second, "url": link_url(driver.world, "item=2")});
    let items = json!([link(driver.world, &asked.response.title), other]);
    asked.response.set_items(&items);
    let page = post(driver, &mut asked).await?;
    let (one, two) = (made(driver, &asked.response.title).await?, made(driver, &second).await?);
    Ok(match (one, two) {
        (true, true) => Ended::judged(Pass, "made", "both items were made"),
        (false, false) => Ended::unsupported(format!("neither item was made ({})", page.describe())),
        (true, false) | (false, true) => Ended::unsupported("one of the two items was made"),
    })
}

async fn two_tabs(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let mut first = asked(driver).await?;
    drop(asked(driver).await?);
    let page = post(driver, &mut first).await?;
    Ok(if made(driver, &first.response.title).await? {
        Ended::judged(Info, "made", "the item of the first request was made")
    } else {
        Ended::judged(Info, "refused", format!("the first request is lost ({})", page.describe()))
    })
}

/// An error page after a response that asks for nothing.
fn led_back(page: &Page) -> Ended {
    let seen = page.describe();
    match page.status() {
        Some(status) if status.is_server_error() || page.crashed() => Ended::judged(Warn, "crashed", seen),
        Some(status) if status.is_client_error() => Ended::judged(Warn, "refused", seen),
        _ => Ended::judged(Pass, "back", seen),
    }
}

async fn nothing(driver: &mut PlatformDriver<'_>, empty: bool) -> Result<Ended, Halt> {
    let mut asked = asked(driver).await?;
    if empty {
        asked.response.set_items(&json!([]));
    } else {
        asked.response.token.remove(&format!("{DL}content_items"));
    }
    Ok(led_back(&post(driver, &mut asked).await?))
}

/// Whether the platform failed; otherwise what it does is its own affair.
fn endured_or(page: &Page, word: &'static str) -> Ended {
    if page.crashed() {
        return Ended::judged(Warn, "crashed", page.describe());
    }
    Ended::judged(Info, word, page.describe())
}

async fn unknown_type(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let mut asked = asked(driver).await?;
    let unknown =
        json!({"type": "https://tool.example/type", "title": "An item of a new kind", "shape": {"round": true}});
    asked.response.set_items(&json!([unknown, link(driver.world, &asked.response.title)]));
    let page = post(driver, &mut asked).await?;
    let word = if made(driver, &asked.response.title).await? { "skipped" } else { "refused" };
    Ok(endured_or(&page, word))
}

async fn file(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let mut asked = match asked_for(driver, "file").await? {
        Ok(asked) => asked,
        Err(ended) => return Ok(ended),
    };
    let item = json!({
        "type": "file", "title": asked.response.title, "url": driver.world.config.tool_jwks_url(),
        "expiresAt": "2090-01-01T00:00:00Z",
    });
    asked.response.set_items(&json!([item]));
    let page = post(driver, &mut asked).await?;
    let word = if made(driver, &asked.response.title).await? { "made" } else { "refused" };
    Ok(endured_or(&page, word))
}

async fn messages(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let mut asked = asked(driver).await?;
    asked.response.set_items(&json!([]));
    for (name, text) in [
        ("msg", "Nothing was chosen"),
        ("errormsg", "The search failed"),
        ("log", "suite: nothing was chosen"),
        ("errorlog", "suite: the search failed"),
    ] {
        asked.response.token.set(&format!("{DL}{name}"), Value::from(text));
    }
    let page = post(driver, &mut asked).await?;
    let word = if page.text.contains("Nothing was chosen") { "shown" } else { "not-shown" };
    Ok(endured_or(&page, word))
}

async fn junk(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let mut asked = asked(driver).await?;
    asked.response.raw = Some("this.is.nothing".to_owned());
    let page = post(driver, &mut asked).await?;
    Ok(if page.crashed() {
        Ended::judged(Warn, "crashed", page.describe())
    } else {
        Ended::judged(Pass, "answered", page.describe())
    })
}
