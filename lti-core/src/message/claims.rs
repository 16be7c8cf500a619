//! The names of the claims, as they stand in the token.

/// The value of [`VERSION`] that LTI 1.3 messages carry (LTI Core 1.3, 5.3.2).
pub const LTI_VERSION: &str = "1.3.0";
/// The value of [`MESSAGE_TYPE`] for the launch of a resource link (LTI Core 1.3, 5.3.1).
pub const RESOURCE_LINK_REQUEST: &str = "LtiResourceLinkRequest";
/// The value of [`MESSAGE_TYPE`] for a deep linking request (LTI Deep Linking 2.0, 4.4.2).
pub const DEEP_LINKING_REQUEST: &str = "LtiDeepLinkingRequest";
/// The value of [`MESSAGE_TYPE`] for a deep linking response (LTI Deep Linking 2.0, 4.5.2).
pub const DEEP_LINKING_RESPONSE: &str = "LtiDeepLinkingResponse";

/// What kind of message this is (LTI Core 1.3, 5.3.1).
pub const MESSAGE_TYPE: &str = "https://purl.imsglobal.org/spec/lti/claim/message_type";
/// Which version of LTI it follows (LTI Core 1.3, 5.3.2).
pub const VERSION: &str = "https://purl.imsglobal.org/spec/lti/claim/version";
/// The deployment (LTI Core 1.3, 5.3.3).
pub const DEPLOYMENT_ID: &str = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";
/// Where the user wants to end up (LTI Core 1.3, 5.3.4).
pub const TARGET_LINK_URI: &str = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri";
/// The resource link (LTI Core 1.3, 5.3.5).
pub const RESOURCE_LINK: &str = "https://purl.imsglobal.org/spec/lti/claim/resource_link";
/// The roles (LTI Core 1.3, 5.3.7).
pub const ROLES: &str = "https://purl.imsglobal.org/spec/lti/claim/roles";
/// The context (LTI Core 1.3, 5.4.1).
pub const CONTEXT: &str = "https://purl.imsglobal.org/spec/lti/claim/context";
/// The platform's instance (LTI Core 1.3, 5.4.2).
pub const TOOL_PLATFORM: &str = "https://purl.imsglobal.org/spec/lti/claim/tool_platform";
/// Whom the user mentors (LTI Core 1.3, 5.4.3).
pub const ROLE_SCOPE_MENTOR: &str = "https://purl.imsglobal.org/spec/lti/claim/role_scope_mentor";
/// How the tool is shown (LTI Core 1.3, 5.4.4).
pub const LAUNCH_PRESENTATION: &str = "https://purl.imsglobal.org/spec/lti/claim/launch_presentation";
/// What a student information system calls user and course (LTI Core 1.3, 5.4.5).
pub const LIS: &str = "https://purl.imsglobal.org/spec/lti/claim/lis";
/// The custom parameters (LTI Core 1.3, 5.4.6).
pub const CUSTOM: &str = "https://purl.imsglobal.org/spec/lti/claim/custom";
/// What the LTI 1.1 launch of the same link would have carried (LTI Migration Guide).
pub const LTI1P1: &str = "https://purl.imsglobal.org/spec/lti/claim/lti1p1";
/// Assignment and Grade Services: line items and scopes (LTI AGS 2.0, 3.1).
pub const AGS_ENDPOINT: &str = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";
/// Names and Role Provisioning Services: the roster (LTI NRPS 2.0).
pub const NRPS: &str = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";
/// Basic Outcomes of LTI 1.1, carried on.
pub const BASIC_OUTCOME: &str = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome";
/// Settings of a deep linking request (LTI Deep Linking 2.0, 4.4).
pub const DEEP_LINKING_SETTINGS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";
/// What the request brought, in the response (LTI Deep Linking 2.0, 4.5.5).
pub const DEEP_LINKING_DATA: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/data";
/// What was chosen (LTI Deep Linking 2.0, 4.5.6).
pub const CONTENT_ITEMS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items";
/// A message for the user (LTI Deep Linking 2.0, 4.5.7).
pub const DEEP_LINKING_MSG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/msg";
/// A message for the platform's log (LTI Deep Linking 2.0, 4.5.8).
pub const DEEP_LINKING_LOG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/log";
/// An error, for the user (LTI Deep Linking 2.0, 4.5.9).
pub const DEEP_LINKING_ERRORMSG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/errormsg";
/// An error, for the platform's log (LTI Deep Linking 2.0, 4.5.10).
pub const DEEP_LINKING_ERRORLOG: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/errorlog";
