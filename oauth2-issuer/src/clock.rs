//! Time as a parameter: whoever needs the time asks a [`Clock`], and a test holds it still.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lti_core::Timestamp;

/// Tells the time in whole seconds, the unit of every date in a JSON Web Token (RFC 7519, section 2, `NumericDate`).
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> Timestamp;

    /// This moment in nanoseconds since 1970-01-01T00:00:00Z, for what has to be told apart within one second; a clock of
    /// whole seconds gives their beginning.
    fn unix_nanos(&self) -> i128 {
        i128::from(self.now().as_secs()) * 1_000_000_000
    }
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A machine whose clock stands before 1970 shows 1970: every token is then from the future, and refused.
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::default() + elapsed
    }

    fn unix_nanos(&self) -> i128 {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i128::try_from(elapsed.as_nanos()).unwrap_or(i128::MAX)
    }
}

/// A clock that moves only when it is told to.
///
/// ```
/// use lti_core::Timestamp;
/// use oauth2_issuer::clock::{Clock, ManualClock};
/// let clock = ManualClock::new(Timestamp::from_secs(1_700_000_000));
/// clock.advance(std::time::Duration::from_secs(60));
/// assert_eq!(clock.now().as_secs(), 1_700_000_060);
/// ```
#[derive(Debug, Default)]
pub struct ManualClock {
    seconds: AtomicI64,
}

impl ManualClock {
    /// A clock that shows `now`.
    pub const fn new(now: Timestamp) -> Self {
        Self { seconds: AtomicI64::new(now.as_secs()) }
    }

    /// Sets the clock to `now`; it may go backwards.
    pub fn set(&self, now: Timestamp) {
        self.seconds.store(now.as_secs(), Ordering::SeqCst);
    }

    /// Moves the clock forward; parts of a second are dropped.
    pub fn advance(&self, by: Duration) {
        self.set(self.now() + by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.seconds.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_clock_shows_this_century() {
        let now = SystemClock.now().as_secs();
        assert!((1_700_000_000..4_102_444_800).contains(&now), "clock shows {now}");
    }

    #[test]
    fn manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(Timestamp::from_secs(10));
        assert_eq!(clock.now(), Timestamp::from_secs(10));
        clock.advance(Duration::from_millis(5_900));
        assert_eq!(clock.now(), Timestamp::from_secs(15));
        clock.set(Timestamp::from_secs(3));
        assert_eq!(clock.now(), Timestamp::from_secs(3));
    }
}
