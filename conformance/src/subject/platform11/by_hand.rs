//! Launches that a person brings about: the suite's tool on a page of its own, which judges what arrives.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    response::Response,
    routing::{get, post},
};
use http::{HeaderMap, Method, StatusCode, Uri};
use tokio::sync::Notify;

use super::{
    evidence::{Arrival11, Evidence11},
    run::judge_evidence11,
    world::Platform11World,
};
use crate::{
    report::model::{CaseResult, Verdict},
    subject::{
        Delivery,
        pages::{FrontPage, LandingPage, render},
    },
};

/// How many launches are kept: more than a person begins, and no more than a stranger may cost.
const ARRIVAL_LIMIT: usize = 64;

/// The suite's tool, for launches by hand.
#[derive(Debug)]
pub struct ByHand11 {
    world: Platform11World,
    arrivals: Mutex<Vec<Arrival11>>,
    done: Notify,
}

impl ByHand11 {
    /// A tool of this world.
    pub fn new(world: Platform11World) -> Arc<Self> {
        Arc::new(Self { world, arrivals: Mutex::default(), done: Notify::new() })
    }

    /// The tool's pages and its launch URL.
    pub fn router(self: &Arc<Self>) -> Router {
        let config = &self.world.config;
        let launch = config.launch_url().path().to_owned();
        let (front_at, judge_at) =
            (config.tool_url("/").path().to_owned(), config.tool_url("/judge").path().to_owned());
        let router = Router::new().route(&launch, get(received).post(received)).route(&judge_at, post(judge));
        let router = if front_at == launch { router } else { router.route(&front_at, get(front)) };
        router.with_state(Arc::clone(self))
    }

    fn arrivals(&self) -> MutexGuard<'_, Vec<Arrival11>> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the person asks for the verdict.
    pub async fn finished(&self) -> Evidence11 {
        self.done.notified().await;
        Evidence11::of((*self.world.config).clone(), self.arrivals().clone())
    }

    fn launch(&self, method: Method, uri: &Uri, body: &[u8]) -> Response {
        let mut url = self.world.config.launch_url();
        url.set_query(uri.query());
        let posted = if method == Method::POST { body } else { uri.query().unwrap_or_default().as_bytes() };
        let fields = form_urlencoded::parse(posted).into_owned().collect();
        let mut arrivals = self.arrivals();
        let name = format!("by hand {}", arrivals.len() + 1);
        // A browser posted it: the line ends are its own.
        let delivery = Delivery { method, url, fields, enctype: None, page_headers: HeaderMap::new() };
        let arrival = Arrival11::received(&name, delivery, self.world.clock.now());
        let alone = Evidence11::of((*self.world.config).clone(), vec![arrival.clone()]);
        if arrivals.len() < ARRIVAL_LIMIT {
            arrivals.push(arrival);
        }
        drop(arrivals);
        let results = judge_evidence11(&alone, &crate::suite::platform11::cases(), false);
        let findings: Vec<CaseResult> =
            results.into_iter().filter(|result| matches!(result.verdict, Verdict::Fail | Verdict::Warn)).collect();
        let title = format!("Launch arrived: {} findings", findings.len());
        let text =
            "Launch again as somebody else or from another link, then go to the front page and ask for the verdict.";
        render(StatusCode::OK, &LandingPage { title, text, results: &findings })
    }
}

type Shared = State<Arc<ByHand11>>;

async fn front(State(tool): Shared) -> Response {
    let config = &tool.world.config;
    let page = FrontPage {
        values: vec![
            ("launch URL", config.launch_url().to_string()),
            ("consumer key", config.tool.consumer_key.clone()),
            ("secret", "tool.secret of the configuration".to_owned()),
        ],
        launches: tool.arrivals().iter().map(|arrival| arrival.name.clone()).collect(),
        judge: config.tool_url("/judge").path().to_owned(),
    };
    render(StatusCode::OK, &page)
}

async fn judge(State(tool): Shared) -> Response {
    tool.done.notify_one();
    let text = "The report stands where the suite was started.";
    render(StatusCode::OK, &LandingPage { title: "Judged".to_owned(), text, results: &[] })
}

async fn received(State(tool): Shared, method: Method, uri: Uri, body: Bytes) -> Response {
    tool.launch(method, &uri, &body)
}
