//! Clients that register themselves, and what becomes of their registration (RFC 7591, RFC 7592; OpenID Connect Dynamic
//! Client Registration).

use http::Method;
use serde_json::{Map, Value, json};
use url::Url;

use super::tokens::bench::{feature, needs, steps};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{AuthMethod, Call, IssuerCase, IssuerDriver, Reply},
};

/// A redirect URI without TLS on a host that is not this machine.
const PLAIN: &str = "http://app.suite.example/callback";

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    let mut cases = vec![
        steps!(
            "issuer-registration-open",
            "registration may ask for a token: every answer is sound",
            "oauth2-registration-open",
            "a sound registration without an initial access token",
            open
        )
        .observes(),
        steps!(
            "issuer-registration-token-wrong",
            "a bad initial access token is refused",
            "oauth2-registration-guard",
            "a sound registration with an initial access token of the suite's own making",
            token_wrong
        ),
        steps!(
            "issuer-registration-http-implicit",
            "a web client of the implicit grant gets no plain http redirect URI",
            "oauth2-registration-redirect",
            "a registration of a web client of the implicit grant with http://app.suite.example/callback",
            http_implicit
        ),
        steps!(
            "issuer-registration-localhost-implicit",
            "a web client of the implicit grant gets no localhost redirect URI",
            "oauth2-registration-redirect",
            "a registration of a web client of the implicit grant with https://localhost/callback",
            localhost_implicit
        ),
        steps!(
            "issuer-registration-http-native",
            "a native client gets no plain http redirect URI but on loopback",
            "oauth2-registration-redirect",
            "a registration of a native client with http://app.suite.example/callback",
            http_native
        ),
        steps!(
            "issuer-registration-redirect-error",
            "a bad redirect URI is refused with 400 invalid_redirect_uri",
            "oauth2-registration-redirect-error",
            "a registration of a native client with http://app.suite.example/callback",
            redirect_error
        ),
        steps!(
            "issuer-registration-key-sets",
            "jwks and jwks_uri are not registered together",
            "oauth2-registration-key-sets",
            "a registration with jwks and jwks_uri",
            key_sets
        ),
        steps!(
            "issuer-registration-unknown",
            "unknown metadata is ignored",
            "oauth2-registration-unknown",
            "a sound registration with the member https://suite.example/unknown",
            unknown
        ),
    ];
    cases.extend(answers());
    cases.extend(super::management::cases());
    cases
}

fn answers() -> Vec<IssuerCase> {
    vec![
        steps!(
            "issuer-registration-status",
            "a registration is answered with 201",
            "oauth2-registration-status",
            "a sound registration",
            status
        ),
        steps!(
            "issuer-registration-returned",
            "a registration is answered with what was registered",
            "oauth2-registration-returned",
            "a sound registration",
            returned
        ),
        steps!(
            "issuer-registration-secret-expiry",
            "a client secret comes with client_secret_expires_at",
            "oauth2-registration-secret",
            "a sound registration",
            secret_expiry
        ),
        steps!(
            "issuer-registration-pair",
            "registration access token and client URI come both or neither",
            "oauth2-registration-management-pair",
            "a sound registration",
            pair
        ),
        steps!(
            "issuer-registration-unique",
            "two registrations have two client ids and two secrets",
            "oauth2-registration-unique",
            "two sound registrations",
            unique
        ),
    ]
}

/// The method of authentication that sound registrations ask for: one with a secret where that is offered.
pub(super) fn method(driver: &IssuerDriver<'_>) -> AuthMethod {
    let list = "token_endpoint_auth_methods_supported";
    let metadata = &driver.grounds.metadata;
    let offered = |auth: &AuthMethod| metadata.get(list).is_none() || metadata.names(list, auth.as_str());
    let all =
        [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::PrivateKeyJwt, AuthMethod::None];
    all.into_iter().find(offered).unwrap_or(AuthMethod::ClientSecretBasic)
}

/// Registers soundly; the answer and its members.
///
/// A registration that is refused although nothing is wrong with it proves nothing.
pub(super) async fn registered(
    driver: &mut IssuerDriver<'_>,
) -> Result<Result<(Reply, Map<String, Value>), Ended>, Halt> {
    if let Err(ended) = feature(driver, "registration_endpoint") {
        return Ok(Err(ended));
    }
    let body = driver.client_metadata(method(driver), false);
    let reply = driver.register(&body).await?;
    Ok(match members(&reply) {
        Some(members) => Ok((reply, members)),
        None => Err(Ended::skip(format!("a sound registration is answered with {}", reply.describe()))),
    })
}

/// What an answer registered.
fn members(reply: &Reply) -> Option<Map<String, Value>> {
    match reply.json()? {
        Value::Object(members) if reply.is_success() && members.contains_key("client_id") => Some(members),
        _ => None,
    }
}

/// Sends a sound registration with this token, or with none.
async fn register_with(driver: &mut IssuerDriver<'_>, url: &Url, token: Option<&str>) -> Result<Reply, Halt> {
    let body = Value::Object(driver.client_metadata(method(driver), false));
    let mut call = Call::send(Method::POST, url, "application/json", &body);
    if let Some(token) = token {
        call = call.bearer(token);
    }
    driver.call(&call).await
}

async fn open(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let url = needs!(feature(driver, "registration_endpoint"));
    let reply = register_with(driver, &url, None).await?;
    let word = match reply.status.as_u16() {
        _ if reply.is_success() => "open",
        401 | 403 => "protected",
        _ => "other",
    };
    Ok(Ended::judged(Info, word, format!("{word}: {}", reply.describe())))
}

async fn token_wrong(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let url = needs!(feature(driver, "registration_endpoint"));
    needs!(registered(driver).await?);
    let declared = driver.world.config.issuer.registration_token.is_some();
    let token = driver.world.fresh("no-such-token");
    let reply = register_with(driver, &url, Some(&token)).await?;
    Ok(match (reply.is_success(), declared) {
        (false, _) => Ended::judged(Pass, "refused", reply.describe()),
        (true, true) => Ended::judged(Fail, "registered", "a client is registered"),
        // Open registration has nothing to look at.
        (true, false) => Ended::unsupported("registration is open: issuer.registration_token names no token"),
    })
}

/// The answer to a registration of one redirect URI, where the same registration with a sound one is taken.
async fn with_redirect(
    driver: &mut IssuerDriver<'_>,
    more: &[(&str, Value)],
    sound: &str,
    uri: &str,
) -> Result<Result<Reply, Ended>, Halt> {
    if let Err(ended) = feature(driver, "registration_endpoint") {
        return Ok(Err(ended));
    }
    let mut body = driver.client_metadata(method(driver), false);
    for (name, value) in more {
        body.insert((*name).to_owned(), value.clone());
    }
    body.insert("redirect_uris".to_owned(), json!([sound]));
    let reply = driver.register(&body).await?;
    if members(&reply).is_none() {
        let why = format!("the same registration with {sound} is answered with {}", reply.describe());
        return Ok(Err(Ended::skip(why)));
    }
    body.insert("redirect_uris".to_owned(), json!([uri]));
    driver.register(&body).await.map(Ok)
}

/// What an answer is worth that must not register this redirect URI.
fn not_held(reply: &Reply, uri: &str) -> Ended {
    let Some(members) = members(reply) else { return Ended::judged(Pass, "refused", reply.describe()) };
    match members.get("redirect_uris").and_then(Value::as_array) {
        Some(uris) if uris.iter().any(|known| known.as_str() == Some(uri)) => {
            Ended::judged(Fail, "registered", format!("{uri} is registered"))
        }
        Some(_) => Ended::judged(Pass, "left-out", format!("{}, without {uri}", reply.describe())),
        None => Ended::skip("the answer does not say which redirect URIs are registered"),
    }
}

/// What a web client of the implicit grant registers.
fn implicit(driver: &IssuerDriver<'_>) -> Result<Vec<(&'static str, Value)>, Ended> {
    let metadata = &driver.grounds.metadata;
    if !metadata.grants("implicit") || !metadata.answers("id_token") {
        return Err(Ended::unsupported("the implicit grant with id_token is not offered"));
    }
    let grants = json!(["implicit"]);
    Ok(vec![("application_type", json!("web")), ("grant_types", grants), ("response_types", json!(["id_token"]))])
}

async fn http_implicit(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let more = needs!(implicit(driver));
    let reply = needs!(with_redirect(driver, &more, "https://app.suite.example/callback", PLAIN).await?);
    Ok(not_held(&reply, PLAIN))
}

async fn localhost_implicit(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    const LOCAL: &str = "https://localhost/callback";
    if !driver.is_openid() {
        return Ok(Ended::unsupported("RFC 7591 lets plain OAuth clients have https on localhost"));
    }
    let more = needs!(implicit(driver));
    let reply = needs!(with_redirect(driver, &more, "https://app.suite.example/callback", LOCAL).await?);
    let Some(registered) = members(&reply) else { return Ok(not_held(&reply, LOCAL)) };
    // What was registered may be another kind of client than the one that asked.
    let Some(grants) = registered.get("grant_types").and_then(Value::as_array) else {
        return Ok(Ended::skip("the answer does not say which grant types are registered"));
    };
    let native = registered.get("application_type").and_then(Value::as_str) == Some("native");
    if native || !grants.contains(&json!("implicit")) {
        return Ok(Ended::judged(Pass, "changed", "no web client of the implicit grant is registered"));
    }
    Ok(not_held(&reply, LOCAL))
}

/// The answer to a native client with a plain http redirect URI.
async fn native(driver: &mut IssuerDriver<'_>) -> Result<Result<Reply, Ended>, Halt> {
    let more = [("application_type", json!("native"))];
    with_redirect(driver, &more, "http://127.0.0.1/callback", PLAIN).await
}

async fn http_native(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let reply = needs!(native(driver).await?);
    Ok(not_held(&reply, PLAIN))
}

async fn redirect_error(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let reply = needs!(native(driver).await?);
    if members(&reply).is_some() {
        return Ok(Ended::skip("it is not refused at all"));
    }
    let error = reply.json().and_then(|body| body.get("error")?.as_str().map(str::to_owned));
    Ok(match (reply.status.as_u16(), error.as_deref()) {
        (400, Some("invalid_redirect_uri")) => Ended::judged(Pass, "sound", "400 invalid_redirect_uri"),
        _ => Ended::judged(Warn, "other", reply.describe()),
    })
}

async fn key_sets(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    needs!(registered(driver).await?);
    let mut body = driver.client_metadata(method(driver), false);
    body.insert("jwks".to_owned(), json!({ "keys": [driver.world.keys.own.jwk("suite-client")] }));
    body.insert("jwks_uri".to_owned(), json!(driver.world.config.own("/jwks")));
    let reply = driver.register(&body).await?;
    Ok(match members(&reply) {
        None => Ended::judged(Pass, "refused", reply.describe()),
        Some(members) if members.contains_key("jwks") && members.contains_key("jwks_uri") => {
            Ended::judged(Fail, "both", "both are registered")
        }
        Some(_) => Ended::judged(Pass, "one", "not both are registered"),
    })
}

async fn unknown(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    needs!(registered(driver).await?);
    let mut body = driver.client_metadata(method(driver), false);
    body.insert("https://suite.example/unknown".to_owned(), json!("unknown"));
    let reply = driver.register(&body).await?;
    Ok(match members(&reply) {
        Some(_) => Ended::judged(Pass, "registered", reply.status.as_u16().to_string()),
        None => Ended::judged(Fail, "refused", reply.describe()),
    })
}

async fn status(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (reply, _) = needs!(registered(driver).await?);
    Ok(match reply.status.as_u16() {
        201 => Ended::judged(Pass, "sound", "status 201"),
        other => Ended::judged(Warn, "broken", format!("status {other}")),
    })
}

async fn returned(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (_, members) = needs!(registered(driver).await?);
    let asked = driver.client_metadata(method(driver), false);
    let missing = |name: &&str| asked.contains_key(*name) && !members.contains_key(*name);
    // That a server registered the redirect URIs is sure; the rest it may have left out or replaced.
    if members.get("redirect_uris").is_none() {
        return Ok(Ended::judged(Fail, "broken", "without redirect_uris"));
    }
    let rest: Vec<&str> = ["client_name", "grant_types", "response_types", "token_endpoint_auth_method"]
        .into_iter()
        .filter(missing)
        .collect();
    Ok(if rest.is_empty() {
        Ended::judged(Pass, "sound", "everything that was asked is there")
    } else {
        Ended::judged(Warn, "short", format!("without {}", rest.join(", ")))
    })
}

async fn secret_expiry(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (_, members) = needs!(registered(driver).await?);
    if !members.contains_key("client_secret") {
        return Ok(Ended::skip("no client_secret came"));
    }
    Ok(match members.get("client_secret_expires_at") {
        Some(Value::Number(_)) => Ended::judged(Pass, "sound", "client_secret_expires_at is there"),
        _ => Ended::judged(Fail, "broken", "a client_secret without client_secret_expires_at"),
    })
}

async fn pair(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (_, members) = needs!(registered(driver).await?);
    let has = |name: &str| members.contains_key(name);
    Ok(match (has("registration_access_token"), has("registration_client_uri")) {
        (true, true) => Ended::judged(Pass, "sound", "both are there"),
        (false, false) => Ended::judged(Pass, "sound", "none is there"),
        (true, false) => Ended::judged(Fail, "broken", "a registration_access_token without registration_client_uri"),
        (false, true) => Ended::judged(Fail, "broken", "a registration_client_uri without registration_access_token"),
    })
}

async fn unique(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let (_, first) = needs!(registered(driver).await?);
    let (_, second) = needs!(registered(driver).await?);
    let text = |members: &Map<String, Value>, name: &str| {
        members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let same = |name: &str| text(&first, name).is_some_and(|value| text(&second, name) == Some(value));
    Ok(if same("client_secret") {
        Ended::judged(Fail, "broken", "two registrations have one client_secret")
    } else if same("client_id") {
        // RFC 7591 only says that client ids should not be shared.
        let worth = if driver.is_openid() { Fail } else { Warn };
        Ended::judged(worth, "broken", "two registrations have one client_id")
    } else {
        Ended::judged(Pass, "sound", "they differ")
    })
}
