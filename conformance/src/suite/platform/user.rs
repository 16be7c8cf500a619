//! Who launches: `sub`, and what an anonymous launch leaves out.

use serde_json::Value;

use super::look::{ID_LIMIT, Named, kind, token};
use crate::{
    case::Outcome::{Fail, Info, Warn},
    sight::Sight,
    subject::platform::{Arrival, IdToken, PersonalData, PlatformCase},
};

/// The claims of OpenID Connect Core 1.0, 5.1 that tell who somebody is.
pub(super) const IDENTITY: [&str; 14] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "gender",
    "birthdate",
    "phone_number",
    "address",
];

const USER: Named = Named {
    thing: "user",
    id: "sub",
    word: |launch| &launch.user,
    key: "user",
    seen: |arrival| arrival.claim("sub").and_then(Value::as_str),
    within: |_| None,
    public: false,
};

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = subject();
    cases.extend(anonymous());
    cases
}

fn subject() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-sub", "a launch that tells who its user is has a sub", Fail, |arrival, _| {
            token(arrival, |token| match token.claim("sub") {
                Some(Value::String(_)) => Sight::Sound("sub is there".to_owned()),
                Some(other) => Sight::Broken(format!("sub is {}, no string", kind(other))),
                None => match identity(token).as_slice() {
                    [] => {
                        Sight::Free("anonymous", "neither sub nor any other identity: an anonymous launch".to_owned())
                    }
                    there => Sight::Broken(format!("no sub, and yet {}", there.join(", "))),
                },
            })
        })
        .rules(&["lti13-token-sub-identity", "lti13-token-claim-type"]),
        PlatformCase::each("platform-sub-length", "sub has at most 255 characters", Fail, |arrival, _| {
            sub(arrival, |sub| match sub.chars().count() {
                count if count > ID_LIMIT => Sight::Broken(format!("sub has {count} characters")),
                count => Sight::Sound(format!("sub has {count} characters")),
            })
        })
        .rules(&["lti13-token-sub-length"]),
        PlatformCase::each("platform-sub-ascii", "sub is ASCII", Warn, |arrival, _| {
            sub(arrival, |sub| {
                if sub.is_ascii() {
                    return Sight::Sound("sub is ASCII".to_owned());
                }
                Sight::Broken("sub has characters outside of ASCII".to_owned())
            })
        })
        .rules(&["lti13-token-sub-length"]),
        PlatformCase::each("platform-sub-empty", "sub is not empty", Warn, |arrival, _| {
            sub(arrival, |sub| {
                if sub.is_empty() {
                    return Sight::Broken("sub is an empty string".to_owned());
                }
                Sight::Sound("sub is not empty".to_owned())
            })
        })
        .rules(&["lti13-token-sub-empty"]),
        PlatformCase::together("platform-sub-stable", "a user has one sub in every launch", Fail, |evidence| {
            USER.stable(evidence)
        })
        .rules(&["lti13-platform-sub-stable"]),
        PlatformCase::together("platform-sub-distinct", "two users have two subs", Fail, |evidence| {
            USER.distinct(evidence)
        })
        .rules(&["lti13-platform-sub-stable"]),
    ]
}

fn anonymous() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-anonymous-sub", "an anonymous launch may leave sub out", Info, |arrival, _| {
            asked_anonymous(arrival, |token| match token.claim("sub") {
                None => Sight::Sound("no sub".to_owned()),
                Some(_) => Sight::Free("sent", "sub is sent: the user is told by it, if by nothing else".to_owned()),
            })
        })
        .rules(&["lti13-platform-anonymous-identity"]),
        PlatformCase::each(
            "platform-anonymous-identity",
            "an anonymous launch tells nowhere who its user is",
            Warn,
            |arrival, _| {
                asked_anonymous(arrival, |token| {
                    let mut there: Vec<String> = identity(token).into_iter().map(str::to_owned).collect();
                    there.extend(elsewhere(token));
                    if there.is_empty() {
                        return Sight::Sound("no claim about the identity of the user".to_owned());
                    }
                    Sight::Broken(format!("the launch is set to be anonymous and carries {}", there.join(", ")))
                })
            },
        )
        .rules(&["lti13-platform-anonymous-identity"]),
        PlatformCase::each("platform-anonymous-roles", "an anonymous launch carries roles", Fail, |arrival, _| {
            token(arrival, |token| {
                if !is_anonymous(arrival) && token.claim("sub").is_some() {
                    return no_anonymous_launch();
                }
                match token.lti("roles") {
                    Some(_) => Sight::Sound("roles are there".to_owned()),
                    None => Sight::Broken("the claim roles is not there; it may be empty".to_owned()),
                }
            })
        })
        .rules(&["lti13-launch-roles-missing"]),
    ]
}

fn sub(arrival: &Arrival, look: impl FnOnce(&str) -> Sight) -> Sight {
    token(arrival, |token| match token.text("sub") {
        Some(sub) => look(sub),
        None => Sight::Nothing("the token has no sub that is a string".to_owned()),
    })
}

/// The claims there that tell who somebody is.
pub(super) fn identity(token: &IdToken) -> Vec<&'static str> {
    IDENTITY.into_iter().filter(|name| token.claim(name).is_some_and(|value| !is_blank(value))).collect()
}

/// A value that tells nothing.
fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// Where else the user's identity stands.
fn elsewhere(token: &IdToken) -> Vec<String> {
    let member = |claim: &str, name: &str| {
        let value = token.lti(claim)?.get(name)?;
        (!is_blank(value)).then(|| format!("{claim}.{name}"))
    };
    let legacy = token.lti("lti11_legacy_user_id").filter(|value| !is_blank(value));
    let named = token.lti("ext").and_then(Value::as_object).into_iter().flatten().filter_map(|(name, value)| {
        let tells = ["user_username", "username", "email", "name"].contains(&name.as_str()) && !is_blank(value);
        tells.then(|| format!("ext.{name}"))
    });
    [member("lis", "person_sourcedid"), member("lti1p1", "user_id")]
        .into_iter()
        .flatten()
        .chain(legacy.map(|_| "lti11_legacy_user_id".to_owned()))
        .chain(named)
        .collect()
}

fn is_anonymous(arrival: &Arrival) -> bool {
    arrival.launch.as_ref().is_some_and(|launch| launch.personal_data == PersonalData::Anonymous)
}

fn no_anonymous_launch() -> Sight {
    Sight::Unsupported("no anonymous launch is configured: a [[launch]] with personal_data = \"anonymous\"".to_owned())
}

fn asked_anonymous(arrival: &Arrival, look: impl FnOnce(&IdToken) -> Sight) -> Sight {
    if is_anonymous(arrival) { token(arrival, look) } else { no_anonymous_launch() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sample::prove;
    use crate::{exchange::lti, forge::Token};

    #[test]
    fn each_fault_of_sub_turns_its_cases_alone() {
        prove(&[
            (
                "no sub",
                |token| token.remove("sub"),
                &[
                    ("platform-sub", "fail"),
                    ("platform-sub-length", "skip"),
                    ("platform-sub-ascii", "skip"),
                    ("platform-sub-empty", "skip"),
                    ("platform-sub-stable", "skip"),
                    ("platform-sub-distinct", "skip"),
                ],
            ),
            (
                "a number",
                |token| sub(token, |_| json!(7)),
                &[
                    ("platform-sub", "fail"),
                    ("platform-sub-length", "skip"),
                    ("platform-sub-ascii", "skip"),
                    ("platform-sub-empty", "skip"),
                    ("platform-sub-stable", "skip"),
                    ("platform-sub-distinct", "skip"),
                ],
            ),
            (
                "long",
                |token| sub(token, |old| json!(format!("{old}{}", "0".repeat(255)))),
                &[("platform-sub-length", "fail")],
            ),
            ("not ASCII", |token| sub(token, |old| json!(format!("{old}é"))), &[("platform-sub-ascii", "warn")]),
            (
                "empty",
                |token| sub(token, |_| json!("")),
                &[("platform-sub-empty", "warn"), ("platform-sub-distinct", "fail")],
            ),
            ("for each launch", |token| sub_of(token, "nonce"), &[("platform-sub-stable", "fail")]),
            ("one for all", |token| sub(token, |_| json!("group")), &[("platform-sub-distinct", "fail")]),
        ]);
    }

    #[test]
    fn each_fault_of_anonymous_launches_turns_its_cases_alone() {
        prove(&[
            (
                "names",
                |token| token.set("name", "Noor Haddad"),
                &[("platform-sub", "fail"), ("platform-anonymous-identity", "warn")],
            ),
            (
                "a student number",
                |token| token.set_in(&lti("lis"), "person_sourcedid", "S-1"),
                &[("platform-anonymous-identity", "warn")],
            ),
            (
                "an old id",
                |token| token.set(&lti("lti11_legacy_user_id"), "17"),
                &[("platform-anonymous-identity", "warn"), ("platform-claims-unknown", "info")],
            ),
            (
                "sub",
                |token| {
                    token.claims.entry("sub").or_insert(json!("sub-learner"));
                },
                &[("platform-anonymous-sub", "info")],
            ),
            (
                "no roles",
                |token| token.remove(&lti("roles")),
                &[
                    ("platform-anonymous-roles", "fail"),
                    ("platform-roles", "fail"),
                    ("platform-roles-type", "skip"),
                    ("platform-roles-known", "skip"),
                    ("platform-roles-simple", "skip"),
                    ("platform-roles-foreign", "skip"),
                ],
            ),
        ]);
    }

    /// Writes another `sub` where there is one.
    fn sub(token: &mut Token, make: fn(&str) -> Value) {
        if let Some(old) = token.claims.get("sub").and_then(Value::as_str).map(str::to_owned) {
            token.set("sub", make(&old));
        }
    }

    /// Writes another claim's value into `sub`.
    fn sub_of(token: &mut Token, claim: &str) {
        let value = token.claims.get(claim).cloned().unwrap_or_default();
        if token.claims.contains_key("sub") {
            token.set("sub", value);
        }
    }
}
