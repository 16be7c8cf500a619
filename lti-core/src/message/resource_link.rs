//! The launch of a resource link (LTI Core 1.3, 5.3 and 5.4).

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Audience, Context, Custom, LaunchPresentation, Lis, Lti1p1, OtherClaims, Person, ToolPlatform, claims};
use crate::id::{ClientId, DeploymentId, Issuer, Nonce, ResourceLinkId, Subject};
use crate::service::ags::AgsEndpoint;
use crate::service::nrps::NamesRoleService;
use crate::time::Timestamp;
use crate::vocab::Role;

/// The link that was launched (LTI Core 1.3, 5.3.5).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResourceLink {
    /// Stable and unique within the deployment; at most 255 ASCII characters.
    pub id: ResourceLinkId,
    /// What the link is called.
    pub title: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl ResourceLink {
    /// A link without names.
    pub fn new(id: impl Into<ResourceLinkId>) -> Self {
        Self { id: id.into(), title: None, description: None, other: OtherClaims::default() }
    }
}

impl Serialize for ResourceLink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        entry(&mut map, "title", self.title.as_ref())?;
        entry(&mut map, "description", self.description.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

/// Adds a member when there is a value; null is never written.
pub(crate) fn entry<M: SerializeMap, T: Serialize>(
    map: &mut M,
    name: &'static str,
    value: Option<&T>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

/// The claims of `LtiResourceLinkRequest`.
///
/// The type holds what every message must carry as values, and the rest as options. Serialising it gives the payload of
/// the ID token: `version` and `message_type` are written by themselves, nothing is written as null, roles and context
/// types as full URIs.
///
/// ```
/// use lti_core::{Timestamp, message::{LtiResourceLinkRequest, ResourceLink}, vocab::ContextRole};
/// let mut launch = LtiResourceLinkRequest::new(
///     "https://lms.example", "client", "deployment", "nonce", "https://tool.example/", ResourceLink::new("link-1"),
///     Timestamp::from_secs(1_700_000_000), Timestamp::from_secs(1_700_000_300),
/// );
/// launch.sub = Some("user-7".into());
/// launch.roles = vec![ContextRole::Learner.into()];
/// assert_eq!(serde_json::to_value(&launch)?["exp"], 1_700_000_300);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LtiResourceLinkRequest {
    /// The platform (Security Framework 1.0, 5.1.2).
    pub iss: Issuer,
    /// The user; without it the launch is anonymous (LTI Core 1.3, 5.3.6.1).
    pub sub: Option<Subject>,
    /// For whom the token is meant; the tool's client id is among them.
    pub aud: Audience,
    /// To whom the token was issued; the tool's client id, if it is there.
    pub azp: Option<ClientId>,
    /// Until when the token may be accepted.
    pub exp: Timestamp,
    /// When the token was made.
    pub iat: Timestamp,
    /// The value of the authentication request.
    pub nonce: Nonce,
    /// Name and address of the user, as far as they are given.
    pub person: Person,
    /// The deployment.
    pub deployment_id: DeploymentId,
    /// Where the user wants to end up: the signed value, to be preferred to the one of the login (5.3.4).
    pub target_link_uri: String,
    /// The link that was launched.
    pub resource_link: ResourceLink,
    /// The roles of the user; empty when there are none.
    pub roles: Vec<Role>,
    /// Where the launch comes from.
    pub context: Option<Context>,
    /// The instance of the platform.
    pub tool_platform: Option<ToolPlatform>,
    /// The users whom a mentor looks after; empty unless the roles hold Mentor (5.4.3).
    pub role_scope_mentor: Vec<Subject>,
    /// How the tool is shown.
    pub launch_presentation: Option<LaunchPresentation>,
    /// What a student information system calls user and course.
    pub lis: Option<Lis>,
    /// The custom parameters.
    pub custom: Custom,
    /// What LTI 1.1 called user, course and link. It proves nothing by itself: see
    /// [`verify_migration`](Self::verify_migration).
    pub lti1p1: Option<Lti1p1>,
    /// Where grades go (LTI AGS 2.0, 3.1).
    pub ags: Option<AgsEndpoint>,
    /// Where the roster is (LTI NRPS 2.0, 3.6.1).
    pub nrps: Option<NamesRoleService>,
    /// Every other claim: further services, vendors.
    pub other: OtherClaims,
}

impl LtiResourceLinkRequest {
    /// An anonymous launch without roles, with everything that the text requires.
    #[expect(clippy::too_many_arguments, reason = "each is a claim that every message must carry")]
    pub fn new(
        iss: impl Into<Issuer>,
        client_id: impl Into<String>,
        deployment_id: impl Into<DeploymentId>,
        nonce: impl Into<Nonce>,
        target_link_uri: impl Into<String>,
        resource_link: ResourceLink,
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
            target_link_uri: target_link_uri.into(),
            resource_link,
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

impl Serialize for LtiResourceLinkRequest {
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
        map.serialize_entry(claims::MESSAGE_TYPE, claims::RESOURCE_LINK_REQUEST)?;
        map.serialize_entry(claims::VERSION, claims::LTI_VERSION)?;
        map.serialize_entry(claims::DEPLOYMENT_ID, &self.deployment_id)?;
        map.serialize_entry(claims::TARGET_LINK_URI, &self.target_link_uri)?;
        map.serialize_entry(claims::RESOURCE_LINK, &self.resource_link)?;
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
