//! The authorization endpoint: judges an authentication request and answers it (Security Framework 1.0, 5.1.1.2 and
//! 5.1.1.3; OpenID Connect Core 1.0, 3.2.2).

use ::http::{Method, StatusCode};

use super::{
    InitiationFlaw, PlatformDouble, RequestFlaw,
    book::Launch,
    http::{Fields, escape, page},
    pages::login_form,
    redirect::Destination,
    school::{LINKS, USERS, User},
};
use crate::transport::{Request, Response};

/// The parameters that the double knows.
const KNOWN: [&str; 11] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "prompt",
    "nonce",
    "state",
    "login_hint",
    "lti_message_hint",
    "lti_storage_target",
];

/// Why a request is not answered with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Told to the user, because nobody else can be trusted with it.
    InPlace(&'static str),
    /// Told to the tool: an error code and a description.
    Sent(&'static str, &'static str),
    /// The user is asked to sign in, which no sound platform does here.
    Login,
}

pub(super) const fn invalid(description: &'static str) -> Trouble {
    Trouble::Sent("invalid_request", description)
}

impl PlatformDouble {
    /// Answers an authentication request.
    pub(super) fn authorize(&self, request: &Request) -> Response {
        let refused = if request.method() == Method::GET { RequestFlaw::GetRefused } else { RequestFlaw::PostRefused };
        if self.has(refused) {
            return page(StatusCode::METHOD_NOT_ALLOWED, "Not this way", "<p>use the other method</p>");
        }
        let fields = Fields::of(request);
        let destination = match self.destination(&fields) {
            Ok(destination) => destination,
            Err(trouble) => return self.refuse(trouble, None, &fields),
        };
        match self.token_for(request, &fields, &destination) {
            Ok(token) => {
                let mode = self.response_mode(&fields);
                self.send_token(&destination.address, token, fields.filled("state"), mode)
            }
            Err(trouble) => self.refuse(trouble, Some(&destination), &fields),
        }
    }

    fn refuse(&self, trouble: Trouble, destination: Option<&Destination>, fields: &Fields) -> Response {
        match (trouble, destination) {
            (Trouble::Login, _) => login_form(),
            (Trouble::Sent(code, description), Some(destination)) => {
                // A state that came twice is not returned: nobody knows which one is meant.
                let state = fields.filled("state").filter(|_| fields.all("state").count() == 1);
                self.send_error(&destination.address, code, description, state)
            }
            (Trouble::Sent(_, reason) | Trouble::InPlace(reason), _) => {
                let body = format!("<h1>The activity cannot be opened</h1><p>{}</p>", escape(reason));
                page(StatusCode::BAD_REQUEST, "Error", &body)
            }
        }
    }

    fn token_for(&self, request: &Request, fields: &Fields, to: &Destination) -> Result<String, Trouble> {
        if to.errors_only {
            return Err(invalid("redirect_uri is not registered for this client_id"));
        }
        self.check_parameters(fields)?;
        let nonce = self.nonce(fields)?;
        let (session, user) = self.launching_user(request, fields)?;
        if let Some(answer) =
            fields.filled("lti_message_hint").and_then(|hint| self.content_token(hint, user, nonce.as_deref()))
        {
            return answer;
        }
        let (hint, launch) = self.launch_meant(fields, session.as_deref(), user)?;
        if self.has(RequestFlaw::AnsweredOnce) && launch.answered {
            return Err(invalid("this launch was answered before"));
        }
        let token = self
            .id_token(&launch, &to.client_id, nonce.as_deref())
            .map_err(|_| Trouble::Sent("server_error", "no token could be made"))?;
        self.book().answer(&hint);
        Ok(token)
    }

    fn check_parameters(&self, fields: &Fields) -> Result<(), Trouble> {
        let repeated = KNOWN.iter().any(|name| fields.all(name).count() > 1);
        if repeated && !self.has(RequestFlaw::RepeatedTaken) {
            return Err(invalid("a parameter is there twice"));
        }
        if self.has(RequestFlaw::ParametersClosed) && fields.names().any(|name| !KNOWN.contains(&name)) {
            return Err(invalid("a parameter is unknown"));
        }
        match fields.filled("response_type") {
            Some("id_token") => {}
            None if self.has(RequestFlaw::ResponseTypeDefaulted) => {}
            None => return Err(invalid("response_type is missing")),
            Some(_) if self.has(RequestFlaw::ResponseTypeUnchecked) => {}
            Some(_) => return Err(Trouble::Sent("unsupported_response_type", "response_type has to be id_token")),
        }
        match fields.filled("scope") {
            Some(scope) if scope.split(' ').any(|one| one == "openid") => {}
            None if self.has(RequestFlaw::ScopeDefaulted) => {}
            Some(_) if self.has(RequestFlaw::ScopeUnchecked) => {}
            _ => return Err(Trouble::Sent("invalid_scope", "scope has to contain openid")),
        }
        match fields.filled("response_mode") {
            Some("form_post") => {}
            None if self.has(RequestFlaw::ModeDefaulted) => {}
            Some("query") if self.has(RequestFlaw::ModeQueryServed) => {}
            Some("fragment") if self.has(RequestFlaw::ModeFragmentServed) => {}
            Some(_) if self.has(RequestFlaw::ModeUnchecked) => {}
            _ => return Err(invalid("response_mode has to be form_post")),
        }
        match fields.filled("prompt") {
            Some("none") => {}
            None if !self.has(RequestFlaw::PromptRequired) => {}
            Some(_) if self.has(RequestFlaw::PromptUnchecked) => {}
            _ => return Err(invalid("prompt has to be none")),
        }
        if self.has(RequestFlaw::StateRequired) && fields.filled("state").is_none() {
            return Err(invalid("state is missing"));
        }
        Ok(())
    }

    /// The mode of the answer: a form, unless the flaw does as it is asked.
    fn response_mode(&self, fields: &Fields) -> &'static str {
        match fields.filled("response_mode") {
            Some("query") if self.has(RequestFlaw::ModeQueryServed) => "query",
            Some("fragment") if self.has(RequestFlaw::ModeFragmentServed) => "fragment",
            _ => "form_post",
        }
    }

    fn nonce(&self, fields: &Fields) -> Result<Option<String>, Trouble> {
        match fields.filled("nonce") {
            Some(nonce) => Ok(Some(nonce.to_owned())),
            None if self.has(RequestFlaw::NonceInvented) => Ok(Some(self.random.draw())),
            None if self.has(RequestFlaw::NonceDefaulted) => Ok(None),
            None => Err(invalid("nonce is missing")),
        }
    }

    /// The user of the token: whoever is signed in, and only if `login_hint` means the same one.
    fn launching_user(&self, request: &Request, fields: &Fields) -> Result<(Option<String>, &'static User), Trouble> {
        let hinted = fields.filled("login_hint");
        let meant = hinted.and_then(|hint| USERS.iter().find(|user| user.hint == hint));
        if let Some(user) = meant.filter(|_| self.has(RequestFlaw::HintTrusted)) {
            return Ok((None, user));
        }
        let signed_in = self.visitor(request);
        let (session, user) = match signed_in {
            Some((session, user)) => (Some(session), user),
            None if self.has(RequestFlaw::LoginShown) => return Err(Trouble::Login),
            None => return Err(Trouble::Sent("login_required", "nobody is signed in")),
        };
        let defaulted = self.has(RequestFlaw::HintDefaulted) || self.has(InitiationFlaw::HintMissing);
        match hinted {
            None if !defaulted => Err(invalid("login_hint is missing")),
            Some(_) if meant != Some(user) && !self.has(RequestFlaw::HintIgnored) => {
                Err(Trouble::Sent("login_required", "login_hint means another user than the one who is signed in"))
            }
            _ => Ok((session, user)),
        }
    }

    /// The launch that the request continues, with its message hint.
    fn launch_meant(
        &self,
        fields: &Fields,
        session: Option<&str>,
        user: &'static User,
    ) -> Result<(String, Launch), Trouble> {
        let kept = session.and_then(|session| self.book().latest(session).map(str::to_owned));
        let kept = kept.filter(|_| self.has(InitiationFlaw::MessageHintMissing));
        let hint = match fields.filled("lti_message_hint").map(str::to_owned).or(kept) {
            Some(hint) => hint,
            None if self.has(RequestFlaw::MessageHintDefaulted) => return Ok(self.newest_link(user)),
            None => return Err(invalid("lti_message_hint is missing")),
        };
        let known = self.book().launch(&hint).cloned();
        match known {
            Some(launch) if launch.user == user => Ok((hint, launch)),
            Some(launch) if self.has(RequestFlaw::HintTrusted) => Ok((hint, Launch { user, ..launch })),
            Some(launch) if self.has(RequestFlaw::MessageHintOfAnybody) => Ok((hint, launch)),
            None if self.has(RequestFlaw::MessageHintGuessed) => Ok(self.newest_link(user)),
            _ => Err(invalid("lti_message_hint is not of a launch of this user")),
        }
    }

    fn newest_link(&self, user: &'static User) -> (String, Launch) {
        (String::new(), self.launch_of(user, &LINKS[LINKS.len() - 1]))
    }
}
