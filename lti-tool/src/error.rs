//! Why a login or a launch is refused.
//!
//! Each variant is one reason, and names the rule behind it. What a user reads is the [`Page`](crate::Page) made of it.

use lti_core::id::{ClientId, Issuer};
use lti_core::inspect::{Finding, Violation};
use oauth2_issuer::Unavailable;
use oauth2_issuer::once::ClaimError;
use oauth2_issuer::relying::JwksError;

use crate::random::RandomError;
use crate::storage::StorageQuestion;

/// Why a login initiation gets no authentication request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// A required parameter is missing, or a known one comes twice.
    #[error("{id}: {0}", id = .0.id())]
    Parameters(Violation),
    /// The tool has no registration for this issuer.
    #[error("the issuer {seen} is not registered here{hint}", seen = quoted(.issuer), hint = near(.similar.as_ref()))]
    IssuerUnknown {
        /// The issuer of the login.
        issuer: Issuer,
        /// A registered one that differs by little.
        similar: Option<Issuer>,
    },
    /// The issuer is registered, but not with this client id.
    #[error("the client_id {seen} is not registered here for the issuer {issuer}", seen = quoted(.client_id))]
    ClientUnknown {
        /// The issuer of the login.
        issuer: Issuer,
        /// The client id of the login.
        client_id: ClientId,
    },
    /// The issuer knows this tool under several client ids and the login names none.
    #[error("the issuer {issuer} has {registrations} registrations here and the login names no client_id")]
    ClientAmbiguous {
        /// The issuer of the login.
        issuer: Issuer,
        /// How many registrations it has.
        registrations: usize,
    },
    /// The target is not at this tool: following it would send the user anywhere.
    #[error("target_link_uri {seen} is not at this tool, which is at {tool}", seen = quoted(.target))]
    TargetForeign {
        /// The target of the login.
        target: String,
        /// Where this tool is.
        tool: String,
    },
    /// The login is too long to be kept in a cookie.
    #[error("target_link_uri and lti_deployment_id are too long together: {length} bytes, at most {limit}")]
    TooLong {
        /// How long the cookie would be.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The registrations cannot be read.
    #[error("the registrations are {0}")]
    Registrations(Unavailable),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl LoginError {
    /// The rule that the login breaks; nothing when the fault is on this side.
    pub const fn violation(&self) -> Option<Violation> {
        match self {
            Self::Parameters(violation) => Some(*violation),
            Self::IssuerUnknown { .. } => Some(Violation::LoginIssuerUnknown),
            Self::ClientUnknown { .. } | Self::ClientAmbiguous { .. } => Some(Violation::LoginClientUnknown),
            Self::TargetForeign { .. } => Some(Violation::LoginTargetForeign),
            Self::TooLong { .. } | Self::Registrations(_) | Self::Random(_) => None,
        }
    }
}

fn near(issuer: Option<&Issuer>) -> String {
    issuer.map(|issuer| format!("; registered is {issuer}, and every character counts")).unwrap_or_default()
}

fn sentence(description: Option<&str>) -> String {
    description.map(|text| format!(": {}", quoted(text))).unwrap_or_default()
}

/// A value from outside, as a log or a page may show it: in quotes, on one line, and not too long.
fn quoted(value: impl AsRef<str>) -> String {
    const LIMIT: usize = 200;
    let value = value.as_ref();
    match value.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{:?} and {} bytes more", &value[..end], value.len() - end),
        None => format!("{value:?}"),
    }
}

/// Why an authentication response is no launch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LaunchError {
    /// The form has no ID token and no error, or a known field comes twice.
    #[error("{id}: {0}", id = .0.id())]
    Form(Violation),
    /// The platform refused to launch, and says why.
    #[error("the platform answers {seen}{text}", seen = quoted(.error), text = sentence(.description.as_deref()))]
    Platform {
        /// The error code.
        error: String,
        /// The platform's sentence about it.
        description: Option<String>,
    },
    /// The form has no state.
    #[error("the response has no state, although one was sent")]
    StateMissing,
    /// The state was not made by this tool, or was altered.
    #[error("the state of the response was not made here")]
    StateForeign,
    /// Too much time passed between login and launch.
    #[error("the login began more than {minutes} minutes before its response")]
    LoginExpired {
        /// How long a login holds.
        minutes: u64,
    },
    /// The state is this tool's, but the browser did not bring the cookie that belongs to it: it was lost, or the login
    /// was begun in another browser.
    #[error("this browser did not send the cookie of the login that the response answers")]
    CookieMissing,
    /// The browser did not bring the cookie, but its platform may keep the login: the [`Page`](crate::Page) of this asks
    /// there and posts the launch once more. Nothing is decided yet.
    #[error("this browser did not send the cookie of the login; the platform's storage is asked for it")]
    StorageUnread {
        /// What the page asks, and about which launch.
        question: Box<StorageQuestion>,
    },
    /// What came as the platform's storage cannot take the place of the cookie.
    #[error("the login from the platform's storage {problem}")]
    Storage {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The registration was taken away between login and launch.
    #[error("the registration of {client_id} at {issuer} is gone")]
    RegistrationGone {
        /// The issuer of the login.
        issuer: Issuer,
        /// The client id of the login.
        client_id: ClientId,
    },
    /// The platform's keys cannot be had, so nothing can be verified.
    #[error("the platform's signature cannot be checked: {0}")]
    Keys(#[from] JwksError),
    /// The message breaks a rule.
    #[error("{0}")]
    Message(Finding),
    /// The signed target is not at this tool: following it would send the user anywhere.
    #[error("the claim target_link_uri {seen} is not at this tool, which is at {tool}", seen = quoted(.target))]
    TargetForeign {
        /// The target of the message.
        target: String,
        /// Where this tool is.
        tool: String,
    },
    /// The message was used before.
    #[error("the nonce of this launch was used before")]
    NonceReplayed,
    /// The response was used before.
    #[error("the state of this launch was used before")]
    StateReused,
    /// The registrations cannot be read.
    #[error("the registrations are {0}")]
    Registrations(Unavailable),
    /// The claim-once store does not answer, so that a replay could not be told from a launch.
    #[error("{0}")]
    Store(ClaimError),
}

impl LaunchError {
    /// The rule that the response breaks; nothing when the fault is on this side.
    pub const fn violation(&self) -> Option<Violation> {
        match self {
            Self::Form(violation) => Some(*violation),
            Self::Platform { .. } => Some(Violation::ResponseError),
            Self::StateMissing => Some(Violation::ResponseStateMissing),
            Self::StateForeign | Self::LoginExpired { .. } => Some(Violation::ResponseState),
            Self::CookieMissing | Self::StorageUnread { .. } | Self::Storage { .. } => {
                Some(Violation::ResponseStateBrowser)
            }
            Self::RegistrationGone { .. } => Some(Violation::LoginIssuerUnknown),
            Self::Keys(_) => Some(Violation::TokenSignature),
            Self::Message(finding) => Some(finding.violation),
            Self::TargetForeign { .. } => Some(Violation::LoginTargetForeign),
            Self::NonceReplayed => Some(Violation::LaunchNonceReplayed),
            Self::StateReused => Some(Violation::ResponseStateReused),
            Self::Registrations(_) | Self::Store(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_from_outside_stay_on_one_line_and_short() {
        assert_eq!(quoted("a\nb\u{1b}"), "\"a\\nb\\u{1b}\"");
        assert_eq!(quoted("\u{e9}".repeat(201)).len(), "\"\" and 2 bytes more".len() + 400);
    }
}
