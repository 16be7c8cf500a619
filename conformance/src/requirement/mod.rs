//! The requirements that no message shows: what a tool has to do with sound launches, and what the texts leave it free to
//! do. Together with the rules of `lti-core` they are everything that a case can cite.

mod duty;
mod latitude;
mod mending;

use lti_core::{inspect::Violation, requirement::Requirement};

pub use self::mending::for_tool;
use self::{duty::ToolDuty, latitude::Latitude};

/// Every requirement that a case can cite.
pub fn all() -> impl Iterator<Item = &'static Requirement> {
    Violation::ALL
        .iter()
        .map(|rule| rule.requirement())
        .chain(ToolDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(Latitude::ALL.iter().map(|rule| rule.requirement()))
}

/// The requirement with this id.
pub fn find(id: &str) -> Option<&'static Requirement> {
    all().find(|requirement| requirement.id == id)
}
