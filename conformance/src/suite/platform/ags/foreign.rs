//! Line items of another tool (LTI AGS 2.0, 3.3).

use http::Method;
use serde_json::json;

use super::{asks, filter::is_at, turned_away};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass},
    },
    driver::Halt,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{
            Call, LINE_ITEM, LINE_ITEM_TYPE, LINE_ITEMS_TYPE, OTHER_TOOL_SERVICES, SCORE, SCORE_TYPE, below, entries,
        },
    },
};

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        asks!(
            "platform-ags-foreign-read",
            "another tool does not read a line item",
            "lti13-platform-ags-own",
            "a line item of the suite's tool, asked by the other tool",
            read
        ),
        asks!(
            "platform-ags-foreign-list",
            "another tool does not find a line item in its list",
            "lti13-platform-ags-own",
            "a line item of the suite's tool, then the list as the other tool sees it",
            list
        ),
        asks!(
            "platform-ags-foreign-score",
            "another tool publishes no scores to a line item",
            "lti13-platform-ags-own",
            "a line item of the suite's tool, then a score by the other tool",
            score
        ),
    ]
}

fn undeclared(driver: &PlatformDriver<'_>) -> Option<Ended> {
    (!driver.world.config.platform.can(OTHER_TOOL_SERVICES)).then(|| {
        Ended::skip(
            "needs another tool of the platform whose key set is the suite's second one: platform.other_client_id, and \
             other-tool-services under platform.capabilities",
        )
    })
}

async fn read(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let item = driver.line_item(json!({})).await?;
    let own = driver.reading().await?;
    let control = driver.call(&Call::get(&item, LINE_ITEM_TYPE).bearer(&own)).await?;
    if !control.is_success() {
        return Ok(Ended::skip(format!("its own tool cannot read it either: {}", control.describe())));
    }
    let token = driver.other_access(&[LINE_ITEM]).await?;
    let reply = driver.call(&Call::get(&item, LINE_ITEM_TYPE).bearer(&token)).await?;
    Ok(turned_away(&reply, Fail))
}

async fn list(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let item = driver.line_item(json!({})).await?;
    let token = driver.other_access(&[LINE_ITEM]).await?;
    let url = driver.line_items_url()?;
    let reply = driver.call(&Call::get(&url, LINE_ITEMS_TYPE).bearer(&token)).await?;
    let found = entries(&reply).filter(|_| reply.is_success()).unwrap_or_default();
    Ok(if found.iter().any(|found| is_at(found, &item)) {
        Ended::judged(Fail, "listed", "the line item of the suite's tool is listed for another tool")
    } else {
        Ended::judged(Pass, "hidden", reply.describe())
    })
}

async fn score(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let item = driver.line_item(json!({})).await?;
    let score = super::score(driver, 50.0)?;
    let token = driver.other_access(&[SCORE]).await?;
    let call = Call::send(Method::POST, &below(&item, "scores"), SCORE_TYPE, &score).bearer(&token);
    let reply = driver.call(&call).await?;
    Ok(turned_away(&reply, Fail))
}
