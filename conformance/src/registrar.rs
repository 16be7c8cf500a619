//! The desk at which a tool registers itself: the configuration that the suite's platform shows, the answer that it gives,
//! and what the tool sent.
//!
//! It has an issuer of its own below the suite's address, so that a tool that keeps what it is told here does not confuse
//! it with the registrations that the other cases launch under.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Method, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::transport::{Request, Response};

/// The path of the desk's issuer below the suite's address.
pub const DESK_PATH: &str = "/registration";
const CONFIGURATION: &str = "/registration/openid-configuration";
const ENDPOINT: &str = "/registration/register";

/// What the platform answers to a registration.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The registration, with this status.
    Registered(StatusCode),
    /// The registration without a deployment.
    WithoutDeployment,
    /// Everything but the `client_id`.
    WithoutClient,
    /// A status with a body of this media type.
    Body(StatusCode, &'static str, &'static str),
}

/// One request that came to the registration endpoint.
#[derive(Debug, Clone)]
pub struct Received {
    /// The query of the address.
    pub query: String,
    /// The header field `Content-Type`.
    pub media_type: String,
    /// The header field `Authorization`.
    pub authorization: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

#[derive(Debug)]
struct State {
    configuration: Option<Value>,
    answer: Answer,
    received: Vec<Received>,
    made: u32,
    sound: Option<bool>,
}

/// The registration desk of the platform that the suite plays.
#[derive(Debug, Clone)]
pub struct Desk {
    base: String,
    state: Arc<Mutex<State>>,
}

impl Desk {
    /// A desk below the suite's address.
    pub fn new(root: &str) -> Self {
        let answer = Answer::Registered(StatusCode::CREATED);
        let state = State { configuration: None, answer, received: Vec::new(), made: 0, sound: None };
        Self { base: root.trim_end_matches('/').to_owned(), state: Arc::new(Mutex::new(state)) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of the configuration.
    pub fn configuration_url(&self) -> String {
        format!("{}{CONFIGURATION}", self.base)
    }

    /// A sound configuration: that of an ordinary platform.
    pub fn configuration(&self) -> Value {
        let base = &self.base;
        json!({
            "issuer": format!("{base}{DESK_PATH}"),
            "authorization_endpoint": format!("{base}{DESK_PATH}/auth"),
            "token_endpoint": format!("{base}{DESK_PATH}/token"),
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": format!("{base}/jwks"),
            "registration_endpoint": format!("{base}{ENDPOINT}"),
            "scopes_supported": ["openid"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": "lti-conformance",
                "version": env!("CARGO_PKG_VERSION"),
                "messages_supported": [{"type": "LtiResourceLinkRequest"}],
                "variables": ["User.id", "Context.id"],
            },
        })
    }

    /// Shows this configuration and gives this answer from now on, and forgets what was sent before.
    pub fn set(&self, configuration: Value, answer: Answer) {
        let mut state = self.state();
        state.configuration = Some(configuration);
        state.answer = answer;
        state.received.clear();
    }

    /// What the tool has sent since.
    pub fn received(&self) -> Vec<Received> {
        self.state().received.clone()
    }

    /// Whether the tool registered itself when everything was sound; nothing before somebody has tried.
    pub fn sound(&self) -> Option<bool> {
        self.state().sound
    }

    /// Remembers whether it did.
    pub fn found_sound(&self, sound: bool) {
        self.state().sound = Some(sound);
    }

    /// Answers a request, if it is for the desk.
    pub fn handle(&self, path: &str, request: &Request) -> Option<Response> {
        match path {
            CONFIGURATION => {
                let shown = self.state().configuration.clone().unwrap_or_else(|| self.configuration());
                Some(answer(StatusCode::OK, "application/json", shown.to_string()))
            }
            ENDPOINT if request.method() == Method::POST => Some(self.register(request)),
            ENDPOINT => Some(answer(StatusCode::METHOD_NOT_ALLOWED, "text/plain", "POST only".to_owned())),
            _ => None,
        }
    }

    fn register(&self, request: &Request) -> Response {
        let field = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let received = Received {
            query: request.uri().query().unwrap_or_default().to_owned(),
            media_type: field(header::CONTENT_TYPE).unwrap_or_default(),
            authorization: field(header::AUTHORIZATION),
            body: request.body().to_vec(),
        };
        let mut state = self.state();
        state.made += 1;
        let mut metadata: Map<String, Value> = serde_json::from_slice(&received.body).unwrap_or_default();
        metadata.insert("client_id".to_owned(), format!("registered-{}", state.made).into());
        state.received.push(received);
        let tool = "https://purl.imsglobal.org/spec/lti-tool-configuration";
        let deployed = |metadata: &mut Map<String, Value>| {
            if let Some(Value::Object(tool)) = metadata.get_mut(tool) {
                tool.insert("deployment_id".to_owned(), "registered-deployment".into());
            }
        };
        let status = match state.answer {
            Answer::Body(status, media_type, body) => return answer(status, media_type, body.to_owned()),
            Answer::Registered(status) => {
                deployed(&mut metadata);
                status
            }
            Answer::WithoutDeployment => StatusCode::CREATED,
            Answer::WithoutClient => {
                deployed(&mut metadata);
                metadata.remove("client_id");
                StatusCode::CREATED
            }
        };
        answer(status, "application/json", Value::Object(metadata).to_string())
    }
}

fn answer(status: StatusCode, media_type: &'static str, body: String) -> Response {
    let mut response = http::Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media_type));
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}
