//! Who may read a roster, and how it is asked for.

use http::Method;

use super::{ROSTER_TYPE, ask_as, asks, offer};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{Call, LINE_ITEM_READONLY},
    },
};

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    const PROTECTED: &[&str] = &["lti13-platform-nrps-protected"];
    vec![
        asks!("platform-nrps-no-token", "a roster is closed to whoever shows no token", no_token)
            .rules(PROTECTED)
            .sent("a request for the roster without Authorization"),
        asks!("platform-nrps-other-scope", "a roster is closed to a token of another scope", other_scope)
            .rules(PROTECTED)
            .sent("a request for the roster with a token for line items"),
        asks!("platform-nrps-accept", "a roster is answered whatever Accept says", accept)
            .rules(&["lti13-platform-nrps-accept"])
            .sent("a request for the roster with Accept: application/json"),
        asks!("platform-nrps-post", "a roster asked for by POST: the platform chooses", post)
            .rules(&["lti13-platform-nrps-free"])
            .sent("a POST without body to the roster"),
    ]
}

async fn no_token(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (_, url) = offer(driver)?;
    let reply = driver.call(&Call::get(&url, ROSTER_TYPE)).await?;
    Ok(if reply.is_success() {
        Ended::judged(Fail, "served", "the roster was sent")
    } else {
        Ended::judged(Pass, "refused", reply.describe())
    })
}

async fn other_scope(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (_, url) = offer(driver)?;
    let token = driver.access(&[LINE_ITEM_READONLY]).await?;
    let reply = driver.call(&Call::get(&url, ROSTER_TYPE).bearer(&token)).await?;
    Ok(if reply.is_success() {
        Ended::judged(Warn, "served", "a token for line items opens the roster")
    } else {
        Ended::judged(Pass, "refused", reply.describe())
    })
}

async fn accept(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (_, url) = offer(driver)?;
    let reply = ask_as(driver, &url, Method::GET, "application/json").await?;
    Ok(if reply.is_success() {
        Ended::judged(Pass, "answered", reply.describe())
    } else {
        Ended::judged(Warn, "refused", reply.describe())
    })
}

async fn post(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (_, url) = offer(driver)?;
    let reply = ask_as(driver, &url, Method::POST, ROSTER_TYPE).await?;
    let word = if reply.is_success() { "answered" } else { "refused" };
    Ok(Ended::judged(Info, word, reply.describe()))
}
