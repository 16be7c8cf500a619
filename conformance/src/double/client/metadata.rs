//! The issuer's documents, as the double fetches and reads them.

use ::http::Method;
use serde_json::Value;
use url::Url;

use super::{ClientDouble, DiscoveryFlaw, KeyFlaw, Refusal};
use crate::transport::{Request, Response};

/// How long a key set is kept, in seconds.
const KEPT: i64 = 60;

/// How a refusal begins where a document cannot be had.
pub(super) const UNANSWERED: &str = "the issuer answers";

/// What the double keeps of a discovery document.
#[derive(Clone)]
pub(super) struct Metadata {
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) userinfo_endpoint: String,
    pub(super) jwks_uri: String,
    /// Whether responses are promised to name their issuer (RFC 9207).
    pub(super) names_itself: bool,
}

impl ClientDouble {
    /// Sends a request.
    pub(super) async fn send(&self, request: Request) -> Result<Response, Refusal> {
        (self.wiring.fetch)(request).await
    }

    /// Fetches a JSON document.
    pub(super) async fn fetch_json(&self, url: &str) -> Result<Value, Refusal> {
        serde_json::from_str(&self.fetch_text(url).await?).map_err(|_| "the issuer's answer is no JSON".to_owned())
    }

    /// Fetches a document.
    pub(super) async fn fetch_text(&self, url: &str) -> Result<String, Refusal> {
        let request = ::http::Request::builder().method(Method::GET).uri(url).body(bytes::Bytes::new());
        let response = self.send(request.map_err(|error| error.to_string())?).await?;
        if !response.status().is_success() {
            return Err(format!("{UNANSWERED} {}", response.status().as_u16()));
        }
        String::from_utf8(response.body().to_vec()).map_err(|_| "the issuer's answer is no text".to_owned())
    }

    /// Reads the discovery document (OpenID Connect Discovery 1.0, 4.3).
    pub(super) async fn discover(&self, index: usize) -> Result<Metadata, Refusal> {
        let issuer = self.issuer(index).issuer.clone();
        let fetched = self.fetch_json(&format!("{issuer}/.well-known/openid-configuration")).await;
        let document = match fetched {
            Ok(document) => document,
            Err(reason) => {
                let known = self.book().metadata.get(&index).cloned();
                return known.filter(|_| self.has(DiscoveryFlaw::Kept)).ok_or(reason);
            }
        };
        if !self.names(&document, &issuer) {
            return Err("the discovery document is of another issuer".to_owned());
        }
        let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let metadata = Metadata {
            authorization_endpoint: if self.has(DiscoveryFlaw::EndpointsOnly) {
                format!("{issuer}/authorize")
            } else {
                text("authorization_endpoint")
            },
            token_endpoint: text("token_endpoint"),
            userinfo_endpoint: text("userinfo_endpoint"),
            jwks_uri: text("jwks_uri"),
            names_itself: document["authorization_response_iss_parameter_supported"] == true,
        };
        self.book().metadata.insert(index, metadata.clone());
        Ok(metadata)
    }

    /// Whether a document is this issuer's.
    fn names(&self, document: &Value, issuer: &str) -> bool {
        if self.has(DiscoveryFlaw::EndpointsOnly) {
            return true;
        }
        let Some(named) = document.get("issuer").and_then(Value::as_str) else {
            return self.has(DiscoveryFlaw::NotCompared) || self.has(DiscoveryFlaw::Optional);
        };
        let parsed = |text: &str| Url::parse(text).ok();
        named == issuer
            || self.has(DiscoveryFlaw::NotCompared)
            || self.has(DiscoveryFlaw::Trimmed) && named.trim_end_matches('/') == issuer
            || self.has(DiscoveryFlaw::Parsed) && parsed(named).is_some() && parsed(named) == parsed(issuer)
    }

    /// The issuer's keys, asked for again after a minute and for a key that is not among them.
    pub(super) async fn keys(&self, index: usize, jwks_uri: &str, kid: Option<&str>) -> Result<Vec<Value>, Refusal> {
        if self.has(KeyFlaw::InSettings) && index == 0 {
            return Ok(self.wiring.keys.clone());
        }
        let known = self.book().keys.get(&index).cloned();
        let names = |keys: &[Value]| kid.is_none_or(|kid| keys.iter().any(|key| key["kid"] == *kid));
        if let Some((at, keys)) = known
            && (self.has(KeyFlaw::Forever) || at + KEPT > self.now() && names(&keys))
        {
            return Ok(keys);
        }
        let document = self.fetch_json(jwks_uri).await?;
        let keys = document.get("keys").and_then(Value::as_array).cloned().ok_or("the key set has no keys")?;
        let odd = |key: &Value| !matches!(key["kty"].as_str(), Some("RSA" | "EC" | "oct" | "OKP"));
        if self.has(KeyFlaw::OddBreaks) && keys.iter().any(odd) {
            return Err("the key set holds a key of an unknown kind".to_owned());
        }
        self.book().keys.insert(index, (self.now(), keys.clone()));
        Ok(keys)
    }
}
