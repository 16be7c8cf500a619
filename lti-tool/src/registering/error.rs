//! Why no registration was made.

use lti_core::registration::dynamic::{NoClientId, OPENID_CONFIGURATION, RegistrationError};
use oauth2_issuer::metadata::MetadataError;
use oauth2_issuer::relying::FetchError;

use super::sink::SinkError;

/// Why no registration was made. Each line says what to mend, and none holds the token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisteringError {
    /// Somebody opened the address without a platform.
    #[error(
        "the parameter {OPENID_CONFIGURATION} is missing: expected the address of the platform's configuration; enter \
         this page's address in the platform, which opens it with one"
    )]
    ConfigurationMissing,
    /// The parameter is there twice.
    #[error("the parameter {0} is there twice")]
    Repeated(&'static str),
    /// The parameter is no address.
    #[error("{OPENID_CONFIGURATION}: expected an absolute address, saw one that is none")]
    ConfigurationAddress,
    /// The configuration cannot be fetched.
    #[error("the platform's configuration cannot be read: {0}")]
    Configuration(FetchError),
    /// The configuration cannot be used.
    #[error("{0}")]
    Metadata(#[from] MetadataError),
    /// The configuration speaks for somebody else.
    #[error(
        "the configuration names the issuer {issuer:?}, but was served by {served_by}: expected both at one origin, so \
         that nobody registers under another platform's name"
    )]
    IssuerForeign {
        /// The issuer that the configuration names.
        issuer: String,
        /// Where the configuration came from.
        served_by: String,
    },
    /// The platform has no place to register at.
    #[error("the platform's configuration has no registration_endpoint: it does not take registrations this way")]
    EndpointMissing,
    /// The registration endpoint does not answer.
    #[error("the platform's registration endpoint does not answer: {0}")]
    Endpoint(FetchError),
    /// The platform refuses.
    #[error("the platform refuses the registration ({status}){}", said(.error.as_ref(), .text))]
    Refused {
        /// The status of its answer.
        status: u16,
        /// What it says, where it says it as RFC 7591, 3.2.2 does.
        error: Option<RegistrationError>,
        /// What it says otherwise: one line, and not a long one.
        text: String,
    },
    /// The platform agrees, but says nothing that could be kept.
    #[error("{0}")]
    Answer(#[from] NoClientId),
    /// The application does not keep it.
    #[error("{0}")]
    Sink(#[from] SinkError),
}

fn said(error: Option<&RegistrationError>, text: &str) -> String {
    match error {
        Some(error) => format!(": {error}"),
        None if text.is_empty() => String::new(),
        None => format!(": {text}"),
    }
}
