//! The filters of the list of line items (LTI AGS 2.0, 3.2.4).

use serde_json::{Value, json};
use url::Url;

use super::asks;
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass},
    },
    driver::Halt,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{Call, LINE_ITEMS_TYPE, Reply, entries},
    },
};

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    const FILTERS: &[&str] = &["lti13-platform-ags-filters"];
    let filters = vec![
        asks!(
            "platform-ags-filter-resource",
            "resource_id limits the list",
            "",
            "two line items of two resources, then the list of one resource",
            by_member,
            "resourceId",
            "resource_id"
        ),
        asks!(
            "platform-ags-filter-tag",
            "tag limits the list",
            "",
            "two line items with two tags, then the list of one tag",
            by_member,
            "tag",
            "tag"
        ),
        asks!(
            "platform-ags-filter-link",
            "resource_link_id limits the list",
            "",
            "a line item without a link, then the list of a link",
            by_link
        ),
        asks!(
            "platform-ags-filter-both",
            "resource_link_id and resource_id together list what has both",
            "",
            "a line item with link and resource, one with the resource alone, then the list of both",
            by_both
        ),
        asks!(
            "platform-ags-filter-encoded",
            "the values of filters are decoded",
            "",
            "a line item of the resource \"räk & 50 % +1=/?#\", then the list of that resource",
            encoded
        ),
    ];
    let mut cases: Vec<PlatformCase> = filters.into_iter().map(|case| case.rules(FILTERS)).collect();
    cases.extend([
        asks!(
            "platform-ags-filter-none",
            "where nothing matches the list is an empty array",
            "lti13-platform-ags-none",
            "the list of a resource that no line item has",
            none,
            "resource_id"
        ),
        asks!(
            "platform-ags-filter-link-unknown",
            "a link that nobody knows has an empty list",
            "lti13-platform-ags-none",
            "the list of a link that does not exist",
            none,
            "resource_link_id"
        ),
    ]);
    cases
}

/// The address with these filters behind its own query, percent-encoded throughout.
pub(super) fn filtered(list: &Url, filters: &[(&str, &str)]) -> Url {
    let added = form_urlencoded::Serializer::new(String::new()).extend_pairs(filters).finish().replace('+', "%20");
    let mut url = list.clone();
    let query = url.query().filter(|query| !query.is_empty()).map(|query| format!("{query}&{added}"));
    url.set_query(Some(query.as_deref().unwrap_or(&added)));
    url
}

/// The list with these filters.
pub(super) async fn list(driver: &mut PlatformDriver<'_>, filters: &[(&str, &str)]) -> Result<Reply, Halt> {
    let url = filtered(&driver.line_items_url()?, filters);
    let token = driver.reading().await?;
    driver.call(&Call::get(&url, LINE_ITEMS_TYPE).bearer(&token)).await
}

/// The items of a list that has to be readable.
pub(super) fn items(reply: &Reply) -> Result<Vec<Value>, Halt> {
    let found = entries(reply).filter(|_| reply.is_success());
    found.ok_or_else(|| Halt::Skip(format!("the list cannot be read: {}", reply.describe())))
}

/// Whether an item has this text in this member.
pub(super) fn has(item: &Value, member: &str, text: &str) -> bool {
    item.get(member).and_then(Value::as_str) == Some(text)
}

/// Whether an item is at this address.
pub(super) fn is_at(item: &Value, address: &Url) -> bool {
    let same = |id: &str| Url::parse(id).is_ok_and(|id| id == *address);
    // Where ids are no addresses, the number at the end of the path has to do.
    let last = address.path().rsplit('/').next().unwrap_or_default();
    item.get("id")
        .is_some_and(|id| id.as_str().is_some_and(same) || id.as_u64().is_some_and(|id| last.parse() == Ok(id)))
}

async fn by_member(driver: &mut PlatformDriver<'_>, member: &'static str, filter: &'static str) -> Result<Ended, Halt> {
    let (wanted, other) = (driver.world.fresh("filtered"), driver.world.fresh("other"));
    let item = driver.line_item(json!({member: wanted})).await?;
    driver.line_item(json!({member: other})).await?;
    let reply = list(driver, &[(filter, &wanted)]).await?;
    Ok(judged(&items(&reply)?, &item, |found| has(found, member, &wanted)))
}

/// A list that has to hold this item and nothing that does not fit.
fn judged(found: &[Value], item: &Url, fits: impl Fn(&Value) -> bool) -> Ended {
    let strangers = found.iter().filter(|found| !fits(found)).count();
    if strangers > 0 {
        return Ended::judged(Fail, "wide", format!("{strangers} of {} line items do not fit the filter", found.len()));
    }
    if !found.iter().any(|found| is_at(found, item)) {
        return Ended::judged(Fail, "missing", format!("the line item that fits is not among the {}", found.len()));
    }
    Ended::judged(Pass, "sound", format!("{} line items, all of which fit", found.len()))
}

/// A link of the first context.
fn link(driver: &PlatformDriver<'_>) -> Result<String, Halt> {
    driver.ags()?.link.ok_or_else(|| Halt::Skip("the launch has no resource link".to_owned()))
}

async fn by_link(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let link = link(driver)?;
    let apart = driver.line_item(json!({})).await?;
    let reply = list(driver, &[("resource_link_id", &link)]).await?;
    let found = items(&reply)?;
    let other = |item: &&Value| {
        item.get("resourceLinkId").and_then(Value::as_str).is_some_and(|other| !other.is_empty() && other != link)
    };
    Ok(if found.iter().any(|item| is_at(item, &apart)) {
        Ended::judged(Fail, "wide", "a line item without a link is listed as well")
    } else if found.iter().any(|item| other(&item)) {
        Ended::judged(Fail, "wide", "a line item of another link is listed as well")
    } else {
        Ended::judged(Pass, "sound", format!("{} line items", found.len()))
    })
}

async fn by_both(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let link = link(driver)?;
    let resource = driver.world.fresh("both");
    let item = driver.line_item(json!({"resourceLinkId": link, "resourceId": resource})).await?;
    let apart = driver.line_item(json!({"resourceId": resource})).await?;
    let reply = list(driver, &[("resource_link_id", &link), ("resource_id", &resource)]).await?;
    let found = items(&reply)?;
    // Whether the platform tied the first one at all shows in the list of the resource alone.
    let reply = list(driver, &[("resource_id", &resource)]).await?;
    let tied = items(&reply)?.iter().any(|found| is_at(found, &item) && has(found, "resourceLinkId", &link));
    let token = driver.managing().await?;
    driver.delete(&item, &token).await?;
    if !tied {
        return Ok(Ended::skip("the platform does not tie line items of a tool to links"));
    }
    Ok(judged(&found, &item, |found| !is_at(found, &apart) && has(found, "resourceId", &resource)))
}

async fn encoded(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let resource = format!("{} räk & 50 % +1=/?#", driver.world.fresh("odd"));
    let item = driver.line_item(json!({"resourceId": resource})).await?;
    let reply = list(driver, &[("resource_id", &resource)]).await?;
    Ok(judged(&items(&reply)?, &item, |found| has(found, "resourceId", &resource)))
}

async fn none(driver: &mut PlatformDriver<'_>, filter: &'static str) -> Result<Ended, Halt> {
    let value = driver.world.fresh("nobody");
    let reply = list(driver, &[(filter, &value)]).await?;
    Ok(match (reply.status.as_u16(), reply.json()) {
        (200, Some(Value::Array(found))) if found.is_empty() => Ended::judged(Pass, "empty", "200 with []"),
        (200, Some(Value::Array(found))) => {
            Ended::judged(Fail, "wide", format!("{} line items, none of which fits", found.len()))
        }
        (200, _) => Ended::judged(Fail, "broken", "200, and no array"),
        (status, _) => Ended::judged(Fail, "refused", format!("status {status}")),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn filters_go_behind_the_query_and_are_percent_encoded() {
        let list = |text: &str| Url::parse(text).unwrap();
        let url = filtered(&list("https://lms.test/items?type=1"), &[("tag", "a b+c&ä")]);
        assert_eq!(url.as_str(), "https://lms.test/items?type=1&tag=a%20b%2Bc%26%C3%A4");
        assert_eq!(filtered(&list("https://lms.test/items"), &[("limit", "1")]).query(), Some("limit=1"));
    }
}
