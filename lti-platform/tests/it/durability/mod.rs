//! No acknowledged score is ever lost or overtaken: with many writers at once, and when the process is killed.

mod killed;
mod writers;

use std::sync::Arc;

use axum::Router;
use lti_core::id::{Issuer, ResourceLinkId, Subject};
use lti_core::message::{Context, LtiResourceLinkRequest};
use lti_core::service::Scope;
use lti_platform::gradebook::{Gradebook, Owner, Slice};
use lti_platform::hint::{HintKey, Initiation};
use lti_platform::launch::{LaunchRefused, LaunchSource};
use lti_platform::registration::MemoryRegistrations;
use lti_platform::services::{Courses, RosterPage, RosterQuery, ServiceOffer, ServiceUrls, Services, Standing};
use lti_platform::{BoxFuture, Platform};
use oauth2_issuer::Unavailable;
use oauth2_issuer::clock::{Clock, SystemClock};
use oauth2_issuer::server::{AccessTokenKey, AccessTokens};

use crate::support::tool;

const ISSUER: &str = "https://lms.example";
/// The line items of the one course.
const LINE_ITEMS: &str = "/services/dep-1/course/lineitems";

/// One course that everybody takes.
struct OneCourse;

impl LaunchSource for OneCourse {
    fn fill<'a>(
        &'a self,
        _: &'a Initiation,
        _: &'a mut LtiResourceLinkRequest,
    ) -> BoxFuture<'a, Result<(), LaunchRefused>> {
        Box::pin(async { Ok(()) })
    }
}

impl Courses for OneCourse {
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

/// The same in every process.
fn tokens() -> AccessTokens {
    AccessTokens::new(ISSUER, AccessTokenKey::from_bytes(&[9; 32]), Arc::new(SystemClock))
}

/// A token that allows everything to the one tool.
fn token() -> String {
    let scopes = Scope::KNOWN.map(|scope| scope.as_str().to_owned());
    tokens().issue("quiz", None, scopes).unwrap().0.as_str().to_owned()
}

/// The services over this gradebook.
fn services(book: Arc<dyn Gradebook>) -> Router {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let tools = MemoryRegistrations::default();
    tools.add(tool("quiz").with_scopes(Scope::KNOWN)).unwrap();
    let hints = HintKey::from_bytes(&[1; 32]);
    let platform = Platform::new(Issuer::new(ISSUER), Arc::new(tools), Arc::new(OneCourse), hints, Arc::clone(&clock));
    let offer = ServiceOffer::new(ServiceUrls::new(ISSUER), book);
    Services::new(Arc::new(platform), offer, Arc::new(OneCourse), Arc::new(tokens()), clock).router()
}

/// A line item on which a score is the number of its time stamp.
const ITEM: &str = r#"{"label": "Race", "scoreMaximum": 1000000}"#;

/// A score whose points are the number of its time stamp: the result tells which one stands.
fn score(user: &str, number: u64) -> String {
    let (second, nanosecond) = (number / 1_000, number % 1_000);
    let (minute, second) = (second / 60, second % 60);
    format!(
        r#"{{"userId": "{user}", "timestamp": "2026-11-22T08:{minute:02}:{second:02}.000000{nanosecond:03}Z",
            "scoreGiven": {number}, "scoreMaximum": 1000000, "activityProgress": "Completed",
            "gradingProgress": "FullyGraded"}}"#
    )
}
