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
//! The platform is told three addresses: login `/lti/login`, redirect URI `/lti/launch`, key set `/lti/jwks`.
//!
//! Content that teachers choose in the tool is [`deep_linking`]: a second handler beside the one for launches.
//!
//! # Grades and the roster
//!
//! A registration with a `token_url` and a builder with a `key_ring` open the platform's services. Ten lines give a grade
//! back, as in `examples/grade_passback.rs`; what they do about tokens, pages and busy platforms stands in [`service`].
//!
//! ```
//! use lti_core::service::ags::{Label, LineItem, MaximumPoints, Points};
//! use lti_tool::LtiTool;
//! # use lti_core::inspect::Launch;
//!
//! async fn pass_back(tool: &LtiTool, launch: &Launch, points: f64) -> Result<(), Box<dyn std::error::Error>> {
//!     let user = launch.user().ok_or("nobody to grade: the launch is anonymous")?.clone();
//!     let grades = tool.services(launch).await?.grades()?;
//!     let mut column = LineItem::new(Label::new("Quiz")?, MaximumPoints::new(10.0)?);
//!     column.resource_link_id = Some(launch.resource_link().id.clone());
//!     let column = grades.column(&column).await?;
//!     let score = grades.graded(&column, user, Points::new(points, 10.0)?);
//!     Ok(grades.post(&column, &score).await?)
//! }
//! ```
//!
//! For a grade that comes later, keep the [`ServiceAccess`] of the launch.
//!
//! # Browsers without cookies
//!
//! A tool in a platform's frame is a third party there, and browsers keep less and less for third parties. An application
//! has nothing to do for it; the handler gets the same [`Launch`], however the login was bound to the browser:
//!
//! 1. **The cookie** `SameSite=None; Secure; Partitioned` is the first choice. Partitioned cookies live in the frame also
//!    where third-party cookies are blocked, in the browsers that have them.
//! 2. **The platform's storage**, where the login carries `lti_storage_target`: the login page puts the sealed login into
//!    the platform's window, and a launch that comes without its cookie gets a page that asks the platform for it. Only
//!    the origin of the authorization endpoint is asked and believed, and only this tool's own page may hand the answer
//!    over, so that somebody else's launch in this browser stays refused as it is with the cookie.
//! 3. **A window of its own.** Where the browser keeps nothing in a frame, the login page says so and has a button that
//!    begins the same login in a new window.
//!
//! What the user sees is the activity; with a slow connection for a moment one line, "One moment, you are being signed
//! in". What remains for the application is its own session: a cookie with the same attributes, and where that is lost
//! too, an address that carries the session.
//!
//! An application that calls [`LtiTool::login`] and [`LtiTool::launch`] without the router shows
//! [`LoginRedirect::page`] where there is one, and the [`Page`] of each [`LaunchError`], and sets no
//! `Referrer-Policy: no-referrer` on them.

mod builder;
mod cookie_jar;
pub mod deep_linking;
mod error;
mod form;
mod launch;
mod login;
pub mod lti11;
mod migration;
mod page;
mod random;
mod registering;
mod registration;
#[cfg(feature = "axum")]
mod router;
mod seal;
pub mod service;
mod storage;
mod storage_page;
mod tool;

pub use builder::{BuildError, LtiToolBuilder};
pub use deep_linking::{Choice, ChoiceError, DeepLinking, RespondError};
pub use error::{LaunchError, LoginError};
pub use form::form_fields;
pub use launch::{Launched, Received, Requested};
pub use login::LoginRedirect;
pub use migration::{Lti11Secrets, MemoryLti11Secrets};
pub use oauth2_issuer::relying::{FetchPolicy, TokenAudience};
pub use page::Page;
pub use random::{Random, RandomError, SystemRandom};
pub use registering::{Registered, Registering, RegisteringError, RegistrationSink, SinkError};
pub use registration::{KnownDeployments, MemoryRegistrations, Registration, Registrations};
#[cfg(feature = "axum")]
pub use router::Launch;
pub use seal::CookieKey;
pub use service::{ServiceAccess, ServiceError, Services};
pub use storage::StorageQuestion;
pub use tool::LtiTool;
