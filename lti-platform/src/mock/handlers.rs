//! The school's pages over HTTP.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Json, Router, routing};
use lti_core::id::ClientId;
use serde_json::json;

use super::MockState;
use super::choice::{Choice, Method, Privacy, Target};
use super::form::ToolForm;
use super::pages::{
    CoursePage, Frame, InitiationPage, LinkView, MessagePage, NavCourse, PersonView, ToolFrame, ToolView, ToolsPage,
    TraceFragment, TracePage, Value,
};
use super::school::{Course, Person, School, SchoolRole};
use super::trace::KEPT;
use super::view;
use crate::launch::StartedLaunch;
use crate::registration::ToolRegistration;

type Fields = HashMap<String, String>;
type Shared = State<Arc<MockState>>;

/// Frames may hold any tool; nothing else comes from elsewhere. There is no `form-action`: a launch is a form whose
/// redirects lead through the tool's addresses, which the page cannot know.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src data:; frame-src http: https:; base-uri 'none'; frame-ancestors 'self'";

const CSS: &str = include_str!("../../assets/school.css");
const SCRIPT: &str = include_str!("../../assets/school.js");
const SUBMIT: &str = include_str!("../../assets/submit.js");

/// The pages, below the path of the school.
pub(super) fn router() -> Router<Arc<MockState>> {
    Router::new()
        .route("/", routing::get(home))
        .route("/courses/{id}", routing::get(course))
        .route("/launch", routing::post(launch))
        .route("/tools", routing::get(tools).post(register_tool))
        .route("/tools/remove", routing::post(remove_tool))
        .route("/launches", routing::get(launches))
        .route("/trace", routing::get(trace_fragment))
        .route("/trace.json", routing::get(trace_json))
        .route("/return", routing::get(come_back))
        .route("/assets/school.css", routing::get(|| async { asset("text/css; charset=utf-8", CSS) }))
        .route("/assets/school.js", routing::get(|| async { asset("text/javascript; charset=utf-8", SCRIPT) }))
        .route("/assets/submit.js", routing::get(|| async { asset("text/javascript; charset=utf-8", SUBMIT) }))
}

async fn home(State(state): Shared) -> Redirect {
    let school = state.store.school();
    let first = school.courses.first().map(|course| format!("{}/courses/{}", state.base, course.id));
    Redirect::to(&first.unwrap_or_else(|| format!("{}/tools", state.base)))
}

async fn course(State(state): Shared, Path(id): Path<String>) -> Response {
    let school = state.store.school();
    match school.course(&id) {
        Some(course) => page(StatusCode::OK, &course_page(&state, &school, course)),
        None => not_found(&state),
    }
}

fn course_page(state: &MockState, school: &School, course: &Course) -> CoursePage {
    let mut frame = with_trace(state, school);
    for entry in &mut frame.courses {
        entry.current = entry.id == course.id;
    }
    let links = course.links.iter().map(|link| LinkView {
        id: link.id.to_string(),
        title: link.title.clone(),
        description: link.description.clone(),
        client_id: link.client_id.to_string(),
        deployment_id: link.deployment_id.to_string(),
    });
    CoursePage {
        frame,
        id: course.id.clone(),
        label: course.label.clone(),
        title: course.title.clone(),
        links: links.collect(),
        launchers: people(school, course, true),
        roles: SchoolRole::ALL,
        privacies: Privacy::ALL,
        people: people(school, course, false),
        tool_frame: None,
    }
}

/// The members of a course, and where asked for those who may enter it without being one.
fn people(school: &School, course: &Course, with_administrators: bool) -> Vec<PersonView> {
    let member = |person: &Person| course.membership(&person.id).map(|membership| membership.role.label());
    let shown = |person: &Person| {
        let role = match member(person) {
            Some(role) => role,
            None if with_administrators && person.administrator => "School administrator",
            None => return None,
        };
        Some(PersonView {
            id: person.id.as_str().to_owned(),
            name: person.name.clone(),
            lang: person.locale.clone(),
            role,
            email: person.email.clone(),
        })
    };
    school.people.iter().filter_map(shown).collect()
}

async fn launch(State(state): Shared, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    let choice = match Choice::from_fields(&fields) {
        Ok(choice) => choice,
        Err(problem) => return problem_page(&state, StatusCode::BAD_REQUEST, &problem.to_string()),
    };
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

/// The course with the tool in a frame.
fn framed(state: &MockState, choice: &Choice, started: &StartedLaunch) -> Response {
    let school = state.store.school();
    let Some((course, link)) = school.link(&choice.link) else { return not_found(state) };
    let mut shown = course_page(state, &school, course);
    let post = choice.method == Method::Post;
    shown.tool_frame = Some(ToolFrame {
        title: link.title.clone(),
        address: if post { started.initiation_url.to_string() } else { started.url().to_string() },
        fields: if post { started.fields() } else { Vec::new() },
        post,
    });
    page(StatusCode::OK, &shown)
}

async fn tools(State(state): Shared) -> Response {
    page(StatusCode::OK, &tools_page(&state, ToolForm::default()))
}

fn tools_page(state: &MockState, form: ToolForm) -> ToolsPage {
    let mut frame = frame(state, &state.store.school());
    frame.at_tools = true;
    let issuer = &frame.issuer;
    let below = issuer.trim_end_matches('/');
    let ours = vec![
        Value::new("Issuer", issuer),
        Value::new("Authorization URL", format!("{below}/auth")),
        Value::new("JWKS URL", format!("{below}/jwks")),
        Value::new("Discovery document", format!("{below}/.well-known/openid-configuration")),
    ];
    let tools = state.store.tools().iter().map(|tool| tool_view(tool)).collect();
    ToolsPage { frame, ours, tools, form }
}

fn tool_view(tool: &ToolRegistration) -> ToolView {
    let mut values = vec![Value::new("Client id", tool.client_id().as_str())];
    values.extend(tool.deployment_ids().iter().map(|id| Value::new("Deployment id", id.as_str())));
    values.push(Value::new("Login initiation URL", tool.initiation_url().as_str()));
    values.extend(tool.redirect_uris().iter().map(|uri| Value::new("Redirect URI", uri)));
    values.push(Value::new("Target link URI", tool.target_link_uri()));
    values.extend(tool.jwks_url().map(|url| Value::new("JWKS URL", url.as_str())));
    ToolView { client_id: tool.client_id().to_string(), values }
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
            page(StatusCode::BAD_REQUEST, &tools_page(&state, form))
        }
    }
}

async fn remove_tool(State(state): Shared, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    let client_id = fields.get("client_id").map(String::as_str).unwrap_or_default();
    match state.store.remove(&ClientId::new(client_id)) {
        Ok(()) => Redirect::to(&format!("{}/tools", state.base)).into_response(),
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
    let document = json!({ "version": state.trace.version(), "launches": launches });
    ([(header::CACHE_CONTROL, "no-store")], Json(document)).into_response()
}

/// Where tools send the user when they are done (LTI Core 1.3, 5.4.4): takes `lti_msg`, `lti_errormsg`, and shows them;
/// `lti_log` and `lti_errorlog` go to the trace.
async fn come_back(State(state): Shared, Query(query): Query<Vec<(String, String)>>) -> Response {
    state.record_return(&query);
    let said = |name: &str| query.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
    let (title, bad, line) = match (said("lti_errormsg"), said("lti_msg")) {
        (Some(error), _) => ("The tool reports an error", true, error),
        (None, Some(message)) => ("Back from the tool", false, message),
        (None, None) => ("Back from the tool", false, "The tool had nothing to say.".to_owned()),
    };
    let frame = frame(&state, &state.store.school());
    page(StatusCode::OK, &MessagePage { frame, title: title.to_owned(), lines: vec![line], bad })
}

/// A form of another site is refused: the school's forms are sent from its own pages. Clients that are no browsers send
/// no such header.
fn from_elsewhere(state: &MockState, headers: &HeaderMap) -> Option<Response> {
    let site = headers.get("sec-fetch-site")?.to_str().unwrap_or_default();
    (!matches!(site, "same-origin" | "none"))
        .then(|| problem_page(state, StatusCode::FORBIDDEN, "this form was sent from another site"))
}

fn not_found(state: &MockState) -> Response {
    problem_page(state, StatusCode::NOT_FOUND, "there is no such page in this school")
}

fn problem_page(state: &MockState, status: StatusCode, problem: &str) -> Response {
    let frame = frame(state, &state.store.school());
    let title = "This did not work".to_owned();
    page(status, &MessagePage { frame, title, lines: vec![problem.to_owned()], bad: true })
}

fn with_trace(state: &MockState, school: &School) -> Frame {
    let mut frame = frame(state, school);
    frame.shows_trace = true;
    // The version first: a message that arrives in between is shown twice rather than never.
    frame.trace_version = state.trace.version();
    frame.launches = view::launches(&state.trace);
    frame.keys = view::key_fetch(&state.trace);
    frame
}

fn frame(state: &MockState, school: &School) -> Frame {
    let nav = |course: &Course| NavCourse {
        id: course.id.clone(),
        label: course.label.clone(),
        title: course.title.clone(),
        current: false,
    };
    Frame {
        school: school.name.clone(),
        issuer: state.issuer.clone(),
        base: state.base.clone(),
        courses: school.courses.iter().map(nav).collect(),
        at_tools: false,
        at_launches: false,
        shows_trace: false,
        trace_version: 0,
        launches: Vec::new(),
        keys: String::new(),
    }
}

fn page(status: StatusCode, template: &impl Template) -> Response {
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
