//! A browser that follows nothing by itself, a school that stands still, and a tool made of messages.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId, ResourceLinkId, State};
use lti_core::jose::{KeySet, SigningKey};
use lti_core::login::{AuthenticationRequest, LoginInitiation};
use lti_platform::mock::{MockConfig, MockPlatform};
use lti_platform::registration::ToolRegistration;
use oauth2_issuer::clock::{Clock, ManualClock};
use oauth2_issuer::key_ring::KeyRing;
use tower::ServiceExt;
use url::Url;

pub(crate) const ISSUER: &str = "http://127.0.0.1:9310";
pub(crate) const LOGIN: &str = "https://quiz.example/lti/login?x=1";
pub(crate) const LAUNCH: &str = "https://quiz.example/lti/launch";
pub(crate) const OTHER_LAUNCH: &str = "https://quiz.example/lti/other";
pub(crate) const NOW: i64 = 1_795_334_400;

/// One key for all tests: making one takes a while.
pub(crate) fn keys() -> Arc<KeyRing> {
    static KEYS: OnceLock<Arc<KeyRing>> = OnceLock::new();
    let make = || {
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
        Arc::new(KeyRing::with_key(clock, SigningKey::generate_rs256("school-1").unwrap()))
    };
    Arc::clone(KEYS.get_or_init(make))
}

pub(crate) fn tool(client_id: &str) -> ToolRegistration {
    ToolRegistration::new(ClientId::new(client_id), LOGIN, [LAUNCH, OTHER_LAUNCH], LAUNCH)
        .unwrap()
        .deployed_as(DeploymentId::new("dep-1"))
        .unwrap()
        .deployed_as(DeploymentId::new("dep-2"))
        .unwrap()
}

/// A school, the browser that is used in it, and its clock.
pub(crate) struct Desk {
    pub(crate) school: MockPlatform,
    pub(crate) clock: Arc<ManualClock>,
    router: Router,
    pub(crate) cookie: Option<String>,
}

/// A response, read.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// The parameters of a message.
pub(crate) type Pairs = Vec<(String, String)>;

impl Desk {
    pub(crate) fn new() -> Self {
        Self::at(ISSUER)
    }

    /// A school with a key of its own, for tests that change it.
    pub(crate) fn alone() -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
        Self::with(ISSUER, Arc::new(KeyRing::with_key(clock, SigningKey::generate_rs256("school-1").unwrap())))
    }

    pub(crate) fn at(public_url: &str) -> Self {
        Self::with(public_url, keys())
    }

    fn with(public_url: &str, keys: Arc<KeyRing>) -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
        let shared: Arc<dyn Clock> = clock.clone();
        let mut config = MockConfig::new(Url::parse(public_url).unwrap(), shared, keys);
        config.seed = Some([3; 32]);
        config.tools = vec![tool("quiz")];
        Self::of(MockPlatform::new(config).unwrap(), clock)
    }

    pub(crate) fn of(school: MockPlatform, clock: Arc<ManualClock>) -> Self {
        Self { router: school.router(), school, clock, cookie: None }
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Page {
        let (mut parts, body) = request.into_parts();
        if let Some(cookie) = &self.cookie {
            parts.headers.insert(header::COOKIE, cookie.parse().unwrap());
        }
        let response = self.router.clone().oneshot(Request::from_parts(parts, body)).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        if let Some(cookie) = parts.headers.get(header::SET_COOKIE) {
            self.cookie = cookie.to_str().unwrap().split(';').next().map(str::to_owned);
        }
        Page { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let fields: Pairs = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.post_pairs(path, &fields).await
    }

    pub(crate) async fn post_pairs(&mut self, path: &str, fields: &[(String, String)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// The links of the school, in the order of its pages.
    pub(crate) fn links(&self) -> Vec<ResourceLinkId> {
        let school = self.school.school();
        school.courses.iter().flat_map(|course| &course.links).map(|link| link.id.clone()).collect()
    }

    /// Follows a link as this user and returns what the tool receives.
    pub(crate) async fn launch(&mut self, link: usize, user: &str, more: &[(&str, &str)]) -> LoginInitiation {
        let link = self.links()[link].clone();
        let fields = [&[("link", link.as_str()), ("user", user)], more].concat();
        let page = self.post("/launch", &fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let url = Url::parse(page.header(header::LOCATION)).unwrap();
        assert!(url.as_str().starts_with(LOGIN), "{url}");
        LoginInitiation::from_pairs(url.query_pairs().into_owned()).unwrap()
    }

    /// Sends an authentication request by GET.
    pub(crate) async fn authenticate(&mut self, request: &[(String, String)]) -> Page {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(request).finish();
        self.get(&format!("/auth?{query}")).await
    }

    pub(crate) async fn key_set(&mut self) -> KeySet {
        KeySet::parse(self.get("/jwks").await.body.as_bytes()).unwrap()
    }
}

impl Page {
    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The address and the fields of the form that posts itself.
    pub(crate) fn form(&self) -> Option<(String, Pairs)> {
        let form = self.body.split("<form").nth(1)?;
        let action = attribute(form, "action")?;
        let field = |input: &str| Some((attribute(input, "name")?, attribute(input, "value")?));
        Some((action, form.split("<input").skip(1).filter_map(field).collect()))
    }

    /// A field of that form.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        self.form()?.1.into_iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split_once(&format!("{name}=\""))?.1.split_once('"')?.0;
    let entities = [("&lt;", "<"), ("&#60;", "<"), ("&#62;", ">"), ("&gt;", ">"), ("&#34;", "\""), ("&quot;", "\"")];
    let rest = [("&#39;", "'"), ("&#x27;", "'"), ("&#38;", "&"), ("&amp;", "&")];
    Some(entities.iter().chain(&rest).fold(value.to_owned(), |text, (entity, plain)| text.replace(entity, plain)))
}

/// The answer of a sound tool to a login initiation.
pub(crate) fn answer(login: &LoginInitiation) -> AuthenticationRequest {
    let client_id = login.client_id.clone().unwrap();
    let mut request = AuthenticationRequest::new(client_id, LAUNCH, login.login_hint.clone(), "nonce-1");
    request.state = Some(State::new("state-1"));
    request.lti_message_hint.clone_from(&login.lti_message_hint);
    request
}
