//! The request: choose something, and bring it back (LTI Deep Linking 2.0, 4.4).

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::DeepLinkingSettings;
use crate::id::{ClientId, DeploymentId, Issuer, Nonce, Subject};
use crate::message::resource_link::entry;
use crate::message::{
    Audience, Context, Custom, LaunchPresentation, Lis, Lti1p1, OtherClaims, Person, ToolPlatform, claims,
};
use crate::service::ags::AgsEndpoint;
use crate::service::nrps::NamesRoleService;
use crate::time::Timestamp;
use crate::vocab::Role;

/// The claims of `LtiDeepLinkingRequest`: those of a launch without its link, and the settings.
///
/// ```
/// use lti_core::Timestamp;
/// use lti_core::message::deep_linking::{DeepLinkingSettings, ItemType, LtiDeepLinkingRequest};
/// let request = LtiDeepLinkingRequest::new(
///     "https://lms.example", "client", "deployment", "nonce",
///     DeepLinkingSettings::new("https://lms.example/return", [ItemType::ResourceLink]),
///     Timestamp::from_secs(1_700_000_000), Timestamp::from_secs(1_700_000_300),
/// );
/// let claims = serde_json::to_value(&request)?;
/// assert_eq!(claims["https://purl.imsglobal.org/spec/lti/claim/message_type"], "LtiDeepLinkingRequest");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LtiDeepLinkingRequest {
    /// The platform (Security Framework 1.0, 5.1.2).
    pub iss: Issuer,
    /// The user; optional since 2023.
    pub sub: Option<Subject>,
    /// The tool's client id, and perhaps others.
    pub aud: Audience,
    /// The authorized party, where several are meant.
    pub azp: Option<ClientId>,
    /// When the token ends.
    pub exp: Timestamp,
    /// When the token was made.
    pub iat: Timestamp,
    /// Binds the token to the authentication request.
    pub nonce: Nonce,
    /// Name and address of the user.
    pub person: Person,
    /// The deployment (4.4.4).
    pub deployment_id: DeploymentId,
    /// Where the user wants to end up; only some platforms send it here.
    pub target_link_uri: Option<String>,
    /// What is wanted, and where it goes (4.4.1).
    pub settings: DeepLinkingSettings,
    /// The user's roles; may be empty (4.4.9).
    pub roles: Vec<Role>,
    /// The course, as a rule (4.4.8).
    pub context: Option<Context>,
    /// The platform's instance (4.4.7).
    pub tool_platform: Option<ToolPlatform>,
    /// Whom the user mentors (4.4.10).
    pub role_scope_mentor: Vec<Subject>,
    /// How the tool is shown (4.4.6).
    pub launch_presentation: Option<LaunchPresentation>,
    /// What a student information system calls user and course.
    pub lis: Option<Lis>,
    /// The custom parameters (4.4.11).
    pub custom: Custom,
    /// What LTI 1.1 called user and course.
    pub lti1p1: Option<Lti1p1>,
    /// Where grades go (LTI AGS 2.0, 3.1).
    pub ags: Option<AgsEndpoint>,
    /// Where the roster is (LTI NRPS 2.0, 3.6.1).
    pub nrps: Option<NamesRoleService>,
    /// Every other claim.
    pub other: OtherClaims,
}

impl LtiDeepLinkingRequest {
    /// A request of nobody in particular, with everything that the text requires.
    pub fn new(
        iss: impl Into<Issuer>,
        client_id: impl Into<String>,
        deployment_id: impl Into<DeploymentId>,
        nonce: impl Into<Nonce>,
        settings: DeepLinkingSettings,
        iat: Timestamp,
        exp: Timestamp,
    ) -> Self {
        Self {
            iss: iss.into(),
            sub: None,
            aud: Audience::one(client_id),
            azp: None,
            exp,
            iat,
            nonce: nonce.into(),
            person: Person::default(),
            deployment_id: deployment_id.into(),
            target_link_uri: None,
            settings,
            roles: Vec::new(),
            context: None,
            tool_platform: None,
            role_scope_mentor: Vec::new(),
            launch_presentation: None,
            lis: None,
            custom: Custom::default(),
            lti1p1: None,
            ags: None,
            nrps: None,
            other: OtherClaims::default(),
        }
    }
}

impl Serialize for LtiDeepLinkingRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("iss", &self.iss)?;
        entry(&mut map, "sub", self.sub.as_ref())?;
        map.serialize_entry("aud", &self.aud)?;
        entry(&mut map, "azp", self.azp.as_ref())?;
        map.serialize_entry("exp", &self.exp)?;
        map.serialize_entry("iat", &self.iat)?;
        map.serialize_entry("nonce", &self.nonce)?;
        self.person.serialize_into(&mut map)?;
        map.serialize_entry(claims::MESSAGE_TYPE, claims::DEEP_LINKING_REQUEST)?;
        map.serialize_entry(claims::VERSION, claims::LTI_VERSION)?;
        map.serialize_entry(claims::DEPLOYMENT_ID, &self.deployment_id)?;
        entry(&mut map, claims::TARGET_LINK_URI, self.target_link_uri.as_ref())?;
        map.serialize_entry(claims::DEEP_LINKING_SETTINGS, &self.settings)?;
        map.serialize_entry(claims::ROLES, &self.roles)?;
        entry(&mut map, claims::CONTEXT, self.context.as_ref())?;
        entry(&mut map, claims::TOOL_PLATFORM, self.tool_platform.as_ref())?;
        if !self.role_scope_mentor.is_empty() {
            map.serialize_entry(claims::ROLE_SCOPE_MENTOR, &self.role_scope_mentor)?;
        }
        entry(&mut map, claims::LAUNCH_PRESENTATION, self.launch_presentation.as_ref())?;
        entry(&mut map, claims::LIS, self.lis.as_ref())?;
        if !self.custom.is_empty() {
            map.serialize_entry(claims::CUSTOM, &self.custom)?;
        }
        entry(&mut map, claims::LTI1P1, self.lti1p1.as_ref())?;
        entry(&mut map, claims::AGS_ENDPOINT, self.ags.as_ref())?;
        entry(&mut map, claims::NRPS, self.nrps.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}
