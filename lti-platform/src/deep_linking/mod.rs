//! Deep Linking 2.0 from the platform's side: a user chooses content in the tool, and the tool hands it back.
//!
//! The way out is a launch like any other ([`LaunchRequest::deep_linking`](crate::launch::LaunchRequest::deep_linking));
//! [`LaunchSource::fill_deep_linking`](crate::launch::LaunchSource::fill_deep_linking) says what the platform accepts, and
//! the platform adds the return address and a sealed value [`data`]. The way back is a form that the tool lets the user's
//! browser post to [`RETURN_PATH`]: [`ContentReturn`] judges it, and a [`ContentStore`] keeps what was chosen.
//! [`PlatformServer::taking_content`](crate::router::PlatformServer::taking_content) puts it behind HTTP.

pub mod data;
#[cfg(feature = "axum")]
mod page;
mod receive;
mod sanitise;
mod store;

pub use crate::launch::RETURN_PATH;
#[cfg(feature = "axum")]
pub(crate) use page::{RESPONSE_MAX, ReturnServer, Watch, escaped, onward, problem as not_added, router};
pub use receive::{Chosen, ContentReturn, Kept, Refusal, ReturnRefused, Taken};
pub use sanitise::{clean_html, is_web_address};
pub use store::ContentStore;
