//! How often, for whom and how long a code is good (RFC 6749, 4.1.2 and 4.1.3).

use std::time::Duration;

use super::verifier::refused;
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{Call, Granted, IssuerCase, IssuerDriver, gives_token},
};

/// How long a code is good at most: "a maximum of 10 minutes is RECOMMENDED" (RFC 6749, 4.1.2), and one more, in seconds.
const LONGEST: u32 = 660;
/// How many codes are redeemed twice at one time.
const ROUNDS: usize = 3;

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        IssuerCase::steps("issuer-code-twice", "a code is not redeemed again after a second", |driver| {
            Box::pin(again_after(driver, 1))
        })
        .rules(&["oauth2-code-once"])
        .sent("a code that was redeemed a second ago"),
        IssuerCase::steps("issuer-code-twice-later", "a code is not redeemed again after half a minute", |driver| {
            Box::pin(again_after(driver, 30))
        })
        .rules(&["oauth2-code-once"])
        .sent("a code that was redeemed half a minute ago"),
        IssuerCase::steps("issuer-code-parallel", "of two redemptions at one time one succeeds at most", |driver| {
            Box::pin(parallel(driver))
        })
        .rules(&["oauth2-code-once"])
        .sent("three codes, each redeemed twice at one time"),
        IssuerCase::steps(
            "issuer-code-reuse-tokens",
            "the tokens of a code that is used again are revoked",
            |driver| Box::pin(reuse(driver)),
        )
        .rules(&["oauth2-code-reuse-revokes"])
        .sent("a code that was redeemed already, then its access token to the userinfo endpoint"),
        IssuerCase::steps("issuer-code-other-client", "the code of one client is not redeemed for another", |driver| {
            Box::pin(other_client(driver))
        })
        .rules(&["oauth2-code-client"])
        .sent("a code of the first client, redeemed by the second one with its own proof"),
        IssuerCase::steps("issuer-code-redirect-other", "a code is not redeemed with another redirect_uri", |driver| {
            Box::pin(async move {
                let client = driver.client()?;
                let granted = driver.code_for(client).await?;
                let mut call = driver.redemption(&granted)?;
                let other = client.redirect_uris.get(1).map_or("https://evil.example/callback", String::as_str);
                call.set("redirect_uri", other);
                Ok(refused(&driver.send(&call).await?, Fail, Pass))
            })
        })
        .rules(&["oauth2-code-redirect"])
        .sent("a code with another redirect_uri than its request had"),
        IssuerCase::steps(
            "issuer-code-redirect-omitted",
            "a code is not redeemed without its redirect_uri",
            |driver| Box::pin(omitted(driver)),
        )
        .rules(&["oauth2-code-redirect"])
        .sent("a code without redirect_uri, although its request had one"),
        IssuerCase::steps("issuer-code-lifetime", "a code ends after ten minutes at most", |driver| {
            Box::pin(lifetime(driver))
        })
        .rules(&["oauth2-code-lifetime"])
        .sent("a code that is eleven minutes old, or older than the issuer says that codes get"),
    ]
}

/// A code of the first client that was redeemed.
async fn used(driver: &mut IssuerDriver<'_>) -> Result<(Granted, String), Halt> {
    let client = driver.client()?;
    let (granted, tokens) = driver.tokens_for(client).await?;
    let access = tokens.access_token().unwrap_or_default().to_owned();
    Ok((granted, access))
}

async fn again_after(driver: &mut IssuerDriver<'_>, seconds: u32) -> Result<Ended, Halt> {
    let (granted, _) = used(driver).await?;
    if seconds > 5 {
        driver.wait(seconds).await?;
    } else {
        driver.world.clock.pause(Duration::from_secs(u64::from(seconds))).await;
    }
    let call = driver.redemption(&granted)?;
    Ok(refused(&driver.send(&call).await?, Fail, Pass))
}

async fn parallel(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let client = driver.client()?;
    for _ in 0..ROUNDS {
        let granted = driver.code_for(client).await?;
        // Two calls, so that an assertion is signed anew for each.
        let calls = [driver.redemption(&granted)?, driver.redemption(&granted)?];
        let replies = driver.send_together(&calls).await?;
        if replies.iter().filter(|reply| gives_token(reply)).count() > 1 {
            return Ok(Ended::judged(Fail, "both", "both get tokens"));
        }
    }
    Ok(Ended::judged(Pass, "one", format!("in {ROUNDS} rounds one at most gets tokens")))
}

async fn reuse(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let Some(url) = driver.grounds.metadata.endpoint("userinfo_endpoint") else {
        return Ok(Ended::skip("there is no userinfo_endpoint to try the access token at"));
    };
    let (granted, access) = used(driver).await?;
    let info = Call::get(&url, "application/json").bearer(&access);
    let before = driver.call(&info).await?;
    if !before.is_success() {
        return Ok(Ended::skip(format!("the userinfo endpoint does not take the access token: {}", before.describe())));
    }
    let call = driver.redemption(&granted)?;
    if gives_token(&driver.send(&call).await?) {
        return Ok(Ended::skip("the code is redeemed again"));
    }
    let after = driver.call(&info).await?;
    Ok(if after.is_success() {
        Ended::judged(Warn, "alive", "the access token is good still")
    } else {
        Ended::judged(Pass, "revoked", after.describe())
    })
}

async fn other_client(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let first = driver.client()?;
    let Some(second) = driver.grounds.clients.second().or_else(|| driver.grounds.clients.public()) else {
        return Ok(Ended::skip("needs a second client of the suite"));
    };
    if second.id == first.id {
        return Ok(Ended::skip("needs a second client of the suite"));
    }
    // What the second client may not do for itself would prove nothing.
    driver.tokens_for(second).await?;
    let granted = driver.code_for(first).await?;
    let mut call = driver.redemption(&granted)?;
    call.proof = driver.token_call(second, &[])?.proof;
    Ok(refused(&driver.send(&call).await?, Fail, Warn))
}

async fn omitted(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let client = driver.client()?;
    let granted = driver.code_for(client).await?;
    let mut call = driver.redemption(&granted)?;
    call.remove("redirect_uri");
    let reply = driver.send(&call).await?;
    // An OpenID provider may go on where one URI is registered (Core 1.0, 3.1.3.2); how many are is known of clients alone
    // that the suite registered.
    let several = client.registered.is_some() && client.redirect_uris.len() > 1;
    let worth = if several || !driver.is_openid() { Fail } else { Info };
    Ok(refused(&reply, worth, Pass))
}

async fn lifetime(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let declared = driver.world.config.issuer.code_lifetime;
    let client = driver.client()?;
    let granted = driver.code_for(client).await?;
    driver.wait(declared.map_or(LONGEST, |seconds| seconds.saturating_add(300))).await?;
    let call = driver.redemption(&granted)?;
    Ok(refused(&driver.send(&call).await?, if declared.is_some() { Fail } else { Warn }, Pass))
}
