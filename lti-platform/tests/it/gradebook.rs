//! Every store of the gradebook holds the one contract.

use lti_core::service::ags::{ActivityProgress, GradingProgress, Label, LineItem, MaximumPoints, Score};
use lti_platform::gradebook::{
    Gradebook as _, LineItemFilter, MemoryGradebook, Owner, Page, SqliteGradebook, contract,
};

#[tokio::test]
async fn the_gradebook_in_memory_holds_the_contract() {
    let book = MemoryGradebook::default();
    contract::holds(&book, "first").await.unwrap();
    contract::holds(&book, "second").await.unwrap();
}

#[tokio::test]
async fn the_gradebook_in_a_file_holds_the_contract_also_beside_itself() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("grades.db");
    let (one, other) = (SqliteGradebook::open(&file).await.unwrap(), SqliteGradebook::open(&file).await.unwrap());
    let (first, second) = tokio::join!(contract::holds(&one, "first"), contract::holds(&other, "second"));
    first.unwrap();
    second.unwrap();
}

#[tokio::test]
async fn a_gradebook_in_a_file_is_there_again_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("grades.db");
    let owner = Owner::new("tool", "dep", "course");
    let book = SqliteGradebook::open(&file).await.unwrap();
    let item = book.create(&owner, LineItem::new(Label::new("Quiz").unwrap(), MaximumPoints::ONE)).await.unwrap();
    let at = "1969-12-31T23:59:59.5Z".parse().unwrap();
    let scores =
        ["ann", "ben", "ann"].map(|user| Score::new(user, at, ActivityProgress::Completed, GradingProgress::NotReady));
    assert!(book.import(&owner, item.id, scores.clone()).await.unwrap());
    assert!(!book.import(&Owner::new("other", "dep", "course"), item.id, scores).await.unwrap());
    book.close().await;
    let book = SqliteGradebook::open(&file).await.unwrap();
    let items = book.line_items(&owner, &LineItemFilter::default(), Page::first(9)).await.unwrap();
    assert_eq!(items.rows.first(), Some(&item));
    assert!(!items.more);
    let results = book.results(&owner, item.id, None, Page::first(9)).await.unwrap().unwrap();
    assert_eq!(results.scores.rows.iter().map(|score| score.user_id.as_str()).collect::<Vec<_>>(), ["ann", "ben"]);
}

#[tokio::test]
async fn a_file_that_is_no_gradebook_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("grades.db");
    std::fs::write(&file, "<html>this is not a database, and long enough to be told from one</html>").unwrap();
    assert!(SqliteGradebook::open(&file).await.is_err());
    assert!(SqliteGradebook::open(&directory.path().join("nowhere/grades.db")).await.is_err());
}
