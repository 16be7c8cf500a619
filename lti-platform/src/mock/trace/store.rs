//! The last launches, kept in memory.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lti_core::Timestamp;

use super::{LaunchTrace, Message, ServiceCall};

/// How many launches are kept.
pub const KEPT: usize = 12;

/// How many messages of one launch are kept: a tool in a loop fills its own trace, not the memory.
pub const MESSAGES_KEPT: usize = 16;

/// How many calls of services are kept.
pub const SERVICE_CALLS_KEPT: usize = 64;

/// The last launches, and the last calls of services.
#[derive(Debug, Default)]
pub struct Trace {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    version: u64,
    launches: VecDeque<LaunchTrace>,
    service_calls: VecDeque<ServiceCall>,
    keys_fetched: Option<Timestamp>,
}

impl Trace {
    /// Records the beginning of a launch, and forgets the oldest beyond [`KEPT`].
    pub fn begin(&self, launch: LaunchTrace) {
        let mut state = self.lock();
        state.launches.push_front(launch);
        state.launches.truncate(KEPT);
        state.version += 1;
    }

    /// Adds a message to a launch; `false` when that launch is no longer kept.
    pub fn add(&self, id: &str, message: Message) -> bool {
        let mut state = self.lock();
        let Some(launch) = state.launches.iter_mut().find(|launch| launch.id == id) else { return false };
        if launch.messages.len() == MESSAGES_KEPT {
            // The initiation stays: it says what the launch was about.
            launch.messages.remove(1);
        }
        launch.messages.push(message);
        state.version += 1;
        true
    }

    /// Records a call of a service, and forgets the oldest beyond [`SERVICE_CALLS_KEPT`].
    pub fn add_service_call(&self, call: ServiceCall) {
        let mut state = self.lock();
        state.service_calls.push_front(call);
        state.service_calls.truncate(SERVICE_CALLS_KEPT);
        state.version += 1;
    }

    /// The calls of services, newest first.
    pub fn service_calls(&self) -> Vec<ServiceCall> {
        self.lock().service_calls.iter().cloned().collect()
    }

    /// Notes that somebody read the key set.
    pub fn keys_fetched(&self, at: Timestamp) {
        let mut state = self.lock();
        state.keys_fetched = Some(at);
        state.version += 1;
    }

    /// When the key set was last read.
    pub fn last_key_fetch(&self) -> Option<Timestamp> {
        self.lock().keys_fetched
    }

    /// A number that grows with every change.
    pub fn version(&self) -> u64 {
        self.lock().version
    }

    /// The launches, newest first.
    pub fn launches(&self) -> Vec<LaunchTrace> {
        self.lock().launches.iter().cloned().collect()
    }

    /// The launch with this id.
    pub fn launch(&self, id: &str) -> Option<LaunchTrace> {
        self.lock().launches.iter().find(|launch| launch.id == id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held cannot leave a trace half-written that matters: it is only shown.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Stage};
    use super::*;

    fn launch(id: &str) -> LaunchTrace {
        LaunchTrace {
            id: id.to_owned(),
            at: Timestamp::from_secs(1),
            who: String::new(),
            what: String::new(),
            messages: Vec::new(),
        }
    }

    fn message(kind: Kind) -> Message {
        Message {
            kind,
            at: Timestamp::from_secs(1),
            method: "GET",
            address: String::new(),
            parameters: Vec::new(),
            rules: Vec::new(),
            token: None,
            base_string: None,
            refusal: None,
        }
    }

    #[test]
    fn the_oldest_launches_and_messages_go() {
        let trace = Trace::default();
        for number in 0..=KEPT {
            trace.begin(launch(&number.to_string()));
        }
        assert_eq!(trace.launches().len(), KEPT);
        assert!(!trace.add("0", message(Kind::LoginInitiation)));
        assert!(trace.add("1", message(Kind::LoginInitiation)));
        for _ in 0..2 * MESSAGES_KEPT {
            assert!(trace.add("1", message(Kind::AuthenticationRequest)));
        }
        let messages = trace.launch("1").map(|launch| launch.messages).unwrap_or_default();
        assert_eq!(messages.len(), MESSAGES_KEPT);
        assert_eq!(messages[0].kind, Kind::LoginInitiation);
    }

    #[test]
    fn every_change_is_a_new_version() {
        let trace = Trace::default();
        trace.begin(launch("a"));
        let before = trace.version();
        trace.add("a", message(Kind::LoginInitiation));
        assert_eq!(trace.version(), before + 1);
    }

    #[test]
    fn a_launch_stands_where_its_last_message_left_it() {
        let mut launch = launch("a");
        let mut after = |kind| {
            launch.messages.push(message(kind));
            launch.stage()
        };
        assert_eq!(after(Kind::LoginInitiation), Stage::Initiated);
        assert_eq!(after(Kind::AuthenticationRequest), Stage::Refused);
        assert_eq!(after(Kind::AuthenticationResponse), Stage::TokenSent);
        assert_eq!(after(Kind::ErrorResponse), Stage::ErrorSent);
        assert_eq!(after(Kind::Return), Stage::Returned);
    }
}
