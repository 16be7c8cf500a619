//! What two addresses or names differ by, when they should be the same: most failed launches are a slash or a port.

use std::fmt;

use url::{Host, Url};

/// What two values that should be equal differ by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unlike {
    /// White space at an end.
    WhiteSpace,
    /// A slash at the end of one.
    TrailingSlash,
    /// `http` in place of `https`.
    Scheme,
    /// A port in one, or another port.
    Port,
    /// `localhost` in place of a number, which browsers and cookies keep apart.
    Loopback,
    /// Capital letters.
    Case,
    /// `www.` before the host of one.
    Www,
    /// Another host.
    Host,
    /// Another path.
    Path,
    /// Another query.
    Query,
    /// Something else.
    Other,
}

impl Unlike {
    /// The words behind "differs by".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WhiteSpace => "white space at an end",
            Self::TrailingSlash => "a trailing slash",
            Self::Scheme => "http for https",
            Self::Port => "the port",
            Self::Loopback => "localhost for a number",
            Self::Case => "capital letters",
            Self::Www => "www. before the host",
            Self::Host => "the host",
            Self::Path => "the path",
            Self::Query => "the query",
            Self::Other => "more than a detail",
        }
    }

    /// Whether the two are merely alike: somebody meant the same and wrote it otherwise.
    pub const fn is_slip(self) -> bool {
        !matches!(self, Self::Host | Self::Path | Self::Query | Self::Other)
    }
}

impl fmt::Display for Unlike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What two values differ by; nothing when they are equal, character for character.
///
/// ```
/// use lti_core::registration::{Unlike, unlike};
/// assert_eq!(unlike("https://lms.example", "https://lms.example/"), Some(Unlike::TrailingSlash));
/// assert_eq!(unlike("http://localhost:80/a", "http://127.0.0.1/a"), Some(Unlike::Loopback));
/// assert_eq!(unlike("tool-1", "tool-1"), None);
/// ```
pub fn unlike(one: &str, other: &str) -> Option<Unlike> {
    if one == other {
        return None;
    }
    if one.trim() == other.trim() {
        return Some(Unlike::WhiteSpace);
    }
    if one.trim_end_matches('/') == other.trim_end_matches('/') {
        return Some(Unlike::TrailingSlash);
    }
    let texts = (one, other);
    if let (Ok(one), Ok(other)) = (Url::parse(one), Url::parse(other)) {
        // Equal once read as addresses: written with capitals, or with the port that the scheme has anyway.
        let alike = if texts.0.eq_ignore_ascii_case(texts.1) { Unlike::Case } else { Unlike::Port };
        return Some(if one == other { alike } else { unlike_urls(&one, &other) });
    }
    Some(if one.eq_ignore_ascii_case(other) { Unlike::Case } else { Unlike::Other })
}

fn unlike_urls(one: &Url, other: &Url) -> Unlike {
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    if one.host() != other.host() {
        return match (one.host_str(), other.host_str()) {
            (Some(a), Some(b)) if a.strip_prefix("www.") == Some(b) || b.strip_prefix("www.") == Some(a) => Unlike::Www,
            _ if is_loopback(one) && is_loopback(other) => Unlike::Loopback,
            _ => Unlike::Host,
        };
    }
    if path(one) != path(other) {
        return if path(one).eq_ignore_ascii_case(&path(other)) { Unlike::Case } else { Unlike::Path };
    }
    if one.query() != other.query() {
        return Unlike::Query;
    }
    if one.scheme() != other.scheme() {
        return Unlike::Scheme;
    }
    if one.port() != other.port() {
        return Unlike::Port;
    }
    Unlike::TrailingSlash
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Unlike, unlike};

    #[test]
    fn each_slip_has_its_name() {
        for (one, other, expected) in [
            ("https://lms.example", "https://lms.example ", Unlike::WhiteSpace),
            ("https://lms.example", "https://lms.example/", Unlike::TrailingSlash),
            ("https://lms.example/a", "http://lms.example/a", Unlike::Scheme),
            ("https://lms.example/a", "https://lms.example:8443/a", Unlike::Port),
            ("https://lms.example/a", "https://lms.example:443/a", Unlike::Port),
            ("https://LMS.example/a/", "https://lms.example/a", Unlike::TrailingSlash),
            ("http://localhost:9310", "http://127.0.0.1:9310", Unlike::Loopback),
            ("https://lms.example/Moodle", "https://lms.example/moodle", Unlike::Case),
            ("https://LMS.example", "https://lms.example", Unlike::Case),
            ("https://www.lms.example", "https://lms.example", Unlike::Www),
            ("https://lms.example/?a=1", "https://lms.example/", Unlike::Query),
            ("https://lms.example/a", "https://lms.example/b", Unlike::Path),
            ("https://lms.example", "https://other.example", Unlike::Host),
            ("Tool", "tool", Unlike::Case),
            ("tool", "other", Unlike::Other),
        ] {
            assert_eq!(unlike(one, other), Some(expected), "{one} {other}");
            assert_eq!(unlike(other, one), Some(expected), "{other} {one}");
            assert_eq!(unlike(one, one), None);
        }
    }
}
