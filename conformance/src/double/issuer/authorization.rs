//! The double's authorization endpoint (RFC 6749, 3.1; `OpenID` Connect Core 1.0, 3.1.2).

use http::{Method, StatusCode, header};
use url::Url;

use super::{
    IssuerDouble, PEOPLE, PageFlaw, PromptFlaw, RedirectFlaw, RequestFlaw, ResponseFlaw,
    book::{ClientRecord, Session, Wanted},
    http::{Fields, add_header, page, redirect},
    response::Mode,
};
use crate::transport::{Request, Response};

/// The response types of the metadata, their words sorted.
const TYPES: [&str; 6] = ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"];
/// What must not stand twice in a request.
const ONCE: [&str; 8] =
    ["client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge", "prompt"];

/// A refusal: in place, or at the redirect URI.
enum Refusal {
    Place(&'static str),
    Sent(Box<Wanted>, &'static str, String),
}

impl IssuerDouble {
    /// Takes an authorization request.
    pub(super) fn authorize(&self, request: &Request) -> Response {
        if request.method() == Method::POST && self.has(RequestFlaw::PostRefused) {
            return page(StatusCode::METHOD_NOT_ALLOWED, "Error", "<p>this address takes GET alone</p>");
        }
        if request.uri().scheme_str() == Some("http") && !self.has(PageFlaw::HttpServed) {
            let secure = request.uri().to_string().replacen("http://", "https://", 1);
            return redirect(StatusCode::MOVED_PERMANENTLY, &secure);
        }
        let read = self.unpacked(Fields::of(request)).map_err(Refusal::Place).and_then(|fields| self.read(&fields));
        let mut response = match read {
            Ok(wanted) => self.proceed(request, wanted, false),
            Err(Refusal::Place(why)) => page(StatusCode::BAD_REQUEST, "Error", &format!("<p>{why}</p>")),
            Err(Refusal::Sent(wanted, ..)) if self.has(PageFlaw::LoginFirst) && self.session(request).is_none() => {
                self.login_page(*wanted, None)
            }
            Err(Refusal::Sent(wanted, name, why)) => self.refuse(&wanted, name, &why),
        };
        if self.has(PageFlaw::Cors) {
            add_header(&mut response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        }
        response
    }

    /// What a request asks for, or why it is refused.
    fn read(&self, fields: &Fields) -> Result<Wanted, Refusal> {
        let client = fields.filled("client_id").and_then(|id| self.book().clients.get(id).cloned());
        let unknown =
            self.has(RedirectFlaw::UnknownClient).then(|| self.book().clients.values().next().cloned()).flatten();
        let strange = client.is_none() && unknown.is_some();
        let client = client.or(unknown).ok_or(Refusal::Place("the client is not known"))?;
        let redirect_uri = self.redirect_uri(fields, &client, strange)?;
        let response_type = fields.filled("response_type").unwrap_or_default().to_owned();
        let mode = Mode::of(fields.filled("response_mode"), &response_type);
        let queried = fields.filled("response_mode") == Some("query") && self.has(ResponseFlaw::QueryAllowed);
        let mode = if queried { Some(Mode::Query) } else { mode };
        let wanted = Wanted {
            client,
            redirect_uri,
            redirect_named: fields.filled("redirect_uri").is_some(),
            mode: mode.unwrap_or(Mode::Query),
            scope: fields.filled("scope").unwrap_or_default().to_owned(),
            state: fields.filled("state").map(str::to_owned),
            nonce: fields.filled("nonce").map(str::to_owned),
            challenge: fields.filled("code_challenge").map(|challenge| {
                (challenge.to_owned(), fields.filled("code_challenge_method").unwrap_or("plain").to_owned())
            }),
            prompt: fields.filled("prompt").unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
            max_age: fields.filled("max_age").and_then(|text| text.parse().ok()),
            hint: None,
            login_hint: fields.filled("login_hint").map(str::to_owned),
            at: self.now(),
            response_type,
        };
        if strange {
            return Err(Refusal::Sent(Box::new(wanted), "unauthorized_client", "the client is not known".to_owned()));
        }
        self.check(fields, mode, wanted)
    }

    /// The redirect URI, one that is registered.
    fn redirect_uri(&self, fields: &Fields, client: &ClientRecord, strange: bool) -> Result<String, Refusal> {
        let uris: Vec<&str> = fields.all("redirect_uri").filter(|uri| !uri.is_empty()).collect();
        let asked = match uris.as_slice() {
            [] if self.has(RedirectFlaw::MissingDefault) => client.redirect_uris.first().cloned(),
            [] => None,
            [one] => Some((*one).to_owned()),
            [first, .., last] if self.has(RedirectFlaw::LastUsed) && self.is_registered(first, client) => {
                return Ok((*last).to_owned());
            }
            [first, .., last] if self.has(RedirectFlaw::FirstUsed) && self.is_registered(last, client) => {
                return Ok((*first).to_owned());
            }
            _ => return Err(Refusal::Place("redirect_uri stands there twice")),
        };
        let asked = asked.ok_or(Refusal::Place("redirect_uri is missing"))?;
        if strange || self.is_registered(&asked, client) {
            return Ok(asked);
        }
        if self.has(RedirectFlaw::RegisteredInstead) {
            return client.redirect_uris.first().cloned().ok_or(Refusal::Place("no redirect_uri is registered"));
        }
        Err(Refusal::Place("the redirect_uri is not registered"))
    }

    fn is_registered(&self, asked: &str, client: &ClientRecord) -> bool {
        self.has(RedirectFlaw::Unchecked) || client.redirect_uris.iter().any(|known| self.is_same(asked, known, client))
    }

    /// Equal strings; the port of a native app's loopback address is free (RFC 8252, 7.3).
    fn is_same(&self, asked: &str, known: &str, client: &ClientRecord) -> bool {
        if asked == known {
            return true;
        }
        let (Ok(one), Ok(other)) = (Url::parse(asked), Url::parse(known)) else { return false };
        let bare = |url: &Url| {
            let mut url = url.clone();
            url.set_query(None);
            url
        };
        if client.native && crate::user_agent::is_loopback(&other) && !self.has(RedirectFlaw::LoopbackPort) {
            let mut moved = one;
            return moved.set_port(other.port()).is_ok() && moved == other;
        }
        let anonymous = |url: &Url| {
            let mut url = url.clone();
            // An address with a host always takes these.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url
        };
        match self.flaw {
            Some(super::IssuerFlaw::Redirect(flaw)) => match flaw {
                RedirectFlaw::QueryIgnored => bare(&one) == bare(&other),
                RedirectFlaw::QueryLonger => {
                    let query = |url: &Url| url.query().unwrap_or_default().to_owned();
                    bare(&one) == bare(&other) && query(&one).starts_with(&query(&other))
                }
                RedirectFlaw::Prefix => asked.starts_with(known),
                RedirectFlaw::CaseFolded => asked.eq_ignore_ascii_case(known),
                RedirectFlaw::Normalised | RedirectFlaw::DotsKept => one == other && one.username() == other.username(),
                RedirectFlaw::SlashTolerant => asked.trim_end_matches('/') == known,
                RedirectFlaw::UserIgnored => anonymous(&one) == other,
                RedirectFlaw::HostPrefix => {
                    let host = |url: &Url| url.host_str().unwrap_or_default().to_owned();
                    host(&one).starts_with(&host(&other)) && one.path() == other.path()
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// What is wrong with a request whose client and redirect URI are in order.
    fn check(&self, fields: &Fields, mode: Option<Mode>, wanted: Wanted) -> Result<Wanted, Refusal> {
        let mut wanted = wanted;
        let refused =
            |wanted: &Wanted, name, why| Err(Refusal::Sent(Box::new(wanted.clone()), name, str::to_owned(why)));
        if ONCE.iter().any(|name| fields.all(name).count() > 1) && !self.has(RequestFlaw::TwiceTaken) {
            return refused(&wanted, "invalid_request", "a parameter stands there twice");
        }
        if wanted.response_type.is_empty() && self.has(RequestFlaw::TypeDefault) {
            "code".clone_into(&mut wanted.response_type);
        }
        if wanted.response_type.is_empty() {
            return refused(&wanted, "invalid_request", "response_type is missing");
        }
        if !is_known_type(&wanted.response_type) {
            if self.has(RequestFlaw::TypeAny) {
                "code".clone_into(&mut wanted.response_type);
            } else {
                let name =
                    if self.has(RequestFlaw::TypeErrorName) { "invalid_request" } else { "unsupported_response_type" };
                if self.has(ResponseFlaw::ErrorEchoed) {
                    let why = format!("the response_type \"{}\" is not supported", wanted.response_type);
                    return Err(Refusal::Sent(Box::new(wanted), name, why));
                }
                return refused(&wanted, name, "the response_type is not supported");
            }
        }
        let Some(mode) = mode.or(self.has(RequestFlaw::ModeAny).then_some(Mode::Query)) else {
            return refused(&wanted, "invalid_request", "the response_mode is not possible here");
        };
        wanted.mode = mode;
        if let Some((name, why)) = self.fault(fields, &wanted) {
            return refused(&wanted, name, why);
        }
        if let Some(hint) = fields.filled("id_token_hint") {
            let Some(user) = self.hinted(hint) else {
                return refused(&wanted, "invalid_request", "the id_token_hint is none of this issuer");
            };
            if !self.has(PromptFlaw::HintIgnored) {
                wanted.hint = Some(user);
            }
        }
        Ok(wanted)
    }

    /// The first fault among the remaining parameters.
    fn fault(&self, fields: &Fields, wanted: &Wanted) -> Option<(&'static str, &'static str)> {
        if fields.filled("request").is_some() && !self.has(RequestFlaw::RequestIgnored) {
            return Some(("request_not_supported", "request objects are not supported"));
        }
        if fields.filled("request_uri").is_some() && !self.has(RequestFlaw::RequestUriIgnored) {
            return Some(("request_uri_not_supported", "request_uri is not supported"));
        }
        let front = wanted.wants("id_token");
        let hybrid = front && wanted.wants("code");
        let nonce_free = if hybrid { RequestFlaw::NonceOptionalHybrid } else { RequestFlaw::NonceOptionalImplicit };
        if front && wanted.nonce.is_none() && !self.has(nonce_free) {
            return Some(("invalid_request", "nonce is missing"));
        }
        match &wanted.challenge {
            Some((_, method)) if method == "S256" && self.has(RequestFlaw::S256Unknown) => {
                return Some(("invalid_request", "code_challenge_method S256 is not supported"));
            }
            Some((_, method)) if method == "S256" || method == "plain" => {}
            Some(_) if self.has(RequestFlaw::ChallengeMethodAny) => {}
            Some(_) => return Some(("invalid_request", "the code_challenge_method is not supported")),
            None if wanted.client.is_public() && wanted.wants("code") && !self.has(RequestFlaw::PkceOptional) => {
                return Some(("invalid_request", "code_challenge is missing"));
            }
            None => {}
        }
        if wanted.prompts("none") && wanted.prompt.len() > 1 && !self.has(PromptFlaw::NoneWithOthers) {
            return Some(("invalid_request", "prompt none stands alone"));
        }
        let emptied = ["max_age", "prompt", "display"].iter().any(|name| fields.get(name) == Some(""));
        if emptied && self.has(RequestFlaw::EmptyRefused) {
            return Some(("invalid_request", "a parameter is empty"));
        }
        if wanted.state.is_none() && self.has(RequestFlaw::StateRequired) {
            return Some(("invalid_request", "state is missing"));
        }
        let known = [ONCE.as_slice(), &OTHERS].concat();
        if self.has(RequestFlaw::UnknownRefused) && fields.names().any(|name| !known.contains(&name)) {
            return Some(("invalid_request", "a parameter is not known"));
        }
        let wishes = ["display", "ui_locales", "claims_locales", "acr_values"];
        if self.has(RequestFlaw::WishesRefused) && wishes.iter().any(|name| fields.filled(name).is_some()) {
            return Some(("invalid_request", "a parameter is not supported"));
        }
        if self.has(RequestFlaw::OpenidRequired) && !wanted.is_openid() {
            return Some(("invalid_scope", "the scope has no openid"));
        }
        None
    }

    /// Answers a request that is in order: with a page where somebody has to do something first.
    pub(super) fn proceed(&self, request: &Request, wanted: Wanted, signed_in_now: bool) -> Response {
        let session = self.session(request);
        let silent = wanted.prompts("none");
        let Some((name, session)) = session.filter(|(_, session)| signed_in_now || !self.stale(session, &wanted))
        else {
            if silent && self.has(PromptFlaw::NoneInPlace) {
                return page(StatusCode::OK, "Error", "<p>nobody is signed in</p>");
            }
            if silent && !self.has(PromptFlaw::NoneShowsLogin) {
                return self.refuse(&wanted, "login_required", "nobody is signed in");
            }
            return self.login_page(wanted, None);
        };
        if wanted.hint.as_deref().is_some_and(|hint| hint != session.user) {
            if silent || signed_in_now {
                return self.refuse(&wanted, "login_required", "somebody else is signed in");
            }
            return self.login_page(wanted, None);
        }
        let known = self.book().consents.contains(&(session.user.to_owned(), wanted.client.id.clone()));
        if known && !wanted.prompts("consent") {
            return self.grant(&wanted, session.user, session.at);
        }
        if silent {
            return self.refuse(&wanted, "consent_required", "nothing was consented to");
        }
        self.consent_page(wanted, &name)
    }

    /// Whether somebody has to sign in again.
    fn stale(&self, session: &Session, wanted: &Wanted) -> bool {
        let silenced = wanted.prompts("none") && self.has(PromptFlaw::NoneWithOthers);
        let again = wanted.prompts("login") && !silenced && !self.has(PromptFlaw::LoginIgnored);
        let old =
            wanted.max_age.is_some_and(|age| session.at + age < wanted.at) && !self.has(PromptFlaw::MaxAgeIgnored);
        let named = |name: &str| PEOPLE.iter().any(|(known, _, user)| *known == name && *user == session.user);
        let other = wanted.login_hint.as_deref().is_some_and(|name| !named(name));
        again || old || (other && self.has(PromptFlaw::LoginHintHeeded))
    }
}

/// The other parameters that the double knows.
const OTHERS: [&str; 12] = [
    "response_mode",
    "code_challenge_method",
    "max_age",
    "id_token_hint",
    "login_hint",
    "display",
    "ui_locales",
    "claims_locales",
    "acr_values",
    "request",
    "request_uri",
    "claims",
];

/// Whether the words of a response type, in any order, are one of the metadata's.
fn is_known_type(response_type: &str) -> bool {
    let sorted = |text: &str| {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        words.sort_unstable();
        words.join(" ")
    };
    TYPES.iter().any(|known| sorted(known) == sorted(response_type))
}
