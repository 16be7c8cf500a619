//! Many literals looked for at once.
//!
//! A run of two hundred cases shows hundreds of cookies and signatures, and its report holds tens of thousands of texts:
//! looking for each in each would take longer than the run. All literals have at least [`LONG`] bytes, so the first
//! [`LONG`] bytes at a place of a text say which of them may begin there.

use std::collections::HashMap;

use serde_json::Value;

use super::REDACTED;

/// How many bytes every literal of an [`Index`] has at least.
pub(super) const LONG: usize = 8;

/// Literals of at least [`LONG`] bytes, in every spelling, by their first bytes.
#[derive(Clone, Default)]
pub(super) struct Index {
    by_start: HashMap<[u8; LONG], Vec<String>>,
}

impl Index {
    /// Adds a literal in all its spellings; one that is too short is not added.
    pub(super) fn add(&mut self, literal: &str) {
        for spelling in spellings(literal) {
            let Some(start) = spelling.as_bytes().first_chunk::<LONG>() else { continue };
            let same_start = self.by_start.entry(*start).or_default();
            if !same_start.contains(&spelling) {
                same_start.push(spelling);
                // The longest first: one literal may begin with another.
                same_start.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
            }
        }
    }

    /// The text without any of the literals.
    pub(super) fn scrub(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let (mut copied, mut at) = (0, 0);
        while let Some(start) = text.as_bytes().get(at..).and_then(|rest| rest.first_chunk::<LONG>()) {
            let candidates = self.by_start.get(start).map(Vec::as_slice).unwrap_or_default();
            let found = candidates.iter().find(|literal| text.as_bytes()[at..].starts_with(literal.as_bytes()));
            if let Some(literal) = found {
                out.push_str(&text[copied..at]);
                out.push_str(REDACTED);
                at += literal.len();
                copied = at;
            } else {
                at += 1;
            }
        }
        out.push_str(&text[copied..]);
        out
    }
}

/// A value as it stands in plain text, in a form, in a query, in JSON.
fn spellings(secret: &str) -> [String; 5] {
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let query = form.replace('+', "%20");
    let json = Value::String(secret.to_owned()).to_string();
    let json = json.get(1..json.len() - 1).unwrap_or_default().to_owned();
    [secret.to_owned(), lower_escapes(&form), form, query, json]
}

/// The form encoding with its hexadecimal digits in lower case, as some write it.
fn lower_escapes(form: &str) -> String {
    let mut out = String::with_capacity(form.len());
    let mut digits = 0;
    for c in form.chars() {
        out.push(if digits > 0 { c.to_ascii_lowercase() } else { c });
        digits = if c == '%' { 2_u8 } else { digits.saturating_sub(1) };
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn index(literals: &[&str]) -> Index {
        let mut index = Index::default();
        for literal in literals {
            index.add(literal);
        }
        index
    }

    #[test]
    fn every_encoding_is_found() {
        let index = index(&["p/s+w rd!\"x"]);
        for text in
            ["p/s+w rd!\"x", "p%2Fs%2Bw+rd%21%22x", "p%2fs%2bw+rd%21%22x", "p%2Fs%2Bw%20rd%21%22x", r#"p/s+w rd!\"x"#]
        {
            assert_eq!(index.scrub(&format!("a={text}&b")), "a=<redacted>&b");
        }
    }

    #[test]
    fn of_literals_with_a_common_start_the_longest_goes() {
        assert_eq!(index(&["abcdefgh", "abcdefgh1234"]).scrub("abcdefgh1234 abcdefgh12"), "<redacted> <redacted>12");
    }

    proptest! {
        #[test]
        fn a_literal_anywhere_in_a_text_goes(before in "\\PC{0,20}", literal in "\\PC{8,30}", after in "\\PC{0,20}") {
            prop_assume!(!"<redacted>".contains(&literal));
            let shown = index(&[&literal]).scrub(&format!("{before}{literal}{after}"));
            prop_assert!(!shown.contains(&literal), "{shown}");
        }
    }
}
