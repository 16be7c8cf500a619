//! Custom parameters and the variables in them (LTI Core 1.3, 5.4.6 and appendix B).
//!
//! What was typed in at the platform stands in the configuration; the report names parameters and variables, and never
//! the values that arrive, since those may be about people.

use serde_json::{Map, Value};

use super::look::{cut, kind, list, optional};
use crate::{
    case::Outcome::{Fail, Warn},
    sight::Sight,
    subject::platform::{Arrival, LaunchConfig, PlatformCase},
};

/// How variables begin that no platform supports: the domain is reserved for examples (RFC 2606).
const NOBODYS: &str = "$com.example.";

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-custom-strings", "every custom parameter is a string", Fail, |arrival, _| {
            optional(arrival, "custom", |custom| match custom {
                Value::Object(custom) => match custom.iter().find(|(_, value)| !value.is_string()) {
                    Some((name, value)) => Sight::Broken(format!("the parameter {} is {}", cut(name), kind(value))),
                    None => Sight::Sound(format!("{} parameters, each a string", custom.len())),
                },
                other => Sight::Broken(format!("the claim custom is {}", kind(other))),
            })
        })
        .rules(&["lti13-launch-custom-value"]),
        PlatformCase::each(
            "platform-custom-resolved",
            "a supported variable arrives with its value",
            Warn,
            |arrival, _| {
                let wanted = |launch: &LaunchConfig| filled(&launch.resolved, |value| !value.is_empty());
                compare(arrival, wanted, NO_RESOLVED, |wanted, seen| match seen {
                    Some(Value::String(seen)) if *seen == wanted.value => Fit::Right,
                    Some(Value::String(seen)) if is_typed(wanted, seen) => Fit::Wrong("is passed on unresolved"),
                    Some(Value::String(_)) => Fit::Wrong("has another value than the configured one"),
                    Some(_) => Fit::Wrong("is no string"),
                    None => Fit::Wrong("does not arrive"),
                })
            },
        )
        .rules(&["lti13-platform-custom-resolved"]),
        PlatformCase::each(
            "platform-custom-verbatim",
            "an unknown variable is passed on as it was typed",
            Warn,
            |arrival, _| {
                // Core, appendix B prints a variable in another spelling than it was typed: case does not count.
                compare(arrival, unknown_variables, NO_UNKNOWN, |wanted, seen| match seen {
                    Some(Value::String(seen)) if seen.eq_ignore_ascii_case(&wanted.value) => Fit::Right,
                    Some(Value::String(seen)) if seen.is_empty() => Fit::Wrong("arrives as an empty string"),
                    Some(Value::String(_)) => Fit::Wrong("arrives as another text"),
                    Some(_) | None => Fit::Elsewhere,
                })
            },
        )
        .rules(&["lti13-platform-custom-verbatim"]),
        PlatformCase::each(
            "platform-custom-vanished",
            "a parameter with an unknown variable arrives, and not as null",
            Fail,
            |arrival, _| {
                compare(arrival, unknown_variables, NO_UNKNOWN, |_, seen| match seen {
                    Some(Value::Null) => Fit::Wrong("arrives as null"),
                    Some(_) => Fit::Right,
                    None => Fit::Wrong("does not arrive"),
                })
            },
        )
        .rules(&["lti13-platform-custom-verbatim", "lti13-launch-custom-value"]),
        PlatformCase::each(
            "platform-custom-empty",
            "a supported variable without a value arrives as an empty string",
            Warn,
            |arrival, _| {
                let wanted = |launch: &LaunchConfig| filled(&launch.resolved, str::is_empty);
                compare(arrival, wanted, NO_EMPTY, |wanted, seen| match seen {
                    Some(Value::String(seen)) if seen.is_empty() => Fit::Right,
                    Some(Value::String(seen)) if is_typed(wanted, seen) => Fit::Wrong("is passed on unresolved"),
                    Some(Value::String(_)) => Fit::Wrong("arrives with a value"),
                    Some(_) => Fit::Wrong("is no string"),
                    None => Fit::Wrong("does not arrive"),
                })
            },
        )
        .rules(&["lti13-platform-custom-empty"]),
    ]
}

const NO_RESOLVED: &str = "no supported variable is configured: [launch.custom] with what was typed in at the platform, \
     [launch.resolved] with the values that have to arrive";
const NO_UNKNOWN: &str = "no unknown variable is configured: type a parameter such as unknown=$Com.example.unknown in at the \
     platform and name it in [launch.custom]";
const NO_EMPTY: &str = "no variable without a value is configured: [launch.resolved] with an empty string for it";

/// A parameter, what was typed in for it, and the value that it has to arrive with.
struct Wanted {
    name: String,
    typed: Option<String>,
    value: String,
}

/// How a parameter fits what is wanted of it.
enum Fit {
    Right,
    Wrong(&'static str),
    /// It does not arrive as a string, which other cases judge.
    Elsewhere,
}

fn is_typed(wanted: &Wanted, seen: &str) -> bool {
    wanted.typed.as_ref().is_some_and(|typed| seen.eq_ignore_ascii_case(typed))
}

/// The parameters of a table whose value fits.
fn filled(table: &std::collections::BTreeMap<String, String>, fits: fn(&str) -> bool) -> Vec<Wanted> {
    let wanted = |(name, value): (&String, &String)| {
        fits(value).then(|| Wanted { name: name.clone(), typed: None, value: value.clone() })
    };
    table.iter().filter_map(wanted).collect()
}

/// The parameters that hold a variable which no platform supports.
fn unknown_variables(launch: &LaunchConfig) -> Vec<Wanted> {
    let unknown = |(name, typed): (&String, &String)| {
        let unknown = typed.to_ascii_lowercase().starts_with(NOBODYS) && !launch.resolved.contains_key(name);
        unknown.then(|| Wanted { name: name.clone(), typed: Some(typed.clone()), value: typed.clone() })
    };
    launch.custom.iter().filter_map(unknown).collect()
}

/// Compares the wanted parameters with those that arrived; `fits` says how one of them does.
fn compare(
    arrival: &Arrival,
    wanted: impl Fn(&LaunchConfig) -> Vec<Wanted>,
    none: &str,
    fits: impl Fn(&Wanted, Option<&Value>) -> Fit,
) -> Sight {
    let Some(launch) = &arrival.launch else {
        return Sight::Nothing("nothing is known of the parameters that were typed in".to_owned());
    };
    let mut wanted = wanted(launch);
    if wanted.is_empty() {
        return Sight::Nothing(none.to_owned());
    }
    let empty = Map::new();
    let custom = arrival.lti("custom").and_then(Value::as_object).unwrap_or(&empty);
    let mut judged = Vec::new();
    for one in &mut wanted {
        one.typed = one.typed.take().or_else(|| launch.custom.get(&one.name).cloned());
        match fits(one, find(custom, &one.name)) {
            Fit::Right => judged.push(one.name.as_str()),
            Fit::Wrong(what) => {
                let typed =
                    one.typed.as_deref().map_or_else(String::new, |typed| format!(", typed in as {},", cut(typed)));
                return Sight::Broken(format!("the parameter {}{typed} {what}", cut(&one.name)));
            }
            Fit::Elsewhere => {}
        }
    }
    if judged.is_empty() {
        return Sight::Unsupported("no such parameter arrives as a string".to_owned());
    }
    Sight::Sound(format!("as they have to be: {}", list(judged)))
}

/// A parameter by its name; some platforms send names in small letters, with all other characters as underscores.
fn find<'c>(custom: &'c Map<String, Value>, name: &str) -> Option<&'c Value> {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    custom.get(name).or_else(|| custom.get(&plain))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sample::prove;
    use crate::{exchange::lti, forge::Token};

    #[test]
    fn each_fault_turns_its_case_alone() {
        prove(&[
            ("a number", |token| set(token, "attempts", json!(3)), &[("platform-custom-strings", "fail")]),
            (
                "null for a variable without a value",
                |token| set(token, "middle", Value::Null),
                &[("platform-custom-strings", "fail"), ("platform-custom-empty", "warn")],
            ),
            (
                "a variable without a value as typed",
                |token| set(token, "middle", json!("$Person.name.middle")),
                &[("platform-custom-empty", "warn")],
            ),
            ("unresolved", |token| set(token, "user", json!("$User.id")), &[("platform-custom-resolved", "warn")]),
            ("resolved wrongly", |token| set(token, "user", json!("7")), &[("platform-custom-resolved", "warn")]),
            (
                "an unknown variable dropped",
                |token| token.remove_in(&lti("custom"), "unknown"),
                &[("platform-custom-verbatim", "unsupported"), ("platform-custom-vanished", "fail")],
            ),
            (
                "an unknown variable as null",
                |token| set(token, "unknown", Value::Null),
                &[
                    ("platform-custom-strings", "fail"),
                    ("platform-custom-verbatim", "unsupported"),
                    ("platform-custom-vanished", "fail"),
                ],
            ),
            (
                "an unknown variable emptied",
                |token| set(token, "unknown", json!("")),
                &[("platform-custom-verbatim", "warn")],
            ),
            ("an unknown variable in small letters", |token| set(token, "unknown", json!("$com.example.unknown")), &[]),
            (
                "no custom parameters",
                |token| token.remove(&lti("custom")),
                &[
                    ("platform-custom-strings", "unsupported"),
                    ("platform-custom-resolved", "warn"),
                    ("platform-custom-verbatim", "unsupported"),
                    ("platform-custom-vanished", "fail"),
                    ("platform-custom-empty", "warn"),
                ],
            ),
        ]);
    }

    fn set(token: &mut Token, name: &str, value: Value) {
        token.set_in(&lti("custom"), name, value);
    }
}
