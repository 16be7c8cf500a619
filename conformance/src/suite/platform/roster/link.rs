//! The roster of one resource link (LTI NRPS 2.0, 3).

use serde_json::Value;

use super::{super::look::cut, Roster, address, ask, asks, course, id, offer, with};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    exchange::lti,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{Call, MEMBERSHIP_READONLY, OTHER_TOOL_SERVICES},
    },
};

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    const ROSTER: &[&str] = &["lti13-platform-nrps-rlid"];
    const MESSAGE: &[&str] = &["lti13-platform-nrps-message"];
    const OWNED: &[&str] = &["lti13-platform-nrps-rlid-owned"];
    const SENT: &str = "the roster with rlid = the id of a launched link";
    vec![
        asks!("platform-nrps-rlid", "the roster of a link says what its launches would say", supported)
            .rules(ROSTER)
            .sent(SENT),
        asks!("platform-nrps-message-array", "message is an array", |driver| looked(driver, array))
            .rules(ROSTER)
            .sent(SENT),
        asks!("platform-nrps-message-claims", "message has the claim names of LTI 1.3", |driver| looked(
            driver, claims
        ))
        .rules(MESSAGE)
        .sent(SENT),
        asks!("platform-nrps-message-type", "message is that of a launch", |driver| looked(driver, message_type))
            .rules(ROSTER)
            .sent(SENT),
        asks!("platform-nrps-message-custom", "variables about the member are resolved in message", custom)
            .rules(ROSTER)
            .sent("the roster with rlid = a link with a custom parameter about its user"),
        asks!("platform-nrps-rlid-other-course", "a link of another course is denied", other_course)
            .rules(OWNED)
            .sent("the roster of one course with rlid = a link of another"),
        asks!("platform-nrps-rlid-unknown", "an unknown link is denied", unknown)
            .rules(OWNED)
            .sent("the roster with rlid = \"nobody-has-this-link\""),
        asks!("platform-nrps-rlid-other-tool", "another tool's link is denied", other_tool)
            .rules(OWNED)
            .sent("the roster with rlid = a link of the suite's tool and another tool's access token"),
    ]
}

/// What stands in message, member by member; an object in place of an array counts.
fn messages(roster: &Roster) -> impl Iterator<Item = &Value> {
    let all = roster.members.iter().filter_map(|member| member.get("message"));
    all.flat_map(|message| match message {
        Value::Array(parts) => parts.iter().collect::<Vec<_>>(),
        other => vec![other],
    })
}

/// The roster of a launched link; otherwise how the case ends.
async fn of_link(driver: &mut PlatformDriver<'_>) -> Result<Result<Roster, Ended>, Halt> {
    let (arrival, url) = offer(driver)?;
    let Some(link) = id(arrival, "resource_link") else {
        return Ok(Err(Ended::skip("the launch has no resource_link.id")));
    };
    let reply = ask(driver, &with(&url, "rlid", link)).await?;
    if !reply.is_success() {
        return Ok(Err(Ended::unsupported(format!("the roster of a link is answered with {}", reply.describe()))));
    }
    let listed = Roster::read(reply);
    if listed.members.iter().any(|member| member.get("message").is_some()) {
        return Ok(Ok(listed));
    }
    Ok(Err(Ended::unsupported("rlid is ignored: no member has a message")))
}

async fn supported(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    Ok(match of_link(driver).await? {
        Ok(listed) => {
            let with = listed.members.iter().filter(|member| member.get("message").is_some()).count();
            Ended::judged(Pass, "messages", format!("{with} of {} members have a message", listed.members.len()))
        }
        Err(ended) => ended,
    })
}

async fn looked(driver: &mut PlatformDriver<'_>, look: fn(&Roster) -> Ended) -> Result<Ended, Halt> {
    Ok(match of_link(driver).await? {
        Ok(roster) => look(&roster),
        Err(ended) => ended,
    })
}

fn array(roster: &Roster) -> Ended {
    let all = roster.members.iter().filter_map(|member| member.get("message"));
    if all.clone().all(Value::is_array) {
        Ended::judged(Pass, "array", "each message is an array")
    } else {
        Ended::judged(Warn, "other", "a message is no array")
    }
}

fn claims(roster: &Roster) -> Ended {
    let old = |name: &&String| name.starts_with("custom_") || name.starts_with("lti_") || *name == "custom";
    let mut names = messages(roster).filter_map(Value::as_object).flat_map(|message| message.keys());
    match names.find(old) {
        Some(name) => Ended::judged(Fail, "old", format!("message has the member {}", cut(name))),
        None => Ended::judged(Pass, "claims", "no name of LTI 1.1"),
    }
}

fn message_type(roster: &Roster) -> Ended {
    let odd = messages(roster).find_map(|message| match message.get(lti("message_type")).and_then(Value::as_str) {
        Some("LtiResourceLinkRequest") => None,
        Some(other) => Some(format!("message_type is {}", cut(other))),
        None => Some("a message has no message_type".to_owned()),
    });
    match odd {
        Some(seen) => Ended::judged(Warn, "other", seen),
        None => Ended::judged(Pass, "launch", "LtiResourceLinkRequest"),
    }
}

/// A launch whose link has a parameter about its user tells what the roster of that link has to say of the user.
async fn custom(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let about = |value: &String| value.starts_with("$User.") || value.starts_with("$Person.");
    let found = driver.evidence.arrivals.iter().find_map(|arrival| {
        let launch = arrival.launch.as_ref()?;
        let (key, value) = launch
            .resolved
            .iter()
            .find(|(key, value)| !value.is_empty() && launch.custom.get(*key).is_some_and(about))?;
        let user = arrival.claim("sub").and_then(Value::as_str)?;
        Some((address(arrival)?, id(arrival, "resource_link")?, user, key, value))
    });
    let Some((url, link, user, key, wanted)) = found else {
        return Ok(Ended::skip(
            "needs a [[launch]] with a custom parameter of $User or $Person and what it is resolved to",
        ));
    };
    let reply = ask(driver, &with(&url, "rlid", link)).await?;
    let listed = Roster::read(reply);
    let Some(member) = listed.members.iter().find(|member| member.get("user_id").and_then(Value::as_str) == Some(user))
    else {
        return Ok(Ended::unsupported("the roster of the link does not list the launched user"));
    };
    let Some(message) = member.get("message") else {
        return Ok(Ended::unsupported("rlid is ignored: the member has no message"));
    };
    let parts = message.as_array().map_or_else(|| vec![message], |parts| parts.iter().collect());
    let came = parts.into_iter().find_map(|part| part.get(lti("custom"))?.get(key)?.as_str());
    Ok(match came {
        Some(came) if came == wanted => Ended::judged(Pass, "resolved", format!("{key} is resolved")),
        Some(_) => Ended::judged(Warn, "other", format!("{key} is another value than the launch had")),
        None => Ended::judged(Warn, "missing", format!("message has no custom parameter {key}")),
    })
}

/// What an answer about a link that is not the tool's, or not of this course, is worth.
fn denied(reply: super::Reply) -> Ended {
    if !reply.is_success() {
        return Ended::judged(Pass, "denied", reply.describe());
    }
    let listed = Roster::read(reply);
    if listed.members.is_empty() {
        return Ended::judged(Warn, "empty", "an empty roster in place of a refusal");
    }
    Ended::judged(Fail, "listed", format!("{} members came back", listed.members.len()))
}

async fn other_course(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if let Err(ended) = of_link(driver).await? {
        return Ok(ended);
    }
    let (arrival, url) = offer(driver)?;
    let here: Vec<&str> = course(driver, &url).filter_map(|arrival| id(arrival, "resource_link")).collect();
    let context = id(arrival, "context");
    let elsewhere = driver.evidence.arrivals.iter().find_map(|other| {
        let link = id(other, "resource_link")?;
        (id(other, "context") != context && !here.contains(&link)).then_some(link)
    });
    let Some(link) = elsewhere else {
        return Ok(Ended::skip("needs a [[launch]] of a second course"));
    };
    Ok(denied(ask(driver, &with(&url, "rlid", link)).await?))
}

async fn unknown(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if let Err(ended) = of_link(driver).await? {
        return Ok(ended);
    }
    let (_, url) = offer(driver)?;
    Ok(denied(ask(driver, &with(&url, "rlid", "nobody-has-this-link")).await?))
}

async fn other_tool(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if !driver.world.config.platform.can(OTHER_TOOL_SERVICES) {
        return Ok(Ended::skip(format!("needs the capability {OTHER_TOOL_SERVICES}")));
    }
    if let Err(ended) = of_link(driver).await? {
        return Ok(ended);
    }
    let (arrival, url) = offer(driver)?;
    let link = id(arrival, "resource_link").unwrap_or_default();
    let token = driver.other_access(&[MEMBERSHIP_READONLY]).await?;
    let call = Call::get(&with(&url, "rlid", link), super::ROSTER_TYPE).bearer(&token);
    Ok(denied(driver.call(&call).await?))
}
