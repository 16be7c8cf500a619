//! What `UserInfo` answers (OpenID Connect Core, 5.3).

use http::Method;
use serde_json::{Map, Value};
use url::Url;

use super::bench::{feature, needs, steps};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{Call, IssuerCase, IssuerDriver, Reply, Tokens, gives_token},
    trace,
};

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        steps!(
            "issuer-userinfo-get",
            "UserInfo answers GET with sub",
            "oidc-userinfo-answer",
            "a GET with a good access token in the header",
            get
        ),
        steps!(
            "issuer-userinfo-post",
            "UserInfo answers POST",
            "oidc-userinfo-answer",
            "a POST with a good access token in the header, and where that is refused one with it in the body",
            post
        ),
        steps!(
            "issuer-userinfo-media-type",
            "UserInfo comes as JSON or as a JWT",
            "oidc-userinfo-answer",
            "a GET with a good access token in the header",
            media_type
        ),
        steps!(
            "issuer-userinfo-sub",
            "sub of UserInfo is the sub of the ID token",
            "oidc-userinfo-sub",
            "a GET with a good access token in the header",
            subject
        ),
        steps!(
            "issuer-userinfo-empty",
            "claims without a value are left out of UserInfo",
            "oidc-userinfo-empty",
            "a GET with a good access token in the header",
            empty
        ),
        steps!(
            "issuer-userinfo-client-token",
            "a client's own token opens no UserInfo",
            "oidc-userinfo-user",
            "a GET with an access token of the client credentials grant",
            client_token
        ),
    ]
}

/// The endpoint, and the tokens of a fresh flow.
pub(super) async fn scene(driver: &mut IssuerDriver<'_>) -> Result<Result<(Url, Tokens), Ended>, Halt> {
    if !driver.is_openid() {
        return Ok(Err(Ended::unsupported("the issuer is judged as a plain authorization server")));
    }
    let url = match feature(driver, "userinfo_endpoint") {
        Ok(url) => url,
        Err(ended) => return Ok(Err(ended)),
    };
    let client = driver.client()?.clone();
    let (_, tokens) = driver.tokens_for(&client).await?;
    Ok(Ok((url, tokens)))
}

/// A GET with this access token.
pub(super) fn with(url: &Url, token: &str) -> Call {
    Call::get(url, "application/json").bearer(token)
}

/// The claims of an answer: its JSON, or what its JWT says.
fn claims(reply: &Reply) -> Option<Map<String, Value>> {
    if !reply.is_success() {
        return None;
    }
    let said = match reply.media_type().as_deref() {
        Some("application/jwt") => trace::decode(std::str::from_utf8(&reply.body).ok()?.trim())?.claims,
        _ => reply.json()?,
    };
    match said {
        Value::Object(claims) => Some(claims),
        _ => None,
    }
}

async fn get(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, tokens) = needs!(scene(driver).await?);
    let reply = driver.call(&with(&url, tokens.access_token().unwrap_or_default())).await?;
    Ok(match claims(&reply) {
        Some(claims) if claims.get("sub").is_some_and(Value::is_string) => {
            Ended::judged(Pass, "sound", "an answer with sub")
        }
        Some(_) => Ended::judged(Fail, "broken", "an answer without sub"),
        None => Ended::judged(Fail, "refused", format!("no claims: {}", reply.describe())),
    })
}

async fn post(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, tokens) = needs!(scene(driver).await?);
    let token = tokens.access_token().unwrap_or_default();
    let form = || {
        let call = Call::new(Method::POST, &url).header("accept", "application/json");
        call.header("content-type", "application/x-www-form-urlencoded")
    };
    let reply = driver.call(&form().bearer(token).body(String::new())).await?;
    if claims(&reply).is_some() {
        return Ok(Ended::judged(Pass, "sound", "answered"));
    }
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("access_token", token).finish();
    let reply = driver.call(&form().body(body)).await?;
    Ok(match claims(&reply) {
        Some(_) => Ended::judged(Pass, "body", "answered with the token in the body"),
        None => Ended::judged(Fail, "refused", format!("no claims: {}", reply.describe())),
    })
}

async fn media_type(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, tokens) = needs!(scene(driver).await?);
    let reply = driver.call(&with(&url, tokens.access_token().unwrap_or_default())).await?;
    if !reply.is_success() {
        return Ok(Ended::skip(format!("it is refused: {}", reply.describe())));
    }
    Ok(match reply.media_type().as_deref() {
        Some(kind @ ("application/json" | "application/jwt")) => Ended::judged(Pass, "sound", kind.to_owned()),
        other => Ended::judged(Fail, "broken", format!("Content-Type: {}", other.unwrap_or("none"))),
    })
}

async fn subject(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, tokens) = needs!(scene(driver).await?);
    let reply = driver.call(&with(&url, tokens.access_token().unwrap_or_default())).await?;
    let told = claims(&reply).and_then(|claims| claims.get("sub").cloned());
    let known = tokens.id_token(&driver.grounds.keys).and_then(|token| token.claim("sub").cloned());
    Ok(match (told, known) {
        (Some(told), Some(known)) if told == known => Ended::judged(Pass, "sound", "the same sub"),
        (Some(_), Some(_)) => Ended::judged(Fail, "broken", "another sub than in the ID token"),
        _ => Ended::skip("sub is not in both"),
    })
}

async fn empty(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, tokens) = needs!(scene(driver).await?);
    let reply = driver.call(&with(&url, tokens.access_token().unwrap_or_default())).await?;
    let Some(claims) = claims(&reply) else {
        return Ok(Ended::skip(format!("no claims: {}", reply.describe())));
    };
    let empty = |value: &Value| value.is_null() || value.as_str() == Some("");
    let names: Vec<&str> = claims.iter().filter(|(_, value)| empty(value)).map(|(name, _)| name.as_str()).collect();
    Ok(if names.is_empty() {
        Ended::judged(Pass, "sound", "every claim has a value")
    } else {
        Ended::judged(Warn, "broken", format!("without a value: {}", names.join(", ")))
    })
}

async fn client_token(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, _) = needs!(scene(driver).await?);
    if !driver.grounds.metadata.grants("client_credentials") {
        return Ok(Ended::unsupported("grant_types_supported does not name client_credentials"));
    }
    let client = super::bench::confidential(driver)?;
    let call = driver.token_call(&client, &[("grant_type", "client_credentials")])?;
    let reply = driver.send(&call).await?;
    let token = reply.json().and_then(|body| body.get("access_token")?.as_str().map(str::to_owned));
    let Some(token) = token.filter(|_| gives_token(&reply)) else {
        return Ok(Ended::skip("the suite's client gets no token by client_credentials"));
    };
    let reply = driver.call(&with(&url, &token)).await?;
    Ok(match claims(&reply).filter(|claims| claims.contains_key("sub")) {
        Some(_) => Ended::judged(Warn, "answered", "UserInfo answers with sub"),
        None => Ended::judged(Pass, "refused", reply.describe()),
    })
}
