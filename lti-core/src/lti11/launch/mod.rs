//! The parameters of a launch (LTI 1.1 Implementation Guide, section 3): read leniently, written strictly.
//!
//! [`LaunchParameters`] is what was posted, with a typed view of it. It says nothing about who sent it: only what
//! [`lti11`](super) has verified may be believed. [`LaunchBuilder`] writes what a platform posts, before it is signed.

mod custom;
mod read;
mod target;
mod write;

pub use custom::fold_custom_name;
pub use read::{Context, LaunchParameters, Outcome, Platform, Presentation};
pub use target::DocumentTarget;
pub use write::{LaunchBuilder, WriteError};
