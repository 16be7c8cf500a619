//! A school to launch tools from: for people who build a tool, and for tests. It is a platform like any other, with
//! the same checks; only that anybody may act as anybody.
//!
//! Courses, people and links are those of [`seed`]; the pages show the trace of the last launches with every message
//! decoded. The school is kept in memory, and in a SQLite file where one is named ([`MockConfig::kept_in`], feature `sqlite`).

mod build;
mod choice;
mod choosing;
mod chosen;
mod content;
mod explain;
#[cfg(feature = "sqlite")]
mod file;
mod form;
mod grades;
mod handlers;
mod lti11;
mod lti11_tools;
pub mod material;
mod materials;
mod observe;
mod pages;
mod people;
mod records;
mod registering;
pub mod school;
pub mod seed;
mod services;
mod session;
mod settings;
mod store;
pub mod trace;
mod view;

use std::sync::Arc;

use aws_lc_rs::hmac;
use axum::response::Redirect;
use axum::{Router, middleware, routing};
use lti_core::id::{Issuer, KeyId, Subject};
use lti_core::jose::{Algorithm, KeyError, SigningKey};
use lti_core::service::Scope;
use oauth2_issuer::Unavailable;
use oauth2_issuer::clock::Clock;
use oauth2_issuer::key_ring::{KeyRing, KeyRingError};
use oauth2_issuer::once::{MemoryOnceStore, OnceStore};
use oauth2_issuer::server::Sessions;
use oauth2_issuer::server::token::KeySets;
use url::Url;

pub use choice::{Choice, ChoiceError, Method, RoleChoice, Target};
pub use choosing::ContentChoice;
#[cfg(feature = "sqlite")]
pub use file::{SchoolFile, SchoolFileError};
pub use session::COOKIE_NAME;

/// The style of the school's pages, for other mocks that should look like it.
pub const STYLE: &str = include_str!("../../assets/school.css");

use crate::gradebook::{Gradebook, MemoryGradebook};
use crate::hint::{HintKey, NoRandomness, fresh_id, random};
pub use crate::privacy::Privacy;

use crate::deep_linking::{ContentReturn, ContentStore, Refusal};
use crate::launch::{InitiationError, LaunchRequest, LaunchSource, Platform, StartedLaunch};
use crate::lti11::{
    LaunchForm, Lti11LaunchError, Lti11Observer, Lti11Platform, Lti11Server, Lti11Tool, Lti11ToolError, Lti11Tools,
};
use crate::registration::{DynamicRegistration, Registrar, RegistrationError, Registrations, ToolRegistration};
use crate::router::{Observer, PlatformServer};
use crate::services::{ServiceObserver, ServiceOffer, ServiceUrls};
use crate::storage::StorageTarget;
use chosen::CourseContent;
use content::Source;
use school::School;
use services::Served;
use session::SessionCookies;
use store::{Keeper, Store, Written};
use trace::Trace;

/// What a school is made of.
#[non_exhaustive]
pub struct MockConfig {
    /// Where browsers reach the school: its issuer identifier, without a slash at the end.
    pub public_url: Url,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The keys that sign ID tokens; one for RS256 must be active.
    pub keys: Arc<KeyRing>,
    /// The secret that sessions and hints are signed with. Without one, a fresh one: launches under way and sessions
    /// end with the process.
    pub seed: Option<[u8; 32]>,
    /// Tools that are registered from the start, each with its deployments. Those that a file holds already stay as
    /// they are there.
    pub tools: Vec<ToolRegistration>,
    /// Tools of LTI 1.1 that are registered from the start. Those that a file holds already stay as they are there.
    pub lti11_tools: Vec<Lti11Tool>,
    /// Which window keeps values for tools without cookies: the pages themselves unless something else is said, or an
    /// invisible frame in them, or none.
    pub storage: Option<StorageTarget>,
    /// Where line items and scores are kept: in memory unless [`kept_in`](Self::kept_in) says otherwise.
    pub gradebook: Arc<dyn Gradebook>,
    /// Remembers what may be used once: assertions and registration tokens. In memory unless
    /// [`kept_in`](Self::kept_in) says otherwise.
    pub once: Arc<dyn OnceStore>,
    /// Gets the key sets of tools. Without it no tool can have an access token, and no services are offered.
    pub key_sets: Option<Arc<dyn KeySets>>,
    /// A parameter in the query of every service's address, as some real platforms have it: tools that append to such an
    /// address as if it had none are found out.
    pub service_query: Option<(String, String)>,
    /// Where the school is kept. Without it, it starts anew with the process.
    kept: Kept,
}

impl MockConfig {
    /// A school in memory, without tools.
    pub fn new(public_url: Url, clock: Arc<dyn Clock>, keys: Arc<KeyRing>) -> Self {
        Self {
            public_url,
            clock,
            keys,
            seed: None,
            tools: Vec::new(),
            lti11_tools: Vec::new(),
            storage: Some(StorageTarget::Parent),
            gradebook: Arc::new(MemoryGradebook::default()),
            once: Arc::new(MemoryOnceStore::default()),
            key_sets: None,
            service_query: None,
            kept: Kept::default(),
        }
    }

    /// Goes on with the school in this file, and keeps it there: everything but launches under way and the trace. The
    /// secret becomes that of the file; its [signing key](SchoolFile::signing_key) belongs into the key ring.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub fn kept_in(mut self, file: SchoolFile) -> Self {
        self.seed = Some(file.seed());
        self.gradebook = file.gradebook();
        self.once = file.once();
        self.kept = Kept { keeper: Some(Arc::new(file.keeper())), written: file.written };
        self
    }
}

/// Where the school is kept, and how it was found there.
#[derive(Default)]
struct Kept {
    written: Option<(u64, Written)>,
    keeper: Option<Arc<dyn Keeper>>,
}

/// Why there is no school.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MockError {
    /// The address cannot be an issuer identifier.
    #[error("public_url {0} has a query or a fragment, or is neither https nor http")]
    PublicUrl(Url),
    /// No key can sign RS256, the algorithm that every tool understands.
    #[error("the key ring has no active key for RS256")]
    NoKey,
    /// A tool cannot be registered, or was written down twice.
    #[error(transparent)]
    Register(#[from] RegistrationError),
    /// A tool of LTI 1.1 was written down twice, or under the id or the key of another.
    #[error(transparent)]
    Lti11(#[from] Lti11ToolError),
    /// There are no random bytes for the secret.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// What the pages and the endpoints share.
pub(crate) struct MockState {
    issuer: String,
    /// The path of the school, without a slash at its end.
    base: String,
    store: Arc<Store>,
    platform: Arc<Platform>,
    lti11: Arc<Lti11Platform>,
    storage: Option<StorageTarget>,
    sessions: Arc<SessionCookies>,
    clock: Arc<dyn Clock>,
    trace: Arc<Trace>,
    registration: DynamicRegistration,
    keys: Arc<KeyRing>,
    gradebook: Arc<dyn Gradebook>,
    served: Option<Served>,
    content: Option<ContentReturn>,
    course_content: Arc<CourseContent>,
}

/// Why there is no new signing key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RotateError {
    /// There are no random bytes for its id.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// It cannot be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The ring does not take it.
    #[error(transparent)]
    Ring(#[from] KeyRingError),
}

impl MockState {
    /// Signs with a fresh key from now on. Its id is new, and the one before it stays published for the ring's overlap
    /// (Security Framework 1.0, 6.4).
    fn rotate_keys(&self) -> Result<KeyId, RotateError> {
        let kid = KeyId::new(format!("school-{}", fresh_id()?));
        self.keys.publish(SigningKey::generate_rs256(kid.clone())?)?;
        self.keys.activate_next(Algorithm::Rs256)?;
        Ok(kid)
    }

    /// Sets a chosen launch going and begins its trace.
    async fn start(&self, choice: &Choice) -> Result<StartedLaunch, StartError> {
        let school = self.store.school();
        let (course, link) = school.link(&choice.link).ok_or(StartError::UnknownLink)?;
        let user = school.person(&choice.user).ok_or(StartError::UnknownUser)?;
        if !content::may_enter(course, user) {
            return Err(StartError::NotEnrolled);
        }
        let mut request =
            LaunchRequest::new(user.id.clone(), link.client_id.clone(), link.deployment_id.clone(), link.id.clone());
        request.target_link_uri.clone_from(&link.target_link_uri);
        request.memo = choice.memo();
        let started = self.platform.initiate(request).await?;
        self.record_initiation(choice, &started);
        Ok(started)
    }
}

/// Why a chosen launch was not set going.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No course holds the link.
    #[error("the link is not in this school")]
    UnknownLink,
    /// No course has the id.
    #[error("the course is not in this school")]
    UnknownCourse,
    /// No tool has the id, or it has no deployment.
    #[error("the tool is not registered at this school")]
    UnknownTool,
    /// Nobody has the id.
    #[error("the user is not at this school")]
    UnknownUser,
    /// The user takes no part in the course.
    #[error("the user takes no part in the course")]
    NotEnrolled,
    /// The platform refuses.
    #[error(transparent)]
    Initiation(#[from] InitiationError),
    /// The platform refuses a launch by LTI 1.1.
    #[error(transparent)]
    Lti11(#[from] Lti11LaunchError),
}

/// A school, ready to be served.
///
/// ```
/// use std::sync::Arc;
/// use lti_core::jose::SigningKey;
/// use lti_platform::mock::{MockConfig, MockPlatform};
/// use oauth2_issuer::clock::{Clock, SystemClock};
/// use oauth2_issuer::key_ring::KeyRing;
///
/// let clock: Arc<dyn Clock> = Arc::new(SystemClock);
/// let keys = Arc::new(KeyRing::with_key(clock.clone(), SigningKey::generate_rs256("key-1")?));
/// let school = MockPlatform::new(MockConfig::new("http://127.0.0.1:9310".parse()?, clock, keys))?;
/// let _router = school.router();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct MockPlatform {
    state: Arc<MockState>,
}

impl std::fmt::Debug for MockPlatform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockPlatform").field("issuer", &self.state.issuer).finish_non_exhaustive()
    }
}

impl MockPlatform {
    /// Opens the school.
    ///
    /// # Errors
    /// [`MockError`] names what is missing or cannot be used.
    pub fn new(config: MockConfig) -> Result<Self, MockError> {
        let issuer = issuer(&config.public_url)?;
        if config.keys.signing_key(Algorithm::Rs256).is_none() {
            return Err(MockError::NoKey);
        }
        let store = Arc::new(Store::open(config.kept.written, Arc::clone(&config.keys), config.kept.keeper)?);
        for tool in config.tools {
            if store.tool(tool.client_id()).is_none() {
                store.register(tool)?;
            }
        }
        for tool in config.lti11_tools {
            if store.lti11_tool(tool.id()).is_none() {
                store.register_lti11(tool)?;
            }
        }
        let [hint_secret, session_secret, token_secret] = secrets(config.seed)?;
        let source = Arc::new(Source { store: Arc::clone(&store), issuer: issuer.clone() });
        let lti11 = Lti11Platform::new(
            Issuer::new(issuer.clone()),
            Arc::clone(&store) as Arc<dyn Lti11Tools>,
            Arc::clone(&source) as Arc<dyn LaunchSource>,
            HintKey::from_bytes(&hint_secret),
            Arc::clone(&config.once),
            Arc::clone(&config.clock),
        )
        .grading(Arc::clone(&config.gradebook));
        let mut platform = Platform::new(
            Issuer::new(issuer.clone()),
            Arc::clone(&store) as Arc<dyn Registrations>,
            source,
            HintKey::from_bytes(&hint_secret),
            Arc::clone(&config.clock),
        );
        if let Some(target) = &config.storage {
            platform = platform.keeping_storage(target.clone());
        }
        let mut urls = ServiceUrls::new(&issuer);
        if let Some((name, value)) = config.service_query {
            urls = urls.with_query(name, value);
        }
        let offer = ServiceOffer::new(urls, Arc::clone(&config.gradebook));
        if config.key_sets.is_some() {
            platform = platform.offering(offer.clone());
        }
        let platform = Arc::new(platform);
        let trace = Arc::new(Trace::default());
        let base = config.public_url.path().trim_end_matches('/').to_owned();
        let (kept_in, gradebook) = (Arc::clone(&store), Arc::clone(&config.gradebook));
        let course_content = Arc::new(CourseContent { store: kept_in, gradebook, base });
        let content = config.key_sets.as_ref().map(|key_sets| {
            ContentReturn::new(
                Arc::clone(&platform),
                Arc::clone(key_sets),
                Arc::clone(&config.once),
                Arc::clone(&course_content) as Arc<dyn ContentStore>,
                Arc::clone(&config.clock),
            )
        });
        let served = config.key_sets.map(|key_sets| {
            Served::new(services::Parts {
                platform: &platform,
                store: &store,
                offer,
                key_sets,
                once: Arc::clone(&config.once),
                token_secret: &token_secret,
                clock: &config.clock,
                trace: &trace,
            })
        });
        let mut registration = DynamicRegistration::new(
            &config.public_url,
            Arc::clone(&store) as Arc<dyn Registrar>,
            HintKey::from_bytes(&hint_secret),
            config.once,
            Arc::clone(&config.clock),
        );
        if served.is_some() {
            registration = registration.granting(Scope::KNOWN);
        }
        let state = MockState {
            storage: config.storage,
            base: config.public_url.path().trim_end_matches('/').to_owned(),
            sessions: Arc::new(SessionCookies::new(&session_secret, &config.public_url)),
            issuer,
            store,
            platform,
            lti11: Arc::new(lti11),
            content,
            course_content,
            clock: config.clock,
            trace,
            keys: config.keys,
            gradebook: config.gradebook,
            registration,
            served,
        };
        Ok(Self { state: Arc::new(state) })
    }

    /// Registers another tool and links it in every course.
    ///
    /// # Errors
    /// [`RegistrationError::ClientIdTaken`] when its `client_id` is taken.
    pub fn register(&self, tool: ToolRegistration) -> Result<(), RegistrationError> {
        self.state.store.register(tool)
    }

    /// Registers another tool of LTI 1.1 and links it in every course.
    ///
    /// # Errors
    /// [`Lti11ToolError`] when its id or its consumer key is taken.
    pub fn register_lti11(&self, tool: Lti11Tool) -> Result<(), Lti11ToolError> {
        self.state.store.register_lti11(tool)
    }

    /// Changes people, courses and links: for tests and programs that need a school of their own.
    pub fn change_school(&self, change: impl FnOnce(&mut School)) {
        self.state.store.change(change);
    }

    /// Writes down what a program has changed. What a request changes is written down before its answer is sent.
    ///
    /// # Errors
    /// [`Unavailable`] when the file cannot be written.
    pub async fn save(&self) -> Result<(), Unavailable> {
        self.state.store.save().await
    }

    /// Signs with a fresh key from now on, and returns its id; the one before it stays published for the overlap of the
    /// ring. Making a key takes a moment.
    ///
    /// # Errors
    /// [`RotateError`] when there is no key.
    pub fn rotate_keys(&self) -> Result<KeyId, RotateError> {
        self.state.rotate_keys()
    }

    /// Sets a launch going without the pages: for programs that drive a tool. The browser that goes on to the tool needs
    /// the session of the user, see [`session_cookie`](Self::session_cookie).
    ///
    /// # Errors
    /// [`StartError`] when the school does not offer this launch.
    pub async fn start(&self, choice: &Choice) -> Result<StartedLaunch, StartError> {
        self.state.start(choice).await
    }

    /// Makes the form of a launch by LTI 1.1 without the pages.
    ///
    /// # Errors
    /// [`StartError`] when the school does not offer this launch.
    pub async fn start_lti11(&self, choice: &Choice) -> Result<LaunchForm, StartError> {
        self.state.start_lti11(choice).await
    }

    /// Makes the form that lets somebody choose content in a tool of LTI 1.1, without the pages.
    ///
    /// # Errors
    /// [`StartError`] when the school does not offer this.
    pub async fn start_lti11_content(&self, choice: &ContentChoice) -> Result<LaunchForm, StartError> {
        self.state.start_lti11_content(choice).await
    }

    /// Lets somebody choose content without the pages, as [`start`](Self::start) does it for a link.
    ///
    /// # Errors
    /// [`StartError`] when the school does not offer this.
    pub async fn start_content(&self, choice: &ContentChoice) -> Result<StartedLaunch, StartError> {
        self.state.start_content(choice).await
    }

    /// The `Set-Cookie` value that signs in as this user.
    pub fn session_cookie(&self, user: &Subject) -> String {
        self.state.sessions.set_cookie(user)
    }

    /// The school as it is now.
    pub fn school(&self) -> Arc<School> {
        self.state.store.school()
    }

    /// The line items and the scores.
    pub fn gradebook(&self) -> &Arc<dyn Gradebook> {
        &self.state.gradebook
    }

    /// The last launches, and the last calls of services.
    pub fn trace(&self) -> &Trace {
        &self.state.trace
    }

    /// Everything under the path of the issuer: the endpoints of the platform and the pages of the school.
    pub fn router(&self) -> Router {
        let state = &self.state;
        let endpoints = PlatformServer::new(
            Arc::clone(&state.platform),
            Arc::clone(&state.sessions) as Arc<dyn Sessions>,
            Arc::clone(&state.keys),
            Arc::clone(&state.clock),
        );
        // The issuer was a URL already, so its endpoints are URLs too.
        let endpoints = endpoints.map_or_else(
            |_| Router::new(),
            |server| {
                let server = server.described_by(content::product()).registering(state.registration.clone());
                let mut server = server.observed_by(Arc::clone(state) as Arc<dyn Observer>);
                if let Some(Served { endpoint, services }) = &state.served {
                    let services = services.clone().observed_by(Arc::clone(state) as Arc<dyn ServiceObserver>);
                    server = server.serving(Arc::clone(endpoint), services);
                }
                if let Some(content) = &state.content {
                    let watcher = Arc::clone(state);
                    let watch =
                        move |fields: &[(String, String)], taken: &Result<_, Refusal>| watcher.returned(fields, taken);
                    server = server.taking_content_watched(content.clone(), Arc::new(watch));
                }
                server.router()
            },
        );
        let lti11 = Lti11Server::new(Arc::clone(&state.lti11), Arc::clone(&state.sessions) as Arc<dyn Sessions>)
            .taking_content(Arc::clone(&state.course_content) as Arc<dyn ContentStore>)
            .observed_by(Arc::clone(state) as Arc<dyn Lti11Observer>);
        let endpoints = endpoints.merge(lti11.router());
        let saved = middleware::from_fn_with_state(Arc::clone(state), handlers::saved);
        let school = handlers::router().merge(endpoints).layer(saved).with_state(Arc::clone(state));
        if state.base.is_empty() {
            return school;
        }
        let (base, front) = (state.base.clone(), format!("{}/", state.base));
        let to_base = routing::get(move || async move { Redirect::to(&base) });
        Router::new().nest(&state.base, school).route(&front, to_base)
    }
}

/// The issuer identifier of an address: case-sensitive, without query, fragment (Security Framework 1.0, 1.2), and here
/// without a slash at the end.
fn issuer(public_url: &Url) -> Result<String, MockError> {
    let web = matches!(public_url.scheme(), "https" | "http");
    if !web || public_url.query().is_some() || public_url.fragment().is_some() {
        return Err(MockError::PublicUrl(public_url.clone()));
    }
    Ok(public_url.as_str().trim_end_matches('/').to_owned())
}

/// One secret for hints, one for sessions and one for access tokens, all from the seed, so that none can stand for another.
fn secrets(seed: Option<[u8; 32]>) -> Result<[[u8; 32]; 3], NoRandomness> {
    let seed = match seed {
        Some(seed) => seed,
        None => random::<32>()?,
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, &seed);
    Ok(["hints", "sessions", "access-tokens"].map(|purpose| {
        let mut secret = [0; 32];
        secret.copy_from_slice(hmac::sign(&key, purpose.as_bytes()).as_ref());
        secret
    }))
}
