//! Where the launch comes from: the context and the instance of the platform (LTI Core 1.3, 5.4.1 and 5.4.2).

use lti_core::vocab::ContextType;
use serde_json::Value;

use super::{
    claims::deployment,
    look::{Named, kind, length, list, member, optional},
};
use crate::{
    case::Outcome::{Fail, Warn},
    subject::platform::{Arrival, PlatformCase, Sight},
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
            Fail,
            |evidence| COURSE.stable(evidence),
        )
        .rules(&["lti13-platform-context-stable"]),
        PlatformCase::together("platform-context-distinct", "two courses have two context ids", Fail, |evidence| {
            COURSE.distinct(evidence)
        })
        .rules(&["lti13-platform-context-stable"]),
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
