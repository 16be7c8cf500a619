//! Signs in at a running issuer with everything that the relying half can do, and says what worked.
//!
//! `cargo xtask interop oidc-provider` starts `oidc-provider` and runs this against it; the client secret comes in the
//! environment variable `INTEROP_CLIENT_SECRET`. It ends with 1 at the first step that fails.

mod browser;

use std::env;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use browser::{Browser, Person};
use lti_core::service::Scopes;
use oauth2_issuer::clock::{Clock, ManualClock, SystemClock};
use oauth2_issuer::once::MemoryOnceStore;
use oauth2_issuer::relying::grant::{self, Grant, GrantPolicy};
use oauth2_issuer::relying::issuer::{
    ClientAuthentication, ClientDescription, Credentials, Discovered, Discovery, DiscoveryError, Endpoints,
    FieldMapping, IssuerId, IssuerRegistry, LocalField, MemoryIssuerStore, OpenIdConfiguration, RegisteredIssuer,
    RegistrationRequest, Service,
};
use oauth2_issuer::relying::rest::{BodyKind, RestAnswer, RestFunction};
use oauth2_issuer::relying::secret::Vault;
use oauth2_issuer::relying::system_account::{
    MemorySystemAccountStore, SystemAccountError, SystemAccountState, SystemAccounts,
};
use oauth2_issuer::relying::{
    Call, CallbackError, CodeFlow, FetchPolicy, FlowParts, GuardedFetcher, MemoryUserTokenStore, ServiceRequest,
    SessionId, UserClients,
};
use serde_json::{Map, Value};
use url::Url;

/// What ends a run.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let Some(issuer) = env::args().nth(1) else {
        eprintln!("usage: relying-party ISSUER");
        return ExitCode::from(2);
    };
    let secret = env::var("INTEROP_CLIENT_SECRET").unwrap_or_default();
    match run(&issuer, &secret).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("failed: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(issuer: &str, secret: &str) -> Result<(), Failure> {
    let party = Party::new(issuer, secret)?;
    party.discovery().await?;
    let mut known = Vec::new();
    for (client, authentication) in [
        ("basic", ClientAuthentication::Basic),
        ("post", ClientAuthentication::Body),
        ("public", ClientAuthentication::Body),
    ] {
        let secret = (client != "public").then(|| secret.into());
        let id = party.add("openid", Some(Credentials::new(client, secret)), authentication).await?;
        party.sign_in(id, client).await?;
        known.push(id);
    }
    let registered = party.add("registering", None, ClientAuthentication::Basic).await?;
    party.sign_in(registered, "registered by RFC 7591").await?;
    party.refusal(known[0]).await?;
    party.client_credentials(known[0]).await?;
    party.system_account(known[0]).await
}

/// Says that a step worked, or ends the run.
fn step(name: &str, holds: bool) -> Result<(), Failure> {
    if holds {
        println!("ok    {name}");
        return Ok(());
    }
    Err(name.into())
}

/// OpenID Connect where this application registers itself: a kind of issuer in one type.
struct Registering;

impl Service for Registering {
    fn id(&self) -> &'static str {
        "registering"
    }

    fn template(&self) -> RegisteredIssuer {
        RegisteredIssuer::new("registering", "Registering")
    }

    fn discovery(&self) -> Option<&dyn Discovery> {
        Some(self)
    }
}

impl Discovery for Registering {
    fn address(&self, base_url: &str) -> Result<Url, DiscoveryError> {
        OpenIdConfiguration.address(base_url)
    }

    fn read(&self, base_url: &str, document: &[u8]) -> Result<Discovered, DiscoveryError> {
        OpenIdConfiguration.read(base_url, document)
    }

    fn mapping(&self) -> FieldMapping {
        FieldMapping::openid()
    }

    fn registration(&self, discovered: &Discovered, client: &ClientDescription) -> Option<RegistrationRequest> {
        let url = discovered.endpoints.get(Endpoints::REGISTRATION)?.clone();
        Some(RegistrationRequest::new(
            url,
            client.metadata(&Scopes::parse("openid profile email address offline_access")),
        ))
    }
}

struct Party {
    issuer: String,
    secret: String,
    redirect_uri: Url,
    network: Arc<GuardedFetcher>,
    clock: Arc<ManualClock>,
    registry: IssuerRegistry,
    flow: Arc<CodeFlow>,
    clients: UserClients,
}

impl Party {
    fn new(issuer: &str, secret: &str) -> Result<Self, Failure> {
        let network = Arc::new(GuardedFetcher::new(FetchPolicy::default().allow_loopback())?);
        let store = Arc::new(MemoryIssuerStore::default());
        let redirect_uri: Url = "https://client.example/callback".parse()?;
        let client = ClientDescription::new("Relying party", redirect_uri.join("/")?, redirect_uri.clone());
        let registry =
            IssuerRegistry::new(store.clone(), network.clone()).with_service(Arc::new(Registering)).with_client(client);
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        let flow = Arc::new(CodeFlow::new(FlowParts {
            issuers: store,
            network: network.clone(),
            once: Arc::new(MemoryOnceStore::default()),
            clock: clock.clone(),
            vault: Arc::new(Vault::generate()?),
            redirect_uri: redirect_uri.clone(),
        }));
        let clients = UserClients::new(Arc::clone(&flow), Arc::new(MemoryUserTokenStore::default()));
        let (issuer, secret) = (issuer.to_owned(), secret.to_owned());
        Ok(Self { issuer, secret, redirect_uri, network, clock, registry, flow, clients })
    }

    async fn discovery(&self) -> Result<(), Failure> {
        let other = self.registry.add("openid", Some(&format!("{}/", self.issuer)), None).await;
        step("an issuer with a slash more is another issuer", other.is_err())?;
        let id = self.registry.add("openid", Some(&self.issuer), None).await?;
        let record = self.registry.get(id).await?;
        let named = ["authorization", "token", "userinfo", "introspection", "revocation", "registration"];
        let all = named.iter().all(|name| record.endpoints.get(name).is_some());
        step(
            "discovery: endpoints, keys and scopes",
            all && record.jwks_uri.is_some() && !record.scopes_supported.is_empty(),
        )?;
        self.registry.store().remove(id).await?;
        Ok(())
    }

    async fn add(
        &self,
        service: &str,
        credentials: Option<Credentials>,
        authentication: ClientAuthentication,
    ) -> Result<IssuerId, Failure> {
        let id = self.registry.add(service, Some(&self.issuer), credentials).await?;
        let mut record = self.registry.get(id).await?;
        record.authentication = authentication;
        // A refresh token comes with offline_access, and that only with a consent (OpenID Connect Core, 11).
        record.login_scopes = Scopes::parse("openid profile email address offline_access");
        record.offline_scopes = record.login_scopes.clone();
        record.login_parameters = vec![("prompt".to_owned(), "consent".to_owned())];
        record.offline_parameters = record.login_parameters.clone();
        self.registry.store().update(&record).await?;
        Ok(id)
    }

    /// Code with PKCE, login and consent; claims; the token in use, renewed twice.
    async fn sign_in(&self, id: IssuerId, name: &str) -> Result<(), Failure> {
        let session = SessionId::new(format!("session of {name}"));
        let client = self.clients.client(id, session.clone(), Scopes::default(), "/home").await?;
        step(&format!("{name}: nobody is signed in before"), !client.is_logged_in().await?)?;
        let url = client.login_url().await?;
        let answer = Browser::new()?.sign_in(&url, &self.redirect_uri, Person::Willing).await?;
        let stranger = self.clients.callback(&SessionId::new("another session"), &answer).await;
        step(&format!("{name}: the answer is of one session"), stranger == Err(CallbackError::State))?;
        let signed_in = self.clients.callback(&session, &answer).await?;
        let field = |field| signed_in.user.get(&field);
        let known = signed_in.user.subject.as_deref() == Some("ada")
            && field(LocalField::FirstName) == Some("Ada")
            && field(LocalField::Email) == Some("ada@school.example")
            && field(LocalField::Address) == Some("12 Square, London");
        step(&format!("{name}: code, ID token and userinfo"), known && signed_in.verified)?;
        step(&format!("{name}: every scope is granted"), signed_in.refused.is_empty())?;
        let again = self.clients.callback(&session, &answer).await;
        step(&format!("{name}: the answer is taken once"), again == Err(CallbackError::Again))?;
        let me = RestFunction::get("me", client.issuer().endpoints.need(Endpoints::USERINFO)?.as_str());
        for round in ["first", "second"] {
            self.clock.advance(Duration::from_mins(11));
            let said = client.call(&me, &Map::new()).await?;
            let is_ada = matches!(&said, RestAnswer::Json(said) if said["sub"] == "ada");
            step(&format!("{name}: {round} refresh, and the new token in use"), is_ada)?;
        }
        self.clock.set(SystemClock.now());
        Ok(())
    }

    async fn refusal(&self, id: IssuerId) -> Result<(), Failure> {
        let session = SessionId::new("session of an unwilling person");
        let client = self.clients.client(id, session.clone(), Scopes::default(), "/home").await?;
        let url = client.login_url().await?;
        let answer = Browser::new()?.sign_in(&url, &self.redirect_uri, Person::Unwilling).await?;
        let said = self.clients.callback(&session, &answer).await;
        let refused = said == Err(CallbackError::Refused { code: "access_denied".to_owned() });
        step("a person who says no is not signed in", refused && !client.is_logged_in().await?)
    }

    async fn client_credentials(&self, id: IssuerId) -> Result<(), Failure> {
        let record = self.registry.get(id).await?;
        let asked = Scopes::default();
        let (now, policy) = (self.clock.now(), GrantPolicy::default());
        let granted =
            grant::ask(self.network.as_ref(), &record, &Grant::ClientCredentials, &asked, now, &policy).await?;
        let about = self.introspect(&record, granted.access_token.as_str()).await?;
        step(
            "client credentials: a token that the issuer knows",
            about["active"] == true && about["client_id"] == "basic",
        )?;
        let mut wrong = record;
        wrong.client_secret = Some("another secret".into());
        let refused = grant::ask(self.network.as_ref(), &wrong, &Grant::ClientCredentials, &asked, now, &policy).await;
        step("a wrong secret gives no token", refused.is_err())
    }

    /// Connected once, renewed when it is due, and revoked at the issuer.
    async fn system_account(&self, id: IssuerId) -> Result<(), Failure> {
        let store = Arc::new(MemorySystemAccountStore::default());
        let accounts = SystemAccounts::new(Arc::clone(&self.flow), store);
        let session = SessionId::new("session of an administrator");
        let url = accounts.connect_url(id, &session, "/admin").await?;
        let answer = Browser::new()?.sign_in(&url, &self.redirect_uri, Person::Willing).await?;
        accounts.callback(&session, &answer).await?;
        step("the system account is connected", accounts.is_system_account_connected(id).await?)?;
        let first = accounts.access_token(id).await?;
        // The task runs at the moment that the account is due; the issuer's own clock stays where it is.
        let due = accounts.next_due().await?.ok_or("nothing is due")?;
        let outcomes = accounts.refresh_due(due).await?;
        let renewed = outcomes.iter().all(|outcome| outcome.outcome.is_ok()) && outcomes.len() == 1;
        let second = accounts.access_token(id).await?;
        step("the system account is renewed when it is due", renewed && first != second)?;
        let record = self.registry.get(id).await?;
        self.post(&record, Endpoints::REVOCATION, second.as_str()).await?;
        let about = self.introspect(&record, second.as_str()).await?;
        step("a revoked access token is not active", about["active"] == false)?;
        let due = accounts.next_due().await?.ok_or("nothing is due")?;
        let outcomes = accounts.refresh_due(due).await?;
        let over = outcomes.iter().all(|outcome| outcome.outcome == Err(SystemAccountError::Revoked(id)));
        let state = accounts.state(id).await?;
        if over {
            return step(
                "revoking the token ended the grant, and the account says so",
                state == Some(SystemAccountState::Revoked),
            );
        }
        step("the account goes on after its access token was revoked", state == Some(SystemAccountState::Connected))
    }

    async fn introspect(&self, record: &RegisteredIssuer, token: &str) -> Result<Value, Failure> {
        let body = self.post(record, "introspection", token).await?;
        Ok(serde_json::from_slice(&body)?)
    }

    /// Sends a token to an endpoint of the issuer's that takes one in a form.
    async fn post(&self, record: &RegisteredIssuer, endpoint: &str, token: &str) -> Result<Vec<u8>, Failure> {
        let function = RestFunction::new(endpoint, http::Method::POST, record.endpoints.need(endpoint)?.as_str())
            .argument(oauth2_issuer::relying::rest::Argument::required(
                "token",
                oauth2_issuer::relying::rest::ArgumentKind::Text,
            ))
            .rest_in(BodyKind::Form);
        let mut arguments = Map::new();
        arguments.insert("token".to_owned(), token.into());
        let (url, request): (Url, ServiceRequest) = function.prepare(&arguments)?;
        let basic = format!("Basic {}", STANDARD.encode(format!("basic:{}", self.secret)));
        let answer = self.network.call(&url, &request.with_authorization(basic)).await?;
        if answer.status.is_success() {
            Ok(answer.body.to_vec())
        } else {
            Err(format!("{endpoint}: {}", answer.status).into())
        }
    }
}
