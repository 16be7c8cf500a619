//! A request that a client sends by itself, without a browser: to the token endpoint, introspection, revocation, pushed
//! authorization requests.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::Method;
use serde_json::{Map, json};
use url::Url;

use super::{
    super::platform::service::Call,
    client::{AuthMethod, Client},
    world::IssuerWorld,
};
use crate::{driver::Halt, forge::Token};

/// The `client_assertion_type` of JSON Web Tokens (RFC 7523, 2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion is good, in seconds.
const LIFETIME: i64 = 300;

/// How a request proves which client sends it.
#[derive(Debug, Clone)]
pub enum Proof {
    /// Id and secret in the Authorization header.
    Basic(String, String),
    /// Id and secret in the form.
    Post(String, String),
    /// The id in the form, and an assertion.
    Assertion(Box<Token>),
    /// The id in the form alone.
    Id(String),
    /// Nothing.
    Nothing,
}

impl Proof {
    /// The sound proof of a client towards this audience.
    ///
    /// # Errors
    /// When the client has no secret or key for its method.
    pub fn of(world: &IssuerWorld, client: &Client, audience: &str) -> Result<Self, Halt> {
        let secret = || {
            let missing = || Halt::Skip(format!("client {} has no secret", client.id));
            client.secret.clone().ok_or_else(missing)
        };
        Ok(match client.auth {
            AuthMethod::ClientSecretBasic => Self::Basic(client.id.clone(), secret()?),
            AuthMethod::ClientSecretPost => Self::Post(client.id.clone(), secret()?),
            AuthMethod::None => Self::Id(client.id.clone()),
            AuthMethod::PrivateKeyJwt => Self::Assertion(Box::new(Self::assertion(world, client, audience)?)),
        })
    }

    /// A sound assertion of a client (RFC 7523, 3), to be changed by a case.
    ///
    /// # Errors
    /// When the client has no key.
    pub fn assertion(world: &IssuerWorld, client: &Client, audience: &str) -> Result<Token, Halt> {
        let missing = || Halt::Skip(format!("client {} has no key to sign with", client.id));
        let (key, kid) = client.key.clone().ok_or_else(missing)?;
        let now = world.clock.now();
        let mut token = Token::new(Map::new(), key, kid);
        token.set("iss", client.id.as_str());
        token.set("sub", client.id.as_str());
        token.set("aud", audience);
        token.set("iat", json!(now));
        token.set("exp", json!(now + LIFETIME));
        token.set("jti", world.fresh("jti"));
        Ok(token)
    }
}

/// A form that a client posts.
#[derive(Debug, Clone)]
pub struct ClientCall {
    /// POST, unless a case asks what another does.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// The parameters beside those of the proof, in order.
    pub form: Vec<(String, String)>,
    /// How the client proves itself.
    pub proof: Proof,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
}

impl ClientCall {
    /// A form for this address.
    pub fn new(url: &Url, proof: Proof, form: &[(&str, &str)]) -> Self {
        let form = form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { method: Method::POST, url: url.clone(), form, proof, headers: Vec::new() }
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets a parameter.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.form.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.form.push((name.to_owned(), value)),
        }
    }

    /// Adds a parameter once more.
    pub fn repeat(&mut self, name: &str, value: impl Into<String>) {
        self.form.push((name.to_owned(), value.into()));
    }

    /// Leaves a parameter out.
    pub fn remove(&mut self, name: &str) {
        self.form.retain(|(known, _)| known != name);
    }

    /// The request.
    ///
    /// # Errors
    /// When the assertion cannot be signed.
    pub(super) fn call(&self) -> Result<Call, Halt> {
        let mut form = self.form.clone();
        let mut headers = self.headers.clone();
        match &self.proof {
            Proof::Basic(id, secret) => headers.push(("authorization", basic(id, secret))),
            Proof::Post(id, secret) => {
                form.push(("client_id".to_owned(), id.clone()));
                form.push(("client_secret".to_owned(), secret.clone()));
            }
            Proof::Assertion(token) => {
                form.push(("client_assertion_type".to_owned(), ASSERTION_TYPE.to_owned()));
                form.push(("client_assertion".to_owned(), token.compact()?));
            }
            Proof::Id(id) => form.push(("client_id".to_owned(), id.clone())),
            Proof::Nothing => {}
        }
        let mut url = self.url.clone();
        let mut call = if self.method == Method::GET {
            url.query_pairs_mut().extend_pairs(&form);
            Call::new(Method::GET, &url)
        } else {
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&form).finish();
            let call = Call::new(self.method.clone(), &url).header("content-type", "application/x-www-form-urlencoded");
            call.body(Bytes::from(body))
        };
        call = call.header("accept", "application/json");
        for (name, value) in headers {
            call = call.header(name, value);
        }
        Ok(call)
    }
}

/// The Authorization header of a client (RFC 6749, 2.3.1): id and secret are form-encoded first.
pub fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_and_secret_are_form_encoded_before_they_are_a_header() {
        assert_eq!(basic("a:b", "1 +%"), format!("Basic {}", STANDARD.encode("a%3Ab:1+%2B%25")));
    }
}
