//! Client assertions, changed in one thing (RFC 7523, 3; OpenID Connect Core, 9).

use serde_json::{Map, Value, json};

use super::bench::{
    HOURS, asked, assertion, changed, control, grant, needs, refusal, secret_client, signed, sound, steps, using,
};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    forge::{Seal, alter_signature},
    keys::Scheme,
    subject::issuer::{AuthMethod, Client, ClientCall, IssuerCase, IssuerDriver, Proof, Reply, gives_token},
};

/// The type of a client assertion (RFC 7523, 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The name of a key that the issuer was never told.
const NOBODYS_KID: &str = "suite-nobody";

/// A case that changes the assertion of a sound request.
macro_rules! forged {
    (refused $worth:ident, $id:literal, $title:literal, $rule:literal, $sent:literal, $change:expr) => {
        changed!($id, $title, $rule, $sent, signer, |reply: &Reply| refusal(reply, $worth), $change)
    };
    (granted $worth:ident, $id:literal, $title:literal, $rule:literal, $sent:literal, $change:expr) => {
        changed!($id, $title, $rule, $sent, signer, |reply: &Reply| grant(reply, $worth), $change)
    };
    (free, $id:literal, $title:literal, $rule:literal, $sent:literal, $change:expr) => {
        changed!($id, $title, $rule, $sent, signer, |reply: &Reply| grant(reply, Info), $change).observes()
    };
}

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    let mut cases = who();
    cases.extend(audience());
    cases.extend(times());
    cases.extend(signature());
    cases.extend(around());
    cases
}

fn signer(driver: &IssuerDriver<'_>) -> Result<Client, Ended> {
    using(driver, AuthMethod::PrivateKeyJwt)
}

fn who() -> Vec<IssuerCase> {
    vec![
        forged!(refused Fail, "issuer-assertion-iss-missing", "an assertion without iss is refused",
            "oauth2-assertion-client", "a sound token request whose assertion has no iss",
            |call, _| { assertion(call)?.remove("iss"); Ok(()) }),
        forged!(refused Warn, "issuer-assertion-iss-other", "an assertion whose iss is not the client is refused",
            "oauth2-assertion-issuer", "a sound token request whose assertion has iss \"nobody-knows-this-client\"",
            |call, _| { assertion(call)?.set("iss", "nobody-knows-this-client"); Ok(()) }),
        forged!(refused Fail, "issuer-assertion-sub-missing", "an assertion without sub is refused",
            "oauth2-assertion-client", "a sound token request whose assertion has no sub",
            |call, _| { assertion(call)?.remove("sub"); Ok(()) }),
        forged!(refused Fail, "issuer-assertion-sub-other", "an assertion whose sub is not the client is refused",
            "oauth2-assertion-client", "a sound token request whose assertion has sub \"nobody-knows-this-client\"",
            |call, _| { assertion(call)?.set("sub", "nobody-knows-this-client"); Ok(()) }),
        changed!(
            "issuer-assertion-error",
            "a bad assertion is refused as invalid_client",
            "oauth2-assertion-error",
            "a sound token request whose assertion is signed with a key that nobody registered",
            signer,
            error,
            |call, driver| {
                assertion(call)?.sign_with(&driver.world.keys.stranger, Scheme::Rs256);
                Ok(())
            }
        ),
    ]
}

fn error(reply: &Reply) -> Ended {
    let named = reply.json().and_then(|body| body.get("error")?.as_str().map(str::to_owned));
    match named.as_deref() {
        _ if gives_token(reply) => Ended::skip("it is not refused at all"),
        Some("invalid_client") => Ended::judged(Pass, "sound", "invalid_client"),
        _ => Ended::judged(Fail, "broken", format!("refused with {}", reply.describe())),
    }
}

fn audience() -> Vec<IssuerCase> {
    vec![
        forged!(refused Fail, "issuer-assertion-aud-foreign", "an assertion for another server is refused",
            "oauth2-assertion-audience", "a sound token request whose assertion has aud \"https://another.example/token\"",
            |call, _| { assertion(call)?.set("aud", "https://another.example/token"); Ok(()) }),
        forged!(refused Fail, "issuer-assertion-aud-missing", "an assertion for nobody is refused",
            "oauth2-assertion-audience", "a sound token request whose assertion has no aud",
            |call, _| { assertion(call)?.remove("aud"); Ok(()) }),
        forged!(granted Warn, "issuer-assertion-aud-array", "aud may be an array of the one value",
        "oauth2-assertion-audience-forms", "a sound token request whose assertion has aud in an array",
        |call, _| {
            let token = assertion(call)?;
            let aud = token.claims.get("aud").cloned().unwrap_or_default();
            token.set("aud", json!([aud]));
            Ok(())
        }),
        forged!(
            free,
            "issuer-assertion-aud-name",
            "the other of issuer and token endpoint in aud: both answers are sound",
            "oauth2-assertion-audience-forms",
            "a sound token request whose assertion names the issuer in aud where the sound one names the token endpoint, or the other way round",
            |call, driver| {
                let issuer = json!(driver.issuer());
                let token_url = json!(driver.token_url()?.to_string());
                let token = assertion(call)?;
                let other = if token.claims.get("aud") == Some(&issuer) { token_url } else { issuer };
                token.set("aud", other);
                Ok(())
            }
        ),
    ]
}

fn times() -> Vec<IssuerCase> {
    vec![
        forged!(refused Fail, "issuer-assertion-exp-past", "an assertion that has ended is refused",
        "oauth2-assertion-expiry", "a sound token request whose assertion ended two hours ago",
        |call, driver| {
            let now = driver.world.clock.now();
            let token = assertion(call)?;
            token.set("iat", now - HOURS - 300);
            token.set("exp", now - HOURS);
            Ok(())
        }),
        forged!(refused Fail, "issuer-assertion-exp-missing", "an assertion without end is refused",
            "oauth2-assertion-expiry", "a sound token request whose assertion has no exp",
            |call, _| { assertion(call)?.remove("exp"); Ok(()) }),
        forged!(refused Fail, "issuer-assertion-nbf-ahead", "an assertion for later is refused",
        "oauth2-assertion-not-before", "a sound token request whose assertion is good in two hours only",
        |call, driver| {
            let later = driver.world.clock.now() + HOURS;
            let token = assertion(call)?;
            token.set("nbf", later);
            token.set("exp", later + 300);
            Ok(())
        }),
        forged!(
            free,
            "issuer-assertion-iat-ahead",
            "an assertion made in the future: both answers are sound",
            "oauth2-assertion-free",
            "a sound token request whose assertion has iat two hours ahead, and exp behind it",
            |call, driver| {
                let later = driver.world.clock.now() + HOURS;
                let token = assertion(call)?;
                token.set("iat", later);
                token.set("exp", later + 300);
                Ok(())
            }
        ),
        forged!(
            free,
            "issuer-assertion-jti-missing",
            "an assertion without jti: both answers are sound",
            "oauth2-assertion-free",
            "a sound token request whose assertion has no jti",
            |call, _| {
                assertion(call)?.remove("jti");
                Ok(())
            }
        ),
        steps!(
            "issuer-assertion-jti-replayed",
            "an assertion that comes again: both answers are sound",
            "oauth2-assertion-once",
            "a sound token request, and another one with the same assertion",
            replayed
        )
        .observes(),
    ]
}

/// The same assertion once more, with a code of its own where codes are redeemed.
async fn replayed(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let client = needs!(signer(driver));
    let kind = control(driver, &client).await?;
    let first = sound(driver, &client, kind).await?;
    let reply = driver.send(&first).await?;
    if !gives_token(&reply) {
        return Ok(Ended::skip(format!("the sound request is answered with {}", reply.describe())));
    }
    let again = sound(driver, &client, kind).await?;
    let reply = driver.send(&ClientCall { proof: first.proof, ..again }).await?;
    Ok(refusal(&reply, Info))
}

fn signature() -> Vec<IssuerCase> {
    vec![
        forged!(refused Fail, "issuer-assertion-alg-none", "an assertion that nobody signed is refused",
        "oauth2-assertion-signature", "a sound token request whose assertion has alg none and no signature",
        |call, _| {
            let token = assertion(call)?;
            token.set_header("alg", "none");
            token.seal = Seal::Empty;
            Ok(())
        }),
        forged!(refused Fail, "issuer-assertion-public-key-as-secret", "an assertion signed with the public key for a secret is refused",
        "oauth2-assertion-signature", "a sound token request whose assertion has alg HS256, the client's public key in PEM for its secret",
        |call, driver| {
            let secret = driver.world.keys.own.public_encodings().into_iter().next();
            let token = assertion(call)?;
            token.set_header("alg", "HS256");
            token.seal = Seal::Hmac(secret.unwrap_or_default());
            Ok(())
        }),
        forged!(refused Fail, "issuer-assertion-signature-altered", "an assertion whose signature was altered is refused",
            "oauth2-assertion-signature", "a sound token request whose assertion has another last byte of its signature",
            |call, _| { assertion(call)?.tamper = Some(alter_signature); Ok(()) }),
        forged!(refused Fail, "issuer-assertion-header-key", "a key that stands in the header proves nothing",
        "oauth2-assertion-signature", "a sound token request whose assertion is signed with a key that nobody registered and that stands in its header",
        |call, driver| {
            let stranger = &driver.world.keys.stranger;
            let token = assertion(call)?;
            token.sign_with(stranger, Scheme::Rs256);
            token.set_header("kid", NOBODYS_KID);
            token.set_header("jwk", stranger.jwk(NOBODYS_KID));
            Ok(())
        }),
        steps!(
            "issuer-assertion-other-key",
            "an assertion that another client signed is refused",
            "oauth2-assertion-signature",
            "a sound token request whose assertion is signed with another client's key",
            other_key
        ),
        forged!(
            free,
            "issuer-assertion-kid-unknown",
            "the right key under a name that nobody knows: both answers are sound",
            "oauth2-assertion-free",
            "a sound token request whose assertion has a kid that is not in the client's key set",
            |call, _| {
                assertion(call)?.set_header("kid", NOBODYS_KID);
                Ok(())
            }
        ),
        steps!(
            "issuer-assertion-algorithm",
            "another algorithm than the registered one is refused",
            "oauth2-assertion-algorithm",
            "a sound token request of a client that registered RS256, with an assertion signed with PS256 by the same key",
            algorithm
        ),
        forged!(refused Fail, "issuer-assertion-critical", "an assertion with an unknown critical header is refused",
        "oauth2-assertion-critical", "a sound token request whose assertion has crit [\"https://suite.example/critical\"]",
        |call, _| {
            let token = assertion(call)?;
            token.set_header("crit", json!(["https://suite.example/critical"]));
            token.set_header("https://suite.example/critical", true);
            Ok(())
        }),
    ]
}

/// The key of another client, which the issuer learns of first where clients can register.
async fn other_key(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let client = needs!(signer(driver));
    if driver.grounds.metadata.endpoint("registration_endpoint").is_some() {
        let mut body: Map<String, Value> = driver.client_metadata(AuthMethod::PrivateKeyJwt, false);
        body.insert("jwks".to_owned(), json!({ "keys": [driver.world.keys.stranger.jwk(NOBODYS_KID)] }));
        driver.register(&body).await?;
    }
    let reply = asked(driver, &client, |call, driver| {
        let token = assertion(call)?;
        token.sign_with(&driver.world.keys.stranger, Scheme::Rs256);
        token.set_header("kid", NOBODYS_KID);
        Ok(())
    })
    .await?;
    Ok(refusal(&reply, Fail))
}

async fn algorithm(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let known = needs!(signer(driver));
    let registered =
        |client: &Client| client.answered("token_endpoint_auth_signing_alg").and_then(Value::as_str) == Some("RS256");
    let mut client = known;
    if !registered(&client) {
        if driver.grounds.metadata.endpoint("registration_endpoint").is_none() {
            return Ok(Ended::skip(
                "that a client registered one algorithm is known only where the suite registers it",
            ));
        }
        client = match driver.new_client(AuthMethod::PrivateKeyJwt).await? {
            Ok(client) => client,
            Err(reason) => return Ok(Ended::skip(format!("a client could not be registered: {reason}"))),
        };
    }
    if !registered(&client) {
        return Ok(Ended::skip("the registration does not keep token_endpoint_auth_signing_alg"));
    }
    let reply = asked(driver, &client, |call, driver| {
        assertion(call)?.sign_with(&driver.world.keys.own, Scheme::Ps256);
        Ok(())
    })
    .await?;
    Ok(refusal(&reply, Fail))
}

fn around() -> Vec<IssuerCase> {
    vec![
        forged!(refused Warn, "issuer-assertion-type", "an assertion of another type is refused",
            "oauth2-assertion-type", "a sound token request with client_assertion_type \"urn:suite.example:assertion\"",
            |call, _| by_hand(call, "urn:suite.example:assertion", |text| text)),
        forged!(refused Warn, "issuer-assertion-two", "two assertions in one parameter are refused",
            "oauth2-assertion-one", "a sound token request whose client_assertion holds the assertion twice",
            |call, _| by_hand(call, JWT_BEARER, |text| format!("{text} {text}"))),
        steps!(
            "issuer-assertion-client-id",
            "client_id of another client beside an assertion is refused",
            "oauth2-assertion-client-id",
            "a sound token request with another client's id as client_id",
            client_id
        ),
    ]
}

/// Writes the parameters of the assertion by hand.
fn by_hand(call: &mut ClientCall, of_type: &str, write: fn(String) -> String) -> Result<(), Halt> {
    let text = signed(assertion(call)?)?;
    call.proof = Proof::Nothing;
    call.set("client_assertion_type", of_type);
    call.set("client_assertion", write(text));
    Ok(())
}

async fn client_id(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let client = needs!(signer(driver));
    if secret_client(driver).is_err() {
        return Ok(Ended::skip("needs another client of the suite, whose id can be sent"));
    }
    let reply = asked(driver, &client, |call, driver| {
        let other = secret_client(driver).map_err(|_| Halt::Skip("needs another client of the suite".to_owned()))?;
        call.set("client_id", other.id);
        Ok(())
    })
    .await?;
    Ok(refusal(&reply, Warn))
}
