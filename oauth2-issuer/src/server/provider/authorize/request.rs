//! Whether an authorization request is in order (RFC 6749, 4.1.1; OpenID Connect Core 1.0, 3.1.2.1 and 3.1.2.2).
//!
//! First who asks and where the answer may go: what is wrong there is told to the user, since nobody knows to whom the
//! address belongs (RFC 6749, 4.1.2.1). Everything after is told to the client.

use axum::response::Response;
use http::StatusCode;
use lti_core::service::token::TokenErrorCode;
use serde_json::Value;
use url::Url;

use super::super::answer::{error_page, failed};
use super::super::core::Provider;
use super::super::grant::{CodeChallenge, Stage};
use super::super::model::RegisteredClient;
use super::super::parameters::Parameters;
use super::super::pkce;
use super::super::scopes::ScopeSet;
use super::super::secret::SecretHash;
use super::redirect_uri;
use super::reply::{Mode, Reply, ResponseType};
use crate::Unavailable;
use crate::server::token::{TokenRefusal, assertion};

/// How the name of a pushed request begins (RFC 9126, 2.2).
pub const PUSHED_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// A request in order.
pub(super) struct ValidAuthorization {
    pub(super) client: RegisteredClient,
    pub(super) reply: Reply,
    pub(super) response_type: ResponseType,
    pub(super) scopes: ScopeSet,
    pub(super) challenge: Option<CodeChallenge>,
    pub(super) prompt: Prompt,
    pub(super) max_age: Option<u64>,
    /// The user of whom `id_token_hint` speaks.
    pub(super) hinted: Option<String>,
    pub(super) parameters: Parameters,
}

/// What the client wants the user to be asked (OpenID Connect Core 1.0, 3.1.2.1, `prompt`). Other values are ignored.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the parameter is a set of words")]
pub(super) struct Prompt {
    pub(super) none: bool,
    pub(super) login: bool,
    pub(super) consent: bool,
    pub(super) select_account: bool,
}

/// A request that is not in order.
pub(super) enum Refusal {
    /// The user is told: nobody knows to whom the address of the answer belongs.
    Here(&'static str),
    /// The client gets a code and a sentence.
    There(Box<Reply>, &'static str, String),
    /// Something behind this server does not answer.
    Failed(Unavailable),
}

impl Refusal {
    /// The answer.
    pub(super) fn into_response(self) -> Response {
        match self {
            Self::Here(text) => error_page(StatusCode::BAD_REQUEST, text),
            Self::There(reply, code, description) => reply.send_error(code, &description),
            Self::Failed(error) => failed(&error),
        }
    }
}

/// A code of RFC 6749, 4.1.2.1 or its relatives, and a sentence.
type Fault = (&'static str, String);

fn fault<T>(code: &'static str, description: impl Into<String>) -> Result<T, Fault> {
    Err((code, description.into()))
}

impl Provider {
    /// Judges a request as it came through the browser; one that was pushed is looked up, and used up (RFC 9126, 4).
    pub(super) async fn judge_sent(&self, sent: Parameters) -> Result<ValidAuthorization, Refusal> {
        match sent.get("request_uri") {
            Some(name) if name.starts_with(PUSHED_PREFIX) => self.judge(self.pushed(&sent, name).await?).await,
            _ => {
                let request = self.judge(sent).await?;
                // A client may bind itself to push all of its requests (RFC 9126, 6).
                if request.client.metadata.get("require_pushed_authorization_requests") == Some(&Value::Bool(true)) {
                    let sentence = "expected a pushed request (RFC 9126), as the client registered, saw another";
                    return Err(Refusal::There(Box::new(request.reply), "invalid_request", sentence.to_owned()));
                }
                Ok(request)
            }
        }
    }

    async fn pushed(&self, sent: &Parameters, name: &str) -> Result<Parameters, Refusal> {
        let unknown = || Refusal::Here("this sign-in was begun too long ago, or was used before");
        let (issuer, store, now, hash) = (self.issuer(), self.store(), self.now(), SecretHash::of(name));
        let of_client = |client_id: &str| sent.get("client_id") == Some(client_id);
        // Only its own client uses it up.
        let waiting = store.request(issuer, hash, now).await.map_err(Refusal::Failed)?.ok_or_else(unknown)?;
        if waiting.stage != Stage::Pushed || !of_client(waiting.client_id.as_str()) {
            return Err(unknown());
        }
        let taken = store.take_request(issuer, hash, now).await.map_err(Refusal::Failed)?.ok_or_else(unknown)?;
        Ok(Parameters::from_pairs(taken.parameters))
    }

    /// Judges the parameters of a request.
    pub(super) async fn judge(&self, parameters: Parameters) -> Result<ValidAuthorization, Refusal> {
        let client = self.asking(&parameters).await?;
        let redirect_uri = answer_at(&client, &parameters)?;
        let asked = parameters.get("response_type").and_then(ResponseType::parse);
        let front = asked.is_some_and(ResponseType::is_front_channel);
        let default = if front { Mode::Fragment } else { Mode::Query };
        let mode = match parameters.get("response_mode") {
            None => default,
            // There is no way in which the client could be told (OAuth 2.0 Multiple Response Types, 2.1).
            Some(name) => Mode::parse(name).ok_or(Refusal::Here("the response_mode is not known here"))?,
        };
        let in_query = front && mode == Mode::Query;
        let reply = Reply {
            redirect_uri,
            mode: if in_query { default } else { mode },
            state: parameters.get("state").map(ToOwned::to_owned),
            issuer: self.issuer().to_owned(),
        };
        match self.judge_content(&client, &parameters, in_query) {
            Ok(content) => Ok(ValidAuthorization {
                client,
                reply,
                response_type: content.response_type,
                scopes: content.scopes,
                challenge: content.challenge,
                prompt: content.prompt,
                max_age: content.max_age,
                hinted: content.hinted,
                parameters,
            }),
            Err((code, description)) => Err(Refusal::There(Box::new(reply), code, description)),
        }
    }

    /// Whether `client` may push this request (RFC 9126, 2.1): it is judged as if it came through the browser, but for the
    /// user. What holds then is judged once more when the browser brings it.
    ///
    /// # Errors
    /// The refusal, with the code that the authorization endpoint would give.
    pub async fn judge_pushed(&self, client: &RegisteredClient, parameters: Parameters) -> Result<(), TokenRefusal> {
        if parameters.has("request_uri") {
            return Err(TokenRefusal::request("expected no request_uri in a pushed request (RFC 9126, 2.1), saw one"));
        }
        if parameters.get("client_id").is_some_and(|sent| sent != client.client_id.as_str()) {
            return Err(TokenRefusal::request("expected client_id to be the client that pushes, saw another"));
        }
        match self.judge(parameters).await {
            Ok(_) => Ok(()),
            Err(Refusal::Here(sentence)) => Err(TokenRefusal::request(sentence)),
            Err(Refusal::There(_, code, sentence)) => Err(TokenRefusal::new(TokenErrorCode::parse(code), sentence)),
            Err(Refusal::Failed(error)) => Err(assertion::failed(&error)),
        }
    }

    async fn asking(&self, parameters: &Parameters) -> Result<RegisteredClient, Refusal> {
        if parameters.all("client_id").nth(1).is_some() {
            return Err(Refusal::Here("the request names its client more than once"));
        }
        let Some(client_id) = parameters.get("client_id") else {
            return Err(Refusal::Here("the request does not say which client it comes from (client_id)"));
        };
        let client = self.store().client(self.issuer(), client_id).await;
        client
            .map_err(Refusal::Failed)?
            .ok_or(Refusal::Here("the request comes from a client that is not registered here"))
    }

    fn judge_content(
        &self,
        client: &RegisteredClient,
        parameters: &Parameters,
        in_query: bool,
    ) -> Result<Content, Fault> {
        if let Some(name) = parameters.repeated(&[]) {
            return fault("invalid_request", format!("expected the parameter {name} once, saw it more than once"));
        }
        for (name, code) in [
            ("request", "request_not_supported"),
            ("request_uri", "request_uri_not_supported"),
            ("registration", "registration_not_supported"),
        ] {
            if parameters.has(name) {
                return fault(code, format!("expected no parameter {name}: it is not supported here"));
            }
        }
        let response_type = self.response_type(client, parameters.get("response_type"))?;
        if in_query {
            return fault("invalid_request", "expected no response_mode=query: tokens are never put into a query");
        }
        let challenge = pkce::challenge(parameters).or_else(|sentence| fault("invalid_request", sentence))?;
        let must = self.policy.pkce_for_all || !client.is_confidential();
        if must && response_type.code && challenge.is_none() {
            return fault("invalid_request", "expected a code_challenge (RFC 7636, 4.3; RFC 9700, 2.1.1), saw none");
        }
        let scopes = self.scopes(client, response_type, parameters.get("scope").unwrap_or_default())?;
        if response_type.id_token && !parameters.has("nonce") {
            return fault("invalid_request", "expected a nonce (OpenID Connect Core 1.0, 3.2.2.1), saw none");
        }
        self.resources_are_known(parameters)?;
        Ok(Content {
            response_type,
            scopes,
            challenge,
            prompt: prompt(parameters.get("prompt").unwrap_or_default())?,
            max_age: max_age(parameters.get("max_age"))?.or_else(|| default_max_age(client)),
            hinted: self.hinted(parameters.get("id_token_hint"))?,
        })
    }

    fn response_type(&self, client: &RegisteredClient, asked: Option<&str>) -> Result<ResponseType, Fault> {
        let Some(asked) = asked else {
            return fault("invalid_request", "expected the parameter response_type, saw none");
        };
        let known = ResponseType::parse(asked).filter(|known| known.is_among(&self.policy.response_types));
        let Some(known) = known else {
            return fault("unsupported_response_type", "expected a response_type that the metadata lists, saw another");
        };
        if known.is_among(&client.response_types) {
            return Ok(known);
        }
        fault("unauthorized_client", "expected a response_type that the client registered, saw another")
    }

    /// What may be granted of what is asked: what nobody knows, and what the client may not have, is dropped and the token
    /// response says so (RFC 6749, 3.3).
    fn scopes(&self, client: &RegisteredClient, of: ResponseType, asked: &str) -> Result<ScopeSet, Fault> {
        // Refresh tokens come with codes alone (OpenID Connect Core 1.0, 11).
        let offline = of.code && client.may_bring("refresh_token");
        let asked = ScopeSet::parse(asked).intersection(&self.policy.scopes).intersection(&client.scopes);
        let asked: ScopeSet = asked.iter().filter(|&scope| offline || scope != "offline_access").collect();
        if asked.is_empty() {
            return fault("invalid_scope", "expected a scope that the client may have, saw none");
        }
        if of.id_token && !asked.contains("openid") {
            return fault("invalid_scope", "expected the scope openid for an ID token, saw others only");
        }
        Ok(asked)
    }

    fn hinted(&self, hint: Option<&str>) -> Result<Option<String>, Fault> {
        let Some(hint) = hint else { return Ok(None) };
        match self.read_id_token_hint(hint) {
            Some(subject) => Ok(Some(subject)),
            None => fault("invalid_request", "expected id_token_hint to be an ID token of this issuer, saw another"),
        }
    }

    fn resources_are_known(&self, parameters: &Parameters) -> Result<(), Fault> {
        for resource in parameters.all("resource") {
            let absolute = Url::parse(resource).is_ok_and(|url| url.fragment().is_none());
            if !absolute || !self.policy.resources.iter().any(|known| known == resource) {
                return fault("invalid_target", "expected a resource that is known here (RFC 8707, 2), saw another");
            }
        }
        Ok(())
    }
}

/// What the request says beyond who asks.
struct Content {
    response_type: ResponseType,
    scopes: ScopeSet,
    challenge: Option<CodeChallenge>,
    prompt: Prompt,
    max_age: Option<u64>,
    hinted: Option<String>,
}

/// Where the answer goes. Only plain OAuth may leave it out, where there is one address (RFC 6749, 3.1.2.3).
fn answer_at(client: &RegisteredClient, parameters: &Parameters) -> Result<String, Refusal> {
    if parameters.all("redirect_uri").nth(1).is_some() {
        return Err(Refusal::Here("the request says more than once where the answer belongs (redirect_uri)"));
    }
    let openid = || parameters.all("scope").any(|scope| ScopeSet::parse(scope).contains("openid"));
    match (parameters.get("redirect_uri"), client.redirect_uris.as_slice()) {
        (Some(given), _) if redirect_uri::is_registered(client, given) => Ok(given.to_owned()),
        (Some(_), _) => {
            Err(Refusal::Here("the request wants the answer at an address that the client did not register"))
        }
        (None, [only]) if !openid() && redirect_uri::is_registered(client, only) => Ok(only.clone()),
        (None, _) => Err(Refusal::Here("the request does not say where the answer belongs (redirect_uri)")),
    }
}

fn prompt(asked: &str) -> Result<Prompt, Fault> {
    let asked = ScopeSet::parse(asked);
    let prompt = Prompt {
        none: asked.contains("none"),
        login: asked.contains("login"),
        consent: asked.contains("consent"),
        select_account: asked.contains("select_account"),
    };
    if prompt.none && asked.iter().count() > 1 {
        return fault("invalid_request", "expected prompt=none alone (OpenID Connect Core 1.0, 3.1.2.1), saw more");
    }
    Ok(prompt)
}

/// How old a sign-in may be for a client that says nothing in its request (Dynamic Client Registration 1.0, 2).
fn default_max_age(client: &RegisteredClient) -> Option<u64> {
    client.metadata.get("default_max_age").and_then(serde_json::Value::as_u64)
}

fn max_age(asked: Option<&str>) -> Result<Option<u64>, Fault> {
    match asked.map(str::parse) {
        None => Ok(None),
        Some(Ok(seconds)) => Ok(Some(seconds)),
        Some(Err(_)) => fault("invalid_request", "expected max_age to be a number of seconds, saw something else"),
    }
}
