//! How the double takes the authorization response.

use ::http::{Method, StatusCode, header};

use super::{
    ClientDouble, ForgeryFlaw, FrontFlaw, HybridFlaw, LOGIN_COOKIE, ME_PATH, Pending, Refusal, RequestFlaw,
    ResponseFlaw, SESSION_COOKIE, Session, TokenFlaw,
    judge::half_hash,
    refuse,
    tokens::{Failed, Tokens},
    verify::Opened,
};
use crate::{
    double::http::{self, Fields},
    transport::{Request, Response},
};

/// The parameters of a response that the double knows.
const KNOWN: [&str; 6] = ["code", "id_token", "state", "iss", "error", "error_description"];

impl ClientDouble {
    /// The redirect URI.
    pub(super) async fn callback(&self, request: &Request) -> Response {
        let target = self.pending(request, &Fields::of(request)).ok().and_then(|pending| pending.target);
        match self.receive(request).await {
            Ok(session) => self.welcome(session, target.as_deref()),
            Err(Failed::Refused(reason)) => refuse(&reason),
            Err(Failed::Crashed) => {
                http::page(StatusCode::INTERNAL_SERVER_ERROR, "Error", "<p>Internal server error</p>")
            }
        }
    }

    fn welcome(&self, session: Session, target: Option<&str>) -> Response {
        let cookie = self.random.draw();
        let mut book = self.book();
        book.last = Some(session.clone());
        book.sessions.insert(cookie.clone(), session);
        drop(book);
        let mut response = http::redirect(StatusCode::SEE_OTHER, target.unwrap_or(ME_PATH));
        let line = format!("{SESSION_COOKIE}={cookie}; Path=/; Secure; HttpOnly; SameSite=None");
        http::add_header(&mut response, header::SET_COOKIE, &line);
        response
    }

    /// The login that a response belongs to.
    fn pending(&self, request: &Request, fields: &Fields) -> Result<Pending, Refusal> {
        let state = fields.get("state");
        let book = self.book();
        let by_state = || book.pending.values().find(|known| Some(known.state.as_str()) == state);
        if self.has(ForgeryFlaw::NotBound) {
            return by_state().cloned().ok_or_else(|| "this login is not known".to_owned());
        }
        let cookie = http::cookie(request, LOGIN_COOKIE);
        let found = match &cookie {
            None if self.has(ForgeryFlaw::LostCookie) => by_state(),
            None => None,
            Some(cookie) => book.pending.get(cookie),
        };
        let pending = found.cloned().ok_or("no login began in this browser")?;
        let ignored = self.has(ForgeryFlaw::StateNotCompared)
            || self.has(FrontFlaw::StateNotCompared)
            || self.has(ForgeryFlaw::StateOptional) && state.is_none();
        if ignored || state == Some(pending.state.as_str()) {
            Ok(pending)
        } else {
            Err("state is not the one of this login".to_owned())
        }
    }

    async fn receive(&self, request: &Request) -> Result<Session, Failed> {
        let fields = Fields::of(request);
        let pending = self.pending(request, &fields)?;
        if let Some(cookie) = http::cookie(request, LOGIN_COOKIE).filter(|_| !self.has(ResponseFlaw::StateKept)) {
            self.book().pending.remove(&cookie);
        }
        self.examine(request, &fields, &pending)?;
        if let Some(error) = fields.get("error") {
            if self.has(RequestFlaw::Fallback) && error == "invalid_request" {
                self.book().plain_next = true;
            }
            let last = self.book().last.clone().filter(|_| self.has(ResponseFlaw::ErrorSignsIn));
            return last.ok_or_else(|| Failed::Refused(format!("the issuer says {error}")));
        }
        let mut first = None;
        if self.wiring.flow != super::DoubleFlow::Code {
            let token = fields.get("id_token").ok_or("there is no ID token")?;
            let token = Opened::read(token).ok_or("the ID token cannot be read")?;
            self.judge(&token, &pending, None).await?;
            first = Some(token);
        }
        if self.wiring.flow == super::DoubleFlow::Front {
            let token = first.ok_or("there is no ID token")?;
            return Ok(self.person(&token, &pending, Tokens::default()));
        }
        let code = fields.filled("code").ok_or("there is no code")?;
        if let Some(token) = &first
            && token.text("c_hash") != Some(half_hash(code))
            && !self.has(HybridFlaw::CHash)
        {
            return Err("c_hash does not fit the code".to_owned().into());
        }
        self.by_code(code, &pending, first.as_ref()).await
    }

    /// Exchanges the code and says who signed in.
    async fn by_code(&self, code: &str, pending: &Pending, first: Option<&Opened>) -> Result<Session, Failed> {
        let tokens = match self.exchange(code, pending).await {
            Ok(tokens) => tokens,
            Err(Failed::Refused(reason)) if self.has(TokenFlaw::ErrorSignsIn) => {
                let refused = reason.contains("invalid_grant");
                let last = self.book().last.clone().filter(|_| refused && pending.nonce.is_some());
                return last.ok_or(Failed::Refused(reason));
            }
            Err(failed) => return Err(failed),
        };
        if self.has(TokenFlaw::IdTokenIgnored) {
            return self.by_userinfo(pending, tokens).await;
        }
        let Some(compact) = &tokens.id_token else {
            if self.has(TokenFlaw::UserinfoInstead) || self.has(RequestFlaw::NoOpenid) {
                return self.by_userinfo(pending, tokens).await;
            }
            return Err("the token response has no ID token".to_owned().into());
        };
        let token = Opened::read(compact).ok_or("the ID token cannot be read")?;
        self.judge(&token, pending, tokens.access.as_deref()).await?;
        if first.is_some_and(|first| first.text("sub") != token.text("sub")) && !self.has(HybridFlaw::TwoUsers) {
            return Err("the two ID tokens speak of two users".to_owned().into());
        }
        let session = self.person(&token, pending, tokens);
        self.with_userinfo(session).await
    }

    /// Everything that is judged before code and token are read.
    fn examine(&self, request: &Request, fields: &Fields, pending: &Pending) -> Result<(), Refusal> {
        if self.wiring.flow != super::DoubleFlow::Code && request.method() != Method::POST {
            return Err("the response is no form".to_owned());
        }
        let origin = request.headers().get(header::ORIGIN).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if self.has(FrontFlaw::OriginWanted) && !self.issuer(0).issuer.starts_with(origin) {
            return Err("the form comes from another origin".to_owned());
        }
        if self.has(ResponseFlaw::UnknownRefused) && !fields.names().all(|name| KNOWN.contains(&name)) {
            return Err("an unknown parameter".to_owned());
        }
        if self.has(FrontFlaw::IssRefused) && fields.get("iss").is_some() {
            return Err("an unknown parameter: iss".to_owned());
        }
        if !pending.metadata.names_itself || self.has(ResponseFlaw::IssNotCompared) {
            return if fields.get("iss").is_none() && pending.metadata.names_itself {
                Err("the response does not name its issuer".to_owned())
            } else {
                Ok(())
            };
        }
        let compared = if self.has(ResponseFlaw::IssOfFirst) { 0 } else { pending.issuer };
        match fields.get("iss") {
            None if self.has(ResponseFlaw::IssOptional) => Ok(()),
            Some(iss) if iss == self.issuer(compared).issuer => Ok(()),
            _ => Err("the response is of another issuer".to_owned()),
        }
    }
}
