//! Secrets as literals: those that were configured, and those that a run showed under a telling name.
//!
//! A page may print its own session id, an error message the client secret it was given. What was once seen as the value
//! of a cookie, a secret field or a token's signature is taken out wherever else it stands.

use std::collections::BTreeSet;

use serde_json::Value;

use super::index::{Index, LONG};
use super::names::{self, Kind};
use super::{REDACTED, token};
use crate::report::model::Exchange;

/// A person's name shorter than this is not looked for elsewhere: it would be found in other words' company.
const SHORTEST_NAME: usize = 3;

/// Values to take out of every text.
#[derive(Clone, Default)]
pub(super) struct Literals {
    /// Known to be secret.
    configured: Index,
    /// Known to be secret, but short: they go only as words of their own.
    short: BTreeSet<String>,
    /// Seen under a secret name.
    seen: Index,
    /// Seen under a name that tells who somebody is.
    people: BTreeSet<String>,
}

impl Literals {
    /// Adds a secret that the configuration names.
    pub(super) fn configured(&mut self, secret: String) {
        if secret.trim().is_empty() || REDACTED.contains(&secret) {
            return;
        }
        if secret.len() < LONG {
            self.short.insert(secret);
        } else {
            self.configured.add(&secret);
        }
    }

    /// Adds what exchanges show under telling names.
    pub(super) fn learn<'a>(&mut self, exchanges: impl IntoIterator<Item = &'a Exchange>, captured: bool) {
        let mut lesson = Lesson { captured, ..Lesson::default() };
        for exchange in exchanges {
            for (name, value) in exchange.fields.iter().chain(&exchange.headers) {
                lesson.pair(name, value);
            }
            for (name, value) in &exchange.fields {
                if matches!(name.as_str(), "state" | "nonce") {
                    lesson.public.insert(value);
                }
            }
            if let Some(token) = &exchange.token {
                lesson.json("", &token.header);
                lesson.json("", &token.claims);
            }
        }
        for secret in lesson.secrets.difference(&lesson.public) {
            self.seen.add(secret);
        }
        self.people.extend(lesson.people.into_iter().map(str::to_owned));
    }

    /// The text without any of the values.
    pub(super) fn scrub(&self, text: &str) -> String {
        let mut text = self.scrub_configured(text);
        for secret in &self.short {
            text = without_word(&text, secret);
        }
        text = self.seen.scrub(&text);
        let mut people: Vec<&String> = self.people.iter().collect();
        people.sort_by_key(|person| std::cmp::Reverse(person.len()));
        for person in people {
            text = without_word(&text, person);
        }
        text
    }

    /// The text without the long configured secrets.
    pub(super) fn scrub_configured(&self, text: &str) -> String {
        self.configured.scrub(text)
    }
}

/// What exchanges teach.
#[derive(Default)]
struct Lesson<'a> {
    captured: bool,
    secrets: BTreeSet<&'a str>,
    people: BTreeSet<&'a str>,
    /// States and nonces: a tool may keep its state in a cookie, and everybody has to be able to compare them.
    public: BTreeSet<&'a str>,
}

impl<'a> Lesson<'a> {
    fn pair(&mut self, name: &str, value: &'a str) {
        match names::kind(name) {
            Kind::Secret => self.secret(value),
            Kind::Credentials => self.secret(value.split_whitespace().nth(1).unwrap_or(value)),
            Kind::SetCookie => self.cookie(value.split(';').next().unwrap_or_default()),
            Kind::Cookie => value.split(';').for_each(|pair| self.cookie(pair)),
            Kind::Token => self.secret(token::signature(value).unwrap_or_default()),
            Kind::Personal if self.captured => self.person(value),
            Kind::Personal | Kind::Plain => {}
        }
    }

    fn cookie(&mut self, pair: &'a str) {
        if let Some((_, value)) = pair.split_once('=') {
            self.secret(value.trim().trim_matches('"'));
        }
    }

    fn json(&mut self, name: &str, value: &'a Value) {
        match value {
            Value::String(text) => self.pair(name, text),
            Value::Array(items) => items.iter().for_each(|item| self.json(name, item)),
            // What a platform calls itself is no person's name.
            Value::Object(_) if name.ends_with("tool_platform") => {}
            Value::Object(members) => members.iter().for_each(|(name, value)| self.json(name, value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Remembers a value unless it may be a word: the subject chooses its cookies, and must not blank out a report.
    fn secret(&mut self, value: &'a str) {
        let has = |test: fn(&u8) -> bool| value.as_bytes().iter().any(test);
        let digit = has(u8::is_ascii_digit);
        let mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
        if value.len() >= LONG && (digit || mixed) && !value.contains("://") && !value.starts_with('<') {
            self.secrets.insert(value);
        }
    }

    /// Remembers a name, and each of its words.
    fn person(&mut self, value: &'a str) {
        let words = value.split_whitespace().chain(std::iter::once(value.trim()));
        let names = words.filter(|word| word.chars().count() >= SHORTEST_NAME && word.chars().any(char::is_alphabetic));
        self.people.extend(names.filter(|word| !REDACTED.contains(word)));
    }
}

/// The text without this value where it stands between characters that are neither letters nor digits.
fn without_word(text: &str, word: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, found) in text.match_indices(word) {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        if ![before, after].into_iter().flatten().any(char::is_alphanumeric) {
            out.push_str(&text[copied..at]);
            out.push_str(REDACTED);
            copied = at + found.len();
        }
    }
    out.push_str(&text[copied..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knowing(secret: &str) -> Literals {
        let mut literals = Literals::default();
        literals.configured(secret.to_owned());
        literals
    }

    /// What a recorded exchange with these headers teaches.
    fn taught(headers: &[(&str, &str)]) -> Literals {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let exchange = Exchange {
            from: String::new(),
            to: String::new(),
            method: String::new(),
            url: String::new(),
            fields: vec![("state".to_owned(), "st-12345678".to_owned())],
            status: None,
            headers,
            text: String::new(),
            token: None,
            error: None,
        };
        let mut literals = Literals::default();
        literals.learn([&exchange], true);
        literals
    }

    #[test]
    fn a_state_that_is_kept_in_a_cookie_can_still_be_compared() {
        assert_eq!(taught(&[("set-cookie", "state=st-12345678")]).scrub("state=st-12345678"), "state=st-12345678");
    }

    #[test]
    fn a_short_secret_goes_as_a_word_and_leaves_other_words_and_ids() {
        let literals = knowing("tool");
        assert_eq!(literals.scrub("the tool sent tools"), "the <redacted> sent tools");
        assert_eq!(literals.scrub_configured("tool-aud-foreign"), "tool-aud-foreign");
    }

    #[test]
    fn a_subject_cannot_blank_out_words_with_its_cookies() {
        let literals = taught(&[("set-cookie", "mode=platform; Path=/"), ("set-cookie", "sid=a1b2c3d4e5; Path=/")]);
        assert_eq!(literals.scrub("platform a1b2c3d4e5"), "platform <redacted>");
    }

    #[test]
    fn people_of_a_capture_go_by_each_of_their_names() {
        let literals = taught(&[("name", "Ada Lovelace")]);
        assert_eq!(literals.scrub("Welcome Ada, Adam is here"), "Welcome <redacted>, Adam is here");
        assert_eq!(literals.scrub("Ada Lovelace"), "<redacted>");
    }
}
