//! Materials as the course's page shows them: cleaned, and with nobody sent anywhere but to the web.

use super::material::{Material, MaterialBody, Picture};
use crate::deep_linking::clean_html;

/// A material.
pub(super) struct MaterialView {
    pub(super) title: String,
    pub(super) text: Option<String>,
    pub(super) tool: String,
    pub(super) icon: Option<Picture>,
    pub(super) kind: &'static str,
    /// Where it leads.
    pub(super) href: Option<String>,
    /// HTML that is safe to show as it stands.
    pub(super) html: Option<String>,
    pub(super) image: Option<Picture>,
    /// A frame: its address, width and height.
    pub(super) iframe: Option<(String, Option<u32>, Option<u32>)>,
    /// What else is to be said.
    pub(super) note: Option<String>,
}

impl MaterialView {
    pub(super) fn of(material: &Material) -> Self {
        let mut view = Self {
            title: String::new(),
            text: material.text.clone(),
            tool: material.client_id.to_string(),
            icon: material.icon.clone().or_else(|| material.thumbnail.clone()),
            kind: "",
            href: None,
            html: None,
            image: None,
            iframe: None,
            note: None,
        };
        match &material.body {
            MaterialBody::Link { url, embed_html, iframe, window: _ } => {
                view.kind = "Link";
                view.href = Some(url.clone());
                view.html = embed_html.as_deref().map(clean_html).filter(|html| !html.trim().is_empty());
                // The frame is one way to show it, the HTML another.
                let frame = iframe.as_ref().filter(|_| view.html.is_none());
                view.iframe = frame.and_then(|frame| Some((frame.name.clone()?, frame.width, frame.height)));
            }
            MaterialBody::File { url, media_type, expires_at } => {
                view.kind = "File";
                view.href = Some(url.clone());
                let until = expires_at.as_ref().map(|until| format!("the tool keeps it until {until}"));
                view.note = join(media_type.clone(), until);
            }
            MaterialBody::Html { html } => {
                view.kind = "HTML";
                view.html = Some(clean_html(html));
            }
            MaterialBody::Image(picture) => {
                view.kind = "Image";
                view.image = Some(picture.clone());
            }
            MaterialBody::Unsupported { item_type, reason } => {
                view.kind = "Not supported";
                view.note = Some(format!("An item of type {item_type}: {reason}."));
            }
        }
        view.title = material.title.clone().or_else(|| view.href.clone()).unwrap_or_else(|| view.kind.to_owned());
        view
    }
}

fn join(one: Option<String>, other: Option<String>) -> Option<String> {
    let parts: Vec<String> = one.into_iter().chain(other).collect();
    Some(parts.join(", ")).filter(|text| !text.is_empty())
}
