//! The judge of what a tool returns: `LtiDeepLinkingResponse` (LTI Deep Linking 2.0, 4.5; Security Framework 1.0, 5.2).
//!
//! [`verify`] is what a platform calls: it stops at the first rule that refuses the response, and looks at no claim before
//! the signature holds. [`inspect`] is for reports and lists everything. What comes out of either is [`CleanResponse`];
//! it becomes [`Returned`] only with the proof that its nonce was claimed once.
//!
//! An item that cannot be used does not lose the others: it is kept aside in [`Returned::unusable`].

mod clean;
mod finding;
mod item;
mod judge;
mod part;
mod violation;

pub use clean::{CleanResponse, Returned};
pub use finding::ResponseFinding;
pub use item::{UnusableItem, read_items};
pub use judge::{ResponseContext, ResponseInspection, claimed_client, inspect, verify};
pub use violation::ResponseViolation;
