//! The client assertion: a token by which a tool proves at the token endpoint who it is.

use std::fmt;
use std::time::Duration;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::id::{ClientId, DeploymentId};
use crate::jose::{KeyError, SigningKey, sign_compact};
use crate::message::resource_link::entry;
use crate::message::{Audience, OneOrMany, OtherClaims, claims};
use crate::service::members::Members;
use crate::time::Timestamp;

/// The claims of a client assertion as a tool makes them (Security Framework 1.0, 4.1.1; LTI Core 1.3, 6.2).
///
/// ```
/// use lti_core::{Timestamp, jose::SigningKey, message::Audience, service::token::ClientAssertion};
/// let key = SigningKey::generate_es256("key-1")?;
/// let now = Timestamp::from_secs(1_700_000_000);
/// let assertion = ClientAssertion::new("client", Audience::one("https://lms.example/token"), "fresh and random", now);
/// assert_eq!(assertion.sign(&key)?.split('.').count(), 3);
/// # Ok::<(), lti_core::jose::KeyError>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ClientAssertion {
    /// The tool's client id; it is written as `iss` and as `sub`.
    pub client_id: ClientId,
    /// Whom it is meant for: what the platform told when the tool was registered, its token URL as a rule.
    pub aud: Audience,
    /// When it was made.
    pub iat: Timestamp,
    /// When it ends; five minutes later, as the text has it.
    pub exp: Timestamp,
    /// New for each request.
    pub jti: String,
    /// The deployment that the token is for (LTI Core 1.3, 6.2.1, SHOULD).
    pub deployment_id: Option<DeploymentId>,
}

impl ClientAssertion {
    /// How long an assertion is good: "typically five minutes" (Security Framework 1.0, 4.1.1).
    pub const LIFETIME: Duration = Duration::from_mins(5);

    /// An assertion that is good for [`LIFETIME`](Self::LIFETIME).
    pub fn new(client_id: impl Into<ClientId>, aud: Audience, jti: impl Into<String>, now: Timestamp) -> Self {
        Self {
            client_id: client_id.into(),
            aud,
            iat: now,
            exp: now + Self::LIFETIME,
            jti: jti.into(),
            deployment_id: None,
        }
    }

    /// The assertion, signed: the value of `client_assertion`. It is secret until it ends.
    ///
    /// # Errors
    /// As [`sign_compact`].
    pub fn sign(&self, key: &SigningKey) -> Result<String, KeyError> {
        sign_compact(key, self)
    }
}

impl Serialize for ClientAssertion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("iss", &self.client_id)?;
        map.serialize_entry("sub", &self.client_id)?;
        map.serialize_entry("aud", &self.aud)?;
        map.serialize_entry("iat", &self.iat)?;
        map.serialize_entry("exp", &self.exp)?;
        map.serialize_entry("jti", &self.jti)?;
        entry(&mut map, claims::DEPLOYMENT_ID, self.deployment_id.as_ref())?;
        map.end()
    }
}

impl fmt::Debug for ClientAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientAssertion")
            .field("client_id", &self.client_id)
            .field("aud", &self.aud)
            .field("iat", &self.iat)
            .field("exp", &self.exp)
            .field("deployment_id", &self.deployment_id)
            .finish_non_exhaustive()
    }
}

/// The claims of a client assertion as somebody sent them: nothing is judged, what has another type counts as absent.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AssertionClaims {
    /// Who made it; the client id.
    pub iss: Option<String>,
    /// Who it speaks for; the client id.
    pub sub: Option<String>,
    /// Whom it is meant for; empty where nobody is named.
    pub aud: Vec<String>,
    /// When it was made.
    pub iat: Option<Timestamp>,
    /// When it ends.
    pub exp: Option<Timestamp>,
    /// Before when it is not good.
    pub nbf: Option<Timestamp>,
    /// What makes it the only one of its kind.
    pub jti: Option<String>,
    /// The deployment.
    pub deployment_id: Option<DeploymentId>,
    /// Which of them are there in another type than their clause gives them.
    pub mistyped: Vec<&'static str>,
    /// Further claims.
    pub other: OtherClaims,
}

impl AssertionClaims {
    /// Reads the payload of an assertion whose signature holds.
    ///
    /// # Errors
    /// What it is instead of a JSON object; nothing of it is repeated.
    pub fn read(payload: &[u8]) -> Result<Self, String> {
        let mut members = Members::parse(payload)?;
        let mut mistyped = Vec::new();
        macro_rules! take {
            ($name:expr) => {{
                let slot = members.slot($name);
                if slot.is_present() && slot.get().is_none() {
                    mistyped.push($name);
                }
                slot.value()
            }};
        }
        Ok(Self {
            iss: take!("iss"),
            sub: take!("sub"),
            aud: take!("aud").map(|aud: OneOrMany| aud.0.texts).unwrap_or_default(),
            iat: take!("iat"),
            exp: take!("exp"),
            nbf: take!("nbf"),
            jti: take!("jti"),
            deployment_id: take!(claims::DEPLOYMENT_ID).map(|id: String| DeploymentId::new(id)),
            mistyped,
            other: members.into_other(),
        })
    }
}

impl fmt::Debug for AssertionClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssertionClaims")
            .field("iss", &self.iss)
            .field("sub", &self.sub)
            .field("aud", &self.aud)
            .field("exp", &self.exp)
            .finish_non_exhaustive()
    }
}
