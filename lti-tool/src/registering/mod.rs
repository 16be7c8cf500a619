//! The tool's half of LTI Dynamic Registration 1.0: somebody adds the tool to a platform by one address, and the two tell
//! each other the rest.
//!
//! The platform opens [`Registering`]'s address in a frame or a window, with the address of its configuration and a token.
//! The tool reads the configuration, asks to be registered, keeps the answer, and shows a page that closes itself.
//!
//! **Security.** Whoever can open that address can offer any platform. What protects the tool: the configuration is fetched
//! by the guarded fetcher; the issuer that it names must be served by that very origin, so that nobody registers under
//! somebody else's name (an issuer that is known to be configured elsewhere is [named](Registering::configured_at)); a
//! registration that is there already is never replaced; and who takes the registration ([`RegistrationSink`]) may keep it
//! back until somebody has looked at it.

mod error;
mod exchange;
mod page;
#[cfg(feature = "axum")]
mod router;
mod sink;

use std::fmt;
use std::sync::Arc;

use lti_core::message::claims::RESOURCE_LINK_REQUEST;
use lti_core::registration::dynamic::{RegistrationRequest, ToolConfiguration, ToolMessage};
use oauth2_issuer::relying::{Fetch, Submit};
use url::Url;

pub use self::error::RegisteringError;
pub use self::sink::{Registered, RegistrationSink, SinkError};
use crate::tool::{LtiTool, endpoint};

/// Where platforms open the registration, below the tool's public address.
pub(crate) const REGISTER_PATH: &str = "/lti/register";

/// Registers this tool at platforms that ask it to.
///
/// ```no_run
/// # #[cfg(feature = "axum")]
/// # fn example(tool: lti_tool::LtiTool, store: std::sync::Arc<lti_tool::MemoryRegistrations>) -> Result<axum::Router, Box<dyn std::error::Error>> {
/// use std::sync::Arc;
/// use lti_tool::{FetchPolicy, Registering};
/// use oauth2_issuer::relying::GuardedFetcher;
///
/// // The same store that the tool looks platforms up in: `LtiTool::builder(..).registrations(store.clone())`.
/// let registering = Registering::new(&tool, "Quiz", store, Arc::new(GuardedFetcher::new(FetchPolicy::default())?));
/// let app = tool.router(|| async { "launched" }).merge(registering.router());
/// # Ok(app)
/// # }
/// ```
#[derive(Clone)]
pub struct Registering {
    request: RegistrationRequest,
    address: String,
    sink: Arc<dyn RegistrationSink>,
    fetch: Arc<dyn Fetch>,
    submit: Arc<dyn Submit>,
    elsewhere: Vec<(String, String)>,
}

impl fmt::Debug for Registering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registering").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Registering {
    /// Registers `tool` under this name; launches lead to its public address, by resource link launches. What `http`
    /// does over the network is what the guarded fetcher allows.
    pub fn new<H: Fetch + Submit + 'static>(
        tool: &LtiTool,
        name: impl Into<String>,
        sink: Arc<dyn RegistrationSink>,
        http: Arc<H>,
    ) -> Self {
        let public_url = &tool.0.public_url;
        let mut configuration = ToolConfiguration::new(host_and_port(public_url), tool.launch_url());
        configuration.messages = vec![ToolMessage::new(RESOURCE_LINK_REQUEST)];
        configuration.claims = ["iss", "sub", "name", "given_name", "family_name", "email"].map(str::to_owned).to_vec();
        let redirect = [tool.launch_url().to_owned()];
        let request = RegistrationRequest::new(name, tool.login_url(), redirect, tool.jwks_url(), configuration);
        let address = endpoint(public_url, REGISTER_PATH);
        let fetch = Arc::clone(&http) as Arc<dyn Fetch>;
        Self { request, address, sink, fetch, submit: http, elsewhere: Vec::new() }
    }

    /// Asks for something else than [`Registering::new`] says: further messages, scopes, a logo, custom parameters.
    #[must_use]
    pub fn asking(mut self, change: impl FnOnce(&mut RegistrationRequest)) -> Self {
        change(&mut self.request);
        self
    }

    /// Takes the configuration of `issuer` from another host than its own: hosted platforms share one issuer. Only name
    /// hosts that belong to the platform: whoever controls the host can register as this issuer.
    #[must_use]
    pub fn configured_at(mut self, issuer: impl Into<String>, host: impl Into<String>) -> Self {
        self.elsewhere.push((issuer.into(), host.into()));
        self
    }

    /// The registration URL to give to the people who run platforms.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// The host of an address, with its port where it has one of its own.
fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
