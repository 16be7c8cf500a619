//! Content-Item Message 1.0: a teacher chooses content in the tool, and the tool returns it to the platform. It was later
//! called Deep Linking 1.0.
//!
//! The request comes as a launch does, signed by the platform with the same key; the answer is a form that the tool signs.

mod item;
mod request;
mod selection;
mod wire;

pub use item::{ContentItem, ImageReference, ItemError, ItemType, LineItem, PlacementAdvice, read_items, write_items};
pub use request::{ContentItemSelectionRequest, RequestError};
pub use selection::{ContentItemSelection, SelectionError};

/// The media type of a link that is launched by LTI 1.x.
pub const LTI_LINK: &str = "application/vnd.ims.lti.v1.ltilink";
/// `@context` of the items.
pub const CONTEXT: &str = "http://purl.imsglobal.org/ctx/lti/v1/ContentItem";
