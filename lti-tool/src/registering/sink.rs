//! Who takes a new registration.

use lti_core::id::DeploymentId;
use lti_core::registration::dynamic::RegistrationResponse;
use oauth2_issuer::metadata::ProviderMetadata;
use oauth2_issuer::{BoxFuture, Unavailable};

use crate::registration::{MemoryRegistrations, Registration};

/// A registration that a platform has just made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Registered {
    /// What launches need, open to every deployment.
    pub registration: Registration,
    /// The deployment that the platform made at once; many make it later.
    pub deployment_id: Option<DeploymentId>,
    /// The platform's answer in full.
    pub response: RegistrationResponse,
    /// The platform's configuration in full.
    pub platform: ProviderMetadata,
}

/// Takes new registrations.
///
/// An application that lets somebody look first keeps them apart from those that launches are judged by, until then.
pub trait RegistrationSink: Send + Sync {
    /// Keeps this registration. One with the same issuer and client id must not be replaced.
    ///
    /// # Errors
    /// [`SinkError`] when it is not kept.
    fn accept<'a>(&'a self, registered: &'a Registered) -> BoxFuture<'a, Result<(), SinkError>>;
}

/// Why a registration was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    /// There is one with this issuer and client id.
    #[error("there is a registration with this issuer and client_id already, and it is not replaced")]
    Known,
    /// The application does not want this platform, for this reason, which the page shows.
    #[error("{0}")]
    Unwanted(String),
    /// The store does not answer.
    #[error("the registrations are {0}")]
    Unavailable(#[from] Unavailable),
}

impl RegistrationSink for MemoryRegistrations {
    fn accept<'a>(&'a self, registered: &'a Registered) -> BoxFuture<'a, Result<(), SinkError>> {
        let added = if self.add(registered.registration.clone()) { Ok(()) } else { Err(SinkError::Known) };
        Box::pin(async move { added })
    }
}
