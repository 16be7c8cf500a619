//! What LTI adds to a client's metadata: `lti-tool-configuration`.

use serde_json::{Map, Value};

use super::lenient::{parameters, put_parameters, put_text, put_texts, text, texts};
use crate::id::DeploymentId;

/// The member of a registration that holds the [`ToolConfiguration`].
pub const TOOL_CONFIGURATION: &str = "https://purl.imsglobal.org/spec/lti-tool-configuration";

/// The tool's own half of a registration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolConfiguration {
    /// The tool's primary domain: a host, without scheme.
    pub domain: Option<String>,
    /// Further domains of the tool.
    pub secondary_domains: Vec<String>,
    /// The deployment that the platform made at once; in answers alone.
    pub deployment_id: Option<DeploymentId>,
    /// Where a launch leads when a link says nothing else.
    pub target_link_uri: Option<String>,
    /// Custom parameters of every launch.
    pub custom_parameters: Vec<(String, String)>,
    /// What the tool is, in a sentence.
    pub description: Option<String>,
    /// The messages that the tool takes.
    pub messages: Vec<ToolMessage>,
    /// The claims about people that the tool would like.
    pub claims: Vec<String>,
    /// Members without a field here.
    pub other: Map<String, Value>,
}

/// A message that a tool takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolMessage {
    /// The value of the `message_type` claim.
    pub message_type: String,
    /// Where this message leads.
    pub target_link_uri: Option<String>,
    /// The words on the button.
    pub label: Option<String>,
    /// The picture on the button.
    pub icon_uri: Option<String>,
    /// Custom parameters of this message.
    pub custom_parameters: Vec<(String, String)>,
    /// Where in its pages the platform should offer it.
    pub placements: Vec<String>,
    /// Whom the platform should offer it to.
    pub roles: Vec<String>,
    /// Members without a field here.
    pub other: Map<String, Value>,
}

impl ToolMessage {
    /// A message of this type, at the tool's usual address.
    pub fn new(message_type: impl Into<String>) -> Self {
        Self { message_type: message_type.into(), ..Self::default() }
    }

    /// Some writers send a bare text where an object is due.
    fn read(value: &Value) -> Option<Self> {
        let mut members = match value {
            Value::String(message_type) => return Some(Self::new(message_type)),
            Value::Object(members) => members.clone(),
            _ => return None,
        };
        let m = &mut members;
        Some(Self {
            message_type: text(m, "type")?,
            target_link_uri: text(m, "target_link_uri"),
            label: text(m, "label"),
            icon_uri: text(m, "icon_uri"),
            custom_parameters: parameters(m, "custom_parameters"),
            placements: texts(m, "placements"),
            roles: texts(m, "roles"),
            other: members,
        })
    }

    fn to_json(&self) -> Value {
        let mut members = self.other.clone();
        members.insert("type".to_owned(), self.message_type.clone().into());
        put_text(&mut members, "target_link_uri", self.target_link_uri.as_deref());
        put_text(&mut members, "label", self.label.as_deref());
        put_text(&mut members, "icon_uri", self.icon_uri.as_deref());
        put_parameters(&mut members, "custom_parameters", &self.custom_parameters);
        put_texts(&mut members, "placements", &self.placements);
        put_texts(&mut members, "roles", &self.roles);
        Value::Object(members)
    }
}

impl ToolConfiguration {
    /// A tool at this domain whose launches lead there.
    pub fn new(domain: impl Into<String>, target_link_uri: impl Into<String>) -> Self {
        Self { domain: Some(domain.into()), target_link_uri: Some(target_link_uri.into()), ..Self::default() }
    }

    pub(super) fn read(mut members: Map<String, Value>) -> Self {
        let m = &mut members;
        let messages = match m.remove("messages") {
            Some(Value::Array(messages)) => messages.iter().filter_map(ToolMessage::read).collect(),
            Some(odd) => {
                m.insert("messages".to_owned(), odd);
                Vec::new()
            }
            None => Vec::new(),
        };
        Self {
            domain: text(m, "domain"),
            secondary_domains: texts(m, "secondary_domains"),
            deployment_id: text(m, "deployment_id").map(DeploymentId::new),
            target_link_uri: text(m, "target_link_uri"),
            custom_parameters: parameters(m, "custom_parameters"),
            description: text(m, "description"),
            messages,
            claims: texts(m, "claims"),
            other: members,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let mut members = self.other.clone();
        put_text(&mut members, "domain", self.domain.as_deref());
        put_texts(&mut members, "secondary_domains", &self.secondary_domains);
        put_text(&mut members, "deployment_id", self.deployment_id.as_ref().map(DeploymentId::as_str));
        put_text(&mut members, "target_link_uri", self.target_link_uri.as_deref());
        put_parameters(&mut members, "custom_parameters", &self.custom_parameters);
        put_text(&mut members, "description", self.description.as_deref());
        if !self.messages.is_empty() {
            members.insert("messages".to_owned(), self.messages.iter().map(ToolMessage::to_json).collect());
        }
        put_texts(&mut members, "claims", &self.claims);
        Value::Object(members)
    }
}
