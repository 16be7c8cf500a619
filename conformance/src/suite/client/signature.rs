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
    subject::client::{
        Change, ClientCase, ClientDriver, ClientNeed, Endpoint, Entered, STRAY_CERTIFICATE, STRAY_KEYS, Scene, ended,
    },
};

pub(super) fn cases() -> Vec<ClientCase> {
    let mut cases = unsigned();
    cases.extend(other_keys());
    cases.extend(algorithms());
    cases.into_iter().map(|case| case.needs(ClientNeed::IdToken)).collect()
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
        ClientCase::unsigned("client-sig-header-x5u", "a certificate that the token's header names verifies nothing")
            .rules(&["oidc-client-issuer-keys"])
            .sent("the control's ID token signed by a stranger's key, with x5u where a certificate of that key lies")
            .token(x5u),
        ClientCase::sequence(
            "client-sig-header-fetched",
            "nothing is fetched from an address in a token's header",
            Duty::Act,
            |driver| Box::pin(fetched(driver)),
        )
        .rules(&["oidc-client-header-fetched"])
        .sent(
            "the control's ID token signed by a stranger's key, with jku where that key is published; then with x5u where a \
             certificate of it lies",
        ),
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

fn x5u(token: &mut Token, scene: &Scene<'_>) {
    token.set_header("x5u", scene.owner.url(STRAY_CERTIFICATE));
    token.sign_with(&scene.keys.stranger, Scheme::Rs256);
}

async fn fetched(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let members: [(&str, Change<Token>); 2] = [("jku", jku), ("x5u", x5u)];
    let mut seen = String::new();
    for (member, change) in members {
        let mut play = driver.sound();
        play.changes.token = change;
        let (_, entered) = driver.login(&play).await?;
        seen = entered.page.describe();
        if driver.calls.iter().any(|call| call.endpoint == Endpoint::Stray) {
            return Ok(Ended::judged(Warn, "fetched", format!("{seen}; the client fetched the address in {member}")));
        }
    }
    Ok(Ended::judged(Pass, "left alone", format!("{seen}; nothing was fetched from jku, nor from x5u")))
}

fn algorithms() -> Vec<ClientCase> {
    vec![
        ClientCase::sequence(
            "client-sig-public-key-as-secret",
            "an HMAC with the issuer's public key is refused",
            Duty::Reject,
            |driver| Box::pin(public_key(driver)),
        )
        .rules(&["oidc-client-key-as-secret"])
        .sent(
            "the control's ID token with alg = HS256, signed with the issuer's public key as the secret: in a login each the \
             PEM of the key with and without its last line break, the PKCS #1 PEM with and without, and both DER forms",
        ),
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

/// One of the encodings of the issuer's public key is the secret of an HMAC.
fn hmac_by<const ENCODING: usize>(token: &mut Token, scene: &Scene<'_>) {
    token.set_header("alg", "HS256");
    let encodings = scene.keys.platform.public_encodings();
    token.seal = encodings.into_iter().nth(ENCODING).map_or(Seal::Noise, Seal::Hmac);
}

/// Each encoding in words, with the change that signs by it.
const ENCODINGS: [(&str, Change<Token>); 6] = [
    ("the PEM", hmac_by::<0>),
    ("the PEM without its last line break", hmac_by::<1>),
    ("the PKCS #1 PEM", hmac_by::<2>),
    ("the PKCS #1 PEM without its last line break", hmac_by::<3>),
    ("the DER", hmac_by::<4>),
    ("the PKCS #1 DER", hmac_by::<5>),
];

/// The first encoding that is taken decides; what is neither taken nor refused is for a person to look at.
async fn public_key(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut last = None;
    for (encoding, change) in ENCODINGS {
        let mut play = driver.sound();
        play.changes.token = change;
        let (_, entered) = driver.login(&play).await?;
        if entered.meaning == Meaning::Accepted {
            let worth = match driver.learned().flow.front_token {
                true => Outcome::Fail,
                false if driver.trusts_tls() => Info,
                false => Warn,
            };
            let seen = format!("{}: signed in by {encoding} as the secret", entered.page.describe());
            return Ok(Ended::judged(worth, "accepted", seen));
        }
        let unclear = |known: &Entered| known.meaning == Meaning::Unclear;
        if !last.as_ref().is_some_and(unclear) {
            last = Some(entered);
        }
    }
    Ok(last.map_or_else(|| Ended::skip("no encoding was tried"), |entered| ended(Warn, Pass, &entered)))
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
    let worth = if driver.trusts_tls() && entered.meaning == Meaning::Accepted { Outcome::Info } else { Warn };
    Ok(ended(worth, Pass, &entered))
}

/// What only a client that takes tokens from the browser can do wrong is asked of it alone.
pub(super) fn front_only(case: ClientCase) -> ClientCase {
    case.needs(ClientNeed::FrontToken)
}
