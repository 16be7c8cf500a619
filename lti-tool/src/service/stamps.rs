//! What the calls of one tool share: time stamps of scores, and turns for making line items.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::lock::Mutex as Turn;
use lti_core::id::Subject;
use lti_core::service::ServiceTime;

/// How many entries a map may have before those that do not matter any more are thrown out.
const SWEEP_AT: usize = 4_096;

/// The last time stamps, and who is about to make which line item.
#[derive(Default)]
pub(crate) struct ServiceState {
    stamps: Mutex<HashMap<(String, Subject), ServiceTime>>,
    turns: Mutex<HashMap<String, Arc<Turn<()>>>>,
}

impl ServiceState {
    /// A time stamp that is later than every one this tool gave for this line item and user before: they increase
    /// strictly, whatever the clock does (LTI AGS 2.0, 3.4.9).
    pub(super) fn stamp(&self, line_item: &str, user: &Subject, now: ServiceTime) -> ServiceTime {
        let mut stamps = lock(&self.stamps);
        if stamps.len() >= SWEEP_AT {
            // What lies before this moment cannot be in the way of the next one.
            stamps.retain(|_, last| *last >= now);
        }
        let key = (line_item.to_owned(), user.clone());
        let stamp = now.after(stamps.get(&key).copied());
        stamps.insert(key, stamp);
        stamp
    }

    /// The turn for making one certain line item: whoever holds it looks, and makes it if it is not there.
    pub(super) fn turn(&self, key: String) -> Arc<Turn<()>> {
        let mut turns = lock(&self.turns);
        if turns.len() >= SWEEP_AT {
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        Arc::clone(turns.entry(key).or_default())
    }
}

/// A thread that panicked with the lock held cannot have left the map half-written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
