//! The tool's side of LTI 1.3: login, launch, and an axum router with a [`Launch`] extractor.
//!
//! **Security.** Everything that arrives through the browser is written by somebody else until [`LtiTool::launch`] has
//! accepted it: signature, issuer, audience, times, the nonce and the state of this very browser, and that neither was
//! used before. There is no switch that turns a check off; what the specifications leave to the tool is its
//! [`Policy`](lti_core::inspect::Policy). Keep the [`CookieKey`] secret, and keep it over restarts.
//!
//! ```no_run
//! # #[cfg(feature = "axum")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use lti_tool::{Launch, LtiTool, Registration};
//!
//! async fn launched(launch: Launch) -> String {
//!     format!("Welcome, {}", launch.person().name.as_deref().unwrap_or("whoever you are"))
//! }
//!
//! let tool = LtiTool::builder("https://tool.example".parse()?)
//!     .registration(Registration::new(
//!         "https://lms.example",
//!         "client-1",
//!         "https://lms.example/auth".parse()?,
//!         "https://lms.example/jwks".parse()?,
//!     ))
//!     .build()?;
//! let app: axum::Router = tool.router(launched);
//! # Ok(())
//! # }
//! ```
//!
//! The platform is told three addresses: login `/lti/login`, redirect URI `/lti/launch`, key set `/lti/jwks`. A platform
//! that embeds the tool in a frame needs cookies there: the login cookie is `SameSite=None; Secure; Partitioned`.

mod builder;
mod cookie_jar;
mod error;
mod form;
mod launch;
mod login;
mod page;
mod random;
mod registration;
#[cfg(feature = "axum")]
mod router;
mod seal;
mod tool;

pub use builder::{BuildError, LtiToolBuilder};
pub use error::{LaunchError, LoginError};
pub use form::form_fields;
pub use launch::Launched;
pub use login::LoginRedirect;
pub use oauth2_issuer::relying::FetchPolicy;
pub use page::Page;
pub use random::{Random, RandomError, SystemRandom};
pub use registration::{KnownDeployments, MemoryRegistrations, Registration, Registrations};
#[cfg(feature = "axum")]
pub use router::Launch;
pub use seal::CookieKey;
pub use tool::LtiTool;
