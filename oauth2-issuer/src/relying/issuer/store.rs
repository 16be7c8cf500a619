//! Where records of issuers are kept.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::record::{IssuerId, RegisteredIssuer};
use crate::{BoxFuture, Unavailable};

/// Keeps issuers in the order that the administrator gives them. [`contract`](super::contract) is what every
/// implementation must hold.
pub trait IssuerStore: Send + Sync {
    /// All issuers, in their order.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn list(&self) -> BoxFuture<'_, Result<Vec<RegisteredIssuer>, Unavailable>>;

    /// One issuer.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn get(&self, id: IssuerId) -> BoxFuture<'_, Result<Option<RegisteredIssuer>, Unavailable>>;

    /// Keeps a new issuer, at the end, and gives it an id that no issuer ever had. The id in the record does not count.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn add<'a>(&'a self, record: &'a RegisteredIssuer) -> BoxFuture<'a, Result<IssuerId, Unavailable>>;

    /// Puts a record in place of the one with its id; its place in the order stays. False when there is none.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn update<'a>(&'a self, record: &'a RegisteredIssuer) -> BoxFuture<'a, Result<bool, Unavailable>>;

    /// Forgets an issuer. False when there is none.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn remove(&self, id: IssuerId) -> BoxFuture<'_, Result<bool, Unavailable>>;

    /// Puts the named issuers in front, in this order; the others follow as they were.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn reorder<'a>(&'a self, order: &'a [IssuerId]) -> BoxFuture<'a, Result<(), Unavailable>>;
}

/// Issuers in memory: gone with the process.
#[derive(Debug, Default)]
pub struct MemoryIssuerStore {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last: i64,
    issuers: Vec<RegisteredIssuer>,
}

impl MemoryIssuerStore {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IssuerStore for MemoryIssuerStore {
    fn list(&self) -> BoxFuture<'_, Result<Vec<RegisteredIssuer>, Unavailable>> {
        Box::pin(async { Ok(self.lock().issuers.clone()) })
    }

    fn get(&self, id: IssuerId) -> BoxFuture<'_, Result<Option<RegisteredIssuer>, Unavailable>> {
        Box::pin(async move { Ok(self.lock().issuers.iter().find(|record| record.id == id).cloned()) })
    }

    fn add<'a>(&'a self, record: &'a RegisteredIssuer) -> BoxFuture<'a, Result<IssuerId, Unavailable>> {
        Box::pin(async move {
            let mut state = self.lock();
            state.last += 1;
            let id = IssuerId::new(state.last);
            state.issuers.push(RegisteredIssuer { id, ..record.clone() });
            Ok(id)
        })
    }

    fn update<'a>(&'a self, record: &'a RegisteredIssuer) -> BoxFuture<'a, Result<bool, Unavailable>> {
        Box::pin(async move {
            let mut state = self.lock();
            let place = state.issuers.iter_mut().find(|kept| kept.id == record.id);
            Ok(place.map(|place| place.clone_from(record)).is_some())
        })
    }

    fn remove(&self, id: IssuerId) -> BoxFuture<'_, Result<bool, Unavailable>> {
        Box::pin(async move {
            let mut state = self.lock();
            let before = state.issuers.len();
            state.issuers.retain(|record| record.id != id);
            Ok(state.issuers.len() < before)
        })
    }

    fn reorder<'a>(&'a self, order: &'a [IssuerId]) -> BoxFuture<'a, Result<(), Unavailable>> {
        Box::pin(async move {
            let place = |id| order.iter().position(|named| *named == id).unwrap_or(order.len());
            self.lock().issuers.sort_by_key(|record| place(record.id));
            Ok(())
        })
    }
}
