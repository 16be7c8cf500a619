//! What the platform would like to get back, and where (LTI Deep Linking 2.0, 4.4.1).

use serde::de::{Deserialize, Deserializer};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{ItemType, OpaqueData};
use crate::message::raw::RawSettings;
use crate::message::resource_link::entry;
use crate::message::{OtherClaims, Slot};

/// How an item may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PresentationTarget {
    /// As HTML within a page.
    Embed,
    /// In an iframe.
    Iframe,
    /// In a window or tab of its own.
    Window,
    /// Something else, kept as it stands.
    Unknown(String),
}

impl PresentationTarget {
    /// Reads a target by its exact name.
    pub fn parse(text: impl Into<String> + AsRef<str>) -> Self {
        match text.as_ref() {
            "embed" => Self::Embed,
            "iframe" => Self::Iframe,
            "window" => Self::Window,
            _ => Self::Unknown(text.into()),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Embed => "embed",
            Self::Iframe => "iframe",
            Self::Window => "window",
            Self::Unknown(text) => text,
        }
    }
}

impl Serialize for PresentationTarget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The claim [`DEEP_LINKING_SETTINGS`](crate::message::claims::DEEP_LINKING_SETTINGS).
///
/// ```
/// use lti_core::message::deep_linking::{DeepLinkingSettings, ItemType};
/// let settings = DeepLinkingSettings::new("https://lms.example/return", [ItemType::ResourceLink]);
/// assert!(settings.accepts(&ItemType::ResourceLink) && !settings.accepts(&ItemType::Html));
/// assert!(settings.allows_multiple(), "nobody said that one is the most");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DeepLinkingSettings {
    /// Where the response is posted.
    pub deep_link_return_url: String,
    /// The types of items that the platform takes; the list is open.
    pub accept_types: Vec<ItemType>,
    /// How the platform can show an item; may be empty.
    pub accept_presentation_document_targets: Vec<PresentationTarget>,
    /// The media types of files, with commas between them.
    pub accept_media_types: Option<String>,
    /// Whether several items may be returned; nothing is assumed where it is missing.
    pub accept_multiple: Option<bool>,
    /// Whether the platform makes the line items that come with links; nothing is assumed where it is missing.
    pub accept_lineitem: Option<bool>,
    /// Whether items are kept without asking the user again; no where it is missing.
    pub auto_create: Option<bool>,
    /// A title for an item that has none.
    pub title: Option<String>,
    /// A text for an item that has none.
    pub text: Option<String>,
    /// What the tool must give back unchanged; any JSON.
    pub data: Option<OpaqueData>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl DeepLinkingSettings {
    /// Settings for items of these types, to be returned to this address.
    pub fn new(deep_link_return_url: impl Into<String>, accept_types: impl IntoIterator<Item = ItemType>) -> Self {
        Self {
            deep_link_return_url: deep_link_return_url.into(),
            accept_types: accept_types.into_iter().collect(),
            accept_presentation_document_targets: Vec::new(),
            accept_media_types: None,
            accept_multiple: None,
            accept_lineitem: None,
            auto_create: None,
            title: None,
            text: None,
            data: None,
            other: OtherClaims::default(),
        }
    }

    /// The settings as they stand in a request; nothing without an address.
    pub(crate) fn from_raw(mut settings: RawSettings) -> Option<Self> {
        let types = settings.accept_types.value().unwrap_or_default().texts;
        let targets = settings.accept_presentation_document_targets.value().unwrap_or_default().texts;
        // Any JSON is data; null says that there is none.
        let data =
            settings.other.iter().position(|(name, _)| name == "data").map(|index| settings.other.remove(index).1);
        Some(Self {
            deep_link_return_url: settings.deep_link_return_url.value()?,
            accept_types: types.into_iter().map(ItemType::parse).collect(),
            accept_presentation_document_targets: targets.into_iter().map(PresentationTarget::parse).collect(),
            accept_media_types: settings.accept_media_types.value().map(|read| read.text),
            accept_multiple: settings.accept_multiple.value(),
            accept_lineitem: settings.accept_lineitem.value(),
            auto_create: settings.auto_create.value(),
            title: settings.title.value(),
            text: settings.text.value(),
            data: data.filter(|raw| raw.get() != "null").map(OpaqueData::from_raw),
            other: OtherClaims::from_vec(settings.other),
        })
    }

    /// Whether the platform takes items of this type.
    pub fn accepts(&self, item_type: &ItemType) -> bool {
        self.accept_types.contains(item_type)
    }

    /// Whether several items may be returned: unless the platform said no.
    pub fn allows_multiple(&self) -> bool {
        self.accept_multiple != Some(false)
    }
}

impl Serialize for DeepLinkingSettings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("deep_link_return_url", &self.deep_link_return_url)?;
        map.serialize_entry("accept_types", &self.accept_types)?;
        map.serialize_entry("accept_presentation_document_targets", &self.accept_presentation_document_targets)?;
        entry(&mut map, "accept_media_types", self.accept_media_types.as_ref())?;
        entry(&mut map, "accept_multiple", self.accept_multiple.as_ref())?;
        entry(&mut map, "accept_lineitem", self.accept_lineitem.as_ref())?;
        entry(&mut map, "auto_create", self.auto_create.as_ref())?;
        entry(&mut map, "title", self.title.as_ref())?;
        entry(&mut map, "text", self.text.as_ref())?;
        entry(&mut map, "data", self.data.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for DeepLinkingSettings {
    /// Reads settings that were kept as JSON, as far as they can be read; those without an address are an error. A request
    /// is read by [`crate::inspect`], which judges it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let settings = Slot::<Box<RawSettings>>::deserialize(deserializer)?.value();
        let expected = || serde::de::Error::custom("expected an object with deep_link_return_url");
        settings.and_then(|settings| Self::from_raw(*settings)).ok_or_else(expected)
    }
}
