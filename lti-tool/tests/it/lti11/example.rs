//! The example for both versions runs, over TCP: a signed form is posted, and the grade arrives.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use http::HeaderMap;
use lti_core::lti11::oauth1::{Credentials, Lti11Secret, Parameters, SignatureMethod, Stamp, sign_form};
use lti_core::lti11::outcomes::{OutcomeRequest, OutcomeResponse};
use oauth2_issuer::clock::{Clock as _, SystemClock};
use tokio::net::TcpListener;

use crate::example::start_named;

#[tokio::test]
async fn a_platform_of_lti_1_1_launches_it_and_gets_its_grade() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let platform = format!("http://{}", listener.local_addr().unwrap());
    let kept = Arc::clone(&heard);
    let service = Router::new().route(
        "/outcomes",
        post(move |headers: HeaderMap, body: Bytes| async move {
            assert!(headers["authorization"].to_str().unwrap().starts_with("OAuth "));
            assert_eq!(headers["content-type"], "application/xml");
            let asked = OutcomeRequest::from_xml(&body).unwrap();
            let answer = OutcomeResponse::success("1", &asked, "stored").to_xml().unwrap();
            kept.lock().unwrap().push(asked);
            answer
        }),
    );
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    let (_running, tool) = tokio::task::spawn_blocking({
        let platform = platform.clone();
        move || start_named("one_tool_two_versions", &platform)
    })
    .await
    .unwrap();
    let outcomes = format!("{platform}/outcomes");
    let fields: Parameters = [
        ("lti_message_type", "basic-lti-launch-request"),
        ("lti_version", "LTI-1p0"),
        ("resource_link_id", "link-1"),
        ("user_id", "user-1"),
        ("roles", "Learner"),
        ("lis_person_name_given", "Ada"),
        ("custom_chapter", "4"),
        ("lis_outcome_service_url", outcomes.as_str()),
        ("lis_result_sourcedid", "s-1"),
    ]
    .into_iter()
    .collect();
    let secret = Lti11Secret::new("secret");
    let credentials = Credentials { consumer_key: "key", secret: &secret, method: SignatureMethod::HmacSha1 };
    let stamp = Stamp { timestamp: SystemClock.now(), nonce: "example-1" };
    let url = format!("{tool}/lti/launch");
    let form = sign_form(&url, &fields, &credentials, stamp).unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.post(&url).form(&form.iter().collect::<Vec<_>>()).send().await.unwrap();
    let page = answer.text().await.unwrap();
    assert_eq!(page, "Welcome, Ada, by LTI 1.1, to chapter 4: full points");
    let heard = heard.lock().unwrap();
    assert_eq!((heard.len(), heard[0].operation.sourcedid()), (1, Some("s-1")));
}
