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

    /// The moment as ISO 8601 writes it, in UTC; `None` outside the years 0 to 9999, which four digits cannot say.
    ///
    /// ```
    /// use lti_core::Timestamp;
    /// let moment = Timestamp::from_secs(1_492_736_400);
    /// assert_eq!(moment.to_iso8601().as_deref(), Some("2017-04-21T01:00:00Z"));
    /// ```
    pub fn to_iso8601(self) -> Option<String> {
        let (day, second) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        // Days from the first of March of the year 0: leap days come last in a year that begins in March.
        let day = day.checked_add(719_468)?;
        let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        let year = era.checked_mul(400)?.checked_add(year + next)?;
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        (0..=9_999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
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
    fn moments_are_written_as_iso_8601() {
        for (secs, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_334_400, "2026-11-22T08:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(Timestamp::from_secs(secs).to_iso8601().as_deref(), Some(text));
        }
        for outside in [253_402_300_800, i64::MAX, i64::MIN] {
            assert_eq!(Timestamp::from_secs(outside).to_iso8601(), None);
        }
    }

    #[test]
    fn arithmetic_saturates() {
        let end = Timestamp::from_secs(i64::MAX);
        assert_eq!(end + Duration::from_secs(1), end);
        let start = Timestamp::from_secs(i64::MIN);
        assert_eq!(start - Duration::from_secs(1), start);
        assert_eq!(start.seconds_after(end), i64::MIN);
    }
}
