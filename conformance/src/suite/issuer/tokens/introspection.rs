//! Introspection (RFC 7662).

use serde_json::Value;
use url::Url;

use super::{
    bench::{client_call, confidential, feature, needs, no_refresh, outlive, refreshable, refreshed, seconds, steps},
    revocation::PROPAGATION,
};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{Client, IssuerCase, IssuerDriver, Proof, Reply, gives_token},
};

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        steps!(
            "issuer-introspection-unauthenticated",
            "introspection is refused to who does not prove itself",
            "oauth2-introspection-guard",
            "a request to introspect a good access token without any credentials",
            unauthenticated
        ),
        steps!(
            "issuer-introspection-form",
            "active is a JSON boolean",
            "oauth2-introspection-form",
            "a sound request to introspect a good access token",
            form
        ),
        steps!(
            "issuer-introspection-unknown",
            "an unknown token is not active, and that is no error",
            "oauth2-introspection-inactive",
            "a sound request to introspect a token of the suite's own making",
            unknown
        ),
        steps!(
            "issuer-introspection-silent",
            "the answer for an unknown token says nothing but active",
            "oauth2-introspection-silent",
            "a sound request to introspect a token of the suite's own making",
            silent
        ),
        steps!(
            "issuer-introspection-revoked",
            "a revoked token is not active",
            "oauth2-introspection-inactive",
            "a sound request to introspect a refresh token after its revocation",
            revoked
        ),
        steps!(
            "issuer-introspection-expired",
            "a token that has ended is not active",
            "oauth2-introspection-inactive",
            "a sound request to introspect an access token after its end",
            expired
        ),
        steps!(
            "issuer-introspection-hint",
            "a wrong token_type_hint does not hide a token",
            "oauth2-token-type-hint",
            "a sound request to introspect a good access token with token_type_hint=refresh_token",
            hint
        ),
    ]
}

/// What an introspection says of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Active,
    Inactive,
    Otherwise,
}

fn said(reply: &Reply) -> Said {
    let active = if reply.is_success() { reply.json().and_then(|body| body.get("active").cloned()) } else { None };
    match active {
        Some(Value::Bool(true)) => Said::Active,
        Some(Value::Bool(false)) => Said::Inactive,
        // What a resource server is likely to take it for.
        Some(Value::String(text)) if text == "true" => Said::Active,
        _ => Said::Otherwise,
    }
}

async fn introspect(
    driver: &mut IssuerDriver<'_>,
    url: &Url,
    client: &Client,
    form: &[(&str, &str)],
) -> Result<Reply, Halt> {
    let call = client_call(driver, url, client, form)?;
    driver.send(&call).await
}

/// A good access token, how long it is good, and the answer that calls it active.
struct Scene {
    url: Url,
    client: Client,
    token: String,
    lifetime: Option<i64>,
    reply: Reply,
}

/// The control: the client is shown its own good token.
async fn scene(driver: &mut IssuerDriver<'_>) -> Result<Result<Scene, Ended>, Halt> {
    let url = match feature(driver, "introspection_endpoint") {
        Ok(url) => url,
        Err(ended) => return Ok(Err(ended)),
    };
    let client = confidential(driver)?;
    let (_, tokens) = driver.tokens_for(&client).await?;
    let token = tokens.access_token().unwrap_or_default().to_owned();
    let lifetime = seconds(&tokens.body, "expires_in");
    let reply = introspect(driver, &url, &client, &[("token", &token)]).await?;
    if said(&reply) != Said::Active {
        let why = format!("the suite's client is not shown its own good access token: {}", reply.describe());
        return Ok(Err(Ended::skip(why)));
    }
    Ok(Ok(Scene { url, client, token, lifetime, reply }))
}

async fn unauthenticated(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let scene = needs!(scene(driver).await?);
    let mut call = client_call(driver, &scene.url, &scene.client, &[("token", &scene.token)])?;
    call.proof = Proof::Nothing;
    let reply = driver.send(&call).await?;
    Ok(match (said(&reply), reply.status.as_u16()) {
        (Said::Active, _) => Ended::judged(Fail, "told", "the token is called active"),
        (_, 401) => Ended::judged(Pass, "refused", reply.describe()),
        _ => Ended::judged(Warn, "other", reply.describe()),
    })
}

async fn form(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let scene = needs!(scene(driver).await?);
    Ok(match scene.reply.json().and_then(|body| body.get("active").cloned()) {
        Some(Value::Bool(_)) => Ended::judged(Pass, "sound", "active is true"),
        _ => Ended::judged(Fail, "broken", "active is no boolean"),
    })
}

async fn unknown(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let scene = needs!(scene(driver).await?);
    let token = driver.world.fresh("no-such-token");
    let reply = introspect(driver, &scene.url, &scene.client, &[("token", &token)]).await?;
    Ok(inactive(&reply))
}

/// What an answer is worth that has to call a token inactive.
fn inactive(reply: &Reply) -> Ended {
    match said(reply) {
        Said::Inactive => Ended::judged(Pass, "inactive", "active is false"),
        Said::Active => Ended::judged(Fail, "active", "the token is called active"),
        Said::Otherwise => Ended::judged(Fail, "error", format!("answered with {}", reply.describe())),
    }
}

async fn silent(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let scene = needs!(scene(driver).await?);
    let token = driver.world.fresh("no-such-token");
    let reply = introspect(driver, &scene.url, &scene.client, &[("token", &token)]).await?;
    let body = reply.json();
    let Some(body) = body.as_ref().and_then(Value::as_object).filter(|_| said(&reply) == Said::Inactive) else {
        return Ok(Ended::skip("the token is not called inactive: issuer-introspection-unknown judges that"));
    };
    let more: Vec<&str> = body.keys().map(String::as_str).filter(|name| *name != "active").collect();
    Ok(if more.is_empty() {
        Ended::judged(Pass, "sound", "active alone")
    } else {
        Ended::judged(Warn, "broken", format!("{} beside active", more.join(", ")))
    })
}

async fn revoked(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let scene = needs!(scene(driver).await?);
    let revocation = needs!(feature(driver, "revocation_endpoint"));
    if let Some(ended) = no_refresh(driver) {
        return Ok(ended);
    }
    let client = scene.client;
    let (_, tokens) = refreshable(driver, &client, &[]).await?;
    let (_, refresh) = refreshed(driver, &client, tokens.refresh_token().unwrap_or_default()).await?;
    let before = introspect(driver, &scene.url, &client, &[("token", &refresh)]).await?;
    if said(&before) != Said::Active {
        return Ok(Ended::skip("a good refresh token is not called active either"));
    }
    let call = client_call(driver, &revocation, &client, &[("token", &refresh)])?;
    driver.send(&call).await?;
    let after = introspect(driver, &scene.url, &client, &[("token", &refresh)]).await?;
    if gives_token(&driver.refresh(&client, &refresh).await?) {
        return Ok(Ended::skip("the refresh token is not revoked: issuer-revocation-refresh judges that"));
    }
    if said(&after) != Said::Active {
        return Ok(inactive(&after));
    }
    if driver.wait(PROPAGATION).await.is_err() {
        let seen = "the revoked token is called active right after; --slow asks again after two minutes";
        return Ok(Ended::judged(Warn, "active", seen));
    }
    let later = introspect(driver, &scene.url, &client, &[("token", &refresh)]).await?;
    Ok(inactive(&later))
}

async fn expired(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let scene = needs!(scene(driver).await?);
    let Some(lifetime) = scene.lifetime else {
        return Ok(Ended::skip("how long the token is good is not said"));
    };
    let worth = outlive(driver, lifetime).await?;
    let reply = introspect(driver, &scene.url, &scene.client, &[("token", &scene.token)]).await?;
    Ok(match said(&reply) {
        Said::Active => Ended::judged(worth, "active", "the token is called active after its end"),
        _ => inactive(&reply),
    })
}

async fn hint(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let scene = needs!(scene(driver).await?);
    let form = [("token", scene.token.as_str()), ("token_type_hint", "refresh_token")];
    let reply = introspect(driver, &scene.url, &scene.client, &form).await?;
    Ok(match said(&reply) {
        Said::Active => Ended::judged(Pass, "found", "active is true"),
        _ => Ended::judged(Fail, "hidden", format!("with the hint the token is not active: {}", reply.describe())),
    })
}
