//! The migration claim: who a user was in an older integration, and whether that is signed with its secret.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use lti_core::message::claims;

use super::{MessageFlaw, ToolDouble, opened::Opened};

/// A user of the older integration, as a token claims it.
pub(super) struct FormerUser {
    id: String,
    /// Whether the old secret signed it for this token.
    pub(super) verified: bool,
}

impl ToolDouble {
    /// The account that the launch is linked to.
    pub(super) fn linked_user(&self, token: &Opened, platform: usize) -> Option<String> {
        if self.has(MessageFlaw::MigrationIgnored) {
            return None;
        }
        let former = self.former_user(token, platform)?;
        (former.verified || self.has(MessageFlaw::MigrationUnverified)).then_some(former.id)
    }

    /// Reads the claim, where it is of the consumer that the double knows.
    pub(super) fn former_user(&self, token: &Opened, platform: usize) -> Option<FormerUser> {
        let migration = self.wiring.migration.as_ref()?;
        let text = |member: &str| token.text_in(claims::LTI1P1, member);
        let id = text("user_id")?;
        if text("oauth_consumer_key")? != migration.consumer_key {
            return None;
        }
        let client = self.registered(platform).ok()?.client_id.as_str();
        let members = token.claims();
        let signed = [
            migration.consumer_key.as_str(),
            &members.text(claims::DEPLOYMENT_ID)?,
            &members.text("iss")?,
            client,
            &members.get("exp")?.as_i64()?.to_string(),
            &members.text("nonce")?,
        ]
        .join("&");
        let key = hmac::Key::new(hmac::HMAC_SHA256, migration.secret.reveal().as_bytes());
        let signature = text("oauth_consumer_key_sign").and_then(|signature| STANDARD.decode(signature).ok());
        let verified = signature.is_some_and(|signature| hmac::verify(&key, signed.as_bytes(), &signature).is_ok());
        Some(FormerUser { id, verified })
    }
}
