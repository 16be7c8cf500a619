//! The guard before every service: who is let in with which access token (LTI Core 1.3, 6.2; RFC 6750).

use http::Method;
use serde_json::{Value, json};

use super::door::{Door, door};
use crate::{
    case::{
        Duty, Ended, Outcome,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{
            Call, LINE_ITEM, LINE_ITEM_READONLY, LINE_ITEM_TYPE, LINE_ITEMS_TYPE, Reply, SCORE, SCORE_TYPE, Service,
            TokenRequest, bearer_of, below,
        },
    },
};

/// What is no access token of anybody.
const MADE_UP: &str = "this-is-not-an-access-token-1";

/// The cases of this part; the one that lets an hour pass comes last.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = closed_to();
    cases.extend(ways());
    cases.extend(scopes());
    cases.push(
        PlatformCase::service(
            "platform-service-token-expired",
            "a service is closed to a token that has ended",
            Service::Token,
            |driver| Box::pin(expired(driver)),
        )
        .rules(&["lti13-platform-token-protects"])
        .sent("a sound call of a service with a token whose expires_in has passed"),
    );
    cases
}

fn closed_to() -> Vec<PlatformCase> {
    vec![
        PlatformCase::service(
            "platform-service-no-token",
            "a service is closed to whoever shows no token",
            Service::Token,
            |driver| {
                Box::pin(async move {
                    let (door, _) = open(driver).await?;
                    let reply = driver.call(&door.call).await?;
                    Ok(closed(&reply, Fail))
                })
            },
        )
        .rules(&["lti13-platform-token-protects"])
        .sent("a sound call of a service without Authorization"),
        PlatformCase::service(
            "platform-service-token-garbage",
            "a service is closed to whoever shows a token that nobody gave",
            Service::Token,
            |driver| {
                Box::pin(async move {
                    let reply = made_up(driver).await?;
                    Ok(closed(&reply, Fail))
                })
            },
        )
        .rules(&["lti13-platform-token-protects"])
        .sent("a sound call of a service with a made-up token"),
        PlatformCase::service(
            "platform-service-token-altered",
            "a service is closed to a token whose end was changed",
            Service::Token,
            |driver| {
                Box::pin(async move {
                    let (door, token) = open(driver).await?;
                    let reply = driver.call(&door.call.bearer(&altered(&token))).await?;
                    Ok(closed(&reply, Fail))
                })
            },
        )
        .rules(&["lti13-platform-token-protects"])
        .sent("a sound call of a service with a token whose last characters are changed"),
        PlatformCase::service(
            "platform-service-refusal-status",
            "who shows no good token is refused with 401",
            Service::Token,
            |driver| Box::pin(async move { Ok(status(&made_up(driver).await?)) }),
        )
        .rules(&["lti13-platform-token-unauthorized"])
        .sent("a sound call of a service with a made-up token"),
        PlatformCase::service(
            "platform-service-challenge",
            "a refusal says in WWW-Authenticate what is asked for",
            Service::Token,
            |driver| {
                Box::pin(async move {
                    let reply = made_up(driver).await?;
                    Ok(match (reply.status.as_u16(), reply.header("www-authenticate")) {
                        (401, Some(_)) => Ended::judged(Pass, "sound", "401 with WWW-Authenticate"),
                        (401, None) => Ended::judged(Warn, "broken", "401 without WWW-Authenticate"),
                        (status, _) => Ended::skip(format!("the refusal has status {status}")),
                    })
                })
            },
        )
        .rules(&["lti13-platform-token-unauthorized"])
        .sent("a sound call of a service with a made-up token"),
    ]
}

fn ways() -> Vec<PlatformCase> {
    let query = PlatformCase::service(
        "platform-service-token-query",
        "a token in the query: both answers are sound",
        Service::Token,
        |driver| {
            Box::pin(async move {
                let (door, token) = open(driver).await?;
                let mut call = door.call;
                call.url.query_pairs_mut().append_pair("access_token", &token);
                let reply = driver.call(&call).await?;
                let word = if reply.is_success() { "served" } else { "refused" };
                Ok(Ended::judged(Info, word, reply.describe()))
            })
        },
    )
    .rules(&["lti13-platform-token-query"])
    .sent("a sound call of a service with the token in the query and without Authorization");
    vec![
        PlatformCase::service(
            "platform-service-scheme-case",
            "the word Bearer is taken in small letters",
            Service::Token,
            |driver| {
                Box::pin(async move {
                    let (door, token) = open(driver).await?;
                    let reply = driver.call(&door.call.header("authorization", format!("bearer {token}"))).await?;
                    Ok(served(&reply, Warn))
                })
            },
        )
        .rules(&["lti13-platform-token-scheme"])
        .sent("a sound call of a service with Authorization: bearer"),
        PlatformCase { duty: Duty::Free, ..query },
        PlatformCase::service(
            "platform-service-token-contexts",
            "one token serves two contexts",
            Service::Ags,
            |driver| Box::pin(contexts(driver)),
        )
        .rules(&["lti13-platform-token-contexts"])
        .sent("the line items of two courses, asked with one token"),
    ]
}

fn scopes() -> Vec<PlatformCase> {
    vec![
        PlatformCase::service(
            "platform-service-scope-list",
            "a token for scores reads no line items",
            Service::Ags,
            |driver| {
                Box::pin(async move {
                    let list = driver.line_items_url()?;
                    let token = only(driver, SCORE).await?;
                    let reply = driver.call(&Call::get(&list, LINE_ITEMS_TYPE).bearer(&token)).await?;
                    Ok(closed(&reply, Warn))
                })
            },
        )
        .rules(&["lti13-platform-token-scope-enforced"])
        .sent("the line items, asked with a token for the scope score alone"),
        PlatformCase::service(
            "platform-service-scope-readonly",
            "a token that reads line items makes none",
            Service::Ags,
            |driver| {
                Box::pin(async move {
                    let list = driver.line_items_url()?;
                    let token = only(driver, LINE_ITEM_READONLY).await?;
                    let reply = driver.create(&list, &token, json!({})).await?;
                    Ok(closed(&reply, Warn))
                })
            },
        )
        .rules(&["lti13-platform-token-scope-enforced"])
        .sent("a new line item with a token for the scope lineitem.readonly alone"),
        PlatformCase::service(
            "platform-service-scope-score",
            "a token for line items publishes no scores",
            Service::Ags,
            |driver| {
                Box::pin(async move {
                    let item = driver.line_item(json!({})).await?;
                    let token = only(driver, LINE_ITEM).await?;
                    let score = super::super::ags::score(driver, 50.0)?;
                    let call = Call::send(Method::POST, &below(&item, "scores"), SCORE_TYPE, &score);
                    let reply = driver.call(&call.bearer(&token)).await?;
                    Ok(closed(&reply, Warn))
                })
            },
        )
        .rules(&["lti13-platform-token-scope-enforced"])
        .sent("a score with a token for the scope lineitem alone"),
        PlatformCase::service(
            "platform-service-scope-put",
            "a token that reads line items changes none",
            Service::Ags,
            |driver| {
                Box::pin(async move {
                    let item = driver.line_item(json!({})).await?;
                    let token = only(driver, LINE_ITEM_READONLY).await?;
                    let changed = json!({"label": driver.world.fresh("Conformance suite"), "scoreMaximum": 50});
                    let call = Call::send(Method::PUT, &item, LINE_ITEM_TYPE, &changed);
                    let reply = driver.call(&call.bearer(&token)).await?;
                    Ok(closed(&reply, Warn))
                })
            },
        )
        .rules(&["lti13-platform-token-scope-enforced"])
        .sent("a changed line item with a token for the scope lineitem.readonly alone"),
    ]
}

/// The service with a sound token. A refusal means something only where that is served.
async fn open(driver: &mut PlatformDriver<'_>) -> Result<(Door, String), Halt> {
    let door = door(driver)?;
    let token = driver.access(&[door.scope]).await?;
    let reply = driver.call(&door.call.clone().bearer(&token)).await?;
    if !reply.is_success() {
        let why = format!("the service does not answer with a sound token either: {}", reply.describe());
        return Err(Halt::Skip(why));
    }
    Ok((door, token))
}

async fn made_up(driver: &mut PlatformDriver<'_>) -> Result<Reply, Halt> {
    let (door, _) = open(driver).await?;
    driver.call(&door.call.bearer(MADE_UP)).await
}

/// A token for this scope alone.
async fn only(driver: &mut PlatformDriver<'_>, scope: &str) -> Result<String, Halt> {
    if !driver.ags()?.offers(scope) {
        let name = scope.rsplit('/').next().unwrap_or(scope);
        return Err(Halt::Skip(format!("the launches do not offer the scope {name}")));
    }
    driver.access(&[scope]).await
}

/// Another text for the last four characters.
fn altered(token: &str) -> String {
    let kept = token.len().saturating_sub(4);
    let end = if token.ends_with("AAAA") { "BBBB" } else { "AAAA" };
    format!("{}{end}", token.get(..kept).unwrap_or_default())
}

fn closed(reply: &Reply, served: Outcome) -> Ended {
    if reply.is_success() {
        Ended::judged(served, "served", format!("{}: served all the same", reply.describe()))
    } else {
        Ended::judged(Pass, "refused", reply.describe())
    }
}

fn served(reply: &Reply, refused: Outcome) -> Ended {
    if reply.is_success() {
        Ended::judged(Pass, "served", reply.describe())
    } else {
        Ended::judged(refused, "refused", reply.describe())
    }
}

fn status(reply: &Reply) -> Ended {
    match reply.status.as_u16() {
        status @ (400 | 401 | 403) => Ended::judged(Pass, "sound", format!("status {status}")),
        200..=299 => Ended::skip("it is not refused at all"),
        status => Ended::judged(Warn, "other", format!("status {status}")),
    }
}

async fn contexts(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (first, second) = (driver.line_items_url()?, driver.second_ags()?);
    let token = driver.reading().await?;
    let here = driver.call(&Call::get(&first, LINE_ITEMS_TYPE).bearer(&token)).await?;
    if !here.is_success() {
        return Ok(Ended::skip(format!("the first context does not answer: {}", here.describe())));
    }
    let there = second.lineitems.unwrap_or(first);
    let reply = driver.call(&Call::get(&there, LINE_ITEMS_TYPE).bearer(&token)).await?;
    Ok(served(&reply, Warn))
}

async fn expired(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if driver.world.clock.is_system() {
        return Ok(Ended::skip(
            "a token that has ended needs an hour: only a platform with the suite's clock can be asked",
        ));
    }
    let (door, _) = open(driver).await?;
    let request = TokenRequest::sound(driver.world, &[door.scope])?;
    let reply = driver.ask_token(&request).await?;
    let seconds = reply.json().and_then(|body| body.get("expires_in").and_then(Value::as_i64));
    let Some((token, seconds)) = bearer_of(&reply).zip(seconds) else {
        return Ok(Ended::skip("the token does not say when it ends"));
    };
    driver.world.clock.advance(seconds.saturating_add(600));
    let reply = driver.call(&door.call.bearer(&token)).await?;
    Ok(closed(&reply, Fail))
}
