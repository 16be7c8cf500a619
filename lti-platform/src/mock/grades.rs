//! The gradebook of a course: learners by line items, a page at a time.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Router, routing};
use lti_core::id::{ContextId, Subject};
use lti_core::service::ags::{ActivityProgress, GradingProgress, Score};
use oauth2_issuer::Unavailable;

use super::MockState;
use super::build::with_trace;
use super::handlers::{Fields, Shared, not_found, page, problem_page};
use super::pages::{CourseHead, CourseTab, Frame};
use super::school::{Course, School, SchoolRole};
use crate::gradebook::{LineItemId, OwnedLineItem, Page, Slice};

/// How many line items stand side by side.
const COLUMNS: usize = 6;
/// How many learners stand one below the other.
const ROWS: usize = 50;

/// The page.
#[derive(Template)]
#[template(path = "grades.html")]
struct GradesPage {
    frame: Frame,
    head: CourseHead,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// Whether line items came before these.
    older: bool,
    /// Where to go on: text and query.
    pages: Vec<(&'static str, String)>,
}

/// A line item.
struct Column {
    label: String,
    maximum: String,
    tool: String,
    /// The title of the link that it belongs to.
    link: Option<String>,
    /// Until when, whether released, what the tool calls it.
    note: Option<String>,
}

/// A learner.
struct Row {
    name: String,
    lang: String,
    /// Whether the learner is still in the course.
    here: bool,
    cells: Vec<Option<Cell>>,
}

/// A score.
struct Cell {
    points: Option<String>,
    /// Where the work or its grading is not at its end.
    progress: Option<String>,
    comment: Option<String>,
    iso: String,
    at: String,
}

pub(super) fn router() -> Router<Arc<MockState>> {
    Router::new().route("/courses/{id}/grades", routing::get(grades))
}

async fn grades(State(state): Shared, Path(id): Path<String>, Query(query): Query<Fields>) -> Response {
    let school = state.store.school();
    let Some(course) = school.course(&id) else { return not_found(&state) };
    let number = |name: &str| query.get(name).and_then(|value| value.parse::<usize>().ok());
    let (from, after) = (number("from").unwrap_or(0), query.get("after").and_then(|value| value.parse().ok()));
    match grades_page(&state, &school, course, from, after).await {
        Ok(shown) => page(StatusCode::OK, &shown),
        Err(Unavailable { reason }) => {
            tracing::error!(%reason, "the gradebook cannot be read");
            problem_page(&state, StatusCode::SERVICE_UNAVAILABLE, "the gradebook cannot be read at the moment")
        }
    }
}

async fn grades_page(
    state: &MockState,
    school: &School,
    course: &Course,
    from: usize,
    after: Option<LineItemId>,
) -> Result<GradesPage, Unavailable> {
    let context = ContextId::new(course.id.clone());
    let items = state.gradebook.in_context(&context, Page { after, limit: COLUMNS }).await?;
    let learners = learners(course);
    let shown: Vec<(Subject, bool)> = learners.iter().skip(from).take(ROWS).cloned().collect();
    let ids: Vec<LineItemId> = items.rows.iter().map(|owned| owned.item.id).collect();
    let users: Vec<Subject> = shown.iter().map(|(user, _)| user.clone()).collect();
    let scores = state.gradebook.scores_of(&ids, &users).await?;
    let scores: HashMap<_, _> = scores.iter().map(|(item, score)| ((*item, score.user_id.clone()), score)).collect();
    let row = |(user, here): &(Subject, bool)| {
        let person = school.person(user);
        Row {
            name: person.map_or_else(|| user.as_str().to_owned(), |person| person.name.clone()),
            lang: person.map(|person| person.locale.clone()).unwrap_or_default(),
            here: *here,
            cells: items.rows.iter().map(|owned| cell(owned, scores.get(&(owned.item.id, user.clone())))).collect(),
        }
    };
    let mut frame = with_trace(state, school);
    frame.mark_course(&course.id);
    Ok(GradesPage {
        frame,
        head: CourseHead::new(course, CourseTab::Grades),
        columns: items.rows.iter().map(|owned| column(school, owned)).collect(),
        rows: shown.iter().map(row).collect(),
        older: after.is_some(),
        pages: pages(&items, learners.len(), from, after),
    })
}

/// Everybody who is graded, those who left last. No duty says who is; here it is who has ever been a learner.
fn learners(course: &Course) -> Vec<(Subject, bool)> {
    let here = course.members.iter().filter(|membership| membership.role == SchoolRole::Learner);
    let left = course.former.iter().filter(|former| former.role == SchoolRole::Learner);
    let here = here.map(|membership| (membership.person.clone(), true));
    here.chain(left.map(|former| (former.person.clone(), false))).collect()
}

/// The ways to the neighbouring parts of the table.
fn pages(
    items: &Slice<OwnedLineItem>,
    learners: usize,
    from: usize,
    after: Option<LineItemId>,
) -> Vec<(&'static str, String)> {
    let query = |from: usize, after: Option<LineItemId>| {
        let after = after.map(|id| format!("&after={id}")).unwrap_or_default();
        format!("from={from}{after}")
    };
    let mut pages = Vec::new();
    if after.is_some() {
        pages.push(("First line items", query(from, None)));
    }
    if let Some(last) = items.rows.last().filter(|_| items.more) {
        pages.push(("Next line items", query(from, Some(last.item.id))));
    }
    if from > 0 {
        pages.push(("Previous learners", query(from.saturating_sub(ROWS), after)));
    }
    if from.saturating_add(ROWS) < learners {
        pages.push(("Next learners", query(from + ROWS, after)));
    }
    pages
}

fn column(school: &School, owned: &OwnedLineItem) -> Column {
    let definition = &owned.item.definition;
    let link = definition.resource_link_id.as_ref();
    let link = link.map(|id| school.link(id).map_or("a link that is gone", |(_, link)| link.title.as_str()).to_owned());
    let mut notes = Vec::new();
    notes.extend(definition.end_date_time.map(|end| format!("until {end}")));
    notes.extend((definition.grades_released == Some(false)).then(|| "not released to learners".to_owned()));
    notes.extend(definition.resource_id.as_ref().map(|id| format!("resource {id}")));
    notes.extend(definition.tag.as_ref().map(|tag| format!("tag {tag}")));
    Column {
        label: definition.label.to_string(),
        maximum: points(definition.score_maximum.get()),
        tool: owned.owner.client_id.to_string(),
        link,
        note: Some(notes.join(", ")).filter(|note| !note.is_empty()),
    }
}

fn cell(owned: &OwnedLineItem, score: Option<&&Score>) -> Option<Cell> {
    let score = score?;
    let activity = (score.activity_progress != ActivityProgress::Completed).then_some(score.activity_progress.as_str());
    let grading = (score.grading_progress != GradingProgress::FullyGraded).then_some(score.grading_progress.as_str());
    let progress: Vec<&str> = activity.into_iter().chain(grading).collect();
    let iso = score.timestamp.to_string();
    Some(Cell {
        points: score.points.map(|given| points(given.on_scale(owned.item.definition.score_maximum))),
        progress: Some(progress.join(", ")).filter(|progress| !progress.is_empty()),
        comment: score.comment.clone(),
        at: minute(&iso),
        iso,
    })
}

/// A number with two decimals at most, and without those it does not need.
fn points(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `2026-11-22 08:15 UTC` of a moment in ISO 8601.
fn minute(iso: &str) -> String {
    match (iso.get(..10), iso.get(11..16)) {
        (Some(date), Some(time)) => format!("{date} {time} UTC"),
        _ => iso.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_short() {
        for (number, text) in
            [(83.0, "83"), (0.0, "0"), (2.5, "2.5"), (1.0 / 3.0, "0.33"), (100.0, "100"), (9.999, "10")]
        {
            assert_eq!(points(number), text);
        }
        assert_eq!(minute("2026-11-22T08:15:00.123456Z"), "2026-11-22 08:15 UTC");
        assert_eq!(minute("soon"), "soon");
    }

    #[test]
    fn those_who_left_come_last() {
        let mut school = super::super::seed::school();
        let course = &mut school.courses[0];
        course.drop_member(&Subject::new("aoi"));
        let learners = learners(course);
        assert_eq!(learners.last(), Some(&(Subject::new("aoi"), false)));
        assert_eq!(learners.len(), 4);
    }
}
