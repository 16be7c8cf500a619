//! The tool itself: what login and launch share.

use std::sync::Arc;
use std::time::Duration;

use lti_core::inspect::Policy;
use lti_core::lti11;
use oauth2_issuer::clock::Clock;
use oauth2_issuer::key_ring::KeyRing;
use oauth2_issuer::once::OnceStore;
use oauth2_issuer::relying::{Call, JwksCache, TokenClient, Wait};
use url::{Origin, Url};

use crate::builder::LtiToolBuilder;
use crate::cookie_jar::CookieJar;
use crate::lti11::Consumers;
use crate::lti11::cause::LastLook;
use crate::migration::Lti11Secrets;
use crate::random::Random;
use crate::registration::Registrations;
use crate::service::{ServicePolicy, ServiceState};

/// How long a user may take from the login to the launch. It passes without a page to fill in, so ten minutes are ample.
pub(crate) const LOGIN_LIFETIME: Duration = Duration::from_mins(10);

/// Where platforms send logins, below the tool's public address.
pub(crate) const LOGIN_PATH: &str = "/lti/login";
/// The redirect URI, below the tool's public address.
pub(crate) const LAUNCH_PATH: &str = "/lti/launch";
/// The tool's key set, below the tool's public address.
pub(crate) const JWKS_PATH: &str = "/lti/jwks";

/// An address of the tool.
pub(crate) fn endpoint(public_url: &Url, path: &str) -> String {
    format!("{}{path}", public_url.as_str().trim_end_matches('/'))
}

/// A tool: takes logins and launches. Cloning it is cheap, and the clones share everything.
#[derive(Clone)]
pub struct LtiTool(pub(crate) Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) public_url: Url,
    pub(crate) launch_url: String,
    pub(crate) origins: Vec<Origin>,
    pub(crate) registrations: Arc<dyn Registrations>,
    pub(crate) jwks: JwksCache,
    pub(crate) once: Arc<dyn OnceStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) jar: CookieJar,
    pub(crate) policy: Policy,
    pub(crate) keys: Option<Arc<KeyRing>>,
    pub(crate) lti11_secrets: Option<Arc<dyn Lti11Secrets>>,
    pub(crate) consumers: Arc<dyn Consumers>,
    pub(crate) lti11_policy: lti11::inspect::Policy,
    pub(crate) last_look: LastLook,
    pub(crate) tokens: TokenClient,
    pub(crate) call: Arc<dyn Call>,
    pub(crate) wait: Arc<dyn Wait>,
    pub(crate) service_policy: ServicePolicy,
    pub(crate) services: ServiceState,
}

impl LtiTool {
    /// Starts to describe a tool whose public address, as browsers see it, is `public_url`.
    pub fn builder(public_url: Url) -> LtiToolBuilder {
        LtiToolBuilder::new(public_url)
    }

    /// The redirect URI to register at the platforms.
    pub fn launch_url(&self) -> &str {
        &self.0.launch_url
    }

    /// The login initiation URL to register at the platforms.
    pub fn login_url(&self) -> String {
        endpoint(&self.0.public_url, LOGIN_PATH)
    }

    /// The address of the key set to register at the platforms.
    pub fn jwks_url(&self) -> String {
        endpoint(&self.0.public_url, JWKS_PATH)
    }

    /// The tool's public keys; an empty set when it signs nothing.
    pub fn jwks(&self) -> serde_json::Value {
        self.0.keys.as_ref().map_or_else(|| serde_json::json!({"keys": []}), |keys| keys.jwks())
    }
}

impl Parts {
    /// Whether an address leads to this tool (OpenID Connect Core 1.0, section 4: `target_link_uri` must be verified, so
    /// that the tool is no open redirector).
    pub(crate) fn owns(&self, address: &str) -> bool {
        Url::parse(address).is_ok_and(|url| self.origins.contains(&url.origin()))
    }
}

impl std::fmt::Debug for LtiTool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LtiTool").field("launch_url", &self.0.launch_url).finish_non_exhaustive()
    }
}
