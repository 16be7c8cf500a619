//! Why a message of LTI 1.x is refused.

use http::StatusCode;
use lti_core::lti11::inspect::{Lti11Finding, Lti11Violation};
use lti_core::lti11::oauth1::InvalidUrl;
use lti_core::lti11::return_url::Return;
use oauth2_issuer::Unavailable;
use oauth2_issuer::once::ClaimError;
use url::Url;

use crate::page::{AGAIN, ASK, COOKIE_LOST, Page, UNAVAILABLE, ruled};
use crate::random::RandomError;

/// Why a message of LTI 1.x lets nobody in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lti11Error {
    /// The message breaks a rule.
    #[error("{finding}{hint}", hint = likely(.cause.as_deref()))]
    Message {
        /// Which rule.
        finding: Lti11Finding,
        /// What explains a signature that does not hold, for administrators: it is logged, and shown to no user.
        cause: Option<String>,
        /// Where the user goes, with what is said there: only for a message whose signature held.
        return_url: Option<Url>,
    },
    /// The message was used before.
    #[error("{id}: the nonce of this launch was used before", id = Lti11Violation::NonceReplayed.id())]
    NonceReplayed,
    /// The message is half of a relaunch (LTI 1.1.2).
    #[error("the launch is half of a relaunch: {missing} is missing")]
    RelaunchHalf {
        /// The parameter that is missing.
        missing: &'static str,
    },
    /// The platform gives no address that a browser could be sent to for the relaunch.
    #[error("relaunch_url is not an absolute http or https URL")]
    RelaunchUrl,
    /// The relaunch was not begun in this browser, took too long, or was used before (LTI 1.1.2).
    #[error("tool_state is not one of this browser that still holds")]
    RelaunchState,
    /// The public address of the tool is none that a signature covers.
    #[error("the tool's address cannot be verified with: {0}")]
    Address(#[from] InvalidUrl),
    /// The consumers cannot be read.
    #[error("the consumers are {0}")]
    Consumers(Unavailable),
    /// The claim-once store does not answer, so that a replay could not be told from a launch.
    #[error("{0}")]
    Store(ClaimError),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

fn likely(cause: Option<&str>) -> String {
    cause.map(|cause| format!("; likely because {cause}")).unwrap_or_default()
}

impl Lti11Error {
    /// A broken rule, and where the user is told about it.
    pub(super) fn message(finding: Lti11Finding, cause: Option<String>, return_url: Option<&str>) -> Self {
        let return_url = return_url.filter(|_| is_told_there(finding.violation));
        let (heading, _) = advice(finding.violation);
        let said = Return::new().error(heading).error_log(finding.to_string());
        Self::Message { return_url: return_url.and_then(|url| said.url(url).ok()), finding, cause }
    }

    /// The rule that the message breaks; nothing when the fault is on this side, or in a relaunch.
    pub const fn violation(&self) -> Option<Lti11Violation> {
        match self {
            Self::Message { finding, .. } => Some(finding.violation),
            Self::NonceReplayed => Some(Lti11Violation::NonceReplayed),
            _ => None,
        }
    }

    /// Where the user goes with a message about it, instead of reading a page here: `launch_presentation_return_url` of a
    /// message whose signature held, for a fault of its content. Whatever else is wrong, the address is a stranger's.
    pub const fn return_url(&self) -> Option<&Url> {
        match self {
            Self::Message { return_url, .. } => return_url.as_ref(),
            _ => None,
        }
    }

    const fn is_own_fault(&self) -> bool {
        matches!(self, Self::Address(_) | Self::Consumers(_) | Self::Store(_) | Self::Random(_))
    }
}

/// Whether the sender is known and the message is of now, so that its own address may be believed.
fn is_told_there(violation: Lti11Violation) -> bool {
    let of_another_time = matches!(
        violation,
        Lti11Violation::TimestampMissing
            | Lti11Violation::TimestampFormat
            | Lti11Violation::TimestampOld
            | Lti11Violation::TimestampFuture
            | Lti11Violation::NonceMissing
            | Lti11Violation::NonceReplayed
    );
    !violation.leaves_sender_unknown() && !of_another_time
}

fn advice(violation: Lti11Violation) -> (&'static str, &'static str) {
    match violation {
        Lti11Violation::ConsumerKeyUnknown | Lti11Violation::ConsumerKeyMissing => {
            ("This tool does not know your learning platform", ASK)
        }
        Lti11Violation::TimestampOld | Lti11Violation::TimestampFuture => (
            "The launch came too late, or the clocks differ",
            "Please go back to your course and open the activity again. If this happens each time, the clocks of the \
             platform and of this tool differ: tell the people who set up this activity.",
        ),
        Lti11Violation::NonceReplayed => (
            "This launch was used already",
            "A launch works once, so reloading the page or going back to it does not. Please go back to your course and \
             open the activity again.",
        ),
        Lti11Violation::UserIdMissing => (
            "This tool needs to know who you are",
            "Your learning platform launched you without a name. Please tell the people who set up this activity.",
        ),
        _ => ("The launch is not valid", ASK),
    }
}

impl From<&Lti11Error> for Page {
    fn from(error: &Lti11Error) -> Self {
        let own_fault = error.is_own_fault();
        let (heading, advice) = match error {
            _ if own_fault => UNAVAILABLE,
            Lti11Error::RelaunchState => COOKIE_LOST,
            Lti11Error::Message { .. } | Lti11Error::NonceReplayed => {
                error.violation().map_or(("The launch is not valid", ASK), advice)
            }
            _ => ("The launch did not start", AGAIN),
        };
        let status = match error {
            _ if own_fault => StatusCode::SERVICE_UNAVAILABLE,
            Lti11Error::Message { finding, .. } if !finding.violation.leaves_sender_unknown() => {
                StatusCode::BAD_REQUEST
            }
            Lti11Error::RelaunchHalf { .. } | Lti11Error::RelaunchUrl => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNAUTHORIZED,
        };
        // The cause of a bad signature says how the tool is set up: that is for the log.
        let detail = match error {
            Lti11Error::Message { finding, .. } => finding.to_string(),
            other => other.to_string(),
        };
        ruled(status, heading, advice, own_fault, &detail, error.violation().map(Lti11Violation::requirement))
    }
}
