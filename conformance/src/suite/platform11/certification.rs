//! The rows of the certification suite for platforms of April 2010, 1.1 to 8.8, by their own names. Whatever the row asks
//! for beyond the guides is a failure in a certification run alone; where the suite gives a "free pass", nothing is.

use std::collections::BTreeSet;

use futures_util::FutureExt as _;

use super::{
    custom::fold,
    look::list,
    place::is_type,
    scores::{empty, replaced, wrong_score},
    user::{is_known, shows},
};
use crate::{
    case::{
        Ended,
        Outcome::{FailCertified, InfoCertified, Pass, Warn},
    },
    sight::{Sight, ended},
    subject::platform::PayloadRole,
    subject::platform11::{
        Arrival11, Evidence11, Launch11Config, LookAtAll11, OUTCOMES, Platform11Case, Platform11Sequence, Privacy,
        Signed, Tool11Config,
        outcomes::{KNOWN_SCORE, same_score},
    },
};

const RULES: &[&str] = &["lti11-platform-certification"];
const INFO: &[&str] = &["lti11-platform-certification", "lti11-platform-info"];
const CONTEXT: &[&str] = &["lti11-platform-certification", "lti11-context-missing"];
/// The query that row 2.3 asks for.
const SPACED: (&str, &str) = ("x", "With Space");

/// The cases of this area.
pub(super) fn cases() -> Vec<Platform11Case> {
    let mut cases = protocol();
    cases.extend(people());
    cases.extend(courses());
    cases.extend(grades());
    cases
}

/// A row that looks at all launches.
fn row(id: &'static str, name: &'static str, look: LookAtAll11) -> Platform11Case {
    Platform11Case::together(id, of_name(name), FailCertified, look).rules(RULES).certified(name)
}

/// A row that asks the outcomes service.
fn asks(id: &'static str, name: &'static str, sent: &'static str, ask: Platform11Sequence) -> Platform11Case {
    Platform11Case::outcomes(id, of_name(name), ask).sent(sent).rules(RULES).certified(name)
}

/// The name of a row without its number.
fn of_name(name: &'static str) -> &'static str {
    name.split_once(' ').map_or(name, |(_, name)| name)
}

fn protocol() -> Vec<Platform11Case> {
    vec![
        row("platform11-cert-1-1", "1.1 All messages have required parameters", |evidence| {
            each(evidence, |arrival| {
                let missing = ["lti_version", "lti_message_type", "resource_link_id"];
                missing.iter().find(|name| arrival.get(name).is_none()).map(|name| format!("{name} is missing"))
            })
        }),
        row("platform11-cert-1-2", "1.2 Sends resource_link_title", |e| sent(e, "resource_link_title")),
        row("platform11-cert-1-3", "1.3 Sends resource_link_description", |e| free(e, "resource_link_description")),
        row("platform11-cert-1-4", "1.4 Sends tool_consumer_info_product_family_code", |evidence| {
            may(evidence, "tool_consumer_info_product_family_code")
        })
        .rules(INFO),
        row("platform11-cert-1-5", "1.5 Sends tool_consumer_info_version", |e| may(e, "tool_consumer_info_version"))
            .rules(INFO),
        row("platform11-cert-2-1", "2.1 Sign with a producer-provided secret and oauth_consumer_key", |evidence| {
            let tool = &evidence.config.tool;
            if tool.consumer_key.is_empty() || tool.secret.is_empty() {
                return Sight::Nothing("consumer key and secret are not known".to_owned());
            }
            verified(tool, evidence.arrivals.iter(), "is signed so")
        }),
        row("platform11-cert-2-2", "2.2 Can sign requests with URL parameters", |evidence| {
            let tool = &evidence.config.tool;
            let asked = evidence.arrivals.iter().filter(|arrival| !arrival.query.is_empty());
            if evidence.config.launch_url().query().is_none() {
                return Sight::Nothing("needs a tool.launch_path with a query".to_owned());
            }
            verified(tool, asked, "has its URL parameters signed")
        }),
        row(
            "platform11-cert-2-3",
            "2.3 Can sign a request with a URL parameter with space in the value parameter",
            |evidence| {
                let wanted =
                    |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| (&*name, &*value) == SPACED;
                if !evidence.config.launch_url().query_pairs().any(wanted) {
                    return Sight::Nothing("needs x=With%20Space in tool.launch_path".to_owned());
                }
                let tool = &evidence.config.tool;
                let spaced =
                    |arrival: &&Arrival11| arrival.query.iter().any(|(n, v)| (n.as_str(), v.as_str()) == SPACED);
                verified(tool, evidence.arrivals.iter().filter(spaced), "has x=With%20Space signed")
            },
        ),
        row("platform11-cert-2-4", "2.4 Must include oauth_callback for OAuth 1.0A compliance", |evidence| {
            absent(each(evidence, |arrival| {
                arrival.get("oauth_callback").is_none().then(|| "oauth_callback is missing".to_owned())
            }))
        }),
        row("platform11-cert-3-1", "3.1 Can send custom fields", |evidence| {
            custom(evidence, "simple_key", "custom_simple_value")
        }),
        row("platform11-cert-3-2", "3.2 Properly maps special characters and case in custom fields", |evidence| {
            custom(evidence, "Complex!@#$^*(){}[]KEY", "Complex!@#$^*(){}[]Value")
        }),
    ]
}

fn people() -> Vec<Platform11Case> {
    vec![
        row("platform11-cert-4-1", "4.1 Sends a user_id", |e| may(e, "user_id"))
            .rules(&["lti11-platform-certification", "lti11-user-id-missing"]),
        row("platform11-cert-4-2", "4.2 Sends Learner role", |evidence| {
            role(evidence, "Learner", PayloadRole::Learner)
        })
        .rules(&["lti11-platform-certification", "lti11-roles-missing"]),
        row("platform11-cert-4-3", "4.3 Sends Instructor role", |evidence| {
            role(evidence, "Instructor", PayloadRole::Instructor)
        }),
        row("platform11-cert-4-4", "4.4 Follows role naming rules.", |evidence| {
            each(evidence, |arrival| {
                let wrong = list(arrival.get("roles")?).find(|role| !is_known(role) && !role.contains(':'))?;
                Some(format!("{wrong:?} is neither a role of LIS nor a URN"))
            })
        }),
        row("platform11-cert-4-5", "4.5 Sends request a valid name for the user and email", |evidence| {
            told(evidence, Privacy::Full, |arrival| has_name(arrival) && has_email(arrival))
        }),
        row(
            "platform11-cert-4-6",
            "4.6 Sends request with only lis_person_contact_email_primary but no name information",
            |evidence| told(evidence, Privacy::Email, |arrival| !any_name(arrival) && has_email(arrival)),
        ),
        row("platform11-cert-4-7", "4.7 Sends valid user name information but no email address", |evidence| {
            told(evidence, Privacy::Name, |arrival| has_name(arrival) && !has_email(arrival))
        }),
        row("platform11-cert-4-8", "4.8 Can suppress all identifiable user information", |evidence| {
            told(evidence, Privacy::None, |arrival| !any_name(arrival) && !has_email(arrival))
        }),
    ]
}

fn courses() -> Vec<Platform11Case> {
    vec![
        row("platform11-cert-5-1", "5.1 Can send a context_id.", |e| may(e, "context_id")).rules(CONTEXT),
        row("platform11-cert-5-2", "5.2 Can send a context_label.", |e| may(e, "context_label")).rules(CONTEXT),
        row("platform11-cert-5-3", "5.3 Can send a context_title.", |e| may(e, "context_title")).rules(CONTEXT),
        row("platform11-cert-5-4", "5.4 Can send a request without a context_id", |evidence| {
            if evidence.arrivals.iter().any(|arrival| arrival.is_launch() && arrival.get("context_id").is_none()) {
                return Sight::Sound("a launch has no context_id".to_owned());
            }
            Sight::Free("absent", "each launch has a context_id (a free pass)".to_owned())
        }),
        row("platform11-cert-5-5", "5.5 Can send a context_type.", |e| free(e, "context_type")),
        row("platform11-cert-5-6", "5.6 Follows context_type rules.", |evidence| {
            each(evidence, |arrival| {
                let types = arrival.filled("context_type")?;
                (list(types).next().is_some() && !list(types).any(is_type))
                    .then(|| format!("no type of LIS in {types:?}"))
            })
        }),
        row("platform11-cert-6-1", "6.1 Send message from a second resource_link_id", |evidence| {
            two(evidence, "resource_link_id", |launch| &launch.link)
        }),
        row("platform11-cert-6-2", "6.2 Sends a different user_id", |evidence| {
            two(evidence, "user_id", |launch| &launch.user)
        }),
        row("platform11-cert-6-3", "6.3 Can send a different context_id", |evidence| {
            two(evidence, "context_id", |launch| &launch.course)
        }),
        row(
            "platform11-cert-6-4",
            "6.4 Can send multiple resource_link_id values with the same context_id",
            |evidence| {
                if pairs(evidence).any(|(a, b)| {
                    a.filled("context_id") == b.filled("context_id")
                        && a.get("resource_link_id") != b.get("resource_link_id")
                }) {
                    return Sight::Sound("two links in one context".to_owned());
                }
                Sight::Free("absent", "no two links in one context (a free pass)".to_owned())
            },
        ),
        row("platform11-cert-6-5", "6.5 A resource_link_id never moves from one context_id to another", |evidence| {
            let moved = pairs(evidence).any(|(a, b)| {
                a.filled("resource_link_id") == b.filled("resource_link_id")
                    && a.get("context_id") != b.get("context_id")
            });
            if moved { Sight::Broken("one link has two contexts".to_owned()) } else { fine() }
        }),
        row("platform11-cert-6-6", "6.6 Consistency of context_id/user_id/role mappings", |evidence| {
            let roles = |arrival: &Arrival11| {
                list(arrival.get("roles").unwrap_or_default()).map(str::to_owned).collect::<BTreeSet<_>>()
            };
            let changed = pairs(evidence).any(|(a, b)| {
                a.filled("context_id") == b.filled("context_id")
                    && a.filled("user_id") == b.filled("user_id")
                    && roles(a) != roles(b)
            });
            if changed { Sight::Broken("a user has two lists of roles in one context".to_owned()) } else { fine() }
        }),
        row("platform11-cert-7-1", "7.1 Sends valid launch_presentation_locale", |evidence| {
            may(evidence, "launch_presentation_locale")
        }),
        row("platform11-cert-7-2", "7.2 If launch_presentation_document_target is valid", |evidence| {
            let mut targets = evidence.arrivals.iter().filter_map(|a| a.get("launch_presentation_document_target"));
            match targets.find(|target| !matches!(*target, "frame" | "iframe" | "window")) {
                Some(other) => Sight::Free("other", format!("the target {other:?} is none of the row's three")),
                None => Sight::Sound("frame, iframe, window, or nothing".to_owned()),
            }
        }),
        size("platform11-cert-7-3", "7.3 If launch_presentation_width is present, it is valid", |evidence| {
            each(evidence, |arrival| wrong_size(arrival, "launch_presentation_width"))
        }),
        size("platform11-cert-7-4", "7.4 If launch_presentation_height is present, it is valid", |evidence| {
            each(evidence, |arrival| wrong_size(arrival, "launch_presentation_height"))
        }),
    ]
}

fn grades() -> Vec<Platform11Case> {
    let score = "replaceResult with 0.91";
    vec![
        row("platform11-cert-8-1", "8.1 Sends lis_result_sourcedid and lis_outcome_service_url", |evidence| {
            let whole = |arrival: &Arrival11| {
                ["lis_result_sourcedid", "lis_outcome_service_url"].iter().all(|name| arrival.filled(name).is_some())
            };
            if evidence.arrivals.iter().any(whole) {
                return Sight::Sound("both are sent".to_owned());
            }
            if evidence.config.platform.can(OUTCOMES) {
                return Sight::Broken("no launch brings both".to_owned());
            }
            Sight::Unsupported(format!("platform.capabilities does not name {OUTCOMES}"))
        }),
        asks("platform11-cert-8-2", "8.2 Outcomes Service supports replaceResult operation", score, |driver| {
            replaced(driver, "0.91").boxed()
        }),
        asks(
            "platform11-cert-8-3",
            "8.3 Outcomes Service supports readResult operation and returns the proper value",
            "replaceResult, then readResult",
            |driver| {
                async move {
                    let place = driver.place()?;
                    driver.begin(&place).await?;
                    let answer = driver.operate(&place, "readResult", None).await?;
                    let same = answer.is_success() && same_score(answer.score.as_deref(), KNOWN_SCORE);
                    let seen = answer.describe();
                    Ok(ended(if same { Sight::Sound(seen) } else { Sight::Broken(seen) }, FailCertified))
                }
                .boxed()
            },
        ),
        asks(
            "platform11-cert-8-4",
            "8.4 Outcomes Service supports deleteResult operation",
            "replaceResult, then deleteResult",
            |driver| {
                async move {
                    let place = driver.place()?;
                    driver.begin(&place).await?;
                    let answer = driver.operate(&place, "deleteResult", None).await?;
                    let seen = answer.describe();
                    Ok(ended(if answer.is_success() { Sight::Sound(seen) } else { Sight::Broken(seen) }, FailCertified))
                }
                .boxed()
            },
        ),
        asks(
            "platform11-cert-8-5",
            "8.5 Result is properly deleted after deleteResult operation",
            "replaceResult, deleteResult, then readResult",
            |driver| {
                async move {
                    let place = driver.place()?;
                    driver.begin(&place).await?;
                    let deleted = driver.operate(&place, "deleteResult", None).await?;
                    if !deleted.is_success() {
                        return Ok(Ended::skip(format!("deleteResult is not done: {}", deleted.describe())));
                    }
                    let answer = driver.operate(&place, "readResult", None).await?;
                    Ok(ended(empty(&answer, false), FailCertified))
                }
                .boxed()
            },
        ),
        asks(
            "platform11-cert-8-6",
            "8.6 Outcomes Service properly handles unsupported operations",
            "fortyTwoResult",
            |driver| {
                async move {
                    let place = driver.place()?;
                    let answer = driver.operate(&place, "fortyTwoResult", None).await?;
                    let seen = answer.describe();
                    Ok(match answer.major.as_deref() {
                        Some("unsupported") => Ended::judged(Pass, "sound", seen),
                        // The guide's own word, which the row does not know.
                        Some("unimplemented") => Ended::judged(InfoCertified, "unimplemented", seen),
                        _ => Ended::judged(FailCertified, "broken", seen),
                    })
                }
                .boxed()
            },
        ),
        asks(
            "platform11-cert-8-7",
            "8.7 replaceResult does not accept out of range values",
            "replaceResult with 42",
            |driver| wrong_score(driver, FailCertified, "42").boxed(),
        ),
        asks(
            "platform11-cert-8-8",
            "8.8 replaceResult does not accept invalid values",
            "replaceResult with smurf",
            |driver| wrong_score(driver, FailCertified, "smurf").boxed(),
        ),
    ]
}

/// A row about a size, which no text requires.
fn size(id: &'static str, name: &'static str, look: LookAtAll11) -> Platform11Case {
    Platform11Case::together(id, of_name(name), Warn, look).rules(RULES).certified(name)
}

fn fine() -> Sight {
    Sight::Sound("no launch contradicts another".to_owned())
}

/// What is wrong with a launch, for the first that something is wrong with.
fn each(evidence: &Evidence11, wrong: impl Fn(&Arrival11) -> Option<String>) -> Sight {
    let launches: Vec<&Arrival11> = evidence.arrivals.iter().filter(|arrival| arrival.is_launch()).collect();
    if launches.is_empty() {
        return Sight::Nothing("no launch arrived".to_owned());
    }
    match launches.iter().find_map(|arrival| Some((arrival, wrong(arrival)?))) {
        Some((arrival, wrong)) => Sight::Broken(format!("in the launch {}: {wrong}", arrival.name)),
        None => Sight::Sound(format!("so in {} launches", launches.len())),
    }
}

/// Whether one launch at least brings a parameter.
fn sent(evidence: &Evidence11, name: &str) -> Sight {
    if evidence.arrivals.iter().any(|arrival| arrival.filled(name).is_some()) {
        return Sight::Sound(format!("{name} is sent"));
    }
    Sight::Broken(format!("no launch has {name}"))
}

/// The same, where the guides leave it free and the row alone asks for it.
fn may(evidence: &Evidence11, name: &str) -> Sight {
    absent(sent(evidence, name))
}

/// What is broken by an absence that the guides leave free.
fn absent(sight: Sight) -> Sight {
    match sight {
        Sight::Broken(seen) => Sight::Absent(seen),
        other => other,
    }
}

/// The same, where the row gives a free pass.
fn free(evidence: &Evidence11, name: &str) -> Sight {
    match sent(evidence, name) {
        Sight::Broken(seen) => Sight::Free("absent", format!("{seen} (a free pass)")),
        sound => sound,
    }
}

/// Whether one of these launches is as it should be.
fn some<'e>(mut launches: impl Iterator<Item = &'e Arrival11>, is: impl Fn(&Arrival11) -> bool, what: &str) -> Sight {
    match launches.find(|arrival| is(arrival)) {
        Some(arrival) => Sight::Sound(format!("the launch {} {what}", arrival.name)),
        None => Sight::Broken(format!("no launch {what}")),
    }
}

/// Whether the signature of one of these launches is right, and what can be said where none is.
fn verified<'e>(tool: &Tool11Config, launches: impl Iterator<Item = &'e Arrival11>, what: &str) -> Sight {
    let mut unknown = None;
    for arrival in launches {
        match arrival.signed(tool) {
            Signed::Right if arrival.get("oauth_consumer_key").is_some() => {
                return Sight::Sound(format!("the launch {} {what}", arrival.name));
            }
            Signed::Unknown(reason) => unknown = Some(reason),
            _ => {}
        }
    }
    unknown.map_or_else(|| Sight::Broken(format!("no launch {what}")), Sight::Nothing)
}

fn custom(evidence: &Evidence11, name: &str, value: &str) -> Sight {
    let typed = |arrival: &&Arrival11| {
        arrival.launch.as_ref().is_some_and(|launch| launch.custom.get(name).is_some_and(|typed| typed == value))
    };
    let folded = fold(name);
    let mut asked = evidence.arrivals.iter().filter(typed).peekable();
    if asked.peek().is_none() {
        return Sight::Nothing(format!("needs the custom parameter {name}={value} in a [[launch]]"));
    }
    some(
        asked,
        |arrival| arrival.custom().any(|sent| sent == (folded.as_str(), value)),
        &format!("has custom_{folded}"),
    )
}

fn role(evidence: &Evidence11, role: &str, of: PayloadRole) -> Sight {
    let seen = evidence.arrivals.iter().any(|arrival| shows(arrival, role));
    let asked = |arrival: &Arrival11| arrival.launch.as_ref().is_some_and(|launch| launch.role == of);
    if !seen && !evidence.arrivals.iter().any(asked) {
        return Sight::Nothing(format!("needs a [[launch]] with role = \"{role}\""));
    }
    let has = |arrival: &Arrival11| list(arrival.get("roles").unwrap_or_default()).next().is_some();
    if !evidence.arrivals.iter().any(|arrival| asked(arrival) && has(arrival)) && !seen {
        return Sight::Absent(format!("the launches of a user with this role have no roles, and none has {role}"));
    }
    some(evidence.arrivals.iter(), |arrival| shows(arrival, role), &format!("has the role {role}"))
}

fn any_name(arrival: &Arrival11) -> bool {
    ["lis_person_name_given", "lis_person_name_family", "lis_person_name_full"]
        .iter()
        .any(|name| arrival.filled(name).is_some())
}

fn has_name(arrival: &Arrival11) -> bool {
    let both = ["lis_person_name_given", "lis_person_name_family"];
    both.iter().all(|name| arrival.filled(name).is_some()) || arrival.filled("lis_person_name_full").is_some()
}

fn has_email(arrival: &Arrival11) -> bool {
    arrival.filled("lis_person_contact_email_primary").is_some()
}

/// Whether a launch tells of its user as it is set to.
fn told(evidence: &Evidence11, privacy: Privacy, is: impl Fn(&Arrival11) -> bool) -> Sight {
    if let Some(arrival) = evidence.arrivals.iter().find(|arrival| arrival.is_launch() && is(arrival)) {
        return Sight::Sound(format!("the launch {} is so", arrival.name));
    }
    let set =
        |arrival: &&Arrival11| arrival.launch.as_ref().is_some_and(|launch| launch.personal_data == Some(privacy));
    match evidence.arrivals.iter().find(set) {
        Some(arrival) => Sight::Broken(format!("the launch {} is set to be so and is not", arrival.name)),
        None => Sight::Nothing(format!(
            "needs a [[launch]] with personal_data = \"{}\"",
            match privacy {
                Privacy::Full => "full",
                Privacy::Name => "name",
                Privacy::Email => "email",
                Privacy::None => "none",
            }
        )),
    }
}

/// Whether two launches have two values of a parameter, where the configuration says that there are two things.
fn two(evidence: &Evidence11, parameter: &str, word: fn(&Launch11Config) -> &str) -> Sight {
    let mut values: Vec<&str> = evidence.arrivals.iter().filter_map(|arrival| arrival.filled(parameter)).collect();
    values.sort_unstable();
    values.dedup();
    if values.len() > 1 {
        return Sight::Sound(format!("{} values of {parameter}", values.len()));
    }
    let mut words: Vec<&str> =
        evidence.arrivals.iter().filter_map(|arrival| arrival.launch.as_ref().map(word)).collect();
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    words.dedup();
    if words.len() < 2 {
        return Sight::Nothing(format!("needs launches that have to differ in {parameter}"));
    }
    // The link alone is required: a launch that has no other parameter of these breaks no rule of the guides.
    let mut named: Vec<&str> = evidence
        .arrivals
        .iter()
        .filter(|arrival| arrival.filled(parameter).is_some())
        .filter_map(|arrival| arrival.launch.as_ref().map(word))
        .collect();
    named.sort_unstable();
    named.dedup();
    if named.len() < 2 && parameter != "resource_link_id" {
        return Sight::Absent(format!("no two launches that have to differ in {parameter} have one"));
    }
    Sight::Broken(format!("every launch has the same {parameter}, or none"))
}

/// Every two launches that name a user, a context and a link.
fn pairs(evidence: &Evidence11) -> impl Iterator<Item = (&Arrival11, &Arrival11)> {
    let whole = |arrival: &&Arrival11| {
        ["resource_link_id", "user_id", "context_id", "roles"].iter().all(|name| arrival.filled(name).is_some())
    };
    let all: Vec<&Arrival11> = evidence.arrivals.iter().filter(whole).collect();
    let count = all.len();
    let both = (0..count).flat_map(move |first| (first + 1..count).map(move |second| (first, second)));
    both.map(move |(first, second)| (all[first], all[second])).collect::<Vec<_>>().into_iter()
}

fn wrong_size(arrival: &Arrival11, name: &str) -> Option<String> {
    let size = arrival.filled(name)?;
    (!size.parse::<u32>().is_ok_and(|size| size > 0)).then(|| format!("{name} is {size:?}"))
}
