//! From the authentication response to the launch (Security Framework 1.0, sections 5.1.1.3, 5.1.1.4 and 5.1.3).

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use lti_core::Timestamp;
use lti_core::id::State;
use lti_core::inspect::{
    Clean, CleanDeepLinking, CleanMessage, Finding, Launch, LaunchContext, NotClaimed, Violation, verify,
    verify_message,
};
use lti_core::jose::KeySet;
use lti_core::login::{AuthenticationResponse, LoginRecord};
use lti_core::once::{Claimed, OnceKey, OnceKind};
use oauth2_issuer::once::ClaimError;
use serde::Deserialize;

use crate::deep_linking::{Choice, DeepLinking};
use crate::error::LaunchError;
use crate::migration;
use crate::registration::Registration;
use crate::seal::{LoginTicket, StateCheck, check_state};
use crate::storage::{StorageQuestion, Stored, sent_by_own_page};
use crate::tool::{LOGIN_LIFETIME, LtiTool};

/// A launch that was accepted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Launched {
    /// What the platform says, verified.
    pub launch: Launch,
    /// The values of the Set-Cookie fields that end the login.
    pub set_cookies: Vec<String>,
}

/// A request for content that was accepted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Requested {
    /// What the platform wants, verified.
    pub request: DeepLinking,
    /// The values of the Set-Cookie fields that end the login.
    pub set_cookies: Vec<String>,
}

/// A message that was accepted, whichever of the two it is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Received {
    /// The launch of a link.
    Launch(Box<Launched>),
    /// A request for content (LTI Deep Linking 2.0).
    DeepLinking(Box<Requested>),
}

impl LtiTool {
    /// Judges an authentication response, given as the fields of its form. `headers` carry the browser's cookies.
    ///
    /// Fields that nobody knows are ignored (RFC 6749, section 4.2.2). Nothing is claimed before the signature holds, so
    /// that a forgery cannot use up a genuine nonce. A request for content is refused: it is no launch.
    ///
    /// # Errors
    /// [`LaunchError`]; there is no session then. [`LaunchError::StorageUnread`] is not the last word: its page may come
    /// back with the login that the platform kept.
    pub async fn launch(
        &self,
        fields: impl IntoIterator<Item = (String, String)>,
        headers: &HeaderMap,
    ) -> Result<Launched, LaunchError> {
        let response = self.answered(fields, headers).await?;
        let clean = verify(&response.id_token, &response.context(self), response.now).map_err(LaunchError::Message)?;
        self.launched(clean, &response).await
    }

    /// As [`launch`](Self::launch), for a tool that takes requests for content as well.
    ///
    /// # Errors
    /// [`LaunchError`]; there is no session then.
    pub async fn receive(
        &self,
        fields: impl IntoIterator<Item = (String, String)>,
        headers: &HeaderMap,
    ) -> Result<Received, LaunchError> {
        let response = self.answered(fields, headers).await?;
        let clean = verify_message(&response.id_token, &response.context(self), response.now);
        match clean.map_err(LaunchError::Message)? {
            CleanMessage::ResourceLink(clean) => Ok(Received::Launch(Box::new(self.launched(clean, &response).await?))),
            CleanMessage::DeepLinking(clean) => {
                Ok(Received::DeepLinking(Box::new(self.requested(clean, &response).await?)))
            }
            // A further kind of message is none that this code could hand on.
            _ => Err(LaunchError::Form(Violation::LaunchMessageType)),
        }
    }

    /// What arrived, with the login and the registration that it belongs to; nothing of the token is verified yet.
    async fn answered(
        &self,
        fields: impl IntoIterator<Item = (String, String)>,
        headers: &HeaderMap,
    ) -> Result<Answered, LaunchError> {
        let mut fields = fields.into_iter().collect();
        let stored = Stored::take(&mut fields);
        let (id_token, state) = match AuthenticationResponse::from_pairs(fields).map_err(LaunchError::Form)? {
            AuthenticationResponse::Success { id_token, state, .. } => (id_token, state),
            AuthenticationResponse::Error { error, description, .. } => {
                return Err(LaunchError::Platform { error, description });
            }
            // A further kind of response could carry no token that this code knows.
            _ => return Err(LaunchError::Form(Violation::ResponseIdTokenMissing)),
        };
        let now = self.0.clock.now();
        let ticket = self.ticket(&id_token, state, stored, headers, now)?;
        let registration = self.registration(&ticket).await?;
        let keys = self.0.jwks.keys_for(&registration.jwks_url, key_id(&id_token).as_deref()).await?;
        let login = LoginRecord::new(ticket.target_link_uri.clone(), ticket.deployment_id.clone());
        Ok(Answered { id_token, now, ticket, registration, keys, login })
    }

    async fn launched(&self, clean: Clean, response: &Answered) -> Result<Launched, LaunchError> {
        self.check_target(&clean.message().target_link_uri)?;
        let nonce = self.claim(clean.once_key(), response).await?;
        let mut launch = clean.into_launch(nonce).map_err(store_erred)?;
        if let Some(secrets) = &self.0.lti11_secrets {
            migration::judge(&**secrets, &response.registration, &mut launch).await;
        }
        Ok(Launched { launch, set_cookies: vec![self.0.jar.end(&response.ticket.state)] })
    }

    async fn requested(&self, clean: CleanDeepLinking, response: &Answered) -> Result<Requested, LaunchError> {
        if let Some(target) = &clean.message().target_link_uri {
            self.check_target(target)?;
        }
        let nonce = self.claim(clean.once_key(), response).await?;
        let launch = clean.into_launch(nonce).map_err(store_erred)?;
        let choice = Choice::new(self, &launch);
        let set_cookies = vec![self.0.jar.end(&response.ticket.state)];
        Ok(Requested { request: DeepLinking::new(launch, choice), set_cookies })
    }

    fn check_target(&self, target: &str) -> Result<(), LaunchError> {
        if self.0.owns(target) {
            return Ok(());
        }
        Err(LaunchError::TargetForeign { target: target.to_owned(), tool: self.0.public_url.to_string() })
    }

    /// The login that the response answers, if this browser began it and it still holds.
    fn ticket(
        &self,
        id_token: &str,
        state: Option<State>,
        stored: Stored,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<LoginTicket, LaunchError> {
        let state = state.ok_or(LaunchError::StateMissing)?;
        let StateCheck::Ours(expires_at, place) = check_state(self.0.jar.key(), &state) else {
            return Err(LaunchError::StateForeign);
        };
        if expires_at < now {
            return Err(LaunchError::LoginExpired { minutes: LOGIN_LIFETIME.as_secs() / 60 });
        }
        if let Some(ticket) = self.0.jar.find(&state, headers) {
            return Ok(ticket);
        }
        match (stored, place) {
            (_, None) => Err(LaunchError::CookieMissing),
            (Stored::Absent, Some(place)) => {
                let (id_token, launch_url) = (id_token.to_owned(), self.launch_url().to_owned());
                let question = Box::new(StorageQuestion { place, state, id_token, launch_url });
                Err(LaunchError::StorageUnread { question })
            }
            (Stored::Twice, Some(_)) => Err(LaunchError::Storage { problem: "came twice" }),
            (Stored::Value(_), Some(_)) if !sent_by_own_page(headers, &self.0.public_url) => {
                Err(LaunchError::Storage { problem: "was not sent by this tool's own page" })
            }
            (Stored::Value(value), Some(_)) => LoginTicket::open_stored(self.0.jar.key(), &state, &value)
                .ok_or(LaunchError::Storage { problem: "is not the one of this state" }),
        }
    }

    async fn registration(&self, ticket: &LoginTicket) -> Result<Arc<Registration>, LaunchError> {
        let found = self.0.registrations.at_issuer(&ticket.issuer).await.map_err(LaunchError::Registrations)?;
        found.into_iter().find(|registration| registration.client_id == ticket.client_id).ok_or_else(|| {
            LaunchError::RegistrationGone { issuer: ticket.issuer.clone(), client_id: ticket.client_id.clone() }
        })
    }

    /// Claims nonce and state, in this order, and gives the proof for the nonce.
    async fn claim(&self, nonce: &OnceKey, response: &Answered) -> Result<Claimed, LaunchError> {
        let (once, now, ticket) = (&self.0.once, response.now, &response.ticket);
        let proof = once.claim(nonce, now).await.map_err(|error| match error {
            ClaimError::AlreadyClaimed => LaunchError::NonceReplayed,
            ClaimError::Expired => LaunchError::Message(ended(now)),
            other => LaunchError::Store(other),
        })?;
        let state = OnceKey::new(OnceKind::State, ticket.state.as_str(), ticket.expires_at);
        let _claimed = once.claim(&state, now).await.map_err(|error| match error {
            ClaimError::AlreadyClaimed => LaunchError::StateReused,
            other => LaunchError::Store(other),
        })?;
        Ok(proof)
    }
}

/// An authentication response with what it is compared with.
struct Answered {
    id_token: String,
    now: Timestamp,
    ticket: LoginTicket,
    registration: Arc<Registration>,
    keys: Arc<KeySet>,
    login: LoginRecord,
}

impl Answered {
    fn context<'a>(&'a self, tool: &'a LtiTool) -> LaunchContext<'a> {
        LaunchContext {
            keys: &self.keys,
            issuer: &self.registration.issuer,
            client_id: &self.registration.client_id,
            nonce: Some(&self.ticket.nonce),
            login: Some(&self.login),
            deployments: self.registration.deployments.as_rule(),
            policy: &tool.0.policy,
        }
    }
}

/// The store gave a proof for another key than it was asked for: nothing can be trusted then.
fn store_erred(error: NotClaimed) -> LaunchError {
    LaunchError::Store(ClaimError::Unavailable { reason: error.to_string() })
}

fn ended(now: Timestamp) -> Finding {
    Finding::new(Violation::TokenExp, "a token that has not ended", format!("one that ended before {now}"))
}

/// The key id that the token's header names, before anything is verified: it only chooses whether to fetch keys.
fn key_id(id_token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Header<'a> {
        #[serde(borrow, default)]
        kid: Option<Cow<'a, str>>,
    }
    // A header of a few hundred bytes names its key; a longer one gets no fetch of its own.
    let encoded = id_token.split('.').next().filter(|encoded| encoded.len() <= 4_096)?;
    let header = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    let header: Header<'_> = serde_json::from_slice(&header).ok()?;
    header.kid.map(Cow::into_owned)
}
