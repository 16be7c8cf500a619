//! The rules of a platform that launches tools of LTI 1.x.

use std::fmt;
use std::sync::Arc;

use lti_core::Timestamp;
use lti_core::custom::{Resolution, Variable};
use lti_core::id::{ClientId, Issuer, ResourceLinkId, Subject};
use lti_core::lti11::launch::LaunchBuilder;
use lti_core::lti11::oauth1::{Credentials, Parameters, SignatureMethod, Stamp, base_string, sign_form};
use lti_core::lti11::parameter;
use lti_core::message::{LtiResourceLinkRequest, ResourceLink};
use lti_core::service::ags::{Label, LineItem, MaximumPoints};
use oauth2_issuer::Unavailable;
use oauth2_issuer::clock::Clock;
use oauth2_issuer::once::{ClaimError, OnceKey, OnceKind, OnceStore};
use url::Url;

use super::outcomes::ResultId;
use super::parameters::{self, Beside};
use super::tool::launch_address;
use super::{LaunchForm, Lti11LaunchError, Lti11Tool, Lti11Tools, Nonces, RandomNonces, Stamps, substitute};
use crate::gradebook::{Gradebook, KeptLineItem, LineItemFilter, Owner};
use crate::hint::{HintKey, Initiation, Purpose, fresh_id};
use crate::launch::{ID_TOKEN_LIFETIME, INITIATION_LIFETIME, LaunchRequest, LaunchSource};
use crate::privacy::Privacy;

/// Where tools send the browser for the second half of a launch of LTI 1.1.2, below the platform's address.
pub const RELAUNCH_PATH: &str = "/lti11/relaunch";
/// Where grades are handed in, below the platform's address.
pub const OUTCOMES_PATH: &str = "/lti11/outcomes";

/// The longest `tool_state` that is passed on, in characters.
const TOOL_STATE_MAX: usize = 2048;
/// What `platform_state` is sealed as.
const STATE: &str = "lti11_platform_state";
/// The points of a line item that was made for a link. Grades arrive as a part of 1, so that no number is right or wrong.
const POINTS: f64 = 100.0;
/// What a line item is called whose link has no title.
const UNTITLED: &str = "Untitled";

/// A platform as tools of LTI 1.x see it.
pub struct Lti11Platform {
    pub(super) issuer: Issuer,
    pub(super) tools: Arc<dyn Lti11Tools>,
    pub(super) source: Arc<dyn LaunchSource>,
    pub(super) key: HintKey,
    pub(super) once: Arc<dyn OnceStore>,
    pub(super) clock: Arc<dyn Clock>,
    stamps: Stamps,
    pub(super) gradebook: Option<Arc<dyn Gradebook>>,
}

impl fmt::Debug for Lti11Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lti11Platform").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl Lti11Platform {
    /// A platform at this address, which is its issuer identifier in LTI 1.3. `key` seals what comes back by way of tools
    /// and browsers; `once` remembers what may be used once, nonces of tools among it.
    pub fn new(
        issuer: Issuer,
        tools: Arc<dyn Lti11Tools>,
        source: Arc<dyn LaunchSource>,
        key: HintKey,
        once: Arc<dyn OnceStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let stamps = Stamps::new(Arc::clone(&clock), Arc::new(RandomNonces));
        Self { issuer, tools, source, key, once, clock, stamps, gradebook: None }
    }

    /// Takes nonces from elsewhere.
    #[must_use]
    pub fn with_nonces(mut self, nonces: Arc<dyn Nonces>) -> Self {
        self.stamps = Stamps::new(Arc::clone(&self.clock), nonces);
        self
    }

    /// Lets tools hand grades in where they may: launches say so, and the line items are made here.
    #[must_use]
    pub fn grading(mut self, gradebook: Arc<dyn Gradebook>) -> Self {
        self.gradebook = Some(gradebook);
        self
    }

    /// An address below the platform's.
    pub fn below(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.as_str().trim_end_matches('/'))
    }

    /// The address that a sender used, as it was announced: what a proxy or a `Host` header makes of it does not count.
    pub(super) fn asked(&self, path: &str, query: Option<&str>) -> String {
        let address = self.below(path);
        query.map_or_else(|| address.clone(), |query| format!("{address}?{query}"))
    }

    /// Makes the form of a launch. The tool is found by `client_id`, which is its [`id`](Lti11Tool::id) here; that the
    /// user is signed in is the caller's word.
    ///
    /// # Errors
    /// [`Lti11LaunchError`] when the tool is unknown, the user may not follow the link, or nothing can be signed.
    pub async fn launch(&self, request: LaunchRequest) -> Result<LaunchForm, Lti11LaunchError> {
        let tool = self.tool(&request.client_id).await?;
        let initiation = Initiation {
            id: fresh_id()?,
            user: request.user,
            client_id: request.client_id,
            deployment_id: request.deployment_id,
            purpose: request.purpose,
            target_link_uri: request.target_link_uri.unwrap_or_else(|| tool.launch_url().as_str().to_owned()),
            expires_at: self.clock.now() + INITIATION_LIFETIME,
            memo: request.memo,
        };
        match (&initiation.purpose, tool.relaunches()) {
            (Purpose::ResourceLink(link), true) => self.first_half(&tool, &initiation, link).await,
            (Purpose::ResourceLink(link), false) => self.whole(&tool, &initiation, link, None).await,
            (Purpose::DeepLinking(_), _) => self.content_request(&tool, &initiation).await,
        }
    }

    /// Makes the form of the second half of a launch of LTI 1.1.2: the tool has sent the browser back with the
    /// `platform_state` of the first half and a `tool_state` of its own. The whole launch carries both, so that the tool
    /// sees that it is the browser it has seen before.
    ///
    /// # Errors
    /// [`Lti11LaunchError`] when `platform_state` is not that of a launch by this user, or was used before.
    pub async fn relaunch(
        &self,
        platform_state: &str,
        tool_state: &str,
        session: Option<&Subject>,
    ) -> Result<LaunchForm, Lti11LaunchError> {
        let now = self.clock.now();
        let launch: Initiation = self.key.unseal(STATE, platform_state).ok_or(Lti11LaunchError::PlatformState)?;
        if session != Some(&launch.user) {
            return Err(Lti11LaunchError::PlatformState);
        }
        if now >= launch.expires_at {
            return Err(Lti11LaunchError::Expired);
        }
        let length = tool_state.chars().count();
        if !(1..=TOOL_STATE_MAX).contains(&length) {
            return Err(Lti11LaunchError::ToolState(length));
        }
        let tool = self.tool(&launch.client_id).await?;
        let link = launch.resource_link_id().ok_or(Lti11LaunchError::PlatformState)?.clone();
        self.claim_once(&launch, now).await?;
        self.whole(&tool, &launch, &link, Some((platform_state, tool_state))).await
    }

    async fn claim_once(&self, launch: &Initiation, now: Timestamp) -> Result<(), Lti11LaunchError> {
        let key = OnceKey::new(OnceKind::Initiation, launch.id.clone(), launch.expires_at);
        match self.once.claim(&key, now).await {
            Ok(_proof) => Ok(()),
            Err(ClaimError::AlreadyClaimed) => Err(Lti11LaunchError::Again),
            Err(error) => Err(Unavailable::new(error.to_string()).into()),
        }
    }

    async fn tool(&self, id: &ClientId) -> Result<Arc<Lti11Tool>, Lti11LaunchError> {
        self.tools.by_id(id).await?.ok_or_else(|| Lti11LaunchError::UnknownTool(id.to_string()))
    }

    /// Everything: user, course, link, custom parameters, and where grades go.
    async fn whole(
        &self,
        tool: &Lti11Tool,
        launch: &Initiation,
        link: &ResourceLinkId,
        states: Option<(&str, &str)>,
    ) -> Result<LaunchForm, Lti11LaunchError> {
        let message = self.message(tool, launch, link).await?;
        let mut beside = Beside { username: self.username(tool, launch, &message), ..Beside::default() };
        self.add_outcome(tool, &message, link, &launch.user, &mut beside).await?;
        beside.custom = substitute::custom(tool.custom(), &message.custom, |variable| {
            variable_of(tool, &*self.source, launch, &message, &beside, variable)
        });
        let mut builder = parameters::launch(&message, &beside);
        if let Some((platform_state, tool_state)) = states {
            builder = builder.set(parameter::PLATFORM_STATE, platform_state).set(parameter::TOOL_STATE, tool_state);
        }
        self.sign(tool, launch, builder)
    }

    /// The link and where the browser is to be sent back to, and nothing about the user: anybody's browser could be made to
    /// bring this half.
    async fn first_half(
        &self,
        tool: &Lti11Tool,
        launch: &Initiation,
        link: &ResourceLinkId,
    ) -> Result<LaunchForm, Lti11LaunchError> {
        let mut message = self.message(tool, launch, link).await?;
        Privacy::Anonymous.apply(&mut message);
        message.roles.clear();
        let builder = parameters::launch(&message, &Beside::default())
            .set(parameter::RELAUNCH_URL, self.below(RELAUNCH_PATH))
            .set(parameter::PLATFORM_STATE, self.key.seal(STATE, launch));
        self.sign(tool, launch, builder)
    }

    /// What the source says of this launch, as far as the tool is told.
    async fn message(
        &self,
        tool: &Lti11Tool,
        launch: &Initiation,
        link: &ResourceLinkId,
    ) -> Result<LtiResourceLinkRequest, Lti11LaunchError> {
        let mut message = self.bare(tool, launch, link);
        self.source.fill(launch, &mut message).await?;
        message.resource_link.id = link.clone();
        tool.privacy().apply(&mut message);
        Ok(message)
    }

    /// A message that says nothing yet.
    pub(super) fn bare(&self, tool: &Lti11Tool, launch: &Initiation, link: &ResourceLinkId) -> LtiResourceLinkRequest {
        let now = self.clock.now();
        LtiResourceLinkRequest::new(
            self.issuer.clone(),
            tool.id().as_str(),
            launch.deployment_id.clone(),
            String::new(),
            launch.target_link_uri.clone(),
            ResourceLink::new(link.clone()),
            now,
            now + ID_TOKEN_LIFETIME,
        )
    }

    /// The name that the user signs in with, for tools that are told names.
    pub(super) fn username(
        &self,
        tool: &Lti11Tool,
        launch: &Initiation,
        message: &LtiResourceLinkRequest,
    ) -> Option<String> {
        let variable = Variable::named("User.username");
        if !tool.privacy().permits(&variable) || message.sub.is_none() {
            return None;
        }
        match self.source.variable(launch, message, &variable) {
            Resolution::Text(name) => Some(name).filter(|name| !name.is_empty()),
            _ => None,
        }
    }

    /// Says where grades go. Every launch of such a link names the address; a result is named to learners alone, and never
    /// for somebody whom the tool is not told of.
    async fn add_outcome(
        &self,
        tool: &Lti11Tool,
        message: &LtiResourceLinkRequest,
        link: &ResourceLinkId,
        user: &Subject,
        beside: &mut Beside,
    ) -> Result<(), Unavailable> {
        let Some(gradebook) = self.gradebook.as_ref().filter(|_| tool.accepts_grades()) else { return Ok(()) };
        let Some(context) = message.context.as_ref().filter(|_| message.sub.is_some()) else { return Ok(()) };
        let owner = Owner::new(tool.id().clone(), super::DEPLOYMENT, context.id.clone());
        let title = message.resource_link.title.as_deref();
        if column(&**gradebook, &owner, link, title).await?.is_none() {
            return Ok(());
        }
        beside.outcome_url = Some(self.below(OUTCOMES_PATH));
        if message.roles.iter().any(lti_core::vocab::Role::is_learner) {
            let result = ResultId::new(tool.id().clone(), context.id.clone(), link.clone(), user.clone());
            beside.sourcedid = Some(result.seal(&self.key));
        }
        Ok(())
    }

    /// Signs what was written. The address is that of the link, as a browser requests it; a field that its query names
    /// already is left to the query.
    pub(super) fn sign(
        &self,
        tool: &Lti11Tool,
        launch: &Initiation,
        builder: LaunchBuilder,
    ) -> Result<LaunchForm, Lti11LaunchError> {
        let action: Url = launch_address(&launch.target_link_uri)?;
        let written = builder.build()?;
        let in_query = |name: &str| action.query_pairs().any(|(known, _)| known == name);
        let fields: Parameters = written.iter().filter(|(name, _)| !in_query(name)).collect();
        let (timestamp, nonce) = self.stamps.next()?;
        let credentials =
            Credentials { consumer_key: tool.consumer_key(), secret: tool.secret(), method: SignatureMethod::HmacSha1 };
        let stamp = Stamp { timestamp, nonce: &nonce };
        let fields = sign_form(action.as_str(), &fields, &credentials, stamp)?;
        let base_string = base_string("POST", action.as_str(), &fields)?;
        Ok(LaunchForm { launch: launch.id.clone(), tool: tool.id().clone(), action, fields, base_string })
    }
}

/// What a variable of a custom parameter stands for.
pub(super) fn variable_of(
    tool: &Lti11Tool,
    source: &dyn LaunchSource,
    launch: &Initiation,
    message: &LtiResourceLinkRequest,
    beside: &Beside,
    variable: &Variable<'_>,
) -> Resolution {
    if !tool.privacy().permits(variable) {
        return Resolution::NotAuthorized;
    }
    let own = parameters::own_variable(variable.name(), message, beside);
    own.unwrap_or_else(|| source.variable(launch, message, variable))
}

/// The line item of a link, made where there is none; nothing where no line item can have its name.
async fn column(
    gradebook: &dyn Gradebook,
    owner: &Owner,
    link: &ResourceLinkId,
    title: Option<&str>,
) -> Result<Option<KeptLineItem>, Unavailable> {
    let label = title.and_then(|title| Label::new(title).ok()).or_else(|| Label::new(UNTITLED).ok());
    let Some((label, points)) = label.zip(MaximumPoints::new(POINTS).ok()) else { return Ok(None) };
    let mut definition = LineItem::new(label, points);
    definition.resource_link_id = Some(link.clone());
    gradebook.find_or_create(owner, &LineItemFilter::of_link(link.clone()), definition).await.map(Some)
}
