//! Where an issuer sends the browser: redirect URIs that are registered, and near misses of them (RFC 6749, 3.1.2.3).

use serde_json::json;
use url::Url;

use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{Answer, AnswerKind, Ask, AuthMethod, Client, IssuerCase, IssuerDriver, Place, Worth},
};

/// A host that is nobody's.
const STRANGER: &str = "https://evil.example/callback";

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    let mut cases = misses();
    cases.extend(others());
    cases.extend(registrations());
    cases
}

/// A case whose redirect URI is not one that is registered.
macro_rules! miss {
    ($id:literal, $title:literal, $rule:literal, $sent:literal, $change:expr) => {
        IssuerCase::ask($id, $title, Worth::refuse(Fail), |ask, _| {
            const CHANGE: fn(&str) -> String = $change;
            let other = CHANGE(ask.client.redirect_uri());
            ask.set("redirect_uri", other);
        })
        .judged_by(near)
        .rules(&[$rule])
        .sent($sent)
    };
}

fn misses() -> Vec<IssuerCase> {
    vec![
        miss!(
            "issuer-redirect-unregistered",
            "a redirect URI on another host is refused in place",
            "oauth2-redirect-registered",
            "an authorization request with redirect_uri on a host that is not registered",
            |_| STRANGER.to_owned()
        ),
        miss!(
            "issuer-redirect-query-added",
            "the registered redirect URI with a query is another one",
            "oauth2-redirect-exact",
            "an authorization request with the registered redirect_uri and ?code=x&next=1 behind it",
            |uri| format!("{uri}{}code=x&next=1", if uri.contains('?') { '&' } else { '?' })
        ),
        IssuerCase::ask(
            "issuer-redirect-query-changed",
            "the registered redirect URI with another value in its query is another one",
            Worth::refuse(Fail),
            |ask, _| {
                let queried = ask.client.redirect_uris.iter().find(|uri| uri.contains('?'));
                let other =
                    queried.and_then(|uri| uri.split_once('?')).map(|(start, _)| format!("{start}?tenant=south"));
                ask.set("redirect_uri", other.unwrap_or_default());
            },
        )
        .judged_by(|answer, ask, driver| {
            let none = ask.get("redirect_uri").is_none_or(str::is_empty);
            let nothing =
                none.then(|| Ended::skip("no redirect URI with a query is registered for the suite's client"));
            nothing.or_else(|| near(answer, ask, driver))
        })
        .rules(&["oauth2-redirect-exact"])
        .sent("an authorization request with a registered redirect_uri whose query has another value"),
        miss!(
            "issuer-redirect-suffix",
            "a redirect URI that begins with the registered one is another one",
            "oauth2-redirect-exact",
            "an authorization request with the registered redirect_uri and -evil behind it",
            |uri| format!("{uri}-evil")
        ),
        miss!(
            "issuer-redirect-dot-segments",
            "a redirect URI is not resolved before it is compared",
            "oauth2-redirect-exact",
            "an authorization request whose redirect_uri leads to the registered one by /elsewhere/../",
            |uri| with_path(uri, |path| format!("/elsewhere/..{path}"))
        ),
        miss!(
            "issuer-redirect-case",
            "the path of a redirect URI is compared with its capital letters",
            "oauth2-redirect-exact",
            "an authorization request with the path of the registered redirect_uri in capital letters",
            |uri| with_path(uri, str::to_ascii_uppercase)
        ),
        miss!(
            "issuer-redirect-slash",
            "the registered redirect URI with a slash behind it is another one",
            "oauth2-redirect-exact",
            "an authorization request with the registered redirect_uri and / behind it",
            |uri| format!("{uri}/")
        ),
        miss!(
            "issuer-redirect-host",
            "the host of a redirect URI is compared to its end",
            "oauth2-redirect-exact",
            "an authorization request with .evil.example behind the host of the registered redirect_uri",
            |uri| with_host(uri, |host| format!("{host}.evil.example"))
        ),
        miss!(
            "issuer-redirect-user",
            "a user name before the host makes another redirect URI",
            "oauth2-redirect-exact",
            "an authorization request with somebody@ before the host of the registered redirect_uri",
            |uri| with_host(uri, |host| format!("somebody@{host}"))
        ),
    ]
}

/// A redirect URI with another path, written as it is: no parser resolves it.
fn with_path(uri: &str, change: impl Fn(&str) -> String) -> String {
    let start = uri.find("://").map_or(0, |at| at + 3);
    let path = uri[start..].find('/').map_or(uri.len(), |at| start + at);
    format!("{}{}", &uri[..path], change(&uri[path..]))
}

/// A redirect URI with another host.
fn with_host(uri: &str, change: impl Fn(&str) -> String) -> String {
    let start = uri.find("://").map_or(0, |at| at + 3);
    let end = uri[start..].find(['/', '?']).map_or(uri.len(), |at| start + at);
    let name = uri[start..end].find(':').map_or(end, |at| start + at);
    format!("{}{}{}", &uri[..start], change(&uri[start..name]), &uri[name..])
}

/// A near miss is refused in place. Where the browser comes to a registered address all the same, nothing leaks.
fn near(answer: &Answer, ask: &Ask, driver: &IssuerDriver<'_>) -> Option<Ended> {
    if driver.world.config.issuer.can("partial-redirect-uris") {
        return Some(Ended::unsupported("the configuration says that patterns are registered (RFC 6749, 3.1.2.2)"));
    }
    if ask.client.redirect_uris.iter().any(|uri| Some(uri.as_str()) == ask.get("redirect_uri")) {
        return Some(Ended::skip("this is a redirect URI that is registered"));
    }
    let delivered = answer.delivered.as_ref()?;
    let asked = Url::parse(ask.get("redirect_uri")?).ok()?;
    let same = |uri: &String| Url::parse(uri).is_ok_and(|known| known == asked);
    let resolved = ask.client.redirect_uris.iter().any(same);
    // Browsers resolve an address before they go there: what the issuer sent stands in its own answer alone. An address that
    // is resolved already says nothing, since the registered one may have been resolved as well.
    let sent = delivered.headers.get(http::header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let as_asked = ask.get("redirect_uri").is_some_and(|named| named != asked.as_str() && sent.starts_with(named));
    let carries = asked.query_pairs().all(|(name, value)| {
        delivered
            .parameters
            .iter()
            .any(|(place, known, said)| *place == Place::Query && *known == name && *said == value)
    });
    let warned = |seen: &str| Some(Ended::judged(Warn, "elsewhere", format!("{seen}: {}", answer.describe())));
    match answer.kind {
        AnswerKind::Elsewhere => warned("answered at a registered redirect URI instead of refused"),
        AnswerKind::Granted if resolved && as_asked => Some(Ended::judged(
            Fail,
            "stray-grant",
            format!("sent to the unregistered redirect URI as it was asked for: {}", answer.describe()),
        )),
        AnswerKind::Granted | AnswerKind::Error if resolved => warned("answered at the registered redirect URI"),
        AnswerKind::Granted if !carries => warned("answered at the registered redirect URI"),
        AnswerKind::Error if carries && asked.query().is_some() => {
            Some(Ended::judged(Fail, "stray", format!("sent to the unregistered redirect URI: {}", answer.describe())))
        }
        _ => None,
    }
}

fn others() -> Vec<IssuerCase> {
    vec![
        IssuerCase::ask(
            "issuer-redirect-missing",
            "an OpenID request without redirect_uri is refused",
            Worth::refuse(Fail),
            |ask, _| ask.remove("redirect_uri"),
        )
        .judged_by(|answer, _, driver| {
            // Plain OAuth 2.0 lets a client with one redirect URI leave it out (RFC 6749, 4.1.1).
            let plain = !driver.is_openid();
            plain.then(|| Ended::judged(Info, answer.kind.word(), answer.describe()))
        })
        .rules(&["oidc-redirect-missing"])
        .sent("an authorization request without redirect_uri"),
        IssuerCase::steps(
            "issuer-redirect-twice",
            "of two redirect URIs the one that is used is the one that was checked",
            |driver| Box::pin(twice(driver)),
        )
        .rules(&["oauth2-redirect-registered"])
        .sent("two authorization requests with redirect_uri twice: the registered one first, and last"),
        IssuerCase::ask(
            "issuer-redirect-unknown-client",
            "the browser of an unknown client's request stays with the issuer",
            Worth::refuse(Fail),
            |ask, world| {
                ask.set("client_id", world.fresh("nobody"));
                ask.client.redirect_uris.clear();
            },
        )
        .rules(&["oauth2-redirect-unknown-client"])
        .sent("an authorization request with a client_id that nobody has"),
        IssuerCase::steps(
            "issuer-redirect-loopback-port",
            "a native app may ask for any port of its loopback address",
            |driver| Box::pin(loopback(driver)),
        )
        .rules(&["oauth2-redirect-loopback-port"])
        .sent("the registration of a native app with http://127.0.0.1/callback, and a request with a port in it"),
    ]
}

async fn twice(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let registered = driver.client()?.redirect_uri().to_owned();
    let mut seen = Vec::new();
    for (first, last) in [(registered.as_str(), STRANGER), (STRANGER, registered.as_str())] {
        let mut ask = driver.ask()?;
        ask.set("redirect_uri", first);
        ask.repeat("redirect_uri", last);
        let mut visitor = driver.visitor();
        let answer = driver.authorize(&mut visitor, &ask).await?;
        let to_stranger = answer.delivered.as_ref().is_some_and(|sent| sent.address() == STRANGER);
        if to_stranger || answer.kind == AnswerKind::StrayGrant {
            return Ok(Ended::judged(Fail, "stray", answer.describe()));
        }
        seen.push(answer.describe());
    }
    Ok(Ended::judged(Pass, "kept", seen.join("; ")))
}

async fn loopback(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    const REGISTERED: &str = "http://127.0.0.1/callback";
    const ASKED: &str = "http://127.0.0.1:49152/callback";
    let Some(client) = registered(driver, REGISTERED, "native").await? else {
        return Ok(Ended::unsupported("the issuer registers no native app with a loopback address"));
    };
    if client.answered("application_type").and_then(serde_json::Value::as_str) != Some("native") {
        return Ok(Ended::unsupported("the issuer does not say that it registered a native app"));
    }
    let client = Client { redirect_uris: vec![REGISTERED.to_owned(), ASKED.to_owned()], ..client };
    let mut visitor = driver.visitor();
    let ask = driver.ask_as(&client)?;
    let answer = driver.authorize(&mut visitor, &ask).await?;
    if answer.kind != AnswerKind::Granted {
        return Ok(Ended::skip(format!("the address as it is registered is not answered: {}", answer.describe())));
    }
    let ask = driver.ask_as(&client)?.with("redirect_uri", ASKED);
    let answer = driver.authorize(&mut visitor, &ask).await?;
    let outcome = if answer.kind == AnswerKind::Granted { Pass } else { Fail };
    Ok(Ended::judged(outcome, answer.kind.word(), answer.describe()))
}

/// A client that registers this redirect URI; nothing where the issuer refuses it.
///
/// # Errors
/// When the issuer has no registration endpoint.
async fn registered(driver: &mut IssuerDriver<'_>, uri: &str, application: &str) -> Result<Option<Client>, Halt> {
    let public = driver.grounds.metadata.names("token_endpoint_auth_methods_supported", "none");
    let auth = if public { AuthMethod::None } else { driver.client()?.auth };
    let mut body = driver.client_metadata(auth, false);
    body.insert("redirect_uris".to_owned(), json!([uri]));
    body.insert("application_type".to_owned(), json!(application));
    let reply = driver.register(&body).await?;
    Ok(driver.client_of(auth, &reply))
}

fn registrations() -> Vec<IssuerCase> {
    vec![
        IssuerCase::steps(
            "issuer-registration-fragment",
            "a redirect URI with a fragment is not registered",
            |driver| Box::pin(refuses(driver, "https://suite.test/callback#part")),
        )
        .rules(&["oauth2-redirect-fragment"])
        .sent("a registration with the redirect URI https://suite.test/callback#part, after a sound one"),
        IssuerCase::steps("issuer-registration-http", "a redirect URI over plain http is not registered", |driver| {
            Box::pin(refuses(driver, "http://suite.test/callback"))
        })
        .rules(&["oauth2-redirect-http"])
        .sent("a registration with the redirect URI http://suite.test/callback of a web client, after a sound one"),
    ]
}

async fn refuses(driver: &mut IssuerDriver<'_>, uri: &str) -> Result<Ended, Halt> {
    if driver.grounds.metadata.endpoint("registration_endpoint").is_none() {
        return Ok(Ended::unsupported("the issuer names no registration_endpoint"));
    }
    if registered(driver, "https://suite.test/callback", "web").await?.is_none() {
        return Ok(Ended::skip("a sound registration is refused"));
    }
    Ok(match registered(driver, uri, "web").await? {
        Some(client) if client.redirect_uris.iter().any(|known| known == uri) => {
            Ended::judged(Warn, "registered", format!("{uri} is registered"))
        }
        Some(_) => Ended::judged(Pass, "changed", "the client is registered without it"),
        None => Ended::judged(Pass, "refused", "the registration is refused"),
    })
}
