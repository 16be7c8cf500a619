//! What an authentication error response may say.

use std::fmt;

/// The `error` codes of an authentication response that this server uses (OpenID Connect Core 1.0, section 3.1.2.6;
/// RFC 6749, section 4.2.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthenticationError {
    /// A parameter is missing, repeated or not understood.
    InvalidRequest,
    /// The client may not ask for this.
    UnauthorizedClient,
    /// The user, or the platform for the user, says no.
    AccessDenied,
    /// Another response type than `id_token`.
    UnsupportedResponseType,
    /// A scope without `openid`.
    InvalidScope,
    /// This server failed; a redirected browser cannot be shown a 500.
    ServerError,
    /// This server is overloaded or under maintenance.
    TemporarilyUnavailable,
    /// Nobody is signed in, or somebody else than the login hint says, and `prompt=none` forbids to ask.
    LoginRequired,
    /// The user would have to do something, and `prompt=none` forbids to ask.
    InteractionRequired,
    /// Request objects are not supported (OpenID Connect Core 1.0, section 6.1: this very code).
    RequestNotSupported,
    /// Request objects by reference are not supported (section 6.2: this very code).
    RequestUriNotSupported,
    /// The `registration` parameter is not supported.
    RegistrationNotSupported,
}

impl AuthenticationError {
    /// The code as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::LoginRequired => "login_required",
            Self::InteractionRequired => "interaction_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
        }
    }
}

impl fmt::Display for AuthenticationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A refusal with its reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}: {description}")]
#[non_exhaustive]
pub struct Denial {
    /// The code.
    pub error: AuthenticationError,
    /// A sentence for the developer of the client.
    pub description: String,
}

impl Denial {
    /// A refusal. Characters that `error_description` may not contain (RFC 6749, section 4.2.2.1) become `?` or a quote.
    pub fn new(error: AuthenticationError, description: impl AsRef<str>) -> Self {
        Self { error, description: description.as_ref().chars().map(permitted).collect() }
    }
}

/// `error_description` consists of %x20-21, %x23-5B and %x5D-7E.
const fn permitted(character: char) -> char {
    match character {
        '"' => '\'',
        '\u{20}'..='\u{21}' | '\u{23}'..='\u{5b}' | '\u{5d}'..='\u{7e}' => character,
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_keep_to_the_permitted_characters() {
        let denial = Denial::new(AuthenticationError::AccessDenied, "say \"no\"\r\nback\\slash \u{e9}");
        assert_eq!(denial.description, "say 'no'??back?slash ?");
        assert_eq!(denial.to_string(), "access_denied: say 'no'??back?slash ?");
    }
}
