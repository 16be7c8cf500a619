//! Where a navigation ended, and everything that can be told from it.

use http::{Method, StatusCode, header};
use url::Url;

use super::{cookies::is_deletion, html::Document};
use crate::transport::Response;

/// Why the browser went no further.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Stop {
    /// The last page goes nowhere by itself.
    #[default]
    Arrived,
    /// The browser was sent to an authorization endpoint of the suite.
    Authorization {
        /// The address, with its query.
        url: Url,
        /// How.
        method: Method,
        /// The form's fields.
        fields: Vec<(String, String)>,
    },
    /// The browser was sent back to the suite with the answer to a deep linking request.
    Returned {
        /// The address, with its query.
        url: Url,
        /// How.
        method: Method,
        /// The form's fields.
        fields: Vec<(String, String)>,
    },
    /// The browser was sent to a host that belongs neither to the subject nor to the suite.
    Left(Url),
    /// The browser was sent on and on.
    Loop(Url),
}

/// One answer on the way.
#[derive(Debug, Clone)]
pub struct Hop {
    /// What was asked.
    pub url: Url,
    /// The answer's status.
    pub status: StatusCode,
    /// The names of the cookies that the answer set; deletions are left out.
    pub set_cookies: Vec<String>,
    /// The rule of the answer that forbids framing by another site, if there is one.
    pub framing: Option<String>,
}

/// The end of a navigation.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Every answer on the way, in order.
    pub hops: Vec<Hop>,
    /// The answers that the frames of the last page showed.
    pub frames: Vec<Hop>,
    /// The text that the last page shows, with its frames'.
    pub text: String,
    /// The inline scripts of the last page.
    pub scripts: String,
    /// The last answer as it came.
    pub last: Option<Box<Response>>,
    /// Why it ended here.
    pub stop: Stop,
}

impl Page {
    /// The status of the last answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.hops.last().map(|hop| hop.status)
    }

    /// The address of the last answer.
    pub fn url(&self) -> Option<&Url> {
        self.hops.last().map(|hop| &hop.url)
    }

    /// Whether the subject failed on the way instead of answering.
    pub fn crashed(&self) -> bool {
        self.hops.iter().any(|hop| hop.status.is_server_error())
    }

    /// Takes in one more answer.
    pub(super) fn arrive(&mut self, url: &Url, response: &Response) -> Document {
        let document = Document::read(media_type(response), response.body());
        self.text.clone_from(&document.text);
        self.scripts.clone_from(&document.scripts);
        self.last = Some(Box::new(response.clone()));
        self.hops.push(Hop {
            url: url.clone(),
            status: response.status(),
            set_cookies: set_cookies(response),
            framing: framing(response),
        });
        document
    }

    /// Adds the text of a frame.
    pub(super) fn add_frame(&mut self, url: &Url, response: &Response) {
        let document = Document::read(media_type(response), response.body());
        self.text.push(' ');
        self.text.push_str(&document.text);
        self.scripts.push_str(&document.scripts);
        self.frames.push(Hop {
            url: url.clone(),
            status: response.status(),
            set_cookies: set_cookies(response),
            framing: framing(response),
        });
    }

    /// What happened, in a few words: `303 to /course, page says "Welcome"`.
    pub fn describe(&self) -> String {
        let mut words = Vec::new();
        for (index, hop) in self.hops.iter().enumerate() {
            if hop.status.is_redirection() {
                let target = self.hops.get(index + 1).map_or_else(|| self.stopped_at(), |next| short(&next.url));
                words.push(format!("{} to {target}", hop.status.as_u16()));
            } else if index + 1 == self.hops.len() {
                words.push(hop.status.as_u16().to_string());
            }
        }
        match &self.stop {
            Stop::Arrived if self.text.is_empty() => words.push("an empty page".to_owned()),
            Stop::Arrived => words.push(format!("page says \"{}\"", excerpt(&self.text, 90))),
            Stop::Authorization { .. } => words.push("a new authentication request".to_owned()),
            Stop::Returned { .. } => words.push("the browser is sent back to the platform".to_owned()),
            Stop::Left(url) => words.push(format!("the browser is sent to {url}")),
            Stop::Loop(url) => words.push(format!("redirects without end, last to {}", short(url))),
        }
        words.join(", ")
    }

    fn stopped_at(&self) -> String {
        match &self.stop {
            Stop::Left(url) | Stop::Loop(url) => url.to_string(),
            Stop::Authorization { url, .. } | Stop::Returned { url, .. } => short(url),
            Stop::Arrived => "nowhere".to_owned(),
        }
    }
}

fn short(url: &Url) -> String {
    url.path().to_owned()
}

/// The beginning of a text, at most so many characters.
fn excerpt(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let start: String = text.chars().take(limit).collect();
    format!("{}…", start.trim_end())
}

fn media_type(response: &Response) -> &str {
    response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn set_cookies(response: &Response) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for line in response.headers().get_all(header::SET_COOKIE) {
        let Ok(text) = line.to_str() else { continue };
        let Ok(cookie) = cookie::Cookie::parse(text.to_owned()) else { continue };
        if !is_deletion(&cookie) && !cookie.value().trim_matches('"').is_empty() {
            names.push(cookie.name().to_owned());
        }
    }
    names
}

/// The header that keeps another site from showing this answer in a frame.
pub(crate) fn framing(response: &Response) -> Option<String> {
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let policies = response.headers().get_all("content-security-policy").iter();
    let policy = policies.filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(";");
    if !policy.is_empty() {
        let ancestors = policy
            .split(';')
            .map(str::trim)
            .find(|directive| directive.to_ascii_lowercase().starts_with("frame-ancestors"));
        if let Some(ancestors) = ancestors {
            // Where both stand, browsers heed frame-ancestors and leave X-Frame-Options out.
            let sources: Vec<&str> = ancestors.split_whitespace().skip(1).collect();
            let closed = sources.is_empty() || sources.iter().all(|source| matches!(*source, "'none'" | "'self'"));
            return closed.then(|| format!("Content-Security-Policy: {ancestors}"));
        }
    }
    let options = header("x-frame-options")?;
    let closed = ["deny", "sameorigin"].contains(&options.trim().to_ascii_lowercase().as_str());
    closed.then(|| format!("X-Frame-Options: {options}"))
}
