//! Why a registration is refused.

use std::fmt;

use serde_json::{Map, Value, json};

use super::lenient;

/// The `error` codes of RFC 7591, 3.2.2.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrationErrorCode {
    /// A redirection URI cannot be taken.
    InvalidRedirectUri,
    /// Another member cannot be taken.
    InvalidClientMetadata,
    /// The software statement cannot be read.
    InvalidSoftwareStatement,
    /// The software statement is not approved.
    UnapprovedSoftwareStatement,
    /// The registration token is missing, unknown, expired or used (RFC 6750, 3.1).
    InvalidToken,
    /// A code of the platform's own.
    Other(String),
}

impl RegistrationErrorCode {
    /// The code as it goes over the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidSoftwareStatement => "invalid_software_statement",
            Self::UnapprovedSoftwareStatement => "unapproved_software_statement",
            Self::InvalidToken => "invalid_token",
            Self::Other(code) => code,
        }
    }
}

impl From<&str> for RegistrationErrorCode {
    fn from(code: &str) -> Self {
        let known = [
            Self::InvalidRedirectUri,
            Self::InvalidClientMetadata,
            Self::InvalidSoftwareStatement,
            Self::UnapprovedSoftwareStatement,
            Self::InvalidToken,
        ];
        known.into_iter().find(|known| known.as_str() == code).unwrap_or_else(|| Self::Other(code.to_owned()))
    }
}

impl fmt::Display for RegistrationErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The body of a refusal (RFC 7591, 3.2.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}{text}", text = .description.as_deref().map(|text| format!(": {text}")).unwrap_or_default())]
#[non_exhaustive]
pub struct RegistrationError {
    /// The code.
    pub code: RegistrationErrorCode,
    /// A sentence for the developer of the tool.
    pub description: Option<String>,
}

impl RegistrationError {
    /// A refusal with its reason.
    pub fn new(code: RegistrationErrorCode, description: impl Into<String>) -> Self {
        Self { code, description: Some(description.into()) }
    }

    /// Reads the body of a refusal; nothing when it is none, as with Moodle's plain text.
    ///
    /// ```
    /// use lti_core::registration::dynamic::{RegistrationError, RegistrationErrorCode};
    /// let error = RegistrationError::from_json(br#"{"error":"invalid_redirect_uri"}"#).map(|error| error.code);
    /// assert_eq!(error, Some(RegistrationErrorCode::InvalidRedirectUri));
    /// assert_eq!(RegistrationError::from_json(b"missing_domain"), None);
    /// ```
    pub fn from_json(body: &[u8]) -> Option<Self> {
        let mut members: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let code = lenient::text(&mut members, "error").or_else(|| lenient::text(&mut members, "errors"))?;
        let description =
            lenient::text(&mut members, "error_description").or_else(|| lenient::text(&mut members, "message"));
        Some(Self { code: code.as_str().into(), description })
    }

    /// The body, as it is sent.
    pub fn to_json(&self) -> Value {
        match &self.description {
            Some(description) => json!({ "error": self.code.as_str(), "error_description": description }),
            None => json!({ "error": self.code.as_str() }),
        }
    }
}

/// A member of a request that keeps it from being taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{member}: expected {expected}, saw {seen}")]
#[non_exhaustive]
pub struct MetadataFault {
    /// The code that a platform answers with.
    pub code: RegistrationErrorCode,
    /// The member, with a dot before what lies inside another.
    pub member: &'static str,
    /// What is expected there.
    pub expected: String,
    /// What is there.
    pub seen: String,
}

impl MetadataFault {
    pub(super) fn metadata(member: &'static str, expected: impl Into<String>, seen: impl Into<String>) -> Self {
        let code = RegistrationErrorCode::InvalidClientMetadata;
        Self { code, member, expected: expected.into(), seen: seen.into() }
    }

    pub(super) fn redirect(expected: impl Into<String>, seen: impl Into<String>) -> Self {
        let code = RegistrationErrorCode::InvalidRedirectUri;
        Self { code, member: "redirect_uris", expected: expected.into(), seen: seen.into() }
    }
}

impl From<MetadataFault> for RegistrationError {
    fn from(fault: MetadataFault) -> Self {
        let description = fault.to_string();
        Self::new(fault.code, description)
    }
}

#[cfg(test)]
mod tests {
    use super::{RegistrationError, RegistrationErrorCode};

    #[test]
    fn codes_survive_the_way_there_and_back() {
        for code in ["invalid_redirect_uri", "invalid_client_metadata", "invalid_token", "token_already_used"] {
            let error = RegistrationError::new(code.into(), "why");
            assert_eq!(RegistrationError::from_json(error.to_json().to_string().as_bytes()), Some(error));
        }
        assert_eq!(RegistrationErrorCode::from("odd"), RegistrationErrorCode::Other("odd".to_owned()));
    }

    #[test]
    fn what_is_no_error_body_is_none() {
        for body in ["", "missing_domain", "[]", "{}", r#"{"error":7}"#, "<html>"] {
            assert_eq!(RegistrationError::from_json(body.as_bytes()), None, "{body}");
        }
    }
}
