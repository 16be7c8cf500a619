//! Deep linking: somebody adds content of the tool, what comes back is judged, and links are made of it (LTI Deep Linking
//! 2.0).
//!
//! Instructors begin it on the page of a course, under "Add content", or in the course's editor, under "Insert from tool".
//! What is sent and signed here is sound whatever flaw the double has elsewhere, so that each flaw stays in its own area.

mod content;
mod receive;
mod request;

use std::collections::{HashMap, HashSet};

use ::http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::{
    DeepLinkingFlaw, PlatformDouble, PlatformFlaw,
    http::page,
    school::{Course, User},
};
use crate::transport::{Request, Response};

/// Where deep linking begins, ends, and where links that came of it are launched.
pub(super) const CONTENT_PATH: &str = "/content/";

/// A request that waits for its response.
#[derive(Debug, Clone)]
struct Pending {
    session: String,
    user: &'static User,
    course: &'static Course,
    /// What has to come back.
    data: String,
    /// Whether it began in the editor.
    editor: bool,
}

/// Something that came back.
#[derive(Debug, Clone)]
struct Item {
    kind: String,
    title: String,
    url: Option<String>,
    custom: Map<String, Value>,
    html: Option<String>,
    course: &'static Course,
}

/// A launch of a link that came back.
#[derive(Debug, Clone)]
struct ItemLaunch {
    user: &'static User,
    number: usize,
}

/// What the double remembers of deep linking.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// By the message hint of their login.
    begun: HashMap<String, Pending>,
    /// The requests that were answered with a token, the newest last.
    open: Vec<Pending>,
    launches: HashMap<String, ItemLaunch>,
    items: Vec<Item>,
    nonces: HashSet<String>,
    /// What the next page of a session says.
    messages: HashMap<String, Vec<String>>,
}

impl PlatformDouble {
    /// Everything below [`CONTENT_PATH`].
    pub(super) fn content(&self, request: &Request) -> Response {
        let path = request.uri().path().strip_prefix(CONTENT_PATH).unwrap_or_default();
        let (get, post) = (request.method() == Method::GET, request.method() == Method::POST);
        match path.strip_prefix("item/") {
            Some(number) if get => self.launch_content(request, number),
            _ if post && path.starts_with("return/") => self.content_returned(request),
            _ if get => self.add_content(request, path),
            _ => page(StatusCode::NOT_FOUND, "Not found", "<p>nothing is served here</p>"),
        }
    }

    /// The flaw of this area.
    fn content_flaw(&self) -> Option<DeepLinkingFlaw> {
        match self.flaw {
            Some(PlatformFlaw::DeepLinking(flaw)) => Some(flaw),
            _ => None,
        }
    }
}
