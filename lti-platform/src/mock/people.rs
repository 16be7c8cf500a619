//! The people of a course: the roster that tools can read, and the forms that change it.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing};
use lti_core::id::Subject;

use super::MockState;
use super::build::with_trace;
use super::handlers::{Fields, Shared, from_elsewhere, not_found, page, problem_page};
use super::pages::{CourseHead, CourseTab, Frame};
use super::school::{Course, School, SchoolRole};
use std::sync::Arc;

/// The roster of a course.
#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    frame: Frame,
    head: CourseHead,
    people: Vec<MemberView>,
    /// Who could be enrolled.
    others: Vec<OtherView>,
    roles: &'static [SchoolRole],
}

/// Somebody in the course.
struct MemberView {
    id: String,
    name: String,
    lang: String,
    role: &'static str,
    active: bool,
    email: Option<String>,
}

/// Somebody outside it.
struct OtherView {
    id: String,
    name: String,
    former: bool,
}

/// The page and its form.
pub(super) fn router() -> Router<Arc<MockState>> {
    Router::new().route("/courses/{id}/people", routing::get(people).post(change))
}

async fn people(State(state): Shared, Path(id): Path<String>) -> Response {
    let school = state.store.school();
    let Some(course) = school.course(&id) else { return not_found(&state) };
    let mut frame = with_trace(&state, &school);
    frame.mark_course(&course.id);
    let (people, others) = (members(&school, course), others(&school, course));
    let head = CourseHead::new(course, CourseTab::People);
    page(StatusCode::OK, &PeoplePage { frame, head, people, others, roles: SchoolRole::ALL })
}

fn members(school: &School, course: &Course) -> Vec<MemberView> {
    let shown = course.members.iter().filter_map(|membership| {
        let person = school.person(&membership.person)?;
        Some(MemberView {
            id: person.id.as_str().to_owned(),
            name: person.name.clone(),
            lang: person.locale.clone(),
            role: membership.role.label(),
            active: membership.active,
            email: person.email.clone(),
        })
    });
    shown.collect()
}

fn others(school: &School, course: &Course) -> Vec<OtherView> {
    let outside = school.people.iter().filter(|person| course.membership(&person.id).is_none());
    let shown = outside.map(|person| OtherView {
        id: person.id.as_str().to_owned(),
        name: person.name.clone(),
        former: course.former.iter().any(|former| former.person == person.id),
    });
    shown.collect()
}

async fn change(
    State(state): Shared,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let person = Subject::new(field("person"));
    let school = state.store.school();
    if school.course(&id).is_none() || school.person(&person).is_none() {
        return not_found(&state);
    }
    let (act, role) = (field("act"), SchoolRole::from_value(field("role")));
    let known = matches!(act, "activate" | "deactivate" | "drop") || (act == "enrol" && role.is_some());
    if !known {
        return problem_page(&state, StatusCode::BAD_REQUEST, "the form of the people does not offer this change");
    }
    state.store.change(|school| {
        let Some(course) = school.courses.iter_mut().find(|course| course.id == id) else { return };
        match (act, role) {
            ("enrol", Some(role)) => course.enrol(&person, role),
            ("drop", _) => drop(course.drop_member(&person)),
            (act, _) => drop(course.set_active(&person, act == "activate")),
        }
    });
    Redirect::to(&format!("{}/courses/{id}/people", state.base)).into_response()
}
