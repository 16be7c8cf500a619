//! What a [`GuardedFetcher`](super::GuardedFetcher) may do, as an administrator says it.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::Certificate;
use url::Url;

use super::address::AddressFilter;
use super::fetch::{FetchError, shown};
use super::hosts::{HostPattern, is_loopback, number, plain};
use super::proxy::OutgoingProxy;

/// What a [`GuardedFetcher`](super::GuardedFetcher) may do. The default is the strict one: public https addresses at any
/// port, no proxy, certificates that the system trusts, five seconds to connect, ten in all, 512 KiB for a document, 16
/// MiB for the answer of a service.
///
/// What is blocked stays blocked, whatever is allowed beside it:
///
/// ```
/// use oauth2_issuer::relying::{FetchPolicy, GuardedFetcher};
/// use url::Url;
///
/// let policy = FetchPolicy::default()
///     .allow_network("10.20.0.0/16".parse()?)
///     .block_network("10.20.30.0/24".parse()?)
///     .block_host("*.internal.example.org")?
///     .allow_ports([443, 8443])
///     .proxy(&Url::parse("http://user:password@proxy.example.org:3128")?)?
///     .bypass_proxy("*.campus.example.org")?;
/// let fetcher = GuardedFetcher::new(policy)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # With a proxy
/// The policy has a proxy only where [`FetchPolicy::proxy`] names one: `HTTPS_PROXY`, `NO_PROXY` and their like in the
/// environment are not read. Every https request then goes through a tunnel (CONNECT), which shows the proxy the host and
/// the port, and nothing of the request. Three kinds of hosts are called without it, and are judged as if there were
/// none: this machine, the hosts of [`FetchPolicy::bypass_proxy`], and the proxy's own host.
///
/// The proxy looks up the name of the host, so the policy cannot judge which address it finds. Before the proxy is asked,
/// the policy judges the scheme, the port, the blocked hosts, and an address that is given as a number; that no *name*
/// leads to an internal address is for the proxy's own rules to see to. The proxy itself may be at any address, port and
/// name: the networks, hosts and ports of the policy are about what is fetched.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FetchPolicy {
    /// Which network addresses may be called.
    pub addresses: AddressFilter,
    /// Hosts that must not be called, by name.
    blocked_hosts: Vec<HostPattern>,
    /// The ports that may be called; any, where nothing is said.
    ports: Option<BTreeSet<u16>>,
    /// What requests go through.
    pub(super) proxy: Option<OutgoingProxy>,
    /// The hosts that are called without the proxy.
    bypass: Vec<HostPattern>,
    /// Certificate authorities trusted beside the system's.
    pub(super) extra_roots: Vec<Certificate>,
    /// How long a connection may take to stand, name resolution, a proxy's tunnel and TLS included.
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
            blocked_hosts: Vec::new(),
            ports: None,
            proxy: None,
            bypass: Vec::new(),
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

    /// Blocks a network, public or not, as a number and as what a name resolves to. Blocking wins over allowing.
    #[must_use]
    pub fn block_network(mut self, network: IpNet) -> Self {
        self.addresses.block_network(network);
        self
    }

    /// Blocks a host by its name (`lms.example.org`), or every name below one (`*.example.org`, which leaves
    /// `example.org` itself alone). Upper and lower case are the same, a dot at the end says nothing, and names in other
    /// scripts are compared in their ASCII form. An address or a network is taken as [`FetchPolicy::block_network`] takes
    /// it. Blocking wins over allowing.
    ///
    /// # Errors
    /// [`FetcherError`] when `host` is none of these, so that it would block nothing.
    pub fn block_host(mut self, host: &str) -> Result<Self, FetcherError> {
        match HostPattern::parse(host)? {
            HostPattern::Network(network) => self.addresses.block_network(network),
            name => self.blocked_hosts.push(name),
        }
        Ok(self)
    }

    /// Allows these ports, beside those of an earlier call, and no others: 443 is also the port of an https address that
    /// names none. Without a call every port is allowed; after a call with no ports, none.
    #[must_use]
    pub fn allow_ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.ports.get_or_insert_default().extend(ports);
        self
    }

    /// Fetches through the proxy at this address: `http://` or `https://`, a host, and where they are needed a port (80
    /// and 443 are the defaults), a user and a password, percent-encoded. The password never prints. See
    /// [With a proxy](FetchPolicy#with-a-proxy) for what can be judged then.
    ///
    /// # Errors
    /// [`FetcherError`] when the address is of another scheme, has a path, a query or a fragment, or when its user and
    /// password cannot be sent (RFC 7617).
    pub fn proxy(mut self, url: &Url) -> Result<Self, FetcherError> {
        self.proxy = Some(OutgoingProxy::new(url)?);
        Ok(self)
    }

    /// Calls a host without the proxy: named as [`FetchPolicy::block_host`] names hosts. A network means addresses that
    /// are given as numbers; names are not looked up for it.
    ///
    /// # Errors
    /// [`FetcherError`] when `host` is neither a name, nor `*.` and a name, nor an address or a network.
    pub fn bypass_proxy(mut self, host: &str) -> Result<Self, FetcherError> {
        self.bypass.push(HostPattern::parse(host)?);
        Ok(self)
    }

    /// Trusts the certificate authorities in `pem` beside the system's, such as a campus authority.
    ///
    /// # Errors
    /// [`FetcherError`] when `pem` holds no readable certificate.
    pub fn trust_pem(mut self, pem: &[u8]) -> Result<Self, FetcherError> {
        let roots = Certificate::from_pem_bundle(pem).map_err(|error| FetcherError::new(&error))?;
        if roots.is_empty() {
            return Err(FetcherError::because("the PEM text holds no certificate"));
        }
        self.extra_roots.extend(roots);
        Ok(self)
    }

    /// Judges what can be judged before the network is asked.
    pub(super) fn check_address(&self, url: &Url) -> Result<(), FetchError> {
        let loopback = self.addresses.loopback_allowed() && is_loopback(url);
        if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
            return Err(FetchError::NotHttps { url: shown(url) });
        }
        if let (Some(ports), Some(port)) = (&self.ports, url.port_or_known_default())
            && !ports.contains(&port)
        {
            return Err(FetchError::PortForbidden { url: shown(url), port });
        }
        let Some(host) = url.host() else { return Ok(()) };
        if self.blocked_hosts.iter().any(|blocked| blocked.matches(&host)) {
            return Err(FetchError::HostForbidden { url: shown(url), host: plain(&host) });
        }
        // What a name resolves to is filtered by the resolver, which is not asked for addresses given as numbers.
        match number(&host) {
            Some(address) if !self.addresses.allows(address) => Err(self.forbidden(url, address)),
            _ => Ok(()),
        }
    }

    /// Why `address`, which the filter does not allow, is not called.
    pub(super) fn forbidden(&self, url: &Url, address: IpAddr) -> FetchError {
        let (blocked, url, address) = (self.addresses.blocks(address), shown(url), address.to_string());
        if blocked {
            FetchError::AddressBlocked { url, address }
        } else {
            FetchError::AddressForbidden { url, address }
        }
    }

    /// The proxy that a request to `url` goes through. Not for this machine, not for what bypasses it, and not for the
    /// proxy's own host: that is often internal, and the proxy would open a way to itself that the filter here closes.
    pub(super) fn proxy_for(&self, url: &Url) -> Option<&OutgoingProxy> {
        let (proxy, host) = (self.proxy.as_ref()?, url.host()?);
        let direct = is_loopback(url) || proxy.is_at(&host) || self.bypass.iter().any(|named| named.matches(&host));
        (!direct).then_some(proxy)
    }
}

/// Why a fetcher could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no fetcher: {reason}")]
pub struct FetcherError {
    reason: String,
}

impl FetcherError {
    pub(super) fn new(error: &reqwest::Error) -> Self {
        Self::because(causes(error).last().cloned().unwrap_or_default())
    }

    pub(super) fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// What every cause says, the innermost last.
pub(super) fn causes(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn policy() -> FetchPolicy {
        FetchPolicy::default()
    }

    #[test]
    fn a_blocked_host_is_refused_before_the_network_is_asked() {
        let policy =
            policy().allow_loopback().block_host("*.internal.example").unwrap().block_host("localhost").unwrap();
        let refused = |text: &str| policy.check_address(&url(text)).unwrap_err();
        let error = refused("https://u:p@DB.internal.example./x?y");
        assert_eq!(
            error.to_string(),
            "https://db.internal.example./x is at db.internal.example, a host that the fetch policy blocks: \
             enter another, or unblock the host"
        );
        assert!(matches!(refused("http://localhost:9/"), FetchError::HostForbidden { .. }));
        assert_eq!(policy.check_address(&url("https://internal.example/")), Ok(()));
        assert_eq!(policy.check_address(&url("http://127.0.0.1:9/")), Ok(()));
    }

    #[test]
    fn a_blocked_address_is_refused_however_it_is_listed() {
        let by_network = policy().allow_loopback().block_network("127.0.0.0/8".parse().unwrap());
        let by_host = policy().allow_loopback().block_host("127.0.0.1").unwrap();
        for policy in [by_network, by_host] {
            for text in ["http://127.0.0.1:9/", "http://0x7f.1:9/", "https://[::ffff:127.0.0.1]:9/"] {
                let error = policy.check_address(&url(text)).unwrap_err();
                assert!(
                    matches!(&error, FetchError::AddressBlocked { address, .. } if address == "127.0.0.1"),
                    "{error}"
                );
            }
        }
        let public = policy().block_host("93.184.215.0/24").unwrap();
        assert_eq!(
            public.check_address(&url("https://93.184.215.14/")).unwrap_err().to_string(),
            "https://93.184.215.14/ is at 93.184.215.14, in a network that the fetch policy blocks: \
             enter another, or unblock the network"
        );
        assert_eq!(public.check_address(&url("https://93.184.216.14/")), Ok(()));
    }

    #[test]
    fn only_the_allowed_ports_are_called_once_there_are_any() {
        let some = policy().allow_loopback().allow_ports([443]).allow_ports([8443]);
        for text in ["https://lms.example/", "https://lms.example:443/", "https://lms.example:8443/"] {
            assert_eq!(some.check_address(&url(text)), Ok(()), "{text}");
        }
        for (text, port) in
            [("https://lms.example:22/", 22), ("http://localhost/", 80), ("https://127.0.0.1:8444/", 8444)]
        {
            let error = some.check_address(&url(text)).unwrap_err();
            assert_eq!(error, FetchError::PortForbidden { url: text.to_owned(), port });
            assert_eq!(policy().allow_loopback().check_address(&url(text)), Ok(()), "any port is the default");
        }
        assert_eq!(
            some.check_address(&url("https://lms.example:22/")).unwrap_err().to_string(),
            "https://lms.example:22/ is at port 22, which the fetch policy does not allow: use an allowed port, \
             or allow this one"
        );
        let none = policy().allow_ports([]).check_address(&url("https://lms.example/"));
        assert!(matches!(none, Err(FetchError::PortForbidden { port: 443, .. })));
    }

    #[test]
    fn the_proxy_is_for_everything_but_what_is_near() {
        let policy = policy().proxy(&url("http://proxy.example:3128")).unwrap();
        let policy = policy.bypass_proxy("*.campus.example").unwrap().bypass_proxy("93.184.215.0/24").unwrap();
        let proxied = |text: &str| policy.proxy_for(&url(text)).is_some();
        for text in
            ["https://lms.example/", "https://campus.example/", "https://93.184.216.14/", "https://x.proxy.example/"]
        {
            assert!(proxied(text), "{text}");
        }
        for text in [
            "https://lms.campus.example/",
            "https://LMS.campus.example./",
            "https://93.184.215.14/",
            "https://localhost/",
            "https://localhost./",
            "https://lms.localhost/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://proxy.example/",
            "https://PROXY.example.:8443/",
        ] {
            assert!(!proxied(text), "{text}");
        }
        assert!(FetchPolicy::default().proxy_for(&url("https://lms.example/")).is_none());
    }

    #[test]
    fn a_pem_without_certificates_is_refused() {
        let error = policy().trust_pem(b"nothing here").unwrap_err();
        assert_eq!(error.to_string(), "no fetcher: the PEM text holds no certificate");
    }
}
