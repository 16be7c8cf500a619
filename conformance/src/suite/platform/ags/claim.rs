//! The claim of Assignment and Grade Services (LTI AGS 2.0, 3.1).

use serde_json::{Value, json};

use super::{asks, filter::filtered};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    sight::Sight,
    subject::platform::{
        Evidence, PlatformCase, PlatformDriver,
        service::{AGS, AGS_CLAIM, AgsEndpoint, Call, LABEL, LINE_ITEMS_TYPE, ags_endpoints, entries},
    },
};

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        PlatformCase::together("platform-ags-claim", "what is offered is said in the messages", Fail, claim)
            .rules(&["lti13-platform-ags-claim"]),
        PlatformCase::together("platform-ags-claim-scope", "the scopes of the claim are an array", Warn, scope)
            .rules(&["lti13-platform-ags-claim-scope"]),
        asks!(
            "platform-ags-claim-line-item",
            "the claim names the line item of a link that has exactly one",
            "lti13-platform-ags-claim-line-item",
            "for each launched link, its line items",
            one
        ),
        asks!(
            "platform-ags-claim-line-items",
            "the claim names no line item of a link that has several",
            "lti13-platform-ags-claim-line-item",
            "a second line item for the control's link, then the control once more",
            several
        ),
    ]
}

fn claim(evidence: &Evidence) -> Sight {
    let offered = ags_endpoints(evidence).len();
    match (evidence.config.platform.can(AGS), offered) {
        (false, 0) => Sight::Unsupported("platform.capabilities does not name ags; not offered".to_owned()),
        (false, _) => Sight::Unsupported(
            "platform.capabilities does not name ags; the launches offer it: declare it to have it judged".to_owned(),
        ),
        (true, 0) => Sight::Broken(format!("platform.capabilities names ags, and no launch brings {AGS_CLAIM}")),
        (true, some) => Sight::Sound(format!("{some} of {} launches bring it", evidence.arrivals.len())),
    }
}

fn scope(evidence: &Evidence) -> Sight {
    let mut claims = evidence.arrivals.iter().filter_map(|arrival| Some((arrival, arrival.claim(AGS_CLAIM)?)));
    let text = |value: &Value| value.as_array().is_some_and(|scopes| scopes.iter().all(Value::is_string));
    match claims.find(|(_, claim)| !claim.get("scope").is_some_and(text)) {
        Some((arrival, _)) => Sight::Broken(format!("in the launch {}: scope is no array of texts", arrival.name)),
        None if ags_endpoints(evidence).is_empty() => Sight::Unsupported("no launch brings the claim".to_owned()),
        None => Sight::Sound("scope is an array".to_owned()),
    }
}

/// The line items of a link.
async fn tied(driver: &mut PlatformDriver<'_>, endpoint: &AgsEndpoint) -> Result<Option<usize>, Halt> {
    let (Some(list), Some(link)) = (&endpoint.lineitems, &endpoint.link) else { return Ok(None) };
    let token = driver.reading().await?;
    let url = filtered(list, &[("resource_link_id", link)]);
    let reply = driver.call(&Call::get(&url, LINE_ITEMS_TYPE).bearer(&token)).await?;
    let Some(items) = entries(&reply).filter(|_| reply.is_success()) else { return Ok(None) };
    // A list that is not filtered says nothing.
    let of_link = |item: &Value| item.get("resourceLinkId").and_then(Value::as_str) == Some(link);
    Ok(items.iter().all(of_link).then_some(items.len()))
}

async fn one(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let mut judged = 0;
    for endpoint in ags_endpoints(driver.evidence) {
        let Some(count) = tied(driver, &endpoint).await? else { continue };
        judged += 1;
        let launch = &endpoint.launch;
        match (count, &endpoint.lineitem) {
            (1, None) => {
                let seen = format!("in the launch {launch}: the link has one line item, and the claim names none");
                return Ok(Ended::judged(Fail, "unsaid", seen));
            }
            (0, Some(_)) => {
                let seen = format!("in the launch {launch}: the link has no line item, and the claim names one");
                return Ok(Ended::judged(Fail, "said", seen));
            }
            _ => {}
        }
    }
    if judged == 0 {
        return Ok(Ended::skip("no launch brings a link whose line items can be listed"));
    }
    Ok(Ended::judged(Pass, "sound", format!("{judged} launches name what their link has")))
}

async fn several(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let control = driver.control()?;
    let name = &control.name;
    let endpoint = ags_endpoints(driver.evidence).into_iter().find(|endpoint| endpoint.launch == *name);
    let Some(endpoint) = endpoint else { return Ok(Ended::skip("the control does not bring the claim")) };
    let (Some(list), Some(link)) = (endpoint.lineitems.clone(), endpoint.link.clone()) else {
        return Ok(Ended::skip("the control brings no list of line items"));
    };
    let token = driver.managing().await?;
    for _ in tied(driver, &endpoint).await?.unwrap_or_default()..2 {
        driver.create(&list, &token, json!({"resourceLinkId": link})).await?;
    }
    if tied(driver, &endpoint).await?.is_none_or(|count| count < 2) {
        return Ok(Ended::skip("the platform ties no second line item to a link"));
    }
    let keys = driver.evidence.keys.clone();
    let arrival = driver.launch(control, &keys).await?;
    let named = AgsEndpoint::of(&arrival).and_then(|endpoint| endpoint.lineitem);
    clear(driver, &list, &link, &token).await?;
    Ok(match named {
        Some(_) => Ended::judged(Fail, "said", "the link has several line items, and the claim names one of them"),
        None => Ended::judged(Pass, "sound", "the claim names none"),
    })
}

/// Takes the suite's line items from the link again, so that it has as many as before.
async fn clear(driver: &mut PlatformDriver<'_>, list: &url::Url, link: &str, token: &str) -> Result<(), Halt> {
    let url = filtered(list, &[("resource_link_id", link)]);
    let reply = driver.call(&Call::get(&url, LINE_ITEMS_TYPE).bearer(token)).await?;
    let own = |item: &Value| item.get("label").and_then(Value::as_str).is_some_and(|label| label.starts_with(LABEL));
    for item in entries(&reply).unwrap_or_default().iter().filter(|item| own(item)) {
        let address = item.get("id").and_then(Value::as_str).and_then(|id| url::Url::parse(id).ok());
        if let Some(address) = address {
            driver.delete(&address, token).await?;
        }
    }
    Ok(())
}
