//! The fetcher for a hostile network.
//!
//! The address comes from a registration, so the answer, its size, its speed and the place it is at are all chosen by
//! somebody else. [`GuardedFetcher`] calls https addresses only, filters what a name resolves to as well as addresses
//! given as numbers, follows no redirect, uses no proxy, and stops at a time and at a size.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryFutureExt as _;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, redirect};
use url::{Host, Url};

use super::address::AddressFilter;
use super::call::{Call, ServiceRequest};
use super::fetch::{Fetch, FetchError, Fetched, shown};
use super::submit::{Submission, Submit};
use crate::BoxFuture;

/// What documents are asked for as.
const JSON: &str = "application/json";

/// What a [`GuardedFetcher`] may do. The default is the strict one: public https addresses, certificates that the
/// system trusts, five seconds to connect, ten in all, 512 KiB for a document, 16 MiB for the answer of a service.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FetchPolicy {
    /// Which network addresses may be called.
    pub addresses: AddressFilter,
    /// Certificate authorities trusted beside the system's.
    extra_roots: Vec<Certificate>,
    /// How long a connection may take to stand, name resolution and TLS included.
    pub connect_timeout: Duration,
    /// How long the whole exchange may take.
    pub total_timeout: Duration,
    /// How many bytes a document may have.
    pub max_body: usize,
    /// How many bytes the answer of a service may have: a roster of ten thousand people may come in one piece.
    pub max_service_body: usize,
}

impl Default for FetchPolicy {
    fn default() -> Self {
        Self {
            addresses: AddressFilter::public(),
            extra_roots: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(10),
            max_body: 512 * 1024,
            max_service_body: 16 * 1024 * 1024,
        }
    }
}

impl FetchPolicy {
    /// Allows this machine itself, there also by plain http: for tests and for development.
    #[must_use]
    pub fn allow_loopback(mut self) -> Self {
        self.addresses.allow_loopback();
        self
    }

    /// Allows a network that is not public, such as a campus network. Plain http stays forbidden there.
    #[must_use]
    pub fn allow_network(mut self, network: IpNet) -> Self {
        self.addresses.allow_network(network);
        self
    }

    /// Trusts the certificate authorities in `pem` beside the system's, such as a campus authority.
    ///
    /// # Errors
    /// [`FetcherError`] when `pem` holds no readable certificate.
    pub fn trust_pem(mut self, pem: &[u8]) -> Result<Self, FetcherError> {
        let roots = Certificate::from_pem_bundle(pem).map_err(|error| FetcherError::new(&error))?;
        if roots.is_empty() {
            return Err(FetcherError { reason: "the PEM text holds no certificate".to_owned() });
        }
        self.extra_roots.extend(roots);
        Ok(self)
    }
}

/// Why a fetcher could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no fetcher: {reason}")]
pub struct FetcherError {
    reason: String,
}

impl FetcherError {
    fn new(error: &reqwest::Error) -> Self {
        Self { reason: causes(error).last().cloned().unwrap_or_default() }
    }
}

/// Fetches documents over HTTP within a [`FetchPolicy`].
#[derive(Debug, Clone)]
pub struct GuardedFetcher {
    client: Client,
    policy: Arc<FetchPolicy>,
}

impl GuardedFetcher {
    /// A fetcher that keeps to `policy`.
    ///
    /// Certificates are judged by the system's authorities. Where the system has none, as in an image without CA
    /// files, a bundled copy of Mozilla's list takes their place, so that such an image still works.
    ///
    /// # Errors
    /// [`FetcherError`] when the TLS library cannot be set up.
    pub fn new(policy: FetchPolicy) -> Result<Self, FetcherError> {
        let policy = Arc::new(policy);
        let client = match Client::builder().build() {
            Ok(_) => builder(&policy).tls_certs_merge(policy.extra_roots.iter().cloned()),
            Err(_) => builder(&policy).tls_certs_only(bundled_roots().chain(policy.extra_roots.iter().cloned())),
        };
        let client = client.build().map_err(|error| FetcherError::new(&error))?;
        Ok(Self { client, policy })
    }

    fn check_address(&self, url: &Url) -> Result<(), FetchError> {
        let loopback = self.policy.addresses.loopback_allowed() && is_loopback(url);
        if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
            return Err(FetchError::NotHttps { url: shown(url) });
        }
        let literal: Option<IpAddr> = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            // Names are filtered by the resolver, which is not asked for addresses given as numbers.
            Some(Host::Domain(_)) | None => None,
        };
        match literal {
            Some(address) if !self.policy.addresses.allows(address) => {
                Err(FetchError::AddressForbidden { url: shown(url), address: address.to_string() })
            }
            _ => Ok(()),
        }
    }

    async fn fetch(&self, url: &Url) -> Result<Fetched, FetchError> {
        self.check_address(url)?;
        self.answer(url, self.client.get(url.clone()).header(ACCEPT, JSON), self.policy.max_body).await
    }

    async fn send(&self, url: &Url, submission: &Submission) -> Result<Fetched, FetchError> {
        self.check_address(url)?;
        let mut request = self.client.post(url.clone()).header(ACCEPT, JSON).json(&submission.document);
        if let Some(token) = &submission.bearer {
            request = request.bearer_auth(token);
        }
        self.answer(url, request, self.policy.max_body).await
    }

    async fn serve(&self, url: &Url, request: &ServiceRequest) -> Result<Fetched, FetchError> {
        self.check_address(url)?;
        let mut built = self.client.request(request.method.clone(), url.clone()).header(ACCEPT, request.accept);
        if let Some((media_type, body)) = &request.body {
            built = built.header(CONTENT_TYPE, *media_type).body(body.clone());
        }
        if let Some(token) = &request.bearer {
            built = built.bearer_auth(token);
        }
        if let Some(authorization) = &request.authorization {
            built = built.header(AUTHORIZATION, authorization);
        }
        self.answer(url, built, self.policy.max_service_body).await
    }

    async fn answer(&self, url: &Url, request: RequestBuilder, limit: usize) -> Result<Fetched, FetchError> {
        let failed = |error: reqwest::Error| self.explain(url, &error);
        let mut response = request.send().map_err(failed).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().map_err(failed).await? {
            if body.len() + chunk.len() > limit {
                return Err(FetchError::TooLarge { url: shown(url), limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Fetched::new(status, headers, body))
    }

    /// Finds the cause that a user can do something about.
    fn explain(&self, url: &Url, error: &reqwest::Error) -> FetchError {
        let address = shown(url);
        if let Some(ResolveError::Forbidden(forbidden)) = cause::<ResolveError>(error) {
            return FetchError::AddressForbidden { url: address, address: forbidden.to_string() };
        }
        if cause::<ResolveError>(error).is_some() {
            return FetchError::NameUnknown { url: address };
        }
        if error.is_timeout() {
            let limit = if error.is_connect() { self.policy.connect_timeout } else { self.policy.total_timeout };
            return FetchError::TooSlow { url: address, seconds: limit.as_secs() };
        }
        if let Some(io) = cause::<std::io::Error>(error)
            && io.kind() == std::io::ErrorKind::ConnectionRefused
        {
            return FetchError::Refused { url: address };
        }
        let reasons = causes(error);
        let reason = reasons.last().cloned().unwrap_or_default();
        if let Some(certificate) = reasons.iter().find(|reason| reason.contains("invalid peer certificate")) {
            return FetchError::TlsUntrusted { url: address, reason: certificate.clone() };
        }
        if error.is_connect() && url.scheme() == "https" {
            return FetchError::Tls { url: address, reason };
        }
        FetchError::Connection { url: address, reason }
    }
}

impl Fetch for GuardedFetcher {
    fn get<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        Box::pin(self.fetch(url))
    }
}

impl Submit for GuardedFetcher {
    fn post<'a>(&'a self, url: &'a Url, submission: &'a Submission) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        Box::pin(self.send(url, submission))
    }
}

impl Call for GuardedFetcher {
    fn call<'a>(&'a self, url: &'a Url, request: &'a ServiceRequest) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        Box::pin(self.serve(url, request))
    }
}

fn builder(policy: &Arc<FetchPolicy>) -> ClientBuilder {
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(policy.connect_timeout)
        .timeout(policy.total_timeout)
        .user_agent(concat!("lti/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(Arc::new(GuardedResolver { policy: Arc::clone(policy) }))
}

/// Mozilla's list of certificate authorities, as bundled. An entry that cannot be read is left out.
fn bundled_roots() -> impl Iterator<Item = Certificate> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter_map(|der| Certificate::from_der(der).ok())
}

/// Whether the address names this machine: a loopback number, or `localhost` (RFC 6761, section 6.3).
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).to_canonical().is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Resolves names by the system, and hides the addresses that must not be called. The connection goes to an address
/// that was judged here, so a name that changes its address between two questions gains nothing.
struct GuardedResolver {
    policy: Arc<FetchPolicy>,
}

#[derive(Debug, thiserror::Error)]
enum ResolveError {
    #[error("the address {0} is not allowed")]
    Forbidden(IpAddr),
    #[error("the host name does not resolve")]
    Unknown,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = Arc::clone(&self.policy);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| ResolveError::Unknown)?;
            let mut forbidden = ResolveError::Unknown;
            let mut allowed = Vec::new();
            for address in found {
                if policy.addresses.allows(address.ip()) {
                    allowed.push(address);
                } else {
                    forbidden = ResolveError::Forbidden(address.ip());
                }
            }
            if allowed.is_empty() {
                return Err(forbidden.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// The first cause of that type.
fn cause<'a, E: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a E> {
    std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
}

/// What every cause says, the innermost last.
fn causes(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    async fn error(policy: FetchPolicy, url: &str) -> FetchError {
        GuardedFetcher::new(policy).unwrap().get(&Url::parse(url).unwrap()).await.unwrap_err()
    }

    #[tokio::test]
    async fn plain_http_is_for_loopback_by_name_only() {
        let not_https = |url: &str| FetchError::NotHttps { url: url.to_owned() };
        assert_eq!(
            error(FetchPolicy::default(), "http://127.0.0.1:9/jwks").await,
            not_https("http://127.0.0.1:9/jwks")
        );
        let policy = FetchPolicy::default().allow_loopback().allow_network("10.0.0.0/8".parse().unwrap());
        assert_eq!(error(policy.clone(), "http://10.0.0.1/jwks").await, not_https("http://10.0.0.1/jwks"));
        assert_eq!(error(policy, "ftp://localhost/jwks").await, not_https("ftp://localhost/jwks"));
    }

    #[tokio::test]
    async fn forbidden_addresses_are_not_called_as_numbers_nor_as_names() {
        for (url, address) in [
            ("https://127.0.0.1:9/", "127.0.0.1"),
            ("https://[::ffff:10.0.0.1]/", "::ffff:10.0.0.1"),
            ("https://0x7f.1/", "127.0.0.1"),
            ("https://169.254.169.254/", "169.254.169.254"),
        ] {
            let FetchError::AddressForbidden { address: seen, .. } = error(FetchPolicy::default(), url).await else {
                panic!("{url} was called");
            };
            assert_eq!(seen.parse::<IpAddr>().unwrap(), address.parse::<IpAddr>().unwrap());
        }
        let seen = error(FetchPolicy::default(), "https://localhost:9/").await;
        assert!(matches!(seen, FetchError::AddressForbidden { .. }), "{seen}");
    }

    #[test]
    fn a_pem_without_certificates_is_refused() {
        let error = FetchPolicy::default().trust_pem(b"nothing here").unwrap_err();
        assert_eq!(error.to_string(), "no fetcher: the PEM text holds no certificate");
    }

    #[test]
    fn the_bundled_authorities_are_readable() {
        assert!(bundled_roots().count() > 100);
    }
}
