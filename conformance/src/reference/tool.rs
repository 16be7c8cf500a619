//! The built-in reference tool: `lti-tool` with a page, served on loopback, that the suite judges when it is given no
//! other subject. Every verdict on it has to be a pass, or an observation that the texts leave free.

use std::{net::SocketAddr, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{Html, IntoResponse, Response},
};
use lti_core::{Timestamp, jose::SigningKey};
use lti_tool::{Launch, LtiTool, MemoryRegistrations, Registering, Registration, Registrations};
use oauth2_issuer::{
    clock::Clock,
    key_ring::KeyRing,
    relying::{Call, Fetch, FetchPolicy, GuardedFetcher},
};
use tokio::net::TcpListener;
use url::Url;

use super::{
    content,
    services::{Button, Desk},
};
use crate::{
    clock::SuiteClock,
    config::{Config, ConfigError},
    keys::{KeyError, Keys},
    platform::ForgingPlatform,
    serve::{Served, platform_router, serve_router},
    tls::{LocalAuthority, TlsError},
    transport::Network,
    world::World,
};

/// Why the reference could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// No port could be had.
    #[error("no port on loopback: {0}")]
    Listen(#[from] std::io::Error),
    /// There are no keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// There is no certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The tool cannot be built.
    #[error("the reference tool cannot be built: {0}")]
    Tool(String),
    /// The platform cannot be built.
    #[error("the reference platform cannot be built: {0}")]
    Platform(String),
    /// The issuer cannot be built.
    #[error("the reference issuer cannot be built: {0}")]
    Issuer(String),
    /// There is no client.
    #[error("no HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

impl Clock for SuiteClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(Self::now(self))
    }
}

/// The suite and the reference tool, both on ephemeral ports of loopback.
#[derive(Debug)]
pub struct Reference {
    /// The world to run the suite in.
    pub world: World,
    _servers: [Served; 2],
}

/// Where both sides listen, and the names by which they know each other: between containers these differ.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// Where both listen: an address of this machine.
    pub listen: &'static str,
    /// The suite's name.
    pub suite: &'static str,
    /// The tool's name.
    pub tool: &'static str,
}

impl Default for Hosts {
    fn default() -> Self {
        Self { listen: "127.0.0.1", suite: "127.0.0.1", tool: "127.0.0.1" }
    }
}

impl Reference {
    /// Starts both sides; over TLS when there is an authority.
    ///
    /// # Errors
    /// When a port, a key or a certificate cannot be had.
    pub async fn start(authority: Option<&LocalAuthority>) -> Result<Self, ReferenceError> {
        Self::start_at(authority, &Hosts::default()).await
    }

    /// Starts both sides where they are told to listen, known to each other by their hosts.
    ///
    /// # Errors
    /// When a port, a key or a certificate cannot be had.
    pub async fn start_at(authority: Option<&LocalAuthority>, hosts: &Hosts) -> Result<Self, ReferenceError> {
        let suite = TcpListener::bind((hosts.listen, 0)).await?;
        let tool = TcpListener::bind((hosts.listen, 0)).await?;
        let scheme = if authority.is_some() { "https" } else { "http" };
        let listen = suite.local_addr()?;
        let named = |host: &str, address: SocketAddr| format!("{scheme}://{host}:{}", address.port());
        let config = configuration(listen, &named(hosts.suite, listen), &named(hosts.tool, tool.local_addr()?))?;
        let platform = ForgingPlatform::new(&config.suite.public_url, &config.issuers(), Keys::generate()?);
        let clock = SuiteClock::standing();
        let router = tool_router(&config, &platform, clock.clone(), authority)?;
        let tls = authority.map(LocalAuthority::server);
        let servers =
            [serve_router(suite, platform_router(platform.clone()), tls.clone())?, serve_router(tool, router, tls)?];
        let trusted: Vec<String> = authority.map(|authority| authority.certificate.clone()).into_iter().collect();
        let world = World::new(config, platform, clock, Arc::new(Network::new(&trusted)?));
        Ok(Self { world, _servers: servers })
    }
}

fn configuration(listen: SocketAddr, suite: &str, tool: &str) -> Result<Config, ConfigError> {
    let text = format!(
        r#"
[suite]
listen = "{listen}"
public_url = "{suite}"

[tool]
name = "reference"
login_url = "{tool}/lti/login"
redirect_uris = ["{tool}/lti/launch"]
target_link_uri = "{tool}/lti/launch"
jwks_url = "{tool}/lti/jwks"
registration_url = "{tool}/lti/register"
capabilities = ["closed-deployments", "deep-linking", "ags", "ags-line-items", "ags-results", "nrps"]

[tool.deep_linking]
choose = [{{ submit = "{add}" }}]
cancel = [{{ submit = "{nothing}" }}]

[tool.services]
grades = {{ submit = "Hand in" }}
create_line_item = {{ submit = "Add column" }}
results = {{ submit = "Grades" }}
roster = {{ submit = "People" }}
settle_ms = 0

[[registration]]
client_id = "tool-client"
deployment_ids = ["dep-1", "dep-2"]

[[registration]]
client_id = "tool-client-2"
deployment_ids = ["dep-1"]
issuer = "{suite}/second"

[[registration]]
client_id = "tool-client-3"
deployment_ids = ["dep-3"]
"#,
        add = content::ADD,
        nothing = content::NOTHING,
    );
    Config::parse(&text, "the reference's configuration", &[])
}

/// The reference tool, registered as the configuration says.
fn tool_router(
    config: &Config,
    platform: &ForgingPlatform,
    clock: SuiteClock,
    authority: Option<&LocalAuthority>,
) -> Result<Router, ReferenceError> {
    let wrong = |error: &dyn std::fmt::Display| ReferenceError::Tool(error.to_string());
    let mut policy = FetchPolicy::default().allow_loopback();
    if let Some(authority) = authority {
        policy = policy.trust_pem(authority.certificate.as_bytes()).map_err(|error| wrong(&error))?;
    }
    let mut public_url = config.tool.login_url.clone();
    public_url.set_path("");
    let fetcher = Arc::new(GuardedFetcher::new(policy).map_err(|error| wrong(&error))?);
    let known = Arc::new(MemoryRegistrations::default());
    let issuers = config.issuers();
    for registration in &config.registrations {
        let issuer = config.issuer_of(registration);
        let index = issuers.iter().position(|known| *known == issuer).unwrap_or_default();
        let address = |text: String| Url::parse(&text).map_err(|error| wrong(&error));
        known.put(
            Registration::new(
                issuer,
                registration.client_id.clone(),
                address(platform.auth_url(index))?,
                address(platform.url(index, "/jwks"))?,
            )
            .token_url(address(platform.url(index, "/token"))?)
            .only_deployments(registration.deployment_ids.clone()),
        );
    }
    let registrations = Arc::clone(&known) as Arc<dyn Registrations>;
    let clock: Arc<dyn Clock> = Arc::new(clock);
    let key = SigningKey::generate_rs256("reference-1").map_err(|error| wrong(&error))?;
    let keys = Arc::new(KeyRing::with_key(Arc::clone(&clock), key));
    let builder = LtiTool::builder(public_url)
        .clock(clock)
        .registrations(registrations)
        .key_ring(keys)
        .service_call(Arc::clone(&fetcher) as Arc<dyn Call>);
    let tool = builder.fetch(Arc::clone(&fetcher) as Arc<dyn Fetch>).build().map_err(|error| wrong(&error))?;
    // A platform that the tool registers itself at may launch at once: the same store takes it.
    let registering = Registering::new(&tool, "Quiz", known, fetcher);
    Ok(pages(&tool).merge(registering.router()))
}

/// The tool's pages: that of a launch, that of choosing content, and those behind their buttons.
fn pages(tool: &LtiTool) -> Router {
    let desk = Desk::new(tool.clone());
    let launches = tool.router_with_deep_linking(welcome, content::choose).with_state(Arc::clone(&desk));
    launches.merge(content::router(tool.clone())).merge(desk.router())
}

/// The page that a launch lands on: it shows everything that a case may look for.
#[derive(Template)]
#[template(
    source = r#"<!doctype html><html lang="en"><title>Quiz</title><main><h1>Welcome, {{ name }}</h1>
<p>{% if instructor %}You teach this course: here are the results of all learners.{% else %}Here are your questions.{% endif %}</p>
<dl><dt>User</dt><dd>{{ user }}</dd><dt>Link</dt><dd>{{ link }} {{ title }}</dd><dt>Course</dt><dd>{{ course }}</dd></dl>
{% for button in buttons %}<form method="post" action="/services/{{ button.act }}"><input type="hidden" name="visit" value="{{ visit }}"><button>{{ button.text }}</button></form>
{% endfor %}</main></html>"#,
    ext = "html"
)]
struct Welcome<'a> {
    name: &'a str,
    instructor: bool,
    user: &'a str,
    link: &'a str,
    title: &'a str,
    course: &'a str,
    visit: &'a str,
    buttons: &'a [Button],
}

/// Shows what the launch brought.
pub(super) async fn welcome(State(desk): State<Arc<Desk>>, launch: Launch) -> Response {
    let (visit, buttons) = desk.visit(&launch).unwrap_or_default();
    let page = Welcome {
        name: launch.person().name.as_deref().unwrap_or("guest"),
        instructor: launch.is_instructor(),
        user: launch.user().map_or("anonymous", |user| user.as_str()),
        link: launch.resource_link().id.as_str(),
        title: launch.resource_link().title.as_deref().unwrap_or_default(),
        course: launch.context().and_then(|context| context.title.as_deref()).unwrap_or("no course"),
        visit: &visit,
        buttons: &buttons,
    };
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (http::StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
