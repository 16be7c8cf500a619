//! Discovery: a document that is not the issuer's own is not used. A changed document names endpoints of its own, so that
//! its use is seen and not guessed.

use http::StatusCode;

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass},
    },
    driver::Halt,
    subject::client::{Answer, Change, ClientCase, ClientDriver, Endpoint, Landed, Scene},
};

pub(super) fn cases() -> Vec<ClientCase> {
    vec![
        ClientCase::sequence(
            "client-discovery-issuer",
            "a discovery document of another issuer is not used",
            Duty::Reject,
            |driver| {
                Box::pin(changed(driver, |answer, _| elsewhere(answer, |_| "https://stranger.example".to_owned())))
            },
        )
        .rules(&["oidc-client-discovery-issuer"])
        .sent("the discovery document with issuer = https://stranger.example and endpoints of its own"),
        ClientCase::sequence(
            "client-discovery-issuer-missing",
            "a discovery document without issuer is not used",
            Duty::Reject,
            |driver| {
                Box::pin(changed(driver, |answer, _| {
                    elsewhere(answer, str::to_owned);
                    answer.remove("issuer");
                }))
            },
        )
        .rules(&["oidc-client-discovery-issuer"])
        .sent("the discovery document without issuer and with endpoints of its own"),
        ClientCase::sequence(
            "client-discovery-issuer-slash",
            "a slash more in the issuer of a discovery document makes another",
            Duty::Reject,
            |driver| Box::pin(changed(driver, |answer, _| elsewhere(answer, |issuer| format!("{issuer}/")))),
        )
        .rules(&["oidc-client-discovery-issuer"])
        .sent("the discovery document with a slash behind its issuer and endpoints of its own"),
        ClientCase::sequence(
            "client-discovery-issuer-case",
            "capitals in the issuer of a discovery document make another",
            Duty::Reject,
            |driver| Box::pin(changed(driver, |answer, _| elsewhere(answer, capitals))),
        )
        .rules(&["oidc-client-discovery-issuer"])
        .sent("the discovery document with its issuer's scheme in capitals and endpoints of its own"),
        ClientCase::sequence(
            "client-discovery-lost",
            "what a login does while the discovery document cannot be had",
            Duty::Free,
            |driver| Box::pin(lost(driver)),
        )
        .rules(&["oidc-client-discovery-lost"])
        .sent("the discovery document is answered with 500"),
    ]
}

/// The scheme in capitals: every reader of addresses takes it for the same, and no comparison of strings does.
fn capitals(issuer: &str) -> String {
    issuer
        .split_once(':')
        .map_or_else(|| issuer.to_uppercase(), |(scheme, rest)| format!("{}:{rest}", scheme.to_uppercase()))
}

/// Another issuer, and endpoints that no other document names.
fn elsewhere(answer: &mut Answer, rename: impl Fn(&str) -> String) {
    let issuer = answer.members.get("issuer").and_then(|issuer| issuer.as_str()).unwrap_or_default().to_owned();
    for (name, path) in
        [("authorization_endpoint", "authorize"), ("token_endpoint", "token"), ("userinfo_endpoint", "userinfo")]
    {
        answer.set(name, format!("{issuer}/changed/{path}"));
    }
    answer.set("issuer", rename(&issuer));
}

async fn changed(driver: &mut ClientDriver<'_>, change: Change<Answer>) -> Result<Ended, Halt> {
    let (landed, asked) = begin(driver, change).await?;
    // Any endpoint that the document alone names: who has the authorization endpoint from elsewhere may use the others.
    if let Some(call) = driver.calls.iter().find(|call| call.changed) {
        let seen = format!("the client called {}, which the changed document alone names", call.url);
        return Ok(Ended::judged(Fail, "used", seen));
    }
    if !asked {
        return Ok(Ended::skip(
            "the client did not read the discovery document in this login: say in client.rediscover how it is brought to",
        ));
    }
    Ok(match landed {
        Landed::Request(asked) if asked.changed => {
            Ended::judged(Fail, "used", "the login goes to the authorization endpoint of the changed document")
        }
        Landed::Request(_) => Ended::judged(Pass, "kept", "the login goes to the endpoints that were known before"),
        Landed::Page(page) => Ended::judged(Pass, "refused", page.describe()),
    })
}

/// Starts a login while the discovery document is changed, completes it where it begins, and says whether the document was
/// read.
async fn begin(driver: &mut ClientDriver<'_>, change: Change<Answer>) -> Result<(Landed, bool), Halt> {
    let mut play = driver.sound();
    play.changes.metadata = change;
    driver.world.issuer.stage(&play);
    let landed = completed(driver).await;
    let asked = driver.calls.iter().any(|call| call.endpoint == Endpoint::Discovery);
    driver.world.issuer.stage(&driver.sound());
    // A client that is brought to read the document keeps it: it has to read the sound one again.
    let steps = driver.world.config.client.rediscover.clone();
    let mut browser = driver.world.browser();
    driver.walk(&mut browser, &steps, "client.rediscover").await?;
    Ok((landed?, asked))
}

/// Where the login led first; what comes of the response is in the calls.
async fn completed(driver: &mut ClientDriver<'_>) -> Result<Landed, Halt> {
    let steps = driver.world.config.client.rediscover.clone();
    let mut browser = driver.world.browser();
    driver.walk(&mut browser, &steps, "client.rediscover").await?;
    let landed = driver.start(&mut browser, false).await?;
    if let Landed::Request(asked) = &landed {
        let play = driver.world.issuer.staged();
        driver.answer(&mut browser, &play, &asked.request).await?;
    }
    Ok(landed)
}

async fn lost(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let down = |answer: &mut Answer, _: &Scene<'_>| answer.fail(StatusCode::INTERNAL_SERVER_ERROR, "server_error");
    let (landed, asked) = begin(driver, down).await?;
    if !asked {
        return Ok(Ended::skip("the client did not read the discovery document in this login"));
    }
    Ok(match landed {
        Landed::Request(_) => Ended::judged(Info, "kept", "the login goes to the endpoint that was known before"),
        Landed::Page(page) => Ended::judged(Info, "stopped", page.describe()),
    })
}
