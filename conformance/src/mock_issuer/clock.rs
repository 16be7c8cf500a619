//! The issuer's clock: another one, and how far it is off.

use std::{
    sync::Arc,
    sync::atomic::{AtomicI64, Ordering},
};

use lti_core::Timestamp;
use oauth2_issuer::clock::{Clock, SystemClock};

/// The time at the mock issuer: that of another clock, shifted by so many seconds. A shifted clock shows in every token.
#[derive(Clone)]
pub struct MockClock {
    base: Arc<dyn Clock>,
    offset: Arc<AtomicI64>,
}

impl std::fmt::Debug for MockClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockClock").field("offset", &self.offset()).finish_non_exhaustive()
    }
}

impl Default for MockClock {
    fn default() -> Self {
        Self::over(Arc::new(SystemClock))
    }
}

impl MockClock {
    /// Goes by this clock.
    pub fn over(base: Arc<dyn Clock>) -> Self {
        Self { base, offset: Arc::default() }
    }

    /// How many seconds it is ahead of the other clock; behind, where negative.
    pub fn offset(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }

    /// Makes it differ by so many seconds.
    pub fn set_offset(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::SeqCst);
    }

    /// Lets so many seconds pass at the issuer alone; backwards, where negative.
    pub fn advance(&self, seconds: i64) {
        self.set_offset(self.offset().saturating_add(seconds));
    }
}

impl Clock for MockClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.base.now().as_secs().saturating_add(self.offset()))
    }
}

#[cfg(test)]
mod tests {
    use oauth2_issuer::clock::ManualClock;

    use super::*;

    #[test]
    fn the_offset_adds_up_and_goes_both_ways() {
        let clock = MockClock::over(Arc::new(ManualClock::new(Timestamp::from_secs(1_000))));
        let same = clock.clone();
        clock.advance(60);
        clock.advance(-100);
        assert_eq!((same.now().as_secs(), same.offset()), (960, -40));
        clock.set_offset(i64::MAX);
        assert_eq!(same.now().as_secs(), i64::MAX);
    }
}
