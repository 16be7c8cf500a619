//! Where and how an answer of the authorization endpoint goes (OAuth 2.0 Multiple Response Types, 2.1; Form Post Response
//! Mode, 2).

use axum::response::Response;

use super::super::answer::{from_page, plain, redirect};
use crate::server::page;

/// What an authorization request asks for (OAuth 2.0 Multiple Response Types, 3 and 5).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ResponseType {
    pub(super) code: bool,
    pub(super) id_token: bool,
    pub(super) token: bool,
}

impl ResponseType {
    /// Reads words in any order, each once.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut asked = Self::default();
        for word in text.split(' ') {
            let slot = match word {
                "code" => &mut asked.code,
                "id_token" => &mut asked.id_token,
                "token" => &mut asked.token,
                _ => return None,
            };
            if std::mem::replace(slot, true) {
                return None;
            }
        }
        Some(asked)
    }

    /// Whether a token comes through the browser.
    pub(super) fn is_front_channel(self) -> bool {
        self.id_token || self.token
    }

    /// Whether it is one of these, by their names.
    pub(super) fn is_among(self, names: &[String]) -> bool {
        names.iter().any(|name| Self::parse(name) == Some(self))
    }
}

/// How an answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Query,
    Fragment,
    FormPost,
}

impl Mode {
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "query" => Some(Self::Query),
            "fragment" => Some(Self::Fragment),
            "form_post" => Some(Self::FormPost),
            _ => None,
        }
    }
}

/// Where the answer goes: a registered redirect URI, with the `state` of the request.
#[derive(Clone)]
pub(super) struct Reply {
    pub(super) redirect_uri: String,
    pub(super) mode: Mode,
    pub(super) state: Option<String>,
    pub(super) issuer: String,
}

impl Reply {
    /// Sends `parameters`, and with them `state` as it came and `iss` (RFC 9207, 2).
    pub(super) fn send(&self, mut parameters: Vec<(String, String)>) -> Response {
        if let Some(state) = &self.state {
            parameters.push(("state".to_owned(), state.clone()));
        }
        parameters.push(("iss".to_owned(), self.issuer.clone()));
        let encoded = || form_urlencoded::Serializer::new(String::new()).extend_pairs(&parameters).finish();
        match self.mode {
            // The query of a registered URI is kept (RFC 6749, 3.1.2).
            Mode::Query => {
                let with = match self.redirect_uri.as_str() {
                    uri if uri.ends_with(['?', '&']) => "",
                    uri if uri.contains('?') => "&",
                    _ => "?",
                };
                redirect(&format!("{}{with}{}", self.redirect_uri, encoded()))
            }
            Mode::Fragment => redirect(&format!("{}#{}", self.redirect_uri, encoded())),
            Mode::FormPost => from_page(page::sign_in_post(&self.redirect_uri, &parameters)),
        }
    }

    /// Sends an error (RFC 6749, 4.1.2.1; OpenID Connect Core 1.0, 3.1.2.6).
    pub(super) fn send_error(&self, code: &str, description: &str) -> Response {
        let description = plain(description);
        tracing::info!(issuer = self.issuer, code, description, "an authorization request was refused");
        self.send(vec![("error".to_owned(), code.to_owned()), ("error_description".to_owned(), description)])
    }
}
