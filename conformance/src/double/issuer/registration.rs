//! The registration endpoint (RFC 7591).

use http::StatusCode;
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    ClientRegistrationFlaw as Flaw, INITIAL_TOKEN, IssuerDouble, RedirectFlaw,
    book::ClientRecord,
    error, json as answer,
    management::{bearer, refused},
};
use crate::transport::{Request, Response};

impl IssuerDouble {
    /// Registers whoever has the initial access token.
    pub(super) fn register(&self, request: &Request) -> Response {
        let trusted = match bearer(request) {
            Some(token) => token == INITIAL_TOKEN || self.has(Flaw::TokenUnread),
            None => false,
        };
        if !trusted && !self.has(Flaw::Open) {
            return refused(StatusCode::UNAUTHORIZED);
        }
        let Ok(Value::Object(asked)) = serde_json::from_slice::<Value>(request.body()) else {
            return error(StatusCode::BAD_REQUEST, "invalid_client_metadata", "the body is no JSON object");
        };
        let list = |name: &str| -> Vec<String> {
            let values = asked.get(name).and_then(Value::as_array);
            values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let text = |name: &str| asked.get(name).and_then(Value::as_str).map(str::to_owned);
        let redirect_uris = list("redirect_uris");
        if let Some(fault) = self.redirect_fault(&asked, &redirect_uris) {
            let status =
                if self.has(Flaw::RedirectError) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::BAD_REQUEST };
            return error(status, "invalid_redirect_uri", fault);
        }
        if let Some(fault) = self.metadata_fault(&asked) {
            return error(StatusCode::BAD_REQUEST, "invalid_client_metadata", fault);
        }
        let auth = text("token_endpoint_auth_method").unwrap_or_else(|| "client_secret_basic".to_owned());
        let drawn = || if self.has(Flaw::SecretShared) { "everybody's secret".to_owned() } else { self.random.draw() };
        let secret = auth.starts_with("client_secret").then(drawn);
        let record = ClientRecord {
            id: format!("client-{}", &self.random.draw()[..12]),
            secret: secret.clone(),
            auth: auth.clone(),
            redirect_uris: redirect_uris.clone(),
            post_logout_redirect_uris: list("post_logout_redirect_uris"),
            native: text("application_type").as_deref() == Some("native"),
            members: asked.clone(),
        };
        let mut registered: Map<String, Value> =
            asked.into_iter().filter(|(name, _)| KNOWN.contains(&name.as_str())).collect();
        registered.insert("client_id".to_owned(), json!(record.id));
        registered.insert("client_id_issued_at".to_owned(), json!(self.now()));
        registered.insert("token_endpoint_auth_method".to_owned(), json!(auth));
        if let Some(secret) = secret {
            registered.insert("client_secret".to_owned(), json!(secret));
            if !self.has(Flaw::SecretExpiry) {
                registered.insert("client_secret_expires_at".to_owned(), json!(0));
            }
        }
        if self.has(Flaw::NotReturned) {
            registered.remove("redirect_uris");
        }
        let registered = self.manageable(&record.id, registered);
        self.book().clients.insert(record.id.clone(), record);
        answer(if self.has(Flaw::Status) { StatusCode::OK } else { StatusCode::CREATED }, &registered)
    }

    /// What is answered, with the token and the address that manage it.
    fn manageable(&self, id: &str, members: Map<String, Value>) -> Value {
        let token = self.random.draw();
        let mut members = members;
        members.insert("registration_access_token".to_owned(), json!(token));
        if !self.has(Flaw::UriMissing) {
            members.insert("registration_client_uri".to_owned(), json!(self.own(&format!("/register/{id}"))));
        }
        let registered = Value::Object(members);
        self.book().managed.insert(id.to_owned(), (token, registered.clone()));
        registered
    }

    /// What is wrong with the rest of the metadata (RFC 7591, 2).
    fn metadata_fault(&self, asked: &Map<String, Value>) -> Option<&'static str> {
        if asked.contains_key("jwks") && asked.contains_key("jwks_uri") && !self.has(Flaw::TwoKeySets) {
            return Some("jwks and jwks_uri are both there");
        }
        let known = |name: &String| KNOWN.contains(&name.as_str()) || name == "token_endpoint_auth_method";
        let unknown = !asked.keys().all(known) && self.has(Flaw::UnknownRefused);
        unknown.then_some("a member is not known")
    }

    /// What is wrong with redirect URIs (RFC 7591, 5; RFC 6749, 3.1.2).
    fn redirect_fault(&self, asked: &Map<String, Value>, uris: &[String]) -> Option<&'static str> {
        if uris.is_empty() {
            return Some("redirect_uris is missing");
        }
        for uri in uris {
            let Ok(url) = Url::parse(uri) else { return Some("a redirect URI is no absolute URI") };
            if url.fragment().is_some() && !self.has(RedirectFlaw::FragmentRegistered) {
                return Some("a redirect URI has a fragment");
            }
            let native = asked.get("application_type").and_then(Value::as_str) == Some("native");
            let loopback = native && crate::user_agent::is_loopback(&url);
            let implicit = asked
                .get("grant_types")
                .and_then(Value::as_array)
                .is_some_and(|grants| grants.contains(&json!("implicit")));
            let lax = self.has(RedirectFlaw::HttpRegistered)
                || (native && self.has(Flaw::HttpNative))
                || (!native && implicit && self.has(Flaw::HttpImplicit));
            if url.scheme() == "http" && !loopback && !lax {
                return Some("a redirect URI is plain http");
            }
            let local = !native && implicit && url.host_str() == Some("localhost");
            if local && !self.has(Flaw::LocalhostImplicit) {
                return Some("a web client of the implicit grant has a redirect URI on localhost");
            }
        }
        None
    }
}

/// The metadata that the double keeps of a client (RFC 7591, 2).
const KNOWN: [&str; 14] = [
    "redirect_uris",
    "grant_types",
    "response_types",
    "client_name",
    "application_type",
    "scope",
    "jwks",
    "jwks_uri",
    "post_logout_redirect_uris",
    "token_endpoint_auth_signing_alg",
    "contacts",
    "client_uri",
    "logo_uri",
    "software_id",
];
