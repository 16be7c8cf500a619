//! The page of faults, with a switch for each, and the ledger beside them.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::{Html, IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::{Frame, foreign, page, see};
use crate::mock_issuer::{
    Entry, Fault, FaultPlan, Nature, Place, Times,
    admin::{own_page, places},
    issuer::Inner,
};

struct Switch {
    fault: &'static Fault,
    times: Option<Times>,
}

impl Switch {
    fn is(&self, times: &str) -> bool {
        self.times.map_or("off", Times::name) == times
    }

    fn odd(&self) -> bool {
        self.fault.nature() == Nature::Odd
    }
}

struct Group {
    place: Place,
    switches: Vec<Switch>,
    on: usize,
}

#[derive(Template)]
#[template(path = "mock_issuer/faults.html")]
struct Faults {
    frame: Frame,
    groups: Vec<Group>,
    on: usize,
    offset: i64,
    entries: Vec<Line>,
    count: u64,
}

/// An entry of the ledger, for people.
struct Line {
    number: u64,
    endpoint: &'static str,
    method: String,
    path: String,
    status: String,
    good: bool,
    faults: Vec<&'static str>,
    parameters: Vec<(String, String)>,
    more: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "mock_issuer/ledger.html")]
struct LedgerPart {
    entries: Vec<Line>,
}

/// How many entries the page shows.
const SHOWN: usize = 60;

fn lines(inner: &Inner) -> Vec<Line> {
    inner.layer.ledger.entries().iter().rev().take(SHOWN).map(line).collect()
}

fn line(entry: &Entry) -> Line {
    let redacted = entry.redacted();
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    let pairs = redacted["parameters"].as_array().cloned().unwrap_or_default();
    let parameters = pairs.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect();
    let parts = [("Authorization", "authorization"), ("Sent", "sent"), ("Sent to", "location"), ("Answered", "answer")];
    let more = parts.into_iter().filter(|(_, name)| !redacted[*name].is_null());
    Line {
        number: entry.number,
        endpoint: entry.endpoint.name(),
        method: entry.method.to_string(),
        path: entry.path().to_owned(),
        status: entry.status.map_or_else(|| "no answer".to_owned(), |status| status.as_u16().to_string()),
        good: entry.status.is_some_and(|status| status.as_u16() < 400),
        faults: entry.faults.iter().map(|fault| fault.id()).collect(),
        parameters,
        more: more.map(|(label, name)| (label, text(&redacted[name]))).collect(),
    }
}

pub(super) async fn faults(State(inner): State<Arc<Inner>>, headers: HeaderMap) -> Response {
    let plans = inner.layer.armed.plans();
    let times = |fault: Fault| plans.iter().find(|plan| plan.fault == fault).map(|plan| plan.times);
    let groups = places().map(|(place, faults)| {
        let switches: Vec<Switch> = faults.into_iter().map(|fault| Switch { fault, times: times(*fault) }).collect();
        let on = switches.iter().filter(|switch| switch.times.is_some()).count();
        Group { place, switches, on }
    });
    page(&Faults {
        frame: Frame::new(&inner, &headers, "faults"),
        groups: groups.collect(),
        on: plans.len(),
        offset: inner.layer.clock.offset(),
        entries: lines(&inner),
        count: inner.layer.ledger.count(),
    })
}

#[derive(Deserialize)]
pub(super) struct Change {
    #[serde(default)]
    fault: String,
    #[serde(default)]
    times: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    offset: i64,
}

/// What the page's forms do without a script, and its script too.
pub(super) async fn change(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Form(change): Form<Change>,
) -> Response {
    if let Err(reason) = own_page(&headers) {
        return foreign(&inner, &headers, &reason);
    }
    match (change.act.as_str(), Fault::named(&change.fault)) {
        ("clear", _) => inner.layer.armed.clear_all(),
        ("forget", _) => inner.layer.ledger.clear(),
        ("clock", _) => inner.layer.clock.set_offset(change.offset),
        ("rotate", _) => {
            if let Err(error) = inner.layer.keys.rotate() {
                tracing::error!(%error, "the keys were not rotated");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        }
        (_, Some(fault)) => match change.times.as_str() {
            "once" => inner.layer.armed.set(FaultPlan::once(fault)),
            "always" => inner.layer.armed.set(FaultPlan::always(fault)),
            _ => {
                inner.layer.armed.clear(fault);
            }
        },
        _ => return StatusCode::BAD_REQUEST.into_response(),
    }
    see(&inner, "/mock/faults")
}

#[derive(Deserialize)]
pub(super) struct Since {
    #[serde(default)]
    count: u64,
    #[serde(default)]
    faults: String,
}

/// The ledger for the page's script: 204 as long as nothing is new.
pub(super) async fn ledger(State(inner): State<Arc<Inner>>, Query(since): Query<Since>) -> Response {
    let count = inner.layer.ledger.count();
    let plans: Vec<String> = inner.layer.armed.plans().iter().map(ToString::to_string).collect();
    let plans = plans.join(" ");
    if count == since.count && plans == since.faults {
        return StatusCode::NO_CONTENT.into_response();
    }
    let Ok(text) = askama::Template::render(&LedgerPart { entries: lines(&inner) }) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    ([("x-ledger-count", count.to_string()), ("x-faults", plans)], Html(text)).into_response()
}
