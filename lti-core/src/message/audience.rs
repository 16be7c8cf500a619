//! For whom a token is meant (Security Framework 1.0, 5.1.2).

use serde::{Serialize, Serializer};

use crate::id::ClientId;

/// The audiences of a token: one as a string or as an array of one, or several.
///
/// ```
/// use lti_core::message::Audience;
/// let audience = Audience::one("client");
/// assert!(audience.contains(&"client".into()));
/// assert_eq!(serde_json::to_string(&audience)?, "\"client\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience(Vec<String>);

impl Audience {
    /// One audience, which is the common case.
    pub fn one(audience: impl Into<String>) -> Self {
        Self(vec![audience.into()])
    }

    /// Several audiences; the tool's client id must be one of them, wherever.
    pub fn many(audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(audiences.into_iter().map(Into::into).collect())
    }

    /// Whether this client is among them.
    pub fn contains(&self, client_id: &ClientId) -> bool {
        self.0.iter().any(|audience| audience == client_id.as_str())
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nobody is meant; never true in a message that was accepted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(one),
            many => serializer.collect_seq(many),
        }
    }
}
