//! The rows of the certification guide for rosters at platforms (5.3), begun by an instructor's launch. What is wrong by
//! the guide alone fails only in a certification run.

use serde_json::Value;
use url::Url;

use super::{
    super::certification::{complete, is_launch, times, verified},
    ROSTER_TYPE, Roster, address, ask, asks, with,
};
use crate::{
    case::{
        Ended,
        Outcome::{FailCertified, Info, Pass},
    },
    driver::Halt,
    sight::Sight,
    subject::platform::{
        Arrival, Evidence, IdToken, PayloadRole, PlatformCase, PlatformDriver,
        service::{MEMBERSHIP_READONLY, NRPS_CLAIM, TokenRequest, bearer_of},
    },
};

/// The rows, in the guide's order.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = payload();
    cases.extend(service());
    cases.into_iter().map(|case| case.rules(&["lti13-platform-nrps-payload"])).collect()
}

/// Looks at the instructors' launches of a platform with rosters.
fn instructors(evidence: &Evidence, look: impl Fn(&Arrival, &IdToken) -> Sight) -> Sight {
    if !evidence.arrivals.iter().any(|arrival| arrival.claim(NRPS_CLAIM).is_some()) {
        return Sight::Unsupported("no launch brings namesroleservice".to_owned());
    }
    let mut seen = None;
    for arrival in &evidence.arrivals {
        if arrival.launch.as_ref().is_none_or(|launch| launch.role != PayloadRole::Instructor) {
            continue;
        }
        let Some(token) = &arrival.token else {
            return Sight::Broken(format!("in the launch {}: no ID token that can be taken apart", arrival.name));
        };
        match look(arrival, token) {
            Sight::Broken(what) => return Sight::Broken(format!("in the launch {}: {what}", arrival.name)),
            sight => seen = seen.or(Some(sight)),
        }
    }
    seen.unwrap_or_else(|| {
        Sight::Nothing(
            "no [[launch]] has role = \"instructor\": for a certification what is skipped counts as failed".to_owned(),
        )
    })
}

fn payload() -> Vec<PlatformCase> {
    vec![
        PlatformCase::together(
            "platform-cert-pn01",
            "the instructor's payload is LTI 1.3",
            FailCertified,
            |evidence| instructors(evidence, |_, token| is_launch(token)),
        )
        .certified("PN-01 Payload is LTI 1.3"),
        PlatformCase::together("platform-cert-pn02", "iat and exp are valid", FailCertified, |evidence| {
            instructors(evidence, |arrival, token| times(token, arrival.at))
        })
        .certified("PN-02 Payload Timestamps Valid"),
        PlatformCase::together("platform-cert-pn03", "the key that kid names verifies", FailCertified, |evidence| {
            instructors(evidence, |_, token| verified(token))
        })
        .certified("PN-03 Payload Signature Valid"),
        PlatformCase::together(
            "platform-cert-pn04",
            "every claim is there, namesroleservice too",
            FailCertified,
            |evidence| {
                instructors(evidence, |arrival, token| match complete(token, evidence) {
                    Sight::Sound(_) if address(arrival).is_none() => {
                        Sight::Broken("no context_memberships_url in namesroleservice".to_owned())
                    }
                    sight => sight,
                })
            },
        )
        .certified("PN-04 Payload is Complete"),
    ]
}

fn service() -> Vec<PlatformCase> {
    const SENT: &str = "a sound request for the roster of a course";
    vec![
        asks!("platform-cert-pn05", "an access token for rosters is given", token)
            .certified("PN-05 Generate OAuth2 Call")
            .sent("a sound request for a token of the scope contextmembership.readonly"),
        asks!("platform-cert-pn06", "the roster is answered", call)
            .certified("PN-06 Do Names and Roles Call")
            .sent(SENT),
        asks!("platform-cert-pn07", "the roster has its media type, its context and its members", structure)
            .certified("PN-07 Names and Roles Payload")
            .sent(SENT),
        asks!("platform-cert-pn08", "the links of the roster are found", links)
            .certified("PN-08 Verify Names and Roles Headers")
            .sent("a sound request for the roster, and one with limit=1"),
    ]
}

/// The address that an instructor's launch gives: the guide begins there.
fn offered(driver: &PlatformDriver<'_>) -> Result<Url, Halt> {
    let instructs =
        |arrival: &&Arrival| arrival.launch.as_ref().is_some_and(|launch| launch.role == PayloadRole::Instructor);
    driver
        .evidence
        .arrivals
        .iter()
        .filter(instructs)
        .find_map(address)
        .ok_or_else(|| Halt::Skip("no launch of an instructor brings context_memberships_url".to_owned()))
}

async fn token(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let request = TokenRequest::sound(driver.world, &[MEMBERSHIP_READONLY])?;
    let reply = driver.ask_token(&request).await?;
    let kind = reply.json().and_then(|body| body.get("token_type")?.as_str().map(str::to_owned));
    let bearer = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    Ok(match bearer_of(&reply) {
        Some(_) if bearer => Ended::judged(Pass, "granted", "a bearer token was given"),
        Some(_) => Ended::judged(FailCertified, "other", "a token was given that is no bearer token"),
        None => Ended::judged(FailCertified, "refused", format!("no token was given: {}", reply.describe())),
    })
}

async fn call(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let url = offered(driver)?;
    let reply = ask(driver, &url).await?;
    let outcome = if reply.is_success() { Pass } else { FailCertified };
    Ok(Ended::judged(outcome, "answered", reply.describe()))
}

async fn structure(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let url = offered(driver)?;
    let listed = Roster::read(ask(driver, &url).await?);
    let mut missing = Vec::new();
    if listed.reply.media_type().as_deref() != Some(ROSTER_TYPE) {
        missing.push("the media type of rosters");
    }
    if listed.body.get("context").and_then(|context| context.get("id")).is_none() {
        missing.push("context.id");
    }
    if !listed.body.get("members").is_some_and(Value::is_array) {
        missing.push("members");
    }
    let whole = |member: &Value| {
        member.get("user_id").is_some_and(Value::is_string) && member.get("roles").is_some_and(Value::is_array)
    };
    if !listed.members.iter().all(whole) {
        missing.push("user_id and roles of each member");
    }
    Ok(if missing.is_empty() {
        Ended::judged(Pass, "whole", format!("{} members", listed.users().len()))
    } else {
        Ended::judged(FailCertified, "incomplete", format!("without {}", missing.join(", ")))
    })
}

/// The guide has the tester confirm the links that were found: a platform may send none.
async fn links(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let url = offered(driver)?;
    let whole = ask(driver, &url).await?;
    let limited = ask(driver, &with(&url, "limit", "1")).await?;
    let next = whole.link("next", &url).or_else(|| limited.link("next", &url)).is_some();
    let differences = whole.link("differences", &url).is_some();
    let word = match (next, differences) {
        (true, true) => "both",
        (true, false) => "next",
        (false, true) => "differences",
        (false, false) => "none",
    };
    Ok(Ended::judged(Info, word, format!("next: {next}, differences: {differences}")))
}
