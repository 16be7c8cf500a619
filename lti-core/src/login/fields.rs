//! Names and values of a query or a form, in the order in which they came.

use url::Url;

/// The fields of a form or a query, decoded, in their order.
pub type Pairs = Vec<(String, String)>;

/// Takes known fields out of a list and remembers which came twice.
pub(crate) struct Fields {
    left: Pairs,
    repeated: Vec<&'static str>,
}

impl Fields {
    pub(crate) fn new<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let left = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { left, repeated: Vec::new() }
    }

    /// The first value of a field; the others are dropped and the field is noted as repeated.
    ///
    /// A field without a value counts as absent (RFC 6749, 3.1: parameters sent without a value are treated as if
    /// they were omitted).
    pub(crate) fn take(&mut self, name: &'static str) -> Option<String> {
        let mut found = None;
        let mut count = 0;
        self.left.retain_mut(|(field, value)| {
            if field != name {
                return true;
            }
            count += 1;
            if found.is_none() {
                found = Some(std::mem::take(value));
            }
            false
        });
        if count > 1 {
            self.repeated.push(name);
        }
        found.filter(|value| !value.is_empty())
    }

    /// What nobody took, and the names that came twice.
    pub(crate) fn rest(self) -> (Pairs, Vec<&'static str>) {
        (self.left, self.repeated)
    }
}

/// `url` with the pairs added to its query.
pub(super) fn append(url: &Url, pairs: &[(String, String)]) -> Url {
    let mut url = url.clone();
    url.query_pairs_mut().extend_pairs(pairs);
    url
}

/// Adds a pair when there is a value.
pub(super) fn push(pairs: &mut Pairs, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        pairs.push((name.to_owned(), value.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn the_first_value_counts_and_repetition_is_noted() {
        let mut fields = Fields::new([("a", "1"), ("b", ""), ("a", "2"), ("c", "3")]);
        assert_eq!(fields.take("a").as_deref(), Some("1"));
        assert_eq!(fields.take("b"), None);
        assert_eq!(fields.take("d"), None);
        assert_eq!(fields.rest(), (vec![("c".into(), "3".into())], vec!["a"]));
    }
}
