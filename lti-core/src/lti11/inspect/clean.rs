//! The way from a request that breaks no rule to a launch.

use std::time::Duration;

use super::signature::Protocol;
use super::{Policy, Request};
use crate::inspect::{NotClaimed, once_digest};
use crate::lti11::launch::LaunchParameters;
use crate::lti11::parameter::message_type;
use crate::once::{Claimed, OnceKey, OnceKind};

/// A message that is exactly a window old is still let in, so that its key has to outlive that second.
const A_SECOND: Duration = Duration::from_secs(1);

/// A message that breaks no rule that refuses it. It may be a replay still: claim [`Clean::once_key`] first.
#[derive(Debug)]
pub struct Clean {
    parameters: LaunchParameters,
    once: OnceKey,
}

impl Clean {
    pub(super) fn new(request: &Request<'_>, protocol: &Protocol<'_>, policy: &Policy) -> Option<Self> {
        let once = once_key(protocol, policy)?;
        Some(Self { parameters: request.parameters().clone().into(), once })
    }

    /// The parameters, signed by whoever holds the secret.
    pub const fn parameters(&self) -> &LaunchParameters {
        &self.parameters
    }

    /// What must be claimed once before this is a launch: the nonce, within its consumer key and timestamp, for as long
    /// as the timestamp is accepted (RFC 5849, 3.3).
    pub const fn once_key(&self) -> &OnceKey {
        &self.once
    }

    /// The message, with the proof that its nonce was claimed by it first.
    ///
    /// # Errors
    /// [`NotClaimed`] when the proof is for something else.
    pub fn into_launch(self, claimed: Claimed) -> Result<Launch11, NotClaimed> {
        // The proof is used up here, whatever comes of it.
        let proof = claimed;
        if proof.proves(&self.once) { Ok(Launch11 { parameters: self.parameters }) } else { Err(NotClaimed) }
    }
}

/// A genuine message of LTI 1.x, seen for the first time: a launch, or a Content-Item message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch11 {
    parameters: LaunchParameters,
}

impl Launch11 {
    /// Everything that was signed.
    pub const fn parameters(&self) -> &LaunchParameters {
        &self.parameters
    }

    /// Whose secret signed it.
    pub fn consumer_key(&self) -> &str {
        self.parameters.consumer_key().unwrap_or_default()
    }

    /// Who the user is: ids of two consumers have nothing to do with each other, so the key belongs to the name.
    pub fn user(&self) -> Option<(&str, &str)> {
        Some((self.consumer_key(), self.parameters.user_id()?))
    }

    /// Whether the platform asks for content (Content-Item Message 1.0).
    pub fn is_content_item_request(&self) -> bool {
        self.parameters.message_type() == Some(message_type::CONTENT_ITEM_SELECTION_REQUEST)
    }

    /// Gives the parameters back.
    pub fn into_parameters(self) -> LaunchParameters {
        self.parameters
    }
}

/// A service request that is signed as it should be. It may be a replay still.
#[derive(Debug)]
pub struct CleanService {
    consumer_key: String,
    once: OnceKey,
}

impl CleanService {
    pub(super) fn new(protocol: &Protocol<'_>, policy: &Policy) -> Option<Self> {
        Some(Self { consumer_key: protocol.consumer_key?.to_owned(), once: once_key(protocol, policy)? })
    }

    /// What must be claimed once before the request is served.
    pub const fn once_key(&self) -> &OnceKey {
        &self.once
    }

    /// The consumer key whose holder asks, with the proof that the nonce was claimed by this request first.
    ///
    /// # Errors
    /// [`NotClaimed`] when the proof is for something else.
    pub fn into_consumer_key(self, claimed: Claimed) -> Result<String, NotClaimed> {
        let proof = claimed;
        if proof.proves(&self.once) { Ok(self.consumer_key) } else { Err(NotClaimed) }
    }
}

fn once_key(protocol: &Protocol<'_>, policy: &Policy) -> Option<OnceKey> {
    let moment = protocol.moment()?;
    let key = once_digest([protocol.consumer_key?, &moment.to_string(), protocol.nonce?]);
    Some(OnceKey::new(OnceKind::OAuth1Nonce, key, moment + policy.window + A_SECOND))
}
