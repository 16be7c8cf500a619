//! The token endpoint (RFC 6749, 3.2): what a client brings, and what it gets for it.
//!
//! | question | answer |
//! |---|---|
//! | a code a second time | refused, and its grant is revoked with all that came from it (RFC 6749, 4.1.2) |
//! | a code that does not fit (client, `redirect_uri`, verifier) | refused; it is used up |
//! | a refresh token | is replaced at each use; an old one that comes back revokes the grant (RFC 9700, 4.14.2) |
//! | fewer scopes at a refresh | this access token has fewer; the grant keeps its own (RFC 6749, 6) |
//! | client credentials without `scope` | all that the client may have, but nothing that speaks of a user |
//! | ID token at a refresh | the `auth_time` of the first, no `nonce` (OpenID Connect Core 1.0, 12.2) |

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use http::header::ALLOW;
use http::{HeaderMap, HeaderValue, StatusCode};
use lti_core::service::token::TokenErrorCode;
use serde_json::{Value, json};
use std::sync::Arc;

use super::core::Provider;
use super::grant::{CodeRecord, Grant, RefreshRecord};
use super::model::RegisteredClient;
use super::parameters::Parameters;
use super::pkce;
use super::scopes::ScopeSet;
use super::secret::{SecretHash, random_secret};
use super::store::Taken;
use super::tokens::{AccessTokenFor, Beside};
use crate::server::token::TokenRefusal;
use crate::server::token::assertion::failed;
use crate::server::token::router::{form, json as json_answer, not_stored};

/// The scopes that speak of a user: a client that speaks for itself cannot have them.
const OF_USERS: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];

/// `POST /token`.
pub(super) async fn token(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let outcome = match form(&headers, body) {
        Ok(body) => provider.exchange(&headers, &Parameters::read(&body)).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(granted) => not_stored(json_answer(StatusCode::OK, &granted)),
        Err(refusal) => provider.refuse(&refusal),
    }
}

/// Every other method on an endpoint that clients post to.
pub(super) async fn not_post(State(provider): State<Arc<Provider>>) -> Response {
    let refusal =
        TokenRefusal::request("expected a POST, saw another method").with_status(StatusCode::METHOD_NOT_ALLOWED);
    let mut response = provider.refuse(&refusal);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

impl Provider {
    async fn exchange(&self, headers: &HeaderMap, form: &Parameters) -> Result<Value, TokenRefusal> {
        if let Some(name) = form.repeated(&[]) {
            let sentence = format!("expected the parameter {name} once, saw it more than once");
            return Err(TokenRefusal::request(sentence));
        }
        let grant_type = form
            .get("grant_type")
            .ok_or_else(|| TokenRefusal::request("expected the parameter grant_type, saw none"))?;
        if !self.policy.grant_types.iter().any(|known| known == grant_type) || grant_type == "implicit" {
            let sentence = "expected a grant_type that the metadata lists, saw another";
            return Err(TokenRefusal::new(TokenErrorCode::UnsupportedGrantType, sentence));
        }
        let client = self.authenticate(headers, form).await?;
        if !client.may_bring(grant_type) {
            let sentence = "expected a grant_type that the client registered, saw another";
            return Err(TokenRefusal::new(TokenErrorCode::UnauthorizedClient, sentence));
        }
        match grant_type {
            "authorization_code" => self.by_code(&client, form).await,
            "refresh_token" => self.by_refresh(&client, form).await,
            "client_credentials" => self.by_client(&client, form),
            _ => {
                let sentence = "expected a grant_type that is known here, saw another";
                Err(TokenRefusal::new(TokenErrorCode::UnsupportedGrantType, sentence))
            }
        }
    }

    async fn by_code(&self, client: &RegisteredClient, form: &Parameters) -> Result<Value, TokenRefusal> {
        let code = form.get("code").ok_or_else(|| TokenRefusal::request("expected the parameter code, saw none"))?;
        let now = self.now();
        let taken = self.store().take_code(self.issuer(), SecretHash::of(code), now).await;
        let record = match taken.map_err(|error| failed(&error))? {
            Taken::First(record) => record,
            Taken::Again(grant_id) => {
                self.revoke_grant(&grant_id).await?;
                return Err(grant("expected a code that was not used before, saw one that was"));
            }
            Taken::Unknown => return Err(grant("expected a code that was given out here and is still good")),
        };
        fits(&record, client, form)?;
        let CodeRecord { grant: granted, .. } = record;
        let resources = self.resources(form, &granted.resources)?;
        let refresh = client.may_bring("refresh_token")
            && (granted.scopes.contains("offline_access") || !granted.scopes.contains("openid"));
        let refresh = if refresh { Some(random_secret().map_err(|error| failed(&error))?) } else { None };
        let answer = self.answer(client, &granted, &granted.scopes, &resources, refresh.as_deref()).await?;
        if let Some(token) = &refresh {
            let record = self.refresh_record(granted);
            let kept = self.store().put_refresh(self.issuer(), SecretHash::of(token), record).await;
            kept.map_err(|error| failed(&error))?;
        }
        Ok(answer)
    }

    async fn by_refresh(&self, client: &RegisteredClient, form: &Parameters) -> Result<Value, TokenRefusal> {
        let token = form
            .get("refresh_token")
            .ok_or_else(|| TokenRefusal::request("expected the parameter refresh_token, saw none"))?;
        let unknown = || grant("expected a refresh token that was given to this client and is still good");
        let (issuer, store, now, hash) = (self.issuer(), self.store(), self.now(), SecretHash::of(token));
        let state = store.refresh(issuer, hash, now).await.map_err(|error| failed(&error))?.ok_or_else(unknown)?;
        let mut granted = state.record.grant;
        if granted.client_id != client.client_id {
            return Err(unknown());
        }
        if state.used {
            self.revoke_grant(&granted.id).await?;
            return Err(grant("expected the newest refresh token, saw one that another replaced"));
        }
        let scopes = match form.get("scope").map(ScopeSet::parse) {
            None => granted.scopes.clone(),
            Some(asked) if asked.is_subset(&granted.scopes) && !asked.is_empty() => asked,
            Some(_) => return Err(TokenRefusal::scope("expected scopes that were granted at first, saw more")),
        };
        let resources = self.resources(form, &granted.resources)?;
        // The nonce belonged to the request that the user began (OpenID Connect Core 1.0, 12.2).
        granted.nonce = None;
        let next = random_secret().map_err(|error| failed(&error))?;
        let answer = self.answer(client, &granted, &scopes, &resources, Some(&next)).await?;
        let grant_id = granted.id.clone();
        let replaced = (SecretHash::of(&next), self.refresh_record(granted));
        match store.rotate_refresh(issuer, hash, replaced, now).await.map_err(|error| failed(&error))? {
            Taken::First(()) => Ok(answer),
            Taken::Again(_) => {
                self.revoke_grant(&grant_id).await?;
                Err(grant("expected the newest refresh token, saw one that another replaced"))
            }
            Taken::Unknown => Err(unknown()),
        }
    }

    fn by_client(&self, client: &RegisteredClient, form: &Parameters) -> Result<Value, TokenRefusal> {
        if !client.is_confidential() {
            let sentence = "expected a client that proves itself (RFC 6749, 4.4), saw a public one";
            return Err(TokenRefusal::new(TokenErrorCode::UnauthorizedClient, sentence));
        }
        let may: ScopeSet = client.scopes.iter().filter(|scope| !OF_USERS.contains(scope)).collect();
        let scopes = match form.get("scope").map(ScopeSet::parse) {
            None => may,
            Some(asked) => {
                let granted = asked.intersection(&may);
                if granted.is_empty() {
                    return Err(TokenRefusal::scope(
                        "expected a scope that the client may have for itself, saw others",
                    ));
                }
                granted
            }
        };
        let resources = self.resources(form, &[])?;
        let of = AccessTokenFor { client, grant: None, scopes: &scopes, resources: &resources };
        let token = self.access_token(&of).map_err(|error| failed(&error))?;
        Ok(self.token_answer(&token, &scopes))
    }

    /// The answer for a grant of a user, if user and grant still are.
    async fn answer(
        &self,
        client: &RegisteredClient,
        grant: &Grant,
        scopes: &ScopeSet,
        resources: &[String],
        refresh: Option<&str>,
    ) -> Result<Value, TokenRefusal> {
        let (issuer, now) = (self.issuer(), self.now());
        let revoked = self.store().is_revoked(issuer, Some(&grant.id), None, now).await;
        if revoked.map_err(|error| failed(&error))? {
            return Err(self::grant("expected a grant that still holds, saw one that was revoked"));
        }
        if self.user_claims(&grant.subject, scopes).await.map_err(|error| failed(&error))?.is_none() {
            return Err(self::grant("expected a grant of a user whose account still is, saw another"));
        }
        let of = AccessTokenFor { client, grant: Some(grant), scopes, resources };
        let token = self.access_token(&of).map_err(|error| failed(&error))?;
        let mut answer = self.token_answer(&token, scopes);
        if scopes.contains("openid") {
            let beside = Beside { access_token: Some(&token), code: None };
            let id_token = self.id_token(client, grant, beside, serde_json::Map::new());
            answer["id_token"] = id_token.map_err(|error| failed(&error))?.into();
        }
        if let Some(refresh) = refresh {
            answer["refresh_token"] = refresh.into();
        }
        Ok(answer)
    }

    /// The members that every answer has; `scope` always, so that nobody has to guess (RFC 6749, 5.1).
    pub(super) fn token_answer(&self, token: &str, scopes: &ScopeSet) -> Value {
        json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.policy.access_token_lifetime.as_secs(),
            "scope": scopes.to_string(),
        })
    }

    fn refresh_record(&self, mut grant: Grant) -> RefreshRecord {
        grant.nonce = None;
        let now = self.now();
        RefreshRecord::new(grant, now, now + self.policy.refresh_lifetime)
    }

    /// Revokes a grant for as long as something of it could live.
    ///
    /// # Errors
    /// The refusal, when the store cannot be written.
    pub(super) async fn revoke_grant(&self, grant_id: &str) -> Result<(), TokenRefusal> {
        let policy = &self.policy;
        let longest = policy.refresh_lifetime.max(policy.access_token_lifetime) + policy.code_lifetime;
        let until = self.now() + longest;
        tracing::warn!(issuer = self.issuer(), grant_id, "a grant was revoked");
        self.store().revoke_grant(self.issuer(), grant_id, until).await.map_err(|error| failed(&error))
    }

    /// The resources that a token is for: those that the request names among the granted ones, or all of those; without
    /// any the known ones may be named (RFC 8707, 2.2).
    fn resources(&self, form: &Parameters, granted: &[String]) -> Result<Vec<String>, TokenRefusal> {
        let asked: Vec<String> = form.all("resource").map(ToOwned::to_owned).collect();
        if asked.is_empty() {
            return Ok(granted.to_vec());
        }
        let may = if granted.is_empty() { &self.policy.resources } else { granted };
        if asked.iter().all(|resource| may.contains(resource)) {
            return Ok(asked);
        }
        let code = TokenErrorCode::Other("invalid_target".to_owned());
        Err(TokenRefusal::new(code, "expected a resource that is known and was granted (RFC 8707, 2), saw another"))
    }
}

/// The code was given to this client, for this redirect URI, with this challenge (RFC 6749, 4.1.3; RFC 7636, 4.6).
fn fits(record: &CodeRecord, client: &RegisteredClient, form: &Parameters) -> Result<(), TokenRefusal> {
    if record.grant.client_id != client.client_id {
        return Err(grant("expected a code that was given to this client, saw one of another"));
    }
    match (record.redirect_uri.as_deref(), form.get("redirect_uri")) {
        (Some(sent), Some(again)) if sent == again => {}
        (None, None) => {}
        (None, Some(given)) if client.redirect_uris.iter().any(|registered| registered == given) => {}
        _ => return Err(grant("expected the redirect_uri of the authorization request, character for character")),
    }
    match (&record.challenge, form.get("code_verifier")) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) if pkce::verifies(challenge, verifier) => Ok(()),
        (Some(_), Some(_)) => Err(grant("expected the code_verifier that belongs to the code_challenge, saw another")),
        (Some(_), None) => Err(grant("expected the code_verifier of the code_challenge, saw none (RFC 7636, 4.5)")),
        (None, Some(_)) => {
            Err(grant("expected no code_verifier: the authorization request had no code_challenge (RFC 9700, 2.1.1)"))
        }
    }
}

/// What the client brought is not good.
fn grant(description: &str) -> TokenRefusal {
    TokenRefusal::new(TokenErrorCode::InvalidGrant, description)
}
