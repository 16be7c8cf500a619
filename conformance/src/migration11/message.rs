//! The 1.3 launch that carries the same.

use lti_core::{
    Timestamp,
    id::ClientId,
    lti11::{oauth1::Lti11Secret, role},
    message::{
        Context, DocumentTarget, LaunchPresentation, Lis, Lti1p1, LtiResourceLinkRequest, Person, ResourceLink,
        ToolPlatform,
    },
    vocab::ContextType,
};

use super::fate::value;
use crate::capture::Posted;

/// How long an ID token lasts, in seconds.
const LIFETIME: i64 = 300;

/// The registration in LTI 1.3 that takes the place of the 1.1 one.
#[derive(Debug, Clone)]
pub struct Target {
    /// The platform.
    pub issuer: String,
    /// What the tool is called there.
    pub client_id: String,
    /// The deployment.
    pub deployment_id: String,
    /// What the link opens; the 1.1 launch URL unless it moves.
    pub target_link_uri: Option<String>,
    /// The secret of the 1.1 consumer key, to sign the migration claim with.
    pub secret: Option<Lti11Secret>,
}

impl Default for Target {
    /// Words in place of values that nobody gave.
    fn default() -> Self {
        Self {
            issuer: "https://platform.example".to_owned(),
            client_id: "CLIENT-ID".to_owned(),
            deployment_id: "DEPLOYMENT-ID".to_owned(),
            target_link_uri: None,
            secret: None,
        }
    }
}

/// The launch, at the time of the recorded one and with its nonce.
pub fn launch(posted: &Posted, target: &Target) -> LtiResourceLinkRequest {
    let get = |name: &str| value(posted, name).filter(|text| !text.is_empty()).map(str::to_owned);
    let at: i64 = get("oauth_timestamp").and_then(|text| text.parse().ok()).unwrap_or_default();
    let mut link = ResourceLink::new(get("resource_link_id").unwrap_or_default());
    link.title = get("resource_link_title");
    link.description = get("resource_link_description");
    let mut message = LtiResourceLinkRequest::new(
        target.issuer.as_str(),
        target.client_id.as_str(),
        target.deployment_id.as_str(),
        get("oauth_nonce").unwrap_or_default().as_str(),
        target.target_link_uri.as_deref().unwrap_or(&posted.url),
        link,
        Timestamp::from_secs(at),
        Timestamp::from_secs(at.saturating_add(LIFETIME)),
    );
    message.sub = get("user_id").map(Into::into);
    message.person = Person::default();
    message.person.name = get("lis_person_name_full");
    message.person.given_name = get("lis_person_name_given");
    message.person.family_name = get("lis_person_name_family");
    message.person.email = get("lis_person_contact_email_primary");
    message.person.picture = get("user_image");
    message.person.locale = get("launch_presentation_locale");
    let roles = get("roles").unwrap_or_default();
    message.roles = role::read_list(&roles).iter().map(role::Role::to_vocab).collect();
    message.role_scope_mentor = role_list(get("role_scope_mentor").as_deref()).into_iter().map(Into::into).collect();
    message.context = get("context_id").map(|id| {
        let mut context = Context::new(id);
        context.label = get("context_label");
        context.title = get("context_title");
        context.types = role_list(get("context_type").as_deref()).into_iter().map(ContextType::parse).collect();
        context
    });
    message.tool_platform = platform(&get);
    message.launch_presentation = presentation(&get);
    message.lis = lis(&get);
    for (name, value) in &posted.fields {
        if let Some(name) = name.strip_prefix("custom_") {
            message.custom.insert(name, value);
        }
    }
    message.lti1p1 = Some(claim(&get));
    if let (Some(secret), Some(key)) = (&target.secret, get("oauth_consumer_key")) {
        message.sign_migration(&ClientId::new(target.client_id.as_str()), &key, secret);
    }
    message
}

/// Entries of a list separated by commas; mentors are url-encoded in it.
fn role_list(text: Option<&str>) -> Vec<String> {
    let decode = |entry: &str| String::from_utf8_lossy(&crate::oauth1::decode(entry.trim().as_bytes())).into_owned();
    text.unwrap_or_default().split(',').map(decode).filter(|entry| !entry.is_empty()).collect()
}

/// All identifiers, also those that stay as they are: a tool then needs no rule for what is left out.
fn claim(get: &impl Fn(&str) -> Option<String>) -> Lti1p1 {
    let mut claim = Lti1p1::default();
    claim.user_id = get("user_id");
    claim.context_id = get("context_id");
    claim.tool_consumer_instance_guid = get("tool_consumer_instance_guid");
    claim.resource_link_id = get("resource_link_id");
    claim.oauth_consumer_key = get("oauth_consumer_key");
    claim
}

fn platform(get: &impl Fn(&str) -> Option<String>) -> Option<ToolPlatform> {
    let mut platform = ToolPlatform::new(get("tool_consumer_instance_guid")?);
    platform.name = get("tool_consumer_instance_name");
    platform.description = get("tool_consumer_instance_description");
    platform.url = get("tool_consumer_instance_url");
    platform.contact_email = get("tool_consumer_instance_contact_email");
    platform.product_family_code = get("tool_consumer_info_product_family_code");
    platform.version = get("tool_consumer_info_version");
    Some(platform)
}

fn presentation(get: &impl Fn(&str) -> Option<String>) -> Option<LaunchPresentation> {
    let mut presentation = LaunchPresentation::default();
    presentation.document_target = get("launch_presentation_document_target").map(DocumentTarget::parse);
    presentation.width = get("launch_presentation_width").and_then(|text| text.parse().ok());
    presentation.height = get("launch_presentation_height").and_then(|text| text.parse().ok());
    presentation.return_url = get("launch_presentation_return_url");
    presentation.locale = get("launch_presentation_locale");
    (presentation != LaunchPresentation::default()).then_some(presentation)
}

fn lis(get: &impl Fn(&str) -> Option<String>) -> Option<Lis> {
    let mut lis = Lis::default();
    lis.person_sourcedid = get("lis_person_sourcedid");
    lis.course_offering_sourcedid = get("lis_course_offering_sourcedid");
    lis.course_section_sourcedid = get("lis_course_section_sourcedid");
    (lis != Lis::default()).then_some(lis)
}
