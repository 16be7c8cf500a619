//! The registration endpoint (RFC 7591).

use http::StatusCode;
use serde_json::{Map, Value, json};
use url::Url;

use super::{IssuerDouble, RedirectFlaw, book::ClientRecord, error, json as answer};
use crate::transport::{Request, Response};

impl IssuerDouble {
    /// Registers whoever asks.
    pub(super) fn register(&self, request: &Request) -> Response {
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
            return error(StatusCode::BAD_REQUEST, "invalid_redirect_uri", fault);
        }
        let auth = text("token_endpoint_auth_method").unwrap_or_else(|| "client_secret_basic".to_owned());
        let secret = auth.starts_with("client_secret").then(|| self.random.draw());
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
            registered.insert("client_secret_expires_at".to_owned(), json!(0));
        }
        self.book().clients.insert(record.id.clone(), record);
        answer(StatusCode::CREATED, &Value::Object(registered))
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
            if url.scheme() == "http" && !loopback && !self.has(RedirectFlaw::HttpRegistered) {
                return Some("a redirect URI is plain http");
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
