//! What the cases about tokens share: a service to knock at, and what an answer of the token endpoint is worth.

use url::Url;

use crate::{
    case::{
        Ended, Outcome,
        Outcome::{Info, Pass},
    },
    driver::Halt,
    subject::platform::{
        PlatformDriver, PlatformWorld,
        service::{
            AGS, Call, LINE_ITEM, LINE_ITEM_READONLY, LINE_ITEMS_TYPE, MEMBERSHIP_READONLY, NRPS_CLAIM, Reply,
            TokenRequest, ags_endpoints, bearer_of,
        },
    },
};

/// A scope that the launches offer, and a call that needs it.
pub(super) struct Door {
    /// The scope.
    pub(super) scope: &'static str,
    /// The call, still without a token.
    pub(super) call: Call,
}

/// The service that the cases about tokens call: the line items where they can be read, the members otherwise.
pub(super) fn door(driver: &PlatformDriver<'_>) -> Result<Door, Halt> {
    if driver.world.config.platform.can(AGS) {
        for endpoint in ags_endpoints(driver.evidence) {
            let scope = [LINE_ITEM_READONLY, LINE_ITEM].into_iter().find(|scope| endpoint.offers(scope));
            if let Some((scope, url)) = scope.zip(endpoint.lineitems) {
                return Ok(Door { scope, call: Call::get(&url, LINE_ITEMS_TYPE) });
            }
        }
    }
    let members = driver.evidence.arrivals.iter().find_map(|arrival| {
        let url = arrival.claim(NRPS_CLAIM)?.get("context_memberships_url")?.as_str()?;
        Url::parse(url).ok()
    });
    let members = members.ok_or_else(|| Halt::Skip("the launches offer no service that can be read".to_owned()))?;
    let call = Call::get(&members, "application/vnd.ims.lti-nrps.v2.membershipcontainer+json");
    Ok(Door { scope: MEMBERSHIP_READONLY, call })
}

/// Changes a sound request for a token.
pub(super) type Change = fn(&mut TokenRequest, &PlatformWorld) -> Result<(), Halt>;

/// The answer to a changed request. A refusal means something only where the sound request is answered, so that is tried
/// first.
pub(super) async fn asked(driver: &mut PlatformDriver<'_>, change: Change) -> Result<Reply, Halt> {
    let scope = door(driver)?.scope;
    driver.access(&[scope]).await?;
    let mut request = TokenRequest::sound(driver.world, &[scope])?;
    change(&mut request, driver.world)?;
    driver.ask_token(&request).await
}

/// A changed request that must not be answered with a token: giving one is worth this.
pub(super) async fn refused(driver: &mut PlatformDriver<'_>, given: Outcome, change: Change) -> Result<Ended, Halt> {
    Ok(refusal(&asked(driver, change).await?, given))
}

/// What an answer is worth that must not hold a token.
pub(super) fn refusal(reply: &Reply, given: Outcome) -> Ended {
    match bearer_of(reply) {
        Some(_) => Ended::judged(given, "granted", format!("{}, with a token", reply.describe())),
        None => Ended::judged(Pass, "refused", reply.describe()),
    }
}

/// A changed request that has to be answered with a token: refusing is worth this.
pub(super) async fn granted(driver: &mut PlatformDriver<'_>, refused: Outcome, change: Change) -> Result<Ended, Halt> {
    let reply = asked(driver, change).await?;
    let given = if refused == Info { Info } else { Pass };
    Ok(match bearer_of(&reply) {
        Some(_) => Ended::judged(given, "granted", format!("{}, with a token", reply.describe())),
        None => Ended::judged(refused, "refused", format!("no token: {}", reply.describe())),
    })
}
