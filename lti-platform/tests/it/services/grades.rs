//! Line items, scores and results through the router.

use axum::http::{StatusCode, header};
use lti_core::service::ags::{LineItem, ScoreResult, results_url, scores_url};
use lti_core::service::media_type::{LINE_ITEM, LINE_ITEM_CONTAINER, RESULT_CONTAINER, SCORE};
use serde_json::{Value, json};

use super::{Answer, Client, HISTORY, desk_with};
use crate::support::{Desk, ISSUER};

async fn school() -> (Desk, Client, String) {
    let mut desk = desk_with(|_| ());
    let quiz = Client::full(&mut desk, "quiz").await;
    (desk, quiz, format!("{HISTORY}/lineitems"))
}

fn item(label: &str) -> Value {
    json!({ "label": label, "scoreMaximum": 10 })
}

/// A score of somebody at that millisecond.
fn score(user: &str, millisecond: u32, given: f64) -> Value {
    json!({
        "userId": user, "timestamp": format!("2026-11-22T08:00:00.{millisecond:03}Z"), "scoreGiven": given,
        "scoreMaximum": 10, "activityProgress": "Completed", "gradingProgress": "FullyGraded",
    })
}

async fn post(desk: &Desk, tool: &Client, item: &str, score: &Value) -> Answer {
    tool.put(desk, "POST", &scores_url(item), SCORE, score).await
}

async fn result(desk: &Desk, tool: &Client, item: &str, user: &str) -> Value {
    let answer = tool.get(desk, &format!("{}?user_id={user}", results_url(item))).await;
    assert_eq!(answer.header(header::CONTENT_TYPE), RESULT_CONTAINER);
    assert_eq!(ScoreResult::read_list(answer.body.as_bytes()).problems, []);
    answer.json()[0].clone()
}

#[tokio::test]
async fn a_line_item_comes_back_as_it_was_sent() {
    let (desk, quiz, items) = school().await;
    let sent = json!({
        "id": "https://elsewhere.example/1", "label": "Chapter 5", "scoreMaximum": 60, "resourceId": "quiz 231",
        "tag": "gr\u{e4}de", "startDateTime": "2026-03-06T20:05:02+00", "endDateTime": "", "gradesReleased": true,
        "submissionReview": { "reviewableStatus": ["Completed"] }, "https://vendor.example/x": { "a": [1, null] },
        "unknown": 7, "resourceLinkId": desk.links()[0],
    });
    let made = quiz.create(&desk, &items, &sent).await;
    let address = made["id"].as_str().unwrap();
    assert!(address.starts_with(&format!("{ISSUER}{items}/")), "{address}");
    let mut expected = sent.clone();
    expected["id"] = json!(address);
    expected["startDateTime"] = json!("2026-03-06T20:05:02.000Z");
    for member in ["endDateTime", "unknown"] {
        expected.as_object_mut().unwrap().remove(member);
    }
    assert_eq!(made, expected);
    let read = quiz.get(&desk, address).await;
    assert_eq!((read.json(), read.header(header::CONTENT_TYPE)), (expected.clone(), LINE_ITEM));
    assert!(LineItem::read_answer(read.body.as_bytes()).problems.is_empty());
    assert_eq!(quiz.get(&desk, &items).await.json(), json!([expected]));
    // A replacement is whole, and the link stays.
    let answer = quiz.put(&desk, "PUT", address, LINE_ITEM, &item("New")).await;
    assert_eq!(answer.status, StatusCode::OK);
    let replaced = json!({ "id": address, "label": "New", "scoreMaximum": 10, "resourceLinkId": desk.links()[0] });
    assert_eq!((answer.json(), quiz.get(&desk, address).await.json()), (replaced.clone(), replaced));
    assert_eq!(quiz.delete(&desk, address).await.status, StatusCode::NO_CONTENT);
    assert_eq!(quiz.get(&desk, address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(quiz.delete(&desk, address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_with_a_line_item_is_named() {
    let (desk, quiz, items) = school().await;
    let made = quiz.create(&desk, &items, &item("Quiz")).await;
    let address = made["id"].as_str().unwrap();
    let foreign = desk.school.school().courses[1].links[0].id.clone();
    let school = desk.school.school();
    let others = &school.courses[0].links.iter().find(|link| link.client_id.as_str() == "other").unwrap().id;
    for (member, value, status, named) in [
        ("label", json!(" "), 400, "label"),
        ("label", Value::Null, 400, "label"),
        ("scoreMaximum", json!(0), 400, "scoreMaximum"),
        ("scoreMaximum", json!("10"), 400, "scoreMaximum"),
        ("endDateTime", json!("2026-12-01T00:00:00"), 400, "endDateTime"),
        ("resourceLinkId", json!("nowhere"), 404, "resourceLinkId"),
        ("resourceLinkId", json!(foreign), 404, "resourceLinkId"),
        ("resourceLinkId", json!(others), 404, "resourceLinkId"),
    ] {
        let mut body = item("Quiz");
        body[member] = value;
        let answer = quiz.put(&desk, "POST", &items, LINE_ITEM, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.body);
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(named) && detail.contains("expected") && detail.contains("saw"), "{detail}");
    }
    for body in ["", "[]", "{", "null"] {
        let answer = quiz.send(&desk, "POST", &items, &[], body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.json()["broken"].as_array().map(Vec::len), Some(1));
    }
    for (member, value) in [("id", json!(format!("{address}1"))), ("resourceLinkId", json!(desk.links()[0]))] {
        let mut body = item("Quiz");
        body[member] = value;
        let answer = quiz.put(&desk, "PUT", address, LINE_ITEM, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{member}");
    }
    assert_eq!(quiz.get(&desk, &items).await.json(), json!([made]), "nothing was made or changed");
}

#[tokio::test]
async fn pages_keep_the_filters_and_end() {
    let (desk, quiz, items) = school().await;
    let mut tagged = Vec::new();
    for number in 0..7 {
        let mut body = item(&format!("Quiz {number}"));
        body["tag"] = json!(if number % 2 == 0 { "a&b=c" } else { "other" });
        let made = quiz.create(&desk, &items, &body).await;
        tagged.extend(Some(made["label"].clone()).filter(|_| number % 2 == 0));
    }
    let mut next = Some(format!("{items}?tag=a%26b%3Dc&limit=3"));
    let mut pages = Vec::new();
    while let Some(address) = next {
        let answer = quiz.get(&desk, &address).await;
        assert_eq!(answer.header(header::CONTENT_TYPE), LINE_ITEM_CONTAINER);
        pages.push(answer.json().as_array().unwrap().iter().map(|item| item["label"].clone()).collect::<Vec<_>>());
        next = answer.link("next");
    }
    assert_eq!(pages, [&tagged[..3], &tagged[3..]]);
    assert_eq!(quiz.get(&desk, &format!("{items}?tag=none")).await.json(), json!([]));
    assert_eq!(quiz.get(&desk, &format!("{items}?resource_link_id=nowhere")).await.json(), json!([]));
    for query in ["limit=0", "limit=-1", "limit=x", "after=x"] {
        assert_eq!(quiz.get(&desk, &format!("{items}?{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn the_newest_score_is_the_result() {
    let (desk, quiz, items) = school().await;
    let made = quiz.create(&desk, &items, &item("Quiz")).await;
    let address = made["id"].as_str().unwrap();
    for (what, sent, status, shown) in [
        ("the first", score("aoi", 500, 5.0), 204, json!(5)),
        ("the same again", score("aoi", 500, 5.0), 409, json!(5)),
        ("an older one", score("aoi", 499, 9.0), 409, json!(5)),
        ("extra credit", score("aoi", 501, 12.5), 204, json!(12.5)),
        ("zero", score("aoi", 502, 0.0), 204, json!(0)),
    ] {
        let answer = post(&desk, &quiz, address, &sent).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.body);
        let result = result(&desk, &quiz, address, "aoi").await;
        assert_eq!(result["resultScore"], shown, "{what}");
        assert_eq!((&result["scoreOf"], &result["resultMaximum"]), (&json!(address), &json!(10)));
    }
    let mut commented = score("aoi", 503, 1.0);
    commented["scoreMaximum"] = json!(4);
    commented["comment"] = json!("fine");
    commented["scoringUserId"] = json!("ada");
    post(&desk, &quiz, address, &commented).await;
    let seen = result(&desk, &quiz, address, "aoi").await;
    assert_eq!((&seen["resultScore"], &seen["comment"]), (&json!(2.5), &json!("fine")));
    assert_eq!((&seen["scoringUserId"], &seen["userId"]), (&json!("ada"), &json!("aoi")));
    assert_eq!(quiz.get(&desk, seen["id"].as_str().unwrap()).await.json(), json!([seen]), "a result has an address");
    // The scale of the results is that of the line item as it is now.
    let mut larger = item("Quiz");
    larger["scoreMaximum"] = json!(100);
    quiz.put(&desk, "PUT", address, LINE_ITEM, &larger).await;
    let seen = result(&desk, &quiz, address, "aoi").await;
    assert_eq!((&seen["resultScore"], &seen["resultMaximum"]), (&json!(25), &json!(100)));
    let mut cleared = score("aoi", 504, 0.0);
    cleared["scoreGiven"] = Value::Null;
    assert_eq!(post(&desk, &quiz, address, &cleared).await.status, StatusCode::NO_CONTENT);
    let seen = result(&desk, &quiz, address, "aoi").await;
    assert_eq!((seen.get("resultScore"), seen.get("comment")), (None, None));
}

#[tokio::test]
async fn what_is_wrong_with_a_score_is_named() {
    let (desk, quiz, items) = school().await;
    let made = quiz.create(&desk, &items, &item("Quiz")).await;
    let address = made["id"].as_str().unwrap();
    for (member, value, status) in [
        ("userId", Value::Null, 400),
        ("timestamp", json!("2026-11-22T08:00:00.000"), 400),
        ("timestamp", json!("2026-11-22T08:00:00+00"), 204),
        ("activityProgress", json!("Done"), 400),
        ("gradingProgress", Value::Null, 400),
        ("scoreGiven", json!(-1), 400),
        ("scoreGiven", json!("9"), 400),
        ("scoreMaximum", Value::Null, 400),
        ("scoreMaximum", json!(0), 400),
        ("comment", json!(7), 400),
        ("userId", json!("nobody"), 404),
        ("userId", json!("sam"), 404),
        ("userId", json!("ada"), 422),
        ("unknown", json!(7), 204),
    ] {
        let mut body = score("aoi", 900, 5.0);
        body[member] = value;
        let answer = post(&desk, &quiz, address, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{member}: {}", answer.body);
        assert!(
            answer.body.is_empty() || answer.json()["detail"].as_str().unwrap().contains(member),
            "{}",
            answer.body
        );
        assert!(!answer.body.contains("nobody"), "who was meant is not repeated");
    }
    assert_eq!(post(&desk, &quiz, &format!("{address}99"), &score("aoi", 1, 1.0)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn results_are_paged_by_user() {
    let (desk, quiz, items) = school().await;
    let made = quiz.create(&desk, &items, &item("Quiz")).await;
    let address = made["id"].as_str().unwrap();
    for user in ["noor", "aoi", "test-student", "ben"] {
        assert_eq!(post(&desk, &quiz, address, &score(user, 1, 1.0)).await.status, StatusCode::NO_CONTENT);
    }
    let mut next = Some(format!("{}?limit=3", results_url(address)));
    let mut pages = Vec::new();
    while let Some(place) = next {
        let answer = quiz.get(&desk, &place).await;
        pages.push(answer.json().as_array().unwrap().iter().map(|row| row["userId"].clone()).collect::<Vec<_>>());
        next = answer.link("next");
    }
    assert_eq!(pages, [vec!["aoi", "ben", "noor"], vec!["test-student"]]);
    let nobody = quiz.get(&desk, &format!("{}?user_id=nobody", results_url(address))).await;
    assert_eq!((nobody.status, nobody.json()), (StatusCode::OK, json!([])));
}

#[tokio::test]
async fn addresses_with_a_query_lead_nowhere_without_it() {
    let mut desk = desk_with(|config| config.service_query = Some(("type".to_owned(), "lti 13".to_owned())));
    let quiz = Client::full(&mut desk, "quiz").await;
    let items = format!("{HISTORY}/lineitems?type=lti%2013");
    let made = quiz.create(&desk, &items, &item("Quiz")).await;
    let address = made["id"].as_str().unwrap();
    assert!(address.ends_with("?type=lti%2013"), "{address}");
    assert_eq!(post(&desk, &quiz, address, &score("aoi", 1, 1.0)).await.status, StatusCode::NO_CONTENT);
    let broken = quiz.put(&desk, "POST", &format!("{address}/scores"), SCORE, &score("aoi", 2, 1.0)).await;
    assert_eq!(broken.status, StatusCode::NOT_FOUND, "{}", broken.body);
    let without = address.split('?').next().unwrap();
    assert_eq!(quiz.get(&desk, without).await.status, StatusCode::NOT_FOUND);
    let listed = quiz.get(&desk, &format!("{items}&limit=1")).await;
    assert_eq!(listed.json().as_array().map(Vec::len), Some(1));
    quiz.create(&desk, &items, &item("Second")).await;
    let next = quiz.get(&desk, &format!("{items}&limit=1")).await.link("next").unwrap();
    assert!(next.contains("type=lti%2013") && next.contains("limit=1"), "{next}");
    assert_eq!(quiz.get(&desk, &next).await.json()[0]["label"], "Second");
}
