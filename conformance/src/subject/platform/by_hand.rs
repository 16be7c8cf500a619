//! Launches that a person brings about: the suite's tool on a page of its own, which judges what arrives.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Form, Router,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};
use tokio::sync::Notify;
use url::Url;

use super::{
    asked::Asked,
    config::{JWKS_PATH, LAUNCH_PATH, LOGIN_PATH, OTHER_JWKS_PATH, SECOND_LAUNCH_PATH},
    evidence::{Arrival, Delivery, Evidence, IdToken, Initiation},
    keys::PublishedKeys,
    run::judge_evidence,
    service::{OTHER_KID, TOOL_KID},
    world::PlatformWorld,
};
use crate::{
    report::model::{CaseResult, Verdict},
    subject::pages::{FrontPage, LandingPage, render},
};

/// How many logins may wait for their response: more than a person begins, and no more than a stranger may cost.
const PENDING_LIMIT: usize = 64;
/// How many launches are kept.
const ARRIVAL_LIMIT: usize = 64;

type Pairs = Vec<(String, String)>;

/// The suite's tool, for launches by hand.
#[derive(Debug)]
pub struct ByHand {
    world: PlatformWorld,
    keys: Mutex<PublishedKeys>,
    pending: Mutex<HashMap<String, (Initiation, Asked)>>,
    arrivals: Mutex<Vec<Arrival>>,
    done: Notify,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ByHand {
    /// A tool with the keys of this world.
    pub fn new(world: PlatformWorld) -> Arc<Self> {
        Arc::new(Self {
            world,
            keys: Mutex::default(),
            pending: Mutex::default(),
            arrivals: Mutex::default(),
            done: Notify::new(),
        })
    }

    /// The tool's pages and endpoints.
    pub fn router(self: &Arc<Self>) -> Router {
        let launch = get(launch_by_get).post(launch_by_post);
        Router::new()
            .route("/", get(front))
            .route("/judge", post(judge))
            .route(LOGIN_PATH, get(login_by_get).post(login_by_post))
            .route(LAUNCH_PATH, launch.clone())
            .route(SECOND_LAUNCH_PATH, launch)
            .route(JWKS_PATH, get(jwks))
            .route(OTHER_JWKS_PATH, get(other_jwks))
            .with_state(Arc::clone(self))
    }

    /// Verifies what arrives with these keys from now on.
    pub fn verify_with(&self, keys: PublishedKeys) {
        *lock(&self.keys) = keys;
    }

    /// Waits until the person asks for the verdict.
    pub async fn finished(&self) -> Evidence {
        self.done.notified().await;
        self.evidence()
    }

    /// What has arrived.
    pub fn evidence(&self) -> Evidence {
        let (arrivals, keys) = (lock(&self.arrivals).clone(), lock(&self.keys).clone());
        Evidence::of((*self.world.config).clone(), arrivals, keys)
    }

    fn login(&self, method: Method, uri: &Uri, parameters: Pairs) -> Response {
        let initiation = Initiation { method, url: self.address(uri), parameters };
        let asked = Asked::sound(&self.world, &initiation);
        let state = asked.get("state").unwrap_or_default().to_owned();
        let target = asked.step().url;
        let mut pending = lock(&self.pending);
        if pending.len() >= PENDING_LIMIT {
            pending.clear();
        }
        pending.insert(state, (initiation, asked));
        Redirect::to(target.as_str()).into_response()
    }

    fn launch(&self, method: Method, uri: &Uri, fields: Pairs) -> Response {
        let delivery =
            Delivery { method, url: self.address(uri), fields, enctype: None, page_headers: HeaderMap::new() };
        if let Some(error) = delivery.get("error") {
            let text = delivery.get("error_description").unwrap_or("no error_description");
            let page =
                LandingPage { title: format!("The platform answers with the error {error}"), text, results: &[] };
            return render(StatusCode::BAD_REQUEST, &page);
        }
        let answered = delivery.get("state").and_then(|state| lock(&self.pending).remove(state));
        let (initiation, request) =
            answered.map_or_else(|| (None, Vec::new()), |(initiation, asked)| (Some(initiation), asked.parameters));
        let keys = lock(&self.keys).clone();
        let token = delivery.get("id_token").and_then(|compact| IdToken::read(compact, &keys));
        let mut arrivals = lock(&self.arrivals);
        let name = format!("by hand {}", arrivals.len() + 1);
        let at = self.world.clock.now();
        let arrival = Arrival { launch: None, name, initiation, request, delivery, token, at };
        let alone = Evidence::of((*self.world.config).clone(), vec![arrival.clone()], keys);
        if arrivals.len() < ARRIVAL_LIMIT {
            arrivals.push(arrival);
        }
        drop(arrivals);
        let results = judge_evidence(&alone, &crate::suite::platform::cases(), false);
        let findings: Vec<CaseResult> =
            results.into_iter().filter(|result| matches!(result.verdict, Verdict::Fail | Verdict::Warn)).collect();
        let title = format!("Launch arrived: {} findings", findings.len());
        let text =
            "Launch again as somebody else or from another link, then go to the front page and ask for the verdict.";
        render(StatusCode::OK, &LandingPage { title, text, results: &findings })
    }

    fn address(&self, uri: &Uri) -> Url {
        let mut url = self.world.config.tool_url(uri.path());
        url.set_query(uri.query());
        url
    }
}

type Shared = State<Arc<ByHand>>;

async fn front(State(tool): Shared) -> Response {
    let config = &tool.world.config;
    let page = FrontPage {
        values: vec![
            ("login initiation URL", config.login_url().to_string()),
            ("redirect URI", config.redirect_uri().to_string()),
            ("second redirect URI, if the platform takes two", config.second_redirect_uri().to_string()),
            ("target link URI", config.redirect_uri().to_string()),
            ("key set (JWKS) URL", config.tool_jwks_url().to_string()),
        ],
        launches: lock(&tool.arrivals).iter().map(|arrival| arrival.name.clone()).collect(),
        judge: config.tool_url("/judge").path().to_owned(),
    };
    render(StatusCode::OK, &page)
}

async fn judge(State(tool): Shared) -> Response {
    tool.done.notify_one();
    let text = "The report stands where the suite was started.";
    render(StatusCode::OK, &LandingPage { title: "Judged".to_owned(), text, results: &[] })
}

async fn login_by_get(State(tool): Shared, uri: Uri, Query(parameters): Query<Pairs>) -> Response {
    tool.login(Method::GET, &uri, parameters)
}

async fn login_by_post(
    State(tool): Shared,
    uri: Uri,
    Query(mut query): Query<Pairs>,
    Form(form): Form<Pairs>,
) -> Response {
    query.extend(form);
    tool.login(Method::POST, &uri, query)
}

async fn launch_by_get(State(tool): Shared, uri: Uri, Query(fields): Query<Pairs>) -> Response {
    tool.launch(Method::GET, &uri, fields)
}

async fn launch_by_post(State(tool): Shared, uri: Uri, Form(fields): Form<Pairs>) -> Response {
    tool.launch(Method::POST, &uri, fields)
}

async fn jwks(State(tool): Shared) -> Response {
    let keys = tool.world.tool_keys().map(|keys| keys.own.jwk(TOOL_KID));
    key_set(keys.ok())
}

async fn other_jwks(State(tool): Shared) -> Response {
    let keys = tool.world.tool_keys().map(|keys| keys.other.jwk(OTHER_KID));
    key_set(keys.ok())
}

fn key_set(key: Option<Value>) -> Response {
    let keys: Vec<Value> = key.into_iter().collect();
    axum::Json(json!({ "keys": keys })).into_response()
}
