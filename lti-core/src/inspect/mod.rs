//! The judge: which rules a launch breaks, and the way from a token to a [`Launch`].
//!
//! * [`verify`] is what a product calls. It stops at a bad signature before it looks at a claim.
//! * [`inspect`] is for reports. It goes on after a bad signature and lists everything.
//!
//! Both run the same rules, in the same order. What comes out of either is [`Clean`]: a message that breaks no rule that
//! refuses. It becomes a [`Launch`] only with the proof that its nonce was claimed once ([`crate::once`]), so that
//! nobody can mistake the one for the other, and a forgery cannot use up a genuine nonce.

mod claims;
mod clean;
mod finding;
mod judge;
mod launch;
mod migration;
mod policy;
mod token;
mod violation;
mod words;

pub use clean::{Clean, Launch, NotClaimed};
pub use finding::Finding;
pub use judge::{Inspection, inspect, verify};
pub use migration::{Lti11Identity, Migration};
pub use policy::{Deployments, LaunchContext, Policy};
pub use violation::Violation;
