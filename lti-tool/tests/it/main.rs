//! The tool against a small platform: whole flows, and every refusal by its exact reason.
#![expect(clippy::unwrap_used, reason = "tests")]

mod accepted;
mod browser;
mod deep_linking;
mod example;
mod login;
mod lti11;
mod migration;
mod refused;
mod registering;
mod router;
mod services;
mod storage;
mod world;
