//! The tool as a client of its platform's services.

mod assertion;
mod grades;
mod roster;
mod token;

use serde_json::Value;

use crate::{
    case::Case,
    services::{Call, CallKind},
    subject::platform::Sight,
};

pub(super) fn token_cases() -> Vec<Case> {
    token::cases().into_iter().chain(assertion::cases()).collect()
}

pub(super) fn grade_cases() -> Vec<Case> {
    grades::cases()
}

pub(super) fn roster_cases() -> Vec<Case> {
    roster::cases()
}

/// Looks at each of these calls; the first that is not in order decides, and a reason is given where there is none.
fn each<'c>(calls: impl Iterator<Item = &'c Call>, kind: CallKind, wrong: impl Fn(&Call) -> Option<String>) -> Sight {
    let mut seen = 0;
    for call in calls.filter(|call| call.kind == kind) {
        if let Some(reason) = wrong(call) {
            return Sight::Broken(reason);
        }
        seen += 1;
    }
    if seen == 0 {
        return Sight::Nothing(format!("the tool did not send {}", kind.words()));
    }
    Sight::Sound(format!("{seen} of {seen} as they should be"))
}

/// A JSON value as a report names it, shortened.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 80 { text } else { format!("{}…", text.chars().take(80).collect::<String>()) }
}
