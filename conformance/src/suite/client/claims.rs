//! The claims of an ID token: for whom it is, by whom, and of whom it speaks. Who is bound is the client, whichever way the
//! token came.

use serde_json::{Value, json};

use super::signature::front_only;
use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    forge::Token,
    seen::Meaning,
    subject::client::{Channel, ClientCase, ClientDriver, ClientNeed, ended, spoilt_claims},
};

pub(super) fn cases() -> Vec<ClientCase> {
    let parts = [issuer(), audience(), nonce(), subject(), form(), bound()];
    let reading = parts.into_iter().flatten().map(|case| case.needs(ClientNeed::IdToken));
    std::iter::once(validated()).chain(reading).collect()
}

/// Who reads no ID token at all is told so once, and asked nothing more about them.
fn validated() -> ClientCase {
    ClientCase::sequence("client-id-token-read", "the ID token is read and validated", Duty::Reject, |driver| {
        Box::pin(read(driver))
    })
    .rules(&["oidc-client-id-token-validated"])
    .sent("no ID token; then one with another iss, aud and nonce, an exp long ago, and a signature that was altered")
    .needs(ClientNeed::Openid)
}

/// The calibration has tried both; what it found must be seen once more.
async fn read(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    if !driver.learned().ignores_id_tokens {
        let seen = "without an ID token, or with one that is wrong in everything, nobody is signed in";
        return Ok(Ended::judged(Pass, "read", seen));
    }
    let (_, entered) = driver.login(&spoilt_claims()).await?;
    Ok(match entered.meaning {
        Meaning::Accepted => {
            let seen = entered.page.describe();
            let observed = format!(
                "{seen}: signed in with an ID token that is wrong in everything, as before without any: the ID token is not \
                 validated"
            );
            Ended::judged(Fail, "ignored", observed)
        }
        _ => Ended::skip("a login that succeeded when the suite learned about the client does so no more"),
    })
}

fn issuer() -> Vec<ClientCase> {
    vec![
        ClientCase::reject("client-iss-wrong", "a token of another issuer is refused", Fail)
            .rules(&["oidc-client-iss"])
            .sent("the control's ID token with iss = https://stranger.example, signed by the issuer's key")
            .token(|token, _| token.set("iss", "https://stranger.example")),
        ClientCase::reject("client-iss-missing", "a token without iss is refused", Fail)
            .rules(&["oidc-client-iss"])
            .sent("the control's ID token without iss")
            .token(|token, _| token.remove("iss")),
        ClientCase::reject("client-iss-slash", "a slash more makes another issuer", Fail)
            .rules(&["oidc-client-iss"])
            .sent("the control's ID token with a slash behind iss")
            .token(|token, scene| token.set("iss", format!("{}/", scene.owner.issuer))),
        ClientCase::reject("client-iss-prefix", "an issuer that only begins alike is another", Fail)
            .rules(&["oidc-client-iss"])
            .sent("the control's ID token with \".stranger.example\" behind iss")
            .token(|token, scene| token.set("iss", format!("{}.stranger.example", scene.owner.issuer))),
    ]
}

fn audience() -> Vec<ClientCase> {
    vec![
        ClientCase::reject("client-aud-wrong", "a token for another client is refused", Fail)
            .rules(&["oidc-client-aud"])
            .sent("the control's ID token with aud = another-client")
            .token(|token, _| token.set("aud", "another-client")),
        ClientCase::reject("client-aud-missing", "a token without aud is refused", Fail)
            .rules(&["oidc-client-aud"])
            .sent("the control's ID token without aud")
            .token(|token, _| token.remove("aud")),
        ClientCase::reject("client-aud-part", "an audience that only holds the client id is another", Fail)
            .rules(&["oidc-client-aud"])
            .sent("the control's ID token with letters before and behind the client id in aud")
            .token(|token, scene| token.set("aud", format!("x{}x", scene.owner.client_id))),
        ClientCase::accept("client-aud-array", "an audience in an array of one is taken", Warn)
            .rules(&["oidc-client-aud-array"])
            .sent("the control's ID token with aud = [client id]")
            .token(|token, scene| token.set("aud", json!([scene.owner.client_id]))),
        ClientCase::sequence(
            "client-aud-untrusted",
            "a token that is also for somebody whom the client does not trust is refused",
            Duty::Reject,
            |driver| Box::pin(untrusted(driver)),
        )
        .rules(&["oidc-client-aud-untrusted"])
        .sent("the control's ID token with aud = [client id, https://stranger.example]"),
        ClientCase::free("client-azp-wrong", "a token whose azp names another client")
            .rules(&["oidc-client-azp"])
            .sent("the control's ID token with azp = another-client")
            .token(|token, _| token.set("azp", "another-client")),
        ClientCase::free("client-azp-absent", "a token for two trusted audiences without azp")
            .rules(&["oidc-client-azp-absent"])
            .sent("the control's ID token with aud = [client id, the first trusted audience] and no azp")
            .needs(ClientNeed::Trusted)
            .token(|token, scene| {
                token.set("aud", json!([scene.owner.client_id, scene.trusted.unwrap_or_default()]));
            }),
    ]
}

/// Whom a client trusts is its own setting: a failure only where the operator has said that there is nobody else.
async fn untrusted(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let declared = driver.world.config.client.trusted_audiences.as_ref().is_some_and(Vec::is_empty);
    let mut play = driver.sound();
    play.changes.token = |token, scene| token.set("aud", json!([scene.owner.client_id, "https://stranger.example"]));
    let (_, entered) = driver.login(&play).await?;
    Ok(ended(if declared { Fail } else { Warn }, Pass, &entered))
}

fn nonce() -> Vec<ClientCase> {
    vec![
        ClientCase::reject("client-nonce-wrong", "a token with another nonce than this login's is refused", Fail)
            .rules(&["oidc-client-nonce"])
            .sent("the control's ID token with a nonce that nobody sent")
            .needs(ClientNeed::Nonce)
            .token(|token, _| token.set("nonce", "a-nonce-that-nobody-sent")),
        ClientCase::reject("client-nonce-missing", "a token without nonce is refused when one was sent", Fail)
            .rules(&["oidc-client-nonce"])
            .sent("the control's ID token without nonce")
            .needs(ClientNeed::Nonce)
            .token(|token, _| token.remove("nonce")),
    ]
}

fn subject() -> Vec<ClientCase> {
    vec![
        ClientCase::reject("client-sub-missing", "a token without sub is refused", Warn)
            .rules(&["oidc-client-sub"])
            .sent("the control's ID token without sub")
            .token(|token, _| token.remove("sub")),
        ClientCase::free("client-sub-long", "a sub of 300 characters")
            .rules(&["oidc-client-sub-long"])
            .sent("the control's ID token with a sub of 300 characters, which the userinfo endpoint gives as well")
            .token(|token, _| token.set("sub", "s".repeat(300)))
            .userinfo(|answer, _| answer.set("sub", "s".repeat(300))),
        ClientCase::reject("client-sub-type", "an object is no sub", Warn)
            .rules(&["oidc-client-claim-type"])
            .sent("the control's ID token with sub = {\"id\": the user's}")
            .token(|token, _| {
                let sub = token.claims.get("sub").cloned().unwrap_or_default();
                token.set("sub", json!({ "id": sub }));
            }),
    ]
}

fn form() -> Vec<ClientCase> {
    vec![
        ClientCase::accept("client-claims-unknown", "claims that the client does not know are ignored", Fail)
            .rules(&["oidc-client-claims-unknown"])
            .sent("the control's ID token with claims of the suite's own, a string and an object")
            .token(|token, _| {
                token.set("https://suite.example/claim", "anything");
                token.set("suite_claim", json!({"a": [1, 2, null]}));
            }),
        ClientCase::sequence(
            "client-claims-twice",
            "of an aud that is there twice the first does not count",
            Duty::Reject,
            |driver| Box::pin(twice(driver)),
        )
        .rules(&["oidc-client-claim-twice"])
        .sent("the control's ID token with aud written twice: first the client id, last another-client"),
        ClientCase::free("client-token-huge", "a token of 20,000 characters")
            .rules(&["oidc-client-token-huge"])
            .sent("the control's ID token with a claim of 14,000 characters")
            .token(|token, _| token.set("suite_padding", "p".repeat(14_000))),
    ]
}

/// Where aud is not read at all, which of two counts cannot be seen.
async fn twice(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut play = driver.sound();
    play.changes.token = |token, _| token.set("aud", "another-client");
    if driver.login(&play).await?.1.meaning == Meaning::Accepted {
        return Ok(Ended::skip(
            "the client takes tokens for others, so that which of two audiences counts is not seen",
        ));
    }
    play.changes.token = |token, scene| {
        token.set("aud", "another-client");
        token.duplicate_first("aud", &json!(scene.owner.client_id));
    };
    let (_, entered) = driver.login(&play).await?;
    Ok(ended(Fail, Pass, &entered))
}

fn bound() -> Vec<ClientCase> {
    vec![
        ClientCase::free("client-at-hash-wrong", "a token whose at_hash fits another access token")
            .rules(&["oidc-client-at-hash"])
            .sent("the control's ID token with the at_hash of another access token")
            .needs(ClientNeed::Code)
            .token(|token, scene| {
                if scene.channel == Channel::Back {
                    token.set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA");
                }
            }),
        front_only(
            ClientCase::reject("client-c-hash-wrong", "a code that does not fit c_hash is refused", Warn)
                .rules(&["oidc-client-c-hash"])
                .sent("the control's ID token with the c_hash of another code")
                .needs(ClientNeed::Hybrid)
                .token(|token, scene| {
                    if scene.channel == Channel::Front {
                        token.set("c_hash", "AAAAAAAAAAAAAAAAAAAAAA");
                    }
                }),
        ),
        ClientCase::reject("client-two-tokens-sub", "two ID tokens of one login with two users are refused", Warn)
            .rules(&["oidc-client-two-tokens"])
            .sent("an ID token of the control's user in the browser, and one of another user with the code")
            .needs(ClientNeed::Hybrid)
            .token(|token, scene| {
                if scene.channel == Channel::Back {
                    other_user(token);
                }
            }),
    ]
}

fn other_user(token: &mut Token) {
    token.set("sub", Value::from("suite-another-user"));
}
