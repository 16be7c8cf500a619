//! Launches of LTI 1.x, alone and beside those of LTI 1.3.

mod content;
mod example;
mod launch;
mod outcomes;
mod relaunch;

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use lti_core::lti11::oauth1::{Credentials, Lti11Secret, Parameters, SignatureMethod, Stamp, sign_form};
use lti_tool::LtiToolBuilder;
use oauth2_issuer::clock::Clock as _;
use tower::ServiceExt as _;

use crate::world::{Browser, CLIENT, ISSUER, World, registration};

pub(super) const LAUNCH_URL: &str = "https://tool.example/lti/launch";
pub(super) const KEY_1: &str = "consumer-1";
pub(super) const SECRET_1: &str = "secret & one";
pub(super) const RETURN_URL: &str = "https://lms.example/back?course=7";

static NONCES: AtomicUsize = AtomicUsize::new(0);

pub(super) fn nonce() -> String {
    format!("nonce-{}", NONCES.fetch_add(1, Ordering::SeqCst))
}

pub(super) fn consumers(builder: LtiToolBuilder) -> LtiToolBuilder {
    let builder = builder.registration(registration(ISSUER, CLIENT));
    builder.consumer(KEY_1, SECRET_1).consumer("consumer-2", "secret two")
}

pub(super) fn sound() -> Vec<(&'static str, &'static str)> {
    vec![
        ("lti_message_type", "basic-lti-launch-request"),
        ("lti_version", "LTI-1p0"),
        ("resource_link_id", "link-1"),
        ("resource_link_title", "Engines"),
        ("user_id", "user-1"),
        ("roles", "urn:lti:role:ims/lis/Learner,urn:lti:instrole:ims/lis/Instructor"),
        ("lis_person_name_full", "Ada *~'() & co \u{e9}"),
        ("context_id", "course-1"),
        ("context_title", "Machines"),
        ("custom_my_chapter", "4"),
        ("launch_presentation_return_url", RETURN_URL),
    ]
}

/// Signs fields for this address with this secret, at the time of the world.
pub(super) fn sign(world: &World, url: &str, key: &str, secret: &str, fields: &[(&str, &str)]) -> Parameters {
    let secret = Lti11Secret::new(secret);
    let credentials = Credentials { consumer_key: key, secret: &secret, method: SignatureMethod::HmacSha1 };
    let stamp = Stamp { timestamp: world.clock.now(), nonce: &nonce() };
    sign_form(url, &fields.iter().copied().collect(), &credentials, stamp).unwrap()
}

pub(super) fn signed(world: &World, fields: &[(&str, &str)]) -> Parameters {
    sign(world, LAUNCH_URL, KEY_1, SECRET_1, fields)
}

pub(super) fn body(form: &Parameters) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form.iter()).finish()
}

pub(super) fn post(path: &str, browser: &Browser, body: String) -> Request<Body> {
    let mut request = Request::post(path).body(Body::from(body)).unwrap();
    *request.headers_mut() = browser.headers();
    request.headers_mut().insert("content-type", "application/x-www-form-urlencoded; charset=UTF-8".parse().unwrap());
    request
}

pub(super) async fn send(app: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

pub(super) fn cookies(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
}

/// The fields of the form on a page that sends itself, and where it goes.
pub(super) fn form_of(page: &str) -> (String, Parameters) {
    let between = |text: &str, before: &str, after: &str| {
        text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).map(|(found, _)| unescape(found))
    };
    let fields = page.split("<input type=\"hidden\" ").skip(1);
    let pairs: Vec<_> = fields
        .map(|field| (between(field, "name=\"", "\"").unwrap(), between(field, "value=\"", "\"").unwrap()))
        .collect();
    (between(page, "action=\"", "\"").unwrap(), pairs.iter().map(|(name, value)| (name, value)).collect())
}

fn unescape(text: &str) -> String {
    let named = text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">");
    named.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&#38;", "&").replace("&amp;", "&")
}
