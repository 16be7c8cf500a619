//! The name of an external claim: `given_name`, nested `address-locality`, in arrays `emails[0]-value`.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

/// One step into a claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    Member(String),
    Index(usize),
}

/// Where in the claims a value stands: names with `-` between them, positions of arrays in brackets.
///
/// A `-`, `[`, `]` or `\` that belongs to a name is written with a `\` before it.
///
/// ```
/// use oauth2_issuer::relying::issuer::ClaimPath;
/// use serde_json::json;
/// let path: ClaimPath = "emails[0]-value".parse()?;
/// let claims = json!({ "emails": [{ "value": "ada@school.example" }] });
/// assert_eq!(path.text(claims.as_object().unwrap()).as_deref(), Some("ada@school.example"));
/// # Ok::<(), oauth2_issuer::relying::issuer::ClaimPathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClaimPath {
    /// Never empty, and a name first.
    steps: Vec<Step>,
}

/// Why a text names no claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimPathError {
    /// A name between two `-`, or before a bracket, has no characters.
    #[error("expected the name of a claim, such as given_name or address-locality, saw an empty name in {0:?}")]
    EmptyName(String),
    /// What stands in brackets is no position.
    #[error("expected a position in brackets, such as emails[0], in {0:?}")]
    Position(String),
    /// A bracket without its other half, or something between a bracket and the next `-`.
    #[error("expected '-', '[' or the end behind a position in {0:?}")]
    Bracket(String),
}

impl ClaimPath {
    /// A claim at the top, whatever characters its name has.
    pub fn member(name: impl Into<String>) -> Self {
        Self { steps: vec![Step::Member(name.into())] }
    }

    /// The value at this place.
    pub fn find<'v>(&self, claims: &'v Map<String, Value>) -> Option<&'v Value> {
        let mut steps = self.steps.iter();
        let mut value = match steps.next()? {
            Step::Member(name) => claims.get(name)?,
            Step::Index(_) => return None,
        };
        for step in steps {
            value = match step {
                Step::Member(name) => value.as_object()?.get(name)?,
                Step::Index(index) => value.as_array()?.get(*index)?,
            };
        }
        Some(value)
    }

    /// The value at this place as text: strings as they are, numbers and truth values as JSON writes them, the `address`
    /// of OpenID Connect Core, 5.1.1 in one text. Nothing where there is no value, or an empty one, or another object.
    pub fn text(&self, claims: &Map<String, Value>) -> Option<String> {
        let text = match self.find(claims)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Object(members) => address(members)?,
            Value::Null | Value::Array(_) => return None,
        };
        (!text.is_empty()).then_some(text)
    }
}

/// The parts of an address in the order in which OpenID Connect Core, 5.1.1 lists them.
const ADDRESS_PARTS: [&str; 5] = ["street_address", "locality", "region", "postal_code", "country"];

/// `formatted` as it is, otherwise the parts with commas between them; line breaks become commas as well.
fn address(members: &Map<String, Value>) -> Option<String> {
    let part = |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let texts: Vec<&str> = match part("formatted") {
        Some(text) => vec![text],
        None => ADDRESS_PARTS.iter().filter_map(|name| part(name)).collect(),
    };
    let lines: Vec<&str> =
        texts.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

impl FromStr for ClaimPath {
    type Err = ClaimPathError;

    fn from_str(text: &str) -> Result<Self, ClaimPathError> {
        let mut steps = Vec::new();
        let mut rest = text.chars().peekable();
        loop {
            let mut name = String::new();
            while let Some(&next) = rest.peek() {
                match next {
                    '-' | '[' => break,
                    ']' => return Err(ClaimPathError::Bracket(text.to_owned())),
                    '\\' => {
                        rest.next();
                        name.push(rest.next().ok_or_else(|| ClaimPathError::EmptyName(text.to_owned()))?);
                    }
                    _ => {
                        rest.next();
                        name.push(next);
                    }
                }
            }
            if name.is_empty() {
                return Err(ClaimPathError::EmptyName(text.to_owned()));
            }
            steps.push(Step::Member(name));
            while rest.next_if_eq(&'[').is_some() {
                let digits: String = std::iter::from_fn(|| rest.next_if(char::is_ascii_digit)).collect();
                let index = digits.parse().map_err(|_| ClaimPathError::Position(text.to_owned()))?;
                if rest.next() != Some(']') {
                    return Err(ClaimPathError::Position(text.to_owned()));
                }
                steps.push(Step::Index(index));
            }
            match rest.next() {
                None => return Ok(Self { steps }),
                Some('-') => {}
                Some(_) => return Err(ClaimPathError::Bracket(text.to_owned())),
            }
        }
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Member(name) => {
                    if position > 0 {
                        f.write_str("-")?;
                    }
                    for character in name.chars() {
                        if matches!(character, '-' | '[' | ']' | '\\') {
                            f.write_str("\\")?;
                        }
                        write!(f, "{character}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text(path: &str, claims: &Value) -> Option<String> {
        path.parse::<ClaimPath>().unwrap().text(claims.as_object().unwrap())
    }

    #[test]
    fn values_are_found_where_they_stand() {
        let claims = json!({
            "given_name": " Ada ", "age": 36, "email_verified": true, "empty": " ", "none": null,
            "name": { "first": "Ada" }, "mails": [["x"], [{ "a-b": "deep" }]],
        });
        for (path, expected) in [
            ("given_name", Some("Ada")),
            ("age", Some("36")),
            ("email_verified", Some("true")),
            ("name-first", Some("Ada")),
            ("mails[1][0]-a\\-b", Some("deep")),
            ("empty", None),
            ("none", None),
            ("name", None),
            ("mails", None),
            ("mails[2]", None),
            ("given_name-first", None),
            ("absent", None),
        ] {
            assert_eq!(text(path, &claims).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn an_address_becomes_one_line() {
        let formatted = json!({ "address": { "formatted": "1 Street\r\nTown\n", "country": "X" } });
        assert_eq!(text("address", &formatted).as_deref(), Some("1 Street, Town"));
        let parts = json!({ "address": { "country": "X", "street_address": "1 Street\nFlat 2", "locality": "Town" } });
        assert_eq!(text("address", &parts).as_deref(), Some("1 Street, Flat 2, Town, X"));
        assert_eq!(text("address", &json!({ "address": "1 Street" })).as_deref(), Some("1 Street"));
        assert_eq!(text("address-locality", &parts).as_deref(), Some("Town"));
    }

    #[test]
    fn what_names_no_claim_is_refused() {
        for text in
            ["", "-a", "a--b", "a-", "a[", "a[x]", "a[1", "a]b", "a[1]b", "[0]", "a\\", "a[99999999999999999999]"]
        {
            assert!(text.parse::<ClaimPath>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(
            first in ".{1,12}",
            more in prop::collection::vec(prop_oneof![
                ".{1,8}".prop_map(Step::Member),
                any::<u16>().prop_map(|index| Step::Index(index.into())),
            ], 0..5),
        ) {
            let mut steps = vec![Step::Member(first)];
            steps.extend(more);
            let path = ClaimPath { steps };
            prop_assert_eq!(path.to_string().parse::<ClaimPath>().unwrap(), path);
        }

        #[test]
        fn a_value_put_at_a_place_is_found_there(
            names in prop::collection::vec("[a-z\\[\\]\\\\-]{1,6}", 1..5),
            positions in prop::collection::vec(prop::option::of(0_usize..4), 5),
            value in "[a-z]{1,8}",
        ) {
            let mut steps = Vec::new();
            let mut claims = json!(value);
            for (name, position) in names.iter().zip(&positions).rev() {
                if let Some(position) = position {
                    let mut array = vec![Value::Null; *position];
                    array.push(claims);
                    claims = array.into();
                    steps.push(Step::Index(*position));
                }
                claims = json!({ name: claims });
                steps.push(Step::Member(name.clone()));
            }
            steps.reverse();
            let path = ClaimPath { steps };
            prop_assert_eq!(path.text(claims.as_object().unwrap()), Some(value));
        }

        #[test]
        fn reading_never_panics(text in ".{0,40}") {
            let _ = text.parse::<ClaimPath>();
        }
    }
}
