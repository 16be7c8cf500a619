//! What becomes of a launch: a form for the browser, or the reason why there is none.

use std::fmt;

use lti_core::id::ClientId;
use lti_core::lti11::launch::WriteError;
use lti_core::lti11::oauth1::{InvalidUrl, Parameters};
use oauth2_issuer::Unavailable;
use url::Url;

use super::Lti11ToolError;
use crate::hint::NoRandomness;
use crate::launch::LaunchRefused;

/// A signed form: the browser of the user posts it to the tool.
#[derive(Clone)]
#[non_exhaustive]
pub struct LaunchForm {
    /// Names the launch.
    pub launch: String,
    /// The tool.
    pub tool: ClientId,
    /// Where it is posted, with its query; this is what was signed.
    pub action: Url,
    /// The fields in order, `oauth_signature` last. What the query of the address holds is not repeated.
    pub fields: Parameters,
    /// What the signature was made over (RFC 5849, 3.4.1), to compare with what a tool computes. It holds no secret.
    pub base_string: String,
}

impl LaunchForm {
    /// The fields, for a page.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

impl fmt::Debug for LaunchForm {
    /// Names of fields alone: values lead to people, and the signature lets them in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaunchForm")
            .field("tool", &self.tool)
            .field("action", &self.action.as_str())
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

/// Why there is no form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lti11LaunchError {
    /// No tool of LTI 1.x has this id.
    #[error("{0:?} is not registered here for LTI 1.1")]
    UnknownTool(String),
    /// Who launches may not, or the link is gone.
    #[error(transparent)]
    Refused(#[from] LaunchRefused),
    /// The message would break a rule.
    #[error("the launch cannot be written: {0}")]
    Message(#[from] WriteError),
    /// The link has an address that nobody can be sent to.
    #[error("the link cannot be launched: {0}")]
    Address(#[from] Lti11ToolError),
    /// The address cannot be signed for.
    #[error("the launch cannot be signed: {0}")]
    Url(#[from] InvalidUrl),
    /// The platform cannot go on.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// There is no nonce.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// `platform_state` was not given by this platform, or to this user's session.
    #[error("platform_state: expected the value of this session's launch, unchanged")]
    PlatformState,
    /// The launch began too long ago.
    #[error("the launch has expired: start it again")]
    Expired,
    /// The launch was completed already.
    #[error("the launch was used before: start it again")]
    Again,
    /// `tool_state` is missing, empty, or longer than a form should carry.
    #[error("tool_state: expected 1 to 2048 characters, saw {0}")]
    ToolState(usize),
}
