//! Who may ask, and where the answers may go.

use std::collections::HashMap;
use std::hash::BuildHasher;

use lti_core::id::ClientId;

use crate::{BoxFuture, Unavailable};

/// A client as the authorization endpoint needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Client {
    /// The id it was registered under.
    pub client_id: ClientId,
    /// Where answers may go: compared character for character (OpenID Connect Core 1.0, section 3.1.2.1), so they are
    /// kept as they were registered.
    pub redirect_uris: Vec<String>,
}

impl Client {
    /// A client with the addresses that it registered.
    pub fn new(client_id: impl Into<ClientId>, redirect_uris: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { client_id: client_id.into(), redirect_uris: redirect_uris.into_iter().map(Into::into).collect() }
    }
}

/// The registered clients.
pub trait Clients: Send + Sync {
    /// The client with that id, if there is one.
    ///
    /// # Errors
    /// [`Unavailable`] when the register cannot be read.
    fn client<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<Client>, Unavailable>>;
}

/// A fixed register in memory.
impl<S: BuildHasher + Send + Sync> Clients for HashMap<String, Client, S> {
    fn client<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<Client>, Unavailable>> {
        Box::pin(async move { Ok(self.get(client_id).cloned()) })
    }
}
