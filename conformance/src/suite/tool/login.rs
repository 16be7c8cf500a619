//! Login initiation: how it may arrive, what it may leave out, and where the tool must not send the browser.

use http::Method;

use crate::{
    case::{
        Case, Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::{Driver, Halt, Landing},
    exchange::{Person, Plan},
    user_agent::Stop,
};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = methods();
    cases.extend(left_out());
    cases.extend(unknown());
    cases
}

fn methods() -> Vec<Case> {
    vec![
        Case::new("tool-login-get", "a login initiation by GET leads to an authentication request")
            .rules(&["lti13-tool-login-get-post"])
            .sent("the control's login initiation by GET")
            .run(Duty::Accept, |driver| {
                Box::pin(leads_to_request(driver, |plan| plan.method = Method::GET, Pass, Fail))
            }),
        Case::new("tool-login-post", "a login initiation by POST leads to an authentication request")
            .rules(&["lti13-tool-login-get-post"])
            .sent("the control's login initiation by POST")
            .run(Duty::Accept, |driver| {
                Box::pin(leads_to_request(driver, |plan| plan.method = Method::POST, Pass, Fail))
            }),
    ]
}

/// Sends a login and says what a request and what anything else is worth.
async fn leads_to_request(
    driver: &mut Driver<'_>,
    change: fn(&mut Plan),
    request: crate::case::Outcome,
    other: crate::case::Outcome,
) -> Result<Ended, Halt> {
    let mut browser = driver.browser();
    let mut plan = driver.plan();
    change(&mut plan);
    Ok(match driver.login(&mut browser, &plan).await? {
        Landing::Request(_) => Ended::judged(request, "accepted", "an authentication request follows"),
        Landing::Page(page) => {
            Ended::judged(other, "refused", format!("no authentication request: {}", page.describe()))
        }
    })
}

fn left_out() -> Vec<Case> {
    vec![
        Case::new("tool-login-iss-missing", "a login without iss: no text says what the tool answers")
            .rules(&["lti13-login-iss-missing"])
            .sent("the control's login initiation without iss")
            .run(Duty::Free, |driver| Box::pin(leads_to_request(driver, |plan| plan.remove_login("iss"), Info, Info))),
        Case::new("tool-login-hint-missing", "a login without login_hint: no text says what the tool answers")
            .rules(&["lti13-login-hint-missing"])
            .sent("the control's login initiation without login_hint")
            .run(Duty::Free, |driver| {
                Box::pin(leads_to_request(driver, |plan| plan.remove_login("login_hint"), Info, Info))
            }),
        Case::new("tool-login-target-missing", "a login without target_link_uri: no text says what the tool answers")
            .rules(&["lti13-login-target-missing"])
            .sent("the control's login initiation without target_link_uri")
            .run(Duty::Free, |driver| {
                Box::pin(leads_to_request(driver, |plan| plan.remove_login("target_link_uri"), Info, Info))
            }),
        Case::new("tool-login-client-absent", "a login without the optional client_id is understood")
            .rules(&["lti13-tool-login-optional"])
            .sent("a login initiation without client_id, at an issuer that has registered the tool once")
            .run(Duty::Accept, |driver| Box::pin(without_client(driver))),
        Case::new("tool-login-deployment-absent", "a login without the optional lti_deployment_id is understood")
            .rules(&["lti13-tool-login-optional"])
            .sent("the control's login initiation without lti_deployment_id")
            .run(Duty::Accept, |driver| {
                Box::pin(leads_to_request(driver, |plan| plan.remove_login("lti_deployment_id"), Pass, Warn))
            }),
        Case::new("tool-login-message-hint-absent", "a login without the optional lti_message_hint is understood")
            .rules(&["lti13-tool-login-optional"])
            .sent("the control's login initiation without lti_message_hint")
            .run(Duty::Accept, |driver| {
                Box::pin(leads_to_request(driver, |plan| plan.remove_login("lti_message_hint"), Pass, Warn))
            }),
    ]
}

/// Without a client id the tool can still know whom it is, if the issuer has registered it once.
async fn without_client(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let Some(sole) = driver.world.sole_registration() else {
        return Ok(Ended::skip("each issuer has registered the tool more than once, so the login would be ambiguous"));
    };
    let mut plan = Plan::new(driver.world, sole, Person::learner());
    plan.remove_login("client_id");
    let mut browser = driver.browser();
    Ok(match driver.login(&mut browser, &plan).await? {
        Landing::Request(_) => Ended::judged(Pass, "accepted", "an authentication request follows"),
        Landing::Page(page) => {
            Ended::judged(Warn, "refused", format!("no authentication request: {}", page.describe()))
        }
    })
}

fn unknown() -> Vec<Case> {
    vec![
        Case::new("tool-login-params-unknown", "login parameters that the tool does not know are ignored")
            .rules(&["lti13-tool-login-unknown-ignored"])
            .sent("the control's login initiation with canvas_region and x_suite beside the others")
            .run(Duty::Accept, |driver| {
                Box::pin(leads_to_request(
                    driver,
                    |plan| {
                        plan.set_login("canvas_region", "eu-west-1");
                        plan.set_login("x_suite", "anything & more");
                    },
                    Pass,
                    Fail,
                ))
            }),
        Case::new(
            "tool-login-deployment-unknown",
            "a login for an unknown deployment: no text says what the tool answers",
        )
        .rules(&["lti13-launch-deployment-unknown"])
        .sent("the control's login initiation with lti_deployment_id = \"suite-deployment-unknown\"")
        .run(Duty::Free, |driver| {
            Box::pin(leads_to_request(
                driver,
                |plan| plan.set_login("lti_deployment_id", "suite-deployment-unknown"),
                Info,
                Info,
            ))
        }),
        Case::new("tool-login-issuer-unknown", "a login of an unknown issuer sends the browser nowhere that it names")
            .rules(&["lti13-login-issuer-unknown"])
            .sent("the control's login initiation with iss = \"https://elsewhere.test\"")
            .run(Duty::Act, |driver| Box::pin(unknown_issuer(driver))),
        Case::new("tool-login-client-unknown", "a login for an unknown client_id does not go on as another client")
            .rules(&["lti13-login-client-unknown"])
            .sent("the control's login initiation with client_id = \"suite-client-unknown\"")
            .run(Duty::Act, |driver| Box::pin(unknown_client(driver))),
    ]
}

async fn unknown_issuer(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.browser();
    let mut plan = driver.plan();
    plan.set_login("iss", "https://elsewhere.test");
    Ok(match driver.login(&mut browser, &plan).await? {
        Landing::Page(page) => match &page.stop {
            Stop::Left(url) if url.host_str() == Some("elsewhere.test") => {
                Ended::judged(Fail, "followed", format!("the browser is sent to {url}"))
            }
            _ => Ended::judged(Pass, "stayed", page.describe()),
        },
        Landing::Request(_) => Ended::judged(Pass, "fallback", "an authentication request to the registered issuer"),
    })
}

async fn unknown_client(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.browser();
    let mut plan = driver.plan();
    plan.set_login("client_id", "suite-client-unknown");
    Ok(match driver.login(&mut browser, &plan).await? {
        Landing::Page(page) => Ended::judged(Pass, "stayed", page.describe()),
        Landing::Request(request) => match request.get("client_id") {
            Some("suite-client-unknown") => {
                Ended::judged(Pass, "passed-on", "the request names the unknown client, which a platform refuses")
            }
            Some(client) => Ended::judged(Warn, "other", format!("the request names another client: {client}")),
            None => Ended::judged(Warn, "other", "the request names no client"),
        },
    })
}
