//! The front page, and the page that tries a flow.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::{HeaderMap, StatusCode};

use super::{Frame, foreign, notice, page};
use crate::mock_issuer::{
    MockClient,
    admin::same_origin,
    builder::SCOPES,
    issuer::Inner,
    people::Person,
    trial::{self, Outcome},
};

#[derive(Template)]
#[template(path = "mock_issuer/home.html")]
struct Home<'a> {
    frame: Frame,
    addresses: Vec<(&'static str, String)>,
    people: &'static [Person],
    client: &'a MockClient,
    /// Whether the client has the secret that it had from the start.
    first_secret: bool,
    signed_in: Option<&'a str>,
    faults: Vec<String>,
}

pub(super) async fn home(State(inner): State<Arc<Inner>>, headers: HeaderMap) -> Response {
    const PEOPLE: &[Person] = &Person::ALL;
    let issuer = inner.layer.identifier();
    let metadata = inner.provider.metadata();
    let named = |label, member: &str| Some((label, metadata.get(member)?.as_str()?.to_owned()));
    let mut addresses = vec![("Issuer", issuer.to_owned())];
    addresses.push(("Discovery", format!("{issuer}/.well-known/openid-configuration")));
    let endpoints = [
        ("Authorization", "authorization_endpoint"),
        ("Token", "token_endpoint"),
        ("UserInfo", "userinfo_endpoint"),
        ("Key set", "jwks_uri"),
        ("Introspection", "introspection_endpoint"),
        ("Revocation", "revocation_endpoint"),
        ("Registration", "registration_endpoint"),
        ("Pushed requests", "pushed_authorization_request_endpoint"),
    ];
    addresses.extend(endpoints.into_iter().filter_map(|(label, member)| named(label, member)));
    let kept = inner.store.client(inner.provider.issuer(), &inner.client.id).await.ok().flatten();
    let kept = kept.and_then(|client| client.secret);
    page(&Home {
        first_secret: kept.is_some_and(|secret| secret.matches(&inner.client.secret)),
        frame: Frame::new(&inner, &headers, "home"),
        addresses,
        people: PEOPLE,
        client: &inner.client,
        signed_in: inner.sessions.everybody(),
        faults: inner.layer.armed.plans().iter().map(ToString::to_string).collect(),
    })
}

#[derive(Template)]
#[template(path = "mock_issuer/try.html")]
struct Try {
    frame: Frame,
    scopes: Vec<&'static str>,
    outcome: Option<Outcome>,
    claims: String,
    userinfo: String,
    faults: Vec<String>,
}

fn shown(inner: &Inner, headers: &HeaderMap, outcome: Option<Outcome>) -> Response {
    let json = |value: Option<&serde_json::Value>| {
        value.and_then(|value| serde_json::to_string_pretty(value).ok()).unwrap_or_default()
    };
    page(&Try {
        frame: Frame::new(inner, headers, "try"),
        scopes: SCOPES.split(' ').collect(),
        claims: json(outcome.as_ref().and_then(|outcome| outcome.claims.as_ref())),
        userinfo: json(outcome.as_ref().and_then(|outcome| outcome.userinfo.as_ref())),
        outcome,
        faults: inner.layer.armed.plans().iter().map(ToString::to_string).collect(),
    })
}

pub(super) async fn try_it(State(inner): State<Arc<Inner>>, headers: HeaderMap) -> Response {
    shown(&inner, &headers, None)
}

/// The boxes of the form, as they were sent: a name may stand several times.
pub(super) async fn begin(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: bytes::Bytes) -> Response {
    if let Err(reason) = same_origin(&headers) {
        return foreign(&inner, &headers, &reason);
    }
    let boxes = form_urlencoded::parse(&body).filter(|(name, _)| name == "scope");
    let scopes: Vec<String> = boxes.map(|(_, scope)| scope.into_owned()).collect();
    let prompt = form_urlencoded::parse(&body).find(|(name, _)| name == "prompt");
    let prompt = prompt.map(|(_, value)| value.into_owned()).unwrap_or_default();
    match trial::begin(&inner, &scopes.join(" "), &prompt) {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(error) => {
            let reason = error.to_string();
            notice(&inner, &headers, StatusCode::SERVICE_UNAVAILABLE, "The flow cannot begin", &reason)
        }
    }
}

pub(super) async fn callback(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let outcome = trial::end(&inner, &query.unwrap_or_default()).await;
    shown(&inner, &headers, Some(outcome))
}
