//! Access tokens: what the token endpoint takes and answers, and the guard before every service (LTI Core 1.3, 6.2;
//! Security Framework 1.0, 4.1; RFC 6749, 6750 and 7523).

use url::Url;

use crate::{
    case::{
        Ended, Outcome,
        Outcome::{Fail, Pass},
    },
    driver::Halt,
    forge::Seal,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{
            AGS, Call, LINE_ITEM, LINE_ITEM_READONLY, MEMBERSHIP_READONLY, NRPS_CLAIM, Reply, Service, TokenRequest,
            ags_endpoints, bearer_of,
        },
    },
};

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        PlatformCase::service(
            "platform-service-token",
            "a sound assertion is answered with an access token",
            Service::Token,
            |driver| Box::pin(granted(driver)),
        )
        .rules(&["lti13-platform-token-granted"])
        .sent("a sound request for a token of one scope"),
        PlatformCase::service(
            "platform-service-token-unsigned",
            "an assertion that nobody signed is refused",
            Service::Token,
            |driver| {
                Box::pin(refused(driver, Fail, |request| {
                    request.assertion.set_header("alg", "none");
                    request.assertion.seal = Seal::Empty;
                }))
            },
        )
        .rules(&["lti13-platform-token-assertion-signature"])
        .sent("a sound request whose assertion has alg none and no signature"),
        PlatformCase::service(
            "platform-service-no-token",
            "a service is closed to whoever shows no token",
            Service::Token,
            |driver| Box::pin(closed(driver, None)),
        )
        .rules(&["lti13-platform-token-protects"])
        .sent("a sound call of a service without Authorization"),
        PlatformCase::service(
            "platform-service-token-garbage",
            "a service is closed to whoever shows a token that nobody gave",
            Service::Token,
            |driver| Box::pin(closed(driver, Some("this-is-not-an-access-token-1"))),
        )
        .rules(&["lti13-platform-token-protects"])
        .sent("a sound call of a service with a made-up token"),
    ]
}

/// A scope that the launches offer, and a call that needs it.
struct Door {
    scope: &'static str,
    call: Call,
}

/// The service that the cases about tokens call: the line items where they can be read, the members otherwise.
fn door(driver: &PlatformDriver<'_>) -> Result<Door, Halt> {
    if driver.world.config.platform.can(AGS) {
        for endpoint in ags_endpoints(driver.evidence) {
            let scope = [LINE_ITEM_READONLY, LINE_ITEM].into_iter().find(|scope| endpoint.offers(scope));
            if let Some((scope, url)) = scope.zip(endpoint.lineitems) {
                let call = Call::get(&url, "application/vnd.ims.lis.v2.lineitemcontainer+json");
                return Ok(Door { scope, call });
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

async fn granted(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let scope = door(driver)?.scope;
    let request = TokenRequest::sound(driver.world, &[scope])?;
    let reply = driver.ask_token(&request).await?;
    Ok(match bearer_of(&reply) {
        Some(_) => Ended::judged(Pass, "granted", format!("{}, a token", reply.describe())),
        None => Ended::judged(Fail, "refused", format!("no token: {}", reply.describe())),
    })
}

/// A changed request that must not be answered with a token: giving one is worth this.
async fn refused(
    driver: &mut PlatformDriver<'_>,
    given: Outcome,
    change: fn(&mut TokenRequest),
) -> Result<Ended, Halt> {
    let scope = door(driver)?.scope;
    // A refusal means something only where the same request without the fault is answered.
    driver.access(&[scope]).await?;
    let mut request = TokenRequest::sound(driver.world, &[scope])?;
    change(&mut request);
    let reply = driver.ask_token(&request).await?;
    Ok(verdict(&reply, given))
}

fn verdict(reply: &Reply, given: Outcome) -> Ended {
    match bearer_of(reply) {
        Some(_) => Ended::judged(given, "granted", format!("{}, with a token", reply.describe())),
        None => Ended::judged(Pass, "refused", reply.describe()),
    }
}

/// The service, called with this in place of an access token.
async fn closed(driver: &mut PlatformDriver<'_>, token: Option<&str>) -> Result<Ended, Halt> {
    let door = door(driver)?;
    let sound = driver.access(&[door.scope]).await?;
    let served = driver.call(&door.call.clone().bearer(&sound)).await?;
    if !served.is_success() {
        let why = format!("the service does not answer with a sound token either: {}", served.describe());
        return Err(Halt::Skip(why));
    }
    let call = token.map_or_else(|| door.call.clone(), |token| door.call.clone().bearer(token));
    let reply = driver.call(&call).await?;
    Ok(if reply.is_success() {
        Ended::judged(Fail, "served", format!("{}: served all the same", reply.describe()))
    } else {
        Ended::judged(Pass, "refused", reply.describe())
    })
}
