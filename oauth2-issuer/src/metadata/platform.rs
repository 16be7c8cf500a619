//! What LTI adds to the discovery document.

use serde_json::{Map, Value};

use super::{PLATFORM_CONFIGURATION, put_strings, take_string, take_strings};

/// The platform's part of the discovery document (LTI Dynamic Registration 1.0, section 2.1.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformConfiguration {
    /// The product's name, lower-case.
    pub product_family_code: String,
    /// The version of the product.
    pub version: Option<String>,
    /// The messages that the platform can send.
    pub messages_supported: Vec<MessageSupported>,
    /// The custom variables that the platform can fill in.
    pub variables: Vec<String>,
    /// Members without a field here.
    pub other: Map<String, Value>,
}

/// One kind of message that a platform can send.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageSupported {
    /// The value of the `message_type` claim.
    pub message_type: String,
    /// Where in its pages the platform offers it.
    pub placements: Vec<String>,
}

impl MessageSupported {
    /// A message type without placements.
    pub fn new(message_type: impl Into<String>) -> Self {
        Self { message_type: message_type.into(), placements: Vec::new() }
    }
}

impl PlatformConfiguration {
    /// A platform that can send resource link launches.
    pub fn new(product_family_code: impl Into<String>) -> Self {
        Self {
            product_family_code: product_family_code.into(),
            messages_supported: vec![MessageSupported::new("LtiResourceLinkRequest")],
            ..Self::default()
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let mut members = self.other.clone();
        members.insert("product_family_code".to_owned(), self.product_family_code.clone().into());
        if let Some(version) = &self.version {
            members.insert("version".to_owned(), version.clone().into());
        }
        let message = |message: &MessageSupported| {
            let mut members = Map::new();
            members.insert("type".to_owned(), message.message_type.clone().into());
            put_strings(&mut members, "placements", &message.placements);
            Value::Object(members)
        };
        members.insert("messages_supported".to_owned(), self.messages_supported.iter().map(message).collect());
        put_strings(&mut members, "variables", &self.variables);
        Value::Object(members)
    }
}

/// The platform's part, taken out of the members of the document.
pub(super) fn take(members: &mut Map<String, Value>) -> Option<PlatformConfiguration> {
    let mut own = members.get(PLATFORM_CONFIGURATION)?.as_object()?.clone();
    members.remove(PLATFORM_CONFIGURATION);
    let messages = match own.remove("messages_supported") {
        Some(Value::Array(messages)) => messages,
        _ => Vec::new(),
    };
    Some(PlatformConfiguration {
        product_family_code: take_string(&mut own, "product_family_code").unwrap_or_default(),
        version: take_string(&mut own, "version"),
        messages_supported: messages.iter().filter_map(message_supported).collect(),
        variables: take_strings(&mut own, "variables"),
        other: own,
    })
}

/// One supported message; some platforms send a bare string where an object is due.
fn message_supported(value: &Value) -> Option<MessageSupported> {
    let message_type = value.as_str().or_else(|| value.get("type")?.as_str())?;
    let placements = value.get("placements").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let placements = placements.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    Some(MessageSupported { message_type: message_type.to_owned(), placements })
}
