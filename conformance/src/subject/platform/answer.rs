//! What a platform answered to an authentication request.

use http::Method;
use url::Url;

use super::{asked::Asked, evidence::Delivery, world::PlatformWorld};
use crate::{
    subject::visitor::fragment,
    user_agent::{Elements, Page},
};

/// What kind of answer it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerKind {
    /// An ID token, posted to the redirect URI of the request, which is a registered one.
    Token,
    /// An ID token, posted to another registered redirect URI.
    TokenElsewhere,
    /// An ID token in a URL.
    TokenInUrl,
    /// The browser was sent to an address that is not registered, with whatever in hand.
    Stray,
    /// An error, posted to a registered redirect URI.
    Error,
    /// An error in the URL of a registered redirect URI.
    ErrorInUrl,
    /// A page that asks for a password.
    Login,
    /// Any other page.
    Page,
}

impl AnswerKind {
    /// One word for the self-test.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::TokenElsewhere => "elsewhere",
            Self::TokenInUrl => "url",
            Self::Stray => "stray",
            Self::Error => "error",
            Self::ErrorInUrl => "error-url",
            Self::Login => "login",
            Self::Page => "page",
        }
    }
}

/// What a platform answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What kind of answer it was.
    pub kind: AnswerKind,
    /// What left the platform for another site, if anything did.
    pub delivery: Option<Delivery>,
    /// The page where the browser stopped.
    pub page: Page,
}

impl Answer {
    /// Reads where the browser ended.
    pub fn read(world: &PlatformWorld, asked: &Asked, page: Page) -> Self {
        let Some(delivery) = Delivery::of(&page) else {
            return Self { kind: in_place(&page), delivery: None, page };
        };
        let carries =
            |name: &str| delivery.get(name).is_some() || fragment(&delivery.url).iter().any(|(n, _)| n == name);
        let registered = world.is_redirect_uri(&delivery.url);
        let wanted = asked.get("redirect_uri").is_some_and(|uri| uri == without_query(&delivery).as_str());
        let posted = delivery.method == Method::POST && fragment(&delivery.url).is_empty();
        let kind = match (registered, carries("id_token"), posted) {
            (false, ..) => AnswerKind::Stray,
            (true, true, true) if wanted || asked.get("redirect_uri").is_none() => AnswerKind::Token,
            (true, true, true) => AnswerKind::TokenElsewhere,
            (true, true, false) => AnswerKind::TokenInUrl,
            (true, false, true) => AnswerKind::Error,
            (true, false, false) => AnswerKind::ErrorInUrl,
        };
        Self { kind, delivery: Some(delivery), page }
    }

    /// The ID token, wherever it went.
    pub fn id_token(&self) -> Option<&str> {
        self.delivery.as_ref()?.get("id_token")
    }

    /// A field of an error response, in the form or in the URL.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.delivery.as_ref()?.get(name)
    }

    /// What happened, in a few words.
    pub fn describe(&self) -> String {
        let Some(delivery) = &self.delivery else { return self.page.describe() };
        let to = short(&delivery.url);
        match self.kind {
            AnswerKind::Token | AnswerKind::TokenElsewhere => format!("an ID token, posted to {to}"),
            AnswerKind::TokenInUrl => format!("an ID token in the URL of {to}"),
            AnswerKind::Stray if delivery.get("id_token").is_some() => format!("an ID token, sent to {to}"),
            AnswerKind::Stray => format!("the browser is sent to {to}"),
            AnswerKind::Error | AnswerKind::ErrorInUrl | AnswerKind::Login | AnswerKind::Page => {
                let code = delivery.get("error").unwrap_or("no error code");
                let way = if self.kind == AnswerKind::Error { "posted to" } else { "in the URL of" };
                format!("the error {code:?}, {way} {to}")
            }
        }
    }
}

fn in_place(page: &Page) -> AnswerKind {
    let asks = page
        .last
        .as_ref()
        .zip(page.url())
        .is_some_and(|(response, url)| Elements::read(url, response).forms.iter().any(|form| form.asks_password));
    if asks { AnswerKind::Login } else { AnswerKind::Page }
}

/// The address without what a GET response added to it.
fn without_query(delivery: &Delivery) -> Url {
    let mut url = delivery.url.clone();
    if delivery.method == Method::GET {
        url.set_query(None);
        url.set_fragment(None);
    }
    url
}

fn short(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}
