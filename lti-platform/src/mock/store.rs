//! The school's memory: everything is held in memory and, where a file is named, written to it as JSON after each
//! change. Launches under way and the trace are not kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use lti_core::id::ClientId;
use lti_core::registration::dynamic::RegistrationRequest;
use oauth2_issuer::{BoxFuture, Unavailable};
use serde::{Deserialize, Serialize};

use super::school::School;
use super::seed;
use crate::registration::{MemoryRegistrations, Registrar, RegistrationError, Registrations, ToolRegistration};

/// What a file holds.
#[derive(Serialize, Deserialize)]
struct Written {
    school: School,
    tools: Vec<ToolRegistration>,
}

/// The file that keeps the school cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Reading or writing failed.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not a school that this version wrote.
    #[error("{path}: not a school: {source}", path = path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The file registers one `client_id` twice.
    #[error("{path}: {source}", path = path.display())]
    Registration {
        /// The file.
        path: PathBuf,
        /// Why.
        source: RegistrationError,
    },
}

/// Why a tool was not registered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The registration cannot be taken.
    #[error(transparent)]
    Registration(#[from] RegistrationError),
    /// It was taken, but cannot be written down.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The school and its registrations.
#[derive(Debug)]
pub(super) struct Store {
    school: RwLock<Arc<School>>,
    tools: MemoryRegistrations,
    file: Option<PathBuf>,
}

impl Store {
    /// Opens the school in `file`, or a new one where there is no file or no such file yet.
    pub(super) fn open(file: Option<PathBuf>) -> Result<Self, StoreError> {
        let written = match &file {
            Some(path) => read(path)?,
            None => None,
        };
        let Written { school, tools } =
            written.unwrap_or_else(|| Written { school: seed::school(), tools: Vec::new() });
        let store = Self { school: RwLock::new(Arc::new(school)), tools: MemoryRegistrations::default(), file };
        for tool in tools {
            let path = store.file.clone().unwrap_or_default();
            store.tools.add(tool).map_err(|source| StoreError::Registration { path, source })?;
        }
        Ok(store)
    }

    /// The school as it is now.
    pub(super) fn school(&self) -> Arc<School> {
        Arc::clone(&self.school.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Every registration.
    pub(super) fn tools(&self) -> Vec<Arc<ToolRegistration>> {
        self.tools.all()
    }

    /// The registration under this `client_id`.
    pub(super) fn tool(&self, client_id: &ClientId) -> Option<Arc<ToolRegistration>> {
        self.tools.get(client_id)
    }

    /// Registers a tool and links it in every course.
    pub(super) fn register(&self, tool: ToolRegistration) -> Result<(), RegisterError> {
        let tool = self.tools.add(tool)?;
        self.change(|school| seed::link_tool(school, &tool))?;
        Ok(())
    }

    /// Puts a registration in the place of the one with the same `client_id`.
    pub(super) fn replace(&self, tool: ToolRegistration) -> Result<(), StoreError> {
        self.tools.replace(tool);
        self.change(|_| ())
    }

    /// Removes a registration and the links that lead to it. An unknown `client_id` changes nothing.
    pub(super) fn remove(&self, client_id: &ClientId) -> Result<(), StoreError> {
        self.tools.remove(client_id);
        self.change(|school| {
            for course in &mut school.courses {
                course.links.retain(|link| link.client_id != *client_id);
            }
        })
    }

    /// Changes the school, and writes it down where there is a file.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut School) -> T) -> Result<T, StoreError> {
        let mut school = self.school.write().unwrap_or_else(PoisonError::into_inner);
        let changed = change(Arc::make_mut(&mut school));
        let Some(path) = &self.file else { return Ok(changed) };
        let tools = self.tools.all().iter().map(|tool| ToolRegistration::clone(tool)).collect();
        write(path, &Written { school: School::clone(&school), tools })?;
        Ok(changed)
    }
}

impl Registrations for Store {
    fn find<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<Arc<ToolRegistration>>, Unavailable>> {
        self.tools.find(client_id)
    }
}

impl Registrar for Store {
    fn register<'a>(
        &'a self,
        tool: ToolRegistration,
        _request: &'a RegistrationRequest,
    ) -> BoxFuture<'a, Result<(), Unavailable>> {
        let registered = Self::register(self, tool).map_err(|error| Unavailable::new(error.to_string()));
        Box::pin(async move { registered })
    }
}

fn read(path: &Path) -> Result<Option<Written>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|source| StoreError::Format { path: path.to_owned(), source }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StoreError::Io { path: path.to_owned(), source }),
    }
}

/// Writes beside the file and renames, so that a crash leaves the old school or the new one.
fn write(path: &Path, written: &Written) -> Result<(), StoreError> {
    let bytes =
        serde_json::to_vec_pretty(written).map_err(|source| StoreError::Format { path: path.to_owned(), source })?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, bytes)
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|source| StoreError::Io { path: path.to_owned(), source })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use lti_core::id::DeploymentId;

    use super::*;

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

    #[test]
    fn a_school_in_a_file_survives_a_restart() {
        let file = std::env::temp_dir().join(format!("lti-school-{}.json", crate::hint::fresh_id().unwrap()));
        let store = Store::open(Some(file.clone())).unwrap();
        store.register(tool("one")).unwrap();
        let again = Store::open(Some(file.clone())).unwrap();
        assert_eq!(again.school(), store.school());
        assert_eq!(again.tools(), store.tools());
        fs::write(&file, "<html>").unwrap();
        assert!(matches!(Store::open(Some(file.clone())), Err(StoreError::Format { .. })));
        fs::remove_file(&file).unwrap();
    }

    #[test]
    fn removing_a_tool_removes_its_links_and_their_ids_do_not_return() {
        let store = Store::open(None).unwrap();
        store.register(tool("one")).unwrap();
        let before = links(&store);
        assert_eq!(before.len(), 6);
        store.remove(&ClientId::new("one")).unwrap();
        assert!(links(&store).is_empty());
        store.register(tool("two")).unwrap();
        assert!(links(&store).iter().all(|id| !before.contains(id)));
    }

    #[test]
    fn a_client_id_is_given_once() {
        let store = Store::open(None).unwrap();
        store.register(tool("one")).unwrap();
        assert!(matches!(store.register(tool("one")), Err(RegisterError::Registration(_))));
        assert_eq!(links(&store).len(), 6);
    }
}
