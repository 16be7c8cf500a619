//! From LTI 1.1 to 1.3: for one recorded 1.1 launch, the 1.3 launch that carries the same, what becomes of each
//! parameter, and the migration claim to send with it (LTI Migration Guide).
//!
//! Behind a `JupyterHub` with `LTIContainerSpawner` a parameter may be kept by the message and lost all the same: the
//! spawner reads the form of a 1.1 launch and finds nothing in the claims of a 1.3 one. That is said beside.

mod fate;
mod hub;
mod message;

pub use self::{
    fate::{Fate, Line, lines},
    hub::Hub,
    message::{Target, launch},
};
use crate::capture::Posted;

/// What a site keeps and loses for one launch.
#[derive(Debug)]
pub struct Migration {
    /// What becomes of each parameter, in the order of the form.
    pub lines: Vec<Line>,
    /// The launch in LTI 1.3.
    pub launch: lti_core::message::LtiResourceLinkRequest,
    /// Whether the migration claim is signed.
    pub is_signed: bool,
    /// What a hub with the spawner makes of both, if the launch is one for it.
    pub hub: Option<Hub>,
}

impl Migration {
    /// Works it out.
    pub fn of(posted: &Posted, target: &Target) -> Self {
        let launch = launch(posted, target);
        let is_signed = launch.lti1p1.as_ref().is_some_and(|claim| claim.oauth_consumer_key_sign.is_some());
        Self { lines: lines(posted), launch, is_signed, hub: Hub::of(posted) }
    }

    /// Whether anything is lost: by the message, or behind it by the hub.
    pub fn loses(&self) -> bool {
        self.lines.iter().any(|line| line.fate == Fate::Lost) || self.hub.is_some()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
