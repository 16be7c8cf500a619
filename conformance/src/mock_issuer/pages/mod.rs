//! The pages of the mock issuer: for whoever signs in and decides, and for whoever tries a client.

mod clients;
mod faults;
mod home;
mod sign_in;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    body::Body,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::issuer::Inner;

/// The style that the mocks share.
const STYLE: &str = lti_platform::mock::STYLE;
/// What only the issuer's pages need.
const OWN_STYLE: &str = include_str!("../../../templates/mock_issuer/issuer.css");
const SCRIPT: &str = include_str!("../../../templates/mock_issuer/issuer.js");

/// What no page does: load from elsewhere, be framed, or send a form elsewhere than here or to where the issuer redirects.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; frame-ancestors 'none'";

/// What every page shows.
pub(crate) struct Frame {
    issuer: String,
    base: String,
    user: Option<String>,
    /// The page that is shown, among those in the navigation.
    at: &'static str,
}

impl Frame {
    fn new(inner: &Inner, headers: &HeaderMap, at: &'static str) -> Self {
        Self {
            issuer: inner.layer.identifier().to_owned(),
            base: inner.layer.base.clone(),
            user: inner.sessions.of(headers).map(|session| session.subject),
            at,
        }
    }

    fn current(&self, at: &str) -> bool {
        self.at == at
    }
}

/// The pages of one issuer, at its path.
pub(crate) fn router(inner: &Arc<Inner>) -> Router {
    let at = |path: &str| format!("{}{path}", inner.layer.base);
    let mut router = Router::new()
        .route(&at("/"), get(home::home))
        .route(&at("/mock/issuer.css"), get(|| async { asset("text/css; charset=utf-8", [STYLE, OWN_STYLE].concat()) }))
        .route(&at("/mock/issuer.js"), get(|| async { asset("text/javascript; charset=utf-8", SCRIPT.to_owned()) }))
        .route(&at("/mock/login"), get(sign_in::login).post(sign_in::sign_in))
        .route(&at("/mock/logout"), post(sign_in::sign_out))
        .route(&at("/mock/consent"), get(sign_in::consent))
        .route(&at("/mock/clients"), get(clients::clients).post(clients::register))
        .route(&at("/mock/clients/secret"), post(clients::new_secret))
        .route(&at("/mock/try"), get(home::try_it).post(home::begin))
        .route(&at("/mock/try/callback"), get(home::callback))
        .route(&at("/mock/faults"), get(faults::faults).post(faults::change))
        .route(&at("/mock/ledger"), get(faults::ledger));
    if !inner.layer.base.is_empty() {
        router = router.route(&inner.layer.base, get(home::home));
    }
    router.with_state(Arc::clone(inner))
}

fn asset(media_type: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

/// A page with the header fields that every page has.
fn page(template: &impl Template) -> Response {
    with_status(StatusCode::OK, template)
}

fn with_status(status: StatusCode, template: &impl Template) -> Response {
    // Rendering into a string fails only if a value's own formatter fails, which strings do not.
    let Ok(text) = template.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut answer = (status, Html(text)).into_response();
    let fields = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fields {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

#[derive(Template)]
#[template(path = "mock_issuer/notice.html")]
struct Notice<'a> {
    frame: Frame,
    heading: &'a str,
    text: &'a str,
}

/// A page that says what went wrong.
fn notice(inner: &Inner, headers: &HeaderMap, status: StatusCode, heading: &str, text: &str) -> Response {
    with_status(status, &Notice { frame: Frame::new(inner, headers, ""), heading, text })
}

/// Refuses a form that a page of another origin sent.
fn foreign(inner: &Inner, headers: &HeaderMap, reason: &str) -> Response {
    notice(inner, headers, StatusCode::FORBIDDEN, "This form came from elsewhere", reason)
}

fn see(inner: &Inner, path: &str) -> Response {
    Redirect::to(&format!("{}{path}", inner.layer.base)).into_response()
}

#[derive(Template)]
#[template(path = "mock_issuer/list.html")]
struct List<'a> {
    style: String,
    issuers: &'a [String],
}

/// The list of issuers, at the root of a host where none of them is.
pub(crate) fn list(issuers: &[Arc<Inner>]) -> http::Response<Body> {
    let mut names: Vec<String> = issuers.iter().map(|inner| inner.layer.identifier().to_owned()).collect();
    names.sort_unstable();
    let style = issuers.first().map(|inner| format!("{}/mock/issuer.css", inner.layer.base)).unwrap_or_default();
    page(&List { style, issuers: &names })
}
