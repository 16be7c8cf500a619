//! The response: what was chosen (LTI Deep Linking 2.0, 4.5; Security Framework 1.0, 5.2).

use std::fmt;
use std::time::Duration;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::{ContentItem, LtiDeepLinkingRequest};
use crate::id::{ClientId, DeploymentId, Nonce};
use crate::jose::{KeyError, SigningKey, sign_compact};
use crate::message::resource_link::entry;
use crate::message::{Audience, OtherClaims, claims};
use crate::time::Timestamp;

/// What travels with the request and back with the response, whatever it is: kept as JSON text, compared as JSON value.
///
/// It prints as `OpaqueData(..)`: many platforms keep a secret of the session in it.
#[derive(Clone)]
pub struct OpaqueData(Box<RawValue>);

impl OpaqueData {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self(to_raw_value(text).unwrap_or_default())
    }

    /// Any JSON value.
    pub fn json(value: &Value) -> Self {
        Self(to_raw_value(value).unwrap_or_default())
    }

    pub(crate) fn from_raw(raw: Box<RawValue>) -> Self {
        Self(raw)
    }

    /// The JSON text.
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// The text, if it is a string.
    pub fn as_text(&self) -> Option<String> {
        serde_json::from_str(self.0.get()).ok()
    }

    fn value(&self) -> Option<Value> {
        serde_json::from_str(self.0.get()).ok()
    }
}

impl PartialEq for OpaqueData {
    /// As JSON: white space and the order of members do not count.
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get() || self.value().is_some_and(|value| Some(value) == other.value())
    }
}

impl fmt::Debug for OpaqueData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpaqueData(..)")
    }
}

impl Serialize for OpaqueData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The claims of `LtiDeepLinkingResponse`.
///
/// A tool makes one with [`answer`](Self::answer) and signs it; a platform gets one from
/// [`inspect::response`](crate::inspect::response) alone, which judges it.
///
/// ```
/// use lti_core::Timestamp;
/// use lti_core::jose::SigningKey;
/// use lti_core::message::deep_linking::{
///     ContentItem, DeepLinkingSettings, ItemType, LtiDeepLinkingRequest, LtiDeepLinkingResponse, ResourceLinkItem,
/// };
/// let now = Timestamp::from_secs(1_700_000_000);
/// let settings = DeepLinkingSettings::new("https://lms.example/return", [ItemType::ResourceLink]);
/// let request = LtiDeepLinkingRequest::new("https://lms.example", "client", "dep", "nonce", settings, now, now);
/// let items = vec![ContentItem::from(ResourceLinkItem { title: Some("Quiz".into()), ..Default::default() })];
/// let response = LtiDeepLinkingResponse::answer(&request, "client", "fresh and random", items, now);
/// let jwt = response.sign(&SigningKey::generate_es256("key-1")?)?;
/// # assert_eq!(jwt.split('.').count(), 3);
/// # Ok::<(), lti_core::jose::KeyError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LtiDeepLinkingResponse {
    /// The tool: its client id (Security Framework 1.0, 5.2.2).
    pub iss: ClientId,
    /// The platform: the issuer of the request (4.5.1).
    pub aud: Audience,
    /// The authorized party; two texts contradict each other about it, so a tool leaves it out.
    pub azp: Option<String>,
    /// When the token ends.
    pub exp: Timestamp,
    /// When the token was made; required, and missing at times.
    pub iat: Option<Timestamp>,
    /// New for each response.
    pub nonce: Nonce,
    /// The deployment of the request (4.5.4).
    pub deployment_id: DeploymentId,
    /// What the request brought, unchanged (4.5.5).
    pub data: Option<OpaqueData>,
    /// What was chosen; may be empty (4.5.6).
    pub content_items: Vec<ContentItem>,
    /// For the user (4.5.7).
    pub msg: Option<String>,
    /// For the platform's log (4.5.8).
    pub log: Option<String>,
    /// For the user: what went wrong (4.5.9).
    pub errormsg: Option<String>,
    /// For the platform's log: what went wrong (4.5.10).
    pub errorlog: Option<String>,
    /// Every other claim.
    pub other: OtherClaims,
}

impl LtiDeepLinkingResponse {
    /// How long a response is good that [`answer`](Self::answer) makes.
    pub const LIFETIME: Duration = Duration::from_mins(5);

    /// The answer to a request, with its `data`; `client_id` is the tool's, `nonce` fresh and random.
    pub fn answer(
        request: &LtiDeepLinkingRequest,
        client_id: impl Into<ClientId>,
        nonce: impl Into<Nonce>,
        content_items: Vec<ContentItem>,
        now: Timestamp,
    ) -> Self {
        Self {
            iss: client_id.into(),
            aud: Audience::one(request.iss.as_str()),
            azp: None,
            exp: now + Self::LIFETIME,
            iat: Some(now),
            nonce: nonce.into(),
            deployment_id: request.deployment_id.clone(),
            data: request.settings.data.clone(),
            content_items,
            msg: None,
            log: None,
            errormsg: None,
            errorlog: None,
            other: OtherClaims::default(),
        }
    }

    /// The response, signed: the value of the form field `JWT`.
    ///
    /// # Errors
    /// As [`sign_compact`].
    pub fn sign(&self, key: &SigningKey) -> Result<String, KeyError> {
        sign_compact(key, self)
    }
}

impl Serialize for LtiDeepLinkingResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("iss", &self.iss)?;
        map.serialize_entry("aud", &self.aud)?;
        entry(&mut map, "azp", self.azp.as_ref())?;
        map.serialize_entry("exp", &self.exp)?;
        entry(&mut map, "iat", self.iat.as_ref())?;
        map.serialize_entry("nonce", &self.nonce)?;
        map.serialize_entry(claims::MESSAGE_TYPE, claims::DEEP_LINKING_RESPONSE)?;
        map.serialize_entry(claims::VERSION, claims::LTI_VERSION)?;
        map.serialize_entry(claims::DEPLOYMENT_ID, &self.deployment_id)?;
        entry(&mut map, claims::DEEP_LINKING_DATA, self.data.as_ref())?;
        map.serialize_entry(claims::CONTENT_ITEMS, &self.content_items)?;
        entry(&mut map, claims::DEEP_LINKING_MSG, self.msg.as_ref())?;
        entry(&mut map, claims::DEEP_LINKING_LOG, self.log.as_ref())?;
        entry(&mut map, claims::DEEP_LINKING_ERRORMSG, self.errormsg.as_ref())?;
        entry(&mut map, claims::DEEP_LINKING_ERRORLOG, self.errorlog.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}
