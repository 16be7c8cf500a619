//! What fetching a document can give: the [`Fetch`] trait, its answer and its errors.
//!
//! An error is one line that says what is wrong and where to mend it, since most failed launches are configuration.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use url::Url;

use crate::BoxFuture;

/// Fetches a document by GET.
///
/// [`GuardedFetcher`](super::GuardedFetcher) does it over the network; a test answers from memory.
pub trait Fetch: Send + Sync {
    /// Fetches `url`. Any HTTP answer is `Ok`, whatever its status: see [`Fetched::document`].
    ///
    /// # Errors
    /// [`FetchError`] when no answer came, or when the policy forbids to ask.
    fn get<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Fetched, FetchError>>;
}

/// An HTTP answer, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fetched {
    /// The status line's code.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body, not longer than the fetcher's limit.
    pub body: Bytes,
}

impl Fetched {
    /// An answer made of its parts.
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self { status, headers, body: body.into() }
    }

    /// The body, if this answer can be the JSON document that was asked for.
    ///
    /// # Errors
    /// [`FetchError::Redirected`] and [`FetchError::Status`] when the status is not 200, [`FetchError::Html`] when a
    /// page came instead: a login page, a proxy's error, or the address of something else.
    pub fn document(self, url: &Url) -> Result<Bytes, FetchError> {
        if self.status.is_redirection() {
            let location = self.headers.get(http::header::LOCATION).and_then(|value| value.to_str().ok());
            return Err(FetchError::Redirected {
                url: shown(url),
                status: self.status.as_u16(),
                // Where a redirect leads may hold a token in its query.
                location: location.map_or("nowhere", |to| to.split(['?', '#']).next().unwrap_or_default()).to_owned(),
            });
        }
        if self.status != StatusCode::OK {
            return Err(FetchError::Status { url: shown(url), status: self.status.as_u16() });
        }
        if self.looks_like_html() {
            return Err(FetchError::Html { url: shown(url) });
        }
        Ok(self.body)
    }

    /// How many seconds the sender allows to keep this answer: `max-age` of Cache-Control, 0 under `no-store` or
    /// `no-cache`, nothing when it does not say.
    pub fn max_age(&self) -> Option<u64> {
        let mut age = None;
        for value in self.headers.get_all(CACHE_CONTROL) {
            for directive in value.to_str().unwrap_or_default().split(',') {
                let directive = directive.trim().to_ascii_lowercase();
                if directive == "no-store" || directive == "no-cache" {
                    return Some(0);
                }
                if let Some(seconds) = directive.strip_prefix("max-age=") {
                    age = age.or_else(|| seconds.trim_matches('"').parse().ok());
                }
            }
        }
        age
    }

    fn looks_like_html(&self) -> bool {
        let declared = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // Some issuers send a good document with a wrong media type, so the body has the last word.
        let first = self.body.trim_ascii_start().first().copied();
        first == Some(b'<') || (declared.starts_with("text/html") && !matches!(first, Some(b'{' | b'[')))
    }
}

/// Why a document could not be fetched. Each line names the address and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The address is not https, and is not a loopback address that the policy allows by name.
    #[error("{url} is not https: enter the https address of the same document")]
    NotHttps {
        /// The address, without credentials, query and fragment.
        url: String,
    },
    /// The host is, or resolves to, an address that must not be called from here.
    #[error("{url} is at {address}, an address that is not public: enter a public one, or allow its network by name")]
    AddressForbidden {
        /// The address, without credentials, query and fragment.
        url: String,
        /// The network address that the policy forbids.
        address: String,
    },
    /// The host is, or resolves to, an address of a network that the policy blocks.
    #[error("{url} is at {address}, in a network that the fetch policy blocks: enter another, or unblock the network")]
    AddressBlocked {
        /// The address, without credentials, query and fragment.
        url: String,
        /// The network address that the policy blocks.
        address: String,
    },
    /// The host's name is one that the policy blocks.
    #[error("{url} is at {host}, a host that the fetch policy blocks: enter another, or unblock the host")]
    HostForbidden {
        /// The address, without credentials, query and fragment.
        url: String,
        /// The host.
        host: String,
    },
    /// The port is none of those that the policy allows.
    #[error("{url} is at port {port}, which the fetch policy does not allow: use an allowed port, or allow this one")]
    PortForbidden {
        /// The address, without credentials, query and fragment.
        url: String,
        /// The port, also where the address leaves it to its scheme.
        port: u16,
    },
    /// The name does not resolve.
    #[error("{url}: the host name does not resolve: check its spelling, and the name server of this machine")]
    NameUnknown {
        /// The address, without credentials, query and fragment.
        url: String,
    },
    /// Nothing listens there, or a firewall says no.
    #[error("{url}: the connection was refused: is the server running, and is the port right?")]
    Refused {
        /// The address, without credentials, query and fragment.
        url: String,
    },
    /// The proxy of the policy was not reached: nothing was sent.
    #[error("{url}: the proxy {proxy} is not reached ({reason}): is it running, and is its address right?")]
    ProxyUnreachable {
        /// The address, without credentials, query and fragment.
        url: String,
        /// The proxy's address, without credentials.
        proxy: String,
        /// What stood against it.
        reason: String,
    },
    /// The proxy of the policy answers, but opens no way to the host: nothing was sent.
    #[error("{url}: the proxy {proxy} opens no way there ({reason}): check its sign-in, and which hosts it may call")]
    ProxyRefused {
        /// The address, without credentials, query and fragment.
        url: String,
        /// The proxy's address, without credentials.
        proxy: String,
        /// What the HTTP library says.
        reason: String,
    },
    /// The server's certificate is not trusted here.
    #[error("{url}: the certificate is not trusted ({reason}): mend it, or add its authority to the fetch policy")]
    TlsUntrusted {
        /// The address, without credentials, query and fragment.
        url: String,
        /// What the TLS library says.
        reason: String,
    },
    /// The TLS handshake failed before a certificate was judged.
    #[error("{url}: no TLS connection ({reason}): does this port speak https, with TLS 1.2 or 1.3?")]
    Tls {
        /// The address, without credentials, query and fragment.
        url: String,
        /// What the TLS library says.
        reason: String,
    },
    /// The time limit passed.
    #[error("{url}: no complete answer within {seconds} s: check the server's load and any firewall between")]
    TooSlow {
        /// The address, without credentials, query and fragment.
        url: String,
        /// The limit, in seconds.
        seconds: u64,
    },
    /// The body is over the size limit.
    #[error("{url}: the answer is larger than {limit} bytes: is this the address of the document?")]
    TooLarge {
        /// The address, without credentials, query and fragment.
        url: String,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The server redirects; redirects are never followed, since they could lead past the address filter.
    #[error("{url} redirects ({status}) to {location}: enter the final address")]
    Redirected {
        /// The address, without credentials, query and fragment.
        url: String,
        /// The status code.
        status: u16,
        /// Where the server points.
        location: String,
    },
    /// The server answers, but not with the document.
    #[error("{url} answers {status}: check the address, and that it opens without signing in")]
    Status {
        /// The address, without credentials, query and fragment.
        url: String,
        /// The status code.
        status: u16,
    },
    /// A page came instead of the document.
    #[error(
        "{url} answers with an HTML page where JSON is expected: check the address, and that it opens without signing in"
    )]
    Html {
        /// The address, without credentials, query and fragment.
        url: String,
    },
    /// The connection broke in another way.
    #[error("{url}: the connection broke: {reason}")]
    Connection {
        /// The address, without credentials, query and fragment.
        url: String,
        /// What the HTTP library says.
        reason: String,
    },
}

/// The address as an error may show it: no credentials, query or fragment, which can hold secrets.
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Neither can fail for an address with a host; without one there are no credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn url() -> Url {
        Url::parse("https://user:secret@lms.example/jwks?token=secret#part").unwrap()
    }

    fn fetched(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Fetched {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Fetched::new(StatusCode::from_u16(status).unwrap(), map, body)
    }

    #[test]
    fn max_age_is_read_from_every_field_and_no_store_wins() {
        assert_eq!(fetched(200, &[("cache-control", "public, max-age=600")], "").max_age(), Some(600));
        assert_eq!(fetched(200, &[("cache-control", "Max-Age=\"5\"")], "").max_age(), Some(5));
        assert_eq!(fetched(200, &[("cache-control", "max-age=60, no-store")], "").max_age(), Some(0));
        assert_eq!(fetched(200, &[("cache-control", "public"), ("cache-control", "max-age=7")], "").max_age(), Some(7));
        assert_eq!(fetched(200, &[("cache-control", "max-age=soon")], "").max_age(), None);
        assert_eq!(fetched(200, &[], "").max_age(), None);
    }

    #[test]
    fn a_page_is_not_a_document() {
        let html = FetchError::Html { url: "https://lms.example/jwks".to_owned() };
        assert_eq!(fetched(200, &[], "\n<!doctype html>").document(&url()), Err(html.clone()));
        assert_eq!(fetched(200, &[("content-type", "text/html")], "sign in").document(&url()), Err(html));
        assert!(
            fetched(200, &[("content-type", "text/html; charset=UTF-8")], "{\"keys\":[]}").document(&url()).is_ok()
        );
    }

    #[test]
    fn other_statuses_are_errors_without_secrets() {
        let error = fetched(404, &[], "{}").document(&url()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "https://lms.example/jwks answers 404: check the address, and that it opens without signing in"
        );
        let error = fetched(302, &[("location", "/login")], "").document(&url()).unwrap_err();
        assert_eq!(error.to_string(), "https://lms.example/jwks redirects (302) to /login: enter the final address");
    }
}
