//! What a page looks like to the judge, and how alike two pages are.
//!
//! Tools answer a refusal with 200, 302, 401, 422 or 500 and an acceptance with 200, 302 or 303. So no single sign
//! decides: a look holds every sign of one answer, and a new answer is compared with answers whose meaning is known.

use std::collections::BTreeSet;

use crate::user_agent::{Page, Stop};

/// The signs of one answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    status: Option<u16>,
    landing: String,
    cookies: BTreeSet<String>,
    words: BTreeSet<String>,
    shows_person: bool,
}

/// How much each kind of sign counts.
struct Weights {
    status: f64,
    landing: f64,
    cookies: f64,
    words: f64,
    person: f64,
}

const WEIGHTS: Weights = Weights { status: 2.0, landing: 2.0, cookies: 1.0, words: 3.0, person: 1.0 };

impl Look {
    /// Takes the signs of a page. `personal` are the values that name this launch's person and things: they differ from
    /// launch to launch, so they count as one sign and not as words.
    pub fn of(page: &Page, personal: &[String]) -> Self {
        Self::of_words(page, &format!("{} {}", page.text, page.scripts), personal)
    }

    /// The same without what only scripts hold.
    pub fn of_text(page: &Page, personal: &[String]) -> Self {
        Self::of_words(page, &page.text, personal)
    }

    fn of_words(page: &Page, words: &str, personal: &[String]) -> Self {
        let mut text = words.to_lowercase();
        let mut shows_person = false;
        for value in personal.iter().map(|value| value.to_lowercase()).filter(|value| value.len() > 2) {
            if text.contains(&value) {
                shows_person = true;
                text = text.replace(&value, " ");
            }
        }
        let words = text
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| word.chars().count() > 1 && !word.chars().any(|character| character.is_ascii_digit()))
            .map(str::to_owned)
            .collect();
        Self {
            status: page.status().map(|status| status.as_u16()),
            landing: landing(page),
            cookies: page.hops.iter().chain(&page.frames).flat_map(|hop| hop.set_cookies.iter().cloned()).collect(),
            words,
            shows_person,
        }
    }

    /// The same look without what a session opened earlier may have put there.
    #[must_use]
    pub fn without_session(mut self) -> Self {
        self.cookies.clear();
        self
    }

    /// Whether the last answer was an error by its status.
    pub fn is_error(&self) -> bool {
        self.status.is_some_and(|status| status >= 400)
    }

    /// Whether the last answer was a failure of the server.
    pub fn is_crash(&self) -> bool {
        self.status.is_some_and(|status| status >= 500)
    }

    /// Whether the page names the person.
    pub const fn shows_person(&self) -> bool {
        self.shows_person
    }

    /// The words of the page.
    pub const fn words(&self) -> &BTreeSet<String> {
        &self.words
    }
}

/// Where the browser ended: host and path without values that differ from launch to launch.
fn landing(page: &Page) -> String {
    let url = match &page.stop {
        Stop::Arrived => page.url().cloned(),
        Stop::Authorization { url, .. } | Stop::Returned { url, .. } | Stop::Left(url) | Stop::Loop(url) => {
            Some(url.clone())
        }
    };
    url.map_or_else(String::new, |url| {
        let path: Vec<&str> = url
            .path_segments()
            .into_iter()
            .flatten()
            .map(|segment| if is_identifier(segment) { "*" } else { segment })
            .collect();
        format!("{}/{}", url.authority(), path.join("/"))
    })
}

/// Whether a path segment looks like the id of something and not like a word.
fn is_identifier(segment: &str) -> bool {
    segment.len() > 24
        || (segment.len() > 2 && segment.chars().filter(char::is_ascii_digit).count() * 2 >= segment.len())
}

/// Pages whose meaning is known, and which of their signs tell them apart.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    accepted: Vec<Look>,
    refused: Vec<Look>,
    common_words: BTreeSet<String>,
    /// Words that every acceptance shows and no refusal.
    markers: BTreeSet<String>,
    tells: Tells,
}

/// Which kinds of signs differ between acceptance and refusal at all.
#[expect(clippy::struct_excessive_bools, reason = "one for each kind of sign, all independent")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tells {
    status: bool,
    landing: bool,
    cookies: bool,
    words: bool,
    person: bool,
}

impl Tells {
    const fn any(self) -> bool {
        self.status || self.landing || self.cookies || self.words || self.person
    }
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Like an acceptance.
    Accepted,
    /// Like a refusal.
    Refused,
    /// Like neither.
    Unclear,
}

/// How alike an answer has to be to one that is known.
const ALIKE: f64 = 0.5;
/// How much more alike to one side than to the other.
const MARGIN: f64 = 0.08;

impl Reference {
    /// Learns from answers whose meaning is known.
    pub fn learn(accepted: Vec<Look>, refused: Vec<Look>) -> Self {
        let mut everywhere = accepted.iter().chain(&refused).map(|look| look.words.clone());
        let first = everywhere.next().unwrap_or_default();
        let common_words = everywhere.fold(first, |common, words| common.intersection(&words).cloned().collect());
        let differs =
            |signs: fn(&Look, &Look) -> bool| accepted.iter().any(|yes| refused.iter().any(|no| !signs(yes, no)));
        let tells = Tells {
            status: differs(|yes, no| yes.status == no.status),
            landing: differs(|yes, no| yes.landing == no.landing),
            cookies: differs(|yes, no| yes.cookies == no.cookies),
            words: differs(|yes, no| yes.words == no.words),
            person: differs(|yes, no| yes.shows_person == no.shows_person),
        };
        let mut shown = accepted.iter().map(|look| look.words.clone());
        let shared = shown.next().unwrap_or_default();
        let mut markers = shown.fold(shared, |shared, words| shared.intersection(&words).cloned().collect());
        for look in &refused {
            markers.retain(|word| !look.words.contains(word));
        }
        Self { accepted, refused, common_words, markers, tells }
    }

    /// Whether acceptance and refusal can be told apart: the sound launches look accepted when each is compared with the
    /// others, and no refusal looks like them.
    pub fn tells_apart(&self) -> bool {
        self.tells.any()
            && self.accepted.iter().all(|look| self.meaning(look) == Meaning::Accepted)
            && self.refused.iter().all(|look| self.meaning(look) == Meaning::Refused)
    }

    /// What an answer means.
    pub fn meaning(&self, look: &Look) -> Meaning {
        let nearest = |looks: &[Look]| looks.iter().map(|known| self.likeness(look, known)).fold(0.0, f64::max);
        let (yes, no) = (nearest(&self.accepted), nearest(&self.refused));
        // An error status where a sound launch has none is a refusal, whatever its page looks like.
        if look.is_error() && !self.accepted.iter().any(Look::is_error) {
            return Meaning::Refused;
        }
        // What every acceptance says is missing here, wholly or for the most part.
        let said = self.markers.intersection(&look.words).count();
        let says_nothing = said == 0 && !self.markers.is_empty();
        let says_little = said * 2 < self.markers.len();
        if no > yes + MARGIN {
            Meaning::Refused
        } else if yes >= ALIKE && yes > no + MARGIN {
            if says_little { Meaning::Unclear } else { Meaning::Accepted }
        } else if yes < ALIKE / 2.0 && says_nothing {
            Meaning::Refused
        } else {
            Meaning::Unclear
        }
    }

    /// From 0, nothing in common, to 1, the same in every sign that tells.
    pub fn likeness(&self, a: &Look, b: &Look) -> f64 {
        let mut total = 0.0;
        let mut alike = 0.0;
        let mut count = |tells: bool, weight: f64, part: f64| {
            if tells {
                total += weight;
                alike += weight * part;
            }
        };
        count(self.tells.status, WEIGHTS.status, equal(a.status == b.status));
        count(self.tells.landing, WEIGHTS.landing, equal(a.landing == b.landing));
        count(self.tells.cookies, WEIGHTS.cookies, overlap(&a.cookies, &b.cookies));
        // A page that names the person speaks for itself; one that does not may be of somebody without a name.
        count(self.tells.person && a.shows_person, WEIGHTS.person, equal(b.shows_person));
        let words = |look: &Look| look.words.difference(&self.common_words).cloned().collect();
        count(self.tells.words, WEIGHTS.words, overlap(&words(a), &words(b)));
        if total == 0.0 { 1.0 } else { alike / total }
    }
}

const fn equal(same: bool) -> f64 {
    if same { 1.0 } else { 0.0 }
}

/// The share of what two sets have in common.
fn overlap(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let union = a.union(b).count();
    if union == 0 {
        return 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a page has few words")]
    let share = a.intersection(b).count() as f64 / union as f64;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(status: u16, landing: &str, text: &str, shows_person: bool) -> Look {
        let words = text.split_whitespace().map(str::to_owned).collect();
        Look { status: Some(status), landing: landing.to_owned(), cookies: BTreeSet::new(), words, shows_person }
    }

    #[test]
    fn a_tool_that_answers_200_to_everything_is_read_by_its_words() {
        let reference = Reference::learn(
            vec![
                look(200, "/launch", "welcome tasks of today", true),
                look(200, "/launch", "welcome tasks of today", true),
            ],
            vec![
                look(200, "/launch", "sorry invalid launch", false),
                look(200, "/launch", "sorry token unreadable", false),
            ],
        );
        assert!(reference.tells_apart());
        assert_eq!(reference.meaning(&look(200, "/launch", "sorry expired", false)), Meaning::Refused);
        assert_eq!(reference.meaning(&look(200, "/launch", "welcome tasks of today", false)), Meaning::Accepted);
    }

    #[test]
    fn an_error_status_is_a_refusal_whatever_the_page_says() {
        let reference =
            Reference::learn(vec![look(200, "/course", "welcome", true)], vec![look(302, "/error", "oops", false)]);
        assert_eq!(reference.meaning(&look(422, "/course", "welcome", true)), Meaning::Refused);
    }

    #[test]
    fn a_page_that_says_nothing_of_what_acceptances_say_is_not_taken_for_one() {
        let reference = Reference::learn(
            vec![look(200, "/", "welcome lessons", true)],
            vec![look(400, "/launch", "bad request", false)],
        );
        assert_eq!(reference.meaning(&look(200, "/", "please start elsewhere", false)), Meaning::Unclear);
    }

    #[test]
    fn the_same_page_for_both_cannot_be_told_apart() {
        let page = || look(200, "/launch", "loading", false);
        assert!(!Reference::learn(vec![page(), page()], vec![page()]).tells_apart());
    }
}
