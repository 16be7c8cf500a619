//! `doctor registration`: what is missing, malformed or unreachable in a registration table, and what is merely unlike
//! between its two sides, or between it and what the platform says of itself.
//!
//! Most failed launches are a slash or a port in a table. Nothing is launched here and nobody is judged: the table is read,
//! its addresses are asked whether they answer, its key sets are linted key by key.

mod compare;

use std::fmt;

use bytes::Bytes;
use lti_core::{
    jose::{
        KeySet,
        lint::{Severity, lint},
    },
    registration::{PlatformRegistration, ProblemKind, Reading, ToolRegistration},
};
use oauth2_issuer::{
    metadata::{ProviderMetadata, WELL_KNOWN},
    relying::{Fetch, FetchError},
};
use url::{Host, Url};

use self::compare::Differences;
use crate::transport::{Request, Transport};

/// How much a line weighs, lightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// As it should be.
    Fine,
    /// Worth knowing.
    Note,
    /// Something will not work.
    Problem,
    /// An address does not answer.
    Unreachable,
}

/// One line of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How much it weighs.
    pub weight: Weight,
    /// What it says.
    pub text: String,
}

impl Line {
    pub(crate) fn new(weight: Weight, text: impl Into<String>) -> Self {
        Self { weight, text: text.into() }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.weight {
            Weight::Fine => "ok         ",
            Weight::Note => "note       ",
            Weight::Problem => "problem    ",
            Weight::Unreachable => "unreachable",
        };
        write!(f, "{word} {}", self.text)
    }
}

/// Looks a table over. `against` is the other side's table; without it the two sides of the same table are compared.
pub async fn examine(
    table: &Reading,
    against: Option<&Reading>,
    fetch: &dyn Fetch,
    transport: &dyn Transport,
) -> Vec<Line> {
    let mut lines: Vec<Line> = table.problems.iter().map(|problem| of_problem(problem, "")).collect();
    lines.extend(against.iter().flat_map(|other| &other.problems).map(|problem| of_problem(problem, "other side: ")));
    for platform in &table.document.platforms {
        of_platform(platform, fetch, transport, &mut lines).await;
    }
    for tool in &table.document.tools {
        of_tool(tool, fetch, transport, &mut lines).await;
    }
    let other = against.unwrap_or(table);
    let mut differences = Differences::default();
    differences.between(&table.document, &other.document);
    lines.extend(differences.into_lines());
    lines
}

fn of_problem(problem: &lti_core::registration::Problem, side: &str) -> Line {
    let weight = if problem.kind == ProblemKind::Unknown { Weight::Note } else { Weight::Problem };
    Line::new(weight, format!("{side}{problem}"))
}

async fn of_platform(
    platform: &PlatformRegistration,
    fetch: &dyn Fetch,
    transport: &dyn Transport,
    lines: &mut Vec<Line>,
) {
    key_set("platform", &platform.jwks_url, fetch, lines).await;
    answers("authorization_url", &platform.authorization_url, transport, lines).await;
    if let Some(token_url) = &platform.token_url {
        answers("token_url", token_url, transport, lines).await;
    }
    discovery(platform, fetch, lines).await;
}

async fn of_tool(tool: &ToolRegistration, fetch: &dyn Fetch, transport: &dyn Transport, lines: &mut Vec<Line>) {
    answers("initiation_url", &tool.initiation_url, transport, lines).await;
    if let Some(jwks_url) = &tool.jwks_url {
        key_set("tool", jwks_url, fetch, lines).await;
        if let Some(reason) = closed_to_moodle(jwks_url) {
            let text = format!("tool: jwks_url {jwks_url}: {reason}: Moodle refuses to fetch it by default");
            lines.push(Line::new(Weight::Note, text));
        }
    }
}

/// Fetches a key set as the other side would, and says of each key what is wrong with it.
async fn key_set(side: &str, url: &Url, fetch: &dyn Fetch, lines: &mut Vec<Line>) {
    let fetched = fetch.get(url).await.and_then(|fetched| fetched.document(url));
    let document: Bytes = match fetched {
        Ok(document) => document,
        Err(error) => return lines.push(Line::new(weight_of(&error), format!("{side}: jwks_url: {error}"))),
    };
    let findings = lint(&document);
    let usable = KeySet::parse(&document).map(|set| set.keys().len()).unwrap_or_default();
    let kids: Vec<String> = KeySet::parse(&document).map_or_else(
        |_| Vec::new(),
        |set| set.keys().iter().filter_map(|key| key.kid().map(ToString::to_string)).collect(),
    );
    for finding in &findings {
        let weight = if finding.severity() == Severity::Error { Weight::Problem } else { Weight::Note };
        let hint = finding.rule.requirement().hint;
        lines.push(Line::new(weight, format!("{side}: {url}: {finding}; {hint}")));
    }
    if usable > 0 {
        let keys = if usable == 1 { "1 key".to_owned() } else { format!("{usable} keys") };
        lines.push(Line::new(Weight::Fine, format!("{side}: {url} has {keys}: {}", kids.join(", "))));
    }
}

/// Whether an address answers at all: what it says to a request without parameters is its own affair.
async fn answers(field: &str, url: &Url, transport: &dyn Transport, lines: &mut Vec<Line>) {
    let request = http::Request::get(url.as_str()).body(Bytes::new());
    let Ok(request): Result<Request, _> = request else {
        return lines.push(Line::new(Weight::Problem, format!("{field}: {url} cannot be asked for")));
    };
    match transport.send(request).await {
        Ok(answer) if answer.status() == http::StatusCode::NOT_FOUND => {
            let text = format!("{field}: {url} answers 404 to a bare request: is this the address?");
            lines.push(Line::new(Weight::Note, text));
        }
        Ok(answer) => {
            lines.push(Line::new(Weight::Fine, format!("{field}: {url} answers ({})", answer.status().as_u16())));
        }
        Err(error) => lines.push(Line::new(Weight::Unreachable, format!("{field}: {url}: {error}"))),
    }
}

/// Compares the table with the platform's discovery document, where it has one: many have it elsewhere or not at all.
async fn discovery(platform: &PlatformRegistration, fetch: &dyn Fetch, lines: &mut Vec<Line>) {
    let issuer = platform.issuer.as_str();
    let Ok(url) = Url::parse(&format!("{}{WELL_KNOWN}", issuer.trim_end_matches('/'))) else { return };
    let fetched = fetch.get(&url).await.and_then(|fetched| fetched.document(&url));
    let found = fetched.ok().and_then(|document| ProviderMetadata::from_json(&document).ok());
    let Some(found) = found else {
        return lines
            .push(Line::new(Weight::Note, format!("no discovery document at {url}, which not every platform has")));
    };
    let mut differences = Differences::default();
    differences.with_discovery(platform, &found);
    lines.extend(differences.into_lines());
}

fn weight_of(error: &FetchError) -> Weight {
    match error {
        FetchError::NameUnknown { .. }
        | FetchError::Refused { .. }
        | FetchError::ProxyUnreachable { .. }
        | FetchError::ProxyRefused { .. }
        | FetchError::TlsUntrusted { .. }
        | FetchError::Tls { .. }
        | FetchError::TooSlow { .. }
        | FetchError::Connection { .. } => Weight::Unreachable,
        _ => Weight::Problem,
    }
}

/// Why a Moodle with its default settings would not fetch this address: it blocks what is not public, and every port but
/// 80 and 443.
fn closed_to_moodle(url: &Url) -> Option<&'static str> {
    let private = match url.host() {
        Some(Host::Ipv4(address)) => address.is_private() || address.is_loopback() || address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.port() {
        _ if private => Some("the address is not public"),
        Some(port) if port != 80 && port != 443 => Some("the port is neither 80 nor 443"),
        _ => None,
    }
}
