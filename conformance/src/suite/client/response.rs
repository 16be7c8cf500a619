//! The authorization response: what may stand in it, and what an error means.

use http::Method;

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    exchange::Person,
    seen::Meaning,
    subject::client::{ClientCase, ClientDriver, ClientNeed, Entered, Play, busy, ended},
    user_agent::{Raw, Step},
};

pub(super) fn cases() -> Vec<ClientCase> {
    vec![
        ClientCase::accept("client-response-unknown", "parameters that the client does not know are ignored", Fail)
            .rules(&["oauth2-client-response-unknown"])
            .sent("the control's response with session_state and a parameter of the suite's own")
            .response(|response, _| {
                response.set("session_state", "a.b");
                response.set("suite_parameter", "");
            }),
        ClientCase::accept(
            "client-response-iss-unasked",
            "iss is best ignored by a client that does not verify it",
            Info,
        )
        .rules(&["oauth2-client-response-unknown"])
        .sent("the control's response with the issuer's own identifier as iss")
        .response(|response, scene| response.set("iss", scene.owner.issuer.as_str())),
        ClientCase::reject("client-response-error", "an error signs nobody in", Fail)
            .rules(&["oauth2-client-error"])
            .sent("error = access_denied with the right state in place of a code or token")
            .response(|response, _| {
                response.remove("code");
                response.remove("id_token");
                response.set("error", "access_denied");
            }),
        ClientCase::reject("client-response-iss-wrong", "a response of another issuer is refused", Fail)
            .rules(&["oauth2-client-response-iss"])
            .sent("the control's response with the second issuer's identifier as iss")
            .needs(ClientNeed::Rfc9207)
            .response(|response, scene| response.set("iss", scene.other.issuer.as_str())),
        ClientCase::reject(
            "client-response-iss-missing",
            "a response without iss is refused where one was promised",
            Fail,
        )
        .rules(&["oauth2-client-response-iss"])
        .sent("the control's response without iss, which the issuer's metadata promise")
        .needs(ClientNeed::Rfc9207)
        .needs(ClientNeed::Discovery)
        .response(|response, _| response.remove("iss")),
        ClientCase::sequence(
            "client-response-form-post",
            "a form is taken without a Referer and with Origin null",
            Duty::Accept,
            |driver| Box::pin(form_post(driver)),
        )
        .rules(&["oauth2-client-form-post"])
        .sent("the control's form as a page without an origin sends it: Origin is null, and there is no Referer")
        .needs(ClientNeed::FormPost),
        ClientCase::sequence("client-response-replayed", "a state is good for one response", Duty::Reject, |driver| {
            Box::pin(replayed(driver))
        })
        .rules(&["oauth2-client-state-once", "oidc-client-nonce-once"])
        .sent("the control's response, and then a second one to the same request in the same browser"),
    ]
}

/// The form as a sandboxed page posts it: nothing names where it comes from.
async fn form_post(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut entered = posted(driver).await?;
    if let Some(ended) = busy(&entered.page, true) {
        return Ok(ended);
    }
    if entered.meaning == Meaning::Refused {
        // One refusal may have another cause.
        driver.stands().await?;
        entered = posted(driver).await?;
    }
    Ok(ended(Pass, Fail, &entered))
}

async fn posted(driver: &mut ClientDriver<'_>) -> Result<Entered, Halt> {
    let play = driver.sound();
    let mut browser = driver.world.browser();
    let request = driver.begin(&mut browser).await?;
    let response = driver.response(&play, &request)?;
    let step = driver.delivery(&request, &response)?;
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&step.fields).finish();
    let raw = Raw {
        body: body.into(),
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        headers: vec![("origin".to_owned(), "null".to_owned())],
    };
    let bare = Step { method: Method::POST, cross_site: false, raw: Some(raw), ..step };
    let page = driver.go(&mut browser, bare).await?;
    driver.read(&mut browser, page, &play.person).await
}

async fn replayed(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let play = driver.sound();
    let mut browser = driver.world.browser();
    let request = driver.begin(&mut browser).await?;
    let page = driver.answer(&mut browser, &play, &request).await?;
    let first = driver.read(&mut browser, page, &play.person).await?;
    if first.meaning != Meaning::Accepted {
        return Ok(Ended::skip(format!("the first response did not sign in: {}", first.page.describe())));
    }
    // A fresh code of somebody else for the same request, so that only state and nonce are old. The first user is signed in
    // here already: the second one shows whether the response was taken.
    let other = Play::sound(Person::other_learner());
    let page = driver.answer(&mut browser, &other, &request).await?;
    let second = driver.read(&mut browser, page, &other.person).await?;
    let seen = second.page.describe();
    Ok(if second.shows_person(&other.person) {
        Ended::judged(Warn, "accepted", format!("{seen}: the second response signed in its user"))
    } else {
        Ended::judged(Pass, "refused", format!("{seen}: the second response signed in nobody"))
    })
}
