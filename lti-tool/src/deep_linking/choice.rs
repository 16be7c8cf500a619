//! What it takes to answer a request, also after the page that it came with is gone.

use std::time::Duration;

use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId, Issuer};
use lti_core::inspect::DeepLinkingLaunch;
use lti_core::inspect::response::read_items;
use lti_core::jose::Algorithm;
use lti_core::message::deep_linking::{
    ContentItem, DeepLinkingSettings, LtiDeepLinkingRequest, LtiDeepLinkingResponse,
};
use serde::{Deserialize, Serialize};

use super::{ChoiceError, RespondError};
use crate::page::Page;
use crate::seal::new_nonce;
use crate::tool::LtiTool;

/// How long somebody may take to choose.
pub const CHOICE_LIFETIME: Duration = Duration::from_hours(12);

/// A request for content that is still to be answered.
#[derive(Clone)]
pub struct Choice {
    tool: LtiTool,
    kept: Kept,
}

/// What the answer needs of the request.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    #[serde(rename = "i")]
    issuer: Issuer,
    #[serde(rename = "c")]
    client_id: ClientId,
    #[serde(rename = "d")]
    deployment_id: DeploymentId,
    #[serde(rename = "e")]
    expires_at: Timestamp,
    #[serde(rename = "s")]
    settings: DeepLinkingSettings,
}

impl LtiTool {
    /// The choice that [`Choice::keep`] sealed.
    ///
    /// # Errors
    /// [`ChoiceError`].
    pub fn choice(&self, kept: &str) -> Result<Choice, ChoiceError> {
        let payload = self.0.jar.key().open_text("choice", kept).ok_or(ChoiceError::Foreign)?;
        let kept: Kept = serde_json::from_slice(&payload).map_err(|_| ChoiceError::Foreign)?;
        if kept.expires_at < self.0.clock.now() {
            return Err(ChoiceError::Expired);
        }
        Ok(Choice { tool: self.clone(), kept })
    }
}

impl Choice {
    pub(crate) fn new(tool: &LtiTool, request: &DeepLinkingLaunch) -> Self {
        let kept = Kept {
            issuer: request.issuer().clone(),
            client_id: request.client_id().clone(),
            deployment_id: request.deployment_id().clone(),
            expires_at: tool.0.clock.now() + CHOICE_LIFETIME,
            settings: request.settings().clone(),
        };
        Self { tool: tool.clone(), kept }
    }

    /// The request as a text that nobody else can have written, for a hidden field of the tool's own form; good for
    /// [`CHOICE_LIFETIME`]. It is signed and not encrypted: the user's browser knows all of it already.
    pub fn keep(&self) -> String {
        // Strings, numbers and JSON that was read always serialise.
        let payload = serde_json::to_vec(&self.kept).unwrap_or_default();
        self.tool.0.jar.key().seal_text("choice", &payload)
    }

    /// What may be returned.
    pub fn settings(&self) -> &DeepLinkingSettings {
        &self.kept.settings
    }

    /// The tool's own redirect URI, of which the addresses of its links are made.
    pub fn launch_url(&self) -> &str {
        self.tool.launch_url()
    }

    /// The platform that asks.
    pub fn issuer(&self) -> &Issuer {
        &self.kept.issuer
    }

    /// The tool's client id there.
    pub fn client_id(&self) -> &ClientId {
        &self.kept.client_id
    }

    /// The deployment that asks.
    pub fn deployment_id(&self) -> &DeploymentId {
        &self.kept.deployment_id
    }

    /// The page that takes the user back to the platform with these items: a form that sends itself, with a button for
    /// browsers without scripts (LTI Deep Linking 2.0, 2.3).
    ///
    /// # Errors
    /// [`RespondError`]; nothing was signed then.
    pub fn respond(&self, items: impl IntoIterator<Item = ContentItem>) -> Result<Page, RespondError> {
        self.respond_with(items, |_| ())
    }

    /// As [`respond`](Self::respond), with a change to the response: a message for the user, a line for the log, a claim.
    ///
    /// # Errors
    /// [`RespondError`]; nothing was signed then.
    pub fn respond_with(
        &self,
        items: impl IntoIterator<Item = ContentItem>,
        change: impl FnOnce(&mut LtiDeepLinkingResponse),
    ) -> Result<Page, RespondError> {
        let mut response = self.response(items.into_iter().collect())?;
        change(&mut response);
        self.check(&response.content_items)?;
        let keys = self.tool.0.keys.as_ref().ok_or(RespondError::NoKey)?;
        // RS256 is what every platform understands (Security Framework 1.0, 6.1).
        let key = keys.signing_key(Algorithm::Rs256).or_else(|| keys.signing_key(Algorithm::Es256));
        let jwt = response.sign(&*key.ok_or(RespondError::NoKey)?)?;
        Ok(Page::returning(&self.kept.settings.deep_link_return_url, &jwt))
    }

    /// The page that takes the user back with nothing chosen, so that the platform can close its frame (2.3, SHOULD).
    ///
    /// # Errors
    /// [`RespondError`]; nothing was signed then.
    pub fn cancel(&self) -> Result<Page, RespondError> {
        self.respond([])
    }

    fn response(&self, items: Vec<ContentItem>) -> Result<LtiDeepLinkingResponse, RespondError> {
        let now = self.tool.0.clock.now();
        let nonce = new_nonce(&*self.tool.0.random)?;
        let kept = &self.kept;
        let (issuer, client_id) = (kept.issuer.clone(), kept.client_id.clone());
        // The request's own nonce has no place in the answer.
        let request = LtiDeepLinkingRequest::new(
            issuer,
            client_id.as_str(),
            kept.deployment_id.clone(),
            "",
            kept.settings.clone(),
            now,
            now,
        );
        Ok(LtiDeepLinkingResponse::answer(&request, client_id, nonce, items, now))
    }

    /// What the settings allow, and what the platform's judge would say of each item.
    fn check(&self, items: &[ContentItem]) -> Result<(), RespondError> {
        let settings = &self.kept.settings;
        if items.len() > 1 && !settings.allows_multiple() {
            return Err(RespondError::Multiple { items: items.len() });
        }
        // Platforms that name no types take any; the rule that they must name some binds them alone.
        let strange = |item: &&ContentItem| !settings.accept_types.is_empty() && !settings.accepts(&item.item_type());
        if let Some(item) = items.iter().find(strange) {
            let accepted = settings.accept_types.clone();
            return Err(RespondError::Type { item_type: item.item_type(), accepted });
        }
        let json = serde_json::to_vec(items).unwrap_or_default();
        let (_, _, findings) = read_items(&json);
        findings.into_iter().next().map_or(Ok(()), |finding| Err(RespondError::Item(finding)))
    }
}

impl std::fmt::Debug for Choice {
    /// Who asks; `data` may be a secret of the session.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Choice")
            .field("issuer", &self.kept.issuer)
            .field("client_id", &self.kept.client_id)
            .field("deployment_id", &self.kept.deployment_id)
            .finish_non_exhaustive()
    }
}
