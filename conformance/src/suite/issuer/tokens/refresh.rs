//! Refreshing (RFC 6749, 6; OpenID Connect Core, 12).

use serde_json::Value;

use super::bench::{
    confidential, needs, no_refresh, refreshable, refreshed, refusal, scope_claim, second, steps, words,
};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{Client, Granted, IdToken, IssuerCase, IssuerDriver, Proof, Tokens, gives_token},
    trace,
};

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        steps!(
            "issuer-refresh-unknown",
            "a refresh token that the issuer never gave is refused as invalid_grant",
            "oauth2-refresh-valid",
            "a sound request to refresh with a refresh token of the suite's own making",
            unknown
        ),
        steps!(
            "issuer-refresh-unauthenticated",
            "a client that has a secret refreshes nothing without it",
            "oauth2-token-client-authentication",
            "a sound request to refresh with client_id and without credentials",
            unauthenticated
        ),
        steps!(
            "issuer-refresh-other-client",
            "a refresh token is refused for another client",
            "oauth2-refresh-bound",
            "a request of another client to refresh with the first one's refresh token",
            other_client
        ),
        steps!(
            "issuer-refresh-scope-wider",
            "refreshing gives no more scope than the user granted",
            "oauth2-refresh-scope",
            "a sound request to refresh that asks for another scope beside",
            wider
        ),
        steps!(
            "issuer-refresh-scope-kept",
            "a narrower access token leaves the scope of the refresh token alone",
            "oauth2-refresh-scope-kept",
            "a request to refresh for a part of the scope, then one without scope",
            kept
        ),
        steps!(
            "issuer-refresh-rotation",
            "refresh tokens may be replaced: every answer is sound",
            "oauth2-refresh-rotation",
            "a sound request to refresh, then one with the refresh token of before",
            rotation
        )
        .observes(),
        steps!(
            "issuer-refresh-family",
            "a replaced refresh token that comes back ends its family",
            "oauth2-refresh-family",
            "a sound request to refresh, one with the refresh token of before, then one with the newest",
            family
        ),
        steps!(
            "issuer-refresh-id-token",
            "an ID token of refreshing names the same issuer, user and client",
            "oidc-refresh-id-token",
            "a sound request to refresh",
            same_user
        ),
        steps!(
            "issuer-refresh-id-token-nonce",
            "an ID token of refreshing has the first nonce, or none",
            "oidc-refresh-id-token",
            "a sound request to refresh",
            same_nonce
        ),
        steps!(
            "issuer-refresh-id-token-auth-time",
            "an ID token of refreshing says when the user signed in at first",
            "oidc-refresh-id-token",
            "a sound request to refresh after a flow with max_age",
            same_time
        ),
    ]
}

async fn unknown(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = no_refresh(driver) {
        return Ok(ended);
    }
    let client = driver.client()?.clone();
    let (_, tokens) = refreshable(driver, &client, &[]).await?;
    refreshed(driver, &client, tokens.refresh_token().unwrap_or_default()).await?;
    let reply = driver.refresh(&client, &driver.world.fresh("no-such-refresh-token")).await?;
    let error = reply.json().and_then(|body| body.get("error")?.as_str().map(str::to_owned));
    Ok(match error.as_deref() {
        _ if gives_token(&reply) => refusal(&reply, Fail),
        Some("invalid_grant") => refusal(&reply, Fail),
        _ => Ended::judged(Warn, "other", format!("refused under another name: {}", reply.describe())),
    })
}

async fn unauthenticated(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = no_refresh(driver) {
        return Ok(ended);
    }
    let client = confidential(driver)?;
    let (_, tokens) = refreshable(driver, &client, &[]).await?;
    let (_, next) = refreshed(driver, &client, tokens.refresh_token().unwrap_or_default()).await?;
    let mut call = driver.token_call(&client, &[("grant_type", "refresh_token"), ("refresh_token", &next)])?;
    call.proof = Proof::Id(client.id.clone());
    let reply = driver.send(&call).await?;
    Ok(refusal(&reply, Fail))
}

async fn other_client(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = no_refresh(driver) {
        return Ok(ended);
    }
    let client = confidential(driver)?;
    let other = second(driver)?;
    // The other client can prove itself, or its refusal says nothing.
    driver.tokens_for(&other).await?;
    let (_, tokens) = refreshable(driver, &client, &[]).await?;
    let (_, next) = refreshed(driver, &client, tokens.refresh_token().unwrap_or_default()).await?;
    let reply = driver.refresh(&other, &next).await?;
    Ok(refusal(&reply, Fail))
}

/// The scope of an answer: as it says, or as its access token does.
fn scope_of(tokens: &Tokens) -> Option<Vec<String>> {
    if let Some(said) = tokens.text("scope") {
        return Some(words(said));
    }
    scope_claim(&trace::decode(tokens.access_token()?)?.claims)
}

/// A scope that the issuer names, that the request does not ask for, and that is not among those which were granted.
fn beside(driver: &IssuerDriver<'_>, granted: &Granted, had: &[String]) -> Option<String> {
    let asked: Vec<&str> = granted.ask.get("scope").unwrap_or_default().split_whitespace().collect();
    let held = |scope: &str| asked.contains(&scope) || had.iter().any(|known| known == scope);
    let known = driver.grounds.metadata.list("scopes_supported");
    known.into_iter().find(|scope| !held(scope) && *scope != "offline_access").map(str::to_owned)
}

async fn wider(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = no_refresh(driver) {
        return Ok(ended);
    }
    let client = driver.client()?.clone();
    let (granted, tokens) = refreshable(driver, &client, &[]).await?;
    // A server may grant more by default than it was asked, and goes on granting that.
    let Some(had) = scope_of(&tokens) else {
        return Ok(Ended::skip("what scope the sound flow was granted is not said and cannot be read from its token"));
    };
    let Some(extra) = beside(driver, &granted, &had) else {
        return Ok(Ended::skip("scopes_supported names no scope beside those of the sound flow"));
    };
    let (_, next) = refreshed(driver, &client, tokens.refresh_token().unwrap_or_default()).await?;
    let scope = format!("{} {extra}", granted.ask.get("scope").unwrap_or_default());
    let form = [("grant_type", "refresh_token"), ("refresh_token", next.as_str()), ("scope", scope.as_str())];
    let call = driver.token_call(&client, &form)?;
    let reply = driver.send(&call).await?;
    let Some(tokens) = Tokens::of(reply.clone(), driver.world.clock.now()) else {
        return Ok(Ended::judged(Pass, "refused", reply.describe()));
    };
    Ok(match scope_of(&tokens) {
        Some(scope) if scope.contains(&extra) => Ended::judged(Fail, "wider", format!("the answer grants {extra} too")),
        Some(_) => Ended::judged(Pass, "ignored", format!("{extra} is not granted")),
        None => Ended::skip("the answer has no scope, and what the token is good for cannot be read from it"),
    })
}

async fn kept(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = no_refresh(driver) {
        return Ok(ended);
    }
    let client = driver.client()?.clone();
    let plain = driver.ask_as(&client)?;
    let first = plain.get("scope").unwrap_or_default().split_whitespace().next().unwrap_or_default().to_owned();
    let more = driver
        .grounds
        .metadata
        .list("scopes_supported")
        .into_iter()
        .find(|scope| *scope != first && *scope != "offline_access");
    let Some(more) = more.map(str::to_owned) else {
        return Ok(Ended::skip("scopes_supported names no second scope"));
    };
    let both = format!("{first} {more}");
    let (_, tokens) = refreshable(driver, &client, &[("scope", &both)]).await?;
    if scope_of(&tokens).is_some_and(|scope| !scope.contains(&more)) {
        return Ok(Ended::skip(format!("the sound flow does not grant {more}")));
    }
    let token = tokens.refresh_token().unwrap_or_default().to_owned();
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("scope", first.as_str())];
    let call = driver.token_call(&client, &form)?;
    let reply = driver.send(&call).await?;
    let Some(narrow) = Tokens::of(reply.clone(), driver.world.clock.now()) else {
        return Ok(Ended::skip(format!("a request for a part of the scope is answered with {}", reply.describe())));
    };
    let next = narrow.refresh_token().unwrap_or(&token).to_owned();
    let (again, _) = refreshed(driver, &client, &next).await?;
    Ok(match scope_of(&again) {
        Some(scope) if scope.contains(&more) => Ended::judged(Pass, "kept", format!("{more} is granted again")),
        Some(_) => Ended::judged(Fail, "shrunk", format!("{more} is gone for good")),
        None => Ended::skip("the answer has no scope, and what the token is good for cannot be read from it"),
    })
}

/// What becomes of a refresh token of this client that was used: its word, and the newest one.
async fn after_use(driver: &mut IssuerDriver<'_>, client: &Client) -> Result<(&'static str, String), Halt> {
    let (_, tokens) = refreshable(driver, client, &[]).await?;
    let first = tokens.refresh_token().unwrap_or_default().to_owned();
    let (_, next) = refreshed(driver, client, &first).await?;
    if next == first {
        return Ok(("kept", next));
    }
    let again = driver.refresh(client, &first).await?;
    Ok((if gives_token(&again) { "reused" } else { "replaced" }, next))
}

async fn rotation(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = no_refresh(driver) {
        return Ok(ended);
    }
    let client = driver.client()?.clone();
    let (word, _) = after_use(driver, &client).await?;
    let seen = match word {
        "kept" => "the refresh token stays the same",
        "reused" => "a new one comes, and the old one is still good",
        _ => "a new one comes, and the old one is refused",
    };
    Ok(Ended::judged(Info, word, seen))
}

async fn family(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = no_refresh(driver) {
        return Ok(ended);
    }
    // RFC 9700, 4.14.2, asks this where the client cannot prove itself; elsewhere RFC 6749, 6, leaves it free.
    let client = match driver.grounds.clients.public() {
        Some(public) => public.clone(),
        None => driver.client()?.clone(),
    };
    let (word, next) = after_use(driver, &client).await?;
    if word != "replaced" {
        return Ok(Ended::skip("old refresh tokens are not refused: issuer-refresh-rotation says so"));
    }
    let reply = driver.refresh(&client, &next).await?;
    Ok(refusal(&reply, if client.is_public() { Warn } else { Info }))
}

/// The ID tokens of a flow and of refreshing, in this order; a reason where there are none.
async fn id_tokens(
    driver: &mut IssuerDriver<'_>,
    more: &[(&str, &str)],
) -> Result<Result<(IdToken, IdToken), Ended>, Halt> {
    if let Some(ended) = no_refresh(driver) {
        return Ok(Err(ended));
    }
    if !driver.is_openid() {
        return Ok(Err(Ended::unsupported("the issuer is judged as a plain authorization server")));
    }
    let client = driver.client()?.clone();
    let (_, tokens) = refreshable(driver, &client, more).await?;
    let (again, _) = refreshed(driver, &client, tokens.refresh_token().unwrap_or_default()).await?;
    let keys = &driver.grounds.keys;
    Ok(match (tokens.id_token(keys), again.id_token(keys)) {
        (Some(first), Some(next)) => Ok((first, next)),
        (None, _) => Err(Ended::skip("the sound flow brings no ID token that can be read")),
        (_, None) => Err(Ended::skip("no ID token comes with refreshing, which is sound")),
    })
}

/// The audiences of an ID token, one or several.
fn audiences(token: &IdToken) -> Vec<Value> {
    match token.claim("aud") {
        Some(Value::Array(several)) => several.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    }
}

async fn same_user(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (first, next) = needs!(id_tokens(driver, &[]).await?);
    let differs = ["iss", "sub"].into_iter().find(|name| first.claim(name) != next.claim(name));
    // "Include the original": one value and an array of it are the same, and more may stand beside.
    let kept = audiences(&first).iter().all(|aud| audiences(&next).contains(aud));
    Ok(match differs.or_else(|| (!kept).then_some("aud")) {
        Some(name) => Ended::judged(Fail, "broken", format!("{name} is another one")),
        None => Ended::judged(Pass, "sound", "iss, sub and aud are the same"),
    })
}

async fn same_nonce(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (first, next) = needs!(id_tokens(driver, &[]).await?);
    Ok(match next.claim("nonce") {
        None => Ended::judged(Pass, "sound", "there is no nonce"),
        nonce if nonce == first.claim("nonce") => Ended::judged(Pass, "sound", "nonce is the first one"),
        Some(_) => Ended::judged(Fail, "broken", "nonce is another one"),
    })
}

async fn same_time(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (first, next) = needs!(id_tokens(driver, &[("max_age", "86400")]).await?);
    let (Some(before), Some(after)) = (first.claim("auth_time"), next.claim("auth_time")) else {
        return Ok(Ended::skip("auth_time is not in both ID tokens"));
    };
    Ok(if before == after {
        Ended::judged(Pass, "sound", "auth_time is the same")
    } else {
        Ended::judged(Fail, "broken", "auth_time is another one")
    })
}
