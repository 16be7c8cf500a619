//! Writes content items as they travel (LTI Deep Linking 2.0, 3).

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::item::{
    ContentItem, FileItem, HtmlItem, ImageItem, ItemIframe, ItemImage, ItemLineItem, ItemPeriod, ItemWindow, LinkItem,
    ResourceLinkItem,
};
use crate::message::resource_link::entry;

impl Serialize for ContentItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let m = &mut map;
        match self {
            Self::Other(item) => m.serialize_entry("type", &item.item_type)?,
            _ => m.serialize_entry("type", &self.item_type())?,
        }
        match self {
            Self::Link(item) => item.write(m)?,
            Self::ResourceLink(item) => item.write(m)?,
            Self::File(item) => item.write(m)?,
            Self::Html(item) => item.write(m)?,
            Self::Image(item) => item.write(m)?,
            Self::Other(item) => item.members.serialize_into(m)?,
        }
        map.end()
    }
}

impl LinkItem {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("url", &self.url)?;
        entry(map, "title", self.title.as_ref())?;
        entry(map, "text", self.text.as_ref())?;
        entry(map, "icon", self.icon.as_ref())?;
        entry(map, "thumbnail", self.thumbnail.as_ref())?;
        entry(map, "embed", self.embed_html.as_ref().map(|html| Embed { html }).as_ref())?;
        entry(map, "window", self.window.as_ref())?;
        entry(map, "iframe", self.iframe.as_ref())?;
        self.other.serialize_into(map)
    }
}

#[derive(Serialize)]
struct Embed<'a> {
    html: &'a str,
}

impl ResourceLinkItem {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        entry(map, "url", self.url.as_ref())?;
        entry(map, "title", self.title.as_ref())?;
        entry(map, "text", self.text.as_ref())?;
        entry(map, "icon", self.icon.as_ref())?;
        entry(map, "thumbnail", self.thumbnail.as_ref())?;
        entry(map, "window", self.window.as_ref())?;
        entry(map, "iframe", self.iframe.as_ref())?;
        if !self.custom.is_empty() {
            map.serialize_entry("custom", &self.custom)?;
        }
        entry(map, "lineItem", self.line_item.as_ref())?;
        entry(map, "available", self.available.as_ref())?;
        entry(map, "submission", self.submission.as_ref())?;
        self.other.serialize_into(map)
    }
}

impl FileItem {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("url", &self.url)?;
        entry(map, "title", self.title.as_ref())?;
        entry(map, "text", self.text.as_ref())?;
        entry(map, "icon", self.icon.as_ref())?;
        entry(map, "thumbnail", self.thumbnail.as_ref())?;
        entry(map, "expiresAt", self.expires_at.as_ref())?;
        self.other.serialize_into(map)
    }
}

impl HtmlItem {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("html", &self.html)?;
        entry(map, "title", self.title.as_ref())?;
        entry(map, "text", self.text.as_ref())?;
        self.other.serialize_into(map)
    }
}

impl ImageItem {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("url", &self.url)?;
        entry(map, "title", self.title.as_ref())?;
        entry(map, "text", self.text.as_ref())?;
        entry(map, "icon", self.icon.as_ref())?;
        entry(map, "thumbnail", self.thumbnail.as_ref())?;
        entry(map, "width", self.width.as_ref())?;
        entry(map, "height", self.height.as_ref())?;
        self.other.serialize_into(map)
    }
}

/// Writes a part of an item: named members, and those without a type.
macro_rules! write_part {
    ($($type:ident { $($name:literal => $field:ident,)* })*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                $(entry(&mut map, $name, self.$field.as_ref())?;)*
                self.other.serialize_into(&mut map)?;
                map.end()
            }
        }
    )*};
}

write_part! {
    ItemWindow {
        "targetName" => target_name, "width" => width, "height" => height, "windowFeatures" => window_features,
    }
    ItemIframe { "src" => src, "width" => width, "height" => height, }
    ItemPeriod { "startDateTime" => start_date_time, "endDateTime" => end_date_time, }
}

impl Serialize for ItemImage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("url", &self.url)?;
        entry(&mut map, "width", self.width.as_ref())?;
        entry(&mut map, "height", self.height.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

impl Serialize for ItemLineItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "label", self.label.as_ref())?;
        map.serialize_entry("scoreMaximum", &self.score_maximum)?;
        entry(&mut map, "resourceId", self.resource_id.as_ref())?;
        entry(&mut map, "tag", self.tag.as_ref())?;
        entry(&mut map, "gradesReleased", self.grades_released.as_ref())?;
        entry(&mut map, "submissionReview", self.submission_review.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}
