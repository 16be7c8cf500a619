//! Content items: what a tool returns (LTI Deep Linking 2.0, 3).

use std::fmt;

use serde::{Serialize, Serializer};

use crate::message::{Custom, OtherClaims};
use crate::service::ags::{MaximumPoints, SubmissionReview};
use crate::service::{ServiceTime, TimeFault};

/// The type of an item; the list is open (3.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ItemType {
    /// A resource on the web.
    Link,
    /// A link that is launched by LTI.
    ResourceLink,
    /// A file that the platform fetches.
    File,
    /// A fragment of HTML.
    Html,
    /// An image.
    Image,
    /// Another type, kept as it stands.
    Other(String),
}

impl ItemType {
    /// Reads a type by its exact name.
    pub fn parse(text: impl Into<String> + AsRef<str>) -> Self {
        match text.as_ref() {
            "link" => Self::Link,
            "ltiResourceLink" => Self::ResourceLink,
            "file" => Self::File,
            "html" => Self::Html,
            "image" => Self::Image,
            _ => Self::Other(text.into()),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Link => "link",
            Self::ResourceLink => "ltiResourceLink",
            Self::File => "file",
            Self::Html => "html",
            Self::Image => "image",
            Self::Other(text) => text,
        }
    }
}

impl fmt::Display for ItemType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ItemType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// An item.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ContentItem {
    /// A resource on the web (3.1).
    Link(Box<LinkItem>),
    /// A link that is launched by LTI (3.2).
    ResourceLink(Box<ResourceLinkItem>),
    /// A file that the platform fetches (3.3).
    File(Box<FileItem>),
    /// A fragment of HTML (3.4).
    Html(Box<HtmlItem>),
    /// An image (3.5).
    Image(Box<ImageItem>),
    /// Another type, with its members as they stand (3.7).
    Other(OtherItem),
}

impl ContentItem {
    /// Its type.
    pub fn item_type(&self) -> ItemType {
        match self {
            Self::Link(_) => ItemType::Link,
            Self::ResourceLink(_) => ItemType::ResourceLink,
            Self::File(_) => ItemType::File,
            Self::Html(_) => ItemType::Html,
            Self::Image(_) => ItemType::Image,
            Self::Other(item) => ItemType::parse(item.item_type.as_str()),
        }
    }

    /// What it is called, as far as it says so.
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Link(item) => item.title.as_deref(),
            Self::ResourceLink(item) => item.title.as_deref(),
            Self::File(item) => item.title.as_deref(),
            Self::Html(item) => item.title.as_deref(),
            Self::Image(item) => item.title.as_deref(),
            Self::Other(_) => None,
        }
    }
}

/// A picture beside an item: its icon, or its thumbnail.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ItemImage {
    /// Where the picture is.
    pub url: String,
    /// Its width, in pixels.
    pub width: Option<u32>,
    /// Its height, in pixels.
    pub height: Option<u32>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl ItemImage {
    /// A picture of whatever size.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }
}

/// How an item opens in a window of its own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemWindow {
    /// The name of the window, so that several items share one.
    pub target_name: Option<String>,
    /// Its width, in pixels.
    pub width: Option<u32>,
    /// Its height, in pixels.
    pub height: Option<u32>,
    /// What `window.open` takes as features.
    pub window_features: Option<String>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

/// How an item is shown in an iframe.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemIframe {
    /// What the frame of a link shows; the frame of a resource link has none.
    pub src: Option<String>,
    /// Its width, in pixels.
    pub width: Option<u32>,
    /// Its height, in pixels.
    pub height: Option<u32>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

/// The line item that a link brings along (3.2).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ItemLineItem {
    /// What it is called; the title of the item where it is missing.
    pub label: Option<String>,
    /// The points that can be reached.
    pub score_maximum: MaximumPoints,
    /// What the tool calls the resource.
    pub resource_id: Option<String>,
    /// What kind of grade it is.
    pub tag: Option<String>,
    /// Whether learners should see their grades.
    pub grades_released: Option<bool>,
    /// What the Submission Review message needs, as it came.
    pub submission_review: Option<SubmissionReview>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl ItemLineItem {
    /// A line item that is called as the item is.
    pub fn new(score_maximum: MaximumPoints) -> Self {
        Self {
            label: None,
            score_maximum,
            resource_id: None,
            tag: None,
            grades_released: None,
            submission_review: None,
            other: OtherClaims::default(),
        }
    }
}

impl PartialEq for ItemLineItem {
    /// Compares what stands in them; raw members as JSON texts.
    fn eq(&self, other: &Self) -> bool {
        let review = |item: &Self| item.submission_review.as_ref().map(|raw| raw.get().to_owned());
        (&self.label, self.score_maximum) == (&other.label, other.score_maximum)
            && (&self.resource_id, &self.tag) == (&other.resource_id, &other.tag)
            && self.grades_released == other.grades_released
            && review(self) == review(other)
            && self.other == other.other
    }
}

/// A date of an item: ISO 8601, and no zone is demanded here (3.2 and 3.3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ItemDate(String);

impl ItemDate {
    pub(crate) fn from_text(text: String) -> Self {
        Self(text)
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The moment; a date without a zone is taken for one in UTC. Nothing where it is no date.
    ///
    /// ```
    /// use lti_core::message::deep_linking::ItemDate;
    /// use lti_core::service::ServiceTime;
    /// let moment: ServiceTime = "2026-11-22T08:00:00Z".parse()?;
    /// assert_eq!(ItemDate::from(moment).moment(), Some(moment));
    /// # Ok::<(), lti_core::service::TimeFault>(())
    /// ```
    pub fn moment(&self) -> Option<ServiceTime> {
        let text = self.0.trim();
        match text.parse() {
            Ok(moment) => Some(moment),
            Err(TimeFault::Zone) if text.contains(['T', 't', ' ']) => format!("{text}Z").parse().ok(),
            Err(TimeFault::Zone) => format!("{text}T00:00:00Z").parse().ok(),
            Err(_) => None,
        }
    }
}

impl From<ServiceTime> for ItemDate {
    fn from(moment: ServiceTime) -> Self {
        Self(moment.to_string())
    }
}

impl Serialize for ItemDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// From when until when; both ends are open where they are missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemPeriod {
    /// The start.
    pub start_date_time: Option<ItemDate>,
    /// The end.
    pub end_date_time: Option<ItemDate>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

/// A resource on the web (3.1).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LinkItem {
    /// Where it is.
    pub url: String,
    /// What it is called.
    pub title: Option<String>,
    /// What it is about.
    pub text: Option<String>,
    /// A small picture.
    pub icon: Option<ItemImage>,
    /// A picture that is a link.
    pub thumbnail: Option<ItemImage>,
    /// HTML that shows it within a page. A platform sanitises it before anybody sees it.
    pub embed_html: Option<String>,
    /// How it opens in a window.
    pub window: Option<ItemWindow>,
    /// How it is shown in an iframe.
    pub iframe: Option<ItemIframe>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

/// A link that is launched by LTI (3.2).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResourceLinkItem {
    /// The target of its launches; the tool's base address where it is missing.
    pub url: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// What it is about.
    pub text: Option<String>,
    /// A small picture.
    pub icon: Option<ItemImage>,
    /// A picture that is a link.
    pub thumbnail: Option<ItemImage>,
    /// How it opens in a window.
    pub window: Option<ItemWindow>,
    /// How it is shown in an iframe.
    pub iframe: Option<ItemIframe>,
    /// Custom parameters of its launches.
    pub custom: Custom,
    /// The line item to be made with it.
    pub line_item: Option<ItemLineItem>,
    /// When learners may open it.
    pub available: Option<ItemPeriod>,
    /// When learners may submit.
    pub submission: Option<ItemPeriod>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

/// A file that the platform fetches soon (3.3).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileItem {
    /// Where it is; may be good for one fetch alone.
    pub url: String,
    /// What it is called.
    pub title: Option<String>,
    /// What it is about.
    pub text: Option<String>,
    /// A small picture.
    pub icon: Option<ItemImage>,
    /// A picture that is a link.
    pub thumbnail: Option<ItemImage>,
    /// Until when it can be fetched.
    pub expires_at: Option<ItemDate>,
    /// Members that this crate gives no type; `mediaType` is one.
    pub other: OtherClaims,
}

/// A fragment of HTML (3.4).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HtmlItem {
    /// The fragment. A platform sanitises it before anybody sees it.
    pub html: String,
    /// What it is called.
    pub title: Option<String>,
    /// What it is about.
    pub text: Option<String>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

/// An image (3.5).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImageItem {
    /// Where it is.
    pub url: String,
    /// What it is called.
    pub title: Option<String>,
    /// What it is about.
    pub text: Option<String>,
    /// A small picture.
    pub icon: Option<ItemImage>,
    /// A picture that is a link.
    pub thumbnail: Option<ItemImage>,
    /// Its width, in pixels.
    pub width: Option<u32>,
    /// Its height, in pixels.
    pub height: Option<u32>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

/// An item of a type that this crate does not know.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OtherItem {
    /// The type, a URL unless 1EdTech defined it.
    pub item_type: String,
    /// Its members, as they stand.
    pub members: OtherClaims,
}

macro_rules! into_item {
    ($($variant:ident: $type:ident,)*) => {$(
        impl From<$type> for ContentItem {
            fn from(item: $type) -> Self {
                Self::$variant(Box::new(item))
            }
        }
    )*};
}

into_item! { Link: LinkItem, ResourceLink: ResourceLinkItem, File: FileItem, Html: HtmlItem, Image: ImageItem, }

impl From<OtherItem> for ContentItem {
    fn from(item: OtherItem) -> Self {
        Self::Other(item)
    }
}
