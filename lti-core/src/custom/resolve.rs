//! Puts the value in the place of the variable.

use std::borrow::Cow;

use super::{Kind, Variable};
use crate::time::Timestamp;

/// What a platform has to say about a variable at this launch.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// The platform does not know the variable.
    Unsupported,
    /// The platform knows it, and does not let this tool have it.
    NotAuthorized,
    /// The platform supports it and has no value.
    Empty,
    /// The value.
    Text(String),
    /// Several values.
    List(Vec<String>),
    /// A moment.
    Moment(Timestamp),
}

impl Resolution {
    /// The value as a text.
    pub fn text(value: impl Into<String>) -> Self {
        Self::Text(value.into())
    }

    /// The value where there is one; [`Resolution::Empty`] where there is none.
    pub fn or_empty(value: Option<impl Into<String>>) -> Self {
        value.map_or(Self::Empty, |value| Self::Text(value.into()))
    }

    /// What is sent; `None` when the template goes out as it stands.
    fn sent(self, kind: Kind) -> Option<String> {
        let value = match self {
            Self::Unsupported | Self::NotAuthorized => return None,
            Self::Empty => String::new(),
            Self::Text(value) => value,
            Self::List(values) => values.join(","),
            Self::Moment(moment) => moment.to_iso8601().unwrap_or_default(),
        };
        let sound = kind != Kind::DateTime || is_date_time(&value);
        Some(if sound { value } else { String::new() })
    }
}

impl std::fmt::Debug for Resolution {
    /// Which answer it is, never the value: it may be the name of a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unsupported => "Unsupported",
            Self::NotAuthorized => "NotAuthorized",
            Self::Empty => "Empty",
            Self::Text(_) => "Text(..)",
            Self::List(_) => "List(..)",
            Self::Moment(_) => "Moment(..)",
        })
    }
}

/// The value of a custom parameter as it goes into the message (LTI Core 1.3, B).
///
/// `lookup` is asked once where the template names a variable, known to the text or not, and never otherwise. What it
/// answers is not read as a template again. A value that is no date where the variable is defined as one is sent as the
/// empty string: receivers parse dates.
///
/// ```
/// use lti_core::custom::{Resolution, resolve};
/// use lti_core::Timestamp;
///
/// let due = resolve("$ResourceLink.submission.endDateTime", |_| {
///     Resolution::Moment(Timestamp::from_secs(1_492_736_400))
/// });
/// assert_eq!(due, "2017-04-21T01:00:00Z");
/// ```
pub fn resolve<'t>(template: &'t str, lookup: impl FnOnce(&Variable<'t>) -> Resolution) -> Cow<'t, str> {
    let Some(variable) = Variable::parse(template) else { return Cow::Borrowed(template) };
    let kind = variable.definition().map_or(Kind::Text, |definition| definition.kind);
    lookup(&variable).sent(kind).map_or(Cow::Borrowed(template), Cow::Owned)
}

/// Whether a value that arrived is this template, passed on unresolved.
///
/// Letters are compared without case: the text's own sample of an unresolved value writes `timeframe` where the
/// template has `timeFrame` (LTI Core 1.3, B).
///
/// ```
/// use lti_core::custom::passed_unresolved;
/// assert!(passed_unresolved("$CourseSection.timeFrame.begin", "$CourseSection.timeframe.begin"));
/// assert!(!passed_unresolved("$Context.id", "hist-101"));
/// assert!(!passed_unresolved("plain", "plain"));
/// ```
pub fn passed_unresolved(template: &str, value: &str) -> bool {
    Variable::parse(template).is_some() && template.eq_ignore_ascii_case(value)
}

/// Whether a text is a date, or a date and a time, as ISO 8601 writes them in full (`2017-04-21T01:00:00Z`); the
/// seconds and the zone may be missing, the seconds may have a fraction. The empty string is the absent date.
///
/// ```
/// use lti_core::custom::is_date_time;
/// assert!(is_date_time("2017-04-21T01:00:00+02:00") && is_date_time("2017-04-21") && is_date_time(""));
/// assert!(!is_date_time("21 April 2017") && !is_date_time("1492736400"));
/// ```
pub fn is_date_time(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    is_date(date) && time.is_none_or(is_time)
}

fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut next = |width, range| parts.next().is_some_and(|part| in_range(part, width, range));
    next(4, 0..=9999) && next(2, 1..=12) && next(2, 1..=31)
}

fn is_time(text: &str) -> bool {
    let (clock, zone) = match text.find(['Z', 'z', '+', '-']) {
        Some(place) => text.split_at(place),
        None => (text, "Z"),
    };
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let has_digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    is_clock(clock, 60) && has_digits && is_zone(zone)
}

fn is_zone(text: &str) -> bool {
    match text.strip_prefix(['+', '-']) {
        None => text.eq_ignore_ascii_case("Z"),
        Some(offset) if offset.len() == 4 && offset.is_ascii() => {
            in_range(&offset[..2], 2, 0..=23) && in_range(&offset[2..], 2, 0..=59)
        }
        Some(offset) => in_range(offset, 2, 0..=23) || (offset.len() == 5 && is_clock(offset, 59)),
    }
}

/// `hh:mm` or `hh:mm:ss`.
fn is_clock(text: &str, seconds: u16) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        [hours, minutes] => in_range(hours, 2, 0..=24) && in_range(minutes, 2, 0..=59),
        [hours, minutes, rest] => {
            in_range(hours, 2, 0..=24) && in_range(minutes, 2, 0..=59) && in_range(rest, 2, 0..=seconds)
        }
        _ => false,
    }
}

fn in_range(digits: &str, width: usize, range: std::ops::RangeInclusive<u16>) -> bool {
    digits.len() == width
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.parse().is_ok_and(|number: u16| range.contains(&number))
}

#[cfg(test)]
mod tests {
    use super::{Resolution, is_date_time, resolve};
    use crate::time::Timestamp;

    fn never(template: &str) -> String {
        resolve(template, |_| panic!("{template} names no variable")).into_owned()
    }

    #[test]
    fn what_names_no_variable_is_sent_as_it_stands() {
        for plain in ["", "3", "$", "price: $5", " $User.id"] {
            assert_eq!(never(plain), plain);
        }
    }

    #[test]
    fn unsupported_and_refused_variables_are_passed_unresolved() {
        for answer in [Resolution::Unsupported, Resolution::NotAuthorized] {
            assert_eq!(resolve("$Person.gender", |_| answer.clone()), "$Person.gender");
        }
        assert_eq!(resolve("$$", |_| Resolution::Unsupported), "$$");
    }

    #[test]
    fn a_value_is_not_resolved_again() {
        assert_eq!(resolve("$Context.title", |_| Resolution::text("$User.id")), "$User.id");
    }

    #[test]
    fn dates_are_iso_8601_or_empty() {
        let begin = |answer: Resolution| resolve("$CourseSection.timeFrame.begin", |_| answer).into_owned();
        assert_eq!(begin(Resolution::Empty), "");
        assert_eq!(begin(Resolution::Moment(Timestamp::from_secs(0))), "1970-01-01T00:00:00Z");
        assert_eq!(begin(Resolution::Moment(Timestamp::from_secs(i64::MAX))), "");
        assert_eq!(begin(Resolution::text("2026-11-22T08:00:00+01:00")), "2026-11-22T08:00:00+01:00");
        assert_eq!(begin(Resolution::text("next week")), "");
    }

    #[test]
    fn lists_are_separated_by_commas() {
        let list = Resolution::List(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(resolve("$User.org", |_| list), "a,b");
        assert_eq!(resolve("$User.org", |_| Resolution::List(Vec::new())), "");
    }

    #[test]
    fn dates_in_full_are_told_from_others() {
        for sound in [
            "2026-11-22",
            "2026-11-22T08:00",
            "2026-11-22T08:00:00.123Z",
            "2026-11-22T23:59:60-0530",
            "2026-11-22T08:00+01",
        ] {
            assert!(is_date_time(sound), "{sound}");
        }
        for bad in [
            "2026-13-01",
            "2026-11-22T",
            "2026-11-22T08",
            "2026-11-22T08:00:00.Z",
            "2026-11-22T08:00:00+1",
            "26-11-22",
            "null",
        ] {
            assert!(!is_date_time(bad), "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(format!("{:?}", Resolution::text("Hanako")), "Text(..)");
    }
}
