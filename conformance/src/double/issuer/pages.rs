//! The double's pages: where somebody signs in, and consents.

use http::{StatusCode, header};

use super::{
    IssuerDouble, PEOPLE, PageFlaw, PromptFlaw, SESSION_COOKIE,
    book::{Session, Wanted},
    http::{Fields, add_header, escape, page, redirect},
};
use crate::transport::{Request, Response};

impl IssuerDouble {
    /// Asks who it is.
    pub(super) fn login_page(&self, wanted: Wanted, complaint: Option<&str>) -> Response {
        let ticket = self.random.draw();
        self.book().waiting.insert(ticket.clone(), (wanted, None));
        let complaint = complaint.map(|text| format!("<p>{}</p>", escape(text))).unwrap_or_default();
        let script = if self.has(PageFlaw::ForeignResource) {
            "<script src=\"https://analytics.example/count.js\" async></script>"
        } else {
            ""
        };
        let body = format!(
            "<h1>Sign in</h1>{complaint}{script}<form method=\"post\" action=\"login\"><input type=\"hidden\" name=\"ticket\" \
             value=\"{ticket}\"><label>Name <input name=\"username\"></label><label>Password <input type=\"password\" \
             name=\"password\"></label><button>Sign in</button></form>"
        );
        let mut response = page(StatusCode::OK, "Sign in", &body);
        if self.has(PageFlaw::LoginFramedByScheme) {
            add_header(&mut response, header::CONTENT_SECURITY_POLICY, "frame-ancestors 'self' https:");
        } else if !self.has(PageFlaw::LoginFramed) {
            unframed(&mut response);
        }
        response
    }

    /// Takes name and password.
    pub(super) fn sign_in(&self, request: &Request) -> Response {
        let form = Fields::of(request);
        let waiting = form.get("ticket").and_then(|ticket| self.book().waiting.remove(ticket));
        let Some((wanted, _)) = waiting else {
            return page(StatusCode::BAD_REQUEST, "Error", "<p>nothing waits for this login</p>");
        };
        let typed = |name: &str| form.get(name).unwrap_or_default().to_owned();
        let person =
            PEOPLE.iter().find(|(name, password, _)| typed("username") == *name && typed("password") == *password);
        let Some((_, _, user)) = person else {
            return self.login_page(wanted, Some("name or password is wrong"));
        };
        let session = self.random.draw();
        self.book().sessions.insert(session.clone(), Session { user, at: self.now() });
        let mut response = if self.has(PageFlaw::Redirect307) || self.has(PageFlaw::Redirect308) {
            let status = if self.has(PageFlaw::Redirect307) { 307 } else { 308 };
            let mut request = request.clone();
            let cookie = format!("{SESSION_COOKIE}={session}");
            request.headers_mut().remove(header::COOKIE);
            request.headers_mut().extend(cookie.parse().ok().map(|cookie| (header::COOKIE, cookie)));
            let mut response = self.proceed(&request, wanted, true);
            if response.status().is_redirection() {
                *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::FOUND);
            }
            response
        } else {
            let ticket = self.random.draw();
            self.book().waiting.insert(ticket.clone(), (wanted, Some(session.clone())));
            // Relative, and below the issuer's path.
            redirect(StatusCode::SEE_OTHER, &format!("resume?ticket={ticket}"))
        };
        let cookie = format!("{SESSION_COOKIE}={session}; Path={}; Secure; HttpOnly; SameSite=None", self.wiring.path);
        add_header(&mut response, header::SET_COOKIE, &cookie);
        response
    }

    /// Goes on with a request after its user has signed in.
    pub(super) fn resume(&self, request: &Request) -> Response {
        let ticket = Fields::of(request).get("ticket").map(str::to_owned).unwrap_or_default();
        let waiting = self.book().waiting.remove(&ticket);
        let session = self.session(request).map(|(name, _)| name);
        match waiting {
            Some((wanted, known)) if known.is_some() && known == session => self.proceed(request, wanted, true),
            _ => page(StatusCode::BAD_REQUEST, "Error", "<p>nothing waits here</p>"),
        }
    }

    /// Asks whether the client may.
    pub(super) fn consent_page(&self, wanted: Wanted, session: &str) -> Response {
        let ticket = self.random.draw();
        let scope = escape(&wanted.scope);
        self.book().waiting.insert(ticket.clone(), (wanted, Some(session.to_owned())));
        let body = format!(
            "<h1>Consent</h1><p>A client asks for: {scope}</p><form method=\"post\" action=\"consent\"><input type=\"hidden\" \
             name=\"ticket\" value=\"{ticket}\"><button name=\"decision\" value=\"deny\">Deny</button><button \
             name=\"decision\" value=\"allow\">Allow</button></form>"
        );
        let mut response = page(StatusCode::OK, "Consent", &body);
        if !self.has(PageFlaw::ConsentFramed) {
            unframed(&mut response);
        }
        response
    }

    /// Takes the decision of the session that was asked.
    pub(super) fn consent(&self, request: &Request) -> Response {
        let form = Fields::of(request);
        let waiting = form.get("ticket").and_then(|ticket| self.book().waiting.remove(ticket));
        let session = self.session(request);
        let (Some((wanted, asked)), Some((name, session))) = (waiting, session) else {
            return page(StatusCode::BAD_REQUEST, "Error", "<p>nothing waits for a decision</p>");
        };
        if asked.as_deref() != Some(name.as_str()) && !self.has(PromptFlaw::ConsentForged) {
            return page(StatusCode::FORBIDDEN, "Error", "<p>this page was made for another session</p>");
        }
        if form.get("decision") != Some("allow") {
            return self.refuse(&wanted, "access_denied", "the user said no");
        }
        self.book().consents.insert((session.user.to_owned(), wanted.client.id.clone()));
        let mut response = self.grant(&wanted, session.user, session.at);
        if response.status() == StatusCode::FOUND {
            *response.status_mut() = StatusCode::SEE_OTHER;
        }
        response
    }
}

fn unframed(response: &mut Response) {
    add_header(response, header::X_FRAME_OPTIONS, "DENY");
    add_header(response, header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'");
}
