//! LTI 1.x behind HTTP.
//!
//! | path below the platform | what |
//! |---|---|
//! | `/lti11/relaunch` | where tools send the browser for the second half of a launch, GET and POST (LTI 1.1.2) |
//! | `/lti11/outcomes` | where tools hand grades in, POST (LTI 1.1 Implementation Guide, 6) |
//! | `/lti11/content-items` | where tools post what was chosen in them (Content-Item Message 1.0, 4) |

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use lti_core::id::Subject;
use lti_core::lti11::oauth1::Parameters;
use lti_core::lti11::outcomes::{MAX_BYTES, MEDIA_TYPE};
use oauth2_issuer::server::Sessions;

use super::content_item::{CONTENT_ITEMS_PATH, ItemsRefusal, ItemsRefused, ItemsTaken};
use super::outcomes::{OutcomeAnswer, OutcomeCall};
use super::page::problem;
use super::{LaunchForm, Lti11LaunchError, Lti11Platform, OUTCOMES_PATH, RELAUNCH_PATH, SignatureRefused};
use crate::deep_linking::{ContentStore, RESPONSE_MAX, not_added, onward};
use crate::router::is_form;

/// The largest form of a relaunch that is read, in bytes.
const RELAUNCH_MAX: usize = 64 * 1024;

/// A request to the outcomes service, and its answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct OutcomeExchange<'a> {
    /// The query of the address.
    pub query: Option<&'a str>,
    /// The request. Its `Authorization` is a signature, which is worth nothing a second time.
    pub call: OutcomeCall<'a>,
    /// The answer.
    pub answer: &'a OutcomeAnswer,
    /// The answer as it was sent.
    pub xml: &'a str,
}

/// Watches what tools and browsers send, for logs and traces. It changes nothing.
pub trait Lti11Observer: Send + Sync {
    /// A grade was set, asked for or deleted, or a request to do so was refused.
    fn outcome(&self, exchange: &OutcomeExchange<'_>);
    /// What was chosen has come back.
    fn chosen(&self, form: &Parameters, outcome: Result<&ItemsTaken, &ItemsRefusal>);
    /// The second half of a launch was asked for.
    fn relaunched(&self, parameters: &[(String, String)], outcome: Result<&LaunchForm, &Lti11LaunchError>);
}

/// The parts that answer requests.
#[derive(Clone)]
pub struct Lti11Server {
    pub(super) platform: Arc<Lti11Platform>,
    pub(super) sessions: Arc<dyn Sessions>,
    pub(super) observer: Option<Arc<dyn Lti11Observer>>,
    content: Option<Arc<dyn ContentStore>>,
}

impl fmt::Debug for Lti11Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lti11Server").field("platform", &self.platform).finish_non_exhaustive()
    }
}

impl Lti11Server {
    /// Puts a platform behind HTTP. `sessions` says who is signed in.
    pub fn new(platform: Arc<Lti11Platform>, sessions: Arc<dyn Sessions>) -> Self {
        Self { platform, sessions, observer: None, content: None }
    }

    /// Lets somebody watch.
    #[must_use]
    pub fn observed_by(mut self, observer: Arc<dyn Lti11Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Takes the content that users choose in tools, and keeps it there.
    #[must_use]
    pub fn taking_content(mut self, store: Arc<dyn ContentStore>) -> Self {
        self.content = Some(store);
        self
    }

    /// The endpoints, to be nested under the path of the platform.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        // Each with its own limit for bodies.
        let outcomes = Router::new().route(OUTCOMES_PATH, post(outcome)).layer(DefaultBodyLimit::max(MAX_BYTES));
        let content = match &self.content {
            Some(_) => {
                Router::new().route(CONTENT_ITEMS_PATH, post(content)).layer(DefaultBodyLimit::max(RESPONSE_MAX))
            }
            None => Router::new(),
        };
        Router::new()
            .route(RELAUNCH_PATH, get(relaunch_get).post(relaunch_post))
            .layer(DefaultBodyLimit::max(RELAUNCH_MAX))
            .merge(outcomes)
            .merge(content)
            .with_state(Arc::new(self))
    }

    /// Who is signed in, or the page that says that nobody knows.
    pub(super) async fn session(&self, headers: &HeaderMap) -> Result<Option<Subject>, Response> {
        self.sessions.user(headers).await.map(|session| session.map(Subject::new)).map_err(|unavailable| {
            tracing::error!(reason = %unavailable.reason, "the sessions cannot be read");
            problem(StatusCode::SERVICE_UNAVAILABLE, "Not now", "The platform cannot read its sessions at the moment.")
        })
    }

    async fn relaunch(&self, headers: &HeaderMap, parameters: &[(String, String)]) -> Response {
        let session = match self.session(headers).await {
            Ok(session) => session,
            Err(response) => return response,
        };
        let value = |name: &str| {
            let mut values = parameters.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
            // Of two values nobody could say which one the tool meant.
            values.next().filter(|_| values.next().is_none()).unwrap_or_default()
        };
        let form = self.platform.relaunch(value("platform_state"), value("tool_state"), session.as_ref()).await;
        if let Some(observer) = &self.observer {
            observer.relaunched(parameters, form.as_ref());
        }
        match form {
            Ok(form) => form.into_response(),
            Err(error) => refused(&error),
        }
    }
}

/// The page for somebody who cannot be launched.
pub(super) fn refused(error: &Lti11LaunchError) -> Response {
    match error {
        Lti11LaunchError::Unavailable(_) | Lti11LaunchError::NoRandomness(_) => {
            tracing::error!(%error, "a launch cannot be made");
            problem(StatusCode::SERVICE_UNAVAILABLE, "Not launched", "The platform cannot launch tools at the moment.")
        }
        error => problem(StatusCode::BAD_REQUEST, "Not launched", &error.to_string()),
    }
}

async fn outcome(
    State(server): State<Arc<Lti11Server>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let field = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // What is too long is answered without being looked at.
    let (long, body) = match body {
        Ok(body) => (false, body),
        Err(_) => (true, Bytes::new()),
    };
    let call = OutcomeCall {
        content_type: field(header::CONTENT_TYPE),
        authorization: field(header::AUTHORIZATION),
        query: query.as_deref(),
        body: &body,
    };
    let answer = if long { OutcomeAnswer::too_long() } else { server.platform.outcome(call).await };
    let xml = answer.to_xml();
    if let Some(observer) = &server.observer {
        observer.outcome(&OutcomeExchange { query: call.query, call, answer: &answer, xml: &xml });
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let fields = [(header::CONTENT_TYPE, MEDIA_TYPE), (header::CACHE_CONTROL, "no-store")];
    (status, fields, xml).into_response()
}

async fn content(
    State(server): State<Arc<Lti11Server>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let Some(store) = &server.content else { return StatusCode::NOT_FOUND.into_response() };
    if !is_form(&headers) {
        let text = "A content item selection must be posted as application/x-www-form-urlencoded.";
        return not_added(StatusCode::UNSUPPORTED_MEDIA_TYPE, text);
    }
    let session = match server.session(&headers).await {
        Ok(session) => session,
        Err(response) => return response,
    };
    let taken = server.platform.take_items(query.as_deref(), &body, session.as_ref(), store).await;
    if let Some(observer) = &server.observer {
        observer.chosen(&Parameters::from_form(&body), taken.as_ref());
    }
    match taken {
        Ok(taken) => onward(&taken.kept.location),
        Err(ItemsRefusal { reason, .. }) => match &reason {
            ItemsRefused::Unavailable(unavailable)
            | ItemsRefused::Signature(SignatureRefused::Unavailable(unavailable)) => {
                tracing::error!(reason = %unavailable.reason, "content cannot be kept");
                not_added(StatusCode::SERVICE_UNAVAILABLE, "The platform cannot keep content at the moment.")
            }
            reason => not_added(StatusCode::BAD_REQUEST, &reason.to_string()),
        },
    }
}

async fn relaunch_get(
    State(server): State<Arc<Lti11Server>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    server.relaunch(&headers, &parameters).await
}

async fn relaunch_post(
    State(server): State<Arc<Lti11Server>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let in_query = form_urlencoded::parse(query.as_bytes()).into_owned();
    let parameters: Vec<_> = in_query.chain(form_urlencoded::parse(&body).into_owned()).collect();
    server.relaunch(&headers, &parameters).await
}
