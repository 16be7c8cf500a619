//! The pages of the school, and what lies beside the launches.

use std::fmt::Write as _;

use http::{StatusCode, header};

use super::{
    ADMIN_PATH, COURSE_PATH, HOME_PATH, LAUNCH_PATH, PlaceFlaw, PlatformDouble, ROTATE_PATH, SESSION_PATH,
    http::{Fields, add_header, escape, page, redirect},
    school::{COURSES, LINKS, USERS},
};
use crate::transport::{Request, Response};

/// Remembers who is signed in.
pub(super) const SESSION_COOKIE: &str = "lms_session";

/// The page with the form for user name and password.
pub(super) fn login_form() -> Response {
    let body = format!(
        "<h1>Sign in</h1>\
         <form method=\"post\" action=\"{SESSION_PATH}\">\
         <label>User name <input type=\"text\" name=\"username\"></label>\
         <label>Password <input type=\"password\" name=\"password\"></label>\
         <button type=\"submit\">Sign in</button></form>"
    );
    page(StatusCode::OK, "Sign in", &body)
}

impl PlatformDouble {
    /// The courses, or the form to sign in.
    pub(super) fn home(&self, request: &Request) -> Response {
        let Some((_, user)) = self.visitor(request) else { return login_form() };
        let mut body = format!("<h1>Welcome, {}</h1><ul>", escape(&user.name()));
        for course in COURSES {
            let _ = write!(body, "<li><a href=\"{COURSE_PATH}{}\">{}</a></li>", course.path, escape(course.title));
        }
        body.push_str("</ul>");
        page(StatusCode::OK, "My courses", &body)
    }

    /// Signs in whoever knows the password.
    pub(super) fn sign_in(&self, request: &Request) -> Response {
        let fields = Fields::of(request);
        let given = (fields.get("username"), fields.get("password"));
        let known = USERS.iter().find(|user| given == (Some(user.login), Some(user.password)));
        let Some(user) = known else {
            let body = "<h1>Wrong user name or password</h1><p><a href=\"/\">Try again</a></p>";
            return page(StatusCode::FORBIDDEN, "Not signed in", body);
        };
        let session = self.random.draw();
        self.book().sign_in(session.clone(), user);
        let mut response = redirect(StatusCode::SEE_OTHER, HOME_PATH);
        let cookie = format!("{SESSION_COOKIE}={session}; Path=/; HttpOnly; Secure; SameSite=None");
        add_header(&mut response, header::SET_COOKIE, &cookie);
        response
    }

    /// The links of a course.
    pub(super) fn course(&self, request: &Request, path: &str) -> Response {
        let Some((session, user)) = self.visitor(request) else {
            return redirect(StatusCode::SEE_OTHER, HOME_PATH);
        };
        let Some(course) = COURSES.iter().find(|course| course.path == path) else {
            return page(StatusCode::NOT_FOUND, "No such course", "<p>there is no such course</p>");
        };
        let mut body = format!("<h1>{}</h1><ul>", escape(course.title));
        for link in LINKS.iter().filter(|link| link.course() == course) {
            let _ = write!(body, "<li><a href=\"{LAUNCH_PATH}{}\">{}</a></li>", link.path, escape(link.title));
        }
        body.push_str("</ul>");
        body.push_str(&self.content_of(&session, user, course));
        page(StatusCode::OK, course.title, &body)
    }

    /// Takes the user back from a tool: shows the messages that are for the user and notes those for the log (LTI Core
    /// 1.3, 5.4.4).
    pub(super) fn returned(&self, request: &Request) -> Response {
        let fields = Fields::of(request);
        let came = |names: [&str; 2]| names.iter().any(|name| fields.get(name).is_some());
        if self.has(PlaceFlaw::ReturnCrashes) && fields.get("lti_errormsg").is_some() {
            return page(StatusCode::INTERNAL_SERVER_ERROR, "Error", "<p>undefined index</p>");
        }
        if self.has(PlaceFlaw::ReturnClosed) && came(["lti_log", "lti_errorlog"]) {
            return page(StatusCode::BAD_REQUEST, "Error", "<p>an unknown parameter was sent</p>");
        }
        for name in ["lti_log", "lti_errorlog"] {
            if let Some(line) = fields.get(name) {
                self.book().note(line);
            }
        }
        let mut body = "<h1>Back from the activity</h1>".to_owned();
        for (name, class) in [("lti_msg", "message"), ("lti_errormsg", "error")] {
            if let Some(text) = fields.filled(name) {
                let shown = if self.has(PlaceFlaw::ReturnUnescaped) { text.to_owned() } else { escape(text) };
                let _ = write!(body, "<p class=\"{class}\">{shown}</p>");
            }
        }
        page(StatusCode::OK, "Back", &body)
    }

    /// The keys, what tools left for the log, and the button that makes a new key.
    pub(super) fn admin(&self) -> Response {
        let mut body = "<h1>Administration</h1><ul>".to_owned();
        let book = self.book();
        for key in book.published() {
            let _ = write!(body, "<li>Key <code>{}</code></li>", escape(&key.kid));
        }
        let _ = write!(
            body,
            "</ul><form method=\"post\" action=\"{ROTATE_PATH}\"><button type=\"submit\">Rotate keys</button></form><ol>"
        );
        for line in book.log() {
            let _ = write!(body, "<li>{}</li>", escape(line));
        }
        body.push_str("</ol>");
        page(StatusCode::OK, "Administration", &body)
    }

    /// Makes a new key and goes back to the page with the keys.
    pub(super) fn rotate(&self) -> Response {
        self.rotate_keys();
        redirect(StatusCode::SEE_OTHER, ADMIN_PATH)
    }
}
