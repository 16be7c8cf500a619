//! Content items as they stand in a response, read one by one.

use serde_json::value::RawValue;

use super::part::Part;
use super::{ResponseFinding, ResponseViolation};
use crate::message::deep_linking::{
    ContentItem, FileItem, HtmlItem, ImageItem, ItemLineItem, ItemType, LinkItem, OtherItem, ResourceLinkItem,
};
use crate::message::parameters::Parameters;
use crate::message::{Custom, OtherClaims};
use crate::service::ags::MaximumPoints;
use crate::service::members::{Elements, Members};

/// An item that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnusableItem {
    /// Which one of the array, counted from 0.
    pub index: usize,
    /// Its type, if it says so.
    pub item_type: Option<ItemType>,
    /// Why.
    pub findings: Vec<ResponseFinding>,
}

/// The items of one response.
pub(super) struct ReadItems {
    pub(super) items: Vec<ContentItem>,
    pub(super) unusable: Vec<UnusableItem>,
}

/// Reads an array of items by itself: those that can be used, those that cannot, and every broken rule.
///
/// ```
/// use lti_core::inspect::response::{ResponseViolation, read_items};
/// let (items, unusable, findings) = read_items(br#"[{"type": "ltiResourceLink"}, {"type": "link"}]"#);
/// assert_eq!((items.len(), unusable.len()), (1, 1));
/// assert_eq!(findings[0].violation, ResponseViolation::ItemUrl);
/// ```
pub fn read_items(json: &[u8]) -> (Vec<ContentItem>, Vec<UnusableItem>, Vec<ResponseFinding>) {
    let mut findings = Vec::new();
    let elements = match Elements::parse(json) {
        Ok(elements) => elements.0,
        Err(seen) => {
            findings.push(ResponseFinding::new(ResponseViolation::Items, "an array of items", seen));
            Vec::new()
        }
    };
    let read = read_elements(&elements, &mut findings);
    (read.items, read.unusable, findings)
}

pub(super) fn read_elements(elements: &[Box<RawValue>], findings: &mut Vec<ResponseFinding>) -> ReadItems {
    let (mut items, mut unusable) = (Vec::with_capacity(elements.len()), Vec::new());
    for (index, element) in elements.iter().enumerate() {
        let (item, item_type, found) = read(element.get().as_bytes(), &format!("content_items[{index}]"));
        findings.extend(found.iter().cloned());
        match item {
            Some(item) => items.push(item),
            None => unusable.push(UnusableItem { index, item_type, findings: found }),
        }
    }
    ReadItems { items, unusable }
}

fn read(json: &[u8], place: &str) -> (Option<ContentItem>, Option<ItemType>, Vec<ResponseFinding>) {
    let members = match Members::parse(json) {
        Ok(members) => members,
        Err(seen) => {
            let finding = ResponseFinding::new(ResponseViolation::ItemType, format!("{place}, an object"), seen);
            return (None, None, vec![finding]);
        }
    };
    let mut part = Part::new(members, format!("{place}."));
    let Some(kind) = part.required::<String>("type", ResponseViolation::ItemType) else {
        return (None, None, part.found);
    };
    let item_type = ItemType::parse(kind.as_str());
    let (item, found) = match &item_type {
        ItemType::Link => link(part),
        ItemType::ResourceLink => resource_link(part),
        ItemType::File => file(part),
        ItemType::Html => html(part),
        ItemType::Image => image(part),
        ItemType::Other(_) => other(part, kind),
    };
    (item, Some(item_type), found)
}

type Read = (Option<ContentItem>, Vec<ResponseFinding>);

fn link(mut part: Part) -> Read {
    let url = part.url("url");
    let item = LinkItem {
        url: url.clone().unwrap_or_default(),
        title: part.text("title"),
        text: part.text("text"),
        icon: part.image("icon"),
        thumbnail: part.image("thumbnail"),
        embed_html: embed(&mut part),
        window: part.window(),
        iframe: part.iframe(true),
        other: OtherClaims::default(),
    };
    let (other, found) = part.finish();
    (url.map(|_| ContentItem::from(LinkItem { other, ..item })), found)
}

fn embed(part: &mut Part) -> Option<String> {
    let mut embed = part.object("embed")?;
    let html = embed.required::<String>("html", ResponseViolation::ItemHtml);
    part.found.append(&mut embed.found);
    html
}

fn resource_link(mut part: Part) -> Read {
    let item = ResourceLinkItem {
        url: part.optional_url("url"),
        title: part.text("title"),
        text: part.text("text"),
        icon: part.image("icon"),
        thumbnail: part.image("thumbnail"),
        window: part.window(),
        iframe: part.iframe(false),
        custom: custom(&mut part),
        line_item: line_item(&mut part),
        available: part.period("available"),
        submission: part.period("submission"),
        other: OtherClaims::default(),
    };
    // A launch that would lead elsewhere than the tool wants is no use.
    let usable = !part.found.iter().any(|finding| finding.violation == ResponseViolation::ItemUrl);
    let (other, found) = part.finish();
    (usable.then(|| ContentItem::from(ResourceLinkItem { other, ..item })), found)
}

fn custom(part: &mut Part) -> Custom {
    let Some(read) = part.take_as::<Parameters>("custom", ResponseViolation::ItemCustom) else {
        return Custom::default();
    };
    if let Some((name, kind)) = &read.stranger {
        let name: String = name.chars().take(80).collect();
        part.report(ResponseViolation::ItemCustom, "custom", "strings alone", &format!("{name:?}, which is {kind}"));
    }
    read.custom
}

fn line_item(part: &mut Part) -> Option<ItemLineItem> {
    let mut inner = part.object("lineItem")?;
    let points = inner.required::<f64>("scoreMaximum", ResponseViolation::ItemLineItem);
    let maximum = points.and_then(|points| MaximumPoints::new(points).ok());
    if let (Some(points), None) = (points, maximum) {
        let rule = ResponseViolation::ItemLineItem;
        inner.report(rule, "scoreMaximum", "a number greater than 0", &points.to_string());
    }
    let (label, resource_id, tag) = (inner.text("label"), inner.text("resourceId"), inner.text("tag"));
    let grades_released = inner.take_as::<bool>("gradesReleased", ResponseViolation::ItemMember);
    let submission_review = inner.raw("submissionReview");
    part.found.append(&mut inner.found);
    let other = inner.into_other();
    maximum.map(|score_maximum| ItemLineItem {
        label: label.filter(|label| !label.trim().is_empty()),
        score_maximum,
        resource_id,
        tag,
        grades_released,
        submission_review,
        other,
    })
}

fn file(mut part: Part) -> Read {
    let url = part.url("url");
    let item = FileItem {
        url: url.clone().unwrap_or_default(),
        title: part.text("title"),
        text: part.text("text"),
        icon: part.image("icon"),
        thumbnail: part.image("thumbnail"),
        expires_at: part.date("expiresAt"),
        other: OtherClaims::default(),
    };
    let (other, found) = part.finish();
    (url.map(|_| ContentItem::from(FileItem { other, ..item })), found)
}

fn html(mut part: Part) -> Read {
    let html = part.required::<String>("html", ResponseViolation::ItemHtml);
    let item = HtmlItem {
        html: html.clone().unwrap_or_default(),
        title: part.text("title"),
        text: part.text("text"),
        other: OtherClaims::default(),
    };
    let (other, found) = part.finish();
    (html.map(|_| ContentItem::from(HtmlItem { other, ..item })), found)
}

fn image(mut part: Part) -> Read {
    let url = part.url("url");
    let item = ImageItem {
        url: url.clone().unwrap_or_default(),
        title: part.text("title"),
        text: part.text("text"),
        icon: part.image("icon"),
        thumbnail: part.image("thumbnail"),
        width: part.size("width"),
        height: part.size("height"),
        other: OtherClaims::default(),
    };
    let (other, found) = part.finish();
    (url.map(|_| ContentItem::from(ImageItem { other, ..item })), found)
}

/// Types of 1EdTech that this crate leaves as they stand.
const FURTHER_TYPES: [&str; 1] = ["ltiAssetProcessor"];

fn other(mut part: Part, kind: String) -> Read {
    if url::Url::parse(&kind).is_err() && !FURTHER_TYPES.contains(&kind.as_str()) {
        let seen: String = kind.chars().take(80).collect();
        part.report(ResponseViolation::ItemNewType, "type", "a type of the text, or a URL", &format!("{seen:?}"));
    }
    let found = std::mem::take(&mut part.found);
    (Some(OtherItem { item_type: kind, members: part.into_other() }.into()), found)
}
