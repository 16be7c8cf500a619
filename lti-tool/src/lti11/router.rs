//! One address for both versions, behind axum.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::handler::Handler;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use lti_core::lti11::inspect::Takes;

use super::error::Lti11Error;
use super::receive::{Lti11Received, Posted};
use super::{AnyLaunch, ContentItemRequest};
use crate::deep_linking::DeepLinking;
use crate::form::form_fields;
use crate::launch::Received;
use crate::page::Page;
use crate::router::{NoLaunch, from_page, read_body, refused, set_cookies};
use crate::tool::LtiTool;

impl LtiTool {
    /// As [`LtiTool::router`], and takes launches of LTI 1.x at the same address `/lti/launch`: `launched` is called for an
    /// accepted launch of either version alone, with [`AnyLaunch`] as its argument if it asks for it.
    ///
    /// Give the platform of LTI 1.x [`launch_url`](Self::launch_url) as the launch URL; it may have a query.
    pub fn router_with_lti11<H, T, S>(&self, launched: H) -> Router<S>
    where
        H: Handler<T, S>,
        T: 'static,
        S: Clone + Send + Sync + 'static,
    {
        let guard = middleware::from_fn_with_state((self.clone(), Takes::Launches), guard);
        self.serve(post(launched).route_layer(guard))
    }

    /// As [`router_with_lti11`](Self::router_with_lti11), and takes requests for content of either version: `choose` is
    /// called for them, with [`AnyContentRequest`] as its argument if it asks for it.
    pub fn router_with_lti11_and_content<H, T, D, U, S>(&self, launched: H, choose: D) -> Router<S>
    where
        H: Handler<T, S>,
        T: 'static,
        D: Handler<U, S>,
        U: 'static,
        S: Clone + Send + Sync + 'static,
    {
        let guard = middleware::from_fn_with_state((self.clone(), Takes::LaunchesAndContentItems), guard);
        let either = move |State(state): State<S>, request: Request| async move {
            if request.extensions().get::<AnyContentRequest>().is_some() {
                choose.call(request, state).await
            } else {
                launched.call(request, state).await
            }
        };
        self.serve(post(either).route_layer(guard))
    }
}

/// A request for content, of either version.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AnyContentRequest {
    /// Content-Item Message 1.0.
    Lti11(Box<ContentItemRequest>),
    /// LTI Deep Linking 2.0.
    Lti13(Box<DeepLinking>),
}

impl<S: Sync> FromRequestParts<S> for AnyLaunch {
    type Rejection = NoLaunch;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or(NoLaunch)
    }
}

impl<S: Sync> FromRequestParts<S> for AnyContentRequest {
    type Rejection = NoLaunch;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or(NoLaunch)
    }
}

/// Lets accepted messages of either version through, and nothing else.
async fn guard(State((tool, takes)): State<(LtiTool, Takes)>, mut request: Request, next: Next) -> Response {
    let body = match read_body(&mut request).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let judged = match fields_of_lti13(&request, &body) {
        Some(fields) => judge_lti13(&tool, takes, fields, &mut request).await,
        None => judge_lti11(&tool, takes, &body, &mut request).await,
    };
    let cookies = match judged {
        Ok(cookies) => cookies,
        Err(refusal) => return refusal,
    };
    // The handler may read the form as well; all of it was verified.
    *request.body_mut() = Body::from(body);
    let mut response = next.run(request).await;
    set_cookies(&mut response, cookies);
    response
}

/// The fields of an authentication response (LTI 1.3); `None` for every other request, which LTI 1.x judges.
fn fields_of_lti13(request: &Request, body: &Bytes) -> Option<Vec<(String, String)>> {
    let media_type = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return None;
    }
    let fields = form_fields(body);
    let has = |wanted: &str| fields.iter().any(|(name, _)| name == wanted);
    (has("id_token") || (has("state") || has("error")) && !has("oauth_consumer_key")).then_some(fields)
}

async fn judge_lti13(
    tool: &LtiTool,
    takes: Takes,
    fields: Vec<(String, String)>,
    request: &mut Request,
) -> Result<Vec<String>, Response> {
    let headers = request.headers().clone();
    if takes == Takes::Launches {
        let launched = tool.launch(fields, &headers).await.map_err(|error| refused(&error))?;
        request.extensions_mut().insert(AnyLaunch::from(launched.launch));
        return Ok(launched.set_cookies);
    }
    match tool.receive(fields, &headers).await.map_err(|error| refused(&error))? {
        Received::Launch(launched) => {
            request.extensions_mut().insert(AnyLaunch::from(launched.launch));
            Ok(launched.set_cookies)
        }
        Received::DeepLinking(requested) => {
            request.extensions_mut().insert(AnyContentRequest::Lti13(Box::new(requested.request)));
            Ok(requested.set_cookies)
        }
    }
}

async fn judge_lti11(
    tool: &LtiTool,
    takes: Takes,
    body: &[u8],
    request: &mut Request,
) -> Result<Vec<String>, Response> {
    let posted = Posted { query: request.uri().query(), headers: request.headers(), body };
    match tool.receive_lti11(posted, takes).await {
        Ok(Lti11Received::Launch { launch, set_cookies }) => {
            request.extensions_mut().insert(AnyLaunch::from(*launch));
            Ok(set_cookies)
        }
        Ok(Lti11Received::ContentItem { request: content, set_cookies }) => {
            request.extensions_mut().insert(AnyContentRequest::Lti11(content));
            Ok(set_cookies)
        }
        Ok(Lti11Received::Relaunch { page, set_cookies: cookies }) => {
            let mut response = from_page(page);
            set_cookies(&mut response, cookies);
            Err(response)
        }
        Err(error) => Err(refused_lti11(&error)),
    }
}

/// The page of a refusal, or the way back to the platform where the message may be believed.
fn refused_lti11(error: &Lti11Error) -> Response {
    if let Some(violation) = error.violation() {
        tracing::info!(rule = violation.id(), %error, "refused");
    } else {
        tracing::warn!(%error, "refused or not available");
    }
    match error.return_url().and_then(|url| HeaderValue::try_from(url.as_str()).ok()) {
        Some(location) => {
            let mut response = StatusCode::SEE_OTHER.into_response();
            response.headers_mut().insert(LOCATION, location);
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        None => from_page(Page::from(error)),
    }
}
