//! The platform through its router, with a tool that consists of the messages alone.
#![expect(clippy::unwrap_used, reason = "tests")]

mod deep_linking;
mod durability;
mod flow;
mod gradebook;
mod grades;
mod kept;
mod lti11;
mod pages;
mod product;
mod refusals;
mod registering;
mod services;
mod settings;
mod storage;
mod support;
mod tracing;
