//! How a request reaches the subject: over the network, or by a direct call in the same process.

use std::{error::Error, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::future::BoxFuture;

/// A whole HTTP request.
pub type Request = http::Request<Bytes>;
/// A whole HTTP response.
pub type Response = http::Response<Bytes>;

/// How long the suite waits for an answer before it counts the connection as lost.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(90);
/// The largest answer that is read.
const BODY_LIMIT: usize = 4 << 20;

/// Carries one request to the subject and brings the answer back. Follows no redirect and keeps no cookie: that is the
/// user agent's work.
pub trait Transport: Send + Sync {
    /// Sends one request.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>>;
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// Nobody listens there.
    #[error("connection refused by {0}")]
    Refused(String),
    /// The name cannot be resolved.
    #[error("no address is known for {0}")]
    NoAddress(String),
    /// The server's certificate is not trusted, or TLS cannot be agreed on.
    #[error("TLS with {0} failed: {1}")]
    Tls(String, String),
    /// No answer in time.
    #[error("no answer from {0} within {limit} s", limit = ANSWER_LIMIT.as_secs())]
    TimedOut(String),
    /// The connection broke before the answer was complete.
    #[error("the connection to {0} broke: {1}")]
    Broken(String, String),
}

impl TransportError {
    /// Whether the subject is unreachable as such, not only this once.
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::NoAddress(_) | Self::Tls(..))
    }
}

/// Real HTTP.
#[derive(Debug, Clone)]
pub struct Network {
    client: reqwest::Client,
}

impl Network {
    /// A client that also trusts the given authorities (PEM).
    ///
    /// # Errors
    /// When a certificate cannot be read.
    pub fn new(authorities: &[String]) -> Result<Self, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            // Servers that fail close the connection behind their answer without saying so; a connection for each request
            // does not meet its end.
            .pool_max_idle_per_host(0)
            .connect_timeout(Duration::from_secs(5))
            .timeout(ANSWER_LIMIT);
        for pem in authorities {
            for certificate in reqwest::Certificate::from_pem_bundle(pem.as_bytes())? {
                builder = builder.add_root_certificate(certificate);
            }
        }
        Ok(Self { client: builder.build()? })
    }
}

impl Transport for Network {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
            let (parts, body) = request.into_parts();
            let outgoing = self
                .client
                .request(parts.method, parts.uri.to_string())
                .headers(parts.headers)
                .body(body)
                .send()
                .await
                .map_err(|error| explain(&host, &error))?;
            let mut response = http::Response::builder().status(outgoing.status());
            if let Some(headers) = response.headers_mut() {
                headers.clone_from(outgoing.headers());
            }
            let body = read_body(outgoing).await.map_err(|error| explain(&host, &error))?;
            response.body(body).map_err(|error| TransportError::Broken(host, error.to_string()))
        })
    }
}

async fn read_body(mut response: reqwest::Response) -> Result<Bytes, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > BODY_LIMIT {
            body.truncate(BODY_LIMIT);
            break;
        }
    }
    Ok(body.into())
}

/// Turns the client's error chain into the one cause that a person can act on.
fn explain(host: &str, error: &reqwest::Error) -> TransportError {
    let host = host.to_owned();
    if error.is_timeout() && !error.is_connect() {
        return TransportError::TimedOut(host);
    }
    let mut causes = Vec::new();
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(current) = cause {
        causes.push(current.to_string());
        cause = current.source();
    }
    let all = causes.join(": ").to_lowercase();
    let last = causes.last().cloned().unwrap_or_default();
    if ["certificate", "tls", "handshake", "corruptmessage"].iter().any(|word| all.contains(word)) {
        TransportError::Tls(host, last)
    } else if ["dns", "resolve", "lookup"].iter().any(|word| all.contains(word)) {
        TransportError::NoAddress(host)
    } else if error.is_connect() {
        TransportError::Refused(host)
    } else {
        TransportError::Broken(host, last)
    }
}

/// A handler in the same process.
pub type Handler = Arc<dyn Fn(Request) -> BoxFuture<'static, Result<Response, TransportError>> + Send + Sync>;

/// Direct calls: no socket, no waiting.
#[derive(Clone)]
pub struct InProcess {
    handler: Handler,
}

impl InProcess {
    /// Carries every request to this handler.
    pub fn new(handler: Handler) -> Self {
        Self { handler }
    }
}

impl Transport for InProcess {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        (self.handler)(request)
    }
}
