//! What a launch proves about the LTI 1.1 identities behind it.

use crate::id::ClientId;
use crate::message::{Lti11Secret, LtiResourceLinkRequest, Unproven};

/// What is known of the LTI 1.1 identifiers of a launch.
///
/// ```
/// use lti_core::inspect::{Launch, Migration};
///
/// /// The account of LTI 1.1 to be taken over, if there is one for certain.
/// fn old_account(launch: &Launch) -> Option<&str> {
///     match launch.migration() {
///         Migration::Migrated(identity) => identity.user_id.as_deref(),
///         _ => None,
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Migration {
    /// The launch says nothing about LTI 1.1.
    Absent,
    /// The launch has the claim, and nothing proves it: its identifiers must not be used. The launch itself is sound.
    Unproven(Unproven),
    /// The platform holds the LTI 1.1 secret: the identifiers are those that it sent with LTI 1.1.
    Migrated(Box<Lti11Identity>),
}

/// The identifiers of LTI 1.1, proven: those of the claim, and those of LTI 1.3 where the claim leaves them out because
/// they are the same.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lti11Identity {
    /// The consumer key, under which the other identifiers are known.
    pub oauth_consumer_key: String,
    /// `user_id`; `None` in an anonymous launch.
    pub user_id: Option<String>,
    /// `context_id`.
    pub context_id: Option<String>,
    /// `resource_link_id`.
    pub resource_link_id: String,
    /// `tool_consumer_instance_guid`.
    pub tool_consumer_instance_guid: Option<String>,
}

impl std::fmt::Debug for Lti11Identity {
    /// Whose key it is; the rest leads to a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lti11Identity").field("oauth_consumer_key", &self.oauth_consumer_key).finish_non_exhaustive()
    }
}

impl Migration {
    /// Before anybody has looked for a secret.
    pub(super) fn unverified(message: &LtiResourceLinkRequest) -> Self {
        match &message.lti1p1 {
            None => Self::Absent,
            Some(claim) if claim.oauth_consumer_key.is_none() => Self::Unproven(Unproven::NoKey),
            Some(claim) if claim.oauth_consumer_key_sign.is_none() => Self::Unproven(Unproven::NoSignature),
            Some(_) => Self::Unproven(Unproven::NotVerified),
        }
    }

    /// Judged with what was found under the consumer key.
    pub(super) fn judge(
        message: &LtiResourceLinkRequest,
        client_id: &ClientId,
        found: Result<&Lti11Secret, Unproven>,
    ) -> Self {
        let unverified = Self::unverified(message);
        let (Self::Unproven(Unproven::NotVerified), Some(claim)) = (&unverified, &message.lti1p1) else {
            return unverified;
        };
        if let Err(reason) = found.and_then(|secret| message.verify_migration(client_id, secret)) {
            return Self::Unproven(reason);
        }
        let same = |value: &Option<String>, other: Option<&str>| value.clone().or_else(|| other.map(str::to_owned));
        let context = message.context.as_ref().map(|context| context.id.as_str());
        let guid = message.tool_platform.as_ref().and_then(|platform| platform.guid.as_deref());
        Self::Migrated(Box::new(Lti11Identity {
            oauth_consumer_key: claim.oauth_consumer_key.clone().unwrap_or_default(),
            user_id: same(&claim.user_id, message.sub.as_ref().map(AsRef::as_ref)),
            context_id: same(&claim.context_id, context),
            resource_link_id: claim
                .resource_link_id
                .clone()
                .unwrap_or_else(|| message.resource_link.id.as_str().to_owned()),
            tool_consumer_instance_guid: same(&claim.tool_consumer_instance_guid, guid),
        }))
    }
}
