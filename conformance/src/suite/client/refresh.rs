//! Refresh tokens: what a client does when its access token has expired.

use http::{Method, StatusCode};

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::client::{Answer, Call, Change, Changes, ClientCase, ClientDriver, ClientNeed, Evidence},
    user_agent::Browser,
};

/// How long access tokens live here, in seconds.
const LIFETIME: i64 = 5;
/// How long the suite waits until they do not.
const PAUSE: u64 = 7;

pub(super) fn cases() -> Vec<ClientCase> {
    let cases = vec![
        ClientCase::sequence(
            "client-refresh-discards",
            "a new refresh token takes the place of the old",
            Duty::Act,
            |driver| Box::pin(discards(driver)),
        )
        .rules(&["oauth2-client-refresh-discards"])
        .sent("a new refresh token in each answer; the access token expires twice"),
        ClientCase::sequence(
            "client-refresh-kept",
            "a refresh token stays good where the answer brings no new one",
            Duty::Act,
            |driver| Box::pin(kept(driver)),
        )
        .rules(&["oauth2-client-refresh-kept"])
        .sent("no refresh_token in the answer to the first refresh; the access token expires twice"),
        ClientCase::sequence(
            "client-refresh-auth",
            "a refresh request is a POST that authenticates like the first",
            Duty::Send,
            |driver| Box::pin(authenticated(driver)),
        )
        .rules(&["oauth2-client-refresh-request"])
        .sent("nothing unusual: the access token expires"),
        ClientCase::sequence(
            "client-refresh-scope",
            "a refresh request asks for no more scope than was granted",
            Duty::Send,
            |driver| Box::pin(scope(driver)),
        )
        .rules(&["oauth2-client-refresh-request"])
        .sent("nothing unusual: the access token expires"),
        ClientCase::sequence(
            "client-refresh-refused",
            "what a client does when a refresh is refused",
            Duty::Free,
            |driver| Box::pin(refused(driver)),
        )
        .rules(&["oauth2-client-refresh-refused"])
        .sent("400 with error = invalid_grant in answer to the refresh request"),
    ];
    cases.into_iter().map(|case| case.needs(ClientNeed::Code).needs(ClientNeed::Renew)).collect()
}

/// Somebody is signed in, and the access token is used as often as this, each time after it has expired.
async fn renewed(driver: &mut ClientDriver<'_>, times: usize, change: Change<Answer>) -> Result<Vec<Call>, Halt> {
    let mut play = driver.sound();
    play.lifetime = LIFETIME;
    play.changes = Changes { renewal: change, ..Changes::NONE };
    let (mut browser, _) = driver.signed_in(&play).await?;
    for _ in 0..times {
        driver.pause(PAUSE).await;
        used(driver, &mut browser).await?;
    }
    let requests: Vec<Call> = driver.calls.iter().filter(|call| call.grants("refresh_token")).cloned().collect();
    if requests.is_empty() {
        return Err(Halt::Skip("no refresh request came: the client asked for no new token".to_owned()));
    }
    Ok(requests)
}

async fn used(driver: &mut ClientDriver<'_>, browser: &mut Browser) -> Result<(), Halt> {
    let steps = driver.world.config.client.renew.clone();
    driver.walk(browser, &steps, "client.renew").await?;
    Ok(())
}

async fn discards(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let requests = renewed(driver, 2, |_, _| ()).await?;
    let token = |call: &Call| call.field("refresh_token").map(str::to_owned);
    if requests.len() < 2 || requests[0].status != 200 {
        return Ok(Ended::skip("the client did not refresh twice: nothing was replaced that it could send again"));
    }
    // Only a token whose request was answered well was replaced.
    let again = requests.iter().enumerate().any(|(index, call)| {
        requests[..index].iter().any(|earlier| earlier.status == 200 && token(earlier) == token(call))
    });
    Ok(if again {
        Ended::judged(Fail, "sent again", "a refresh token that was replaced was sent again")
    } else {
        Ended::judged(Pass, "replaced", format!("{} refresh requests, as many tokens", requests.len()))
    })
}

async fn kept(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    if renewed(driver, 2, |_, _| ()).await?.len() < 2 {
        return Ok(Ended::skip("the client does not refresh twice, even with a new refresh token each time"));
    }
    driver.collect();
    driver.calls.clear();
    let requests = renewed(driver, 2, |answer, _| answer.remove("refresh_token")).await?;
    if requests[0].status != 200 {
        return Ok(Ended::skip("the first refresh request was refused"));
    }
    Ok(match requests.as_slice() {
        [first, second, ..] if first.field("refresh_token") == second.field("refresh_token") => {
            Ended::judged(Pass, "kept", "the old refresh token was used again")
        }
        [_] => Ended::judged(Warn, "lost", "the client has no refresh token any more"),
        _ => Ended::judged(Warn, "other", "the second refresh request has another token"),
    })
}

async fn authenticated(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let learned = driver.learned();
    if (Evidence { logins: &learned.logins, config: &driver.world.config }).is_public() {
        return Ok(Ended::unsupported("a public client has nothing to authenticate with"));
    }
    let requests = renewed(driver, 1, |_, _| ()).await?;
    let taken = requests.iter().any(|call| call.status == 200);
    let refused = requests.iter().find(|call| call.method != Method::POST || call.status == 401 && !taken);
    Ok(match refused {
        Some(call) if call.method != Method::POST => {
            Ended::judged(Fail, "other method", format!("the token is refreshed by {}", call.method))
        }
        Some(_) => Ended::judged(Fail, "unauthenticated", "the refresh request does not authenticate the client"),
        None => Ended::judged(Pass, "authenticated", "POST, and the client authenticates"),
    })
}

async fn scope(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let requests = renewed(driver, 1, |_, _| ()).await?;
    let granted: Vec<String> = driver
        .learned()
        .logins
        .iter()
        .filter_map(|login| login.request.get("scope"))
        .flat_map(|scope| scope.split(' ').map(str::to_owned))
        .collect();
    let more = requests
        .iter()
        .filter_map(|call| call.field("scope"))
        .flat_map(|scope| scope.split(' '))
        .find(|scope| !scope.is_empty() && !granted.iter().any(|known| known == scope));
    Ok(more.map_or_else(
        || Ended::judged(Pass, "no more", "no scope beyond what was granted"),
        |scope| Ended::judged(Fail, "more", format!("the refresh request asks for {scope}, which was not granted")),
    ))
}

async fn refused(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let requests = renewed(driver, 2, |answer, _| answer.fail(StatusCode::BAD_REQUEST, "invalid_grant")).await?;
    let seen = format!("{} refresh requests, all refused", requests.len());
    Ok(Ended::judged(Info, if requests.len() > 1 { "tries again" } else { "gives up" }, seen))
}
