//! The broken doubles: systems with their own small HTTP and state code and one named flaw each.
//!
//! A double proves the cases: every flaw declares by hand which verdicts it changes against the sound reference, and the
//! self-test compares that with what the suite says of it. Without a flaw a double is sound and changes nothing.

pub mod client;
mod flaw;
mod http;
pub mod issuer;
pub mod platform;
pub mod platform11;
pub mod tool;
pub mod tool11;
mod wiring;

pub use flaw::FlawEntry;
pub use wiring::{Fetch, Now, Registered, Wiring};
