//! A whole flow of the authorization code: the request, the code, the tokens.

use serde_json::{Map, Value};
use url::Url;

use super::{
    super::platform::{IdToken, PublishedKeys, service::Reply},
    answer::{Answer, AnswerKind},
    ask::Ask,
    client::Client,
    client_call::{ClientCall, Proof},
    driver::IssuerDriver,
};
use crate::driver::Halt;

/// A code in the suite's hands.
#[derive(Debug, Clone)]
pub struct Granted {
    /// The request that it answers.
    pub ask: Ask,
    /// The answer that brought it.
    pub answer: Answer,
    /// When it arrived, in seconds since 1970.
    pub at: i64,
}

impl Granted {
    /// The client that it was given to.
    pub const fn client(&self) -> &Client {
        &self.ask.client
    }

    /// The code.
    pub fn code(&self) -> &str {
        self.answer.code().unwrap_or_default()
    }
}

/// What the token endpoint gave.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The answer.
    pub reply: Reply,
    /// Its members.
    pub body: Map<String, Value>,
    /// When it came, in seconds since 1970.
    pub at: i64,
}

impl Tokens {
    /// Reads an answer; nothing where it gives no access token.
    pub fn of(reply: Reply, at: i64) -> Option<Self> {
        if !reply.is_success() {
            return None;
        }
        let Value::Object(body) = reply.json()? else { return None };
        let tokens = Self { reply, body, at };
        tokens.access_token().is_some().then_some(tokens)
    }

    /// A member that is text and not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// The access token.
    pub fn access_token(&self) -> Option<&str> {
        self.text("access_token")
    }

    /// The refresh token.
    pub fn refresh_token(&self) -> Option<&str> {
        self.text("refresh_token")
    }

    /// The ID token, taken apart.
    pub fn id_token(&self, keys: &PublishedKeys) -> Option<IdToken> {
        IdToken::read(self.text("id_token")?, keys)
    }
}

/// Whether an answer of the token endpoint gives a token.
pub fn gives_token(reply: &Reply) -> bool {
    reply.is_success()
        && reply
            .json()
            .is_some_and(|body| body.get("access_token").and_then(Value::as_str).is_some_and(|token| !token.is_empty()))
}

impl IssuerDriver<'_> {
    /// The token endpoint.
    ///
    /// # Errors
    /// When the issuer names none.
    pub fn token_url(&self) -> Result<Url, Halt> {
        self.endpoint("token_endpoint")
    }

    /// A code for this client, by a sound request in the first user's browser.
    ///
    /// # Errors
    /// When none comes: the line says what came instead.
    pub async fn code_for(&mut self, client: &Client) -> Result<Granted, Halt> {
        let ask = self.ask_as(client)?;
        self.granted(ask).await
    }

    /// The code that this request brings in the first user's browser.
    ///
    /// # Errors
    /// When none comes.
    pub async fn granted(&mut self, ask: Ask) -> Result<Granted, Halt> {
        let mut visitor = self.visitor();
        let answer = self.authorize(&mut visitor, &ask).await?;
        if answer.kind != AnswerKind::Granted || answer.code().is_none() {
            return Err(Halt::Skip(format!("no code came for a sound request: {}", answer.describe())));
        }
        Ok(Granted { ask, answer, at: self.world.clock.now() })
    }

    /// The sound request to redeem a code (RFC 6749, 4.1.3), to be changed by a case.
    ///
    /// # Errors
    /// When the client cannot prove itself.
    pub fn redemption(&self, granted: &Granted) -> Result<ClientCall, Halt> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", granted.code()),
            ("redirect_uri", granted.ask.get("redirect_uri").unwrap_or_default()),
            ("code_verifier", granted.ask.verifier.as_str()),
        ];
        let mut call = self.token_call(granted.client(), &form)?;
        if granted.ask.get("redirect_uri").is_none() {
            call.remove("redirect_uri");
        }
        if granted.ask.get("code_challenge").is_none() {
            call.remove("code_verifier");
        }
        Ok(call)
    }

    /// A request to the token endpoint with the sound proof of this client.
    ///
    /// # Errors
    /// When the client cannot prove itself.
    pub fn token_call(&self, client: &Client, form: &[(&str, &str)]) -> Result<ClientCall, Halt> {
        let url = self.token_url()?;
        let proof = Proof::of(self.world, client, self.token_audience(&url))?;
        Ok(ClientCall::new(&url, proof, form))
    }

    /// The `aud` of a sound client assertion: the issuer, which every text allows (RFC 7523, 3 (3); Core, 9 names the token
    /// endpoint), unless only the token endpoint is known.
    pub fn token_audience<'s>(&'s self, token_url: &'s Url) -> &'s str {
        if self.grounds.audience_is_issuer { self.issuer() } else { token_url.as_str() }
    }

    /// The issuer as it was configured, with or without a slash at its end as it calls itself.
    pub fn issuer(&self) -> &str {
        let configured = self.world.config.issuer.url.as_str();
        let named = self.grounds.metadata.text("issuer").unwrap_or(configured);
        if named.trim_end_matches('/') == configured.trim_end_matches('/') { named } else { configured }
    }

    /// Sends a client's own request.
    ///
    /// # Errors
    /// When it cannot be signed, or the issuer gives no answer.
    pub async fn send(&mut self, call: &ClientCall) -> Result<Reply, Halt> {
        let call = call.call()?;
        self.call(&call).await
    }

    /// Redeems a code as it should be.
    ///
    /// # Errors
    /// When no token comes.
    pub async fn redeem(&mut self, granted: &Granted) -> Result<Tokens, Halt> {
        let call = self.redemption(granted)?;
        let reply = self.send(&call).await?;
        let described = reply.describe();
        Tokens::of(reply, self.world.clock.now())
            .ok_or_else(|| Halt::Skip(format!("a sound request for tokens is answered with {described}")))
    }

    /// Tokens for this client by a whole sound flow.
    ///
    /// # Errors
    /// When a step of it fails.
    pub async fn tokens_for(&mut self, client: &Client) -> Result<(Granted, Tokens), Halt> {
        let granted = self.code_for(client).await?;
        let tokens = self.redeem(&granted).await?;
        Ok((granted, tokens))
    }

    /// Refreshes as it should be (RFC 6749, 6).
    ///
    /// # Errors
    /// When the client cannot prove itself, or the issuer gives no answer.
    pub async fn refresh(&mut self, client: &Client, refresh_token: &str) -> Result<Reply, Halt> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        let call = self.token_call(client, &form)?;
        self.send(&call).await
    }
}
