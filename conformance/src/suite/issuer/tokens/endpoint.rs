//! How the token endpoint is asked, and how it refuses (RFC 6749, 3.2 and 5.2).

use http::Method;
use serde_json::Value;

use super::bench::{Kind, asked, changed, control, grant, needs, refusal, scope_claim, steps};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{Client, IssuerCase, IssuerDriver, Reply, Tokens, gives_token},
    trace,
};

/// A grant type that no text knows, with what may not stand in an error's description.
const ODD_GRANT: &str = "urn:suite.example:grant \"type\" \\ \n\u{1}";
/// A scope that nobody knows.
const ODD_SCOPE: &str = "urn:suite.example:unknown";

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    let mut cases = vec![
        changed!(
            "issuer-token-get",
            "a token request by GET: both answers are sound",
            "oauth2-token-method",
            "a sound token request as the query of a GET",
            any,
            |reply: &Reply| refusal(reply, Info),
            |call, _| {
                call.method = Method::GET;
                Ok(())
            }
        )
        .observes(),
        changed!(
            "issuer-token-parameter-twice",
            "a repeated parameter: both answers are sound",
            "oauth2-token-parameter-twice",
            "a sound token request with grant_type twice, the same value both times",
            any,
            |reply: &Reply| refusal(reply, Info),
            |call, _| {
                let grant_type = call.get("grant_type").unwrap_or_default().to_owned();
                call.repeat("grant_type", grant_type);
                Ok(())
            }
        )
        .observes(),
        changed!(
            "issuer-token-parameter-unknown",
            "unknown parameters are ignored",
            "oauth2-token-parameter-unknown",
            "a sound token request with the parameter suite_unknown",
            any,
            |reply: &Reply| grant(reply, Fail),
            |call, _| {
                call.set("suite_unknown", "1");
                Ok(())
            }
        ),
        changed!(
            "issuer-token-parameter-empty",
            "a parameter without a value counts as left out",
            "oauth2-token-parameter-empty",
            "a sound token request with an empty parameter scope",
            any,
            |reply: &Reply| grant(reply, Fail),
            |call, _| {
                call.set("scope", "");
                Ok(())
            }
        ),
    ];
    cases.extend(refusals());
    cases
}

fn refusals() -> Vec<IssuerCase> {
    vec![
        changed!(
            "issuer-token-grant-type",
            "an unknown grant type is refused as unsupported_grant_type",
            "oauth2-token-grant-type",
            "a sound token request with another grant_type",
            any,
            grant_type,
            |call, _| {
                call.set("grant_type", "urn:suite.example:grant");
                Ok(())
            }
        ),
        changed!(
            "issuer-token-error-form",
            "a refusal is JSON with error",
            "oauth2-token-error-form",
            "a sound token request with another grant_type",
            any,
            error_form,
            |call, _| {
                call.set("grant_type", "urn:suite.example:grant");
                Ok(())
            }
        ),
        changed!(
            "issuer-token-error-characters",
            "an error does not repeat what may not stand in it",
            "oauth2-token-error-form",
            "a sound token request whose grant_type has quotes, a backslash and a line end",
            any,
            characters,
            |call, _| {
                call.set("grant_type", ODD_GRANT);
                Ok(())
            }
        ),
        steps!(
            "issuer-token-scope-said",
            "another scope than the one that was asked is said",
            "oauth2-token-scope-said",
            "a sound request of the client by itself for a scope that nobody knows",
            scope_said
        ),
        steps!(
            "issuer-token-client-credentials-refresh",
            "a client by itself gets no refresh token",
            "oauth2-token-client-credentials-refresh",
            "a sound request of the client by itself",
            no_refresh_token
        ),
        steps!(
            "issuer-token-resource",
            "an unknown resource is refused as invalid_target, or ignored",
            "oauth2-token-resource",
            "a sound token request with resource=https://unknown.suite.example/",
            resource
        ),
    ]
}

/// The client of most cases: one with a secret if there is one.
fn any(driver: &IssuerDriver<'_>) -> Result<Client, Ended> {
    driver.client().cloned().map_err(|_| Ended::skip("the suite has no client at the issuer"))
}

fn error_of(reply: &Reply) -> Option<String> {
    reply.json()?.get("error")?.as_str().map(str::to_owned)
}

fn grant_type(reply: &Reply) -> Ended {
    match error_of(reply).as_deref() {
        _ if gives_token(reply) => Ended::judged(Fail, "granted", format!("{}, with a token", reply.describe())),
        Some("unsupported_grant_type") => Ended::judged(Pass, "refused", reply.describe()),
        Some(_) => Ended::judged(Warn, "other", format!("refused with another error: {}", reply.describe())),
        None => Ended::judged(Warn, "nameless", format!("refused without an error: {}", reply.describe())),
    }
}

fn error_form(reply: &Reply) -> Ended {
    if gives_token(reply) {
        return Ended::skip("it is not refused at all");
    }
    match (error_of(reply), reply.media_type().as_deref()) {
        (Some(_), Some("application/json")) => Ended::judged(Pass, "sound", "JSON with error"),
        (Some(_), other) => {
            Ended::judged(Warn, "broken", format!("an error as {}", other.unwrap_or("nothing that says what it is")))
        }
        (None, _) => Ended::judged(Warn, "broken", format!("no JSON with error: status {}", reply.status.as_u16())),
    }
}

/// The characters of `error` and `error_description` (RFC 6749, 5.2).
fn characters(reply: &Reply) -> Ended {
    if gives_token(reply) {
        return Ended::skip("it is not refused at all");
    }
    let Some(body) = reply.json() else { return Ended::skip("the refusal is no JSON") };
    let allowed = |c: char| matches!(c, '\x20'..='\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e');
    for name in ["error", "error_description"] {
        let text = body.get(name).and_then(Value::as_str).unwrap_or_default();
        if let Some(odd) = text.chars().find(|c| !allowed(*c)) {
            return Ended::judged(Fail, "broken", format!("{name} has {odd:?}"));
        }
    }
    Ended::judged(Pass, "sound", "nothing in it that may not be there")
}

async fn credentials(driver: &mut IssuerDriver<'_>) -> Result<Result<Client, Ended>, Halt> {
    if !driver.grounds.metadata.grants("client_credentials") {
        return Ok(Err(Ended::unsupported("grant_types_supported does not name client_credentials")));
    }
    let client = super::bench::confidential(driver)?;
    if control(driver, &client).await? != Kind::Credentials {
        return Ok(Err(Ended::skip("the suite's client gets no token by client_credentials")));
    }
    Ok(Ok(client))
}

async fn scope_said(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let client = needs!(credentials(driver).await?);
    let call = driver.token_call(&client, &[("grant_type", "client_credentials"), ("scope", ODD_SCOPE)])?;
    let reply = driver.send(&call).await?;
    let Some(tokens) = Tokens::of(reply.clone(), driver.world.clock.now()) else {
        return Ok(Ended::judged(Pass, "refused", reply.describe()));
    };
    if let Some(said) = tokens.body.get("scope").and_then(Value::as_str) {
        return Ok(Ended::judged(Pass, "said", format!("scope {:?}", said.chars().take(80).collect::<String>())));
    }
    // Left out, scope is what was asked for: only a token that can be read shows the opposite.
    let claims = tokens.access_token().and_then(trace::decode).map(|token| token.claims);
    Ok(match claims.as_ref().and_then(scope_claim) {
        Some(granted) if granted.iter().any(|word| word == ODD_SCOPE) => {
            Ended::judged(Pass, "granted", "the scope is granted as it was asked")
        }
        Some(_) => Ended::judged(
            Fail,
            "unsaid",
            "the access token has another scope than the one asked, and the answer has no scope",
        ),
        None => Ended::skip("the answer has no scope, and what the token is good for cannot be read from it"),
    })
}

async fn no_refresh_token(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let client = needs!(credentials(driver).await?);
    let call = driver.token_call(&client, &[("grant_type", "client_credentials")])?;
    let reply = driver.send(&call).await?;
    let came = reply.json().is_some_and(|body| body.get("refresh_token").is_some_and(Value::is_string));
    Ok(if came {
        Ended::judged(Warn, "broken", "the answer has a refresh_token")
    } else {
        Ended::judged(Pass, "sound", "none")
    })
}

async fn resource(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let client = needs!(any(driver));
    let reply = asked(driver, &client, |call, _| {
        call.set("resource", "https://unknown.suite.example/");
        Ok(())
    })
    .await?;
    Ok(match error_of(&reply).as_deref() {
        _ if gives_token(&reply) => Ended::judged(Info, "ignored", format!("{}, with a token", reply.describe())),
        Some("invalid_target") => Ended::judged(Info, "refused", "invalid_target"),
        _ => Ended::judged(Warn, "other", format!("refused under another name: {}", reply.describe())),
    })
}
