//! What a platform must know of a tool.

use serde::Serialize;
use url::Url;

use super::entry::{Entry, Names};
use super::platform::{CLIENT_ID, JWKS_URL, SERVICES, deployments};
use super::problem::ProblemKind;
use crate::id::{ClientId, DeploymentId};

const NAME: Names = &["name", "client_name", "title"];
const INITIATION_URL: Names = &[
    "initiation_url",
    "initiate_login_uri",
    "login_url",
    "initiate_login_url",
    "oidc_initiation_url",
    "oidc_login_url",
];
const REDIRECT_URIS: Names =
    &["redirect_uris", "redirect_uri", "redirect_urls", "redirect_url", "launch_url", "redirection_uris"];
const TARGET_LINK_URI: Names = &["target_link_uri", "target_url", "tool_url"];
const PUBLIC_KEY: Names = &["public_key", "public_key_pem", "pem"];
const DEEP_LINKING: Names = &["deep_linking"];

/// What a platform must know of a tool before its first launch (Security Framework 1.0, 5.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ToolRegistration {
    /// The tool's name at the platform.
    pub client_id: ClientId,
    /// The tool's name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The deployments of the tool. They may come later.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deployment_ids: Vec<DeploymentId>,
    /// Where the tool begins a login.
    pub initiation_url: Url,
    /// Where ID tokens may be posted, character by character.
    pub redirect_uris: Vec<String>,
    /// Where a launch leads when a link says nothing else.
    pub target_link_uri: String,
    /// Where the tool publishes its keys; needed, or a PEM, when it signs anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<Url>,
    /// The tool's public key in PEM, where it publishes no set (Security Framework 1.0, 6.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    /// Whether the tool answers deep linking requests, which it signs.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deep_linking: bool,
    /// Whether the tool uses services, for which it signs assertions.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub services: bool,
}

impl ToolRegistration {
    /// A tool with what every launch needs; launches lead to the redirect URI unless a link says otherwise.
    pub fn new(client_id: impl Into<ClientId>, initiation_url: Url, redirect_uri: impl Into<String>) -> Self {
        let redirect_uri = redirect_uri.into();
        Self {
            client_id: client_id.into(),
            name: None,
            deployment_ids: Vec::new(),
            initiation_url,
            target_link_uri: redirect_uri.clone(),
            redirect_uris: vec![redirect_uri],
            jwks_url: None,
            public_key: None,
            deep_linking: false,
            services: false,
        }
    }

    pub(super) fn read(mut entry: Entry<'_>) -> Option<Self> {
        let client_id = entry.needed(CLIENT_ID, "the id that the platform gave the tool");
        let name = entry.text(NAME, "a name for people");
        let deployment_ids = deployments(&mut entry);
        let initiation_url = entry.address(INITIATION_URL, true);
        let redirect_uris = redirect_uris(&mut entry);
        let target_link_uri = entry.address(TARGET_LINK_URI, false).map(|(text, _)| text);
        let jwks_url = entry.address(JWKS_URL, false);
        let public_key = public_key(&mut entry);
        let (deep_linking, services) = (entry.flag(DEEP_LINKING), entry.flag(SERVICES));
        if (deep_linking || services) && jwks_url.is_none() && public_key.is_none() {
            let expected = "the address of the tool's keys, or public_key, since it signs messages or assertions";
            entry.report(ProblemKind::Missing, JWKS_URL[0], expected, "nothing".to_owned(), None);
        }
        entry.finish();
        Some(Self {
            client_id: ClientId::new(client_id?.0),
            name: name.map(|(text, _)| text),
            deployment_ids,
            initiation_url: initiation_url?.1,
            target_link_uri: target_link_uri.or_else(|| redirect_uris.first().cloned())?,
            redirect_uris,
            jwks_url: jwks_url.map(|(_, url)| url),
            public_key,
            deep_linking,
            services,
        })
    }
}

fn redirect_uris(entry: &mut Entry<'_>) -> Vec<String> {
    const EXPECTED: &str = "absolute https addresses, without fragment and password";
    let found = entry.texts(REDIRECT_URIS, EXPECTED);
    if found.is_empty() {
        entry.report(ProblemKind::Missing, REDIRECT_URIS[0], EXPECTED, "nothing".to_owned(), None);
    }
    let mut uris = Vec::new();
    for (text, line) in found {
        if super::entry::address(&text).is_some() {
            uris.push(text);
        } else {
            entry.report(ProblemKind::Malformed, REDIRECT_URIS[0], EXPECTED, super::node::quoted(&text), line);
        }
    }
    uris
}

fn public_key(entry: &mut Entry<'_>) -> Option<String> {
    const EXPECTED: &str = "a PEM block PUBLIC KEY";
    let (text, line) = entry.text(PUBLIC_KEY, EXPECTED)?;
    let sound = text.contains("-----BEGIN PUBLIC KEY-----") && text.contains("-----END PUBLIC KEY-----");
    if !sound || text.contains("PRIVATE KEY") {
        entry.report(ProblemKind::Malformed, PUBLIC_KEY[0], EXPECTED, super::node::quoted(&text), line);
        return None;
    }
    Some(text)
}
