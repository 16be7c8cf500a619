//! Requests for content, behind HTTP: what is chosen arrives signed, what the platform forbids is not signed at all.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Form, State};
use axum::response::{Html, IntoResponse as _, Response};
use http::{HeaderMap, Request, StatusCode};
use lti_core::inspect::response::{ResponseContext, verify};
use lti_core::inspect::{Deployments, Policy};
use lti_core::jose::{KeySet, SigningKey, sign_compact};
use lti_core::message::deep_linking::{
    ContentItem, DeepLinkingSettings, HtmlItem, ItemLineItem, ItemType, LinkItem, LtiDeepLinkingResponse, OpaqueData,
    ResourceLinkItem,
};
use lti_core::service::ags::MaximumPoints;
use lti_tool::deep_linking::CHOICE_LIFETIME;
use lti_tool::{ChoiceError, DeepLinking, Launch, LaunchError, LtiTool, Page, Received, RespondError};
use oauth2_issuer::clock::Clock as _;
use oauth2_issuer::key_ring::KeyRing;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::world::{Browser, CLIENT, ISSUER, KEY, Login, START, World, registration};

const SETTINGS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";
const RETURN: &str = "https://lms.example/return?course=1&a=\"b\"";

/// The tool's key, made once.
static TOOL_KEY: LazyLock<Vec<u8>> =
    LazyLock::new(|| SigningKey::generate_rs256("x").unwrap().to_pkcs8_der().unwrap().as_bytes().to_vec());

fn world() -> World {
    World::with(|builder| {
        let key = SigningKey::from_pkcs8_der("tool-key", &TOOL_KEY).unwrap();
        let clock = Arc::new(oauth2_issuer::clock::ManualClock::new(START));
        let ring = Arc::new(KeyRing::with_key(clock, key));
        builder.registration(registration(ISSUER, CLIENT).only_deployments(["dep-1"])).key_ring(ring)
    })
}

fn quiz() -> ContentItem {
    let mut quiz = ResourceLinkItem { title: Some("Quiz".to_owned()), ..ResourceLinkItem::default() };
    quiz.line_item = Some(ItemLineItem::new(MaximumPoints::new(10.0).unwrap()));
    quiz.into()
}

async fn launched(launch: Launch) -> String {
    format!("Hello, {}", launch.user().map_or("nobody", |user| user.as_str()))
}

/// Shows a form whose only hidden field carries the request on.
async fn choose(request: DeepLinking) -> Html<String> {
    let course = request.context().and_then(|context| context.title.as_deref()).unwrap_or("no course");
    Html(format!("{course} <input name=\"kept\" value=\"{}\">", request.choice().keep()))
}

async fn chosen(State(tool): State<LtiTool>, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    match tool.choice(field("kept").unwrap_or_default()) {
        Ok(choice) if field("cancel").is_some() => choice.cancel().into_response(),
        Ok(choice) => choice.respond([quiz()]).into_response(),
        Err(error) => error.into_response(),
    }
}

fn app(world: &World) -> Router {
    let tool = &world.tool;
    tool.router_with_deep_linking(launched, choose)
        .route("/chosen", axum::routing::post(chosen))
        .with_state(tool.clone())
}

async fn send(app: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

fn form(path: &str, browser: &Browser, fields: &[(&str, &str)]) -> Request<Body> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = Request::post(path).body(Body::from(body)).unwrap();
    *request.headers_mut() = browser.headers();
    request.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    request
}

/// The claims of a request, as the certification suite sends it: without target, link and roles.
fn request(world: &World, login: &Login) -> Value {
    let mut claims = world.message(login);
    let lti = |name: &str| format!("https://purl.imsglobal.org/spec/lti/claim/{name}");
    claims[lti("message_type")] = json!("LtiDeepLinkingRequest");
    claims[lti("context")] = json!({"id": "c", "title": "Physics"});
    for name in ["target_link_uri", "resource_link", "roles"] {
        claims.as_object_mut().unwrap().remove(&lti(name));
    }
    claims[SETTINGS] = json!({
        "deep_link_return_url": RETURN, "accept_types": ["ltiResourceLink", "link"], "accept_multiple": false,
        "accept_presentation_document_targets": ["iframe"], "data": {"session": [1]},
    });
    claims
}

async fn ask(world: &World, app: &Router, change: impl FnOnce(&mut Value)) -> (StatusCode, HeaderMap, String) {
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let mut claims = request(world, &login);
    change(&mut claims);
    let token = sign_compact(&KEY, &claims).unwrap();
    send(app, form("/lti/launch", &browser, &[("id_token", &token), ("state", &login["state"])])).await
}

/// What stands in an attribute of the page.
fn attribute(body: &str, before: &str) -> String {
    let (_, rest) = body.split_once(before).unwrap_or_else(|| panic!("{before} in {body}"));
    rest.split_once('"').unwrap().0.replace("&#34;", "\"").replace("&#38;", "&")
}

/// The response as a platform judges it.
fn judged(world: &World, jwt: &str) -> LtiDeepLinkingResponse {
    let mut settings = DeepLinkingSettings::new(RETURN, [ItemType::ResourceLink, ItemType::Link]);
    settings.data = Some(OpaqueData::json(&json!({"session": [1]})));
    let context = ResponseContext {
        keys: &KeySet::parse(world.tool.jwks().to_string().as_bytes()).unwrap(),
        issuer: &ISSUER.into(),
        client_id: &CLIENT.into(),
        deployments: Deployments::Known(&["dep-1".into()]),
        settings: Some(&settings),
        policy: &Policy::default(),
    };
    verify(jwt, &context, world.clock.now()).unwrap().response().clone()
}

#[tokio::test]
async fn what_is_chosen_arrives_signed_by_a_published_key() {
    let world = world();
    let app = app(&world);
    let (status, headers, body) = ask(&world, &app, |_| {}).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(body.starts_with("Physics") && headers.contains_key("set-cookie"), "{body}");
    let kept = attribute(&body, "value=\"");
    let (status, headers, body) = send(&app, form("/chosen", &Browser::default(), &[("kept", &kept)])).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(attribute(&body, "action=\""), RETURN);
    assert_eq!(body.matches(" name=").count() - body.matches("<meta name=").count(), 1, "JWT alone: {body}");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(headers["cache-control"], "no-store");
    let response = judged(&world, &attribute(&body, "name=\"JWT\" value=\""));
    assert_eq!(response.content_items, [quiz()]);
    let again = send(&app, form("/chosen", &Browser::default(), &[("kept", &kept)])).await.2;
    let again = judged(&world, &attribute(&again, "name=\"JWT\" value=\""));
    assert_ne!(again.nonce, response.nonce, "each response has a nonce of its own");
}

#[tokio::test]
async fn somebody_who_chooses_nothing_goes_back_too() {
    let world = world();
    let app = app(&world);
    let kept = attribute(&ask(&world, &app, |_| {}).await.2, "value=\"");
    let fields = [("kept", kept.as_str()), ("cancel", "1")];
    let body = send(&app, form("/chosen", &Browser::default(), &fields)).await.2;
    assert_eq!(judged(&world, &attribute(&body, "name=\"JWT\" value=\"")).content_items, []);
}

#[tokio::test]
async fn a_launch_still_ends_in_its_own_handler_and_a_request_only_where_it_is_wanted() {
    let world = world();
    let app = app(&world);
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let token = sign_compact(&KEY, &world.message(&login)).unwrap();
    let fields = [("id_token", token.as_str()), ("state", &login["state"])];
    let (status, _, body) = send(&app, form("/lti/launch", &browser, &fields)).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "Hello, user-1"));
    let plain: Router = world.tool.router(launched);
    let (status, _, body) = ask(&world, &plain, |_| {}).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(body.contains("lti13-launch-message-type"), "{body}");
    for (claim, value, rule) in [
        (SETTINGS, json!(null), "lti13-dl-settings-missing"),
        (SETTINGS, json!({"deep_link_return_url": "javascript:1"}), "lti13-dl-settings-return-url"),
        ("aud", json!("other"), "lti13-token-aud"),
    ] {
        let (status, _, body) = ask(&world, &app, |claims| claims[claim] = value).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert!(body.contains(rule) && !body.contains("Physics"), "{body}");
    }
}

#[tokio::test]
async fn a_request_is_accepted_once_and_must_lead_here() {
    let world = world();
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let mut claims = request(&world, &login);
    let token = sign_compact(&KEY, &claims).unwrap();
    let headers = browser.headers();
    let fields = |token: String| [("id_token".to_owned(), token), ("state".to_owned(), login["state"].clone())];
    let received = world.tool.receive(fields(token.clone()), &headers).await.unwrap();
    assert!(matches!(received, Received::DeepLinking(_)));
    assert_eq!(world.tool.receive(fields(token), &headers).await.err(), Some(LaunchError::NonceReplayed));
    claims["https://purl.imsglobal.org/spec/lti/claim/target_link_uri"] = json!("https://evil.example/");
    let foreign = world.tool.receive(fields(sign_compact(&KEY, &claims).unwrap()), &headers).await;
    assert!(matches!(foreign.err(), Some(LaunchError::TargetForeign { .. })));
}

async fn requested(world: &World, change: impl FnOnce(&mut Value)) -> DeepLinking {
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let mut claims = request(world, &login);
    change(&mut claims);
    let fields =
        [("id_token".to_owned(), sign_compact(&KEY, &claims).unwrap()), ("state".to_owned(), login["state"].clone())];
    match world.tool.receive(fields, &browser.headers()).await.unwrap() {
        Received::DeepLinking(requested) => requested.request,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_the_platform_does_not_take_is_not_signed() {
    let world = world();
    let request = requested(&world, |_| {}).await;
    let html = || HtmlItem { html: "<p>".to_owned(), ..HtmlItem::default() }.into();
    let two = request.respond([quiz(), quiz()]);
    assert_eq!(two.err(), Some(RespondError::Multiple { items: 2 }));
    let refused = request.respond([html()]).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "accept_types of the request allows ltiResourceLink, link, not an item of the type html"
    );
    assert_eq!(Page::from(&refused).status, StatusCode::UNPROCESSABLE_ENTITY);
    let nowhere = LinkItem { url: "/here".to_owned(), ..LinkItem::default() };
    let refused = request.respond([nowhere.into()]).unwrap_err();
    assert!(refused.to_string().starts_with("lti13-dl-response-item-url"), "{refused}");
    let open = requested(&world, |claims| {
        claims[SETTINGS].as_object_mut().unwrap().remove("accept_multiple");
        claims[SETTINGS].as_object_mut().unwrap().remove("accept_types");
    });
    assert!(open.await.respond([quiz(), html()]).is_ok());
    let without_key = World::with(|builder| builder.registration(registration(ISSUER, CLIENT)));
    assert_eq!(requested(&without_key, |_| {}).await.cancel().err(), Some(RespondError::NoKey));
}

#[tokio::test]
async fn a_kept_choice_is_this_tools_own_and_ends() {
    let world = world();
    let kept = requested(&world, |_| {}).await.choice().keep();
    let choice = world.tool.choice(&kept).unwrap();
    assert_eq!(choice.settings().data, Some(OpaqueData::json(&json!({"session": [1]}))));
    assert!(!format!("{choice:?}").contains("session"));
    let (payload, tag) = kept.split_once('.').unwrap();
    for foreign in ["", ".", &kept[1..], &format!("{payload}.{}", &tag[1..]), &format!("x{payload}.{tag}")] {
        assert_eq!(world.tool.choice(foreign).err(), Some(ChoiceError::Foreign), "{foreign}");
    }
    world.clock.advance(CHOICE_LIFETIME);
    assert!(world.tool.choice(&kept).is_ok());
    world.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(world.tool.choice(&kept).err(), Some(ChoiceError::Expired));
    assert_eq!(Page::from(&ChoiceError::Expired).status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn more_can_be_said_than_items() {
    let world = world();
    let request = requested(&world, |_| {}).await;
    let page = request.choice().respond_with([], |response| response.errormsg = Some("<b>nothing".to_owned())).unwrap();
    let response = judged(&world, &attribute(&page.body, "name=\"JWT\" value=\""));
    assert_eq!(response.errormsg.as_deref(), Some("<b>nothing"));
}
