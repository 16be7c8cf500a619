//! The way from a message that breaks no rule to a launch.

use aws_lc_rs::digest::{Context as Digest, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::launch::Takes;
use super::read::{self, Message};
use super::{LaunchContext, Migration};
use crate::id::{ClientId, DeploymentId, Issuer, Nonce, Subject};
use crate::message::deep_linking::{DeepLinkingSettings, LtiDeepLinkingRequest};
use crate::message::raw::RawClaims;
use crate::message::{Context, Custom, Lti11Secret, LtiResourceLinkRequest, Person, ResourceLink, Unproven};
use crate::once::{Claimed, OnceKey, OnceKind};
use crate::service::ags::AgsEndpoint;
use crate::service::nrps::NamesRoleService;
use crate::time::Timestamp;
use crate::vocab::{ContextRole, Role, SubRole};

/// A message that breaks no rule that refuses it, whichever of the two it is.
#[derive(Debug)]
#[non_exhaustive]
pub enum CleanMessage {
    /// The launch of a link.
    ResourceLink(Clean),
    /// A request for content.
    DeepLinking(CleanDeepLinking),
}

impl CleanMessage {
    /// Reads the claims into their types; nothing when one is missing that every message carries.
    pub(super) fn new(claims: Box<RawClaims>, context: &LaunchContext<'_>, takes: Takes) -> Option<Self> {
        let client_id = context.client_id.clone();
        // A token is accepted until its end and the leeway after it, so its nonce is remembered for as long.
        let once = |iss: &Issuer, nonce: &Nonce, exp: Timestamp| {
            let key = once_digest([iss.as_str(), context.client_id.as_str(), nonce.as_str()]);
            OnceKey::new(OnceKind::Nonce, key, exp + context.policy.leeway)
        };
        Some(match read::message(claims, takes)? {
            Message::ResourceLink(message) => {
                let once = once(&message.iss, &message.nonce, message.exp);
                Self::ResourceLink(Clean { message, client_id, once })
            }
            Message::DeepLinking(message) => {
                let once = once(&message.iss, &message.nonce, message.exp);
                Self::DeepLinking(CleanDeepLinking { message, client_id, once })
            }
        })
    }

    /// What must be claimed once: the nonce, within its issuer and client, until the token ends.
    pub fn once_key(&self) -> &OnceKey {
        match self {
            Self::ResourceLink(clean) => clean.once_key(),
            Self::DeepLinking(clean) => clean.once_key(),
        }
    }
}

/// A message that breaks no rule that refuses it. It may be a replay still: claim [`Clean::once_key`] first.
#[derive(Debug)]
pub struct Clean {
    message: Box<LtiResourceLinkRequest>,
    client_id: ClientId,
    once: OnceKey,
}

/// The proof belongs to another message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the claim that was shown is not the one of this message's nonce")]
#[non_exhaustive]
pub struct NotClaimed;

impl Clean {
    /// The message.
    pub fn message(&self) -> &LtiResourceLinkRequest {
        &self.message
    }

    /// What must be claimed once before this is a launch: the nonce, within its issuer and client, until the token ends.
    pub fn once_key(&self) -> &OnceKey {
        &self.once
    }

    /// The launch, with the proof that its nonce was claimed by this message first.
    ///
    /// # Errors
    /// [`NotClaimed`] when the proof is for something else.
    pub fn into_launch(self, claimed: Claimed) -> Result<Launch, NotClaimed> {
        // The proof is used up here, whatever comes of it.
        let proof = claimed;
        if proof.proves(&self.once) {
            let migration = Migration::unverified(&self.message);
            Ok(Launch { message: self.message, client_id: self.client_id, migration })
        } else {
            Err(NotClaimed)
        }
    }
}

/// A request for content that breaks no rule that refuses it. It may be a replay still.
#[derive(Debug)]
pub struct CleanDeepLinking {
    message: Box<LtiDeepLinkingRequest>,
    client_id: ClientId,
    once: OnceKey,
}

impl CleanDeepLinking {
    /// The message.
    pub fn message(&self) -> &LtiDeepLinkingRequest {
        &self.message
    }

    /// What must be claimed once: the nonce, within its issuer and client, until the token ends.
    pub fn once_key(&self) -> &OnceKey {
        &self.once
    }

    /// The request, with the proof that its nonce was claimed by this message first.
    ///
    /// # Errors
    /// [`NotClaimed`] when the proof is for something else.
    pub fn into_launch(self, claimed: Claimed) -> Result<DeepLinkingLaunch, NotClaimed> {
        let proof = claimed;
        if proof.proves(&self.once) {
            Ok(DeepLinkingLaunch { message: self.message, client_id: self.client_id })
        } else {
            Err(NotClaimed)
        }
    }
}

/// A key of fixed length: a nonce may be as long as its sender likes, and stores need not hold it in the clear.
pub(crate) fn once_digest<const N: usize>(parts: [&str; N]) -> String {
    let mut digest = Digest::new(&SHA256);
    for part in parts {
        digest.update(&(part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    URL_SAFE_NO_PAD.encode(digest.finish())
}

/// A genuine request for content, seen for the first time (LTI Deep Linking 2.0, 4.4).
#[derive(Debug, Clone)]
pub struct DeepLinkingLaunch {
    message: Box<LtiDeepLinkingRequest>,
    client_id: ClientId,
}

impl DeepLinkingLaunch {
    /// The whole message.
    pub fn message(&self) -> &LtiDeepLinkingRequest {
        &self.message
    }

    /// What is wanted, and where it goes.
    pub fn settings(&self) -> &DeepLinkingSettings {
        &self.message.settings
    }

    /// The platform.
    pub fn issuer(&self) -> &Issuer {
        &self.message.iss
    }

    /// The tool's client id at this platform.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// The deployment.
    pub fn deployment_id(&self) -> &DeploymentId {
        &self.message.deployment_id
    }

    /// The user; nothing when the request is anonymous.
    pub fn user(&self) -> Option<&Subject> {
        self.message.sub.as_ref()
    }

    /// Name and address of the user, as far as they are given.
    pub fn person(&self) -> &Person {
        &self.message.person
    }

    /// The roles of the user; may be empty (LTI Deep Linking 2.0, 4.4.9).
    pub fn roles(&self) -> &[Role] {
        &self.message.roles
    }

    /// Whether the user teaches in this context.
    pub fn is_instructor(&self) -> bool {
        self.message.roles.iter().any(Role::is_instructor)
    }

    /// Where the request comes from: a course, as a rule.
    pub fn context(&self) -> Option<&Context> {
        self.message.context.as_ref()
    }

    /// The custom parameters.
    pub fn custom(&self) -> &Custom {
        &self.message.custom
    }

    /// Where grades go, if the platform lets the tool at them.
    pub fn ags(&self) -> Option<&AgsEndpoint> {
        self.message.ags.as_ref()
    }

    /// Where the roster is, if the platform lets the tool at it.
    pub fn nrps(&self) -> Option<&NamesRoleService> {
        self.message.nrps.as_ref()
    }

    /// Gives the message back.
    pub fn into_message(self) -> LtiDeepLinkingRequest {
        *self.message
    }
}

/// A genuine launch, seen for the first time: what the tool's own code works with.
#[derive(Debug, Clone)]
pub struct Launch {
    message: Box<LtiResourceLinkRequest>,
    client_id: ClientId,
    migration: Migration,
}

impl Launch {
    /// The whole message.
    pub fn message(&self) -> &LtiResourceLinkRequest {
        &self.message
    }

    /// The platform. A user, a deployment or a link is known only together with it.
    pub fn issuer(&self) -> &crate::id::Issuer {
        &self.message.iss
    }

    /// The tool's client id at this platform.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// The deployment.
    pub fn deployment_id(&self) -> &DeploymentId {
        &self.message.deployment_id
    }

    /// The user; nothing when the launch is anonymous.
    pub fn user(&self) -> Option<&Subject> {
        self.message.sub.as_ref()
    }

    /// Whether the platform keeps the user's identity to itself (LTI Core 1.3, 5.3.6.1).
    pub fn is_anonymous(&self) -> bool {
        self.message.sub.is_none()
    }

    /// Name and address of the user, as far as they are given.
    pub fn person(&self) -> &Person {
        &self.message.person
    }

    /// The roles of the user.
    pub fn roles(&self) -> &[Role] {
        &self.message.roles
    }

    /// Whether the user teaches in this context.
    pub fn is_instructor(&self) -> bool {
        self.message.roles.iter().any(Role::is_instructor)
    }

    /// Whether the user learns in this context.
    pub fn is_learner(&self) -> bool {
        self.message.roles.iter().any(Role::is_learner)
    }

    /// The roles of the user in the context that the launch comes from, the principal roles of sub-roles among them.
    /// Roles in the institution or in the system are not: somebody may teach elsewhere and learn here.
    ///
    /// ```
    /// use lti_core::inspect::Launch;
    /// use lti_core::vocab::ContextRole;
    ///
    /// fn may_edit(launch: &Launch) -> bool {
    ///     launch.roles_in_context().any(|role| matches!(role, ContextRole::Instructor | ContextRole::ContentDeveloper))
    /// }
    /// ```
    ///
    /// A teaching assistant is an instructor by this list even where the platform did not send that role beside the
    /// sub-role, which it should by best practice (LTI Core 1.3, A.2.3.1); [`is_instructor`](Self::is_instructor) asks
    /// for the role itself. Which of the two gives rights is the tool's choice.
    pub fn roles_in_context(&self) -> impl Iterator<Item = ContextRole> {
        let roles = &self.message.roles;
        let found = move |context: &ContextRole| roles.iter().any(|role| role.in_context() == Some(*context));
        ContextRole::ALL.iter().copied().filter(found)
    }

    /// The sub-roles of the user, such as a teaching assistant's.
    pub fn sub_roles(&self) -> impl Iterator<Item = SubRole> {
        self.message.roles.iter().filter_map(|role| match role {
            Role::Sub(sub) => Some(*sub),
            _ => None,
        })
    }

    /// Whether nobody stands behind the account: a teacher looks at the course as a student does (LTI Core 1.3, A.2.4).
    ///
    /// Such a user is treated like any other, with the roles that come beside the marker; a tool may leave it out of
    /// rosters and statistics.
    ///
    /// ```
    /// use lti_core::inspect::Launch;
    ///
    /// fn counts_in_statistics(launch: &Launch) -> bool {
    ///     launch.is_learner() && !launch.is_test_user()
    /// }
    /// ```
    pub fn is_test_user(&self) -> bool {
        self.message.roles.iter().any(Role::is_test_user)
    }

    /// Whether the user mentors somebody in this context.
    pub fn is_mentor(&self) -> bool {
        self.message.roles.iter().any(Role::is_mentor)
    }

    /// Whether the user administers this context; a role in the institution is another matter.
    pub fn is_administrator(&self) -> bool {
        self.message.roles.iter().any(Role::is_administrator)
    }

    /// The users whom a mentor looks after (LTI Core 1.3, 5.4.3); empty for everybody who is none, whatever was sent.
    ///
    /// ```
    /// use lti_core::id::Subject;
    /// use lti_core::inspect::Launch;
    ///
    /// fn may_see_work_of(launch: &Launch, learner: &Subject) -> bool {
    ///     launch.is_instructor() || launch.mentored_users().contains(learner)
    /// }
    /// ```
    pub fn mentored_users(&self) -> &[Subject] {
        &self.message.role_scope_mentor
    }

    /// What is known of the LTI 1.1 identifiers behind this launch.
    pub fn migration(&self) -> &Migration {
        &self.migration
    }

    /// Judges the migration claim with what was found under its consumer key: the secret, or why there is none. The
    /// launch is as sound afterwards as it was before.
    pub fn judge_migration(&mut self, found: Result<&Lti11Secret, Unproven>) {
        self.migration = Migration::judge(&self.message, &self.client_id, found);
    }

    /// The link that was launched.
    pub fn resource_link(&self) -> &ResourceLink {
        &self.message.resource_link
    }

    /// Where the launch comes from: a course, as a rule.
    pub fn context(&self) -> Option<&Context> {
        self.message.context.as_ref()
    }

    /// Where the user wants to end up; signed by the platform.
    pub fn target_link_uri(&self) -> &str {
        &self.message.target_link_uri
    }

    /// The custom parameters.
    pub fn custom(&self) -> &Custom {
        &self.message.custom
    }

    /// Where grades go, if the platform lets the tool at them.
    pub fn ags(&self) -> Option<&AgsEndpoint> {
        self.message.ags.as_ref()
    }

    /// Where the roster is, if the platform lets the tool at it.
    pub fn nrps(&self) -> Option<&NamesRoleService> {
        self.message.nrps.as_ref()
    }

    /// Gives the message back.
    pub fn into_message(self) -> LtiResourceLinkRequest {
        *self.message
    }
}
