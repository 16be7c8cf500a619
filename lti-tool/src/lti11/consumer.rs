//! What the tool knows of platforms of LTI 1.x.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use lti_core::id::Issuer;
use lti_core::lti11::oauth1::Lti11Secret;
use oauth2_issuer::{BoxFuture, Unavailable};

use crate::migration::Lti11Secrets;
use crate::registration::Registration;

/// A platform by its consumer key. Every user, link and context is known only together with that key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consumer {
    /// The key that its messages name.
    pub key: String,
    /// The secret that both sides hold.
    pub secret: Lti11Secret,
    /// Who the same platform is in LTI 1.3, once it moves: its migration claims are proven with the secret then.
    pub issuer: Option<Issuer>,
}

impl Consumer {
    /// A platform with this key and secret, as both sides entered them.
    pub fn new(key: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { key: key.into(), secret: Lti11Secret::new(secret), issuer: None }
    }

    /// The same platform has this issuer in LTI 1.3. Nobody else's migration claim is proven by the secret.
    #[must_use]
    pub fn moving_to(mut self, issuer: impl Into<Issuer>) -> Self {
        self.issuer = Some(issuer.into());
        self
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

/// The secrets of migration claims, where a tool keeps them with its consumers alone.
pub(crate) struct SecretsOfConsumers(pub(crate) Arc<dyn Consumers>);

impl Lti11Secrets for SecretsOfConsumers {
    fn find<'a>(
        &'a self,
        registration: &'a Registration,
        consumer_key: &'a str,
    ) -> BoxFuture<'a, Result<Option<Lti11Secret>, Unavailable>> {
        Box::pin(async move {
            let found = self.0.find(consumer_key).await?;
            let theirs = found.filter(|consumer| consumer.issuer.as_ref() == Some(&registration.issuer));
            Ok(theirs.map(|consumer| consumer.secret.clone()))
        })
    }
}
