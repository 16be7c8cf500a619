//! Whether a tool has signed what arrives: results that are handed in, and content that was chosen. The rules are those of
//! [`lti_core::lti11::inspect`]; here are the tools whose secrets they are applied with, and the nonces.

use std::sync::Arc;

use lti_core::Timestamp;
use lti_core::lti11::inspect::{
    Clean, CleanService, Context, Lti11Finding, Lti11Violation, Policy, Received, Request, Takes, verify,
    verify_service,
};
use oauth2_issuer::Unavailable;
use oauth2_issuer::once::{ClaimError, Claimed, OnceKey};

use super::{Lti11Platform, Lti11Tool};

/// Why what arrived was not taken as the tool's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureRefused {
    /// Nobody here has signed this. An unknown key and a wrong signature look alike: nobody learns which keys there are.
    #[error("oauth_signature: expected that of a tool that is registered here, saw another one")]
    Unknown,
    /// It breaks another rule.
    #[error(transparent)]
    Rule(Lti11Finding),
    /// It came before.
    #[error("oauth_nonce: expected one that was not used before, saw one that was")]
    Replayed,
    /// The platform cannot go on.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<Lti11Finding> for SignatureRefused {
    fn from(finding: Lti11Finding) -> Self {
        match finding.violation {
            Lti11Violation::ConsumerKeyUnknown | Lti11Violation::SignatureInvalid => Self::Unknown,
            _ => Self::Rule(finding),
        }
    }
}

impl Lti11Platform {
    /// The tool whose key a request names. It may be anybody's request still.
    async fn named(&self, request: &Request<'_>) -> Result<Option<Arc<Lti11Tool>>, Unavailable> {
        match request.consumer_key() {
            Some(key) => self.tools.by_consumer_key(key).await,
            None => Ok(None),
        }
    }

    /// The tool that has signed a request to a service. It may be a replay still.
    pub(super) async fn signed_request(
        &self,
        received: Received<'_>,
        now: Timestamp,
    ) -> Result<(Arc<Lti11Tool>, CleanService), SignatureRefused> {
        let request = Request::read(received).map_err(|_| SignatureRefused::Unknown)?;
        let tool = self.named(&request).await?;
        let secret = tool.as_ref().map(|tool| tool.secret());
        let clean = verify_service(&request, secret, &Policy::default(), now)?;
        Ok((tool.ok_or(SignatureRefused::Unknown)?, clean))
    }

    /// The tool that has signed an answer with content. It may be a replay still.
    pub(super) async fn signed_content(
        &self,
        received: Received<'_>,
        now: Timestamp,
    ) -> Result<(Arc<Lti11Tool>, Clean), SignatureRefused> {
        let request = Request::read(received).map_err(|_| SignatureRefused::Unknown)?;
        let tool = self.named(&request).await?;
        let secret = tool.as_ref().map(|tool| tool.secret());
        let context = Context { secret, takes: Takes::ContentItemSelections, policy: &Policy::default() };
        let clean = verify(&request, &context, now)?;
        Ok((tool.ok_or(SignatureRefused::Unknown)?, clean))
    }

    /// Claims the nonce of what was signed.
    pub(super) async fn first_time(&self, once: &OnceKey, now: Timestamp) -> Result<Claimed, SignatureRefused> {
        match self.once.claim(once, now).await {
            Ok(claimed) => Ok(claimed),
            Err(ClaimError::AlreadyClaimed) => Err(SignatureRefused::Replayed),
            Err(error) => Err(Unavailable::new(error.to_string()).into()),
        }
    }
}
