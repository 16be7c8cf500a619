//! Choosing content in a tool: the form that begins it, and what the school tells the tool.

use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing};
use lti_core::id::{ClientId, ContextId, DeploymentId, Subject};
use lti_core::message::deep_linking::{ItemType, LtiDeepLinkingRequest, PresentationTarget};
use lti_core::message::{DocumentTarget, LaunchPresentation};
use std::sync::Arc;

use super::build::course_page;
use super::choice::{Method, Target};
use super::content::{Source, about_person, context, lti11_user_id, may_enter};
use super::handlers::{Fields, Shared, from_elsewhere, not_found, page, problem_page};
use super::pages::{InitiationPage, ToolFrame};
use super::school::{Course, School};
use super::{MockState, StartError};
use crate::hint::Initiation;
use crate::launch::{LaunchRefused, LaunchRequest, StartedLaunch};
use crate::registration::ToolRegistration;

/// Somebody wants to choose content of a tool for a course.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContentChoice {
    /// The course.
    pub course: String,
    /// The tool.
    pub client_id: ClientId,
    /// Who chooses.
    pub user: Subject,
    /// Where the tool opens.
    pub target: Target,
    /// How the login begins.
    pub method: Method,
}

impl ContentChoice {
    /// This user chooses content of this tool for this course, in a new window, with a login by GET.
    pub fn new(course: impl Into<String>, client_id: ClientId, user: Subject) -> Self {
        Self { course: course.into(), client_id, user, target: Target::Window, method: Method::Get }
    }
}

/// The deployment of a tool that holds a course: that of its links there, or else the one that its place gives it.
pub(super) fn deployment(school: &School, course: &Course, tool: &ToolRegistration) -> Option<DeploymentId> {
    let linked = course.links.iter().find(|link| link.client_id == *tool.client_id());
    if let Some(link) = linked {
        return Some(link.deployment_id.clone());
    }
    let place = school.courses.iter().position(|known| known.id == course.id).unwrap_or_default();
    let ids = tool.deployment_ids();
    ids.get(place).or_else(|| ids.first()).cloned()
}

impl MockState {
    /// Sets the choosing going and begins its trace.
    pub(super) async fn start_content(&self, choice: &ContentChoice) -> Result<StartedLaunch, StartError> {
        let school = self.store.school();
        let course = school.course(&choice.course).ok_or(StartError::UnknownCourse)?;
        let user = school.person(&choice.user).ok_or(StartError::UnknownUser)?;
        if !may_enter(course, user) {
            return Err(StartError::NotEnrolled);
        }
        let tool = self.store.tool(&choice.client_id).ok_or(StartError::UnknownTool)?;
        let deployment_id = deployment(&school, course, &tool).ok_or(StartError::UnknownTool)?;
        let context_id = ContextId::new(course.id.clone());
        let mut request =
            LaunchRequest::deep_linking(user.id.clone(), tool.client_id().clone(), deployment_id, context_id);
        request.memo = choice.target.value().to_owned();
        let started = self.platform.initiate(request).await?;
        self.record_content_initiation(choice, &started);
        Ok(started)
    }
}

pub(super) fn router() -> Router<Arc<MockState>> {
    Router::new().route("/courses/{id}/content", routing::get(alone).post(choose))
}

/// The course without the trace beside it: what it holds, and nothing of what was sent.
async fn alone(State(state): Shared, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let school = state.store.school();
    let Some(course) = school.course(&id) else { return not_found(&state) };
    let user = state.sessions.signed_in(&headers);
    let mut shown = course_page(&state, &school, course, user.as_ref(), Vec::new());
    shown.frame.shows_trace = false;
    page(StatusCode::OK, &shown)
}

/// The form: `client_id`, `user`, `target`, `method`.
async fn choose(
    State(state): Shared,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let mut choice = ContentChoice::new(id, ClientId::new(field("client_id")), Subject::new(field("user")));
    if field("target") == Target::Iframe.value() {
        choice.target = Target::Iframe;
    }
    if field("method") == "post" {
        choice.method = Method::Post;
    }
    if state.store.lti11_tool(&choice.client_id).is_some() {
        return choose_lti11(&state, &choice).await;
    }
    let started = match state.start_content(&choice).await {
        Ok(started) => started,
        Err(StartError::UnknownCourse) => return not_found(&state),
        Err(problem) => return problem_page(&state, StatusCode::BAD_REQUEST, &problem.to_string()),
    };
    let fields = started.fields();
    let mut response = match (choice.target, choice.method) {
        (Target::Iframe, _) => framed(&state, &choice, &started),
        (Target::Window, Method::Get) => Redirect::to(started.url().as_str()).into_response(),
        (Target::Window, Method::Post) => {
            let action = started.initiation_url.as_str();
            page(StatusCode::OK, &InitiationPage { base: &state.base, action, fields: &fields })
        }
    };
    if let Ok(cookie) = HeaderValue::from_str(&state.sessions.set_cookie(&choice.user)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// As [`choose`], by LTI 1.1: the form goes to the tool at once.
async fn choose_lti11(state: &MockState, choice: &ContentChoice) -> Response {
    let form = match state.start_lti11_content(choice).await {
        Ok(form) => form,
        Err(StartError::UnknownCourse) => return not_found(state),
        Err(problem) => return problem_page(state, StatusCode::BAD_REQUEST, &problem.to_string()),
    };
    let mut response = match choice.target {
        Target::Iframe => in_frame(state, choice, ToolFrame::posting(title(choice), &form)),
        Target::Window => form.into_response(),
    };
    if let Ok(cookie) = HeaderValue::from_str(&state.sessions.set_cookie(&choice.user)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn title(choice: &ContentChoice) -> String {
    format!("Choose content of {}", choice.client_id)
}

/// The course with the tool in a frame.
fn framed(state: &MockState, choice: &ContentChoice, started: &StartedLaunch) -> Response {
    let post = choice.method == Method::Post;
    let frame = ToolFrame {
        title: title(choice),
        address: if post { started.initiation_url.to_string() } else { started.url().to_string() },
        fields: if post { started.fields() } else { Vec::new() },
        post,
        size: None,
    };
    in_frame(state, choice, frame)
}

fn in_frame(state: &MockState, choice: &ContentChoice, frame: ToolFrame) -> Response {
    let school = state.store.school();
    let Some(course) = school.course(&choice.course) else { return not_found(state) };
    let mut shown = course_page(state, &school, course, Some(&choice.user), Vec::new());
    shown.tool_frame = Some(frame);
    page(StatusCode::OK, &shown)
}

impl Source {
    /// What the school tells about the user who chooses, and what it accepts: everything, any number of it.
    pub(super) fn describe_choosing(
        &self,
        launch: &Initiation,
        message: &mut LtiDeepLinkingRequest,
    ) -> Result<(), LaunchRefused> {
        let school = self.store.school();
        let course = launch.deep_linking_context().and_then(|id| school.course(id.as_str()));
        let gone = || LaunchRefused::new("the course or the user is no longer in the school");
        let (course, user) = course.zip(school.person(&launch.user)).ok_or_else(gone)?;
        if !may_enter(course, user) {
            return Err(LaunchRefused::new("the user takes no part in the course"));
        }
        about_person(message, course.membership(&user.id), user);
        if self.store.lti11_tool(&launch.client_id).is_some() {
            message.lti1p1.get_or_insert_default().user_id = Some(lti11_user_id(&school, user));
        }
        message.context = Some(context(course));
        message.tool_platform = Some(self.about_platform(&school));
        let mut presentation = LaunchPresentation::default();
        let framed = launch.memo == Target::Iframe.value();
        presentation.document_target = Some(if framed { DocumentTarget::Iframe } else { DocumentTarget::Window });
        presentation.locale = Some("en".to_owned());
        presentation.return_url = Some(format!("{}/return?launch={}", self.issuer.trim_end_matches('/'), launch.id));
        message.launch_presentation = Some(presentation);
        let settings = &mut message.settings;
        settings.accept_types =
            vec![ItemType::ResourceLink, ItemType::Link, ItemType::File, ItemType::Html, ItemType::Image];
        settings.accept_presentation_document_targets =
            vec![PresentationTarget::Iframe, PresentationTarget::Window, PresentationTarget::Embed];
        settings.accept_media_types = Some("*/*".to_owned());
        settings.accept_multiple = Some(true);
        settings.accept_lineitem = Some(true);
        // Nobody is asked again.
        settings.auto_create = Some(true);
        Ok(())
    }
}
