//! Content chosen in a tool of LTI 1.1.

use axum::http::StatusCode;
use lti_core::Timestamp;
use lti_core::lti11::content_item::ContentItemSelectionRequest;
use lti_core::lti11::launch::LaunchParameters;
use lti_core::lti11::oauth1::{Credentials, Lti11Secret, Parameters, SignatureMethod, Stamp, sign_form};
use serde_json::{Value, json};

use super::{KEY, LAUNCH, Posted, SECRET, desk, hub, launch};
use crate::support::{Desk, ISSUER, NOW, Page, Pairs};

const RETURN: &str = "http://127.0.0.1:9310/lti11/content-items";
const COURSE: &str = "/courses/hist-101/content";

/// Asks for content as Ada; the form is checked as a tool does it.
async fn asked(desk: &mut Desk) -> Posted {
    let page = desk.post(COURSE, &[("client_id", "hub"), ("user", "ada")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let posted = Posted::of(&page);
    assert!(posted.is_signed_with(SECRET));
    posted
}

fn graph(items: &Value) -> String {
    json!({ "@context": "http://purl.imsglobal.org/ctx/lti/v1/ContentItem", "@graph": items }).to_string()
}

fn link(title: &str) -> Value {
    let url = "http://127.0.0.1:9180/launch11?q=1&item=7";
    json!({ "@type": "LtiLinkItem", "mediaType": "application/vnd.ims.lti.v1.ltilink", "url": url, "title": title,
            "custom": { "Unit:One": "1" } })
}

/// The answer of the tool; no field for what is empty.
fn answer(data: &str, items: &str, nonce: &str, secret: &str) -> Pairs {
    let fields = [
        ("lti_message_type", "ContentItemSelection"),
        ("lti_version", "LTI-1p0"),
        ("content_items", items),
        ("data", data),
        ("lti_msg", "Well chosen"),
    ];
    let fields: Parameters = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let secret = Lti11Secret::new(secret);
    let credentials = Credentials { consumer_key: KEY, secret: &secret, method: SignatureMethod::HmacSha1 };
    let stamp = Stamp { timestamp: Timestamp::from_secs(NOW), nonce };
    let signed = sign_form(RETURN, &fields, &credentials, stamp).unwrap();
    signed.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

async fn send(desk: &mut Desk, fields: &[(String, String)]) -> Page {
    desk.post_pairs("/lti11/content-items", fields).await
}

#[tokio::test]
async fn the_request_says_who_asks_and_what_is_taken() {
    let mut desk = desk(hub().with_custom([("link", "$ResourceLink.id"), ("course", "$Context.id")]));
    let posted = asked(&mut desk).await;
    assert_eq!(posted.action, LAUNCH);
    let message = LaunchParameters::new(posted.fields.iter());
    let request = ContentItemSelectionRequest::read(&message).unwrap();
    assert_eq!(request.content_item_return_url, RETURN);
    assert!(request.accept_multiple && request.auto_create && !request.accept_unsigned && !request.can_confirm);
    assert!(request.accepts("application/vnd.ims.lti.v1.ltilink") && request.accepts("image/png"));
    assert_eq!(message.resource_link_id(), None);
    assert_eq!((message.user_id(), message.get("roles")), (Some("2001"), Some("Instructor")));
    assert_eq!(message.custom("course"), Some("hist-101"));
    assert_eq!(message.custom("link"), Some("$ResourceLink.id"), "there is none");
    let data = request.data.unwrap();
    assert!(!data.contains("ada") && !posted.fields.to_form().contains("lis_result_sourcedid"));
}

#[tokio::test]
async fn what_was_chosen_is_in_the_course_and_can_be_launched() {
    let mut desk = desk(hub());
    let data = asked(&mut desk).await.get("data").unwrap().to_owned();
    let items = json!([
        link("Chosen quiz"),
        { "@type": "ContentItem", "mediaType": "text/html", "url": "https://library.example/", "title": "A page" },
        { "@type": "ContentItem", "mediaType": "text/html", "title": "A list", "text": "<b>x</b><script>alert(1)</script>" },
        { "@type": "LtiLinkItem", "title": "Evil", "url": "javascript:alert(1)" },
    ]);
    let before = desk.links().len();
    let page = send(&mut desk, &answer(&data, &graph(&items), "n1", SECRET)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("added=3") && page.body.contains("unusable="), "{}", page.body);
    let course = desk.get(COURSE).await.body;
    for there in ["Chosen quiz", "A page", "https://library.example/", "<b>x</b>"] {
        assert!(course.contains(there), "{there} in {course}");
    }
    assert!(!course.contains("alert(1)") && !course.contains("Evil"));
    let notices = desk.get("/courses/hist-101?added=3&msg=Well+chosen").await.body;
    assert!(notices.contains("3 items were added") && notices.contains("Well chosen"));
    assert_eq!(desk.links().len(), before + 1);
    let made = desk.school.school().courses[0].links.len() - 1;
    let launched = launch(&mut desk, made, "aoi", &[]).await;
    assert_eq!(launched.action, "http://127.0.0.1:9180/launch11?q=1&item=7");
    assert_eq!(launched.get("custom_unit_one"), Some("1"));
    assert_eq!(launched.get("resource_link_title"), Some("Chosen quiz"));
    let trace = desk.get("/trace.json").await.body;
    assert!(trace.contains("content-item-selection") && trace.contains("chosen") && !trace.contains(SECRET));
}

#[tokio::test]
async fn what_is_not_of_this_session_or_not_signed_adds_nothing() {
    let mut desk = desk(hub());
    let data = asked(&mut desk).await.get("data").unwrap().to_owned();
    let before = desk.links().len();
    let items = graph(&json!([link("Quiz")]));
    let sound = answer(&data, &items, "n1", SECRET);
    let without = |name: &str| sound.iter().filter(|(known, _)| known != name).cloned().collect::<Pairs>();
    let mut altered = sound.clone();
    altered[2].1 = graph(&json!([link("Another")]));
    for (fields, text) in [
        (without("oauth_signature"), "expected oauth_signature, saw none"),
        (altered, "expected that of a tool"),
        (answer(&data, &items, "n1", "wrong"), "expected that of a tool"),
        (answer("", &items, "n2", SECRET), "no data"),
        (answer(&format!("{data}x"), &items, "n3", SECRET), "did not give"),
        (answer(&data, "not json", "n4", SECRET), "content_items: not JSON"),
    ] {
        let page = send(&mut desk, &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{text}");
        assert!(page.body.contains(text), "{text} in {}", page.body);
    }
    let cookie = desk.cookie.take();
    assert!(send(&mut desk, &sound).await.body.contains("another user"));
    let _ = desk.post("/launch", &[("link", desk.links()[0].clone().as_str()), ("user", "ben")]).await;
    assert!(send(&mut desk, &sound).await.body.contains("another user"));
    assert_eq!(desk.links().len(), before);
    // None of them has used it up; a second time it is, also under another nonce.
    desk.cookie = cookie;
    assert_eq!(send(&mut desk, &sound).await.status, StatusCode::OK);
    for again in [&sound, &answer(&data, &items, "n5", SECRET)] {
        let page = send(&mut desk, again).await;
        assert!(page.status == StatusCode::BAD_REQUEST && page.body.contains("saw one that was"), "{}", page.body);
    }
    assert_eq!(desk.links().len(), before + 1);
}

#[tokio::test]
async fn nothing_may_be_chosen() {
    let mut desk = desk(hub());
    let before = desk.links().len();
    for (index, items) in ["", "{\"@graph\":[]}"].into_iter().enumerate() {
        let data = asked(&mut desk).await.get("data").unwrap().to_owned();
        let page = send(&mut desk, &answer(&data, items, &format!("n{index}"), SECRET)).await;
        assert!(page.status == StatusCode::OK && page.body.contains("added=0"), "{}", page.body);
        assert!(
            page.body.contains(&format!("{}/courses/hist-101", ISSUER.trim_start_matches("http://127.0.0.1:9310")))
        );
    }
    assert_eq!(desk.links().len(), before);
}
