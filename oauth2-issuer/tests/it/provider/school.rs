//! An issuer with two users, some clients, and a browser that does what the test says.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, Request, StatusCode};
use lti_core::Timestamp;
use lti_core::jose::{KeySet, SigningKey, jwks_document, sign_compact};
use oauth2_issuer::clock::{Clock, ManualClock};
use oauth2_issuer::key_ring::KeyRing;
use oauth2_issuer::once::MemoryOnceStore;
use oauth2_issuer::server::provider::{
    Accounts, AuthMethod, ClientJwks, ConsentRequest, Interaction, LoginRequest, MemoryProviderStore, Provider,
    ProviderParts, ProviderPolicy, ProviderStore, Providers, RegisteredClient, ScopeSet, Session, Step,
};
use oauth2_issuer::server::token::KeySets;
use oauth2_issuer::{BoxFuture, Unavailable};
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;
use url::Url;

pub(super) const ISSUER: &str = "https://id.example/school";
pub(super) const NOW: i64 = 1_790_000_000;
pub(super) const CALLBACK: &str = "https://portal.example/cb?tenant=1";
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(super) const SECRET: &str = "planted secret: 100% +&=";
const FORM: &str = "application/x-www-form-urlencoded";

static RSA: LazyLock<Vec<u8>> =
    LazyLock::new(|| SigningKey::generate_rs256("id-1").unwrap().to_pkcs8_der().unwrap().as_bytes().to_vec());
pub(super) static CLIENT_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate_es256("svc-1").unwrap());

/// Who is signed in is told by the header field: `session/user/auth_time`.
pub(super) struct Users;

impl Accounts for Users {
    fn session<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Option<Session>, Unavailable>> {
        let told = headers.get("x-session").map(|value| value.to_str().unwrap().to_owned());
        Box::pin(async move {
            Ok(told.map(|told| {
                let parts: Vec<_> = told.split('/').collect();
                Session::new(parts[0], parts[1], Timestamp::from_secs(parts[2].parse().unwrap()))
            }))
        })
    }

    fn claims<'a>(
        &'a self,
        subject: &'a str,
        _scopes: &'a ScopeSet,
    ) -> BoxFuture<'a, Result<Option<Map<String, Value>>, Unavailable>> {
        let claims = json!({ "name": format!("Name of {subject}"), "email": format!("{subject}@school.example") });
        let known = matches!(subject, "ada" | "bob").then(|| claims.as_object().unwrap().clone());
        Box::pin(async move { Ok(known) })
    }
}

/// Sends the browser to addresses that name what is asked, and remembers it.
#[derive(Default)]
pub(super) struct Pages {
    pub(super) logins: Mutex<Vec<LoginRequest>>,
    pub(super) consents: Mutex<Vec<ConsentRequest>>,
}

impl Interaction for Pages {
    fn login(&self, request: LoginRequest) -> BoxFuture<'_, Result<Step, Unavailable>> {
        self.logins.lock().unwrap().push(request);
        Box::pin(async { Ok(Step::Redirect("https://id.example/pages/login".to_owned())) })
    }

    fn consent(&self, request: ConsentRequest) -> BoxFuture<'_, Result<Step, Unavailable>> {
        self.consents.lock().unwrap().push(request);
        Box::pin(async { Ok(Step::Redirect("https://id.example/pages/consent".to_owned())) })
    }
}

pub(super) struct NoKeySets;

impl KeySets for NoKeySets {
    fn key_set<'a>(&'a self, _: &'a Url, _: Option<&'a str>) -> BoxFuture<'a, Result<Arc<KeySet>, Unavailable>> {
        Box::pin(async { Err(Unavailable::new("connection refused at 10.0.0.7")) })
    }
}

pub(super) struct School {
    pub(super) clock: Arc<ManualClock>,
    pub(super) pages: Arc<Pages>,
    pub(super) provider: Arc<Provider>,
    router: Router,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(super) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[LOCATION].to_str().unwrap()
    }

    /// A parameter of the address that the browser is sent to, in query or fragment.
    pub(super) fn param(&self, name: &str) -> Option<String> {
        let url = Url::parse(self.location()).unwrap();
        let encoded = url.fragment().or(url.query()).unwrap_or_default();
        form_urlencoded::parse(encoded.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    pub(super) fn error(&self) -> String {
        if self.status == StatusCode::SEE_OTHER {
            return self.param("error").unwrap_or_default();
        }
        self.json()["error"].as_str().unwrap().to_owned()
    }

    pub(super) fn is_page(&self) -> bool {
        self.headers[CONTENT_TYPE].to_str().unwrap().starts_with("text/html") && !self.headers.contains_key(LOCATION)
    }
}

pub(super) fn clients() -> Vec<RegisteredClient> {
    let own = ClientJwks::try_from(jwks_document([&*CLIENT_KEY])).unwrap();
    vec![
        RegisteredClient::new("portal")
            .with_secret(AuthMethod::ClientSecretBasic, SECRET)
            .with_redirect_uris([CALLBACK, "https://portal.example/other"])
            .with_flows(
                ["code", "id_token", "id_token token", "code id_token"],
                ["authorization_code", "refresh_token", "client_credentials", "implicit"],
            )
            .with_scopes("openid profile email offline_access reports"),
        RegisteredClient::new("poster")
            .with_secret(AuthMethod::ClientSecretPost, SECRET)
            .with_redirect_uris(["https://poster.example/cb"])
            .with_flows(["code"], ["authorization_code", "client_credentials"])
            .with_scopes("openid reports"),
        RegisteredClient::new("app")
            .public()
            .native()
            .with_redirect_uris(["http://127.0.0.1/cb"])
            .with_scopes("openid offline_access")
            .with_flows(["code"], ["authorization_code", "refresh_token"]),
        RegisteredClient::new("service")
            .with_jwks(own)
            .with_flows(Vec::<String>::new(), ["client_credentials"])
            .with_scopes("reports"),
    ]
}

impl School {
    pub(super) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A school whose issuer serves in another way.
    pub(super) async fn with(change: impl FnOnce(&mut ProviderPolicy)) -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
        let pages = Arc::new(Pages::default());
        let key = SigningKey::from_pkcs8_der("id-1", &RSA).unwrap();
        let store = Arc::new(MemoryProviderStore::default());
        for client in clients() {
            store.put_client(ISSUER, client).await.unwrap();
        }
        let parts = ProviderParts {
            store,
            once: Arc::new(MemoryOnceStore::default()),
            keys: Arc::new(KeyRing::with_key(Arc::clone(&clock) as Arc<dyn Clock>, key)),
            key_sets: Arc::new(NoKeySets),
            accounts: Arc::new(Users),
            interaction: Arc::clone(&pages) as Arc<dyn Interaction>,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
        };
        let mut policy = ProviderPolicy::default();
        policy.scopes = ScopeSet::parse("openid profile email offline_access reports");
        policy.resources = vec!["https://api.example/".to_owned()];
        change(&mut policy);
        let other = Provider::new("https://id.example/other", parts.clone(), policy.clone()).unwrap();
        let provider = Arc::new(Provider::new(ISSUER, parts, policy).unwrap());
        let router = Providers::new().with(Arc::clone(&provider)).with(Arc::new(other)).router();
        Self { clock, pages, provider, router }
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Seen {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Seen { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub(super) async fn get(&self, url: &str, session: &str) -> Seen {
        let path = url.strip_prefix("https://id.example").unwrap_or(url);
        let mut request = Request::get(path);
        if !session.is_empty() {
            request = request.header("x-session", session);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(super) async fn post(&self, path: &str, header: (&str, &str), form: &[(&str, &str)]) -> Seen {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = Request::post(path).header(CONTENT_TYPE, FORM);
        if !header.0.is_empty() {
            request = request.header(header.0, header.1);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// A code request of the portal with changes: a value replaces, an empty one removes.
    pub(super) async fn authorize(&self, session: &str, changes: &[(&str, &str)]) -> Seen {
        self.get(&format!("/school/authorize?{}", encoded(changes)), session).await
    }

    /// Lets the user of the session consent to what was asked last.
    pub(super) async fn allow(&self, session: &str) -> Seen {
        let ticket = self.pages.consents.lock().unwrap().last().unwrap().ticket.clone();
        self.post(
            "/school/authorize/consent",
            ("x-session", session),
            &[("ticket", &ticket), ("decision", "allow_all")],
        )
        .await
    }

    /// A code for the portal, with consent.
    pub(super) async fn code(&self, changes: &[(&str, &str)]) -> String {
        let session = format!("s-1/ada/{NOW}");
        let mut seen = self.authorize(&session, changes).await;
        if seen.location() == "https://id.example/pages/consent" {
            seen = self.allow(&session).await;
        }
        seen.param("code").unwrap_or_else(|| panic!("{seen:?}"))
    }

    /// A token request of the portal by Basic.
    pub(super) async fn token(&self, form: &[(&str, &str)]) -> Seen {
        self.post("/school/token", ("authorization", &basic("portal", SECRET)), form).await
    }

    pub(super) async fn exchange(&self, code: &str) -> Seen {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub(super) async fn refresh(&self, token: &str) -> Seen {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub(super) async fn userinfo(&self, token: &str) -> Seen {
        let request = Request::get("/school/userinfo").header(AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

pub(super) fn encoded(changes: &[(&str, &str)]) -> String {
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", "portal"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid profile"),
        ("state", "st&1"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    pairs.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    pairs.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

pub(super) fn basic(id: &str, secret: &str) -> String {
    let form = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", form(id), form(secret))))
}

/// The claims of a token, unverified.
pub(super) fn claims(token: &str) -> Value {
    part(token, 1)
}

pub(super) fn header(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, at: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

/// A token that the key of the issuer signed.
pub(super) fn signed(claims: &Value) -> String {
    sign_compact(&SigningKey::from_pkcs8_der("id-1", &RSA).unwrap(), claims).unwrap()
}
