//! The platform's side of LTI 1.3: registrations, deployments and launches; with a ready-made school for tests.
//!
//! A platform keeps [tools](registration::ToolRegistration), sets [launches](launch::Platform::initiate) going, and
//! answers the authentication request that a tool sends back with an ID token. The three messages are those of Security
//! Framework 1.0, 5.1.1; [`launch::Platform`] has the rules, [`router`] puts them behind HTTP (feature `axum`).
//!
//! What is launched is the affair of whoever embeds this crate: a [`launch::LaunchSource`] says what a message carries
//! about user, course and link, and a [`Sessions`] says who is signed in. What is security stays here: `iss`, `aud`,
//! `nonce`, `exp`, `deployment_id` and `target_link_uri` are set by this crate, nothing is sent to an address that the
//! tool did not register, and there is no switch that turns a check off.
//!
//! The feature `mock` adds a school with users, courses and pages, and a trace of every launch.

pub mod authentication;
pub mod deep_linking;
pub mod gradebook;
pub mod hint;
pub mod launch;
pub mod lti11;
#[cfg(feature = "mock")]
pub mod mock;
pub mod privacy;
pub mod registration;
#[cfg(feature = "axum")]
pub mod router;
pub mod services;
pub mod storage;

pub use launch::Platform;
pub use oauth2_issuer::BoxFuture;
#[cfg(feature = "axum")]
pub use oauth2_issuer::server::Sessions;
pub use privacy::Privacy;
pub use registration::ToolRegistration;
#[cfg(feature = "axum")]
pub use router::PlatformServer;
