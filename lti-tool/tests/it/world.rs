//! A platform, a tool and a browser, in one process and with a clock that stands still.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use lti_core::Timestamp;
use lti_core::jose::jwks::jwks_document;
use lti_core::jose::key::SigningKey;
use lti_core::jose::token::sign_compact;
use lti_core::message::{LtiResourceLinkRequest, ResourceLink};
use lti_core::vocab::ContextRole;
use lti_tool::{CookieKey, LaunchError, Launched, LtiTool, LtiToolBuilder, Registration};
use oauth2_issuer::BoxFuture;
use oauth2_issuer::clock::{Clock as _, ManualClock};
use oauth2_issuer::once::MemoryOnceStore;
use oauth2_issuer::relying::{Fetch, FetchError, Fetched};
use serde_json::Value;
use url::Url;

pub(crate) const ISSUER: &str = "https://lms.example";
pub(crate) const CLIENT: &str = "client-1";
pub(crate) const TARGET: &str = "https://tool.example/course?a=1";
pub(crate) const START: Timestamp = Timestamp::from_secs(1_700_000_000);

/// The platform's key, made once: it is the slowest thing here.
pub(crate) static KEY: LazyLock<Arc<SigningKey>> =
    LazyLock::new(|| Arc::new(SigningKey::generate_rs256("key-1").unwrap()));

/// What the platform answers when its key set is fetched.
pub(crate) struct KeyServer {
    pub(crate) answer: Mutex<Result<Fetched, FetchError>>,
    pub(crate) fetches: AtomicUsize,
}

impl KeyServer {
    pub(crate) fn publish(&self, keys: &[&SigningKey]) {
        let document = jwks_document(keys.iter().copied()).to_string();
        *self.answer.lock().unwrap() = Ok(Fetched::new(StatusCode::OK, HeaderMap::new(), document));
    }
}

impl Fetch for KeyServer {
    fn get<'a>(&'a self, _url: &'a Url) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        let answer = self.answer.lock().unwrap().clone();
        Box::pin(async move { answer })
    }
}

pub(crate) struct World {
    pub(crate) tool: LtiTool,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) key_server: Arc<KeyServer>,
}

pub(crate) fn registration(issuer: &str, client_id: &str) -> Registration {
    let url = |path: &str| Url::parse(&format!("https://lms.example{path}")).unwrap();
    Registration::new(issuer, client_id, url("/auth?tenant=1"), url("/jwks"))
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder.registration(registration(ISSUER, CLIENT).only_deployments(["dep-1", "dep-2"])))
    }

    /// A tool with a cookie key of its own and the parts that the test chooses.
    pub(crate) fn with(parts: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder) -> Self {
        let clock = Arc::new(ManualClock::new(START));
        let empty = Ok(Fetched::new(StatusCode::OK, HeaderMap::new(), "{}"));
        let key_server = Arc::new(KeyServer { answer: Mutex::new(empty), fetches: AtomicUsize::new(0) });
        key_server.publish(&[&KEY]);
        let builder = LtiTool::builder("https://tool.example".parse().unwrap())
            .clock(Arc::clone(&clock) as _)
            .fetch(Arc::clone(&key_server) as _)
            .once_store(Arc::new(MemoryOnceStore::default()))
            .cookie_key(CookieKey::new([9; 32]));
        Self { tool: parts(builder).build().unwrap(), clock, key_server }
    }

    /// Begins a login in that browser.
    pub(crate) async fn login(&self, browser: &mut Browser) -> Login {
        let redirect = self.tool.login(login_parameters(), &browser.headers()).await.unwrap();
        browser.take(&redirect.set_cookies);
        Login::read(&redirect.location)
    }

    /// The message that answers a login, as a sound platform mints it.
    pub(crate) fn message(&self, login: &Login) -> Value {
        let now = self.clock.now();
        let link = ResourceLink::new("link-1");
        let end = now + Duration::from_mins(5);
        let nonce = login["nonce"].clone();
        let mut message = LtiResourceLinkRequest::new(ISSUER, CLIENT, "dep-1", nonce, TARGET, link, now, end);
        message.sub = Some("user-1".into());
        message.roles = vec![ContextRole::Learner.into()];
        serde_json::to_value(&message).unwrap()
    }

    /// Posts a message, signed by the platform, as the answer to that login.
    pub(crate) async fn answer(
        &self,
        browser: &mut Browser,
        login: &Login,
        message: &Value,
    ) -> Result<Launched, LaunchError> {
        let token = sign_compact(&KEY, message).unwrap();
        self.post(browser, [("id_token", token.as_str()), ("state", &login["state"])]).await
    }

    /// Posts any form.
    pub(crate) async fn post<'a>(
        &self,
        browser: &mut Browser,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Launched, LaunchError> {
        let fields: Vec<_> = fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let outcome = self.tool.launch(fields, &browser.headers()).await;
        if let Ok(launched) = &outcome {
            browser.take(&launched.set_cookies);
        }
        outcome
    }

    /// A whole launch in a new browser, with one change to the message.
    pub(crate) async fn launch_with(&self, change: impl FnOnce(&mut Value)) -> Result<Launched, LaunchError> {
        let mut browser = Browser::default();
        let login = self.login(&mut browser).await;
        let mut message = self.message(&login);
        change(&mut message);
        self.answer(&mut browser, &login, &message).await
    }
}

pub(crate) fn login_parameters() -> Vec<(String, String)> {
    [
        ("iss", ISSUER),
        ("login_hint", "hint&1"),
        ("target_link_uri", TARGET),
        ("lti_message_hint", "m=1&n=%20\u{e9}"),
        ("client_id", CLIENT),
        ("unknown", "ignored"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// The parameters of an authentication request.
#[derive(Debug, Clone)]
pub(crate) struct Login(pub(crate) BTreeMap<String, String>);

impl Login {
    pub(crate) fn read(location: &Url) -> Self {
        Self(location.query_pairs().into_owned().collect())
    }
}

impl std::ops::Index<&str> for Login {
    type Output = String;

    fn index(&self, name: &str) -> &String {
        &self.0[name]
    }
}

/// The cookies of one browser.
#[derive(Debug, Default, Clone)]
pub(crate) struct Browser(pub(crate) BTreeMap<String, String>);

impl Browser {
    pub(crate) fn take<T: AsRef<str>>(&mut self, set_cookies: &[T]) {
        for cookie in set_cookies {
            let (pair, attributes) = cookie.as_ref().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.0.remove(name);
            } else {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if !self.0.is_empty() {
            let pairs: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.insert("cookie", pairs.join("; ").parse().unwrap());
        }
        headers
    }
}
