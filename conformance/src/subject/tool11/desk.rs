//! The platform that the suite plays for an LTI 1.1 tool: the address to come back to, and the service that takes scores.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{Router, response::IntoResponse as _};
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use lti_core::lti11::outcomes::{Operation, OutcomeRequest, OutcomeResponse};
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
    /// The sourced ids of launches of this run.
    handed_out: Arc<Mutex<Vec<String>>>,
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
        Self { root, received: Arc::default(), handed_out: Arc::default() }
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

    /// Remembers a sourced id that a launch carries.
    pub fn hand_out(&self, sourcedid: &str) {
        self.handed_out.lock().unwrap_or_else(PoisonError::into_inner).push(sourcedid.to_owned());
    }

    /// The sourced ids of the launches so far.
    pub fn handed_out(&self) -> Vec<String> {
        self.handed_out.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
            return answer("application/xml", taken(request.body()));
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

fn answer(media_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = http::Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// What every well or badly formed request is answered with: what the tool sends is judged, not what it reads. A tool that
/// matches answers to its requests finds the identifier of its own, and the answer to what it asked.
fn taken(body: &[u8]) -> String {
    let written = match OutcomeRequest::from_xml(body) {
        Ok(request) => match &request.operation {
            Operation::Read { .. } => OutcomeResponse::score(ANSWER, &request, None),
            Operation::Unknown(_) => OutcomeResponse::unsupported(ANSWER, &request),
            _ => OutcomeResponse::success(ANSWER, &request, "taken"),
        },
        Err(error) => OutcomeResponse::unreadable(ANSWER, &error.to_string()),
    };
    written.to_xml().unwrap_or_default()
}

/// The identifier of every answer.
const ANSWER: &str = "suite-answer";

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use lti_core::lti11::outcomes::{Operation, OutcomeRequest, OutcomeResponse, ResponseBody};

    use super::taken;

    #[test]
    fn every_request_gets_the_answer_to_its_own_operation() {
        for operation in [Operation::read("1"), Operation::delete("1")] {
            let request = OutcomeRequest::new("message-7", operation);
            let answer = OutcomeResponse::from_xml(taken(request.to_xml().unwrap().as_bytes()).as_bytes()).unwrap();
            assert!(answer.is_success());
            assert_eq!(answer.message_ref.as_deref(), Some("message-7"));
            assert_eq!(answer.operation_ref.as_deref(), Some(request.operation.name()));
            assert_eq!(matches!(answer.body, ResponseBody::Read { .. }), request.operation.name() == "readResult");
        }
        assert!(!OutcomeResponse::from_xml(taken(b"<no").as_bytes()).unwrap().is_success());
    }
}
