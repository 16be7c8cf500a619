//! The school's memory. Everything is held in memory; a [`Keeper`], where there is one, writes it down after each
//! request that changed it. Launches under way and the trace are not kept.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use lti_core::id::ClientId;
use lti_core::jose::{Algorithm, SigningKey};
use lti_core::registration::dynamic::RegistrationRequest;
use oauth2_issuer::key_ring::KeyRing;
use oauth2_issuer::{BoxFuture, Unavailable};
use serde::{Deserialize, Serialize};

use super::school::School;
use super::{MockError, seed};
use crate::lti11::{DEPLOYMENT, Lti11Tool, Lti11ToolError, Lti11Tools, MemoryLti11Tools};
use crate::registration::{MemoryRegistrations, Registrar, RegistrationError, Registrations, ToolRegistration};

/// Everything that outlives a restart but the grades.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Written {
    pub(super) school: School,
    pub(super) tools: Vec<ToolRegistration>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) lti11_tools: Vec<Lti11Tool>,
}

/// Writes the school down.
pub(super) trait Keeper: Send + Sync {
    /// Keeps this state of the school, unless a later one is kept already.
    fn keep(&self, version: u64, written: Written) -> BoxFuture<'_, Result<(), Unavailable>>;
    /// Keeps the key that signs from now on.
    fn keep_key<'a>(&'a self, key: &'a SigningKey) -> BoxFuture<'a, Result<(), Unavailable>>;
}

/// The school and its registrations.
pub(super) struct Store {
    state: RwLock<State>,
    tools: MemoryRegistrations,
    lti11_tools: MemoryLti11Tools,
    keys: Arc<KeyRing>,
    keeper: Option<Arc<dyn Keeper>>,
    /// The version that is written down.
    kept: AtomicU64,
}

struct State {
    school: Arc<School>,
    /// Grows with every change of school or registrations.
    version: u64,
}

impl Store {
    /// The school as it was written down, or a new one; later changes go to the keeper.
    pub(super) fn open(
        written: Option<(u64, Written)>,
        keys: Arc<KeyRing>,
        keeper: Option<Arc<dyn Keeper>>,
    ) -> Result<Self, MockError> {
        let fresh = || Written { school: seed::school(), tools: Vec::new(), lti11_tools: Vec::new() };
        let (version, Written { school, tools, lti11_tools }) = written.unwrap_or_else(|| (0, fresh()));
        let state = RwLock::new(State { school: Arc::new(school), version });
        let (own, own11) = (MemoryRegistrations::default(), MemoryLti11Tools::default());
        let store = Self { state, tools: own, lti11_tools: own11, keys, keeper, kept: AtomicU64::new(version) };
        for tool in tools {
            store.tools.add(tool)?;
        }
        for tool in lti11_tools {
            store.lti11_tools.add(tool)?;
        }
        Ok(store)
    }

    /// The school as it is now.
    pub(super) fn school(&self) -> Arc<School> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner).school)
    }

    /// Every registration.
    pub(super) fn tools(&self) -> Vec<Arc<ToolRegistration>> {
        self.tools.all()
    }

    /// The registration under this `client_id`.
    pub(super) fn tool(&self, client_id: &ClientId) -> Option<Arc<ToolRegistration>> {
        self.tools.get(client_id)
    }

    /// Every tool of LTI 1.1.
    pub(super) fn lti11_tools(&self) -> Vec<Arc<Lti11Tool>> {
        self.lti11_tools.all()
    }

    /// The tool of LTI 1.1 under this id.
    pub(super) fn lti11_tool(&self, id: &ClientId) -> Option<Arc<Lti11Tool>> {
        self.lti11_tools.get(id)
    }

    /// Registers a tool and links it in every course.
    pub(super) fn register(&self, tool: ToolRegistration) -> Result<(), RegistrationError> {
        if self.lti11_tool(tool.client_id()).is_some() {
            return Err(RegistrationError::ClientIdTaken(tool.client_id().to_string()));
        }
        let tool = self.tools.add(tool)?;
        self.change(|school| seed::link_tool(school, tool.client_id(), tool.deployment_ids()));
        Ok(())
    }

    /// Registers a tool of LTI 1.1 and links it in every course.
    pub(super) fn register_lti11(&self, tool: Lti11Tool) -> Result<(), Lti11ToolError> {
        if self.tool(tool.id()).is_some() {
            return Err(Lti11ToolError::IdTaken(tool.id().to_string()));
        }
        let tool = self.lti11_tools.add(tool)?;
        self.change(|school| seed::link_tool(school, tool.id(), &[DEPLOYMENT.into()]));
        Ok(())
    }

    /// Puts a tool of LTI 1.1 in the place of the one with the same id.
    pub(super) fn replace_lti11(&self, tool: Lti11Tool) -> Result<(), Lti11ToolError> {
        self.lti11_tools.replace(tool)?;
        self.change(|_| ());
        Ok(())
    }

    /// Puts a registration in the place of the one with the same `client_id`.
    pub(super) fn replace(&self, tool: ToolRegistration) {
        self.tools.replace(tool);
        self.change(|_| ());
    }

    /// Removes a tool, of whichever version, and everything that leads to it. An unknown `client_id` changes nothing.
    pub(super) fn remove(&self, client_id: &ClientId) {
        self.tools.remove(client_id);
        self.lti11_tools.remove(client_id);
        self.change(|school| {
            for course in &mut school.courses {
                course.links.retain(|link| link.client_id != *client_id);
                course.materials.retain(|material| material.client_id != *client_id);
            }
        });
    }

    /// Changes the school. [`save`](Self::save) writes it down.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut School) -> T) -> T {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.version += 1;
        change(Arc::make_mut(&mut state.school))
    }

    /// Writes down what has changed since the last time.
    ///
    /// Two calls at once may both write; the keeper lets the later state win.
    pub(super) async fn save(&self) -> Result<(), Unavailable> {
        let Some(keeper) = &self.keeper else { return Ok(()) };
        if let Some(key) = self.keys.signing_key(Algorithm::Rs256) {
            keeper.keep_key(&key).await?;
        }
        let (version, written) = {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            if state.version == self.kept.load(Ordering::Acquire) {
                return Ok(());
            }
            let tools = self.tools.all().iter().map(|tool| ToolRegistration::clone(tool)).collect();
            let lti11_tools = self.lti11_tools.all().iter().map(|tool| Lti11Tool::clone(tool)).collect();
            (state.version, Written { school: School::clone(&state.school), tools, lti11_tools })
        };
        keeper.keep(version, written).await?;
        self.kept.fetch_max(version, Ordering::AcqRel);
        Ok(())
    }
}

impl Registrations for Store {
    fn find<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<Arc<ToolRegistration>>, Unavailable>> {
        self.tools.find(client_id)
    }
}

impl Lti11Tools for Store {
    fn by_id<'a>(&'a self, id: &'a ClientId) -> BoxFuture<'a, Result<Option<Arc<Lti11Tool>>, Unavailable>> {
        self.lti11_tools.by_id(id)
    }

    fn by_consumer_key<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Arc<Lti11Tool>>, Unavailable>> {
        self.lti11_tools.by_consumer_key(key)
    }
}

impl Registrar for Store {
    fn register<'a>(
        &'a self,
        tool: ToolRegistration,
        _request: &'a RegistrationRequest,
    ) -> BoxFuture<'a, Result<(), Unavailable>> {
        let registered = Self::register(self, tool).map_err(|error| Unavailable::new(error.to_string()));
        Box::pin(async move {
            registered?;
            self.save().await
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Mutex;

    use lti_core::Timestamp;
    use lti_core::id::DeploymentId;
    use oauth2_issuer::clock::ManualClock;

    use super::*;

    /// Keeps everything it is given, or nothing.
    #[derive(Default)]
    struct Drawer {
        kept: Mutex<Vec<(u64, Written)>>,
        jammed: bool,
    }

    impl Keeper for Drawer {
        fn keep(&self, version: u64, written: Written) -> BoxFuture<'_, Result<(), Unavailable>> {
            Box::pin(async move {
                if self.jammed {
                    return Err(Unavailable::new("the drawer is jammed"));
                }
                self.kept.lock().unwrap().push((version, written));
                Ok(())
            })
        }

        fn keep_key<'a>(&'a self, _: &'a SigningKey) -> BoxFuture<'a, Result<(), Unavailable>> {
            Box::pin(async { Ok(()) })
        }
    }

    fn no_keys() -> Arc<KeyRing> {
        Arc::new(KeyRing::new(Arc::new(ManualClock::new(Timestamp::from_secs(0)))))
    }

    fn tool(client_id: &str) -> ToolRegistration {
        let launch = "https://tool.example/launch";
        ToolRegistration::new(ClientId::new(client_id), "https://tool.example/login", [launch], launch)
            .unwrap()
            .deployed_as(DeploymentId::new("d1"))
            .unwrap()
    }

    fn links(store: &Store) -> Vec<String> {
        let school = store.school();
        school.courses.iter().flat_map(|course| &course.links).map(|link| link.id.to_string()).collect()
    }

    #[tokio::test]
    async fn what_changed_is_written_down_once_and_read_again() {
        let drawer = Arc::new(Drawer::default());
        let store = Store::open(None, no_keys(), Some(Arc::clone(&drawer) as Arc<dyn Keeper>)).unwrap();
        store.save().await.unwrap();
        assert!(drawer.kept.lock().unwrap().is_empty(), "nothing has changed yet");
        store.register(tool("one")).unwrap();
        store.change(|school| school.name = "Another".to_owned());
        store.save().await.unwrap();
        store.save().await.unwrap();
        let kept = std::mem::take(&mut *drawer.kept.lock().unwrap());
        assert_eq!(kept.len(), 1);
        let again = Store::open(kept.into_iter().next(), no_keys(), None).unwrap();
        assert_eq!(again.school(), store.school());
        assert_eq!(again.tools(), store.tools());
    }

    #[tokio::test]
    async fn what_could_not_be_written_is_tried_again() {
        let jammed = Arc::new(Drawer { jammed: true, ..Drawer::default() });
        let store = Store::open(None, no_keys(), Some(jammed)).unwrap();
        store.change(|_| ());
        assert!(store.save().await.is_err() && store.save().await.is_err());
    }

    #[test]
    fn removing_a_tool_removes_its_links_and_their_ids_do_not_return() {
        let store = Store::open(None, no_keys(), None).unwrap();
        store.register(tool("one")).unwrap();
        let before = links(&store);
        assert_eq!(before.len(), 6);
        store.remove(&ClientId::new("one"));
        assert!(links(&store).is_empty());
        store.register(tool("two")).unwrap();
        assert!(links(&store).iter().all(|id| !before.contains(id)));
    }

    #[test]
    fn a_client_id_is_given_once() {
        let store = Store::open(None, no_keys(), None).unwrap();
        store.register(tool("one")).unwrap();
        assert!(matches!(store.register(tool("one")), Err(RegistrationError::ClientIdTaken(_))));
        assert_eq!(links(&store).len(), 6);
    }
}
