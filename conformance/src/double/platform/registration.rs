//! The double takes tools that register themselves: the page that opens theirs, and the endpoint.

use std::collections::HashMap;

use http::{StatusCode, header};
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    PlatformDouble, RegistrationFlaw as Flaw,
    http::{Fields, add_header, escape, page, with_type},
};
use crate::transport::{Request, Response};

/// The page with the form for a registration URL, and where it goes.
pub const TOOLS_PATH: &str = "/admin/tools";
/// The registration endpoint.
pub const REGISTER_PATH: &str = "/admin/register";

/// The members of a registration that the double knows.
const KNOWN: [&str; 10] = [
    "application_type",
    "grant_types",
    "response_types",
    "redirect_uris",
    "initiate_login_uri",
    "client_name",
    "jwks_uri",
    "token_endpoint_auth_method",
    "scope",
    "https://purl.imsglobal.org/spec/lti-tool-configuration",
];

/// The registration tokens that were given, each with whether it was used, and how many tools registered themselves.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    tokens: HashMap<String, bool>,
    made: u32,
}

impl PlatformDouble {
    /// The form for a registration URL; once sent, the link that opens the tool's page.
    pub(super) fn add_tool(&self, request: &Request) -> Response {
        let fields = Fields::of(request);
        let Some(address) = fields.filled("registration_url").and_then(|address| Url::parse(address).ok()) else {
            let body = format!(
                "<h1>Add a tool</h1><form method=\"post\" action=\"{TOOLS_PATH}\"><input name=\"registration_url\">\
                 <button type=\"submit\">Add</button></form>"
            );
            return page(StatusCode::OK, "Tools", &body);
        };
        let token = self.random.draw();
        self.ledger().tokens.insert(token.clone(), false);
        let mut address = address;
        address
            .query_pairs_mut()
            .append_pair("openid_configuration", &self.own(super::METADATA_PATH))
            .append_pair("registration_token", &token);
        let body = format!("<h1>Add a tool</h1><a href=\"{}\">Open the tool</a>", escape(address.as_str()));
        page(StatusCode::OK, "Tools", &body)
    }

    /// Adds what the discovery document says of registration.
    pub(super) fn describe_registration(&self, document: &mut Value) {
        document["registration_endpoint"] = json!(self.own(REGISTER_PATH));
        if !self.has(Flaw::ConfigurationThin) {
            document["https://purl.imsglobal.org/spec/lti-platform-configuration"] = json!({
                "product_family_code": "double", "version": "1", "messages_supported": [{"type": "LtiResourceLinkRequest"}],
            });
        }
    }

    /// The registration endpoint.
    pub(super) fn register(&self, request: &Request) -> Response {
        let presented = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let presented = presented.and_then(|value| value.strip_prefix("Bearer "));
        if !self.takes_token(presented) {
            let mut refusal = self.refusal(StatusCode::UNAUTHORIZED, "invalid_token");
            add_header(&mut refusal, header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
            return refusal;
        }
        let Ok(mut metadata) = serde_json::from_slice::<Map<String, Value>>(request.body()) else {
            return self.refusal(StatusCode::BAD_REQUEST, "invalid_client_metadata");
        };
        if self.has(Flaw::UnknownRefused) && metadata.keys().any(|name| !KNOWN.contains(&name.as_str())) {
            return self.refusal(StatusCode::BAD_REQUEST, "invalid_client_metadata");
        }
        metadata.retain(|name, _| KNOWN.contains(&name.as_str()));
        let redirects = metadata.get("redirect_uris").and_then(Value::as_array).cloned().unwrap_or_default();
        let sound = redirects.iter().all(|uri| uri.as_str().is_some_and(|uri| self.takes_redirect(uri)));
        if !sound || (redirects.is_empty() && !self.has(Flaw::NoRedirect)) {
            return self.refusal(StatusCode::BAD_REQUEST, "invalid_redirect_uri");
        }
        let mut ledger = self.ledger();
        if let Some(used) = presented.and_then(|token| ledger.tokens.get_mut(token)) {
            *used = true;
        }
        ledger.made += 1;
        if self.has(Flaw::AnswerBare) {
            metadata.clear();
        }
        if !self.has(Flaw::ClientForgotten) {
            metadata.insert("client_id".to_owned(), json!(format!("registered-{}", ledger.made)));
        }
        with_type(StatusCode::CREATED, "application/json", Value::Object(metadata).to_string())
    }

    fn takes_token(&self, presented: Option<&str>) -> bool {
        let Some(token) = presented else { return self.has(Flaw::TokenOptional) };
        match self.ledger().tokens.get(token) {
            _ if self.has(Flaw::TokenUnchecked) => true,
            Some(used) => !used || self.has(Flaw::TokenReusable),
            None => false,
        }
    }

    fn takes_redirect(&self, uri: &str) -> bool {
        let Ok(url) = Url::parse(uri) else { return false };
        let scheme = url.scheme() == "https" || (url.scheme() == "http" && self.has(Flaw::PlainRedirect));
        scheme && (url.fragment().is_none() || self.has(Flaw::FragmentRedirect))
    }

    fn refusal(&self, status: StatusCode, error: &str) -> Response {
        if self.has(Flaw::ErrorText) {
            return with_type(status, "text/plain; charset=utf-8", error.to_owned());
        }
        let body = json!({"error": error, "error_description": "the registration is refused"});
        with_type(status, "application/json", body.to_string())
    }
}
