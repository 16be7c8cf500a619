//! Deep Linking 2.0 from the platform's side: a user chooses content in the tool, and the tool hands it back.
//!
//! The way out is a launch like any other ([`LaunchRequest::deep_linking`](crate::launch::LaunchRequest::deep_linking));
//! it brings the tool what the platform accepts and a sealed value [`data`]. The way back is a form that the tool lets
//! the user's browser post.

pub mod data;
mod sanitise;

pub use sanitise::{clean_html, is_web_address};
