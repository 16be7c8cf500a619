//! Serves mock issuers: endpoints through the layer of faults, pages and admin API beside it.

use std::{io, sync::Arc};

use axum::{Router, body::Body, extract::State, response::IntoResponse as _};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{HeaderValue, Request, Response, StatusCode, header};
use tower::ServiceExt as _;

use super::{Cut, Endpoint, MockIssuer, admin, issuer::Inner, pages};

/// The largest request that is read, in bytes.
const REQUEST_LIMIT: usize = 1 << 20;

/// Answers a request to one issuer.
pub(crate) async fn answer(inner: Arc<Inner>, request: Request<Bytes>) -> Response<Bytes> {
    let path = request.uri().path();
    let own = path.strip_prefix(inner.layer.base.as_str()).unwrap_or(path);
    let is_page = (matches!(own, "" | "/") || own.starts_with("/mock"))
        && Endpoint::at(&inner.layer.base, path) == Endpoint::Page;
    if !is_page {
        return inner.layer.handle(request).await;
    }
    let pages = pages::router(&inner).merge(admin::router(&inner));
    let Ok(answer) = pages.oneshot(request.map(Body::from)).await;
    let (parts, body) = answer.into_parts();
    // Pages are made in memory: only the limit could be passed, and none is that large.
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    Response::from_parts(parts, body)
}

/// Several issuers of one host, told apart by their paths.
pub(crate) fn router(mut issuers: Vec<MockIssuer>) -> Router {
    // The longest path first: an issuer at the root takes what is left.
    issuers.sort_by_key(|issuer| std::cmp::Reverse(issuer.inner.layer.base.len()));
    let state: Arc<[Arc<Inner>]> = issuers.into_iter().map(|issuer| issuer.inner).collect();
    Router::new().fallback(dispatch).with_state(state)
}

async fn dispatch(State(issuers): State<Arc<[Arc<Inner>]>>, request: axum::extract::Request) -> Response<Body> {
    let path = request.uri().path();
    let found = issuers.iter().find(|inner| {
        let base = inner.layer.base.as_str();
        let below = path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        below || Endpoint::at(base, path) != Endpoint::Page
    });
    let Some(inner) = found else {
        return if path == "/" { pages::list(&issuers) } else { StatusCode::NOT_FOUND.into_response() };
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, REQUEST_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    send(answer(Arc::clone(inner), Request::from_parts(parts, body)).await)
}

/// Sends an answer; one that is cut ends the connection after its bytes.
fn send(answer: Response<Bytes>) -> Response<Body> {
    let Some(Cut { whole }) = answer.extensions().get().copied() else { return answer.map(Body::from) };
    let (mut parts, body) = answer.into_parts();
    if whole > 0 {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole));
    }
    let ends = stream::once(async { Err::<Bytes, _>(io::Error::other("the connection ends on purpose")) });
    let sent = stream::iter((!body.is_empty()).then(|| Ok(body)));
    Response::from_parts(parts, Body::from_stream(sent.chain(ends)))
}
