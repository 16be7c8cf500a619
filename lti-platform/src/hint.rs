//! The two hints of a login initiation: opaque to the tool, and proof to the platform.
//!
//! `login_hint` says who launches, `lti_message_hint` what is launched (Security Framework 1.0, 5.1.1.1 and LTI Core
//! 1.3, 4.1.1). Both travel through the tool and come back in the authentication request, so both are signed
//! (HMAC-SHA256 under a key that never leaves the platform) and both name the initiation they belong to: neither can be
//! made up, altered, kept for later, or combined with the hint of another launch. The platform stores nothing for them.

use std::fmt;

use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti_core::Timestamp;
use lti_core::id::{ClientId, ContextId, DeploymentId, LoginHint, LtiMessageHint, ResourceLinkId, Subject};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a launch is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Purpose {
    /// A link is followed: `LtiResourceLinkRequest` (LTI Core 1.3, 3.2).
    #[serde(rename = "l")]
    ResourceLink(ResourceLinkId),
    /// Content is chosen in the tool for this context: `LtiDeepLinkingRequest` (Deep Linking 2.0, 2.1).
    #[serde(rename = "d")]
    DeepLinking(ContextId),
}

/// One launch as the platform set it going: who, what, for which tool, and until when the tool may ask for it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Initiation {
    /// Names this launch; unguessable, in base64url.
    #[serde(rename = "i")]
    pub id: String,
    /// The user who launches: the user signed in to the platform.
    #[serde(rename = "u")]
    pub user: Subject,
    /// The tool.
    #[serde(rename = "c")]
    pub client_id: ClientId,
    /// The deployment that the launch belongs to.
    #[serde(rename = "d")]
    pub deployment_id: DeploymentId,
    /// The link that was followed, or that content is to be chosen.
    #[serde(rename = "w")]
    pub purpose: Purpose,
    /// The address announced to the tool; the message will carry the same (LTI Core 1.3, 5.3.4).
    #[serde(rename = "t")]
    pub target_link_uri: String,
    /// The moment from which on the launch is void.
    #[serde(rename = "e")]
    pub expires_at: Timestamp,
    /// The platform's own remark, to be found again when the message is made; signed but not hidden.
    #[serde(rename = "m", default, skip_serializing_if = "String::is_empty")]
    pub memo: String,
}

impl Initiation {
    /// The link that was followed; nothing when content is to be chosen.
    pub fn resource_link_id(&self) -> Option<&ResourceLinkId> {
        match &self.purpose {
            Purpose::ResourceLink(id) => Some(id),
            Purpose::DeepLinking(_) => None,
        }
    }

    /// The context that content is to be chosen for; nothing when a link was followed.
    pub fn deep_linking_context(&self) -> Option<&ContextId> {
        match &self.purpose {
            Purpose::ResourceLink(_) => None,
            Purpose::DeepLinking(context) => Some(context),
        }
    }
}

impl fmt::Debug for Initiation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Initiation")
            .field("id", &self.id)
            .field("client_id", &self.client_id)
            .field("deployment_id", &self.deployment_id)
            .field("purpose", &self.purpose)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What `login_hint` says.
#[derive(Serialize, Deserialize)]
struct Login {
    #[serde(rename = "i")]
    id: String,
    #[serde(rename = "u")]
    user: Subject,
}

/// Why hints were not taken. None of the texts names the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HintError {
    /// The request has no `login_hint`.
    #[error("login_hint is missing: expected the value of the login initiation, unaltered")]
    LoginHintMissing,
    /// `login_hint` is not one that this platform gave.
    #[error("login_hint was not given by this platform: expected the value of the login initiation, unaltered")]
    LoginHint,
    /// The request has no `lti_message_hint`.
    #[error("lti_message_hint is missing: expected the value of the login initiation, unaltered")]
    MessageHintMissing,
    /// `lti_message_hint` is not one that this platform gave.
    #[error("lti_message_hint was not given by this platform: expected the value of the login initiation, unaltered")]
    MessageHint,
    /// Both hints are genuine, but of two different launches.
    #[error("login_hint and lti_message_hint belong to two launches: expected both from one login initiation")]
    Different,
    /// The launch was set going too long ago.
    #[error("the launch has expired: expected the authentication request within minutes of the login initiation")]
    Expired,
}

/// The key that signs hints. Its holder can launch as anybody.
#[derive(Clone)]
pub struct HintKey {
    key: hmac::Key,
}

impl fmt::Debug for HintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HintKey(..)")
    }
}

/// The machine gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the machine gave no random bytes")]
pub struct NoRandomness;

impl HintKey {
    /// A fresh key: hints given before a restart are void after it.
    ///
    /// # Errors
    /// [`NoRandomness`] when the machine gives no random bytes.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self::from_bytes(&random::<32>()?))
    }

    /// The key made from these secret bytes, which all replicas of one platform share.
    pub fn from_bytes(secret: &[u8; 32]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }

    /// The `login_hint` of this launch.
    pub fn login_hint(&self, initiation: &Initiation) -> LoginHint {
        let login = Login { id: initiation.id.clone(), user: initiation.user.clone() };
        LoginHint::new(self.seal("login_hint", &login))
    }

    /// The `lti_message_hint` of this launch.
    pub fn message_hint(&self, initiation: &Initiation) -> LtiMessageHint {
        LtiMessageHint::new(self.seal("lti_message_hint", initiation))
    }

    /// Reads both hints of an authentication request.
    ///
    /// # Errors
    /// A [`HintError`] when one is missing, was not given by this platform, belongs to another launch than the other,
    /// or is expired at `now`.
    pub fn open(
        &self,
        login_hint: Option<&LoginHint>,
        message_hint: Option<&LtiMessageHint>,
        now: Timestamp,
    ) -> Result<Initiation, HintError> {
        let login_hint = login_hint.ok_or(HintError::LoginHintMissing)?;
        let login: Login = self.unseal("login_hint", login_hint.as_str()).ok_or(HintError::LoginHint)?;
        let message_hint = message_hint.ok_or(HintError::MessageHintMissing)?;
        let initiation = self.read_message_hint(message_hint).ok_or(HintError::MessageHint)?;
        if login.id != initiation.id || login.user != initiation.user {
            return Err(HintError::Different);
        }
        if now >= initiation.expires_at {
            return Err(HintError::Expired);
        }
        Ok(initiation)
    }

    /// The launch that a genuine `lti_message_hint` names, expired or not: for logs and traces. It says nothing about
    /// who is asking.
    pub fn read_message_hint(&self, message_hint: &LtiMessageHint) -> Option<Initiation> {
        self.unseal("lti_message_hint", message_hint.as_str())
    }

    /// `payload.tag`, both base64url. The purpose is part of what is signed, so that one kind of hint is never taken
    /// for another.
    pub(crate) fn seal(&self, purpose: &str, value: &impl Serialize) -> String {
        // Plain structs of strings and numbers always serialize; an empty payload would only be refused on return.
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap_or_default());
        let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, format!("{purpose}.{payload}").as_bytes()));
        format!("{payload}.{tag}")
    }

    /// A mark that stands for this value and tells nobody without the key which one it is.
    pub(crate) fn mark(&self, purpose: &str, value: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, format!("{purpose}.{value}").as_bytes()))
    }

    pub(crate) fn unseal<T: DeserializeOwned>(&self, purpose: &str, sealed: &str) -> Option<T> {
        let (payload, tag) = sealed.split_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&self.key, format!("{purpose}.{payload}").as_bytes(), &tag).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }
}

/// A fresh name for a launch: 128 random bits in base64url.
///
/// # Errors
/// [`NoRandomness`] when the machine gives no random bytes.
pub fn fresh_id() -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(random::<16>()?))
}

/// Random bytes of the machine.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn initiation(id: &str, user: &str) -> Initiation {
        Initiation {
            id: id.to_owned(),
            user: Subject::new(user),
            client_id: ClientId::new("quiz"),
            deployment_id: DeploymentId::new("d1"),
            purpose: Purpose::ResourceLink(ResourceLinkId::new("link-1")),
            target_link_uri: "https://tool.example/launch".to_owned(),
            expires_at: Timestamp::from_secs(1_000),
            memo: String::new(),
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_secs(second)
    }

    fn key() -> HintKey {
        HintKey::from_bytes(&[7; 32])
    }

    #[test]
    fn the_hints_of_one_launch_open_it_until_it_expires() {
        let (key, launch) = (key(), initiation("a", "ada"));
        let (login, message) = (key.login_hint(&launch), key.message_hint(&launch));
        assert_eq!(key.open(Some(&login), Some(&message), at(999)), Ok(launch));
        assert_eq!(key.open(Some(&login), Some(&message), at(1_000)), Err(HintError::Expired));
    }

    #[test]
    fn hints_of_two_launches_or_two_users_do_not_combine() {
        let key = key();
        let login = key.login_hint(&initiation("a", "ada"));
        for other in [initiation("b", "ada"), initiation("a", "ben")] {
            assert_eq!(key.open(Some(&login), Some(&key.message_hint(&other)), at(1)), Err(HintError::Different));
        }
    }

    #[test]
    fn what_is_missing_swapped_or_foreign_is_named() {
        let (key, launch) = (key(), initiation("a", "ada"));
        let (login, message) = (key.login_hint(&launch), key.message_hint(&launch));
        assert_eq!(key.open(None, Some(&message), at(1)), Err(HintError::LoginHintMissing));
        assert_eq!(key.open(Some(&login), None, at(1)), Err(HintError::MessageHintMissing));
        let swapped = LoginHint::new(message.as_str());
        assert_eq!(key.open(Some(&swapped), Some(&message), at(1)), Err(HintError::LoginHint));
        let foreign = HintKey::from_bytes(&[8; 32]).message_hint(&launch);
        assert_eq!(key.open(Some(&login), Some(&foreign), at(1)), Err(HintError::MessageHint));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let launch = initiation("a", "ada");
        assert!(!format!("{launch:?} {:?} {:?}", key(), key().login_hint(&launch)).contains("ada"));
    }

    proptest! {
        #[test]
        fn no_other_string_opens_anything(text in ".{0,200}") {
            let (key, launch) = (key(), initiation("a", "ada"));
            let login = key.login_hint(&launch);
            prop_assert_eq!(key.open(Some(&login), Some(&LtiMessageHint::new(text)), at(1)), Err(HintError::MessageHint));
        }

        #[test]
        fn one_changed_character_voids_a_hint(place in 0usize..1_000, with in "[A-Za-z0-9_-]") {
            let (key, launch) = (key(), initiation("a", "ada"));
            let genuine = key.message_hint(&launch).as_str().to_owned();
            let place = place % genuine.len();
            let mut changed = genuine.clone();
            changed.replace_range(place..=place, &with);
            prop_assume!(changed != genuine);
            let opened = key.open(Some(&key.login_hint(&launch)), Some(&LtiMessageHint::new(changed)), at(1));
            prop_assert_eq!(opened, Err(HintError::MessageHint));
        }
    }

    #[test]
    fn names_are_fresh() {
        assert_ne!(fresh_id().unwrap(), fresh_id().unwrap());
        assert_eq!(fresh_id().unwrap().len(), 22);
    }
}
