//! The crate's integration tests, in one binary.
#![expect(clippy::unwrap_used, reason = "tests")]

mod report;
