//! PKCE when a code is redeemed (RFC 7636, 4.5 and 4.6).

use super::common::no_pkce;
use crate::{
    case::{
        Ended,
        Outcome::{self, Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{ClientCall, IssuerCase, IssuerDriver, Reply, gives_token, s256},
};

/// The cases of this part. The control of each is the sound flow of the run, and a code is asked for anew each time.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        IssuerCase::steps("issuer-code-verifier-wrong", "another code_verifier is an invalid_grant", |driver| {
            Box::pin(async move {
                let changed = |call: &mut ClientCall| {
                    call.set("code_verifier", "another-verifier-that-is-long-enough-to-be-one-0");
                };
                let reply = match redeemed(driver, changed).await? {
                    Ok(reply) => reply,
                    Err(ended) => return Ok(ended),
                };
                Ok(refused(&reply, Fail, Fail))
            })
        })
        .rules(&["oauth2-pkce-verifier"])
        .sent("a code that was asked for with a challenge, and another code_verifier"),
        IssuerCase::steps("issuer-code-verifier-missing", "a code with a challenge needs a verifier", |driver| {
            Box::pin(async move {
                let reply = match redeemed(driver, |call| call.remove("code_verifier")).await? {
                    Ok(reply) => reply,
                    Err(ended) => return Ok(ended),
                };
                let named =
                    reply.json().is_some_and(|body| body.get("error").is_some_and(|error| error == "invalid_request"));
                Ok(refused(&reply, Fail, if named { Pass } else { Warn }))
            })
        })
        .rules(&["oauth2-pkce-verifier-missing"])
        .sent("a code that was asked for with a challenge, without code_verifier"),
        IssuerCase::steps("issuer-code-verifier-plain", "the challenge itself is no verifier", |driver| {
            Box::pin(async move {
                let changed = |call: &mut ClientCall| {
                    let challenge = s256(call.get("code_verifier").unwrap_or_default());
                    call.set("code_verifier", challenge);
                };
                let reply = match redeemed(driver, changed).await? {
                    Ok(reply) => reply,
                    Err(ended) => return Ok(ended),
                };
                Ok(refused(&reply, Fail, Pass))
            })
        })
        .rules(&["oauth2-pkce-method-bound"])
        .sent("a code that was asked for with an S256 challenge, and that challenge as code_verifier"),
        IssuerCase::steps("issuer-code-verifier-unasked", "a verifier without a challenge is refused", |driver| {
            Box::pin(unasked(driver))
        })
        .rules(&["oauth2-pkce-downgrade"])
        .sent("a code that was asked for without a challenge, with a code_verifier"),
        IssuerCase::steps("issuer-code-verifier-short", "what becomes of a verifier of 20 characters", |driver| {
            Box::pin(short(driver))
        })
        .observes()
        .rules(&["oauth2-pkce-verifier-length"])
        .sent("a request with the challenge of a short verifier, and that verifier"),
    ]
}

/// What the token endpoint answers to a changed redemption of a fresh code.
async fn redeemed(
    driver: &mut IssuerDriver<'_>,
    change: impl FnOnce(&mut ClientCall),
) -> Result<Result<Reply, Ended>, Halt> {
    if let Some(ended) = no_pkce(driver) {
        return Ok(Err(ended));
    }
    let client = driver.client()?;
    let granted = driver.code_for(client).await?;
    let mut call = driver.redemption(&granted)?;
    change(&mut call);
    Ok(Ok(driver.send(&call).await?))
}

/// A token is worth this, an error of another name than `invalid_grant` that.
pub(super) fn refused(reply: &Reply, granted: Outcome, other: Outcome) -> Ended {
    if gives_token(reply) {
        return Ended::judged(granted, "granted", "a token is given");
    }
    let named = reply.json().is_some_and(|body| body.get("error").is_some_and(|error| error == "invalid_grant"));
    if reply.status.is_server_error() {
        return Ended::skip(format!("the issuer broke off: {}", reply.describe()));
    }
    let (outcome, word) = if named { (Pass, "refused") } else { (other, "other") };
    Ended::judged(outcome, word, reply.describe())
}

async fn unasked(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = no_pkce(driver).filter(|ended| ended.word == "unsupported") {
        return Ok(ended);
    }
    let ask = driver.ask()?.without("code_challenge").without("code_challenge_method");
    let verifier = ask.verifier.clone();
    let granted = match driver.granted(ask).await {
        Ok(granted) => granted,
        Err(Halt::Skip(_)) => return Ok(Ended::unsupported("the issuer requires a code challenge of this client")),
        Err(lost) => return Err(lost),
    };
    let mut call = driver.redemption(&granted)?;
    call.set("code_verifier", verifier);
    let reply = driver.send(&call).await?;
    let worth = if driver.claims_bcp() { Fail } else { Warn };
    Ok(refused(&reply, worth, Pass))
}

async fn short(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    const VERIFIER: &str = "twenty-characters-20";
    if let Some(ended) = no_pkce(driver) {
        return Ok(ended);
    }
    let mut ask = driver.ask()?.with("code_challenge", s256(VERIFIER));
    VERIFIER.clone_into(&mut ask.verifier);
    let granted = driver.granted(ask).await?;
    let call = driver.redemption(&granted)?;
    let reply = driver.send(&call).await?;
    let word = if gives_token(&reply) { "granted" } else { "refused" };
    Ok(Ended::judged(Info, word, if word == "granted" { "a token is given".to_owned() } else { reply.describe() }))
}
