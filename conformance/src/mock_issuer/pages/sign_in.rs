//! Signing in, deciding, signing out.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use oauth2_issuer::server::provider::{ConsentRequest, ScopeSet};
use serde::Deserialize;

use super::{Frame, foreign, notice, page, see, with_status};
use crate::mock_issuer::{admin::same_origin, issuer::Inner, people::Person};

#[derive(Template)]
#[template(path = "mock_issuer/login.html")]
struct Login<'a> {
    frame: Frame,
    client: &'a str,
    user: &'a str,
    return_to: &'a str,
    /// Where the browser goes if the user does not want to; empty where nobody asked for a login.
    cancel_to: &'a str,
    problem: Option<&'static str>,
    people: &'static [Person],
}

const PEOPLE: &[Person] = &Person::ALL;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    return_to: String,
    #[serde(default)]
    cancel_to: String,
    #[serde(default)]
    client: String,
    #[serde(default)]
    hint: String,
}

/// Where a browser may go after signing in: back to the authorization endpoint, and nowhere else.
fn is_own(inner: &Inner, address: &str) -> bool {
    let rest = address.strip_prefix(inner.layer.identifier());
    rest.and_then(|rest| rest.strip_prefix("/authorize")).is_some_and(|rest| rest.starts_with(['/', '?']))
}

/// The address, if a browser may go there.
fn own<'a>(inner: &Inner, address: &'a str) -> &'a str {
    if is_own(inner, address) { address } else { "" }
}

fn sent_back(inner: &Inner, return_to: &str, cookie: &str) -> Response {
    let mut answer = if is_own(inner, return_to) { Redirect::to(return_to).into_response() } else { see(inner, "/") };
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    answer
}

pub(super) async fn login(State(inner): State<Arc<Inner>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    // Whoever is signed in from the start signs in again without a word.
    if let Some(user) = inner.sessions.everybody().filter(|_| is_own(&inner, &asked.return_to)) {
        return match inner.sessions.sign_in(user) {
            Ok(cookie) => sent_back(&inner, &asked.return_to, &cookie),
            Err(error) => failed(&inner, &headers, &error),
        };
    }
    page(&Login {
        frame: Frame::new(&inner, &headers, ""),
        client: &asked.client,
        user: &asked.hint,
        return_to: &asked.return_to,
        cancel_to: own(&inner, &asked.cancel_to),
        problem: None,
        people: PEOPLE,
    })
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    return_to: String,
    #[serde(default)]
    cancel_to: String,
    #[serde(default)]
    client: String,
}

pub(super) async fn sign_in(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Form(form): Form<Credentials>,
) -> Response {
    if let Err(reason) = same_origin(&headers) {
        return foreign(&inner, &headers, &reason);
    }
    let person = Person::named(form.username.trim()).filter(|person| person.password == form.password);
    match person.map(|person| inner.sessions.sign_in(person.id)) {
        Some(Ok(cookie)) => sent_back(&inner, &form.return_to, &cookie),
        Some(Err(error)) => failed(&inner, &headers, &error),
        None => with_status(
            StatusCode::UNAUTHORIZED,
            &Login {
                frame: Frame::new(&inner, &headers, ""),
                client: &form.client,
                user: form.username.trim(),
                return_to: &form.return_to,
                cancel_to: own(&inner, &form.cancel_to),
                problem: Some("Nobody has this name and this password."),
                people: PEOPLE,
            },
        ),
    }
}

fn failed(inner: &Inner, headers: &HeaderMap, error: &oauth2_issuer::Unavailable) -> Response {
    notice(inner, headers, StatusCode::SERVICE_UNAVAILABLE, "Nobody can sign in now", &error.reason)
}

pub(super) async fn sign_out(State(inner): State<Arc<Inner>>, headers: HeaderMap) -> Response {
    if let Err(reason) = same_origin(&headers) {
        return foreign(&inner, &headers, &reason);
    }
    let cookie = inner.sessions.sign_out(&headers);
    sent_back(&inner, "", &cookie)
}

#[derive(Template)]
#[template(path = "mock_issuer/consent.html")]
struct Consent<'a> {
    frame: Frame,
    request: &'a ConsentRequest,
    client: &'a str,
    scopes: Vec<(&'a str, &'static str)>,
    granted: Vec<(&'a str, &'static str)>,
}

/// What a scope gives, in words.
fn meaning(scope: &str) -> &'static str {
    match scope {
        "openid" => "know that it is you",
        "profile" => "see your name, language and time zone",
        "email" => "see your e-mail address",
        "address" => "see your postal address",
        "phone" => "see your phone number",
        "offline_access" => "do all this while you are away",
        _ => "something that this issuer has no words for",
    }
}

fn worded(scopes: &ScopeSet) -> Vec<(&str, &'static str)> {
    scopes.iter().map(|scope| (scope, meaning(scope))).collect()
}

#[derive(Deserialize)]
pub(super) struct Decision {
    #[serde(default)]
    decision: String,
}

pub(super) async fn consent(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Query(query): Query<Decision>,
) -> Response {
    let session = inner.sessions.of(&headers);
    let request = inner.desk.decision(&query.decision);
    let Some(request) = request.filter(|request| session.is_some_and(|session| session.subject == request.subject))
    else {
        let text = "This question was answered, or it is not yours to answer. Begin again at the client.";
        return notice(&inner, &headers, StatusCode::BAD_REQUEST, "Nothing to decide", text);
    };
    // Whoever is signed in from the start lets every client have everything.
    if inner.sessions.everybody() == Some(request.subject.as_str()) {
        return allow(&inner, &headers, &request).await;
    }
    page(&Consent {
        frame: Frame::new(&inner, &headers, ""),
        client: request.client.name(),
        scopes: worded(&request.scopes),
        granted: worded(&request.granted),
        request: &request,
    })
}

async fn allow(inner: &Inner, headers: &HeaderMap, request: &ConsentRequest) -> Response {
    let form = [("ticket", request.ticket.as_str()), ("decision", "allow_all")];
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut post = Request::post(&request.action).header("content-type", "application/x-www-form-urlencoded");
    if let Some(cookie) = headers.get(header::COOKIE) {
        post = post.header(header::COOKIE, cookie);
    }
    match post.body(Bytes::from(form)) {
        Ok(post) => inner.layer.handle(post).await.map(axum::body::Body::from),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
