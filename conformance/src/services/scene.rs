//! What a course offers, and how its services misbehave: data that a case writes.

use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::{CallKind, body};
use crate::{platform::Dropped, transport::Response};

/// The line item of the launch's link, as the claim tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coupled {
    /// One line item belongs to the link.
    Item,
    /// `lineitem` is there and empty.
    Blank,
    /// `lineitem` is not there.
    Absent,
}

/// How the token endpoint answers.
#[derive(Debug, Clone)]
pub struct Grant {
    /// `token_type`.
    pub token_type: &'static str,
    /// `expires_in`, in seconds.
    pub expires_in: Option<i64>,
    /// The token is this text with a number behind it; a text with two dots like a JWT otherwise.
    pub opaque: Option<&'static str>,
    /// More members of the answer.
    pub more: Vec<(&'static str, Value)>,
    /// Answers so many token requests like this before it gives a token.
    pub fault: Option<(usize, Reply)>,
}

impl Default for Grant {
    fn default() -> Self {
        Self { token_type: "Bearer", expires_in: Some(3600), opaque: None, more: Vec::new(), fault: None }
    }
}

/// How the header `Link` names the next page. `{}` stands for the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkStyle {
    /// `<{}>; rel="next"`, an absolute address.
    Plain,
    /// The same with a reference relative to the page's own address.
    Relative,
    /// `rel=next` without quotation marks.
    Unquoted,
    /// Other relations stand before it in the same field.
    AmongOthers,
    /// Every page names itself as the next one.
    Loop,
}

/// The people of the course.
#[derive(Debug, Clone)]
pub struct Roster {
    /// The members, page by page, as JSON.
    pub pages: Vec<std::sync::Arc<str>>,
    /// How a page names the next one.
    pub link: LinkStyle,
    /// The media type of the answer.
    pub media_type: &'static str,
    /// More members of the container, as JSON text that begins with a comma, or nothing.
    pub more: &'static str,
}

/// A misbehaviour.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Which calls meet it.
    pub at: CallKind,
    /// The first one that does, counted from one.
    pub first: usize,
    /// How many do.
    pub times: usize,
    /// What they get.
    pub reply: Reply,
}

/// A reply in place of the sound one.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A status with these headers and this body in JSON.
    Status(u16, &'static [(&'static str, &'static str)], &'static str),
    /// An HTML page with this status.
    Html(u16),
    /// The connection drops.
    Dropped,
}

impl Reply {
    pub(super) fn response(&self) -> Response {
        let code = |status: u16| StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match self {
            Self::Status(status, headers, text) => {
                let mut response = body(code(*status), "application/json", *text);
                for (name, value) in *headers {
                    response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
                }
                response
            }
            Self::Html(status) => {
                let page = "<!doctype html><title>Sorry</title><p>The platform is out of order.</p>";
                body(code(*status), "text/html; charset=utf-8", page)
            }
            Self::Dropped => {
                let mut response = body(StatusCode::BAD_GATEWAY, "text/plain", "");
                response.extensions_mut().insert(Dropped);
                response
            }
        }
    }
}

/// The reply that the call of this kind and number meets.
pub(super) fn fault(faults: &[Fault], kind: CallKind, number: usize) -> Option<&Reply> {
    let meets = |fault: &&Fault| fault.at == kind && number >= fault.first && number - fault.first < fault.times;
    faults.iter().find(meets).map(|fault| &fault.reply)
}

/// What a course offers.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that a case changes by itself")]
pub struct Scene {
    /// Whether the launch tells of line items and scores.
    pub ags: bool,
    /// Whether the launch tells of the roster.
    pub nrps: bool,
    /// The line item of the launch's link.
    pub coupled: Coupled,
    /// Whether the addresses of line items and of the list have a query.
    pub query: bool,
    /// Line items that are there already: without `id`, which each gets.
    pub items: Vec<Value>,
    /// How many line items stand on a page.
    pub items_a_page: usize,
    /// More members of each line item, result and the claim.
    pub more: Vec<(&'static str, Value)>,
    /// The results of each line item: without `id` and `scoreOf`, which each gets.
    pub results: Vec<Value>,
    /// The status of the answer to a sound score, and its body.
    pub score: (u16, &'static str),
    /// The people.
    pub roster: Roster,
    /// How tokens are given.
    pub grant: Grant,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Whether only tokens that are given from now on are taken.
    pub fresh: bool,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            ags: true,
            nrps: true,
            coupled: Coupled::Absent,
            query: false,
            items: Vec::new(),
            items_a_page: usize::MAX,
            more: Vec::new(),
            results: vec![
                json!({"userId": "suite-learner-ada", "resultScore": 7.5, "resultMaximum": 10}),
                json!({"userId": "suite-learner-ben", "resultScore": 4, "resultMaximum": 10, "comment": "try again"}),
            ],
            score: (200, "{}"),
            roster: Roster::default(),
            grant: Grant::default(),
            faults: Vec::new(),
            fresh: false,
        }
    }
}
