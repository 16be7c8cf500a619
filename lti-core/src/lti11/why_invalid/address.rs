//! Addresses that the sender may have signed for: scheme, host, port and path, one by one and together.

use std::collections::BTreeSet;

use super::attempt::Attempt;
use super::{Cause, CauseKind, Hints};

/// The parts of an address.
#[derive(Clone, PartialEq, Eq)]
struct Parts {
    scheme: String,
    host: String,
    port: Option<String>,
    path: String,
}

impl Parts {
    fn of(uri: &str) -> Self {
        let (scheme, rest) = uri.split_once("://").unwrap_or(("", uri));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = split_port(authority);
        Self { scheme: scheme.to_owned(), host, port, path: path.to_owned() }
    }

    fn uri(&self) -> String {
        let Self { scheme, host, path, .. } = self;
        match &self.port {
            Some(port) => format!("{scheme}://{host}:{port}{path}"),
            None => format!("{scheme}://{host}{path}"),
        }
    }

    fn default_port(&self) -> &'static str {
        if self.scheme == "https" { "443" } else { "80" }
    }

    /// What differs, in the order in which it is likely to.
    fn differs(&self, other: &Self) -> Vec<CauseKind> {
        let slash = self.path.trim_end_matches('/') == other.path.trim_end_matches('/');
        let path = if slash { CauseKind::TrailingSlash } else { CauseKind::PathPrefix };
        let all = [
            (self.scheme != other.scheme, CauseKind::Scheme),
            (self.port != other.port, CauseKind::Port),
            (self.host != other.host, CauseKind::Host),
            (self.path != other.path, path),
        ];
        all.into_iter().filter(|(differs, _)| *differs).map(|(_, kind)| kind).collect()
    }
}

fn split_port(authority: &str) -> (String, Option<String>) {
    let ends = authority.find(']').map_or(0, |at| at + 1);
    match authority.get(ends..).and_then(|rest| rest.find(':')) {
        Some(at) => (authority[..ends + at].to_lowercase(), Some(authority[ends + at + 1..].to_owned())),
        None => (authority.to_lowercase(), None),
    }
}

/// The address with the other scheme, and the cause that it would be.
pub(super) fn other_scheme(start: &Attempt) -> (Cause, String) {
    let mut parts = Parts::of(&start.uri);
    parts.scheme = if parts.scheme == "http" { "https" } else { "http" }.to_owned();
    let uri = parts.uri();
    (Cause::new(CauseKind::Scheme, start.uri.clone(), uri.clone()), uri)
}

/// Every address that makes the signature right; those that differ least come first, and one that differs more says
/// nothing beside them.
pub(super) fn causes(start: &Attempt, hints: &Hints) -> Vec<Cause> {
    let seen = Parts::of(&start.uri);
    let mut tried = BTreeSet::from([start.uri.clone()]);
    let mut others: Vec<_> = candidates(&seen, hints).into_iter().map(|parts| (parts.differs(&seen), parts)).collect();
    others.sort_by_key(|(differs, _)| differs.len());
    let mut causes: Vec<Cause> = Vec::new();
    for (kinds, parts) in others {
        let uri = parts.uri();
        let explained = causes.iter().any(|cause| cause.kinds.len() < kinds.len());
        if !explained && tried.insert(uri.clone()) && start.clone().at(&uri).matches() {
            causes.push(Cause { kinds, verified: start.uri.clone(), signed: uri });
        }
    }
    causes
}

fn candidates(seen: &Parts, hints: &Hints) -> Vec<Parts> {
    let mut hosts = vec![(seen.host.clone(), None)];
    hosts.extend(hints.hosts.iter().map(|host| split_port(host)));
    if let Some(bare) = seen.host.strip_prefix("www.") {
        hosts.push((bare.to_owned(), None));
    } else {
        hosts.push((format!("www.{}", seen.host), None));
    }
    let mut all = Vec::new();
    for scheme in ["https", "http"] {
        for (host, own_port) in &hosts {
            for path in paths(seen, hints) {
                let mut parts = Parts { scheme: scheme.to_owned(), host: host.clone(), port: None, path };
                let default = parts.default_port().to_owned();
                let mut ports = vec![None, seen.port.clone(), own_port.clone()];
                // A default port that was put in is wrong, and happens; tools like a Jupyter hub listen on 8000.
                ports.extend([default.as_str(), "443", "80", "8000", "8080", "8443"].map(|port| Some(port.to_owned())));
                ports.extend(hints.ports.iter().cloned().map(Some));
                for port in ports {
                    parts.port = port;
                    all.push(parts.clone());
                }
            }
        }
    }
    all
}

fn paths(seen: &Parts, hints: &Hints) -> Vec<String> {
    let path = &seen.path;
    let mut paths = vec![path.clone()];
    paths.push(path.strip_suffix('/').map_or_else(|| format!("{path}/"), ToOwned::to_owned));
    // The sender may use a prefix that was taken off on the way, or none where one was put before.
    for prefix in &hints.prefixes {
        let prefix = format!("/{}", prefix.trim_matches('/'));
        paths.push(format!("{prefix}{path}"));
        paths.extend(path.strip_prefix(&prefix).filter(|rest| rest.starts_with('/')).map(ToOwned::to_owned));
    }
    if let Some((at, _)) = path.char_indices().skip(1).find(|(_, c)| *c == '/') {
        paths.push(path[at..].to_owned());
    }
    paths
}
