//! Reading the fields of one entry, collecting what is wrong on the way.

use url::Url;

use super::node::{Kind, Node, quoted};
use super::problem::{Problem, ProblemKind};

/// The names of one field: its own first, then those that other products use for it.
pub(super) type Names = &'static [&'static str];

/// One entry while it is read.
pub(super) struct Entry<'d> {
    name: String,
    line: Option<usize>,
    fields: &'d [(String, Node)],
    known: Vec<&'static str>,
    problems: &'d mut Vec<Problem>,
}

impl<'d> Entry<'d> {
    pub(super) fn new(
        name: String,
        line: Option<usize>,
        fields: &'d [(String, Node)],
        problems: &'d mut Vec<Problem>,
    ) -> Self {
        Self { name, line, fields, known: Vec::new(), problems }
    }

    pub(super) fn report(&mut self, kind: ProblemKind, field: &str, expected: &str, seen: String, line: Option<usize>) {
        let line = line.or(self.line);
        let (entry, field, expected) = (self.name.clone(), field.to_owned(), expected.to_owned());
        self.problems.push(Problem { kind, entry, field, expected, seen, line });
    }

    fn take(&mut self, names: Names) -> Option<&'d Node> {
        self.known.extend(names);
        let fields = self.fields;
        fields.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, node)| node)
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, names: Names, expected: &str) -> Option<(String, Option<usize>)> {
        let node = self.take(names)?;
        match &node.value {
            Kind::Text(text) if !text.trim().is_empty() => Some((text.clone(), node.line)),
            _ => {
                self.report(ProblemKind::Malformed, names[0], expected, node.seen(), node.line);
                None
            }
        }
    }

    /// A text that must be there.
    pub(super) fn needed(&mut self, names: Names, expected: &str) -> Option<(String, Option<usize>)> {
        if !self.fields.iter().any(|(name, _)| names.contains(&name.as_str())) {
            self.known.extend(names);
            self.report(ProblemKind::Missing, names[0], expected, "nothing".to_owned(), None);
            return None;
        }
        self.text(names, expected)
    }

    /// An absolute http or https address, as it is written.
    pub(super) fn address(&mut self, names: Names, needed: bool) -> Option<(String, Url)> {
        const EXPECTED: &str = "an absolute https address, without fragment and password";
        let found = if needed { self.needed(names, EXPECTED) } else { self.text(names, EXPECTED) };
        let (text, line) = found?;
        let url = address(&text);
        if url.is_none() {
            self.report(ProblemKind::Malformed, names[0], EXPECTED, quoted(&text), line);
        }
        Some((text, url?))
    }

    /// A list of texts, or one text.
    pub(super) fn texts(&mut self, names: Names, expected: &str) -> Vec<(String, Option<usize>)> {
        let Some(node) = self.take(names) else { return Vec::new() };
        let items = match &node.value {
            Kind::Text(_) => std::slice::from_ref(node),
            Kind::List(items) => items.as_slice(),
            _ => {
                self.report(ProblemKind::Malformed, names[0], expected, node.seen(), node.line);
                &[]
            }
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Kind::Text(text) if !text.is_empty() => texts.push((text.clone(), item.line)),
                _ => self.report(ProblemKind::Malformed, names[0], expected, item.seen(), item.line),
            }
        }
        texts
    }

    /// A truth value; false when it is not there.
    pub(super) fn flag(&mut self, names: Names) -> bool {
        let Some(node) = self.take(names) else { return false };
        if let Kind::Flag(flag) = node.value {
            return flag;
        }
        self.report(ProblemKind::Malformed, names[0], "true or false", node.seen(), node.line);
        false
    }

    /// Names every key that no field was read from, with the nearest one that there is.
    pub(super) fn finish(mut self) {
        for (name, node) in self.fields {
            if !self.known.contains(&name.as_str()) {
                let nearest = nearest(name, &self.known).unwrap_or_default();
                self.report(ProblemKind::Unknown, name, nearest, node.seen(), node.line);
            }
        }
    }
}

/// The known name that a misspelt one was probably meant to be.
pub(super) fn nearest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', ' '], "_");
    let near = |other: &&'static str| strsim::normalized_damerau_levenshtein(&plain(name), other);
    let best = known.iter().copied().max_by(|a, b| near(a).total_cmp(&near(b)))?;
    (near(&best) > 0.6).then_some(best)
}

pub(super) fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    (plain && matches!(url.scheme(), "http" | "https")).then_some(url)
}
