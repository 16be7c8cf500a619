//! A message of LTI 1.3 written down as LTI 1.x has it.

use std::collections::BTreeMap;

use lti_core::custom::Resolution;
use lti_core::lti11::launch::{Context, DocumentTarget, LaunchBuilder, Platform, Presentation};
use lti_core::lti11::parameter;
use lti_core::lti11::role::{Role, write_list};
use lti_core::message::LtiResourceLinkRequest;

/// What goes out beside what the message says.
#[derive(Default)]
pub(super) struct Beside {
    /// The custom parameters, folded and resolved.
    pub(super) custom: BTreeMap<String, String>,
    /// Where grades are handed in, where the link takes some.
    pub(super) outcome_url: Option<String>,
    /// What the result of this user is called there.
    pub(super) sourcedid: Option<String>,
    /// The name that the user signs in with: `ext_user_username`, as Moodle and the hubs behind it have it.
    pub(super) username: Option<String>,
}

/// Everything that launches and requests for content have in common.
///
/// Where the message says what LTI 1.1 called user, context and platform (the claim `lti1p1`), that is sent: a tool finds
/// its old accounts again.
pub(super) fn common(builder: LaunchBuilder, message: &LtiResourceLinkRequest, beside: &Beside) -> LaunchBuilder {
    let old = message.lti1p1.clone().unwrap_or_default();
    let user = message.sub.as_ref().map(|sub| old.user_id.unwrap_or_else(|| sub.as_str().to_owned()));
    let roles = roles(message);
    let mentor_of: Vec<&str> = message.role_scope_mentor.iter().map(lti_core::id::Subject::as_str).collect();
    let mut builder = builder.set_some(parameter::USER_ID, user).roles(&roles);
    if message.roles.iter().any(lti_core::vocab::Role::is_mentor) {
        builder = builder.role_scope_mentor(&mentor_of);
    }
    builder = builder.person(&message.person);
    if let Some(context) = context(message, old.context_id) {
        builder = builder.context(&context);
    }
    if let Some(lis) = &message.lis {
        builder = builder
            .set_some(parameter::LIS_PERSON_SOURCEDID, lis.person_sourcedid.clone())
            .set_some(parameter::LIS_COURSE_OFFERING_SOURCEDID, lis.course_offering_sourcedid.clone())
            .set_some(parameter::LIS_COURSE_SECTION_SOURCEDID, lis.course_section_sourcedid.clone());
    }
    let platform = platform(message, old.tool_consumer_instance_guid);
    let family = platform.product_family_code.clone();
    builder = builder.platform(&platform).presentation(&presentation(message));
    builder = builder.set_some(parameter::LIS_OUTCOME_SERVICE_URL, beside.outcome_url.clone());
    builder = builder.set_some(parameter::LIS_RESULT_SOURCEDID, beside.sourcedid.clone());
    for (name, value) in [("user_username", &beside.username), ("lms", &family)] {
        if let Some(value) = value {
            builder = builder.extension(name, value.clone());
        }
    }
    beside.custom.iter().fold(builder, |builder, (name, value)| builder.custom(name, value.clone()))
}

/// A launch of a link.
pub(super) fn launch(message: &LtiResourceLinkRequest, beside: &Beside) -> LaunchBuilder {
    let link = &message.resource_link;
    let old = message.lti1p1.as_ref().and_then(|old| old.resource_link_id.clone());
    let builder = LaunchBuilder::new(old.unwrap_or_else(|| link.id.as_str().to_owned()))
        .set_some(parameter::RESOURCE_LINK_TITLE, link.title.clone())
        .set_some(parameter::RESOURCE_LINK_DESCRIPTION, link.description.clone());
    common(builder, message, beside)
}

/// What a variable stands for that LTI 1.x writes otherwise than LTI 1.3, or has alone.
pub(super) fn own_variable(name: &str, message: &LtiResourceLinkRequest, beside: &Beside) -> Option<Resolution> {
    let old = message.lti1p1.as_ref();
    Some(match name {
        "User.id" => Resolution::text(old.filter(|_| message.sub.is_some())?.user_id.clone()?),
        "Context.id" => Resolution::text(old?.context_id.clone()?),
        "ResourceLink.id" => Resolution::text(old?.resource_link_id.clone()?),
        "Membership.role" => Resolution::text(write_list(&roles(message))),
        "Context.type" => {
            let types = message.context.as_ref().map(|context| context.types.clone()).unwrap_or_default();
            let short = |uri: &str| uri.rsplit('#').next().unwrap_or(uri).to_owned();
            let types: Vec<String> = types.iter().map(|known| short(known.as_str())).collect();
            Resolution::text(types.join(","))
        }
        "BasicOutcome.sourcedId" | "Result.sourcedId" => Resolution::or_empty(beside.sourcedid.clone()),
        "BasicOutcome.url" | "Result.autocreate" => Resolution::or_empty(beside.outcome_url.clone()),
        _ => return None,
    })
}

/// The roles, each once: an Instructor and a kind of Instructor may be written alike.
fn roles(message: &LtiResourceLinkRequest) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    for role in message.roles.iter().map(Role::from_vocab) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}

fn context(message: &LtiResourceLinkRequest, old: Option<String>) -> Option<Context> {
    let context = message.context.as_ref()?;
    let mut written = Context::default();
    written.id = Some(old.unwrap_or_else(|| context.id.as_str().to_owned()));
    written.types.clone_from(&context.types);
    written.title.clone_from(&context.title);
    written.label.clone_from(&context.label);
    Some(written)
}

fn platform(message: &LtiResourceLinkRequest, old_guid: Option<String>) -> Platform {
    let mut written = Platform::default();
    let Some(platform) = &message.tool_platform else { return written };
    written.product_family_code.clone_from(&platform.product_family_code);
    written.version.clone_from(&platform.version);
    written.guid = old_guid.or_else(|| platform.guid.clone());
    written.name.clone_from(&platform.name);
    written.description.clone_from(&platform.description);
    written.url.clone_from(&platform.url);
    written.contact_email.clone_from(&platform.contact_email);
    written
}

fn presentation(message: &LtiResourceLinkRequest) -> Presentation {
    let mut written = Presentation::default();
    let Some(shown) = &message.launch_presentation else { return written };
    written.locale.clone_from(&shown.locale);
    written.document_target = shown.document_target.as_ref().map(|target| DocumentTarget::parse(target.as_str()));
    written.width = shown.width;
    written.height = shown.height;
    written.return_url.clone_from(&shown.return_url);
    written
}
