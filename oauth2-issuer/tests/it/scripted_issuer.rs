//! An issuer of closures behind the scripted network: it signs what a test makes of it.

use std::sync::{Arc, LazyLock, Mutex};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti_core::Timestamp;
use lti_core::jose::{SigningKey, jwks_document, sign_compact};
use oauth2_issuer::clock::ManualClock;
use oauth2_issuer::once::MemoryOnceStore;
use oauth2_issuer::relying::issuer::{Credentials, IssuerId, IssuerRegistry, MemoryIssuerStore, Shown};
use oauth2_issuer::relying::secret::Vault;
use oauth2_issuer::relying::{CodeFlow, FlowParts, SessionId};
use serde_json::{Value, json};
use url::Url;

use crate::scripted_network::{Answer, ScriptedNetwork, Seen};

pub(crate) static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate_es256("k1").unwrap());
pub(crate) static OTHER_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate_es256("k2").unwrap());

pub(crate) const ISSUER: &str = "https://as.example";
pub(crate) const START: i64 = 1_700_000_000;

type Change = Box<dyn Fn(&mut Value) + Send + Sync>;

/// What the issuer answers, for a test to change.
#[derive(Default)]
pub(crate) struct Behaviour {
    /// Nonce and challenge of the request whose code is to be redeemed.
    pub(crate) request: Option<(String, String)>,
    /// Changes the claims before they are signed.
    pub(crate) claims: Option<Change>,
    /// Changes the token response.
    pub(crate) token: Option<Change>,
    /// Changes the `UserInfo` response.
    pub(crate) userinfo: Option<Change>,
    /// In place of the token endpoint's answer.
    pub(crate) token_answer: Option<Answer>,
    /// Signs with, and publishes, the other key.
    pub(crate) rotated: bool,
    /// Signs with the other key and publishes the first.
    pub(crate) foreign: bool,
    /// How many tokens were given.
    pub(crate) given: u32,
}

pub(crate) struct World {
    pub(crate) behaviour: Arc<Mutex<Behaviour>>,
    pub(crate) network: Arc<ScriptedNetwork>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) flow: Arc<CodeFlow>,
    pub(crate) registry: IssuerRegistry,
    pub(crate) issuer: IssuerId,
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn token(behaviour: &mut Behaviour, seen: &Seen) -> Answer {
    if let Some(answer) = &behaviour.token_answer {
        return answer.clone();
    }
    behaviour.given += 1;
    let number = behaviour.given;
    let access = format!("planted-access-{number}");
    let mut claims = json!({
        "iss": ISSUER, "aud": "client", "sub": "ada", "exp": START + 3_000, "iat": START, "given_name": "Ada",
    });
    if seen.field("grant_type").as_deref() == Some("authorization_code") {
        let (nonce, challenge) = behaviour.request.take().expect("a request");
        let verifier = seen.field("code_verifier").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())), challenge);
        assert_eq!(seen.field("code").as_deref(), Some("planted-code"));
        claims["nonce"] = nonce.into();
    }
    let half = &digest(&SHA256, access.as_bytes()).as_ref()[..16].to_vec();
    claims["at_hash"] = URL_SAFE_NO_PAD.encode(half).into();
    if let Some(change) = &behaviour.claims {
        change(&mut claims);
    }
    let key = if behaviour.rotated || behaviour.foreign { &*OTHER_KEY } else { &*KEY };
    let mut body = json!({
        "access_token": access, "token_type": "bearer", "expires_in": 600, "refresh_token": format!("planted-refresh-{number}"),
        "id_token": sign_compact(key, &claims).unwrap(), "session_state": {},
    });
    if let Some(change) = &behaviour.token {
        change(&mut body);
    }
    Some((200, body.to_string()))
}

fn answer(behaviour: &mut Behaviour, seen: &Seen) -> Answer {
    match seen.url.path() {
        "/.well-known/openid-configuration" => Some((
            200,
            json!({
                "issuer": ISSUER, "authorization_endpoint": "https://as.example/auth?tenant=1",
                "token_endpoint": "https://as.example/token", "userinfo_endpoint": "https://as.example/me",
                "jwks_uri": "https://as.example/jwks", "authorization_response_iss_parameter_supported": true,
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            })
            .to_string(),
        )),
        "/jwks" => {
            let key = if behaviour.rotated { &*OTHER_KEY } else { &*KEY };
            Some((200, jwks_document([key]).to_string()))
        }
        "/token" => token(behaviour, seen),
        "/me" => {
            let mut said = json!({ "sub": "ada", "email": "ada@school.example", "email_verified": true });
            if let Some(change) = &behaviour.userinfo {
                change(&mut said);
            }
            Some((200, said.to_string()))
        }
        "/api" => {
            let spent = seen.bearer.as_deref() == Some("planted-access-1") && behaviour.token_answer.is_none();
            Some((if spent && seen.url.query() == Some("revoked") { 401 } else { 200 }, "{}".to_owned()))
        }
        _ => Some((404, String::new())),
    }
}

pub(crate) async fn world() -> World {
    let behaviour = Arc::new(Mutex::new(Behaviour::default()));
    let shared = Arc::clone(&behaviour);
    let network = Arc::new(ScriptedNetwork::new(move |seen| answer(&mut shared.lock().unwrap(), seen)));
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(START)));
    let store = Arc::new(MemoryIssuerStore::default());
    let registry = IssuerRegistry::new(store.clone(), network.clone());
    let credentials = Credentials::new("client", Some("planted-client-secret".into()));
    let issuer = registry.add("openid", Some(ISSUER), Some(credentials)).await.unwrap();
    let mut record = registry.get(issuer).await.unwrap();
    record.shown = Shown::Everywhere;
    record.login_parameters = vec![("prompt".to_owned(), "login".to_owned()), ("state".to_owned(), "x".to_owned())];
    record.offline_parameters = vec![("prompt".to_owned(), "consent".to_owned())];
    store_update(&registry, &record).await;
    let flow = Arc::new(CodeFlow::new(FlowParts {
        issuers: store,
        network: network.clone(),
        once: Arc::new(MemoryOnceStore::default()),
        clock: clock.clone(),
        vault: Arc::new(Vault::new([9; 32])),
        redirect_uri: "https://school.example/callback".parse().unwrap(),
    }));
    World { behaviour, network, clock, flow, registry, issuer }
}

pub(crate) async fn store_update(registry: &IssuerRegistry, record: &oauth2_issuer::relying::issuer::RegisteredIssuer) {
    assert!(registry.store().update(record).await.unwrap());
}

impl World {
    /// The authorization response to a request: a code, unless the test says otherwise.
    pub(crate) fn respond(&self, login_url: &Url) -> Vec<(String, String)> {
        let nonce_and_challenge = (parameter(login_url, "nonce"), parameter(login_url, "code_challenge"));
        self.behaviour.lock().unwrap().request = Some(nonce_and_challenge);
        pairs(&[
            ("code", "planted-code"),
            ("state", &parameter(login_url, "state")),
            ("iss", ISSUER),
            ("session_state", "ignored"),
        ])
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.lock().unwrap());
    }
}

pub(crate) fn pairs(parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn session() -> SessionId {
    SessionId::new("planted-session")
}
