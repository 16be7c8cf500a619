//! What several rules say in the same way.

use std::ops::ControlFlow;

use super::Violation;
use super::finding::Findings;
use crate::message::Slot;

/// The longest `sub`, deployment id, resource link id and context id, in ASCII characters.
const MAX_ID: usize = 255;

/// A claim that must be there as text: reports its absence as `missing`, another type as such.
pub(super) fn required<'c, T>(
    slot: &'c Slot<T>,
    name: &'static str,
    wanted: &'static str,
    missing: Violation,
    found: &mut Findings<'_>,
) -> ControlFlow<(), Option<&'c T>> {
    match slot {
        Slot::Is(value) => return ControlFlow::Continue(Some(value)),
        Slot::Missing => found.report(missing, || format!("{name}, {wanted}"), || "no such claim")?,
        Slot::Mistyped(kind) => mistyped(name, wanted, kind, found)?,
    }
    ControlFlow::Continue(None)
}

pub(super) fn mistyped(
    name: &'static str,
    wanted: &'static str,
    kind: &'static str,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    found.report(Violation::TokenClaimType, || format!("{name}, {wanted}"), || kind)
}

/// At most 255 ASCII characters; the value itself is not repeated.
pub(super) fn check_length(value: &str, violation: Violation, found: &mut Findings<'_>) -> ControlFlow<()> {
    found.check(
        value.len() <= MAX_ID && value.is_ascii(),
        violation,
        || format!("at most {MAX_ID} ASCII characters"),
        || {
            let kind = if value.is_ascii() { "" } else { ", not all of them ASCII" };
            format!("{} characters{kind}", value.chars().count())
        },
    )
}

/// In what two addresses differ that mean the same to a person.
pub(super) fn near_miss(expected: &str, seen: &str) -> &'static str {
    let scheme_off = |text: &str| text.split_once("://").map(|(_, rest)| rest.to_owned());
    if expected.trim_end_matches('/') == seen.trim_end_matches('/') {
        ", which differs by a slash at the end"
    } else if expected.eq_ignore_ascii_case(seen) {
        ", which differs by case"
    } else if scheme_off(expected).is_some() && scheme_off(expected) == scheme_off(seen) {
        ", which differs by http and https"
    } else if expected.trim() == seen.trim() {
        ", which differs by white space"
    } else {
        ""
    }
}

/// A value of the message in quotes, cut to a length that fits a line.
pub(crate) fn cut(value: &str) -> String {
    const LONGEST: usize = 80;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?} and {} characters more", &value[..end], value[end..].chars().count()),
        None => format!("{value:?}"),
    }
}

/// Some values of the message, the first few of them.
pub(super) fn list(values: &[String]) -> String {
    const MOST: usize = 5;
    let mut text = values.iter().take(MOST).map(|value| cut(value)).collect::<Vec<_>>().join(", ");
    if values.len() > MOST {
        text.push_str(", ...");
    }
    if text.is_empty() { "nothing".to_owned() } else { text }
}
