//! The tool behind axum.

use std::ops::Deref;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequestParts, RawQuery, Request, State};
use axum::handler::Handler;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{RequestExt as _, Router};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use lti_core::inspect;

use crate::deep_linking::{ChoiceError, DeepLinking, RespondError};
use crate::error::LaunchError;
use crate::form::form_fields;
use crate::launch::Received;
use crate::page::Page;
use crate::tool::{JWKS_PATH, LAUNCH_PATH, LOGIN_PATH, LtiTool};

/// How large a login or a launch may be, in bytes. Tokens are bounded at 256 KiB.
const MAX_FORM: usize = 512 * 1024;

impl LtiTool {
    /// Serves `/lti/login` (GET and POST), `/lti/launch` (POST) and `/lti/jwks`. `launched` is called for an accepted
    /// launch alone, whether or not it asks for the [`Launch`]; what it answers is what the user sees.
    ///
    /// A session after the launch is the application's own. Its cookie must live in a frame like the login's:
    /// `SameSite=None; Secure; Partitioned`.
    pub fn router<H, T, S>(&self, launched: H) -> Router<S>
    where
        H: Handler<T, S>,
        T: 'static,
        S: Clone + Send + Sync + 'static,
    {
        let guard = middleware::from_fn_with_state(self.clone(), guard);
        self.serve(post(launched).route_layer(guard))
    }

    /// As [`LtiTool::router`], and takes requests for content beside launches: `choose` is called for an accepted
    /// `LtiDeepLinkingRequest` alone, with [`DeepLinking`] as its argument. What it answers is what the user sees: a page
    /// to choose on, or [`DeepLinking::respond`] at once.
    ///
    /// The response is signed, so the tool needs a key ring ([`LtiToolBuilder::key_ring`](crate::LtiToolBuilder::key_ring))
    /// and the platform the tool's key set.
    pub fn router_with_deep_linking<H, T, D, U, S>(&self, launched: H, choose: D) -> Router<S>
    where
        H: Handler<T, S>,
        T: 'static,
        D: Handler<U, S>,
        U: 'static,
        S: Clone + Send + Sync + 'static,
    {
        let guard = middleware::from_fn_with_state(self.clone(), guard_both);
        let either = move |State(state): State<S>, request: Request| async move {
            if request.extensions().get::<DeepLinking>().is_some() {
                choose.call(request, state).await
            } else {
                launched.call(request, state).await
            }
        };
        self.serve(post(either).route_layer(guard))
    }

    pub(crate) fn serve<S: Clone + Send + Sync + 'static>(&self, launch: MethodRouter<S>) -> Router<S> {
        let own = Router::new()
            .route(LOGIN_PATH, get(login_get).post(login_post))
            .route(JWKS_PATH, get(jwks))
            .with_state(self.clone());
        Router::new().route(LAUNCH_PATH, launch.get(opened_directly)).merge(own).layer(DefaultBodyLimit::max(MAX_FORM))
    }
}

impl<S: Sync> FromRequestParts<S> for DeepLinking {
    type Rejection = NoLaunch;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or(NoLaunch)
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        from_page(self)
    }
}

impl IntoResponse for RespondError {
    /// The page of the error; its reason is logged.
    fn into_response(self) -> Response {
        tracing::warn!(error = %self, "no deep linking response");
        from_page(Page::from(&self))
    }
}

impl IntoResponse for ChoiceError {
    fn into_response(self) -> Response {
        tracing::info!(error = %self, "no choice to go on with");
        from_page(Page::from(&self))
    }
}

/// The accepted launch, as an argument of the handler given to [`LtiTool::router`]. It has every method of
/// [`lti_core::inspect::Launch`].
#[derive(Debug, Clone)]
pub struct Launch(pub inspect::Launch);

impl Deref for Launch {
    type Target = inspect::Launch;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Launch {
    type Rejection = NoLaunch;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or(NoLaunch)
    }
}

/// A handler asked for the [`Launch`] at an address that takes none. Only the handler given to [`LtiTool::router`] has
/// one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no launch at this address")]
#[non_exhaustive]
pub struct NoLaunch;

impl IntoResponse for NoLaunch {
    fn into_response(self) -> Response {
        (StatusCode::UNAUTHORIZED, [("www-authenticate", "LTI realm=\"launch\"")], self.to_string()).into_response()
    }
}

/// Lets accepted launches through, and nothing else.
async fn guard(State(tool): State<LtiTool>, mut request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let fields = match form(&mut request).await {
        Ok(fields) => fields,
        Err(refusal) => return refusal,
    };
    match tool.launch(fields, &headers).await {
        Ok(launched) => {
            request.extensions_mut().insert(Launch(launched.launch));
            let mut response = next.run(request).await;
            set_cookies(&mut response, launched.set_cookies);
            response
        }
        Err(error) => refused(&error),
    }
}

/// Lets accepted launches and accepted requests for content through, and nothing else.
async fn guard_both(State(tool): State<LtiTool>, mut request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let fields = match form(&mut request).await {
        Ok(fields) => fields,
        Err(refusal) => return refusal,
    };
    let cookies = match tool.receive(fields, &headers).await {
        Ok(Received::Launch(launched)) => {
            request.extensions_mut().insert(Launch(launched.launch));
            launched.set_cookies
        }
        Ok(Received::DeepLinking(requested)) => {
            request.extensions_mut().insert(requested.request);
            requested.set_cookies
        }
        Err(error) => return refused(&error),
    };
    let mut response = next.run(request).await;
    set_cookies(&mut response, cookies);
    response
}

pub(crate) fn refused(error: &LaunchError) -> Response {
    if matches!(error, LaunchError::StorageUnread { .. }) {
        tracing::debug!(%error, "not decided yet");
    } else {
        log(error.violation().map(inspect::Violation::id), error);
    }
    from_page(Page::from(error))
}

/// Somebody opened the redirect URI itself: from the history, or by a link.
async fn opened_directly() -> Response {
    let mut response = from_page(Page::opened_directly());
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

async fn login_get(State(tool): State<LtiTool>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    answer_login(&tool, form_fields(query.unwrap_or_default().as_bytes()), &headers).await
}

async fn login_post(State(tool): State<LtiTool>, mut request: Request) -> Response {
    let headers = request.headers().clone();
    match form(&mut request).await {
        Ok(fields) => answer_login(&tool, fields, &headers).await,
        Err(refusal) => refusal,
    }
}

async fn answer_login(tool: &LtiTool, parameters: Vec<(String, String)>, headers: &HeaderMap) -> Response {
    let redirect = match tool.login(parameters, headers).await {
        Ok(redirect) => redirect,
        Err(error) => {
            log(error.violation().map(inspect::Violation::id), &error);
            return from_page(Page::from(&error));
        }
    };
    let mut response = redirect.page.map_or_else(|| found(redirect.location.as_str()), from_page);
    set_cookies(&mut response, redirect.set_cookies);
    response
}

fn found(location: &str) -> Response {
    let mut response = StatusCode::FOUND.into_response();
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn jwks(State(tool): State<LtiTool>) -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")];
    (headers, tool.jwks().to_string()).into_response()
}

/// The fields of a form, or the refusal of what is none.
async fn form(request: &mut Request) -> Result<Vec<(String, String)>, Response> {
    let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(from_page(Page::from(&LaunchError::Form(inspect::Violation::ResponseIdTokenMissing))));
    }
    Ok(form_fields(&read_body(request).await?))
}

/// The body within its limit, or the refusal of one that is too large or breaks off.
pub(crate) async fn read_body(request: &mut Request) -> Result<Bytes, Response> {
    let body = std::mem::replace(request.body_mut(), Body::empty());
    let mut parts = Request::new(body);
    *parts.extensions_mut() = request.extensions().clone();
    parts.extract::<Bytes, _>().await.map_err(|rejection| from_page(Page::unread(rejection.status())))
}

pub(crate) fn set_cookies(response: &mut Response, cookies: Vec<String>) {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
}

pub(crate) fn from_page(page: Page) -> Response {
    let mut response = (page.status, page.body).into_response();
    for (name, value) in page.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Says in the log what the page says in its details.
fn log(rule: Option<&'static str>, error: &dyn std::fmt::Display) {
    if let Some(rule) = rule {
        tracing::info!(rule, %error, "refused");
    } else {
        tracing::error!(%error, "not available");
    }
}
