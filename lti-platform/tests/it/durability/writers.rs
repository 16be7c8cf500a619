//! Sixty-four writers at once, through the router.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use lti_platform::gradebook::{Gradebook, MemoryGradebook, SqliteGradebook};
use serde_json::Value;
use tower::ServiceExt as _;

use super::{ITEM, LINE_ITEMS, score, services, token};

/// How many write at once.
const WRITERS: u64 = 64;
/// How many scores each of them sends, one after the other.
const EACH: u64 = 6;

async fn send(router: &Router, token: &str, method: &str, path: &str, body: String) -> (StatusCode, String) {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let response = router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// The numbers that one writer sends: newer and older ones in turn, some of them twice, and the newest of all by two
/// writers.
fn numbers(writer: u64) -> Vec<u64> {
    let mut numbers: Vec<u64> = (0..EACH).map(|turn| (writer * 37 + turn * 53) % (WRITERS * EACH)).collect();
    numbers.push(numbers[0]);
    if writer % 32 == 7 {
        numbers.insert(3, WRITERS * EACH);
    }
    numbers
}

async fn race(book: Arc<dyn Gradebook>) {
    let router = services(book);
    let token = token();
    let (status, made) = send(&router, &token, "POST", LINE_ITEMS, ITEM.to_owned()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let made: Value = serde_json::from_str(&made).unwrap();
    let item = made["id"].as_str().unwrap().strip_prefix(super::ISSUER).unwrap().to_owned();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (router, token, path) = (router.clone(), token.clone(), format!("{item}/scores"));
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for number in numbers(writer) {
                    let (status, body) = send(&router, &token, "POST", &path, score("ann", number)).await;
                    match status {
                        StatusCode::NO_CONTENT => acknowledged.push(number),
                        StatusCode::CONFLICT => assert!(body.contains("later than"), "{body}"),
                        other => panic!("{other}: {body}"),
                    }
                }
                acknowledged
            })
        })
        .collect();
    let mut acknowledged = Vec::new();
    for writer in writers {
        let own = writer.await.unwrap();
        assert!(own.is_sorted(), "one writer saw an older score acknowledged behind a newer one: {own:?}");
        acknowledged.extend(own);
    }
    acknowledged.sort_unstable();
    let distinct = acknowledged.windows(2).all(|pair| pair[0] < pair[1]);
    assert!(distinct, "one time stamp was acknowledged twice: {acknowledged:?}");
    assert_eq!(acknowledged.last(), Some(&(WRITERS * EACH)), "the newest of all");
    let (_, results) = send(&router, &token, "GET", &format!("{item}/results"), String::new()).await;
    let results: Value = serde_json::from_str(&results).unwrap();
    assert_eq!(results[0]["resultScore"].as_u64(), acknowledged.last().copied());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_newest_acknowledged_score_stands_in_memory() {
    race(Arc::new(MemoryGradebook::default())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_newest_acknowledged_score_stands_in_a_file() {
    let directory = tempfile::tempdir().unwrap();
    race(Arc::new(SqliteGradebook::open(&directory.path().join("grades.db")).await.unwrap())).await;
}
