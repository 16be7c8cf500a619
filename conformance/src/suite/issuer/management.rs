//! Reading, changing and deleting a registration (RFC 7592, 2; OpenID Connect Dynamic Client Registration, 4).

use http::Method;
use serde_json::{Map, Value};
use url::Url;

use super::{
    clients::registered,
    tokens::bench::{needs, steps},
};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{Call, IssuerCase, IssuerDriver, Reply},
};

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        steps!(
            "issuer-registration-read-wrong",
            "a registration is not shown to another token",
            "oauth2-registration-access-token",
            "a GET of a fresh registration with a token of the suite's own making",
            read_wrong
        ),
        steps!(
            "issuer-registration-update-wrong",
            "a registration is not changed for another token",
            "oauth2-registration-access-token",
            "a sound PUT of a fresh registration with a token of the suite's own making",
            update_wrong
        ),
        steps!(
            "issuer-registration-delete-wrong",
            "a registration is not deleted for another token",
            "oauth2-registration-access-token",
            "a DELETE of a fresh registration with a token of the suite's own making",
            delete_wrong
        ),
        steps!(
            "issuer-registration-absent",
            "a client that is not there is answered with 401, never 404",
            "oauth2-registration-access-token",
            "a GET of the registration of a client that never was, with a token of the suite's own making",
            absent
        ),
        steps!(
            "issuer-registration-deleted",
            "a deleted registration is gone, with its token",
            "oauth2-registration-deleted",
            "a sound DELETE of a fresh registration, then a GET with its token",
            deleted
        ),
    ]
}

/// A fresh registration that can be managed.
struct Managed {
    url: Url,
    token: String,
    id: String,
    members: Map<String, Value>,
}

impl Managed {
    fn with(&self, method: Method, token: &str) -> Call {
        Call::new(method, &self.url).header("accept", "application/json").bearer(token)
    }

    /// Changes the registration to these members (RFC 7592, 2.2), without those that a client does not send.
    fn put(&self, token: &str, members: &Map<String, Value>) -> Call {
        let mut body = members.clone();
        for name in
            ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"]
        {
            body.remove(name);
        }
        let call = self.with(Method::PUT, token).header("content-type", "application/json");
        call.body(Value::Object(body).to_string())
    }
}

/// A fresh registration, read with its own token as the control.
async fn managed(driver: &mut IssuerDriver<'_>) -> Result<Result<Managed, Ended>, Halt> {
    let (_, members) = match registered(driver).await? {
        Ok(found) => found,
        Err(ended) => return Ok(Err(ended)),
    };
    let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    let url = text("registration_client_uri").and_then(|url| Url::parse(&url).ok());
    let (Some(url), Some(token), Some(id)) = (url, text("registration_access_token"), text("client_id")) else {
        return Ok(Err(Ended::unsupported("registrations cannot be managed: no registration_client_uri came")));
    };
    let managed = Managed { url, token, id, members };
    let reply = driver.call(&managed.with(Method::GET, &managed.token)).await?;
    if !reply.is_success() {
        return Ok(Err(Ended::skip(format!("a sound GET of the registration is answered with {}", reply.describe()))));
    }
    Ok(Ok(managed))
}

/// What an answer is worth to somebody whose token is not the client's.
fn guarded(reply: &Reply) -> Ended {
    match reply.status.as_u16() {
        401 => Ended::judged(Pass, "refused", reply.describe()),
        403 => Ended::judged(Warn, "forbidden", "403, which is for tokens without the permission"),
        405 | 501 => Ended::unsupported(format!("not offered: {}", reply.describe())),
        500.. => Ended::skip(format!("answered with {}", reply.describe())),
        _ if reply.is_success() => Ended::judged(Fail, "served", reply.describe()),
        _ => Ended::judged(Fail, "other", format!("refused with {}", reply.describe())),
    }
}

async fn read_wrong(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let managed = needs!(managed(driver).await?);
    let wrong = driver.world.fresh("no-such-token");
    let reply = driver.call(&managed.with(Method::GET, &wrong)).await?;
    Ok(guarded(&reply))
}

async fn update_wrong(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let managed = needs!(managed(driver).await?);
    // The control: the registration can be changed with its own token.
    let control = driver.call(&managed.put(&managed.token, &managed.members)).await?;
    if !control.is_success() {
        return Ok(Ended::unsupported(format!("a sound PUT is answered with {}", control.describe())));
    }
    // What it was answered with is what may be changed now: the secret may be another one.
    let members = match control.json() {
        Some(Value::Object(members)) if members.contains_key("client_id") => members,
        _ => managed.members.clone(),
    };
    let wrong = driver.world.fresh("no-such-token");
    let reply = driver.call(&managed.put(&wrong, &members)).await?;
    Ok(guarded(&reply))
}

async fn delete_wrong(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    // The control: another fresh registration can be deleted with its own token.
    let other = needs!(managed(driver).await?);
    let control = driver.call(&other.with(Method::DELETE, &other.token)).await?;
    if !control.is_success() {
        return Ok(Ended::unsupported(format!("a sound DELETE is answered with {}", control.describe())));
    }
    let managed = needs!(managed(driver).await?);
    let wrong = driver.world.fresh("no-such-token");
    let reply = driver.call(&managed.with(Method::DELETE, &wrong)).await?;
    Ok(guarded(&reply))
}

/// The address with another client id in it: in place of a whole segment of the path or a whole value of the query.
fn elsewhere(url: &Url, id: &str, other: &str) -> Option<Url> {
    let mut changed = url.clone();
    let segments: Vec<&str> =
        url.path().split('/').map(|segment| if segment == id { other } else { segment }).collect();
    changed.set_path(&segments.join("/"));
    if url.query().is_some() {
        let pairs = url.query_pairs().map(|(name, value)| {
            let value = if value == id { other.to_owned() } else { value.into_owned() };
            (name.into_owned(), value)
        });
        changed.query_pairs_mut().clear().extend_pairs(pairs.collect::<Vec<_>>());
    }
    let named = segments.contains(&other) || changed.query_pairs().any(|(_, value)| value == other);
    named.then_some(changed)
}

async fn absent(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let managed = needs!(managed(driver).await?);
    let nobody = driver.world.fresh("nobody");
    let Some(url) = elsewhere(&managed.url, &managed.id, &nobody) else {
        return Ok(Ended::skip("the address of a registration does not have its client id in it"));
    };
    let call = Call::new(Method::GET, &url).header("accept", "application/json").bearer(&nobody);
    let reply = driver.call(&call).await?;
    Ok(match reply.status.as_u16() {
        403 => Ended::judged(Pass, "refused", "403"),
        _ => guarded(&reply),
    })
}

async fn deleted(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let managed = needs!(managed(driver).await?);
    let reply = driver.call(&managed.with(Method::DELETE, &managed.token)).await?;
    if !reply.is_success() {
        return Ok(match reply.status.as_u16() {
            403 | 405 | 501 => Ended::unsupported(format!("deleting is not offered: {}", reply.describe())),
            _ => Ended::skip(format!("a sound DELETE is answered with {}", reply.describe())),
        });
    }
    let reply = driver.call(&managed.with(Method::GET, &managed.token)).await?;
    Ok(match reply.status.as_u16() {
        401 => Ended::judged(Pass, "gone", reply.describe()),
        403 => Ended::judged(Warn, "forbidden", "403, which is for tokens without the permission"),
        500.. => Ended::skip(format!("answered with {}", reply.describe())),
        _ if reply.is_success() => Ended::judged(Fail, "lives", "the registration is still shown"),
        _ => Ended::judged(Fail, "other", format!("answered with {}", reply.describe())),
    })
}
