//! The gradebook's page.

use axum::http::StatusCode;
use lti_core::id::Subject;
use lti_core::service::ServiceTime;
use lti_core::service::ags::{ActivityProgress, GradingProgress, Label, LineItem, MaximumPoints, Points, Score};
use lti_platform::gradebook::{Gradebook, LineItemId, MemoryGradebook, Owner};
use lti_platform::mock::{MockConfig, MockPlatform};
use oauth2_issuer::clock::{Clock, ManualClock};
use std::sync::Arc;

use crate::support::{Desk, ISSUER, NOW, keys, tool};

struct Book {
    desk: Desk,
    gradebook: Arc<MemoryGradebook>,
    owner: Owner,
}

fn open() -> Book {
    let clock = Arc::new(ManualClock::new(lti_core::Timestamp::from_secs(NOW)));
    let shared: Arc<dyn Clock> = clock.clone();
    let gradebook = Arc::new(MemoryGradebook::default());
    let mut config = MockConfig::new(ISSUER.parse().unwrap(), shared, keys());
    config.tools = vec![tool("quiz")];
    config.gradebook = Arc::clone(&gradebook) as Arc<dyn Gradebook>;
    let desk = Desk::of(MockPlatform::new(config).unwrap(), clock);
    Book { desk, gradebook, owner: Owner::new("quiz", "dep-1", "hist-101") }
}

impl Book {
    async fn item(&self, label: &str, link: Option<&str>) -> LineItemId {
        let mut item = LineItem::new(Label::new(label).unwrap(), MaximumPoints::new(60.0).unwrap());
        item.resource_link_id = link.map(Into::into);
        self.gradebook.create(&self.owner, item).await.unwrap().id
    }

    async fn score(&self, item: LineItemId, user: &str, points: Option<(f64, f64)>, comment: &str) {
        let at: ServiceTime = "2026-11-22T08:15:00.250Z".parse().unwrap();
        let mut score = Score::new(user, at, ActivityProgress::Completed, GradingProgress::FullyGraded);
        score.points = points.map(|(given, maximum)| Points::new(given, maximum).unwrap());
        if points.is_none() {
            score.grading_progress = GradingProgress::PendingManual;
        }
        score.comment = Some(comment.to_owned()).filter(|comment| !comment.is_empty());
        self.gradebook.record(&self.owner, item, score).await.unwrap();
    }

    async fn page(&mut self, query: &str) -> String {
        let page = self.desk.get(&format!("/courses/hist-101/grades{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let table = page.body.split("<section").nth(1).unwrap().split("</section>").next().unwrap();
        let lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[tokio::test]
async fn learners_stand_against_line_items() {
    let mut book = open();
    assert!(book.page("").await.contains("No line items yet"));
    let quiz = book.item("Chapter 5 <Test>", Some("hist-101-link-1")).await;
    book.item("Essay", Some("gone")).await;
    book.score(quiz, "aoi", Some((0.0, 100.0)), "Try <b>again</b>").await;
    book.score(quiz, "ben", Some((110.0, 100.0)), "").await;
    book.score(quiz, "noor", None, "").await;
    insta::assert_snapshot!("grades", book.page("").await);
}

#[tokio::test]
async fn a_large_gradebook_is_shown_in_parts() {
    let mut book = open();
    for number in 1..=8 {
        book.item(&format!("Item {number}"), None).await;
    }
    book.desk.school.change_school(|school| {
        for number in 0..60 {
            school.courses[0]
                .enrol(&Subject::new(format!("learner-{number}")), lti_platform::mock::school::SchoolRole::Learner);
        }
    });
    let first = book.page("").await;
    assert!(
        first.contains("Item 6")
            && !first.contains("Item 7")
            && first.contains("learner-45")
            && !first.contains("learner-46")
    );
    let address = |page: &str, text: &str| {
        let link = page.split("<a ").find(|link| link.contains(&format!(">{text}<"))).unwrap().to_owned();
        let query = link.split_once("grades?").unwrap().1.split_once('"').unwrap().0.to_owned();
        format!("?{}", query.replace("&#38;", "&").replace("&amp;", "&"))
    };
    let more = book.page(&address(&first, "Next line items")).await;
    assert!(more.contains("Item 7") && more.contains("Item 8") && !more.contains("Item 6"));
    let last = book.page(&address(&more, "Next learners")).await;
    assert!(last.contains("Item 7") && last.contains("learner-59") && !last.contains("learner-45"));
    assert!(!last.contains("Next"));
    let odd = book.page("?from=99999999999999999999&after=x").await;
    assert!(odd.contains("Item 1"), "what is no place is the beginning");
    assert_eq!(book.desk.get("/courses/none/grades").await.status, StatusCode::NOT_FOUND);
}
