//! Content-Item Message 1.0: a user chooses content in the tool, and the tool hands it back.
//!
//! It is what deep linking was called before: the answer is tied to the session by the same sealed `data`, and kept by the
//! same [`ContentStore`](crate::deep_linking::ContentStore), as items of deep linking.

mod items;
mod receive;
mod request;

pub use receive::{ItemsRefusal, ItemsRefused, ItemsTaken};
pub use request::CONTENT_ITEMS_PATH;
