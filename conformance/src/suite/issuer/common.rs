//! What the areas share: controls, and why a case does not apply.

use serde_json::Value;

use crate::{
    case::Ended,
    driver::Halt,
    subject::issuer::{Answer, AnswerKind, Ask, Granted, IdToken, IssuerDriver, Signature, Tokens},
};

/// The reason for which a case of `OpenID` Connect does not apply to a plain OAuth server.
pub(super) fn plain_oauth(driver: &IssuerDriver<'_>) -> Option<Ended> {
    (!driver.is_openid()).then(|| Ended::unsupported("the scope has no openid: this is judged as a plain OAuth server"))
}

/// The reason for which a case of PKCE does not apply.
pub(super) fn no_pkce(driver: &IssuerDriver<'_>) -> Option<Ended> {
    if driver.grounds.metadata.get("code_challenge_methods_supported").is_none() {
        return Some(Ended::unsupported("the issuer does not say that it supports PKCE"));
    }
    (!driver.grounds.pkce).then(|| Ended::skip("the issuer refuses requests with an S256 challenge"))
}

/// The response types among these that the issuer says it answers.
pub(super) fn offered(driver: &IssuerDriver<'_>, types: &[&'static str]) -> Vec<&'static str> {
    types.iter().copied().filter(|known| driver.grounds.metadata.answers(known)).collect()
}

/// Why nothing is tried where none of these response types is offered.
pub(super) fn none_offered(types: &[&'static str]) -> Ended {
    Ended::unsupported(format!("response_types_supported names none of {}", types.join(", ")))
}

/// The sound flow of this run.
pub(super) fn control<'d>(driver: &IssuerDriver<'d>) -> Result<&'d (Granted, Tokens), Halt> {
    driver.grounds.control.as_ref().ok_or_else(|| Halt::Skip("there was no sound flow".to_owned()))
}

/// The answer to a sound request for this response type in the first user's session.
///
/// # Errors
/// When it is refused, so that no changed one proves anything.
pub(super) async fn front(driver: &mut IssuerDriver<'_>, ask: &Ask) -> Result<Answer, Halt> {
    let mut visitor = driver.visitor();
    let answer = driver.authorize(&mut visitor, ask).await?;
    if answer.kind == AnswerKind::Granted {
        return Ok(answer);
    }
    let kind = ask.get("response_type").unwrap_or_default();
    Err(Halt::Skip(format!("a sound request for {kind} is not granted: {}", answer.describe())))
}

/// The first of these response types that is offered and granted: its name, and the answer.
pub(super) async fn front_any(
    driver: &mut IssuerDriver<'_>,
    types: &[&'static str],
) -> Result<Result<(&'static str, Answer), Ended>, Halt> {
    let mut last = None;
    for kind in offered(driver, types) {
        let ask = driver.ask()?.responding(kind);
        match front(driver, &ask).await {
            Ok(answer) => return Ok(Ok((kind, answer))),
            Err(Halt::Skip(reason)) => last = Some(reason),
            Err(lost) => return Err(lost),
        }
    }
    last.map_or_else(|| Ok(Err(none_offered(types))), |reason| Err(Halt::Skip(reason)))
}

/// The first of these response types that is offered, granted, and brings an ID token: the request, the answer, and the token.
pub(super) async fn front_token(
    driver: &mut IssuerDriver<'_>,
    types: &[&'static str],
) -> Result<Result<(Ask, Answer, IdToken), Ended>, Halt> {
    let mut last = None;
    for kind in offered(driver, types) {
        let ask = driver.ask()?.responding(kind);
        let answer = match front(driver, &ask).await {
            Ok(answer) => answer,
            Err(Halt::Skip(reason)) => {
                last = Some(reason);
                continue;
            }
            Err(lost) => return Err(lost),
        };
        match read_token(driver, &answer).await? {
            Some(token) => return Ok(Ok((ask, answer, token))),
            None => last = Some(format!("the response to {kind} has no ID token that can be taken apart")),
        }
    }
    last.map_or_else(|| Ok(Err(none_offered(types))), |reason| Err(Halt::Skip(reason)))
}

/// The ID token of a response. An issuer may have changed its keys since the run began, so that a signature is broken only
/// by the keys that are published now.
async fn read_token(driver: &mut IssuerDriver<'_>, answer: &Answer) -> Result<Option<IdToken>, Halt> {
    let Some(compact) = answer.get("id_token") else { return Ok(None) };
    let token = IdToken::read(compact, &driver.grounds.keys);
    if token.as_ref().is_some_and(|token| token.signature == Signature::Broken) {
        return Ok(IdToken::read(compact, &driver.keys_now().await?));
    }
    Ok(token)
}

/// A request that brings an error to the redirect URI, and that answer.
///
/// # Errors
/// When the issuer shows its errors in place.
pub(super) async fn provoked(driver: &mut IssuerDriver<'_>) -> Result<(Ask, Answer), Halt> {
    let mut described = String::new();
    for ask in [driver.ask()?.with("response_type", "certificate"), driver.ask()?.with("prompt", "none login")] {
        let mut visitor = driver.visitor();
        let answer = driver.authorize(&mut visitor, &ask).await?;
        if answer.kind == AnswerKind::Error {
            return Ok((ask, answer));
        }
        described = answer.describe();
    }
    let mut stranger = driver.stranger();
    let ask = driver.ask()?.with("prompt", "none");
    let answer = driver.look(&mut stranger, &ask).await?;
    if answer.kind == AnswerKind::Error {
        return Ok((ask, answer));
    }
    Err(Halt::Skip(format!("no error comes to the redirect URI: {described}")))
}

/// The `sub` of what a code brings.
pub(super) async fn redeemed_token(driver: &mut IssuerDriver<'_>, ask: Ask, answer: Answer) -> Result<IdToken, Halt> {
    let granted = Granted { ask, answer, at: driver.world.clock.now() };
    let tokens = driver.redeem(&granted).await?;
    let missing = || Halt::Skip("the token response has no ID token that can be taken apart".to_owned());
    tokens.id_token(&driver.grounds.keys).ok_or_else(missing)
}

/// A claim that is a whole number.
pub(super) fn number(token: &IdToken, claim: &str) -> Option<i64> {
    let value = token.claim(claim)?;
    value.as_i64().or_else(|| {
        // A NumericDate may have a fraction; seconds are all that is compared.
        #[expect(clippy::cast_possible_truncation, reason = "a time in seconds fits")]
        value.as_f64().map(|seconds| seconds as i64)
    })
}

/// Whether an array of text or a text holds this.
pub(super) fn holds(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(one) => one == wanted,
        Value::Array(many) => many.iter().any(|one| one.as_str() == Some(wanted)),
        _ => false,
    }
}
