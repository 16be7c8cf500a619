//! An issuer on the loopback interface, with a layer before it that can alter what it answers.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, LOCATION};
use lti_core::Timestamp;
use lti_core::jose::{SigningKey, sign_compact};
use oauth2_issuer::clock::{Clock, SystemClock};
use oauth2_issuer::key_ring::KeyRing;
use oauth2_issuer::once::MemoryOnceStore;
use oauth2_issuer::server::provider::registration::RegistrationPolicy;
use oauth2_issuer::server::provider::{
    Accounts, AuthMethod, ConsentRequest, Interaction, LoginRequest, MemoryProviderStore, Provider, ProviderParts,
    ProviderPolicy, ProviderStore as _, Providers, RegisteredClient, ScopeSet, Session, Step,
};
use oauth2_issuer::server::token::KeySets;
use oauth2_issuer::{BoxFuture, Unavailable};
use serde_json::{Map, Value, json};
use url::Url;

pub(super) const CALLBACK: &str = "https://portal.example/cb";
pub(super) const SECRET: &str = "a secret with spaces, 100% & more=";

/// The keys of the issuer and of somebody else. They take a while to make.
static KEYS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    ["ours", "theirs"].map(|kid| SigningKey::generate_rs256(kid).unwrap().to_pkcs8_der().unwrap().as_bytes().to_vec())
});

fn key(number: usize) -> SigningKey {
    SigningKey::from_pkcs8_der("id-1", &KEYS[number]).unwrap()
}

/// Sends nobody on, and keeps no connection: those of one test's runtime are dead in the next.
pub(super) static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    client.pool_max_idle_per_host(0).build().unwrap()
});

/// Ada is signed in in every browser.
struct Ada;

impl Accounts for Ada {
    fn session<'a>(&'a self, _: &'a HeaderMap) -> BoxFuture<'a, Result<Option<Session>, Unavailable>> {
        Box::pin(async { Ok(Some(Session::new("s-1", "ada", SystemClock.now()))) })
    }

    fn claims<'a>(
        &'a self,
        _: &'a str,
        _: &'a ScopeSet,
    ) -> BoxFuture<'a, Result<Option<Map<String, Value>>, Unavailable>> {
        let claims = json!({ "name": "Ada Lovelace", "email": "ada@school.example", "email_verified": true });
        Box::pin(async move { Ok(claims.as_object().cloned()) })
    }
}

/// Nobody is asked anything: the client belongs to the school.
struct NoPages;

impl Interaction for NoPages {
    fn login(&self, _: LoginRequest) -> BoxFuture<'_, Result<Step, Unavailable>> {
        Box::pin(async { Err(Unavailable::new("there is no page")) })
    }

    fn consent(&self, _: ConsentRequest) -> BoxFuture<'_, Result<Step, Unavailable>> {
        Box::pin(async { Err(Unavailable::new("there is no page")) })
    }
}

struct NoKeySets;

impl KeySets for NoKeySets {
    fn key_set<'a>(
        &'a self,
        _: &'a Url,
        _: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Arc<lti_core::jose::KeySet>, Unavailable>> {
        Box::pin(async { Err(Unavailable::new("nothing is fetched here")) })
    }
}

/// What the layer alters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Alteration {
    None,
    DiscoveryIssuer,
    IdTokenIssuer,
    IdTokenAudience,
    IdTokenNonce,
    IdTokenExpired,
    IdTokenSignature,
    IdTokenUnsigned,
    IdTokenOtherKey,
    AccessTokenHash,
    UserInfoSubject,
    NoAccessToken,
}

#[derive(Clone)]
struct Layer {
    alteration: Alteration,
    key: Arc<SigningKey>,
}

/// A running issuer; the task ends with the runtime of the test.
pub(super) struct Issuer {
    pub(super) url: String,
    pub(super) store: Arc<MemoryProviderStore>,
}

impl Issuer {
    pub(super) async fn start(alteration: Alteration) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/school", listener.local_addr().unwrap());
        let layer = Layer { alteration, key: Arc::new(key(0)) };
        let store = Arc::new(MemoryProviderStore::default());
        let mut portal = RegisteredClient::new("portal")
            .with_secret(AuthMethod::ClientSecretBasic, SECRET)
            .with_redirect_uris([CALLBACK])
            .with_flows(["code"], ["authorization_code", "refresh_token", "client_credentials"])
            .with_scopes("openid profile email offline_access reports");
        portal.first_party = true;
        store.put_client(&url, portal).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let parts = ProviderParts {
            store: Arc::clone(&store) as _,
            once: Arc::new(MemoryOnceStore::default()),
            keys: Arc::new(KeyRing::with_key(Arc::clone(&clock), key(0))),
            key_sets: Arc::new(NoKeySets),
            accounts: Arc::new(Ada),
            interaction: Arc::new(NoPages),
            clock,
        };
        let mut policy = ProviderPolicy::default();
        policy.scopes = ScopeSet::parse("openid profile email offline_access reports");
        policy.registration = RegistrationPolicy::Open;
        let provider = Arc::new(Provider::new(&url, parts, policy).unwrap());
        let router: Router = Providers::new().with(provider).router().layer(from_fn_with_state(layer, alter));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, store }
    }

    /// What the browser of Ada brings back from the authorization endpoint.
    pub(super) async fn browse(&self, to: &Url) -> Vec<(String, String)> {
        let answer = HTTP.get(to.clone()).send().await.unwrap();
        assert_eq!(answer.status(), 303, "{answer:?}");
        let back = Url::parse(answer.headers()[LOCATION].to_str().unwrap()).unwrap();
        assert!(back.as_str().starts_with(CALLBACK), "{back}");
        back.query_pairs().into_owned().collect()
    }
}

/// The answer of the issuer, with one thing changed.
async fn alter(State(layer): State<Layer>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    if layer.alteration == Alteration::None {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let Ok(Value::Object(mut document)) = serde_json::from_slice::<Value>(&body) else {
        return Response::from_parts(parts, Body::from(body));
    };
    layer.change(&path, &mut document);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(Value::Object(document).to_string()))
}

impl Layer {
    fn change(&self, path: &str, document: &mut Map<String, Value>) {
        match (self.alteration, path) {
            (Alteration::DiscoveryIssuer, "/school/.well-known/openid-configuration") => {
                document["issuer"] = "https://other.example/school".into();
            }
            (Alteration::UserInfoSubject, "/school/userinfo") => document["sub"] = "bob".into(),
            (Alteration::NoAccessToken, "/school/token") => {
                document.remove("access_token");
            }
            (_, "/school/token") => {
                if let Some(Value::String(token)) = document.get_mut("id_token") {
                    *token = self.id_token(token);
                }
            }
            _ => {}
        }
    }

    fn id_token(&self, token: &str) -> String {
        let parts: Vec<&str> = token.split('.').collect();
        let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
        match self.alteration {
            Alteration::IdTokenIssuer => claims["iss"] = "https://other.example/school".into(),
            Alteration::IdTokenAudience => claims["aud"] = "another".into(),
            Alteration::IdTokenNonce => claims["nonce"] = "another".into(),
            Alteration::IdTokenExpired => claims["exp"] = Timestamp::from_secs(1_000_000_000).as_secs().into(),
            Alteration::AccessTokenHash => claims["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ".into(),
            Alteration::IdTokenSignature => {
                let last = if parts[2].starts_with('A') { "B" } else { "A" };
                return format!("{}.{}.{last}{}", parts[0], parts[1], &parts[2][1..]);
            }
            Alteration::IdTokenUnsigned => {
                return format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), parts[1]);
            }
            Alteration::IdTokenOtherKey => {
                return sign_compact(&key(1), &claims).unwrap();
            }
            _ => return token.to_owned(),
        }
        sign_compact(&self.key, &claims).unwrap()
    }
}
