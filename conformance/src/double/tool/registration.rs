//! The double registers itself at a platform: reads its configuration, asks, and shows what came of it.

use bytes::Bytes;
use http::{Method, StatusCode, header};
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    JWKS_PATH, LAUNCH_PATH, LOGIN_PATH, RegistrationFlaw as Flaw, ToolDouble,
    http::{Fields, escape, page},
};
use crate::transport::{Request, Response};

/// Where platforms open the registration.
pub const REGISTER_PATH: &str = "/register";

const PLATFORM: &str = "https://purl.imsglobal.org/spec/lti-platform-configuration";
const TOOL: &str = "https://purl.imsglobal.org/spec/lti-tool-configuration";
/// The members of a configuration that the double's flaw knows.
const KNOWN: [&str; 14] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "jwks_uri",
    "registration_endpoint",
    "scopes_supported",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "claims_supported",
    "response_modes_supported",
    PLATFORM,
];

/// Why no registration was made: the status of the page, and the sentence on it.
struct Failure(StatusCode, String);

impl Failure {
    fn because(reason: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, reason.into())
    }
}

impl ToolDouble {
    /// The registration page.
    pub(super) async fn register(&self, request: &Request) -> Response {
        let fields = Fields::of(request);
        if fields.filled("openid_configuration").is_none() && self.has(Flaw::BareCrashes) {
            return page(StatusCode::INTERNAL_SERVER_ERROR, "Error", "<h1>Error</h1>");
        }
        match self.apply(&fields).await {
            Ok(()) if self.has(Flaw::NeverCloses) => page(StatusCode::OK, "Registered", "<h1>Registered</h1>"),
            Ok(()) if self.has(Flaw::LinkOn) => {
                page(StatusCode::OK, "Registered", "<h1>Registered</h1><p><a href=\"/\">Go on</a></p>")
            }
            Ok(()) => closing(StatusCode::OK, "Registered"),
            Err(Failure(status, _)) if self.has(Flaw::ErrorCloses) && fields.names().count() > 0 => {
                closing(status, "Not registered")
            }
            Err(Failure(status, reason)) => {
                let reason = if self.has(Flaw::ErrorHidden) { String::new() } else { reason };
                page(status, "Not registered", &format!("<h1>Not registered</h1><p>{}</p>", escape(&reason)))
            }
        }
    }

    async fn apply(&self, fields: &Fields) -> Result<(), Failure> {
        let address = fields.filled("openid_configuration");
        let address = address.ok_or_else(|| Failure::because("openid_configuration is missing"))?;
        let token = fields.filled("registration_token");
        if token.is_none() && self.has(Flaw::TokenRequired) {
            return Err(Failure::because("registration_token is missing"));
        }
        let endpoint = self.registration_endpoint(address).await?;
        let mut metadata = self.metadata();
        if self.has(Flaw::TokenInBody) {
            metadata["registration_token"] = json!(token);
        }
        let mut request = http::Request::post(&endpoint).header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token.filter(|_| !self.has(Flaw::TokenInBody)) {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Bytes::from(metadata.to_string()));
        let request = request.map_err(|_| Failure::because("the registration endpoint is no address"))?;
        let answer = (self.wiring.fetch)(request).await.map_err(Failure::because)?;
        self.judge_registration(&answer)
    }

    /// Reads the configuration and says where to register.
    async fn registration_endpoint(&self, address: &str) -> Result<String, Failure> {
        let unreadable = || Failure::because("the configuration cannot be read");
        let url = Url::parse(address).map_err(|_| unreadable())?;
        let request = http::Request::builder().method(Method::GET).uri(url.as_str()).body(Bytes::new());
        let answer = (self.wiring.fetch)(request.map_err(|_| unreadable())?).await.map_err(Failure::because)?;
        let members: Map<String, Value> = serde_json::from_slice(answer.body()).map_err(|_| unreadable())?;
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let issuer = text("issuer").and_then(|issuer| Url::parse(issuer).ok()).ok_or_else(unreadable)?;
        if issuer.origin() != url.origin() && !self.has(Flaw::IssuerUnchecked) {
            return Err(Failure::because("the configuration speaks for another host"));
        }
        let messages = members.get(PLATFORM).and_then(|platform| platform.get("messages_supported"));
        let objects = messages.and_then(Value::as_array).is_some_and(|list| list.iter().all(Value::is_object));
        if !objects && self.has(Flaw::MessagesTyped) {
            return Err(Failure::because("messages_supported holds something else than objects"));
        }
        if members.keys().any(|name| !KNOWN.contains(&name.as_str())) && self.has(Flaw::ConfigurationClosed) {
            return Err(Failure::because("the configuration has members that nobody knows"));
        }
        text("registration_endpoint").map(str::to_owned).ok_or_else(unreadable)
    }

    fn metadata(&self) -> Value {
        let host = Url::parse(&self.wiring.base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let domain = if self.has(Flaw::DomainForeign) { Some("elsewhere.test".to_owned()) } else { host };
        let mut metadata = json!({
            "application_type": "web",
            "grant_types": ["implicit", "client_credentials"],
            "response_types": ["id_token"],
            "redirect_uris": [self.own(LAUNCH_PATH)],
            "initiate_login_uri": self.own(LOGIN_PATH),
            "client_name": "Double",
            "jwks_uri": self.own(JWKS_PATH),
            "token_endpoint_auth_method": "private_key_jwt",
            TOOL: {
                "domain": domain,
                "target_link_uri": self.own(super::COURSE_PATH),
                "claims": ["sub", "name"],
                "messages": [{"type": "LtiResourceLinkRequest"}],
            },
        });
        if let (true, Some(members)) = (self.has(Flaw::MetadataThin), metadata.as_object_mut()) {
            members.remove("jwks_uri");
            members.remove("token_endpoint_auth_method");
        }
        metadata
    }

    /// What the platform answered.
    fn judge_registration(&self, answer: &Response) -> Result<(), Failure> {
        let crash = |reason: &str| Failure(StatusCode::INTERNAL_SERVER_ERROR, reason.to_owned());
        let members: Option<Map<String, Value>> = serde_json::from_slice(answer.body()).ok();
        let text = |name: &str| members.as_ref().and_then(|members| members.get(name)).and_then(Value::as_str);
        let status = answer.status();
        let taken = status == StatusCode::CREATED || (status == StatusCode::OK && !self.has(Flaw::CreatedOnly));
        if !taken {
            if status.is_server_error() && self.has(Flaw::PlatformDownCrashes) {
                return Err(crash("the platform failed"));
            }
            let plain = String::from_utf8_lossy(answer.body());
            let said = match (text("error"), text("error_description")) {
                (Some(error), description) => format!("{error} {}", description.unwrap_or_default()),
                (None, _) if plain.trim_start().starts_with('<') || self.has(Flaw::ErrorJsonOnly) => String::new(),
                (None, _) => plain.into_owned(),
            };
            return Err(Failure::because(format!("the platform refuses: {status} {said}")));
        }
        if members.is_none() {
            let html = self.has(Flaw::AnswerHtmlCrashes);
            return Err(if html { crash("no JSON") } else { Failure::because("the answer is no JSON") });
        }
        if text("client_id").is_none_or(str::is_empty) && !self.has(Flaw::ClientOptional) {
            return Err(Failure::because("the answer has no client_id"));
        }
        let tool = members.as_ref().and_then(|members| members.get(TOOL));
        if tool.is_none_or(|tool| tool.get("deployment_id").is_none()) && self.has(Flaw::DeploymentRequired) {
            return Err(Failure::because("the answer has no deployment"));
        }
        Ok(())
    }
}

/// A page that asks to be closed.
fn closing(status: StatusCode, title: &str) -> Response {
    let script = "(window.opener || window.parent).postMessage({subject: 'org.imsglobal.lti.close'}, '*')";
    page(status, title, &format!("<h1>{title}</h1><script>{script}</script>"))
}
