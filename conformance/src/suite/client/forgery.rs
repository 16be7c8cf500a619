//! Responses to somebody else's login: cross-site request forgery at the redirect URI, and codes that were stolen.

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    exchange::{AuthRequest, Person},
    seen::Meaning,
    subject::client::{ClientCase, ClientDriver, ClientNeed, Parameters, Play, ended},
    user_agent::Browser,
};

pub(super) fn cases() -> Vec<ClientCase> {
    vec![
        ClientCase::reject_front("client-state-wrong", "a response with another state is refused", Fail, Warn)
            .rules(&["oauth2-client-state-matches"])
            .sent("the control's response with a state that nobody sent")
            .needs(ClientNeed::State)
            .response(|response, _| response.set("state", "a-state-that-nobody-sent")),
        ClientCase::reject_front("client-state-missing", "a response without state is refused", Fail, Warn)
            .rules(&["oauth2-client-state-matches"])
            .sent("the control's response without state")
            .needs(ClientNeed::State)
            .response(|response, _| response.remove("state")),
        ClientCase::sequence(
            "client-csrf-fresh-browser",
            "the response to a stranger's login signs nobody in",
            Duty::Reject,
            |driver| Box::pin(foreign(driver, false)),
        )
        .rules(&["oauth2-client-csrf"])
        .sent("a response to a login that began in another browser, in a browser without any login"),
        ClientCase::sequence(
            "client-csrf-pending-login",
            "the response to a stranger's login signs nobody in who began one as well",
            Duty::Reject,
            |driver| Box::pin(foreign(driver, true)),
        )
        .rules(&["oauth2-client-csrf"])
        .sent("a response to a login that began in another browser, in a browser that began a login of its own"),
        ClientCase::sequence(
            "client-code-injected",
            "a stolen code signs in nobody but whom it was made for",
            Duty::Reject,
            |driver| Box::pin(injected(driver)),
        )
        .rules(&["oauth2-client-code-injection"])
        .sent("a response with the state of this browser's login and the code of somebody else's")
        .needs(ClientNeed::Code),
    ]
}

/// The stranger's login, up to the response that the stranger keeps.
async fn begun(driver: &mut ClientDriver<'_>, play: &Play) -> Result<(AuthRequest, Parameters), Halt> {
    let mut browser = driver.world.browser();
    let request = driver.begin(&mut browser).await?;
    let response = driver.response(play, &request)?;
    Ok((request, response))
}

async fn foreign(driver: &mut ClientDriver<'_>, pending: bool) -> Result<Ended, Halt> {
    let stranger = Play::sound(Person::other_learner());
    let (request, response) = begun(driver, &stranger).await?;
    let mut victim: Browser = driver.world.browser();
    if pending {
        driver.begin(&mut victim).await?;
    }
    let step = driver.delivery(&request, &response)?;
    let page = driver.go(&mut victim, step).await?;
    let entered = driver.read(&mut victim, page, &stranger.person).await?;
    // Without TLS cookies may be set otherwise than in use, so that there it is a warning.
    let tls = driver.world.uses_tls();
    Ok(ended(if tls { Fail } else { Warn }, Pass, &entered))
}

async fn injected(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let victim = Play::sound(Person::other_learner());
    let (_, stolen) = begun(driver, &victim).await?;
    let own = driver.sound();
    let mut thief = driver.world.browser();
    let request = driver.begin(&mut thief).await?;
    let mut response = driver.response(&own, &request)?;
    response.set("code", stolen.get("code").unwrap_or_default());
    let step = driver.delivery(&request, &response)?;
    let page = driver.go(&mut thief, step).await?;
    let entered = driver.read(&mut thief, page, &victim.person).await?;
    if entered.meaning == Meaning::Accepted && entered.shows_person(&own.person) {
        // The hybrid flow signs in whom the browser's token names; whose code it was is another question.
        let seen = entered.page.describe();
        return Ok(Ended::judged(Info, "own", format!("{seen}: signed in, and not as the one whose code it was")));
    }
    Ok(ended(Warn, Pass, &entered))
}
