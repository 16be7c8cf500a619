//! The platform's key set as it was fetched.

use http::{HeaderMap, StatusCode};
use lti_core::jose::KeySet;
use serde_json::Value;

use crate::transport::Response;

/// A key set as it was published, and what can be read of it.
#[derive(Debug, Clone, Default)]
pub struct PublishedKeys {
    /// The status of the answer; absent where the set was recorded.
    pub status: Option<StatusCode>,
    /// The headers of the answer.
    pub headers: HeaderMap,
    /// The document.
    pub document: Vec<u8>,
    /// The entries, as JSON.
    pub entries: Vec<Value>,
    /// The keys that can verify; absent where there is no set at all.
    pub set: Option<KeySet>,
}

impl PublishedKeys {
    /// Reads an answer.
    pub fn of(response: &Response) -> Self {
        let mut keys = Self::read(response.body());
        keys.status = Some(response.status());
        keys.headers = response.headers().clone();
        if !response.status().is_success() {
            keys.set = None;
            keys.entries = Vec::new();
        }
        keys
    }

    /// Reads a recorded document.
    pub fn read(document: &[u8]) -> Self {
        let entries = serde_json::from_slice::<Value>(document)
            .ok()
            .and_then(|set| set.get("keys").and_then(Value::as_array).cloned())
            .unwrap_or_default();
        Self {
            status: None,
            headers: HeaderMap::new(),
            document: document.to_vec(),
            set: verifying(document, &entries),
            entries,
        }
    }

    /// Whether there is a set with at least one entry.
    pub fn is_known(&self) -> bool {
        self.set.is_some() && !self.entries.is_empty()
    }
}

/// What verifies with the published keys. A private member is judged by its own case: it must not hide that the public
/// members beside it verify.
fn verifying(document: &[u8], entries: &[Value]) -> Option<KeySet> {
    const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];
    let is_private = |key: &Value| PRIVATE.iter().any(|name| key.get(name).is_some());
    if !entries.iter().any(is_private) {
        return KeySet::parse(document).ok();
    }
    let mut public = entries.to_vec();
    for key in public.iter_mut().filter_map(Value::as_object_mut) {
        key.retain(|name, _| !PRIVATE.contains(&name.as_str()));
    }
    KeySet::parse(serde_json::json!({ "keys": public }).to_string().as_bytes()).ok()
}
