//! What a platform knows about the tools registered with it (LTI Core 1.3, 3.1 and Security Framework 1.0, 5.1.1).
//!
//! One platform (one issuer) holds many registrations, each under its own `client_id`, and each registration may be
//! deployed many times. Redirect URIs are kept as the strings that were registered, because an authentication request
//! must repeat one of them character by character (OpenID Connect Core 1.0, 3.1.2.1).

pub mod dynamic;
mod store;
mod tool;

pub use dynamic::{DynamicRegistration, Registrar, RegistrationRefusal};
pub use store::{MemoryRegistrations, Registrations};
pub use tool::{DEPLOYMENT_ID_MAX, Lti11Credentials, RegistrationError, ToolRegistration};
