//! Pushed authorization requests (RFC 9126).

use serde_json::{Map, Value};
use url::Url;

use super::tokens::bench::{
    assertion, client_call, confidential, feature, needs, outlive, second, seconds, steps, using,
};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{Answer, AuthMethod, Client, ClientCall, IssuerCase, IssuerDriver, Proof, Reply},
};

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        steps!(
            "issuer-par-status",
            "a pushed request is answered with 201",
            "oauth2-par-answer",
            "a sound pushed request",
            status
        ),
        steps!(
            "issuer-par-answer",
            "a pushed request is answered with request_uri and expires_in",
            "oauth2-par-answer",
            "a sound pushed request",
            answer
        ),
        steps!(
            "issuer-par-distinct",
            "two pushed requests have two request_uris",
            "oauth2-par-answer",
            "two sound pushed requests",
            distinct
        ),
        steps!(
            "issuer-par-unauthenticated",
            "a client that has a secret pushes nothing without it",
            "oauth2-par-authentication",
            "a pushed request with client_id and without credentials",
            unauthenticated
        ),
        steps!(
            "issuer-par-audience",
            "an assertion may name the issuer, the token endpoint or the pushed request endpoint",
            "oauth2-par-audience",
            "three sound pushed requests, each with another aud",
            audience
        ),
        steps!(
            "issuer-par-request-uri",
            "a pushed request with request_uri is refused",
            "oauth2-par-request-uri",
            "a sound pushed request with the request_uri of another",
            nested
        ),
        steps!(
            "issuer-par-other-client",
            "a request_uri is refused for another client",
            "oauth2-par-bound",
            "an authorization request of another client with a fresh request_uri",
            other_client
        ),
        steps!(
            "issuer-par-expired",
            "a request_uri is refused after its lifetime",
            "oauth2-par-expiry",
            "an authorization request with a request_uri that has ended",
            expired
        ),
        steps!(
            "issuer-par-reused",
            "a request_uri is used once",
            "oauth2-par-once",
            "two authorization requests with one request_uri",
            reused
        ),
    ]
}

/// The endpoint and the client that pushes.
fn door(driver: &IssuerDriver<'_>) -> Result<Result<(Url, Client), Ended>, Halt> {
    match feature(driver, "pushed_authorization_request_endpoint") {
        Ok(url) => Ok(Ok((url, confidential(driver)?))),
        Err(ended) => Ok(Err(ended)),
    }
}

/// A sound pushed request of this client.
fn push(driver: &IssuerDriver<'_>, url: &Url, client: &Client) -> Result<ClientCall, Halt> {
    let ask = driver.ask_as(client)?;
    let form: Vec<(&str, &str)> = ask.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut call = client_call(driver, url, client, &form)?;
    // Whoever sends the id with its secret has it there already.
    if matches!(call.proof, Proof::Post(..) | Proof::Id(_)) {
        call.remove("client_id");
    }
    Ok(call)
}

/// A request that was pushed soundly: the answer and its members.
struct Pushed {
    url: Url,
    client: Client,
    reply: Reply,
    body: Map<String, Value>,
    uri: String,
}

async fn pushed(driver: &mut IssuerDriver<'_>) -> Result<Result<Pushed, Ended>, Halt> {
    let (url, client) = match door(driver)? {
        Ok(found) => found,
        Err(ended) => return Ok(Err(ended)),
    };
    let call = push(driver, &url, &client)?;
    let reply = driver.send(&call).await?;
    let body =
        reply.json().and_then(|body| body.as_object().cloned()).filter(|_| reply.is_success()).unwrap_or_default();
    let Some(uri) = body.get("request_uri").and_then(Value::as_str).map(str::to_owned) else {
        return Ok(Err(Ended::skip(format!("a sound pushed request is answered with {}", reply.describe()))));
    };
    Ok(Ok(Pushed { url, client, reply, body, uri }))
}

/// Where an authorization request with this `request_uri` ends.
async fn authorize(driver: &mut IssuerDriver<'_>, client: &Client, uri: &str) -> Result<Answer, Halt> {
    let mut ask = driver.ask_as(client)?;
    ask.parameters.retain(|(name, _)| name == "client_id");
    ask.set("request_uri", uri);
    let mut visitor = driver.visitor();
    driver.authorize(&mut visitor, &ask).await
}

async fn status(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let pushed = needs!(pushed(driver).await?);
    Ok(match pushed.reply.status.as_u16() {
        201 => Ended::judged(Pass, "sound", "status 201"),
        other => Ended::judged(Fail, "broken", format!("status {other}")),
    })
}

async fn answer(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let pushed = needs!(pushed(driver).await?);
    Ok(match seconds(&pushed.body, "expires_in") {
        Some(seconds) => Ended::judged(Pass, "sound", format!("request_uri, {seconds} s")),
        None => Ended::judged(Fail, "broken", "no expires_in that is a positive number"),
    })
}

async fn distinct(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let first = needs!(pushed(driver).await?);
    let second = needs!(pushed(driver).await?);
    Ok(if first.uri == second.uri {
        Ended::judged(Fail, "broken", "two requests have one request_uri")
    } else {
        Ended::judged(Pass, "sound", "they differ")
    })
}

async fn unauthenticated(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let sound = needs!(pushed(driver).await?);
    let mut call = push(driver, &sound.url, &sound.client)?;
    call.remove("client_id");
    call.proof = Proof::Id(sound.client.id.clone());
    let reply = driver.send(&call).await?;
    Ok(refused(&reply))
}

/// What an answer is worth that must not give a `request_uri`.
fn refused(reply: &Reply) -> Ended {
    let given = reply.is_success() && reply.json().is_some_and(|body| body.get("request_uri").is_some());
    if given {
        return Ended::judged(Fail, "taken", format!("{}, with a request_uri", reply.describe()));
    }
    Ended::judged(Pass, "refused", reply.describe())
}

async fn audience(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, _) = needs!(door(driver)?);
    let client = needs!(using(driver, AuthMethod::PrivateKeyJwt));
    let issuer = driver.issuer().to_owned();
    let names = [
        ("the issuer", issuer),
        ("the token endpoint", driver.token_url()?.to_string()),
        ("its own address", url.to_string()),
    ];
    let mut refused = Vec::new();
    for (name, aud) in &names {
        let mut call = push(driver, &url, &client)?;
        assertion(&mut call)?.set("aud", aud.as_str());
        if !driver.send(&call).await?.is_success() {
            refused.push(*name);
        }
    }
    Ok(match refused.len() {
        0 => Ended::judged(Pass, "sound", "all three are taken"),
        3 => Ended::skip("no assertion of the suite's client is taken"),
        _ => Ended::judged(Fail, "refused", format!("refused: {}", refused.join(", "))),
    })
}

async fn nested(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let sound = needs!(pushed(driver).await?);
    let mut call = push(driver, &sound.url, &sound.client)?;
    call.set("request_uri", sound.uri);
    let reply = driver.send(&call).await?;
    Ok(refused(&reply))
}

/// What an answer at the authorization endpoint is worth that must not grant anything.
fn not_granted(answer: &Answer, granted: crate::case::Outcome) -> Ended {
    let worth = if answer.grants() { granted } else { Pass };
    Ended::judged(worth, answer.kind.word(), answer.describe())
}

async fn other_client(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let control = needs!(pushed(driver).await?);
    if !authorize(driver, &control.client, &control.uri).await?.grants() {
        return Ok(Ended::skip("an authorization request with a fresh request_uri is refused"));
    }
    let other = second(driver)?;
    let sound = needs!(pushed(driver).await?);
    let answer = authorize(driver, &other, &sound.uri).await?;
    Ok(not_granted(&answer, Fail))
}

async fn expired(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let control = needs!(pushed(driver).await?);
    if !authorize(driver, &control.client, &control.uri).await?.grants() {
        return Ok(Ended::skip("an authorization request with a fresh request_uri is refused"));
    }
    let sound = needs!(pushed(driver).await?);
    let Some(lifetime) = seconds(&sound.body, "expires_in") else {
        return Ok(Ended::skip("how long a request_uri is good is not said"));
    };
    let worth = outlive(driver, lifetime).await?;
    let answer = authorize(driver, &sound.client, &sound.uri).await?;
    Ok(not_granted(&answer, worth))
}

async fn reused(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let sound = needs!(pushed(driver).await?);
    if !authorize(driver, &sound.client, &sound.uri).await?.grants() {
        return Ok(Ended::skip("an authorization request with a fresh request_uri is refused"));
    }
    let answer = authorize(driver, &sound.client, &sound.uri).await?;
    Ok(not_granted(&answer, Warn))
}
