//! The registry: kinds of issuers, the store, and discovery over the network.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::discovery::{self, ClientDescription, DiscoveryError};
use super::openid::{AuthorizationServer, OpenIdConfiguration};
use super::record::{Credentials, EndpointError, Endpoints, IssuerId, RegisteredIssuer};
use super::service::{Manual, Service};
use super::store::IssuerStore;
use super::{BadgeConnect, Facebook, Google, Microsoft};
use crate::Unavailable;
use crate::relying::fetch::shown;
use crate::relying::{Network, Submission};

/// Why the registry did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// No kind of issuer has this id.
    #[error("no kind of issuer is called {0:?}")]
    UnknownService(String),
    /// No issuer has this id.
    #[error("there is no issuer {0}")]
    UnknownIssuer(IssuerId),
    /// There is neither a base URL nor a template with endpoints.
    #[error("the issuer has no base URL to discover it from")]
    NoBaseUrl,
    /// The issuer was not discovered.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// An endpoint cannot be used.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The store does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// The issuers that an administrator trusts. Everything goes through the network that it is given: a
/// [`GuardedFetcher`](crate::relying::GuardedFetcher).
pub struct IssuerRegistry {
    store: Arc<dyn IssuerStore>,
    network: Arc<dyn Network>,
    services: Vec<Arc<dyn Service>>,
    client: Option<ClientDescription>,
}

impl IssuerRegistry {
    /// A registry that knows the kinds `openid`, `oauth2`, `imsobv2p1`, `google`, `microsoft`, `facebook` and `manual`.
    pub fn new(store: Arc<dyn IssuerStore>, network: Arc<dyn Network>) -> Self {
        let services: Vec<Arc<dyn Service>> = vec![
            Arc::new(OpenIdConfiguration),
            Arc::new(AuthorizationServer),
            Arc::new(BadgeConnect),
            Arc::new(Google),
            Arc::new(Microsoft),
            Arc::new(Facebook),
            Arc::new(Manual),
        ];
        Self { store, network, services, client: None }
    }

    /// Adds a kind of issuer; one with the same id is replaced.
    #[must_use]
    pub fn with_service(mut self, service: Arc<dyn Service>) -> Self {
        self.services.retain(|known| known.id() != service.id());
        self.services.push(service);
        self
    }

    /// Says how this application describes itself where it registers; without it, it registers nowhere.
    #[must_use]
    pub fn with_client(mut self, client: ClientDescription) -> Self {
        self.client = Some(client);
        self
    }

    /// The kinds of issuers.
    pub fn services(&self) -> impl Iterator<Item = &dyn Service> {
        self.services.iter().map(AsRef::as_ref)
    }

    /// The store behind it.
    pub fn store(&self) -> &Arc<dyn IssuerStore> {
        &self.store
    }

    /// Adds an issuer: from the template of its kind, discovered from the base URL where the kind is discovered. Where no
    /// credentials are given and the issuer takes registrations, this application registers.
    ///
    /// # Errors
    /// [`RegistryError`]; nothing is stored then.
    pub async fn add(
        &self,
        service: &str,
        base_url: Option<&str>,
        credentials: Option<Credentials>,
    ) -> Result<IssuerId, RegistryError> {
        let service = self.service(service)?;
        let mut record = service.template();
        if let Some(base_url) = base_url {
            record.base_url = Some(base_url.trim().to_owned());
        }
        if let Some(credentials) = credentials {
            record.client_id = Some(credentials.client_id);
            record.client_secret = credentials.client_secret;
        }
        self.fill(service, &mut record).await?;
        Ok(self.store.add(&record).await?)
    }

    /// Discovers an issuer again. What it gave up goes, what the administrator entered beside (credentials, scopes,
    /// parameters) stays.
    ///
    /// # Errors
    /// [`RegistryError`]; the record stays as it was then.
    pub async fn discover(&self, id: IssuerId) -> Result<RegisteredIssuer, RegistryError> {
        let mut record = self.get(id).await?;
        let (name, scopes) = (record.name.clone(), (record.login_scopes.clone(), record.offline_scopes.clone()));
        self.fill(self.service(&record.service)?, &mut record).await?;
        record.name = name;
        (record.login_scopes, record.offline_scopes) = scopes;
        self.store.update(&record).await?;
        Ok(record)
    }

    /// One issuer.
    ///
    /// # Errors
    /// [`RegistryError::UnknownIssuer`], [`RegistryError::Unavailable`].
    pub async fn get(&self, id: IssuerId) -> Result<RegisteredIssuer, RegistryError> {
        self.store.get(id).await?.ok_or(RegistryError::UnknownIssuer(id))
    }

    /// All issuers in their order.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn list(&self) -> Result<Vec<RegisteredIssuer>, Unavailable> {
        self.store.list().await
    }

    /// The issuers that stand on the login page: enabled, shown there, and whole.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn for_login(&self) -> Result<Vec<RegisteredIssuer>, Unavailable> {
        let mut issuers = self.store.list().await?;
        issuers.retain(|record| record.enabled && record.shown.for_login() && record.is_usable().is_ok());
        Ok(issuers)
    }

    /// Sets an endpoint by hand.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn set_endpoint(&self, id: IssuerId, name: &str, address: &str) -> Result<(), RegistryError> {
        let mut record = self.get(id).await?;
        record.endpoints.set(name, address)?;
        self.store.update(&record).await?;
        Ok(())
    }

    fn service(&self, id: &str) -> Result<&dyn Service, RegistryError> {
        let found = self.services.iter().find(|service| service.id() == id);
        found.map(AsRef::as_ref).ok_or_else(|| RegistryError::UnknownService(id.to_owned()))
    }

    async fn fill(&self, service: &dyn Service, record: &mut RegisteredIssuer) -> Result<(), RegistryError> {
        let Some(discovery) = service.discovery() else { return Ok(()) };
        let base_url = record.base_url.clone().ok_or(RegistryError::NoBaseUrl)?;
        let address = discovery.address(&base_url)?;
        let fetched = self.network.get(&address).await.map_err(DiscoveryError::from)?;
        let document = fetched.document(&address).map_err(DiscoveryError::from)?;
        let mut discovered = discovery.read(&base_url, &document)?;
        discovered.endpoints.set(Endpoints::DISCOVERY, address.as_str())?;
        let is_new = record.client_id.is_none() && record.client_secret.is_none();
        let client = self.client.as_ref().filter(|_| is_new);
        if let Some(request) = client.and_then(|client| discovery.registration(&discovered, client)) {
            let credentials = self.register(&request).await?;
            record.client_id = Some(credentials.client_id);
            record.client_secret = credentials.client_secret;
        }
        if record.id == IssuerId::new(0) {
            record.mapping = discovery.mapping();
        }
        discovered.apply(record);
        Ok(())
    }

    async fn register(&self, request: &discovery::RegistrationRequest) -> Result<Credentials, DiscoveryError> {
        let url = shown(&request.url);
        let answer = self.network.post(&request.url, &Submission::new(request.document.clone())).await?;
        if answer.status.is_success() {
            return discovery::credentials(url, &answer.body);
        }
        let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let code = body.as_ref().and_then(|body| body.get("error")?.as_str());
        let code = code.map(|code| code.chars().filter(char::is_ascii_graphic).take(60).collect());
        Err(DiscoveryError::Registration { url, status: answer.status.as_u16(), error: code })
    }
}

impl fmt::Debug for IssuerRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let services: Vec<_> = self.services().map(Service::id).collect();
        f.debug_struct("IssuerRegistry").field("services", &services).finish_non_exhaustive()
    }
}
