//! The signature of an ID token. Over TLS from the token endpoint nothing here is more than a warning (OpenID Connect
//! Core 1.0, 3.1.3.7 step 6).

use serde_json::json;

use crate::{
    case::{
        Duty, Ended, Outcome,
        Outcome::{Info, Pass, Warn},
    },
    driver::Halt,
    forge::{Seal, Token, alter_signature, alter_subject},
    keys::Scheme,
    seen::Meaning,
    subject::client::{ClientCase, ClientDriver, ClientNeed, Endpoint, STRAY_KEYS, Scene, ended},
};

pub(super) fn cases() -> Vec<ClientCase> {
    let mut cases = unsigned();
    cases.extend(other_keys());
    cases.extend(algorithms());
    cases
}

fn unsigned() -> Vec<ClientCase> {
    vec![
        ClientCase::unsigned("client-sig-none", "a token with alg none and no signature is refused")
            .rules(&["oidc-client-alg-none", "oidc-client-signature"])
            .sent("the control's ID token with alg = none and an empty signature")
            .token(|token, _| unsecured(token, "none")),
        ClientCase::unsigned("client-sig-none-spelt", "alg none is refused however it is spelt")
            .rules(&["oidc-client-alg-none"])
            .sent("the control's ID token with alg = nOnE and an empty signature")
            .token(|token, _| unsecured(token, "nOnE")),
        ClientCase::unsigned("client-sig-missing", "a token with alg RS256 and no signature is refused")
            .rules(&["oidc-client-signature"])
            .sent("the control's ID token with an empty signature")
            .token(|token, _| token.seal = Seal::Empty),
        ClientCase::unsigned("client-sig-altered", "a token whose signature was altered is refused")
            .rules(&["oidc-client-signature"])
            .sent("the control's ID token with the last byte of its signature changed")
            .token(|token, _| token.tamper = Some(alter_signature)),
        ClientCase::unsigned("client-sig-claims-altered", "a token whose claims were altered is refused")
            .rules(&["oidc-client-signature"])
            .sent("the control's ID token with another sub under the old signature")
            .token(|token, _| token.tamper = Some(alter_subject)),
        ClientCase::unsigned("client-sig-crit", "a token with an extension that must be understood is refused")
            .rules(&["oidc-client-crit"])
            .sent("the control's ID token with crit = [\"urn:suite:must\"] and that member in its header")
            .token(|token, _| {
                token.set_header("crit", json!(["urn:suite:must"]));
                token.set_header("urn:suite:must", true);
            }),
    ]
}

fn unsecured(token: &mut Token, alg: &str) {
    token.set_header("alg", alg);
    token.header.remove("kid");
    token.seal = Seal::Empty;
}

fn other_keys() -> Vec<ClientCase> {
    vec![
        ClientCase::unsigned("client-sig-foreign-key", "a token signed by a stranger's key is refused")
            .rules(&["oidc-client-issuer-keys"])
            .sent("the control's ID token signed by a key that nobody published, under the kid of the issuer's key")
            .token(|token, scene| token.sign_with(&scene.keys.stranger, Scheme::Rs256)),
        ClientCase::unsigned("client-sig-header-jwk", "a key in the token's own header verifies nothing")
            .rules(&["oidc-client-issuer-keys"])
            .sent("the control's ID token signed by a stranger's key that stands as jwk in its header")
            .token(|token, scene| {
                let kid = token.header.get("kid").and_then(|kid| kid.as_str()).unwrap_or_default().to_owned();
                token.set_header("jwk", scene.keys.stranger.jwk(&kid));
                token.sign_with(&scene.keys.stranger, Scheme::Rs256);
            }),
        ClientCase::unsigned("client-sig-header-jku", "a key set that the token's header names verifies nothing")
            .rules(&["oidc-client-issuer-keys"])
            .sent("the control's ID token signed by a stranger's key, with jku where that key is published")
            .token(jku),
        ClientCase::sequence(
            "client-sig-header-fetched",
            "nothing is fetched from an address in a token's header",
            Duty::Act,
            |driver| Box::pin(fetched(driver)),
        )
        .rules(&["oidc-client-header-fetched"])
        .sent("the control's ID token signed by a stranger's key, with jku where that key is published"),
        ClientCase::accept("client-sig-header-own-jwk", "a jwk in the header of a genuine token is passed over", Info)
            .rules(&["oidc-client-issuer-keys"])
            .sent("the control's ID token, signed by the issuer, with a stranger's key as jwk in its header")
            .token(|token, scene| token.set_header("jwk", scene.keys.stranger.jwk("stranger"))),
    ]
}

fn jku(token: &mut Token, scene: &Scene<'_>) {
    token.set_header("jku", scene.owner.url(STRAY_KEYS));
    token.sign_with(&scene.keys.stranger, Scheme::Rs256);
}

async fn fetched(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut play = driver.sound();
    play.changes.token = jku;
    let (_, entered) = driver.login(&play).await?;
    let seen = entered.page.describe();
    Ok(if driver.calls.iter().any(|call| call.endpoint == Endpoint::Stray) {
        Ended::judged(Warn, "fetched", format!("{seen}; the client fetched the address in jku"))
    } else {
        Ended::judged(Pass, "left alone", format!("{seen}; nothing was fetched from jku"))
    })
}

fn algorithms() -> Vec<ClientCase> {
    vec![
        ClientCase::unsigned("client-sig-public-key-as-secret", "an HMAC with the issuer's public key is refused")
            .rules(&["oidc-client-key-as-secret"])
            .sent(
                "the control's ID token with alg = HS256, signed with the PEM of the issuer's public key as the secret",
            )
            .token(|token, scene| {
                token.set_header("alg", "HS256");
                let pem = scene.keys.platform.public_encodings().into_iter().next().unwrap_or_default();
                token.seal = Seal::Hmac(pem);
            }),
        ClientCase::sequence(
            "client-sig-client-secret",
            "an HMAC with the client secret is refused where RS256 was registered",
            Duty::Reject,
            |driver| Box::pin(client_secret(driver)),
        )
        .rules(&["oidc-client-alg-secret"])
        .sent("the control's ID token with alg = HS256, signed with the client secret"),
        with_signature(
            ClientCase::reject(
                "client-sig-other-alg",
                "a token with another algorithm than was registered is refused",
                Warn,
            )
            .rules(&["oidc-client-alg-registered"])
            .sent("the control's ID token signed with RS384 by the issuer's key")
            .token(|token, scene| token.sign_with(&scene.keys.platform, Scheme::Rs384)),
        ),
    ]
}

/// The signature decides, so a client that lets TLS take its place is free.
fn with_signature(mut case: ClientCase) -> ClientCase {
    if let crate::subject::client::ClientAct::Login(attempt) = &mut case.script.act {
        attempt.signature = true;
    }
    case
}

async fn client_secret(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    if driver.world.config.client.client_secret.is_none() {
        return Ok(Ended::skip("client.client_secret is not configured"));
    }
    let mut play = driver.sound();
    play.changes.token = |token, scene| {
        token.set_header("alg", "HS256");
        let secret = scene.owner.secret.as_ref().map_or("", |secret| secret.reveal());
        token.seal = Seal::Hmac(secret.as_bytes().to_vec());
    };
    let (_, entered) = driver.login(&play).await?;
    let by_tls = !driver.learned().flow.front_token && !driver.world.issuer.keys_asked();
    let worth = if by_tls && entered.meaning == Meaning::Accepted { Outcome::Info } else { Warn };
    Ok(ended(worth, Pass, &entered))
}

/// What only a client that takes tokens from the browser can do wrong is asked of it alone.
pub(super) fn front_only(case: ClientCase) -> ClientCase {
    case.needs(ClientNeed::FrontToken)
}
