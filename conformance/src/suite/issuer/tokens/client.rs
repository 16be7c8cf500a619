//! How clients prove themselves by a secret (RFC 6749, 2.3 and 5.2).

use url::Url;

use super::{
    bench::{asked, changed, needs, refusal, secret_client, steps, using},
    challenge::challenges,
};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{AuthMethod, Client, IssuerCase, IssuerDriver, Proof, Reply, gives_token},
};

/// A secret that is nobody's.
const WRONG: &str = "this-is-nobodys-secret";

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        changed!(
            "issuer-token-client-missing",
            "a client that has a secret gets no token without it",
            "oauth2-token-client-authentication",
            "a sound token request with client_id and without credentials",
            secret_client,
            |reply: &Reply| refusal(reply, Fail),
            |call, _| {
                if let Proof::Basic(id, _) | Proof::Post(id, _) = &call.proof {
                    call.proof = Proof::Id(id.clone());
                }
                Ok(())
            }
        ),
        changed!(
            "issuer-token-basic-wrong",
            "a wrong secret in the header brings no token",
            "oauth2-token-client-authentication",
            "a sound token request with another secret in the Authorization header",
            basic,
            |reply: &Reply| refusal(reply, Fail),
            |call, _| {
                wrong(&mut call.proof);
                Ok(())
            }
        ),
        changed!(
            "issuer-token-post-wrong",
            "a wrong secret in the body brings no token",
            "oauth2-token-client-authentication",
            "a sound token request with another client_secret",
            post,
            |reply: &Reply| refusal(reply, Fail),
            |call, _| {
                wrong(&mut call.proof);
                Ok(())
            }
        ),
        changed!(
            "issuer-token-basic-status",
            "failed Basic authentication is answered with 401",
            "oauth2-token-basic-failure",
            "a sound token request with another secret in the Authorization header",
            basic,
            status,
            |call, _| {
                wrong(&mut call.proof);
                Ok(())
            }
        ),
        changed!(
            "issuer-token-basic-challenge",
            "failed Basic authentication is answered with WWW-Authenticate: Basic",
            "oauth2-token-basic-failure",
            "a sound token request with another secret in the Authorization header",
            basic,
            challenge,
            |call, _| {
                wrong(&mut call.proof);
                Ok(())
            }
        ),
        changed!(
            "issuer-token-client-methods",
            "a client that proves itself in two ways at once: both answers are sound",
            "oauth2-token-client-methods",
            "a sound token request with the same right secret in the header and in the body",
            basic,
            |reply: &Reply| refusal(reply, Info),
            |call, _| {
                beside(call, None);
                Ok(())
            }
        )
        .observes(),
        changed!(
            "issuer-token-client-methods-differ",
            "a wrong secret beside a right one is not passed over",
            "oauth2-token-client-methods",
            "a sound token request with the right secret in the header and another in the body",
            basic,
            |reply: &Reply| refusal(reply, Fail),
            |call, _| {
                beside(call, Some(WRONG));
                Ok(())
            }
        ),
        steps!(
            "issuer-token-client-secret-in-url",
            "a secret in the address is not looked at",
            "oauth2-token-client-secret-place",
            "a sound token request with client_id and client_secret in the query",
            in_url
        ),
    ]
}

fn basic(driver: &IssuerDriver<'_>) -> Result<Client, Ended> {
    using(driver, AuthMethod::ClientSecretBasic)
}

fn post(driver: &IssuerDriver<'_>) -> Result<Client, Ended> {
    using(driver, AuthMethod::ClientSecretPost)
}

fn wrong(proof: &mut Proof) {
    if let Proof::Basic(_, secret) | Proof::Post(_, secret) = proof {
        WRONG.clone_into(secret);
    }
}

/// Adds id and secret to the body of a request that has them in its header.
fn beside(call: &mut crate::subject::issuer::ClientCall, secret: Option<&str>) {
    if let Proof::Basic(id, own) = call.proof.clone() {
        call.set("client_id", id);
        call.set("client_secret", secret.unwrap_or(&own));
    }
}

fn status(reply: &Reply) -> Ended {
    match reply.status.as_u16() {
        _ if gives_token(reply) => Ended::skip("it is not refused at all"),
        401 => Ended::judged(Pass, "sound", "status 401"),
        other => Ended::judged(Fail, "broken", format!("status {other}")),
    }
}

fn challenge(reply: &Reply) -> Ended {
    let challenges = challenges(reply);
    match challenges.iter().find(|challenge| challenge.scheme == "basic") {
        _ if gives_token(reply) => Ended::skip("it is not refused at all"),
        Some(_) => Ended::judged(Pass, "sound", "WWW-Authenticate: Basic"),
        None if challenges.is_empty() => {
            Ended::judged(Fail, "broken", format!("{}, without WWW-Authenticate", reply.describe()))
        }
        None => Ended::judged(Fail, "broken", "WWW-Authenticate names another scheme than Basic"),
    }
}

async fn in_url(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let client = needs!(secret_client(driver));
    let reply = asked(driver, &client, |call, _| {
        let (Proof::Basic(id, secret) | Proof::Post(id, secret)) = std::mem::replace(&mut call.proof, Proof::Nothing)
        else {
            return Err(Halt::Skip("the client has no secret".to_owned()));
        };
        let mut url: Url = call.url.clone();
        url.query_pairs_mut().append_pair("client_id", &id).append_pair("client_secret", &secret);
        call.url = url;
        Ok(())
    })
    .await?;
    Ok(refusal(&reply, Warn))
}
