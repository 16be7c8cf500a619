//! The pages of the school.

use std::fmt::Write as _;

use http::{StatusCode, header};

use super::{
    Platform11Double,
    http::{Fields, add_header, escape, page, redirect},
    school::{COURSES, LINKS, USERS},
};
use crate::{
    double::platform11::PlaceFlaw,
    transport::{Request, Response},
};

/// Remembers who is signed in.
pub(super) const SESSION_COOKIE: &str = "school_session";

/// A page with a form that submits itself, or that waits for its button where that has a name.
pub(super) fn onward(
    to: &str,
    method: &str,
    multipart: bool,
    fields: &[(String, String)],
    button: Option<(&'static str, &'static str)>,
) -> Response {
    let mut inputs = String::new();
    for (name, value) in fields {
        // A line feed in an attribute is one in the page; browsers make CR LF of it when they post.
        let _ = write!(inputs, "<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value));
    }
    let (press, script) = match button {
        Some((name, value)) => {
            (format!("<input type=\"submit\" name=\"{}\" value=\"{}\">", escape(name), escape(value)), "")
        }
        None => (
            "<noscript><button type=\"submit\">Continue</button></noscript>".to_owned(),
            "<script>document.getElementById(\"onward\").submit()</script>",
        ),
    };
    let encoding = if multipart { " enctype=\"multipart/form-data\"" } else { "" };
    let body = format!(
        "<form id=\"onward\" method=\"{method}\"{encoding} action=\"{}\">{inputs}{press}</form>{script}",
        escape(to)
    );
    page(StatusCode::OK, "One moment", &body)
}

impl Platform11Double {
    /// The links, or the form to sign in.
    pub(super) fn home(&self, request: &Request) -> Response {
        let Some(user) = self.visitor(request) else {
            let body = "<h1>Sign in</h1><form method=\"post\" action=\"/session\">\
                        <input type=\"text\" name=\"username\"><input type=\"password\" name=\"password\">\
                        <button type=\"submit\">Sign in</button></form>";
            return page(StatusCode::OK, "Sign in", body);
        };
        let mut body = format!("<h1>Welcome, {}</h1><ul>", escape(user.given));
        for link in LINKS {
            let _ = write!(body, "<li><a href=\"/launch/{}\">{}</a></li>", link.path, escape(link.title));
        }
        for course in COURSES {
            let (path, title) = (course.path, escape(course.title));
            let _ = write!(body, "<li>{title}: <a href=\"/content/{path}\">Add content to {title}</a></li>");
        }
        body.push_str("</ul>");
        self.list_items(&mut body);
        page(StatusCode::OK, "School", &body)
    }

    /// Signs in whoever knows the password.
    pub(super) fn sign_in(&self, request: &Request) -> Response {
        let fields = Fields::of(request);
        let given = (fields.get("username"), fields.get("password"));
        let Some(user) = USERS.iter().find(|user| given == (Some(user.login), Some(user.login))) else {
            return page(StatusCode::FORBIDDEN, "Not signed in", "<h1>Wrong user name or password</h1>");
        };
        let session = self.random.draw();
        self.book().sessions.insert(session.clone(), user);
        let mut response = redirect(StatusCode::SEE_OTHER, "/");
        let cookie = format!("{SESSION_COOKIE}={session}; Path=/; HttpOnly; Secure; SameSite=None");
        add_header(&mut response, header::SET_COOKIE, &cookie);
        response
    }

    /// Takes the user back from a tool.
    pub(super) fn returned(&self, request: &Request) -> Response {
        let fields = Fields::of(request);
        if self.has(PlaceFlaw::ReturnCrashes) && fields.get("lti_errorlog").is_some() {
            return page(StatusCode::INTERNAL_SERVER_ERROR, "Error", "<p>undefined index</p>");
        }
        let mut body = "<h1>Back from the activity</h1>".to_owned();
        for name in ["lti_msg", "lti_errormsg"] {
            if let Some(text) = fields.filled(name).filter(|_| !self.has(PlaceFlaw::ReturnSilent)) {
                let _ = write!(body, "<p>{}</p>", escape(text));
            }
        }
        page(StatusCode::OK, "Back", &body)
    }
}
