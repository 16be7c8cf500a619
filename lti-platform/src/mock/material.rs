//! What a course holds beside the links that are launched: what tools handed over by deep linking.

use lti_core::id::ClientId;
use serde::{Deserialize, Serialize};

/// One item, as the tool sent it: it is cleaned when it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Material {
    /// Names it within the school.
    pub id: String,
    /// The tool that it came from.
    pub client_id: ClientId,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A small picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Picture>,
    /// A picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Picture>,
    /// The item itself.
    pub body: MaterialBody,
}

/// A picture somewhere on the web.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Picture {
    /// Where it is.
    pub url: String,
    /// Its width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Its height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

/// A part of a page, or a window, of some size in pixels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Place {
    /// What it shows, or what the window is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its width.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Its height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

/// What an item is (Deep Linking 2.0, 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MaterialBody {
    /// A resource on the web (3.1).
    Link {
        /// Where it is.
        url: String,
        /// HTML that shows it within a page.
        embed_html: Option<String>,
        /// The frame that shows it; `name` is its address.
        iframe: Option<Place>,
        /// The window that it opens in.
        window: Option<Place>,
    },
    /// A file (3.3).
    File {
        /// Where it is; may be good for one fetch alone.
        url: String,
        /// What is in it.
        media_type: Option<String>,
        /// Until when it can be had, as the tool wrote it.
        expires_at: Option<String>,
    },
    /// A fragment of HTML (3.4).
    Html {
        /// The fragment.
        html: String,
    },
    /// An image (3.5).
    Image(Picture),
    /// What this school cannot show.
    Unsupported {
        /// The type of the item.
        item_type: String,
        /// Why.
        reason: String,
    },
}
