//! What stands between the world and the sound provider: it looks at each answer and rewrites it as the faults say.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use oauth2_issuer::{BoxFuture, clock::Clock as _};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use url::Url;

use super::{
    Armed, Endpoint, Fault, Ledger, MockClock, Place,
    keys::IssuerKeys,
    ledger::Asked,
    rewrite::{
        self, authorization::Reply, discovery, id_token::Forge, id_token::Issued, jwks, set_json, token, transport,
        userinfo,
    },
};
use crate::keys::KeyError;

/// The largest answer of the provider that is read, in bytes.
const ANSWER_LIMIT: usize = 4 << 20;

/// Waits so long; injected, so that a test need not wait.
pub type Wait = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Makes of the query of an authorization request one in the session of another user, with another nonce and another
/// challenge.
pub(crate) type OtherSession = Arc<dyn Fn(String) -> BoxFuture<'static, Option<Request<Bytes>>> + Send + Sync>;

/// The layer of one issuer.
pub(crate) struct Layer {
    pub(crate) issuer: Url,
    /// The path of the issuer, without a slash at its end.
    pub(crate) base: String,
    pub(crate) provider: Router,
    pub(crate) keys: IssuerKeys,
    pub(crate) clock: MockClock,
    pub(crate) armed: Armed,
    pub(crate) ledger: Ledger,
    pub(crate) wait: Wait,
    pub(crate) other_session: OtherSession,
    issued: Issued,
    /// The query of the last authorization request of each `state`: a user who had to sign in comes back without it.
    requests: Mutex<HashMap<String, String>>,
    /// Refresh tokens that were not rotated: as the client knows them, and as the provider does.
    unrotated: Mutex<HashMap<String, String>>,
    /// The access tokens that came beside an ID token whose subject was too long.
    beside_long: Mutex<HashSet<String>>,
}

/// The parts of a layer.
pub(crate) struct Parts {
    pub(crate) issuer: Url,
    pub(crate) provider: Router,
    pub(crate) keys: IssuerKeys,
    pub(crate) clock: MockClock,
    pub(crate) wait: Wait,
    pub(crate) other_session: OtherSession,
}

/// The faults of one answer: what is switched on, and what has bitten.
struct Bites<'a> {
    layer: &'a Layer,
    endpoint: Endpoint,
    bitten: Vec<Fault>,
}

impl Bites<'_> {
    fn armed(&self, place: Place) -> Vec<Fault> {
        self.layer.armed.at(place, self.endpoint)
    }

    /// Lets a fault bite, unless another answer got it first.
    fn claim(&mut self, fault: Fault) -> bool {
        let claimed = self.layer.armed.claim(fault, self.endpoint);
        if claimed {
            self.bitten.push(fault);
        }
        claimed
    }

    /// Tries a change on a copy, and keeps it when the fault changes something and may bite.
    fn apply(&mut self, fault: Fault, answer: &mut Response<Bytes>, edit: impl FnOnce(&mut Response<Bytes>) -> bool) {
        let mut trial = answer.clone();
        if edit(&mut trial) && self.claim(fault) {
            *answer = trial;
        }
    }
}

impl Layer {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            base: parts.issuer.path().trim_end_matches('/').to_owned(),
            issuer: parts.issuer,
            provider: parts.provider,
            keys: parts.keys,
            clock: parts.clock,
            armed: Armed::default(),
            ledger: Ledger::default(),
            wait: parts.wait,
            other_session: parts.other_session,
            issued: Issued::default(),
            requests: Mutex::default(),
            unrotated: Mutex::default(),
            beside_long: Mutex::default(),
        }
    }

    /// The issuer identifier as it stands in tokens.
    pub(crate) fn identifier(&self) -> &str {
        self.issuer.as_str().trim_end_matches('/')
    }

    /// Answers a request: soundly, but for the faults that are switched on.
    pub(crate) async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let endpoint = Endpoint::at(&self.base, request.uri().path());
        if endpoint == Endpoint::Page {
            return self.ask(request).await;
        }
        let asked = Asked {
            at: self.clock.now().as_secs(),
            endpoint,
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            sent: request.body().clone(),
        };
        let mut bites = Bites { layer: self, endpoint, bitten: Vec::new() };
        // A key that cannot be made is the mock's own failure, and no fault.
        let answer = self.answer(&mut bites, request).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the mock issuer cannot forge");
            rewrite::error(StatusCode::INTERNAL_SERVER_ERROR, "mock_issuer_failed", "the mock issuer cannot forge")
        });
        let shown = (answer.extensions().get() != Some(&transport::Cut { whole: 0 })).then_some(&answer);
        self.ledger.record(asked, shown, bites.bitten);
        answer
    }

    async fn answer(&self, bites: &mut Bites<'_>, request: Request<Bytes>) -> Result<Response<Bytes>, KeyError> {
        let on_the_way = bites.armed(Place::Transport);
        for fault in &on_the_way {
            if let Some(time) = transport::wait(*fault)
                && bites.claim(*fault)
            {
                (self.wait)(time).await;
            }
            if let Some(answer) = transport::instead(*fault)
                && bites.claim(*fault)
            {
                return Ok(answer);
            }
        }
        let mut answer = self.forged(bites, request).await?;
        for fault in on_the_way {
            bites.apply(fault, &mut answer, |answer| transport::rewrite(fault, answer));
        }
        Ok(answer)
    }

    /// The provider's answer with the faults of its endpoint.
    async fn forged(&self, bites: &mut Bites<'_>, request: Request<Bytes>) -> Result<Response<Bytes>, KeyError> {
        match bites.endpoint {
            Endpoint::Discovery => {
                let uri = request.uri().clone();
                let mut answer = self.ask(request).await;
                for fault in bites.armed(Place::Discovery) {
                    bites.apply(fault, &mut answer, |answer| discovery::rewrite(fault, &uri, answer));
                }
                Ok(answer)
            }
            Endpoint::Jwks => self.key_set(bites, request).await,
            Endpoint::UserInfo => {
                let long = self.came_beside_long(&request);
                let mut answer = self.ask(request).await;
                if long {
                    userinfo::name_at_length(&mut answer);
                }
                for fault in bites.armed(Place::UserInfo) {
                    bites.apply(fault, &mut answer, |answer| userinfo::rewrite(fault, answer));
                }
                Ok(answer)
            }
            Endpoint::Token => self.token(bites, request).await,
            Endpoint::Authorization => self.authorization(bites, request).await,
            Endpoint::StrangerKeys => strangers_keys(request.uri().path()),
            _ => Ok(self.ask(request).await),
        }
    }

    async fn key_set(&self, bites: &mut Bites<'_>, request: Request<Bytes>) -> Result<Response<Bytes>, KeyError> {
        let mut answer = self.ask(request).await;
        for fault in bites.armed(Place::Jwks) {
            let mut failed = None;
            bites.apply(fault, &mut answer, |answer| {
                jwks::rewrite(fault, answer).unwrap_or_else(|error| {
                    failed = Some(error);
                    false
                })
            });
            if let Some(error) = failed {
                return Err(error);
            }
        }
        Ok(answer)
    }

    async fn token(&self, bites: &mut Bites<'_>, request: Request<Bytes>) -> Result<Response<Bytes>, KeyError> {
        let armed = bites.armed(Place::Token);
        for fault in &armed {
            if let Some(answer) = token::refusal(*fault)
                && bites.claim(*fault)
            {
                return Ok(answer);
            }
        }
        let grant = parameter(request.body(), "grant_type");
        if grant.as_deref() == Some("authorization_code") {
            self.rotate_before_signing(bites)?;
        }
        let presented = parameter(request.body(), "refresh_token");
        let mut answer = self.ask(self.with_real_refresh_token(request, presented.as_deref())).await;
        self.forge_id_token(bites, &mut answer)?;
        for fault in armed {
            if fault == Fault::TokenRefreshTokenNotRotated {
                let Some(presented) = presented.as_deref().filter(|_| grant.as_deref() == Some("refresh_token")) else {
                    continue;
                };
                bites.apply(fault, &mut answer, |answer| self.keep_refresh_token(presented, answer));
            } else {
                bites.apply(fault, &mut answer, |answer| token::rewrite(fault, answer));
            }
        }
        Ok(answer)
    }

    fn rotate_before_signing(&self, bites: &mut Bites<'_>) -> Result<(), KeyError> {
        if self.armed.at(Place::Jwks, bites.endpoint).contains(&Fault::JwksRotated) && bites.claim(Fault::JwksRotated) {
            self.keys.rotate().map_err(|error| KeyError::Crypto(error.to_string()))?;
        }
        Ok(())
    }

    /// Puts the refresh token that the provider knows in place of one that was not rotated.
    fn with_real_refresh_token(&self, mut request: Request<Bytes>, presented: Option<&str>) -> Request<Bytes> {
        let unrotated = self.unrotated.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(real) = presented.and_then(|presented| unrotated.get(presented)) else { return request };
        let pairs = form_urlencoded::parse(request.body()).into_owned();
        let pairs =
            pairs.map(|(name, value)| if name == "refresh_token" { (name, real.clone()) } else { (name, value) });
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        request.headers_mut().remove(http::header::CONTENT_LENGTH);
        *request.body_mut() = body.into();
        request
    }

    /// Answers the refresh token that was sent, and remembers which one the provider gave in its place.
    fn keep_refresh_token(&self, presented: &str, answer: &mut Response<Bytes>) -> bool {
        let Some(mut members) = rewrite::object(answer) else { return false };
        let Some(Value::String(new)) = members.insert("refresh_token".to_owned(), json!(presented)) else {
            return false;
        };
        self.unrotated.lock().unwrap_or_else(PoisonError::into_inner).insert(presented.to_owned(), new);
        set_json(answer, &Value::Object(members));
        true
    }

    fn forge_id_token(&self, bites: &mut Bites<'_>, answer: &mut Response<Bytes>) -> Result<(), KeyError> {
        let Some(mut members) = rewrite::object(answer) else { return Ok(()) };
        let Some(Value::String(original)) = members.get("id_token") else { return Ok(()) };
        let forged = self.forge(bites, original)?;
        if forged != *original {
            members.insert("id_token".to_owned(), json!(forged));
            if let Some(Value::String(access)) = members.get("access_token")
                && bites.bitten.contains(&Fault::IdTokenSubLong)
            {
                self.beside_long.lock().unwrap_or_else(PoisonError::into_inner).insert(access.clone());
            }
            set_json(answer, &Value::Object(members));
        }
        Ok(())
    }

    /// Whether a request brings an access token that came beside an ID token whose subject was too long.
    fn came_beside_long(&self, request: &Request<Bytes>) -> bool {
        let header = request.headers().get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.split_once(' ')).map(|(_, token)| token.trim());
        let known = self.beside_long.lock().unwrap_or_else(PoisonError::into_inner);
        token.is_some_and(|token| known.contains(token))
    }

    fn forge(&self, bites: &mut Bites<'_>, original: &str) -> Result<String, KeyError> {
        let before = self.issued.remember(original);
        let now = self.clock.now().as_secs();
        let forge = Forge { issuer: self.identifier(), keys: &self.keys, now, before };
        let armed = bites.armed(Place::IdToken);
        forge.rewrite(original, &armed, |fault| bites.claim(fault))
    }

    async fn authorization(&self, bites: &mut Bites<'_>, request: Request<Bytes>) -> Result<Response<Bytes>, KeyError> {
        let armed = bites.armed(Place::Authorization);
        let query = request.uri().query().unwrap_or_default().to_owned();
        if let Some(state) = parameter(query.as_bytes(), "state") {
            self.requests.lock().unwrap_or_else(PoisonError::into_inner).insert(state, query.clone());
        }
        if query.contains("id_token") {
            self.rotate_before_signing(bites)?;
        }
        let mut answer = self.ask(request).await;
        let Some(mut reply) = Reply::read(&self.issuer, &answer) else { return Ok(answer) };
        let mut changed = false;
        if let Some(original) = reply.get("id_token").map(str::to_owned) {
            let forged = self.forge(bites, &original)?;
            changed |= reply.replace("id_token", &forged);
        }
        for fault in armed {
            let mut trial = reply.clone();
            let differs = if fault == Fault::AuthorizationCodeOfAnother {
                let code = self.code_of_another(&reply).await;
                code.is_some_and(|code| trial.replace("code", &code))
            } else {
                trial.rewrite(fault)
            };
            if differs && bites.claim(fault) {
                reply = trial;
                changed = true;
            }
        }
        if changed {
            reply.write(&mut answer);
        }
        Ok(answer)
    }

    /// A code that the provider issued for the same client in another user's session.
    async fn code_of_another(&self, reply: &Reply) -> Option<String> {
        reply.get("code")?;
        let query = self.requests.lock().unwrap_or_else(PoisonError::into_inner).get(reply.get("state")?).cloned()?;
        let answer = self.ask((self.other_session)(query).await?).await;
        Reply::read(&self.issuer, &answer)?.get("code").map(str::to_owned)
    }

    /// What the sound provider answers.
    pub(crate) async fn ask(&self, request: Request<Bytes>) -> Response<Bytes> {
        let head = request.method() == Method::HEAD;
        let Ok(answer) = self.provider.clone().oneshot(request.map(Body::from)).await;
        let (parts, body) = answer.into_parts();
        match axum::body::to_bytes(body, ANSWER_LIMIT).await {
            Ok(body) => Response::from_parts(parts, if head { Bytes::new() } else { body }),
            Err(error) => {
                tracing::error!(%error, "the provider's answer cannot be read");
                rewrite::error(StatusCode::INTERNAL_SERVER_ERROR, "mock_issuer_failed", "the answer cannot be read")
            }
        }
    }
}

fn strangers_keys(path: &str) -> Result<Response<Bytes>, KeyError> {
    let mut answer = Response::new(Bytes::new());
    if path.ends_with("/jwks") {
        rewrite::set_media_type(&mut answer, "application/json");
        set_json(&mut answer, &super::keys::stranger_jwks()?);
    } else {
        rewrite::set_media_type(&mut answer, "application/pem-certificate-chain");
        rewrite::set_body(&mut answer, super::keys::stranger_certificate()?);
    }
    Ok(answer)
}

fn parameter(body: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(body).find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
}
