//! The built-in reference tool of LTI 1.1: `lti-tool` with the router that takes both versions and a page, served on
//! loopback, that the suite `tool11` judges when it is given no other subject.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use askama::Template;
use axum::{
    Router,
    extract::{Form, State},
    response::{Html, IntoResponse, Response},
    routing::post,
};
use http::StatusCode;
use lti_core::lti11::launch::Outcome;
use lti_core::lti11::outcomes::Score;
use lti_tool::{LtiTool, Random as _, SystemRandom, lti11::AnyLaunch};
use oauth2_issuer::{
    clock::Clock,
    relying::{Call, Fetch, FetchPolicy, GuardedFetcher},
};
use serde::Deserialize;
use tokio::net::TcpListener;

use super::tool::ReferenceError;
use crate::{
    clock::SuiteClock,
    config::ConfigError,
    serve::{Served, serve_router},
    subject::tool11::{Desk, Tool11Config, Tool11World},
    tls::LocalAuthority,
    transport::Network,
};

/// The suite `tool11` and its reference tool, both on ephemeral ports of loopback.
#[derive(Debug)]
pub struct Tool11Reference {
    /// The world to run the suite in.
    pub world: Tool11World,
    _servers: [Served; 2],
}

impl Tool11Reference {
    /// Starts both sides; over TLS when there is an authority.
    ///
    /// # Errors
    /// When a port or a certificate cannot be had.
    pub async fn start(authority: Option<&LocalAuthority>) -> Result<Self, ReferenceError> {
        let suite = TcpListener::bind("127.0.0.1:0").await?;
        let tool = TcpListener::bind("127.0.0.1:0").await?;
        let scheme = if authority.is_some() { "https" } else { "http" };
        let named = |address: SocketAddr| format!("{scheme}://{address}");
        let config = configuration(suite.local_addr()?, &named(suite.local_addr()?), &named(tool.local_addr()?))?;
        let clock = SuiteClock::standing();
        let router = tool_router(&config, clock.clone(), authority)?;
        let desk = Desk::new(config.suite.public_url.clone());
        let tls = authority.map(LocalAuthority::server);
        let servers = [serve_router(suite, desk.router(), tls.clone())?, serve_router(tool, router, tls)?];
        let trusted: Vec<String> = authority.map(|authority| authority.certificate.clone()).into_iter().collect();
        let world = Tool11World::new(config, desk, clock, Arc::new(Network::new(&trusted)?));
        Ok(Self { world, _servers: servers })
    }
}

fn configuration(listen: SocketAddr, suite: &str, tool: &str) -> Result<Tool11Config, ConfigError> {
    let text = format!(
        r#"
[suite]
listen = "{listen}"
public_url = "{suite}"

[tool]
name = "reference"
launch_url = "{tool}/lti/launch"

[tool.roles]
instructor = {{ text = "You teach this course" }}
learner = {{ text = "Here are your questions" }}

[tool.outcomes]
replace = [{{ submit = "Hand in" }}]

[[consumer]]
key = "consumer-1"
secret = "the first shared secret"

[[consumer]]
key = "consumer-2"
secret = "s&c r%/\u00e9+"
"#
    );
    Tool11Config::parse(&text, "the reference's configuration", &[])
}

/// The reference tool, with the consumers of the configuration.
fn tool_router(
    config: &Tool11Config,
    clock: SuiteClock,
    authority: Option<&LocalAuthority>,
) -> Result<Router, ReferenceError> {
    let wrong = |error: &dyn std::fmt::Display| ReferenceError::Tool(error.to_string());
    let mut policy = FetchPolicy::default().allow_loopback();
    if let Some(authority) = authority {
        policy = policy.trust_pem(authority.certificate.as_bytes()).map_err(|error| wrong(&error))?;
    }
    let fetcher = Arc::new(GuardedFetcher::new(policy).map_err(|error| wrong(&error))?);
    let mut public_url = config.tool.launch_url.clone();
    public_url.set_path("");
    let clock: Arc<dyn Clock> = Arc::new(clock);
    let mut builder = LtiTool::builder(public_url)
        .clock(clock)
        .fetch(Arc::clone(&fetcher) as Arc<dyn Fetch>)
        .service_call(fetcher as Arc<dyn Call>);
    for consumer in &config.consumers {
        builder = builder.consumer(&consumer.key, consumer.secret.reveal());
    }
    Ok(pages(&builder.build().map_err(|error| wrong(&error))?))
}

/// What the tool's pages share: the outcomes of the launches that brought one, by the names of their visits.
pub(super) struct Visits {
    tool: LtiTool,
    outcomes: Mutex<HashMap<String, (String, Outcome)>>,
}

impl Visits {
    pub(super) fn new(tool: LtiTool) -> Self {
        Self { tool, outcomes: Mutex::default() }
    }

    /// Remembers where the score of a launch goes; gives the name of the visit, which nobody can guess.
    fn remember(&self, launch: &AnyLaunch) -> Option<String> {
        let (lti11, outcome) = (launch.lti11()?, launch.outcome()?);
        let mut name = [0; 16];
        SystemRandom.fill(&mut name).ok()?;
        let name = format!("{:032x}", u128::from_be_bytes(name));
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        outcomes.insert(name.clone(), (lti11.consumer_key().to_owned(), outcome));
        Some(name)
    }

    fn find(&self, visit: &str) -> Option<(String, Outcome)> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).get(visit).cloned()
    }
}

/// The tool's pages: that of a launch, and the one behind its button.
fn pages(tool: &LtiTool) -> Router {
    let visits = Arc::new(Visits::new(tool.clone()));
    tool.router_with_lti11(welcome).with_state(Arc::clone(&visits)).merge(behind_the_button(visits))
}

/// The page behind the button of a launch.
pub(super) fn behind_the_button(visits: Arc<Visits>) -> Router {
    Router::new().route("/hand-in", post(hand_in)).with_state(visits)
}

/// The page that a launch of either version lands on: it shows everything that a case may look for.
#[derive(Template)]
#[template(
    source = r#"<!doctype html><html lang="en"><title>Quiz</title><main><h1>Welcome, {{ name }}</h1>
<p>{% if instructor %}You teach this course: here are the results of all learners.{% else if learner %}Here are your questions.{% else %}You look on.{% endif %}</p>
<dl><dt>User</dt><dd>{{ user }}</dd><dt>Platform</dt><dd>{{ platform }}</dd><dt>Link</dt><dd>{{ link }} {{ title }}</dd><dt>Course</dt><dd>{{ course }}</dd><dt>Version</dt><dd>{{ version }}</dd></dl>
{% if let Some(visit) = visit %}<form method="post" action="/hand-in"><input type="hidden" name="visit" value="{{ visit }}"><button>Hand in</button></form>
{% endif %}</main></html>"#,
    ext = "html"
)]
struct Welcome<'a> {
    name: String,
    instructor: bool,
    learner: bool,
    user: &'a str,
    platform: &'a str,
    link: &'a str,
    title: &'a str,
    course: &'a str,
    version: String,
    visit: Option<String>,
}

/// Shows what the launch brought.
pub(super) async fn welcome(State(visits): State<Arc<Visits>>, launch: AnyLaunch) -> Response {
    let page = Welcome {
        name: launch.display_name().unwrap_or_else(|| "guest".to_owned()),
        instructor: launch.is_instructor(),
        learner: launch.is_learner(),
        user: launch.user().unwrap_or("anonymous"),
        platform: launch.lti11().map_or("LTI 1.3", |launch| launch.consumer_key()),
        link: launch.resource_link().id.as_str(),
        title: launch.resource_link().title.as_deref().unwrap_or_default(),
        course: launch.context().and_then(|context| context.title.as_deref()).unwrap_or("no course"),
        version: launch.version().to_string(),
        visit: visits.remember(&launch),
    };
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// What the button sends.
#[derive(Deserialize)]
struct HandIn {
    visit: String,
}

/// Gives the grade back.
async fn hand_in(State(visits): State<Arc<Visits>>, Form(sent): Form<HandIn>) -> Response {
    let Some((consumer_key, outcome)) = visits.find(&sent.visit) else {
        return (StatusCode::NOT_FOUND, "nobody came in by this launch").into_response();
    };
    let outcomes = visits.tool.outcomes(consumer_key, outcome);
    let given = match Score::new(0.92) {
        Ok(score) => outcomes.replace(score).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match given {
        Ok(()) => Html("<!doctype html><title>Quiz</title><p>Your answers are handed in.</p>").into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error).into_response(),
    }
}
