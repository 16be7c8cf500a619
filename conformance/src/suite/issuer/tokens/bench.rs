//! What the cases about tokens share: a sound request that the issuer is known to answer, and what answers are worth.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::{
    case::{Ended, Outcome, Outcome::Pass},
    driver::Halt,
    forge::Token,
    keys::KeyError,
    subject::issuer::{AuthMethod, Call, Client, ClientCall, Granted, IssuerDriver, Proof, Reply, Tokens, gives_token},
};

/// Longer than any skew of clocks that a server may allow, in seconds.
pub(crate) const HOURS: i64 = 7200;
/// The longest time that a run waits for by a real clock, in seconds.
const PATIENCE: i64 = 600;

/// Which sound request the issuer answers for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Of the client by itself.
    Credentials,
    /// With a fresh code.
    Code,
}

/// Sends the sound request of this client once; without a token for it nothing is proven.
pub(crate) async fn control(driver: &mut IssuerDriver<'_>, client: &Client) -> Result<Kind, Halt> {
    if !client.is_public() && driver.grounds.metadata.grants("client_credentials") {
        let call = driver.token_call(client, &[("grant_type", "client_credentials")])?;
        if gives_token(&driver.send(&call).await?) {
            return Ok(Kind::Credentials);
        }
    }
    driver.tokens_for(client).await?;
    Ok(Kind::Code)
}

/// A fresh sound request of this kind.
pub(crate) async fn sound(driver: &mut IssuerDriver<'_>, client: &Client, kind: Kind) -> Result<ClientCall, Halt> {
    match kind {
        Kind::Credentials => driver.token_call(client, &[("grant_type", "client_credentials")]),
        Kind::Code => {
            let granted = driver.code_for(client).await?;
            driver.redemption(&granted)
        }
    }
}

/// Changes a request.
pub(crate) type Change = fn(&mut ClientCall, &IssuerDriver<'_>) -> Result<(), Halt>;

/// The answer to a changed request of this client; the same request without the change was answered with a token.
pub(crate) async fn asked(driver: &mut IssuerDriver<'_>, client: &Client, change: Change) -> Result<Reply, Halt> {
    let kind = control(driver, client).await?;
    let mut call = sound(driver, client, kind).await?;
    change(&mut call, driver)?;
    driver.send(&call).await
}

/// What an answer is worth that must not hold a token.
pub(crate) fn refusal(reply: &Reply, given: Outcome) -> Ended {
    if gives_token(reply) {
        return Ended::judged(given, "granted", format!("{}, with a token", reply.describe()));
    }
    Ended::judged(if given == Outcome::Info { given } else { Pass }, "refused", reply.describe())
}

/// What an answer is worth that has to hold a token.
pub(crate) fn grant(reply: &Reply, refused: Outcome) -> Ended {
    if gives_token(reply) {
        let worth = if refused == Outcome::Info { refused } else { Pass };
        return Ended::judged(worth, "granted", format!("{}, with a token", reply.describe()));
    }
    Ended::judged(refused, "refused", format!("no token: {}", reply.describe()))
}

/// A client that authenticates so, or why there is none.
pub(crate) fn using(driver: &IssuerDriver<'_>, auth: AuthMethod) -> Result<Client, Ended> {
    let client = driver.grounds.clients.using(auth).cloned();
    let (list, word) = ("token_endpoint_auth_methods_supported", auth.as_str());
    let metadata = &driver.grounds.metadata;
    let offered = metadata.names(list, word) || (metadata.get(list).is_none() && auth == AuthMethod::ClientSecretBasic);
    client.ok_or_else(|| {
        if offered {
            Ended::skip(format!(
                "needs a client of the suite that authenticates by {word}: a [[client]] with auth = \"{word}\""
            ))
        } else {
            Ended::unsupported(format!("{list} does not name {word}"))
        }
    })
}

/// A confidential client with a secret, by whichever of the two ways.
pub(crate) fn secret_client(driver: &IssuerDriver<'_>) -> Result<Client, Ended> {
    using(driver, AuthMethod::ClientSecretBasic).or_else(|_| using(driver, AuthMethod::ClientSecretPost))
}

/// The first client, where it has to prove itself.
pub(crate) fn confidential(driver: &IssuerDriver<'_>) -> Result<Client, Halt> {
    let client = driver.client()?;
    if client.is_public() {
        return Err(Halt::Skip("the suite has no client that has to prove itself".to_owned()));
    }
    Ok(client.clone())
}

/// Another confidential client than the first.
pub(crate) fn second(driver: &IssuerDriver<'_>) -> Result<Client, Halt> {
    let missing = || Halt::Skip("needs a second confidential client of the suite: another [[client]]".to_owned());
    driver.grounds.clients.second().cloned().ok_or_else(missing)
}

/// The assertion of a request, to be changed.
pub(crate) fn assertion(call: &mut ClientCall) -> Result<&mut Token, Halt> {
    match &mut call.proof {
        Proof::Assertion(token) => Ok(token),
        _ => Err(Halt::Skip("the client does not sign".to_owned())),
    }
}

/// Text of a signed token.
pub(crate) fn signed(token: &Token) -> Result<String, Halt> {
    token.compact().map_err(|error: KeyError| Halt::Skip(error.to_string()))
}

/// Tokens of the first user with a refresh token among them; `scope` is asked beside what is needed for one.
pub(crate) async fn refreshable(
    driver: &mut IssuerDriver<'_>,
    client: &Client,
    more: &[(&str, &str)],
) -> Result<(Granted, Tokens), Halt> {
    let plain = driver.grounds.control.as_ref().is_some_and(|(_, tokens)| tokens.refresh_token().is_some());
    let mut ask = driver.ask_as(client)?;
    for (name, value) in more {
        ask.set(name, *value);
    }
    if !plain && driver.grounds.metadata.names("scopes_supported", "offline_access") {
        let scope = ask.get("scope").unwrap_or_default().to_owned();
        if !scope.split_whitespace().any(|word| word == "offline_access") {
            ask.set("scope", format!("{scope} offline_access"));
        }
        ask.set("prompt", "consent");
    }
    let granted = driver.granted(ask).await?;
    let tokens = driver.redeem(&granted).await?;
    if tokens.refresh_token().is_none() {
        return Err(Halt::Skip("no refresh token came with the tokens of a sound flow".to_owned()));
    }
    Ok((granted, tokens))
}

/// Why nothing about refresh tokens can be judged; nothing where it can.
pub(crate) fn no_refresh(driver: &IssuerDriver<'_>) -> Option<Ended> {
    let given = driver.grounds.control.as_ref().is_some_and(|(_, tokens)| tokens.refresh_token().is_some());
    if given || driver.grounds.metadata.grants("refresh_token") {
        return None;
    }
    Some(Ended::unsupported("grant_types_supported does not name refresh_token, and none came"))
}

/// Refreshes once, as the control: the tokens of the answer and the refresh token that is good now.
pub(crate) async fn refreshed(
    driver: &mut IssuerDriver<'_>,
    client: &Client,
    refresh_token: &str,
) -> Result<(Tokens, String), Halt> {
    let reply = driver.refresh(client, refresh_token).await?;
    let described = reply.describe();
    let tokens = Tokens::of(reply, driver.world.clock.now())
        .ok_or_else(|| Halt::Skip(format!("a sound request to refresh is answered with {described}")))?;
    let next = tokens.refresh_token().unwrap_or(refresh_token).to_owned();
    Ok((tokens, next))
}

/// A form that the first client sends to another endpoint, with the sound proof of this client.
pub(crate) fn client_call(
    driver: &IssuerDriver<'_>,
    url: &Url,
    client: &Client,
    form: &[(&str, &str)],
) -> Result<ClientCall, Halt> {
    let token_url = driver.token_url()?;
    let proof = Proof::of(driver.world, client, driver.token_audience(&token_url))?;
    Ok(ClientCall::new(url, proof, form))
}

/// The endpoint of an optional feature; that the issuer does not have it where it names none.
pub(crate) fn feature(driver: &IssuerDriver<'_>, name: &str) -> Result<Url, Ended> {
    let metadata = &driver.grounds.metadata;
    metadata.endpoint(name).ok_or_else(|| Ended::unsupported(format!("the issuer's metadata name no {name}")))
}

/// Whether an access token is good: by `UserInfo` where there is one, by introspection otherwise; nothing where neither
/// can tell.
pub(crate) async fn alive(driver: &mut IssuerDriver<'_>, client: &Client, token: &str) -> Result<Option<bool>, Halt> {
    if let (true, Ok(url)) = (driver.is_openid(), feature(driver, "userinfo_endpoint")) {
        let reply = driver.call(&Call::get(&url, "application/json").bearer(token)).await?;
        return Ok(Some(reply.is_success()));
    }
    if let Ok(url) = feature(driver, "introspection_endpoint") {
        let call = client_call(driver, &url, client, &[("token", token)])?;
        let reply = driver.send(&call).await?;
        return Ok(reply.json().and_then(|body| body.get("active").and_then(Value::as_bool)));
    }
    Ok(None)
}

/// Lets so much time pass that what ends in `lifetime` seconds has surely ended, and says what it is worth when it is taken
/// all the same: no text has a number for the skew of clocks, so that an hour is a failure, and some minutes a warning.
pub(crate) async fn outlive(driver: &IssuerDriver<'_>, lifetime: i64) -> Result<Outcome, Halt> {
    let clock = &driver.world.clock;
    if !clock.is_system() {
        clock.pause(Duration::from_secs(u64::try_from(lifetime + HOURS).unwrap_or_default())).await;
        return Ok(Outcome::Fail);
    }
    if lifetime > PATIENCE {
        return Err(Halt::Skip(format!("it is good for {lifetime} s: longer than a run waits for")));
    }
    driver.wait(u32::try_from(lifetime + 330).unwrap_or(u32::MAX)).await?;
    Ok(Outcome::Warn)
}

/// The words of a scope.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// The scope in the claims of a token: text or an array, under either of the two names in use; nothing where it cannot be
/// read.
pub(crate) fn scope_claim(claims: &Value) -> Option<Vec<String>> {
    match claims.get("scope").or_else(|| claims.get("scp"))? {
        Value::String(text) => Some(words(text)),
        Value::Array(several) => several.iter().map(|word| word.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// A number of seconds in an answer.
pub(crate) fn seconds(body: &serde_json::Map<String, Value>, name: &str) -> Option<i64> {
    body.get(name).and_then(Value::as_i64).filter(|seconds| *seconds > 0)
}

/// Ends a case whose feature is not there.
macro_rules! needs {
    ($sought:expr) => {
        match $sought {
            Ok(found) => found,
            Err(ended) => return Ok(ended),
        }
    };
}
pub(crate) use needs;

/// A case that changes the sound request of a client: how the client is found, what an answer is worth, the change.
macro_rules! changed {
    ($id:literal, $title:literal, $rule:literal, $sent:literal, $client:expr, $judge:expr, $change:expr) => {
        $crate::subject::issuer::IssuerCase::steps($id, $title, |driver| {
            Box::pin(async move {
                const CHANGE: $crate::suite::issuer::tokens::bench::Change = $change;
                let client = $crate::suite::issuer::tokens::bench::needs!($client(driver));
                let reply = $crate::suite::issuer::tokens::bench::asked(driver, &client, CHANGE).await?;
                Ok($judge(&reply))
            })
        })
        .rules(&[$rule])
        .sent($sent)
    };
}
pub(crate) use changed;

/// A case with a sequence of its own.
macro_rules! steps {
    ($id:literal, $title:literal, $rule:literal, $sent:literal, $run:path) => {
        $crate::subject::issuer::IssuerCase::steps($id, $title, |driver| Box::pin($run(driver)))
            .rules(&[$rule])
            .sent($sent)
    };
}
pub(crate) use steps;
