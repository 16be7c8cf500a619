//! The way back: a response is judged, tied to the session it belongs to, taken once, and kept.

use std::fmt;
use std::sync::Arc;

use lti_core::id::{ClientId, Subject};
use lti_core::inspect::response::{self, ResponseContext, ResponseFinding, Returned, UnusableItem};
use lti_core::inspect::{Deployments, Policy};
use lti_core::jose::{CompactJws, KeySet};
use lti_core::message::deep_linking::ContentItem;
use lti_core::{Timestamp, message::deep_linking::LtiDeepLinkingResponse};
use oauth2_issuer::Unavailable;
use oauth2_issuer::clock::Clock;
use oauth2_issuer::once::{ClaimError, Claimed, OnceKey, OnceKind, OnceStore};
use oauth2_issuer::server::token::KeySets;

use super::ContentStore;
use super::data::{DataError, Selection};
use crate::launch::Platform;
use crate::registration::ToolRegistration;

/// What a user chose, with everything that a platform needs to keep it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Chosen {
    /// Which tool, deployment and context.
    pub selection: Selection,
    /// Who chose.
    pub user: Subject,
    /// The items that can be used, in their order; none where nothing was chosen.
    pub items: Vec<ContentItem>,
    /// Why each of the other items cannot be used.
    pub unusable: Vec<String>,
    /// What the tool wants the user to be told.
    pub msg: Option<String>,
    /// What the tool wants the user to be told about an error.
    pub errormsg: Option<String>,
}

impl Chosen {
    /// Nothing yet.
    pub(crate) fn nothing(selection: Selection, user: Subject) -> Self {
        Self { selection, user, items: Vec::new(), unusable: Vec::new(), msg: None, errormsg: None }
    }

    /// What a response brought: genuine, of this session, and for the first time.
    fn of(selection: Selection, user: Subject, returned: &Returned) -> Self {
        let reasons =
            |unusable: &UnusableItem| unusable.findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let response = returned.response();
        Self {
            selection,
            user,
            items: returned.items().to_vec(),
            unusable: returned.unusable().iter().map(reasons).collect(),
            msg: response.msg.clone(),
            errormsg: response.errormsg.clone(),
        }
    }
}

/// Where the user goes on, and what is to be said there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Kept {
    /// The address, as a path of the platform or a URL.
    pub location: String,
}

impl Kept {
    /// Goes on at this address.
    pub fn at(location: impl Into<String>) -> Self {
        Self { location: location.into() }
    }
}

/// Why a response was not taken. Nothing of it was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReturnRefused {
    /// The form has no field `JWT`, or more than one (Deep Linking 2.0, 2.3).
    #[error("the form field JWT: expected one, saw {0}")]
    Field(usize),
    /// The response names no tool of this platform as its issuer (Security Framework 1.0, 5.2.2).
    #[error("iss of the response: expected the client_id of a tool that is registered here, saw {0}")]
    UnknownTool(String),
    /// Nobody could verify the signature: the registration names no key set.
    #[error("the signature: expected a key set URL in the registration of the tool, saw none")]
    NoKeySet,
    /// The tool's key set cannot be had.
    #[error("the signature: expected the tool's key set at its registered address, saw: {0}")]
    KeySet(String),
    /// The response breaks a rule.
    #[error(transparent)]
    Rule(#[from] ResponseFinding),
    /// `data` does not belong to this session (Security Framework 1.0, 7.3.1; Deep Linking 2.0, 4.5.5).
    #[error("data: expected the value of this session's request, unchanged, saw {0}")]
    Data(#[from] DataError),
    /// The response, or another one to the same request, was taken before.
    #[error("{0}: expected a response that was not taken before, saw one that was")]
    Again(&'static str),
    /// The platform cannot go on.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// A response that was taken.
#[derive(Debug)]
#[non_exhaustive]
pub struct Taken {
    /// Where the user goes on.
    pub kept: Kept,
    /// What was returned; its items are kept already.
    pub response: LtiDeepLinkingResponse,
    /// The launch that it answers.
    pub launch: String,
}

/// What is known of a refused response, and why it was refused: for traces.
#[derive(Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// Why.
    pub reason: ReturnRefused,
    /// The launch that it answers, as far as its `data` says so; nothing says that it is genuine.
    pub launch: Option<String>,
}

/// Takes the responses of tools.
#[derive(Clone)]
pub struct ContentReturn {
    platform: Arc<Platform>,
    keys: Arc<dyn KeySets>,
    once: Arc<dyn OnceStore>,
    store: Arc<dyn ContentStore>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for ContentReturn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentReturn").field("platform", &self.platform).finish_non_exhaustive()
    }
}

impl ContentReturn {
    /// Takes responses to this platform's requests: verified with the tools' keys, each once, kept in `store`.
    pub fn new(
        platform: Arc<Platform>,
        keys: Arc<dyn KeySets>,
        once: Arc<dyn OnceStore>,
        store: Arc<dyn ContentStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { platform, keys, once, store, clock }
    }

    /// Takes the form that the tool let the browser of this user post.
    ///
    /// Nothing is claimed before the signature holds and `data` is of this session, so that nobody else can use a response
    /// up.
    ///
    /// # Errors
    /// [`Refusal`], with nothing kept.
    pub async fn receive(&self, fields: &[(String, String)], session: Option<&Subject>) -> Result<Taken, Refusal> {
        let jwts: Vec<&str> =
            fields.iter().filter(|(name, _)| name == "JWT").map(|(_, value)| value.as_str()).collect();
        let &[jwt] = jwts.as_slice() else {
            return Err(Refusal { reason: ReturnRefused::Field(jwts.len()), launch: None });
        };
        match self.take(jwt, session).await {
            Ok(taken) => Ok(taken),
            Err(reason) => Err(Refusal { reason, launch: self.claimed_launch(jwt) }),
        }
    }

    async fn take(&self, jwt: &str, session: Option<&Subject>) -> Result<Taken, ReturnRefused> {
        let now = self.clock.now();
        let tool = self.tool(response::claimed_client(jwt)).await?;
        let keys = self.keys(&tool, jwt).await?;
        let context = ResponseContext {
            keys: &keys,
            issuer: self.platform.issuer(),
            client_id: tool.client_id(),
            deployments: Deployments::Known(tool.deployment_ids()),
            settings: None,
            policy: &Policy::default(),
        };
        let clean = response::verify(jwt, &context, now)?;
        let from = (tool.client_id(), &clean.response().deployment_id);
        let data = clean.response().data.as_ref().map(|data| data.as_text().unwrap_or_default());
        let selection = Selection::open(self.platform.hints(), data.as_deref(), from, session, now)?;
        let user = session.cloned().ok_or(DataError::OtherUser)?;
        let claimed = self.claim(clean.once_key(), now, "nonce").await?;
        let key = OnceKey::new(OnceKind::State, format!("deep_linking_data.{}", selection.id), selection.expires_at);
        drop(self.claim(&key, now, "data").await?);
        let returned = clean.into_returned(claimed).map_err(|_| ReturnRefused::Again("nonce"))?;
        let launch = selection.id.clone();
        let kept = self.store.keep(&Chosen::of(selection, user, &returned)).await?;
        Ok(Taken { kept, response: returned.into_response(), launch })
    }

    async fn tool(&self, client_id: Option<ClientId>) -> Result<Arc<ToolRegistration>, ReturnRefused> {
        let unknown = |seen: &str| ReturnRefused::UnknownTool(seen.to_owned());
        let client_id = client_id.ok_or_else(|| unknown("no token with an issuer"))?;
        let tool = self.platform.registrations().find(client_id.as_str()).await?;
        tool.ok_or_else(|| unknown("another one"))
    }

    async fn keys(&self, tool: &ToolRegistration, jwt: &str) -> Result<Arc<KeySet>, ReturnRefused> {
        let url = tool.jwks_url().ok_or(ReturnRefused::NoKeySet)?;
        let jws = CompactJws::parse(jwt).ok();
        let kid = jws.as_ref().and_then(|jws| jws.header().kid.as_deref());
        self.keys.key_set(url, kid).await.map_err(|unavailable| ReturnRefused::KeySet(unavailable.reason))
    }

    async fn claim(&self, key: &OnceKey, now: Timestamp, what: &'static str) -> Result<Claimed, ReturnRefused> {
        match self.once.claim(key, now).await {
            Ok(claimed) => Ok(claimed),
            Err(ClaimError::AlreadyClaimed) => Err(ReturnRefused::Again(what)),
            Err(error) => Err(ReturnRefused::Unavailable(Unavailable::new(error.to_string()))),
        }
    }

    /// The launch that the `data` of a response names, whoever sends it.
    fn claimed_launch(&self, jwt: &str) -> Option<String> {
        let jws = CompactJws::parse(jwt).ok()?;
        let claims: serde_json::Value = serde_json::from_slice(jws.payload()).ok()?;
        let data = claims.get(lti_core::message::claims::DEEP_LINKING_DATA)?.as_str()?;
        Selection::read(self.platform.hints(), data).map(|selection| selection.id)
    }
}
