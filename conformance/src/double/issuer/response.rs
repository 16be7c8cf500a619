//! The double's answer to an authorization request, at the redirect URI.

use http::{StatusCode, header};
use url::Url;

use super::{
    IssuerDouble, RedirectFlaw, RequestFlaw, ResponseFlaw,
    book::{CodeRecord, Grant, Wanted},
    http::{add_header, escape, page, redirect},
};
use crate::transport::Response;

/// How a response reaches the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Query,
    Fragment,
    FormPost,
}

impl Mode {
    /// The mode that a request asks for (Multiple Response Types 1.0, 2.1 and 5).
    pub(super) fn of(asked: Option<&str>, response_type: &str) -> Option<Self> {
        let tokens = response_type.split_whitespace().any(|word| word == "id_token" || word == "token");
        match asked {
            None if tokens => Some(Self::Fragment),
            None => Some(Self::Query),
            Some("query") if !tokens => Some(Self::Query),
            Some("fragment") => Some(Self::Fragment),
            Some("form_post") => Some(Self::FormPost),
            Some(_) => None,
        }
    }
}

impl IssuerDouble {
    /// Sends an error to a redirect URI that was found in order.
    pub(super) fn refuse(&self, wanted: &Wanted, name: &str, description: &str) -> Response {
        let mut fields = vec![("error", name.to_owned()), ("error_description", description.to_owned())];
        if self.has(RequestFlaw::TypeUnanswered) && description.contains("response_type") {
            fields.clear();
        }
        if let Some(state) = wanted.state.clone().filter(|_| !self.has(ResponseFlaw::StateLostInErrors)) {
            fields.push(("state", state));
        }
        if !self.has(ResponseFlaw::IssMissingInErrors) {
            fields.push(("iss", self.response_issuer()));
        }
        self.deliver(wanted, wanted.mode, &fields)
    }

    /// The `iss` of responses (RFC 9207, 2).
    fn response_issuer(&self) -> String {
        if self.has(ResponseFlaw::IssOther) { self.wiring.host.clone() } else { self.issuer() }
    }

    /// Gives what was asked for.
    pub(super) fn grant(&self, wanted: &Wanted, user: &'static str, auth_time: i64) -> Response {
        let number = self.book().next_grant();
        let grant = Grant { number, wanted: wanted.clone(), user, auth_time };
        let mut fields: Vec<(&'static str, String)> = Vec::new();
        let code = wanted.wants("code").then(|| {
            let code = if self.has(ResponseFlaw::CodeCounts) {
                format!("code-{:06}", self.book().count())
            } else {
                self.random.draw()
            };
            let record = CodeRecord { grant: grant.clone(), at: self.now(), redeemed: None };
            self.book().codes.insert(code.clone(), record);
            code
        });
        let access = wanted.wants("token").then(|| self.new_access(&grant));
        fields.extend(code.clone().map(|code| ("code", code)));
        if let Some(token) = &access {
            fields.push(("access_token", token.clone()));
            fields.push(("token_type", "Bearer".to_owned()));
            fields.push(("expires_in", "300".to_owned()));
        }
        if wanted.wants("id_token") {
            fields.push(("id_token", self.front_id_token(&grant, code.as_deref(), access.as_deref())));
        }
        if self.has(ResponseFlaw::OfflineImplicit) && code.is_none() && wanted.has_scope("offline_access") {
            fields.push(("refresh_token", self.random.draw()));
        }
        if let Some(state) = self.state_of(wanted) {
            fields.push(("state", state));
        }
        if self.has(ResponseFlaw::StateTwice) {
            fields.extend(wanted.state.clone().map(|state| ("state", state)));
        }
        if !self.has(ResponseFlaw::IssMissing) {
            fields.push(("iss", self.response_issuer()));
        }
        let mode = match wanted.mode {
            Mode::Fragment if self.has(ResponseFlaw::TokensInQuery) && wanted.wants("id_token") => Mode::Query,
            Mode::FormPost if self.has(ResponseFlaw::FormPostIgnored) => {
                if code.is_some() && access.is_none() {
                    Mode::Query
                } else {
                    Mode::Fragment
                }
            }
            mode => mode,
        };
        self.deliver(wanted, mode, &fields)
    }

    /// The state that is sent back.
    fn state_of(&self, wanted: &Wanted) -> Option<String> {
        let state = wanted.state.clone()?;
        if self.has(ResponseFlaw::StateLost) {
            return None;
        }
        Some(if self.has(ResponseFlaw::StateCleaned) {
            state.chars().filter(|c| c.is_ascii_alphanumeric() || "-._~".contains(*c)).collect()
        } else {
            state
        })
    }

    fn deliver(&self, wanted: &Wanted, mode: Mode, fields: &[(&'static str, String)]) -> Response {
        let Ok(mut url) = Url::parse(&wanted.redirect_uri) else {
            return page(StatusCode::BAD_REQUEST, "Error", "<p>the redirect URI is no address</p>");
        };
        match mode {
            Mode::FormPost => return self.form(&wanted.redirect_uri, fields),
            Mode::Query => {
                if self.has(ResponseFlaw::QueryDropped) {
                    url.set_query(None);
                }
                if self.has(RedirectFlaw::DotsKept) {
                    let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                    let join = if url.query().is_some() { '&' } else { '?' };
                    return redirect(StatusCode::FOUND, &format!("{}{join}{text}", wanted.redirect_uri));
                }
                url.query_pairs_mut().extend_pairs(fields);
            }
            Mode::Fragment => {
                let astray = |field: &&(&'static str, String)| self.has(ResponseFlaw::CodeInQuery) && field.0 == "code";
                if let Some((name, code)) = fields.iter().find(astray) {
                    url.query_pairs_mut().append_pair(name, code);
                }
                let rest = fields.iter().filter(|field| !astray(field));
                let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(rest).finish();
                url.set_fragment(Some(&text));
            }
        }
        redirect(StatusCode::FOUND, url.as_str())
    }

    /// A page whose form posts the response (Form Post Response Mode 1.0, 2).
    fn form(&self, to: &str, fields: &[(&'static str, String)]) -> Response {
        let mut body = format!("<form method=\"post\" action=\"{}\">", escape(to));
        for (name, value) in fields {
            body.extend(["<input type=\"hidden\" name=\"", name, "\" value=\"", &*escape(value), "\">"]);
        }
        body.push_str("<button>Continue</button></form><script>document.forms[0].submit()</script>");
        let mut response = page(StatusCode::OK, "One moment", &body);
        if !self.has(ResponseFlaw::FormPostCached) {
            add_header(&mut response, header::CACHE_CONTROL, "no-cache, no-store");
            add_header(&mut response, header::PRAGMA, "no-cache");
        }
        response
    }
}
