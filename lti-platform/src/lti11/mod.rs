//! LTI 1.0, 1.1 and 1.1.2 from the platform's side: launches that the browser posts, signed with a shared secret.
//!
//! What a launch says about user, course and link comes from the same [`LaunchSource`](crate::launch::LaunchSource) that
//! fills the messages of LTI 1.3; [`Lti11Platform`] writes it down as LTI 1.x does and signs it. A platform needs to say
//! things once, and a tool that moves from one version to the other is told the same.
//!
//! * [`Lti11Tool`]: key, secret and address of a tool, what it is told about users, its custom parameters.
//! * [`Lti11Platform::launch`]: the form of a launch, ready to send itself ([`LaunchForm`]).
//! * [`Lti11Platform::relaunch`]: the second half of a launch of LTI 1.1.2.

pub mod content_item;
mod launch;
pub mod outcomes;
#[cfg(feature = "axum")]
mod page;
mod parameters;
mod platform;
#[cfg(feature = "axum")]
mod router;
mod signed;
mod stamps;
mod substitute;
mod tool;
mod tools;

pub use launch::{LaunchForm, Lti11LaunchError};
pub use platform::{Lti11Platform, OUTCOMES_PATH, RELAUNCH_PATH};
#[cfg(feature = "axum")]
pub use router::{Lti11Observer, Lti11Server, OutcomeExchange};
pub use signed::SignatureRefused;
pub use stamps::{Nonces, RandomNonces, Stamps};
pub use tool::{DEPLOYMENT, Lti11Tool, Lti11ToolError};
pub use tools::{Lti11Tools, MemoryLti11Tools};
