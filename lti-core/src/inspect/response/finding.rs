//! One broken rule of a response.

use std::fmt;
use std::ops::ControlFlow;

use super::ResponseViolation;

/// A rule that a deep linking response breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseFinding {
    /// The rule.
    pub violation: ResponseViolation,
    /// What the rule asks for, and where: `content_items[2].url, a full URL`.
    pub expected: String,
    /// What is there.
    pub seen: String,
}

impl ResponseFinding {
    /// Names the rule, what it asks for and what is there.
    pub fn new(violation: ResponseViolation, expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self { violation, expected: expected.into(), seen: seen.into() }
    }
}

impl fmt::Display for ResponseFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, saw {}", self.violation.id(), self.expected, self.seen)
    }
}

impl std::error::Error for ResponseFinding {}

/// Where the rules report to.
pub(super) struct Found {
    pub(super) first_only: bool,
    pub(super) found: Vec<ResponseFinding>,
}

impl Found {
    /// Reports a broken rule; breaks when nobody wants to hear more.
    pub(super) fn report(
        &mut self,
        violation: ResponseViolation,
        expected: impl Into<String>,
        seen: impl Into<String>,
    ) -> ControlFlow<()> {
        if self.first_only && !violation.refuses() {
            return ControlFlow::Continue(());
        }
        self.found.push(ResponseFinding::new(violation, expected, seen));
        if self.first_only { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
