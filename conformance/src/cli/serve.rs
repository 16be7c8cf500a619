//! `serve`: the mocks, for people.

use std::sync::Arc;

use axum::{Router, routing::get};
use lti_core::{
    id::{ClientId, DeploymentId},
    jose::key::SigningKey,
    service::Scope,
};
use lti_platform::{
    lti11::Lti11Tool,
    mock::{MockConfig, MockPlatform, SchoolFile},
    registration::ToolRegistration,
};
use lti_tool::{LtiTool, Registration};
use oauth2_issuer::{
    clock::{Clock as _, SystemClock},
    key_ring::KeyRing,
    relying::{FetchPolicy, GuardedFetcher, JwksCache},
};
use tokio::net::TcpListener;
use url::Url;

use super::{
    Exit, UsageError,
    arguments::{ServeArguments, ServePlatformArguments, Side},
};

const PLATFORM_PORT: u16 = 9310;
const TOOL_PORT: u16 = 9320;
/// The client id under which the mock platform knows the mock tool.
const MOCK_CLIENT: &str = "mock-tool";
/// The id under which the mock platform knows the mock tool by LTI 1.1.
const MOCK_CLIENT11: &str = "mock-tool-lti11";
/// The consumer of LTI 1.1 that both mocks know. It protects nothing: both are for one machine and for anybody on it.
const MOCK_CONSUMER: (&str, &str) = ("mock-platform", "mock-secret");

pub(super) fn wrong(error: impl std::fmt::Display) -> UsageError {
    UsageError(error.to_string())
}

/// Serves one side until it is ended.
pub(super) async fn serve(side: Side) -> Result<Exit, UsageError> {
    match side {
        Side::Platform(arguments) => {
            let (listener, public_url) = listen(&arguments.serve, PLATFORM_PORT).await?;
            let router = platform(&public_url, &arguments).await?;
            run(listener, router, &public_url).await
        }
        Side::Issuer(arguments) => super::serve_issuer::serve(&arguments).await,
        Side::Tool(arguments) => {
            let (listener, public_url) = listen(&arguments, TOOL_PORT).await?;
            let router = tool(&public_url, &arguments)?;
            run(listener, router, &public_url).await
        }
    }
}

async fn listen(arguments: &ServeArguments, default: u16) -> Result<(TcpListener, Url), UsageError> {
    listen_at(arguments.port.unwrap_or(default), arguments.public_url.as_ref()).await
}

/// Listens on loopback; gives the address by which others reach it, too.
pub(super) async fn listen_at(port: u16, public_url: Option<&Url>) -> Result<(TcpListener, Url), UsageError> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
        UsageError(format!("cannot listen on 127.0.0.1:{port}: {error}; choose another with --port"))
    })?;
    let address = listener.local_addr().map_err(wrong)?;
    let public_url = match public_url {
        Some(url) => url.clone(),
        None => Url::parse(&format!("http://{address}")).map_err(wrong)?,
    };
    Ok((listener, public_url))
}

pub(super) async fn run(listener: TcpListener, router: Router, public_url: &Url) -> Result<Exit, UsageError> {
    println!("listening on {}", public_url.as_str().trim_end_matches('/'));
    let end = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    axum::serve(listener, router).with_graceful_shutdown(end).await.map_err(wrong)?;
    Ok(Exit::Clean)
}

/// The mock school, with the mock tool registered at its default address.
async fn platform(public_url: &Url, arguments: &ServePlatformArguments) -> Result<Router, UsageError> {
    let clock = Arc::new(SystemClock);
    let named = |error: &dyn std::fmt::Display| UsageError(format!("{}: {error}", arguments.file.display()));
    let file = if arguments.memory {
        None
    } else {
        Some(SchoolFile::open(&arguments.file).await.map_err(|error| named(&error))?)
    };
    let key = match &file {
        Some(file) => file.signing_key().map_err(|error| named(&error))?,
        None => SigningKey::generate_rs256("school-1").map_err(wrong)?,
    };
    let keys = Arc::new(KeyRing::with_key(clock.clone(), key));
    let mut config = MockConfig::new(public_url.clone(), clock.clone(), keys);
    if let Some(file) = file {
        eprintln!("the school is kept in {} (--memory keeps nothing)", arguments.file.display());
        config = config.kept_in(file);
    }
    let tools = format!("{}/tools", public_url.as_str().trim_end_matches('/'));
    eprintln!("LTI 1.3: register your tool at {tools}#register, and enter in the tool what stands on that page");
    eprintln!(
        "LTI 1.1: register your tool at {tools}#register-lti11, and enter its consumer key and secret in the tool"
    );
    let fetcher = GuardedFetcher::new(FetchPolicy::default().allow_loopback()).map_err(wrong)?;
    config.key_sets = Some(Arc::new(JwksCache::new(Arc::new(fetcher), clock)));
    config.tools = vec![mock_tool()?];
    config.lti11_tools = vec![mock_tool11()?];
    Ok(MockPlatform::new(config).map_err(wrong)?.router())
}

fn mock_tool() -> Result<ToolRegistration, UsageError> {
    let base = format!("http://127.0.0.1:{TOOL_PORT}/lti");
    let (login, launch, keys) = (format!("{base}/login"), format!("{base}/launch"), format!("{base}/jwks"));
    ToolRegistration::new(ClientId::new(MOCK_CLIENT), &login, [launch.clone()], &launch)
        .and_then(|tool| tool.with_jwks_url(&keys))
        .and_then(|tool| tool.with_scopes(Scope::KNOWN).deployed_as(DeploymentId::new("mock-deployment")))
        .map_err(wrong)
}

fn mock_tool11() -> Result<Lti11Tool, UsageError> {
    let (key, secret) = MOCK_CONSUMER;
    let launch = format!("http://127.0.0.1:{TOOL_PORT}/lti/launch");
    let tool = Lti11Tool::new(MOCK_CLIENT11, key, secret, &launch).map_err(wrong)?;
    Ok(tool.accepting_grades(true))
}

/// A tool that shows what it was launched with, by either version.
fn tool(public_url: &Url, arguments: &ServeArguments) -> Result<Router, UsageError> {
    let issuer = arguments.platform.as_str().trim_end_matches('/').to_owned();
    let address = |path: &str| Url::parse(&format!("{issuer}{path}")).map_err(wrong);
    let client = arguments.client_id.clone().unwrap_or_else(|| MOCK_CLIENT.to_owned());
    let registration = Registration::new(issuer.clone(), client, address("/auth")?, address("/jwks")?);
    // A key id names one key for ever: the key of the last start had another.
    let kid = format!("mock-tool-{}", SystemClock.now());
    let key = SigningKey::generate_rs256(kid).map_err(wrong)?;
    let (consumer_key, secret) = MOCK_CONSUMER;
    let tool = LtiTool::builder(public_url.clone())
        .registration(registration.token_url(address("/token")?))
        .consumer(consumer_key, secret)
        .key_ring(Arc::new(KeyRing::with_key(Arc::new(SystemClock), key)))
        .fetch_policy(FetchPolicy::default().allow_loopback())
        .build()
        .map_err(wrong)?;
    let about = format!(
        "An LTI tool. LTI 1.3: register it with a platform: login URL {}, launch URL {}, key set URL {}; it knows the platform \
         {issuer}. LTI 1.0 and 1.1: the same launch URL, consumer key {consumer_key}, secret {secret}.",
        tool.login_url(),
        tool.launch_url(),
        tool.jwks_url()
    );
    let front = get(move || async move { about });
    Ok(crate::reference::pages_of_either(&tool).route("/", front))
}
