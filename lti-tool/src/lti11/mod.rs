//! Launches of LTI 1.0, 1.1 and 1.1.2 beside those of LTI 1.3, so that a tool can move without two code paths.
//!
//! A platform of LTI 1.x is a [`Consumer`]: a key and a shared secret. With
//! [`router_with_lti11`](crate::LtiTool::router_with_lti11) one address takes both versions, and the handler gets one
//! [`AnyLaunch`], whichever it was:
//!
//! ```no_run
//! # #[cfg(feature = "axum")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use lti_tool::LtiTool;
//! use lti_tool::lti11::AnyLaunch;
//!
//! async fn launched(launch: AnyLaunch) -> String {
//!     let name = launch.display_name().unwrap_or_else(|| "whoever you are".to_owned());
//!     format!("Welcome, {name}. You came by LTI {}.", launch.version())
//! }
//!
//! let tool = LtiTool::builder("https://tool.example".parse()?).consumer("consumer-key", "shared secret").build()?;
//! let app: axum::Router = tool.router_with_lti11(launched);
//! # Ok(())
//! # }
//! ```
//!
//! **The address counts.** The signature covers the address that the browser used. A tool behind a proxy sees another one,
//! so what is verified is the public address that the tool was built with, and no header is believed about it.
//!
//! **The user** of LTI 1.x is the consumer key together with `user_id`: see [`AnyLaunch::account`]. A platform that moves
//! to LTI 1.3 sends the migration claim, and [`AnyLaunch::former_account`] is the same account again.
//!
//! **A signature that does not hold** is the commonest trouble of LTI 1.x. The refusal says to its user only that; the
//! [`Lti11Error`] and the log say what explains it, where one of the usual causes does, such as a proxy that changes the
//! scheme.
//!
//! `examples/one_tool_two_versions.rs` is a whole tool. [`Outcomes`] gives a grade back by Basic Outcomes; [`LtiTool::pass_back`](crate::LtiTool::pass_back) does it for either
//! version.

pub(crate) mod cause;
mod consumer;
mod content;
mod error;
mod outcomes;
mod pass_back;
mod receive;
mod relaunch;
#[cfg(feature = "axum")]
mod router;
mod view;

pub(crate) use consumer::SecretsOfConsumers;
pub use consumer::{Consumer, Consumers, MemoryConsumers};
pub use content::{ContentItemError, ContentItemRequest};
pub use error::Lti11Error;
pub use outcomes::{OutcomeError, Outcomes};
pub use pass_back::PassBackError;
pub use receive::{Lti11Launch, Lti11Received, Posted};
#[cfg(feature = "axum")]
pub use router::AnyContentRequest;
pub use view::{Account, AnyLaunch, Version};
