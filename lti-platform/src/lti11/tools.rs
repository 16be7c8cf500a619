//! Where the tools of LTI 1.x are looked up.

use std::sync::{Arc, PoisonError, RwLock};

use lti_core::id::ClientId;
use oauth2_issuer::{BoxFuture, Unavailable};

use super::{Lti11Tool, Lti11ToolError};

/// The registered tools of LTI 1.x.
pub trait Lti11Tools: Send + Sync {
    /// The tool with this id.
    ///
    /// # Errors
    /// [`Unavailable`] when the tools cannot be read.
    fn by_id<'a>(&'a self, id: &'a ClientId) -> BoxFuture<'a, Result<Option<Arc<Lti11Tool>>, Unavailable>>;

    /// The tool with this consumer key, letter by letter; no two have the same.
    ///
    /// # Errors
    /// [`Unavailable`] when the tools cannot be read.
    fn by_consumer_key<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Arc<Lti11Tool>>, Unavailable>>;
}

/// Tools in memory, for one process.
#[derive(Debug, Default)]
pub struct MemoryLti11Tools {
    tools: RwLock<Vec<Arc<Lti11Tool>>>,
}

impl MemoryLti11Tools {
    /// Adds a tool.
    ///
    /// # Errors
    /// [`Lti11ToolError::IdTaken`] or [`Lti11ToolError::KeyTaken`].
    pub fn add(&self, tool: Lti11Tool) -> Result<Arc<Lti11Tool>, Lti11ToolError> {
        let mut tools = self.tools.write().unwrap_or_else(PoisonError::into_inner);
        if tools.iter().any(|known| known.id() == tool.id()) {
            return Err(Lti11ToolError::IdTaken(tool.id().to_string()));
        }
        if tools.iter().any(|known| known.consumer_key() == tool.consumer_key()) {
            return Err(Lti11ToolError::KeyTaken(tool.consumer_key().to_owned()));
        }
        let tool = Arc::new(tool);
        tools.push(Arc::clone(&tool));
        Ok(tool)
    }

    /// Puts a tool in the place of the one with the same id.
    ///
    /// # Errors
    /// [`Lti11ToolError::KeyTaken`] when another tool has its key.
    pub fn replace(&self, tool: Lti11Tool) -> Result<(), Lti11ToolError> {
        let mut tools = self.tools.write().unwrap_or_else(PoisonError::into_inner);
        let taken = |known: &Arc<Lti11Tool>| known.id() != tool.id() && known.consumer_key() == tool.consumer_key();
        if tools.iter().any(taken) {
            return Err(Lti11ToolError::KeyTaken(tool.consumer_key().to_owned()));
        }
        if let Some(known) = tools.iter_mut().find(|known| known.id() == tool.id()) {
            *known = Arc::new(tool);
        }
        Ok(())
    }

    /// Removes the tool with this id; an unknown one changes nothing.
    pub fn remove(&self, id: &ClientId) {
        self.tools.write().unwrap_or_else(PoisonError::into_inner).retain(|tool| tool.id() != id);
    }

    /// The tool with this id.
    pub fn get(&self, id: &ClientId) -> Option<Arc<Lti11Tool>> {
        self.all().into_iter().find(|tool| tool.id() == id)
    }

    /// Every tool, in the order in which they were added.
    pub fn all(&self) -> Vec<Arc<Lti11Tool>> {
        self.tools.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Lti11Tools for MemoryLti11Tools {
    fn by_id<'a>(&'a self, id: &'a ClientId) -> BoxFuture<'a, Result<Option<Arc<Lti11Tool>>, Unavailable>> {
        Box::pin(async move { Ok(self.get(id)) })
    }

    fn by_consumer_key<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Arc<Lti11Tool>>, Unavailable>> {
        Box::pin(async move { Ok(self.all().into_iter().find(|tool| tool.consumer_key() == key)) })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn ids_and_keys_are_given_once() {
        let tool = |id: &str, key: &str| Lti11Tool::new(id, key, "s", "https://tool.example/").unwrap();
        let tools = MemoryLti11Tools::default();
        tools.add(tool("a", "1")).unwrap();
        tools.add(tool("b", "2")).unwrap();
        assert_eq!(tools.add(tool("a", "3")), Err(Lti11ToolError::IdTaken("a".to_owned())));
        assert_eq!(tools.add(tool("c", "2")), Err(Lti11ToolError::KeyTaken("2".to_owned())));
        assert_eq!(tools.replace(tool("b", "1")), Err(Lti11ToolError::KeyTaken("1".to_owned())));
        tools.replace(tool("b", "4")).unwrap();
        let keys: Vec<_> = tools.all().iter().map(|tool| tool.consumer_key().to_owned()).collect();
        assert_eq!(keys, ["1", "4"]);
        tools.remove(&"a".into());
        assert_eq!(tools.get(&"a".into()), None);
    }
}
