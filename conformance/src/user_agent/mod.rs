//! The browser that the suite plays: it keeps cookies, follows redirects, submits forms that submit themselves, follows
//! scripts that carry a URL, and looks into frames. It never leaves the hosts of the subject and the suite.

mod cookies;
mod elements;
mod html;
mod page;

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, StatusCode, header};
use url::Url;

pub(crate) use self::{cookies::is_loopback, page::framing};
pub use self::{
    cookies::{CookieJar, CookiePolicy},
    elements::{Elements, Link, PageForm},
    html::{Document, Onward},
    page::{Hop, Page, Stop},
};
use crate::{
    report::model::Exchange,
    trace,
    transport::{Request, Response, Transport, TransportError},
};

/// How many steps one navigation may take.
const STEP_LIMIT: usize = 15;

/// Where a navigation ends although the browser could go on.
pub trait Frontier: Send + Sync {
    /// Whether this address is an authorization endpoint of the suite: the browser hands the request over there.
    fn is_authorization(&self, url: &Url) -> bool;
    /// Whether this address is one of the suite's that takes answers to deep linking requests.
    fn is_return(&self, _url: &Url) -> bool {
        false
    }
    /// Whether the browser may ask this address.
    fn is_known(&self, url: &Url) -> bool;
    /// The origin of the platform, which the browser names when it comes from there.
    fn platform_origin(&self) -> String;
    /// What the subject is, for the record of what went over the wire.
    fn subject(&self) -> &'static str {
        "tool"
    }
}

/// One step that the browser is told to take.
#[derive(Debug, Clone)]
pub struct Step {
    /// The method.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// The form's fields; for GET they are in the address already.
    pub fields: Vec<(String, String)>,
    /// Whether the step comes from another site, as everything does that the platform starts.
    pub cross_site: bool,
    /// What is sent in place of the fields as a browser writes them.
    pub raw: Option<Raw>,
}

/// A request as no browser would write it. The fields of its step say for people what it means.
#[derive(Debug, Clone, Default)]
pub struct Raw {
    /// The body.
    pub body: Bytes,
    /// The media type; none where there is none.
    pub content_type: Option<String>,
    /// Further headers. `Host` takes the place of the address's own.
    pub headers: Vec<(String, String)>,
}

impl Raw {
    /// Whether it names this header itself.
    fn names(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

impl Step {
    /// A form that a page of the platform posts.
    pub fn post(url: Url, fields: Vec<(String, String)>) -> Self {
        Self { method: Method::POST, url, fields, cross_site: true, raw: None }
    }

    /// A link that the platform sends the browser to, with these query parameters added.
    pub fn get(mut url: Url, fields: &[(String, String)]) -> Self {
        if !fields.is_empty() {
            url.query_pairs_mut().extend_pairs(fields);
        }
        Self { method: Method::GET, url, fields: Vec::new(), cross_site: true, raw: None }
    }

    /// A page that the person opens, coming from nowhere.
    pub fn visit(url: Url) -> Self {
        Self { method: Method::GET, url, fields: Vec::new(), cross_site: false, raw: None }
    }
}

/// A browser with cookies of its own.
#[derive(Clone)]
pub struct Browser {
    transport: Arc<dyn Transport>,
    frontier: Arc<dyn Frontier>,
    /// The cookies.
    pub jar: CookieJar,
    /// What went over the wire since it was last taken.
    log: Vec<Exchange>,
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser").field("jar", &self.jar).finish_non_exhaustive()
    }
}

impl Browser {
    /// A fresh browser without cookies.
    pub fn new(transport: Arc<dyn Transport>, frontier: Arc<dyn Frontier>, policy: CookiePolicy) -> Self {
        Self { transport, frontier, jar: CookieJar::new(policy), log: Vec::new() }
    }

    /// What went over the wire since this was last asked.
    pub fn take_log(&mut self) -> Vec<Exchange> {
        std::mem::take(&mut self.log)
    }

    /// Takes a step and everything that follows from it by itself.
    ///
    /// # Errors
    /// When the subject gives no answer.
    pub async fn go(&mut self, first: Step) -> Result<Page, TransportError> {
        let mut page = Page::default();
        let mut next = first;
        for _ in 0..STEP_LIMIT {
            if self.frontier.is_authorization(&next.url) {
                let other = match self.frontier.subject() {
                    "tool" => "platform",
                    "issuer" => "client",
                    "client" => "issuer",
                    _ => "tool",
                };
                self.log.push(trace::handed_over("browser", other, &next));
                page.stop = Stop::Authorization { url: next.url, method: next.method, fields: next.fields };
                return Ok(page);
            }
            if self.frontier.is_return(&next.url) {
                self.log.push(trace::handed_over("browser", "platform", &next));
                page.stop = Stop::Returned { url: next.url, method: next.method, fields: next.fields };
                return Ok(page);
            }
            if !self.frontier.is_known(&next.url) {
                page.stop = Stop::Left(next.url);
                return Ok(page);
            }
            let response = self.take(&next).await?;
            let document = page.arrive(&next.url, &response);
            let Some(step) = onward(&next, &response, &document) else {
                self.look_into_frames(&mut page, &next.url, &document).await?;
                return Ok(page);
            };
            next = step;
        }
        page.stop = Stop::Loop(next.url);
        Ok(page)
    }

    /// Sends one request with the cookies that belong there, and keeps those that come back.
    async fn take(&mut self, step: &Step) -> Result<Response, TransportError> {
        let request = self.request(step)?;
        let sent = self.transport.send(request).await;
        self.log.push(trace::exchange("browser", self.frontier.subject(), step, sent.as_ref()));
        let response = sent?;
        self.jar.keep(&step.url, &response);
        Ok(response)
    }

    fn request(&self, step: &Step) -> Result<Request, TransportError> {
        let body = if let Some(raw) = &step.raw {
            raw.body.clone()
        } else if step.method == Method::POST {
            Bytes::from(form_urlencoded::Serializer::new(String::new()).extend_pairs(&step.fields).finish())
        } else {
            Bytes::new()
        };
        let mut address = step.url.clone();
        address.set_fragment(None);
        let mut builder = http::Request::builder()
            .method(step.method.clone())
            .uri(address.as_str())
            .header(
                header::USER_AGENT,
                concat!("Mozilla/5.0 (compatible; lti-conformance/", env!("CARGO_PKG_VERSION"), ")"),
            )
            .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .header(header::ACCEPT_LANGUAGE, "en");
        if !step.raw.as_ref().is_some_and(|raw| raw.names("host")) {
            builder = builder.header(header::HOST, host_with_port(&address));
        }
        if step.method == Method::POST && !step.raw.as_ref().is_some_and(|raw| raw.names("origin")) {
            let origin = if step.cross_site { self.frontier.platform_origin() } else { origin(&address) };
            builder = builder.header(header::ORIGIN, origin);
        }
        match &step.raw {
            Some(raw) => {
                if let Some(media_type) = &raw.content_type {
                    builder = builder.header(header::CONTENT_TYPE, media_type);
                }
                for (name, value) in &raw.headers {
                    builder = builder.header(name, value);
                }
            }
            None if step.method == Method::POST => {
                builder = builder.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            }
            None => {}
        }
        if step.cross_site {
            builder = builder.header(header::REFERER, format!("{}/", self.frontier.platform_origin()));
        }
        if let Some(cookies) = self.jar.header(step) {
            builder = builder.header(header::COOKIE, cookies);
        }
        builder.body(body).map_err(|error| TransportError::Broken(host_with_port(&address), error.to_string()))
    }

    /// Adds what the frames of a page show to what the page shows.
    async fn look_into_frames(
        &mut self,
        page: &mut Page,
        base: &Url,
        document: &Document,
    ) -> Result<(), TransportError> {
        for frame in document.frames.iter().take(3) {
            let Ok(url) = base.join(frame) else { continue };
            if self.frontier.is_known(&url) && !self.frontier.is_authorization(&url) {
                let step = Step { cross_site: false, ..Step::visit(url) };
                let response = self.take(&step).await?;
                page.add_frame(&step.url, &response);
            }
        }
        Ok(())
    }
}

/// Where the browser goes by itself from here.
fn onward(step: &Step, response: &Response, document: &Document) -> Option<Step> {
    let status = response.status();
    if status.is_redirection() {
        let location = response.headers().get(header::LOCATION)?;
        let url = step.url.join(&String::from_utf8_lossy(location.as_bytes())).ok()?;
        let keeps_method = matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
        if keeps_method {
            return Some(Step { url, ..step.clone() });
        }
        return Some(Step { cross_site: step.cross_site, ..Step::visit(url) });
    }
    match document.onward.as_ref()? {
        Onward::Link(link) => Some(Step::visit(step.url.join(link).ok()?)),
        Onward::Reload(parameter) => {
            let mut url = step.url.clone();
            if url.query_pairs().any(|(name, _)| name == *parameter) {
                return None;
            }
            url.query_pairs_mut().extend_pairs(&step.fields).append_pair(parameter, "1");
            Some(Step::visit(url))
        }
        Onward::Form { action, method, fields } => {
            let url = step.url.join(action).ok()?;
            let mut step = if *method == Method::POST {
                Step::post(url, fields.clone())
            } else {
                let mut url = url;
                url.set_query(None);
                Step::get(url, fields)
            };
            step.cross_site = false;
            Some(step)
        }
    }
}

fn host_with_port(url: &Url) -> String {
    url.port().map_or_else(
        || url.host_str().unwrap_or_default().to_owned(),
        |port| format!("{}:{port}", url.host_str().unwrap_or_default()),
    )
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
