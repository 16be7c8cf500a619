//! The fetcher for a hostile network.
//!
//! The address comes from a registration, so the answer, its size, its speed and the place it is at are all chosen by
//! somebody else. [`GuardedFetcher`] calls https addresses only, filters what a name resolves to as well as addresses
//! given as numbers, follows no redirect, uses no proxy but the one of its policy, and stops at a time and at a size.
//!
//! The two ways out are two clients. The direct one resolves names under the address filter. The one through the proxy
//! resolves the proxy's name alone, unfiltered, and a request to the proxy's own host goes the direct way, so that the
//! exception for the proxy cannot serve anything else.

use std::net::IpAddr;
use std::sync::Arc;

use futures_util::TryFutureExt as _;
use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, redirect};
use url::Url;

use super::call::{Call, ServiceRequest};
use super::fetch::{Fetch, FetchError, Fetched, shown};
use super::policy::causes;
pub use super::policy::{FetchPolicy, FetcherError};
use super::proxy::{OutgoingProxy, ProxyNameError};
use super::submit::{Submission, Submit};
use crate::BoxFuture;

/// What documents are asked for as.
const JSON: &str = "application/json";

/// Fetches documents over HTTP within a [`FetchPolicy`].
#[derive(Debug, Clone)]
pub struct GuardedFetcher {
    direct: Client,
    proxied: Option<Client>,
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
        let bundled = Client::builder().no_proxy().build().is_err();
        let build = |builder: ClientBuilder| {
            let extra = policy.extra_roots.iter().cloned();
            let builder = if bundled {
                builder.tls_certs_only(bundled_roots().chain(extra))
            } else {
                builder.tls_certs_merge(extra)
            };
            builder.build().map_err(|error| FetcherError::new(&error))
        };
        let resolver = GuardedResolver { policy: Arc::clone(&policy) };
        let direct = build(builder(&policy).dns_resolver(Arc::new(resolver)))?;
        let proxied = match &policy.proxy {
            Some(proxy) => {
                let builder = builder(&policy).proxy(proxy.for_client()?);
                Some(build(builder.dns_resolver(Arc::new(proxy.resolver())))?)
            }
            None => None,
        };
        Ok(Self { direct, proxied, policy })
    }

    /// A request that the policy allows to make, on the way that it goes.
    fn request(&self, method: Method, url: &Url) -> Result<RequestBuilder, FetchError> {
        self.policy.check_address(url)?;
        let client = match (&self.proxied, self.policy.proxy_for(url)) {
            (Some(proxied), Some(_)) => proxied,
            _ => &self.direct,
        };
        Ok(client.request(method, url.clone()))
    }

    async fn fetch(&self, url: &Url) -> Result<Fetched, FetchError> {
        let request = self.request(Method::GET, url)?.header(ACCEPT, JSON);
        self.answer(url, request, self.policy.max_body).await
    }

    async fn send(&self, url: &Url, submission: &Submission) -> Result<Fetched, FetchError> {
        let mut request = self.request(Method::POST, url)?.header(ACCEPT, JSON).json(&submission.document);
        if let Some(token) = &submission.bearer {
            request = request.bearer_auth(token);
        }
        self.answer(url, request, self.policy.max_body).await
    }

    async fn serve(&self, url: &Url, request: &ServiceRequest) -> Result<Fetched, FetchError> {
        let mut built = self.request(request.method.clone(), url)?.header(ACCEPT, request.accept);
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
            return self.policy.forbidden(url, *forbidden);
        }
        if cause::<ResolveError>(error).is_some() {
            return FetchError::NameUnknown { url: address };
        }
        if error.is_timeout() {
            let limit = if error.is_connect() { self.policy.connect_timeout } else { self.policy.total_timeout };
            return FetchError::TooSlow { url: address, seconds: limit.as_secs() };
        }
        if let Some(proxy) = self.policy.proxy_for(url)
            && let Some(failed) = explain_proxy(url, proxy, error)
        {
            return failed;
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

/// Finds what stood between here and the end of the proxy's tunnel; nothing, where the tunnel was open.
fn explain_proxy(url: &Url, proxy: &OutgoingProxy, error: &reqwest::Error) -> Option<FetchError> {
    let (url, proxy) = (shown(url), proxy.shown().to_owned());
    if let Some(reason) = cause::<ProxyNameError>(error) {
        return Some(FetchError::ProxyUnreachable { url, proxy, reason: reason.to_string() });
    }
    // The library's error for the tunnel has a type that is not exported, and a source where no connection stood.
    let reasons = causes(error);
    let tunnel = reasons.iter().position(|reason| reason.starts_with("tunnel error: "))?;
    if reasons.len() > tunnel + 1 {
        let reason = reasons.last().cloned().unwrap_or_default();
        return Some(FetchError::ProxyUnreachable { url, proxy, reason });
    }
    let reason = reasons[tunnel].trim_start_matches("tunnel error: ").to_owned();
    Some(FetchError::ProxyRefused { url, proxy, reason })
}

/// What both clients have in common. Without `no_proxy` the environment's variables would be read.
fn builder(policy: &FetchPolicy) -> ClientBuilder {
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(policy.connect_timeout)
        .timeout(policy.total_timeout)
        .user_agent(concat!("lti/", env!("CARGO_PKG_VERSION")))
}

/// Mozilla's list of certificate authorities, as bundled. An entry that cannot be read is left out.
fn bundled_roots() -> impl Iterator<Item = Certificate> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter_map(|der| Certificate::from_der(der).ok())
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
            ("https://[::ffff:10.0.0.1]/", "10.0.0.1"),
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
    fn the_bundled_authorities_are_readable() {
        assert!(bundled_roots().count() > 100);
    }
}
