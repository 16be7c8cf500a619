//! The claim `lti1p1`: what the LTI 1.1 launch of the same link called user, course and link, and the proof that the
//! sender holds the LTI 1.1 secret (LTI Migration Guide).
//!
//! Without that proof the claim is a statement like any other: a platform could name the account of somebody else's
//! users in it. So it links accounts only once [`LtiResourceLinkRequest::verify_migration`] has said yes.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::resource_link::entry;
use super::{LtiResourceLinkRequest, OtherClaims};
use crate::id::ClientId;
use crate::lti11::oauth1::Lti11Secret;

/// Signatures are written with padding and read without as well.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The claim as it stands, proven or not. A member is left out where LTI 1.3 has the same value.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Lti1p1 {
    /// The user; `sub` where it is left out.
    pub user_id: Option<String>,
    /// The context; `context.id` where it is left out.
    pub context_id: Option<String>,
    /// The instance of the platform; `tool_platform.guid` where it is left out.
    pub tool_consumer_instance_guid: Option<String>,
    /// The link; `resource_link.id` where it is left out.
    pub resource_link_id: Option<String>,
    /// The consumer key of the LTI 1.1 registration.
    pub oauth_consumer_key: Option<String>,
    /// The proof that the sender holds the secret of that key.
    pub oauth_consumer_key_sign: Option<String>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl Serialize for Lti1p1 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "user_id", self.user_id.as_ref())?;
        entry(&mut map, "context_id", self.context_id.as_ref())?;
        entry(&mut map, "tool_consumer_instance_guid", self.tool_consumer_instance_guid.as_ref())?;
        entry(&mut map, "resource_link_id", self.resource_link_id.as_ref())?;
        entry(&mut map, "oauth_consumer_key", self.oauth_consumer_key.as_ref())?;
        entry(&mut map, "oauth_consumer_key_sign", self.oauth_consumer_key_sign.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

impl fmt::Debug for Lti1p1 {
    /// Whose key it is, and neither people nor signature.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lti1p1")
            .field("oauth_consumer_key", &self.oauth_consumer_key)
            .field("is_signed", &self.oauth_consumer_key_sign.is_some())
            .finish_non_exhaustive()
    }
}

/// Why a migration claim proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unproven {
    /// There is no `oauth_consumer_key`.
    #[error("lti1p1 names no oauth_consumer_key")]
    NoKey,
    /// There is no `oauth_consumer_key_sign`.
    #[error("lti1p1 has no oauth_consumer_key_sign: expected the signature by the secret of its oauth_consumer_key")]
    NoSignature,
    /// The signature does not verify.
    #[error("oauth_consumer_key_sign does not verify with the secret of the oauth_consumer_key")]
    Signature,
    /// Nobody knows a secret for the key.
    #[error("no secret is known for the oauth_consumer_key")]
    UnknownKey,
    /// The secrets cannot be read at the moment.
    #[error("the secrets of LTI 1.1 cannot be read at the moment")]
    Unavailable,
    /// Nobody looked for a secret.
    #[error("oauth_consumer_key_sign has not been verified")]
    NotVerified,
}

impl LtiResourceLinkRequest {
    /// Signs the migration claim with the secret of `consumer_key`: `base64(HMAC-SHA256(secret, key & deployment_id & iss
    /// & client_id & exp & nonce))`, the parts joined by `&` as they stand. A message without the claim gets one.
    ///
    /// What is signed over must not change afterwards: `deployment_id`, `iss`, `exp` and `nonce`.
    pub fn sign_migration(&mut self, client_id: &ClientId, consumer_key: &str, secret: &Lti11Secret) {
        let signature = hmac::sign(&key(secret), self.migration_base(client_id, consumer_key).as_bytes());
        let claim = self.lti1p1.get_or_insert_default();
        claim.oauth_consumer_key = Some(consumer_key.to_owned());
        claim.oauth_consumer_key_sign = Some(STANDARD.encode(signature));
    }

    /// Whether the migration claim was signed with this secret for this very message. Compared in constant time.
    ///
    /// # Errors
    /// [`Unproven`] says what is missing or wrong. The launch is no worse for it; the identifiers of the claim must not be
    /// used then.
    ///
    /// ```
    /// use lti_core::message::{Lti11Secret, LtiResourceLinkRequest, ResourceLink, Unproven};
    /// use lti_core::Timestamp;
    ///
    /// let mut launch = LtiResourceLinkRequest::new(
    ///     "https://lmsvendor.com", "PM48OJSfGDTAzAo", "689302", "172we8671fd8z", "https://tool.example/",
    ///     ResourceLink::new("link"), Timestamp::from_secs(1_551_290_556), Timestamp::from_secs(1_551_290_856),
    /// );
    /// let (client, secret) = ("PM48OJSfGDTAzAo".into(), Lti11Secret::new("my-lti11-secret"));
    /// launch.sign_migration(&client, "179248902", &secret);
    /// assert_eq!(launch.verify_migration(&client, &secret), Ok(()));
    /// assert_eq!(launch.verify_migration(&client, &Lti11Secret::new("other")), Err(Unproven::Signature));
    /// ```
    pub fn verify_migration(&self, client_id: &ClientId, secret: &Lti11Secret) -> Result<(), Unproven> {
        let claim = self.lti1p1.as_ref().ok_or(Unproven::NoKey)?;
        let consumer_key = claim.oauth_consumer_key.as_deref().ok_or(Unproven::NoKey)?;
        let signature = claim.oauth_consumer_key_sign.as_deref().ok_or(Unproven::NoSignature)?;
        let signature = LENIENT.decode(signature).map_err(|_| Unproven::Signature)?;
        let base = self.migration_base(client_id, consumer_key);
        hmac::verify(&key(secret), base.as_bytes(), &signature).map_err(|_| Unproven::Signature)
    }

    /// What is signed. The client id is the tool's own, which an `aud` of several members contains.
    fn migration_base(&self, client_id: &ClientId, consumer_key: &str) -> String {
        let (deployment, issuer, exp) = (&self.deployment_id, &self.iss, self.exp);
        format!("{consumer_key}&{deployment}&{issuer}&{client_id}&{exp}&{nonce}", nonce = self.nonce)
    }
}

/// Unlike the key of a launch, this one is the secret as it stands.
fn key(secret: &Lti11Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{Lti1p1, Lti11Secret, Unproven};
    use crate::id::ClientId;
    use crate::message::{LtiResourceLinkRequest, ResourceLink};
    use crate::time::Timestamp;

    const KEY: &str = "179248902";
    /// Published with the claim, and recomputed by several platforms and tools.
    const SIGNATURE: &str = "lWd54kFo5qU7xshAna6v8BwoBm6tmUjc6GTax6+12ps=";

    fn message() -> (LtiResourceLinkRequest, ClientId, Lti11Secret) {
        let exp = Timestamp::from_secs(1_551_290_856);
        let client = ClientId::new("PM48OJSfGDTAzAo");
        let message = LtiResourceLinkRequest::new(
            "https://lmsvendor.com",
            client.as_str(),
            "689302",
            "172we8671fd8z",
            "https://tool.example/",
            ResourceLink::new("link"),
            exp,
            exp,
        );
        (message, client, Lti11Secret::new("my-lti11-secret"))
    }

    #[test]
    fn the_published_signature_is_written_and_read() {
        let (mut message, client, secret) = message();
        message.sign_migration(&client, KEY, &secret);
        let claim = message.lti1p1.clone().unwrap_or_default();
        assert_eq!(claim.oauth_consumer_key_sign.as_deref(), Some(SIGNATURE));
        assert_eq!(message.verify_migration(&client, &secret), Ok(()));
        let unpadded = SIGNATURE.trim_end_matches('=').to_owned();
        message.lti1p1 = Some(Lti1p1 { oauth_consumer_key_sign: Some(unpadded), ..claim });
        assert_eq!(message.verify_migration(&client, &secret), Ok(()));
    }

    #[test]
    fn each_part_that_is_signed_over_counts() {
        let (mut sound, client, secret) = message();
        sound.sign_migration(&client, KEY, &secret);
        let changes: [fn(&mut LtiResourceLinkRequest); 5] = [
            |message| message.deployment_id = "689303".into(),
            |message| message.iss = "https://lmsvendor.com/".into(),
            |message| message.exp = Timestamp::from_secs(1_551_290_857),
            |message| message.nonce = "another".into(),
            |message| {
                message.lti1p1.get_or_insert_default().oauth_consumer_key = Some("another".to_owned());
            },
        ];
        for change in changes {
            let mut changed = sound.clone();
            change(&mut changed);
            assert_eq!(changed.verify_migration(&client, &secret), Err(Unproven::Signature));
        }
        assert_eq!(sound.verify_migration(&"another".into(), &secret), Err(Unproven::Signature));
    }

    #[test]
    fn what_is_missing_is_named() {
        let (mut message, client, secret) = message();
        assert_eq!(message.verify_migration(&client, &secret), Err(Unproven::NoKey));
        message.lti1p1 = Some(Lti1p1 { oauth_consumer_key_sign: Some(SIGNATURE.to_owned()), ..Lti1p1::default() });
        assert_eq!(message.verify_migration(&client, &secret), Err(Unproven::NoKey));
        message.lti1p1 = Some(Lti1p1 { oauth_consumer_key: Some(KEY.to_owned()), ..Lti1p1::default() });
        assert_eq!(message.verify_migration(&client, &secret), Err(Unproven::NoSignature));
        message.lti1p1.get_or_insert_default().oauth_consumer_key_sign = Some("no base64!".to_owned());
        assert_eq!(message.verify_migration(&client, &secret), Err(Unproven::Signature));
    }

    #[test]
    fn debug_shows_neither_secret_nor_person() {
        let claim = Lti1p1 { user_id: Some("hanako".to_owned()), ..Lti1p1::default() };
        let shown = format!("{claim:?} {:?}", Lti11Secret::new("hidden"));
        assert!(!shown.contains("hanako") && !shown.contains("hidden"), "{shown}");
    }
}
