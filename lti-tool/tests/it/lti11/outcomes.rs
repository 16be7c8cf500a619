//! The tool as a client of Basic Outcomes, against a service that verifies what it is sent.

use std::sync::{Arc, Mutex};

use http::{HeaderMap, StatusCode};
use lti_core::lti11::inspect::{Policy, Received, Request, verify_service};
use lti_core::lti11::launch::Outcome;
use lti_core::lti11::oauth1::Lti11Secret;
use lti_core::lti11::outcomes::{CodeMajor, CodeMinor, Operation, OutcomeRequest, OutcomeResponse, Score};
use lti_tool::lti11::{AnyLaunch, Lti11Received, OutcomeError, PassBackError, Posted};
use oauth2_issuer::BoxFuture;
use oauth2_issuer::clock::Clock as _;
use oauth2_issuer::relying::{Call, FetchError, Fetched, ServiceRequest};
use url::Url;

use super::{KEY_1, SECRET_1, body, consumers, signed, sound};
use crate::world::{Browser, START, World};

const SERVICE: &str = "https://lms.example/outcomes?school=1";
const SOURCEDID: &str = r#"{"data":{"a":"<&>"}}"#;

/// One result, behind a service that verifies signature and body.
#[derive(Default)]
struct Service {
    score: Mutex<Option<Score>>,
    /// Answered instead.
    instead: Mutex<Option<(StatusCode, String)>>,
}

impl Service {
    fn answer(&self, url: &Url, request: &ServiceRequest) -> String {
        let (media_type, body) = request.body.clone().unwrap();
        let received = Received {
            method: request.method.as_str(),
            url: url.as_str(),
            content_type: Some(media_type),
            authorization: request.authorization.as_deref(),
            body: &body,
        };
        let secret = Lti11Secret::new(SECRET_1);
        let verified = verify_service(&Request::read(received).unwrap(), Some(&secret), &Policy::default(), START);
        assert!(verified.is_ok(), "{verified:?}");
        assert!(request.bearer.is_none());
        let asked = OutcomeRequest::from_xml(&body).unwrap();
        assert_eq!(asked.operation.sourcedid(), Some(SOURCEDID));
        let mut kept = self.score.lock().unwrap();
        match &asked.operation {
            Operation::Replace { score, .. } => *kept = score.as_ref().and_then(|score| score.score().ok()),
            Operation::Delete { .. } => *kept = None,
            _ => return OutcomeResponse::score("answer", &asked, *kept).to_xml().unwrap(),
        }
        OutcomeResponse::success("answer", &asked, "done").to_xml().unwrap()
    }
}

impl Call for Service {
    fn call<'a>(&'a self, url: &'a Url, request: &'a ServiceRequest) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        let (status, body) = match self.instead.lock().unwrap().clone() {
            Some(instead) => instead,
            None => (StatusCode::OK, self.answer(url, request)),
        };
        Box::pin(async move { Ok(Fetched::new(status, HeaderMap::new(), body)) })
    }
}

fn world() -> (World, Arc<Service>) {
    let service = Arc::new(Service::default());
    let world = World::with(|builder| consumers(builder).service_call(Arc::clone(&service) as _));
    assert_eq!(world.clock.now(), START);
    (world, service)
}

async fn launch(world: &World, more: &[(&'static str, &'static str)]) -> AnyLaunch {
    let fields: Vec<_> = sound().into_iter().chain(more.iter().copied()).collect();
    let form = body(&signed(world, &fields));
    let mut headers = Browser::default().headers();
    headers.insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    let posted = Posted { query: None, headers: &headers, body: form.as_bytes() };
    match world.tool.receive_lti11(posted, lti_core::lti11::inspect::Takes::Launches).await {
        Ok(Lti11Received::Launch { launch, .. }) => AnyLaunch::from(*launch),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_result_is_set_read_and_deleted() {
    let (world, service) = world();
    let launch = launch(&world, &[("lis_outcome_service_url", SERVICE), ("lis_result_sourcedid", SOURCEDID)]).await;
    assert!(launch.takes_grades());
    let outcomes = world.tool.outcomes(KEY_1, launch.outcome().unwrap());
    assert_eq!(outcomes.read().await, Ok(None));
    outcomes.replace(Score::new(0.5).unwrap()).await.unwrap();
    assert_eq!(outcomes.read().await, Ok(Some(Score::new(0.5).unwrap())));
    world.tool.pass_back(&launch, "Quiz", Score::new(1.0).unwrap()).await.unwrap();
    assert_eq!(*service.score.lock().unwrap(), Some(Score::new(1.0).unwrap()));
    outcomes.delete().await.unwrap();
    assert_eq!(outcomes.read().await, Ok(None));
}

#[tokio::test]
async fn a_launch_without_an_outcome_takes_no_grade() {
    let (world, _) = world();
    let launch = launch(&world, &[("lis_outcome_service_url", SERVICE)]).await;
    let refused = world.tool.pass_back(&launch, "Quiz", Score::new(1.0).unwrap()).await;
    assert_eq!(refused, Err(PassBackError::NotOffered));
}

#[tokio::test]
async fn what_goes_wrong_is_named_and_names_nobody() {
    let (world, service) = world();
    let outcomes = world.tool.outcomes(KEY_1, Outcome::new(SERVICE, SOURCEDID));
    let score = Score::new(0.5).unwrap();
    let asked = OutcomeRequest::new("1", Operation::replace(SOURCEDID, score));
    let failure = OutcomeResponse::failure("2", &asked, CodeMinor::UnknownObject, "Ada is not enrolled");
    *service.instead.lock().unwrap() = Some((StatusCode::OK, failure.to_xml().unwrap()));
    let error = outcomes.replace(score).await.unwrap_err();
    let OutcomeError::Refused { code, description, .. } = &error else { panic!("{error:?}") };
    assert_eq!((code, description.expose()), (&CodeMajor::Failure, Some("Ada is not enrolled")));
    assert_eq!(error.to_string(), "https://lms.example/outcomes answered failure");
    assert!(!format!("{error:?} {error}").contains("Ada"));
    *service.instead.lock().unwrap() = Some((StatusCode::UNAUTHORIZED, "<html>".to_owned()));
    let error = outcomes.replace(score).await.unwrap_err();
    assert!(matches!(error, OutcomeError::Answer { status: 401, .. }), "{error:?}");
    let gone = world.tool.outcomes("stranger", Outcome::new(SERVICE, SOURCEDID));
    assert_eq!(gone.replace(score).await, Err(OutcomeError::ConsumerGone));
    let nowhere = world.tool.outcomes(KEY_1, Outcome::new("not an address", SOURCEDID));
    assert_eq!(nowhere.read().await, Err(OutcomeError::Address));
}
