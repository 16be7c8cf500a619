//! The outgoing proxy of a fetch policy: its address, its sign-in, and the looking up of its name.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::fetch::shown;
use super::hosts::plain;
use super::policy::FetcherError;

/// A proxy that opens tunnels (CONNECT, RFC 9110, section 9.3.6).
#[derive(Clone)]
pub(super) struct OutgoingProxy {
    /// Its address, without user and password.
    url: Url,
    /// The field value of Proxy-Authorization (Basic, RFC 7617).
    authorization: Option<HeaderValue>,
}

impl OutgoingProxy {
    /// A proxy at `http://` or `https://`, with a host, at most a port, a user and a password.
    ///
    /// # Errors
    /// [`FetcherError`] when the address is not one. It repeats nothing that could be a part of the sign-in.
    pub(super) fn new(url: &Url) -> Result<Self, FetcherError> {
        if !matches!(url.scheme(), "http" | "https") {
            // Of `user:password@host:3128` the user would be taken for the scheme.
            let seen = if url.has_host() { url.scheme() } else { "no `//` before a host" };
            return Err(FetcherError::because(format!("a proxy's address is http or https, seen {seen}")));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            let reason = "a proxy's address ends with its host and port, seen a path, a query or a fragment";
            return Err(FetcherError::because(reason));
        }
        let authorization = authorization(url)?;
        let bare = Url::parse(&shown(url)).ok().filter(|bare| bare.as_str().parse::<Uri>().is_ok());
        let Some(url) = bare else {
            return Err(FetcherError::because("a proxy's address has a host name or a number, seen another host"));
        };
        Ok(Self { url, authorization })
    }

    /// Its address as an error may show it.
    pub(super) fn shown(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// Whether `host` is the proxy's own.
    pub(super) fn is_at(&self, host: &Host<&str>) -> bool {
        self.url.host().is_some_and(|own| plain(&own) == plain(host))
    }

    /// What the HTTP library takes.
    ///
    /// # Errors
    /// [`FetcherError`] when it does not take this address.
    pub(super) fn for_client(&self) -> Result<reqwest::Proxy, FetcherError> {
        let proxy = reqwest::Proxy::all(self.url.clone()).map_err(|error| FetcherError::new(&error))?;
        Ok(match &self.authorization {
            Some(value) => proxy.custom_http_auth(value.clone()),
            None => proxy,
        })
    }

    /// Looks up the name of this proxy and no other.
    pub(super) fn resolver(&self) -> ProxyResolver {
        ProxyResolver { name: self.url.host().map(|host| plain(&host)).unwrap_or_default() }
    }
}

/// The sign-in is no one's to read.
impl fmt::Debug for OutgoingProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authorization = self.authorization.as_ref().map(|_| "Secret(..)");
        f.debug_struct("OutgoingProxy").field("url", &self.shown()).field("authorization", &authorization).finish()
    }
}

fn authorization(url: &Url) -> Result<Option<HeaderValue>, FetcherError> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(None);
    }
    let decoded = |part: &str| percent_decode_str(part).collect::<Vec<u8>>();
    let (user, password) = (decoded(url.username()), decoded(url.password().unwrap_or_default()));
    if user.contains(&b':') || user.iter().chain(&password).any(u8::is_ascii_control) {
        let reason = "a proxy's user has no colon, and user and password no control character (RFC 7617, section 2), \
                      seen one";
        return Err(FetcherError::because(reason));
    }
    let pair = STANDARD.encode([&user[..], b":", &password[..]].concat());
    let mut value = HeaderValue::try_from(format!("Basic {pair}"))
        .map_err(|_| FetcherError::because("a proxy's user and password fit into a header field, seen others"))?;
    value.set_sensitive(true);
    Ok(Some(value))
}

/// Resolves the proxy's name by the system, to whatever address: the administrator chose it, and it is often internal.
/// It serves the client that calls nothing but the proxy, so every other name is a fault here, and is not looked up.
pub(super) struct ProxyResolver {
    name: String,
}

/// Why the proxy's name has no address.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ProxyNameError {
    #[error("its host name does not resolve")]
    Unknown,
    #[error("another host name was asked for")]
    Other,
}

impl Resolve for ProxyResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let own = plain(&Host::Domain(name.as_str())) == self.name;
        Box::pin(async move {
            if !own {
                return Err(ProxyNameError::Other.into());
            }
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| ProxyNameError::Unknown)?;
            Ok(Box::new(found.collect::<Vec<_>>().into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn proxy(url: &str) -> Result<OutgoingProxy, FetcherError> {
        OutgoingProxy::new(&Url::parse(url).unwrap())
    }

    #[test]
    fn the_sign_in_is_taken_out_of_the_address() {
        for (url, pair) in [
            ("http://planted:pa%20ss%3Aw%C3%B6rd@proxy.example:3128", "planted:pa ss:wörd"),
            ("https://planted@proxy.example", "planted:"),
            ("http://:planted@[::1]:3128/", ":planted"),
        ] {
            let proxy = proxy(url).unwrap();
            let value = proxy.authorization.as_ref().unwrap();
            assert_eq!(value, format!("Basic {}", STANDARD.encode(pair)).as_str());
            let seen = format!("{proxy:?} {:?} {} {value:?}", proxy.for_client().unwrap(), proxy.shown());
            assert!(!seen.contains("planted") && !seen.contains(&STANDARD.encode(pair)), "{seen}");
        }
        assert_eq!(proxy("http://proxy.example:3128/").unwrap().authorization, None);
        assert_eq!(proxy("http://u:p@proxy.example:3128/").unwrap().shown(), "http://proxy.example:3128");
    }

    #[test]
    fn an_unusable_address_is_refused_without_its_secrets() {
        let rule = "no fetcher: a proxy's address is http or https, seen";
        let end = "no fetcher: a proxy's address ends with its host and port, seen a path, a query or a fragment";
        let user = "no fetcher: a proxy's user has no colon, and user and password no control character \
                    (RFC 7617, section 2), seen one";
        for (url, message) in [
            ("socks5://planted:planted@proxy.example:1080", format!("{rule} socks5")),
            ("ftp://proxy.example", format!("{rule} ftp")),
            ("planted:planted@proxy.example:3128", format!("{rule} no `//` before a host")),
            ("http://planted:planted@proxy.example/planted", end.to_owned()),
            ("http://proxy.example/?planted", end.to_owned()),
            ("http://proxy.example/#planted", end.to_owned()),
            ("http://planted%3A:planted@proxy.example", user.to_owned()),
            ("http://planted:planted%0D%0Ax@proxy.example", user.to_owned()),
        ] {
            let error = proxy(url).unwrap_err();
            assert_eq!(error.to_string(), message);
            assert!(!format!("{error:?}").contains("planted"));
        }
    }

    #[tokio::test]
    async fn only_the_proxys_own_name_is_looked_up() {
        let resolver = proxy("http://localhost:3128").unwrap().resolver();
        for name in ["localhost", "LOCALHOST"] {
            assert!(resolver.resolve(name.parse().unwrap()).await.unwrap().all(|found| found.ip().is_loopback()));
        }
        // Nothing is asked for a name that cannot be one, so the answer is the resolver's own.
        let error = resolver.resolve("lms.localhost".parse().unwrap()).await.err().unwrap();
        assert_eq!(error.downcast_ref(), Some(&ProxyNameError::Other));
    }

    #[test]
    fn the_proxys_own_host_is_known_in_every_spelling() {
        let is_at =
            |proxy_url: &str, url: &str| proxy(proxy_url).unwrap().is_at(&Url::parse(url).unwrap().host().unwrap());
        for url in ["https://proxy.example", "https://PROXY.example.:8443/x", "https://u:p@proxy.example"] {
            assert!(is_at("http://Proxy.example:3128", url) && is_at("http://proxy.example.:3128", url), "{url}");
        }
        assert!(is_at("http://10.0.0.5:3128", "https://[::ffff:10.0.0.5]"));
        for url in ["https://proxy.example.evil", "https://myproxy.example", "https://lms.proxy.example"] {
            assert!(!is_at("http://proxy.example:3128", url), "{url}");
        }
    }
}
