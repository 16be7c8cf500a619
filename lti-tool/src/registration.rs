//! The platforms that the tool knows.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use lti_core::id::{ClientId, DeploymentId, Issuer};
use lti_core::inspect::Deployments;
use lti_core::registration::PlatformRegistration;
use oauth2_issuer::relying::TokenAudience;
use oauth2_issuer::{BoxFuture, Unavailable};
use url::Url;

/// What a platform and this tool agreed on. The key is issuer and client id; one issuer may know the tool under several
/// client ids, and one client id may have several deployments (LTI Core 1.3, section 3.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Registration {
    /// The platform, exactly as it stands in `iss`.
    pub issuer: Issuer,
    /// The tool's name at the platform.
    pub client_id: ClientId,
    /// Which deployments may launch.
    pub deployments: KnownDeployments,
    /// The platform's authorization endpoint.
    pub authorization_url: Url,
    /// The platform's public keys.
    pub jwks_url: Url,
    /// The platform's token endpoint, for services.
    pub token_url: Option<Url>,
    /// Whom the tool's assertions are meant for there.
    pub token_audience: TokenAudience,
}

/// Which deployments of a registration may launch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum KnownDeployments {
    /// Every one: the tool meets a new deployment at its first launch.
    #[default]
    Any,
    /// These, and no other.
    Closed(Vec<DeploymentId>),
}

impl KnownDeployments {
    pub(crate) fn as_rule(&self) -> Deployments<'_> {
        match self {
            Self::Any => Deployments::Any,
            Self::Closed(known) => Deployments::Known(known),
        }
    }
}

impl Registration {
    /// A registration that is open to every deployment.
    pub fn new(
        issuer: impl Into<Issuer>,
        client_id: impl Into<ClientId>,
        authorization_url: Url,
        jwks_url: Url,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            deployments: KnownDeployments::Any,
            authorization_url,
            jwks_url,
            token_url: None,
            token_audience: TokenAudience::TokenUrl,
        }
    }

    /// Lets only these deployments launch.
    #[must_use]
    pub fn only_deployments(mut self, deployments: impl IntoIterator<Item = impl Into<DeploymentId>>) -> Self {
        self.deployments = KnownDeployments::Closed(deployments.into_iter().map(Into::into).collect());
        self
    }

    /// Names the token endpoint, for services.
    #[must_use]
    pub fn token_url(mut self, token_url: Url) -> Self {
        self.token_url = Some(token_url);
        self
    }

    /// Says whom assertions are meant for at the token endpoint, where the platform expects something else than the token
    /// URL (Security Framework 1.0, 4.1.1).
    #[must_use]
    pub fn token_audience(mut self, audience: TokenAudience) -> Self {
        self.token_audience = audience;
        self
    }
}

impl From<&PlatformRegistration> for Registration {
    /// The registration that a table describes; without deployments it is open to every one.
    fn from(table: &PlatformRegistration) -> Self {
        let mut registration = Self::new(
            table.issuer.clone(),
            table.client_id.clone(),
            table.authorization_url.clone(),
            table.jwks_url.clone(),
        );
        if !table.deployment_ids.is_empty() {
            registration.deployments = KnownDeployments::Closed(table.deployment_ids.clone());
        }
        registration.token_url.clone_from(&table.token_url);
        if let Some(audience) = &table.token_audience {
            registration.token_audience = TokenAudience::Named(audience.clone());
        }
        registration
    }
}

/// Looks registrations up.
pub trait Registrations: Send + Sync {
    /// Every registration at exactly this issuer: none when it is unknown, several when it knows the tool under several
    /// client ids.
    ///
    /// # Errors
    /// [`Unavailable`] when the register cannot be read.
    fn at_issuer<'a>(&'a self, issuer: &'a Issuer) -> BoxFuture<'a, Result<Vec<Arc<Registration>>, Unavailable>>;

    /// A known issuer that differs from this unknown one by little, for the error page. It is never used as an issuer.
    fn similar_issuer<'a>(&'a self, issuer: &'a Issuer) -> BoxFuture<'a, Option<Issuer>> {
        let _ = issuer;
        Box::pin(async { None })
    }
}

/// Registrations in memory.
#[derive(Debug, Default)]
pub struct MemoryRegistrations {
    by_issuer: RwLock<HashMap<Issuer, Vec<Arc<Registration>>>>,
}

impl MemoryRegistrations {
    /// Adds a registration, or replaces the one with the same issuer and client id.
    pub fn put(&self, registration: Registration) {
        let mut all = self.by_issuer.write().unwrap_or_else(PoisonError::into_inner);
        let at_issuer = all.entry(registration.issuer.clone()).or_default();
        at_issuer.retain(|other| other.client_id != registration.client_id);
        at_issuer.push(Arc::new(registration));
    }

    /// Adds a registration if there is none with the same issuer and client id, and says whether it did.
    pub fn add(&self, registration: Registration) -> bool {
        let mut all = self.by_issuer.write().unwrap_or_else(PoisonError::into_inner);
        let at_issuer = all.entry(registration.issuer.clone()).or_default();
        let new = at_issuer.iter().all(|other| other.client_id != registration.client_id);
        if new {
            at_issuer.push(Arc::new(registration));
        }
        new
    }

    /// Takes a registration away. Logins that are under way for it end in a refusal.
    pub fn remove(&self, issuer: &Issuer, client_id: &ClientId) {
        let mut all = self.by_issuer.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(at_issuer) = all.get_mut(issuer) {
            at_issuer.retain(|other| other.client_id != *client_id);
        }
        all.retain(|_, at_issuer| !at_issuer.is_empty());
    }
}

impl FromIterator<Registration> for MemoryRegistrations {
    fn from_iter<T: IntoIterator<Item = Registration>>(registrations: T) -> Self {
        let all = Self::default();
        registrations.into_iter().for_each(|registration| all.put(registration));
        all
    }
}

impl Registrations for MemoryRegistrations {
    fn at_issuer<'a>(&'a self, issuer: &'a Issuer) -> BoxFuture<'a, Result<Vec<Arc<Registration>>, Unavailable>> {
        let all = self.by_issuer.read().unwrap_or_else(PoisonError::into_inner);
        let found = all.get(issuer).cloned().unwrap_or_default();
        Box::pin(async move { Ok(found) })
    }

    fn similar_issuer<'a>(&'a self, issuer: &'a Issuer) -> BoxFuture<'a, Option<Issuer>> {
        let all = self.by_issuer.read().unwrap_or_else(PoisonError::into_inner);
        let found = all.keys().find(|known| plain(known) == plain(issuer)).cloned();
        Box::pin(async move { found })
    }
}

/// An issuer without what people get wrong: scheme, case, a slash at the end, spaces around it.
fn plain(issuer: &Issuer) -> String {
    let issuer = issuer.as_str().trim().trim_end_matches('/').to_ascii_lowercase();
    issuer.strip_prefix("http://").map(|rest| format!("https://{rest}")).unwrap_or(issuer)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn registration(issuer: &str, client_id: &str) -> Registration {
        let url = || Url::parse("https://lms.example/x").unwrap();
        Registration::new(issuer, client_id, url(), url())
    }

    async fn client_ids(all: &MemoryRegistrations, issuer: &str) -> Vec<String> {
        let found = all.at_issuer(&issuer.into()).await.unwrap();
        found.iter().map(|registration| registration.client_id.to_string()).collect()
    }

    #[tokio::test]
    async fn issuers_are_compared_exactly_and_hold_many_clients() {
        let all: MemoryRegistrations =
            [("https://a.example", "1"), ("https://a.example", "2"), ("https://a.example", "1")]
                .map(|(issuer, client_id)| registration(issuer, client_id))
                .into_iter()
                .collect();
        assert_eq!(client_ids(&all, "https://a.example").await, ["2", "1"]);
        assert!(client_ids(&all, "https://a.example/").await.is_empty());
        all.remove(&"https://a.example".into(), &"1".into());
        assert_eq!(client_ids(&all, "https://a.example").await, ["2"]);
        all.remove(&"https://a.example".into(), &"2".into());
        assert!(client_ids(&all, "https://a.example").await.is_empty());
    }

    #[test]
    fn a_table_becomes_a_registration() {
        let expected = registration("https://a.example", "1");
        let url = &expected.jwks_url;
        let mut table = PlatformRegistration::new("https://a.example", "1", url.clone(), url.clone());
        assert_eq!(Registration::from(&table), expected);
        table.deployment_ids = vec!["d1".into()];
        table.token_url = Some(url.clone());
        table.token_audience = Some("urn:lms".to_owned());
        let audience = TokenAudience::Named("urn:lms".to_owned());
        let expected = expected.clone().only_deployments(["d1"]).token_url(url.clone()).token_audience(audience);
        assert_eq!(Registration::from(&table), expected);
    }

    #[tokio::test]
    async fn a_similar_issuer_is_a_hint() {
        let all: MemoryRegistrations = [registration("https://a.example/lms", "1")].into_iter().collect();
        for similar in ["https://a.example/lms/", "http://a.example/lms", "https://A.example/LMS"] {
            assert_eq!(all.similar_issuer(&similar.into()).await.unwrap().as_str(), "https://a.example/lms");
        }
        assert_eq!(all.similar_issuer(&"https://b.example".into()).await, None);
    }
}
