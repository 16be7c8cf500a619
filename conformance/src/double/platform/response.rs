//! How the double sends the browser on: forms that submit themselves, and what flaws do in their place.

use std::fmt::Write as _;

use ::http::{StatusCode, header};
use url::Url;

use super::{
    PlatformDouble, ResponseFlaw,
    http::{add_header, escape, page, redirect},
};
use crate::transport::Response;

/// The fields of a form, in their order.
pub(super) type Form = Vec<(String, String)>;

/// A page with a form that submits itself by POST.
pub(super) fn as_form(to: &str, fields: &[(String, String)]) -> Response {
    form(to, fields, "post")
}

fn form(to: &str, fields: &[(String, String)], method: &str) -> Response {
    let mut inputs = String::new();
    for (name, value) in fields {
        let _ = write!(inputs, "<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value));
    }
    let body = format!(
        "<form id=\"onward\" method=\"{method}\" action=\"{}\">{inputs}\
         <noscript><button type=\"submit\">Continue</button></noscript></form>\
         <script>document.getElementById(\"onward\").submit()</script>",
        escape(to)
    );
    page(StatusCode::OK, "One moment", &body)
}

/// A redirect with the fields in the query.
pub(super) fn as_query(to: &str, fields: &[(String, String)]) -> Response {
    match Url::parse(to) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(fields);
            redirect(StatusCode::FOUND, url.as_str())
        }
        Err(_) => page(StatusCode::BAD_REQUEST, "No way on", "<p>the address cannot be read</p>"),
    }
}

/// A redirect with the fields in the fragment.
pub(super) fn as_fragment(to: &str, fields: &[(String, String)]) -> Response {
    let fragment = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    redirect(StatusCode::FOUND, &format!("{to}#{fragment}"))
}

impl PlatformDouble {
    /// Sends a token, with the state that came (Security Framework 1.0, 5.1.1.3).
    pub(super) fn send_token(&self, to: &str, token: String, state: Option<&str>, mode: &str) -> Response {
        let mut fields = vec![("id_token".to_owned(), token)];
        if let Some(state) = state {
            let returned = ("state".to_owned(), self.returned_state(state));
            match self.flaw {
                Some(super::PlatformFlaw::Response(ResponseFlaw::StateDropped)) => {}
                Some(super::PlatformFlaw::Response(ResponseFlaw::StateTwice)) => {
                    fields.extend([returned.clone(), returned]);
                }
                _ => fields.push(returned),
            }
        }
        if self.has(ResponseFlaw::FieldsMore) {
            fields.push(("session_state".to_owned(), "e1".to_owned()));
        }
        let response = match mode {
            "query" => as_query(to, &fields),
            "fragment" => as_fragment(to, &fields),
            _ if self.has(ResponseFlaw::ByRedirect) => as_query(to, &fields),
            _ if self.has(ResponseFlaw::ByGet) => form(to, &fields, "get"),
            _ => as_form(to, &fields),
        };
        self.unstored(response)
    }

    /// Sends an error, with the state that came (Security Framework 1.0, 5.1.1.5).
    pub(super) fn send_error(&self, to: &str, code: &str, description: &str, state: Option<&str>) -> Response {
        if self.has(ResponseFlaw::ErrorInPlace) {
            let body = format!("<h1>The activity cannot be opened</h1><p>{}</p>", escape(description));
            return page(StatusCode::BAD_REQUEST, "Error", &body);
        }
        let mut fields =
            vec![("error".to_owned(), code.to_owned()), ("error_description".to_owned(), description.to_owned())];
        if let Some(state) = state.filter(|_| !self.has(ResponseFlaw::ErrorStateDropped)) {
            fields.push(("state".to_owned(), state.to_owned()));
        }
        let in_url = self.has(ResponseFlaw::ErrorInUrl);
        self.unstored(if in_url { as_query(to, &fields) } else { as_form(to, &fields) })
    }

    fn returned_state(&self, state: &str) -> String {
        match self.flaw {
            Some(super::PlatformFlaw::Response(ResponseFlaw::StateCut)) => {
                let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
                state.chars().take_while(|c| plain(*c)).collect()
            }
            Some(super::PlatformFlaw::Response(ResponseFlaw::StateReencoded)) => encoded(state),
            _ => state.to_owned(),
        }
    }

    /// Forbids to store the page (Form Post Response Mode, 2).
    pub(super) fn unstored(&self, mut response: Response) -> Response {
        if !self.has(ResponseFlaw::Stored) {
            add_header(&mut response, header::CACHE_CONTROL, "no-store");
        }
        response
    }
}

/// A value encoded once, as it would stand in a form body.
pub(super) fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}
