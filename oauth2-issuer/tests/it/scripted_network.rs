//! A network of closures: each request is written down, and answered by the test.

use std::sync::Mutex;

use http::{HeaderMap, Method, StatusCode};
use oauth2_issuer::BoxFuture;
use oauth2_issuer::relying::{Call, Fetch, FetchError, Fetched, ServiceRequest, Submission, Submit};
use url::Url;

/// A request as it was made.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: String,
    pub(crate) bearer: Option<String>,
    pub(crate) authorization: Option<String>,
}

impl Seen {
    /// A field of a form.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let mut fields = url::form_urlencoded::parse(self.body.as_bytes());
        fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// Status and body; nothing where the connection is refused.
pub(crate) type Answer = Option<(u16, String)>;

/// Answers requests by a closure.
pub(crate) struct ScriptedNetwork {
    answer: Box<dyn Fn(&Seen) -> Answer + Send + Sync>,
    seen: Mutex<Vec<Seen>>,
}

impl ScriptedNetwork {
    pub(crate) fn new(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self { answer: Box::new(answer), seen: Mutex::default() }
    }

    /// What was asked so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The requests to a path.
    pub(crate) fn to(&self, path: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.url.path() == path).collect()
    }

    fn ask(&self, seen: Seen) -> Result<Fetched, FetchError> {
        let answer = (self.answer)(&seen);
        let url = seen.url.to_string();
        self.seen.lock().unwrap().push(seen);
        let (status, body) = answer.ok_or(FetchError::Refused { url })?;
        Ok(Fetched::new(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), body))
    }
}

impl Fetch for ScriptedNetwork {
    fn get<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        let seen =
            Seen { method: Method::GET, url: url.clone(), body: String::new(), bearer: None, authorization: None };
        Box::pin(async move { self.ask(seen) })
    }
}

impl Submit for ScriptedNetwork {
    fn post<'a>(&'a self, url: &'a Url, submission: &'a Submission) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        let seen = Seen {
            method: Method::POST,
            url: url.clone(),
            body: submission.document.to_string(),
            bearer: submission.bearer.clone(),
            authorization: None,
        };
        Box::pin(async move { self.ask(seen) })
    }
}

impl Call for ScriptedNetwork {
    fn call<'a>(&'a self, url: &'a Url, request: &'a ServiceRequest) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        let body = request.body.as_ref().map(|(_, body)| String::from_utf8_lossy(body).into_owned());
        let seen = Seen {
            method: request.method.clone(),
            url: url.clone(),
            body: body.unwrap_or_default(),
            bearer: request.bearer.clone(),
            authorization: request.authorization.clone(),
        };
        Box::pin(async move { self.ask(seen) })
    }
}
