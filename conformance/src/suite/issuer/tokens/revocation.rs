//! Revocation (RFC 7009).

use url::Url;

use super::bench::{
    alive, client_call, confidential, feature, needs, no_refresh, refreshable, refreshed, second, steps,
};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{Client, IssuerCase, IssuerDriver, Proof, Reply, gives_token},
};

/// How long a revocation may take to get about, in seconds (RFC 7009, 2.1: "some propagation delay").
pub(super) const PROPAGATION: u32 = 120;

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        steps!(
            "issuer-revocation-unknown",
            "revoking an unknown token is answered with 200",
            "oauth2-revocation-unknown",
            "a sound request to revoke a token of the suite's own making",
            unknown
        ),
        steps!(
            "issuer-revocation-refresh",
            "a revoked refresh token is good for nothing",
            "oauth2-revocation-refresh-token",
            "a sound request to revoke a refresh token, then one to refresh with it",
            bites
        ),
        steps!(
            "issuer-revocation-unauthenticated",
            "nothing is revoked for a client that does not prove itself",
            "oauth2-revocation-authentication",
            "a request to revoke a refresh token with client_id and without credentials, then one to refresh with it",
            unauthenticated
        ),
        steps!(
            "issuer-revocation-other-client",
            "nothing is revoked for another client",
            "oauth2-revocation-bound",
            "another client's request to revoke a refresh token, then a sound one to refresh with it",
            other_client
        ),
        steps!(
            "issuer-revocation-hint",
            "a wrong token_type_hint does not save a token",
            "oauth2-token-type-hint",
            "a request to revoke a refresh token with token_type_hint=access_token, then one to refresh with it",
            hint
        ),
        steps!(
            "issuer-revocation-access",
            "an access token may be revoked by itself: every answer is sound",
            "oauth2-revocation-access-token",
            "a sound request to revoke an access token, which is used then",
            access
        )
        .observes(),
        steps!(
            "issuer-revocation-refresh-access",
            "the access token dies with its refresh token",
            "oauth2-revocation-access-token",
            "a sound request to revoke a refresh token, then the use of the access token that came with it",
            refresh_access
        ),
    ]
}

/// Asks as this client to revoke a token.
async fn revoke(driver: &mut IssuerDriver<'_>, url: &Url, client: &Client, token: &str) -> Result<Reply, Halt> {
    let call = client_call(driver, url, client, &[("token", token)])?;
    driver.send(&call).await
}

/// The endpoint, the client, a refresh token of it that was shown to be good, and the access token that came with it.
async fn scene(driver: &mut IssuerDriver<'_>) -> Result<Result<(Url, Client, String, String), Ended>, Halt> {
    let url = match feature(driver, "revocation_endpoint") {
        Ok(url) => url,
        Err(ended) => return Ok(Err(ended)),
    };
    if let Some(ended) = no_refresh(driver) {
        return Ok(Err(ended));
    }
    let client = confidential(driver)?;
    let (refresh, access) = living(driver, &client).await?;
    Ok(Ok((url, client, refresh, access)))
}

/// A refresh token of this client that came of refreshing, and the access token beside it: that the client can refresh is
/// the control of what is refused later.
async fn living(driver: &mut IssuerDriver<'_>, client: &Client) -> Result<(String, String), Halt> {
    let (_, tokens) = refreshable(driver, client, &[]).await?;
    let (tokens, next) = refreshed(driver, client, tokens.refresh_token().unwrap_or_default()).await?;
    Ok((next, tokens.access_token().unwrap_or_default().to_owned()))
}

async fn unknown(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let url = needs!(feature(driver, "revocation_endpoint"));
    let client = confidential(driver)?;
    let good = match no_refresh(driver) {
        None => refreshable(driver, &client, &[]).await?.1.refresh_token().map(str::to_owned),
        Some(_) => driver.tokens_for(&client).await?.1.access_token().map(str::to_owned),
    };
    let known = revoke(driver, &url, &client, &good.unwrap_or_default()).await?;
    if known.status.as_u16() != 200 {
        return Ok(Ended::skip(format!("a request to revoke a good token is answered with {}", known.describe())));
    }
    let reply = revoke(driver, &url, &client, &driver.world.fresh("no-such-token")).await?;
    Ok(match reply.status.as_u16() {
        200 => Ended::judged(Pass, "sound", "status 200"),
        _ => Ended::judged(Warn, "broken", reply.describe()),
    })
}

async fn bites(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, client, refresh, _) = needs!(scene(driver).await?);
    let revoked = revoke(driver, &url, &client, &refresh).await?;
    let reply = driver.refresh(&client, &refresh).await?;
    let Some(next) = next_of(&reply, &refresh) else {
        return Ok(Ended::judged(Pass, "dead", format!("{}, and refreshing is refused", revoked.describe())));
    };
    if driver.wait(PROPAGATION).await.is_err() {
        let seen = "the revoked refresh token is good right after; --slow asks again after two minutes";
        return Ok(Ended::judged(Warn, "alive", seen));
    }
    // Where refresh tokens are replaced, it is the newest that must be dead.
    let reply = driver.refresh(&client, &next).await?;
    Ok(if gives_token(&reply) {
        Ended::judged(Fail, "alive", format!("{}, and two minutes later it is still refreshed", revoked.describe()))
    } else {
        Ended::judged(Pass, "dead", "refused after two minutes")
    })
}

/// The refresh token that is good after this answer; nothing where it gives no token.
fn next_of(reply: &Reply, before: &str) -> Option<String> {
    if !gives_token(reply) {
        return None;
    }
    let named = reply.json().and_then(|body| body.get("refresh_token")?.as_str().map(str::to_owned));
    Some(named.unwrap_or_else(|| before.to_owned()))
}

async fn unauthenticated(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, client, refresh, _) = needs!(scene(driver).await?);
    let mut call = client_call(driver, &url, &client, &[("token", &refresh)])?;
    call.proof = Proof::Id(client.id.clone());
    let reply = driver.send(&call).await?;
    let after = driver.refresh(&client, &refresh).await?;
    Ok(match (gives_token(&after), reply.is_success()) {
        (false, _) => Ended::judged(Fail, "revoked", format!("{}, and the token is dead", reply.describe())),
        (true, true) => Ended::judged(Warn, "answered", format!("{}, and the token lives", reply.describe())),
        (true, false) => Ended::judged(Pass, "refused", reply.describe()),
    })
}

async fn other_client(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, client, refresh, _) = needs!(scene(driver).await?);
    let other = second(driver)?;
    // The other client can prove itself, or its refusal says nothing.
    driver.tokens_for(&other).await?;
    let reply = revoke(driver, &url, &other, &refresh).await?;
    let after = driver.refresh(&client, &refresh).await?;
    Ok(if gives_token(&after) {
        Ended::judged(Pass, "alive", format!("{}, and the token lives", reply.describe()))
    } else {
        Ended::judged(Fail, "revoked", format!("{}, and the token is dead", reply.describe()))
    })
}

async fn hint(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, client, refresh, _) = needs!(scene(driver).await?);
    revoke(driver, &url, &client, &refresh).await?;
    if gives_token(&driver.refresh(&client, &refresh).await?) {
        return Ok(Ended::skip("without a hint nothing is revoked: issuer-revocation-refresh judges that"));
    }
    let (refresh, _) = living(driver, &client).await?;
    let call = client_call(driver, &url, &client, &[("token", &refresh), ("token_type_hint", "access_token")])?;
    let reply = driver.send(&call).await?;
    let after = driver.refresh(&client, &refresh).await?;
    Ok(if gives_token(&after) {
        Ended::judged(Fail, "alive", format!("{}, and the token lives", reply.describe()))
    } else {
        Ended::judged(Pass, "dead", "the token is found")
    })
}

/// Whether access tokens can be revoked by themselves; nothing where nobody can tell.
async fn reaches_access(driver: &mut IssuerDriver<'_>, url: &Url, client: &Client) -> Result<Option<bool>, Halt> {
    let (_, tokens) = driver.tokens_for(client).await?;
    let access = tokens.access_token().unwrap_or_default().to_owned();
    if alive(driver, client, &access).await? != Some(true) {
        return Ok(None);
    }
    revoke(driver, url, client, &access).await?;
    Ok(alive(driver, client, &access).await?.map(|alive| !alive))
}

async fn access(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let url = needs!(feature(driver, "revocation_endpoint"));
    let client = confidential(driver)?;
    Ok(match reaches_access(driver, &url, &client).await? {
        Some(true) => Ended::judged(Info, "dies", "the access token is dead"),
        Some(false) => {
            Ended::judged(Info, "lives", "the access token lives until its end, which self-contained ones may")
        }
        None => Ended::skip("whether an access token is good shows nowhere: no UserInfo, no introspection"),
    })
}

async fn refresh_access(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, client, refresh, access) = needs!(scene(driver).await?);
    match reaches_access(driver, &url, &client).await? {
        Some(true) => {}
        Some(false) => return Ok(Ended::unsupported("access tokens cannot be revoked here")),
        None => return Ok(Ended::skip("whether an access token is good shows nowhere: no UserInfo, no introspection")),
    }
    revoke(driver, &url, &client, &refresh).await?;
    if gives_token(&driver.refresh(&client, &refresh).await?) {
        return Ok(Ended::skip("the refresh token is not revoked: issuer-revocation-refresh judges that"));
    }
    Ok(match alive(driver, &client, &access).await? {
        Some(true) => Ended::judged(Warn, "alive", "the access token of the revoked grant is still good"),
        Some(false) => Ended::judged(Pass, "dead", "the access token is dead too"),
        None => Ended::skip("whether an access token is good shows nowhere"),
    })
}
