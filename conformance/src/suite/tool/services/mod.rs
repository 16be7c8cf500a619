//! The tool as a client of its platform's services. The readings are those of `docs/levels/services.md`: parts 1.1 and
//! 3.5, and the rows about tools of 3.2, 3.3, 3.4 and 4.

mod assertion;
mod failures;
mod items;
mod members;
mod results;
mod roster;
mod scores;
mod token;
mod used;

use jiff::{Timestamp, civil::DateTime};
use serde_json::{Map, Value};

use crate::{
    acts::Played,
    case::Case,
    services::{Call, CallKind},
    sight::Sight,
};

pub(super) fn token_cases() -> Vec<Case> {
    token::cases().into_iter().chain(assertion::cases()).chain(used::cases()).collect()
}

pub(super) fn grade_cases() -> Vec<Case> {
    scores::cases().into_iter().chain(items::cases()).chain(results::cases()).chain(failures::grade_cases()).collect()
}

pub(super) fn roster_cases() -> Vec<Case> {
    roster::cases().into_iter().chain(members::cases()).chain(failures::roster_cases()).collect()
}

/// Looks at each of these calls; the first that is not in order decides, and a reason is given where there is none.
fn each<'c>(calls: impl Iterator<Item = &'c Call>, kind: CallKind, wrong: impl Fn(&Call) -> Option<String>) -> Sight {
    let mut seen = 0;
    for call in calls.filter(|call| call.kind == kind) {
        if let Some(reason) = wrong(call) {
            return Sight::Broken(reason);
        }
        seen += 1;
    }
    if seen == 0 {
        return Sight::Nothing(format!("the tool did not send {}", kind.words()));
    }
    Sight::Sound(format!("{seen} of {seen} as they should be"))
}

/// Whether further pages were asked for at the very addresses that were named.
fn pages(calls: &[&Call]) -> Sight {
    let mut followed = 0;
    for pair in calls.windows(2) {
        let [page, next] = pair else { continue };
        let Some(named) = &page.next else { continue };
        if !same_address(named, &next.url) {
            // Not every list behind a page is meant as its next one: a tool may stop, and ask anew.
            if !goes_on(named, page, next) {
                continue;
            }
            return Sight::Broken(format!(
                "the next page is {}, and the tool asks for {}",
                below(named),
                below(&next.url)
            ));
        }
        followed += 1;
    }
    match (followed, calls.first().is_some_and(|page| page.next.is_some())) {
        (0, false) => Sight::Nothing("the tool asked for no list of several pages".to_owned()),
        (0, true) => Sight::Free("stopped", "the tool reads the first page alone".to_owned()),
        _ => Sight::Sound(format!("{followed} further pages at the addresses that were named")),
    }
}

/// Whether a call has something of the named address that the page before did not ask for: it is meant as the next page.
fn goes_on(named: &str, page: &Call, next: &Call) -> bool {
    let Ok(named) = url::Url::parse(named) else { return false };
    let (asked, asks) = (page.query(), next.query());
    let own = named.query_pairs().filter(|(name, _)| !asked.iter().any(|(known, _)| known == name));
    own.into_iter().any(|(name, _)| asks.iter().any(|(known, _)| *known == name))
}

/// Whether two addresses are the same but for the way in which characters are escaped.
fn same_address(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (url::Url::parse(one), url::Url::parse(other)) else { return one == other };
    one.path() == other.path() && one.query_pairs().eq(other.query_pairs())
}

/// The part of an address that is its own, for people.
fn below(url: &str) -> String {
    let path = url.split_once("/services/").map_or(url, |(_, rest)| rest);
    let own = path.split_once('/').map_or(path, |(_, own)| own);
    format!(".../{own}")
}

/// Whether a call of the act was answered soundly, with a token that was given in this session.
fn got_through(played: &Played) -> Sight {
    if played.count(CallKind::Token) == 0 {
        return Sight::Nothing("the tool did not ask for a token in this session: it holds one until then".to_owned());
    }
    if played.of(played.act.call()).any(|call| (200..300).contains(&call.status)) {
        return Sight::Sound(format!("the tool used the token: {} came", played.act.call().words()));
    }
    Sight::Broken(format!(
        "the tool asked for a token, and no {} came: {}",
        thing(played.act.call()),
        played.page.describe()
    ))
}

/// Whether the act was done all the same.
fn done(played: &Played) -> Sight {
    if played.page.crashed() {
        return Sight::Broken(format!("the tool fails: {}", played.page.describe()));
    }
    if played.of(played.act.call()).any(|call| (200..300).contains(&call.status)) {
        return Sight::Sound(played.page.describe());
    }
    Sight::Broken(format!("no {} came: {}", thing(played.act.call()), played.page.describe()))
}

/// The word for a kind of call without its article.
fn thing(kind: CallKind) -> &'static str {
    kind.words().trim_start_matches("a ")
}

/// A JSON value as a report names it, shortened.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 80 { text } else { format!("{}…", text.chars().take(80).collect::<String>()) }
}

/// What a moment in ISO 8601 lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// Nothing but perhaps a fraction of a second.
    Whole {
        /// When it is.
        at: Timestamp,
        /// Whether it says more than seconds.
        fraction: bool,
    },
    /// Its zone.
    Local,
    /// Everything: it is none.
    Unreadable,
}

/// Reads a moment. An offset of hours alone is one (AGS 3.4.9.1).
fn moment(text: &str) -> Moment {
    let fraction = text.split(['T', 't']).nth(1).is_some_and(|time| time.contains(['.', ',']));
    // `+00` is an offset that the specification itself shows.
    let hours_alone = text.len() > 3
        && text.is_char_boundary(text.len() - 3)
        && text[text.len() - 3..].starts_with(['+', '-'])
        && text.contains(['T', 't'])
        && text[text.len() - 2..].bytes().all(|byte| byte.is_ascii_digit());
    let full = if hours_alone { format!("{text}:00") } else { text.to_owned() };
    if !full.contains(['T', 't']) {
        return Moment::Unreadable;
    }
    match (full.parse::<Timestamp>(), text.parse::<DateTime>()) {
        (Ok(at), _) => Moment::Whole { at, fraction },
        (Err(_), Ok(_)) => Moment::Local,
        (Err(_), Err(_)) => Moment::Unreadable,
    }
}

/// Members that are neither known nor URLs.
fn plain_extras(object: &Map<String, Value>, known: &[&str]) -> Vec<String> {
    object.keys().filter(|key| !known.contains(&key.as_str()) && !key.contains("://")).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::{Moment, moment, same_address};

    #[test]
    fn moments_are_read_as_the_specification_writes_them() {
        for whole in ["2017-04-16T18:54:36.736+00:00", "2017-04-16T18:54:36.736Z", "2017-04-16T18:54:36.736+00"] {
            assert!(matches!(moment(whole), Moment::Whole { fraction: true, .. }), "{whole}");
        }
        for seconds in ["2017-04-16T18:54:36Z", "2017-04-16T18:54:36+02:00"] {
            assert!(matches!(moment(seconds), Moment::Whole { fraction: false, .. }), "{seconds}");
        }
        for local in ["2017-04-16T18:54:36", "2017-04-16T18:54:36.736"] {
            assert_eq!(moment(local), Moment::Local, "{local}");
        }
        for junk in ["", "yesterday", "1492368876", "2017-04-16", "é+0"] {
            assert_eq!(moment(junk), Moment::Unreadable, "{junk}");
        }
    }

    #[test]
    fn addresses_are_the_same_whatever_is_escaped() {
        assert!(same_address("https://a.test/x?p=2&q=a%20b", "https://a.test/x?p=2&q=a+b"));
        assert!(!same_address("https://a.test/x?p=2&q=1", "https://a.test/x?q=1&p=2"));
        assert!(!same_address("https://a.test/x?p=2", "https://a.test/x?p=2&limit=5"));
    }
}
