//! Changing and removing line items (LTI AGS 2.0, 3.2.3 and 3.2.6).

use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::{
    asks,
    bench::{about, bench, publish_sound, share, shown},
    filter::{has, is_at},
};
use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{Call, LABEL, LINE_ITEM_TYPE, Reply, ags_endpoints},
    },
};

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let free = asks!(
        "platform-ags-put",
        "a changed label: the platform may ignore it",
        "lti13-platform-ags-put-free",
        "a line item with another label",
        put
    );
    vec![
        PlatformCase { duty: Duty::Free, ..free },
        asks!(
            "platform-ags-put-returns",
            "a change is answered by the line item",
            "lti13-platform-ags-put",
            "a line item with another label",
            returns
        ),
        asks!(
            "platform-ags-put-true",
            "what answers a change is what is applied",
            "lti13-platform-ags-put-true",
            "a line item with another label, then a request for it",
            truthful
        ),
        asks!(
            "platform-ags-put-id",
            "a change does not move a line item",
            "lti13-platform-ags-put-id",
            "a line item with the id of another one",
            moved
        ),
        asks!(
            "platform-ags-put-link",
            "a change does not tie a line item to another link",
            "lti13-platform-ags-put-link",
            "a line item with the resourceLinkId of another link",
            tied
        ),
        asks!(
            "platform-ags-put-without-id",
            "a change may leave the id out",
            "lti13-platform-ags-put-id-optional",
            "a line item with another label and without id",
            without_id
        ),
        asks!(
            "platform-ags-put-rescale",
            "results follow the maximum",
            "lti13-platform-ags-put-rescale",
            "50 of 100 for a learner, then a maximum of 200",
            rescale
        ),
        asks!(
            "platform-ags-delete",
            "what is removed is gone",
            "lti13-platform-ags-delete",
            "a line item, its removal, then a request for it",
            delete
        ),
    ]
}

/// Sends a line item to its address.
async fn send(driver: &mut PlatformDriver<'_>, item: &Url, definition: &Value) -> Result<Reply, Halt> {
    let token = driver.managing().await?;
    driver.call(&Call::send(Method::PUT, item, LINE_ITEM_TYPE, definition).bearer(&token)).await
}

/// The line item as it is shown at its address.
async fn get(driver: &mut PlatformDriver<'_>, item: &Url) -> Result<Option<Value>, Halt> {
    let token = driver.reading().await?;
    let reply = driver.call(&Call::get(item, LINE_ITEM_TYPE).bearer(&token)).await?;
    Ok(reply.json().filter(|shown| reply.is_success() && shown.is_object()))
}

/// As [`get`], where the case needs it.
async fn must_get(driver: &mut PlatformDriver<'_>, item: &Url) -> Result<Value, Halt> {
    get(driver, item).await?.ok_or_else(|| Halt::Skip("line items cannot be read at their address".to_owned()))
}

/// A line item and the answer to a change of its label, with the new label.
async fn changed(driver: &mut PlatformDriver<'_>) -> Result<(Url, Reply, String), Halt> {
    let item = driver.line_item(json!({})).await?;
    let label = driver.world.fresh(&format!("{LABEL}, changed"));
    let definition = json!({"id": item, "label": label, "scoreMaximum": 100});
    let reply = send(driver, &item, &definition).await?;
    Ok((item, reply, label))
}

/// Whether line items cannot be changed here at all.
fn closed(reply: &Reply) -> Option<Ended> {
    let status = reply.status.as_u16();
    matches!(status, 403..=405 | 501).then(|| Ended::unsupported(format!("tools change no line items: {status}")))
}

async fn put(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (item, reply, label) = changed(driver).await?;
    if let Some(ended) = closed(&reply) {
        return Ok(ended);
    }
    let shown = reply.json().filter(Value::is_object);
    let shown = match shown {
        Some(shown) => Some(shown),
        None => get(driver, &item).await?,
    };
    let applied = shown.is_some_and(|shown| has(&shown, "label", &label));
    Ok(Ended::judged(Info, if applied { "applied" } else { "ignored" }, reply.describe()))
}

async fn returns(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (_, reply, _) = changed(driver).await?;
    if let Some(ended) = closed(&reply) {
        return Ok(ended);
    }
    Ok(match reply.json() {
        Some(Value::Object(item)) if reply.is_success() && item.contains_key("label") => {
            Ended::judged(Pass, "shown", format!("{}, with the line item", reply.describe()))
        }
        _ if reply.is_success() => Ended::judged(Fail, "bare", format!("{}, without the line item", reply.describe())),
        _ => Ended::judged(Warn, "refused", reply.describe()),
    })
}

async fn truthful(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (item, reply, _) = changed(driver).await?;
    let Some(said) = reply.json().filter(|said| reply.is_success() && said.is_object()) else {
        return Ok(Ended::skip("the change is not answered by the line item"));
    };
    let there = must_get(driver, &item).await?;
    Ok(if said.get("label") == there.get("label") {
        Ended::judged(Pass, "true", "the line item is as the answer showed it")
    } else {
        Ended::judged(Fail, "untrue", "the line item has another label than the answer showed")
    })
}

async fn moved(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let item = driver.line_item(json!({})).await?;
    let other = driver.line_item(json!({})).await?;
    let before = must_get(driver, &item).await?;
    let definition = json!({"id": other, "label": driver.world.fresh(LABEL), "scoreMaximum": 100});
    let reply = send(driver, &item, &definition).await?;
    if let Some(ended) = closed(&reply) {
        return Ok(ended);
    }
    Ok(match get(driver, &item).await? {
        Some(shown) if shown.get("id") == before.get("id") || is_at(&shown, &item) => {
            Ended::judged(Pass, "stays", reply.describe())
        }
        Some(_) => Ended::judged(Fail, "moved", "the line item shows the id that was sent"),
        None => Ended::judged(Fail, "moved", "there is no line item at its address any more"),
    })
}

async fn tied(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let endpoint = driver.ags()?;
    let link = endpoint.link.clone().ok_or_else(|| Halt::Skip("the launch has no resource link".to_owned()))?;
    let other = ags_endpoints(driver.evidence)
        .into_iter()
        .find(|other| other.context == endpoint.context && other.link.is_some() && other.link != endpoint.link)
        .and_then(|other| other.link);
    let Some(other) = other else {
        return Ok(Ended::skip("needs two links of one course: add a [[launch]] of another link"));
    };
    let item = driver.line_item(json!({"resourceLinkId": link})).await?;
    let before = must_get(driver, &item).await;
    let definition =
        json!({"id": item, "label": driver.world.fresh(LABEL), "scoreMaximum": 100, "resourceLinkId": other});
    let reply = send(driver, &item, &definition).await?;
    let after = get(driver, &item).await?;
    let token = driver.managing().await?;
    driver.delete(&item, &token).await?;
    if !has(&before?, "resourceLinkId", &link) {
        return Ok(Ended::skip("the platform does not tie line items of a tool to links"));
    }
    if let Some(ended) = closed(&reply) {
        return Ok(ended);
    }
    Ok(if after.is_some_and(|after| has(&after, "resourceLinkId", &other)) {
        Ended::judged(Fail, "moved", "the line item is tied to the other link now")
    } else {
        Ended::judged(Pass, "stays", reply.describe())
    })
}

async fn without_id(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (item, control, _) = changed(driver).await?;
    if !control.is_success() {
        return Ok(Ended::skip(format!("with its id the change is refused as well: {}", control.describe())));
    }
    let definition = json!({"label": driver.world.fresh(LABEL), "scoreMaximum": 100});
    let reply = send(driver, &item, &definition).await?;
    Ok(super::taken(&reply, Warn))
}

async fn rescale(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let mut bench = bench(driver).await?;
    let score = bench.given(0, 50.0);
    publish_sound(driver, &bench, &score).await?;
    let definition = json!({"id": bench.item, "label": driver.world.fresh(LABEL), "scoreMaximum": 200});
    send(driver, &bench.item, &definition).await?;
    let applied = must_get(driver, &bench.item).await?.get("scoreMaximum").and_then(Value::as_f64);
    if applied.is_none_or(|applied| (applied - 200.0).abs() > f64::EPSILON) {
        return Ok(Ended::skip("the platform does not apply another maximum"));
    }
    bench.maximum = 200.0;
    let found = share(driver, &bench).await?;
    Ok(match found {
        Some(share) if about(share, 0.5) => Ended::judged(Pass, "follows", "50 % before and after"),
        other => Ended::judged(Warn, "stays", format!("50 % before, {} after", shown(other))),
    })
}

async fn delete(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let item = driver.line_item(json!({})).await?;
    let token = driver.managing().await?;
    let reply = driver.delete(&item, &token).await?;
    if !reply.is_success() {
        return Ok(Ended::unsupported(format!("tools remove no line items: {}", reply.describe())));
    }
    Ok(match get(driver, &item).await? {
        Some(_) => Ended::judged(Warn, "there", "the line item is there still"),
        None => Ended::judged(Pass, "gone", reply.describe()),
    })
}
