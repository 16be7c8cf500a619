//! What the double remembers: sessions, launches, keys and what tools left in its log.

use std::{collections::HashMap, sync::Arc};

use super::school::{Link, User};
use crate::keys::{Keys, SuiteKey};

/// A launch that was started with a login.
#[derive(Debug, Clone)]
pub(super) struct Launch {
    /// Who started it.
    pub(super) user: &'static User,
    /// Which link.
    pub(super) link: &'static Link,
    /// The deployment that it runs under.
    pub(super) deployment: String,
    /// The target link URI that the login named.
    pub(super) target: String,
    /// Whether it was answered with a token.
    pub(super) answered: bool,
}

/// A key in the set.
#[derive(Debug, Clone)]
pub(super) struct PublishedKey {
    /// Its name.
    pub(super) kid: String,
    /// The key.
    pub(super) key: Arc<SuiteKey>,
}

/// The double's memory.
#[derive(Debug)]
pub(super) struct Book {
    sessions: HashMap<String, &'static User>,
    launches: HashMap<String, Launch>,
    /// The message hint of the launch that a session started last.
    latest: HashMap<String, String>,
    published: Vec<PublishedKey>,
    coming: Vec<Arc<SuiteKey>>,
    rotations: usize,
    log: Vec<String>,
}

impl Book {
    /// An empty one with the platform's key.
    pub(super) fn new(keys: &Keys) -> Self {
        Self {
            sessions: HashMap::new(),
            launches: HashMap::new(),
            latest: HashMap::new(),
            published: vec![PublishedKey { kid: kid(0), key: Arc::clone(&keys.platform) }],
            coming: vec![Arc::clone(&keys.second), Arc::clone(&keys.spare)],
            rotations: 0,
            log: Vec::new(),
        }
    }

    /// Signs somebody in.
    pub(super) fn sign_in(&mut self, session: String, user: &'static User) {
        self.sessions.insert(session, user);
    }

    /// Who is signed in under this session.
    pub(super) fn user_of(&self, session: &str) -> Option<&'static User> {
        self.sessions.get(session).copied()
    }

    /// Keeps a launch under its message hint.
    pub(super) fn start(&mut self, session: String, hint: String, launch: Launch) {
        self.latest.insert(session, hint.clone());
        self.launches.insert(hint, launch);
    }

    /// The launch with this message hint.
    pub(super) fn launch(&self, hint: &str) -> Option<&Launch> {
        self.launches.get(hint)
    }

    /// The message hint of the launch that a session started last.
    pub(super) fn latest(&self, session: &str) -> Option<&str> {
        self.latest.get(session).map(String::as_str)
    }

    /// Marks a launch as answered.
    pub(super) fn answer(&mut self, hint: &str) {
        if let Some(launch) = self.launches.get_mut(hint) {
            launch.answered = true;
        }
    }

    /// The published keys; the last one signs.
    pub(super) fn published(&self) -> &[PublishedKey] {
        &self.published
    }

    /// Publishes the next key, under the kid of the first one or under its own, and signs with it from now on.
    pub(super) fn rotate(&mut self, same_kid: bool, withdraw: bool) {
        let key = Arc::clone(&self.coming[self.rotations % self.coming.len()]);
        self.rotations += 1;
        if withdraw || same_kid {
            self.published.clear();
        }
        let kid = kid(if same_kid { 0 } else { self.rotations });
        self.published.push(PublishedKey { kid, key });
    }

    /// Notes what a tool left for the log.
    pub(super) fn note(&mut self, line: &str) {
        self.log.push(line.to_owned());
    }

    /// What tools left for the log.
    pub(super) fn log(&self) -> &[String] {
        &self.log
    }
}

fn kid(rotations: usize) -> String {
    format!("lms-key-{}", rotations + 1)
}
