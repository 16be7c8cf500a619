//! What the reference tool does at its platform: it hands a grade in, makes a column, and shows results and roster. Each
//! act is a button below the page of a launch that offers it.

use std::{
    collections::HashMap,
    fmt::Display,
    sync::{Arc, Mutex, PoisonError},
};

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
    routing::post,
};
use lti_core::{
    id::Subject,
    service::{
        ags::{Label, LineItem, MaximumPoints, Points},
        nrps::Member,
    },
};
use lti_tool::{
    Launch, LtiTool, Random as _, ServiceAccess, SystemRandom,
    service::{Grades, MemberFilter},
};

/// Below which path the buttons lead.
const PATH: &str = "/services/{act}";
/// How many launches are remembered; then all are forgotten, and their buttons say so.
const MOST: usize = 4_096;

/// A tool with the launches whose pages have buttons.
pub(super) struct Desk {
    tool: LtiTool,
    visits: Mutex<HashMap<String, Visit>>,
}

#[derive(Clone)]
struct Visit {
    access: ServiceAccess,
    user: Option<Subject>,
}

/// A button of a page: where it leads, and what is on it.
pub(super) struct Button {
    pub(super) act: &'static str,
    pub(super) text: &'static str,
}

impl Desk {
    pub(super) fn new(tool: LtiTool) -> Arc<Self> {
        Arc::new(Self { tool, visits: Mutex::default() })
    }

    /// Remembers a launch that offers services: the name of the visit, and its buttons.
    pub(super) fn visit(&self, launch: &Launch) -> Option<(String, Vec<Button>)> {
        let access = ServiceAccess::from(launch);
        let mut buttons = Vec::new();
        if access.ags.is_some() {
            buttons.push(Button { act: "hand-in", text: "Hand in" });
            buttons.push(Button { act: "column", text: "Add column" });
            buttons.push(Button { act: "results", text: "Grades" });
        }
        if access.nrps.is_some() {
            buttons.push(Button { act: "people", text: "People" });
        }
        let mut name = [0_u8; 16];
        if buttons.is_empty() || SystemRandom.fill(&mut name).is_err() {
            return None;
        }
        let name = format!("{:032x}", u128::from_be_bytes(name));
        let mut visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        if visits.len() >= MOST {
            visits.clear();
        }
        visits.insert(name.clone(), Visit { access, user: launch.user().cloned() });
        Some((name, buttons))
    }

    /// What the buttons lead to.
    pub(super) fn router(self: Arc<Self>) -> Router {
        Router::new().route(PATH, post(act)).with_state(self)
    }
}

async fn act(
    State(desk): State<Arc<Desk>>,
    Path(act): Path<String>,
    Form(fields): Form<HashMap<String, String>>,
) -> Response {
    let visit = fields
        .get("visit")
        .and_then(|name| desk.visits.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned());
    let done = match (visit, act.as_str()) {
        (None, _) => Err("start from your course: this page is too old".to_owned()),
        (Some(visit), "hand-in") => hand_in(&desk.tool, &visit).await,
        (Some(visit), "column") => column(&desk.tool, &visit).await,
        (Some(visit), "results") => results(&desk.tool, &visit).await,
        (Some(visit), "people") => people(&desk.tool, &visit).await,
        _ => Err("there is no such page".to_owned()),
    };
    let page = match &done {
        Ok(lines) => Done { heading: "Done", lines },
        Err(reason) => Done { heading: "Not done", lines: std::slice::from_ref(reason) },
    };
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (http::StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// The page behind a button.
#[derive(Template)]
#[template(
    source = r#"<!doctype html><html lang="en"><title>{{ heading }}</title><main><h1>{{ heading }}</h1>
{% for line in lines %}<p>{{ line }}</p>
{% endfor %}</main></html>"#,
    ext = "html"
)]
struct Done<'a> {
    heading: &'a str,
    lines: &'a [String],
}

/// The lines of a page, or why there are none.
type Lines = Result<Vec<String>, String>;

fn told(error: impl Display) -> String {
    error.to_string()
}

async fn grades(tool: &LtiTool, visit: &Visit) -> Result<Grades, String> {
    tool.services(&visit.access).await.and_then(|services| services.grades()).map_err(told)
}

/// The tool's own column for the link: found by its link and by what the tool calls it.
fn own(visit: &Visit, label: &str, name: &str) -> Result<LineItem, String> {
    let mut item = LineItem::new(Label::new(label).map_err(told)?, MaximumPoints::new(10.0).map_err(told)?);
    item.resource_link_id.clone_from(&visit.access.resource_link_id);
    let link = visit.access.resource_link_id.as_ref().map(lti_core::id::ResourceLinkId::as_str);
    item.resource_id = Some(format!("{name}-{}", link.unwrap_or_default()));
    Ok(item)
}

async fn hand_in(tool: &LtiTool, visit: &Visit) -> Lines {
    let user = visit.user.clone().ok_or("nobody to grade: the launch is anonymous")?;
    let grades = grades(tool, visit).await?;
    let column = grades.column(&own(visit, "Quiz", "quiz")?).await.map_err(told)?;
    let mut score = grades.graded(&column, user, Points::new(8.5, 10.0).map_err(told)?);
    score.comment = Some("Well done.".to_owned());
    grades.post(&column, &score).await.map_err(told)?;
    Ok(vec!["Your grade is with your teacher: 8.5 of 10.".to_owned()])
}

async fn column(tool: &LtiTool, visit: &Visit) -> Lines {
    let made = grades(tool, visit).await?.find_or_create(&own(visit, "Essay", "essay")?).await.map_err(told)?;
    Ok(vec![format!("The gradebook has a column {:?}.", made.label.as_str())])
}

async fn results(tool: &LtiTool, visit: &Visit) -> Lines {
    let grades = grades(tool, visit).await?;
    let column = grades.column(&own(visit, "Quiz", "quiz")?).await.map_err(told)?;
    let results = grades.results(&column, None).map_err(told)?.all().await.map_err(told)?;
    let graded = results.iter().filter(|result| result.result_score.is_some()).count();
    Ok(vec![format!("{} results, {graded} of them with a grade.", results.len())])
}

async fn people(tool: &LtiTool, visit: &Visit) -> Lines {
    let services = tool.services(&visit.access).await.map_err(told)?;
    let roster = services.roster().map_err(told)?;
    let mut pages = roster.members(&MemberFilter::default()).map_err(told)?;
    let mut lines = Vec::new();
    while let Some(page) = pages.next_page().await.map_err(told)? {
        lines.extend(page.iter().map(named));
    }
    lines.insert(0, format!("{} people.", lines.len()));
    Ok(lines)
}

/// A name, as far as one is shared.
fn named(member: &Member) -> String {
    let person = &member.person;
    let both = || Some(format!("{} {}", person.given_name.as_deref()?, person.family_name.as_deref()?));
    person.name.clone().or_else(both).unwrap_or_else(|| member.user_id.as_str().to_owned())
}
