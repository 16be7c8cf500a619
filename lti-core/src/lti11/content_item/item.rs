//! Items, as JSON-LD: read leniently with everything unknown kept, written strictly.

use serde_json::{Map, Value};
use url::Url;

use super::wire;
use super::{CONTEXT, LTI_LINK};
use crate::lti11::launch::DocumentTarget;

/// The type of an item, `@type`; the list is open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ItemType {
    /// Content by its address or as text.
    ContentItem,
    /// A link that is launched by LTI; older messages call it `LtiLink`.
    LtiLinkItem,
    /// A file that the platform fetches.
    FileItem,
    /// A package that the platform imports.
    ImportItem,
    /// Another type, kept as it stands.
    Unknown(String),
}

impl ItemType {
    /// Reads a type.
    pub fn parse(text: &str) -> Self {
        match text {
            "ContentItem" => Self::ContentItem,
            "LtiLinkItem" | "LtiLink" => Self::LtiLinkItem,
            "FileItem" => Self::FileItem,
            "ImportItem" => Self::ImportItem,
            _ => Self::Unknown(text.to_owned()),
        }
    }

    /// The name as it is written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::ContentItem => "ContentItem",
            Self::LtiLinkItem => "LtiLinkItem",
            Self::FileItem => "FileItem",
            Self::ImportItem => "ImportItem",
            Self::Unknown(text) => text,
        }
    }
}

/// An item.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ContentItem {
    /// `@type`.
    pub item_type: ItemType,
    /// `@id`: what the item is called, a URL.
    pub id: Option<String>,
    /// `url`: where it is; a link without one is launched at the address that the platform knows of the tool.
    pub url: Option<String>,
    /// `mediaType`.
    pub media_type: Option<String>,
    /// `title`.
    pub title: Option<String>,
    /// `text`.
    pub text: Option<String>,
    /// `icon`.
    pub icon: Option<ImageReference>,
    /// `thumbnail`.
    pub thumbnail: Option<ImageReference>,
    /// `placementAdvice`.
    pub placement_advice: Option<PlacementAdvice>,
    /// `copyAdvice`: whether the platform should copy what the item names.
    pub copy_advice: Option<bool>,
    /// `expiresAt`: a moment as ISO 8601 writes it.
    pub expires_at: Option<String>,
    /// `custom`: parameters that come with each launch of the link.
    pub custom: Vec<(String, String)>,
    /// `lineItem`: the column that the platform makes for the link.
    pub line_item: Option<LineItem>,
    /// Members that this crate gives no type, or that are not of theirs.
    pub other: Map<String, Value>,
}

/// `icon` or `thumbnail`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImageReference {
    /// `@id`: its address.
    pub id: String,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
}

/// `placementAdvice`: how the tool would like the item to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlacementAdvice {
    /// `displayWidth`, in pixels.
    pub display_width: Option<u32>,
    /// `displayHeight`, in pixels.
    pub display_height: Option<u32>,
    /// `presentationDocumentTarget`.
    pub presentation_document_target: Option<DocumentTarget>,
    /// `windowTarget`: the name of the window.
    pub window_target: Option<String>,
}

/// `lineItem`.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct LineItem {
    /// `label`.
    pub label: Option<String>,
    /// `assignedActivity.activityId`.
    pub activity_id: Option<String>,
    /// `scoreConstraints.normalMaximum`.
    pub normal_maximum: Option<f64>,
    /// `scoreConstraints.extraCreditMaximum`.
    pub extra_credit_maximum: Option<f64>,
    /// `scoreConstraints.totalMaximum`.
    pub total_maximum: Option<f64>,
}

/// Why items cannot be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemError {
    /// It is no JSON.
    #[error("not JSON")]
    Json,
    /// It has no list of objects.
    #[error("no object with an @graph of objects")]
    Graph,
    /// An item has no `mediaType`.
    #[error("an item has no mediaType")]
    MediaType,
    /// A link has another media type than links have.
    #[error("the mediaType of an LtiLinkItem is {LTI_LINK}")]
    LinkMediaType,
    /// An address is none.
    #[error("{0} is not an absolute http or https URL")]
    Address(&'static str),
    /// An item says neither where it is nor what.
    #[error("an item has neither @id nor url nor text")]
    Nothing,
    /// A maximum is not a positive number.
    #[error("a maximum in scoreConstraints is not a positive number")]
    Maximum,
}

impl ContentItem {
    /// A link that is launched by LTI at this address.
    pub fn lti_link(url: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            url: Some(url.into()),
            title: Some(title.into()),
            media_type: Some(LTI_LINK.to_owned()),
            ..Self::of_type(ItemType::LtiLinkItem)
        }
    }

    /// Content of a media type at this address.
    pub fn content(url: impl Into<String>, media_type: impl Into<String>) -> Self {
        Self { url: Some(url.into()), media_type: Some(media_type.into()), ..Self::of_type(ItemType::ContentItem) }
    }

    /// An item of this type with nothing in it.
    pub fn of_type(item_type: ItemType) -> Self {
        Self {
            item_type,
            id: None,
            url: None,
            media_type: None,
            title: None,
            text: None,
            icon: None,
            thumbnail: None,
            placement_advice: None,
            copy_advice: None,
            expires_at: None,
            custom: Vec::new(),
            line_item: None,
            other: Map::new(),
        }
    }

    fn check(&self) -> Result<(), ItemError> {
        let media_type = self.media_type.as_deref().filter(|text| !text.is_empty()).ok_or(ItemError::MediaType)?;
        if self.item_type == ItemType::LtiLinkItem {
            if media_type != LTI_LINK {
                return Err(ItemError::LinkMediaType);
            }
        } else if self.id.is_none() && self.url.is_none() && self.text.is_none() {
            return Err(ItemError::Nothing);
        }
        let address = |image: &Option<ImageReference>| image.as_ref().map(|image| image.id.clone());
        for (name, value) in
            [("url", self.url.clone()), ("icon", address(&self.icon)), ("thumbnail", address(&self.thumbnail))]
        {
            let is_web = |url: &str| Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if value.is_some_and(|url| !is_web(&url)) {
                return Err(ItemError::Address(name));
            }
        }
        let maxima = self.line_item.iter().flat_map(LineItem::maxima);
        let mut bad = maxima.filter(|points| !(points.is_finite() && *points > 0.0));
        bad.next().map_or(Ok(()), |_| Err(ItemError::Maximum))
    }
}

impl LineItem {
    /// A column with a label and the points that a full score gives.
    pub fn new(label: impl Into<String>, normal_maximum: f64) -> Self {
        Self { label: Some(label.into()), normal_maximum: Some(normal_maximum), ..Self::default() }
    }

    fn maxima(&self) -> impl Iterator<Item = f64> {
        [self.normal_maximum, self.total_maximum].into_iter().flatten()
    }
}

/// Reads `content_items`: an object with `@graph`, one item alone, or a bare list.
///
/// # Errors
/// It is no JSON, or not made of objects.
///
/// ```
/// use lti_core::lti11::content_item::{ContentItem, read_items, write_items};
/// let items = [ContentItem::lti_link("https://tool.example/quiz/4", "Quiz")];
/// assert_eq!(read_items(&write_items(&items)?)?, items);
/// # Ok::<(), lti_core::lti11::content_item::ItemError>(())
/// ```
pub fn read_items(text: &str) -> Result<Vec<ContentItem>, ItemError> {
    let value: Value = serde_json::from_str(text).map_err(|_| ItemError::Json)?;
    let members = match value {
        Value::Array(items) => items,
        Value::Object(mut object) => match object.remove("@graph") {
            Some(Value::Array(items)) => items,
            Some(Value::Object(item)) => vec![Value::Object(item)],
            None if object.contains_key("@type") => vec![Value::Object(object)],
            _ => return Err(ItemError::Graph),
        },
        _ => return Err(ItemError::Graph),
    };
    let items = members.into_iter().map(|member| match member {
        Value::Object(object) => Ok(wire::read(object)),
        _ => Err(ItemError::Graph),
    });
    items.collect()
}

/// Writes `content_items`.
///
/// # Errors
/// [`ItemError`] names the first rule that an item would break.
pub fn write_items(items: &[ContentItem]) -> Result<String, ItemError> {
    items.iter().try_for_each(ContentItem::check)?;
    let graph: Vec<Value> = items.iter().map(wire::write).collect();
    Ok(serde_json::json!({ "@context": CONTEXT, "@graph": graph }).to_string())
}
