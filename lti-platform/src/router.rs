//! The platform behind HTTP: discovery document, key set, authorization endpoint.
//!
//! | path below the issuer | what |
//! |---|---|
//! | `/.well-known/openid-configuration` | the discovery document (OpenID Connect Discovery 1.0, 4) |
//! | `/jwks` | the public keys (Security Framework 1.0, 6.3) |
//! | `/storage.js`, `/storage` | the script that keeps values for tools, and the page of an invisible frame with it ([`storage`]) |
//! | `/auth` | the authorization endpoint, GET and POST (OpenID Connect Core 1.0, 3.1.2.1) |
//! | `/token` | the token endpoint, POST (Security Framework 1.0, 4.1; RFC 6749, 3.2), where there are services |
//! | `/services/..` | the services of LTI Advantage ([`services`](crate::services)) |
//! | `/deep-linking/return` | where tools post what was chosen in them (Deep Linking 2.0, 2.3), where content is taken |
//! | `/register` | the registration endpoint, POST, where tools may register themselves (RFC 7591, 3) |

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use lti_core::Timestamp;
use lti_core::id::Subject;
use lti_core::login::AuthenticationRequest;
use lti_core::message::claims::RESOURCE_LINK_REQUEST;
use lti_core::service::Scope;
use oauth2_issuer::Unavailable;
use oauth2_issuer::clock::Clock;
use oauth2_issuer::key_ring::KeyRing;
use oauth2_issuer::metadata::{MessageSupported, PlatformConfiguration, ProviderMetadata, WELL_KNOWN};
use oauth2_issuer::server::router::{JWKS_MAX_AGE, respond};
use oauth2_issuer::server::{Authorizer, Outcome, Sessions, TokenEndpoint};
use serde_json::Value;
use url::{Origin, Url};

use crate::deep_linking::{self, ContentReturn, ReturnServer, Watch};
use crate::launch::Platform;
use crate::registration::{DynamicRegistration, Registrations, ToolRegistration};
use crate::services::Services;
use crate::storage::{self, FRAME_PATH, SCRIPT_PATH};

/// The largest authentication request that is read, in bytes.
pub const REQUEST_MAX: usize = 64 * 1024;

/// One authentication request and its answer, for whoever watches.
#[derive(Debug)]
#[non_exhaustive]
pub struct Exchange<'a> {
    /// `GET` or `POST`.
    pub method: &'a Method,
    /// The request.
    pub request: &'a AuthenticationRequest,
    /// Its parameters as they came, in order.
    pub parameters: &'a [(String, String)],
    /// Who was signed in.
    pub session: Option<&'a Subject>,
    /// The answer. It holds an ID token that works: cut the signature off before showing or keeping it.
    pub outcome: &'a Outcome,
    /// When.
    pub at: Timestamp,
}

/// Watches the endpoints, for logs and traces. It sees what happened and changes nothing.
pub trait Observer: Send + Sync {
    /// An authentication request was answered.
    fn answered(&self, exchange: &Exchange<'_>);
    /// Somebody read the key set.
    fn key_set_read(&self, at: Timestamp);
}

/// The token endpoint, below the issuer.
const TOKEN_PATH: &str = "/token";

/// What the discovery document calls this product unless [`PlatformServer::described_by`] says otherwise.
const PRODUCT: &str = "lti-platform";

/// An address below the issuer.
fn below(platform: &Platform, path: &str) -> Result<Url, url::ParseError> {
    Url::parse(&format!("{}{path}", platform.issuer().as_str().trim_end_matches('/')))
}

/// Where the endpoints of the issuer lie, and what it can do.
fn metadata(platform: &Platform, keys: &KeyRing) -> Result<ProviderMetadata, url::ParseError> {
    let issuer = platform.issuer().as_str();
    let mut metadata = ProviderMetadata::new(issuer, below(platform, "/auth")?, below(platform, "/jwks")?);
    metadata.id_token_signing_alg_values_supported =
        keys.algorithms().iter().map(|algorithm| algorithm.as_str().to_owned()).collect();
    let mut configuration = PlatformConfiguration::default();
    PRODUCT.clone_into(&mut configuration.product_family_code);
    configuration.messages_supported = vec![MessageSupported::new(RESOURCE_LINK_REQUEST)];
    metadata.platform_configuration = Some(configuration);
    Ok(metadata)
}

/// The parts that answer requests.
pub struct PlatformServer {
    authorizer: Authorizer,
    sessions: Arc<dyn Sessions>,
    keys: Arc<KeyRing>,
    clock: Arc<dyn Clock>,
    metadata: ProviderMetadata,
    observer: Option<Arc<dyn Observer>>,
    registrations: Arc<dyn Registrations>,
    storage_script: Url,
    framed_by: Vec<Origin>,
    registration: Option<DynamicRegistration>,
    served: Option<(Arc<TokenEndpoint>, Services)>,
    content: Option<(ContentReturn, Option<Watch>)>,
}

impl std::fmt::Debug for PlatformServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlatformServer").field("issuer", &self.metadata.issuer).finish_non_exhaustive()
    }
}

impl PlatformServer {
    /// Puts a platform behind HTTP. `sessions` says who is signed in; ID tokens are signed with the ring's RS256 key.
    ///
    /// # Errors
    /// [`url::ParseError`] when the issuer identifier is not an absolute URL.
    pub fn new(
        platform: Arc<Platform>,
        sessions: Arc<dyn Sessions>,
        keys: Arc<KeyRing>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, url::ParseError> {
        let metadata = metadata(&platform, &keys)?;
        let storage_script = below(&platform, SCRIPT_PATH)?;
        let registrations = Arc::clone(platform.registrations());
        let issuer = platform.issuer().as_str().to_owned();
        let authorizer = Authorizer::new(issuer, platform.clone(), platform, Arc::clone(&keys), Arc::clone(&clock));
        Ok(Self {
            authorizer,
            sessions,
            keys,
            clock,
            metadata,
            observer: None,
            registrations,
            storage_script,
            framed_by: Vec::new(),
            registration: None,
            served: None,
            content: None,
        })
    }

    /// Says in the discovery document which product this is.
    #[must_use]
    pub fn described_by(mut self, configuration: PlatformConfiguration) -> Self {
        self.metadata.platform_configuration = Some(configuration);
        self
    }

    /// Lets somebody watch.
    #[must_use]
    pub fn observed_by(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Lets pages of further origins hold the invisible frame that keeps values for tools; the origin of the issuer always
    /// may.
    #[must_use]
    pub fn storage_framed_by(mut self, pages: impl IntoIterator<Item = Url>) -> Self {
        self.framed_by = pages.into_iter().map(|page| page.origin()).collect();
        self
    }

    /// Lets tools register themselves at `/register`, and says so in the discovery document.
    #[must_use]
    pub fn registering(mut self, registration: DynamicRegistration) -> Self {
        let issuer = self.metadata.issuer.trim_end_matches('/');
        // The issuer was a URL already, so this is one.
        self.metadata.registration_endpoint = Url::parse(&format!("{issuer}/register")).ok();
        self.registration = Some(registration);
        self
    }

    /// Gives out access tokens at `/token` and answers at `/services`, and says so in the discovery document. Both work
    /// with the same access tokens.
    #[must_use]
    pub fn serving(mut self, tokens: Arc<TokenEndpoint>, services: Services) -> Self {
        let issuer = self.metadata.issuer.trim_end_matches('/');
        // The issuer was a URL already, so this is one.
        if let Ok(address) = Url::parse(&format!("{issuer}{TOKEN_PATH}")) {
            tokens.describe(&mut self.metadata, address, Scope::KNOWN.iter().map(Scope::as_str));
        }
        self.served = Some((tokens, services));
        self
    }

    /// Takes the content that users choose in tools, at `/deep-linking/return`. The discovery document says what
    /// [`described_by`](Self::described_by) says: name `LtiDeepLinkingRequest` there.
    #[must_use]
    pub fn taking_content(mut self, content: ContentReturn) -> Self {
        self.content = Some((content, None));
        self
    }

    /// As [`taking_content`](Self::taking_content), watched.
    #[cfg(feature = "mock")]
    #[must_use]
    pub(crate) fn taking_content_watched(mut self, content: ContentReturn, watch: Watch) -> Self {
        self.content = Some((content, Some(watch)));
        self
    }

    /// The endpoints, to be nested under the path of the issuer.
    pub fn router<S: Clone + Send + Sync + 'static>(mut self) -> Router<S> {
        let (served, content) = (self.served.take(), self.content.take());
        let mut router = Router::new();
        if self.registration.is_some() {
            router = router.route("/register", post(register));
        }
        let sessions = Arc::clone(&self.sessions);
        let endpoints = router
            .route(WELL_KNOWN, get(configuration))
            .route("/jwks", get(jwks))
            .route(SCRIPT_PATH, get(storage::script))
            .route(FRAME_PATH, get(storage_frame))
            .route("/auth", get(authorize_get).post(authorize_post))
            .layer(DefaultBodyLimit::max(REQUEST_MAX))
            .with_state(Arc::new(self));
        // Each with its own limit for bodies.
        let endpoints = match content {
            Some((content, watch)) => endpoints.merge(deep_linking::router(ReturnServer { content, sessions, watch })),
            None => endpoints,
        };
        match served {
            Some((tokens, services)) => endpoints.merge(tokens.router(TOKEN_PATH)).merge(services.router()),
            None => endpoints,
        }
    }

    async fn answer(&self, method: &Method, parameters: &[(String, String)], headers: &HeaderMap) -> Response {
        let session = match self.sessions.user(headers).await {
            Ok(session) => session,
            Err(Unavailable { reason, .. }) => {
                tracing::error!(%reason, "the sessions cannot be read");
                return respond(&Outcome::Failed);
            }
        };
        let request = AuthenticationRequest::from_pairs(parameters.iter().cloned());
        let outcome = self.authorizer.authorize(&request, session.as_deref()).await;
        if let Some(observer) = &self.observer {
            let session = session.map(Subject::new);
            let at = self.clock.now();
            let session = session.as_ref();
            observer.answered(&Exchange { method, request: &request, parameters, session, outcome: &outcome, at });
        }
        respond(&outcome)
    }
}

async fn configuration(State(server): State<Arc<PlatformServer>>) -> Response {
    public_document(&server.metadata.to_json())
}

async fn jwks(State(server): State<Arc<PlatformServer>>) -> Response {
    if let Some(observer) = &server.observer {
        observer.key_set_read(server.clock.now());
    }
    public_document(&server.keys.jwks())
}

/// The page of an invisible frame for the tools whose `client_id` is in the query.
async fn storage_frame(State(server): State<Arc<PlatformServer>>, RawQuery(query): RawQuery) -> Response {
    let mut tools: Vec<Arc<ToolRegistration>> = Vec::new();
    for (name, client_id) in pairs(query.unwrap_or_default().as_bytes()) {
        if name != "client_id" {
            continue;
        }
        match server.registrations.find(&client_id).await {
            Ok(tool) => tools.extend(tool),
            Err(Unavailable { reason, .. }) => {
                tracing::error!(%reason, "the registrations cannot be read");
                return respond(&Outcome::Failed);
            }
        }
    }
    storage::frame(&server.storage_script, tools.iter().map(AsRef::as_ref), &server.framed_by)
}

/// The answer is for the tool alone, and so is not kept anywhere (RFC 7591, 3.2.1).
async fn register(State(server): State<Arc<PlatformServer>>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(registration) = &server.registration else { return StatusCode::NOT_FOUND.into_response() };
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (status, document) = match registration.register(authorization, &body).await {
        Ok(answer) => (StatusCode::CREATED, answer.to_json()),
        Err(refusal) => {
            (StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST), refusal.error.to_json())
        }
    };
    let headers = [(CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    let mut response = (status, headers, document.to_string()).into_response();
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn public_document(document: &Value) -> Response {
    let mut response = document.to_string().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(value) = HeaderValue::try_from(format!("public, max-age={}", JWKS_MAX_AGE.as_secs())) {
        headers.insert(header::CACHE_CONTROL, value);
    }
    response
}

async fn authorize_get(
    State(server): State<Arc<PlatformServer>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    server.answer(&Method::GET, &pairs(query.unwrap_or_default().as_bytes()), &headers).await
}

async fn authorize_post(State(server): State<Arc<PlatformServer>>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_form(&headers) {
        return respond(&Outcome::ErrorPage {
            heading: "Not a form",
            text: "An authentication request by POST must be application/x-www-form-urlencoded.".to_owned(),
        });
    }
    server.answer(&Method::POST, &pairs(&body), &headers).await
}

pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Every pair in order, so that a parameter sent twice is seen twice.
fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}
