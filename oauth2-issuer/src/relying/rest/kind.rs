//! What arguments and answers can be.

use serde_json::Value;

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArgumentKind {
    /// A text; numbers are taken as they are written.
    Text,
    /// A whole number, also one in a text.
    Integer,
    /// A number, also one in a text.
    Float,
    /// A truth value, also `true`, `false`, `1` and `0`.
    Bool,
    /// Any JSON. In a path, a query or a form it is written as JSON text.
    Raw,
}

impl ArgumentKind {
    /// What is expected, for an error.
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer => "a whole number",
            Self::Float => "a number",
            Self::Bool => "true or false",
            Self::Raw => "JSON",
        }
    }

    /// The value as this kind; nothing where it is of another.
    pub fn take(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::Raw, value) => Some(value.clone()),
            (Self::Text, Value::String(_)) | (Self::Bool, Value::Bool(_)) | (Self::Float, Value::Number(_)) => {
                Some(value.clone())
            }
            (Self::Text, Value::Number(number)) => Some(number.to_string().into()),
            (Self::Integer, Value::Number(number)) => (number.is_i64() || number.is_u64()).then(|| value.clone()),
            (Self::Integer, Value::String(text)) => text.trim().parse::<i64>().ok().map(Value::from),
            (Self::Float, Value::String(text)) => {
                text.trim().parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from)
            }
            (Self::Bool, Value::String(text)) => match text.as_str() {
                "true" | "1" => Some(true.into()),
                "false" | "0" => Some(false.into()),
                _ => None,
            },
            (Self::Bool, Value::Number(number)) => match number.as_i64() {
                Some(1) => Some(true.into()),
                Some(0) => Some(false.into()),
                _ => None,
            },
            _ => None,
        }
    }
}

/// One argument of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ArgumentKind,
    /// Whether it may be left out. One that stands in the endpoint may not.
    pub optional: bool,
}

impl Argument {
    /// An argument that has to be given.
    pub fn required(name: impl Into<String>, kind: ArgumentKind) -> Self {
        Self { name: name.into(), kind, optional: false }
    }

    /// An argument that may be left out.
    pub fn optional(name: impl Into<String>, kind: ArgumentKind) -> Self {
        Self { name: name.into(), kind, optional: true }
    }
}

/// Where the arguments go that do not stand in the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyKind {
    /// Into the query.
    Query,
    /// Into a form.
    Form,
    /// Into a JSON object.
    Json,
    /// Into the query, and the body is given beside them.
    Given,
}

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseKind {
    /// JSON, decoded. An empty body is `null`.
    Json,
    /// The header fields.
    Headers,
    /// The body as it came.
    Raw,
}
