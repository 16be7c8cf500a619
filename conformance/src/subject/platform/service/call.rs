//! One request to a service of the platform, and what came back.

use bytes::Bytes;
use futures_util::future::join_all;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;
use url::Url;

use super::super::driver::PlatformDriver;
use crate::{
    driver::Halt,
    report::model::Exchange,
    trace,
    transport::{Response, Transport, TransportError},
};

/// How much of an answer is kept for the report, in characters.
const TEXT_LIMIT: usize = 600;
/// How much of a request's body is kept for the report, in characters.
const BODY_LIMIT: usize = 2000;
/// The headers of an answer that say something about a service, beside those of every exchange.
const HEADERS: [&str; 2] = ["link", "www-authenticate"];

/// One request to a service.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The address, exactly as it is asked.
    pub url: Url,
    /// The access token, sent as a bearer.
    pub token: Option<String>,
    /// The headers beside it.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

impl Call {
    /// A request without a body.
    pub fn new(method: Method, url: &Url) -> Self {
        Self { method, url: url.clone(), token: None, headers: Vec::new(), body: Bytes::new() }
    }

    /// Reads this address as this media type.
    pub fn get(url: &Url, accept: &str) -> Self {
        Self::new(Method::GET, url).header("accept", accept)
    }

    /// Sends JSON as this media type.
    pub fn send(method: Method, url: &Url, media_type: &str, body: &Value) -> Self {
        let call = Self::new(method, url).header("content-type", media_type);
        Self { body: body.to_string().into(), ..call }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Shows this access token.
    #[must_use]
    pub fn bearer(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// The body as text that is no JSON, or a form.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    fn request(&self) -> Result<crate::transport::Request, Halt> {
        let mut request = http::Request::builder().method(self.method.clone()).uri(self.url.as_str());
        request = request.header(header::USER_AGENT, concat!("lti-conformance/", env!("CARGO_PKG_VERSION")));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        request.body(self.body.clone()).map_err(|error| Halt::Skip(format!("{}: {error}", self.url)))
    }

    /// What the report shows of the request. The bearer stands under its own name, by which reports know it for a secret.
    fn exchange(&self) -> Exchange {
        let query = self.url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()));
        let mut fields: Vec<(String, String)> = query.collect();
        fields.extend(self.token.iter().map(|token| ("Authorization".to_owned(), format!("Bearer {token}"))));
        fields.extend(self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let form = self.headers.iter().any(|(_, value)| value.starts_with("application/x-www-form-urlencoded"));
        if form {
            fields.extend(form_urlencoded::parse(&self.body).into_owned());
        } else if !self.body.is_empty() {
            let body = String::from_utf8_lossy(&self.body);
            fields.push(("body".to_owned(), body.chars().take(BODY_LIMIT).collect()));
        }
        let assertion = fields.iter().find(|(name, _)| name == "client_assertion");
        let token = assertion.and_then(|(_, value)| trace::decode(value));
        let mut url = self.url.clone();
        url.set_query(None);
        Exchange {
            from: "tool".to_owned(),
            to: "platform".to_owned(),
            method: self.method.to_string(),
            url: url.to_string(),
            fields,
            status: None,
            headers: Vec::new(),
            text: String::new(),
            token,
            error: None,
        }
    }
}

/// What a service answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        Self { status: parts.status, headers: parts.headers, body }
    }

    /// The body as JSON, whatever media type it claims to be.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The media type without its parameters, in lower case.
    pub fn media_type(&self) -> Option<String> {
        let media_type = self.header("content-type")?;
        Some(media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// The address that a `Link` header gives for this relation (RFC 8288, 3), made absolute against the address asked.
    pub fn link(&self, relation: &str, base: &Url) -> Option<Url> {
        let values = self.headers.get_all("link").iter().filter_map(|value| value.to_str().ok());
        values.flat_map(links).find_map(|(target, relations)| {
            let named = relations.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(relation));
            if named { base.join(target).ok() } else { None }
        })
    }

    /// Status, media type and the error that the body names: what a report may say of an answer.
    pub fn describe(&self) -> String {
        let body = self.json();
        let member = |name: &str| body.as_ref().and_then(|body| body.get(name)?.as_str()).map(str::to_owned);
        let error = member("error").map(|error| format!(" {}", cut(&error))).unwrap_or_default();
        let why = member("error_description").map(|why| format!(" ({})", cut(&why))).unwrap_or_default();
        format!("{}{error}{why}", self.status.as_u16())
    }
}

fn cut(text: &str) -> String {
    text.chars().take(120).collect()
}

/// The targets of a `Link` header with their relations. What is malformed is left out.
fn links(value: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some(start) = rest.find('<') {
        let Some(end) = rest[start..].find('>').map(|end| start + end) else { break };
        let target = &rest[start + 1..end];
        // The parameters end at the comma before the next target.
        let behind = &rest[end + 1..];
        let stop = behind.find('<').unwrap_or(behind.len());
        let relation = behind[..stop].split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let value = value.trim().trim_end_matches([',', ' ']).trim_matches('"');
            name.trim().eq_ignore_ascii_case("rel").then_some(value)
        });
        found.extend(relation.map(|relation| (target, relation)));
        rest = &behind[stop..];
    }
    found
}

impl Call {
    /// Sends it by this transport: the answer, and what the report shows of both. Redirects are not followed.
    pub(in crate::subject) async fn ask(&self, transport: &dyn Transport) -> (Result<Reply, Halt>, Exchange) {
        let request = match self.request() {
            Ok(request) => request,
            Err(halt) => return (Err(halt), self.exchange()),
        };
        let sent = transport.send(request).await;
        let exchange = self.written(sent.as_ref());
        (sent.map(Reply::of).map_err(Halt::from), exchange)
    }

    fn written(&self, sent: Result<&Response, &TransportError>) -> Exchange {
        let mut exchange = self.exchange();
        match sent {
            Ok(response) => {
                exchange.status = Some(response.status().as_u16());
                let shown = trace::HEADERS.iter().chain(&HEADERS);
                exchange.headers = shown
                    .flat_map(|name| response.headers().get_all(*name).iter().map(move |value| (*name, value)))
                    .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
                    .collect();
                exchange.text = String::from_utf8_lossy(response.body()).chars().take(TEXT_LIMIT).collect();
            }
            Err(error) => exchange.error = Some(error.to_string()),
        }
        exchange
    }
}

impl PlatformDriver<'_> {
    /// Sends one request to a service and writes it down. Redirects are not followed.
    ///
    /// # Errors
    /// When the platform gives no answer.
    pub async fn call(&mut self, call: &Call) -> Result<Reply, Halt> {
        let (reply, exchange) = call.ask(self.world.transport()).await;
        self.note(exchange);
        reply
    }

    /// Sends several requests at one time, none waiting for the other, and writes them down in their order.
    ///
    /// # Errors
    /// When the platform gives no answer to one of them.
    pub async fn call_together(&mut self, calls: &[Call]) -> Result<Vec<Reply>, Halt> {
        let (world, evidence) = (self.world, self.evidence);
        let sent = join_all(calls.iter().map(|call| async move {
            let mut driver = PlatformDriver::new(world, evidence);
            let reply = driver.call(call).await;
            (reply, driver.take_log())
        }))
        .await;
        let mut replies = Vec::with_capacity(sent.len());
        for (reply, log) in sent {
            for exchange in log {
                self.note(exchange);
            }
            replies.push(reply?);
        }
        Ok(replies)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn reply(link: &str) -> Reply {
        let mut headers = HeaderMap::new();
        headers.insert("link", link.parse().unwrap());
        Reply { status: StatusCode::OK, headers, body: Bytes::new() }
    }

    #[test]
    fn links_are_found_by_their_relation_in_every_notation() {
        let base = Url::parse("https://lms.test/items?x=1").unwrap();
        let next = |header: &str| reply(header).link("next", &base).map(|url| url.to_string());
        let wanted = Some("https://lms.test/items?page=2".to_owned());
        assert_eq!(next("<https://lms.test/items?page=2>; rel=\"next\""), wanted);
        assert_eq!(next("<?page=2>; rel=next"), wanted);
        assert_eq!(next("<https://lms.test/a,b>; rel=\"prev\", <?page=2>; title=\"a\"; rel=\"last next\""), wanted);
        assert_eq!(next("<https://lms.test/items?page=2>; rel=\"prev\""), None);
        assert_eq!(next("https://lms.test/items?page=2; rel=next"), None);
        assert_eq!(next("<https://lms.test/items"), None);
    }

    #[test]
    fn the_bearer_stands_under_the_name_that_reports_redact() {
        let url = Url::parse("https://lms.test/items?limit=1").unwrap();
        let exchange = Call::get(&url, "application/json").bearer("abcdefgh12345678").exchange();
        assert_eq!(exchange.url, "https://lms.test/items");
        assert!(exchange.fields.contains(&("limit".to_owned(), "1".to_owned())));
        assert!(exchange.fields.contains(&("Authorization".to_owned(), "Bearer abcdefgh12345678".to_owned())));
    }
}
