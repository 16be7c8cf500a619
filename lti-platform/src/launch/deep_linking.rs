//! The message that lets a user choose content in the tool (Deep Linking 2.0, 4.4).

use lti_core::custom::{Resolution, Variable};
use lti_core::message::deep_linking::{DeepLinkingSettings, LtiDeepLinkingRequest, OpaqueData};
use lti_core::message::{LtiResourceLinkRequest, ResourceLink};

use super::{LaunchRefused, LaunchSource};
use crate::deep_linking::data::Selection;
use crate::hint::{HintKey, Initiation};

/// Where responses are posted, below the issuer.
pub const RETURN_PATH: &str = "/deep-linking/return";

/// The message as far as launch and authentication request have settled it: the common claims come with `launch`, which
/// is a launch of no link.
pub(crate) fn bare(launch: &LtiResourceLinkRequest) -> LtiDeepLinkingRequest {
    let settings = DeepLinkingSettings::new(return_url(launch.iss.as_str()), []);
    let aud = launch.aud.clone();
    let mut request = LtiDeepLinkingRequest::new(
        launch.iss.clone(),
        "",
        launch.deployment_id.clone(),
        launch.nonce.clone(),
        settings,
        launch.iat,
        launch.exp,
    );
    request.aud = aud;
    request.azp.clone_from(&launch.azp);
    request.target_link_uri = Some(launch.target_link_uri.clone());
    request
}

/// The address of an issuer for responses.
pub(crate) fn return_url(issuer: &str) -> String {
    format!("{}{RETURN_PATH}", issuer.trim_end_matches('/'))
}

/// The claims that a request shares with the launch of a link: what privacy and custom parameters work on. The link that
/// it needs has no id and is sent nowhere.
pub(crate) fn split(request: LtiDeepLinkingRequest) -> (LtiResourceLinkRequest, DeepLinkingSettings) {
    let mut launch = LtiResourceLinkRequest::new(
        request.iss,
        "",
        request.deployment_id,
        request.nonce,
        request.target_link_uri.unwrap_or_default(),
        ResourceLink::new(""),
        request.iat,
        request.exp,
    );
    launch.aud = request.aud;
    launch.azp = request.azp;
    launch.sub = request.sub;
    launch.person = request.person;
    launch.roles = request.roles;
    launch.context = request.context;
    launch.tool_platform = request.tool_platform;
    launch.role_scope_mentor = request.role_scope_mentor;
    launch.launch_presentation = request.launch_presentation;
    launch.lis = request.lis;
    launch.custom = request.custom;
    launch.lti1p1 = request.lti1p1;
    launch.ags = request.ags;
    launch.nrps = request.nrps;
    launch.other = request.other;
    (launch, request.settings)
}

/// The request that carries these claims; what was settled comes from `bare`, and `data` from `selection`.
pub(super) fn join(
    launch: LtiResourceLinkRequest,
    settings: DeepLinkingSettings,
    bare: LtiDeepLinkingRequest,
    selection: &Selection,
    key: &HintKey,
) -> LtiDeepLinkingRequest {
    let mut request = bare;
    request.sub = launch.sub;
    request.person = launch.person;
    request.roles = launch.roles;
    request.context = launch.context;
    request.tool_platform = launch.tool_platform;
    request.role_scope_mentor = launch.role_scope_mentor;
    request.launch_presentation = launch.launch_presentation;
    request.lis = launch.lis;
    request.custom = launch.custom;
    request.lti1p1 = launch.lti1p1;
    request.ags = launch.ags;
    request.nrps = launch.nrps;
    request.other = launch.other;
    let deep_link_return_url = std::mem::take(&mut request.settings.deep_link_return_url);
    request.settings = settings;
    request.settings.deep_link_return_url = deep_link_return_url;
    request.settings.data = Some(OpaqueData::text(&selection.seal(key)));
    request
}

/// A source that knows no link: variables about one stay unresolved.
pub(crate) struct WithoutLink<'s>(pub(crate) &'s dyn LaunchSource);

impl LaunchSource for WithoutLink<'_> {
    fn fill<'a>(
        &'a self,
        launch: &'a Initiation,
        message: &'a mut LtiResourceLinkRequest,
    ) -> oauth2_issuer::BoxFuture<'a, Result<(), LaunchRefused>> {
        self.0.fill(launch, message)
    }

    fn variable(&self, launch: &Initiation, message: &LtiResourceLinkRequest, variable: &Variable<'_>) -> Resolution {
        match variable.definition() {
            Some(definition) if definition.name.starts_with("ResourceLink.") => Resolution::Unsupported,
            _ => self.0.variable(launch, message, variable),
        }
    }
}
