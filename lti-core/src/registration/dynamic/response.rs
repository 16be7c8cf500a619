//! What a platform answers to a registration (RFC 7591, 3.2.1).

use std::fmt;

use serde_json::{Map, Value};

use super::RegistrationRequest;
use super::lenient::{put_text, text};
use crate::id::{ClientId, DeploymentId};

/// The registration as the platform keeps it: it may differ from what was asked for, and may grant fewer scopes.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationResponse {
    /// The tool's name at the platform.
    pub client_id: ClientId,
    /// Everything that was registered.
    pub registered: RegistrationRequest,
    /// Where the registration can be read and changed (RFC 7592).
    pub registration_client_uri: Option<String>,
    /// The token for that address; secret, never printed.
    pub registration_access_token: Option<String>,
}

impl fmt::Debug for RegistrationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationResponse")
            .field("client_id", &self.client_id)
            .field("registered", &self.registered)
            .field("registration_client_uri", &self.registration_client_uri)
            .finish_non_exhaustive()
    }
}

/// An answer without `client_id`: there is no registration in it (RFC 7591, 3.2.1: REQUIRED).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answer to a registration: expected a JSON object with client_id, saw {seen}")]
#[non_exhaustive]
pub struct NoClientId {
    /// What came instead.
    pub seen: &'static str,
}

impl RegistrationResponse {
    /// The answer to this request under this `client_id`.
    pub fn new(client_id: impl Into<ClientId>, registered: RegistrationRequest) -> Self {
        Self { client_id: client_id.into(), registered, registration_client_uri: None, registration_access_token: None }
    }

    /// Reads an answer as far as it can be read.
    ///
    /// # Errors
    /// [`NoClientId`] when it is no JSON object, or has no `client_id`.
    ///
    /// ```
    /// use lti_core::registration::dynamic::RegistrationResponse;
    /// let answer = RegistrationResponse::from_json(br#"{"client_id":"tool-7","odd":[1]}"#)?;
    /// assert_eq!((answer.client_id.as_str(), answer.deployment_id()), ("tool-7", None));
    /// # Ok::<(), lti_core::registration::dynamic::NoClientId>(())
    /// ```
    pub fn from_json(body: &[u8]) -> Result<Self, NoClientId> {
        let mut members: Map<String, Value> = match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => members,
            Ok(_) => return Err(NoClientId { seen: "another JSON value" }),
            Err(_) => return Err(NoClientId { seen: "what is no JSON" }),
        };
        let seen = match members.get("client_id") {
            Some(Value::String(id)) if !id.is_empty() => "",
            // Canvas numbers its clients.
            Some(Value::Number(_)) => "",
            Some(Value::String(_)) => "an empty one",
            Some(_) => "one that is no text",
            None => "an object without it",
        };
        if !seen.is_empty() {
            return Err(NoClientId { seen });
        }
        let client_id = match members.remove("client_id") {
            Some(Value::String(id)) => id,
            Some(other) => other.to_string(),
            None => String::new(),
        };
        Ok(Self {
            client_id: ClientId::new(client_id),
            registration_client_uri: text(&mut members, "registration_client_uri"),
            registration_access_token: text(&mut members, "registration_access_token"),
            registered: RegistrationRequest::read(members),
        })
    }

    /// The answer, as it is sent.
    pub fn to_json(&self) -> Value {
        let mut members = self.registered.write();
        put_text(&mut members, "client_id", Some(self.client_id.as_str()));
        put_text(&mut members, "registration_client_uri", self.registration_client_uri.as_deref());
        put_text(&mut members, "registration_access_token", self.registration_access_token.as_deref());
        Value::Object(members)
    }

    /// The deployment that was made at once, where the platform made one.
    pub fn deployment_id(&self) -> Option<&DeploymentId> {
        self.registered.tool.as_ref()?.deployment_id.as_ref()
    }
}
