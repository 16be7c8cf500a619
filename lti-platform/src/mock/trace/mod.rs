//! The trace: what went between platform, browser and tool during the last launches, decoded and kept in memory.
//!
//! Nothing in a trace lets its reader in: signatures of tokens are cut off when a message is recorded, not when it is
//! shown, so neither the page nor the JSON nor a core dump of the trace holds a token that works.

mod message;
mod service;
mod store;

pub(super) use message::moment;
pub use message::{DecodedToken, Entry, Kind, LaunchTrace, Message, REDACTED, Rule, Stage, redact_token};
pub use service::ServiceCall;
pub use store::{KEPT, MESSAGES_KEPT, SERVICE_CALLS_KEPT, Trace};
