//! From what was judged to what is kept, and back to what a client is told.

use lti_core::Timestamp;
use lti_core::registration::dynamic::{RegistrationError, RegistrationErrorCode};
use serde_json::{Map, Value, json};
use url::Url;

use super::super::model::{ApplicationType, AuthMethod, ClientJwks, RegisteredClient};
use super::super::scopes::ScopeSet;
use super::metadata::ClientMetadata;

/// The members that have a place of their own in a [`RegisteredClient`].
const PLACED: [&str; 11] = [
    "redirect_uris",
    "application_type",
    "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg",
    "grant_types",
    "response_types",
    "scope",
    "jwks_uri",
    "jwks",
    "id_token_signed_response_alg",
    "client_id",
];

/// The client that [`judge`](super::judge) let pass, without secrets.
///
/// # Errors
/// `invalid_client_metadata` for what cannot be kept; there is nothing of the kind in what was judged.
pub(super) fn client(
    metadata: &ClientMetadata,
    client_id: &str,
    issued_at: Timestamp,
) -> Result<RegisteredClient, RegistrationError> {
    let odd = |member: &str| {
        let sentence = format!("{member}: expected what can be registered here, saw something else");
        RegistrationError::new(RegistrationErrorCode::InvalidClientMetadata, sentence)
    };
    let mut client = RegisteredClient::new(client_id);
    client.issued_at = issued_at;
    client.auth_method = AuthMethod::parse(metadata.auth_method()).ok_or_else(|| odd("token_endpoint_auth_method"))?;
    client.assertion_alg.clone_from(&metadata.token_endpoint_auth_signing_alg);
    client.jwks_uri = metadata.jwks_uri.as_deref().map(Url::parse).transpose().map_err(|_| odd("jwks_uri"))?;
    client.jwks = metadata.jwks.clone().map(ClientJwks::try_from).transpose().map_err(|_| odd("jwks"))?;
    client.redirect_uris.clone_from(&metadata.redirect_uris);
    client.response_types = metadata.response_types.clone().unwrap_or_default();
    client.grant_types = metadata.grant_types.clone().unwrap_or_default();
    client.scopes = metadata.scope.clone().unwrap_or_default().into_iter().collect::<ScopeSet>();
    client.application_type = match metadata.application_type.as_deref() {
        Some("native") => ApplicationType::Native,
        _ => ApplicationType::Web,
    };
    client.id_token_alg.clone_from(&metadata.id_token_signed_response_alg);
    client.metadata = metadata.to_json();
    client.metadata.retain(|name, _| !PLACED.contains(&name.as_str()));
    Ok(client)
}

/// Everything that is registered for a client, as it is told (RFC 7591, 3.2.1: MUST return all registered metadata);
/// secrets are not among it, since nobody here knows them.
pub(super) fn told(client: &RegisteredClient) -> Map<String, Value> {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("client_id", client.client_id.as_str().into());
    put("client_id_issued_at", client.issued_at.as_secs().into());
    if !client.redirect_uris.is_empty() {
        put("redirect_uris", json!(client.redirect_uris));
    }
    put("token_endpoint_auth_method", client.auth_method.as_str().into());
    put("grant_types", json!(client.grant_types));
    put("response_types", json!(client.response_types));
    let application_type = match client.application_type {
        ApplicationType::Web => "web",
        ApplicationType::Native => "native",
    };
    put("application_type", application_type.into());
    put("scope", client.scopes.to_string().into());
    if let Some(alg) = &client.assertion_alg {
        put("token_endpoint_auth_signing_alg", alg.as_str().into());
    }
    if let Some(alg) = &client.id_token_alg {
        put("id_token_signed_response_alg", alg.as_str().into());
    }
    if let Some(jwks_uri) = &client.jwks_uri {
        put("jwks_uri", jwks_uri.as_str().into());
    }
    if let Some(jwks) = &client.jwks {
        put("jwks", jwks.document().clone());
    }
    let further = client.metadata.iter().filter(|(name, _)| !PLACED.contains(&name.as_str()));
    members.extend(further.map(|(name, value)| (name.clone(), value.clone())));
    members
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::{RegistrationOffer, judge};
    use super::*;

    #[test]
    fn what_is_told_can_be_registered_again() {
        let key = lti_core::jose::SigningKey::generate_es256("k").unwrap();
        let document = json!({
            "redirect_uris": ["com.example.app:/cb"], "application_type": "native", "client_name": "Quiz",
            "client_name#de": "R\u{e4}tsel", "token_endpoint_auth_method": "private_key_jwt", "default_max_age": 60,
            "token_endpoint_auth_signing_alg": "ES256", "jwks": lti_core::jose::jwks_document([&key]),
            "id_token_signed_response_alg": "RS256", "scope": "openid",
        });
        let offer = RegistrationOffer::new(["openid", "profile"]);
        let judged = judge(ClientMetadata::read(document.as_object().unwrap().clone()), &offer).unwrap();
        let client = client(&judged, "c-1", Timestamp::from_secs(7)).unwrap();
        let told = told(&client);
        for (name, value) in document.as_object().unwrap() {
            assert_eq!(told.get(name), Some(value), "{name}");
        }
        assert_eq!((told["client_id"].as_str(), told["client_id_issued_at"].as_i64()), (Some("c-1"), Some(7)));
        let again = judge(ClientMetadata::read(told), &offer).unwrap();
        assert_eq!(again, judged);
    }
}
