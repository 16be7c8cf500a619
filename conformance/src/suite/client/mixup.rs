//! A client of two issuers: what one of them made is not taken to the other.

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    exchange::{AuthRequest, Person},
    seen::Meaning,
    subject::client::{ClientCase, ClientDriver, ClientNeed, Landed, Play, ended},
};

pub(super) fn cases() -> Vec<ClientCase> {
    vec![
        ClientCase::sequence(
            "client-mix-up-code",
            "a code of one issuer is not sent to another",
            Duty::Act,
            |driver| Box::pin(code(driver)),
        )
        .rules(&["oauth2-client-mix-up"])
        .sent("a login at the second issuer that the first one answers, as a dishonest second issuer arranges it")
        .needs(ClientNeed::Second)
        .needs(ClientNeed::Code),
        ClientCase::sequence(
            "client-mix-up-token",
            "a token of one issuer signs nobody in who began a login at another",
            Duty::Reject,
            |driver| Box::pin(token(driver)),
        )
        .rules(&["oidc-client-iss", "oauth2-client-mix-up"])
        .needs(ClientNeed::IdToken)
        .sent("a login at the first issuer; the token that arrives is the second issuer's, signed by its key")
        .needs(ClientNeed::Second),
    ]
}

/// The dishonest issuer sends the browser on to the honest one with the parameters that it was sent.
async fn code(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    if let Some(reason) = closed(driver).await? {
        return Ok(Ended::skip(reason));
    }
    let mut browser = driver.world.browser();
    let asked = match driver.start(&mut browser, true).await? {
        Landed::Request(asked) if asked.request.issuer == 1 => asked.request,
        Landed::Request(_) => return Ok(Ended::skip("second.login_url leads to the first issuer")),
        Landed::Page(page) => {
            return Ok(Ended::skip(format!("the login at the second issuer does not begin: {}", page.describe())));
        }
    };
    let play = Play::sound(Person::learner());
    let mut honest = AuthRequest { issuer: 0, ..asked.clone() };
    for (name, value) in &mut honest.parameters {
        if name == "client_id" {
            value.clone_from(&driver.world.config.client.client_id);
        }
    }
    let mut response = driver.response(&play, &honest)?;
    response.set("iss", driver.world.issuer.owner(0).issuer.as_str());
    let code = response.get("code").unwrap_or_default().to_owned();
    // The honest issuer answers only where the client is registered with it: a redirect URI for each issuer is a defence.
    let Some(known) = driver.learned().logins.first().map(|login| login.request.clone()) else {
        return Ok(Ended::skip("no sound login shows the redirect URI of the first issuer"));
    };
    let step = driver.delivery(&known, &response)?;
    let page = driver.go(&mut browser, step).await?;
    let leaked = driver.calls.iter().any(|call| call.issuer == 1 && call.field("code") == Some(code.as_str()));
    let seen = page.describe();
    Ok(if leaked {
        let claimed = driver.world.config.client.declares("rfc9207");
        let worth = if claimed { Fail } else { Warn };
        Ended::judged(worth, "leaked", format!("{seen}; the first issuer's code was sent to the second one"))
    } else {
        Ended::judged(Pass, "kept", format!("{seen}; the code was not sent to the second issuer"))
    })
}

/// Why nobody can sign in at the second issuer at all, so that what is sent there says nothing.
async fn closed(driver: &mut ClientDriver<'_>) -> Result<Option<String>, Halt> {
    let mut browser = driver.world.browser();
    let Landed::Request(asked) = driver.start(&mut browser, true).await? else {
        return Ok(Some("the login at the second issuer does not begin".to_owned()));
    };
    let play = Play::sound(Person::learner());
    let page = driver.answer(&mut browser, &play, &asked.request).await?;
    let entered = driver.read(&mut browser, page, &play.person).await?;
    let refused = entered.meaning != Meaning::Accepted;
    Ok(refused.then(|| format!("the sound login at the second issuer does not succeed: {}", entered.page.describe())))
}

async fn token(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut play = driver.sound();
    play.changes.token = |token, scene| {
        token.sign_with(&scene.keys.foreign, crate::keys::Scheme::Rs256);
        token.set_header("kid", crate::platform::FOREIGN_KID);
        token.set("iss", scene.other.issuer.as_str());
        token.set("aud", scene.other.client_id.as_str());
    };
    let (_, entered) = driver.login(&play).await?;
    Ok(ended(Fail, Pass, &entered))
}
