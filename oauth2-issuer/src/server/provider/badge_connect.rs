//! `badgeconnect.json`: where the issuer is, for clients of Open Badges 2.1 (Badge Connect API, manifest).
//!
//! Readers append `/.well-known/badgeconnect.json` to the address that somebody typed, as they do for OpenID Connect.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};
use url::Url;

use super::core::Provider;
use super::router::public;
use super::scopes::ScopeSet;
use crate::server::token::router::json as json_answer;

/// The well-known name, appended to the issuer.
pub(super) const BADGE_CONNECT: &str = "/.well-known/badgeconnect.json";

/// The JSON-LD context of the manifest.
const CONTEXT: &str = "https://purl.imsglobal.org/spec/ob/v2p1/ob_v2p1.jsonld";

/// What the issuer says of the badge service that it lets clients into.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadgeConnect {
    /// What the service is called.
    pub name: String,
    /// Its picture.
    pub image: Option<Url>,
    /// Where its API begins.
    pub api_base: Url,
    /// Its terms of service.
    pub terms_of_service_url: Url,
    /// What it does with personal data.
    pub privacy_policy_url: Url,
    /// The scopes of its API; those that the issuer has too are offered.
    pub scopes: ScopeSet,
}

impl BadgeConnect {
    /// The three scopes of Open Badges 2.1: reading and creating assertions, and reading the profile.
    pub const SCOPES: &str = "https://purl.imsglobal.org/spec/ob/v2p1/scope/assertion.readonly \
                              https://purl.imsglobal.org/spec/ob/v2p1/scope/assertion.create \
                              https://purl.imsglobal.org/spec/ob/v2p1/scope/profile.readonly";

    /// A service without a picture, with the scopes of Open Badges 2.1.
    pub fn new(name: impl Into<String>, api_base: Url, terms_of_service_url: Url, privacy_policy_url: Url) -> Self {
        let scopes = ScopeSet::parse(Self::SCOPES);
        Self { name: name.into(), image: None, api_base, terms_of_service_url, privacy_policy_url, scopes }
    }
}

/// `GET /.well-known/badgeconnect.json`.
pub(super) async fn manifest(State(provider): State<Arc<Provider>>) -> Response {
    match provider.badge_connect() {
        Some(manifest) => public(&manifest),
        None => json_answer(StatusCode::NOT_FOUND, &json!({ "error": "not_found" })),
    }
}

impl Provider {
    /// The manifest, if the issuer has a badge service.
    pub fn badge_connect(&self) -> Option<Value> {
        let service = self.policy.badge_connect.as_ref()?;
        let id = self.endpoint(BADGE_CONNECT);
        let offered: Vec<&str> = service.scopes.iter().filter(|scope| self.policy.scopes.contains(scope)).collect();
        let mut api = json!({
            "id": format!("{id}#api"),
            "name": service.name,
            "apiBase": service.api_base,
            "version": "v1p0",
            "termsOfServiceUrl": service.terms_of_service_url,
            "privacyPolicyUrl": service.privacy_policy_url,
            "scopesOffered": offered,
            "authorizationUrl": self.endpoint("/authorize"),
            "tokenUrl": self.endpoint("/token"),
        });
        if let Some(image) = &service.image {
            api["image"] = image.as_str().into();
        }
        if self.policy.registration.is_offered() {
            api["registrationUrl"] = self.endpoint("/register").into();
        }
        Some(json!({ "@context": CONTEXT, "id": id, "badgeConnectAPI": [api] }))
    }
}
