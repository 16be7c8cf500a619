//! What the token endpoint answers: to a sound request, and where it refuses (RFC 6749, 5.1 and 5.2).

use serde_json::Value;

use super::door::{asked, door};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    sight::Sight,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{Reply, Service, TokenRequest, bearer_of},
    },
};

/// The errors of RFC 6749, 5.2.
const ERRORS: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];
/// The shortest access token (Security Framework 1.0, 4.1.1), in characters.
const SHORTEST: usize = 15;

/// A case that looks at the answer to a sound request: what is broken is worth this.
macro_rules! answered {
    ($worth:ident, $id:literal, $title:literal, $rule:literal, $look:expr) => {
        PlatformCase::service($id, $title, Service::Token, |driver| {
            const LOOK: fn(&Reply, &Value) -> Sight = $look;
            Box::pin(async move {
                let (reply, body) = answer(driver).await?;
                Ok(match LOOK(&reply, &body) {
                    Sight::Broken(seen) => Ended::judged($worth, "broken", seen),
                    Sight::Sound(seen) => Ended::judged(Pass, "sound", seen),
                    Sight::Nothing(why) | Sight::Absent(why) | Sight::Unsupported(why) | Sight::Free(_, why) => {
                        Ended::skip(why)
                    }
                })
            })
        })
        .rules(&[$rule])
        .sent("a sound request for a token of one scope")
    };
}

/// A case that looks at the refusal of a request that a stranger signed.
macro_rules! refusing {
    ($id:literal, $title:literal, $rule:literal, $look:expr) => {
        PlatformCase::service($id, $title, Service::Token, |driver| {
            const LOOK: fn(&Reply) -> Ended = $look;
            Box::pin(async move { Ok(LOOK(&refusal(driver).await?)) })
        })
        .rules(&[$rule])
        .sent("a sound request whose assertion names a tool that is not registered")
    };
}

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = vec![
        PlatformCase::service(
            "platform-service-token",
            "a sound assertion is answered with an access token",
            Service::Token,
            |driver| Box::pin(given(driver)),
        )
        .rules(&["lti13-platform-token-granted"])
        .sent("a sound request for a token of one scope"),
    ];
    cases.extend(sound());
    cases.extend(refusals());
    cases
}

async fn given(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let scope = door(driver)?.scope;
    let request = TokenRequest::sound(driver.world, &[scope])?;
    let reply = driver.ask_token(&request).await?;
    Ok(match bearer_of(&reply) {
        Some(_) => Ended::judged(Pass, "granted", format!("{}, with a token", reply.describe())),
        // A server may refuse although all is right (Security Framework 1.0, 4.1), and audiences are agreed out of band.
        None => Ended::unsupported(format!(
            "the sound request gets no token: {}; where the platform wants another aud, say platform.token_audience",
            reply.describe()
        )),
    })
}

/// The answer to a sound request, which has to hold a token.
async fn answer(driver: &mut PlatformDriver<'_>) -> Result<(Reply, Value), Halt> {
    let scope = door(driver)?.scope;
    let request = TokenRequest::sound(driver.world, &[scope])?;
    let reply = driver.ask_token(&request).await?;
    let body = reply.json().unwrap_or_default();
    if bearer_of(&reply).is_none() {
        return Err(Halt::Skip(format!("the sound request is answered with {}", reply.describe())));
    }
    Ok((reply, body))
}

fn sound() -> Vec<PlatformCase> {
    vec![
        answered!(
            Warn,
            "platform-service-token-status",
            "a token comes with status 200",
            "lti13-platform-token-answer",
            |reply, _| match reply.status.as_u16() {
                200 => Sight::Sound("200".to_owned()),
                other => Sight::Broken(format!("status {other}")),
            }
        ),
        answered!(
            Fail,
            "platform-service-token-type",
            "token_type is Bearer",
            "lti13-platform-token-answer",
            |_, body| match body.get("token_type").and_then(Value::as_str) {
                Some(kind) if kind.eq_ignore_ascii_case("bearer") => Sight::Sound(format!("token_type {kind}")),
                Some(kind) => Sight::Broken(format!("token_type {:?}", kind.chars().take(40).collect::<String>())),
                None => Sight::Broken("no token_type".to_owned()),
            }
        ),
        answered!(
            Fail,
            "platform-service-token-media-type",
            "a token comes as application/json",
            "lti13-platform-token-answer",
            |reply, _| match reply.media_type().as_deref() {
                Some("application/json") => Sight::Sound("application/json".to_owned()),
                Some(other) => Sight::Broken(format!("Content-Type: {other}")),
                None => Sight::Broken("no Content-Type".to_owned()),
            }
        ),
        answered!(
            Warn,
            "platform-service-token-expires",
            "expires_in says how long the token is good",
            "lti13-platform-token-expires-in",
            |_, body| match body.get("expires_in") {
                Some(Value::Number(seconds)) if seconds.as_f64().is_some_and(|seconds| seconds > 0.0) => {
                    Sight::Sound(format!("{seconds} s"))
                }
                Some(other) => Sight::Broken(format!("expires_in is {other}")),
                None => Sight::Broken("no expires_in".to_owned()),
            }
        ),
        answered!(
            Fail,
            "platform-service-token-answer-scope",
            "the answer says what it grants",
            "lti13-platform-token-answer-scope",
            |_, body| match body.get("scope") {
                Some(Value::String(_)) => Sight::Sound("scope is there".to_owned()),
                Some(_) => Sight::Broken("scope is no list separated by spaces".to_owned()),
                None => Sight::Broken("no scope".to_owned()),
            }
        ),
        answered!(
            Fail,
            "platform-service-token-no-store",
            "a token is not stored by caches",
            "lti13-platform-token-no-store",
            |reply, _| match reply.header("cache-control") {
                Some(value) if value.to_ascii_lowercase().contains("no-store") => {
                    Sight::Sound(format!("Cache-Control: {value}"))
                }
                Some(value) => Sight::Broken(format!("Cache-Control: {value}")),
                None => Sight::Broken("no Cache-Control".to_owned()),
            }
        ),
        answered!(
            Warn,
            "platform-service-token-alphabet",
            "a token cannot be guessed and can be sent",
            "lti13-platform-token-alphabet",
            |_, body| {
                let token = body.get("access_token").and_then(Value::as_str).unwrap_or_default();
                // RFC 6750 allows `~`, which the Security Framework leaves out: both are sound.
                let odd = token.chars().filter(|c| !c.is_ascii_graphic()).count();
                match (token.chars().count(), odd) {
                    (length, 0) if length >= SHORTEST => Sight::Sound(format!("{length} characters")),
                    (length, 0) => Sight::Broken(format!("{length} characters, {SHORTEST} at least")),
                    (_, odd) => Sight::Broken(format!("{odd} characters that cannot stand in a header")),
                }
            }
        ),
        answered!(
            Warn,
            "platform-service-token-no-refresh",
            "no refresh token comes along",
            "lti13-platform-token-no-refresh",
            |_, body| match body.get("refresh_token") {
                None | Some(Value::Null) => Sight::Sound("none".to_owned()),
                Some(_) => Sight::Broken("the answer has a refresh_token".to_owned()),
            }
        ),
    ]
}

/// The refusal of a tool that is not registered.
async fn refusal(driver: &mut PlatformDriver<'_>) -> Result<Reply, Halt> {
    let reply = asked(driver, |request, _| {
        request.assertion.set("iss", "nobody-knows-this-tool");
        request.assertion.set("sub", "nobody-knows-this-tool");
        Ok(())
    })
    .await?;
    if bearer_of(&reply).is_some() {
        return Err(Halt::Skip("it is not refused at all".to_owned()));
    }
    Ok(reply)
}

fn refusals() -> Vec<PlatformCase> {
    vec![
        refusing!(
            "platform-service-token-error-status",
            "a refusal has status 400 or 401",
            "lti13-platform-token-error-status",
            |reply| match reply.status.as_u16() {
                status @ (400 | 401) => Ended::judged(Pass, "sound", format!("status {status}")),
                status @ 402..=499 => Ended::judged(Warn, "other", format!("status {status}")),
                status => Ended::judged(Fail, "broken", format!("status {status}")),
            }
        ),
        refusing!(
            "platform-service-token-error-body",
            "a refusal names an error in JSON",
            "lti13-platform-token-error-body",
            |reply| match reply.json().as_ref().and_then(|body| body.get("error")?.as_str()) {
                Some(error) if ERRORS.contains(&error) => Ended::judged(Pass, "sound", error.to_owned()),
                Some(_) => Ended::judged(Warn, "own", "an error that RFC 6749 does not know"),
                None => Ended::judged(Fail, "broken", "no JSON with an error"),
            }
        ),
        refusing!(
            "platform-service-token-error-code",
            "an assertion that is not taken is an invalid_client",
            "lti13-platform-token-error-body",
            |reply| match reply.json().as_ref().and_then(|body| body.get("error")?.as_str()) {
                Some("invalid_client") => Ended::judged(Pass, "sound", "invalid_client"),
                Some(error) if ERRORS.contains(&error) => Ended::judged(Warn, "other", error.to_owned()),
                _ => Ended::skip("the answer names no error of RFC 6749"),
            }
        ),
        refusing!(
            "platform-service-token-error-challenge",
            "a refusal with 401 has WWW-Authenticate",
            "lti13-platform-token-error-challenge",
            |reply| match (reply.status.as_u16(), reply.header("www-authenticate")) {
                (401, Some(_)) => Ended::judged(Pass, "sound", "401 with WWW-Authenticate"),
                (401, None) => Ended::judged(Warn, "broken", "401 without WWW-Authenticate"),
                (status, _) => Ended::skip(format!("the refusal has status {status}")),
            }
        ),
    ]
}
