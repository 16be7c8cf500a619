//! Items of Content-Item 1.0 as deep linking has them, which is what a platform keeps.

use lti_core::lti11::content_item::{ContentItem, ImageReference, ItemType, LineItem, PlacementAdvice};
use lti_core::lti11::launch::DocumentTarget;
use lti_core::message::Custom;
use lti_core::message::deep_linking::{
    ContentItem as Kept, FileItem, HtmlItem, ImageItem, ItemIframe, ItemImage, ItemLineItem, ItemWindow, LinkItem,
    OtherItem, ResourceLinkItem,
};
use lti_core::service::ags::MaximumPoints;

use crate::deep_linking::is_web_address;
use crate::lti11::tool::launch_address;

/// The item as it is kept, or why it cannot be used.
pub(super) fn kept(item: &ContentItem) -> Result<Kept, String> {
    match &item.item_type {
        ItemType::LtiLinkItem => link(item),
        ItemType::FileItem => {
            let url = address(item)?;
            let (title, text) = (item.title.clone(), item.text.clone());
            let (icon, thumbnail) = (image(item.icon.as_ref()), image(item.thumbnail.as_ref()));
            Ok(FileItem { url, title, text, icon, thumbnail, ..FileItem::default() }.into())
        }
        ItemType::ContentItem => content(item),
        other => Ok(OtherItem { item_type: other.as_str().to_owned(), ..OtherItem::default() }.into()),
    }
}

/// A link that is launched. Without an address of its own it leads to that of the tool.
fn link(item: &ContentItem) -> Result<Kept, String> {
    if let Some(url) = &item.url {
        launch_address(url).map_err(|error| error.to_string())?;
    }
    let (iframe, window) = place(item.placement_advice.as_ref());
    let custom: Custom = item.custom.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let link = ResourceLinkItem {
        url: item.url.clone(),
        title: item.title.clone(),
        text: item.text.clone(),
        icon: image(item.icon.as_ref()),
        thumbnail: image(item.thumbnail.as_ref()),
        custom,
        iframe,
        window,
        line_item: item.line_item.as_ref().and_then(line_item),
        ..ResourceLinkItem::default()
    };
    Ok(link.into())
}

/// Something on the web, an image, or a fragment of HTML.
fn content(item: &ContentItem) -> Result<Kept, String> {
    let media_type = item.media_type.as_deref().unwrap_or_default();
    let (title, text) = (item.title.clone(), item.text.clone());
    if item.url.is_none() && item.id.is_none() && media_type == "text/html" {
        let html = text.ok_or("an item with neither an address nor a text")?;
        return Ok(HtmlItem { html, title, ..HtmlItem::default() }.into());
    }
    let url = address(item)?;
    let advice = item.placement_advice.as_ref();
    if media_type.starts_with("image/") {
        let width = advice.and_then(|advice| advice.display_width);
        let height = advice.and_then(|advice| advice.display_height);
        return Ok(ImageItem { url, title, text, width, height, ..ImageItem::default() }.into());
    }
    let (iframe, window) = place(advice);
    let icon = image(item.icon.as_ref());
    let thumbnail = image(item.thumbnail.as_ref());
    let iframe = iframe.map(|frame| ItemIframe { src: Some(url.clone()), ..frame });
    Ok(LinkItem { url, title, text, icon, thumbnail, iframe, window, ..LinkItem::default() }.into())
}

fn address(item: &ContentItem) -> Result<String, String> {
    let url = item.url.as_ref().or(item.id.as_ref()).ok_or("an item without an address")?;
    if is_web_address(url) { Ok(url.clone()) } else { Err("its address is neither http nor https".to_owned()) }
}

fn image(image: Option<&ImageReference>) -> Option<ItemImage> {
    let image = image?;
    let mut kept = ItemImage::new(&image.id);
    (kept.width, kept.height) = (image.width, image.height);
    Some(kept)
}

/// Frame and window, as the advice names one of them.
fn place(advice: Option<&PlacementAdvice>) -> (Option<ItemIframe>, Option<ItemWindow>) {
    let Some(advice) = advice else { return (None, None) };
    let (width, height) = (advice.display_width, advice.display_height);
    match advice.presentation_document_target {
        Some(DocumentTarget::Iframe | DocumentTarget::Frame | DocumentTarget::Embed) => {
            (Some(ItemIframe { width, height, ..ItemIframe::default() }), None)
        }
        Some(DocumentTarget::Window | DocumentTarget::Popup) => {
            let target_name = advice.window_target.clone();
            (None, Some(ItemWindow { target_name, width, height, ..ItemWindow::default() }))
        }
        _ => (None, None),
    }
}

/// Without a maximum, grades are a part of 1.
fn line_item(item: &LineItem) -> Option<ItemLineItem> {
    let maximum = item.normal_maximum.or(item.total_maximum).unwrap_or(1.0);
    let mut kept = ItemLineItem::new(MaximumPoints::new(maximum).ok()?);
    kept.label.clone_from(&item.label);
    kept.resource_id.clone_from(&item.activity_id);
    Some(kept)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use lti_core::lti11::content_item::read_items;

    use super::*;

    fn read(json: &str) -> Result<Kept, String> {
        kept(&read_items(json).unwrap()[0])
    }

    #[test]
    fn a_link_brings_its_parameters_and_its_line_item() {
        let item = read(
            r#"{"@type":"LtiLinkItem","mediaType":"application/vnd.ims.lti.v1.ltilink","url":"https://t.example/q?u=1",
               "title":"Quiz","text":"Ten questions","custom":{"Quiz":"engines"},
               "placementAdvice":{"displayWidth":800,"presentationDocumentTarget":"iframe"},
               "lineItem":{"@type":"LineItem","label":"Engines","assignedActivity":{"activityId":"a-66"},
               "scoreConstraints":{"@type":"NumericLimits","normalMaximum":10}}}"#,
        );
        let Kept::ResourceLink(link) = item.unwrap() else { panic!("no link") };
        assert_eq!((link.url.as_deref(), link.title.as_deref()), (Some("https://t.example/q?u=1"), Some("Quiz")));
        assert_eq!(link.custom.get("Quiz"), Some("engines"));
        assert_eq!(link.iframe.unwrap().width, Some(800));
        let line = link.line_item.unwrap();
        assert_eq!((line.label.as_deref(), line.resource_id.as_deref()), (Some("Engines"), Some("a-66")));
        assert!((line.score_maximum.get() - 10.0).abs() < f64::EPSILON);
    }

    #[test]
    fn addresses_that_nobody_is_sent_to_are_refused() {
        for item in [
            r#"{"@type":"LtiLinkItem","url":"javascript:alert(1)"}"#,
            r#"{"@type":"LtiLinkItem","url":"https://t.example/?oauth_nonce=1"}"#,
            r#"{"@type":"ContentItem","mediaType":"text/html","url":"javascript:alert(1)"}"#,
            r#"{"@type":"FileItem","mediaType":"text/plain","@id":"file:///etc/passwd"}"#,
            r#"{"@type":"ContentItem","mediaType":"text/plain"}"#,
        ] {
            assert!(read(item).is_err(), "{item}");
        }
    }

    #[test]
    fn each_kind_is_kept_as_what_it_is() {
        let kind = |json: &str| read(json).unwrap().item_type().to_string();
        for (json, expected) in [
            (r#"{"@type":"LtiLink"}"#, "ltiResourceLink"),
            (r#"{"@type":"ContentItem","mediaType":"text/html","@id":"https://a.example/"}"#, "link"),
            (r#"{"@type":"ContentItem","mediaType":"text/html","text":"<b>x</b>"}"#, "html"),
            (r#"{"@type":"ContentItem","mediaType":"image/png","url":"https://a.example/a.png"}"#, "image"),
            (r#"{"@type":"FileItem","mediaType":"application/pdf","url":"https://a.example/a.pdf"}"#, "file"),
            (r#"{"@type":"ImportItem","url":"https://a.example/a.zip"}"#, "ImportItem"),
        ] {
            assert_eq!(kind(json), expected, "{json}");
        }
    }
}
