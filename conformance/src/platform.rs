//! The platform that the suite plays: its issuers, their key sets, and what the subject asked of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{StatusCode, header};
use serde_json::{Value, json};
use url::Url;

use crate::{
    deep_linking::RETURN_PATH as DEEP_LINK_RETURN_PATH,
    keys::Keys,
    registrar::Desk,
    services::Services,
    transport::{Request, Response},
};

/// The kid of the suite's own key.
pub const PLATFORM_KID: &str = "lti-conformance-1";
/// The kid of the second key that stands beside it.
pub const SECOND_KID: &str = "lti-conformance-2";
/// The kid of the elliptic-curve key that stands beside both.
pub const EC_KID: &str = "lti-conformance-ec";
/// The kid of a further issuer's key.
pub const FOREIGN_KID: &str = "lti-conformance-foreign";
/// Where the key of somebody whom no tool knows can be fetched, below the issuer.
pub const STRANGER_KEYS: &str = "/elsewhere/jwks.json";
/// Where that key's certificate can be fetched, below the issuer.
pub const STRANGER_CERTIFICATE: &str = "/elsewhere/certificate.pem";
/// Where a tool may send the browser back to, below the issuer.
pub const RETURN_PATH: &str = "/return";

/// Says that an answer comes only after so many seconds. The network server waits; in process the clock is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay(pub u64);

/// Says that the connection is to be dropped in place of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped;

/// What the platform answers when its key set is asked for.
#[derive(Debug, Clone)]
pub enum KeySetAnswer {
    /// A key set of these keys.
    Keys(Vec<Value>),
    /// This document, whatever it is.
    Document(Value),
    /// A body that is no key set.
    Body(StatusCode, &'static str, String),
    /// No answer: the connection drops.
    Lost,
    /// The ordinary key set, but only after so many seconds.
    Late(u64),
}

/// One issuer of the suite.
#[derive(Debug, Clone)]
pub struct SuiteIssuer {
    /// The issuer identifier.
    pub issuer: String,
    /// The path below the suite's root; empty for the first issuer.
    path: String,
}

#[derive(Debug, Default)]
struct State {
    /// Replaces the ordinary key set of the first issuer.
    answer: Option<KeySetAnswer>,
    /// Dresses every published key.
    dress: Option<fn(&mut Value)>,
    /// How often each path was asked for.
    hits: HashMap<String, u32>,
}

/// The platform that the suite plays.
#[derive(Debug, Clone)]
pub struct ForgingPlatform {
    keys: Keys,
    root: Url,
    issuers: Vec<SuiteIssuer>,
    certificate: String,
    desk: Desk,
    services: Services,
    state: Arc<Mutex<State>>,
}

impl ForgingPlatform {
    /// A platform at this root. The first issuer is the root itself unless it is named; each further one lies under a
    /// path of the root.
    pub fn new(root: &Url, issuers: &[String], keys: Keys) -> Self {
        let base = root.as_str().trim_end_matches('/').to_owned();
        let issuers = issuers
            .iter()
            .map(|issuer| SuiteIssuer {
                path: issuer.strip_prefix(&base).unwrap_or_default().trim_end_matches('/').to_owned(),
                issuer: issuer.clone(),
            })
            .collect();
        let certificate = stranger_certificate(&keys).unwrap_or_default();
        Self {
            keys,
            root: root.clone(),
            issuers,
            certificate,
            desk: Desk::new(&base),
            services: Services::default(),
            state: Arc::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a tool registers itself.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// What it offers to tools besides launches.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The keys that this platform signs with.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The address of the suite.
    pub fn root(&self) -> &Url {
        &self.root
    }

    /// An address below an issuer.
    pub fn url(&self, issuer: usize, path: &str) -> String {
        let below = self.issuers.get(issuer).map_or("", |issuer| issuer.path.as_str());
        format!("{}{below}{path}", self.root.as_str().trim_end_matches('/'))
    }

    /// The authorization endpoint of an issuer.
    pub fn auth_url(&self, issuer: usize) -> String {
        self.url(issuer, "/auth")
    }

    /// The issuer whose authorization endpoint this is.
    pub fn issuer_of_auth(&self, url: &Url) -> Option<usize> {
        let mut plain = url.clone();
        plain.set_query(None);
        plain.set_fragment(None);
        (0..self.issuers.len()).find(|&issuer| self.auth_url(issuer) == plain.as_str())
    }

    /// Whether an address is one where answers to deep linking requests belong.
    pub fn is_deep_link_return(&self, url: &Url) -> bool {
        let below = |path: &str| {
            let path = path.strip_prefix(self.root.path().trim_end_matches('/')).unwrap_or(path);
            path.strip_prefix(DEEP_LINK_RETURN_PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.owns(url) && below(url.path())
    }

    /// Whether an address is the suite's own.
    pub fn owns(&self, url: &Url) -> bool {
        url.origin() == self.root.origin()
    }

    /// The certificate of the stranger's key as base64 DER, for `x5c`.
    pub fn stranger_x5c(&self) -> String {
        self.certificate.lines().filter(|line| !line.starts_with("-----")).collect()
    }

    /// The keys that the first issuer ordinarily publishes.
    pub fn ordinary_keys(&self) -> Vec<Value> {
        let keys =
            vec![self.keys.platform.jwk(PLATFORM_KID), self.keys.second.jwk(SECOND_KID), self.keys.ec.jwk(EC_KID)];
        self.dressed(keys)
    }

    /// Publishes keys in this dress from now on.
    pub fn dress_keys(&self, dress: Option<fn(&mut Value)>) {
        self.state().dress = dress;
    }

    fn dressed(&self, mut keys: Vec<Value>) -> Vec<Value> {
        if let Some(dress) = self.state().dress {
            keys.iter_mut().for_each(dress);
        }
        keys
    }

    /// Answers key set requests of the first issuer so from now on.
    pub fn answer_keys(&self, answer: KeySetAnswer) {
        self.state().answer = Some(answer);
    }

    /// Publishes the ordinary key set again.
    pub fn restore_keys(&self) {
        self.state().answer = None;
    }

    /// How often the first issuer's key set was asked for.
    pub fn key_set_fetches(&self) -> u32 {
        self.hits("/jwks")
    }

    /// How often a path of the suite was asked for.
    pub fn hits(&self, path: &str) -> u32 {
        self.state().hits.get(path).copied().unwrap_or_default()
    }

    /// Answers a request that the subject, or a person's browser, sends to the suite.
    pub fn handle(&self, request: &Request) -> Response {
        let path = request.uri().path();
        let root_path = self.root.path().trim_end_matches('/');
        let path = path.strip_prefix(root_path).unwrap_or(path);
        *self.state().hits.entry(path.to_owned()).or_default() += 1;
        match path {
            STRANGER_KEYS => json_answer(&json!({"keys": [self.keys.stranger.jwk(PLATFORM_KID)]})),
            STRANGER_CERTIFICATE => answer(StatusCode::OK, "application/x-pem-file", self.certificate.clone()),
            RETURN_PATH => answer(
                StatusCode::OK,
                "text/html; charset=utf-8",
                "<!doctype html><title>Back in the course</title><p>The tool sent the browser back to the platform.</p>",
            ),
            _ => self.desk.handle(path, request).unwrap_or_else(|| self.handle_issuer(path, request)),
        }
    }

    fn handle_issuer(&self, path: &str, request: &Request) -> Response {
        for (index, issuer) in self.issuers.iter().enumerate().rev() {
            match path.strip_prefix(issuer.path.as_str()) {
                Some("/jwks") if index == 0 => return self.first_key_set(),
                Some("/jwks") => return key_set(&self.dressed(vec![self.keys.foreign.jwk(FOREIGN_KID)])),
                Some("/.well-known/openid-configuration") => return json_answer(&self.metadata(index)),
                Some("/auth") => {
                    return answer(
                        StatusCode::BAD_REQUEST,
                        "text/plain; charset=utf-8",
                        "this is a conformance suite: it plays the browser itself; for a platform to click through, \
                         run `lti-conformance serve platform`",
                    );
                }
                Some(below) => {
                    if let Some(served) = self.services.handle(index, &self.url(index, ""), below, request) {
                        return served;
                    }
                }
                None => {}
            }
        }
        answer(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "nothing is served here")
    }

    fn first_key_set(&self) -> Response {
        let planned = self.state().answer.clone();
        match planned {
            None => key_set(&self.ordinary_keys()),
            Some(KeySetAnswer::Keys(keys)) => key_set(&keys),
            Some(KeySetAnswer::Document(document)) => json_answer(&document),
            Some(KeySetAnswer::Body(status, media_type, body)) => answer(status, media_type, body),
            Some(KeySetAnswer::Lost) => {
                let mut response = answer(StatusCode::BAD_GATEWAY, "text/plain", "");
                response.extensions_mut().insert(Dropped);
                response
            }
            Some(KeySetAnswer::Late(seconds)) => {
                let mut response = key_set(&self.ordinary_keys());
                response.extensions_mut().insert(Delay(seconds));
                response
            }
        }
    }

    fn metadata(&self, issuer: usize) -> Value {
        let identifier = self.issuers.get(issuer).map_or("", |issuer| issuer.issuer.as_str());
        json!({
            "issuer": identifier,
            "authorization_endpoint": self.auth_url(issuer),
            "jwks_uri": self.url(issuer, "/jwks"),
            "response_types_supported": ["id_token"],
            "response_modes_supported": ["form_post"],
            "scopes_supported": ["openid"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email", "locale"],
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": "lti-conformance",
                "version": env!("CARGO_PKG_VERSION"),
                "messages_supported": [{"type": "LtiResourceLinkRequest"}],
                "variables": [],
            },
        })
    }
}

/// A key set that asks not to be cached, so that a changed set is seen by every tool that heeds the header.
fn key_set(keys: &[Value]) -> Response {
    json_answer(&json!({"keys": keys}))
}

fn json_answer(document: &Value) -> Response {
    let mut response = answer(StatusCode::OK, "application/json", document.to_string());
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("max-age=0"));
    response
}

fn answer(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = http::Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media_type));
    response
}

/// A certificate that the stranger signed for itself.
fn stranger_certificate(keys: &Keys) -> Option<String> {
    let der = rcgen::KeyPair::try_from(keys.stranger.pkcs8()).ok()?;
    let parameters = rcgen::CertificateParams::new(vec!["stranger.test".to_owned()]).ok()?;
    Some(parameters.self_signed(&der).ok()?.pem())
}
