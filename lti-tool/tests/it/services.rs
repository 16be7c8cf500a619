//! Grades and roster over a scripted platform, with a clock that stands still and waits that take no time.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use lti_core::jose::SigningKey;
use lti_core::service::ags::{ActivityProgress, AgsEndpoint, GradingProgress, Label, LineItem, MaximumPoints, Points};
use lti_core::service::nrps::NamesRoleService;
use lti_core::service::{Scope, Scopes};
use lti_core::vocab::ContextRole;
use lti_tool::service::{Grades, LineItemFilter, MemberFilter, ServicePolicy, Services};
use lti_tool::{LtiTool, ServiceAccess, ServiceError};
use oauth2_issuer::BoxFuture;
use oauth2_issuer::key_ring::KeyRing;
use oauth2_issuer::relying::{Call, FetchError, Fetched, ServiceRequest, Wait};
use serde_json::{Value, json};
use url::Url;

use crate::world::{Browser, CLIENT, ISSUER, World, registration};

#[expect(dead_code, reason = "the rest of the example serves over the network")]
#[path = "../../examples/grade_passback.rs"]
mod grade_passback;

const ITEMS: &str = "https://lms.example/items?course=7";
const ITEM: &str = "https://lms.example/items/1?course=7";
const ROSTER: &str = "https://lms.example/roster?memberships=7";

/// The tool's own key, made once.
static RING: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(|| {
    let key = SigningKey::generate_es256("tool-1").unwrap();
    Mutex::new(key.to_pkcs8_der().unwrap().as_bytes().to_vec())
});

/// A call as the platform heard it.
#[derive(Debug, Clone, PartialEq)]
struct Heard {
    method: Method,
    url: String,
    token: String,
    accept: &'static str,
    media_type: Option<&'static str>,
    body: Value,
}

type Script = Box<dyn FnMut(&Heard, usize) -> Result<Fetched, FetchError> + Send>;

/// Gives tokens of increasing number, and answers calls as the script says.
struct Platform {
    script: Mutex<Script>,
    heard: Mutex<Vec<Heard>>,
    tokens: Mutex<Vec<String>>,
    waited: Mutex<Vec<Duration>>,
}

impl Call for Platform {
    fn call<'a>(&'a self, url: &'a Url, request: &'a ServiceRequest) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        Box::pin(async move {
            if url.path() == "/token" {
                let form = String::from_utf8(request.body.as_ref().unwrap().1.to_vec()).unwrap();
                let mut tokens = self.tokens.lock().unwrap();
                tokens.push(form);
                let body = json!({ "access_token": format!("token-{}", tokens.len()), "token_type": "Bearer",
                                   "expires_in": 3600 });
                return Ok(answer(200, &body));
            }
            let body = request.body.as_ref().map(|(_, body)| serde_json::from_slice(body).unwrap());
            let call = Heard {
                method: request.method.clone(),
                url: url.to_string(),
                token: request.bearer.clone().unwrap(),
                accept: request.accept,
                media_type: request.body.as_ref().map(|(media_type, _)| *media_type),
                body: body.unwrap_or_default(),
            };
            let number = {
                let mut heard = self.heard.lock().unwrap();
                heard.push(call.clone());
                heard.len()
            };
            tokio::task::yield_now().await;
            (self.script.lock().unwrap())(&call, number)
        })
    }
}

impl Wait for Platform {
    fn wait(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.waited.lock().unwrap().push(duration);
        Box::pin(async {})
    }
}

impl Platform {
    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    fn urls(&self) -> Vec<String> {
        self.heard().into_iter().map(|call| call.url).collect()
    }
}

fn answer(status: u16, body: &Value) -> Fetched {
    Fetched::new(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), body.to_string())
}

fn empty(status: u16) -> Fetched {
    Fetched::new(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), "")
}

fn with(mut answer: Fetched, name: &'static str, value: &str) -> Fetched {
    answer.headers.append(name, HeaderValue::from_str(value).unwrap());
    answer
}

fn item(id: &str, label: &str) -> Value {
    json!({ "id": id, "label": label, "scoreMaximum": 10 })
}

fn claim(scopes: &[Scope]) -> AgsEndpoint {
    let mut claim = AgsEndpoint::new(scopes.iter().cloned().collect::<Scopes>());
    claim.lineitems = Some(ITEMS.to_owned());
    claim.lineitem = Some(ITEM.to_owned());
    claim
}

/// A real launch that brought both claims.
async fn launched(
    script: impl FnMut(&Heard, usize) -> Result<Fetched, FetchError> + Send + 'static,
    claim: &AgsEndpoint,
) -> (Arc<Platform>, LtiTool, lti_tool::Launch) {
    let platform = Arc::new(Platform {
        script: Mutex::new(Box::new(script)),
        heard: Mutex::default(),
        tokens: Mutex::default(),
        waited: Mutex::default(),
    });
    let key = SigningKey::from_pkcs8_der("tool-1", &RING.lock().unwrap()).unwrap();
    let world = World::with(|builder| {
        let mut policy = ServicePolicy::default();
        policy.max_pages = 50;
        builder
            .registration(registration(ISSUER, CLIENT).token_url("https://lms.example/token".parse().unwrap()))
            .key_ring(Arc::new(KeyRing::with_key(Arc::new(oauth2_issuer::clock::SystemClock), key)))
            .service_call(Arc::clone(&platform) as _)
            .wait(Arc::clone(&platform) as _)
            .service_policy(policy)
    });
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let mut message = world.message(&login);
    message[lti_core::message::claims::AGS_ENDPOINT] = serde_json::to_value(claim).unwrap();
    message[lti_core::message::claims::NRPS] = serde_json::to_value(NamesRoleService::new(ROSTER)).unwrap();
    let launched = world.answer(&mut browser, &login, &message).await.unwrap();
    (platform, world.tool, lti_tool::Launch(launched.launch))
}

async fn services(
    script: impl FnMut(&Heard, usize) -> Result<Fetched, FetchError> + Send + 'static,
    scopes: &[Scope],
) -> (Arc<Platform>, Services) {
    let (platform, tool, launch) = launched(script, &claim(scopes)).await;
    // Kept and found again, as an application does for a grade that comes hours later.
    let kept = serde_json::to_string(&ServiceAccess::from(&launch)).unwrap();
    let access: ServiceAccess = serde_json::from_str(&kept).unwrap();
    (platform, tool.services(access).await.unwrap())
}

async fn grades(
    script: impl FnMut(&Heard, usize) -> Result<Fetched, FetchError> + Send + 'static,
) -> (Arc<Platform>, Grades) {
    let all = [Scope::LineItem, Scope::Score, Scope::ResultReadonly, Scope::Other("vendor".to_owned())];
    let (platform, services) = services(script, &all).await;
    (platform, services.grades().unwrap())
}

fn wanted() -> LineItem {
    let mut item = LineItem::new(Label::new("Quiz").unwrap(), MaximumPoints::new(10.0).unwrap());
    item.resource_id = Some("quiz 1".to_owned());
    item
}

#[tokio::test]
async fn a_score_goes_to_the_path_of_the_line_item_and_any_2xx_is_success() {
    for status in [200, 201, 202, 204] {
        let (platform, grades) = grades(move |_, _| Ok(empty(status))).await;
        let mut score = grades.graded(ITEM, "user-1", Points::new(0.0, 10.0).unwrap());
        score.comment = Some("well tried".to_owned());
        grades.post(grades.coupled().unwrap(), &score).await.unwrap();
        let heard = platform.heard().remove(0);
        assert_eq!((heard.method, heard.url.as_str()), (Method::POST, "https://lms.example/items/1/scores?course=7"));
        assert_eq!(
            (heard.token.as_str(), heard.media_type),
            ("token-1", Some("application/vnd.ims.lis.v1.score+json"))
        );
        assert_eq!(
            heard.body,
            json!({ "userId": "user-1", "scoreGiven": 0, "scoreMaximum": 10, "comment": "well tried",
                    "timestamp": "2023-11-14T22:13:20.000Z", "activityProgress": "Completed",
                    "gradingProgress": "FullyGraded" })
        );
        let form = platform.tokens.lock().unwrap()[0].clone();
        assert!(form.contains("scope=") && !form.contains("vendor"), "only scopes of these services: {form}");
    }
}

#[tokio::test]
async fn two_scores_of_one_second_have_two_time_stamps_and_a_resend_keeps_its_own() {
    let (platform, grades) = grades(|_, number| match number {
        1 => Err(FetchError::Connection { url: String::new(), reason: "reset".to_owned() }),
        _ => Ok(empty(200)),
    })
    .await;
    let points = Points::new(1.0, 1.0).unwrap();
    let first = grades.progress(ITEM, "u", ActivityProgress::Started, GradingProgress::NotReady);
    let second = grades.graded(ITEM, "u", points);
    assert!(second.timestamp > first.timestamp);
    assert_eq!(grades.graded(ITEM, "other", points).timestamp, first.timestamp, "each user has a line of stamps");
    grades.post(ITEM, &first).await.unwrap();
    grades.post(ITEM, &second).await.unwrap();
    let stamps: Vec<_> = platform.heard().iter().map(|call| call.body["timestamp"].clone()).collect();
    assert_eq!(stamps[0], stamps[1], "the answer was lost, the score is the same");
    assert_ne!(stamps[1], stamps[2]);
}

#[tokio::test]
async fn a_service_that_asks_for_time_gets_it_and_no_more_calls_than_allowed() {
    let patient = |status: u16, asks: &'static str| {
        grades(move |_, number| {
            Ok(if number == 1 && asks.is_empty() {
                empty(status)
            } else if number < 3 {
                with(empty(status), "retry-after", asks)
            } else {
                empty(200)
            })
        })
    };
    let score = |grades: &Grades| grades.graded(ITEM, "u", Points::new(1.0, 1.0).unwrap());
    for status in [429, 503] {
        let (platform, grades) = patient(status, "7").await;
        grades.post(ITEM, &score(&grades)).await.unwrap();
        assert_eq!(*platform.waited.lock().unwrap(), [Duration::from_secs(7), Duration::from_secs(7)]);
    }
    let (platform, other) = grades(|_, _| Ok(empty(503))).await;
    assert_eq!(other.post(ITEM, &score(&other)).await.unwrap_err().status(), Some(503));
    assert_eq!((platform.heard().len(), platform.waited.lock().unwrap().len()), (3, 2));
    assert_eq!(platform.waited.lock().unwrap()[1], Duration::from_secs(2), "each wait is twice the one before");
    let (platform, other) = patient(429, "3600").await;
    let error = other.post(ITEM, &score(&other)).await.unwrap_err();
    let expected = "https://lms.example/items/1/scores answers 429, and asks to come back in 3600 s";
    assert_eq!((error.to_string().as_str(), platform.heard().len()), (expected, 1));
}

#[tokio::test]
async fn a_401_is_answered_by_one_new_token_and_every_other_refusal_ends_the_call() {
    let (platform, grades) = grades(|call, _| Ok(empty(if call.token == "token-1" { 401 } else { 204 }))).await;
    let score = grades.graded(ITEM, "u", Points::new(1.0, 1.0).unwrap());
    grades.post(ITEM, &score).await.unwrap();
    assert_eq!(platform.heard().iter().map(|call| call.token.as_str()).collect::<Vec<_>>(), ["token-1", "token-2"]);
    for (status, calls) in [(401, 2), (400, 1), (403, 1), (404, 1), (409, 1), (500, 1), (302, 1)] {
        let words = json!({ "error": "x", "detail": "ada is no\nlearner" });
        let (platform, grades) = self::grades(move |_, _| Ok(answer(status, &words))).await;
        let error = grades.post(ITEM, &grades.graded(ITEM, "u", Points::new(1.0, 1.0).unwrap())).await.unwrap_err();
        assert_eq!((error.status(), platform.heard().len()), (Some(status), calls));
        assert_eq!(error.platform_says(), Some("ada is no learner"));
        assert!(!format!("{error}{error:?}").contains("ada"), "{error:?}");
    }
}

#[tokio::test]
async fn lists_are_followed_as_their_links_say() {
    let (platform, grades) = grades(|call, _| {
        let next = "<https://lms.example/items?page=%7e2&course=7>; rel=\"next\"";
        Ok(match call.url.as_str() {
            "https://lms.example/items?course=7&tag=a%20b&limit=2" => {
                with(answer(200, &json!([item("https://lms.example/1", "A")])), "link", next)
            }
            "https://lms.example/items?page=%7e2&course=7" => {
                let page = with(answer(200, &json!([])), "link", "<?p=1>; rel=prev, </items/3>; rel=next");
                with(page, "link", "<https://lms.example/first>; rel=first")
            }
            "https://lms.example/items/3" => answer(200, &json!([item("https://lms.example/2", "B"), { "id": 7 }])),
            other => panic!("{other} was asked for"),
        })
    })
    .await;
    let filter = LineItemFilter { tag: Some("a b".to_owned()), limit: Some(2), ..LineItemFilter::default() };
    let items = grades.line_items(&filter).unwrap().all().await.unwrap();
    assert_eq!(items.iter().map(|item| item.label.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    assert_eq!(platform.heard()[0].accept, "application/vnd.ims.lis.v2.lineitemcontainer+json");
    let rows: Vec<LineItem> = grades.line_items(&filter).unwrap().into_stream().try_collect().await.unwrap();
    assert_eq!(rows.len(), 2);
}

#[tokio::test]
async fn a_ring_of_pages_and_an_endless_list_end() {
    let (platform, grades) =
        grades(|_, _| Ok(with(answer(200, &json!([])), "link", "<https://lms.example/items?course=7>; rel=next")))
            .await;
    let error = grades.line_items(&LineItemFilter::default()).unwrap().all().await.unwrap_err();
    assert!(matches!(error, ServiceError::PageLoop { .. }), "{error}");
    assert_eq!(platform.heard().len(), 1);
    let (platform, grades) = self::grades(|_, number| {
        Ok(with(answer(200, &json!([])), "link", &format!("<https://lms.example/p{number}>; rel=next")))
    })
    .await;
    let error = grades.line_items(&LineItemFilter::default()).unwrap().all().await.unwrap_err();
    assert_eq!((error, platform.heard().len()), (ServiceError::TooManyPages { limit: 50 }, 50));
}

#[tokio::test]
async fn no_token_leaves_the_platform() {
    let (platform, grades) = grades(|_, _| {
        Ok(with(answer(200, &json!([])), "link", "<https://elsewhere.example/items?course=7>; rel=next"))
    })
    .await;
    let error = grades.line_items(&LineItemFilter::default()).unwrap().all().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "https://elsewhere.example/items is not at the platform that the launch came from, so it gets no token"
    );
    let score = grades.graded(ITEM, "u", Points::new(1.0, 1.0).unwrap());
    for foreign in ["https://elsewhere.example/1", "http://lms.example/1", "https://lms.example:8443/1"] {
        let error = grades.post(foreign, &score).await.unwrap_err();
        assert!(matches!(error, ServiceError::ForeignOrigin { .. }), "{foreign}: {error}");
    }
    assert!(matches!(grades.post("items/1", &score).await, Err(ServiceError::Address { .. })));
    assert_eq!(platform.heard().len(), 1);
}

/// A platform that keeps line items, and filters them only if it is told to.
fn keeper(filters: bool) -> impl FnMut(&Heard, usize) -> Result<Fetched, FetchError> + Send {
    let mut kept: Vec<Value> = vec![item("https://lms.example/0", "Other")];
    move |call, _| {
        if call.method == Method::POST {
            let mut made = call.body.clone();
            made["id"] = format!("https://lms.example/{}", kept.len()).into();
            kept.push(made.clone());
            return Ok(answer(201, &made));
        }
        let fits = |item: &&Value| !filters || item["resourceId"] == "quiz 1";
        Ok(answer(200, &kept.iter().filter(fits).cloned().collect::<Value>()))
    }
}

#[tokio::test]
async fn a_line_item_is_found_or_made_and_never_made_twice() {
    for filters in [true, false] {
        let (platform, grades) = grades(keeper(filters)).await;
        let item = wanted();
        let (one, two, three) =
            tokio::join!(grades.find_or_create(&item), grades.find_or_create(&item), grades.find_or_create(&item));
        let ids = [one, two, three].map(|made| made.unwrap().id.unwrap());
        assert_eq!(ids, ["https://lms.example/1"; 3]);
        let posts: Vec<_> = platform.heard().into_iter().filter(|call| call.method == Method::POST).collect();
        assert_eq!((posts.len(), posts[0].url.as_str()), (1, ITEMS));
        assert_eq!(posts[0].media_type, Some("application/vnd.ims.lis.v2.lineitem+json"));
        assert!(platform.urls()[0].ends_with("?course=7&resource_id=quiz%201"), "{:?}", platform.urls());
    }
    let (_, grades) = grades(keeper(true)).await;
    let plain = LineItem::new(Label::new("Quiz").unwrap(), MaximumPoints::ONE);
    assert_eq!(grades.find_or_create(&plain).await, Err(ServiceError::Unidentified));
}

#[tokio::test]
async fn a_line_item_that_may_have_been_made_is_not_made_again() {
    let broken = FetchError::Connection { url: String::new(), reason: "reset".to_owned() };
    let (platform, grades) = grades(move |_, _| Err(broken.clone())).await;
    assert!(matches!(grades.create(&wanted()).await, Err(ServiceError::Fetch(_))));
    assert_eq!(platform.heard().len(), 1);
    let (platform, grades) = self::grades(|_, _| Ok(empty(504))).await;
    assert_eq!(grades.create(&wanted()).await.unwrap_err().status(), Some(504));
    assert_eq!(platform.heard().len(), 1);
    let (_, grades) = self::grades(|call, _| Ok(answer(201, &call.body))).await;
    let error = grades.create(&wanted()).await.unwrap_err();
    assert!(matches!(error, ServiceError::Unreadable { .. }), "an item without id is of no use: {error}");
}

#[tokio::test]
async fn an_item_is_read_replaced_and_deleted_at_its_url() {
    let (platform, grades) = grades(|call, _| {
        Ok(match call.method {
            Method::GET => answer(200, &item(ITEM, "Old")),
            Method::DELETE => empty(204),
            _ => answer(200, &call.body),
        })
    })
    .await;
    let mut item = grades.line_item(ITEM).await.unwrap();
    item.label = Label::new("New").unwrap();
    assert_eq!(grades.update(&item).await.unwrap().label.as_str(), "New");
    grades.delete(ITEM).await.unwrap();
    let heard = platform.heard();
    assert_eq!(heard.iter().map(|call| call.method.as_str()).collect::<Vec<_>>(), ["GET", "PUT", "DELETE"]);
    assert_eq!(platform.urls(), [ITEM; 3]);
    assert_eq!(heard[0].accept, "application/vnd.ims.lis.v2.lineitem+json");
    assert!(matches!(grades.update(&wanted()).await, Err(ServiceError::Address { .. })));
}

#[tokio::test]
async fn results_are_read_at_the_path_of_the_line_item() {
    let (platform, grades) = grades(|_, _| {
        Ok(answer(
            200,
            &json!([{ "id": "https://lms.example/r/1", "scoreOf": ITEM, "userId": "u 1", "resultScore": 0 }]),
        ))
    })
    .await;
    let results = grades.results(ITEM, Some(&"u 1".into())).unwrap().all().await.unwrap();
    assert_eq!((results[0].result_score, results[0].result_maximum.get()), (Some(0.0), 1.0));
    assert_eq!(platform.urls(), ["https://lms.example/items/1/results?course=7&user_id=u%201"]);
    assert_eq!(platform.heard()[0].accept, "application/vnd.ims.lis.v2.resultcontainer+json");
}

#[tokio::test]
async fn what_is_not_offered_is_not_asked_for() {
    let (platform, services) = services(|_, _| Ok(empty(200)), &[Scope::Score]).await;
    let grades = services.grades().unwrap();
    let error = grades.create(&wanted()).await.unwrap_err();
    assert_eq!(error, ServiceError::ScopeNotOffered(Scope::LineItem));
    assert!(matches!(grades.results(ITEM, None), Err(ServiceError::ScopeNotOffered(Scope::ResultReadonly))));
    assert!(platform.heard().is_empty() && platform.tokens.lock().unwrap().is_empty());
}

#[tokio::test]
async fn one_odd_member_does_not_cost_the_roster_and_changes_can_be_asked_for() {
    let (platform, services) = services(
        |call, _| {
            let page = json!({ "id": "x", "context": { "id": "c" }, "members": [
                { "user_id": "u1", "roles": ["Learner"] }, { "user_id": null, "roles": "?" },
                { "user_id": "u2", "roles": ["http://x.example/odd"], "status": "Inactive", "vendor": {} }] });
            let link = "<https://lms.example/roster?since=1>; rel=differences";
            Ok(if call.url.contains("since") {
                answer(200, &json!({ "context": { "id": "c" }, "members": [{ "user_id": "u1", "roles": [], "status": "Deleted" }] }))
            } else {
                with(answer(200, &page), "link", link)
            })
        },
        &[],
    )
    .await;
    let roster = services.roster().unwrap();
    let filter = MemberFilter {
        role: Some(ContextRole::Learner.into()),
        limit: Some(100),
        resource_link_id: Some("link-1".into()),
    };
    let mut pages = roster.members(&filter).unwrap();
    let members = pages.next_page().await.unwrap().unwrap();
    assert_eq!(members.iter().map(|member| member.user_id.as_str()).collect::<Vec<_>>(), ["u1", "u2"]);
    assert!(pages.next_page().await.unwrap().is_none());
    assert!(pages.problems().iter().any(|problem| problem.member.contains("members[1]")), "{:?}", pages.problems());
    let url = &platform.urls()[0];
    assert!(url.starts_with("https://lms.example/roster?memberships=7&role="), "{url}");
    assert!(url.ends_with("&limit=100&rlid=link-1"), "{url}");
    assert_eq!(platform.heard()[0].accept, "application/vnd.ims.lti-nrps.v2.membershipcontainer+json");
    let form = platform.tokens.lock().unwrap()[0].clone();
    assert!(form.ends_with("contextmembership.readonly"), "{form}");
    let changes = roster.changes(pages.differences().unwrap()).unwrap().all().await.unwrap();
    assert_eq!(changes[0].status.as_str(), "Deleted");
}

#[tokio::test]
async fn what_the_tool_lacks_is_named() {
    let world = World::new();
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let message = world.message(&login);
    let launch = world.answer(&mut browser, &login, &message).await.unwrap().launch;
    let error = world.tool.services(&launch).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the registration of client-1 at https://lms.example has no token_url, without which no service can be called"
    );
    let keyless = World::with(|builder| {
        builder.registration(registration(ISSUER, CLIENT).token_url("https://lms.example/token".parse().unwrap()))
    });
    assert_eq!(keyless.tool.services(&launch).await.unwrap_err(), ServiceError::NoKey);
    let other = World::with(|builder| builder.registration(registration(ISSUER, "other")));
    assert!(matches!(other.tool.services(&launch).await, Err(ServiceError::RegistrationGone { .. })));
}

#[tokio::test]
async fn the_ten_lines_of_the_documentation_pass_a_grade_back() {
    for coupled in [Some(ITEM.to_owned()), None] {
        let mut claim = claim(&[Scope::LineItem, Scope::Score]);
        claim.lineitem = coupled.clone();
        let mut keep = keeper(true);
        let (platform, tool, launch) = launched(
            move |call, number| if call.url.contains("/scores") { Ok(empty(200)) } else { keep(call, number) },
            &claim,
        )
        .await;
        grade_passback::pass_back(&tool, &launch, 8.5).await.unwrap();
        let last = platform.heard().pop().unwrap();
        let expected = if coupled.is_some() { "/items/1/scores?course=7" } else { "/1/scores" };
        assert_eq!(last.url, format!("https://lms.example{expected}"));
        assert_eq!((&last.body["scoreGiven"], &last.body["userId"]), (&json!(8.5), &json!("user-1")));
    }
}
