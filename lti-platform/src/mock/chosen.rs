//! Keeps what a tool handed over.

use std::sync::Arc;

use lti_core::Timestamp;
use lti_core::id::ClientId;
use lti_core::message::OtherClaims;
use lti_core::message::deep_linking::{
    ContentItem, FileItem, HtmlItem, ImageItem, ItemDate, ItemIframe, ItemImage, ItemLineItem, ItemWindow, LinkItem,
    OtherItem, ResourceLinkItem,
};
use lti_core::service::ags::{Label, LineItem};
use oauth2_issuer::{BoxFuture, Unavailable};

use super::material::{Material, MaterialBody, Picture, Place};
use super::school::Link;
use super::seed::plain_link;
use super::store::Store;
use crate::deep_linking::data::Selection;
use crate::deep_linking::{Chosen, ContentStore, Kept, is_web_address};
use crate::gradebook::{Gradebook, Owner};

/// What a link is called when neither the tool nor the settings gave it a name.
const UNTITLED: &str = "Untitled";

/// Keeps items as links and materials of a course, and their line items in the gradebook.
pub(super) struct CourseContent {
    pub(super) store: Arc<Store>,
    pub(super) gradebook: Arc<dyn Gradebook>,
    /// The path of the school.
    pub(super) base: String,
}

impl ContentStore for CourseContent {
    fn keep<'a>(&'a self, chosen: &'a Chosen) -> BoxFuture<'a, Result<Kept, Unavailable>> {
        Box::pin(async move {
            let selection = &chosen.selection;
            let graded = self.put(chosen);
            for (link, title, item) in graded {
                self.grade(selection, &link, &title, item).await?;
            }
            // Before the answer is sent: the response counts once.
            self.store.save().await?;
            let mut notes = form_urlencoded::Serializer::new(String::new());
            notes.append_pair("added", &chosen.items.len().to_string());
            for reasons in &chosen.unusable {
                notes.append_pair("unusable", reasons);
            }
            for (name, text) in [("msg", &chosen.msg), ("errormsg", &chosen.errormsg)] {
                if let Some(text) = text {
                    notes.append_pair(name, text);
                }
            }
            Ok(Kept::at(format!("{}/courses/{}?{}", self.base, selection.context_id, notes.finish())))
        })
    }
}

/// A link that wants a line item: the link, its title, the line item.
type Graded = (Link, String, ItemLineItem);

impl CourseContent {
    /// Puts every item into the course, in order. Nothing is ever taken for the same as something else: two items with
    /// one address are two (Deep Linking 2.0, 3.2).
    fn put(&self, chosen: &Chosen) -> Vec<Graded> {
        let Selection { client_id, context_id, .. } = &chosen.selection;
        self.store.change(|school| {
            let mut graded = Vec::new();
            for item in &chosen.items {
                let kind = if matches!(item, ContentItem::ResourceLink(_)) { "link" } else { "item" };
                let id = school.fresh_id(context_id.as_str(), kind);
                let Some(course) = school.courses.iter_mut().find(|course| course.id == context_id.as_str()) else {
                    break;
                };
                match item {
                    ContentItem::ResourceLink(item) if item.url.as_deref().is_none_or(is_web_address) => {
                        let link = link(id, &chosen.selection, item);
                        graded.extend(item.line_item.clone().map(|line| (link.clone(), link.title.clone(), line)));
                        course.links.push(link);
                    }
                    item => course.materials.push(Material::of(id, client_id.clone(), item)),
                }
            }
            graded
        })
    }

    /// Makes the line item of a link: it shows the link's id, and `resourceId` and `tag` as given; without a label it is
    /// called as the link is (3.2).
    async fn grade(
        &self,
        selection: &Selection,
        link: &Link,
        title: &str,
        item: ItemLineItem,
    ) -> Result<(), Unavailable> {
        let Selection { client_id, deployment_id, context_id, .. } = selection;
        let owner = Owner::new(client_id.clone(), deployment_id.clone(), context_id.clone());
        let label = item.label.and_then(|label| Label::new(label).ok());
        let label = label.or_else(|| Label::new(title).ok()).or_else(|| Label::new(UNTITLED).ok());
        let Some(label) = label else { return Ok(()) };
        let mut line = LineItem::new(label, item.score_maximum);
        line.resource_link_id = Some(link.id.clone());
        line.resource_id = item.resource_id;
        line.tag = item.tag;
        line.grades_released = item.grades_released;
        line.submission_review = item.submission_review;
        self.gradebook.create(&owner, line).await.map(drop)
    }
}

/// The link that an item describes.
fn link(id: String, selection: &Selection, item: &ResourceLinkItem) -> Link {
    let title = item.title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(UNTITLED);
    let (client_id, deployment_id) = (selection.client_id.clone(), selection.deployment_id.clone());
    let mut link = plain_link(id, title, item.text.clone(), client_id, deployment_id);
    link.target_link_uri.clone_from(&item.url);
    link.custom = item.custom.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    link.icon = picture(item.icon.as_ref());
    link.iframe = item.iframe.as_ref().map(frame);
    link.window = item.window.as_ref().map(window);
    let period = |period: Option<&lti_core::message::deep_linking::ItemPeriod>| {
        let period = period.cloned().unwrap_or_default();
        (moment(period.start_date_time.as_ref()), moment(period.end_date_time.as_ref()))
    };
    (link.available_from, link.available_until) = period(item.available.as_ref());
    (link.submission_from, link.due) = period(item.submission.as_ref());
    link
}

fn moment(date: Option<&ItemDate>) -> Option<Timestamp> {
    Some(date?.moment()?.to_timestamp())
}

const NOT_WEB: &str = "its address is neither http nor https, and nobody is sent there";

impl Material {
    /// Keeps an item that is no resource link.
    pub(super) fn of(id: String, client_id: ClientId, item: &ContentItem) -> Self {
        let mut material = Self {
            id,
            client_id,
            title: item.title().map(str::to_owned),
            text: None,
            icon: None,
            thumbnail: None,
            body: unsupported(item, "this school does not know the type"),
        };
        match item {
            ContentItem::Link(link) => material.take_link(link),
            ContentItem::File(file) => material.take_file(file),
            ContentItem::Html(html) => material.take_html(html),
            ContentItem::Image(image) => material.take_image(image),
            ContentItem::Other(other) => material.title = other_title(other),
            _ => material.body = unsupported(item, NOT_WEB),
        }
        material
    }

    fn take_link(&mut self, link: &LinkItem) {
        (self.text, self.icon, self.thumbnail) =
            (link.text.clone(), picture(link.icon.as_ref()), picture(link.thumbnail.as_ref()));
        if !is_web_address(&link.url) {
            return self.refuse("link");
        }
        self.body = MaterialBody::Link {
            url: link.url.clone(),
            embed_html: link.embed_html.clone(),
            iframe: link.iframe.as_ref().filter(|frame| frame.src.as_deref().is_some_and(is_web_address)).map(frame),
            window: link.window.as_ref().map(window),
        };
    }

    fn take_file(&mut self, file: &FileItem) {
        (self.text, self.icon, self.thumbnail) =
            (file.text.clone(), picture(file.icon.as_ref()), picture(file.thumbnail.as_ref()));
        if !is_web_address(&file.url) {
            return self.refuse("file");
        }
        self.body = MaterialBody::File {
            url: file.url.clone(),
            media_type: text(&file.other, "mediaType"),
            expires_at: file.expires_at.as_ref().map(|date| date.as_str().to_owned()),
        };
    }

    fn take_html(&mut self, html: &HtmlItem) {
        self.text.clone_from(&html.text);
        self.body = MaterialBody::Html { html: html.html.clone() };
    }

    fn take_image(&mut self, image: &ImageItem) {
        (self.text, self.icon, self.thumbnail) =
            (image.text.clone(), picture(image.icon.as_ref()), picture(image.thumbnail.as_ref()));
        if !is_web_address(&image.url) {
            return self.refuse("image");
        }
        self.body = MaterialBody::Image(Picture { url: image.url.clone(), width: image.width, height: image.height });
    }

    fn refuse(&mut self, item_type: &str) {
        self.body = MaterialBody::Unsupported { item_type: item_type.to_owned(), reason: NOT_WEB.to_owned() };
    }
}

/// A picture that a browser may fetch.
pub(super) fn picture(image: Option<&ItemImage>) -> Option<Picture> {
    let image = image.filter(|image| is_web_address(&image.url))?;
    Some(Picture { url: image.url.clone(), width: image.width, height: image.height })
}

/// The frame of an item.
pub(super) fn frame(frame: &ItemIframe) -> Place {
    Place { name: frame.src.clone(), width: frame.width, height: frame.height }
}

/// The window of an item.
pub(super) fn window(window: &ItemWindow) -> Place {
    Place { name: window.target_name.clone(), width: window.width, height: window.height }
}

fn unsupported(item: &ContentItem, reason: &str) -> MaterialBody {
    MaterialBody::Unsupported { item_type: item.item_type().to_string(), reason: reason.to_owned() }
}

/// Items of other types have titles too, as a rule.
fn other_title(item: &OtherItem) -> Option<String> {
    text(&item.members, "title")
}

/// A member that is a string.
fn text(members: &OtherClaims, name: &str) -> Option<String> {
    members.read::<String>(name).and_then(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(item: &ContentItem) -> MaterialBody {
        Material::of("m1".to_owned(), ClientId::new("quiz"), item).body
    }

    #[test]
    fn addresses_that_are_not_of_the_web_are_not_kept() {
        let script = "javascript:alert(1)".to_owned();
        for item in [
            ContentItem::from(LinkItem { url: script.clone(), ..LinkItem::default() }),
            FileItem { url: script.clone(), ..FileItem::default() }.into(),
            ImageItem { url: script.clone(), ..ImageItem::default() }.into(),
        ] {
            let kept = body(&item);
            assert!(matches!(&kept, MaterialBody::Unsupported { reason, .. } if reason == NOT_WEB), "{kept:?}");
        }
        let mut link = LinkItem { url: "https://tool.example/".to_owned(), ..LinkItem::default() };
        link.icon = Some(ItemImage::new(script.clone()));
        link.iframe = Some(ItemIframe { src: Some(script), ..ItemIframe::default() });
        let material = Material::of("m1".to_owned(), ClientId::new("quiz"), &link.into());
        assert_eq!(material.icon, None);
        assert!(matches!(material.body, MaterialBody::Link { iframe: None, .. }));
    }

    #[test]
    fn a_type_that_nobody_knows_is_kept_and_named() {
        let item = OtherItem { item_type: "https://vendor.example/type".to_owned(), ..OtherItem::default() };
        assert!(
            matches!(body(&item.into()), MaterialBody::Unsupported { item_type, .. } if item_type.contains("vendor"))
        );
    }
}
