//! What a page of results costs, and that the size of the course has no part in it.

use std::hint::black_box;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use lti_core::id::{ResourceLinkId, Subject};
use lti_core::message::{Context, LtiResourceLinkRequest};
use lti_core::service::ags::{ActivityProgress, GradingProgress, Label, LineItem, MaximumPoints, Points, Score};
use lti_core::service::{Scope, ServiceTime};
use lti_platform::gradebook::{Gradebook as _, LineItemId, Owner, Slice, SqliteGradebook};
use lti_platform::hint::{HintKey, Initiation};
use lti_platform::launch::{LaunchRefused, LaunchSource};
use lti_platform::registration::MemoryRegistrations;
use lti_platform::services::{Courses, RosterPage, RosterQuery, ServiceOffer, ServiceUrls, Services, Standing};
use lti_platform::{Platform, ToolRegistration};
use oauth2_issuer::clock::{Clock, SystemClock};
use oauth2_issuer::server::{AccessTokenKey, AccessTokens};
use oauth2_issuer::{BoxFuture, Unavailable};
use tower::ServiceExt as _;

use crate::Failure;
use crate::sample::{CLIENT, DEPLOYMENT, ISSUER, TARGET, TOOL};
use crate::turns::Turns;

/// How many results a page has.
const PAGE: usize = 100;
/// How many line items each course has.
const LINE_ITEMS: usize = 100;
/// How many learners the small course has: its page is the whole of it.
const FEW: usize = PAGE;
/// How many learners the large one has.
const MANY: usize = 10_000;

/// One page of the results of one line item, through the router and from a file: in the middle of a course of ten
/// thousand learners, beside a course of a hundred.
pub(crate) fn gradebook_page(rounds: usize, small: bool) -> Result<Turns, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let directory = tempfile::tempdir()?;
    let learners = if small { 2 * PAGE } else { MANY };
    let (router, few, many) = runtime.block_on(async {
        let book = SqliteGradebook::open(&directory.path().join("grades.db")).await?;
        let few = fill(&book, "small", FEW).await?;
        let many = fill(&book, "large", learners).await?;
        Ok::<_, Failure>((router(book)?, few, many))
    })?;
    let token = tokens()?;
    let page = |course: &str, item: LineItemId, after: &str| {
        let path = format!("/services/{DEPLOYMENT}/{course}/lineitems/{item}/results?limit={PAGE}{after}");
        let (router, authorization) = (router.clone(), format!("Bearer {token}"));
        runtime.block_on(async move {
            let request = Request::get(black_box(path)).header(header::AUTHORIZATION, authorization);
            let response = router.oneshot(request.body(Body::empty()).ok()?).await.ok()?;
            let found = response.status() == StatusCode::OK;
            let body = to_bytes(response.into_body(), usize::MAX).await.ok()?;
            found.then_some(body)
        })
    };
    let middle = format!("&after={}", user(learners / 2 - 1));
    let results = |body: Option<axum::body::Bytes>| {
        let results: Option<Vec<serde_json::Value>> = serde_json::from_slice(&body?).ok();
        results.map(|results| results.len())
    };
    for seen in [results(page("small", few, "")), results(page("large", many, &middle))] {
        if seen != Some(PAGE) {
            return Err(format!("expected a page of {PAGE} results, saw {seen:?}").into());
        }
    }
    let mut turns = Turns::default();
    for _ in 0..rounds * 12 {
        turns.take(|| page("small", few, ""), || page("large", many, &middle))?;
    }
    Ok(turns)
}

/// Names sort as the numbers do.
fn user(number: usize) -> String {
    format!("learner-{number:05}")
}

/// Line items, each with a score of every learner; the one in the middle is returned.
async fn fill(book: &SqliteGradebook, course: &str, learners: usize) -> Result<LineItemId, Failure> {
    let owner = Owner::new(CLIENT, DEPLOYMENT, course);
    let at: ServiceTime = "2026-11-22T08:00:00.000Z".parse()?;
    let points = Points::new(83.0, 100.0)?;
    let mut middle = None;
    for number in 0..LINE_ITEMS {
        let definition = LineItem::new(Label::new(format!("Quiz {number}"))?, MaximumPoints::new(60.0)?);
        let item = book.create(&owner, definition).await?;
        let scores = (0..learners).map(|number| {
            let mut score = Score::new(user(number), at, ActivityProgress::Completed, GradingProgress::FullyGraded);
            score.points = Some(points);
            score.comment = Some("Well done".to_owned());
            score
        });
        book.import(&owner, item.id, scores).await?;
        if number == LINE_ITEMS / 2 {
            middle = Some(item.id);
        }
    }
    middle.ok_or_else(|| "there is no line item".into())
}

fn access_tokens() -> AccessTokens {
    AccessTokens::new(ISSUER, AccessTokenKey::from_bytes(&[5; 32]), Arc::new(SystemClock))
}

fn tokens() -> Result<String, Failure> {
    Ok(access_tokens().issue(CLIENT, None, [Scope::ResultReadonly.as_str()])?.0.as_str().to_owned())
}

fn router(book: SqliteGradebook) -> Result<Router, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let tools = MemoryRegistrations::default();
    let tool = ToolRegistration::new(CLIENT, &format!("{TOOL}/login"), [TARGET], TARGET)?;
    tools.add(tool.deployed_as(DEPLOYMENT)?.with_scopes(Scope::KNOWN))?;
    let platform =
        Platform::new(ISSUER.into(), Arc::new(tools), Arc::new(Anywhere), HintKey::generate()?, Arc::clone(&clock));
    let offer = ServiceOffer::new(ServiceUrls::new(ISSUER), Arc::new(book));
    let tokens = Arc::new(access_tokens());
    Ok(Services::new(Arc::new(platform), offer, Arc::new(Anywhere), tokens, clock).router())
}

/// Every context there is, with nobody in it: the page of results asks no further.
struct Anywhere;

impl LaunchSource for Anywhere {
    fn fill<'a>(
        &'a self,
        _: &'a Initiation,
        _: &'a mut LtiResourceLinkRequest,
    ) -> BoxFuture<'a, Result<(), LaunchRefused>> {
        Box::pin(async { Ok(()) })
    }
}

impl Courses for Anywhere {
    fn context<'a>(&'a self, owner: &'a Owner) -> BoxFuture<'a, Result<Option<Context>, Unavailable>> {
        Box::pin(async move { Ok(Some(Context::new(owner.context_id.clone()))) })
    }

    fn has_link<'a>(&'a self, _: &'a Owner, _: &'a ResourceLinkId) -> BoxFuture<'a, Result<bool, Unavailable>> {
        Box::pin(async { Ok(true) })
    }

    fn standing<'a>(&'a self, _: &'a Owner, _: &'a Subject) -> BoxFuture<'a, Result<Standing, Unavailable>> {
        Box::pin(async { Ok(Standing::Graded) })
    }

    fn members<'a>(
        &'a self,
        _: &'a Owner,
        _: &'a RosterQuery,
    ) -> BoxFuture<'a, Result<Option<RosterPage>, Unavailable>> {
        Box::pin(async { Ok(Some(RosterPage::new(Slice { rows: Vec::new(), more: false }, 0))) })
    }
}
