//! The base string URI (RFC 5849, 3.4.1.2): where a request went, without its query.

use std::fmt::Write as _;
use std::net::Ipv6Addr;

/// The address is none that a request can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an absolute address with scheme http or https, and a host")]
#[non_exhaustive]
pub struct InvalidUrl;

/// Scheme, host, port and path, as a signature covers them: scheme and host in lower case, the port only where the
/// scheme does not imply it, the path as it was sent.
///
/// ```
/// use lti_core::lti11::oauth1::BaseUri;
/// let (uri, query) = BaseUri::parse("HTTPS://Tool.Example:443/r%20v/X?id=123")?;
/// assert_eq!(uri.as_str(), "https://tool.example/r%20v/X");
/// assert_eq!(query, Some("id=123"));
/// # Ok::<(), lti_core::lti11::oauth1::InvalidUrl>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUri(String);

impl BaseUri {
    /// Splits an address into what is signed as a whole, and the query whose parameters are signed one by one.
    ///
    /// The text is taken as it is: a library that parses addresses would change paths, which are signed as they are. A
    /// user name before the host and a fragment are no part of a request.
    ///
    /// # Errors
    /// [`InvalidUrl`] for anything but an absolute `http` or `https` address with a host.
    pub fn parse(url: &str) -> Result<(Self, Option<&str>), InvalidUrl> {
        let url = url.split_once('#').map_or(url, |(url, _)| url);
        let (url, query) = url.split_once('?').map_or((url, None), |(url, query)| (url, Some(query)));
        let (scheme, rest) = url.split_once("://").ok_or(InvalidUrl)?;
        let path_at = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_at);
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        Ok((Self::new(scheme, host, path)?, query))
    }

    /// From the parts that a server knows: the scheme, the `Host` header, and the path as the request line has it.
    ///
    /// # Errors
    /// [`InvalidUrl`] when the scheme is neither `http` nor `https`, or the host is empty or no host.
    pub fn new(scheme: &str, host: &str, path: &str) -> Result<Self, InvalidUrl> {
        let default = if scheme.eq_ignore_ascii_case("http") {
            80
        } else if scheme.eq_ignore_ascii_case("https") {
            443
        } else {
            return Err(InvalidUrl);
        };
        let (host, port) = split_port(host)?;
        let mut uri = String::with_capacity(scheme.len() + host.len() + path.len() + 9);
        uri.push_str(scheme);
        uri.push_str("://");
        uri.push_str(host);
        uri.make_ascii_lowercase();
        let in_brackets = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if let Some(Ok(address)) = in_brackets.map(str::parse::<Ipv6Addr>) {
            uri.truncate(scheme.len() + 3);
            let _ = write!(uri, "[{address}]");
        }
        if let Some(port) = port.filter(|port| *port != default) {
            let _ = write!(uri, ":{port}");
        }
        if path.is_empty() {
            uri.push('/');
        }
        let mut separator = "";
        for part in path.split(' ') {
            // A space cannot be sent; whoever writes one means this.
            uri.push_str(std::mem::replace(&mut separator, "%20"));
            uri.push_str(part);
        }
        Ok(Self(uri))
    }

    /// The text that is encoded into the base string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Host and port of an authority, or of a `Host` header. An empty port is the default one (RFC 3986, 3.2.3).
fn split_port(authority: &str) -> Result<(&str, Option<u16>), InvalidUrl> {
    // The colons of an IPv6 address stand in brackets.
    let host_ends = authority.find(']').map_or(0, |at| at + 1);
    let (host, port) = match authority.get(host_ends..).and_then(|rest| rest.find(':')) {
        Some(at) => (&authority[..host_ends + at], &authority[host_ends + at + 1..]),
        None => (authority, ""),
    };
    let port = match port {
        "" => None,
        port if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(port.parse().map_err(|_| InvalidUrl)?),
        _ => return Err(InvalidUrl),
    };
    if host.is_empty() { Err(InvalidUrl) } else { Ok((host, port)) }
}

#[cfg(test)]
mod tests {
    use super::{BaseUri, InvalidUrl};

    #[test]
    fn a_port_is_left_out_only_where_the_scheme_implies_it() {
        for (url, base) in [
            ("http://a:80/p", "http://a/p"),
            ("http://a:443/p", "http://a:443/p"),
            ("https://a:443/p", "https://a/p"),
            ("https://a:80/p", "https://a:80/p"),
            ("https://a:0443/p", "https://a/p"),
            ("https://a:/p", "https://a/p"),
            ("http://a:8080", "http://a:8080/"),
        ] {
            assert_eq!(BaseUri::parse(url).map(|(uri, _)| uri.0), Ok(base.to_owned()), "{url}");
        }
    }

    #[test]
    fn scheme_and_host_are_in_lower_case_and_the_path_is_as_it_was_sent() {
        for (url, base, query) in [
            ("HTTP://EXAMPLE.com:80/r%20v/X?id=123", "http://example.com/r%20v/X", Some("id=123")),
            ("https://Tool.Example", "https://tool.example/", None),
            ("https://tool.example?a=/b", "https://tool.example/", Some("a=/b")),
            ("https://u:p@Tool.example/%7euser/../A//b/#top?x", "https://tool.example/%7euser/../A//b/", None),
            ("http://[::1]:8000/x", "http://[::1]:8000/x", None),
            ("http://[0:0::1]/x?", "http://[::1]/x", Some("")),
            ("https://tool.example/a b/日本", "https://tool.example/a%20b/日本", None),
        ] {
            assert_eq!(BaseUri::parse(url), Ok((BaseUri(base.to_owned()), query)), "{url}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_request_is_refused() {
        for url in
            ["", "/launch", "ftp://a/", "https://", "https:///p", "https://a:b/", "https://a:65536/", "http://:80"]
        {
            assert_eq!(BaseUri::parse(url), Err(InvalidUrl), "{url}");
        }
    }
}
