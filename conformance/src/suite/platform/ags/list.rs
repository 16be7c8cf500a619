//! The list of line items: its form, its media type, its pages (LTI AGS 2.0, 3.2.4).

use serde_json::{Value, json};

use super::{
    asks,
    filter::{filtered, has, is_at, items, list},
};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{Call, LINE_ITEMS_TYPE, Reply},
    },
};

/// How many pages of one item are followed.
const PAGES: usize = 8;

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        asks!(
            "platform-ags-list",
            "the list of line items is an array",
            "lti13-platform-ags-list",
            "a request for the line items",
            array
        ),
        asks!(
            "platform-ags-list-media-type",
            "line items come as what they are",
            "lti13-platform-ags-media-types",
            "a request for the line items",
            media_type
        ),
        asks!(
            "platform-ags-list-accept-any",
            "who accepts everything gets the list",
            "lti13-platform-ags-media-types",
            "a request for the line items with Accept: */*",
            accept_any
        ),
        asks!(
            "platform-ags-limit",
            "no more than limit are listed",
            "lti13-platform-ags-limit",
            "two line items, then the list with limit=1",
            limit
        ),
        asks!(
            "platform-ags-next",
            "a Link header names the next page",
            "lti13-platform-ags-next",
            "two line items, then the list with limit=1",
            next
        ),
        asks!(
            "platform-ags-next-filters",
            "the next page keeps the filters",
            "lti13-platform-ags-next-filters",
            "two line items of one tag, then its list with limit=1, and the next page",
            next_filters
        ),
    ]
}

async fn array(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = list(driver, &[]).await?;
    Ok(match reply.json() {
        Some(Value::Array(items)) if reply.is_success() => {
            Ended::judged(Pass, "sound", format!("{} line items", items.len()))
        }
        Some(Value::Object(_)) if reply.is_success() => {
            Ended::judged(Fail, "wrapped", "an object in place of an array")
        }
        _ => Ended::judged(Fail, "broken", format!("no list: {}", reply.describe())),
    })
}

async fn media_type(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = list(driver, &[]).await?;
    items(&reply)?;
    Ok(typed(&reply, LINE_ITEMS_TYPE))
}

/// Whether an answer says what it is; plain JSON says enough.
pub(super) fn typed(reply: &Reply, wanted: &str) -> Ended {
    match reply.media_type() {
        Some(media_type) if media_type == wanted || media_type == "application/json" => {
            Ended::judged(Pass, "sound", media_type)
        }
        Some(media_type) => Ended::judged(Warn, "other", format!("Content-Type: {media_type}")),
        None => Ended::judged(Warn, "none", "no Content-Type"),
    }
}

async fn accept_any(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let control = list(driver, &[]).await?;
    items(&control)?;
    let (url, token) = (driver.line_items_url()?, driver.reading().await?);
    let reply = driver.call(&Call::get(&url, "*/*").bearer(&token)).await?;
    Ok(super::taken(&reply, Warn))
}

/// Two line items at least, then the list one by one.
async fn paged(driver: &mut PlatformDriver<'_>) -> Result<Reply, Halt> {
    driver.line_item(json!({})).await?;
    driver.line_item(json!({})).await?;
    list(driver, &[("limit", "1")]).await
}

async fn limit(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = paged(driver).await?;
    let found = items(&reply)?.len();
    Ok(if found > 1 {
        Ended::judged(Fail, "wide", format!("limit=1, and {found} line items are listed"))
    } else {
        Ended::judged(Pass, "sound", format!("{found} line items"))
    })
}

async fn next(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = paged(driver).await?;
    if items(&reply)?.len() > 1 {
        return Ok(Ended::skip("limit is not kept, so there may be no next page"));
    }
    let list = driver.line_items_url()?;
    Ok(match reply.link("next", &list) {
        Some(_) => Ended::judged(Pass, "sound", "Link with rel=next"),
        None if reply.headers.contains_key("link") => {
            Ended::judged(Fail, "broken", "a Link header in which no rel=next can be read")
        }
        None => Ended::judged(Fail, "missing", "no Link header, though more line items exist"),
    })
}

async fn next_filters(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let tag = driver.world.fresh("page");
    let first = driver.line_item(json!({"tag": tag})).await?;
    let second = driver.line_item(json!({"tag": tag})).await?;
    let mut url = filtered(&driver.line_items_url()?, &[("tag", &tag), ("limit", "1")]);
    let token = driver.reading().await?;
    let mut seen: Vec<Value> = Vec::new();
    for page in 0..PAGES {
        let reply = driver.call(&Call::get(&url, LINE_ITEMS_TYPE).bearer(&token)).await?;
        let found = items(&reply)?;
        let fits = found.iter().all(|item| has(item, "tag", &tag));
        if !fits && page == 0 {
            return Ok(Ended::skip("the filter is not kept on the first page either"));
        }
        if !fits {
            return Ok(Ended::judged(Fail, "unfiltered", format!("page {} lists other line items", page + 1)));
        }
        seen.extend(found);
        match reply.link("next", &url) {
            Some(next) => url = next,
            None if page == 0 => return Ok(Ended::skip("the first page names no next one")),
            None => break,
        }
    }
    let all = [first, second].iter().all(|item| seen.iter().any(|found| is_at(found, item)));
    Ok(if all {
        Ended::judged(Pass, "sound", "each page holds line items of the tag")
    } else {
        Ended::judged(Fail, "missing", "not all line items of the tag are on the pages")
    })
}
