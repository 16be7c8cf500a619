//! What a browser sees after a launch: the way to the course, the course, and the probe.

use http::{StatusCode, header};
use lti_core::vocab::Role;

use super::{
    COURSE_PATH, StateFlaw, ToolDouble,
    book::Visitor,
    http::{Fields, add_header, cookie, escape, page, redirect, with_type},
    launch::Arrival,
    opened::Opened,
};
use crate::transport::{Request, Response};

/// Where the flaw that leaves TLS sends the browser first.
pub(super) const HOP_PATH: &str = "/hop";
/// Remembers who is signed in.
const SESSION_COOKIE: &str = "double_session";

/// The name to greet.
pub(super) fn name(token: &Opened) -> String {
    let claims = token.claims();
    let text = |name: &str| claims.text(name).filter(|text| !text.is_empty());
    text("name").or_else(|| text("given_name")).or_else(|| text("email")).unwrap_or_else(|| "Guest".to_owned())
}

/// Whether the user sees the instructor's page: by a role of the course alone.
pub(super) fn teaches(token: &Opened, unknown_teach: bool) -> bool {
    token.roles().into_iter().map(Role::parse).any(|role| role.is_instructor() || (unknown_teach && !role.is_known()))
}

impl ToolDouble {
    /// Signs the visitor in and sends the browser to the course.
    pub(super) fn welcome(&self, arrival: Arrival) -> Response {
        let session = self.random.draw();
        self.book().sign_in(session.clone(), arrival.visitor);
        let landing = match self.wiring.base_url.strip_prefix("https://") {
            Some(host) if self.has(StateFlaw::PlainHop) => {
                let query =
                    form_urlencoded::Serializer::new(String::new()).append_pair("to", &arrival.landing).finish();
                format!("http://{host}{HOP_PATH}?{query}")
            }
            _ => arrival.landing,
        };
        let mut response = redirect(StatusCode::SEE_OTHER, &landing);
        add_header(&mut response, header::SET_COOKIE, &self.cookie_line(SESSION_COOKIE, &session));
        response
    }

    /// Leads back to TLS, and nowhere else.
    pub(super) fn hop(&self, request: &Request) -> Response {
        let fields = Fields::of(request);
        let landing =
            fields.get("to").filter(|to| self.is_own(to)).map_or_else(|| self.own(COURSE_PATH), str::to_owned);
        redirect(StatusCode::FOUND, &landing)
    }

    pub(super) fn signed_in(&self, request: &Request) -> Option<Visitor> {
        let session = cookie(request, SESSION_COOKIE)?;
        let book = self.book();
        let visitor = book.visitor(&session)?;
        Some(Visitor { name: self.name_in_session(&book, visitor), ..visitor.clone() })
    }

    /// The page of the course, for whoever is signed in.
    pub(super) fn course(&self, request: &Request) -> Response {
        let Some(visitor) = self.signed_in(request) else {
            return page(StatusCode::UNAUTHORIZED, "Not signed in", "<p>start from your course</p>");
        };
        let view = if visitor.instructor { "Instructor view" } else { "Learner view" };
        let former = match visitor.former.as_str() {
            "" => String::new(),
            former => format!("<p>Formerly <code id=\"former\">{}</code></p>", escape(former)),
        };
        let body = format!(
            "<h1>Welcome, {}</h1>\
             <p id=\"view\">{view}</p>\
             <p>User <code id=\"user\">{}</code></p>\
             <p>Link <code id=\"link\">{}</code> {}</p>\
             <p>Course {}</p>{former}{}",
            escape(&visitor.name),
            escape(&visitor.user),
            escape(&visitor.link_id),
            escape(&visitor.link_title),
            escape(&visitor.course),
            super::services::buttons(&visitor),
        );
        page(StatusCode::OK, "Course", &body)
    }

    /// Says whether somebody is signed in.
    pub(super) fn probe(&self, request: &Request) -> Response {
        match self.signed_in(request) {
            Some(visitor) => {
                let body = serde_json::json!({ "sub": visitor.user }).to_string();
                with_type(StatusCode::OK, "application/json", body)
            }
            None => with_type(StatusCode::UNAUTHORIZED, "application/json", r#"{"error":"not signed in"}"#),
        }
    }
}
