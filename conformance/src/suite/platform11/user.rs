//! Who launches: identifiers and roles.

use std::collections::BTreeSet;

use super::look::{Named, launch, list, optional};
use crate::{
    case::Outcome::{Fail, FailCertified, Info, Warn},
    sight::Sight,
    subject::{
        platform::PayloadRole,
        platform11::{Arrival11, Evidence11, Platform11Case},
    },
    suite::named::Words,
};

const USER: Named = Named {
    words: Words { thing: "user", id: "user_id", key: "user", public: false },
    word: |launch| &launch.user,
    parameter: "user_id",
};
/// The context roles of LIS by their handles (LTI 1.1 Implementation Guide, appendix A.2.3).
const CONTEXT_ROLES: [&str; 8] =
    ["Learner", "Instructor", "ContentDeveloper", "Member", "Manager", "Mentor", "Administrator", "TeachingAssistant"];
/// What the URNs of the LIS vocabularies begin with.
const VOCABULARIES: [&str; 3] = ["urn:lti:sysrole:ims/lis/", "urn:lti:instrole:ims/lis/", "urn:lti:role:ims/lis/"];

/// The cases of this area.
pub(super) fn cases() -> Vec<Platform11Case> {
    let mut cases = identifiers();
    cases.extend(roles());
    cases
}

fn identifiers() -> Vec<Platform11Case> {
    vec![
        Platform11Case::each("platform11-user-private", "user_id does not say who somebody is", Warn, |arrival, _| {
            optional(arrival, "user_id", |id| {
                let telling = ["lis_person_contact_email_primary", "lis_person_name_full", "ext_user_username"];
                match telling.iter().find(|name| !id.is_empty() && arrival.get(name) == Some(id)) {
                    Some(name) => Sight::Broken(format!("user_id is the value of {name}")),
                    None if id.contains('@') => Sight::Broken("user_id looks like an e-mail address".to_owned()),
                    None => Sight::Sound("user_id is neither name nor address".to_owned()),
                }
            })
        })
        .rules(&["lti11-user-id-personal"]),
        Platform11Case::together("platform11-user-distinct", "two users have two user_ids", Fail, |evidence| {
            USER.distinct(evidence)
        })
        .rules(&["lti11-platform-user-id-unique"]),
        Platform11Case::together(
            "platform11-user-stable",
            "a user has one user_id in every launch",
            Info,
            |evidence| USER.stable(evidence),
        )
        .rules(&["lti11-platform-user-id-stable"]),
    ]
}

fn roles() -> Vec<Platform11Case> {
    vec![
        Platform11Case::each(
            "platform11-role-known",
            "roles contain one of the LIS vocabularies",
            Warn,
            |arrival, _| {
                roles_of(arrival, |roles| {
                    if roles.iter().any(|role| is_known(role)) {
                        return Sight::Sound("a role of LIS is there".to_owned());
                    }
                    Sight::Broken(format!("no role of LIS among {}", roles.join(", ")))
                })
            },
        )
        .rules(&["lti11-roles-lis"]),
        Platform11Case::each("platform11-role-urn", "other roles are whole URNs", FailCertified, |arrival, _| {
            roles_of(arrival, |roles| match roles.iter().find(|role| !is_known(role) && !role.contains(':')) {
                Some(role) => Sight::Broken(format!("{role:?} is neither a role of LIS nor a URN")),
                None => Sight::Sound("every other role is a URN".to_owned()),
            })
        })
        .rules(&["lti11-roles-short"]),
        Platform11Case::together(
            "platform11-role-apart",
            "instructors and learners can be told apart by their roles",
            FailCertified,
            apart,
        )
        .rules(&["lti11-platform-role-apart"]),
        Platform11Case::each(
            "platform11-mentor-role",
            "role_scope_mentor is sent for mentors alone",
            Warn,
            |arrival, _| {
                optional(arrival, "role_scope_mentor", |_| {
                    let roles: Vec<&str> = list(arrival.get("roles").unwrap_or_default()).collect();
                    if roles.iter().any(|role| handle(role).is_some_and(|handle| handle.starts_with("Mentor"))) {
                        return Sight::Sound("the user is a mentor".to_owned());
                    }
                    if roles.is_empty() {
                        return Sight::Nothing("no roles are sent".to_owned());
                    }
                    Sight::Broken("the user is no mentor".to_owned())
                })
            },
        )
        .rules(&["lti11-mentor-scope"]),
        Platform11Case::each(
            "platform11-mentor-encoded",
            "the user ids in role_scope_mentor are URL-encoded",
            Warn,
            |arrival, _| {
                optional(arrival, "role_scope_mentor", |scope| {
                    // `encodeURIComponent` leaves five more characters as they are than RFC 3986 does.
                    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~%+*!'()".contains(c);
                    if list(scope).all(|id| id.chars().all(plain)) {
                        return Sight::Sound("each id is encoded".to_owned());
                    }
                    Sight::Broken("an id has characters that are not encoded".to_owned())
                })
            },
        )
        .rules(&["lti11-platform-mentor"]),
    ]
}

/// A role of LIS in a context, without the URN before it; `TeachingAssistant/Grader` keeps its part.
pub(super) fn handle(role: &str) -> Option<&str> {
    role.strip_prefix("urn:lti:role:ims/lis/").or_else(|| (!role.contains(':')).then_some(role))
}

/// Whether a role belongs to a LIS vocabulary. A handle may have a part: `Instructor/Lecturer`.
pub(super) fn is_known(role: &str) -> bool {
    let main = role.split('/').next().unwrap_or_default();
    CONTEXT_ROLES.contains(&main) || VOCABULARIES.iter().any(|start| role.starts_with(start))
}

fn roles_of(arrival: &Arrival11, look: impl FnOnce(&[&str]) -> Sight) -> Sight {
    launch(arrival, || {
        let roles: Vec<&str> = list(arrival.get("roles").unwrap_or_default()).collect();
        if roles.is_empty() { Sight::Nothing("no roles are sent".to_owned()) } else { look(&roles) }
    })
}

/// Whether a launch shows this role of the context, by handle or by URN.
pub(super) fn shows(arrival: &Arrival11, role: &str) -> bool {
    list(arrival.get("roles").unwrap_or_default())
        .any(|sent| handle(sent).is_some_and(|handle| handle.split('/').next() == Some(role)))
}

fn apart(evidence: &Evidence11) -> Sight {
    let roles = |wanted: PayloadRole| {
        let of = evidence.arrivals.iter().filter(move |arrival| {
            arrival.is_launch() && arrival.launch.as_ref().is_some_and(|launch| launch.role == wanted)
        });
        let of = of.map(|arrival| list(arrival.get("roles").unwrap_or_default()).collect::<BTreeSet<_>>());
        of.filter(|roles| !roles.is_empty()).collect::<Vec<_>>()
    };
    let (instructors, learners) = (roles(PayloadRole::Instructor), roles(PayloadRole::Learner));
    if instructors.is_empty() || learners.is_empty() {
        return Sight::Nothing("needs a launch of an instructor and one of a learner, both with roles".to_owned());
    }
    if instructors.iter().any(|roles| learners.contains(roles)) {
        return Sight::Broken("an instructor's launch has the same roles as a learner's".to_owned());
    }
    Sight::Sound("they have different roles".to_owned())
}
