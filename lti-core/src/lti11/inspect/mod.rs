//! The judge of LTI 1.x: which rules a message breaks, and the way from a request to a [`Launch11`].
//!
//! 1. [`Request::read`] collects what is signed; its consumer key says whose secret to look up.
//! 2. [`verify`] stops at the first rule that refuses the message, at a bad signature before it looks at anything else.
//!    [`inspect`] is for reports and lists everything. What comes out of either is [`Clean`].
//! 3. [`Clean`] becomes a [`Launch11`] only with the proof that its nonce was claimed once ([`crate::once`]), so that a
//!    forgery cannot use up a genuine nonce.
//!
//! A platform judges what a tool returns in the same way ([`Takes::ContentItemSelections`]), and the requests to its
//! services with [`verify_service`].

mod clean;
mod finding;
mod judge;
mod launch;
mod policy;
mod request;
mod signature;
mod violation;

pub use clean::{Clean, CleanService, Launch11};
pub use finding::Lti11Finding;
pub use judge::{Context, Inspection, Takes, inspect, inspect_service, verify, verify_service};
pub use policy::Policy;
pub use request::{Received, Request};
pub use violation::Lti11Violation;
