//! Content chosen in a tool: the request, the response, and what the school makes of it.

use std::sync::{Arc, OnceLock};

use axum::http::{StatusCode, header};
use lti_core::Timestamp;
use lti_core::id::{ClientId, Subject};
use lti_core::jose::{CompactJws, KeySet, SigningKey, sign_compact};
use lti_core::login::LoginInitiation;
use lti_core::message::claims::{DEEP_LINKING_SETTINGS, MESSAGE_TYPE};
use lti_core::service::Scope;
use lti_platform::gradebook::{Gradebook, LineItemFilter, MemoryGradebook, Owner, Page as Part};
use lti_platform::mock::{ContentChoice, MockConfig, MockPlatform};
use lti_platform::{BoxFuture, Privacy};
use oauth2_issuer::Unavailable;
use oauth2_issuer::clock::{Clock, ManualClock};
use oauth2_issuer::server::token::KeySets;
use serde_json::{Value, json};
use url::Url;

use crate::support::{Desk, ISSUER, NOW, Page, answer, keys, tool};

const RETURN: &str = "/deep-linking/return";
const DL: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/";

fn key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate_rs256("tool-1").unwrap())
}

/// The tool's key set, whatever address is asked for.
struct ToolKeys(Arc<KeySet>);

impl KeySets for ToolKeys {
    fn key_set<'a>(&'a self, _: &'a Url, _: Option<&'a str>) -> BoxFuture<'a, Result<Arc<KeySet>, Unavailable>> {
        Box::pin(async move { Ok(Arc::clone(&self.0)) })
    }
}

struct Choosing {
    desk: Desk,
    gradebook: Arc<MemoryGradebook>,
}

fn open(privacy: Privacy) -> Choosing {
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    let shared: Arc<dyn Clock> = clock.clone();
    let gradebook = Arc::new(MemoryGradebook::default());
    let mut config = MockConfig::new(ISSUER.parse().unwrap(), shared, keys());
    config.seed = Some([3; 32]);
    let quiz = tool("quiz").with_jwks_url("https://quiz.example/jwks").unwrap();
    let quiz = quiz.with_privacy(privacy).with_scopes(Scope::KNOWN).with_custom([
        ("course", "$Context.id"),
        ("link", "$ResourceLink.id"),
        ("who", "$User.id"),
    ]);
    config.tools = vec![quiz, tool("other").with_jwks_url("https://other.example/jwks").unwrap()];
    config.gradebook = Arc::clone(&gradebook) as Arc<dyn Gradebook>;
    let set = json!({ "keys": [key().public_jwk()] }).to_string();
    config.key_sets = Some(Arc::new(ToolKeys(Arc::new(KeySet::parse(set.as_bytes()).unwrap()))));
    Choosing { desk: Desk::of(MockPlatform::new(config).unwrap(), clock), gradebook }
}

impl Choosing {
    /// Lets somebody choose, and returns the claims of the request that the tool gets.
    async fn request(&mut self, user: &str) -> Value {
        let fields = [("client_id", "quiz"), ("user", user)];
        let page = self.desk.post("/courses/hist-101/content", &fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let url = Url::parse(page.header(header::LOCATION)).unwrap();
        let login = LoginInitiation::from_pairs(url.query_pairs().into_owned()).unwrap();
        let page = self.desk.authenticate(&answer(&login).to_pairs()).await;
        let token = page.field("id_token").unwrap_or_else(|| panic!("{}", page.body));
        serde_json::from_slice(CompactJws::parse(&token).unwrap().payload()).unwrap()
    }

    async fn post(&mut self, response: &Value) -> Page {
        let jwt = sign_compact(key(), response).unwrap();
        self.desk.post(RETURN, &[("JWT", &jwt)]).await
    }

    fn titles(&self) -> Vec<String> {
        let school = self.desk.school.school();
        let links = school.courses[0].links.iter().skip(10).map(|link| link.title.clone());
        links.chain(school.courses[0].materials.iter().filter_map(|material| material.title.clone())).collect()
    }
}

/// A sound response to a request, with these items.
fn response(request: &Value, nonce: &str, items: &Value) -> Value {
    json!({
        "iss": "quiz",
        "aud": [ISSUER],
        "iat": NOW,
        "exp": NOW + 300,
        "nonce": nonce,
        "https://purl.imsglobal.org/spec/lti/claim/message_type": "LtiDeepLinkingResponse",
        "https://purl.imsglobal.org/spec/lti/claim/version": "1.3.0",
        "https://purl.imsglobal.org/spec/lti/claim/deployment_id": "dep-1",
        format!("{DL}data"): request[DEEP_LINKING_SETTINGS]["data"],
        format!("{DL}content_items"): items,
    })
}

#[tokio::test]
async fn the_request_says_what_the_school_accepts_and_no_more_about_the_user_than_may_be_told() {
    let mut choosing = open(Privacy::Full);
    let mut request = choosing.request("ada").await;
    assert_eq!(request[MESSAGE_TYPE], "LtiDeepLinkingRequest");
    let data = request[DEEP_LINKING_SETTINGS]["data"].take();
    assert!(data.as_str().is_some_and(|data| data.len() > 80));
    // The name of the launch is a fresh one each time.
    let return_url = request["https://purl.imsglobal.org/spec/lti/claim/launch_presentation"]["return_url"].take();
    assert!(return_url.as_str().is_some_and(|url| url.starts_with("http://127.0.0.1:9310/return?launch=")));
    insta::assert_json_snapshot!("request", request);
    let told = open(Privacy::Anonymous).request("ada").await;
    for hidden in ["Lindqvist", "\"ada\"", "$User.id.x"] {
        assert!(!told.to_string().contains(hidden), "{told}");
    }
    assert_eq!(told["https://purl.imsglobal.org/spec/lti/claim/custom"]["who"], "$User.id");
}

#[tokio::test]
async fn what_was_chosen_is_in_the_course_and_launched_as_it_was_chosen() {
    let mut choosing = open(Privacy::Full);
    let url = "https://quiz.example/item?id=1&x=%2F%C3%A9#part";
    let items = json!([
        { "type": "ltiResourceLink", "title": "Quiz one", "text": "First", "url": url,
          "custom": { "chapter": "7", "empty": "", "Odd-Key.x": "$ResourceLink.title" },
          "lineItem": { "scoreMaximum": 60, "resourceId": "r-1", "tag": "grade" },
          "icon": { "url": "https://quiz.example/i.png", "width": 16, "height": 16 },
          "available": { "startDateTime": "2026-12-01T00:00:00Z" }, "submission": { "endDateTime": "2026-12-24T00:00:00Z" } },
        { "type": "ltiResourceLink", "title": "Quiz two", "url": url, "custom": { "chapter": "8" } },
        { "type": "ltiResourceLink", "title": "Base" },
        { "type": "ltiResourceLink", "title": "Script", "url": "javascript:alert(1)" },
        { "type": "html", "title": "Fragment", "html": "<b>bold</b><script>alert(1)</script>" },
        { "type": "link", "title": "Elsewhere", "url": "https://quiz.example/read" },
        { "type": "image", "title": "Picture", "url": "https://quiz.example/p.png", "width": 40 },
        { "type": "file", "title": "Sheet", "url": "https://quiz.example/s.pdf", "mediaType": "application/pdf" },
        { "type": "https://vendor.example/poem", "title": "Poem" },
    ]);
    let request = choosing.request("ada").await;
    let mut sound = response(&request, "n-1", &items);
    sound[format!("{DL}msg")] = json!("Nine <things>");
    sound["https://vendor.example/unknown"] = json!({ "kept": false });
    let page = choosing.post(&sound).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let onward = page.body.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let course = choosing.desk.get(&onward).await.body;
    assert!(course.contains("The tool says: Nine &#60;things&#62;") && course.contains("9 items were added."));
    let alone = choosing.desk.get("/courses/hist-101/content").await.body;
    assert!(alone.contains("Quiz one") && !alone.contains("Last launches"), "the course without the trace");
    let titles = ["Quiz one", "Quiz two", "Base", "Script", "Fragment", "Elsewhere", "Picture", "Sheet", "Poem"];
    assert_eq!(choosing.titles(), titles);
    assert!(course.contains("<div class=\"foreign\"><b>bold</b></div>") && !course.contains("<script>alert"));
    assert!(!course.contains("href=\"javascript"));
    assert!(course.contains("https://vendor.example/poem") && course.contains("available from 2026-12-01T00:00:00Z"));

    let links = choosing.desk.links();
    let launch = async |choosing: &mut Choosing, link: usize| -> Value {
        let place = links.iter().position(|id| id == &choosing.desk.school.school().courses[0].links[link].id).unwrap();
        let login = choosing.desk.launch(place, "aoi", &[]).await;
        let page = choosing.desk.authenticate(&answer(&login).to_pairs()).await;
        serde_json::from_slice(CompactJws::parse(&page.field("id_token").unwrap()).unwrap().payload()).unwrap()
    };
    let (one, two, base) =
        (launch(&mut choosing, 10).await, launch(&mut choosing, 11).await, launch(&mut choosing, 12).await);
    let claim =
        |launch: &Value, name: &str| launch[format!("https://purl.imsglobal.org/spec/lti/claim/{name}")].clone();
    assert_eq!((claim(&one, "target_link_uri"), claim(&two, "target_link_uri")), (json!(url), json!(url)));
    assert_eq!(claim(&base, "target_link_uri"), crate::support::LAUNCH);
    assert_ne!(claim(&one, "resource_link")["id"], claim(&two, "resource_link")["id"]);
    let custom = claim(&one, "custom");
    assert_eq!(
        (&custom["chapter"], &custom["empty"], &custom["Odd-Key.x"]),
        (&json!("7"), &json!(""), &json!("Quiz one"))
    );
    assert_eq!(claim(&two, "custom")["chapter"], "8");

    let owner = Owner::new("quiz", "dep-1", "hist-101");
    let filter = LineItemFilter::default();
    let kept = choosing.gradebook.line_items(&owner, &filter, Part::first(9)).await.unwrap().rows;
    let item = &kept[0].definition;
    assert_eq!(kept.len(), 1);
    assert_eq!(
        (item.label.as_str(), item.resource_id.as_deref(), item.tag.as_deref()),
        ("Quiz one", Some("r-1"), Some("grade"))
    );
    assert_eq!(item.resource_link_id.as_ref().unwrap().as_str(), claim(&one, "resource_link")["id"]);
    assert!(one["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]["lineitem"].is_string());
}

#[tokio::test]
async fn nothing_forged_foreign_or_stale_adds_anything() {
    let mut choosing = open(Privacy::Full);
    let request = choosing.request("ada").await;
    let items = json!([{ "type": "ltiResourceLink", "title": "New" }]);
    let sound = response(&request, "n-1", &items);
    let with = |name: &str, value: Value| {
        let mut changed = sound.clone();
        changed[name] = value;
        changed
    };
    let deployment = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";
    for (what, changed, says) in [
        ("iss", with("iss", json!("nobody")), "client_id of a tool that is registered here"),
        ("aud", with("aud", json!("https://elsewhere.example")), "aud"),
        ("exp", with("exp", json!(NOW - 3600)), "exp"),
        ("deployment", with(deployment, json!("dep-9")), "deployment"),
        ("data", with(&format!("{DL}data"), json!("made-up")), "data: expected the value of this session"),
        ("no data", with(&format!("{DL}data"), json!(null)), "data"),
        ("another tool", with("iss", json!("other")), "data"),
        ("another deployment", with(deployment, json!("dep-2")), "another deployment"),
    ] {
        let page = choosing.post(&changed).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{what}");
        assert!(page.body.contains(says), "{what}: {}", page.body);
    }
    let stranger = SigningKey::generate_rs256("tool-1").unwrap();
    let forged = sign_compact(&stranger, &sound).unwrap();
    let genuine = sign_compact(key(), &sound).unwrap();
    for fields in [&[("JWT", forged.as_str())][..], &[("JWT", "junk")], &[], &[("JWT", &genuine), ("JWT", &genuine)]] {
        assert_eq!(choosing.desk.post(RETURN, fields).await.status, StatusCode::BAD_REQUEST);
    }
    // Somebody else's browser brings it.
    let own = choosing.desk.cookie.take();
    assert_eq!(choosing.post(&sound).await.status, StatusCode::BAD_REQUEST);
    let ben = choosing.desk.school.session_cookie(&Subject::new("ben"));
    choosing.desk.cookie = ben.split(';').next().map(str::to_owned);
    let page = choosing.post(&sound).await;
    assert!(page.body.contains("another user"), "{}", page.body);
    assert!(choosing.titles().is_empty(), "nothing was added so far");

    // None of it has used the genuine one up; it counts once, and so does its request.
    choosing.desk.cookie = own;
    assert_eq!(choosing.post(&sound).await.status, StatusCode::OK);
    for again in [sound.clone(), response(&request, "n-2", &items)] {
        let page = choosing.post(&again).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.body.contains("was not taken before"), "{}", page.body);
    }
    assert_eq!(choosing.titles(), ["New"]);
    let trace = choosing.desk.get("/trace.json").await.body;
    assert!(trace.contains("deep-linking-response") && trace.contains("choice-refused"), "{trace}");
    let signature = genuine.rsplit('.').next().unwrap();
    assert!(!trace.contains(signature), "no signature is kept");
}

#[tokio::test]
async fn an_unusable_item_does_not_lose_the_others_and_nothing_chosen_is_an_answer() {
    let mut choosing = open(Privacy::Full);
    let request = choosing.request("ada").await;
    let items = json!([{ "type": "link", "title": "No address" }, { "type": "ltiResourceLink" }]);
    let page = choosing.post(&response(&request, "n-1", &items)).await;
    assert!(page.status == StatusCode::OK && page.body.contains("unusable="), "{}", page.body);
    assert_eq!(choosing.titles(), ["Untitled"]);
    let request = choosing.request("ada").await;
    let mut nothing = response(&request, "n-2", &json!([]));
    nothing.as_object_mut().unwrap().remove(&format!("{DL}content_items"));
    nothing[format!("{DL}errormsg")] = json!("Nothing fits");
    let page = choosing.post(&nothing).await;
    assert!(page.status == StatusCode::OK && page.body.contains("errormsg=Nothing+fits"), "{}", page.body);
    assert_eq!(choosing.titles(), ["Untitled"]);
}

#[tokio::test]
async fn only_those_who_may_enter_choose() {
    let mut choosing = open(Privacy::Full);
    for (course, client_id, user, status) in [
        ("hist-101", "quiz", "nobody", StatusCode::BAD_REQUEST),
        ("hist-101", "none", "ada", StatusCode::BAD_REQUEST),
        ("bio-204", "quiz", "ada", StatusCode::BAD_REQUEST),
        ("none", "quiz", "ada", StatusCode::NOT_FOUND),
    ] {
        let fields = [("client_id", client_id), ("user", user)];
        let page = choosing.desk.post(&format!("/courses/{course}/content"), &fields).await;
        assert_eq!(page.status, status, "{course} {client_id} {user}");
    }
    let choice = ContentChoice::new("bio-204", ClientId::new("quiz"), Subject::new("chloe"));
    let started = choosing.desk.school.start_content(&choice).await.unwrap();
    assert_eq!(started.initiation.deployment_id.as_str(), "dep-2", "the deployment that holds the course");
}
