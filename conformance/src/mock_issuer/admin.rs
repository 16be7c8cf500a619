//! The admin API: what a test in another language needs.
//!
//! | request, behind `{issuer}/mock/admin` | what |
//! |---|---|
//! | `GET /faults` | every fault: id, place, what it does, rule, clause, and how it is switched on, if it is |
//! | `PUT /faults/{id}` | switches one on; the body is `{}`, or `{"times": "once", "endpoint": "token"}` |
//! | `DELETE /faults/{id}`, `DELETE /faults` | switches one off, or all |
//! | `GET /ledger?after=N` | what was asked and answered after entry N, secrets withheld |
//! | `DELETE /ledger` | forgets it |
//! | `POST /keys/rotate` | signs with a new key from now on; answers its `kid` |
//! | `GET /clock`, `PUT /clock` | how far the clock is off, in seconds: `{"offset": 90}` |
//!
//! Everything is JSON. Only this machine may ask: the request's `Host` has to be a name of loopback, so that no foreign
//! name that leads here is of use; and no page of another origin may: what changes something has to be sent as
//! `application/json` or by another method than POST, which a browser asks leave for, and leave is never given; an
//! `Origin` or `Sec-Fetch-Site` of elsewhere is refused besides.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{Endpoint, Fault, FaultPlan, Place, Times, issuer::Inner};
use crate::user_agent::is_loopback;

/// The routes of one issuer.
pub(crate) fn router(inner: &Arc<Inner>) -> Router {
    let at = |path: &str| format!("{}/mock/admin{path}", inner.layer.base);
    Router::new()
        .route(&at("/faults"), get(faults).delete(clear_all))
        .route(&at("/faults/{id}"), put(set).delete(clear))
        .route(&at("/ledger"), get(ledger).delete(forget))
        .route(&at("/keys/rotate"), post(rotate))
        .route(&at("/clock"), get(clock).put(set_clock))
        .layer(middleware::from_fn(guard))
        .with_state(Arc::clone(inner))
}

/// Refuses whoever is not on this machine, and pages of other origins.
async fn guard(request: Request, next: Next) -> Response {
    if let Err(reason) = may_change(request.method(), request.headers()) {
        return refuse(StatusCode::FORBIDDEN, &reason);
    }
    next.run(request).await
}

fn may_change(method: &Method, headers: &HeaderMap) -> Result<(), String> {
    own_page(headers)?;
    let media_type = text(headers, "content-type").unwrap_or_default();
    if method == Method::POST && !media_type.starts_with("application/json") {
        return Err("POST needs content-type application/json".to_owned());
    }
    Ok(())
}

/// Whether a request comes from this machine and, if a page sent it, from a page of this origin.
pub(crate) fn own_page(headers: &HeaderMap) -> Result<(), String> {
    let host = text(headers, "host").unwrap_or_default();
    let local = Url::parse(&format!("http://{host}")).is_ok_and(|url| is_loopback(&url));
    if !local || headers.contains_key("forwarded") || headers.contains_key("x-forwarded-for") {
        return Err(format!("only this machine may ask: expected a host of loopback, saw {host:?}"));
    }
    same_origin(headers)
}

/// Whether a page of another origin sent the request.
pub(crate) fn same_origin(headers: &HeaderMap) -> Result<(), String> {
    let host = text(headers, "host").unwrap_or_default();
    if let Some(site) = text(headers, "sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return Err(format!("a page of another origin may not ask: sec-fetch-site {site:?}"));
    }
    match text(headers, "origin") {
        Some(origin) if origin.split_once("://").map(|(_, host)| host) != Some(host) => {
            Err(format!("a page of another origin may not ask: origin {origin:?}"))
        }
        _ => Ok(()),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn refuse(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({ "error": reason }))).into_response()
}

/// Every fault as data.
pub(crate) fn table(inner: &Inner) -> Vec<Value> {
    let plans = inner.layer.armed.plans();
    let row = |fault: &Fault| {
        let on = plans.iter().filter(|plan| plan.fault == *fault);
        let on = on.map(|plan| json!({ "times": plan.times.name(), "endpoint": plan.endpoint.map(Endpoint::name) }));
        json!({
            "id": fault.id(),
            "place": fault.place().name(),
            "lawful": fault.nature() == super::Nature::Odd,
            "what": fault.what(),
            "requirement": fault.requirement(),
            "clause": fault.clause().map(|clause| clause.to_string()),
            "on": on.collect::<Vec<_>>(),
        })
    };
    Fault::ALL.iter().map(row).collect()
}

async fn faults(State(inner): State<Arc<Inner>>) -> Json<Value> {
    Json(json!({ "faults": table(&inner) }))
}

async fn clear_all(State(inner): State<Arc<Inner>>) -> StatusCode {
    inner.layer.armed.clear_all();
    StatusCode::NO_CONTENT
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    times: Option<String>,
    endpoint: Option<String>,
}

async fn set(State(inner): State<Arc<Inner>>, Path(id): Path<String>, body: bytes::Bytes) -> Response {
    let setting = if body.is_empty() { Ok(Setting::default()) } else { serde_json::from_slice::<Setting>(&body) };
    let setting = match setting {
        Ok(setting) => setting,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &format!("the body is no setting: {error}")),
    };
    let endpoint = setting.endpoint.map(|name| format!("@{name}")).unwrap_or_default();
    let times = setting.times.unwrap_or_else(|| Times::Always.name().to_owned());
    match format!("{id}{endpoint}:{times}").parse::<FaultPlan>() {
        Ok(plan) => {
            inner.layer.armed.set(plan);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) if Fault::named(&id).is_none() => refuse(StatusCode::NOT_FOUND, &error.to_string()),
        Err(error) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn clear(State(inner): State<Arc<Inner>>, Path(id): Path<String>) -> Response {
    match Fault::named(&id) {
        Some(fault) => {
            inner.layer.armed.clear(fault);
            StatusCode::NO_CONTENT.into_response()
        }
        None => refuse(StatusCode::NOT_FOUND, &format!("no fault is called {id:?}")),
    }
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn ledger(State(inner): State<Arc<Inner>>, Query(query): Query<After>) -> Json<Value> {
    let ledger = &inner.layer.ledger;
    let entries: Vec<Value> =
        ledger.entries().iter().filter(|entry| entry.number > query.after).map(super::Entry::redacted).collect();
    Json(json!({ "count": ledger.count(), "entries": entries }))
}

async fn forget(State(inner): State<Arc<Inner>>) -> StatusCode {
    inner.layer.ledger.clear();
    StatusCode::NO_CONTENT
}

async fn rotate(State(inner): State<Arc<Inner>>) -> Response {
    match inner.layer.keys.rotate() {
        Ok(kid) => Json(json!({ "kid": kid })).into_response(),
        Err(error) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

async fn clock(State(inner): State<Arc<Inner>>) -> Json<Value> {
    Json(json!({ "offset": inner.layer.clock.offset() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offset {
    offset: i64,
}

async fn set_clock(State(inner): State<Arc<Inner>>, body: bytes::Bytes) -> Response {
    match serde_json::from_slice::<Offset>(&body) {
        Ok(setting) => {
            inner.layer.clock.set_offset(setting.offset);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => refuse(StatusCode::BAD_REQUEST, &format!("expected {{\"offset\": seconds}}: {error}")),
    }
}

/// The places, for the page.
pub(crate) fn places() -> impl Iterator<Item = (Place, Vec<&'static Fault>)> {
    Place::ALL.into_iter().map(|place| (place, Fault::ALL.iter().filter(|fault| fault.place() == place).collect()))
}
