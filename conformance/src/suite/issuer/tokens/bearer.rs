//! How a protected resource looks at access tokens (RFC 6750), shown by `UserInfo`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Method;
use rsa::{
    BigUint, RsaPublicKey,
    pkcs8::{EncodePublicKey as _, LineEnding},
};
use serde_json::{Map, Value};
use url::Url;

use super::{
    bench::{needs, outlive, seconds, signed, steps},
    challenge::challenges,
    userinfo::{scene, with},
};
use crate::{
    case::{
        Ended, Outcome,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    forge::{Seal, Token},
    keys::Scheme,
    subject::issuer::{Call, IssuerCase, IssuerDriver, Reply},
    trace,
};

/// The capability of an issuer whose resource servers follow RFC 9068.
const RFC9068: &str = "rfc9068";
/// The name of a key that is not the issuer's.
const NOBODYS_KID: &str = "suite-nobody";

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    let mut cases = vec![
        steps!(
            "issuer-bearer-none-challenge",
            "a request without a token is answered with WWW-Authenticate: Bearer and a parameter",
            "oauth2-bearer-challenge",
            "a GET of UserInfo without a token",
            none_challenge
        ),
        steps!(
            "issuer-bearer-none-status",
            "a request without a token is answered with 401",
            "oauth2-bearer-error",
            "a GET of UserInfo without a token",
            none_status
        ),
        steps!(
            "issuer-bearer-none-error",
            "a request without a token meets no error code",
            "oauth2-bearer-error",
            "a GET of UserInfo without a token",
            none_error
        ),
        steps!(
            "issuer-bearer-altered",
            "an altered token is refused",
            "oauth2-bearer-valid",
            "a GET of UserInfo with a good access token of which one character is another",
            altered
        ),
        steps!(
            "issuer-bearer-altered-challenge",
            "a bad token is answered with WWW-Authenticate: Bearer and a parameter",
            "oauth2-bearer-challenge",
            "a GET of UserInfo with a good access token of which one character is another",
            altered_challenge
        ),
        steps!(
            "issuer-bearer-altered-error",
            "a bad token is refused with 401 invalid_token",
            "oauth2-bearer-error",
            "a GET of UserInfo with a good access token of which one character is another",
            altered_error
        ),
        steps!(
            "issuer-bearer-challenge-once",
            "a challenge names error, scope and realm once",
            "oauth2-bearer-challenge-once",
            "a GET of UserInfo with a good access token of which one character is another",
            once
        ),
        steps!(
            "issuer-bearer-expired",
            "a token that has ended is refused",
            "oauth2-bearer-valid",
            "a GET of UserInfo with an access token after its end",
            expired
        ),
    ];
    cases.extend(forged());
    cases.extend(ways());
    cases
}

fn forged() -> Vec<IssuerCase> {
    vec![
        steps!(
            "issuer-bearer-stranger",
            "a token that another key signed is refused",
            "oauth2-bearer-valid",
            "a GET of UserInfo with the claims of a good access token under the signature of another key, which stands in the header",
            stranger
        ),
        steps!(
            "issuer-bearer-alg-none",
            "a token that nobody signed is refused",
            "oauth2-bearer-valid",
            "a GET of UserInfo with the claims of a good access token, alg none and no signature",
            unsigned
        ),
        steps!(
            "issuer-bearer-public-key-as-secret",
            "a token signed with the public key for a secret is refused",
            "oauth2-bearer-valid",
            "a GET of UserInfo with the claims of a good access token, alg HS256, the issuer's public key in PEM for the secret",
            public_key
        ),
        steps!(
            "issuer-bearer-id-token",
            "an ID token is no access token",
            "oauth2-bearer-id-token",
            "a GET of UserInfo with an ID token in place of the access token",
            id_token
        ),
    ]
}

fn ways() -> Vec<IssuerCase> {
    vec![
        steps!(
            "issuer-bearer-scheme-case",
            "the scheme may be written in small letters",
            "oauth2-bearer-scheme-case",
            "a GET of UserInfo with `bearer` and a good access token",
            scheme_case
        ),
        steps!(
            "issuer-bearer-several",
            "a token that comes in two ways at once: both answers are sound",
            "oauth2-bearer-several",
            "a POST of UserInfo with a good access token in the header and in the body",
            several
        )
        .observes(),
        steps!(
            "issuer-bearer-query",
            "a token in the query: both answers are sound",
            "oauth2-bearer-query",
            "a GET of UserInfo with a good access token as the parameter access_token",
            query
        )
        .observes(),
    ]
}

/// The endpoint, and a good access token that was shown to open it.
async fn door(driver: &mut IssuerDriver<'_>) -> Result<Result<(Url, String), Ended>, Halt> {
    let (url, tokens) = match scene(driver).await? {
        Ok(found) => found,
        Err(ended) => return Ok(Err(ended)),
    };
    let token = tokens.access_token().unwrap_or_default().to_owned();
    let reply = driver.call(&with(&url, &token)).await?;
    if !reply.is_success() {
        return Ok(Err(Ended::skip(format!("a good access token is answered with {}", reply.describe()))));
    }
    Ok(Ok((url, token)))
}

/// What an answer is worth that must not serve; serving is worth this.
fn shut(reply: &Reply, served: Outcome) -> Ended {
    if reply.is_success() {
        return Ended::judged(served, "served", reply.describe());
    }
    Ended::judged(Pass, "refused", reply.describe())
}

/// A challenge of the scheme Bearer: its parameters, names in small letters. A header may hold several challenges.
fn challenge(reply: &Reply) -> Option<Vec<(String, String)>> {
    challenges(reply).into_iter().find(|challenge| challenge.scheme == "bearer").map(|challenge| challenge.parameters)
}

/// Whether the header is there with a parameter.
fn challenged(reply: &Reply) -> Ended {
    match challenge(reply) {
        _ if reply.is_success() => Ended::skip("it is not refused at all"),
        Some(parameters) if !parameters.is_empty() => {
            Ended::judged(Pass, "sound", "WWW-Authenticate: Bearer with a parameter")
        }
        Some(_) => Ended::judged(Fail, "broken", "WWW-Authenticate: Bearer without any parameter"),
        None => Ended::judged(Fail, "broken", format!("{}, without WWW-Authenticate: Bearer", reply.describe())),
    }
}

/// The answer to a request without a token.
async fn without(driver: &mut IssuerDriver<'_>) -> Result<Result<Reply, Ended>, Halt> {
    let (url, _) = match door(driver).await? {
        Ok(found) => found,
        Err(ended) => return Ok(Err(ended)),
    };
    driver.call(&Call::get(&url, "application/json")).await.map(Ok)
}

async fn none_challenge(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let reply = needs!(without(driver).await?);
    if reply.is_success() {
        return Ok(Ended::judged(Fail, "served", "UserInfo answers without a token"));
    }
    Ok(challenged(&reply))
}

async fn none_status(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let reply = needs!(without(driver).await?);
    Ok(match reply.status.as_u16() {
        401 => Ended::judged(Pass, "sound", "status 401"),
        _ => Ended::judged(Warn, "broken", reply.describe()),
    })
}

async fn none_error(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let reply = needs!(without(driver).await?);
    let Some(parameters) = challenge(&reply) else {
        return Ok(Ended::skip("there is no WWW-Authenticate: Bearer"));
    };
    Ok(match parameters.iter().find(|(name, _)| name == "error") {
        Some((_, error)) => {
            Ended::judged(Warn, "broken", format!("error {:?}", error.chars().take(40).collect::<String>()))
        }
        None => Ended::judged(Pass, "sound", "no error"),
    })
}

/// Changes a character in the last third of a token: the signature of a JWT, some part of any other.
fn alter(token: &str) -> String {
    let at = token.len() - token.len() / 6 - 1;
    token.char_indices().map(|(index, c)| if index == at { if c == 'A' { 'B' } else { 'A' } } else { c }).collect()
}

async fn altered_reply(driver: &mut IssuerDriver<'_>) -> Result<Result<Reply, Ended>, Halt> {
    let (url, token) = match door(driver).await? {
        Ok(found) => found,
        Err(ended) => return Ok(Err(ended)),
    };
    driver.call(&with(&url, &alter(&token))).await.map(Ok)
}

async fn altered(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let reply = needs!(altered_reply(driver).await?);
    Ok(shut(&reply, Fail))
}

async fn altered_challenge(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let reply = needs!(altered_reply(driver).await?);
    Ok(challenged(&reply))
}

async fn altered_error(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let reply = needs!(altered_reply(driver).await?);
    if reply.is_success() {
        return Ok(Ended::skip("it is not refused at all"));
    }
    let parameters = challenge(&reply).unwrap_or_default();
    let error = parameters.iter().find(|(name, _)| name == "error").map(|(_, error)| error.as_str());
    Ok(match (reply.status.as_u16(), error) {
        (401, Some("invalid_token")) => Ended::judged(Pass, "sound", "401 invalid_token"),
        (status, error) => {
            let error = error.unwrap_or("no error").chars().take(40).collect::<String>();
            Ended::judged(Warn, "broken", format!("status {status}, {error}"))
        }
    })
}

async fn once(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let reply = needs!(altered_reply(driver).await?);
    let Some(parameters) = challenge(&reply) else {
        return Ok(Ended::skip("there is no WWW-Authenticate: Bearer"));
    };
    let count = |wanted: &str| parameters.iter().filter(|(name, _)| name == wanted).count();
    Ok(match ["realm", "scope", "error"].into_iter().find(|name| count(name) > 1) {
        Some(name) => Ended::judged(Fail, "broken", format!("{name} is there {} times", count(name))),
        None => Ended::judged(Pass, "sound", "each is there once at most"),
    })
}

async fn expired(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, tokens) = needs!(scene(driver).await?);
    let token = tokens.access_token().unwrap_or_default();
    if !driver.call(&with(&url, token)).await?.is_success() {
        return Ok(Ended::skip("a good access token is refused too"));
    }
    let Some(lifetime) = seconds(&tokens.body, "expires_in") else {
        return Ok(Ended::skip("how long the token is good is not said"));
    };
    let worth = outlive(driver, lifetime).await?;
    let reply = driver.call(&with(&url, token)).await?;
    Ok(shut(&reply, worth))
}

/// A good access token that is a JWT, to be written anew with its own claims.
async fn rewritten(driver: &mut IssuerDriver<'_>) -> Result<Result<(Url, Token), Ended>, Halt> {
    let (url, token) = match door(driver).await? {
        Ok(found) => found,
        Err(ended) => return Ok(Err(ended)),
    };
    let decoded = trace::decode(&token).map(|token| (token.header, token.claims));
    let Some((Value::Object(header), Value::Object(claims))) = decoded else {
        return Ok(Err(Ended::unsupported("access tokens are no JSON Web Tokens")));
    };
    let mut forged = Token::new(Map::new(), driver.world.keys.stranger.clone(), NOBODYS_KID);
    forged.header = header;
    forged.claims = claims;
    Ok(Ok((url, forged)))
}

async fn stranger(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, mut token) = needs!(rewritten(driver).await?);
    let stranger = driver.world.keys.stranger.clone();
    token.sign_with(&stranger, Scheme::Rs256);
    token.set_header("jwk", stranger.jwk(NOBODYS_KID));
    let reply = driver.call(&with(&url, &signed(&token)?)).await?;
    Ok(shut(&reply, Fail))
}

async fn unsigned(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, mut token) = needs!(rewritten(driver).await?);
    token.set_header("alg", "none");
    token.seal = Seal::Empty;
    let reply = driver.call(&with(&url, &signed(&token)?)).await?;
    Ok(shut(&reply, Fail))
}

async fn public_key(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, mut token) = needs!(rewritten(driver).await?);
    let kid = token.header.get("kid").cloned();
    let entries = &driver.grounds.keys.entries;
    let named = entries.iter().find(|key| kid.is_some() && key.get("kid") == kid.as_ref());
    let Some(pem) = named.or_else(|| entries.first()).and_then(pem_of) else {
        return Ok(Ended::skip("the issuer publishes no RSA key that could be taken for a secret"));
    };
    token.set_header("alg", "HS256");
    token.seal = Seal::Hmac(pem.into_bytes());
    let reply = driver.call(&with(&url, &signed(&token)?)).await?;
    Ok(shut(&reply, Fail))
}

/// A published RSA key in PEM.
fn pem_of(key: &Value) -> Option<String> {
    let number = |name: &str| Some(BigUint::from_bytes_be(&URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok()?));
    RsaPublicKey::new(number("n")?, number("e")?).ok()?.to_public_key_pem(LineEnding::LF).ok()
}

async fn id_token(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, tokens) = needs!(scene(driver).await?);
    let Some(token) = tokens.text("id_token") else {
        return Ok(Ended::skip("the sound flow brings no ID token"));
    };
    if !driver.call(&with(&url, tokens.access_token().unwrap_or_default())).await?.is_success() {
        return Ok(Ended::skip("a good access token is refused too"));
    }
    let reply = driver.call(&with(&url, token)).await?;
    Ok(shut(&reply, if driver.world.config.issuer.can(RFC9068) { Fail } else { Warn }))
}

async fn scheme_case(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, token) = needs!(door(driver).await?);
    let call = Call::get(&url, "application/json").header("authorization", format!("bearer {token}"));
    let reply = driver.call(&call).await?;
    Ok(if reply.is_success() {
        Ended::judged(Pass, "sound", "answered")
    } else {
        Ended::judged(Warn, "refused", reply.describe())
    })
}

async fn several(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, token) = needs!(door(driver).await?);
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("access_token", &token).finish();
    let call = Call::new(Method::POST, &url).header("content-type", "application/x-www-form-urlencoded").bearer(&token);
    let reply = driver.call(&call.body(body)).await?;
    let word = if reply.is_success() { "accepted" } else { "refused" };
    Ok(Ended::judged(Info, word, reply.describe()))
}

async fn query(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (url, token) = needs!(door(driver).await?);
    let mut url = url;
    url.query_pairs_mut().append_pair("access_token", &token);
    let reply = driver.call(&Call::get(&url, "application/json")).await?;
    let word = if reply.is_success() { "accepted" } else { "refused" };
    Ok(Ended::judged(Info, word, reply.describe()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_of_a_token_is_another() {
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlc2lnbmF0dXJl";
        let other = alter(token);
        assert_eq!(other.len(), token.len());
        assert_eq!(other.chars().zip(token.chars()).filter(|(a, b)| a != b).count(), 1);
    }
}
