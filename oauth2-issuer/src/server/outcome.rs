//! What an authentication request gets: an answer for the client, or a page for the user.

use lti_core::id::State;

use super::error::Denial;

/// What the browser gets.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The answer, to be posted to the registered address that the request named.
    FormPost {
        /// The registered address.
        redirect_uri: String,
        /// `id_token`, and `state` if the request had one.
        fields: Vec<(String, String)>,
    },
    /// A refusal, to be posted to the registered address that the request named.
    ErrorPost {
        /// The registered address.
        redirect_uri: String,
        /// Why.
        denial: Denial,
        /// The state of the request.
        state: Option<State>,
    },
    /// A refusal that stays here, since there is no address it may be sent to.
    ErrorPage {
        /// A few words.
        heading: &'static str,
        /// A sentence for whoever set up the tool.
        text: String,
    },
    /// This server failed before it knew where to answer.
    Failed,
}

impl Outcome {
    pub(super) fn page(heading: &'static str, text: impl Into<String>) -> Self {
        Self::ErrorPage { heading, text: text.into() }
    }

    /// The address and the fields of the form to post, for the two outcomes that leave this server.
    pub fn form(&self) -> Option<(&str, Vec<(String, String)>)> {
        match self {
            Self::FormPost { redirect_uri, fields } => Some((redirect_uri, fields.clone())),
            Self::ErrorPost { redirect_uri, denial, state } => {
                let mut fields = vec![
                    ("error".to_owned(), denial.error.as_str().to_owned()),
                    ("error_description".to_owned(), denial.description.clone()),
                ];
                fields.extend(state.iter().map(|state| ("state".to_owned(), state.as_str().to_owned())));
                Some((redirect_uri, fields))
            }
            Self::ErrorPage { .. } | Self::Failed => None,
        }
    }
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            // The fields hold the ID token.
            Self::FormPost { redirect_uri, .. } => write!(f, "FormPost({redirect_uri})"),
            Self::ErrorPost { redirect_uri, denial, .. } => write!(f, "ErrorPost({redirect_uri}, {denial})"),
            Self::ErrorPage { heading, text } => write!(f, "ErrorPage({heading}: {text})"),
            Self::Failed => f.write_str("Failed"),
        }
    }
}
