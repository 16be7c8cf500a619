//! What is known of the way that a request took.

/// Hosts, ports and path prefixes that the sender may have used. They are tried, and believed for nothing else.
///
/// ```
/// use lti_core::lti11::why_invalid::Hints;
/// let hints = Hints::from_headers([("X-Forwarded-Host", "hub.example, inner"), ("x-forwarded-port", "8443")]);
/// assert_eq!(hints.hosts, ["hub.example", "inner"]);
/// assert_eq!(hints.ports, ["8443"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// Hosts, with a port where it is not the default one.
    pub hosts: Vec<String>,
    /// Ports.
    pub ports: Vec<String>,
    /// Prefixes that a proxy takes off a path, or puts before it: `/hub`.
    pub prefixes: Vec<String>,
}

/// How many of each are tried.
const MOST: usize = 4;

impl Hints {
    /// What the headers of proxies say: `X-Forwarded-Host`, `-Port`, `-Prefix`, `X-Original-Host`, and `Forwarded` (RFC
    /// 7239).
    pub fn from_headers<'h>(headers: impl IntoIterator<Item = (&'h str, &'h str)>) -> Self {
        let mut hints = Self::default();
        for (name, value) in headers {
            let values =
                || value.split(',').map(|value| value.trim().trim_matches('"')).filter(|value| !value.is_empty());
            match name.to_ascii_lowercase().as_str() {
                "x-forwarded-host" | "x-original-host" | "x-host" => add(&mut hints.hosts, values()),
                "x-forwarded-port" => add(&mut hints.ports, values()),
                "x-forwarded-prefix" | "x-script-name" => add(&mut hints.prefixes, values()),
                "forwarded" => {
                    let pairs = value.split([',', ';']).filter_map(|pair| pair.split_once('='));
                    let hosts = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("host"));
                    add(&mut hints.hosts, hosts.map(|(_, host)| host.trim().trim_matches('"')));
                }
                _ => {}
            }
        }
        hints
    }

    /// Adds a host that the tool may be known by, such as the one in its configuration.
    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        add(&mut self.hosts, [host].into_iter());
        self
    }

    /// Adds a prefix that the path may have.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        add(&mut self.prefixes, [prefix].into_iter());
        self
    }
}

fn add<'v>(known: &mut Vec<String>, values: impl Iterator<Item = &'v str>) {
    for value in values {
        if known.len() < MOST && !known.iter().any(|other| other == value) {
            known.push(value.to_owned());
        }
    }
}
