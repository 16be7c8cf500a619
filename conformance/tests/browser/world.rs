//! Three sites: a school (`lms.test`), a tool (`tool.test`) and somebody else (`evil.test`). All over https on loopback,
//! each on a port of its own.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use conformance::{
    serve::{Served, serve_router},
    tls::LocalAuthority,
};
use lti_core::jose::SigningKey;
use lti_platform::{
    ToolRegistration,
    mock::{Choice, MockConfig, MockPlatform},
    storage::StorageTarget,
};
use lti_tool::{FetchPolicy, Launch, LtiTool, Registration};
use oauth2_issuer::{
    clock::{Clock, SystemClock},
    key_ring::KeyRing,
};
use tokio::net::TcpListener;
use tower::ServiceExt as _;
use url::Url;

use crate::{host, webdriver::Result};

const CLIENT: &str = "browser-tool";

/// A school with the address of its course.
pub(crate) struct Lms {
    pub(crate) school: MockPlatform,
    pub(crate) url: String,
}

impl Lms {
    /// The page of a course that launches the tool.
    pub(crate) fn course(&self) -> String {
        format!("{}/courses/{}", self.url, self.school.school().courses[0].id)
    }

    /// A launch of the first link of the course by its first member.
    fn choice(&self) -> Choice {
        let course = self.school.school().courses[0].clone();
        Choice::new(course.links[0].id.clone(), course.members[0].person.clone())
    }

    /// Where a browser begins a launch that this school has set going.
    pub(crate) async fn login_url(&self) -> Result<String> {
        let started = self.school.start(&self.choice()).await.map_err(|error| error.to_string())?;
        Ok(started.url().into())
    }

    /// The cookie of the user who launches.
    pub(crate) fn session(&self) -> String {
        self.school.session_cookie(&self.choice().user)
    }
}

/// A launch with everything that whoever began it knows.
pub(crate) struct AttackersLaunch {
    pub(crate) id_token: String,
    pub(crate) state: String,
    pub(crate) stored: String,
}

/// The three sites.
pub(crate) struct World {
    /// Keeps values in its pages.
    pub(crate) lms: Arc<Lms>,
    /// Keeps values in an invisible frame.
    pub(crate) framing: Arc<Lms>,
    /// Keeps nothing.
    pub(crate) plain: Arc<Lms>,
    pub(crate) tool: LtiTool,
    pub(crate) tool_url: String,
    pub(crate) evil_url: String,
    _servers: Vec<Served>,
}

impl World {
    pub(crate) async fn start() -> Result<Self> {
        let hosts = ["lms.test", "tool.test", "evil.test"].map(str::to_owned);
        let authority = LocalAuthority::make(&hosts).map_err(text)?;
        let mut listeners = Vec::new();
        for _ in 0..5 {
            listeners.push(TcpListener::bind("127.0.0.1:0").await.map_err(text)?);
        }
        let ports: Vec<u16> =
            listeners.iter().filter_map(|listener| listener.local_addr().ok()).map(|address| address.port()).collect();
        let at = |host: &str, index: usize| format!("https://{host}:{}", ports[index]);
        let (tool_url, evil_url) = (at("tool.test", 3), at("evil.test", 4));
        let target = [Some(StorageTarget::Parent), Some(StorageTarget::frame("keeper").map_err(text)?), None];
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let keys = Arc::new(KeyRing::with_key(Arc::clone(&clock), SigningKey::generate_rs256("key-1").map_err(text)?));
        let policy =
            FetchPolicy::default().allow_loopback().trust_pem(authority.certificate.as_bytes()).map_err(text)?;
        let mut builder = LtiTool::builder(Url::parse(&tool_url).map_err(text)?).fetch_policy(policy);
        let mut schools = Vec::new();
        for (index, storage) in target.into_iter().enumerate() {
            let url = at("lms.test", index);
            let mut config = MockConfig::new(Url::parse(&url).map_err(text)?, Arc::clone(&clock), Arc::clone(&keys));
            config.storage = storage;
            config.tools = vec![registered(&tool_url)?];
            schools.push(Arc::new(Lms { school: MockPlatform::new(config).map_err(text)?, url: url.clone() }));
            // The names of the sites are known to the browser alone.
            let jwks = Url::parse(&format!("https://127.0.0.1:{}/jwks", ports[index])).map_err(text)?;
            let authorization = Url::parse(&format!("{url}/auth")).map_err(text)?;
            builder = builder.registration(Registration::new(url, CLIENT, authorization, jwks));
        }
        let tool = builder.build().map_err(text)?;
        let hosted = |lms: &Arc<Lms>| {
            lms.school.router().merge(host::router(Arc::clone(lms), tool_url.clone(), evil_url.clone()))
        };
        let mut routers: Vec<Router> = schools.iter().map(hosted).collect();
        routers.push(tool.router(welcome).route("/control", get(set)).route("/control/read", get(read)));
        routers.push(host::evil());
        let serve = |(listener, router)| serve_router(listener, router, Some(authority.server())).map_err(text);
        let servers = listeners.into_iter().zip(routers).map(serve).collect::<Result<Vec<_>>>()?;
        let [lms, framing, plain] = <[Arc<Lms>; 3]>::try_from(schools).map_err(|_| "three schools")?;
        Ok(Self { lms, framing, plain, tool, tool_url, evil_url, _servers: servers })
    }

    /// A launch that somebody began elsewhere, as far as its form.
    pub(crate) async fn attackers_launch(&self) -> Result<AttackersLaunch> {
        let login = Url::parse(&self.lms.login_url().await?).map_err(text)?;
        let redirect = self.tool.login(login.query_pairs().into_owned(), &HeaderMap::new()).await.map_err(text)?;
        let page = redirect.page.ok_or("the login has no page")?.body;
        let request = Request::get(format!("/auth?{}", redirect.location.query().unwrap_or_default()))
            .header(header::COOKIE, self.lms.session().split(';').next().unwrap_or_default())
            .body(Body::empty())
            .map_err(text)?;
        let response = self.lms.school.router().oneshot(request).await.map_err(text)?;
        let form = to_bytes(response.into_body(), 1 << 20).await.map_err(text)?;
        let form = String::from_utf8_lossy(&form).into_owned();
        Ok(AttackersLaunch {
            id_token: after(&form, "name=\"id_token\" value=\"")?,
            state: after(&form, "name=\"state\" value=\"")?,
            stored: after(&page, "data-value=\"")?,
        })
    }
}

pub(crate) fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn after(page: &str, before: &str) -> Result<String> {
    let found = page.split_once(before).and_then(|(_, rest)| rest.split_once('"'));
    found.map(|(value, _)| value.to_owned()).ok_or_else(|| format!("no {before} in {page}"))
}

fn registered(tool_url: &str) -> Result<ToolRegistration> {
    let (login, launch) = (format!("{tool_url}/lti/login"), format!("{tool_url}/lti/launch"));
    let tool = ToolRegistration::new(CLIENT, &login, [launch.clone()], &launch).map_err(text)?;
    tool.deployed_as("dep-1").map_err(text)
}

/// What an accepted launch shows: whether the cookie came, or the platform's storage stood in for it.
async fn welcome(headers: HeaderMap, launch: Launch) -> String {
    let cookies = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let how = if cookies.contains("lti_login_") { "cookie" } else { "storage" };
    format!("Welcome by {how}, {}", launch.user().map_or("nobody", |user| user.as_str()))
}

/// Sets a cookie of each kind, and goes on to where one sees which the browser kept.
async fn set() -> Response {
    let cookies =
        ["common=1; Path=/; Secure; SameSite=None", "partitioned=1; Path=/; Secure; SameSite=None; Partitioned"];
    let mut response = axum::response::Redirect::to("/control/read").into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, header::HeaderValue::from_static(cookie));
    }
    response
}

async fn read(headers: HeaderMap) -> Html<String> {
    let cookies = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let has = |name: &str| cookies.contains(&format!("{name}=1"));
    Html(format!("kept: common {}, partitioned {}", has("common"), has("partitioned")))
}
