//! What a tool must know of a platform.

use serde::Serialize;
use url::Url;

use super::entry::{Entry, Names};
use super::problem::ProblemKind;
use crate::id::{ClientId, DeploymentId, Issuer};

/// The longest deployment id, in ASCII characters (LTI Core 1.3, 5.3.3).
const DEPLOYMENT_ID_MAX: usize = 255;

const ISSUER: Names = &["issuer", "iss", "platform_id", "platform_issuer"];
pub(super) const CLIENT_ID: Names = &["client_id", "client-id", "clientid"];
pub(super) const DEPLOYMENT_IDS: Names = &["deployment_ids", "deployment_id", "deployments", "deployment"];
const AUTHORIZATION_URL: Names = &[
    "authorization_url",
    "authorization_endpoint",
    "auth_url",
    "oidc_auth_url",
    "auth_login_url",
    "authentication_request_url",
];
pub(super) const JWKS_URL: Names =
    &["jwks_url", "jwks_uri", "key_set_url", "keyset_url", "public_keyset_url", "public_jwks_url"];
const TOKEN_URL: Names = &["token_url", "token_endpoint", "auth_token_url", "access_token_url"];
const TOKEN_AUDIENCE: Names = &["token_audience", "auth_audience", "authorization_server"];
pub(super) const SERVICES: Names = &["services"];

/// What a tool must know of a platform before its first launch (Security Framework 1.0, 5.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PlatformRegistration {
    /// The platform, exactly as it stands in `iss`.
    pub issuer: Issuer,
    /// The tool's name at the platform.
    pub client_id: ClientId,
    /// The deployments that may launch. They may come later: an empty list is open to every one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deployment_ids: Vec<DeploymentId>,
    /// Where authentication requests go.
    pub authorization_url: Url,
    /// Where the platform publishes its keys.
    pub jwks_url: Url,
    /// Where access tokens come from; needed when services are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_url: Option<Url>,
    /// The audience of client assertions where it is not the token URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_audience: Option<String>,
    /// Whether the tool uses services of the platform.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub services: bool,
}

impl PlatformRegistration {
    /// A platform with what every launch needs.
    pub fn new(
        issuer: impl Into<Issuer>,
        client_id: impl Into<ClientId>,
        authorization_url: Url,
        jwks_url: Url,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            deployment_ids: Vec::new(),
            authorization_url,
            jwks_url,
            token_url: None,
            token_audience: None,
            services: false,
        }
    }

    pub(super) fn read(mut entry: Entry<'_>) -> Option<Self> {
        let issuer = issuer(&mut entry);
        let client_id = entry.needed(CLIENT_ID, "the id that the platform gave the tool");
        let deployment_ids = deployments(&mut entry);
        let authorization_url = entry.address(AUTHORIZATION_URL, true);
        let jwks_url = entry.address(JWKS_URL, true);
        let services = entry.flag(SERVICES);
        let token_url = entry.address(TOKEN_URL, services);
        let token_audience = entry.text(TOKEN_AUDIENCE, "the audience as the platform names it");
        entry.finish();
        Some(Self {
            issuer: Issuer::new(issuer?),
            client_id: ClientId::new(client_id?.0),
            deployment_ids,
            authorization_url: authorization_url?.1,
            jwks_url: jwks_url?.1,
            token_url: token_url.map(|(_, url)| url),
            token_audience: token_audience.map(|(text, _)| text),
            services,
        })
    }
}

/// The issuer: a URL without query and fragment (Security Framework 1.0, 5.1.2), kept as it is written.
fn issuer(entry: &mut Entry<'_>) -> Option<String> {
    const EXPECTED: &str = "an https address without query and fragment, exactly as it stands in iss";
    let (text, line) = entry.needed(ISSUER, EXPECTED)?;
    let sound = super::entry::address(&text).is_some_and(|url| url.query().is_none()) && text.trim() == text;
    if !sound {
        entry.report(ProblemKind::Malformed, ISSUER[0], EXPECTED, super::node::quoted(&text), line);
        return None;
    }
    Some(text)
}

/// The deployment ids: ASCII, 255 characters at most, each once (LTI Core 1.3, 3.1.3 and 5.3.3).
pub(super) fn deployments(entry: &mut Entry<'_>) -> Vec<DeploymentId> {
    const EXPECTED: &str = "ids of 1 to 255 ASCII characters, each once";
    let mut ids: Vec<DeploymentId> = Vec::new();
    for (text, line) in entry.texts(DEPLOYMENT_IDS, EXPECTED) {
        let id = DeploymentId::new(text.as_str());
        let seen = if text.len() > DEPLOYMENT_ID_MAX {
            format!("one of {} characters", text.len())
        } else if !text.is_ascii() {
            format!("{}, which is not ASCII", super::node::quoted(&text))
        } else if ids.contains(&id) {
            format!("{} twice", super::node::quoted(&text))
        } else {
            ids.push(id);
            continue;
        };
        entry.report(ProblemKind::Malformed, DEPLOYMENT_IDS[0], EXPECTED, seen, line);
    }
    ids
}
