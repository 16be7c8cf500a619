//! What becomes of a response: items, and how the page of a course shows them.

use std::fmt::Write as _;

use ::http::StatusCode;
use serde_json::{Map, Value};

use super::{
    super::{
        COURSE_PATH, DeepLinkingFlaw, HOME_PATH, PlatformDouble,
        http::{Fields, escape, page, redirect},
        school::{Course, Part, User},
    },
    CONTENT_PATH, Item, Pending,
};
use crate::{
    subject::platform::deep_linking::DL,
    transport::{Request, Response},
};

/// The types of items that the double keeps.
const TYPES: [&str; 5] = ["link", "ltiResourceLink", "file", "html", "image"];
/// The members that a platform without curiosity knows.
const MEMBERS: [&str; 9] = ["type", "url", "title", "text", "custom", "html", "embed", "expiresAt", "lineItem"];

/// What a response comes to.
enum Received {
    /// Back to the course.
    Taken(&'static Course),
    /// A page that says why not.
    Refused(&'static str),
    /// The double fails.
    Crashed,
}

impl PlatformDouble {
    /// Takes a response.
    pub(in super::super) fn content_returned(&self, request: &Request) -> Response {
        let Some((session, user)) = self.visitor(request) else { return redirect(StatusCode::SEE_OTHER, HOME_PATH) };
        let fields = Fields::of(request);
        match self.take(fields.get("JWT").unwrap_or_default(), &session, user) {
            Received::Taken(course) => redirect(StatusCode::SEE_OTHER, &format!("{COURSE_PATH}{}", course.path)),
            Received::Refused(reason) => {
                let body = format!("<h1>The content cannot be added</h1><p>{}</p>", escape(reason));
                page(StatusCode::BAD_REQUEST, "Error", &body)
            }
            Received::Crashed => page(StatusCode::INTERNAL_SERVER_ERROR, "Error", "<p>undefined index</p>"),
        }
    }

    fn take(&self, compact: &str, session: &str, user: &User) -> Received {
        let flaw = self.content_flaw();
        if flaw == Some(DeepLinkingFlaw::JunkCrash) && compact == "this.is.nothing" {
            return Received::Crashed;
        }
        let (pending, claims) = match self.received(compact, session, user) {
            Ok(taken) => taken,
            Err(reason) => return Received::Refused(reason),
        };
        let text = |name: &str| claims.get(&format!("{DL}{name}")).and_then(Value::as_str);
        if flaw == Some(DeepLinkingFlaw::MessagesCrash) && text("errorlog").is_some() {
            return Received::Crashed;
        }
        let items = match claims.get(&format!("{DL}content_items")).and_then(Value::as_array) {
            Some(items) if items.is_empty() && flaw == Some(DeepLinkingFlaw::EmptyRefused) => {
                return Received::Refused("nothing was chosen");
            }
            None if flaw == Some(DeepLinkingFlaw::AbsentCrash) => return Received::Crashed,
            Some(items) => items.clone(),
            None => Vec::new(),
        };
        for name in ["msg", "errormsg"] {
            if let Some(said) = text(name) {
                self.desk().messages.entry(session.to_owned()).or_default().push(said.to_owned());
            }
        }
        for name in ["log", "errorlog"] {
            if let Some(line) = text(name) {
                self.book().note(line);
            }
        }
        self.keep(&pending, &items)
    }

    fn keep(&self, pending: &Pending, items: &[Value]) -> Received {
        let flaw = self.content_flaw();
        let many = if flaw == Some(DeepLinkingFlaw::FirstItemAlone) { 1 } else { items.len() };
        for item in items.iter().take(many).filter_map(Value::as_object) {
            let kind = item.get("type").and_then(Value::as_str).unwrap_or_default();
            match (TYPES.contains(&kind), flaw) {
                (false, Some(DeepLinkingFlaw::UnknownTypeCrash)) => return Received::Crashed,
                // What it does not know it leaves out, and keeps the rest.
                (false, _) => continue,
                (true, Some(DeepLinkingFlaw::FileCrash)) if kind == "file" => return Received::Crashed,
                (true, _) => {}
            }
            let odd = item.keys().any(|name| !MEMBERS.contains(&name.as_str()));
            if odd && flaw == Some(DeepLinkingFlaw::HintsRefused) {
                return Received::Refused("the item has an unknown member");
            }
            if pending.editor && flaw == Some(DeepLinkingFlaw::EditorEmpty) {
                continue;
            }
            self.keep_item(read(item, kind, pending.course));
        }
        Received::Taken(pending.course)
    }

    fn keep_item(&self, item: Item) {
        let mut desk = self.desk();
        let merged = self.has(DeepLinkingFlaw::SameUrlMerged) && item.kind == "ltiResourceLink";
        let same = |known: &&mut Item| known.kind == item.kind && known.url == item.url && known.course == item.course;
        match desk.items.iter_mut().find(same).filter(|_| merged) {
            Some(known) => *known = item,
            None => desk.items.push(item),
        }
    }

    /// What stands on the page of a course beside its links: the ways to add content, messages, and what came back.
    pub(in super::super) fn content_of(&self, session: &str, user: &User, course: &Course) -> String {
        let flaw = self.content_flaw();
        let mut body = String::new();
        for said in self.desk().messages.remove(session).unwrap_or_default() {
            let shown = if flaw == Some(DeepLinkingFlaw::MessageRaw) { said } else { escape(&said) };
            let _ = write!(body, "<p class=\"message\">{shown}</p>");
        }
        if user.part == Part::Instructor {
            let _ = write!(
                body,
                "<p><a href=\"{CONTENT_PATH}{0}\">Add content</a> <a href=\"{CONTENT_PATH}editor/{0}\">Insert from tool</a></p>",
                course.path
            );
        }
        body.push_str("<ul>");
        for (number, item) in self.desk().items.iter().enumerate().filter(|(_, item)| item.course == course) {
            let title = if flaw == Some(DeepLinkingFlaw::TitleRaw) { item.title.clone() } else { escape(&item.title) };
            let shown = self.shown_html(item);
            if item.kind == "ltiResourceLink" {
                let _ = write!(body, "<li><a href=\"{CONTENT_PATH}item/{number}\">{title}</a></li>");
            } else {
                let _ = write!(body, "<li>{title} {shown}</li>");
            }
        }
        body.push_str("</ul>");
        body
    }

    /// The html of an item as the page shows it: as text, which is the plainest way to make it harmless.
    fn shown_html(&self, item: &Item) -> String {
        let html = item.html.clone().unwrap_or_default();
        let raw = match item.kind.as_str() {
            "html" => self.has(DeepLinkingFlaw::HtmlRaw),
            _ => self.has(DeepLinkingFlaw::EmbedRaw),
        };
        if raw { html } else { escape(&html) }
    }
}

fn read(item: &Map<String, Value>, kind: &str, course: &'static Course) -> Item {
    let text = |name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    let embedded = item.get("embed").and_then(|embed| embed.get("html")).and_then(Value::as_str).map(str::to_owned);
    Item {
        kind: kind.to_owned(),
        title: text("title").unwrap_or_else(|| "Without title".to_owned()),
        url: text("url"),
        custom: item.get("custom").and_then(Value::as_object).cloned().unwrap_or_default(),
        html: text("html").or(embedded),
        course,
    }
}
