//! The platform's half of LTI Dynamic Registration 1.0: a token that lets one tool register itself once, and the answer
//! to its request.
//!
//! The way of one registration: somebody who may add tools enters the tool's registration URL; the platform makes a
//! [token](DynamicRegistration::token) and opens [the tool's page](initiation_url) with it; the tool reads the platform's
//! discovery document and posts what it wants to be registered as; [`DynamicRegistration::register`] judges that. The
//! token is spent by a registration and by nothing else: a request that was refused can be mended and sent again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId};
use lti_core::message::claims::RESOURCE_LINK_REQUEST;
use lti_core::registration::dynamic::{
    LocalHttp, OPENID_CONFIGURATION, REGISTRATION_TOKEN, RegistrationError, RegistrationErrorCode, RegistrationRequest,
    RegistrationResponse, ToolConfiguration,
};
use lti_core::service::Scope;
use oauth2_issuer::clock::Clock;
use oauth2_issuer::once::{ClaimError, OnceKey, OnceKind, OnceStore};
use oauth2_issuer::{BoxFuture, Unavailable};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{MemoryRegistrations, ToolRegistration};
use crate::hint::{HintKey, NoRandomness, fresh_id};

/// How long a registration token holds. No text gives a number; it is enough for a page of the tool with a few questions.
pub const TOKEN_LIFETIME: Duration = Duration::from_hours(1);

/// What presentation members of a request are kept with a registration (RFC 7591, 2).
const PRESENTATION: [&str; 5] = ["logo_uri", "client_uri", "policy_uri", "tos_uri", "contacts"];

/// Takes a tool that registered itself.
pub trait Registrar: Send + Sync {
    /// Keeps this registration. `request` is what the tool asked for, with what a registration has no place for: its
    /// name, scopes and messages.
    ///
    /// # Errors
    /// [`Unavailable`] when it cannot be kept; nothing may have been kept then.
    fn register<'a>(
        &'a self,
        tool: ToolRegistration,
        request: &'a RegistrationRequest,
    ) -> BoxFuture<'a, Result<(), Unavailable>>;
}

impl Registrar for MemoryRegistrations {
    fn register<'a>(
        &'a self,
        tool: ToolRegistration,
        _request: &'a RegistrationRequest,
    ) -> BoxFuture<'a, Result<(), Unavailable>> {
        let added = self.add(tool).map(drop).map_err(|error| Unavailable::new(error.to_string()));
        Box::pin(async move { added })
    }
}

/// What a registration token says.
#[derive(Serialize, Deserialize)]
struct Token {
    #[serde(rename = "i")]
    id: String,
    #[serde(rename = "e")]
    expires_at: Timestamp,
}

/// Lets tools register themselves.
#[derive(Clone)]
pub struct DynamicRegistration {
    registrar: Arc<dyn Registrar>,
    key: HintKey,
    once: Arc<dyn OnceStore>,
    clock: Arc<dyn Clock>,
    http: LocalHttp,
    messages: Vec<String>,
    scopes: Vec<String>,
}

impl fmt::Debug for DynamicRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicRegistration").field("messages", &self.messages).finish_non_exhaustive()
    }
}

/// A registration that was not made: the status and the body of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationRefusal {
    /// 400 for what is wrong with the request, 401 for the token, 503 when the platform cannot go on.
    pub status: u16,
    /// The body (RFC 7591, 3.2.2).
    pub error: RegistrationError,
}

impl RegistrationRefusal {
    fn token(description: &str) -> Self {
        Self { status: 401, error: RegistrationError::new(RegistrationErrorCode::InvalidToken, description) }
    }

    fn unavailable(reason: &dyn fmt::Display) -> Self {
        tracing::error!(%reason, "a registration could not be made");
        let code = RegistrationErrorCode::Other("temporarily_unavailable".to_owned());
        Self { status: 503, error: RegistrationError::new(code, "the platform cannot register tools at the moment") }
    }
}

impl DynamicRegistration {
    /// Registers with this registrar. Tokens are signed with `key` and spent in `once`, which all replicas of a platform
    /// share. `issuer` is the platform's own: one on this machine takes tools on this machine by plain http, every other
    /// one takes https alone.
    pub fn new(
        issuer: &Url,
        registrar: Arc<dyn Registrar>,
        key: HintKey,
        once: Arc<dyn OnceStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let http = if is_local(issuer) { LocalHttp::Taken } else { LocalHttp::Refused };
        let messages = vec![RESOURCE_LINK_REQUEST.to_owned()];
        Self { registrar, key, once, clock, http, messages, scopes: Vec::new() }
    }

    /// The messages that this platform sends and the scopes that it grants; what else a tool asks for is left out of
    /// the answer. Without this call: resource link launches, and no scope.
    #[must_use]
    pub fn supporting(mut self, messages: Vec<String>, scopes: Vec<String>) -> Self {
        self.messages = messages;
        self.scopes = scopes;
        self
    }

    /// Grants these scopes to tools that ask for them, beside those granted before.
    #[must_use]
    pub fn granting(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.scopes.extend(scopes.into_iter().map(|scope| scope.as_str().to_owned()));
        self
    }

    /// A token that lets one tool register itself once within [`TOKEN_LIFETIME`]. It is a secret between the platform and
    /// that tool.
    ///
    /// # Errors
    /// [`NoRandomness`] when the machine gives no random bytes.
    pub fn token(&self) -> Result<String, NoRandomness> {
        let token = Token { id: fresh_id()?, expires_at: self.clock.now() + TOKEN_LIFETIME };
        Ok(self.key.seal(REGISTRATION_TOKEN, &token))
    }

    /// Judges a request and registers the tool. `authorization` is the header field of that name, `body` the JSON.
    ///
    /// # Errors
    /// [`RegistrationRefusal`]: what to answer instead.
    pub async fn register(
        &self,
        authorization: Option<&str>,
        body: &[u8],
    ) -> Result<RegistrationResponse, RegistrationRefusal> {
        let token = self.presented(authorization)?;
        let request = RegistrationRequest::from_json(body).map_err(|fault| self.refused(fault.into()))?;
        request.check(self.http).map_err(|fault| self.refused(fault.into()))?;
        let id = |prefix: &str| {
            fresh_id().map(|id| format!("{prefix}-{id}")).map_err(|error| RegistrationRefusal::unavailable(&error))
        };
        let (client_id, deployment_id) = (ClientId::new(id("tool")?), DeploymentId::new(id("dep")?));
        let tool = registration(&client_id, &deployment_id, &request).map_err(|error| {
            self.refused(RegistrationError::new(RegistrationErrorCode::InvalidClientMetadata, error))
        })?;
        let granted = request.scope.iter().filter(|scope| self.scopes.contains(scope));
        let tool = tool.with_scopes(granted.map(|scope| Scope::parse(scope.as_str())));
        // Claimed last: a request that is refused leaves the token good.
        let key = OnceKey::new(OnceKind::RegistrationToken, token.id, token.expires_at);
        match self.once.claim(&key, self.clock.now()).await {
            Ok(claimed) => drop(claimed),
            Err(ClaimError::AlreadyClaimed) => {
                return Err(RegistrationRefusal::token("the registration token was used before; ask for another"));
            }
            Err(ClaimError::Expired) => return Err(expired()),
            Err(error) => return Err(RegistrationRefusal::unavailable(&error)),
        }
        if let Err(error) = self.registrar.register(tool, &request).await {
            return Err(RegistrationRefusal::unavailable(&error));
        }
        Ok(RegistrationResponse::new(client_id, self.registered(request, deployment_id)))
    }

    #[expect(clippy::unused_self, reason = "one place to log refusals from")]
    fn refused(&self, error: RegistrationError) -> RegistrationRefusal {
        tracing::info!(%error, "a registration was refused");
        RegistrationRefusal { status: 400, error }
    }

    /// The token that came along, if it is one of ours and current. Whether it was used before says the store alone.
    fn presented(&self, authorization: Option<&str>) -> Result<Token, RegistrationRefusal> {
        let presented = authorization.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
        });
        let Some(presented) = presented else {
            return Err(RegistrationRefusal::token(
                "expected the header field Authorization: Bearer with the registration_token of the registration page",
            ));
        };
        let token: Option<Token> = self.key.unseal(REGISTRATION_TOKEN, presented);
        let token = token.ok_or_else(|| {
            RegistrationRefusal::token("the registration token was not given by this platform, or was altered")
        })?;
        if self.clock.now() >= token.expires_at {
            return Err(expired());
        }
        Ok(token)
    }

    /// What the answer says was registered (RFC 7591, 3.2.1): all of what was kept, and nothing of what was not.
    fn registered(&self, request: RegistrationRequest, deployment_id: DeploymentId) -> RegistrationRequest {
        let mut kept = request;
        kept.other.retain(|name, _| PRESENTATION.contains(&name.as_str()) || name.starts_with("client_name#"));
        kept.scope.retain(|scope| self.scopes.contains(scope));
        let mut tool = kept.tool.take().unwrap_or_default();
        tool.messages.retain(|message| self.messages.contains(&message.message_type));
        tool.deployment_id = Some(deployment_id);
        tool.other.clear();
        kept.tool = Some(tool);
        kept
    }
}

fn expired() -> RegistrationRefusal {
    RegistrationRefusal::token("the registration token has expired; ask for another")
}

/// The registration that a checked request describes.
fn registration(
    client_id: &ClientId,
    deployment_id: &DeploymentId,
    request: &RegistrationRequest,
) -> Result<ToolRegistration, String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let target = request.tool.as_ref().map(|tool: &ToolConfiguration| text(&tool.target_link_uri)).unwrap_or_default();
    let initiation = text(&request.initiate_login_uri);
    let tool = ToolRegistration::new(client_id.clone(), &initiation, request.redirect_uris.clone(), &target);
    let jwks = text(&request.jwks_uri);
    let tool = tool.and_then(|tool| tool.with_jwks_url(&jwks)).and_then(|tool| tool.deployed_as(deployment_id.clone()));
    tool.map_err(|error| error.to_string())
}

/// The address that opens a tool's registration page: its registration URL, the query that it has kept, with the
/// address of the platform's discovery document and the token behind it (LTI Dynamic Registration 1.0, 3.3).
pub fn initiation_url(registration_url: &Url, configuration: &str, token: &str) -> Url {
    let mut url = registration_url.clone();
    url.query_pairs_mut().append_pair(OPENID_CONFIGURATION, configuration).append_pair(REGISTRATION_TOKEN, token);
    url
}

/// Whether the address names this machine.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use lti_core::registration::dynamic::{TOOL_CONFIGURATION, ToolMessage};
    use oauth2_issuer::clock::ManualClock;
    use oauth2_issuer::once::MemoryOnceStore;
    use serde_json::{Value, json};

    use super::*;

    struct Desk {
        tools: Arc<MemoryRegistrations>,
        clock: Arc<ManualClock>,
        registrar: DynamicRegistration,
    }

    fn desk(issuer: &str) -> Desk {
        let (tools, clock) =
            (Arc::new(MemoryRegistrations::default()), Arc::new(ManualClock::new(Timestamp::from_secs(0))));
        let desk = DynamicRegistration::new(
            &issuer.parse().unwrap(),
            Arc::clone(&tools) as Arc<dyn Registrar>,
            HintKey::from_bytes(&[5; 32]),
            Arc::new(MemoryOnceStore::default()),
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        Desk { tools, clock, registrar: desk }
    }

    fn request() -> Value {
        let mut tool = ToolConfiguration::new("tool.example", "https://tool.example/launch");
        tool.messages = ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"].map(ToolMessage::new).to_vec();
        let launch = ["https://tool.example/launch".to_owned()];
        let mut request =
            RegistrationRequest::new("Quiz", "https://tool.example/login", launch, "https://tool.example/jwks", tool);
        request.scope = vec!["https://purl.imsglobal.org/spec/lti-ags/scope/score".to_owned()];
        let mut request = request.to_json();
        request["logo_uri"] = json!("https://tool.example/logo.png");
        request["com.example/unknown"] = json!({"kept": false});
        request
    }

    impl Desk {
        async fn send(&self, token: Option<&str>, body: &Value) -> Result<RegistrationResponse, (u16, String)> {
            let header = token.map(|token| format!("Bearer {token}"));
            let answer = self.registrar.register(header.as_deref(), body.to_string().as_bytes()).await;
            answer.map_err(|refusal| (refusal.status, refusal.error.code.to_string()))
        }
    }

    fn refused(status: u16, code: &str) -> Result<RegistrationResponse, (u16, String)> {
        Err((status, code.to_owned()))
    }

    #[tokio::test]
    async fn a_tool_registers_itself_once() {
        let desk = desk("https://lms.example");
        let token = desk.registrar.token().unwrap();
        let answer = desk.send(Some(&token), &request()).await.unwrap();
        let kept = desk.tools.get(&answer.client_id).unwrap();
        assert_eq!(kept.redirect_uris(), ["https://tool.example/launch"]);
        assert_eq!(Some(&kept.deployment_ids()[0]), answer.deployment_id());
        let written = answer.to_json();
        assert_eq!(written["logo_uri"], "https://tool.example/logo.png");
        assert_eq!(written.get("com.example/unknown"), None, "unknown metadata is ignored");
        assert_eq!(written.get("scope"), None, "no scope is granted");
        assert_eq!(written[TOOL_CONFIGURATION]["messages"], json!([{"type": "LtiResourceLinkRequest"}]));
        assert_eq!(desk.send(Some(&token), &request()).await, refused(401, "invalid_token"));
        assert_eq!(desk.tools.all().len(), 1);
    }

    #[tokio::test]
    async fn a_tool_is_granted_what_it_asks_for_and_the_platform_has() {
        let mut desk = desk("https://lms.example");
        desk.registrar = desk.registrar.granting([Scope::Score, Scope::ContextMembershipReadonly]);
        let mut body = request();
        body["scope"] = json!(format!("{} {} openid", Scope::LineItem, Scope::Score));
        let answer = desk.send(Some(&desk.registrar.token().unwrap()), &body).await.unwrap();
        assert_eq!(answer.to_json()["scope"], Scope::Score.as_str());
        assert_eq!(desk.tools.get(&answer.client_id).unwrap().scopes(), Scope::Score.into());
    }

    #[tokio::test]
    async fn no_token_no_registration() {
        let desk = desk("https://lms.example");
        let token = desk.registrar.token().unwrap();
        let altered = format!("{token}x");
        for presented in [None, Some(""), Some("junk"), Some(altered.as_str())] {
            assert_eq!(desk.send(presented, &request()).await, refused(401, "invalid_token"), "{presented:?}");
        }
        assert!(desk.registrar.register(Some(&format!("Basic {token}")), b"{}").await.is_err_and(|r| r.status == 401));
        desk.clock.advance(TOKEN_LIFETIME);
        assert_eq!(desk.send(Some(&token), &request()).await, refused(401, "invalid_token"));
        assert!(desk.tools.all().is_empty());
    }

    #[tokio::test]
    async fn a_refused_request_leaves_the_token_good() {
        let desk = desk("https://lms.example");
        let token = desk.registrar.token().unwrap();
        for (member, value, code) in [
            ("redirect_uris", json!(["https://tool.example/launch#x"]), "invalid_redirect_uri"),
            ("redirect_uris", json!(["http://tool.example/launch"]), "invalid_redirect_uri"),
            ("redirect_uris", json!(["https://localhost/launch"]), "invalid_redirect_uri"),
            ("client_name", json!(null), "invalid_client_metadata"),
            ("jwks", json!({"keys": []}), "invalid_client_metadata"),
        ] {
            let mut body = request();
            body[member] = value;
            assert_eq!(desk.send(Some(&token), &body).await, refused(400, code), "{member}");
        }
        for body in [&b"junk"[..], b"[]", b""] {
            let refusal = desk.registrar.register(Some(&format!("bearer {token}")), body).await.unwrap_err();
            assert_eq!(refusal.status, 400);
        }
        assert!(desk.send(Some(&token), &request()).await.is_ok());
    }

    #[tokio::test]
    async fn a_platform_on_this_machine_takes_tools_on_this_machine() {
        let body = request().to_string().replace("https://tool.example", "http://127.0.0.1:9320");
        let body: Value = serde_json::from_str(&body.replace("tool.example", "127.0.0.1")).unwrap();
        let (local, public) = (desk("http://127.0.0.1:9310"), desk("https://lms.example"));
        assert!(local.send(Some(&local.registrar.token().unwrap()), &body).await.is_ok());
        assert_eq!(
            public.send(Some(&public.registrar.token().unwrap()), &body).await,
            refused(400, "invalid_redirect_uri")
        );
    }

    #[test]
    fn the_registration_url_keeps_its_query() {
        let url = initiation_url(
            &"https://tool.example/register?school=7".parse().unwrap(),
            "https://lms.example/.well-known/openid-configuration?a=b",
            "t.1",
        );
        assert_eq!(
            url.as_str(),
            "https://tool.example/register?school=7&openid_configuration=https%3A%2F%2Flms.example%2F.well-known%2F\
             openid-configuration%3Fa%3Db&registration_token=t.1"
        );
    }
}
