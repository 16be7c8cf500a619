//! One broken rule, with what was expected and what was seen.

use std::fmt;
use std::ops::ControlFlow;

use super::{Policy, Violation};

/// A rule that a message breaks.
///
/// Both texts are lower-case fragments. Neither repeats a value that leads to a person or opens a session: such a value
/// is described by its length.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub violation: Violation,
    /// What the rule asks for.
    pub expected: String,
    /// What the message has.
    pub seen: String,
}

impl Finding {
    /// Names the rule, what it asks for and what is there.
    pub fn new(violation: Violation, expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self { violation, expected: expected.into(), seen: seen.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, saw {}", self.violation.id(), self.expected, self.seen)
    }
}

impl std::error::Error for Finding {}

/// Where the rules report to. One set of rules serves both ways of judging: a product wants the first reason to refuse
/// and pays for nothing else, a report wants everything.
pub(super) struct Findings<'p> {
    policy: &'p Policy,
    first_only: bool,
    found: Vec<Finding>,
}

impl<'p> Findings<'p> {
    /// Collects everything.
    pub(super) fn all(policy: &'p Policy) -> Self {
        Self { policy, first_only: false, found: Vec::new() }
    }

    /// Stops at the first rule that refuses the message, and skips those that do not.
    pub(super) fn first_refusal(policy: &'p Policy) -> Self {
        Self { policy, first_only: true, found: Vec::new() }
    }

    /// Reports a broken rule; breaks when nobody wants to hear more. The texts are made only if they are kept.
    pub(super) fn report<E: Into<String>, S: Into<String>>(
        &mut self,
        violation: Violation,
        expected: impl FnOnce() -> E,
        seen: impl FnOnce() -> S,
    ) -> ControlFlow<()> {
        let refuses = violation.refuses(self.policy);
        if self.first_only && !refuses {
            return ControlFlow::Continue(());
        }
        self.found.push(Finding::new(violation, expected(), seen()));
        if self.first_only { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Reports a broken rule unless it is kept.
    pub(super) fn check<E: Into<String>, S: Into<String>>(
        &mut self,
        kept: bool,
        violation: Violation,
        expected: impl FnOnce() -> E,
        seen: impl FnOnce() -> S,
    ) -> ControlFlow<()> {
        if kept { ControlFlow::Continue(()) } else { self.report(violation, expected, seen) }
    }

    /// Whether only the first refusal is wanted; rules that can never refuse may be skipped then.
    pub(super) const fn is_first_only(&self) -> bool {
        self.first_only
    }

    /// What was found, in the order of the rules.
    pub(super) fn into_found(self) -> Vec<Finding> {
        self.found
    }
}
