//! Grades that tools hand in by Basic Outcomes, in memory and in a file.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use lti_core::lti11::oauth1::{Credentials, Lti11Secret, SignatureMethod, Stamp, authorization_header};
use lti_core::lti11::outcomes::{CodeMajor, Operation, OutcomeRequest, OutcomeResponse, ResponseBody, Score};
use lti_core::{Timestamp, id::Subject};
use lti_platform::gradebook::Page;
use lti_platform::lti11::Lti11Tool;
use lti_platform::mock::{MockConfig, MockPlatform, SchoolFile};
use oauth2_issuer::clock::{Clock, ManualClock};
use oauth2_issuer::key_ring::KeyRing;
use tower::ServiceExt as _;

use super::{KEY, SECRET, desk, desk_with, hub, launch};
use crate::support::{Desk, ISSUER, NOW};

/// A request to the service, sound unless something is changed.
#[derive(Clone)]
struct Call {
    key: &'static str,
    secret: &'static str,
    method: SignatureMethod,
    at: i64,
    nonce: String,
    query: &'static str,
    content_type: &'static str,
    body: String,
    /// Sent in place of the body that was signed.
    sent: Option<String>,
    header: fn(String) -> Option<String>,
}

impl Call {
    fn of(operation: Operation, nonce: &str) -> Self {
        Self::with_body(OutcomeRequest::new("m-1", operation).to_xml().unwrap(), nonce)
    }

    fn with_body(body: String, nonce: &str) -> Self {
        Self {
            key: KEY,
            secret: SECRET,
            method: SignatureMethod::HmacSha1,
            at: NOW,
            nonce: nonce.to_owned(),
            query: "",
            content_type: "application/xml",
            body,
            sent: None,
            header: Some,
        }
    }

    async fn send(&self, desk: &Desk) -> (u16, OutcomeResponse) {
        let secret = Lti11Secret::new(self.secret);
        let credentials = Credentials { consumer_key: self.key, secret: &secret, method: self.method };
        let stamp = Stamp { timestamp: Timestamp::from_secs(self.at), nonce: &self.nonce };
        let url = format!("{ISSUER}/lti11/outcomes{}", self.query);
        let signed = authorization_header("POST", &url, self.body.as_bytes(), &credentials, stamp).unwrap();
        let mut request = Request::post(format!("/lti11/outcomes{}", self.query));
        if let Some(value) = (self.header)(signed) {
            request = request.header(header::AUTHORIZATION, value);
        }
        let request = request.header(header::CONTENT_TYPE, self.content_type);
        let body = self.sent.clone().unwrap_or_else(|| self.body.clone());
        let response = desk.school.router().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        assert_eq!(parts.headers[header::CONTENT_TYPE], "application/xml");
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (parts.status.as_u16(), OutcomeResponse::from_xml(&body).unwrap())
    }
}

/// Sends each operation with a nonce of its own.
struct Tool<'d> {
    desk: &'d Desk,
    sent: std::cell::Cell<u32>,
}

impl<'d> Tool<'d> {
    fn new(desk: &'d Desk) -> Self {
        Self { desk, sent: std::cell::Cell::new(0) }
    }

    async fn send(&self, operation: Operation) -> OutcomeResponse {
        self.sent.set(self.sent.get() + 1);
        Call::of(operation, &format!("tool-{}", self.sent.get())).send(self.desk).await.1
    }

    /// What is read back; `""` where there is no score.
    async fn read(&self, sourcedid: &str) -> String {
        let response = self.send(Operation::read(sourcedid)).await;
        assert_eq!(response.code_major, CodeMajor::Success, "{response:?}");
        assert_eq!(response.message_ref.as_deref(), Some("m-1"));
        match response.body {
            ResponseBody::Read { score, .. } => score.unwrap().text,
            other => panic!("{other:?}"),
        }
    }

    async fn replace(&self, sourcedid: &str, text: &str) -> CodeMajor {
        let mut operation = Operation::replace(sourcedid, Score::new(0.5).unwrap());
        if let Operation::Replace { score: Some(score), .. } = &mut operation {
            text.clone_into(&mut score.text);
        }
        self.send(operation).await.code_major
    }
}

async fn sourcedid(desk: &mut Desk, link: usize, user: &str) -> String {
    launch(desk, link, user, &[]).await.get("lis_result_sourcedid").unwrap().to_owned()
}

async fn in_a_file(path: &std::path::Path) -> Desk {
    let file = SchoolFile::open(path).await.unwrap();
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    let shared: Arc<dyn Clock> = clock.clone();
    let keys = Arc::new(KeyRing::with_key(Arc::clone(&shared), file.signing_key().unwrap()));
    let mut config = MockConfig::new(ISSUER.parse().unwrap(), shared, keys).kept_in(file);
    config.lti11_tools = vec![hub()];
    Desk::of(MockPlatform::new(config).unwrap(), clock)
}

/// What a tool may rely on, whatever keeps the grades. The clock stands still.
async fn the_service_holds(mut desk: Desk) {
    let (mine, other_link, other_user) = (
        sourcedid(&mut desk, 0, "aoi").await,
        sourcedid(&mut desk, 1, "aoi").await,
        sourcedid(&mut desk, 0, "ben").await,
    );
    let tool = Tool::new(&desk);
    assert_eq!(tool.read(&mine).await, "", "no score yet is an empty text and no failure");
    for text in ["0.92", "1", "0.0", "0.333333333333", "0"] {
        assert_eq!(tool.replace(&mine, text).await, CodeMajor::Success, "{text}");
        let read: f64 = tool.read(&mine).await.parse().unwrap();
        assert!((read - text.parse::<f64>().unwrap()).abs() < 1e-9, "{text} is read back as {read}");
    }
    for text in ["42", "-0.1", "1.1", "smurf", "", "NaN", "0,5"] {
        assert_eq!(tool.replace(&mine, text).await, CodeMajor::Failure, "{text}");
    }
    assert_eq!(tool.read(&mine).await.parse(), Ok(0.0), "a score of 0 is a grade, and what failed changed nothing");
    assert_eq!(tool.read(&other_link).await, "");
    assert_eq!(tool.read(&other_user).await, "");
    let deleted = tool.send(Operation::delete(&mine)).await;
    assert_eq!((deleted.code_major, deleted.body), (CodeMajor::Success, ResponseBody::Delete));
    assert_eq!(tool.read(&mine).await, "");
    assert_eq!(tool.replace(&mine, "0.25").await, CodeMajor::Success);
    let strange = tool.send(Operation::Unknown("smurfResultRequest".to_owned())).await;
    assert_eq!(strange.code_major, CodeMajor::Unsupported);
    for made_up in ["", "nobody", &format!("{mine}x"), &mine[1..]] {
        assert_eq!(tool.send(Operation::read(made_up)).await.code_major, CodeMajor::Failure, "{made_up}");
        assert_eq!(tool.replace(made_up, "1").await, CodeMajor::Failure, "{made_up}");
    }
    assert_eq!(tool.read(&mine).await, "0.25");
    // It is in the gradebook of the course, on the line item of the link.
    let items = desk.school.gradebook().in_context(&"hist-101".into(), Page::first(9)).await.unwrap().rows;
    let titles: Vec<&str> = items.iter().map(|owned| owned.item.definition.label.as_str()).collect();
    assert_eq!(titles, ["Reading: movable type", "Revision before the exam"]);
    let ids: Vec<_> = items.iter().map(|owned| owned.item.id).collect();
    let scores = desk.school.gradebook().scores_of(&ids, &[Subject::new("aoi")]).await.unwrap();
    let points = scores[0].1.points.unwrap().on_scale(items[0].item.definition.score_maximum);
    assert!(scores.len() == 1 && (points - 25.0).abs() < 1e-9, "{scores:?}");
}

#[tokio::test]
async fn the_service_holds_in_memory() {
    the_service_holds(desk(hub())).await;
}

#[tokio::test]
async fn the_service_holds_in_a_file() {
    let directory = tempfile::tempdir().unwrap();
    the_service_holds(in_a_file(&directory.path().join("school.db")).await).await;
}

#[tokio::test]
async fn a_grade_is_on_the_page_and_its_call_in_the_trace() {
    let mut desk = desk(hub());
    let mine = sourcedid(&mut desk, 0, "aoi").await;
    assert_eq!(Tool::new(&desk).replace(&mine, "0.92").await, CodeMajor::Success);
    let page = desk.get("/courses/hist-101/grades").await.body;
    assert!(page.contains("Reading: movable type") && page.contains("92"), "{page}");
    let trace = desk.get("/trace.json").await.body;
    assert!(trace.contains("replaceResultRequest") && !trace.contains(SECRET) && !trace.contains("oauth_signature="));
}

#[tokio::test]
async fn what_is_not_signed_changes_nothing() {
    let mut desk = desk_with(|config| {
        let other = Lti11Tool::new("other", "other-key", "other secret", "https://other.example/").unwrap();
        config.lti11_tools = vec![hub(), other.accepting_grades(true)];
    });
    let mine = sourcedid(&mut desk, 0, "aoi").await;
    let sound = Call::of(Operation::replace(&mine, Score::new(0.9).unwrap()), "n");
    let another = OutcomeRequest::new("m-1", Operation::replace(&mine, Score::new(1.0).unwrap())).to_xml().unwrap();
    let changed = |change: fn(&mut Call)| {
        let mut call = sound.clone();
        change(&mut call);
        call
    };
    let unknown = changed(|call| call.key = "nobody");
    let wrong = changed(|call| call.secret = "wrong");
    let refused = [
        unknown.clone(),
        wrong.clone(),
        changed(|call| call.header = |_| None),
        changed(|call| call.header = |signed| Some(signed.replace("OAuth ", "Bearer "))),
        changed(|call| call.header = |signed| Some(signed.replace("oauth_body_hash", "oauth_other"))),
        changed(|call| call.header = |signed| Some(signed.replace("HMAC-SHA1", "PLAINTEXT"))),
        changed(|call| call.header = |signed| Some(format!("{signed}, oauth_nonce=\"x\""))),
        changed(|call| call.at = NOW - 301),
        changed(|call| call.at = NOW + 301),
        changed(|call| call.nonce = String::new()),
        Call { sent: Some(another), ..sound.clone() },
        // Somebody else's signature does not reach this result.
        changed(|call| (call.key, call.secret) = ("other-key", "other secret")),
    ];
    for (index, call) in refused.iter().enumerate() {
        let (_, response) = call.send(&desk).await;
        assert_eq!(response.code_major, CodeMajor::Failure, "{index}");
    }
    let form = changed(|call| call.content_type = "application/x-www-form-urlencoded");
    assert_eq!(form.send(&desk).await.0, 415);
    // Whether there is such a key is not told.
    let told = |(status, response): (u16, OutcomeResponse)| (status, response.description);
    assert_eq!(told(unknown.send(&desk).await), told(wrong.send(&desk).await));
    let tool = Tool::new(&desk);
    assert_eq!(tool.read(&mine).await, "");
    // None of them has used the nonce up; a second time it is.
    let charset = Call { content_type: "application/xml;charset=UTF-8", ..sound.clone() };
    assert_eq!(charset.send(&desk).await.1.code_major, CodeMajor::Success);
    assert_eq!(sound.send(&desk).await.1.code_major, CodeMajor::Failure);
    assert_eq!(tool.read(&mine).await, "0.9");
}

#[tokio::test]
async fn other_methods_queries_and_late_grades_are_taken() {
    let mut desk = desk(hub());
    let mine = sourcedid(&mut desk, 0, "aoi").await;
    let sound = Call::of(Operation::replace(&mine, Score::new(0.5).unwrap()), "n");
    let sha256 = Call { method: SignatureMethod::HmacSha256, nonce: "2".to_owned(), ..sound.clone() };
    let query = Call { query: "?a=1&b=%20c", nonce: "3".to_owned(), ..sound };
    for call in [sha256, query] {
        assert_eq!(call.send(&desk).await.1.code_major, CodeMajor::Success);
    }
    // Marked weeks after the launch.
    desk.clock.advance(Duration::from_hours(24 * 40));
    let late = Call { at: NOW + 24 * 40 * 3_600, ..Call::of(Operation::replace(&mine, Score::new(1.0).unwrap()), "n") };
    assert_eq!(late.send(&desk).await.1.code_major, CodeMajor::Success);
}

#[tokio::test]
async fn xml_that_is_none_or_means_harm_is_answered() {
    let mut desk = desk(hub());
    let mine = sourcedid(&mut desk, 0, "aoi").await;
    let sound = OutcomeRequest::new("m-1", Operation::replace(&mine, Score::new(0.9).unwrap())).to_xml().unwrap();
    let entity = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///does-not-exist\">]>";
    let with_entity = sound.replacen("<imsx_POXEnvelopeRequest", &format!("{entity}<imsx_POXEnvelopeRequest"), 1);
    let bodies = [
        String::new(),
        "not xml".to_owned(),
        "<a/>".to_owned(),
        with_entity.replace("0.9", "&e;"),
        sound[..sound.len() / 2].to_owned(),
        format!("{sound}{}", " ".repeat(70_000)),
    ];
    for (index, body) in bodies.into_iter().enumerate() {
        let (_, response) = Call::with_body(body, &format!("x{index}")).send(&desk).await;
        assert_eq!(response.code_major, CodeMajor::Failure, "{index}");
    }
    assert_eq!(Tool::new(&desk).read(&mine).await, "");
}

#[tokio::test]
async fn a_tool_without_grades_is_offered_none() {
    let mut desk = desk(hub().accepting_grades(false));
    let posted = launch(&mut desk, 0, "aoi", &[]).await;
    assert_eq!((posted.get("lis_outcome_service_url"), posted.get("lis_result_sourcedid")), (None, None));
}
