//! Moments as the services write them: ISO 8601 with a zone, to parts of a second.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, civil};
use serde::{Serialize, Serializer};

use crate::time::Timestamp;

/// A moment to the nanosecond. Two are equal, or one is earlier, as instants: however their zones were written.
///
/// It is written in UTC with milliseconds at least, which is what LTI AGS 2.0, 3.4.9 asks of a score; it is read with any
/// zone, short ones such as `+00` among them (3.4.9.1), and with or without parts of a second.
///
/// ```
/// use lti_core::service::ServiceTime;
/// let moment: ServiceTime = "2017-04-16T18:54:36.736+00".parse()?;
/// assert_eq!(moment.to_string(), "2017-04-16T18:54:36.736Z");
/// assert_eq!(moment, "2017-04-16T20:54:36.736000+02:00".parse()?);
/// # Ok::<(), lti_core::service::TimeFault>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceTime(jiff::Timestamp);

/// Why a text is no moment of the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeFault {
    /// Neither date nor time as ISO 8601 writes them.
    #[error("expected a date and time of ISO 8601, saw something else")]
    Form,
    /// Date and time without a zone.
    #[error("expected a time zone (Z or an offset) behind the time, saw none")]
    Zone,
    /// Before the year 0 or after the year 9999.
    #[error("expected a year from 0 to 9999, saw another")]
    Range,
}

impl ServiceTime {
    /// The first second of the year 0, since 1970.
    const FIRST: i64 = -62_167_219_200;
    /// The last second of the year 9999.
    const LAST: i64 = 253_402_300_799;

    /// The moment so many nanoseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`TimeFault::Range`] outside of the years 0 to 9999.
    pub fn from_unix_nanos(nanos: i128) -> Result<Self, TimeFault> {
        let moment = jiff::Timestamp::from_nanosecond(nanos).map_err(|_| TimeFault::Range)?;
        Self::in_range(moment)
    }

    /// The moment so many nanoseconds after 1970-01-01T00:00:00Z, or the nearest one that can be written: the years 0 to 9999, without the last
    /// two days.
    ///
    /// ```
    /// use lti_core::service::ServiceTime;
    /// assert_eq!(ServiceTime::nearest(1_000_000).to_string(), "1970-01-01T00:00:00.001Z");
    /// assert!(ServiceTime::nearest(i128::MAX).to_string().starts_with("9999-12-30T"));
    /// ```
    #[must_use]
    pub fn nearest(nanos: i128) -> Self {
        let first = i128::from(Self::FIRST) * 1_000_000_000;
        let nanos = nanos.clamp(first, jiff::Timestamp::MAX.as_nanosecond());
        Self(jiff::Timestamp::from_nanosecond(nanos).unwrap_or(jiff::Timestamp::MAX))
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z; negative before.
    pub fn as_unix_nanos(self) -> i128 {
        self.0.as_nanosecond()
    }

    /// Milliseconds since 1970-01-01T00:00:00Z; parts of one are dropped.
    pub fn as_unix_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// The second that it is in.
    pub fn to_timestamp(self) -> Timestamp {
        Timestamp::from_secs(self.0.as_nanosecond().div_euclid(1_000_000_000).try_into().unwrap_or(i64::MAX))
    }

    /// This moment if it is later than `previous`, and the millisecond after `previous` otherwise: time stamps of one
    /// user and one line item must increase strictly (LTI AGS 2.0, 3.4.9), whatever the clock does.
    ///
    /// ```
    /// use lti_core::service::ServiceTime;
    /// let now: ServiceTime = "2026-11-22T08:00:00.250Z".parse()?;
    /// assert_eq!(now.after(None), now);
    /// assert_eq!(now.after(Some(now)).to_string(), "2026-11-22T08:00:00.251Z");
    /// # Ok::<(), lti_core::service::TimeFault>(())
    /// ```
    #[must_use]
    pub fn after(self, previous: Option<Self>) -> Self {
        match previous {
            Some(previous) if self <= previous => {
                let next = previous.0.saturating_add(SignedDuration::from_millis(1));
                Self(next.unwrap_or(previous.0))
            }
            _ => self,
        }
    }

    /// Whether a text that was read as a moment has parts of a second, as LTI AGS 2.0, 3.4.9 demands.
    pub fn is_sub_second(text: &str) -> bool {
        let mut fraction = text.chars().skip_while(|c| !matches!(c, '.' | ','));
        fraction.next().is_some() && fraction.next().is_some_and(|c| c.is_ascii_digit())
    }

    fn in_range(moment: jiff::Timestamp) -> Result<Self, TimeFault> {
        let second = moment.as_nanosecond().div_euclid(1_000_000_000);
        (i128::from(Self::FIRST)..=i128::from(Self::LAST))
            .contains(&second)
            .then_some(Self(moment))
            .ok_or(TimeFault::Range)
    }
}

impl TryFrom<Timestamp> for ServiceTime {
    type Error = TimeFault;

    fn try_from(moment: Timestamp) -> Result<Self, TimeFault> {
        Self::from_unix_nanos(i128::from(moment.as_secs()) * 1_000_000_000)
    }
}

impl FromStr for ServiceTime {
    type Err = TimeFault;

    fn from_str(text: &str) -> Result<Self, TimeFault> {
        let text = text.trim();
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Self::in_range(moment);
        }
        Err(if text.parse::<civil::DateTime>().is_ok() { TimeFault::Zone } else { TimeFault::Form })
    }
}

impl fmt::Display for ServiceTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = match self.0.as_nanosecond() {
            nanos if nanos % 1_000_000 == 0 => 3,
            nanos if nanos % 1_000 == 0 => 6,
            _ => 9,
        };
        write!(f, "{:.digits$}", self.0)
    }
}

impl Serialize for ServiceTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{ServiceTime, TimeFault};
    use crate::time::Timestamp;

    #[test]
    fn zones_are_read_in_every_form_and_moments_written_in_one() {
        for (text, expected) in [
            ("2017-04-16T18:54:36.736Z", "2017-04-16T18:54:36.736Z"),
            ("2017-04-16T18:54:36.736+00", "2017-04-16T18:54:36.736Z"),
            ("2017-04-16T18:54:36.736+00:00", "2017-04-16T18:54:36.736Z"),
            ("2017-04-16T18:54:36-0330", "2017-04-16T22:24:36.000Z"),
            ("2017-04-16T18:54Z", "2017-04-16T18:54:00.000Z"),
            ("2017-04-16T18:54:36.7361Z", "2017-04-16T18:54:36.736100Z"),
            ("2017-04-16T18:54:36.000000001Z", "2017-04-16T18:54:36.000000001Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(text.parse::<ServiceTime>().unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_says_why() {
        for (text, fault) in [
            ("", TimeFault::Form),
            ("yesterday", TimeFault::Form),
            ("1492368876", TimeFault::Form),
            ("2017-04-16T18:54:36.736", TimeFault::Zone),
            ("2017-04-16", TimeFault::Zone),
            ("-000001-01-01T00:00:00Z", TimeFault::Range),
        ] {
            assert_eq!(text.parse::<ServiceTime>(), Err(fault), "{text}");
        }
        assert_eq!(ServiceTime::try_from(Timestamp::from_secs(i64::MAX)), Err(TimeFault::Range));
    }

    #[test]
    fn parts_of_a_second_are_seen() {
        assert!(ServiceTime::is_sub_second("2017-04-16T18:54:36.0Z"));
        assert!(!ServiceTime::is_sub_second("2017-04-16T18:54:36Z"));
        assert!(!ServiceTime::is_sub_second("2017-04-16T18:54:36.Z"));
    }

    #[test]
    fn the_second_before_the_epoch_is_the_one_it_is_in() {
        let moment: ServiceTime = "1969-12-31T23:59:59.500Z".parse().unwrap();
        assert_eq!(moment.to_timestamp(), Timestamp::from_secs(-1));
        assert_eq!(ServiceTime::from_unix_nanos(moment.as_unix_nanos()), Ok(moment));
    }
}
