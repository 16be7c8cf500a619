//! Moments as the claims of a token carry them. Nothing in this crate reads a clock: `now` is a parameter.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Whole seconds since 1970-01-01T00:00:00Z, the `NumericDate` of RFC 7519, 2.
///
/// ```
/// use std::time::Duration;
/// use lti_core::Timestamp;
/// let issued = Timestamp::from_secs(1_311_280_970);
/// assert_eq!((issued + Duration::from_secs(1000)).as_secs(), 1_311_281_970);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `secs` seconds after the epoch; negative before it.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs)
    }

    /// Seconds since the epoch.
    pub const fn as_secs(self) -> i64 {
        self.0
    }

    /// How many seconds later this moment is than `earlier`; negative when it is earlier.
    pub const fn seconds_after(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    /// Saturates at the end of time; parts of a second are dropped.
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add_unsigned(duration.as_secs()))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    /// Saturates at the start of time; parts of a second are dropped.
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub_unsigned(duration.as_secs()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Timestamp;

    #[test]
    fn arithmetic_saturates() {
        let end = Timestamp::from_secs(i64::MAX);
        assert_eq!(end + Duration::from_secs(1), end);
        let start = Timestamp::from_secs(i64::MIN);
        assert_eq!(start - Duration::from_secs(1), start);
        assert_eq!(start.seconds_after(end), i64::MIN);
    }
}
