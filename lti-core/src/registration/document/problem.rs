//! What is wrong with a registration document.

use std::fmt;

/// What kind of mistake it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The document as a whole cannot be read.
    Document,
    /// A field that is needed is not there.
    Missing,
    /// A field has a value that it cannot have.
    Malformed,
    /// A key means nothing here; it is ignored.
    Unknown,
}

/// One mistake in a registration document: which entry, which field, what was expected and what was seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct Problem {
    /// What kind of mistake it is.
    pub kind: ProblemKind,
    /// The entry: `platform 1`; empty where the document itself is meant.
    pub entry: String,
    /// The field, or the key that nobody knows.
    pub field: String,
    /// What was expected there.
    pub expected: String,
    /// What is there.
    pub seen: String,
    /// The line, from 1, where the format tells it.
    pub line: Option<usize>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.entry.is_empty() {
            write!(f, "{}: ", self.entry)?;
        }
        match self.kind {
            ProblemKind::Unknown if self.expected.is_empty() => write!(f, "unknown key {:?}", self.field),
            ProblemKind::Unknown => write!(f, "unknown key {:?}, did you mean {:?}?", self.field, self.expected),
            ProblemKind::Missing => write!(f, "{} is missing: expected {}", self.field, self.expected),
            ProblemKind::Document => write!(f, "expected {}, saw {}", self.expected, self.seen),
            ProblemKind::Malformed => write!(f, "{}: expected {}, saw {}", self.field, self.expected, self.seen),
        }
    }
}

/// A document that cannot be used, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Problems(pub Vec<Problem>);
