//! The token request: a form (Security Framework 1.0, 4.1.1; RFC 7523, 2.2).

use std::fmt;

use crate::service::Scopes;

/// The value of `grant_type` (RFC 6749, 4.4.2).
pub const CLIENT_CREDENTIALS: &str = "client_credentials";
/// The value of `client_assertion_type` (RFC 7523, 2.2).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A token request as a tool makes it.
///
/// ```
/// use lti_core::service::{Scope, token::TokenRequest};
/// let request = TokenRequest::new("header.claims.signature", Scope::Score);
/// assert!(request.to_form().starts_with("grant_type=client_credentials&client_assertion_type=urn%3Aietf"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TokenRequest {
    client_assertion: String,
    scope: Scopes,
}

impl TokenRequest {
    /// Asks for a token for these scopes, with a signed [`ClientAssertion`](super::ClientAssertion).
    pub fn new(client_assertion: impl Into<String>, scope: impl Into<Scopes>) -> Self {
        Self { client_assertion: client_assertion.into(), scope: scope.into() }
    }

    /// The body of the POST, of the type `application/x-www-form-urlencoded`. It holds the assertion, which is secret.
    pub fn to_form(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", CLIENT_CREDENTIALS)
            .append_pair("client_assertion_type", JWT_BEARER)
            .append_pair("client_assertion", &self.client_assertion)
            .append_pair("scope", &self.scope.to_string())
            .finish()
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// The fields of a token request as somebody sent them: nothing is judged. A field without a value counts as absent
/// (RFC 6749, 3.2), of a field that came twice the first value is kept.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenRequestFields {
    /// `grant_type`.
    pub grant_type: Option<String>,
    /// `client_assertion_type`.
    pub client_assertion_type: Option<String>,
    /// `client_assertion`; secret.
    pub client_assertion: Option<String>,
    /// `client_id`, which the assertion makes superfluous.
    pub client_id: Option<String>,
    /// `scope`, word by word.
    pub scope: Option<Scopes>,
    /// The fields above that came more than once.
    pub repeated: Vec<&'static str>,
    /// The names of further fields, in their order.
    pub further: Vec<String>,
}

impl TokenRequestFields {
    /// Reads the body of a POST.
    pub fn read(body: &[u8]) -> Self {
        let mut fields = crate::login::Fields::new(form_urlencoded::parse(body));
        let mut read = Self {
            grant_type: fields.take("grant_type"),
            client_assertion_type: fields.take("client_assertion_type"),
            client_assertion: fields.take("client_assertion"),
            client_id: fields.take("client_id"),
            scope: fields.take("scope").map(|text| Scopes::parse(&text)),
            ..Self::default()
        };
        let (further, repeated) = fields.rest();
        read.repeated = repeated;
        read.further = further.into_iter().map(|(name, _)| name).collect();
        read
    }
}

impl fmt::Debug for TokenRequestFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequestFields")
            .field("grant_type", &self.grant_type)
            .field("client_assertion_type", &self.client_assertion_type)
            .field("client_id", &self.client_id)
            .field("scope", &self.scope)
            .field("repeated", &self.repeated)
            .finish_non_exhaustive()
    }
}
