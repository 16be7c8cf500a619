//! A teacher chooses content, and the platform verifies what comes back.

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use lti_core::lti11::content_item::{ContentItem, ContentItemSelection};
use lti_core::lti11::inspect::{Context, Lti11Violation, Policy, Received, Request, Takes, verify};
use lti_core::lti11::oauth1::Lti11Secret;
use lti_tool::lti11::{AnyContentRequest, AnyLaunch, ContentItemError};

use super::{KEY_1, SECRET_1, body, consumers, form_of, post, send, signed};
use crate::world::{Browser, START, World};

const RETURN_URL: &str = "https://lms.example/content?course=7";

fn request(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let fields = [
        ("lti_message_type", "ContentItemSelectionRequest"),
        ("lti_version", "LTI-1p0"),
        ("user_id", "teacher-1"),
        ("roles", "Instructor"),
        ("accept_media_types", "application/vnd.ims.lti.v1.ltilink"),
        ("accept_presentation_document_targets", "iframe,window"),
        ("content_item_return_url", RETURN_URL),
        ("data", "opaque & \u{e9}"),
    ];
    let kept = fields.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    kept.chain(more.iter().copied()).collect()
}

async fn launched(_: AnyLaunch) -> &'static str {
    "launched"
}

/// Returns one link and, in a second window, two.
async fn choose(asked: AnyContentRequest) -> Response {
    let AnyContentRequest::Lti11(asked) = asked else { return "the other version".into_response() };
    let link = ContentItem::lti_link("https://tool.example/lti/launch", "Quiz");
    assert_eq!(asked.consumer_key(), KEY_1);
    let two = asked.respond([link.clone(), link.clone()]).await;
    assert_eq!(two, Err(ContentItemError::Multiple { items: 2 }));
    let picture = asked.respond([ContentItem::content("https://tool.example/p.png", "image/png")]).await;
    assert_eq!(picture, Err(ContentItemError::MediaType("image/png".into())));
    asked.respond([link]).await.unwrap().into_response()
}

fn app(world: &World) -> Router {
    world.tool.router_with_lti11_and_content(launched, choose)
}

#[tokio::test]
async fn a_choice_goes_back_signed() {
    let world = World::with(consumers);
    let form = signed(&world, &request(&[]));
    let (status, _, page) = send(&app(&world), post("/lti/launch", &Browser::default(), body(&form))).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let (action, form) = form_of(&page);
    assert_eq!(action, RETURN_URL);
    let form = body(&form);
    let received = Request::read(Received {
        method: "POST",
        url: &action,
        content_type: Some("application/x-www-form-urlencoded"),
        authorization: None,
        body: form.as_bytes(),
    });
    let secret = Lti11Secret::new(SECRET_1);
    let context = Context { secret: Some(&secret), takes: Takes::ContentItemSelections, policy: &Policy::default() };
    let clean = verify(&received.unwrap(), &context, START).unwrap();
    let answer = ContentItemSelection::read(clean.parameters()).unwrap();
    assert_eq!((answer.items.len(), answer.data.as_deref()), (1, Some("opaque & \u{e9}")));
    assert_eq!(answer.items[0].title.as_deref(), Some("Quiz"));
}

#[tokio::test]
async fn a_tool_without_content_takes_no_request_for_it() {
    let world = World::with(consumers);
    let form = signed(&world, &request(&[]));
    let app = world.tool.router_with_lti11(launched);
    let (status, _, page) = send(&app, post("/lti/launch", &Browser::default(), body(&form))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(page.contains(Lti11Violation::MessageContentItem.id()), "{page}");
}

#[tokio::test]
async fn a_request_that_cannot_be_answered_is_refused() {
    let world = World::with(consumers);
    for address in ["", "javascript:alert(1)"] {
        let form = signed(&world, &request(&[("content_item_return_url", address)]));
        let (status, _, page) = send(&app(&world), post("/lti/launch", &Browser::default(), body(&form))).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{address}");
        assert!(page.contains("content_item_return_url") && !page.contains("javascript:"), "{page}");
    }
}
