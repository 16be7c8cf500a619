//! The school's pages over HTTP.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Json, Router, routing};
use lti_core::id::ClientId;
use serde_json::json;

use super::MockState;
use super::build::{course_page, frame, tools_page, with_trace};
use super::choice::{Choice, Method, Target};
use super::form::ToolForm;
use super::lti11_tools::Lti11Form;
use super::pages::{InitiationPage, MessagePage, Notice, ToolFrame, TraceFragment, TracePage};
use super::settings::{self, SettingError};
use super::trace::KEPT;
use crate::launch::StartedLaunch;

pub(super) type Fields = HashMap<String, String>;
pub(super) type Shared = State<Arc<MockState>>;

/// Frames may hold any tool, and pictures may come with content that was chosen in one; nothing else comes from elsewhere. There is no `form-action`: a launch is a form whose
/// redirects lead through the tool's addresses, which the page cannot know.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src data: http: https:; frame-src http: https:; base-uri 'none'; frame-ancestors 'self'";

const CSS: &str = include_str!("../../assets/school.css");
const SCRIPT: &str = include_str!("../../assets/school.js");
const SUBMIT: &str = include_str!("../../assets/submit.js");

/// The pages, below the path of the school.
pub(super) fn router() -> Router<Arc<MockState>> {
    Router::new()
        .route("/", routing::get(home))
        .route("/courses/{id}", routing::get(course))
        .merge(super::choosing::router())
        .merge(super::grades::router())
        .merge(super::lti11_tools::router())
        .merge(super::people::router())
        .route("/launch", routing::post(launch))
        .route("/tools", routing::get(tools).post(register_tool))
        .route("/tools/add", routing::post(super::registering::add))
        .route("/tools/remove", routing::post(remove_tool))
        .route("/tools/settings", routing::post(set_tool))
        .route("/links/settings", routing::post(set_link))
        .route("/admin/rotate-keys", routing::post(rotate_keys))
        .route("/launches", routing::get(launches))
        .route("/trace", routing::get(trace_fragment))
        .route("/trace.json", routing::get(trace_json))
        .route("/return", routing::get(come_back))
        .route("/assets/school.css", routing::get(|| async { asset("text/css; charset=utf-8", CSS) }))
        .route("/assets/school.js", routing::get(|| async { asset("text/javascript; charset=utf-8", SCRIPT) }))
        .route("/assets/submit.js", routing::get(|| async { asset("text/javascript; charset=utf-8", SUBMIT) }))
}

/// Writes down what a request has changed, before it is answered.
pub(super) async fn saved(State(state): Shared, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match state.store.save().await {
        Ok(()) => response,
        Err(problem) => {
            tracing::error!(reason = %problem.reason, "the school cannot be written down");
            let text = "the change was made, but could not be written down: a restart will have forgotten it";
            problem_page(&state, StatusCode::INTERNAL_SERVER_ERROR, text)
        }
    }
}

async fn home(State(state): Shared) -> Redirect {
    let school = state.store.school();
    let first = school.courses.first().map(|course| format!("{}/courses/{}", state.base, course.id));
    Redirect::to(&first.unwrap_or_else(|| format!("{}/tools", state.base)))
}

async fn course(
    State(state): Shared,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let school = state.store.school();
    let user = state.sessions.signed_in(&headers);
    match school.course(&id) {
        Some(course) => {
            let notices = notices(&query);
            page(StatusCode::OK, &course_page(&state, &school, course, user.as_ref(), notices))
        }
        None => not_found(&state),
    }
}

/// What is said to somebody who comes back from choosing content. The tool's words are shown as its own.
fn notices(query: &[(String, String)]) -> Vec<Notice> {
    let notice = |(name, value): &(String, String)| {
        let (text, bad) = match name.as_str() {
            "added" if value == "0" => ("Nothing was added.".to_owned(), false),
            "added" if value == "1" => ("One item was added.".to_owned(), false),
            "added" => (format!("{value} items were added."), false),
            "unusable" => (format!("An item could not be used: {value}"), true),
            "msg" => (format!("The tool says: {value}"), false),
            "errormsg" => (format!("The tool reports an error: {value}"), true),
            _ => return None,
        };
        Some(Notice { text, bad })
    };
    query.iter().filter_map(notice).collect()
}

async fn launch(State(state): Shared, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    let choice = match Choice::from_fields(&fields) {
        Ok(choice) => choice,
        Err(problem) => return problem_page(&state, StatusCode::BAD_REQUEST, &problem.to_string()),
    };
    if state.lti11_tool_of(&choice.link).is_some() {
        return launch_lti11(&state, &choice).await;
    }
    let started = match state.start(&choice).await {
        Ok(started) => started,
        Err(problem) => return problem_page(&state, StatusCode::BAD_REQUEST, &problem.to_string()),
    };
    let mut response = match (choice.target, choice.method) {
        (Target::Iframe, _) => framed(&state, &choice, &started),
        (Target::Window, Method::Get) => Redirect::to(started.url().as_str()).into_response(),
        (Target::Window, Method::Post) => {
            let (action, fields) = (started.initiation_url.as_str(), started.fields());
            page(StatusCode::OK, &InitiationPage { base: &state.base, action, fields: &fields })
        }
    };
    if let Ok(cookie) = HeaderValue::from_str(&state.sessions.set_cookie(&choice.user)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// As [`launch`], by LTI 1.1: the form goes to the tool at once.
async fn launch_lti11(state: &MockState, choice: &Choice) -> Response {
    let form = match state.start_lti11(choice).await {
        Ok(form) => form,
        Err(problem) => return problem_page(state, StatusCode::BAD_REQUEST, &problem.to_string()),
    };
    let mut response = match choice.target {
        Target::Iframe => in_frame(state, choice, ToolFrame::posting(String::new(), &form)),
        Target::Window => form.into_response(),
    };
    if let Ok(cookie) = HeaderValue::from_str(&state.sessions.set_cookie(&choice.user)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The course with the tool in a frame.
fn framed(state: &MockState, choice: &Choice, started: &StartedLaunch) -> Response {
    let post = choice.method == Method::Post;
    let frame = ToolFrame {
        title: String::new(),
        address: if post { started.initiation_url.to_string() } else { started.url().to_string() },
        fields: if post { started.fields() } else { Vec::new() },
        post,
        size: None,
    };
    in_frame(state, choice, frame)
}

/// The course with a frame that has the title and the size of the link.
fn in_frame(state: &MockState, choice: &Choice, frame: ToolFrame) -> Response {
    let school = state.store.school();
    let Some((course, link)) = school.link(&choice.link) else { return not_found(state) };
    let mut shown = course_page(state, &school, course, Some(&choice.user), Vec::new());
    let size = link.iframe.as_ref().map(|frame| (frame.width, frame.height));
    shown.tool_frame = Some(ToolFrame { title: link.title.clone(), size, ..frame });
    page(StatusCode::OK, &shown)
}

async fn tools(State(state): Shared) -> Response {
    page(StatusCode::OK, &tools_page(&state, ToolForm::default(), Lti11Form::default()))
}

async fn register_tool(State(state): Shared, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    let form = ToolForm::from_fields(&fields);
    let registered = form.registration().and_then(|tool| state.store.register(tool));
    match registered {
        Ok(()) => Redirect::to(&format!("{}/tools", state.base)).into_response(),
        Err(problem) => {
            let form = ToolForm { problem: Some(problem.to_string()), ..form };
            page(StatusCode::BAD_REQUEST, &tools_page(&state, form, Lti11Form::default()))
        }
    }
}

async fn remove_tool(State(state): Shared, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    let client_id = fields.get("client_id").map(String::as_str).unwrap_or_default();
    state.store.remove(&ClientId::new(client_id));
    Redirect::to(&format!("{}/tools", state.base)).into_response()
}

async fn set_tool(State(state): Shared, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    settled(&state, settings::set_tool(&state.store, &fields), "/tools")
}

async fn set_link(State(state): Shared, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    let school = state.store.school();
    let link = fields.get("link").map(|id| id.as_str().into());
    let course = link.and_then(|id| school.link(&id)).map(|(course, _)| course.id.clone()).unwrap_or_default();
    settled(&state, settings::set_link(&state.store, &fields), &format!("/courses/{course}"))
}

/// Back to the page of the form, or what is wrong with it.
fn settled(state: &MockState, set: Result<(), SettingError>, page: &str) -> Response {
    match set {
        Ok(()) => Redirect::to(&format!("{}{page}", state.base)).into_response(),
        Err(problem @ SettingError::Unknown(_)) => problem_page(state, StatusCode::NOT_FOUND, &problem.to_string()),
        Err(problem) => problem_page(state, StatusCode::BAD_REQUEST, &problem.to_string()),
    }
}

/// Signs with a new key from now on. Anybody may ask: the school is for one machine.
async fn rotate_keys(State(state): Shared, headers: HeaderMap) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    match state.rotate_keys() {
        Ok(_) => Redirect::to(&format!("{}/tools#keys", state.base)).into_response(),
        Err(problem) => problem_page(&state, StatusCode::INTERNAL_SERVER_ERROR, &problem.to_string()),
    }
}

async fn launches(State(state): Shared) -> Response {
    let mut frame = with_trace(&state, &state.store.school());
    frame.shows_trace = false;
    frame.at_launches = true;
    page(StatusCode::OK, &TracePage { frame, kept: KEPT })
}

/// The trace for the script: nothing while the version that it has is the newest.
async fn trace_fragment(State(state): Shared, Query(query): Query<Fields>) -> Response {
    let frame = with_trace(&state, &state.store.school());
    let version = frame.trace_version.to_string();
    if query.get("version") == Some(&version) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let mut response = page(StatusCode::OK, &TraceFragment { frame });
    if let Ok(version) = HeaderValue::from_str(&version) {
        response.headers_mut().insert("x-trace-version", version);
    }
    response
}

async fn trace_json(State(state): Shared) -> Response {
    let launches: Vec<_> =
        state.trace.launches().iter().map(|launch| json!({ "stage": launch.stage(), "launch": launch })).collect();
    let calls = state.trace.service_calls();
    let document = json!({ "version": state.trace.version(), "launches": launches, "service_calls": calls });
    ([(header::CACHE_CONTROL, "no-store")], Json(document)).into_response()
}

/// Where tools send the user when they are done (LTI Core 1.3, 5.4.4): takes `lti_msg`, `lti_errormsg`, and shows them;
/// `lti_log` and `lti_errorlog` go to the trace.
async fn come_back(State(state): Shared, Query(query): Query<Vec<(String, String)>>) -> Response {
    state.record_return(&query);
    let said = |name: &str| query.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
    let (error, message) = (said("lti_errormsg"), said("lti_msg"));
    let bad = error.is_some();
    let title = if bad { "The tool reports an error" } else { "Back from the tool" };
    let mut lines: Vec<String> = error.into_iter().chain(message).collect();
    if lines.is_empty() {
        lines.push("The tool had nothing to say.".to_owned());
    }
    let frame = frame(&state, &state.store.school());
    page(StatusCode::OK, &MessagePage { frame, title: title.to_owned(), lines, bad })
}

/// A form of another site is refused: the school's forms are sent from its own pages. Clients that are no browsers send
/// no such header.
pub(super) fn from_elsewhere(state: &MockState, headers: &HeaderMap) -> Option<Response> {
    let site = headers.get("sec-fetch-site")?.to_str().unwrap_or_default();
    (!matches!(site, "same-origin" | "none"))
        .then(|| problem_page(state, StatusCode::FORBIDDEN, "this form was sent from another site"))
}

pub(super) fn not_found(state: &MockState) -> Response {
    problem_page(state, StatusCode::NOT_FOUND, "there is no such page in this school")
}

pub(super) fn problem_page(state: &MockState, status: StatusCode, problem: &str) -> Response {
    let frame = frame(state, &state.store.school());
    let title = "This did not work".to_owned();
    page(status, &MessagePage { frame, title, lines: vec![problem.to_owned()], bad: true })
}

pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    // Writing strings into a string does not fail.
    let Ok(body) = template.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    (status, headers, body).into_response()
}

fn asset(media_type: &'static str, body: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, media_type), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")], body)
}
