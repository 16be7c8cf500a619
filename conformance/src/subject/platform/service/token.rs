//! The request for an access token: the client credentials grant with a signed assertion (LTI Core 1.3, 6.2; Security
//! Framework 1.0, 4.1.1; RFC 7523, 2.2).

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    super::{driver::PlatformDriver, world::PlatformWorld},
    Call, Reply, TOOL_KID,
    desk::OTHER_KID,
};
use crate::{driver::Halt, exchange::lti, forge::Token};

/// The type of a client assertion (RFC 7523, 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion is good, in seconds: "typically five minutes" (Security Framework 1.0, 4.1.1).
const LIFETIME: i64 = 300;
/// How long a token is used that does not say how long it is good, in seconds.
const UNSAID: i64 = 300;
/// How long before its end a token is not used any more, in seconds.
const MARGIN: i64 = 60;

/// A request for an access token: sound, until a case changes it.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// POST, unless a case asks what GET does.
    pub method: Method,
    /// The token endpoint.
    pub url: Url,
    /// The assertion, put together when the request is sent.
    pub assertion: Token,
    /// The parameters beside the assertion, in order.
    pub form: Vec<(String, String)>,
    /// Whether the assertion is sent.
    pub asserted: bool,
}

impl TokenRequest {
    /// The suite's tool asks for these scopes.
    ///
    /// # Errors
    /// When the token endpoint is not known or the suite has no key.
    pub fn sound(world: &PlatformWorld, scopes: &[&str]) -> Result<Self, Halt> {
        let keys = world.tool_keys()?;
        let platform = &world.config.platform;
        Self::of(world, &platform.client_id, Token::new(Map::new(), keys.own.clone(), TOOL_KID), scopes)
    }

    /// The other tool of the configuration asks for these scopes.
    ///
    /// # Errors
    /// When it is not configured.
    pub fn other(world: &PlatformWorld, scopes: &[&str]) -> Result<Self, Halt> {
        let keys = world.tool_keys()?;
        let client = world
            .config
            .platform
            .other_client_id
            .as_deref()
            .ok_or_else(|| Halt::Skip("needs another tool of the platform: platform.other_client_id".to_owned()))?;
        let mut request = Self::of(world, client, Token::new(Map::new(), keys.other.clone(), OTHER_KID), scopes)?;
        // The deployments of the configuration are the suite's tool's.
        request.assertion.remove(&lti("deployment_id"));
        Ok(request)
    }

    fn of(world: &PlatformWorld, client: &str, assertion: Token, scopes: &[&str]) -> Result<Self, Halt> {
        let platform = &world.config.platform;
        let url = platform.token_url.clone();
        let url =
            url.ok_or_else(|| Halt::Skip("needs the platform's token endpoint: platform.token_url".to_owned()))?;
        let now = world.clock.now();
        let mut assertion = assertion;
        assertion.set("iss", client);
        assertion.set("sub", client);
        assertion.set("aud", platform.token_audience.clone().unwrap_or_else(|| url.to_string()));
        assertion.set("iat", now);
        assertion.set("exp", now + LIFETIME);
        assertion.set("jti", world.fresh("jti"));
        if let Some(deployment) = platform.deployment_ids.first() {
            assertion.set(&lti("deployment_id"), json!(deployment));
        }
        let mut form = vec![
            ("grant_type".to_owned(), "client_credentials".to_owned()),
            ("client_assertion_type".to_owned(), ASSERTION_TYPE.to_owned()),
        ];
        if !scopes.is_empty() {
            form.push(("scope".to_owned(), scopes.join(" ")));
        }
        Ok(Self { method: Method::POST, url, assertion, form, asserted: true })
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

    fn call(&self) -> Result<Call, Halt> {
        let mut form = self.form.clone();
        if self.asserted {
            form.push(("client_assertion".to_owned(), self.assertion.compact()?));
        }
        let mut url = self.url.clone();
        if self.method == Method::GET {
            url.query_pairs_mut().extend_pairs(&form);
            return Ok(Call::get(&url, "application/json"));
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&form).finish();
        let call = Call::new(self.method.clone(), &url);
        Ok(call
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(body)))
    }
}

/// The access token that an answer gives, whatever else is wrong with it.
pub fn bearer_of(reply: &Reply) -> Option<String> {
    if !reply.is_success() {
        return None;
    }
    let body = reply.json()?;
    let token = body.get("access_token").and_then(Value::as_str)?;
    (!token.is_empty()).then(|| token.to_owned())
}

impl PlatformDriver<'_> {
    /// Sends a request for an access token.
    ///
    /// # Errors
    /// When the assertion cannot be signed or the platform gives no answer.
    pub async fn ask_token(&mut self, request: &TokenRequest) -> Result<Reply, Halt> {
        let call = request.call()?;
        self.call(&call).await
    }

    /// An access token of the suite's tool for these scopes; one that was given before and has not ended is used again.
    ///
    /// # Errors
    /// When the platform gives none: the line says what it answered.
    pub async fn access(&mut self, scopes: &[&str]) -> Result<String, Halt> {
        let request = TokenRequest::sound(self.world, scopes)?;
        self.kept(&scopes.join(" "), &request).await
    }

    /// An access token of the other tool for these scopes.
    ///
    /// # Errors
    /// When there is no other tool, or the platform gives it no token.
    pub async fn other_access(&mut self, scopes: &[&str]) -> Result<String, Halt> {
        let request = TokenRequest::other(self.world, scopes)?;
        self.kept(&format!("other {}", scopes.join(" ")), &request).await
    }

    async fn kept(&mut self, name: &str, request: &TokenRequest) -> Result<String, Halt> {
        let now = self.world.clock.now();
        if let Some(token) = self.world.desk().token(name, now) {
            return Ok(token);
        }
        let reply = self.ask_token(request).await?;
        let Some(token) = bearer_of(&reply) else {
            return Err(Halt::Skip(format!("the sound request for a token is answered with {}", reply.describe())));
        };
        let said = reply.json().and_then(|body| body.get("expires_in").and_then(Value::as_i64));
        let until = now.saturating_add(said.unwrap_or(UNSAID)).saturating_sub(MARGIN);
        self.world.desk().keep(name, &token, until);
        Ok(token)
    }
}
