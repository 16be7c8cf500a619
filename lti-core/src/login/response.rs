//! Step 3: the platform answers, through the browser, with an ID token or an error (Security Framework 1.0, 5.1.1.3
//! and 5.1.1.5).

use std::fmt;

use super::Pairs;
use super::fields::{Fields, push};
use crate::id::State;
use crate::inspect::Violation;

/// An authentication response as it was posted to the tool. Nothing in it is verified by reading it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthenticationResponse {
    /// The platform knows the user.
    #[non_exhaustive]
    Success {
        /// The ID token, a compact JWS.
        id_token: String,
        /// The state of the request, if the platform gave it back.
        state: Option<State>,
        /// Fields that nobody here knows. They are ignored (RFC 6749, 4.2.2).
        extra: Pairs,
    },
    /// The platform refuses (OpenID Connect Core 1.0, 3.1.2.6). An ID token beside an error is not looked at.
    #[non_exhaustive]
    Error {
        /// The code, such as `login_required`.
        error: String,
        /// A sentence for the developer.
        description: Option<String>,
        /// A page about the error.
        uri: Option<String>,
        /// The state of the request, if the platform gave it back.
        state: Option<State>,
    },
}

impl AuthenticationResponse {
    /// An answer with an ID token.
    pub fn success(id_token: impl Into<String>, state: Option<State>) -> Self {
        Self::Success { id_token: id_token.into(), state, extra: Pairs::new() }
    }

    /// An answer with an error and, if there is one, a sentence for the developer.
    pub fn error(error: impl Into<String>, description: Option<String>, state: Option<State>) -> Self {
        Self::Error { error: error.into(), description, uri: None, state }
    }

    /// Reads the fields of the form.
    ///
    /// A missing state is no error here: whether the tool had sent one is not known to this type.
    ///
    /// # Errors
    /// [`Violation::ResponseFieldDuplicate`] when a known field comes twice, [`Violation::ResponseIdTokenMissing`] when
    /// there is neither an ID token nor an error.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, Violation> {
        let mut fields = Fields::new(pairs);
        let id_token = fields.take("id_token");
        let error = fields.take("error");
        let description = fields.take("error_description");
        let uri = fields.take("error_uri");
        let state = fields.take("state").map(State::new);
        let (extra, repeated) = fields.rest();
        if !repeated.is_empty() {
            return Err(Violation::ResponseFieldDuplicate);
        }
        match (error, id_token) {
            (Some(error), _) => Ok(Self::Error { error, description, uri, state }),
            (None, Some(id_token)) => Ok(Self::Success { id_token, state, extra }),
            (None, None) => Err(Violation::ResponseIdTokenMissing),
        }
    }

    /// The fields of the form.
    pub fn to_pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        match self {
            Self::Success { id_token, state, extra } => {
                push(&mut pairs, "id_token", Some(id_token));
                push(&mut pairs, "state", state.as_ref().map(State::as_str));
                pairs.extend(extra.iter().cloned());
            }
            Self::Error { error, description, uri, state } => {
                push(&mut pairs, "error", Some(error));
                push(&mut pairs, "error_description", description.as_deref());
                push(&mut pairs, "error_uri", uri.as_deref());
                push(&mut pairs, "state", state.as_ref().map(State::as_str));
            }
        }
        pairs
    }

    /// The state that came back, if any.
    pub fn state(&self) -> Option<&State> {
        match self {
            Self::Success { state, .. } | Self::Error { state, .. } => state.as_ref(),
        }
    }
}

impl fmt::Debug for AuthenticationResponse {
    /// Neither the token nor the names of a person in it are shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success { id_token, state, .. } => f
                .debug_struct("Success")
                .field("id_token_bytes", &id_token.len())
                .field("state", state)
                .finish_non_exhaustive(),
            Self::Error { error, .. } => f.debug_struct("Error").field("error", error).finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::AuthenticationResponse;
    use crate::inspect::Violation;

    #[test]
    fn pairs_survive_the_way_there_and_back() {
        let rows = [
            vec![("id_token", "a.b.c"), ("state", "s"), ("lti_storage_target", "_parent")],
            vec![("id_token", "a.b.c")],
            vec![("error", "login_required"), ("error_description", "no"), ("error_uri", "u"), ("state", "s")],
        ];
        for row in rows {
            let response = AuthenticationResponse::from_pairs(row.clone()).unwrap();
            let written = response.to_pairs();
            assert_eq!(written, row.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect::<Vec<_>>());
            assert_eq!(AuthenticationResponse::from_pairs(written).unwrap(), response);
        }
    }

    #[test]
    fn broken_forms_are_named() {
        let read = |pairs: &[(&str, &str)]| AuthenticationResponse::from_pairs(pairs.iter().copied());
        assert_eq!(read(&[]), Err(Violation::ResponseIdTokenMissing));
        assert_eq!(read(&[("id_token", "")]), Err(Violation::ResponseIdTokenMissing));
        assert_eq!(read(&[("id_token", "a"), ("id_token", "b")]), Err(Violation::ResponseFieldDuplicate));
        assert_eq!(read(&[("id_token", "a"), ("state", "1"), ("state", "2")]), Err(Violation::ResponseFieldDuplicate));
        assert!(read(&[("id_token", "a"), ("x", "1"), ("x", "2")]).is_ok());
        let both = read(&[("error", "e"), ("id_token", "a")]).unwrap();
        assert!(matches!(both, AuthenticationResponse::Error { .. }), "no token beside an error is looked at");
    }

    #[test]
    fn debug_shows_no_token() {
        let response = AuthenticationResponse::from_pairs([("id_token", "a.b.c"), ("state", "s1")]).unwrap();
        assert_eq!(format!("{response:?}"), "Success { id_token_bytes: 5, state: Some(State(..)), .. }");
    }
}
