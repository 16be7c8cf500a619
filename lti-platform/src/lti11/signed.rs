//! Whether a tool has signed what arrives: results that are handed in, and content that was chosen (RFC 5849, 3.2).

use std::sync::Arc;
use std::time::Duration;

use lti_core::Timestamp;
use lti_core::lti11::oauth1::{Parameters, SignatureMethod, base_string, verifies};
use oauth2_issuer::Unavailable;
use oauth2_issuer::once::{ClaimError, OnceKey, OnceKind};

use super::{Lti11Platform, Lti11Tool};

/// How far the time of a message may be from the platform's, either way. No text gives a number; nonces are remembered as
/// long.
pub const SIGNATURE_WINDOW: Duration = Duration::from_mins(5);

/// The longest nonce that is remembered, in bytes.
const NONCE_MAX: usize = 512;

/// Why what arrived was not taken as the tool's. An unknown key and a wrong signature look alike: nobody learns which keys
/// there are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureRefused {
    /// A protocol parameter is missing or empty (RFC 5849, 3.1).
    #[error("{0}: expected one value, saw none")]
    Missing(&'static str),
    /// A protocol parameter is there twice, or in two places (RFC 5849, 3.1 and 3.5).
    #[error("an oauth_ parameter is there twice: expected each once")]
    Twice,
    /// The method is not one of the two that are known here.
    #[error("oauth_signature_method: expected HMAC-SHA1 or HMAC-SHA256, saw another one")]
    Method,
    /// The version is not that of the text (RFC 5849, 3.2).
    #[error("oauth_version: expected 1.0 or nothing, saw another one")]
    Version,
    /// The time is no number of seconds (RFC 5849, 3.3).
    #[error("oauth_timestamp: expected a number of seconds, saw something else")]
    Timestamp,
    /// The nonce is too long to be remembered.
    #[error("oauth_nonce: expected 512 bytes at most, saw more")]
    Nonce,
    /// The body is not the one that was signed (OAuth Request Body Hash 1.0 draft).
    #[error("oauth_body_hash: expected the hash of this body, saw another one")]
    BodyHash,
    /// Nobody here has signed this.
    #[error("oauth_signature: expected the signature of a tool that is registered here, saw another one")]
    Signature,
    /// It was signed too long ago, or will be.
    #[error("oauth_timestamp: expected a time within five minutes, saw another one")]
    Stale,
    /// It came before.
    #[error("oauth_nonce: expected one that was not used before, saw one that was")]
    Replayed,
    /// The platform cannot go on.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// A message that a tool has signed. It may be a replay still.
pub(super) struct Signed {
    pub(super) tool: Arc<Lti11Tool>,
    once: OnceKey,
}

impl Lti11Platform {
    /// Which tool has signed this. `parameters` are those of header and form; the query of `url` is signed with them.
    pub(super) async fn signed(
        &self,
        url: &str,
        parameters: &Parameters,
        now: Timestamp,
    ) -> Result<Signed, SignatureRefused> {
        let mut all = parameters.clone();
        all.extend_from_form(
            lti_core::lti11::oauth1::Source::Query,
            url.split_once('?').map(|(_, query)| query).unwrap_or_default().as_bytes(),
        );
        let one = |name: &'static str| match all.all(name).collect::<Vec<_>>().as_slice() {
            [] | [""] => Err(SignatureRefused::Missing(name)),
            [value] => Ok((*value).to_owned()),
            _ => Err(SignatureRefused::Twice),
        };
        let method = one("oauth_signature_method")?;
        let method: SignatureMethod = method.parse().map_err(|_| SignatureRefused::Method)?;
        match all.all("oauth_version").collect::<Vec<_>>().as_slice() {
            [] | ["1.0"] => {}
            [_] => return Err(SignatureRefused::Version),
            _ => return Err(SignatureRefused::Twice),
        }
        let (key, signature, nonce) = (one("oauth_consumer_key")?, one("oauth_signature")?, one("oauth_nonce")?);
        let timestamp = seconds(&one("oauth_timestamp")?).ok_or(SignatureRefused::Timestamp)?;
        if nonce.len() > NONCE_MAX {
            return Err(SignatureRefused::Nonce);
        }
        let base = base_string("POST", url, parameters).map_err(|_| SignatureRefused::Signature)?;
        let tool = self.tools.by_consumer_key(&key).await?;
        let tool = tool.filter(|tool| verifies(method, base.as_bytes(), tool.secret(), &signature));
        let tool = tool.ok_or(SignatureRefused::Signature)?;
        let window = i64::try_from(SIGNATURE_WINDOW.as_secs()).unwrap_or(i64::MAX);
        if now.as_secs().abs_diff(timestamp) > window.unsigned_abs() {
            return Err(SignatureRefused::Stale);
        }
        // Remembered until its time is too old to be taken, whichever way the clocks differ.
        let until = Timestamp::from_secs(timestamp.saturating_add(window).saturating_add(1));
        let once =
            OnceKey::new(OnceKind::OAuth1Nonce, format!("tool {timestamp} {} {nonce} {key}", nonce.len()), until);
        Ok(Signed { tool, once })
    }

    /// Takes the message, unless it came before.
    pub(super) async fn first_time(&self, signed: &Signed, now: Timestamp) -> Result<(), SignatureRefused> {
        match self.once.claim(&signed.once, now).await {
            Ok(_proof) => Ok(()),
            Err(ClaimError::AlreadyClaimed) => Err(SignatureRefused::Replayed),
            Err(error) => Err(Unavailable::new(error.to_string()).into()),
        }
    }
}

/// A positive number of seconds, in digits alone.
fn seconds(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten().filter(|seconds| *seconds > 0)
}
