//! What a launch says about user, course and link: the part of the application.

use lti_core::custom::{Resolution, Variable, from_message};
use lti_core::message::LtiResourceLinkRequest;
use lti_core::message::deep_linking::LtiDeepLinkingRequest;
use oauth2_issuer::BoxFuture;

use crate::hint::Initiation;

/// Why there is no message for a launch that is in order as far as the protocol goes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct LaunchRefused {
    /// A sentence for the developer of the tool; it goes to the tool as `error_description`.
    pub reason: String,
}

impl LaunchRefused {
    /// A refusal with its reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// Says what the message of a launch carries about user, course and link.
pub trait LaunchSource: Send + Sync {
    /// Fills in the message of this launch.
    ///
    /// It comes as an anonymous launch without roles that has everything the text requires. What the launch and the
    /// authentication request have settled (`iss`, `aud`, `azp`, `nonce`, `iat`, `exp`, `deployment_id`,
    /// `target_link_uri` and the id of the link) is set again afterwards, whatever is done to it here. A `lti1p1` claim
    /// with the identifiers of LTI 1.1 is signed afterwards where the registration has LTI 1.1 credentials. What the
    /// privacy of the registration withholds is taken out.
    ///
    /// # Errors
    /// [`LaunchRefused`] when this user may not, or can no longer, follow this link.
    fn fill<'a>(
        &'a self,
        launch: &'a Initiation,
        message: &'a mut LtiResourceLinkRequest,
    ) -> BoxFuture<'a, Result<(), LaunchRefused>>;

    /// Fills in the message that lets this user choose content: what it says about user, course and platform, the custom
    /// parameters, and in its settings what the platform accepts (Deep Linking 2.0, 4.4). Return address and `data` are
    /// the platform's.
    ///
    /// # Errors
    /// [`LaunchRefused`] when this user may not add content there; a platform that takes no content says nothing else.
    fn fill_deep_linking<'a>(
        &'a self,
        launch: &'a Initiation,
        message: &'a mut LtiDeepLinkingRequest,
    ) -> BoxFuture<'a, Result<(), LaunchRefused>> {
        let _ = (launch, message);
        Box::pin(async { Err(LaunchRefused::new("this platform lets no content be chosen")) })
    }

    /// What a variable of a custom parameter stands for at this launch (LTI Core 1.3, B).
    ///
    /// It is asked after [`fill`](Self::fill), once for each custom parameter of the registration or of the message whose
    /// value names a variable that the privacy of the tool permits. Unless a platform knows more, the message answers:
    /// a variable is what the claim says that it maps to, and everything else goes out unresolved. A platform that
    /// supports a variable and has no value answers [`Resolution::Empty`].
    fn variable(&self, launch: &Initiation, message: &LtiResourceLinkRequest, variable: &Variable<'_>) -> Resolution {
        let _ = launch;
        from_message(variable, message)
    }
}
