//! Taking members out of JSON as far as they can be read: what cannot stays where it is.

use serde_json::{Map, Value};

/// The text under this name.
pub(super) fn text(members: &mut Map<String, Value>, name: &str) -> Option<String> {
    let text = members.get(name)?.as_str()?.to_owned();
    members.remove(name);
    Some(text)
}

/// The texts of a list; a single text counts as a list of one, and elements of other types are dropped.
pub(super) fn texts(members: &mut Map<String, Value>, name: &str) -> Vec<String> {
    let texts = match members.get(name) {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => return Vec::new(),
    };
    members.remove(name);
    texts
}

/// The words of a text, which is how scopes are written (RFC 6749, 3.3); some writers send a list.
pub(super) fn words(members: &mut Map<String, Value>, name: &str) -> Vec<String> {
    let texts = texts(members, name);
    texts.iter().flat_map(|text| text.split_ascii_whitespace()).map(str::to_owned).collect()
}

/// An object of texts; numbers and truth values become text, everything else is dropped.
pub(super) fn parameters(members: &mut Map<String, Value>, name: &str) -> Vec<(String, String)> {
    let Some(Value::Object(found)) = members.get(name) else { return Vec::new() };
    let as_text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    let pairs = found.iter().filter_map(|(name, value)| Some((name.clone(), as_text(value)?))).collect();
    members.remove(name);
    pairs
}

/// Writes a text where there is one.
pub(super) fn put_text(members: &mut Map<String, Value>, name: &str, text: Option<&str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        members.insert(name.to_owned(), text.into());
    }
}

/// Writes a list where it is not empty.
pub(super) fn put_texts(members: &mut Map<String, Value>, name: &str, texts: &[String]) {
    if !texts.is_empty() {
        members.insert(name.to_owned(), texts.to_vec().into());
    }
}

/// Writes an object of texts where it is not empty.
pub(super) fn put_parameters(members: &mut Map<String, Value>, name: &str, pairs: &[(String, String)]) {
    if !pairs.is_empty() {
        let object = pairs.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        members.insert(name.to_owned(), Value::Object(object));
    }
}
