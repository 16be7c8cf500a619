//! The time that the suite and an in-process subject share.

use std::{
    sync::Arc,
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Tells the time in seconds since 1970; in process it stands still until it is moved.
#[derive(Debug, Clone)]
pub enum SuiteClock {
    /// The machine's clock.
    System,
    /// A clock that only the suite moves.
    Virtual(Arc<AtomicI64>),
}

impl SuiteClock {
    /// A clock that stands at a fixed moment of 2026.
    pub fn standing() -> Self {
        Self::Virtual(Arc::new(AtomicI64::new(1_795_300_000)))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn now(&self) -> i64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|elapsed| i64::try_from(elapsed.as_secs()).ok())
                .unwrap_or_default(),
            Self::Virtual(seconds) => seconds.load(Ordering::Relaxed),
        }
    }

    /// Whether it is the machine's clock, which goes by itself.
    pub const fn is_system(&self) -> bool {
        matches!(self, Self::System)
    }

    /// Lets so much time pass.
    pub async fn pause(&self, time: Duration) {
        match self {
            Self::System => tokio::time::sleep(time).await,
            Self::Virtual(_) => self.advance(i64::try_from(time.as_secs()).unwrap_or(i64::MAX)),
        }
    }

    /// Moves a virtual clock on; the machine's clock goes by itself.
    pub fn advance(&self, seconds: i64) {
        if let Self::Virtual(now) = self {
            now.fetch_add(seconds, Ordering::Relaxed);
        }
    }
}
