//! A document as values with the lines they stand on, whatever it was written in.

use serde_json::Value;

/// A value, and its line where the format tells it (from 1).
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) line: Option<usize>,
    pub(super) value: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Text(String),
    Flag(bool),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
    /// Anything else, by what it is called.
    Other(&'static str),
}

impl Node {
    pub(super) fn from_json(value: Value) -> Self {
        let value = match value {
            Value::String(text) => Kind::Text(text),
            Value::Bool(flag) => Kind::Flag(flag),
            Value::Array(items) => Kind::List(items.into_iter().map(Self::from_json).collect()),
            Value::Object(members) => {
                Kind::Table(members.into_iter().map(|(name, value)| (name, Self::from_json(value))).collect())
            }
            Value::Number(_) => Kind::Other("a number"),
            Value::Null => Kind::Other("null"),
        };
        Self { line: None, value }
    }

    #[cfg(feature = "toml")]
    pub(super) fn from_toml(text: &str, value: &toml::Spanned<toml::de::DeValue<'_>>) -> Self {
        use toml::de::DeValue;
        let line = Some(line_at(text, value.span().start));
        let value = match value.get_ref() {
            DeValue::String(text) => Kind::Text(text.to_string()),
            DeValue::Boolean(flag) => Kind::Flag(*flag),
            DeValue::Array(items) => Kind::List(items.iter().map(|item| Self::from_toml(text, item)).collect()),
            DeValue::Table(members) => Kind::Table(Self::members(text, members)),
            DeValue::Integer(_) | DeValue::Float(_) => Kind::Other("a number"),
            DeValue::Datetime(_) => Kind::Other("a date"),
        };
        Self { line, value }
    }

    #[cfg(feature = "toml")]
    pub(super) fn members(text: &str, members: &toml::de::DeTable<'_>) -> Vec<(String, Self)> {
        let member = |(name, value): (&toml::Spanned<_>, _)| {
            let name: &toml::de::DeString<'_> = name.get_ref();
            (name.to_string(), Self::from_toml(text, value))
        };
        members.iter().map(member).collect()
    }

    /// What it is, for a sentence; a text is quoted, but not at length.
    pub(super) fn seen(&self) -> String {
        match &self.value {
            Kind::Text(text) => quoted(text),
            Kind::Flag(flag) => flag.to_string(),
            Kind::List(items) if items.is_empty() => "an empty list".to_owned(),
            Kind::List(_) => "a list".to_owned(),
            Kind::Table(_) => "a table".to_owned(),
            Kind::Other(what) => (*what).to_owned(),
        }
    }
}

/// A value of the document in quotes; a key is never repeated, and nothing long.
pub(super) fn quoted(text: &str) -> String {
    const LIMIT: usize = 120;
    if text.contains("PRIVATE KEY") {
        return "a private key".to_owned();
    }
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{:?} and {} bytes more", &text[..end], text.len() - end),
        None => format!("{text:?}"),
    }
}

/// The line of a byte, from 1.
#[cfg(feature = "toml")]
pub(super) fn line_at(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}
