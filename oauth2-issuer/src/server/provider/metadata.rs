//! What an issuer says about itself (OpenID Connect Discovery 1.0, 3; RFC 8414, 2).
//!
//! [`Provider::metadata`] is where an endpoint adds itself: an endpoint in a file of its own has a function
//! `describe(provider, &mut metadata)` that this one calls.

use serde_json::{Map, Value, json};

use super::core::Provider;
use super::model::AuthMethod;
use super::{introspection, pushed, registration, revocation};

impl Provider {
    /// The document, the same at every address.
    pub fn metadata(&self) -> Map<String, Value> {
        let policy = &self.policy;
        let mut document = Map::new();
        let mut put = |name: &str, value: Value| {
            // Empty lists must be left out (OpenID Connect Discovery 1.0, 4.2).
            if !value.as_array().is_some_and(Vec::is_empty) {
                document.insert(name.to_owned(), value);
            }
        };
        put("issuer", self.issuer().into());
        put("authorization_endpoint", self.endpoint("/authorize").into());
        put("token_endpoint", self.endpoint("/token").into());
        put("jwks_uri", self.endpoint("/jwks").into());
        put("userinfo_endpoint", self.endpoint("/userinfo").into());
        put("scopes_supported", policy.scopes.iter().collect());
        put("response_types_supported", json!(policy.response_types));
        put("response_modes_supported", json!(["query", "fragment", "form_post"]));
        put("grant_types_supported", json!(policy.grant_types));
        put("subject_types_supported", json!(["public"]));
        let algorithms = self.parts.keys.algorithms();
        put("id_token_signing_alg_values_supported", algorithms.iter().map(|known| known.as_str()).collect());
        put("token_endpoint_auth_methods_supported", self.auth_method_names());
        put("token_endpoint_auth_signing_alg_values_supported", self.assertion_algorithm_names());
        put("code_challenge_methods_supported", json!(["S256"]));
        put("claims_supported", super::claims::NAMES.iter().copied().collect());
        put("claims_parameter_supported", false.into());
        put("request_parameter_supported", false.into());
        // Without the member a request_uri would count as supported (OpenID Connect Discovery 1.0, 3).
        put("request_uri_parameter_supported", false.into());
        put("authorization_response_iss_parameter_supported", true.into());
        introspection::describe(self, &mut document);
        revocation::describe(self, &mut document);
        pushed::describe(self, &mut document);
        registration::describe(self, &mut document);
        document
    }

    /// The names of the ways in which clients may prove themselves, for this endpoint and others.
    pub(super) fn auth_method_names(&self) -> Value {
        self.policy.auth_methods.iter().map(|method| method.as_str()).collect()
    }

    /// What assertions may be signed with; nothing unless `private_key_jwt` is among the methods (RFC 8414, 2).
    pub(super) fn assertion_algorithm_names(&self) -> Value {
        if !self.policy.auth_methods.contains(&AuthMethod::PrivateKeyJwt) {
            return Value::Array(Vec::new());
        }
        self.policy.assertion_algorithms.iter().map(|known| known.as_str()).collect()
    }
}
