//! The rows of the LTI 1.x certification suite for tools, sections 1 to 4, under the names of the suite. What is wrong by
//! that suite alone fails only in a certification run.

use super::{
    returning::brings_message,
    rights::{A_LEARNER, AN_INSTRUCTOR, NO_ROLE, Worth, launched, somebody, weigh, with_roles},
    tenancy::links,
};
use crate::{
    case::{
        Duty, Ended, Ending,
        Outcome::{Fail, FailCertified, Info, InfoCertified, Pass},
    },
    driver::Halt,
    exchange::Person,
    seen::Meaning,
    subject::tool11::{
        Answered, Launch, Refused, Tool11Case, Tool11Driver, Tool11Sequence, ended, instructor, learner,
    },
    user_agent::{Page, Stop},
};

/// The capability of tools that take LTI 2.0 launches as well.
const LTI2: &str = "lti2";
/// A type that no message has.
const OTHER_TYPE: &str = "a-basic-lti-launch-request";

pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = invalid();
    cases.extend(versions_and_types());
    cases.extend(valid());
    cases.extend(roles());
    cases.extend(unknown_roles());
    cases.extend(names());
    cases.extend(little_information());
    cases
}

fn row(id: &'static str, name: &'static str, title: &'static str, duty: Duty, act: Tool11Sequence) -> Tool11Case {
    Tool11Case::sequence11(id, title, duty, act).certified(name)
}

fn invalid() -> Vec<Tool11Case> {
    vec![
        row(
            "tool11-cert-1-1",
            "1.1 No resource_link_id provided",
            "a launch without resource_link_id goes back to the platform with a message",
            Duty::Reject,
            |driver| Box::pin(returned(driver, |launch| launch.remove("resource_link_id"))),
        )
        .rules(&["lti11-tool-resource-link", "lti11-tool-return-certified"])
        .sent("the control without resource_link_id"),
        Tool11Case::reject11(
            "tool11-cert-1-2",
            "a launch without resource_link_id and without return URL is refused",
            FailCertified,
        )
        .certified("1.2 No resource_link_id or return URL provided")
        .rules(&["lti11-tool-resource-link"])
        .sent("the control without resource_link_id and launch_presentation_return_url, with resourcelinkid")
        .launch(|launch, _| {
            launch.remove("resource_link_id");
            launch.remove("launch_presentation_return_url");
            launch.set("resourcelinkid", "suite-link-1");
        }),
        Tool11Case::reject11("tool11-cert-1-3", "a consumer key that nobody knows is refused", Fail)
            .certified("1.3 Invalid OAuth consumer key")
            .rules(&["lti11-tool-consumer-known"])
            .sent("the control under the oauth_consumer_key Unknown, signed with the known secret")
            .launch(|launch, _| launch.set("oauth_consumer_key", "Unknown")),
        Tool11Case::reject11("tool11-cert-1-4", "a signature that is none is refused", Fail)
            .certified("1.4 Invalid OAuth signature")
            .rules(&["lti11-tool-signature-verified"])
            .sent("the control with an oauth_signature of twenty bytes that no secret made")
            .sealed(|sealed, _| sealed.set("oauth_signature", "2jmj7l5rSw0yVb/vlWAYkK/YBwk=")),
    ]
}

fn versions_and_types() -> Vec<Tool11Case> {
    let rules: &'static [&'static str] = &["lti11-tool-lti-version", "lti11-tool-return-certified"];
    let types: &'static [&'static str] = &["lti11-tool-message-type", "lti11-tool-return-certified"];
    vec![
        row(
            "tool11-cert-1-5",
            "1.5 Invalid LTI version",
            "a launch of a version that is none goes back to the platform with a message",
            Duty::Reject,
            |driver| Box::pin(returned(driver, |launch| launch.set("lti_version", "LTI-1"))),
        )
        .rules(rules)
        .sent("the control with lti_version = LTI-1"),
        row(
            "tool11-cert-1-6",
            "1.6 Wrong LTI version",
            "a launch of LTI 2.0 goes back to the platform with a message",
            Duty::Reject,
            |driver| Box::pin(second_version(driver)),
        )
        .rules(rules)
        .sent("the control with lti_version = LTI-2p0"),
        row(
            "tool11-cert-1-7",
            "1.7 Missing LTI version",
            "a launch without lti_version goes back to the platform with a message",
            Duty::Reject,
            |driver| Box::pin(returned(driver, |launch| launch.remove("lti_version"))),
        )
        .rules(rules)
        .sent("the control without lti_version"),
        row(
            "tool11-cert-1-8",
            "1.8 Invalid LTI message type",
            "a launch of another message type goes back to the platform with a message",
            Duty::Reject,
            |driver| Box::pin(other_type(driver)),
        )
        .rules(types)
        .sent("the control with lti_message_type = a-basic-lti-launch-request, with which its return URL ends as well"),
        row(
            "tool11-cert-1-9",
            "1.9 Missing LTI message type",
            "a launch without message type goes back to the platform with a message",
            Duty::Reject,
            |driver| Box::pin(returned(driver, |launch| launch.remove("lti_message_type"))),
        )
        .rules(types)
        .sent("the control without lti_message_type"),
    ]
}

fn valid() -> Vec<Tool11Case> {
    vec![
        row(
            "tool11-cert-2-1",
            "2.1 Launch as an instructor",
            "an instructor has an instructor's rights",
            Duty::Accept,
            |driver| Box::pin(person(driver, instructor(), AN_INSTRUCTOR)),
        )
        .rules(&["lti11-tool-roles-context"])
        .sent("the control's launch with roles = Instructor"),
        row(
            "tool11-cert-2-2",
            "2.2 Launch as an instructor from a different resource link",
            "an instructor has an instructor's rights at another link, which is another one",
            Duty::Accept,
            |driver| Box::pin(another_link(driver, instructor(), "taught", AN_INSTRUCTOR)),
        )
        .rules(&["lti11-tool-roles-context", "lti11-tool-links-apart"])
        .sent("two launches of one course as Instructor by two links"),
        row("tool11-cert-2-3", "2.3 Launch as a learner", "a learner has a learner's rights", Duty::Accept, |driver| {
            Box::pin(person(driver, learner(), A_LEARNER))
        })
        .rules(&["lti11-tool-roles-context"])
        .sent("the control, whose roles are Learner"),
        row(
            "tool11-cert-2-4",
            "2.4 Launch as a learner from a different resource link",
            "a learner has a learner's rights at another link, which is another one",
            Duty::Accept,
            |driver| Box::pin(another_link(driver, learner(), "learnt", A_LEARNER)),
        )
        .rules(&["lti11-tool-roles-context", "lti11-tool-links-apart"])
        .sent("two launches of one course as Learner by two links"),
    ]
}

fn roles() -> Vec<Tool11Case> {
    let rules: &'static [&'static str] = &["lti11-tool-roles-context"];
    vec![
        row(
            "tool11-cert-3-1",
            "3.1 Launch as an instructor using a fully-qualified URN",
            "an instructor by a full URN is an instructor",
            Duty::Accept,
            |driver| {
                let roles = Some("urn:lti:role:ims/lis/Instructor");
                Box::pin(with_roles(driver, "suite-cert-3-1", roles, AN_INSTRUCTOR))
            },
        )
        .rules(rules)
        .sent("a launch with roles = urn:lti:role:ims/lis/Instructor"),
        row(
            "tool11-cert-3-2",
            "3.2 Launch as an instructor with a list of roles",
            "an instructor in a list of roles is an instructor",
            Duty::Accept,
            |driver| {
                let roles = Some("urn:non:ims/something/Else,Instructor,urn:lti:instrole:ims/lis/Alumni");
                Box::pin(with_roles(driver, "suite-cert-3-2", roles, AN_INSTRUCTOR))
            },
        )
        .rules(rules)
        .sent("a launch with roles = urn:non:ims/something/Else,Instructor,urn:lti:instrole:ims/lis/Alumni"),
        row(
            "tool11-cert-3-3",
            "3.3 Launch as an instructor using a full URN role in a list",
            "an instructor by a full URN in a list of roles is an instructor",
            Duty::Accept,
            |driver| {
                let roles =
                    Some("urn:non:ims/something/Else,urn:lti:role:ims/lis/Instructor,urn:lti:instrole:ims/lis/Alumni");
                Box::pin(with_roles(driver, "suite-cert-3-3", roles, AN_INSTRUCTOR))
            },
        )
        .rules(rules)
        .sent("a launch whose list of roles holds urn:lti:role:ims/lis/Instructor between two others"),
        row(
            "tool11-cert-3-4",
            "3.4 Launch as a learner using a full URN role in a list",
            "a learner by a full URN in a list of roles is a learner",
            Duty::Accept,
            |driver| {
                let roles =
                    Some("urn:non:ims/something/Else,urn:lti:role:ims/lis/Learner,urn:lti:instrole:ims/lis/Alumni");
                Box::pin(with_roles(driver, "suite-cert-3-4", roles, A_LEARNER))
            },
        )
        .rules(rules)
        .sent("a launch whose list of roles holds urn:lti:role:ims/lis/Learner between two others"),
    ]
}

fn unknown_roles() -> Vec<Tool11Case> {
    let rules: &'static [&'static str] = &["lti11-tool-roles-unknown"];
    vec![
        row(
            "tool11-cert-3-5",
            "3.5 Launch as a user with no context role",
            "a role of strangers gives no rights",
            Duty::Act,
            |driver| {
                let roles = Some("urn:non:ims/something/Else");
                Box::pin(with_roles(driver, "suite-cert-3-5", roles, NO_ROLE))
            },
        )
        .rules(rules)
        .sent("a launch with roles = urn:non:ims/something/Else"),
        row(
            "tool11-cert-3-6",
            "3.6 Launch as a user with an institution role but no context role",
            "a learner of the institution is none of the course",
            Duty::Act,
            |driver| {
                let roles = Some("urn:lti:instrole:ims/lis/Learner");
                Box::pin(with_roles(driver, "suite-cert-3-6", roles, NO_ROLE))
            },
        )
        .rules(rules)
        .sent("a launch with roles = urn:lti:instrole:ims/lis/Learner"),
        row(
            "tool11-cert-3-7",
            "3.7 Launch as a user with an institution role which has no corresponding context role",
            "an institution role without a like in the course gives no rights",
            Duty::Act,
            |driver| {
                let roles = Some("urn:lti:instrole:ims/lis/Alumni");
                Box::pin(with_roles(driver, "suite-cert-3-7", roles, NO_ROLE))
            },
        )
        .rules(rules)
        .sent("a launch with roles = urn:lti:instrole:ims/lis/Alumni"),
        row(
            "tool11-cert-3-8",
            "3.8 Launch as a user with an unrecognised role",
            "a role that nobody knows gives no rights",
            Duty::Act,
            |driver| Box::pin(with_roles(driver, "suite-cert-3-8", Some("NotALearner"), NO_ROLE)),
        )
        .rules(rules)
        .sent("a launch with roles = NotALearner"),
    ]
}

fn names() -> Vec<Tool11Case> {
    vec![
        row(
            "tool11-cert-4-1",
            "4.1 Launch as a learner with email but no name",
            "a user without names is met kindly, or turned away",
            Duty::Act,
            |driver| Box::pin(nameless(driver)),
        )
        .rules(&["lti11-tool-names"])
        .sent("a launch as Learner with an e-mail address and without names"),
        row(
            "tool11-cert-4-2",
            "4.2 Launch as a learner with given/family but no full name",
            "the name is found in given and family name",
            Duty::Accept,
            |driver| Box::pin(name_found(driver, "suite-cert-4-2", &["lis_person_name_full"])),
        )
        .rules(&["lti11-tool-names"])
        .sent("a launch as Learner with lis_person_name_given and _family, without _full"),
        row(
            "tool11-cert-4-3",
            "4.3 Launch as a learner with a full name but no given or family names",
            "the name is found in the full name",
            Duty::Accept,
            |driver| {
                let gone = &["lis_person_name_given", "lis_person_name_family"];
                Box::pin(name_found(driver, "suite-cert-4-3", gone))
            },
        )
        .rules(&["lti11-tool-names"])
        .sent("a launch as Learner with lis_person_name_full, without _given and _family"),
        row(
            "tool11-cert-4-4",
            "4.4 Launch as an instructor with no personal information",
            "an instructor without names has an instructor's rights, or goes back with a message",
            Duty::Act,
            |driver| Box::pin(nameless_instructor(driver)),
        )
        .rules(&["lti11-tool-roles-context", "lti11-tool-names"])
        .sent("a launch as Instructor without names and e-mail address"),
    ]
}

fn little_information() -> Vec<Tool11Case> {
    vec![
        row(
            "tool11-cert-4-5",
            "4.5 Launch as an instructor with no context or personal information apart from the context ID",
            "an instructor without names in a course without a title: let in, or turned away",
            Duty::Free,
            |driver| {
                Box::pin(bare(driver, "suite-cert-4-5", |name| name.starts_with("context_") && name != "context_id"))
            },
        )
        .rules(&["lti11-tool-context-absent"])
        .sent("a launch as Instructor without personal data, context_label, context_title and context_type"),
        row(
            "tool11-cert-4-6",
            "4.6 Launch as Instructor with no context information",
            "an instructor without a course: let in, or turned away",
            Duty::Free,
            |driver| Box::pin(bare(driver, "suite-cert-4-6", |name| name.starts_with("context_"))),
        )
        .rules(&["lti11-tool-context-absent"])
        .sent("a launch as Instructor without personal data and without any context_ parameter"),
        row(
            "tool11-cert-4-7",
            "4.7 Launch with only resource_link_id",
            "a link and nobody: a guest, or a message",
            Duty::Free,
            |driver| {
                Box::pin(bare(driver, "suite-cert-4-7", |name| {
                    let kept =
                        ["lti_message_type", "lti_version", "resource_link_id", "launch_presentation_return_url"];
                    !name.starts_with("oauth_") && !kept.contains(&name)
                }))
            },
        )
        .rules(&["lti11-tool-user-absent", "lti11-tool-context-absent"])
        .sent("a launch with resource_link_id and the return URL alone"),
    ]
}

/// A launch that is signed and wrong: nobody is let in, and the suite wants the user back at the platform.
async fn returned(driver: &mut Tool11Driver<'_>, change: fn(&mut Launch)) -> Result<Ended, Halt> {
    let mut launch = driver.sound();
    change(&mut launch);
    let answered = launched(driver, launch).await?;
    Ok(sent_back(&answered))
}

fn sent_back(answered: &Answered) -> Ended {
    let seen = answered.page.describe();
    match (&answered.page.stop, answered.meaning) {
        (Stop::Returned { .. }, _) if brings_message(&answered.page) => Ended::judged(Pass, "returned", seen),
        (Stop::Returned { .. }, _) => Ended::judged(InfoCertified, "silent", format!("{seen}, without a message")),
        (_, Meaning::Refused) => {
            Ended::judged(InfoCertified, "stayed", format!("{seen}: refused, and the user stays with the tool"))
        }
        _ => ended(FailCertified, Refused::Worth(InfoCertified), answered),
    }
}

async fn second_version(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    if driver.world.config.tool.declares(LTI2) {
        return Ok(Ended::skip(format!("tool.capabilities names {LTI2:?}: the tool takes LTI 2.0 as well")));
    }
    returned(driver, |launch| launch.set("lti_version", "LTI-2p0")).await
}

async fn other_type(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let mut launch = driver.sound();
    launch.set("lti_message_type", OTHER_TYPE);
    let mut back = driver.world.return_url();
    back.query_pairs_mut().append_pair("type", OTHER_TYPE);
    launch.set("launch_presentation_return_url", back.as_str());
    let answered = launched(driver, launch).await?;
    Ok(sent_back(&answered))
}

async fn person(driver: &mut Tool11Driver<'_>, person: Person, worth: Worth) -> Result<Ended, Halt> {
    let answered = launched(driver, Launch::sound(driver.world, 0, person.clone())).await?;
    Ok(weigh(driver, &answered, &person, worth))
}

/// The rights at the second of two links, and whether it is another one than the first.
async fn another_link(
    driver: &mut Tool11Driver<'_>,
    person: Person,
    pattern: &str,
    worth: Worth,
) -> Result<Ended, Halt> {
    let links = links(driver, person.clone(), pattern).await?;
    let answered = Answered { meaning: Meaning::Accepted, page: links.second, probe: None, blames_signature: false };
    let rights = weigh(driver, &answered, &person, worth);
    // The graver of the two: what is wrong before what cannot be seen, and that before what is right.
    let grave = |ended: &Ended| match &ended.verdict {
        Ending::Judged(Pass) => 0,
        Ending::Skip(_) | Ending::Unsupported(_) => 1,
        Ending::Review(_) => 2,
        Ending::Judged(_) => 3,
    };
    Ok(if grave(&rights) > grave(&links.ended) { rights } else { links.ended })
}

/// What a page says where a name is missing and nobody thought of it.
fn forgotten(page: &Page) -> Option<&'static str> {
    ["undefined", "None None", "null null", "{{"].into_iter().find(|word| page.text.contains(word))
}

async fn nameless(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let person = Person { name: None, ..somebody("suite-cert-4-1", "", "") };
    let answered = launched(driver, Launch::sound(driver.world, 0, person)).await?;
    let known = forgotten(&driver.learned().control);
    let let_in = answered.meaning == Meaning::Accepted;
    if let Some(word) = forgotten(&answered.page).filter(|word| let_in && known != Some(word)) {
        let observed = format!("{}: {word:?} stands for the name", answered.page.describe());
        return Ok(Ended::judged(FailCertified, "forgotten", observed));
    }
    Ok(ended(Pass, Refused::Worth(Pass), &answered))
}

async fn name_found(driver: &mut Tool11Driver<'_>, sub: &str, gone: &[&str]) -> Result<Ended, Halt> {
    let shows_name = |page: &Page, person: &Person| {
        person.name.iter().any(|(given, family)| page.text.contains(given) || page.text.contains(family))
    };
    if !shows_name(&driver.learned().control, &learner()) {
        return Ok(Ended::skip("the tool's page does not show the name of who is signed in"));
    }
    let person = somebody(sub, "Tilda", "Vesterholm");
    let mut launch = Launch::sound(driver.world, 0, person.clone());
    for name in gone {
        launch.remove(name);
    }
    let answered = launched(driver, launch).await?;
    if answered.meaning == Meaning::Accepted && !shows_name(&answered.page, &person) {
        let observed = format!("{}: the name is not there", answered.page.describe());
        return Ok(Ended::judged(FailCertified, "unnamed", observed));
    }
    Ok(ended(Pass, Refused::Worth(FailCertified), &answered))
}

async fn nameless_instructor(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let person = Person { sub: "suite-cert-4-4".to_owned(), ..instructor().nameless() };
    let answered = launched(driver, Launch::sound(driver.world, 0, person.clone())).await?;
    if matches!(answered.page.stop, Stop::Returned { .. }) || answered.meaning == Meaning::Refused {
        return Ok(sent_back(&answered));
    }
    Ok(weigh(driver, &answered, &person, AN_INSTRUCTOR))
}

/// A launch as instructor without personal data, from which further parameters are taken.
async fn bare(driver: &mut Tool11Driver<'_>, sub: &str, gone: fn(&str) -> bool) -> Result<Ended, Halt> {
    let person = Person { sub: sub.to_owned(), ..instructor().nameless() };
    let mut launch = Launch::sound(driver.world, 0, person);
    launch.pairs.0.retain(|pair| !gone(&String::from_utf8_lossy(&pair.name)));
    let answered = launched(driver, launch).await?;
    Ok(ended(Info, Refused::Worth(Info), &answered))
}
