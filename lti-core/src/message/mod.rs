//! The claims of a launch (LTI Core 1.3, 5): read leniently, written strictly.
//!
//! A message is read by [`crate::inspect`], which also judges it; there is no way to read one without being told what
//! is wrong with it. A platform makes one with [`LtiResourceLinkRequest::new`] and signs it with
//! [`sign_compact`](crate::jose::sign_compact).

mod audience;
pub mod claims;
mod context;
mod custom;
pub mod deep_linking;
mod migration;
mod other;
pub(crate) mod parameters;
mod person;
mod platform;
mod presentation;
pub(crate) mod raw;
pub(crate) mod resource_link;
mod shape;

pub use crate::lti11::oauth1::Lti11Secret;
pub use audience::Audience;
pub use context::Context;
pub use custom::Custom;
pub use migration::{Lti1p1, Unproven};
pub use other::OtherClaims;
pub use person::Person;
pub use platform::{Lis, ToolPlatform};
pub use presentation::{DocumentTarget, LaunchPresentation};
pub use resource_link::{LtiResourceLinkRequest, ResourceLink};

pub(crate) use shape::{OneOrMany, Shape, Slot, Texts};
