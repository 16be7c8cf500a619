//! The rules of a platform.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lti_core::Timestamp;
use lti_core::id::{Issuer, ResourceLinkId};
use lti_core::login::LoginInitiation;
use lti_core::message::deep_linking::LtiDeepLinkingRequest;
use lti_core::message::{LtiResourceLinkRequest, ResourceLink};
use oauth2_issuer::clock::Clock;
use oauth2_issuer::once::{ClaimError, OnceKey, OnceKind, OnceStore};
use oauth2_issuer::server::authorize::{ClaimsSource, IdTokenClaims};
use oauth2_issuer::server::{AuthenticationError, Client, Clients, Denial, ValidRequest};
use oauth2_issuer::{BoxFuture, Unavailable};

use super::custom::substitute;
use super::deep_linking::{self, WithoutLink};
use super::{ID_TOKEN_LIFETIME, InitiationError, LaunchRequest, LaunchSource, StartedLaunch};
use crate::deep_linking::data::Selection;
use crate::hint::{HintError, HintKey, Initiation, Purpose, fresh_id};
use crate::registration::{Registrations, ToolRegistration};
use crate::services::ServiceOffer;
use crate::storage::StorageTarget;

/// How long a tool may take from the login initiation to its authentication request. No text gives a number; it is the
/// lifetime of the hints.
pub const INITIATION_LIFETIME: Duration = Duration::from_mins(10);

/// The rules of a platform: one issuer with its registrations.
#[derive(Clone)]
pub struct Platform {
    pub(super) issuer: Issuer,
    registrations: Arc<dyn Registrations>,
    pub(super) source: Arc<dyn LaunchSource>,
    hints: HintKey,
    pub(super) clock: Arc<dyn Clock>,
    once: Option<Arc<dyn OnceStore>>,
    storage: Option<StorageTarget>,
    pub(super) offer: Option<ServiceOffer>,
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Platform").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl Platform {
    /// A platform under this issuer identifier.
    pub fn new(
        issuer: Issuer,
        registrations: Arc<dyn Registrations>,
        source: Arc<dyn LaunchSource>,
        hints: HintKey,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { issuer, registrations, source, hints, clock, once: None, storage: None, offer: None }
    }

    /// Lets a tool ask once for each launch. No text asks for it; it keeps an authentication request that leaked from
    /// being sent a second time.
    #[must_use]
    pub fn launching_once(mut self, store: Arc<dyn OnceStore>) -> Self {
        self.once = Some(store);
        self
    }

    /// Says in every login initiation which window keeps values for tools without cookies. The window has to be there: see
    /// [`storage`](crate::storage).
    #[must_use]
    pub fn keeping_storage(mut self, target: StorageTarget) -> Self {
        self.storage = Some(target);
        self
    }

    /// Says in every message where the services are, to tools that were granted scopes of theirs. [`Services`] must answer
    /// there.
    ///
    /// [`Services`]: crate::services::Services
    #[must_use]
    pub fn offering(mut self, offer: ServiceOffer) -> Self {
        self.offer = Some(offer);
        self
    }

    /// What messages say about the services, if there are some.
    pub fn offer(&self) -> Option<&ServiceOffer> {
        self.offer.as_ref()
    }

    /// The issuer identifier.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The registrations.
    pub fn registrations(&self) -> &Arc<dyn Registrations> {
        &self.registrations
    }

    /// The key of the hints.
    pub fn hints(&self) -> &HintKey {
        &self.hints
    }

    /// Sets a launch going (Security Framework 1.0, 5.1.1.1): the message for the tool's login address, with the
    /// optional `client_id` and `lti_deployment_id`, so that tools of every kind find their registration.
    ///
    /// # Errors
    /// [`InitiationError`] when the tool or the deployment is unknown, or the platform cannot go on.
    pub async fn initiate(&self, request: LaunchRequest) -> Result<StartedLaunch, InitiationError> {
        let client_id = request.client_id.as_str();
        let tool = self.registrations.find(client_id).await?;
        let tool = tool.ok_or_else(|| InitiationError::UnknownClient(client_id.to_owned()))?;
        if !tool.has_deployment(&request.deployment_id) {
            return Err(InitiationError::UnknownDeployment {
                client_id: client_id.to_owned(),
                deployment_id: request.deployment_id.to_string(),
            });
        }
        let initiation = Initiation {
            id: fresh_id()?,
            user: request.user,
            client_id: request.client_id,
            deployment_id: request.deployment_id,
            purpose: request.purpose,
            target_link_uri: request.target_link_uri.unwrap_or_else(|| tool.target_link_uri().to_owned()),
            expires_at: self.clock.now() + INITIATION_LIFETIME,
            memo: request.memo,
        };
        let login = self.login_initiation(&initiation);
        Ok(StartedLaunch { login, initiation_url: tool.initiation_url().clone(), initiation })
    }

    /// The message for the tool's login address; the same for the same launch, whenever it is asked for.
    pub(crate) fn login_initiation(&self, initiation: &Initiation) -> LoginInitiation {
        let hint = self.hints.login_hint(initiation);
        let mut login = LoginInitiation::new(self.issuer.clone(), hint, initiation.target_link_uri.clone());
        login.lti_message_hint = Some(self.hints.message_hint(initiation));
        login.lti_deployment_id = Some(initiation.deployment_id.clone());
        login.client_id = Some(initiation.client_id.clone());
        login.lti_storage_target = self.storage.as_ref().map(|target| target.as_str().to_owned());
        login
    }

    /// What the ID token for this request says, if its launch is genuine, current, and the session user's own.
    async fn message(&self, request: &ValidRequest, session: &str) -> Result<IdTokenClaims, Denial> {
        let now = self.clock.now();
        let (launch, tool) = self.opened(request, session, now).await?;
        match launch.purpose.clone() {
            Purpose::ResourceLink(link) => {
                IdTokenClaims::new(&self.link_message(request, &launch, &tool, link, now).await?)
            }
            Purpose::DeepLinking(_) => {
                IdTokenClaims::new(&self.deep_linking_message(request, &launch, &tool, now).await?)
            }
        }
    }

    /// The launch that a request belongs to, and the registration of its tool as it is now.
    async fn opened(
        &self,
        request: &ValidRequest,
        session: &str,
        now: Timestamp,
    ) -> Result<(Initiation, Arc<ToolRegistration>), Denial> {
        let hints = self.hints.open(Some(&request.login_hint), request.lti_message_hint.as_ref(), now);
        let launch = hints.map_err(|error| Denial::new(code(error), error.to_string()))?;
        if launch.client_id != request.client_id {
            return Err(denied("the launch was set going for another client_id"));
        }
        // The session user must be the one whom the login hint names (Security Framework 1.0, 5.1.1.3).
        if launch.user.as_str() != session {
            let text = "the user signed in to the platform is not the one of the login_hint";
            return Err(Denial::new(AuthenticationError::LoginRequired, text));
        }
        let tool = self.still_deployed(&launch).await?;
        Ok((launch, tool))
    }

    /// The message of a link that was followed.
    async fn link_message(
        &self,
        request: &ValidRequest,
        launch: &Initiation,
        tool: &ToolRegistration,
        link: ResourceLinkId,
        now: Timestamp,
    ) -> Result<LtiResourceLinkRequest, Denial> {
        let bare = self.bare_message(launch, request, link, now);
        let mut message = bare.clone();
        self.source.fill(launch, &mut message).await.map_err(|refused| denied(&refused.reason))?;
        tool.privacy().apply(&mut message);
        substitute(tool, &*self.source, launch, &mut message);
        self.claim_once(launch, now).await?;
        settle(&mut message, bare);
        self.add_services(&mut message, tool).await.map_err(|unavailable| no_gradebook(&unavailable))?;
        sign_migration(&mut message, tool);
        Ok(message)
    }

    /// The message that lets content be chosen.
    async fn deep_linking_message(
        &self,
        request: &ValidRequest,
        launch: &Initiation,
        tool: &ToolRegistration,
        now: Timestamp,
    ) -> Result<LtiDeepLinkingRequest, Denial> {
        let selection = Selection::of(&self.hints, launch, now);
        let selection = selection.ok_or_else(|| denied("the launch is one of a link"))?;
        let bare = deep_linking::bare(&self.bare_message(launch, request, ResourceLinkId::new(""), now));
        let mut filled = bare.clone();
        self.source.fill_deep_linking(launch, &mut filled).await.map_err(|refused| denied(&refused.reason))?;
        let (mut message, settings) = deep_linking::split(filled);
        tool.privacy().apply(&mut message);
        substitute(tool, &WithoutLink(&*self.source), launch, &mut message);
        self.add_services(&mut message, tool).await.map_err(|unavailable| no_gradebook(&unavailable))?;
        self.claim_once(launch, now).await?;
        Ok(deep_linking::join(message, settings, bare, &selection, &self.hints))
    }

    /// The message with what the launch has promised at its initiation: the deployment (LTI Core 1.3, 4.1.2) and the
    /// target (5.3.4).
    fn bare_message(
        &self,
        launch: &Initiation,
        request: &ValidRequest,
        link: ResourceLinkId,
        now: Timestamp,
    ) -> LtiResourceLinkRequest {
        LtiResourceLinkRequest::new(
            self.issuer.clone(),
            launch.client_id.as_str(),
            launch.deployment_id.clone(),
            request.nonce.clone(),
            launch.target_link_uri.clone(),
            ResourceLink::new(link),
            now,
            now + ID_TOKEN_LIFETIME,
        )
    }

    /// Registrations may change between the two steps of a launch.
    async fn still_deployed(&self, launch: &Initiation) -> Result<Arc<ToolRegistration>, Denial> {
        let tool = self.registrations.find(launch.client_id.as_str()).await.map_err(|unavailable| {
            tracing::error!(reason = %unavailable.reason, "the registrations cannot be read");
            Denial::new(AuthenticationError::TemporarilyUnavailable, "the platform cannot read its registrations")
        })?;
        match tool {
            Some(tool) if tool.has_deployment(&launch.deployment_id) => Ok(tool),
            _ => Err(denied("the tool is no longer deployed here")),
        }
    }

    async fn claim_once(&self, launch: &Initiation, now: Timestamp) -> Result<(), Denial> {
        let Some(store) = &self.once else { return Ok(()) };
        let key = OnceKey::new(OnceKind::Initiation, launch.id.clone(), launch.expires_at);
        match store.claim(&key, now).await {
            Ok(_proof) => Ok(()),
            Err(ClaimError::AlreadyClaimed) => Err(denied("the launch was used before: start it again")),
            Err(error) => {
                tracing::error!(%error, "a launch could not be claimed");
                Err(Denial::new(AuthenticationError::TemporarilyUnavailable, "the platform cannot record the launch"))
            }
        }
    }
}

/// Sets again what launch and request have settled, whatever the source did to it.
fn settle(message: &mut LtiResourceLinkRequest, settled: LtiResourceLinkRequest) {
    message.iss = settled.iss;
    message.aud = settled.aud;
    // The one audience is the tool; `azp` would have to repeat it (Security Framework 1.0, 5.1.2).
    message.azp = settled.azp;
    message.nonce = settled.nonce;
    message.iat = settled.iat;
    message.exp = settled.exp;
    message.deployment_id = settled.deployment_id;
    message.target_link_uri = settled.target_link_uri;
    message.resource_link.id = settled.resource_link.id;
}

/// Proves the LTI 1.1 identifiers of the message, if it has some; last, since it signs over what was settled.
fn sign_migration(message: &mut LtiResourceLinkRequest, tool: &ToolRegistration) {
    if let Some(credentials) = tool.lti11().filter(|_| message.lti1p1.is_some()) {
        message.sign_migration(tool.client_id(), &credentials.consumer_key, &credentials.secret);
    }
}

fn no_gradebook(unavailable: &Unavailable) -> Denial {
    tracing::error!(reason = %unavailable.reason, "the gradebook cannot be read");
    Denial::new(AuthenticationError::TemporarilyUnavailable, "the platform cannot read its gradebook")
}

fn denied(reason: &str) -> Denial {
    Denial::new(AuthenticationError::AccessDenied, reason)
}

/// Any registered code is sound (OpenID Connect Core 1.0, 3.1.2.6); these say most.
const fn code(error: HintError) -> AuthenticationError {
    match error {
        HintError::LoginHint => AuthenticationError::LoginRequired,
        HintError::Expired => AuthenticationError::AccessDenied,
        HintError::LoginHintMissing | HintError::MessageHintMissing | HintError::MessageHint | HintError::Different => {
            AuthenticationError::InvalidRequest
        }
    }
}

impl ClaimsSource for Platform {
    fn claims<'a>(
        &'a self,
        request: &'a ValidRequest,
        session: &'a str,
    ) -> BoxFuture<'a, Result<IdTokenClaims, Denial>> {
        Box::pin(self.message(request, session))
    }
}

impl Clients for Platform {
    fn client<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<Client>, Unavailable>> {
        Box::pin(async move { Ok(self.registrations.find(client_id).await?.as_deref().map(client)) })
    }
}

fn client(tool: &ToolRegistration) -> Client {
    Client::new(tool.client_id().clone(), tool.redirect_uris())
}
