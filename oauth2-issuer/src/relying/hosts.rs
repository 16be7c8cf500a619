//! Which hosts a fetch policy means: by name, by a name they are below, or by number.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use super::policy::FetcherError;

/// Hosts as an administrator lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HostPattern {
    /// This name alone, as [`plain`] leaves it.
    Name(String),
    /// Every name below this one, which does not mean the name itself.
    Below(String),
    /// Addresses. A host that is given by name is not looked up for it.
    Network(IpNet),
}

impl HostPattern {
    /// Reads `lms.example.org`, `*.example.org`, `192.0.2.7`, `2001:db8::7` or `192.0.2.0/24`.
    ///
    /// # Errors
    /// [`FetcherError`] when it is none of them: a pattern that never matches would protect nobody.
    pub(super) fn parse(text: &str) -> Result<Self, FetcherError> {
        let text = text.trim();
        let number = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        if let Ok(network) = number.parse::<IpNet>() {
            return Ok(Self::Network(network));
        }
        if let Ok(address) = number.parse::<IpAddr>() {
            return Ok(Self::Network(address.to_canonical().into()));
        }
        let (below, name) = text.strip_prefix("*.").map_or((false, text), |name| (true, name));
        let name = name.strip_suffix('.').unwrap_or(name);
        if !name.contains('*') && name.split('.').all(|label| !label.is_empty()) {
            match Host::parse(name) {
                Ok(Host::Domain(name)) if below => return Ok(Self::Below(name)),
                Ok(Host::Domain(name)) => return Ok(Self::Name(name)),
                // Numbers in the other ways of writing them, such as `0x7f.1`.
                Ok(Host::Ipv4(address)) if !below => return Ok(Self::Network(IpAddr::from(address).into())),
                _ => {}
            }
        }
        // What looks like an address of the web may hold a password.
        let seen = if text.contains(['/', '@', ':']) { "something with `/`, `@` or `:`" } else { text };
        Err(FetcherError::because(format!(
            "a host is listed as a name, `*.` and a name, an address or a network, seen {seen:?}"
        )))
    }

    /// Whether this is a host that is meant. Upper and lower case are the same, and a dot at the end of a name says nothing.
    pub(super) fn matches(&self, host: &Host<&str>) -> bool {
        match (self, number(host)) {
            (Self::Network(network), Some(address)) => network.contains(&address),
            (Self::Network(_), None) | (Self::Name(_) | Self::Below(_), Some(_)) => false,
            (Self::Name(name), None) => plain(host) == *name,
            (Self::Below(name), None) => {
                plain(host).strip_suffix(name.as_str()).is_some_and(|labels| labels.ends_with('.'))
            }
        }
    }
}

/// A host without the dots at its end, in lower case; a number in its usual form.
pub(super) fn plain(host: &Host<&str>) -> String {
    match host {
        Host::Domain(name) => name.trim_end_matches('.').to_ascii_lowercase(),
        Host::Ipv4(_) | Host::Ipv6(_) => number(host).map(|address| address.to_string()).unwrap_or_default(),
    }
}

/// The address that is given as a number; an IPv4 address in IPv6 clothes as what it is.
pub(super) fn number(host: &Host<&str>) -> Option<IpAddr> {
    match host {
        Host::Ipv4(address) => Some(IpAddr::from(*address)),
        Host::Ipv6(address) => Some(IpAddr::from(*address).to_canonical()),
        Host::Domain(_) => None,
    }
}

/// Whether the address names this machine: a loopback number, or `localhost` (RFC 6761, section 6.3).
pub(super) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host() else { return false };
    if let Some(address) = number(&host) {
        return address.is_loopback();
    }
    let name = plain(&host);
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, url: &str) -> bool {
        HostPattern::parse(pattern).unwrap().matches(&Url::parse(url).unwrap().host().unwrap())
    }

    #[test]
    fn hosts_that_are_meant() {
        for (pattern, url) in [
            ("lms.example.org", "https://lms.example.org/"),
            ("lms.example.org", "https://LMS.Example.ORG:8443/jwks"),
            ("lms.example.org", "https://lms.example.org./"),
            ("lms.example.org", "https://lms.example.org../"),
            ("LMS.example.org.", "https://lms.example.org/"),
            (" lms.example.org ", "https://lms.example.org/"),
            ("bücher.example", "https://xn--bcher-kva.example/"),
            ("lms.example.org", "https://ｌｍｓ.example.org/"),
            ("lms.example.org", "https://l%6Ds.example.org/"),
            ("*.example.org", "https://lms.example.org/"),
            ("*.example.org", "https://a.b.Example.org./"),
            ("*.EXAMPLE.org.", "https://lms.example.org/"),
            ("10.1.2.3", "https://10.1.2.3/"),
            ("0x7f.1", "https://127.0.0.1/"),
            ("10.1.2.3", "https://[::ffff:10.1.2.3]/"),
            ("::ffff:10.1.2.3", "https://10.1.2.3/"),
            ("10.0.0.0/8", "https://10.1.2.3/"),
            ("2001:db8::7", "https://[2001:db8::7]/"),
            ("[2001:db8::7]", "https://[2001:db8::7]/"),
        ] {
            assert!(matches(pattern, url), "{pattern} means {url}");
        }
    }

    #[test]
    fn hosts_that_are_not_meant() {
        for (pattern, url) in [
            ("example.org", "https://lms.example.org/"),
            ("example.org", "https://badexample.org/"),
            ("example.org", "https://example.org.evil.example/"),
            ("example.org", "https://example.org@evil.example/"),
            ("*.example.org", "https://example.org/"),
            ("*.example.org", "https://badexample.org/"),
            ("*.example.org", "https://lms.badexample.org/"),
            ("*.example.org", "https://lms.example.org.evil.example/"),
            ("*.example.org", "https://lms.exampleXorg/"),
            ("10.1.2.3", "https://10.1.2.30/"),
            ("10.0.0.0/8", "https://11.0.0.1/"),
            ("10.0.0.0/8", "https://10.example/"),
            ("10.1.2.3", "https://10.1.2.3.example/"),
        ] {
            assert!(!matches(pattern, url), "{pattern} does not mean {url}");
        }
    }

    #[test]
    fn what_could_never_match_is_refused_without_repeating_a_password() {
        for text in
            ["", ".", "*", "*.", "*.*", "a.*.example", "*example.org", ".example.org", "a..b", "*.10.1.2.3", "a b"]
        {
            let error = HostPattern::parse(text).unwrap_err().to_string();
            assert!(error.ends_with(&format!("an address or a network, seen {text:?}")), "{error}");
        }
        for text in ["https://u:planted@lms.example", "u:planted@lms.example", "lms.example/planted", "lms:443"] {
            let error = HostPattern::parse(text).unwrap_err().to_string();
            assert!(error.contains("seen \"something with") && !error.contains("planted"), "{error}");
        }
    }

    #[test]
    fn this_machine_has_many_names() {
        let is = |host: &str| is_loopback(&Url::parse(&format!("https://{host}/")).unwrap());
        for host in ["localhost", "LOCALHOST", "localhost.", "lms.localhost", "lms.localhost.", "127.8.8.8", "[::1]"] {
            assert!(is(host), "{host}");
        }
        assert!(is("[::ffff:127.0.0.1]") && is("2130706433"));
        for host in ["localhost.example", "notlocalhost", "128.0.0.1", "[::2]"] {
            assert!(!is(host), "{host}");
        }
    }

    proptest! {
        #[test]
        fn a_star_means_whole_labels(head in "[a-z0-9]{1,8}(\\.[a-z0-9]{1,8}){0,2}", dot in any::<bool>()) {
            let end = if dot { "." } else { "" };
            let below = format!("https://{head}.example.org{end}/");
            let glued = format!("https://{head}example.org{end}/");
            // The last letter keeps the name from ending in a number.
            let before = format!("https://example.org.{head}z{end}/");
            prop_assert!(matches("*.example.org", &below) && !matches("example.org", &below));
            prop_assert!(!matches("*.example.org", &glued) && !matches("*.example.org", &before));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = HostPattern::parse(&text);
        }
    }
}
