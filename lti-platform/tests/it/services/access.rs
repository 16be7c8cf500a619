//! Who may ask, and how.

use axum::body::Body;
use axum::http::{StatusCode, header};
use lti_core::service::ags::scores_url;
use lti_core::service::{Scope, media_type};
use lti_platform::Privacy;
use lti_platform::services::BODY_MAX;
use serde_json::{Value, json};

use super::{Client, HISTORY, desk_with, serviced};
use crate::support::{ISSUER, answer};

fn item() -> Value {
    json!({ "label": "Quiz", "scoreMaximum": 10 })
}

#[tokio::test]
async fn without_a_good_token_nothing_is_served_and_nothing_is_told() {
    let mut desk = desk_with(|_| ());
    let owner = Client::full(&mut desk, "quiz").await;
    let made = owner.create(&desk, &format!("{HISTORY}/lineitems"), &item()).await;
    let address = made["id"].as_str().unwrap();
    for (token, error) in [("", None), ("junk", Some("invalid_token"))] {
        let stranger = Client { token: token.to_owned() };
        for place in [address, &format!("{HISTORY}/memberships"), "/services/x/y/lineitems", "/services/x/y/z"] {
            let answer = stranger.get(&desk, place).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{place}");
            let challenge = answer.header(header::WWW_AUTHENTICATE);
            assert!(challenge.starts_with("Bearer "), "{challenge}");
            assert_eq!(challenge.contains("error="), error.is_some(), "{challenge}");
            assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json");
        }
    }
}

#[tokio::test]
async fn each_scope_opens_what_it_names() {
    let mut desk = desk_with(|_| ());
    let owner = Client::full(&mut desk, "quiz").await;
    let items = format!("{HISTORY}/lineitems");
    let made = owner.create(&desk, &items, &item()).await;
    let address = made["id"].as_str().unwrap().to_owned();
    let (scores, results) = (format!("{address}/scores"), format!("{address}/results"));
    let members = format!("{HISTORY}/memberships");
    let calls = [
        ("GET", items.as_str(), &[Scope::LineItem, Scope::LineItemReadonly][..]),
        ("GET", &address, &[Scope::LineItem, Scope::LineItemReadonly]),
        ("POST", &items, &[Scope::LineItem]),
        ("PUT", &address, &[Scope::LineItem]),
        ("POST", &scores, &[Scope::Score]),
        ("GET", &results, &[Scope::ResultReadonly]),
        ("GET", &members, &[Scope::ContextMembershipReadonly]),
        ("DELETE", &address, &[Scope::LineItem]),
    ];
    for scope in Scope::KNOWN {
        let client = Client::of(&mut desk, "quiz", scope.clone()).await;
        for (method, place, opens) in calls.iter().filter(|call| call.0 != "DELETE" || scope != Scope::LineItem) {
            let answer = client.send(&desk, method, place, &[], Body::empty()).await;
            let refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !opens.contains(&scope), "{method} {place} with {scope}: {}", answer.body);
            if refused {
                assert!(answer.header(header::WWW_AUTHENTICATE).contains("insufficient_scope"));
            }
        }
    }
}

#[tokio::test]
async fn a_tool_sees_its_own_line_items_in_each_deployment_and_context() {
    let mut desk = desk_with(|config| config.tools.push(serviced("third").with_scopes([])));
    let quiz = Client::full(&mut desk, "quiz").await;
    let address = quiz.create(&desk, &format!("{HISTORY}/lineitems"), &item()).await["id"].as_str().unwrap().to_owned();
    assert_eq!(quiz.get(&desk, &address).await.status, StatusCode::OK);
    let other = Client::full(&mut desk, "other").await;
    assert_eq!(other.get(&desk, &format!("{HISTORY}/lineitems")).await.json(), json!([]));
    let moved = |deployment: &str, context: &str| address.replace("dep-1", deployment).replace("hist-101", context);
    let mut refusals = Vec::new();
    for place in [address.clone(), format!("{address}/results"), format!("{HISTORY}/lineitems/999999")] {
        refusals.push(other.get(&desk, &place).await);
    }
    for (deployment, context) in [("dep-2", "hist-101"), ("dep-1", "bio-204"), ("dep-9", "hist-101"), ("dep-1", "x")] {
        refusals.push(quiz.get(&desk, &moved(deployment, context)).await);
    }
    refusals.push(quiz.get(&desk, &moved("dep-2", "bio-204")).await);
    assert!(refusals.iter().all(|answer| answer.status == StatusCode::NOT_FOUND), "{refusals:?}");
    // What belongs to others and what is not there look alike.
    assert_eq!(refusals[0].body, refusals[2].body);
    assert_eq!(other.delete(&desk, &address).await.status, StatusCode::NOT_FOUND);
    // A token for one deployment opens no other one.
    let confined = Client::deployed(&mut desk, "quiz", Some("dep-2"), Scope::LineItem).await;
    assert_eq!(confined.get(&desk, &address).await.status, StatusCode::NOT_FOUND);
    let elsewhere = confined.get(&desk, "/services/dep-2/bio-204/lineitems").await;
    assert_eq!(elsewhere.status, StatusCode::OK);
}

#[tokio::test]
async fn methods_media_types_and_sizes_are_named_where_they_are_wrong() {
    let mut desk = desk_with(|_| ());
    let quiz = Client::full(&mut desk, "quiz").await;
    let items = format!("{HISTORY}/lineitems");
    let address = quiz.create(&desk, &items, &item()).await["id"].as_str().unwrap().to_owned();
    for (method, place, allow) in [
        ("PATCH", address.clone(), "GET, HEAD, PUT, DELETE"),
        ("DELETE", items.clone(), "GET, HEAD, POST"),
        ("GET", scores_url(&address), "POST"),
        ("PUT", format!("{address}/results"), "GET, HEAD"),
        ("POST", format!("{HISTORY}/memberships"), "GET, HEAD"),
    ] {
        let answer = quiz.send(&desk, method, &place, &[], Body::empty()).await;
        assert_eq!((answer.status, answer.header(header::ALLOW)), (StatusCode::METHOD_NOT_ALLOWED, allow), "{place}");
    }
    for (accept, status) in [
        ("*/*", 200),
        ("application/json", 200),
        ("application/vnd.ims.lis.v2.lineitem+json; charset=utf-8, text/html;q=0.1", 200),
        ("text/html", 406),
        ("application/vnd.ims.lis.v2.lineitemcontainer+json", 406),
    ] {
        let answer = quiz.send(&desk, "GET", &address, &[(header::ACCEPT, accept)], Body::empty()).await;
        assert_eq!(answer.status.as_u16(), status, "{accept}");
    }
    for (content_type, status) in [
        ("application/json", 201),
        ("application/vnd.ims.lis.v2.lineitem+json;charset=UTF-8", 201),
        ("application/vnd.ims.lis.v1.score+json", 415),
        ("application/x-www-form-urlencoded", 415),
    ] {
        let answer = quiz.put(&desk, "POST", &items, content_type, &item()).await;
        assert_eq!(answer.status.as_u16(), status, "{content_type}");
    }
    let large = quiz.send(&desk, "POST", &items, &[], "x".repeat(BODY_MAX + 1)).await;
    assert_eq!((large.status, large.json()["status"].as_u64()), (StatusCode::PAYLOAD_TOO_LARGE, Some(413)));
    let unknown = quiz.get(&desk, &format!("{address}/grades")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_an_administrator_takes_back_is_gone_at_once() {
    let mut desk = desk_with(|config| config.tools[1] = serviced("other").with_privacy(Privacy::Anonymous));
    let quiz = Client::full(&mut desk, "quiz").await;
    assert_eq!(quiz.get(&desk, &format!("{HISTORY}/lineitems")).await.status, StatusCode::OK);
    desk.post("/tools/remove", &[("client_id", "quiz")]).await;
    let answer = quiz.get(&desk, &format!("{HISTORY}/lineitems")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    // Who may not know the users has line items, and nothing about people.
    let other = Client::full(&mut desk, "other").await;
    let address =
        other.create(&desk, &format!("{HISTORY}/lineitems"), &item()).await["id"].as_str().unwrap().to_owned();
    for (method, place) in [
        ("POST", scores_url(&address)),
        ("GET", format!("{address}/results")),
        ("GET", format!("{HISTORY}/memberships")),
    ] {
        let answer = other.send(&desk, method, &place, &[], Body::empty()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{place}");
    }
}

#[tokio::test]
async fn launches_say_where_the_services_are() {
    let mut desk = desk_with(|_| ());
    let quiz = Client::full(&mut desk, "quiz").await;
    let link = desk.links()[0].to_string();
    let items = format!("{HISTORY}/lineitems");
    let endpoint = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";
    let mut tied = Vec::new();
    for expected in [0, 1, 2] {
        let login = desk.launch(0, "aoi", &[]).await;
        let page = desk.authenticate(&answer(&login).to_pairs()).await;
        let token = page.field("id_token").unwrap();
        let token = lti_core::jose::CompactJws::parse(&token).unwrap();
        let claims: Value = serde_json::from_slice(token.payload()).unwrap();
        assert_eq!(claims[endpoint]["lineitems"], format!("{ISSUER}{items}"));
        assert_eq!(claims[endpoint]["scope"].as_array().map(Vec::len), Some(4));
        let roster = &claims["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"];
        assert_eq!(roster["context_memberships_url"], format!("{ISSUER}{HISTORY}/memberships"));
        // Only where there is exactly one.
        assert_eq!(claims[endpoint].get("lineitem"), tied.first().filter(|_| expected == 1));
        let mut item = item();
        item["resourceLinkId"] = json!(link);
        tied.push(quiz.create(&desk, &items, &item).await["id"].clone());
    }
}

#[tokio::test]
async fn what_the_services_were_asked_is_in_the_trace_and_the_token_is_not() {
    let mut desk = desk_with(|_| ());
    let quiz = Client::of(&mut desk, "quiz", Scope::LineItem).await;
    quiz.create(&desk, &format!("{HISTORY}/lineitems"), &item()).await;
    Client { token: "junk".to_owned() }.get(&desk, &format!("{HISTORY}/memberships?limit=1")).await;
    let calls = desk.school.trace().service_calls();
    let seen: Vec<_> = calls.iter().map(|call| (call.method.as_str(), call.status, call.client_id.is_some())).collect();
    assert_eq!(seen, [("GET", 401, false), ("POST", 201, true), ("POST", 200, true)]);
    assert_eq!(calls[2].request, format!("grant_type=client_credentials&scope={}", Scope::LineItem));
    assert_eq!(calls[0].address, format!("{ISSUER}{HISTORY}/memberships?limit=1"));
    assert_eq!(calls[1].scopes.to_string(), Scope::LineItem.as_str());
    assert_eq!(serde_json::from_str::<Value>(&calls[1].request).unwrap(), item());
    assert!(!serde_json::to_string(&calls).unwrap().contains(&quiz.token));
    assert_eq!(calls[1].media_type, media_type::LINE_ITEM);
}
