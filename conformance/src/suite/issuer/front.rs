//! How responses reach the client: query, fragment, form (Multiple Response Types 1.0; Form Post Response Mode 1.0).

use http::Method;

use super::common::{front, front_any, none_offered, offered};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{AnswerKind, Delivered, IssuerCase, IssuerDriver, Place},
};

/// The response types with a token.
const WITH_TOKEN: [&str; 5] = ["id_token", "id_token token", "code id_token", "code token", "code id_token token"];

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        IssuerCase::steps("issuer-response-place-fragment", "tokens stand in the fragment", |driver| {
            Box::pin(fragment(driver))
        })
        .rules(&["oauth2-response-place"])
        .sent("sound requests for every response type with a token that the issuer offers"),
        IssuerCase::steps(
            "issuer-response-place-query",
            "response_mode=query brings no token into the query",
            |driver| Box::pin(query(driver)),
        )
        .rules(&["oauth2-response-place"])
        .sent("a request for a response type with a token and response_mode=query"),
        IssuerCase::steps(
            "issuer-form-post",
            "form_post posts the response, and nothing stands in an address",
            |driver| Box::pin(form_post(driver)),
        )
        .rules(&["oidc-form-post"])
        .sent("the sound request with response_mode=form_post"),
        IssuerCase::steps("issuer-form-post-no-store", "the page of form_post is not stored", |driver| {
            Box::pin(no_store(driver))
        })
        .rules(&["oidc-form-post-no-store"])
        .sent("the sound request with response_mode=form_post"),
        IssuerCase::steps("issuer-implicit-offline", "no refresh token comes through the browser", |driver| {
            Box::pin(offline(driver))
        })
        .rules(&["oidc-offline-implicit"])
        .sent("a request for an ID token whose scope has offline_access"),
    ]
}

async fn fragment(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let offered = offered(driver, &WITH_TOKEN);
    if offered.is_empty() {
        return Ok(none_offered(&WITH_TOKEN));
    }
    let mut sound = Vec::new();
    let mut refused = None;
    for kind in offered {
        let ask = driver.ask()?.responding(kind);
        let answer = match front(driver, &ask).await {
            Ok(answer) => answer,
            Err(Halt::Skip(reason)) => {
                refused = Some(reason);
                continue;
            }
            Err(lost) => return Err(lost),
        };
        let stands = |name: &str| answer.delivered.as_ref().and_then(|sent| sent.place(name)) == Some(Place::Query);
        // A code beside a token goes where the token goes (Multiple Response Types 1.0, 5).
        if let Some(name) = ["id_token", "access_token", "code"].into_iter().find(|name| stands(name)) {
            return Ok(Ended::judged(Fail, "query", format!("{kind}: {name} stands in the query")));
        }
        sound.push(kind);
    }
    match refused {
        Some(reason) if sound.is_empty() => Ok(Ended::skip(reason)),
        _ => Ok(Ended::judged(Pass, "fragment", format!("not in the query: {}", sound.join(", ")))),
    }
}

async fn query(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let kind = match front_any(driver, &WITH_TOKEN).await? {
        Ok((kind, _)) => kind,
        Err(ended) => return Ok(ended),
    };
    let ask = driver.ask()?.responding(kind).with("response_mode", "query");
    let mut visitor = driver.visitor();
    let answer = driver.authorize(&mut visitor, &ask).await?;
    let stands = |name: &str| answer.delivered.as_ref().and_then(|sent| sent.place(name)) == Some(Place::Query);
    let outcome = if stands("id_token") || stands("access_token") { Fail } else { Pass };
    Ok(Ended::judged(outcome, answer.kind.word(), format!("{kind}: {}", answer.describe())))
}

/// What a sound request with `form_post` brings; the reason where the issuer does not offer that.
async fn posted(driver: &mut IssuerDriver<'_>) -> Result<Result<Delivered, Ended>, Halt> {
    if !driver.grounds.metadata.responds_by("form_post") {
        return Ok(Err(Ended::unsupported("response_modes_supported does not name form_post")));
    }
    let ask = driver.ask()?.with("response_mode", "form_post");
    let mut visitor = driver.visitor();
    let answer = driver.authorize(&mut visitor, &ask).await?;
    Ok(match answer.delivered {
        Some(delivered) if answer.kind == AnswerKind::Granted => Ok(delivered),
        _ => Err(Ended::judged(Warn, "refused", format!("offered, and not answered: {}", answer.describe()))),
    })
}

async fn form_post(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let delivered = match posted(driver).await? {
        Ok(delivered) => delivered,
        Err(ended) => return Ok(ended),
    };
    let form = delivered.method == Method::POST && delivered.place("code") == Some(Place::Form);
    Ok(if form {
        Ended::judged(Pass, "form", format!("posted to {}", delivered.address()))
    } else {
        let place = delivered.place("code").map_or("nowhere", Place::as_str);
        Ended::judged(Fail, "other", format!("the code stands in the {place}"))
    })
}

async fn no_store(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let delivered = match posted(driver).await? {
        Ok(delivered) if delivered.method == Method::POST => delivered,
        Err(ended) if ended.word == "unsupported" => return Ok(ended),
        Ok(_) | Err(_) => return Ok(Ended::skip("the response is not posted")),
    };
    let values = delivered.headers.get_all(http::header::CACHE_CONTROL).iter();
    let said: Vec<String> = values.filter_map(|value| value.to_str().ok()).map(str::to_ascii_lowercase).collect();
    Ok(if said.iter().any(|value| value.contains("no-store")) {
        Ended::judged(Pass, "sound", format!("Cache-Control: {}", said.join(", ")))
    } else {
        Ended::judged(Fail, "broken", "the page does not say Cache-Control: no-store")
    })
}

async fn offline(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    const TYPES: [&str; 2] = ["id_token", "id_token token"];
    let Some(kind) = offered(driver, &TYPES).first().copied() else { return Ok(none_offered(&TYPES)) };
    if !driver.grounds.metadata.names("scopes_supported", "offline_access") {
        return Ok(Ended::unsupported("scopes_supported does not name offline_access"));
    }
    let ask = driver.ask()?.responding(kind);
    let scope = format!("{} offline_access", ask.get("scope").unwrap_or_default());
    let ask = ask.with("scope", scope).with("prompt", "consent");
    let answer = front(driver, &ask).await?;
    let outcome = if answer.get("refresh_token").is_some() { Fail } else { Pass };
    let seen = if outcome == Fail { "a refresh_token came along" } else { "no refresh_token" };
    Ok(Ended::judged(outcome, if outcome == Fail { "given" } else { "none" }, seen))
}
