//! The suites: each is a list of cases for one kind of subject.

pub mod tool;

use crate::case::Case;

/// Every case of every suite, in the order in which they run.
pub fn all() -> Vec<(&'static str, Case)> {
    tool::cases().into_iter().map(|case| ("tool", case)).collect()
}

/// The names of the suites.
pub const NAMES: [&str; 1] = ["tool"];
