//! The deep linking rows that the certification guide lists for tools (6.2), with the request as the official suite sends
//! it.

use http::Method;
use serde_json::{Map, Value};

use super::{
    looks,
    response::{self, data},
    token, undeclared,
};
use crate::{
    case::{
        Case, Duty, Ended,
        Outcome::{Fail, FailCertified, Pass},
    },
    deep_linking::{Answer, Asking, CERTIFICATION_FORM, ORDINARY, Reply},
    driver::{Driver, Freshness, Halt, Landing},
    exchange::{Form, INSTITUTION, MEMBERSHIP, Person, Plan, lti},
    seen::Meaning,
    sight::Sight,
    user_agent::Page,
};

const SENT: &str = "a deep linking request of an instructor as the official suite sends it, without target_link_uri";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = exchange();
    cases.extend(message());
    cases.extend(links());
    cases
}

fn exchange() -> Vec<Case> {
    vec![
        Case::new("tool-dl-request", "the deep linking request of an instructor is taken")
            .rules(&["lti13-dl-tool-request"])
            .sent("a deep linking request as platforms send it")
            .run(Duty::Accept, |driver| Box::pin(taken(driver, &ORDINARY))),
        Case::new("tool-dl-returned", "once the person has chosen, the browser is sent to the deep_link_return_url")
            .rules(&["lti13-dl-tool-returned"])
            .sent("a deep linking request as platforms send it; the person chooses as configured")
            .run(Duty::Act, |driver| Box::pin(returned(driver, &ORDINARY))),
        Case::new("tool-cert-td01", "the deep linking request of the certification suite is taken")
            .certified("TD-01 Send the Request Payload")
            .rules(&["lti13-dl-tool-request"])
            .sent(SENT)
            .run(Duty::Accept, |driver| Box::pin(taken(driver, &CERTIFICATION_FORM))),
        Case::new("tool-cert-td02", "the response arrives, as the field JWT of a form")
            .certified("TD-02 Receive the Response Payload")
            .rules(&["lti13-dl-tool-returned", "lti13-dl-tool-post", "lti13-dl-tool-field"])
            .sent(SENT)
            .run(Duty::Send, |driver| Box::pin(returned(driver, &CERTIFICATION_FORM))),
    ]
}

fn message() -> Vec<Case> {
    vec![
        row("tool-cert-td03", "TD-03 Response Format Valid", "the message is a deep linking response")
            .rules(&["lti13-dl-response-message-type"])
            .run(Duty::Send, looks!(CERTIFICATION_FORM, Fail, response::message_type)),
        row("tool-cert-td04", "TD-04 Response Timestamps Valid", "the message is neither expired nor from the future")
            .rules(&[
                "lti13-dl-tool-times",
                "lti13-dl-response-exp",
                "lti13-dl-response-exp-missing",
                "lti13-dl-response-claim-type",
                "lti13-dl-response-iat-missing",
            ])
            .run(Duty::Send, looks!(CERTIFICATION_FORM, FailCertified, token::timely)),
        row("tool-cert-td05", "TD-05 Signature Valid", "a published key of the tool verifies the message")
            .rules(&["lti13-dl-response-signature", "lti13-dl-response-compact"])
            .run(Duty::Send, looks!(CERTIFICATION_FORM, Fail, token::signature)),
        row(
            "tool-cert-td06",
            "TD-06 Required Claims Verified",
            "the message has the required claims, and data as it was sent",
        )
        .rules(&[
            "lti13-dl-response-iss",
            "lti13-dl-response-aud",
            "lti13-dl-response-exp-missing",
            "lti13-dl-response-claim-type",
            "lti13-dl-response-iat-missing",
            "lti13-dl-response-nonce-missing",
            "lti13-dl-response-version",
            "lti13-dl-response-deployment-missing",
            "lti13-dl-response-deployment",
            "lti13-dl-response-data",
        ])
        .run(Duty::Send, looks!(CERTIFICATION_FORM, Fail, required_claims)),
    ]
}

fn links() -> Vec<Case> {
    vec![
        row("tool-cert-td07", "TD-07 Affirm Response", "the response holds what the person chose")
            .rules(&["lti13-dl-tool-affirmed"])
            .run(Duty::Send, |driver| Box::pin(affirmed(driver))),
        Case::new("tool-cert-td08", "a student launches the link that was passed")
            .certified("TD-08 Deep Linking - Core Launch of Passed LTI Link")
            .rules(&["lti13-dl-tool-passed"])
            .sent("a launch of the resource link that came back: its url as target_link_uri, its custom as custom")
            .run(Duty::Accept, |driver| Box::pin(passed(driver))),
    ]
}

fn row(id: &'static str, name: &'static str, title: &'static str) -> Case {
    Case::new(id, title).certified(name).sent(SENT)
}

/// Whether a request of an instructor is taken: the tool answers at once, or shows the page to choose on.
async fn taken(driver: &mut Driver<'_>, asking: &'static Asking) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let reply = driver.ask(asking).await?;
    Ok(match &reply {
        Reply::Answered(answer) if answer.excuses_itself() => Ended::judged(FailCertified, "refused", reply.describe()),
        Reply::Kept { refused: true, elsewhere: false, .. } => {
            Ended::judged(FailCertified, "refused", reply.describe())
        }
        Reply::Kept { stuck: Some(_), .. } => Ended::review(
            "the tool refused, or the steps do not fit its pages: look what it shows, and mend tool.deep_linking.choose",
            reply.describe(),
        ),
        _ => Ended::judged(Pass, "taken", reply.describe()),
    })
}

/// Whether the browser comes back, by the form that the texts ask for.
async fn returned(driver: &mut Driver<'_>, asking: &'static Asking) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let reply = driver.ask(asking).await?;
    let certified = asking.name == CERTIFICATION_FORM.name;
    Ok(match &reply {
        Reply::Answered(answer) if certified && (answer.method != Method::POST || answer.field("JWT").is_none()) => {
            Ended::judged(Fail, "other", format!("by {}, without the field JWT", answer.method))
        }
        Reply::Answered(_) => Ended::judged(Pass, "returned", reply.describe()),
        Reply::Kept { elsewhere: true, .. } => Ended::judged(Fail, "elsewhere", reply.describe()),
        Reply::Kept { refused: true, .. } => Ended::skip(format!("the request was not taken: {}", reply.describe())),
        Reply::Kept { stuck: Some(stuck), .. } => Ended::skip(stuck.clone()),
        Reply::Kept { .. } => Ended::review(
            "the configured steps end here, and the browser was not sent back: mend tool.deep_linking.choose if the choice \
             is not finished yet",
            reply.describe(),
        ),
    })
}

/// The first of the required claims that is not as it should be. `content_items` may be absent (Deep Linking 4.5.6).
fn required_claims(answer: &Answer) -> Sight {
    let looks: [super::Look; 8] = [
        token::iss,
        token::aud,
        |answer| token::number(answer, "exp"),
        |answer| token::number(answer, "iat"),
        token::nonce,
        response::version,
        response::deployment,
        data,
    ];
    looks
        .into_iter()
        .map(|look| look(answer))
        .find(|sight| !matches!(sight, Sight::Sound(_)))
        .unwrap_or_else(|| Sight::Sound("all of them, and data as it was sent".to_owned()))
}

/// The guide has a tester say that the response came. The suite took it, and shows what is in it.
async fn affirmed(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let reply = driver.ask(&CERTIFICATION_FORM).await?;
    Ok(match &reply {
        Reply::Kept { .. } => Ended::skip(format!("no response came back: {}", reply.describe())),
        Reply::Answered(answer) if answer.items().next().is_none() => {
            Ended::review("no item came back: look whether something was chosen", reply.describe())
        }
        Reply::Answered(answer) => Ended::judged(Pass, "shown", answer.describe()),
    })
}

/// Launches the first resource link of an answer as a student.
async fn passed(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let Reply::Answered(answer) = driver.ask(&CERTIFICATION_FORM).await? else {
        return Ok(Ended::skip("no response came back, so there is no link to launch"));
    };
    let Some(item) = answer.of_type("ltiResourceLink").next().cloned() else {
        return Ok(Ended::unsupported("the response holds no ltiResourceLink"));
    };
    let (meaning, page) = launch(driver, &item).await?;
    Ok(driver.ended(Pass, FailCertified, meaning, &page))
}

async fn launch(driver: &mut Driver<'_>, item: &Map<String, Value>) -> Result<(Meaning, Page), Halt> {
    let mut plan = Plan::new(driver.world, 0, Person::learner());
    plan.person.roles = vec![format!("{MEMBERSHIP}Learner"), format!("{INSTITUTION}Student")];
    "suite-link-passed".clone_into(&mut plan.link.id);
    if let Some(title) = item.get("title").and_then(Value::as_str) {
        title.clone_into(&mut plan.link.title);
    }
    let target = item.get("url").and_then(Value::as_str);
    if let Some(url) = target {
        plan.set_login("target_link_uri", url);
    }
    let mut browser = driver.browser();
    let request = match driver.login(&mut browser, &plan).await? {
        Landing::Request(request) => request,
        Landing::Page(page) => return Ok((Meaning::Refused, page)),
    };
    let mut token = plan.token(driver.world, &request);
    if let Some(url) = target {
        token.set(&lti("target_link_uri"), url);
    }
    if let Some(custom) = item.get("custom") {
        token.set(&lti("custom"), custom.clone());
    }
    let page = driver.deliver(&mut browser, &request, &Form::new(&request, token.compact()?)).await?;
    let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
    Ok((meaning, page))
}
