//! What a token costs the issuer: from the form with the client's assertion to the signed access token.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use futures_util::FutureExt as _;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, StatusCode};
use lti_core::jose::{CompactJws, KeySet, sign_compact};
use oauth2_issuer::clock::{Clock, SystemClock};
use oauth2_issuer::key_ring::KeyRing;
use oauth2_issuer::once::MemoryOnceStore;
use oauth2_issuer::server::provider::{
    Accounts, ClientJwks, ConsentRequest, Interaction, LoginRequest, MemoryProviderStore, Provider, ProviderParts,
    ProviderPolicy, ProviderStore as _, RegisteredClient, ScopeSet, Session, Step,
};
use oauth2_issuer::server::token::KeySets;
use oauth2_issuer::{BoxFuture, Unavailable};
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;
use url::Url;

use crate::Failure;
use crate::sample::{CLIENT, ISSUER, Sample};
use crate::turns::Turns;

/// How many assertions are signed beforehand, so that the time between two turns stays short.
const BATCH: usize = 24;

/// From the body of the token request to the answer with the signed token, through the issuer's router: the form is read,
/// the client found, its assertion verified and its `jti` claimed.
pub(crate) fn token_issue(sample: &Sample, rounds: usize) -> Result<Turns, Failure> {
    let router = issuer(sample)?;
    let mut turns = Turns::default();
    for round in 0..rounds {
        let requests: Vec<_> =
            (0..BATCH).map(|number| Asked::prepare(sample, round * BATCH + number)).collect::<Result<_, _>>()?;
        for asked in requests {
            let token = sign_compact(&sample.key, &json!({ "iss": ISSUER, "sub": CLIENT, "client_id": CLIENT }))?;
            let issued = CompactJws::parse(&token)?;
            let sent = CompactJws::parse(&asked.assertion)?;
            // The two operations that nobody can do without: the assertion is verified, the token is signed.
            let floor = || {
                sample.raw_verify(sent.signing_input(), sent.signature())?;
                sample.raw_sign(issued.signing_input())
            };
            let body = asked.body.clone();
            turns.take(floor, || exchange(&router, body))?;
        }
    }
    Ok(turns)
}

/// One token request.
struct Asked {
    assertion: String,
    body: String,
}

impl Asked {
    fn prepare(sample: &Sample, number: usize) -> Result<Self, Failure> {
        let now = SystemClock.now();
        let claims = json!({
            "iss": CLIENT, "sub": CLIENT, "aud": format!("{ISSUER}/token"), "iat": now,
            "exp": now + Duration::from_mins(5), "jti": format!("5f0e2c71-{number}"),
        });
        let assertion = sign_compact(&sample.key, &claims)?;
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            .append_pair("client_assertion", &assertion)
            .append_pair("scope", "https://purl.imsglobal.org/spec/lti-ags/scope/score")
            .finish();
        Ok(Self { assertion, body })
    }
}

/// The answer with its token. Nothing in it waits: store and keys are in memory.
fn exchange(router: &Router, body: String) -> Option<axum::body::Bytes> {
    let request = Request::post("/token").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = request.body(Body::from(black_box(body))).ok()?;
    let response = router.clone().oneshot(request).now_or_never()?.ok()?;
    let good = response.status() == StatusCode::OK;
    to_bytes(response.into_body(), usize::MAX).now_or_never()?.ok().filter(|_| good)
}

/// An issuer with one client, which registered its key by value.
fn issuer(sample: &Sample) -> Result<Router, Failure> {
    let scope = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
    let store = Arc::new(MemoryProviderStore::default());
    let client = RegisteredClient::new(CLIENT)
        .with_jwks(ClientJwks::try_from(serde_json::from_str::<Value>(&sample.jwks())?)?)
        .with_flows(Vec::<String>::new(), ["client_credentials"])
        .with_scopes(scope);
    store.put_client(ISSUER, client).now_or_never().ok_or("the store waits for something")??;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let parts = ProviderParts {
        store,
        once: Arc::new(MemoryOnceStore::default()),
        keys: Arc::new(KeyRing::with_key(Arc::clone(&clock), sample.same_key()?)),
        key_sets: Arc::new(Nobody),
        accounts: Arc::new(Nobody),
        interaction: Arc::new(Nobody),
        clock,
    };
    let mut policy = ProviderPolicy::default();
    policy.scopes = ScopeSet::parse(scope);
    Ok(Arc::new(Provider::new(ISSUER, parts, policy)?).router())
}

/// No user, no page, no network: a client speaks for itself.
struct Nobody;

impl Nobody {
    fn here<'a, T: Send + 'a>() -> BoxFuture<'a, Result<T, Unavailable>> {
        Box::pin(async { Err(Unavailable::new("nobody is asked when a client speaks for itself")) })
    }
}

impl Accounts for Nobody {
    fn session<'a>(&'a self, _: &'a HeaderMap) -> BoxFuture<'a, Result<Option<Session>, Unavailable>> {
        Self::here()
    }

    fn claims<'a>(
        &'a self,
        _: &'a str,
        _: &'a ScopeSet,
    ) -> BoxFuture<'a, Result<Option<Map<String, Value>>, Unavailable>> {
        Self::here()
    }
}

impl Interaction for Nobody {
    fn login(&self, _: LoginRequest) -> BoxFuture<'_, Result<Step, Unavailable>> {
        Self::here()
    }

    fn consent(&self, _: ConsentRequest) -> BoxFuture<'_, Result<Step, Unavailable>> {
        Self::here()
    }
}

impl KeySets for Nobody {
    fn key_set<'a>(&'a self, _: &'a Url, _: Option<&'a str>) -> BoxFuture<'a, Result<Arc<KeySet>, Unavailable>> {
        Self::here()
    }
}
