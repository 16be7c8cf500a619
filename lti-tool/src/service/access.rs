//! What a launch says about its services, and the way from there to them.

use std::sync::Arc;

use lti_core::id::{ClientId, DeploymentId, Issuer, ResourceLinkId};
use lti_core::inspect;
use lti_core::jose::Algorithm;
use lti_core::service::ags::AgsEndpoint;
use lti_core::service::nrps::NamesRoleService;
use oauth2_issuer::relying::TokenRequester;
use serde::{Deserialize, Serialize};
use url::{Origin, Url};

use super::error::ServiceError;
use super::grades::Grades;
use super::roster::Roster;
use crate::registration::Registration;
use crate::tool::LtiTool;

/// What a launch says about its services. It can be kept, with the session or in a database, for calls that come long
/// after the launch; addresses may change, so take the ones of the latest launch (LTI AGS 2.0, 3.1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServiceAccess {
    /// The platform.
    pub issuer: Issuer,
    /// The tool's name there.
    pub client_id: ClientId,
    /// The deployment.
    pub deployment_id: DeploymentId,
    /// The link that was launched, if one was.
    pub resource_link_id: Option<ResourceLinkId>,
    /// Where grades are.
    pub ags: Option<AgsEndpoint>,
    /// Where the roster is.
    pub nrps: Option<NamesRoleService>,
}

impl From<&inspect::Launch> for ServiceAccess {
    fn from(launch: &inspect::Launch) -> Self {
        Self {
            issuer: launch.issuer().clone(),
            client_id: launch.client_id().clone(),
            deployment_id: launch.deployment_id().clone(),
            resource_link_id: Some(launch.resource_link().id.clone()),
            ags: launch.ags().cloned(),
            nrps: launch.nrps().cloned(),
        }
    }
}

#[cfg(feature = "axum")]
impl From<&crate::Launch> for ServiceAccess {
    fn from(launch: &crate::Launch) -> Self {
        Self::from(&launch.0)
    }
}

impl From<&Self> for ServiceAccess {
    fn from(access: &Self) -> Self {
        access.clone()
    }
}

impl LtiTool {
    /// The services that a launch offers: `tool.services(&launch).await?`.
    ///
    /// # Errors
    /// [`ServiceError`] when the registration is gone or names no token endpoint, or the tool has no signing key.
    pub async fn services(&self, access: impl Into<ServiceAccess>) -> Result<Services, ServiceError> {
        let access = access.into();
        let found = self.0.registrations.at_issuer(&access.issuer).await.map_err(ServiceError::Registrations)?;
        let registration = found.into_iter().find(|found| found.client_id == access.client_id);
        let (issuer, client_id) = (access.issuer.clone(), access.client_id.clone());
        let Some(registration) = registration else {
            return Err(ServiceError::RegistrationGone { issuer, client_id });
        };
        let token_url = registration.token_url.clone().ok_or(ServiceError::NoTokenUrl { issuer, client_id })?;
        let keys = self.0.keys.as_ref().ok_or(ServiceError::NoKey)?;
        // RS256 is what every platform understands (Security Framework 1.0, 6.1).
        let first = || keys.algorithms().first().and_then(|algorithm| keys.signing_key(*algorithm));
        let key = keys.signing_key(Algorithm::Rs256).or_else(first).ok_or(ServiceError::NoKey)?;
        let mut requester =
            TokenRequester::new(token_url, registration.issuer.clone(), registration.client_id.clone(), key);
        requester.audience = registration.token_audience.clone();
        requester.deployment_id = Some(access.deployment_id.clone());
        let origins = origins(&registration, &access);
        Ok(Services(Arc::new(Inner { tool: self.clone(), requester, access, origins })))
    }
}

/// The origins that tokens of this registration may go to: those of the registration, and those that the platform named
/// in a message that it signed.
fn origins(registration: &Registration, access: &ServiceAccess) -> Vec<Origin> {
    let claims = access.ags.iter().flat_map(|ags| [&ags.lineitems, &ags.lineitem]).flatten();
    let claims = claims.chain(access.nrps.iter().map(|nrps| &nrps.context_memberships_url));
    let named = claims.filter_map(|address| Url::parse(address).ok());
    let registered =
        [&registration.authorization_url, &registration.jwks_url].into_iter().chain(&registration.token_url);
    named.map(|url| url.origin()).chain(registered.map(Url::origin)).collect()
}

/// The services of one launch. Cloning is cheap.
#[derive(Clone)]
pub struct Services(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) tool: LtiTool,
    pub(super) requester: TokenRequester,
    pub(super) access: ServiceAccess,
    pub(super) origins: Vec<Origin>,
}

impl Services {
    /// What the launch said, to be kept.
    pub fn access(&self) -> &ServiceAccess {
        &self.0.access
    }

    /// Line items, scores and results (LTI AGS 2.0).
    ///
    /// # Errors
    /// [`ServiceError::NotOffered`] when the launch has no claim for them.
    pub fn grades(&self) -> Result<Grades, ServiceError> {
        let claim = self.0.access.ags.clone();
        let claim = claim.ok_or(ServiceError::NotOffered { what: "grades (no claim lti-ags/claim/endpoint)" })?;
        Ok(Grades::new(self.clone(), claim))
    }

    /// The members of the course (LTI NRPS 2.0).
    ///
    /// # Errors
    /// [`ServiceError::NotOffered`] when the launch has no claim for them.
    pub fn roster(&self) -> Result<Roster, ServiceError> {
        let claim = self.0.access.nrps.clone();
        let claim =
            claim.ok_or(ServiceError::NotOffered { what: "a roster (no claim lti-nrps/claim/namesroleservice)" })?;
        Ok(Roster::new(self.clone(), claim))
    }
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Services").field("access", &self.0.access).finish_non_exhaustive()
    }
}
