//! What over-strict tools refuse in a message that a sound one accepts.

use lti_core::{
    message::claims,
    vocab::{ContextRole, ContextType, Role},
};
use serde_json::Value;

use super::{
    AudienceFlaw, ClaimFlaw, MessageFlaw, Refusal, StrictFlaw, TokenFlaw, ToolFlaw, amend::Seen, opened::Opened,
};

/// The claims that a tool may know.
const CLAIMS: [&str; 36] = [
    "iss",
    "sub",
    "aud",
    "azp",
    "exp",
    "iat",
    "nbf",
    "jti",
    "nonce",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "email",
    "email_verified",
    "picture",
    "locale",
    "zoneinfo",
    claims::MESSAGE_TYPE,
    claims::VERSION,
    claims::DEPLOYMENT_ID,
    claims::TARGET_LINK_URI,
    claims::RESOURCE_LINK,
    claims::ROLES,
    claims::CONTEXT,
    claims::TOOL_PLATFORM,
    claims::ROLE_SCOPE_MENTOR,
    claims::LAUNCH_PRESENTATION,
    claims::LIS,
    claims::CUSTOM,
    claims::LTI1P1,
    claims::AGS_ENDPOINT,
    claims::NRPS,
    claims::BASIC_OUTCOME,
    claims::DEEP_LINKING_SETTINGS,
];
/// The members that a tool may know within a claim.
const MEMBERS: [(&str, &[&str]); 4] = [
    (claims::RESOURCE_LINK, &["id", "title", "description"]),
    (claims::CONTEXT, &["id", "label", "title", "type"]),
    (claims::TOOL_PLATFORM, &["guid", "contact_email", "description", "name", "url", "product_family_code", "version"]),
    (claims::LAUNCH_PRESENTATION, &["document_target", "return_url", "locale", "height", "width"]),
];
const DAY: f64 = 86_400.0;

/// Why the flaw refuses a message that the sound rules let pass.
pub(super) fn refuses(flaw: Option<ToolFlaw>, seen: &Seen<'_>) -> Option<Refusal> {
    let refused = match flaw? {
        ToolFlaw::Token(flaw) => header(flaw, seen.token),
        ToolFlaw::Audience(flaw) => audience(flaw, seen.token),
        ToolFlaw::Claim(flaw) => claim(flaw, seen),
        ToolFlaw::Message(MessageFlaw::DeploymentCompared) => deployment_differs(seen),
        ToolFlaw::Strict(flaw) => message(flaw, seen),
        _ => false,
    };
    refused.then(|| Refusal::new("this tool does not take such messages"))
}

fn header(flaw: TokenFlaw, token: &Opened) -> bool {
    match flaw {
        TokenFlaw::HeaderMembersClosed => {
            token.header.names().any(|name| !["alg", "kid", "typ", "jwk", "jku", "x5u", "x5c", "x5t"].contains(&name))
        }
        TokenFlaw::HeaderKeyRefused => ["jwk", "jku", "x5u", "x5c"].into_iter().any(|name| token.header.has(name)),
        TokenFlaw::TypRequired => !token.header.has("typ"),
        TokenFlaw::TypChecked => token.header.text("typ").is_some_and(|typ| typ != "JWT"),
        TokenFlaw::OnlyRsa => token.alg().starts_with("ES"),
        _ => false,
    }
}

fn audience(flaw: AudienceFlaw, token: &Opened) -> bool {
    match flaw {
        AudienceFlaw::AudArrayRefused => token.claims().get("aud").is_some_and(|aud| aud.is_array()),
        AudienceFlaw::AzpRefused => token.claims().has("azp"),
        _ => false,
    }
}

fn claim(flaw: ClaimFlaw, seen: &Seen<'_>) -> bool {
    let claims = seen.token.claims();
    let number = |name: &str| claims.get(name).and_then(|value| value.as_f64());
    #[expect(clippy::cast_precision_loss, reason = "times of this millennium fit")]
    let now = seen.now as f64;
    let sub = claims.text("sub");
    match flaw {
        ClaimFlaw::LifetimeLimited => number("exp").is_some_and(|exp| exp > now + DAY),
        ClaimFlaw::LifetimeWanted => number("exp").is_some_and(|exp| exp > now && exp < now + 120.0),
        ClaimFlaw::FractionsRefused => ["exp", "iat"].into_iter().filter_map(number).any(|time| time.fract() != 0.0),
        ClaimFlaw::IatFutureRefused => number("iat").is_some_and(|iat| iat > now + 60.0),
        ClaimFlaw::ClockExact => number("iat").is_some_and(|iat| iat > now),
        ClaimFlaw::OldIatRefused => number("iat").is_some_and(|iat| iat < now - 600.0),
        ClaimFlaw::SubShortColumn => sub.is_some_and(|sub| sub.chars().count() > 100),
        ClaimFlaw::SubLongRefused => sub.is_some_and(|sub| sub.chars().count() > 255),
        ClaimFlaw::SubAsciiOnly => sub.is_some_and(|sub| !sub.is_ascii()),
        ClaimFlaw::SubRequired => sub.is_none(),
        _ => false,
    }
}

fn deployment_differs(seen: &Seen<'_>) -> bool {
    seen.login.deployment.is_some() && seen.login.deployment != seen.token.claims().text(claims::DEPLOYMENT_ID)
}

fn message(flaw: StrictFlaw, seen: &Seen<'_>) -> bool {
    let token = seen.token;
    let has = |name: &str| token.claims().has(name);
    let given = |name: &str| token.claims().text(name).is_some_and(|text| !text.is_empty());
    match flaw {
        StrictFlaw::ClaimsClosed => token.claims().names().any(|name| !CLAIMS.contains(&name)),
        StrictFlaw::ClaimMembersClosed => MEMBERS.iter().any(|(claim, known)| has_stranger(token, claim, known)),
        StrictFlaw::ServicesRefused => has(claims::AGS_ENDPOINT) && has(claims::NRPS),
        StrictFlaw::MigrationRefused => has(claims::LTI1P1) && !seen.migrated,
        StrictFlaw::MigrationClosed => has(claims::LTI1P1),
        StrictFlaw::MentorScopeRefused => has(claims::ROLE_SCOPE_MENTOR),
        StrictFlaw::FirstDeploymentOnly => {
            token.claims().text(claims::DEPLOYMENT_ID).as_ref() != seen.registered.deployment_ids.first()
        }
        StrictFlaw::ContextRequired => !has(claims::CONTEXT),
        StrictFlaw::EmailRequired => !given("email"),
        StrictFlaw::NameRequired => !given("name") && !given("given_name"),
        StrictFlaw::LocaleRequired => !given("locale"),
        StrictFlaw::MiddleNameRefused => has("middle_name"),
        StrictFlaw::NamesAscii => ["name", "given_name", "family_name"]
            .into_iter()
            .filter_map(|name| token.claims().text(name))
            .any(|name| !name.is_ascii()),
        StrictFlaw::LineBreaksRefused => {
            token.text_in(claims::RESOURCE_LINK, "description").is_some_and(|text| text.contains(['\r', '\n']))
        }
        _ => roles(flaw, &token.roles()) || details(flaw, token),
    }
}

fn roles(flaw: StrictFlaw, sent: &[String]) -> bool {
    let roles: Vec<Role> = sent.iter().map(|role| Role::parse(role.as_str())).collect();
    let any_sent = |fits: fn(&str) -> bool| sent.iter().any(|role| fits(role));
    match flaw {
        StrictFlaw::RolesEmptyRefused => sent.is_empty(),
        StrictFlaw::RolesBlankRefused => any_sent(str::is_empty),
        StrictFlaw::RoleUnknownRefused => sent.iter().zip(&roles).any(|(text, role)| !text.is_empty() && !role.is_known()),
        StrictFlaw::RolesUnknownOnlyRefused => {
            any_sent(|role| !role.is_empty()) && !roles.iter().any(Role::is_known)
        }
        StrictFlaw::RoleShortRefused => any_sent(|role| !role.is_empty() && !role.contains(':')),
        StrictFlaw::RoleUrnRefused => any_sent(|role| role.starts_with("urn:")),
        StrictFlaw::RolesTwoKnown => roles.iter().any(|role| {
            matches!(role, Role::Context(role) if !matches!(role, ContextRole::Instructor | ContextRole::Learner))
        }),
        StrictFlaw::InstitutionRolesRefused => roles.iter().any(|role| matches!(role, Role::Institution(_))),
        StrictFlaw::InstitutionRoleAloneRefused => {
            !roles.is_empty() && roles.iter().all(|role| matches!(role, Role::Institution(_)))
        }
        StrictFlaw::SystemRolesRefused => roles.iter().any(|role| matches!(role, Role::System(_))),
        StrictFlaw::SubRolesRefused => roles.iter().any(|role| matches!(role, Role::Sub(_))),
        StrictFlaw::SubRoleAloneRefused => roles.iter().any(|role| {
            matches!(role, Role::Sub(sub) if !roles.contains(&Role::Context(sub.principal)))
        }),
        StrictFlaw::LearnersOnly => roles.contains(&Role::Context(ContextRole::Instructor)),
        StrictFlaw::TestUserRefused => roles.contains(&Role::TestUser),
        _ => false,
    }
}

fn details(flaw: StrictFlaw, token: &Opened) -> bool {
    let claim = |name: &str| token.claims().get(name);
    let custom = |fits: fn(&Value) -> bool| {
        claim(claims::CUSTOM).and_then(|custom| custom.as_object().map(|map| map.values().any(fits))).unwrap_or(false)
    };
    let any_type = |fits: fn(&str) -> bool| {
        let types = claim(claims::CONTEXT).and_then(|context| context.get("type").and_then(Value::as_array).cloned());
        types.unwrap_or_default().iter().filter_map(Value::as_str).any(fits)
    };
    match flaw {
        StrictFlaw::ContextIdRequired => claim(claims::CONTEXT).is_some_and(|context| context.get("id").is_none()),
        StrictFlaw::ContextTypeClosed => any_type(|text| !ContextType::parse(text).is_known()),
        StrictFlaw::ContextSectionsOnly => any_type(|text| ContextType::parse(text) != ContextType::CourseSection),
        StrictFlaw::ContextTypeShortRefused => any_type(|text| {
            let known = ContextType::parse(text);
            known.is_known() && known.as_str() != text
        }),
        StrictFlaw::NullRefused => [claims::RESOURCE_LINK, claims::CONTEXT]
            .into_iter()
            .filter_map(claim)
            .any(|value| value.as_object().is_some_and(|members| members.values().any(Value::is_null))),
        StrictFlaw::CustomObjectRefused => custom(Value::is_object),
        StrictFlaw::CustomNullRefused => custom(Value::is_null),
        StrictFlaw::CustomNumberRefused => custom(Value::is_number),
        StrictFlaw::CustomEmptyRefused => custom(|value| value == ""),
        StrictFlaw::CustomVariableRefused => custom(|value| value.as_str().is_some_and(|text| text.starts_with('$'))),
        StrictFlaw::PresentationChecked => token
            .text_in(claims::LAUNCH_PRESENTATION, "document_target")
            .is_some_and(|target| !["frame", "iframe", "window"].contains(&target.as_str())),
        StrictFlaw::MentorChecked => {
            let mentor = token.roles().into_iter().any(|role| Role::parse(role) == Role::Context(ContextRole::Mentor));
            claim(claims::ROLE_SCOPE_MENTOR).is_some() && !mentor
        }
        StrictFlaw::PlatformChecked => {
            claim(claims::TOOL_PLATFORM).is_some_and(|platform| platform.get("guid").is_none())
        }
        StrictFlaw::ResourceLinkIdEmptyRefused => {
            token.text_in(claims::RESOURCE_LINK, "id").is_some_and(|id| id.is_empty())
        }
        StrictFlaw::ResourceLinkIdLongRefused => {
            token.text_in(claims::RESOURCE_LINK, "id").is_some_and(|id| id.len() > 255)
        }
        _ => false,
    }
}

fn has_stranger(token: &Opened, claim: &str, known: &[&str]) -> bool {
    let value = token.claims().get(claim);
    let members = value.as_ref().and_then(Value::as_object);
    members.is_some_and(|members| members.keys().any(|name| !known.contains(&name.as_str())))
}
