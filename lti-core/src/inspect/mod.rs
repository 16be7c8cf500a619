//! The judge: which rules a launch breaks, and the way from a token to a [`Launch`].
//!
//! * [`verify`] is what a product calls. It stops at a bad signature before it looks at a claim.
//! * [`inspect`] is for reports. It goes on after a bad signature and lists everything.
//!
//! A tool that takes requests for content beside launches calls [`verify_message`] and [`inspect_message`] instead. A
//! platform judges what such a tool returns with [`response`].
//!
//! Both run the same rules, in the same order. What comes out of either is [`Clean`]: a message that breaks no rule that
//! refuses. It becomes a [`Launch`] only with the proof that its nonce was claimed once ([`crate::once`]), so that
//! nobody can mistake the one for the other, and a forgery cannot use up a genuine nonce.

mod claims;
mod clean;
mod deep_linking;
mod finding;
mod judge;
mod launch;
mod migration;
mod policy;
mod read;
pub mod response;
mod token;
mod violation;
mod words;

pub(crate) use clean::once_digest;
pub use clean::{Clean, CleanDeepLinking, CleanMessage, DeepLinkingLaunch, Launch, NotClaimed};
pub use finding::Finding;
pub use judge::{Inspection, inspect, inspect_message, verify, verify_message};
pub use migration::{Lti11Identity, Migration};
pub use policy::{Deployments, LaunchContext, Policy};
pub use violation::Violation;
pub(crate) use words::cut;
