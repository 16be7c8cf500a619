//! The rules about the parameters of a message (LTI 1.1 Implementation Guide, 3; Content-Item Message 1.0, 3).

use std::ops::ControlFlow;

use super::finding::Findings;
use super::signature::Protocol;
use super::{Lti11Violation as V, Request, Takes};
use crate::inspect::cut;
use crate::lti11::launch::{DocumentTarget, LaunchParameters};
use crate::lti11::oauth1::Source;
use crate::lti11::parameter::{self, message_type};
use crate::lti11::role::{Role, RoleScope};
use crate::vocab::ContextType;

const OUTCOME_URL_LIMIT: usize = 1023;

/// The rules that can refuse a message: what both suites and the guides call required.
pub(super) fn judge_required(request: &Request<'_>, takes: Takes, found: &mut Findings<'_>) -> ControlFlow<()> {
    let parameters = request.parameters();
    found.check(parameters.is_utf8(), V::ParameterUtf8, "names and values in UTF-8", || {
        let names: Vec<_> = parameters.not_utf8().map(cut).collect();
        names.join(", ")
    })?;
    let empty = |name| if parameters.get(name).is_some() { "an empty one" } else { "none" };
    let kind = parameters.get(parameter::LTI_MESSAGE_TYPE).filter(|kind| !kind.is_empty());
    let kind_seen = || empty(parameter::LTI_MESSAGE_TYPE);
    found.check(kind.is_some(), V::MessageTypeMissing, takes.expected(), kind_seen)?;
    if let Some(kind) = kind {
        judge_type(kind, takes, found)?;
    }
    let version = parameters.get(parameter::LTI_VERSION).filter(|version| !version.is_empty());
    found.check(version.is_some(), V::VersionMissing, "lti_version", || empty(parameter::LTI_VERSION))?;
    if let Some(version) = version {
        found.check(version == parameter::VERSION_1, V::Version, "lti_version LTI-1p0", || cut(version))?;
    }
    if kind.is_some_and(|kind| kind != message_type::LAUNCH) {
        return ControlFlow::Continue(());
    }
    let link = parameters.get(parameter::RESOURCE_LINK_ID);
    found.check(link.is_some(), V::ResourceLinkIdMissing, "resource_link_id", || "none")?;
    found.check(link != Some(""), V::ResourceLinkIdEmpty, "a resource_link_id", || "an empty one")?;
    let user = parameters.get(parameter::USER_ID).filter(|user| !user.is_empty());
    found.check(user.is_some(), V::UserIdMissing, "user_id", || empty(parameter::USER_ID))
}

fn judge_type(kind: &str, takes: Takes, found: &mut Findings<'_>) -> ControlFlow<()> {
    let known = match takes {
        Takes::Launches => kind == message_type::LAUNCH,
        Takes::LaunchesAndContentItems => {
            [message_type::LAUNCH, message_type::CONTENT_ITEM_SELECTION_REQUEST].contains(&kind)
        }
        Takes::ContentItemSelections => kind == message_type::CONTENT_ITEM_SELECTION,
    };
    let rule = match takes {
        Takes::Launches if kind == message_type::CONTENT_ITEM_SELECTION_REQUEST => V::MessageContentItem,
        _ => V::MessageType,
    };
    found.check(known, rule, takes.expected(), || cut(kind))
}

/// The rules that bind the platform alone; a report wants them, a tool refuses nothing for them.
pub(super) fn judge_rest(
    request: &Request<'_>,
    protocol: &Protocol<'_>,
    takes: Takes,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    let received = request.received();
    let posted = received.method.eq_ignore_ascii_case("POST") && request.is_form();
    found.check(posted, V::LaunchForm, "a POST of application/x-www-form-urlencoded", || {
        format!("{} of {}", received.method, received.content_type.map_or_else(|| "no type".to_owned(), cut))
    })?;
    found.check(protocol.callback.is_some(), V::OauthCallbackMissing, "oauth_callback about:blank", || "none")?;
    found.check(protocol.body_hash.is_none(), V::LaunchBodyHash, "a form without oauth_body_hash", || "one")?;
    judge_names(request, found)?;
    if takes == Takes::ContentItemSelections {
        return ControlFlow::Continue(());
    }
    let launch = LaunchParameters::from(request.parameters().clone());
    judge_user(&launch, found)?;
    judge_context(&launch, found)?;
    judge_surroundings(&launch, found)?;
    if launch.message_type() == Some(message_type::CONTENT_ITEM_SELECTION_REQUEST) {
        let wanted = [
            parameter::CONTENT_ITEM_RETURN_URL,
            parameter::ACCEPT_MEDIA_TYPES,
            parameter::ACCEPT_PRESENTATION_DOCUMENT_TARGETS,
        ];
        let missing: Vec<_> = wanted.into_iter().filter(|name| launch.text(name).is_none()).collect();
        let seen = || format!("no {}", missing.join(", no "));
        found.check(missing.is_empty(), V::ContentItemRequest, &wanted.join(", "), seen)?;
    }
    ControlFlow::Continue(())
}

fn judge_names(request: &Request<'_>, found: &mut Findings<'_>) -> ControlFlow<()> {
    let all = request.parameters();
    let mut names: Vec<_> = all.iter().map(|(name, _)| name).filter(|name| !name.starts_with("oauth_")).collect();
    names.sort_unstable();
    let mut twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| cut(pair[0])).collect();
    twice.dedup();
    found.check(twice.is_empty(), V::ParameterDuplicate, "each parameter once", || twice.join(", "))?;
    // What the query has, the tool itself put into its address.
    let launch = LaunchParameters::from(all.without(Source::Query));
    let unfolded: Vec<_> = launch
        .custom_parameters()
        .map(|(name, _)| name)
        .filter(|name| fold(name) != *name && names.binary_search(&&*format!("custom_{}", fold(name))).is_err())
        .map(|name| cut(&format!("custom_{name}")))
        .collect();
    found
        .check(unfolded.is_empty(), V::CustomName, "lower case, and _ for other characters", || unfolded.join(", "))?;
    let unknown: Vec<_> = launch.unknown().map(|(name, _)| cut(name)).collect();
    found.check(unknown.is_empty(), V::ParameterName, "names of the guide, custom_ or ext_", || unknown.join(", "))
}

/// As the guide folds names. Whether a letter beyond ASCII is a letter is open, so such a one may stay.
fn fold(name: &str) -> String {
    let kept = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii();
    name.chars().map(|c| if kept(c) { c.to_ascii_lowercase() } else { '_' }).collect()
}

fn judge_user(launch: &LaunchParameters, found: &mut Findings<'_>) -> ControlFlow<()> {
    let id = launch.user_id().unwrap_or_default();
    let names = [parameter::LIS_PERSON_CONTACT_EMAIL_PRIMARY, parameter::extension::USER_USERNAME];
    let same = names.into_iter().find(|name| launch.text(name) == Some(id));
    let is_address = id.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    found.check(same.is_none() && !is_address, V::UserIdPersonal, "an opaque user_id", || {
        same.map_or_else(|| "an e-mail address".to_owned(), |name| format!("the value of {name}"))
    })?;
    let roles = launch.roles();
    found.check(launch.get(parameter::ROLES).is_some(), V::RolesMissing, "roles", || "none")?;
    let shown = |roles: &[&str]| roles.iter().map(|role| cut(role)).collect::<Vec<_>>().join(", ");
    let strangers: Vec<_> = roles.iter().filter(|role| role.scope().is_none()).map(Role::as_str).collect();
    let of_lis = roles.is_empty() || strangers.len() < roles.len();
    found.check(of_lis, V::RolesLis, "one role of LIS at least", || shown(&strangers))?;
    let short: Vec<_> = strangers.into_iter().filter(|role| !role.contains(':')).collect();
    found.check(short.is_empty(), V::RolesShort, "other roles as full URNs", || shown(&short))?;
    let mentor = roles.iter().any(|role| {
        role.scope() == Some(RoleScope::Context) && role.name().is_some_and(|name| name.eq_ignore_ascii_case("Mentor"))
    });
    let scoped = launch.text(parameter::ROLE_SCOPE_MENTOR).is_some();
    found.check(
        mentor || !scoped,
        V::MentorScope,
        "role_scope_mentor with the role Mentor alone",
        || "one without that role",
    )
}

fn judge_context(launch: &LaunchParameters, found: &mut Findings<'_>) -> ControlFlow<()> {
    if let Some(text) = launch.get(parameter::CONTEXT_TYPE) {
        let known = launch.context().is_some_and(|context| context.types.iter().any(ContextType::is_known));
        found.check(known, V::ContextType, "a context type of LIS", || cut(text))?;
    }
    let wanted = [parameter::CONTEXT_ID, parameter::CONTEXT_LABEL, parameter::CONTEXT_TITLE];
    let missing: Vec<_> = wanted.into_iter().filter(|name| launch.text(name).is_none()).collect();
    found.check(missing.is_empty(), V::ContextMissing, &wanted.join(", "), || format!("no {}", missing.join(", no ")))
}

fn judge_surroundings(launch: &LaunchParameters, found: &mut Findings<'_>) -> ControlFlow<()> {
    let wanted = [parameter::TOOL_CONSUMER_INFO_PRODUCT_FAMILY_CODE, parameter::TOOL_CONSUMER_INFO_VERSION];
    let missing: Vec<_> = wanted.into_iter().filter(|name| launch.text(name).is_none()).collect();
    let seen = || format!("no {}", missing.join(", no "));
    found.check(missing.is_empty(), V::PlatformInfo, &wanted.join(", "), seen)?;
    if let Some(text) = launch.text(parameter::LAUNCH_PRESENTATION_DOCUMENT_TARGET) {
        let known = match DocumentTarget::parse(text) {
            DocumentTarget::Unknown(_) | DocumentTarget::None => false,
            target => target.as_str() == text,
        };
        found.check(known, V::DocumentTarget, "frame, iframe, window, popup, overlay or embed", || cut(text))?;
    }
    for name in [parameter::LAUNCH_PRESENTATION_WIDTH, parameter::LAUNCH_PRESENTATION_HEIGHT] {
        if let Some(text) = launch.text(name) {
            let is_size =
                text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse().is_ok_and(|size: u32| size > 0);
            found.check(is_size, V::PresentationSize, "a positive whole number", || format!("{name} {}", cut(text)))?;
        }
    }
    let length = launch.text(parameter::LIS_OUTCOME_SERVICE_URL).map_or(0, |url| url.chars().count());
    found.check(length <= OUTCOME_URL_LIMIT, V::OutcomeUrlLength, "1023 characters at most", || length.to_string())
}
