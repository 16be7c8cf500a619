//! One broken rule of a message of LTI 1.x.

use std::fmt;
use std::ops::ControlFlow;

use super::{Lti11Violation, Policy};

/// A rule that a message breaks.
///
/// Both texts are lower-case fragments. Neither repeats a value that leads to a person or opens a session.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lti11Finding {
    /// The rule.
    pub violation: Lti11Violation,
    /// What the rule asks for.
    pub expected: String,
    /// What the message has.
    pub seen: String,
}

impl Lti11Finding {
    /// Names the rule, what it asks for and what is there.
    pub fn new(violation: Lti11Violation, expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self { violation, expected: expected.into(), seen: seen.into() }
    }
}

impl fmt::Display for Lti11Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, saw {}", self.violation.id(), self.expected, self.seen)
    }
}

impl std::error::Error for Lti11Finding {}

/// Where the rules report to: a product wants the first reason to refuse and pays for nothing else, a report wants
/// everything.
pub(super) struct Findings<'p> {
    pub(super) policy: &'p Policy,
    pub(super) first_only: bool,
    pub(super) found: Vec<Lti11Finding>,
}

impl Findings<'_> {
    /// Reports a broken rule unless it is kept; breaks when nobody wants to hear more. What was seen is put into words
    /// only if it is kept.
    pub(super) fn check<S: Into<String>>(
        &mut self,
        kept: bool,
        violation: Lti11Violation,
        expected: &str,
        seen: impl FnOnce() -> S,
    ) -> ControlFlow<()> {
        if kept || (self.first_only && !violation.refuses(self.policy)) {
            return ControlFlow::Continue(());
        }
        self.found.push(Lti11Finding::new(violation, expected, seen()));
        if self.first_only { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
