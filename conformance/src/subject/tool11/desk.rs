//! The platform that the suite plays for an LTI 1.1 tool: the address to come back to, and the service that takes scores.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{Router, response::IntoResponse as _};
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use url::Url;

use crate::transport::{Request, Response};

/// Where a tool sends the browser back to.
const RETURN_PATH: &str = "/return";
/// Where a tool sends scores.
const OUTCOMES_PATH: &str = "/outcomes";
/// The largest request that is read.
const REQUEST_LIMIT: usize = 1 << 20;

/// The suite's own side.
#[derive(Debug, Clone)]
pub struct Desk {
    root: Url,
    received: Arc<Mutex<Vec<Received>>>,
}

/// One request of the tool at the outcomes service.
#[derive(Debug, Clone)]
pub struct Received {
    /// The address that it asked, with its query.
    pub url: String,
    /// The method.
    pub method: Method,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The media type.
    pub content_type: Option<String>,
    /// The body.
    pub body: Bytes,
}

impl Desk {
    /// A desk at this address.
    pub fn new(root: Url) -> Self {
        Self { root, received: Arc::default() }
    }

    /// The address of the suite.
    pub const fn root(&self) -> &Url {
        &self.root
    }

    /// An address below the suite's.
    pub fn url(&self, path: &str) -> Url {
        let mut url = self.root.clone();
        let path = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    /// Where a tool may send the browser back to; it has a query, which has to stay.
    pub fn return_url(&self) -> Url {
        let mut url = self.url(RETURN_PATH);
        url.set_query(Some("course=1"));
        url
    }

    /// Where a tool sends scores.
    pub fn outcomes_url(&self) -> Url {
        self.url(OUTCOMES_PATH)
    }

    /// Whether an address is one of the suite's.
    pub fn owns(&self, url: &Url) -> bool {
        url.origin() == self.root.origin()
    }

    /// What came since this was last asked.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Received>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request of the tool or of somebody's browser.
    pub fn handle(&self, request: &Request) -> Response {
        if request.uri().path().ends_with(OUTCOMES_PATH) {
            let text = |name: header::HeaderName| {
                request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            };
            let mut url = self.outcomes_url();
            url.set_query(request.uri().query());
            self.lock().push(Received {
                url: url.to_string(),
                method: request.method().clone(),
                authorization: text(header::AUTHORIZATION),
                content_type: text(header::CONTENT_TYPE),
                body: request.body().clone(),
            });
            return answer("application/xml", SUCCESS);
        }
        answer("text/html; charset=utf-8", "<!doctype html><title>Back</title><p>back at the platform</p>")
    }

    /// The same over HTTP.
    pub fn router(&self) -> Router {
        let desk = self.clone();
        Router::new().fallback(move |request: axum::extract::Request| {
            let desk = desk.clone();
            async move {
                let (parts, body) = request.into_parts();
                match axum::body::to_bytes(body, REQUEST_LIMIT).await {
                    Ok(body) => desk.handle(&Request::from_parts(parts, body)).map(axum::body::Body::from),
                    Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
                }
            }
        })
    }
}

fn answer(media_type: &'static str, body: &'static str) -> Response {
    let mut response = http::Response::new(Bytes::from_static(body.as_bytes()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// What every well or badly formed score is answered with: what the tool sends is judged, not what it reads.
const SUCCESS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<imsx_POXEnvelopeResponse xmlns="http://www.imsglobal.org/services/ltiv1p1/xsd/imsoms_v1p0">
  <imsx_POXHeader><imsx_POXResponseHeaderInfo>
    <imsx_version>V1.0</imsx_version>
    <imsx_messageIdentifier>suite-answer</imsx_messageIdentifier>
    <imsx_statusInfo>
      <imsx_codeMajor>success</imsx_codeMajor><imsx_severity>status</imsx_severity>
      <imsx_description>taken</imsx_description>
      <imsx_operationRefIdentifier>replaceResult</imsx_operationRefIdentifier>
    </imsx_statusInfo>
  </imsx_POXResponseHeaderInfo></imsx_POXHeader>
  <imsx_POXBody><replaceResultResponse/></imsx_POXBody>
</imsx_POXEnvelopeResponse>
"#;
