//! How a case's exchange differs from the control's, row by row.
//!
//! Every launch has a fresh nonce and fresh times: such values differ without meaning anything, so they are marked only
//! when they differ in kind, or by more time than a run takes.

use serde_json::Value;

use crate::report::model::Exchange;

/// How a row stands to the control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// As in the control, or there is nothing to compare with.
    Same,
    /// Another value, of which the control has a fresh one as well.
    Fresh,
    /// Another value.
    Changed,
    /// The control has no such row.
    Added,
    /// Only the control has this row.
    Missing,
}

impl Mark {
    /// Whether the row is to be highlighted.
    pub(super) const fn differs(self) -> bool {
        matches!(self, Self::Changed | Self::Added | Self::Missing)
    }

    /// The class of the row.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Fresh => "fresh",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Missing => "missing",
        }
    }
}

/// A name and a value, compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The field, header or claim.
    pub(super) name: String,
    /// Its value here; the control's where it is missing.
    pub(super) value: String,
    /// The control's value, where the value here is another one.
    pub(super) control: Option<String>,
    /// How the two stand to each other.
    pub(super) mark: Mark,
}

/// How far apart two times may be within one run, in seconds.
const RUN: i64 = 300;

/// The fields and claims that are new in every launch.
const FRESH: [&str; 19] = [
    "nonce",
    "state",
    "iat",
    "exp",
    "nbf",
    "jti",
    "auth_time",
    "code",
    "id_token",
    "jwt",
    "client_assertion",
    "access_token",
    "lti_message_hint",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_signature",
    "set-cookie",
    "cookie",
    "date",
];

/// The exchange of the control that each of these exchanges repeats: the same parties at the same path, in order.
pub(super) fn counterparts<'a>(exchanges: &[Exchange], control: &'a [Exchange]) -> Vec<Option<&'a Exchange>> {
    let mut taken = vec![false; control.len()];
    let mut counterpart = |exchange: &Exchange| {
        let same = |other: &Exchange| {
            (&exchange.from, &exchange.to, path(&exchange.url)) == (&other.from, &other.to, path(&other.url))
        };
        let at = control.iter().enumerate().position(|(at, other)| !taken[at] && same(other))?;
        taken[at] = true;
        Some(&control[at])
    };
    exchanges.iter().map(&mut counterpart).collect()
}

/// Compares fields or headers with the control's: the first of a name with the first, the second with the second.
pub(super) fn pairs(these: &[(String, String)], control: Option<&[(String, String)]>) -> Vec<Row> {
    let Some(control) = control else {
        return these.iter().map(|(name, value)| same(name, value)).collect();
    };
    let mut left: Vec<&(String, String)> = control.iter().collect();
    let mut rows: Vec<Row> = these
        .iter()
        .map(|(name, value)| {
            let Some(at) = left.iter().position(|(other, _)| other == name) else {
                return Row { mark: Mark::Added, ..same(name, value) };
            };
            let (_, before) = left.remove(at);
            compared(name, value, before, mark_of_text(name, value, before))
        })
        .collect();
    rows.extend(left.into_iter().map(|(name, value)| Row { mark: Mark::Missing, ..same(name, value) }));
    rows
}

/// Compares the members of a JSON object with the control's; a value that is no object is one row without a name.
pub(super) fn members(value: &Value, control: Option<&Value>) -> Vec<Row> {
    let Value::Object(these) = value else {
        let before = control.filter(|control| *control != value).map(printed);
        let mark = if before.is_some() { Mark::Changed } else { Mark::Same };
        return vec![Row { name: String::new(), value: printed(value), control: before, mark }];
    };
    let Some(Value::Object(control)) = control else {
        return these.iter().map(|(name, value)| same(name, &printed(value))).collect();
    };
    let here = these.iter().map(|(name, value)| match control.get(name) {
        None => Row { mark: Mark::Added, ..same(name, &printed(value)) },
        Some(before) => compared(name, &printed(value), &printed(before), mark_of_json(name, value, before)),
    });
    let gone = control.iter().filter(|(name, _)| !these.contains_key(*name));
    here.chain(gone.map(|(name, value)| Row { mark: Mark::Missing, ..same(name, &printed(value)) })).collect()
}

/// The path of an address, which says what was asked for.
pub(super) fn path(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => url,
    }
}

fn same(name: &str, value: &str) -> Row {
    Row { name: name.to_owned(), value: value.to_owned(), control: None, mark: Mark::Same }
}

fn compared(name: &str, value: &str, before: &str, mark: Mark) -> Row {
    let control = (mark == Mark::Changed).then(|| before.to_owned());
    Row { control, mark, ..same(name, value) }
}

fn is_fresh(name: &str) -> bool {
    FRESH.iter().any(|fresh| fresh.eq_ignore_ascii_case(name))
}

fn mark_of_text(name: &str, value: &str, before: &str) -> Mark {
    // A redirect with other parameters goes to the same place.
    let place = name.eq_ignore_ascii_case("location") && path(value) == path(before);
    match value == before {
        true => Mark::Same,
        false if place || (is_fresh(name) && value.is_empty() == before.is_empty()) => Mark::Fresh,
        false => Mark::Changed,
    }
}

fn mark_of_json(name: &str, value: &Value, before: &Value) -> Mark {
    if value == before {
        return Mark::Same;
    }
    let fresh = is_fresh(name)
        && match (value, before) {
            (Value::Number(value), Value::Number(before)) => match (value.as_i64(), before.as_i64()) {
                (Some(value), Some(before)) => value.abs_diff(before) <= RUN.unsigned_abs(),
                _ => false,
            },
            (Value::String(value), Value::String(before)) => value.is_empty() == before.is_empty(),
            _ => false,
        };
    if fresh { Mark::Fresh } else { Mark::Changed }
}

/// A JSON value as people read it: short ones on a line, others indented.
fn printed(value: &Value) -> String {
    let line = value.to_string();
    if line.chars().count() > 60 && (value.is_object() || value.is_array()) { format!("{value:#}") } else { line }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn marks(rows: &[Row]) -> Vec<(&str, Mark)> {
        rows.iter().map(|row| (row.name.as_str(), row.mark)).collect()
    }

    fn of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_changed_claim_stands_out_and_fresh_ones_do_not() {
        let control = json!({"aud": "tool-client", "nonce": "a", "iat": 1000, "sub": "7"});
        let case = json!({"aud": "somebody-else", "nonce": "b", "iat": 1002, "azp": "x"});
        let rows = members(&case, Some(&control));
        let expected = [
            ("aud", Mark::Changed),
            ("azp", Mark::Added),
            ("iat", Mark::Fresh),
            ("nonce", Mark::Fresh),
            ("sub", Mark::Missing),
        ];
        let mut seen = marks(&rows);
        // In which order a JSON object keeps its members is a build's choice.
        seen.sort_unstable_by_key(|(name, _)| *name);
        assert_eq!(seen, expected);
        assert_eq!(rows[0].control.as_deref(), Some("\"tool-client\""));
    }

    #[test]
    fn a_time_far_off_and_a_value_of_another_type_stand_out() {
        let control = json!({"exp": 5000, "nonce": "a"});
        assert_eq!(
            marks(&members(&json!({"exp": 1000, "nonce": 1}), Some(&control))),
            [("exp", Mark::Changed), ("nonce", Mark::Changed)]
        );
    }

    #[test]
    fn repeated_fields_are_compared_in_order() {
        let rows = pairs(&of(&[("a", "1"), ("a", "3"), ("a", "4")]), Some(&of(&[("a", "1"), ("a", "2"), ("b", "x")])));
        assert_eq!(marks(&rows), [("a", Mark::Same), ("a", Mark::Changed), ("a", Mark::Added), ("b", Mark::Missing)]);
    }

    #[test]
    fn a_redirect_is_compared_by_its_place() {
        let control = of(&[("location", "https://a.example/auth?state=1")]);
        assert_eq!(
            marks(&pairs(&of(&[("location", "https://a.example/auth?state=2")]), Some(&control))),
            [("location", Mark::Fresh)]
        );
        assert_eq!(
            marks(&pairs(&of(&[("location", "https://a.example/error")]), Some(&control))),
            [("location", Mark::Changed)]
        );
    }

    #[test]
    fn paths() {
        assert_eq!(path("http://127.0.0.1:9300/auth?x=1#f"), "/auth");
        assert_eq!(path("https://a.example"), "/");
        assert_eq!(path("/relative?x"), "/relative");
    }
}
