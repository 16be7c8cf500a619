//! Where an authorization request ended: at a redirect URI with a response, or on a page of the issuer.

use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::{
    ask::Ask,
    visitor::{self, Shown},
};
use crate::user_agent::{Elements, Page, Stop};

/// Where a parameter of the response stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the query of the redirect URI.
    Query,
    /// In its fragment.
    Fragment,
    /// In a form that was posted to it.
    Form,
}

impl Place {
    /// The word for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::Form => "form",
        }
    }
}

/// What the browser carried away from the issuer.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// GET for a redirect, POST for a form.
    pub method: Method,
    /// Where to, as the browser would ask it.
    pub url: Url,
    /// Every parameter with its place, those of the redirect URI's own query included.
    pub parameters: Vec<(Place, String, String)>,
    /// The status of the answer that sent the browser there.
    pub status: Option<StatusCode>,
    /// The headers of that answer.
    pub headers: HeaderMap,
}

impl Delivered {
    /// What a page of the issuer sent away; nothing where the browser stopped on a page.
    pub fn of(page: &Page) -> Option<Self> {
        let Stop::Authorization { url, method, fields } = &page.stop else { return None };
        let pairs = |place: Place, text: &str| -> Vec<(Place, String, String)> {
            let parsed = form_urlencoded::parse(text.as_bytes()).into_owned();
            parsed.map(|(name, value)| (place, name, value)).collect()
        };
        let mut parameters = pairs(Place::Query, url.query().unwrap_or_default());
        parameters.extend(pairs(Place::Fragment, url.fragment().unwrap_or_default()));
        parameters.extend(fields.iter().map(|(name, value)| (Place::Form, name.clone(), value.clone())));
        Some(Self {
            method: method.clone(),
            url: url.clone(),
            parameters,
            status: page.status(),
            headers: page.last.as_ref().map(|response| response.headers().clone()).unwrap_or_default(),
        })
    }

    /// A parameter, wherever it stands.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(_, known, _)| known == name).map(|(_, _, value)| value.as_str())
    }

    /// Every value of a parameter.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.parameters.iter().filter(move |(_, known, _)| known == name).map(|(_, _, value)| value.as_str())
    }

    /// Where a parameter stands.
    pub fn place(&self, name: &str) -> Option<Place> {
        self.parameters.iter().find(|(_, known, _)| known == name).map(|(place, ..)| *place)
    }

    /// Whether anything came that is worth something: a code or a token.
    pub fn grants(&self) -> bool {
        GRANTS.iter().any(|name| self.get(name).is_some())
    }

    /// The address without query and fragment.
    pub fn address(&self) -> String {
        bare(&self.url)
    }
}

/// The parameters of a response that are worth something.
const GRANTS: [&str; 3] = ["code", "id_token", "access_token"];

/// What kind of answer it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerKind {
    /// A code or a token at the redirect URI of the request, or at the client's own where the request named none.
    Granted,
    /// A code or a token at another redirect URI of the client.
    Elsewhere,
    /// The browser was sent to an address that is not registered, with a code or a token.
    StrayGrant,
    /// The browser was sent to an address that is not registered, with an error or nothing.
    Stray,
    /// An error at a redirect URI of the client.
    Error,
    /// The browser came to a redirect URI with neither.
    Empty,
    /// The browser was sent to somewhere that the request does not name, with nothing: to a page on a host of its own.
    Away,
    /// A page that asks for name or password.
    Login,
    /// Any other page.
    Page,
}

impl AnswerKind {
    /// One word for the self-test.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Elsewhere => "elsewhere",
            Self::StrayGrant => "stray-grant",
            Self::Stray => "stray",
            Self::Error => "error",
            Self::Empty => "empty",
            Self::Away => "away",
            Self::Login => "login",
            Self::Page => "page",
        }
    }
}

/// Where an authorization request ended.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What kind of answer it was.
    pub kind: AnswerKind,
    /// What left the issuer, if anything did.
    pub delivered: Option<Delivered>,
    /// The page where the browser stopped, or which sent it away.
    pub page: Page,
    /// The pages on the way that a person had to do something on, in order.
    pub shown: Vec<Shown>,
}

impl Answer {
    /// Reads where the browser ended.
    pub(super) fn read(ask: &Ask, page: Page, shown: Vec<Shown>) -> Self {
        let Some(delivered) = Delivered::of(&page) else {
            let kind = if asks_for_somebody(&page) { AnswerKind::Login } else { AnswerKind::Page };
            return Self { kind, delivered: None, page, shown };
        };
        let kind = kind(ask, &delivered);
        Self { kind, delivered: Some(delivered), page, shown }
    }

    /// A parameter of the response.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.delivered.as_ref()?.get(name)
    }

    /// The code.
    pub fn code(&self) -> Option<&str> {
        self.get("code").filter(|code| !code.is_empty())
    }

    /// Whether a code or a token came, wherever.
    pub fn grants(&self) -> bool {
        self.delivered.as_ref().is_some_and(Delivered::grants)
    }

    /// The error's name, wherever it was sent.
    pub fn error(&self) -> Option<&str> {
        self.get("error")
    }

    /// Whether a person was asked for name or password on the way, or at the end.
    pub fn asked_login(&self) -> bool {
        self.kind == AnswerKind::Login || self.shown.contains(&Shown::Login)
    }

    /// What happened, in a few words. Codes and tokens are never repeated.
    pub fn describe(&self) -> String {
        let Some(delivered) = &self.delivered else { return self.page.describe() };
        let to = delivered.address();
        let carried: Vec<&str> = GRANTS.into_iter().filter(|name| delivered.get(name).is_some()).collect();
        match delivered.get("error") {
            Some(error) => {
                let error: String = error.chars().take(60).collect();
                format!("the error {error:?} at {to}")
            }
            None if carried.is_empty() => format!("the browser is sent to {to} with neither code nor error"),
            None => format!("{} at {to}", carried.join(" and ")),
        }
    }
}

/// Whether an address is one of these redirect URIs with parameters added (RFC 6749, 3.1.2: its own query stays).
fn is_at(url: &Url, registered: &str) -> bool {
    let Ok(wanted) = Url::parse(registered) else { return false };
    bare(url) == bare(&wanted) && url.username() == wanted.username() && url.password() == wanted.password()
}

fn bare(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

fn kind(ask: &Ask, delivered: &Delivered) -> AnswerKind {
    let registered = ask.client.redirect_uris.iter().any(|uri| is_at(&delivered.url, uri));
    let named = ask.get("redirect_uri");
    let wanted = named.is_none_or(|uri| is_at(&delivered.url, uri));
    match (registered, delivered.grants()) {
        (false, true) => AnswerKind::StrayGrant,
        (false, false) if named.is_some() && wanted => AnswerKind::Stray,
        (false, false) => AnswerKind::Away,
        (true, true) if wanted => AnswerKind::Granted,
        (true, true) => AnswerKind::Elsewhere,
        (true, false) if delivered.get("error").is_some() => AnswerKind::Error,
        (true, false) => AnswerKind::Empty,
    }
}

/// Whether a page has a form for name or password.
pub(super) fn asks_for_somebody(page: &Page) -> bool {
    let Some((response, url)) = page.last.as_ref().zip(page.url()) else { return false };
    let forms = Elements::read(url, response).forms;
    forms.iter().any(|form| form.asks_password || visitor::asks_name(form, None).is_some())
}
