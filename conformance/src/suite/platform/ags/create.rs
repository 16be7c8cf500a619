//! Making line items (LTI AGS 2.0, 3.2.5 to 3.2.13).

use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::{asks, taken};
use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{Call, LABEL, LINE_ITEM_TYPE, Reply, item_url},
    },
};

/// The members that the text knows in a line item.
const KNOWN: [&str; 10] = [
    "id",
    "label",
    "scoreMaximum",
    "resourceLinkId",
    "resourceId",
    "tag",
    "startDateTime",
    "endDateTime",
    "gradesReleased",
    "submissionReview",
];
/// A member that the suite adds.
const EXTENSION: &str = "https://suite.example/extension";

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = answers();
    cases.extend(members());
    cases.extend(links());
    cases.extend(forms());
    cases
}

fn answers() -> Vec<PlatformCase> {
    vec![
        asks!(
            "platform-ags-create",
            "a new line item is answered by the item",
            "lti13-platform-ags-create",
            "a new line item",
            created
        ),
        asks!(
            "platform-ags-create-status",
            "a new line item is answered with 201",
            "lti13-platform-ags-create-status",
            "a new line item",
            status
        ),
        asks!(
            "platform-ags-item-id",
            "the id of a line item is its address",
            "lti13-platform-ags-item-id",
            "a new line item",
            id
        ),
        asks!(
            "platform-ags-item-read",
            "a line item can be read at its address",
            "lti13-platform-ags-item-read",
            "a new line item, then a request for it",
            read
        ),
        asks!(
            "platform-ags-item-extension",
            "what the platform adds to line items is named by URLs",
            "lti13-platform-ags-extensions",
            "a new line item",
            extension
        ),
    ]
}

fn members() -> Vec<PlatformCase> {
    vec![
        asks!(
            "platform-ags-create-kept",
            "resourceId and tag stay as they are sent",
            "lti13-platform-ags-create-kept",
            "a new line item with resourceId and tag in mixed letters",
            kept
        ),
        asks!(
            "platform-ags-create-recommended",
            "label and maximum stay as they are sent",
            "lti13-platform-ags-create-recommended",
            "a new line item with a maximum of 40",
            recommended
        ),
        asks!(
            "platform-ags-create-label",
            "no line item is without a label",
            "lti13-platform-ags-label",
            "a new line item with a blank label",
            label
        ),
        asks!(
            "platform-ags-create-maximum",
            "no line item has a maximum of 0",
            "lti13-platform-ags-maximum",
            "a new line item with scoreMaximum 0",
            maximum
        ),
        asks!(
            "platform-ags-create-dates",
            "dates have a zone",
            "lti13-platform-ags-dates",
            "a new line item with startDateTime and endDateTime",
            dates
        ),
    ]
}

fn links() -> Vec<PlatformCase> {
    let own = asks!(
        "platform-ags-create-link",
        "a line item for a link of the course: the platform may ignore the link",
        "lti13-platform-ags-link",
        "a new line item with the resourceLinkId of the launch",
        own_link
    );
    vec![
        PlatformCase { duty: Duty::Free, ..own },
        asks!(
            "platform-ags-create-link-foreign",
            "a line item is not tied to a link of another course",
            "lti13-platform-ags-link",
            "a new line item with the resourceLinkId of a launch from another course",
            foreign_link
        ),
        asks!(
            "platform-ags-create-link-unknown",
            "a line item is not tied to a link that does not exist",
            "lti13-platform-ags-link",
            "a new line item with a made-up resourceLinkId",
            unknown_link
        ),
    ]
}

fn forms() -> Vec<PlatformCase> {
    vec![
        asks!(
            "platform-ags-create-extension",
            "a member that the platform does not know does no harm",
            "lti13-platform-ags-unknown",
            "a new line item with https://suite.example/extension beside the rest",
            unknown_member
        ),
        asks!(
            "platform-ags-create-charset",
            "a charset behind the media type does no harm",
            "lti13-platform-ags-media-types",
            "a new line item as application/vnd.ims.lis.v2.lineitem+json; charset=utf-8",
            charset
        ),
    ]
}

/// Asks for a line item, and gives the answer whatever it is.
async fn ask(driver: &mut PlatformDriver<'_>, members: Value) -> Result<Reply, Halt> {
    let (list, token) = (driver.line_items_url()?, driver.managing().await?);
    driver.create(&list, &token, members).await
}

/// The line item that an answer shows.
fn shown(reply: &Reply) -> Result<Value, Halt> {
    if !reply.is_success() {
        return Err(Halt::Skip(format!("no line item was made: {}", reply.describe())));
    }
    let item = reply.json().filter(Value::is_object);
    item.ok_or_else(|| Halt::Skip("the answer does not show the line item".to_owned()))
}

async fn created(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = ask(driver, json!({})).await?;
    if !reply.is_success() {
        return Ok(Ended::judged(Fail, "refused", format!("no line item was made: {}", reply.describe())));
    }
    let item = reply.json().filter(|item| item.get("label").is_some() && item.get("id").is_some());
    Ok(match item {
        Some(_) => Ended::judged(Pass, "shown", format!("{}, with the line item", reply.describe())),
        None => Ended::judged(Fail, "bare", format!("{}, without the line item", reply.describe())),
    })
}

async fn status(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = ask(driver, json!({})).await?;
    Ok(match reply.status.as_u16() {
        status @ (200 | 201) => Ended::judged(Pass, "sound", format!("status {status}")),
        status @ 202..=299 => Ended::judged(Warn, "other", format!("status {status}")),
        _ => Ended::skip(format!("no line item was made: {}", reply.describe())),
    })
}

async fn id(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = ask(driver, json!({})).await?;
    let item = shown(&reply)?;
    Ok(match item.get("id") {
        Some(Value::String(id)) if Url::parse(id).is_ok() => Ended::judged(Pass, "sound", "id is an address"),
        Some(_) => Ended::judged(Fail, "other", "id is no full URL"),
        None => Ended::judged(Fail, "missing", "no id"),
    })
}

async fn read(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let item = driver.line_item(json!({})).await?;
    let token = driver.reading().await?;
    let reply = driver.call(&Call::get(&item, LINE_ITEM_TYPE).bearer(&token)).await?;
    Ok(match reply.json() {
        Some(Value::Object(_)) if reply.is_success() => Ended::judged(Pass, "shown", "the line item"),
        _ => Ended::judged(Fail, "refused", reply.describe()),
    })
}

async fn extension(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = ask(driver, json!({})).await?;
    let item = shown(&reply)?;
    Ok(bare(&item, &KNOWN))
}

/// Members that the text does not know and that are no URLs.
pub(super) fn bare(object: &Value, known: &[&str]) -> Ended {
    let names = object.as_object().into_iter().flat_map(|members| members.keys());
    let odd: Vec<&str> =
        names.map(String::as_str).filter(|name| !known.contains(name) && Url::parse(name).is_err()).collect();
    if odd.is_empty() {
        return Ended::judged(Pass, "sound", "every member is one of the text, or a URL");
    }
    Ended::judged(Warn, "bare", format!("members of its own under plain names: {}", odd.join(", ")))
}

async fn kept(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let resource = format!("Quiz {}", driver.world.fresh("Kept"));
    let tag = format!("Grade {}", driver.world.fresh("Kept"));
    let reply = ask(driver, json!({"resourceId": resource, "tag": tag})).await?;
    let item = shown(&reply)?;
    for (name, sent) in [("resourceId", resource), ("tag", tag)] {
        match item.get(name).and_then(Value::as_str) {
            Some(text) if text == sent => {}
            Some(_) => return Ok(Ended::judged(Fail, "changed", format!("{name} is another than was sent"))),
            None => return Ok(Ended::judged(Fail, "lost", format!("{name} is lost"))),
        }
    }
    Ok(Ended::judged(Pass, "kept", "both are as they were sent"))
}

async fn recommended(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let label = driver.world.fresh(LABEL);
    let reply = ask(driver, json!({"label": label, "scoreMaximum": 40})).await?;
    let item = shown(&reply)?;
    let maximum = item.get("scoreMaximum").and_then(Value::as_f64);
    Ok(if item.get("label").and_then(Value::as_str) != Some(label.as_str()) {
        Ended::judged(Warn, "changed", "the label is another than was sent")
    } else if maximum.is_none_or(|maximum| (maximum - 40.0).abs() > f64::EPSILON) {
        Ended::judged(Warn, "changed", "the maximum is another than 40")
    } else {
        Ended::judged(Pass, "kept", "both are as they were sent")
    })
}

async fn label(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = ask(driver, json!({"label": ""})).await?;
    if !reply.is_success() {
        return Ok(Ended::judged(Pass, "refused", reply.describe()));
    }
    let item = shown(&reply)?;
    let blank = item.get("label").and_then(Value::as_str).is_none_or(|label| label.trim().is_empty());
    Ok(if blank {
        Ended::judged(Fail, "blank", "the line item is shown without a label")
    } else {
        Ended::judged(Pass, "made-up", "the platform gives it a label")
    })
}

async fn maximum(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = ask(driver, json!({"scoreMaximum": 0})).await?;
    if !reply.is_success() {
        return Ok(Ended::judged(Pass, "refused", reply.describe()));
    }
    let item = shown(&reply)?;
    Ok(match item.get("scoreMaximum").and_then(Value::as_f64) {
        Some(maximum) if maximum > 0.0 => Ended::judged(Pass, "made-up", format!("the platform takes {maximum}")),
        Some(maximum) => Ended::judged(Fail, "zero", format!("scoreMaximum is {maximum}")),
        None => Ended::judged(Warn, "none", "the line item is shown without a maximum"),
    })
}

async fn dates(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let base = driver.world.clock.now();
    let at = |days: i64| format!("{:.0}", super::bench::moment(base, days * 86_400_000));
    let reply = ask(driver, json!({"startDateTime": at(1), "endDateTime": at(8)})).await?;
    let item = shown(&reply)?;
    let dates: Vec<&str> = ["startDateTime", "endDateTime"]
        .into_iter()
        .filter_map(|name| item.get(name).and_then(Value::as_str))
        .filter(|date| !date.is_empty())
        .collect();
    Ok(if dates.is_empty() {
        Ended::unsupported("line items have no dates here")
    } else if dates.iter().all(|date| date.parse::<jiff::Timestamp>().is_ok()) {
        Ended::judged(Pass, "sound", dates.join(" to "))
    } else {
        Ended::judged(Fail, "zoneless", format!("no zone in {}", dates.join(" and ")))
    })
}

/// The link that an answer says the line item is tied to.
fn tied_to(item: &Value) -> Option<&str> {
    item.get("resourceLinkId").and_then(Value::as_str).filter(|link| !link.is_empty())
}

async fn own_link(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let link = driver.ags()?.link.ok_or_else(|| Halt::Skip("the launch has no resource link".to_owned()))?;
    let reply = ask(driver, json!({"resourceLinkId": link})).await?;
    if !reply.is_success() {
        return Ok(Ended::judged(Info, "refused", reply.describe()));
    }
    let item = shown(&reply);
    // The link has to have as many line items as before.
    if let Some(address) = item_url(&reply) {
        let token = driver.managing().await?;
        driver.delete(&address, &token).await?;
    }
    Ok(match tied_to(&item?) {
        Some(_) => Ended::judged(Info, "tied", "the line item is tied to the link"),
        None => Ended::judged(Info, "ignored", "the link is ignored"),
    })
}

async fn foreign_link(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let second = driver.second_ags()?;
    let link = second.link.ok_or_else(|| Halt::Skip("the second launch has no resource link".to_owned()))?;
    let reply = ask(driver, json!({"resourceLinkId": link})).await?;
    untied(&reply, &link, Fail)
}

async fn unknown_link(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let link = driver.world.fresh("no-such-link");
    let reply = ask(driver, json!({"resourceLinkId": link})).await?;
    untied(&reply, &link, Warn)
}

/// AGS 3.2.9 wants 404, 3.2.5 lets a platform ignore the link or call it a bad request: all three are sound.
fn untied(reply: &Reply, link: &str, tied: crate::case::Outcome) -> Result<Ended, Halt> {
    Ok(match reply.status.as_u16() {
        status @ (400 | 404) => Ended::judged(Pass, "refused", format!("status {status}")),
        200..=299 if tied_to(&shown(reply)?) == Some(link) => {
            Ended::judged(tied, "tied", "the line item is tied to it")
        }
        200..=299 => Ended::judged(Pass, "ignored", "the link is ignored"),
        status => Ended::judged(Warn, "other", format!("status {status}")),
    })
}

async fn unknown_member(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = ask(driver, json!({EXTENSION: {"made": "by the suite"}})).await?;
    Ok(taken(&reply, Warn))
}

async fn charset(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (list, token) = (driver.line_items_url()?, driver.managing().await?);
    let item = json!({"label": driver.world.fresh(LABEL), "scoreMaximum": 100});
    let media_type = format!("{LINE_ITEM_TYPE}; charset=utf-8");
    let reply = driver.call(&Call::send(Method::POST, &list, &media_type, &item).bearer(&token)).await?;
    if let Some(made) = item_url(&reply).filter(|_| reply.is_success()) {
        driver.delete(&made, &token).await?;
    }
    Ok(taken(&reply, Warn))
}
