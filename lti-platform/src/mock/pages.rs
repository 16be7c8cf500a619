//! The school's pages as askama templates, which escape every value.

use askama::Template;

use super::form::ToolForm;
use super::lti11_tools::{Lti11Form, Lti11ToolView};
use super::material::Picture;
use super::materials::MaterialView;
use super::school::{Course, SchoolRole};
use super::view::{CallView, LaunchView};
use crate::lti11::LaunchForm;
use crate::privacy::Privacy;

/// What every page shows around its content.
pub(super) struct Frame {
    pub(super) school: String,
    pub(super) issuer: String,
    /// The path under which the school lives, without a slash at its end.
    pub(super) base: String,
    pub(super) courses: Vec<NavCourse>,
    pub(super) at_tools: bool,
    pub(super) at_launches: bool,
    pub(super) shows_trace: bool,
    pub(super) trace_version: u64,
    pub(super) launches: Vec<LaunchView>,
    pub(super) calls: Vec<CallView>,
    /// When the key set was last read, in words.
    pub(super) keys: String,
}

impl Frame {
    /// Marks the course that is shown.
    pub(super) fn mark_course(&mut self, id: &str) {
        for entry in &mut self.courses {
            entry.current = entry.id == id;
        }
    }
}

/// The head of every page of a course.
pub(super) struct CourseHead {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) title: String,
    tab: CourseTab,
}

/// The pages of a course.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CourseTab {
    Content,
    Grades,
    People,
}

impl CourseHead {
    pub(super) fn new(course: &Course, tab: CourseTab) -> Self {
        let Course { id, label, title, .. } = course;
        Self { id: id.clone(), label: label.clone(), title: title.clone(), tab }
    }

    /// Name, path below the course's, and whether it is shown.
    pub(super) fn tabs(&self) -> [(&'static str, &'static str, bool); 3] {
        let tab = |name, path, tab| (name, path, self.tab == tab);
        [
            tab("Content", "", CourseTab::Content),
            tab("Grades", "/grades", CourseTab::Grades),
            tab("People", "/people", CourseTab::People),
        ]
    }
}

/// A course in the navigation.
pub(super) struct NavCourse {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) title: String,
    pub(super) current: bool,
}

/// A course with its links.
#[derive(Template)]
#[template(path = "course.html")]
pub(super) struct CoursePage {
    pub(super) frame: Frame,
    pub(super) head: CourseHead,
    pub(super) links: Vec<LinkView>,
    pub(super) launchers: Vec<PersonView>,
    /// The id of the user who is offered first; empty when nobody is signed in.
    pub(super) user: String,
    pub(super) roles: &'static [SchoolRole],
    /// Every role of the vocabulary that a launch can carry instead.
    pub(super) vocabulary: Vec<&'static str>,
    pub(super) privacies: &'static [Privacy],
    /// What keeps values for the tools of this course.
    pub(super) storage: Option<StorageView>,
    /// What else tools handed over.
    pub(super) materials: Vec<MaterialView>,
    /// The tools that content can be chosen in.
    pub(super) tools: Vec<String>,
    /// What somebody who came back is told.
    pub(super) notices: Vec<Notice>,
    /// The launch that is shown in the page.
    pub(super) tool_frame: Option<ToolFrame>,
}

/// What keeps values for tools without cookies.
pub(super) enum StorageView {
    /// The page itself, for tools at these origins.
    Page(String),
    /// An invisible frame of this name at this address.
    Frame(String, String),
}

/// A tool in a frame of a course's page.
pub(super) struct ToolFrame {
    pub(super) title: String,
    /// Where the login initiation goes.
    pub(super) address: String,
    /// Its parameters, where it goes by POST.
    pub(super) fields: Vec<(String, String)>,
    /// Whether it goes by POST.
    pub(super) post: bool,
    /// Width and height, where the tool asked for some.
    pub(super) size: Option<(Option<u32>, Option<u32>)>,
}

impl ToolFrame {
    /// A frame that a signed form of LTI 1.1 is posted into.
    pub(super) fn posting(title: String, form: &LaunchForm) -> Self {
        Self { title, address: form.action.to_string(), fields: form.pairs(), post: true, size: None }
    }
}

/// A line for somebody who comes back from a tool.
pub(super) struct Notice {
    pub(super) text: String,
    pub(super) bad: bool,
}

/// A link with its launch form.
pub(super) struct LinkView {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) client_id: String,
    pub(super) deployment_id: String,
    /// Whether it is launched by LTI 1.1, which has no deployments.
    pub(super) lti11: bool,
    pub(super) icon: Option<Picture>,
    /// When it may be opened, and until when work can be handed in.
    pub(super) dates: Option<String>,
    pub(super) settings: SettingsView,
}

/// What is told about users and sent along, as its form shows it.
pub(super) struct SettingsView {
    pub(super) privacy: Privacy,
    pub(super) custom: String,
    /// The link's id in LTI 1.1, or the tool's consumer key.
    pub(super) lti11: String,
}

/// Somebody who may launch.
pub(super) struct PersonView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) role: &'static str,
}

/// The registered tools, what to enter in a tool, and the form that registers one.
#[derive(Template)]
#[template(path = "tools.html")]
pub(super) struct ToolsPage {
    pub(super) frame: Frame,
    pub(super) ours: Vec<Value>,
    pub(super) tools: Vec<ToolView>,
    pub(super) lti11_tools: Vec<Lti11ToolView>,
    pub(super) privacies: &'static [Privacy],
    /// The ids of the published keys, the one in use marked.
    pub(super) key_ids: Vec<(String, bool)>,
    pub(super) form: ToolForm,
    pub(super) lti11_form: Lti11Form,
}

/// A registered tool.
pub(super) struct ToolView {
    pub(super) client_id: String,
    pub(super) values: Vec<Value>,
    pub(super) settings: SettingsView,
    /// The scopes: field, what it lets the tool do, and whether it is granted.
    pub(super) scopes: Vec<(String, &'static str, bool)>,
}

/// A value to copy.
pub(super) struct Value {
    pub(super) name: &'static str,
    pub(super) value: String,
}

impl Value {
    pub(super) fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into() }
    }
}

/// The whole trace.
#[derive(Template)]
#[template(path = "trace.html")]
pub(super) struct TracePage {
    pub(super) frame: Frame,
    pub(super) kept: usize,
}

/// The trace without a page around it, for the script that replaces it.
#[derive(Template)]
#[template(path = "launches_fragment.html")]
pub(super) struct TraceFragment {
    pub(super) frame: Frame,
}

/// A few lines for whoever stands before them.
#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct MessagePage {
    pub(super) frame: Frame,
    pub(super) title: String,
    pub(super) lines: Vec<String>,
    pub(super) bad: bool,
}

/// A login initiation by POST: a form that sends itself.
#[derive(Template)]
#[template(path = "initiation.html")]
pub(super) struct InitiationPage<'a> {
    pub(super) base: &'a str,
    pub(super) action: &'a str,
    pub(super) fields: &'a [(String, String)],
}
