//! The preflight of the services: a token, and one call of each service that is declared, with what fails and why.

use url::Url;

use super::{
    super::{driver::PlatformDriver, evidence::Evidence, world::PlatformWorld},
    AGS, AGS_CLAIM, Call, LINE_ITEMS_TYPE, MEMBERSHIP_READONLY, NRPS, NRPS_CLAIM, Service, brings, entries,
};
use crate::{case::Ending, driver::Halt, runner::Stopped};

/// A line with its stage.
type Line = (&'static str, String);

/// Asks for a token and calls each declared service once.
pub(in crate::subject::platform) async fn rehearse_services(
    world: &PlatformWorld,
    evidence: &Evidence,
) -> (Vec<Line>, Result<(), Stopped>) {
    let mut lines = Vec::new();
    for (capability, claim, service) in [(AGS, AGS_CLAIM, Service::Ags), (NRPS, NRPS_CLAIM, Service::Nrps)] {
        let mut driver = PlatformDriver::new(world, evidence);
        if !world.config.platform.can(capability) {
            if brings(evidence, claim) {
                let text = format!("offered by the launches: name {capability} under capabilities to have it judged");
                lines.push((capability, text));
            }
            continue;
        }
        let tried = match service.absent(&driver).map(|ended| ended.verdict) {
            Some(Ending::Skip(why) | Ending::Unsupported(why)) => Err(Halt::Skip(why)),
            _ if capability == AGS => line_items(&mut driver).await,
            _ => members(&mut driver).await,
        };
        match tried {
            Ok(found) => lines.push((capability, found)),
            Err(Halt::Skip(why)) => {
                lines.push((capability, why.clone()));
                return (lines, Err(Stopped::ControlRefused(why)));
            }
            Err(Halt::Lost(error)) => {
                lines.push((capability, error.to_string()));
                return (lines, Err(Stopped::Unreachable(format!("the platform was lost: {error}"))));
            }
        }
    }
    (lines, Ok(()))
}

async fn line_items(driver: &mut PlatformDriver<'_>) -> Result<String, Halt> {
    let list = driver.line_items_url()?;
    let token = driver.reading().await?;
    counted(driver, &Call::get(&list, LINE_ITEMS_TYPE).bearer(&token), "line items").await
}

async fn members(driver: &mut PlatformDriver<'_>) -> Result<String, Halt> {
    let url = driver
        .evidence
        .arrivals
        .iter()
        .find_map(|arrival| Url::parse(arrival.claim(NRPS_CLAIM)?.get("context_memberships_url")?.as_str()?).ok());
    let url = url.ok_or_else(|| Halt::Skip("the claim has no context_memberships_url".to_owned()))?;
    let token = driver.access(&[MEMBERSHIP_READONLY]).await?;
    let media_type = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";
    counted(driver, &Call::get(&url, media_type).bearer(&token), "members").await
}

/// How many entries an answer lists.
async fn counted(driver: &mut PlatformDriver<'_>, call: &Call, what: &str) -> Result<String, Halt> {
    let reply = driver.call(call).await?;
    match entries(&reply).filter(|_| reply.is_success()) {
        Some(found) => Ok(format!("a token is given, and {} {what} are listed", found.len())),
        None => Err(Halt::Skip(format!("a token is given, but the {what} cannot be listed: {}", reply.describe()))),
    }
}
