//! What makes one launch differ from every other: its second, and its nonce (RFC 5849, 3.3).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use lti_core::Timestamp;
use oauth2_issuer::clock::Clock;

use crate::hint::{NoRandomness, fresh_id};

/// Where nonces come from.
pub trait Nonces: Send + Sync {
    /// Text that was never given before.
    ///
    /// # Errors
    /// [`NoRandomness`] when there is none.
    fn nonce(&self) -> Result<String, NoRandomness>;
}

/// 128 random bits of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomNonces;

impl Nonces for RandomNonces {
    fn nonce(&self) -> Result<String, NoRandomness> {
        fresh_id()
    }
}

/// Gives stamps whose seconds never go back, whatever the clock does: tools of the old text refuse a launch that is older
/// than the last one (OAuth Core 1.0, 8).
pub struct Stamps {
    clock: Arc<dyn Clock>,
    nonces: Arc<dyn Nonces>,
    last: AtomicI64,
}

impl std::fmt::Debug for Stamps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stamps").field("last", &self.last).finish_non_exhaustive()
    }
}

impl Stamps {
    /// Stamps by this clock.
    pub fn new(clock: Arc<dyn Clock>, nonces: Arc<dyn Nonces>) -> Self {
        Self { clock, nonces, last: AtomicI64::new(i64::MIN) }
    }

    /// Second and nonce of one message.
    ///
    /// # Errors
    /// [`NoRandomness`] when there is no nonce.
    pub fn next(&self) -> Result<(Timestamp, String), NoRandomness> {
        let now = self.clock.now().as_secs();
        let last = self.last.fetch_max(now, Ordering::AcqRel);
        Ok((Timestamp::from_secs(now.max(last)), self.nonces.nonce()?))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use oauth2_issuer::clock::ManualClock;

    use super::*;

    #[test]
    fn seconds_never_go_back_and_nonces_never_come_again() {
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(100)));
        let stamps = Stamps::new(Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(RandomNonces));
        let mut seen = Vec::new();
        for now in [100, 105, 90, 104, 106] {
            clock.set(Timestamp::from_secs(now));
            seen.push(stamps.next().unwrap());
        }
        let seconds: Vec<i64> = seen.iter().map(|(at, _)| at.as_secs()).collect();
        assert_eq!(seconds, [100, 105, 105, 105, 106]);
        seen.sort_by(|one, other| one.1.cmp(&other.1));
        seen.dedup_by(|one, other| one.1 == other.1);
        assert_eq!(seen.len(), 5);
    }
}
