//! Deep linking requests with one change: other data, fewer settings, further words, other users and registrations.

use http::Method;
use serde_json::{Value, json};

use super::{looks, response::data, served, token, undeclared};
use crate::{
    case::{
        Case, Duty, Ended, Need,
        Outcome::{self, Fail, Info, Pass, Warn},
    },
    deep_linking::{Answer, Asking, ORDINARY, Reply, dl},
    driver::{Driver, Halt},
    exchange::{Person, Plan, lti},
    sight::{Sight, ended},
};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = echoes();
    cases.extend(choices());
    cases.extend(settings());
    cases.extend(users());
    cases.extend(registrations());
    cases.extend(ways());
    cases
}

/// A sequence that asks with a change and says whether it is served: what that is worth, and what a refusal is.
macro_rules! serves {
    ($asking:expr, $taken:expr, $refused:expr) => {
        |driver| Box::pin(served(driver, &$asking, [$taken, $refused]))
    };
}

static DATA_OBJECT: Asking = Asking::new("data-object").settings(|settings| {
    settings.insert("data".to_owned(), json!({"session": [17, null, "é"], "open": true}));
});
static DATA_NUMBER: Asking = Asking::new("data-number").settings(|settings| {
    settings.insert("data".to_owned(), json!(909_708));
});
static DATA_LONG: Asking = Asking::new("data-long").settings(|settings| {
    settings.insert("data".to_owned(), json!("0123456789abcdef".repeat(250)));
});
static DATA_ODD: Asking = Asking::new("data-odd").settings(|settings| {
    settings.insert("data".to_owned(), json!(" <b>\"Zoë\" & 'co'</b> 100%25 a+b\\n\u{1f34b} "));
});
static REQUIRED_ALONE: Asking = Asking::new("required-alone").settings(|settings| {
    let required = ["deep_link_return_url", "accept_types", "accept_presentation_document_targets"];
    settings.retain(|name, _| required.contains(&name.as_str()));
});

fn echoes() -> Vec<Case> {
    vec![
        Case::new("tool-dl-data-object", "data that is an object comes back as it is")
            .rules(&["lti13-dl-response-data"])
            .sent("a deep linking request with data = {\"session\": [17, null, \"é\"], \"open\": true}")
            .run(Duty::Send, looks!(DATA_OBJECT, Fail, data)),
        Case::new("tool-dl-data-number", "data that is a number comes back as it is")
            .rules(&["lti13-dl-response-data"])
            .sent("a deep linking request with data = 909708")
            .run(Duty::Send, looks!(DATA_NUMBER, Fail, data)),
        Case::new("tool-dl-data-long", "long data comes back whole")
            .rules(&["lti13-dl-response-data"])
            .sent("a deep linking request with data of 4,000 letters")
            .run(Duty::Send, looks!(DATA_LONG, Fail, data)),
        Case::new("tool-dl-data-odd", "data with markup, escapes and blanks comes back as it is")
            .rules(&["lti13-dl-response-data"])
            .sent("a deep linking request with quotes, markup, percent signs, blanks at both ends and an emoji in data")
            .run(Duty::Send, looks!(DATA_ODD, Fail, data)),
        Case::new("tool-dl-data-invented", "where no data was sent, none comes back")
            .rules(&["lti13-dl-response-data-invented"])
            .sent("a deep linking request with the required settings alone")
            .run(Duty::Send, looks!(REQUIRED_ALONE, Warn, invented)),
    ]
}

fn invented(answer: &Answer) -> Sight {
    match answer.dl("data") {
        None | Some(Value::Null) => Sight::Sound("no data".to_owned()),
        Some(data) => Sight::Broken(format!("data is {}", super::shown(Some(data)))),
    }
}

static ONE_ITEM: Asking = Asking::new("one-item").settings(|settings| {
    settings.insert("accept_multiple".to_owned(), json!(false));
});
static LINKS_ALONE: Asking = Asking::new("links-alone").settings(|settings| {
    settings.insert("accept_types".to_owned(), json!(["link"]));
});
static NO_LINE_ITEM: Asking = Asking::new("no-line-item").settings(|settings| {
    settings.insert("accept_lineitem".to_owned(), json!(false));
});

fn choices() -> Vec<Case> {
    vec![
        Case::new("tool-dl-multiple", "one item comes back where the platform takes one")
            .rules(&["lti13-dl-response-multiple"])
            .sent("a deep linking request with accept_multiple = false")
            .run(Duty::Send, looks!(ONE_ITEM, Warn, one_item)),
        Case::new("tool-dl-types", "no item of a type comes back that the platform does not take")
            .rules(&["lti13-dl-response-accept-types"])
            .sent("a deep linking request with accept_types = [\"link\"]")
            .run(Duty::Send, |driver| Box::pin(links_alone(driver))),
        Case::new("tool-dl-line-item", "whether a line item is sent that the platform ignores")
            .rules(&["lti13-dl-tool-line-item-unwanted"])
            .sent("a deep linking request with accept_lineitem = false")
            .run(Duty::Free, looks!(NO_LINE_ITEM, Info, line_item)),
    ]
}

fn one_item(answer: &Answer) -> Sight {
    match answer.items().count() {
        0 => Sight::Nothing("no item came back".to_owned()),
        1 => Sight::Sound(answer.describe()),
        _ => Sight::Broken(answer.describe()),
    }
}

/// A tool that has no such thing to offer may say so, and need not come back.
async fn links_alone(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let ordinary = driver.ask(&ORDINARY).await?;
    if ordinary.served().is_none() {
        return Ok(Ended::skip(format!("the ordinary deep linking request is not served: {}", ordinary.describe())));
    }
    let reply = driver.ask(&LINKS_ALONE).await?;
    let sight = match &reply {
        Reply::Answered(answer) => {
            let other =
                answer.items().any(|item| item.get("type").and_then(Value::as_str).is_some_and(|kind| kind != "link"));
            if other { Sight::Broken(reply.describe()) } else { Sight::Sound(reply.describe()) }
        }
        Reply::Kept { .. } => Sight::Sound(format!("nothing came back: {}", reply.describe())),
    };
    Ok(ended(sight, Warn))
}

fn line_item(answer: &Answer) -> Sight {
    if answer.of_type("ltiResourceLink").any(|item| item.contains_key("lineItem")) {
        Sight::Free("sent", "a resource link has a line item".to_owned())
    } else {
        Sight::Free("left-out", format!("no line item: {}", answer.describe()))
    }
}

static TYPES_UNKNOWN: Asking = Asking::new("types-unknown").settings(|settings| {
    let types =
        ["https://suite.example/item/map", "ltiAssetProcessor", "link", "file", "html", "ltiResourceLink", "image"];
    settings.insert("accept_types".to_owned(), json!(types));
});
static NO_TARGETS: Asking = Asking::new("no-targets").settings(|settings| {
    settings.insert("accept_presentation_document_targets".to_owned(), json!([]));
});
static TARGETS_UNKNOWN: Asking = Asking::new("targets-unknown").settings(|settings| {
    settings
        .insert("accept_presentation_document_targets".to_owned(), json!(["frame", "hologram", "iframe", "window"]));
});
static SETTINGS_UNKNOWN: Asking = Asking::new("settings-unknown").settings(|settings| {
    settings.insert("accept_copy_advice".to_owned(), json!(true));
    settings.insert("accept_unsigned".to_owned(), json!(null));
    settings.insert("can_confirm".to_owned(), json!(false));
    settings.insert("https://suite.example/placement".to_owned(), json!({"region": "side bar", "order": 3}));
});
static RETURN_WITH_QUERY: Asking = Asking::new("return-with-query").settings(|settings| {
    let plain = settings.get("deep_link_return_url").and_then(Value::as_str).unwrap_or_default();
    let url = format!("{plain}?course=17&sesskey=a%2Bb&return=%2Fmod%2Flti");
    settings.insert("deep_link_return_url".to_owned(), json!(url));
});

fn settings() -> Vec<Case> {
    vec![
        Case::new("tool-dl-settings-required-alone", "a request with the required settings alone is served")
            .rules(&["lti13-dl-tool-settings"])
            .sent("a deep linking request with deep_link_return_url, accept_types and document targets alone")
            .run(Duty::Accept, serves!(REQUIRED_ALONE, Pass, Warn)),
        Case::new("tool-dl-settings-unknown", "a request with settings that nobody knows is served")
            .rules(&["lti13-dl-tool-settings-unknown"])
            .sent("a deep linking request with four more members in its settings")
            .run(Duty::Accept, serves!(SETTINGS_UNKNOWN, Pass, Fail)),
        Case::new("tool-dl-types-unknown", "a request with types that nobody knows beside known ones is served")
            .rules(&["lti13-dl-tool-accept-types"])
            .sent("a deep linking request whose accept_types begin with a URL and with ltiAssetProcessor")
            .run(Duty::Accept, serves!(TYPES_UNKNOWN, Pass, Warn)),
        Case::new("tool-dl-targets-none", "a request without any document target is served")
            .rules(&["lti13-dl-tool-targets"])
            .sent("a deep linking request with accept_presentation_document_targets = []")
            .run(Duty::Accept, serves!(NO_TARGETS, Pass, Warn)),
        Case::new("tool-dl-targets-unknown", "a request with unknown document targets beside known ones is served")
            .rules(&["lti13-dl-tool-targets"])
            .sent("a deep linking request with frame and hologram among the document targets")
            .run(Duty::Accept, serves!(TARGETS_UNKNOWN, Pass, Warn)),
        Case::new("tool-dl-return-query", "the answer goes to the return URL with its query")
            .rules(&["lti13-dl-tool-returned"])
            .sent("a deep linking request whose deep_link_return_url has a query with escapes")
            .run(Duty::Send, looks!(RETURN_WITH_QUERY, Fail, same_address)),
    ]
}

fn same_address(answer: &Answer) -> Sight {
    let wanted = &answer.sent.return_url;
    if answer.method != Method::POST {
        return Sight::Nothing("the answer is no form post, which tool-dl-post reports".to_owned());
    }
    if answer.url == *wanted {
        Sight::Sound("the whole address was kept".to_owned())
    } else {
        Sight::Broken(format!("the answer went to {}, expected {wanted}", answer.url))
    }
}

static LEARNER: Asking = Asking::new("learner").plan(|plan, world| *plan = Plan::new(world, 0, Person::learner()));
static ANONYMOUS: Asking = Asking::new("anonymous").token(|token, _| {
    for claim in ["sub", "name", "given_name", "family_name", "email"] {
        token.remove(claim);
    }
});
static NO_ROLES: Asking = Asking::new("no-roles").token(|token, _| token.remove(&lti("roles")));
static NO_CONTEXT: Asking = Asking::new("no-context").token(|token, _| token.remove(&lti("context")));
static NO_SETTINGS: Asking = Asking::new("no-settings").token(|token, _| token.remove(&dl("deep_linking_settings")));

fn users() -> Vec<Case> {
    vec![
        Case::new("tool-dl-learner", "whether a learner may choose content")
            .rules(&["lti13-dl-tool-who"])
            .sent("a deep linking request of a learner")
            .run(Duty::Free, serves!(LEARNER, Info, Info)),
        Case::new("tool-dl-anonymous", "whether somebody without sub may choose content")
            .rules(&["lti13-dl-tool-who"])
            .sent("a deep linking request without sub, names and e-mail address")
            .run(Duty::Free, serves!(ANONYMOUS, Info, Info)),
        Case::new("tool-dl-roles-missing", "whether somebody without roles may choose content")
            .rules(&["lti13-dl-tool-who"])
            .sent("a deep linking request without the claim roles")
            .run(Duty::Free, serves!(NO_ROLES, Info, Info)),
        Case::new("tool-dl-context-missing", "whether content may be chosen outside a course")
            .rules(&["lti13-dl-tool-who"])
            .sent("a deep linking request without the claim context")
            .run(Duty::Free, serves!(NO_CONTEXT, Info, Info)),
        Case::new("tool-dl-settings-missing", "a request without settings gets an answer and no crash")
            .rules(&["lti13-dl-tool-settings-missing"])
            .sent("a deep linking request without the claim deep_linking_settings")
            .run(Duty::Act, |driver| Box::pin(settings_missing(driver))),
    ]
}

async fn settings_missing(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let mut browser = driver.browser();
    let page = driver.begin_deep_linking(&mut browser, &NO_SETTINGS).await?.page;
    let (outcome, word) = if page.crashed() { (Info, "crashed") } else { (Info, "answered") };
    Ok(Ended::judged(outcome, word, page.describe()))
}

static SECOND_DEPLOYMENT: Asking = Asking::new("second-deployment").plan(|plan, world| {
    let second = world.deployment(0, 1).to_owned();
    plan.set_deployment(&second);
});
static SECOND_PLATFORM: Asking = Asking::new("second-platform").plan(|plan, world| {
    if let Some(registration) = world.foreign_registration() {
        *plan = Plan::new(world, registration, Person::instructor());
    }
});
static SECOND_CLIENT: Asking = Asking::new("second-client").plan(|plan, world| {
    if let Some(registration) = world.second_client() {
        *plan = Plan::new(world, registration, Person::instructor());
    }
});

fn registrations() -> Vec<Case> {
    vec![
        Case::new("tool-dl-second-deployment", "the answer names the deployment of its request")
            .rules(&[
                "lti13-dl-tool-registration",
                "lti13-dl-response-deployment-missing",
                "lti13-dl-response-deployment",
            ])
            .needs(Need::SecondDeployment)
            .sent("a deep linking request under the second deployment")
            .run(Duty::Send, looks!(SECOND_DEPLOYMENT, Fail, own_deployment)),
        Case::new("tool-dl-second-platform", "the answer is for the platform of its request")
            .rules(&["lti13-dl-tool-registration", "lti13-dl-response-aud"])
            .needs(Need::ForeignIssuer)
            .sent("a deep linking request of the second platform")
            .run(Duty::Send, looks!(SECOND_PLATFORM, Fail, own_parties)),
        Case::new("tool-dl-second-client", "the answer is from the client of its request")
            .rules(&["lti13-dl-tool-registration", "lti13-dl-response-iss"])
            .needs(Need::SecondClient)
            .sent("a deep linking request for the second client_id at one platform")
            .run(Duty::Send, looks!(SECOND_CLIENT, Fail, own_parties)),
    ]
}

fn own_deployment(answer: &Answer) -> Sight {
    let wanted = &answer.sent.deployment;
    match answer.lti("deployment_id") {
        Some(Value::String(deployment)) if deployment == wanted => Sight::Sound(format!("deployment_id is {wanted}")),
        other => Sight::Broken(format!("deployment_id is {}, expected {wanted:?}", super::shown(other))),
    }
}

fn own_parties(answer: &Answer) -> Sight {
    match token::iss(answer) {
        Sight::Sound(_) => token::aud(answer),
        other => other,
    }
}

static CANCELLED: Asking = Asking::new("cancelled").cancels();
static FIRST_OF_TWO: Asking = Asking::new("first-of-two").settings(|settings| {
    settings.insert("data".to_owned(), json!("of the first request"));
});
static SECOND_OF_TWO: Asking = Asking::new("second-of-two").settings(|settings| {
    settings.insert("data".to_owned(), json!("of the second request"));
});

fn ways() -> Vec<Case> {
    vec![
        Case::new("tool-dl-cancel", "somebody who chooses nothing is sent back as well")
            .rules(&["lti13-dl-tool-cancelled"])
            .sent("a deep linking request; the person leaves without choosing")
            .run(Duty::Act, |driver| Box::pin(cancelled(driver))),
        Case::new("tool-dl-parallel", "two choices that are open in one browser do not disturb each other")
            .rules(&["lti13-dl-tool-parallel"])
            .sent("two deep linking requests in one browser; the person finishes the first")
            .run(Duty::Act, |driver| Box::pin(parallel(driver))),
    ]
}

async fn cancelled(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let configured = driver.world.config.tool.deep_linking.as_ref();
    if configured.is_none_or(|config| config.cancel.is_empty()) {
        return Ok(Ended::skip(
            "how somebody leaves without choosing is not configured: give tool.deep_linking.cancel",
        ));
    }
    let reply = driver.ask(&CANCELLED).await?;
    let judged = |outcome: Outcome, word| Ok(Ended::judged(outcome, word, reply.describe()));
    match &reply {
        Reply::Answered(answer) if answer.items().next().is_some() => judged(Warn, "chosen"),
        Reply::Answered(_) => judged(Pass, "returned"),
        Reply::Kept { stuck: Some(stuck), .. } => Ok(Ended::skip(stuck.clone())),
        Reply::Kept { .. } => judged(Warn, "stayed"),
    }
}

/// Opens two requests in one browser and finishes the first.
async fn parallel(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let ordinary = driver.ask(&ORDINARY).await?;
    if ordinary.served().is_none() {
        return Ok(Ended::skip(format!("the ordinary deep linking request is not served: {}", ordinary.describe())));
    }
    let mut browser = driver.browser();
    let first = driver.begin_deep_linking(&mut browser, &FIRST_OF_TWO).await?;
    if first.page.stop != crate::user_agent::Stop::Arrived {
        return Ok(Ended::skip("the tool answers at once, so no two choices are ever open"));
    }
    driver.begin_deep_linking(&mut browser, &SECOND_OF_TWO).await?;
    let reply = driver.choose(&mut browser, first, false).await?;
    Ok(match &reply {
        Reply::Answered(answer) => {
            let own_address = answer.url.path() == answer.sent.return_url.path();
            match data(answer) {
                Sight::Sound(_) if own_address => Ended::judged(Pass, "apart", "the first request is answered"),
                Sight::Sound(_) => Ended::judged(Warn, "mixed", format!("the answer went to {}", answer.url)),
                Sight::Broken(seen) => Ended::judged(Warn, "mixed", seen),
                _ => Ended::skip("the answer holds no data to compare"),
            }
        }
        Reply::Kept { .. } => Ended::judged(Warn, "lost", reply.describe()),
    })
}
