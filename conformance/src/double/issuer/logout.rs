//! The double's logout (`OpenID` Connect RP-Initiated Logout 1.0).

use http::{Method, StatusCode, header};
use serde_json::Value;

use super::{
    IssuerDouble, LogoutFlaw, SESSION_COOKIE,
    http::{Fields, add_header, page, redirect},
};
use crate::transport::{Request, Response};

impl IssuerDouble {
    /// Ends a session: at once with a good hint, after a question without one.
    pub(super) fn logout(&self, request: &Request) -> Response {
        let post = request.method() == Method::POST;
        if post && self.has(LogoutFlaw::GetAlone) {
            return page(StatusCode::METHOD_NOT_ALLOWED, "Error", "<p>this address takes GET alone</p>");
        }
        let fields = Fields::of(request);
        let hint = fields.filled("id_token_hint");
        let audience = hint.and_then(|hint| self.audience(hint));
        if hint.is_some() && audience.is_none() {
            return page(StatusCode::BAD_REQUEST, "Error", "<p>the hint is none of this issuer</p>");
        }
        let said = fields.filled("client_id");
        let other = said.is_some() && audience.is_some() && said != audience.as_deref();
        if other && !self.has(LogoutFlaw::ClientUnchecked) {
            return page(StatusCode::BAD_REQUEST, "Error", "<p>the hint is another client's</p>");
        }
        if hint.is_none() && !self.has(LogoutFlaw::Unasked) {
            return page(
                StatusCode::OK,
                "Log out",
                "<form method=\"post\" action=\"logout-confirmed\"><p>Do you want to log out?</p><button>Log out</button></form>",
            );
        }
        let session = self.session(request);
        if session.is_none() && self.has(LogoutFlaw::GoneIsError) {
            return page(StatusCode::BAD_REQUEST, "Error", "<p>nobody is signed in</p>");
        }
        if let Some((name, _)) = session {
            self.book().sessions.remove(&name);
        }
        let mut response = self.back(&fields, audience.as_deref().or(said));
        add_header(
            &mut response,
            header::SET_COOKIE,
            &format!("{SESSION_COOKIE}=; Path={}; Max-Age=0", self.wiring.path),
        );
        response
    }

    /// Sends the user back to where the client registered, or says goodbye.
    fn back(&self, fields: &Fields, client: Option<&str>) -> Response {
        let goodbye = || page(StatusCode::OK, "Goodbye", "<p>you are logged out</p>");
        let Some(uri) = fields.filled("post_logout_redirect_uri") else { return goodbye() };
        let registered = client.is_some_and(|id| {
            let book = self.book();
            book.clients.get(id).is_some_and(|client| client.post_logout_redirect_uris.iter().any(|known| known == uri))
        });
        if !registered && !self.has(LogoutFlaw::RedirectUnchecked) {
            return goodbye();
        }
        let Ok(mut url) = url::Url::parse(uri) else { return goodbye() };
        if let Some(state) = fields.filled("state").filter(|_| !self.has(LogoutFlaw::StateLost)) {
            url.query_pairs_mut().append_pair("state", state);
        }
        redirect(StatusCode::SEE_OTHER, url.as_str())
    }

    /// The client that a hint was made for, where the double made it; an expired one is as good.
    fn audience(&self, hint: &str) -> Option<String> {
        let (_, claims) = super::client::parts(hint)?;
        if self.hinted(hint).is_none() && !self.has(LogoutFlaw::HintUnchecked) {
            return None;
        }
        claims.get("aud").and_then(Value::as_str).map(str::to_owned)
    }
}
