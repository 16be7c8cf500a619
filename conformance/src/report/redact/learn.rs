//! Secrets as literals: those that were configured, and those that a run showed under a telling name.
//!
//! A page may print its own session id, an error message the client secret it was given. What was once seen as the value
//! of a cookie, a secret field or a token's signature is taken out wherever else it stands.

use std::collections::BTreeSet;

use serde_json::Value;

use super::names::{self, Kind};
use super::{REDACTED, token};
use crate::report::model::{Exchange, RunReport};

/// A literal shorter than this goes only as a word of its own.
const LONG: usize = 8;
/// A person's name shorter than this is not looked for elsewhere: it would be found in other words' company.
const SHORTEST_NAME: usize = 3;

/// Values to take out of every text.
#[derive(Clone, Default)]
pub(super) struct Literals {
    /// Known to be secret.
    configured: BTreeSet<String>,
    /// Seen under a secret name.
    seen: BTreeSet<String>,
    /// Seen under a name that tells who somebody is.
    people: BTreeSet<String>,
}

impl Literals {
    /// Adds a secret that the configuration names.
    pub(super) fn configured(&mut self, secret: String) {
        if !secret.trim().is_empty() && !REDACTED.contains(&secret) {
            self.configured.insert(secret);
        }
    }

    /// Adds what a run's exchanges show under telling names.
    pub(super) fn learn(&mut self, run: &RunReport, captured: bool) {
        let of_cases = run.results.iter().flat_map(|result| &result.exchanges);
        let exchanges: Vec<&Exchange> = run.control.iter().chain(of_cases).collect();
        for exchange in &exchanges {
            for (name, value) in exchange.fields.iter().chain(&exchange.headers) {
                self.pair(name, value, captured);
            }
            if let Some(token) = &exchange.token {
                self.json("", &token.header, captured);
                self.json("", &token.claims, captured);
            }
        }
        // A tool may keep its state in a cookie; state and nonce are on the wire for everybody to compare.
        for (name, value) in exchanges.iter().flat_map(|exchange| &exchange.fields) {
            if matches!(name.as_str(), "state" | "nonce") {
                self.seen.remove(value);
            }
        }
    }

    /// The text without any of the values.
    pub(super) fn scrub(&self, text: &str) -> String {
        let mut text = self.scrub_configured(text);
        for secret in self.configured.iter().filter(|secret| secret.len() < LONG) {
            text = without_word(&text, secret);
        }
        text = without(text, self.seen.iter());
        let mut people: Vec<&String> = self.people.iter().collect();
        people.sort_by_key(|person| std::cmp::Reverse(person.len()));
        for person in people {
            text = without_word(&text, person);
        }
        text
    }

    /// The text without the long configured secrets.
    pub(super) fn scrub_configured(&self, text: &str) -> String {
        without(text.to_owned(), self.configured.iter().filter(|secret| secret.len() >= LONG))
    }

    fn pair(&mut self, name: &str, value: &str, captured: bool) {
        match names::kind(name) {
            Kind::Secret => self.secret(value),
            Kind::Credentials => self.secret(value.split_whitespace().nth(1).unwrap_or(value)),
            Kind::SetCookie => self.cookie(value.split(';').next().unwrap_or_default()),
            Kind::Cookie => value.split(';').for_each(|pair| self.cookie(pair)),
            Kind::Token => self.secret(token::signature(value).unwrap_or_default()),
            Kind::Personal if captured => self.person(value),
            Kind::Personal | Kind::Plain => {}
        }
    }

    fn cookie(&mut self, pair: &str) {
        if let Some((_, value)) = pair.split_once('=') {
            self.secret(value.trim().trim_matches('"'));
        }
    }

    fn json(&mut self, name: &str, value: &Value, captured: bool) {
        match value {
            Value::String(text) => self.pair(name, text, captured),
            Value::Array(items) => items.iter().for_each(|item| self.json(name, item, captured)),
            Value::Object(_) if name.ends_with("tool_platform") => {}
            Value::Object(members) => members.iter().for_each(|(name, value)| self.json(name, value, captured)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Remembers a value unless it may be a word: the subject chooses its cookies, and must not blank out a report.
    fn secret(&mut self, value: &str) {
        let digit = value.bytes().any(|byte| byte.is_ascii_digit());
        let mixed =
            value.bytes().any(|byte| byte.is_ascii_lowercase()) && value.bytes().any(|byte| byte.is_ascii_uppercase());
        if value.len() >= LONG && (digit || mixed) && !value.contains("://") && !value.starts_with('<') {
            self.seen.insert(value.to_owned());
        }
    }

    /// Remembers a name, and each of its words.
    fn person(&mut self, value: &str) {
        let words = value.split_whitespace().chain(std::iter::once(value.trim()));
        let names = words.filter(|word| word.chars().count() >= SHORTEST_NAME && word.chars().any(char::is_alphabetic));
        self.people.extend(names.filter(|word| !REDACTED.contains(word)).map(str::to_owned));
    }
}

/// The text without these values, however they are encoded; the longest go first.
fn without<'a>(mut text: String, secrets: impl Iterator<Item = &'a String>) -> String {
    let mut spellings: Vec<String> = secrets.flat_map(|secret| spellings(secret)).collect();
    spellings.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    spellings.dedup();
    for spelling in &spellings {
        if text.contains(spelling.as_str()) {
            text = text.replace(spelling.as_str(), REDACTED);
        }
    }
    text
}

/// A value as it stands in plain text, in a form, in a query, in JSON.
fn spellings(secret: &str) -> Vec<String> {
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let query = form.replace('+', "%20");
    let json = Value::String(secret.to_owned()).to_string();
    let json = json.trim_matches('"').to_owned();
    vec![secret.to_owned(), form.to_lowercase(), form, query, json]
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

    #[test]
    fn a_configured_secret_goes_in_every_encoding() {
        let literals = knowing("p/s+w rd!\"x");
        for text in ["p/s+w rd!\"x", "a=p%2Fs%2Bw+rd%21%22x&b", "?a=p%2Fs%2Bw%20rd%21%22x", r#"{"a":"p/s+w rd!\"x"}"#] {
            let shown = literals.scrub(text);
            assert!(shown.contains(REDACTED), "{text} became {shown}");
        }
    }

    #[test]
    fn a_short_secret_goes_as_a_word_and_leaves_other_words_and_ids() {
        let literals = knowing("tool");
        assert_eq!(literals.scrub("the tool sent tools"), "the <redacted> sent tools");
        assert_eq!(literals.scrub_configured("tool-aud-foreign"), "tool-aud-foreign");
    }

    #[test]
    fn a_subject_cannot_blank_out_words_with_its_cookies() {
        let mut literals = Literals::default();
        literals.pair("set-cookie", "mode=platform; Path=/", false);
        literals.pair("set-cookie", "sid=a1b2c3d4e5; Path=/", false);
        assert_eq!(literals.scrub("platform a1b2c3d4e5"), "platform <redacted>");
    }

    #[test]
    fn people_of_a_capture_go_by_each_of_their_names() {
        let mut literals = Literals::default();
        literals.pair("name", "Ada Lovelace", true);
        assert_eq!(literals.scrub("Welcome Ada, Adam is here"), "Welcome <redacted>, Adam is here");
        assert_eq!(literals.scrub("Ada Lovelace"), "<redacted>");
    }
}
