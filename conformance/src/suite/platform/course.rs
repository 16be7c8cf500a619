//! Where the launch comes from: the context and the instance of the platform (LTI Core 1.3, 5.4.1 and 5.4.2).

use lti_core::vocab::ContextType;
use serde_json::Value;

use super::{
    claims::deployment,
    look::{Named, kind, length, list, member, optional},
};
use crate::{
    case::Outcome::{Fail, Warn},
    sight::Sight,
    subject::platform::{Arrival, PlatformCase},
};

const COURSE: Named = Named {
    thing: "course",
    id: "context.id",
    word: |launch| &launch.course,
    key: "course",
    seen: |arrival| arrival.lti("context")?.get("id")?.as_str(),
    within: deployment,
    public: true,
};

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = context();
    cases.extend([
        PlatformCase::each("platform-guid", "tool_platform has a guid", Fail, |arrival, _| {
            optional(arrival, "tool_platform", |platform| has_id(platform, "tool_platform", "guid"))
        })
        .rules(&["lti13-launch-tool-platform-guid"]),
        PlatformCase::each("platform-guid-length", "guid has at most 255 characters", Fail, |arrival, _| {
            optional(arrival, "tool_platform", |platform| match platform.get("guid") {
                Some(guid) => length("guid", guid),
                None => Sight::Nothing("tool_platform has no guid".to_owned()),
            })
        })
        .rules(&["lti13-launch-tool-platform-guid"]),
    ]);
    cases
}

fn context() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-context-id", "the context has an id", Fail, |arrival, _| {
            optional(arrival, "context", |context| has_id(context, "context", "id"))
        })
        .rules(&["lti13-launch-context-id-missing"]),
        PlatformCase::each(
            "platform-context-length",
            "the id of a context has at most 255 characters",
            Fail,
            |arrival, _| {
                optional(arrival, "context", |context| match context.get("id") {
                    Some(id) => length("context.id", id),
                    None => Sight::Nothing("context has no id".to_owned()),
                })
            },
        )
        .rules(&["lti13-launch-context-id-length"]),
        PlatformCase::each(
            "platform-context-type",
            "the type of a context is an array with one of the vocabulary",
            Fail,
            |arrival, _| member(arrival, "context", "type", known_type),
        )
        .rules(&["lti13-launch-context-type"]),
        PlatformCase::each(
            "platform-context-type-simple",
            "types of a context are full URIs of the vocabulary",
            Warn,
            simple_types,
        )
        .rules(&["lti13-platform-context-type-simple"]),
        PlatformCase::together(
            "platform-context-stable",
            "a course has one context id in every launch",
            Warn,
            |evidence| COURSE.stable(evidence),
        )
        .rules(&["lti13-platform-context-stable"]),
        PlatformCase::together("platform-context-distinct", "two courses have two context ids", Fail, |evidence| {
            COURSE.distinct(evidence)
        })
        .rules(&["lti13-platform-context-distinct"]),
    ]
}

fn has_id(claim: &Value, name: &str, id: &str) -> Sight {
    match claim {
        Value::Object(members) => match members.get(id) {
            Some(Value::String(_)) => Sight::Sound(format!("{name}.{id} is there")),
            Some(other) => Sight::Broken(format!("{name}.{id} is {}, no string", kind(other))),
            None => Sight::Broken(format!("{name} has no {id}")),
        },
        other => Sight::Broken(format!("{name} is {}, no object", kind(other))),
    }
}

fn known_type(types: &Value) -> Sight {
    let Some(types) = types.as_array() else {
        return Sight::Broken(format!("context.type is {}, no array", kind(types)));
    };
    let texts: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
    if texts.iter().any(|text| ContextType::parse(*text).is_known()) {
        return Sight::Sound("a type of the vocabulary is there".to_owned());
    }
    if texts.is_empty() {
        return Sight::Broken("context.type is there and holds no type".to_owned());
    }
    Sight::Broken(format!("no type of the vocabulary: {}", list(texts)))
}

fn simple_types(arrival: &Arrival, _: &crate::subject::platform::Evidence) -> Sight {
    member(arrival, "context", "type", |types| {
        let texts: Vec<&str> = types.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let old = |text: &&str| {
            let known = ContextType::parse(*text);
            known.is_known() && known.as_str() != *text
        };
        let old: Vec<&str> = texts.iter().copied().filter(|text| old(text)).collect();
        if !old.is_empty() {
            return Sight::Broken(format!("deprecated spellings: {}", list(old)));
        }
        if texts.is_empty() {
            return Sight::Nothing("context.type holds no type".to_owned());
        }
        Sight::Sound("no deprecated spelling".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sample::prove;
    use crate::{exchange::lti, forge::Token};

    #[test]
    fn each_fault_of_the_context_turns_its_cases_alone() {
        prove(&[
            (
                "no context",
                |token| token.remove(&lti("context")),
                &[
                    ("platform-context-id", "unsupported"),
                    ("platform-context-length", "unsupported"),
                    ("platform-context-type", "unsupported"),
                    ("platform-context-type-simple", "unsupported"),
                    ("platform-context-stable", "skip"),
                    ("platform-context-distinct", "skip"),
                ],
            ),
            (
                "no id",
                |token| token.remove_in(&lti("context"), "id"),
                &[
                    ("platform-context-id", "fail"),
                    ("platform-context-length", "skip"),
                    ("platform-context-stable", "skip"),
                    ("platform-context-distinct", "skip"),
                ],
            ),
            (
                "a long id",
                |token| {
                    let id = token.claims[&lti("context")]["id"].as_str().unwrap_or_default().to_owned();
                    set(token, "id", json!(id + &"0".repeat(255)));
                },
                &[("platform-context-length", "fail")],
            ),
            (
                "an id for each launch",
                |token| {
                    let nonce = token.claims.get("nonce").cloned().unwrap_or_default();
                    set(token, "id", nonce);
                },
                &[("platform-context-stable", "warn")],
            ),
            ("one id for all", |token| set(token, "id", json!("school")), &[("platform-context-distinct", "fail")]),
            (
                "no type",
                |token| token.remove_in(&lti("context"), "type"),
                &[("platform-context-type", "unsupported"), ("platform-context-type-simple", "unsupported")],
            ),
            (
                "an own type",
                |token| set(token, "type", json!(["https://lms.test/types#Class"])),
                &[("platform-context-type", "fail")],
            ),
            (
                "a simple name",
                |token| set(token, "type", json!(["CourseSection"])),
                &[("platform-context-type-simple", "warn")],
            ),
            (
                "no array",
                |token| set(token, "type", json!("CourseSection")),
                &[("platform-context-type", "fail"), ("platform-context-type-simple", "skip")],
            ),
            (
                "an empty array",
                |token| set(token, "type", json!([])),
                &[("platform-context-type", "fail"), ("platform-context-type-simple", "skip")],
            ),
        ]);
    }

    #[test]
    fn each_fault_of_the_platform_turns_its_cases_alone() {
        prove(&[
            (
                "no guid",
                |token| token.remove_in(&lti("tool_platform"), "guid"),
                &[("platform-guid", "fail"), ("platform-guid-length", "skip")],
            ),
            (
                "a long guid",
                |token| token.set_in(&lti("tool_platform"), "guid", "g".repeat(256)),
                &[("platform-guid-length", "fail")],
            ),
            (
                "no claim",
                |token| token.remove(&lti("tool_platform")),
                &[("platform-guid", "unsupported"), ("platform-guid-length", "unsupported")],
            ),
        ]);
    }

    fn set(token: &mut Token, member: &str, value: Value) {
        token.set_in(&lti("context"), member, value);
    }
}
