//! Filters, limits and the links from page to page.

use http::HeaderValue;
use lti_core::service::address::append_query;
use lti_core::service::link;

use super::refusal::Refusal;

/// The most line items, results or members that one answer holds.
pub const PAGE_MAX: usize = 100;

/// The parameter that names the last row of the page before.
pub(super) const AFTER: &str = "after";

/// The query of a request.
#[derive(Debug)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(query: Option<&str>) -> Self {
        Self(form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// The value of a parameter that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Whether the parameter is there with this value.
    pub(super) fn holds(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(known, seen)| known == name && seen == value)
    }

    /// How many rows the page may have.
    pub(super) fn limit(&self) -> Result<usize, Refusal> {
        let Some(text) = self.get("limit") else { return Ok(PAGE_MAX) };
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<usize>() {
            Ok(limit @ 1..) if plain => Ok(limit.min(PAGE_MAX)),
            // More digits than a number holds: more rows than a page has.
            Err(_) if plain => Ok(PAGE_MAX),
            _ => Err(Refusal::bad("limit: expected a whole number above 0, saw something else")),
        }
    }

    /// Where the page begins.
    pub(super) fn after<K>(&self, read: impl FnOnce(&str) -> Option<K>) -> Result<Option<K>, Refusal> {
        match self.get(AFTER) {
            None => Ok(None),
            Some(text) => read(text).map(Some).ok_or_else(|| {
                Refusal::bad("after: expected the URL of the next page as it was given, saw another value in it")
            }),
        }
    }

    /// The parameters of a page that the next one has as well: the filters, and the limit as it was asked for.
    pub(super) fn kept<'q>(&'q self, names: &'q [&str]) -> impl Iterator<Item = (&'q str, &'q str)> {
        names.iter().filter_map(|name| self.get(name).map(|value| (*name, value)))
    }
}

/// The header field that leads to another page.
pub(super) fn link_to<'a>(
    address: &str,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    relation: &str,
) -> Option<HeaderValue> {
    HeaderValue::try_from(link::header_value(&append_query(address, parameters), relation)).ok()
}

#[cfg(test)]
mod tests {
    use super::{PAGE_MAX, Query};

    #[test]
    fn limits_are_numbers_above_zero() {
        let limit = |query: &str| Query::parse(Some(query)).limit().ok();
        for (query, expected) in [
            ("", Some(PAGE_MAX)),
            ("limit=", Some(PAGE_MAX)),
            ("limit=1", Some(1)),
            ("limit=100000", Some(PAGE_MAX)),
            ("limit=99999999999999999999999", Some(PAGE_MAX)),
            ("limit=0", None),
            ("limit=-1", None),
            ("limit=%2B1", None),
            ("limit=ten", None),
        ] {
            assert_eq!(limit(query), expected, "{query}");
        }
    }
}
