//! A call of a service, decoded.

use lti_core::Timestamp;
use lti_core::id::ClientId;
use lti_core::service::Scopes;
use serde::Serialize;

/// One request of a tool to a service, and its answer. The access token is not in it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ServiceCall {
    /// When it came.
    pub at: Timestamp,
    /// The method.
    pub method: String,
    /// The address with its query.
    pub address: String,
    /// Whose access token came along; nothing where there was no good one.
    pub client_id: Option<ClientId>,
    /// What the access token grants.
    pub scopes: Scopes,
    /// The type of what was sent, or the types that were asked for.
    pub media_type: String,
    /// What was sent.
    pub request: String,
    /// The status of the answer.
    pub status: u16,
    /// Where the answer leads on, as in its header.
    pub links: Vec<String>,
    /// What was answered.
    pub answer: String,
}
