//! Access tokens: what the token endpoint gives out and the services take back.
//!
//! A token carries what was granted and is signed (HMAC-SHA256) under a key that never leaves the server, so nothing is
//! stored for it and it stays good over a restart with the same key. To the client it is opaque (Security Framework 1.0,
//! 4.1.1.1). It cannot be taken back before it expires, so it does not live long.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId};
pub use lti_core::service::token::AccessToken;
use serde::{Deserialize, Serialize};

use crate::Unavailable;
use crate::clock::Clock;

/// How long an access token is good unless [`AccessTokens::living`] says otherwise: an hour, which Security Framework
/// 1.0, 4.1 recommends.
pub const DEFAULT_LIFETIME: Duration = Duration::from_hours(1);

/// The longest text that is looked at as an access token, in bytes: header fields are not longer as a rule.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// What somebody may do with an access token, and until when.
///
/// It names no context: a token that was got in one course is good in every course of the deployment (certification
/// guide 1.3, 5.4).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessGrant {
    /// To which client it was given.
    pub client_id: ClientId,
    /// The one deployment that it is for, when the client named one in its assertion (LTI Core 1.3, 6.2.1); otherwise it
    /// is for every deployment of the client.
    pub deployment_id: Option<DeploymentId>,
    /// What was granted, each scope once.
    pub scopes: Vec<String>,
    /// The last second in which it is good.
    pub expires_at: Timestamp,
}

impl AccessGrant {
    /// A grant of `scopes` for every deployment of `client_id`.
    pub fn new(
        client_id: impl Into<ClientId>,
        scopes: impl IntoIterator<Item = impl Into<String>>,
        expires_at: Timestamp,
    ) -> Self {
        let mut granted: Vec<String> = Vec::new();
        for scope in scopes {
            let scope = scope.into();
            if !granted.contains(&scope) {
                granted.push(scope);
            }
        }
        Self { client_id: client_id.into(), deployment_id: None, scopes: granted, expires_at }
    }

    /// Confines the grant to one deployment, if one is named.
    #[must_use]
    pub fn for_deployment(mut self, deployment_id: Option<DeploymentId>) -> Self {
        self.deployment_id = deployment_id;
        self
    }

    /// Whether `scope` was granted; compared character for character (RFC 6749, 3.3).
    pub fn allows(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    /// Whether the grant reaches this deployment of its client.
    pub fn reaches(&self, deployment_id: &DeploymentId) -> bool {
        self.deployment_id.as_ref().is_none_or(|only| only == deployment_id)
    }
}

/// The secret that access tokens are signed with. Whoever has it can make access tokens: keep it where private keys are.
pub struct AccessTokenKey(hmac::Key);

impl AccessTokenKey {
    /// A key from 32 secret, random bytes: tokens made with the same bytes before a restart stay good.
    pub fn from_bytes(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// A fresh key: tokens made with it are void when the process ends.
    ///
    /// # Errors
    /// [`Unavailable`] when the machine gives no random bytes.
    pub fn generate() -> Result<Self, Unavailable> {
        Ok(Self::from_bytes(&random()?))
    }
}

impl fmt::Debug for AccessTokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessTokenKey(..)")
    }
}

/// Why a text is no access token that is good here and now. Nothing of the text is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessTokenError {
    /// It was not made here, was altered, or belongs to another issuer.
    #[error("expected an access token of this platform, saw something else")]
    NotOurs,
    /// Its time has passed.
    #[error("the access token has expired: ask for a new one")]
    Expired,
}

/// Makes access tokens and reads them again, for one issuer.
///
/// ```
/// use std::sync::Arc;
/// use lti_core::Timestamp;
/// use oauth2_issuer::clock::ManualClock;
/// use oauth2_issuer::server::{AccessTokenKey, AccessTokens};
///
/// let clock = Arc::new(ManualClock::new(Timestamp::from_secs(1_700_000_000)));
/// let tokens = AccessTokens::new("https://lms.example", AccessTokenKey::from_bytes(&[7; 32]), clock.clone());
/// let (token, grant) = tokens.issue("quiz", None, ["https://purl.imsglobal.org/spec/lti-ags/scope/score"])?;
/// assert_eq!(tokens.verify(token.as_str()), Ok(grant));
/// clock.advance(std::time::Duration::from_secs(3_601));
/// assert!(tokens.verify(token.as_str()).is_err());
/// # Ok::<(), oauth2_issuer::Unavailable>(())
/// ```
pub struct AccessTokens {
    issuer: String,
    key: AccessTokenKey,
    clock: Arc<dyn Clock>,
    lifetime: Duration,
}

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Payload {
    #[serde(rename = "c")]
    client_id: ClientId,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    deployment_id: Option<DeploymentId>,
    #[serde(rename = "s")]
    scopes: Vec<String>,
    #[serde(rename = "e")]
    expires_at: Timestamp,
    /// Random, so that two tokens for the same are two tokens.
    #[serde(rename = "n")]
    number: String,
}

impl AccessTokens {
    /// Tokens of `issuer` that are good for [`DEFAULT_LIFETIME`]. The issuer is part of what is signed: another issuer
    /// under the same key does not take them.
    pub fn new(issuer: impl Into<String>, key: AccessTokenKey, clock: Arc<dyn Clock>) -> Self {
        Self { issuer: issuer.into(), key, clock, lifetime: DEFAULT_LIFETIME }
    }

    /// Says how long a token is good; parts of a second are dropped.
    #[must_use]
    pub fn living(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Whose tokens these are.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// How long a fresh token is good.
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Makes a token: letters, digits, `-`, `_` and `.`, within the alphabet of Security Framework 1.0, 4.1.1, and longer
    /// than the 15 characters that it asks for.
    ///
    /// # Errors
    /// [`Unavailable`] when the machine gives no random bytes.
    pub fn issue(
        &self,
        client_id: impl Into<ClientId>,
        deployment_id: Option<DeploymentId>,
        scopes: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<(AccessToken, AccessGrant), Unavailable> {
        let expires_at = self.clock.now() + self.lifetime;
        let grant = AccessGrant::new(client_id, scopes, expires_at).for_deployment(deployment_id);
        let payload = Payload {
            client_id: grant.client_id.clone(),
            deployment_id: grant.deployment_id.clone(),
            scopes: grant.scopes.clone(),
            expires_at,
            number: URL_SAFE_NO_PAD.encode(random::<9>()?),
        };
        let payload = serde_json::to_vec(&payload).map_err(|error| Unavailable::new(error.to_string()))?;
        let payload = URL_SAFE_NO_PAD.encode(payload);
        let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&self.key.0, self.signed(&payload).as_bytes()));
        Ok((AccessToken::new(format!("{tag}.{payload}")), grant))
    }

    /// What a token grants, if it was made here and has not expired.
    ///
    /// # Errors
    /// [`AccessTokenError`] says whether it is foreign or too old; the time is looked at after the signature.
    pub fn verify(&self, token: &str) -> Result<AccessGrant, AccessTokenError> {
        let payload = self.open(token).ok_or(AccessTokenError::NotOurs)?;
        if payload.expires_at < self.clock.now() {
            return Err(AccessTokenError::Expired);
        }
        let Payload { client_id, deployment_id, scopes, expires_at, .. } = payload;
        Ok(AccessGrant { client_id, deployment_id, scopes, expires_at })
    }

    fn open(&self, token: &str) -> Option<Payload> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let (tag, payload) = token.split_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&self.key.0, self.signed(payload).as_bytes(), &tag).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    /// The payload is base64url and so holds no line break: issuer and payload cannot run into each other.
    fn signed(&self, payload: &str) -> String {
        format!("access-token 1\n{}\n{payload}", self.issuer)
    }
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokens")
            .field("issuer", &self.issuer)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

fn random<const N: usize>() -> Result<[u8; N], Unavailable> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| Unavailable::new("the machine gives no random bytes"))?;
    Ok(bytes)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::ManualClock;

    fn tokens(issuer: &str, secret: u8) -> (AccessTokens, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(1_000)));
        (AccessTokens::new(issuer, AccessTokenKey::from_bytes(&[secret; 32]), Arc::clone(&clock) as _), clock)
    }

    #[test]
    fn a_token_is_good_over_a_restart_and_until_its_last_second() {
        let (before, _) = tokens("https://lms.example", 7);
        let (token, grant) = before.issue("quiz", Some("d1".into()), ["a", "b", "a"]).unwrap();
        let (after, clock) = tokens("https://lms.example", 7);
        assert_eq!(after.verify(token.as_str()), Ok(grant.clone()));
        assert_eq!(grant.scopes, ["a", "b"]);
        assert!(grant.allows("b") && !grant.allows("B"));
        assert!(grant.reaches(&"d1".into()) && !grant.reaches(&"d2".into()));
        clock.advance(DEFAULT_LIFETIME);
        assert!(after.verify(token.as_str()).is_ok(), "the last second counts");
        clock.advance(Duration::from_secs(1));
        assert_eq!(after.verify(token.as_str()), Err(AccessTokenError::Expired));
    }

    #[test]
    fn other_keys_and_other_issuers_make_other_tokens() {
        let (ours, _) = tokens("https://lms.example", 7);
        for (other, _) in [tokens("https://lms.example", 8), tokens("https://lms.example/", 7)] {
            let (token, _) = other.issue("quiz", None, ["a"]).unwrap();
            assert_eq!(ours.verify(token.as_str()), Err(AccessTokenError::NotOurs));
        }
    }

    #[test]
    fn the_text_keeps_to_the_alphabet_and_is_never_the_same() {
        let (tokens, _) = tokens("https://lms.example", 7);
        let (one, _) = tokens.issue("quiz \u{fc}", None, ["a"]).unwrap();
        let (two, _) = tokens.issue("quiz \u{fc}", None, ["a"]).unwrap();
        assert_ne!(one, two);
        assert!(one.as_str().len() >= 15 && one.as_str().bytes().all(|byte| (0x20..=0x7a).contains(&byte)));
        let shown = format!("{one:?} {tokens:?} {:?}", AccessTokenKey::from_bytes(&[7; 32]));
        assert!(!shown.contains(one.as_str()) && !shown.contains("[7"), "{shown}");
    }

    proptest! {
        #[test]
        fn one_changed_character_voids_a_token(place in 0usize..1_000, with in "[A-Za-z0-9_.-]") {
            let (tokens, _) = tokens("https://lms.example", 7);
            let (genuine, _) = tokens.issue("quiz", None, ["a"]).unwrap();
            let mut changed = genuine.as_str().to_owned();
            let place = place % changed.len();
            changed.replace_range(place..=place, &with);
            prop_assume!(changed != genuine.as_str());
            prop_assert_eq!(tokens.verify(&changed), Err(AccessTokenError::NotOurs));
        }

        #[test]
        fn nothing_else_is_a_token(text in ".{0,200}") {
            prop_assert_eq!(tokens("https://lms.example", 7).0.verify(&text), Err(AccessTokenError::NotOurs));
        }
    }
}
