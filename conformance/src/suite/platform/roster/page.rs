//! Pages, filters and differences (LTI NRPS 2.0, 2.4).

use serde_json::Value;

use super::{asks, everybody, offer, own, roster, users, with};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    exchange::MEMBERSHIP,
    subject::platform::{PlatformCase, PlatformDriver},
};

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    const WHOLE: &[&str] = &["lti13-platform-nrps-whole"];
    const ROLE: &[&str] = &["lti13-platform-nrps-role"];
    const DIFFERENCES: &[&str] = &["lti13-platform-nrps-differences"];
    vec![
        asks!("platform-nrps-pages", "a limited roster and its next links list everybody", pages)
            .rules(WHOLE)
            .sent("the roster with limit=1, then each next link"),
        asks!("platform-nrps-pages-role", "next links keep the filter", filtered_pages)
            .rules(WHOLE)
            .sent("the roster with role and limit=1, then each next link"),
        asks!("platform-nrps-role", "a roster can be limited to learners", |driver| {
            filtered(driver, format!("{MEMBERSHIP}Learner"))
        })
        .rules(ROLE)
        .sent("the roster with role=http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"),
        asks!("platform-nrps-role-short", "a role can be named in short", |driver| {
            filtered(driver, "Learner".to_owned())
        })
        .rules(ROLE)
        .sent("the roster with role=Learner"),
        asks!("platform-nrps-differences", "a roster comes with a differences link", offered)
            .rules(DIFFERENCES)
            .sent("a sound request for the roster of a course"),
        asks!("platform-nrps-differences-url", "a differences link is complete as it stands", followed)
            .rules(DIFFERENCES)
            .sent("the differences link of a roster, as it is"),
    ]
}

async fn pages(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (_, url) = offer(driver)?;
    let (all, _) = everybody(driver, &url).await?;
    let (paged, endless) = everybody(driver, &with(&url, "limit", "1")).await?;
    if endless {
        return Ok(Ended::judged(Fail, "endless", format!("{} members, and there is a next link still", paged.len())));
    }
    let (all, listed) = (users(&all), users(&paged));
    let missing = all.iter().filter(|user| !listed.contains(user)).count();
    Ok(if missing == 0 {
        Ended::judged(Pass, "whole", format!("{} members behind limit=1", listed.len()))
    } else {
        Ended::judged(Fail, "missing", format!("{missing} of {} members are behind no next link", all.len()))
    })
}

fn is_learner(member: &Value) -> bool {
    let mut roles = member.get("roles").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let full = format!("{MEMBERSHIP}Learner");
    let below = "http://purl.imsglobal.org/vocab/lis/v2/membership/Learner#";
    roles.any(|role| role == full || role == "Learner" || role.starts_with(below))
}

async fn filtered_pages(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (_, url) = offer(driver)?;
    let url = with(&url, "role", &format!("{MEMBERSHIP}Learner"));
    let first = roster(driver, &with(&url, "limit", "1")).await?;
    if first.reply.link("next", &url).is_none() {
        return Ok(Ended::unsupported("the roster with role and limit=1 has no next link"));
    }
    let whole = roster(driver, &url).await?;
    if whole.members.iter().any(|member| !is_learner(member)) {
        return Ok(Ended::unsupported("the parameter role is ignored"));
    }
    let (paged, _) = everybody(driver, &with(&url, "limit", "1")).await?;
    let others = paged.iter().filter(|member| !is_learner(member)).count();
    Ok(if others == 0 {
        Ended::judged(Pass, "kept", format!("{} learners", paged.len()))
    } else {
        Ended::judged(Warn, "lost", format!("{others} members without the role are behind the next links"))
    })
}

async fn filtered(driver: &mut PlatformDriver<'_>, role: String) -> Result<Ended, Halt> {
    let (_, url) = offer(driver)?;
    let (all, _) = everybody(driver, &url).await?;
    let learners = all.iter().filter(|member| is_learner(member)).count();
    if learners == 0 || learners == all.len() {
        return Ok(Ended::skip("needs a course with learners and somebody else"));
    }
    let (listed, _) = match everybody(driver, &with(&url, "role", &role)).await {
        Err(Halt::Skip(reason)) => return Ok(Ended::unsupported(reason)),
        other => other?,
    };
    let others = listed.iter().filter(|member| !is_learner(member)).count();
    Ok(if listed.len() == all.len() {
        Ended::unsupported("the parameter role is ignored")
    } else if others > 0 {
        Ended::judged(Warn, "others", format!("{others} members without the role are listed"))
    } else if listed.len() < learners {
        Ended::judged(Warn, "missing", format!("{} of {learners} learners are listed", listed.len()))
    } else {
        Ended::judged(Pass, "limited", format!("{learners} of {} members", all.len()))
    })
}

async fn offered(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (_, url) = offer(driver)?;
    let roster = own(driver).await?;
    Ok(match roster.reply.link("differences", &url) {
        Some(_) => Ended::judged(Pass, "offered", "there is a differences link"),
        None => Ended::unsupported("the roster has no differences link"),
    })
}

async fn followed(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (_, url) = offer(driver)?;
    let first = own(driver).await?;
    let Some(differences) = first.reply.link("differences", &url) else {
        return Ok(Ended::unsupported("the roster has no differences link"));
    };
    let reply = super::ask(driver, &differences).await?;
    let members = reply.json().and_then(|body| body.get("members").and_then(Value::as_array).map(Vec::len));
    Ok(match members.filter(|_| reply.is_success()) {
        Some(count) => Ended::judged(Pass, "answered", format!("{count} differences")),
        None => Ended::judged(Warn, "broken", format!("the differences link is answered with {}", reply.describe())),
    })
}
