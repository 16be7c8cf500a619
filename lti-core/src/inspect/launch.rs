//! The rules of the message: the claims of LTI Core 1.3, 5.3 and 5.4.

use std::ops::ControlFlow;

use super::finding::Findings;
use super::words::{check_length, cut, list, near_miss, required};
use super::{Deployments, LaunchContext, Violation, deep_linking};
use crate::message::raw::{RawClaims, RawContext};
use crate::message::{DocumentTarget, Slot, claims as names};
use crate::vocab::{ContextRole, ContextType, Role};

/// Which messages the tool takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Launches of links alone.
    ResourceLinks,
    /// Requests for content as well.
    DeepLinking,
}

impl Takes {
    /// Whether the message is a request for content, and the tool takes those.
    pub(super) fn as_deep_linking(self, claims: &RawClaims) -> bool {
        self == Self::DeepLinking && claims.message_type.get().is_some_and(|kind| kind == names::DEEP_LINKING_REQUEST)
    }
}

/// Judges the claims of LTI, those that are required first.
pub(super) fn judge(
    claims: &RawClaims,
    context: &LaunchContext<'_>,
    takes: Takes,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    judge_kind(claims, takes, found)?;
    judge_deployment(claims, context, found)?;
    if takes.as_deep_linking(claims) {
        // Neither a target nor roles are required here (LTI Deep Linking 2.0, 4.4).
        if claims.target_link_uri.is_present() {
            judge_target(claims, context, found)?;
        }
        deep_linking::judge(claims, found)?;
        if claims.roles.is_present() {
            judge_roles(claims, found)?;
        }
    } else {
        judge_target(claims, context, found)?;
        judge_resource_link(claims, found)?;
        judge_roles(claims, found)?;
    }
    if found.is_first_only() {
        // Nothing below refuses a message: the texts bind the sender alone.
        return ControlFlow::Continue(());
    }
    judge_context(claims, found)?;
    judge_platform(claims, found)?;
    judge_presentation(claims, found)?;
    judge_custom(claims, found)?;
    judge_types(claims, found)
}

/// Version and type of the message (5.3.1 and 5.3.2).
fn judge_kind(claims: &RawClaims, takes: Takes, found: &mut Findings<'_>) -> ControlFlow<()> {
    let version = required(&claims.version, names::VERSION, "the text 1.3.0", Violation::LaunchVersionMissing, found)?;
    if let Some(version) = version {
        found.check(
            version == names::LTI_VERSION,
            Violation::LaunchVersion,
            || format!("{:?}", names::LTI_VERSION),
            || cut(version),
        )?;
    }
    let missing = Violation::LaunchMessageTypeMissing;
    if let Some(kind) = required(&claims.message_type, names::MESSAGE_TYPE, "a string", missing, found)? {
        found.check(
            kind == names::RESOURCE_LINK_REQUEST || takes.as_deep_linking(claims),
            Violation::LaunchMessageType,
            || match takes {
                Takes::ResourceLinks => format!("{:?}", names::RESOURCE_LINK_REQUEST),
                Takes::DeepLinking => {
                    format!("{:?} or {:?}", names::RESOURCE_LINK_REQUEST, names::DEEP_LINKING_REQUEST)
                }
            },
            || cut(kind),
        )?;
    }
    ControlFlow::Continue(())
}

/// The deployment (3.1.3, 4.1.2 and 5.3.3).
fn judge_deployment(claims: &RawClaims, context: &LaunchContext<'_>, found: &mut Findings<'_>) -> ControlFlow<()> {
    let missing = Violation::LaunchDeploymentMissing;
    let Some(id) = required(&claims.deployment_id, names::DEPLOYMENT_ID, "a string", missing, found)? else {
        return ControlFlow::Continue(());
    };
    check_length(id, Violation::LaunchDeploymentLength, found)?;
    if let Deployments::Known(known) = context.deployments {
        found.check(
            known.iter().any(|known| known.as_str() == id),
            Violation::LaunchDeploymentUnknown,
            || list(&known.iter().map(ToString::to_string).collect::<Vec<_>>()),
            || cut(id),
        )?;
    }
    let named = context.login.and_then(|login| login.lti_deployment_id.as_ref());
    found.check(
        named.is_none_or(|named| named.as_str() == id),
        Violation::LaunchDeploymentDiffers,
        || named.map_or_else(String::new, |named| cut(named.as_str())),
        || cut(id),
    )
}

/// Where the user wants to end up (5.3.4).
fn judge_target(claims: &RawClaims, context: &LaunchContext<'_>, found: &mut Findings<'_>) -> ControlFlow<()> {
    let missing = Violation::LaunchTargetLinkUriMissing;
    let Some(target) = required(&claims.target_link_uri, names::TARGET_LINK_URI, "a URL", missing, found)? else {
        return ControlFlow::Continue(());
    };
    let named = context.login.map(|login| login.target_link_uri.as_str());
    found.check(
        named.is_none_or(|named| named == target),
        Violation::LaunchTargetLinkUriDiffers,
        || named.map(cut).unwrap_or_default(),
        || format!("{}{}", cut(target), near_miss(named.unwrap_or_default(), target)),
    )
}

/// The link (5.3.5).
fn judge_resource_link(claims: &RawClaims, found: &mut Findings<'_>) -> ControlFlow<()> {
    let missing = Violation::LaunchResourceLinkMissing;
    let Some(link) = required(&claims.resource_link, names::RESOURCE_LINK, "an object", missing, found)? else {
        return ControlFlow::Continue(());
    };
    let missing = Violation::LaunchResourceLinkIdMissing;
    match required(&link.id, "the id of resource_link", "a string", missing, found)? {
        Some(id) => check_length(id, Violation::LaunchResourceLinkIdLength, found),
        None => ControlFlow::Continue(()),
    }
}

/// The roles (5.3.7 and A.2), and whom a mentor looks after (5.4.3).
fn judge_roles(claims: &RawClaims, found: &mut Findings<'_>) -> ControlFlow<()> {
    let expected = || "an array of strings";
    let roles = match &claims.roles {
        Slot::Is(roles) => roles,
        Slot::Missing => {
            return found.report(
                Violation::LaunchRolesMissing,
                || format!("{}, an array", names::ROLES),
                || "no such claim",
            );
        }
        Slot::Mistyped(kind) => return found.report(Violation::LaunchRolesType, expected, || *kind),
    };
    if let Some(kind) = roles.stranger {
        found.report(Violation::LaunchRolesType, expected, || format!("an array with {kind}"))?;
    }
    if found.is_first_only() {
        return ControlFlow::Continue(());
    }
    let known: Vec<Role> = roles.texts.iter().map(Role::parse).collect();
    found.check(
        known.is_empty() || known.iter().any(Role::is_known),
        Violation::LaunchRolesUnknown,
        || "a role of the vocabulary, or an empty array",
        || list(&roles.texts),
    )?;
    let short: Vec<String> = roles
        .texts
        .iter()
        .zip(&known)
        .filter(|(text, role)| matches!(role, Role::Person(_)) || role.is_known() && role.as_str() != text.as_str())
        .map(|(text, _)| text.clone())
        .collect();
    found.check(short.is_empty(), Violation::LaunchRolesShort, || "URIs of the vocabulary", || list(&short))?;
    let mentor = known.contains(&Role::Context(ContextRole::Mentor));
    found.check(
        mentor || claims.role_scope_mentor.get().is_none_or(|users| users.texts.is_empty()),
        Violation::LaunchMentorScope,
        || "the role Mentor beside role_scope_mentor",
        || list(&roles.texts),
    )
}

/// The context (5.4.1 and A.1).
fn judge_context(claims: &RawClaims, found: &mut Findings<'_>) -> ControlFlow<()> {
    let Slot::Is(RawContext { id, types, .. }) = &claims.context else {
        return ControlFlow::Continue(());
    };
    match id {
        Slot::Is(id) => check_length(id, Violation::LaunchContextIdLength, found)?,
        Slot::Missing => {
            found.report(Violation::LaunchContextIdMissing, || "the id of context, a string", || "no such member")?;
        }
        Slot::Mistyped(kind) => {
            found.report(Violation::LaunchContextIdMissing, || "the id of context, a string", || *kind)?;
        }
    }
    let expected = || "an array with a type of the vocabulary";
    match types {
        Slot::Missing => ControlFlow::Continue(()),
        Slot::Mistyped(kind) => found.report(Violation::LaunchContextType, expected, || *kind),
        Slot::Is(types) => found.check(
            types.texts.iter().any(|text| ContextType::parse(text).is_known()),
            Violation::LaunchContextType,
            expected,
            || list(&types.texts),
        ),
    }
}

/// The instance of the platform (5.4.2).
fn judge_platform(claims: &RawClaims, found: &mut Findings<'_>) -> ControlFlow<()> {
    let Slot::Is(platform) = &claims.tool_platform else {
        return ControlFlow::Continue(());
    };
    let violation = Violation::LaunchToolPlatformGuid;
    let expected = || "the guid of tool_platform, a string";
    match &platform.guid {
        Slot::Is(guid) => check_length(guid, violation, found),
        Slot::Missing => found.report(violation, expected, || "no such member"),
        Slot::Mistyped(kind) => found.report(violation, expected, || *kind),
    }
}

/// How the tool is shown (5.4.4).
fn judge_presentation(claims: &RawClaims, found: &mut Findings<'_>) -> ControlFlow<()> {
    let Some(target) = claims.launch_presentation.get().map(|presentation| &presentation.document_target) else {
        return ControlFlow::Continue(());
    };
    let expected = || "frame, iframe or window";
    match target {
        Slot::Is(text) => found.check(
            !matches!(DocumentTarget::parse(text), DocumentTarget::Unknown(_)),
            Violation::LaunchDocumentTarget,
            expected,
            || cut(text),
        ),
        Slot::Mistyped(kind) => found.report(Violation::LaunchDocumentTarget, expected, || *kind),
        Slot::Missing => ControlFlow::Continue(()),
    }
}

/// The custom parameters (5.4.6): a value may lead to a person, so only its type is told.
fn judge_custom(claims: &RawClaims, found: &mut Findings<'_>) -> ControlFlow<()> {
    let Some((name, kind)) = claims.custom.get().and_then(|custom| custom.stranger.as_ref()) else {
        return ControlFlow::Continue(());
    };
    found.report(
        Violation::LaunchCustomValue,
        || "strings alone",
        || format!("parameter {}, which is {kind}", cut(name)),
    )
}

/// The types of whatever the message can do without.
fn judge_types(claims: &RawClaims, found: &mut Findings<'_>) -> ControlFlow<()> {
    let mut rows = vec![
        ("name", kind(&claims.name)),
        ("given_name", kind(&claims.given_name)),
        ("family_name", kind(&claims.family_name)),
        ("middle_name", kind(&claims.middle_name)),
        ("email", kind(&claims.email)),
        ("picture", kind(&claims.picture)),
        ("locale", kind(&claims.locale)),
        (names::CONTEXT, kind(&claims.context)),
        (names::TOOL_PLATFORM, kind(&claims.tool_platform)),
        (names::ROLE_SCOPE_MENTOR, kind(&claims.role_scope_mentor)),
        (names::LAUNCH_PRESENTATION, kind(&claims.launch_presentation)),
        (names::LIS, kind(&claims.lis)),
        (names::CUSTOM, kind(&claims.custom)),
        (names::AGS_ENDPOINT, kind(&claims.ags)),
        (names::NRPS, kind(&claims.nrps)),
    ];
    if let Slot::Is(link) = &claims.resource_link {
        rows.extend([
            ("resource_link.title", kind(&link.title)),
            ("resource_link.description", kind(&link.description)),
        ]);
    }
    if let Slot::Is(context) = &claims.context {
        rows.extend([("context.label", kind(&context.label)), ("context.title", kind(&context.title))]);
    }
    if let Slot::Is(presentation) = &claims.launch_presentation {
        rows.extend([
            ("launch_presentation.height", kind(&presentation.height)),
            ("launch_presentation.width", kind(&presentation.width)),
            ("launch_presentation.return_url", kind(&presentation.return_url)),
            ("launch_presentation.locale", kind(&presentation.locale)),
        ]);
    }
    for (name, kind) in rows {
        if let Some(kind) = kind {
            found.report(Violation::LaunchClaimType, || format!("{name} in the type of its clause"), || kind)?;
        }
    }
    ControlFlow::Continue(())
}

/// The wrong type, where there is one.
pub(super) fn kind<T>(slot: &Slot<T>) -> Option<&'static str> {
    match slot {
        Slot::Mistyped(kind) => Some(kind),
        Slot::Is(_) | Slot::Missing => None,
    }
}
