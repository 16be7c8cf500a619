//! The crate's integration tests, in one binary.
#![expect(clippy::unwrap_used, reason = "tests")]

mod by_hand;
mod capture;
mod catalogue;
mod command_line;
mod containers;
mod law_book;
mod matrix;
mod mock_issuer;
mod platform_rows;
mod registration_doctor;
mod report;
mod rows;
mod withheld;
