//! What a token endpoint answers (RFC 6749, 5.1 and 5.2; Security Framework 1.0, 4.1).

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::message::resource_link::entry;
use crate::message::{OtherClaims, Shape, Slot};
use crate::service::members::{Members, Reader};
use crate::service::{Problem, Reading, Scopes, ServiceRule};

/// An access token; it prints as `AccessToken(..)`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AccessToken(String);

impl AccessToken {
    /// Takes the token as it stands.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The token. It opens the services: keep it out of logs.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(..)")
    }
}

/// A token that was issued.
///
/// ```
/// use lti_core::service::token::TokenResponse;
/// let answer = br#"{"access_token": "opaque", "token_type": "bearer", "expires_in": "3600"}"#;
/// let response = TokenResponse::read(answer).lenient()?;
/// assert_eq!((response.expires_in, response.scope), (Some(3600), None));
/// # Ok::<(), lti_core::service::Problems>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TokenResponse {
    /// The token.
    pub access_token: AccessToken,
    /// How long it is good, in seconds; unknown where it is missing.
    pub expires_in: Option<u64>,
    /// What it is good for; where it is missing, what was asked for (RFC 6749, 5.1).
    pub scope: Option<Scopes>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl TokenResponse {
    /// A bearer token with the scopes that were granted.
    pub fn new(access_token: impl Into<String>, expires_in: u64, scope: impl Into<Scopes>) -> Self {
        Self {
            access_token: AccessToken::new(access_token),
            expires_in: Some(expires_in),
            scope: Some(scope.into()),
            other: OtherClaims::default(),
        }
    }

    /// Reads an answer that a platform gave with a success. `token_type` in any letter case, `expires_in` as a number or
    /// as the string that some platforms make of it.
    pub fn read(body: &[u8]) -> Reading<Self> {
        let mut reader = match open(body, "the token response") {
            Ok(reader) => reader,
            Err(problem) => return Reading { value: None, problems: vec![problem] },
        };
        let r = &mut reader;
        let token = r.required::<String>("access_token", ServiceRule::TokenAccess, "a string");
        let token = token.filter(|token| !token.is_empty());
        if token.is_none() && r.problems.is_empty() {
            r.report(ServiceRule::TokenAccess, "access_token", "a string", "an empty one");
        }
        token_type(r);
        let expires_in = expires_in(r);
        let scope = scope(r);
        let problems = std::mem::take(&mut r.problems);
        let other = reader.into_other();
        let value = token.map(|token| Self { access_token: AccessToken(token), expires_in, scope, other });
        Reading { value, problems }
    }
}

fn open(body: &[u8], name: &str) -> Result<Reader, Problem> {
    match Members::parse(body) {
        Ok(members) => Ok(Reader::new(members, "", ServiceRule::TokenJson)),
        Err(seen) => Err(Problem::new(ServiceRule::TokenJson, name, "a JSON object", seen)),
    }
}

fn token_type(reader: &mut Reader) {
    let seen = match reader.slot::<String>("token_type") {
        Slot::Is(text) if text.eq_ignore_ascii_case("bearer") => return,
        Slot::Is(_) => "another type",
        Slot::Missing => "no such member",
        Slot::Mistyped(kind) => kind,
    };
    reader.report(ServiceRule::TokenType, "token_type", "bearer", seen);
}

/// Seconds, as a number or as a text; negative ones count as none left.
struct Seconds {
    seconds: u64,
    as_text: bool,
}

impl Shape<'_> for Seconds {
    const WANTED: &'static str = "a number of seconds";

    fn string(text: &str) -> Option<Self> {
        let number: f64 = text.trim().parse().ok().filter(|number: &f64| number.is_finite())?;
        Self::number(number).map(|read| Self { as_text: true, ..read })
    }

    fn number(number: f64) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
        number.is_finite().then_some(Self { seconds: number as u64, as_text: false })
    }
}

fn expires_in(reader: &mut Reader) -> Option<u64> {
    let seen = match reader.slot::<Seconds>("expires_in") {
        Slot::Is(read) if !read.as_text => return Some(read.seconds),
        Slot::Is(read) => {
            reader.report(ServiceRule::TokenExpires, "expires_in", Seconds::WANTED, "a string");
            return Some(read.seconds);
        }
        Slot::Missing | Slot::Mistyped("null") => return None,
        Slot::Mistyped(kind) => kind,
    };
    reader.report(ServiceRule::TokenExpires, "expires_in", Seconds::WANTED, seen);
    None
}

fn scope(reader: &mut Reader) -> Option<Scopes> {
    let seen = match reader.slot::<Scopes>("scope") {
        Slot::Is(scopes) => return Some(scopes),
        Slot::Missing => "no such member",
        Slot::Mistyped(kind) => kind,
    };
    reader.report(ServiceRule::TokenScope, "scope", "words with a space between them", seen);
    None
}

impl Serialize for TokenResponse {
    /// Holds the token in the clear: what is written here goes to the tool and nowhere else.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("access_token", self.access_token.as_str())?;
        map.serialize_entry("token_type", "Bearer")?;
        entry(&mut map, "expires_in", self.expires_in.as_ref())?;
        entry(&mut map, "scope", self.scope.as_ref().map(ToString::to_string).as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

/// Why a token request was refused (RFC 6749, 5.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenErrorCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The client could not be authenticated; what a bad assertion is answered with (RFC 7521, 4.2.1).
    InvalidClient,
    /// The grant is not valid.
    InvalidGrant,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// The grant is not supported.
    UnsupportedGrantType,
    /// The scope is missing, unknown, or more than the client may have.
    InvalidScope,
    /// Another code, kept as it stands.
    Other(String),
}

impl TokenErrorCode {
    /// Reads a code by its exact name.
    pub fn parse(text: impl Into<String> + AsRef<str>) -> Self {
        match text.as_ref() {
            "invalid_request" => Self::InvalidRequest,
            "invalid_client" => Self::InvalidClient,
            "invalid_grant" => Self::InvalidGrant,
            "unauthorized_client" => Self::UnauthorizedClient,
            "unsupported_grant_type" => Self::UnsupportedGrantType,
            "invalid_scope" => Self::InvalidScope,
            _ => Self::Other(text.into()),
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::Other(text) => text,
        }
    }
}

/// The answer to a token request that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenErrorResponse {
    /// The reason, as a code.
    pub error: TokenErrorCode,
    /// The reason, for the people who run the client.
    pub error_description: Option<String>,
    /// Where more is said about it.
    pub error_uri: Option<String>,
}

impl TokenErrorResponse {
    /// A code with a sentence beside it.
    pub fn new(error: TokenErrorCode, error_description: impl Into<String>) -> Self {
        Self { error, error_description: Some(error_description.into()), error_uri: None }
    }

    /// Reads an answer that a platform gave without a success.
    pub fn read(body: &[u8]) -> Reading<Self> {
        let mut reader = match open(body, "the token error response") {
            Ok(reader) => reader,
            Err(problem) => return Reading { value: None, problems: vec![problem] },
        };
        let error = reader.required::<String>("error", ServiceRule::TokenError, "a code, a string");
        let value = error.map(|error| Self {
            error: TokenErrorCode::parse(error),
            error_description: reader.slot("error_description").value(),
            error_uri: reader.slot("error_uri").value(),
        });
        Reading { value, problems: reader.problems }
    }
}

impl Serialize for TokenErrorResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("error", self.error.as_str())?;
        // RFC 6749, 5.2 admits printable ASCII without quotes and backslashes.
        let plain = |c: char| if matches!(c, ' '..='~') && c != '"' && c != '\\' { c } else { '?' };
        let description = self.error_description.as_ref().map(|text| text.chars().map(plain).collect::<String>());
        entry(&mut map, "error_description", description.as_ref())?;
        entry(&mut map, "error_uri", self.error_uri.as_ref())?;
        map.end()
    }
}
