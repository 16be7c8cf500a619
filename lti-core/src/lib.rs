//! LTI: wire types, vocabularies, JOSE, and the rules that judge a message. No I/O.
//!
//! The crate is the ground floor of the workspace. It reads and writes what travels between a platform and a tool, and
//! it says which rule of which specification a message breaks. Time, keys and randomness are parameters, so nothing in
//! here sleeps, opens a socket or reads a clock.
//!
//! * [`login`]: the three messages of the OpenID Connect launch flow.
//! * [`message`]: the claims of a launch, read leniently and written strictly.
//! * [`inspect`]: the judge. [`inspect::verify`] is what a product calls; [`inspect::inspect`] is for reports.
//! * [`jose`]: keys, key sets and compact signatures.
//! * [`vocab`]: roles and context types.
//! * [`custom`]: the variables of custom parameters, and what becomes of them.
//! * [`lti11`]: launches of LTI 1.0 and 1.1, signed by OAuth 1.0a, with their services.
//! * [`once`]: the proof that a nonce was claimed once, without which there is no [`inspect::Launch`].
//! * [`registration`]: what a platform and a tool must know of each other, as documents and over the wire.
//! * [`service`]: what the services of LTI Advantage send: token requests, line items, scores, results, rosters.
//! * [`requirement`]: the rules as data, with a permanent identity.

pub mod custom;
pub mod id;
pub mod inspect;
pub mod jose;
pub mod login;
pub mod lti11;
pub mod message;
pub mod once;
pub mod registration;
pub mod requirement;
pub mod service;
pub mod time;
pub mod vocab;

pub use time::Timestamp;
