//! Fills the pages from the school and its trace.

use std::collections::BTreeSet;

use lti_core::id::{ClientId, Subject};
use lti_core::jose::Algorithm;
use lti_core::service::Scope;
use lti_core::vocab::{ContextRole, SubRole};

use super::MockState;
use super::form::ToolForm;
use super::lti11_tools::{Lti11Form, Lti11ToolView};
use super::materials::MaterialView;
use super::pages::{
    CourseHead, CoursePage, CourseTab, Frame, LinkView, NavCourse, Notice, PersonView, SettingsView, StorageView,
    ToolView, ToolsPage, Value,
};
use super::school::{Course, Link, Person, School, SchoolRole};
use super::trace::moment;
use super::{settings, view};
use crate::privacy::Privacy;
use crate::registration::ToolRegistration;
use crate::storage::{FRAME_PATH, StorageTarget, tool_origins};

/// A course; the launch forms offer the user who is signed in first.
pub(super) fn course_page(
    state: &MockState,
    school: &School,
    course: &Course,
    user: Option<&Subject>,
    notices: Vec<Notice>,
) -> CoursePage {
    let mut frame = with_trace(state, school);
    frame.mark_course(&course.id);
    let links = course.links.iter().map(|link| LinkView {
        id: link.id.to_string(),
        title: link.title.clone(),
        description: link.description.clone(),
        client_id: link.client_id.to_string(),
        deployment_id: link.deployment_id.to_string(),
        lti11: state.store.lti11_tool(&link.client_id).is_some(),
        icon: link.icon.clone(),
        dates: dates(link),
        settings: SettingsView {
            privacy: link.privacy,
            custom: settings::written(&link.custom),
            lti11: link.lti11_resource_link_id.clone().unwrap_or_default(),
        },
    });
    CoursePage {
        frame,
        head: CourseHead::new(course, CourseTab::Content),
        links: links.collect(),
        launchers: launchers(school, course),
        user: user.map(|user| user.as_str().to_owned()).unwrap_or_default(),
        roles: SchoolRole::ALL,
        vocabulary: vocabulary(),
        privacies: Privacy::ALL,
        storage: storage(state, course),
        materials: course.materials.iter().map(MaterialView::of).collect(),
        tools: tool_ids(state),
        notices,
        tool_frame: None,
    }
}

/// The tools that content can be chosen in: those of LTI 1.3, and those of LTI 1.1.
fn tool_ids(state: &MockState) -> Vec<String> {
    let tools = state.store.tools().into_iter().map(|tool| tool.client_id().to_string());
    tools.chain(state.store.lti11_tools().into_iter().map(|tool| tool.id().to_string())).collect()
}

/// The dates of a link, in words.
fn dates(link: &Link) -> Option<String> {
    let mut dates = Vec::new();
    for (text, date) in [
        ("available from", link.available_from),
        ("available until", link.available_until),
        ("hand in from", link.submission_from),
        ("hand in until", link.due),
    ] {
        dates.extend(date.map(|date| format!("{text} {}", moment(date))));
    }
    Some(dates.join(", ")).filter(|dates| !dates.is_empty())
}

/// What keeps values for the tools that a course links to.
fn storage(state: &MockState, course: &Course) -> Option<StorageView> {
    let linked: BTreeSet<&ClientId> = course.links.iter().map(|link| &link.client_id).collect();
    match state.storage.as_ref()? {
        StorageTarget::Frame(name) => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(linked.iter().map(|client_id| ("client_id", client_id.as_str())));
            let address = format!("{}{FRAME_PATH}?{}", state.base, query.finish());
            Some(StorageView::Frame(name.to_string(), address))
        }
        StorageTarget::Parent => {
            let tools: Vec<_> = linked.into_iter().filter_map(|client_id| state.store.tool(client_id)).collect();
            Some(StorageView::Page(tool_origins(tools.iter().map(AsRef::as_ref))))
        }
    }
}

/// The context roles and their sub-roles, as full URIs.
fn vocabulary() -> Vec<&'static str> {
    let roles = ContextRole::ALL.iter().map(|role| role.uri());
    roles.chain(SubRole::ALL.iter().map(|role| role.uri)).collect()
}

/// The members of a course, and those who may enter it without being one.
fn launchers(school: &School, course: &Course) -> Vec<PersonView> {
    let active = |person: &Person| course.membership(&person.id).filter(|membership| membership.active);
    let member = |person: &Person| active(person).map(|membership| membership.role.label());
    let shown = |person: &Person| {
        let role = match member(person) {
            Some(role) => role,
            None if person.administrator => "School administrator",
            None => return None,
        };
        Some(PersonView { id: person.id.as_str().to_owned(), name: person.name.clone(), role })
    };
    school.people.iter().filter_map(shown).collect()
}

/// The tools, and the form as it was filled in.
pub(super) fn tools_page(state: &MockState, form: ToolForm, lti11_form: Lti11Form) -> ToolsPage {
    let mut frame = frame(state, &state.store.school());
    frame.at_tools = true;
    let issuer = &frame.issuer;
    let below = issuer.trim_end_matches('/');
    let ours = vec![
        Value::new("Issuer", issuer),
        Value::new("Authorization URL", format!("{below}/auth")),
        Value::new("Token URL", format!("{below}/token")),
        Value::new("JWKS URL", format!("{below}/jwks")),
        Value::new("Discovery document", format!("{below}/.well-known/openid-configuration")),
    ];
    let tools = state.store.tools().iter().map(|tool| tool_view(tool)).collect();
    let lti11_tools = state.store.lti11_tools().iter().map(|tool| Lti11ToolView::of(tool)).collect();
    ToolsPage { frame, ours, tools, lti11_tools, privacies: Privacy::ALL, key_ids: key_ids(state), form, lti11_form }
}

/// The published keys, in their order; the one that signs is marked.
fn key_ids(state: &MockState) -> Vec<(String, bool)> {
    let current = state.keys.signing_key(Algorithm::Rs256);
    let is_current = |kid: &str| current.as_ref().is_some_and(|key| key.kid().as_str() == kid);
    let set = state.keys.jwks();
    let keys = set["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
    keys.iter().filter_map(|key| key["kid"].as_str()).map(|kid| (kid.to_owned(), is_current(kid))).collect()
}

fn tool_view(tool: &ToolRegistration) -> ToolView {
    let mut values = vec![Value::new("Client id", tool.client_id().as_str())];
    values.extend(tool.deployment_ids().iter().map(|id| Value::new("Deployment id", id.as_str())));
    values.push(Value::new("Login initiation URL", tool.initiation_url().as_str()));
    values.extend(tool.redirect_uris().iter().map(|uri| Value::new("Redirect URI", uri)));
    values.push(Value::new("Target link URI", tool.target_link_uri()));
    values.extend(tool.jwks_url().map(|url| Value::new("JWKS URL", url.as_str())));
    let settings = SettingsView {
        privacy: tool.privacy(),
        custom: settings::written(tool.custom()),
        lti11: tool.lti11().map(|credentials| credentials.consumer_key.clone()).unwrap_or_default(),
    };
    let granted = tool.granted_scopes();
    let scopes =
        Scope::KNOWN.iter().map(|scope| (settings::scope_field(scope), allows(scope), granted.contains(scope)));
    ToolView { client_id: tool.client_id().to_string(), values, settings, scopes: scopes.collect() }
}

/// What a scope lets a tool do.
const fn allows(scope: &Scope) -> &'static str {
    match scope {
        Scope::LineItem => "make and change line items",
        Scope::LineItemReadonly => "read line items",
        Scope::Score => "send scores",
        Scope::ResultReadonly => "read results",
        Scope::ContextMembershipReadonly => "read the people of a course",
        _ => "something else",
    }
}

/// A frame with the trace.
pub(super) fn with_trace(state: &MockState, school: &School) -> Frame {
    let mut frame = frame(state, school);
    frame.shows_trace = true;
    // The version first: a message that arrives in between is shown twice rather than never.
    frame.trace_version = state.trace.version();
    frame.launches = view::launches(&state.trace);
    frame.calls = view::calls(&state.trace);
    frame.keys = view::key_fetch(&state.trace);
    frame
}

/// What every page shows.
pub(super) fn frame(state: &MockState, school: &School) -> Frame {
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
        calls: Vec::new(),
        keys: String::new(),
    }
}
