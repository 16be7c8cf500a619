//! The claim, the container, and what it says of each member.

use lti_core::vocab::Role;
use serde_json::Value;

use super::{
    super::look::{cut, kind},
    ROSTER_TYPE, Roster, ask, asks, course, everybody, id, offer, own,
};
use crate::{
    case::{
        Ended, Outcome,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    sight::{Sight, ended},
    subject::platform::{Evidence, PlatformCase, PlatformDriver, service::NRPS_CLAIM},
};

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = claim();
    cases.extend(container());
    cases.extend(members());
    cases
}

fn claim() -> Vec<PlatformCase> {
    const RULE: &[&str] = &["lti13-platform-nrps-claim"];
    vec![
        PlatformCase::together("platform-nrps-claim", "launches that have a roster say so", Warn, offered).rules(RULE),
        PlatformCase::each(
            "platform-nrps-versions",
            "service_versions is an array that names 2.0",
            Warn,
            |arrival, _| {
                let Some(claim) = arrival.claim(NRPS_CLAIM) else {
                    return Sight::Unsupported("the launches bring no namesroleservice".to_owned());
                };
                match claim.get("service_versions") {
                    Some(Value::Array(all)) if all.iter().any(|version| version == "2.0") => {
                        Sight::Sound("2.0 is among them".to_owned())
                    }
                    Some(Value::Array(_)) => Sight::Broken("2.0 is not among them".to_owned()),
                    Some(other) => Sight::Broken(format!("service_versions is {}", kind(other))),
                    None => Sight::Broken("namesroleservice has no service_versions".to_owned()),
                }
            },
        )
        .rules(RULE),
    ]
}

fn offered(evidence: &Evidence) -> Sight {
    let brings = |arrival: &&crate::subject::platform::Arrival| arrival.claim(NRPS_CLAIM).is_some_and(Value::is_object);
    let (with, without): (Vec<_>, Vec<_>) =
        evidence.arrivals.iter().filter(|arrival| arrival.token.is_some()).partition(brings);
    match (with.is_empty(), without.first()) {
        (true, _) => Sight::Unsupported("no launch brings namesroleservice".to_owned()),
        (false, Some(arrival)) => Sight::Unsupported(format!("the launch {} brings none", arrival.name)),
        (false, None) => Sight::Sound(format!("{} launches bring it", with.len())),
    }
}

/// Looks at a roster: a broken rule is worth this.
async fn looked(driver: &mut PlatformDriver<'_>, broken: Outcome, look: fn(&Roster) -> Sight) -> Result<Ended, Halt> {
    Ok(ended(look(&own(driver).await?), broken))
}

/// Looks at each member.
fn each(roster: &Roster, look: impl Fn(&Value) -> Result<(), String>) -> Sight {
    if roster.members.is_empty() {
        return Sight::Nothing("the roster has no members to look at".to_owned());
    }
    match roster.members.iter().enumerate().find_map(|(at, member)| Some((at, look(member).err()?))) {
        Some((at, what)) => Sight::Broken(format!("member {} of {}: {what}", at + 1, roster.members.len())),
        None => Sight::Sound(format!("all {} members", roster.members.len())),
    }
}

fn container() -> Vec<PlatformCase> {
    vec![
        asks!("platform-nrps-container", "a roster is an object with members", answered)
            .rules(&["lti13-platform-nrps-container"])
            .sent("a sound request for the roster of a course"),
        asks!("platform-nrps-media-type", "a roster has its own media type", |driver| looked(driver, Warn, |roster| {
            match roster.reply.media_type() {
                Some(media_type) if media_type == ROSTER_TYPE => Sight::Sound(media_type),
                other => Sight::Broken(format!("the media type is {}", cut(&other.unwrap_or_default()))),
            }
        }))
        .rules(&["lti13-platform-nrps-media-type"])
        .sent("a sound request for the roster of a course"),
        asks!("platform-nrps-context", "a roster has a context with an id", |driver| looked(driver, Fail, |roster| {
            match roster.body.get("context").and_then(|context| context.get("id")) {
                Some(Value::String(id)) if !id.is_empty() => Sight::Sound(format!("context.id is {}", cut(id))),
                Some(other) => Sight::Broken(format!("context.id is {}", cut(&other.to_string()))),
                None => Sight::Broken("the roster has no context.id".to_owned()),
            }
        }))
        .rules(&["lti13-platform-nrps-context"])
        .sent("a sound request for the roster of a course"),
        asks!("platform-nrps-context-launch", "the context of a roster is that of the launch", same_context)
            .rules(&["lti13-platform-nrps-context"])
            .sent("a sound request for the roster of a course"),
        asks!("platform-nrps-id", "a roster with or without id", |driver| looked(driver, Info, |roster| {
            match roster.body.get("id") {
                Some(_) => Sight::Free("named", "the container has an id".to_owned()),
                None => Sight::Free("absent", "the container has no id".to_owned()),
            }
        }))
        .rules(&["lti13-platform-nrps-free"])
        .sent("a sound request for the roster of a course"),
        asks!("platform-nrps-names", "members with or without names", |driver| looked(driver, Info, |roster| {
            let named = roster.members.iter().filter(|member| member.get("name").is_some_and(Value::is_string)).count();
            let word = if named == 0 { "nameless" } else { "named" };
            Sight::Free(word, format!("{named} of {} members have a name", roster.members.len()))
        }))
        .rules(&["lti13-platform-nrps-free"])
        .sent("a sound request for the roster of a course"),
    ]
}

async fn answered(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (_, url) = offer(driver)?;
    let reply = ask(driver, &url).await?;
    if !reply.is_success() {
        return Ok(Ended::judged(Warn, "refused", format!("the roster is answered with {}", reply.describe())));
    }
    let sight = match reply.json() {
        Some(Value::Object(body)) => match body.get("members") {
            Some(Value::Array(members)) => Sight::Sound(format!("{} members", members.len())),
            Some(other) => Sight::Broken(format!("members is {}", kind(other))),
            None => Sight::Broken("the roster has no members".to_owned()),
        },
        Some(other) => Sight::Broken(format!("the roster is {}", kind(&other))),
        None => Sight::Broken("the roster is no JSON".to_owned()),
    };
    Ok(ended(sight, Fail))
}

async fn same_context(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (arrival, _) = offer(driver)?;
    let roster = own(driver).await?;
    let listed = roster.body.get("context").and_then(|context| context.get("id")).and_then(Value::as_str);
    let sight = match (listed, id(arrival, "context")) {
        (Some(listed), Some(launched)) if listed == launched => Sight::Sound(format!("both are {}", cut(listed))),
        (Some(listed), Some(launched)) => {
            Sight::Broken(format!("the launch says {}, the roster {}", cut(launched), cut(listed)))
        }
        (None, _) => Sight::Nothing("the roster has no context.id".to_owned()),
        (_, None) => Sight::Nothing("the launch has no context.id".to_owned()),
    };
    Ok(ended(sight, Warn))
}

fn members() -> Vec<PlatformCase> {
    const USER: &[&str] = &["lti13-platform-nrps-user"];
    const ROLES: &[&str] = &["lti13-platform-nrps-roles"];
    const STATUS: &[&str] = &["lti13-platform-nrps-status"];
    const SENT: &str = "a sound request for the roster of a course";
    vec![
        asks!("platform-nrps-user-id", "each member has a user_id", |driver| looked(driver, Fail, |roster| {
            each(roster, |member| match member.get("user_id") {
                Some(Value::String(id)) if !id.is_empty() => Ok(()),
                Some(Value::String(_)) => Err("user_id is empty".to_owned()),
                Some(other) => Err(format!("user_id is {}", kind(other))),
                None => Err("no user_id".to_owned()),
            })
        }))
        .rules(USER)
        .sent(SENT),
        asks!("platform-nrps-user-sub", "the user_id of a member is the sub of that user's launches", subs)
            .rules(USER)
            .sent("sound requests for the whole roster of a course, compared with the launches of that course"),
        asks!("platform-nrps-whole", "everybody who launches is listed", whole)
            .rules(&["lti13-platform-nrps-whole"])
            .sent("sound requests for the whole roster of a course, compared with the launches of that course"),
        asks!("platform-nrps-roles", "each member has an array of roles", |driver| looked(driver, Fail, |roster| {
            each(roster, |member| match member.get("roles") {
                Some(Value::Array(roles)) if roles.iter().all(Value::is_string) => Ok(()),
                Some(other) => Err(format!("roles is {}", kind(other))),
                None => Err("no roles".to_owned()),
            })
        }))
        .rules(ROLES)
        .sent(SENT),
        asks!("platform-nrps-roles-full", "roles are named in full", |driver| looked(driver, Warn, |roster| {
            each(roster, |member| {
                match texts(member).find(|role| matches!(Role::parse(*role), Role::Context(_)) && !role.contains(':')) {
                    Some(role) => Err(format!("the short role {}", cut(role))),
                    None => Ok(()),
                }
            })
        }))
        .rules(ROLES)
        .sent(SENT),
        asks!("platform-nrps-roles-empty", "each member has a role at least", |driver| looked(
            driver,
            Warn,
            |roster| {
                each(roster, |member| match member.get("roles").and_then(Value::as_array) {
                    Some(roles) if roles.is_empty() => Err("roles is empty".to_owned()),
                    _ => Ok(()),
                })
            }
        ))
        .rules(ROLES)
        .sent(SENT),
        asks!("platform-nrps-status", "a status is a known word", |driver| looked(driver, Warn, |roster| {
            each(roster, |member| match member.get("status") {
                None => Ok(()),
                Some(Value::String(word)) if ["Active", "Inactive", "Deleted"].contains(&word.as_str()) => Ok(()),
                Some(other) => Err(format!("status is {}", cut(&other.to_string()))),
            })
        }))
        .rules(STATUS)
        .sent(SENT),
        asks!("platform-nrps-deleted", "a roster lists nobody who has left", |driver| looked(driver, Warn, |roster| {
            each(roster, |member| match member.get("status").and_then(Value::as_str) {
                Some("Deleted") => Err("the status is Deleted, which is for differences".to_owned()),
                _ => Ok(()),
            })
        }))
        .rules(STATUS)
        .sent(SENT),
    ]
}

fn texts(member: &Value) -> impl Iterator<Item = &str> {
    member.get("roles").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Who launched in the course of the roster, and who is listed: how many of the first are among the second.
async fn found(driver: &mut PlatformDriver<'_>) -> Result<(usize, usize), Halt> {
    let (_, url) = offer(driver)?;
    let mut subs: Vec<&str> =
        course(driver, &url).filter_map(|arrival| arrival.claim("sub").and_then(Value::as_str)).collect();
    subs.sort_unstable();
    subs.dedup();
    let (members, _) = everybody(driver, &url).await?;
    let listed = super::users(&members);
    Ok((subs.iter().filter(|sub| listed.contains(*sub)).count(), subs.len()))
}

/// By which personal data somebody who launched is listed, under whatever id.
async fn listed_otherwise(driver: &mut PlatformDriver<'_>) -> Result<Option<&'static str>, Halt> {
    let (_, url) = offer(driver)?;
    let told = |name: &str| -> Vec<String> {
        let claims = course(driver, &url).filter_map(|arrival| arrival.claim(name).and_then(Value::as_str));
        claims.map(str::to_owned).collect()
    };
    let known = [("email", told("email")), ("name", told("name"))];
    let (members, _) = everybody(driver, &url).await?;
    let listed = |name: &str, values: &[String]| {
        members
            .iter()
            .filter_map(|member| member.get(name)?.as_str())
            .any(|value| values.iter().any(|told| told == value))
    };
    Ok(known.iter().find(|(name, values)| listed(name, values)).map(|(name, _)| *name))
}

async fn subs(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    Ok(match found(driver).await? {
        (_, 0) => Ended::skip("no launch of this course has a sub"),
        // Who is not listed may be left out on purpose; who is listed under another id is not.
        (0, launched) => match listed_otherwise(driver).await? {
            Some(by) => Ended::judged(
                Fail,
                "none",
                format!(
                    "none of {launched} launched users is a member's user_id, and one of them is listed by the same {by}"
                ),
            ),
            None => Ended::skip(
                "none of the launched users is recognised in the roster: who is left out cannot be compared",
            ),
        },
        (found, launched) => Ended::judged(Pass, "found", format!("{found} of {launched} launched users are members")),
    })
}

async fn whole(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    Ok(match found(driver).await? {
        (0, _) => Ended::skip("no launched user can be found among the members"),
        (found, launched) if found < launched => {
            Ended::judged(Warn, "missing", format!("{} of {launched} launched users are not listed", launched - found))
        }
        (found, _) => Ended::judged(Pass, "whole", format!("all {found} launched users are listed")),
    })
}
