//! The roles (LTI Core 1.3, 5.3.7, 5.4.3 and A.2).

use lti_core::vocab::Role;
use serde_json::Value;
use url::Url;

use super::look::{kind, list, optional, required, resource_link_token};
use crate::{
    case::Outcome::{Fail, Warn},
    sight::Sight,
    subject::platform::{Arrival, IdToken, PlatformCase},
};

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-roles", "the message carries roles", Fail, |arrival, _| {
            resource_link_token(arrival, |token| match token.lti("roles") {
                Some(_) => Sight::Sound("the claim roles is there".to_owned()),
                None => Sight::Broken("the claim roles is not there; it may be empty".to_owned()),
            })
        })
        .rules(&["lti13-launch-roles-missing"]),
        PlatformCase::each("platform-roles-type", "roles is an array of strings", Fail, |arrival, _| {
            required(arrival, "roles", |roles| match roles {
                Value::Array(roles) => match roles.iter().find(|role| !role.is_string()) {
                    Some(role) => Sight::Broken(format!("roles holds {}", kind(role))),
                    None => Sight::Sound(format!("roles holds {} strings", roles.len())),
                },
                other => Sight::Broken(format!("roles is {}", kind(other))),
            })
        })
        .rules(&["lti13-launch-roles-type"]),
        PlatformCase::each(
            "platform-roles-known",
            "roles that are not empty hold one of the vocabulary",
            Fail,
            |arrival, _| {
                some_roles(arrival, |roles| {
                    if roles.iter().any(|(_, role)| role.is_known()) {
                        return Sight::Sound("a role of the vocabulary is there".to_owned());
                    }
                    Sight::Broken(format!("no role of the vocabulary: {}", texts(roles)))
                })
            },
        )
        .rules(&["lti13-launch-roles-unknown"]),
        PlatformCase::each("platform-roles-simple", "roles are full URIs of the vocabulary", Warn, |arrival, _| {
            some_roles(arrival, |roles| {
                let old = |(text, role): &&(&str, Role)| {
                    matches!(role, Role::Person(_)) || role.is_known() && role.as_str() != *text
                };
                let old: Vec<&str> = roles.iter().filter(old).map(|(text, _)| *text).collect();
                if old.is_empty() {
                    return Sight::Sound("no deprecated spelling".to_owned());
                }
                Sight::Broken(format!("deprecated spellings: {}", list(old)))
            })
        })
        .rules(&["lti13-launch-roles-short"]),
        PlatformCase::each(
            "platform-roles-principal",
            "a sub-role comes with its principal role",
            Warn,
            |arrival, _| some_roles(arrival, principals),
        )
        .rules(&["lti13-platform-role-principal"]),
        PlatformCase::each(
            "platform-roles-foreign",
            "roles outside of the vocabulary are full URIs",
            Warn,
            |arrival, _| {
                some_roles(arrival, |roles| {
                    let bare = |(text, role): &&(&str, Role)| {
                        !role.is_known() && !text.is_empty() && Url::parse(text).is_err()
                    };
                    let bare: Vec<&str> = roles.iter().filter(bare).map(|(text, _)| *text).collect();
                    if bare.is_empty() {
                        return Sight::Sound("every role is a URI or one of the vocabulary".to_owned());
                    }
                    Sight::Broken(format!("neither of the vocabulary nor URIs: {}", list(bare)))
                })
            },
        )
        .rules(&["lti13-platform-role-foreign"]),
        PlatformCase::each("platform-mentor", "role_scope_mentor comes with the role Mentor", Fail, |arrival, _| {
            optional(arrival, "role_scope_mentor", |users| match users.as_array().map(Vec::as_slice) {
                None => Sight::Nothing("role_scope_mentor is no array".to_owned()),
                Some([]) => Sight::Nothing("role_scope_mentor is empty".to_owned()),
                Some(users) => {
                    let roles = arrival.token.as_ref().map(IdToken::roles).unwrap_or_default();
                    if roles.iter().any(|role| Role::parse(*role).is_mentor()) {
                        return Sight::Sound("the role Mentor is there".to_owned());
                    }
                    Sight::Broken(format!("role_scope_mentor names {} users, roles are {}", users.len(), list(roles)))
                }
            })
        })
        .rules(&["lti13-launch-mentor-scope"]),
    ]
}

/// Looks at the roles that are strings, where there is one at least.
fn some_roles(arrival: &Arrival, look: impl FnOnce(&[(&str, Role)]) -> Sight) -> Sight {
    required(arrival, "roles", |roles| {
        let Some(roles) = roles.as_array() else {
            return Sight::Nothing(format!("roles is {}, no array", kind(roles)));
        };
        let roles: Vec<(&str, Role)> =
            roles.iter().filter_map(Value::as_str).map(|text| (text, Role::parse(text))).collect();
        if roles.is_empty() {
            return Sight::Nothing("roles is empty".to_owned());
        }
        look(&roles)
    })
}

fn texts(roles: &[(&str, Role)]) -> String {
    list(roles.iter().map(|(text, _)| *text))
}

fn principals(roles: &[(&str, Role)]) -> Sight {
    let has = |principal| roles.iter().any(|(_, role)| *role == Role::Context(principal));
    let alone: Vec<&str> = roles
        .iter()
        .filter(|(_, role)| matches!(role, Role::Sub(sub) if !has(sub.principal)))
        .map(|(text, _)| *text)
        .collect();
    if !alone.is_empty() {
        return Sight::Broken(format!("without their principal role: {}", list(alone)));
    }
    if roles.iter().any(|(_, role)| matches!(role, Role::Sub(_))) {
        return Sight::Sound("each sub-role comes with its principal role".to_owned());
    }
    Sight::Nothing("no launch brought a sub-role".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sample::prove;
    use crate::{exchange::lti, forge::Token};

    const LEARNER: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner";
    const ASSISTANT: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant";

    #[test]
    fn each_fault_turns_its_cases_alone() {
        prove(&[
            (
                "text",
                |token| set(token, json!(LEARNER)),
                &[
                    ("platform-roles-type", "fail"),
                    ("platform-roles-known", "skip"),
                    ("platform-roles-simple", "skip"),
                    ("platform-roles-foreign", "skip"),
                ],
            ),
            ("a number beside", |token| set(token, json!([LEARNER, 1])), &[("platform-roles-type", "fail")]),
            (
                "none",
                |token| set(token, json!([])),
                &[
                    ("platform-roles-known", "skip"),
                    ("platform-roles-simple", "skip"),
                    ("platform-roles-foreign", "skip"),
                ],
            ),
            ("an empty one", |token| set(token, json!([""])), &[("platform-roles-known", "fail")]),
            (
                "own ones alone",
                |token| set(token, json!(["https://lms.test/roles#pupil"])),
                &[("platform-roles-known", "fail")],
            ),
            (
                "own names alone",
                |token| set(token, json!(["pupil"])),
                &[("platform-roles-known", "fail"), ("platform-roles-foreign", "warn")],
            ),
            (
                "an own name beside",
                |token| set(token, json!([LEARNER, "pupil"])),
                &[("platform-roles-foreign", "warn")],
            ),
            ("a simple name", |token| set(token, json!(["Learner"])), &[("platform-roles-simple", "warn")]),
            (
                "a URN",
                |token| set(token, json!([LEARNER, "urn:lti:role:ims/lis/Learner"])),
                &[("platform-roles-simple", "warn")],
            ),
            (
                "a URI without its scope",
                |token| set(token, json!([LEARNER, "http://purl.imsglobal.org/vocab/lis/v2/person#Student"])),
                &[("platform-roles-simple", "warn")],
            ),
            (
                "a sub-role alone",
                |token| set(token, json!([LEARNER, ASSISTANT])),
                &[("platform-roles-principal", "warn")],
            ),
            (
                "a sub-role and its principal",
                |token| set(token, json!(["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor", ASSISTANT])),
                &[("platform-roles-principal", "pass")],
            ),
            (
                "a mentor by nothing",
                |token| token.set(&lti("role_scope_mentor"), json!(["u1"])),
                &[("platform-mentor", "fail")],
            ),
            (
                "nobody to mentor",
                |token| token.set(&lti("role_scope_mentor"), json!([])),
                &[("platform-mentor", "skip")],
            ),
            (
                "a mentor",
                |token| {
                    token.set(&lti("role_scope_mentor"), json!(["u1"]));
                    set(token, json!(["http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor"]));
                },
                &[("platform-mentor", "pass")],
            ),
        ]);
    }

    fn set(token: &mut Token, roles: Value) {
        token.set(&lti("roles"), roles);
    }
}
