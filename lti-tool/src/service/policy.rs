//! How patient a tool is with a service.

use std::time::Duration;

/// How often and how long a call waits, and how many pages are followed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServicePolicy {
    /// How many times a call is sent at most, when the service asks to come back later; 1 means never again.
    pub attempts: u32,
    /// The longest wait before one more attempt. A service that asks for more gets no further call: the error says how
    /// long it asked for.
    pub max_wait: Duration,
    /// How long the first wait is where the service does not say; each further one is twice as long.
    pub first_wait: Duration,
    /// How many pages of one list are followed at most.
    pub max_pages: usize,
}

impl Default for ServicePolicy {
    /// Three attempts, half a minute at most, a second where nothing is said, ten thousand pages.
    fn default() -> Self {
        Self { attempts: 3, max_wait: Duration::from_secs(30), first_wait: Duration::from_secs(1), max_pages: 10_000 }
    }
}
