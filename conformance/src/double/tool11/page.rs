//! Who came in, and what a browser sees then.

use ::http::StatusCode;

use super::{
    Tool11Double,
    http::{cookie, escape, page},
    people::View,
    scores::Grading,
};
use crate::transport::{Request, Response};

/// Remembers who is signed in.
pub(super) const SESSION_COOKIE: &str = "double11_session";

/// Somebody who came in by a launch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visitor {
    /// The consumer's key.
    pub(super) consumer: String,
    /// The user's id there.
    pub(super) user: String,
    /// The name to greet.
    pub(super) name: String,
    /// What the user may see.
    pub(super) view: View,
    /// The link's id.
    pub(super) link: String,
    /// The link's title.
    pub(super) title: String,
    /// The course.
    pub(super) course: String,
    /// The page of the tool that the launch asked for.
    pub(super) next: Option<String>,
    /// Where scores go.
    pub(super) grading: Option<Grading>,
}

impl Tool11Double {
    /// The page of the course, for whoever is signed in.
    pub(super) fn course(&self, request: &Request) -> Response {
        let session = cookie(request, SESSION_COOKIE).unwrap_or_default();
        let Some(visitor) = self.book().sessions.get(&session).cloned() else {
            return page(StatusCode::UNAUTHORIZED, "Not signed in", "<p>start from your course</p>");
        };
        let view = visitor.view.as_str();
        let body = format!(
            "<h1>Welcome, {}</h1><p id=\"view\">{view}</p><p>Account <code id=\"user\">{} at {}</code></p>\
             <p>Link <code id=\"link\">{}</code> {}</p><p>Course {}</p>{}",
            escape(&visitor.name),
            escape(&visitor.user),
            escape(&visitor.consumer),
            escape(&visitor.link),
            escape(&visitor.title),
            escape(&visitor.course),
            Self::buttons(&visitor),
        );
        page(StatusCode::OK, "Course", &body)
    }
}
