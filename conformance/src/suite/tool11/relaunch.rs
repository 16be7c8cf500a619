//! The relaunch of LTI 1.1.2: an anonymous launch, the way back with a state of the tool's, and the launch that follows.

use url::Url;

use super::rights::launched;
use crate::{
    case::{
        Duty, Ended,
        Outcome::{Info, Pass, Warn},
    },
    driver::Halt,
    seen::Meaning,
    subject::tool11::{Launch, Refused, Tool11Case, Tool11Driver, ended, learner},
    user_agent::{Browser, Page, Stop},
};

/// Where the suite takes a tool's state.
const RELAUNCH_PATH: &str = "/relaunch";

pub(super) fn cases() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11(
            "tool11-relaunch",
            "an anonymous launch that offers the relaunch of LTI 1.1.2: every answer is sound",
            Duty::Free,
            |driver| Box::pin(followed(driver)),
        )
        .rules(&["lti11-tool-relaunch"])
        .sent("a launch without a user, with relaunch_url and platform_state"),
        Tool11Case::sequence11(
            "tool11-relaunch-other-browser",
            "the tool's state is good in the browser that it was made for alone",
            Duty::Reject,
            |driver| Box::pin(other_browser(driver)),
        )
        .rules(&["lti11-tool-relaunch-browser"])
        .sent("an anonymous launch in one browser; the launch that follows, with its tool_state, in another"),
    ]
}

/// The two states of a relaunch.
struct States {
    platform: String,
    tool: String,
}

/// Sends the anonymous launch.
async fn begin(driver: &mut Tool11Driver<'_>, browser: &mut Browser) -> Result<(Option<States>, Page), Halt> {
    let (launch, platform) = anonymous(driver);
    let page = driver.send(browser, &launch.seal()).await?;
    let tool = match &page.stop {
        Stop::Returned { url, fields, .. } if url.path().ends_with(RELAUNCH_PATH) => brought(url, fields, &platform),
        _ => None,
    };
    Ok((tool.map(|tool| States { platform, tool }), page))
}

fn anonymous(driver: &Tool11Driver<'_>) -> (Launch, String) {
    let mut launch = driver.sound();
    launch.pairs.0.retain(|pair| {
        let name = String::from_utf8_lossy(&pair.name);
        !["user_id", "roles"].contains(&name.as_ref()) && !name.starts_with("lis_person_")
    });
    let platform = driver.world.fresh("platform-state");
    launch.set("relaunch_url", driver.world.desk.url(RELAUNCH_PATH).as_str());
    launch.set("platform_state", platform.as_str());
    (launch, platform)
}

/// The tool's state, where it came with the platform's.
fn brought(url: &Url, fields: &[(String, String)], platform: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().chain(fields.iter().cloned()).collect();
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    (value("platform_state") == Some(platform)).then(|| value("tool_state").map(str::to_owned)).flatten()
}

/// The launch that follows.
fn complete(driver: &Tool11Driver<'_>, states: &States) -> Launch {
    let mut launch = driver.sound();
    launch.set("platform_state", states.platform.as_str());
    launch.set("tool_state", states.tool.as_str());
    launch
}

async fn followed(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.world.browser();
    let (states, page) = begin(driver, &mut browser).await?;
    if states.is_some() {
        return Ok(Ended::judged(Info, "followed", page.describe()));
    }
    let answered = driver.read(&mut browser, page, &learner()).await?;
    Ok(ended(Info, Refused::Worth(Info), &answered))
}

async fn other_browser(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let mut own = driver.world.browser();
    let (Some(states), _) = begin(driver, &mut own).await? else {
        return Ok(Ended::skip("the tool does not follow the relaunch of LTI 1.1.2, which is lawful"));
    };
    let page = driver.send(&mut own, &complete(driver, &states).seal()).await?;
    let answered = driver.read(&mut own, page, &learner()).await?;
    if answered.meaning != Meaning::Accepted {
        return Ok(Ended::skip(format!("the relaunch itself was not accepted: {}", answered.page.describe())));
    }
    let mut first = driver.world.browser();
    let (Some(states), _) = begin(driver, &mut first).await? else {
        return Ok(Ended::skip("the tool followed the relaunch once, and then no more"));
    };
    let launch = complete(driver, &states);
    let answered = launched(driver, launch).await?;
    Ok(ended(Warn, Refused::Worth(Pass), &answered))
}
