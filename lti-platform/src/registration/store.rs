//! Where registrations are kept.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use lti_core::id::ClientId;
use oauth2_issuer::{BoxFuture, Unavailable};

use super::{RegistrationError, ToolRegistration};

/// Where registrations are kept.
pub trait Registrations: Send + Sync {
    /// The registration under this `client_id`, or `None` when there is none.
    ///
    /// # Errors
    /// [`Unavailable`] when the registrations cannot be read at the moment.
    fn find<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<Arc<ToolRegistration>>, Unavailable>>;
}

/// Registrations in memory, for one process.
#[derive(Debug, Default)]
pub struct MemoryRegistrations {
    tools: RwLock<BTreeMap<ClientId, Arc<ToolRegistration>>>,
}

impl MemoryRegistrations {
    /// Adds a registration.
    ///
    /// # Errors
    /// [`RegistrationError::ClientIdTaken`] when the `client_id` is in use: replacing silently would hand one tool's
    /// launches to another.
    pub fn add(&self, tool: ToolRegistration) -> Result<Arc<ToolRegistration>, RegistrationError> {
        let mut tools = self.tools.write().unwrap_or_else(PoisonError::into_inner);
        if tools.contains_key(tool.client_id()) {
            return Err(RegistrationError::ClientIdTaken(tool.client_id().as_str().to_owned()));
        }
        let tool = Arc::new(tool);
        tools.insert(tool.client_id().clone(), Arc::clone(&tool));
        Ok(tool)
    }

    /// Puts a registration in the place of the one with the same `client_id`, and returns that one; `None`, and nothing
    /// changes, when there is none.
    pub fn replace(&self, tool: ToolRegistration) -> Option<Arc<ToolRegistration>> {
        let mut tools = self.tools.write().unwrap_or_else(PoisonError::into_inner);
        let place = tools.get_mut(tool.client_id())?;
        Some(std::mem::replace(place, Arc::new(tool)))
    }

    /// Removes a registration and returns it, or `None` when there is none.
    pub fn remove(&self, client_id: &ClientId) -> Option<Arc<ToolRegistration>> {
        self.tools.write().unwrap_or_else(PoisonError::into_inner).remove(client_id)
    }

    /// The registration under this `client_id`.
    pub fn get(&self, client_id: &ClientId) -> Option<Arc<ToolRegistration>> {
        self.tools.read().unwrap_or_else(PoisonError::into_inner).get(client_id).cloned()
    }

    /// Every registration, by `client_id`.
    pub fn all(&self) -> Vec<Arc<ToolRegistration>> {
        self.tools.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

impl Registrations for MemoryRegistrations {
    fn find<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<Arc<ToolRegistration>>, Unavailable>> {
        Box::pin(async move { Ok(self.get(&ClientId::new(client_id))) })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::privacy::Privacy;

    const LOGIN: &str = "https://tool.example/login";
    const LAUNCH: &str = "https://tool.example/launch";

    fn tool(client_id: &str) -> ToolRegistration {
        ToolRegistration::new(ClientId::new(client_id), LOGIN, [LAUNCH], LAUNCH).unwrap()
    }

    #[test]
    fn one_issuer_holds_many_clients_and_none_is_replaced() {
        let tools = MemoryRegistrations::default();
        tools.add(tool("one")).unwrap();
        tools.add(tool("two")).unwrap();
        assert_eq!(tools.add(tool("one")).unwrap_err(), RegistrationError::ClientIdTaken("one".to_owned()));
        assert_eq!(tools.all().len(), 2);
        assert!(tools.replace(tool("three")).is_none());
        assert!(tools.replace(tool("two").with_privacy(Privacy::Id)).is_some());
        assert_eq!(tools.all().iter().map(|tool| tool.privacy()).collect::<Vec<_>>(), [Privacy::Full, Privacy::Id]);
        assert!(tools.remove(&ClientId::new("one")).is_some());
        assert!(tools.get(&ClientId::new("one")).is_none());
    }
}
