//! The way from a response that breaks no rule to what was returned.

use super::UnusableItem;
use crate::inspect::NotClaimed;
use crate::message::deep_linking::{ContentItem, LtiDeepLinkingResponse};
use crate::once::{Claimed, OnceKey};

/// A response that breaks no rule that refuses it. It may be a replay still: claim [`CleanResponse::once_key`] first.
#[derive(Debug)]
pub struct CleanResponse {
    pub(super) response: LtiDeepLinkingResponse,
    pub(super) unusable: Vec<UnusableItem>,
    pub(super) once: OnceKey,
}

impl CleanResponse {
    /// The response. Whether its `data` belongs to the session of this browser is for the platform to say (Security
    /// Framework 1.0, 7.3.1), before anything is claimed.
    pub fn response(&self) -> &LtiDeepLinkingResponse {
        &self.response
    }

    /// What must be claimed once: the nonce, within this tool, until the response ends (5.2.3 step 9).
    pub fn once_key(&self) -> &OnceKey {
        &self.once
    }

    /// What was returned, with the proof that its nonce was claimed by this response first.
    ///
    /// # Errors
    /// [`NotClaimed`] when the proof is for something else.
    pub fn into_returned(self, claimed: Claimed) -> Result<Returned, NotClaimed> {
        let proof = claimed;
        if proof.proves(&self.once) {
            Ok(Returned { response: self.response, unusable: self.unusable })
        } else {
            Err(NotClaimed)
        }
    }
}

/// What a tool returned, genuine and for the first time.
#[derive(Debug, Clone, PartialEq)]
pub struct Returned {
    response: LtiDeepLinkingResponse,
    unusable: Vec<UnusableItem>,
}

impl Returned {
    /// The whole response.
    pub fn response(&self) -> &LtiDeepLinkingResponse {
        &self.response
    }

    /// The items that can be used, in their order; none where nothing was chosen.
    pub fn items(&self) -> &[ContentItem] {
        &self.response.content_items
    }

    /// The items that cannot be used, with the reasons.
    pub fn unusable(&self) -> &[UnusableItem] {
        &self.unusable
    }

    /// Gives the response back.
    pub fn into_response(self) -> LtiDeepLinkingResponse {
        self.response
    }
}
