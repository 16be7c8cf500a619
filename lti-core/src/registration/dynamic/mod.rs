//! LTI Dynamic Registration 1.0: what a tool asks for, what a platform answers, and why it refuses.
//!
//! The platform's half, its configuration document, is the discovery document of an issuer and lives where that does.
//! The names are those of RFC 7591, with what LTI adds below one member. All of it is read leniently (a string where an
//! object is due, a list where a text is due, members nobody knows) and written strictly; whether a request can be taken
//! is a question of its own: [`RegistrationRequest::check`].

mod error;
mod issuer;
mod lenient;
mod request;
mod response;
mod tool;

pub use error::{MetadataFault, RegistrationError, RegistrationErrorCode};
pub use issuer::{IssuerMatch, issuer_match};
pub use request::{LocalHttp, RegistrationRequest};
pub use response::{NoClientId, RegistrationResponse};
pub use tool::{TOOL_CONFIGURATION, ToolConfiguration, ToolMessage};

/// The name of the query parameter that brings the address of the platform's configuration.
pub const OPENID_CONFIGURATION: &str = "openid_configuration";
/// The name of the query parameter that brings the registration token, where the platform uses one.
pub const REGISTRATION_TOKEN: &str = "registration_token";
/// The subject of the message that a tool's page posts when it is done, so that the platform closes it.
pub const CLOSE_SUBJECT: &str = "org.imsglobal.lti.close";
/// How a client proves itself at the token endpoint in LTI: by a signed assertion.
pub const PRIVATE_KEY_JWT: &str = "private_key_jwt";
