//! The message that the suite returns as a tool: sound, until a case changes it (LTI Deep Linking 2.0, 4.5; Security
//! Framework 1.0, 5.2.2).

use serde_json::{Map, Value, json};

use super::{super::world::PlatformWorld, Selection};
use crate::{
    case::Outcome, driver::Halt, exchange::lti, forge::Token, keys::KeyError, subject::platform::service::TOOL_KID,
};

/// The namespace of deep linking's claims.
pub const DL: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/";
/// How long a response is good, in seconds.
const LIFETIME: i64 = 300;

/// A response: sound, until a case changes it.
#[derive(Debug, Clone)]
pub struct DeepLinkingResponse {
    /// The signed message.
    pub token: Token,
    /// The title of its item, which nobody can have seen before.
    pub title: String,
    /// Sent in place of the signed message, to say what no token can.
    pub raw: Option<String>,
}

/// Changes a response.
pub type ChangeResponse = fn(&mut DeepLinkingResponse, &PlatformWorld);

/// One changed response, and what the platform's answer is worth.
#[derive(Clone, Copy)]
pub struct ResponseScript {
    /// Changes it.
    pub change: ChangeResponse,
    /// What making the item is worth.
    pub made: Outcome,
    /// What making none is worth.
    pub refused: Outcome,
}

impl DeepLinkingResponse {
    /// The sound answer to this request: one resource link of the suite's tool.
    ///
    /// # Errors
    /// When the suite has no key to sign with.
    pub(super) fn sound(world: &PlatformWorld, selection: &Selection) -> Result<Self, Halt> {
        let platform = &world.config.platform;
        let now = world.clock.now();
        let title = format!("{} item", world.fresh("suite"));
        let mut claims = Map::new();
        let mut tell = |name: String, value: Value| claims.insert(name, value);
        tell("iss".to_owned(), json!(platform.client_id));
        tell("aud".to_owned(), json!(platform.issuer));
        tell("iat".to_owned(), json!(now));
        tell("exp".to_owned(), json!(now + LIFETIME));
        tell("nonce".to_owned(), json!(world.fresh("dl-nonce")));
        tell(lti("message_type"), json!("LtiDeepLinkingResponse"));
        tell(lti("version"), json!("1.3.0"));
        let requested = selection.arrival.lti("deployment_id").and_then(Value::as_str);
        let deployment = requested.or_else(|| platform.deployment_ids.first().map(String::as_str));
        tell(lti("deployment_id"), json!(deployment));
        if let Some(data) = selection.data() {
            tell(format!("{DL}data"), data.clone());
        }
        let mut response = Self {
            token: Token::new(claims, world.tool_keys()?.own.clone(), TOOL_KID),
            title: title.clone(),
            raw: None,
        };
        response.set_items(&json!([link(world, &title)]));
        Ok(response)
    }

    /// Returns these items.
    pub fn set_items(&mut self, items: &Value) {
        self.token.set(&format!("{DL}content_items"), items.clone());
    }

    /// Changes the first item.
    pub fn set_in_item(&mut self, member: &str, value: impl Into<Value>) {
        let items = self.token.claims.get_mut(&format!("{DL}content_items")).and_then(Value::as_array_mut);
        if let Some(item) = items.and_then(|items| items.first_mut()).and_then(Value::as_object_mut) {
            item.insert(member.to_owned(), value.into());
        }
    }

    /// Leaves a member of the first item out.
    pub fn remove_in_item(&mut self, member: &str) {
        let items = self.token.claims.get_mut(&format!("{DL}content_items")).and_then(Value::as_array_mut);
        if let Some(item) = items.and_then(|items| items.first_mut()).and_then(Value::as_object_mut) {
            item.remove(member);
        }
    }

    /// The value of the form field `JWT`.
    ///
    /// # Errors
    /// When it cannot be signed as it is said.
    pub fn compact(&self) -> Result<String, KeyError> {
        self.raw.clone().map_or_else(|| self.token.compact(), Ok)
    }
}

/// A resource link of the suite's tool with this title.
pub fn link(world: &PlatformWorld, title: &str) -> Value {
    json!({"type": "ltiResourceLink", "title": title, "url": link_url(world, "item=1")})
}

/// An address of the suite's tool that a link may lead to.
pub fn link_url(world: &PlatformWorld, query: &str) -> String {
    format!("{}?{query}", world.config.redirect_uri())
}
