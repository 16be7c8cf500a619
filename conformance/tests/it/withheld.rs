//! A case that is withheld is in the report, as skipped, with the reason that the configuration gives.

use std::sync::Arc;

use conformance::{
    report::model::Verdict,
    runner::{RunOptions, Unwatched},
    selftest::tool11_world,
    subject::tool11::{Withheld, run_tool11},
    suite,
};

#[tokio::test]
async fn what_is_withheld_is_skipped_with_its_reason() {
    let id = "tool11-signature-wrong-secret";
    let mut world = tool11_world(None).unwrap();
    let withheld = Withheld { case: id.to_owned(), reason: "under disclosure".to_owned() };
    Arc::make_mut(&mut world.config).withheld.push(withheld);
    let cases: Vec<_> =
        suite::tool11::cases().into_iter().filter(|case| case.id.starts_with("tool11-signature-")).collect();
    let finished = run_tool11(&world, &cases, &RunOptions::default(), &Unwatched).await.unwrap();
    let of = |wanted: Verdict| finished.report.results.iter().filter(move |result| result.verdict == wanted);
    let skipped: Vec<_> = of(Verdict::Skip).map(|result| (result.id.as_str(), result.reason.as_deref())).collect();
    assert_eq!(skipped, [(id, Some("under disclosure"))]);
    assert!(of(Verdict::Pass).count() > 3);
}
