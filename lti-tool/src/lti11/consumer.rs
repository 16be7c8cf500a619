//! What the tool knows of platforms of LTI 1.x.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use lti_core::lti11::oauth1::Lti11Secret;
use oauth2_issuer::{BoxFuture, Unavailable};

/// A platform by its consumer key. Every user, link and context is known only together with that key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consumer {
    /// The key that its messages name.
    pub key: String,
    /// The secret that both sides hold.
    pub secret: Lti11Secret,
}

impl Consumer {
    /// A platform with this key and secret, as both sides entered them.
    pub fn new(key: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { key: key.into(), secret: Lti11Secret::new(secret) }
    }
}

/// Where the tool keeps its consumers.
pub trait Consumers: Send + Sync {
    /// The consumer with exactly this key; `None` when there is none.
    ///
    /// # Errors
    /// [`Unavailable`] when they cannot be read at the moment.
    fn find<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Arc<Consumer>>, Unavailable>>;
}

/// Consumers in memory.
///
/// ```
/// use lti_tool::lti11::{Consumer, MemoryConsumers};
/// let consumers = MemoryConsumers::default();
/// consumers.put(Consumer::new("consumer-1", "the shared secret"));
/// ```
#[derive(Debug, Default)]
pub struct MemoryConsumers {
    by_key: RwLock<HashMap<String, Arc<Consumer>>>,
}

impl MemoryConsumers {
    /// Adds a consumer, or replaces the one with the same key.
    pub fn put(&self, consumer: Consumer) {
        let mut all = self.by_key.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(consumer.key.clone(), Arc::new(consumer));
    }

    /// Takes a consumer away: its launches are refused from now on.
    pub fn remove(&self, key: &str) {
        self.by_key.write().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

impl FromIterator<Consumer> for MemoryConsumers {
    fn from_iter<T: IntoIterator<Item = Consumer>>(consumers: T) -> Self {
        let all = Self::default();
        consumers.into_iter().for_each(|consumer| all.put(consumer));
        all
    }
}

impl Consumers for MemoryConsumers {
    fn find<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Arc<Consumer>>, Unavailable>> {
        let found = self.by_key.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        Box::pin(async move { Ok(found) })
    }
}
