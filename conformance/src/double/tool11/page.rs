//! Who came in, and what a browser sees then.

use ::http::StatusCode;

use super::{
    Tool11Double,
    http::{cookie, escape, page},
    wire::Parameters,
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
    /// Whether the user sees the instructor's page.
    pub(super) instructor: bool,
    /// The link.
    pub(super) link: String,
    /// The course.
    pub(super) course: String,
}

impl Tool11Double {
    /// Who a verified launch names.
    pub(super) fn visitor(consumer: &str, parameters: &Parameters) -> Visitor {
        let roles = parameters.get("roles").unwrap_or_default();
        let instructor = roles.split(',').any(|role| {
            let handle = role.trim().strip_prefix("urn:lti:role:ims/lis/").unwrap_or(role.trim());
            handle == "Instructor" || handle.starts_with("Instructor/")
        });
        let user = parameters.get("user_id").unwrap_or_default();
        let name = parameters.filled("lis_person_name_full").unwrap_or_else(|| "Guest".to_owned());
        Visitor {
            consumer: consumer.to_owned(),
            user,
            name,
            instructor,
            link: parameters.get("resource_link_id").unwrap_or_default(),
            course: parameters.get("context_title").unwrap_or_default(),
        }
    }

    /// The page of the course, for whoever is signed in.
    pub(super) fn course(&self, request: &Request) -> Response {
        let session = cookie(request, SESSION_COOKIE).unwrap_or_default();
        let Some(visitor) = self.book().sessions.get(&session).cloned() else {
            return page(StatusCode::UNAUTHORIZED, "Not signed in", "<p>start from your course</p>");
        };
        let view = if visitor.instructor { "Instructor view" } else { "Learner view" };
        let body = format!(
            "<h1>Welcome, {}</h1><p id=\"view\">{view}</p><p>Account <code id=\"user\">{} at {}</code></p>\
             <p>Link <code id=\"link\">{}</code></p><p>Course {}</p>",
            escape(&visitor.name),
            escape(&visitor.user),
            escape(&visitor.consumer),
            escape(&visitor.link),
            escape(&visitor.course),
        );
        page(StatusCode::OK, "Course", &body)
    }
}
