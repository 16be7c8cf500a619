//! The services that the suite's platform offers to a tool: a token endpoint, line items, scores and results, and the
//! roster of a course. They judge nothing and write everything down; a case says beforehand how they misbehave.

pub(crate) mod grades;
mod ledger;
pub(crate) mod roster;
mod scene;
mod token;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderName, HeaderValue, StatusCode, header};
use tokio::sync::Notify;
use url::Url;

pub use self::{
    ledger::{Assertion, Call, CallKind},
    scene::{Coupled, Fault, Grant, LinkStyle, Reply, Roster, Scene},
};
use crate::{
    clock::SuiteClock,
    platform::Dropped,
    transport::{Request, Response},
};

/// The scope of the roster.
pub const MEMBERS_SCOPE: &str = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";
/// The scope of line items.
pub const ITEM_SCOPE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
/// The scope of results.
pub const RESULT_SCOPE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";
/// The scope of scores.
pub const SCORE_SCOPE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
/// The path of every service below an issuer.
const SERVICES_PATH: &str = "/services/";
/// The path of the token endpoint below an issuer.
const TOKEN_PATH: &str = "/token";
/// After so many calls a stage answers nothing but 429, so that a tool in a loop does not run for ever.
const CALL_LIMIT: usize = 300;

#[derive(Debug, Default)]
struct State {
    clock: Option<SuiteClock>,
    opened: u32,
    stages: HashMap<u32, Stage>,
    tokens: Vec<token::Issued>,
    calls: Vec<Call>,
}

/// The services of one launch's course, as one case sees them.
#[derive(Debug)]
struct Stage {
    scene: Scene,
    items: Vec<serde_json::Value>,
    counts: HashMap<CallKind, usize>,
    calls: usize,
    /// The tokens that were given before this stage opened.
    older_tokens: usize,
}

/// Everything that the suite's platform offers besides launches.
#[derive(Debug, Clone, Default)]
pub struct Services {
    state: Arc<Mutex<State>>,
    heard: Arc<Notify>,
}

/// A course with its services, open for one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Its number: no other course of the run has it.
    pub number: u32,
    /// The index of the issuer that offers it.
    pub issuer: usize,
    /// The address of its services without a slash at the end.
    pub base: String,
    /// The number of calls that came before it was opened.
    first: usize,
}

impl Services {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the time by this clock from now on.
    pub fn keep_time(&self, clock: SuiteClock) {
        self.state().clock = Some(clock);
    }

    /// Opens a course below an issuer's address, with these services.
    pub fn open(&self, issuer: usize, issuer_address: &str, scene: Scene) -> Course {
        let mut state = self.state();
        state.opened += 1;
        let number = state.opened;
        let base = format!("{issuer_address}{SERVICES_PATH}{number}");
        let items = scene.items.iter().map(|item| grades::placed(item, &base, &scene)).collect();
        let older_tokens = if scene.fresh { state.tokens.len() } else { 0 };
        let stage = Stage { scene, items, counts: HashMap::new(), calls: 0, older_tokens };
        state.stages.insert(number, stage);
        Course { number, issuer, base, first: state.calls.len() }
    }

    /// Closes a course: whatever is asked of it later finds nothing.
    pub fn close(&self, course: &Course) {
        self.state().stages.remove(&course.number);
    }

    /// What came since the course was opened: the calls of its own services, and every token request.
    pub fn calls(&self, course: &Course) -> Vec<Call> {
        let state = self.state();
        let own = |call: &&Call| call.kind == CallKind::Token || call.course == Some(course.number);
        state.calls.iter().skip(course.first).filter(own).cloned().collect()
    }

    /// Waits until what came satisfies the case, at most so long.
    pub async fn wait(&self, course: &Course, limit: Duration, enough: impl Fn(&[Call]) -> bool) {
        let waiting = async {
            loop {
                let heard = self.heard.notified();
                tokio::pin!(heard);
                // Registered before looking, so that no call slips through between the two.
                heard.as_mut().enable();
                if enough(&self.calls(course)) {
                    return;
                }
                heard.await;
            }
        };
        // In vain is an answer too: the case judges what came.
        let _ = tokio::time::timeout(limit, waiting).await;
    }

    /// Answers a request below an issuer's address, if it is for a service.
    pub fn handle(&self, issuer: usize, issuer_address: &str, path: &str, request: &Request) -> Option<Response> {
        let answer = if path == TOKEN_PATH {
            self.state().give_token(issuer, issuer_address, request)
        } else {
            let rest = path.strip_prefix(SERVICES_PATH)?;
            let (number, rest) = rest.split_once('/').unwrap_or((rest, ""));
            self.state().serve(issuer, issuer_address, number.parse().unwrap_or_default(), rest, request)
        };
        self.heard.notify_waiters();
        Some(answer)
    }
}

impl State {
    fn now(&self) -> i64 {
        self.clock.as_ref().map(SuiteClock::now).unwrap_or_default()
    }

    /// Writes a call down.
    fn record(&mut self, mut call: Call, answer: &Response) {
        call.at = self.now();
        call.status = if answer.extensions().get::<Dropped>().is_some() { 0 } else { answer.status().as_u16() };
        self.calls.push(call);
    }

    fn serve(&mut self, issuer: usize, issuer_address: &str, number: u32, path: &str, request: &Request) -> Response {
        let base = format!("{issuer_address}{SERVICES_PATH}{number}");
        let mut call = Call::of(CallKind::Astray, issuer, &base, request);
        call.course = Some(number);
        let Some(stage) = self.stages.get(&number) else {
            let answer = problem(StatusCode::NOT_FOUND, "this course is over");
            self.record(call, &answer);
            return answer;
        };
        (call.kind, call.placed) = match path {
            "members" => (CallKind::Members, roster::kept(request, number)),
            _ => grades::kind(path, request, &stage.scene).unwrap_or((CallKind::Astray, false)),
        };
        let token = call.any_token();
        let issued = token.and_then(|token| self.tokens.iter().enumerate().find(|(_, issued)| issued.token == token));
        let own = issued.filter(|(_, issued)| issued.issuer == issuer);
        call.foreign = issued.is_some() && own.is_none();
        call.granted = own.map(|(_, issued)| issued.scope.clone());
        let good = own.is_some_and(|(index, _)| index >= stage.older_tokens);
        let Some(stage) = self.stages.get_mut(&number) else { return problem(StatusCode::NOT_FOUND, "over") };
        let answer = stage.answer(&call, good);
        call.next = next_of(&answer, &call.url);
        self.record(call, &answer);
        answer
    }
}

impl Stage {
    fn answer(&mut self, call: &Call, authorized: bool) -> Response {
        self.calls += 1;
        if self.calls > CALL_LIMIT {
            return problem(StatusCode::TOO_MANY_REQUESTS, "too many calls");
        }
        let count = self.counts.entry(call.kind).or_default();
        *count += 1;
        if let Some(reply) = scene::fault(&self.scene.faults, call.kind, *count) {
            return reply.response();
        }
        if !authorized {
            let mut answer = problem(StatusCode::UNAUTHORIZED, "no token of this platform, or none that is good here");
            let challenge = "Bearer realm=\"lti-conformance\", error=\"invalid_token\"";
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            return answer;
        }
        match call.kind {
            CallKind::Members => roster::answer(&self.scene, call),
            CallKind::Astray | CallKind::Token => problem(StatusCode::NOT_FOUND, "nothing is served here"),
            _ => grades::answer(&self.scene, &mut self.items, call),
        }
    }
}

/// An answer with a body of this media type.
fn body(status: StatusCode, media_type: &'static str, body: impl Into<bytes::Bytes>) -> Response {
    let mut response = http::Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A refusal in words.
fn problem(status: StatusCode, words: &str) -> Response {
    body(status, "application/json", serde_json::json!({"error": words}).to_string())
}

/// Adds a header whose text is the suite's own.
fn add_header(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
}

/// The address of the next page that the suite itself named in an answer.
fn next_of(answer: &Response, from: &str) -> Option<String> {
    let line = answer.headers().get(header::LINK)?.to_str().ok()?;
    let links = line.split('<').skip(1).filter_map(|part| part.split_once('>'));
    let (target, _) = links.into_iter().find(|(_, parameters)| parameters.contains("next"))?;
    Url::parse(from).ok()?.join(target).ok().map(Into::into)
}

/// An address with this path below it, before the query: `.../lineitem?type_id=1` and `scores` make
/// `.../lineitem/scores?type_id=1`.
pub fn below(address: &str, path: &str) -> String {
    match Url::parse(address) {
        Ok(mut url) => {
            let joined = format!("{}/{path}", url.path().trim_end_matches('/'));
            url.set_path(&joined);
            url.to_string()
        }
        Err(_) => format!("{address}/{path}"),
    }
}
