//! The issuer that the suite plays: sound in everything but what the case at hand changes. It stands twice, the second time
//! below `/second`, for clients that know two issuers.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

use super::{
    config::ClientConfig,
    grant::{Grant, half_hash},
    ledger::{Call, Endpoint},
    play::{Answer, Channel, Play, Scene, id_token, userinfo},
};
use crate::{
    clock::SuiteClock,
    config::Secret,
    exchange::{AuthRequest, Person},
    forge::Token,
    keys::Keys,
    platform::{FOREIGN_KID, PLATFORM_KID},
    tls::certificate_of,
    transport::{Request, Response},
};

/// Where the second issuer lies below the first.
pub(super) const SECOND: &str = "/second";
/// Where endpoints lie that only a changed discovery document names: who comes there has used it.
pub(super) const CHANGED: &str = "/changed";
/// Where a key set lies that only a token's header names.
pub const STRAY_KEYS: &str = "/stray/jwks";
/// Where the certificate of the same key lies.
pub const STRAY_CERTIFICATE: &str = "/stray/x5u";

/// One issuer of the suite, as the client knows it.
#[derive(Debug, Clone)]
pub struct Owner {
    /// The first is 0.
    pub index: usize,
    /// The issuer identifier.
    pub issuer: String,
    /// The client id that it gave to the client.
    pub client_id: String,
    /// The secret that goes with it.
    pub secret: Option<Secret>,
    /// Where the browser comes from that it sends back: scheme, host and port.
    pub origin: String,
}

impl Owner {
    /// An address below the issuer.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }
}

/// The issuers of a run.
#[derive(Clone)]
pub struct PlayedIssuer {
    shared: Arc<Shared>,
}

struct Shared {
    owners: [Owner; 2],
    keys: Keys,
    clock: SuiteClock,
    trusted: Option<String>,
    /// Whether authorization responses name their issuer (RFC 9207), which older clients do not expect.
    names_itself: bool,
    /// Begins what no other run may have had.
    run: String,
    state: Mutex<State>,
}

pub(super) struct State {
    /// What is changed now, in what is answered to everybody.
    play: Play,
    pub(super) codes: HashMap<String, Grant>,
    pub(super) access: HashMap<String, Grant>,
    pub(super) refresh: HashMap<String, Grant>,
    calls: Vec<Call>,
    number: u64,
    keys_asked: bool,
    discovery_asked: bool,
    /// Begins every code and token of this run.
    run: String,
}

impl State {
    /// A value that nobody has seen before.
    pub(super) fn fresh(&mut self, word: &str) -> String {
        self.number += 1;
        format!("suite-{word}-{}{:04}", self.run, self.number)
    }
}

impl fmt::Debug for PlayedIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlayedIssuer").field("issuer", &self.shared.owners[0].issuer).finish_non_exhaustive()
    }
}

impl PlayedIssuer {
    /// The issuers that this configuration asks for. `run` begins every code and token.
    pub fn new(config: &ClientConfig, keys: Keys, clock: SuiteClock, run: &str) -> Self {
        let root = config.issuer.public_url.as_str().trim_end_matches('/').to_owned();
        let origin = config.issuer.public_url.origin().ascii_serialization();
        let client = &config.client;
        let first = Owner {
            index: 0,
            issuer: root.clone(),
            client_id: client.client_id.clone(),
            secret: client.client_secret.clone(),
            origin: origin.clone(),
        };
        let second = Owner {
            index: 1,
            issuer: format!("{root}{SECOND}"),
            client_id: config.second.as_ref().map_or_else(String::new, |second| second.client_id.clone()),
            secret: config.second.as_ref().and_then(|second| second.client_secret.clone()),
            origin,
        };
        let state = State {
            play: Play::sound(Person::learner()),
            codes: HashMap::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
            calls: Vec::new(),
            number: 0,
            keys_asked: false,
            discovery_asked: false,
            run: run.to_owned(),
        };
        let trusted = client.trusted_audiences.as_ref().and_then(|trusted| trusted.first()).cloned();
        Self {
            shared: Arc::new(Shared {
                owners: [first, second],
                keys,
                clock,
                trusted,
                names_itself: client.declares("rfc9207"),
                run: run.to_owned(),
                state: Mutex::new(state),
            }),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One of the two issuers.
    pub fn owner(&self, index: usize) -> &Owner {
        &self.shared.owners[usize::from(index > 0)]
    }

    /// The time.
    pub(super) fn now(&self) -> i64 {
        self.shared.clock.now()
    }

    /// The time, for what may wait.
    pub fn clock(&self) -> &SuiteClock {
        &self.shared.clock
    }

    /// Whether authorization responses name their issuer.
    pub fn names_itself(&self) -> bool {
        self.shared.names_itself
    }

    /// Whether the client has asked for a key set in this run.
    pub fn keys_asked(&self) -> bool {
        self.state().keys_asked
    }

    /// Whether the client has read a discovery document in this run.
    pub fn discovery_asked(&self) -> bool {
        self.state().discovery_asked
    }

    /// What changes of this issuer can use.
    pub fn scene(&self, index: usize, channel: Channel) -> Scene<'_> {
        Scene {
            owner: self.owner(index),
            other: self.owner(1 - usize::from(index > 0)),
            keys: &self.shared.keys,
            now: self.now(),
            trusted: self.shared.trusted.as_deref(),
            channel,
            run: &self.shared.run,
        }
    }

    /// From now on everybody is answered so; what was begun before keeps its answers.
    pub fn stage(&self, play: &Play) {
        self.state().play = play.clone();
    }

    /// What is answered to everybody now.
    pub fn staged(&self) -> Play {
        self.state().play.clone()
    }

    /// The requests since this was last asked.
    pub fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.state().calls)
    }

    /// The ID token of this play for this request, changed as the case asks. `bound` is what goes along with it: the claim
    /// that holds its hash, and the value.
    pub fn id_token(&self, play: &Play, request: &AuthRequest, channel: Channel, bound: Option<(&str, &str)>) -> Token {
        let scene = self.scene(request.issuer, channel);
        let mut token = id_token(&scene, &play.person, request);
        if let Some((claim, value)) = bound {
            token.set(claim, half_hash(value));
        }
        (play.changes.token)(&mut token, &scene);
        token
    }

    /// The issuer whose authorization endpoint this is, and whether only a changed discovery document names it.
    pub fn authorization(&self, url: &Url) -> Option<(usize, bool)> {
        let mut bare = url.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        (0..2).rev().find_map(|index| {
            let rest = bare.as_str().strip_prefix(self.owner(index).issuer.as_str())?;
            match rest.strip_prefix(CHANGED) {
                Some("/authorize") => Some((index, true)),
                _ => (rest == "/authorize").then_some((index, false)),
            }
        })
    }

    /// Answers a request of the client.
    pub fn handle(&self, request: &Request) -> Response {
        let root = Url::parse(&self.owner(0).issuer).ok();
        let base = root.as_ref().map_or("", |root| root.path().trim_end_matches('/')).to_owned();
        let path = request.uri().path();
        let place = place(path.strip_prefix(base.as_str()).unwrap_or(path));
        let (issuer, endpoint, _) = place;
        let origin = self.owner(0).origin.clone();
        let mut call = Call::of(place, format!("{origin}{path}"), self.now(), request);
        let answer = match endpoint {
            Endpoint::Discovery => self.discovery(issuer),
            Endpoint::Keys => self.key_set(issuer),
            Endpoint::Stray => self.stray(path.ends_with(STRAY_CERTIFICATE)),
            Endpoint::Token => self.token(issuer, &call),
            Endpoint::Userinfo => self.userinfo(&call),
            Endpoint::Astray => {
                Answer::of(StatusCode::NOT_FOUND, json!({"error": "nothing is served at this address"}))
            }
        };
        call.status = answer.status.as_u16();
        let mut state = self.state();
        state.keys_asked |= endpoint == Endpoint::Keys;
        state.discovery_asked |= endpoint == Endpoint::Discovery;
        state.calls.push(call);
        drop(state);
        written(answer, endpoint)
    }

    fn discovery(&self, index: usize) -> Answer {
        let owner = self.owner(index);
        let mut answer = Answer::of(
            StatusCode::OK,
            json!({
                "issuer": owner.issuer,
                "authorization_endpoint": owner.url("/authorize"),
                "token_endpoint": owner.url("/token"),
                "userinfo_endpoint": owner.url("/userinfo"),
                "jwks_uri": owner.url("/jwks"),
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "response_types_supported": ["code", "id_token", "code id_token"],
                "response_modes_supported": ["query", "form_post"],
                "grant_types_supported": ["authorization_code", "implicit", "refresh_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic", "client_secret_post", "private_key_jwt", "none",
                ],
                "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
                "code_challenge_methods_supported": ["S256"],
                "claims_supported": ["sub", "name", "given_name", "family_name", "email", "auth_time"],
            }),
        );
        if self.names_itself() {
            answer.set("authorization_response_iss_parameter_supported", true);
        }
        let changes = self.state().play.changes;
        (changes.metadata)(&mut answer, &self.scene(index, Channel::Back));
        answer
    }

    /// The stranger's key, as a key set or as a certificate.
    fn stray(&self, certificate: bool) -> Answer {
        let stranger = &self.shared.keys.stranger;
        let mut answer = Answer::of(StatusCode::OK, json!({"keys": [stranger.jwk(PLATFORM_KID)]}));
        if certificate {
            match certificate_of(stranger) {
                Ok(pem) => answer.raw = Some(Bytes::from(pem)),
                Err(error) => answer = Answer::of(StatusCode::NOT_FOUND, json!({"error": error.to_string()})),
            }
        }
        answer
    }

    fn key_set(&self, index: usize) -> Answer {
        let keys = &self.shared.keys;
        let mut published =
            vec![if index == 0 { keys.platform.jwk(PLATFORM_KID) } else { keys.foreign.jwk(FOREIGN_KID) }];
        let changes = self.state().play.changes;
        let scene = self.scene(index, Channel::Back);
        if index == 0 {
            (changes.keys)(&mut published, &scene);
        }
        let mut answer = Answer::of(StatusCode::OK, json!({ "keys": published }));
        if index == 0 {
            (changes.keys_answer)(&mut answer, &scene);
        }
        answer
    }

    fn userinfo(&self, call: &Call) -> Answer {
        let header = call.authorization.as_deref().and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let token = header.or_else(|| call.field("access_token")).or_else(|| call.parameter("access_token"));
        let state = self.state();
        let grant = token.and_then(|token| state.access.get(token)).cloned();
        drop(state);
        let Some(grant) = grant.filter(|grant| grant.request.issuer == call.issuer && grant.until >= self.now()) else {
            return Answer::of(StatusCode::UNAUTHORIZED, json!({"error": "invalid_token"}));
        };
        let mut answer = userinfo(&grant.play.person);
        (grant.play.changes.userinfo)(&mut answer, &self.scene(call.issuer, Channel::Back));
        answer
    }
}

/// Which issuer and endpoint lies at this path below the root.
fn place(path: &str) -> (usize, Endpoint, bool) {
    let (issuer, rest) = match path.strip_prefix(SECOND) {
        Some(rest) => (1, rest),
        None => (0, path),
    };
    let (changed, rest) = rest.strip_prefix(CHANGED).map_or((false, rest), |rest| (true, rest));
    let endpoint = match rest {
        "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server" => Endpoint::Discovery,
        // RFC 8414, 3.1 puts the issuer's path behind the well-known one.
        "/.well-known/oauth-authorization-server/second" => return (1, Endpoint::Discovery, false),
        "/jwks" => Endpoint::Keys,
        "/token" => Endpoint::Token,
        "/userinfo" => Endpoint::Userinfo,
        STRAY_KEYS | STRAY_CERTIFICATE => Endpoint::Stray,
        _ => Endpoint::Astray,
    };
    (issuer, endpoint, changed)
}

/// An answer on the wire.
fn written(answer: Answer, endpoint: Endpoint) -> Response {
    let is_chain = endpoint == Endpoint::Stray && answer.raw.is_some();
    let media_type = if is_chain { "application/pem-certificate-chain" } else { "application/json" };
    let body = answer.raw.unwrap_or_else(|| Bytes::from(Value::Object(answer.members).to_string()));
    let mut response = http::Response::new(body);
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if answer.status == StatusCode::UNAUTHORIZED {
        let challenge = if endpoint == Endpoint::Token { "Basic realm=\"suite\"" } else { "Bearer realm=\"suite\"" };
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}
