//! The request for a token beside its assertion: method, parameters, scopes (RFC 6749, 3.2, 3.3 and 4.4).

use http::Method;
use serde_json::Value;

use super::door::{Change, asked, door, granted, refused};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{Service, TokenRequest, bearer_of},
    },
};

/// A scope that no platform offers.
const UNKNOWN: &str = "https://suite.example/scope/unknown";

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        changed!(refused Warn, "platform-service-token-get", "a token is not given by GET",
            "lti13-platform-token-method", "a sound request by GET, its parameters in the query",
            |request, _| { request.method = Method::GET; Ok(()) }),
        changed!(refused Warn, "platform-service-token-grant-type", "an unknown grant type is refused",
            "lti13-platform-token-grant-type", "a sound request with grant_type \"password\"",
            |request, _| { request.set("grant_type", "password"); Ok(()) }),
        changed!(refused Warn, "platform-service-token-parameter-twice", "a parameter that is there twice is refused",
            "lti13-platform-token-parameter-once", "a sound request with grant_type twice",
            |request, _| { request.repeat("grant_type", "client_credentials"); Ok(()) }),
        changed!(granted Fail, "platform-service-token-parameter-unknown", "a parameter that the platform does not know is ignored",
            "lti13-platform-token-parameter-unknown", "a sound request with com.example.unknown beside the rest",
            |request, _| { request.set("com.example.unknown", "1"); Ok(()) }),
        PlatformCase::service(
            "platform-service-token-scope-missing",
            "who asks for no scope gets none",
            Service::Token,
            |driver| Box::pin(scope_missing(driver)),
        )
        .rules(&["lti13-platform-token-scopes"])
        .sent("a sound request without scope"),
        PlatformCase::service(
            "platform-service-token-scope-unknown",
            "a scope that the platform does not know is not granted",
            Service::Token,
            |driver| Box::pin(scope_unknown(driver)),
        )
        .rules(&["lti13-platform-token-scopes"])
        .sent("a sound request for a scope of the launch and https://suite.example/scope/unknown"),
        PlatformCase::service(
            "platform-service-token-scope-narrow",
            "no more is granted than was asked",
            Service::Token,
            |driver| Box::pin(scope_narrow(driver)),
        )
        .rules(&["lti13-platform-token-scopes"])
        .sent("a sound request for one scope"),
    ]
}

/// The scopes that an answer says it grants.
fn said(body: Option<&Value>) -> Option<Vec<&str>> {
    Some(body?.get("scope")?.as_str()?.split_ascii_whitespace().collect())
}

async fn scope_missing(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = asked(driver, |request, _| {
        request.remove("scope");
        Ok(())
    })
    .await?;
    if bearer_of(&reply).is_none() {
        return Ok(Ended::judged(Pass, "refused", reply.describe()));
    }
    let body = reply.json();
    Ok(match said(body.as_ref()) {
        Some(scopes) if scopes.is_empty() => Ended::judged(Pass, "empty", "a token without scopes"),
        Some(scopes) => Ended::judged(Fail, "granted", format!("a token for {}", scopes.join(" "))),
        None => Ended::skip("a token is given, and the answer does not say for what"),
    })
}

async fn scope_unknown(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let reply = asked(driver, |request, _| {
        let scope = request.form.iter().find(|(name, _)| name == "scope").map(|(_, scope)| scope.clone());
        request.set("scope", format!("{} {UNKNOWN}", scope.unwrap_or_default()));
        Ok(())
    })
    .await?;
    if bearer_of(&reply).is_none() {
        return Ok(Ended::judged(Pass, "refused", reply.describe()));
    }
    let body = reply.json();
    Ok(match said(body.as_ref()) {
        Some(scopes) if scopes.contains(&UNKNOWN) => {
            Ended::judged(Fail, "granted", "the answer grants the unknown scope as well")
        }
        Some(scopes) => Ended::judged(Pass, "narrowed", format!("a token for {}", scopes.join(" "))),
        None => Ended::skip("a token is given, and the answer does not say for what"),
    })
}

async fn scope_narrow(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let scope = door(driver)?.scope;
    let request = TokenRequest::sound(driver.world, &[scope])?;
    let reply = driver.ask_token(&request).await?;
    if bearer_of(&reply).is_none() {
        return Ok(Ended::skip(format!("the sound request is answered with {}", reply.describe())));
    }
    let body = reply.json();
    Ok(match said(body.as_ref()) {
        Some(scopes) if scopes.iter().all(|granted| *granted == scope) => {
            Ended::judged(Pass, "narrow", "what was asked, and nothing else")
        }
        Some(scopes) => Ended::judged(Fail, "wide", format!("asked {scope}, granted {}", scopes.join(" "))),
        None => Ended::skip("the answer does not say what it grants"),
    })
}
