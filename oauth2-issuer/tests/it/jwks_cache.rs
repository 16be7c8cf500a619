//! The key set cache over a scripted issuer, with a clock that stands still.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use lti_core::Timestamp;
use lti_core::jose::jwks::jwks_document;
use lti_core::jose::key::SigningKey;
use oauth2_issuer::BoxFuture;
use oauth2_issuer::clock::ManualClock;
use oauth2_issuer::relying::{
    CachePolicy, Fetch, FetchError, FetchPolicy, Fetched, GuardedFetcher, JwksCache, JwksError,
};
use url::Url;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Answers from a script; the last answer is repeated.
struct Issuer {
    script: Mutex<VecDeque<Result<Fetched, FetchError>>>,
    fetches: AtomicUsize,
}

impl Fetch for Issuer {
    fn get<'a>(&'a self, _url: &'a Url) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        Box::pin(async move {
            self.fetches.fetch_add(1, Ordering::SeqCst);
            // Lets the other callers come while this one fetches.
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            let mut script = self.script.lock().unwrap();
            if script.len() > 1 { script.pop_front().unwrap() } else { script[0].clone() }
        })
    }
}

struct Set {
    issuer: Arc<Issuer>,
    clock: Arc<ManualClock>,
    cache: Arc<JwksCache>,
}

impl Set {
    fn new(script: impl IntoIterator<Item = Result<Fetched, FetchError>>) -> Self {
        let script = Mutex::new(script.into_iter().collect());
        let issuer = Arc::new(Issuer { script, fetches: AtomicUsize::new(0) });
        let clock = Arc::new(ManualClock::new(Timestamp::from_secs(1_700_000_000)));
        let cache = Arc::new(JwksCache::new(Arc::clone(&issuer) as _, Arc::clone(&clock) as _));
        Self { issuer, clock, cache }
    }

    fn fetches(&self) -> usize {
        self.issuer.fetches.load(Ordering::SeqCst)
    }

    fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Whether the set for that kid holds it.
    async fn has(&self, kid: &str) -> Result<bool, JwksError> {
        self.cache.keys_for(&url(), Some(kid)).await.map(|keys| keys.find(kid).is_some())
    }
}

fn url() -> Url {
    Url::parse("https://lms.example/jwks?secret=1").unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "an entry of the script, like `down`")]
fn keys(kids: &[&str], cache_control: &str) -> Result<Fetched, FetchError> {
    let keys: Vec<_> = kids.iter().map(|kid| SigningKey::generate_es256(*kid).unwrap()).collect();
    let mut headers = HeaderMap::new();
    if !cache_control.is_empty() {
        headers.insert("cache-control", cache_control.parse().unwrap());
    }
    Ok(Fetched::new(StatusCode::OK, headers, jwks_document(&keys).to_string()))
}

fn down() -> Result<Fetched, FetchError> {
    Err(FetchError::Refused { url: "https://lms.example/jwks".to_owned() })
}

#[tokio::test]
async fn a_fresh_set_answers_without_a_fetch() {
    let set = Set::new([keys(&["a"], "max-age=100")]);
    for _ in 0..10 {
        assert!(set.has("a").await.unwrap());
    }
    assert_eq!(set.fetches(), 1);
    set.pass(99);
    assert!(set.has("a").await.unwrap());
    assert_eq!(set.fetches(), 1);
    set.pass(1);
    assert!(set.has("a").await.unwrap());
    assert_eq!(set.fetches(), 2, "max-age is over");
}

#[tokio::test]
async fn freshness_stays_within_bounds() {
    for (cache_control, fresh_for) in
        [("no-store", 60), ("max-age=0", 60), ("", 600), ("max-age=999999999999", 86_400), ("max-age=-5", 600)]
    {
        let set = Set::new([keys(&["a"], cache_control)]);
        set.has("a").await.unwrap();
        set.pass(fresh_for - 1);
        set.has("a").await.unwrap();
        assert_eq!(set.fetches(), 1, "{cache_control}");
        set.pass(1);
        set.has("a").await.unwrap();
        assert_eq!(set.fetches(), 2, "{cache_control}");
    }
}

#[tokio::test]
async fn a_rotated_key_is_found_at_once() {
    let set = Set::new([keys(&["old"], ""), keys(&["old", "new"], "")]);
    assert!(set.has("old").await.unwrap());
    assert!(set.has("new").await.unwrap());
    assert_eq!(set.fetches(), 2);
}

#[tokio::test]
async fn a_hundred_unknown_kids_are_not_a_hundred_fetches() {
    let set = Set::new([keys(&["a"], "max-age=3600")]);
    for n in 0..100 {
        let before = set.fetches();
        assert!(!set.has(&format!("forged-{n}")).await.unwrap());
        assert!(set.fetches() - before <= 1, "one launch means one fetch at most");
    }
    assert_eq!(set.fetches(), 1 + CachePolicy::default().burst as usize);
    assert!(set.has("a").await.unwrap(), "the known key goes on serving");
    // The right to ask comes back, one fetch at a time.
    set.pass(15);
    for n in 0..100 {
        assert!(!set.has(&format!("forged-again-{n}")).await.unwrap());
    }
    assert_eq!(set.fetches(), 2 + CachePolicy::default().burst as usize);
}

#[tokio::test]
async fn a_missing_kid_asks_for_nothing_more() {
    let set = Set::new([keys(&["a"], "")]);
    for _ in 0..5 {
        assert_eq!(set.cache.keys_for(&url(), None).await.unwrap().keys().len(), 1);
    }
    assert_eq!(set.fetches(), 1);
}

#[tokio::test]
async fn callers_that_come_together_share_one_fetch() {
    for script in [keys(&["a"], ""), down()] {
        let good = script.is_ok();
        let set = Set::new([script]);
        let callers: Vec<_> = (0..32)
            .map(|_| {
                let cache = Arc::clone(&set.cache);
                tokio::spawn(async move { cache.keys_for(&url(), Some("a")).await.is_ok() })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap(), good);
        }
        assert_eq!(set.fetches(), 1);
    }
}

#[tokio::test]
async fn the_last_good_set_serves_while_the_issuer_is_down_but_not_for_ever() {
    let set = Set::new([keys(&["a"], "max-age=100"), down()]);
    assert!(set.has("a").await.unwrap());
    set.pass(100);
    assert!(set.has("a").await.unwrap());
    assert_eq!(set.fetches(), 2);
    set.pass(29);
    assert!(set.has("a").await.unwrap());
    assert_eq!(set.fetches(), 2, "the next attempt waits 30 s");
    set.pass(1);
    assert!(set.has("a").await.unwrap());
    assert_eq!(set.fetches(), 3);
    set.pass(24 * 3600);
    assert!(matches!(set.has("a").await, Err(JwksError::Fetch(FetchError::Refused { .. }))));
}

#[tokio::test]
async fn a_failure_is_not_kept_as_the_truth() {
    let set = Set::new([down(), keys(&["a"], "")]);
    assert!(set.has("a").await.is_err());
    assert!(set.has("a").await.unwrap(), "the very next launch asks again");
}

#[tokio::test]
async fn an_issuer_that_is_down_is_asked_at_a_bounded_rate() {
    let set = Set::new([down()]);
    for _ in 0..100 {
        assert!(set.has("a").await.is_err());
    }
    assert_eq!(set.fetches(), 1 + CachePolicy::default().burst as usize);
}

#[tokio::test]
async fn what_is_no_key_set_is_an_error_that_says_so() {
    let page = Ok(Fetched::new(StatusCode::OK, HeaderMap::new(), "<html>sign in</html>"));
    let list = Ok(Fetched::new(StatusCode::OK, HeaderMap::new(), "[]"));
    let missing = Ok(Fetched::new(StatusCode::NOT_FOUND, HeaderMap::new(), "{}"));
    let set = Set::new([page, list, missing]);
    let errors = [set.has("a").await.unwrap_err(), set.has("a").await.unwrap_err(), set.has("a").await.unwrap_err()];
    assert!(matches!(errors[0], JwksError::Fetch(FetchError::Html { .. })));
    assert!(matches!(errors[1], JwksError::Unreadable { .. }));
    assert!(matches!(errors[2], JwksError::Fetch(FetchError::Status { status: 404, .. })));
    for error in errors {
        assert!(
            error.to_string().contains("https://lms.example/jwks ") && !error.to_string().contains("secret"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn unreadable_keys_are_skipped() {
    let good = jwks_document(&[SigningKey::generate_es256("a").unwrap()]);
    let mut document = good.clone();
    let odd = serde_json::json!({"kty": "EC", "crv": "P-999", "kid": "odd"});
    document["keys"].as_array_mut().unwrap().insert(0, odd);
    document["keys"].as_array_mut().unwrap().insert(0, serde_json::json!({"kty": "new-kind", "kid": "newer"}));
    let set = Set::new([Ok(Fetched::new(StatusCode::OK, HeaderMap::new(), document.to_string()))]);
    assert!(set.has("a").await.unwrap());
    assert!(!set.has("odd").await.unwrap());
}

#[tokio::test]
async fn over_the_network_the_headers_count_too() {
    let server = MockServer::start().await;
    let document = jwks_document(&[SigningKey::generate_es256("a").unwrap()]);
    let answer = ResponseTemplate::new(200).insert_header("cache-control", "max-age=90").set_body_json(document);
    Mock::given(method("GET")).and(path("/jwks")).respond_with(answer).mount(&server).await;
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(1_700_000_000)));
    let fetcher = GuardedFetcher::new(FetchPolicy::default().allow_loopback()).unwrap();
    let cache = JwksCache::new(Arc::new(fetcher), Arc::clone(&clock) as _);
    let url = Url::parse(&format!("{}/jwks", server.uri())).unwrap();
    for (pause, fetches) in [(0, 1), (89, 1), (1, 2)] {
        clock.advance(Duration::from_secs(pause));
        assert!(cache.keys_for(&url, Some("a")).await.unwrap().find("a").is_some());
        assert_eq!(server.received_requests().await.unwrap().len(), fetches);
    }
    let elsewhere = url.join("/keys").unwrap();
    let error = cache.keys_for(&elsewhere, Some("a")).await.unwrap_err();
    assert!(matches!(error, JwksError::Fetch(FetchError::Status { status: 404, .. })), "{error:?}");
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_block_the_others() {
    let set = Set::new([keys(&["a"], "")]);
    tokio::select! {
        biased;
        answer = set.has("a") => panic!("the answer was there at once: {answer:?}"),
        () = std::future::ready(()) => {}
    }
    assert_eq!(set.fetches(), 1, "the fetch was under way");
    assert!(set.has("a").await.unwrap());
    assert_eq!(set.fetches(), 2);
}
