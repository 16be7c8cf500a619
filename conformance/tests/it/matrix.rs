//! Every case is proven: each flaw changes exactly the verdicts that it declares, and no case is there twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use conformance::{
    case::{Case, Outcome, Script},
    report::model::Verdict,
    runner::Finished,
    selftest, suite, variant,
};

/// Cases that can end in one way only here, with the reason.
const ONE_WAY: [(&str, &str); 0] = [];

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_is_the_declared_one() {
    let cases = Arc::new(suite::tool::cases());
    let rows = selftest::tool_matrix(Arc::clone(&cases), &|_| true).await.unwrap();
    prove(&rows, cases.iter());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_of_platforms_is_the_declared_one() {
    let cases = Arc::new(suite::platform::cases());
    let rows = selftest::platform_matrix(Arc::clone(&cases), &|_| true).await.unwrap();
    prove(&rows, cases.iter());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_of_older_platforms_is_the_declared_one() {
    let cases = Arc::new(suite::platform11::cases());
    let rows = selftest::platform11_matrix(Arc::clone(&cases), &|_| true).await.unwrap();
    prove(&rows, cases.iter());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_of_lti_1_1_tools_is_the_declared_one() {
    let cases = Arc::new(suite::tool11::cases());
    let rows = selftest::tool11_matrix(Arc::clone(&cases), &|_| true).await.unwrap();
    prove(&rows, cases.iter());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_of_issuers_is_the_declared_one() {
    let cases = Arc::new(suite::issuer::cases());
    let rows = selftest::issuer_matrix(Arc::clone(&cases), &|_| true).await.unwrap();
    prove(&rows, cases.iter());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_of_clients_is_the_declared_one() {
    let cases = Arc::new(suite::client::cases());
    let rows = selftest::client_matrix(Arc::clone(&cases), &|_| true).await.unwrap();
    prove(&rows, cases.iter());
}

/// No flow has everything: each case passes, or observes, in the flow that it is about.
#[tokio::test(flavor = "multi_thread")]
async fn the_sound_clients_break_nothing() {
    let cases = suite::client::cases();
    let mut judged = BTreeSet::new();
    for flow in conformance::double::client::DoubleFlow::ALL {
        let finished = selftest::judge_client(flow, None, &cases).await.unwrap().unwrap();
        assert_eq!(finished.ended_early, None);
        for result in &finished.report.results {
            match result.verdict {
                Verdict::Pass | Verdict::Info => drop(judged.insert(result.id.clone())),
                Verdict::Skip | Verdict::Unsupported => assert!(result.reason.is_some(), "{}", result.id),
                verdict => panic!("{flow:?} {}: {verdict} {}", result.id, result.observed),
            }
        }
    }
    assert_eq!(judged.len(), cases.len());
}

/// Each flaw changes what it declares, each case changes under a flaw, and no two under the same flaws.
fn prove<'a, S: 'a>(rows: &[selftest::Row], cases: impl Iterator<Item = &'a Case<S>> + Clone) {
    let differing: Vec<_> = rows.iter().filter(|row| !row.agrees()).collect();
    assert!(differing.is_empty(), "these flaws change other verdicts than they declare: {differing:#?}");

    let mut proofs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        for case in row.seen.keys() {
            proofs.entry(case).or_default().insert(&row.flaw);
        }
    }
    let unproven: Vec<&str> = cases
        .clone()
        .map(|case| case.id)
        .filter(|id| !proofs.contains_key(id) && !ONE_WAY.iter().any(|(known, _)| known == id))
        .collect();
    assert!(unproven.is_empty(), "no flaw changes these cases: {unproven:?}");

    let mut twins: BTreeMap<&BTreeSet<&str>, Vec<&str>> = BTreeMap::new();
    for case in cases.filter(|case| case.certification.is_none()) {
        if let Some(flaws) = proofs.get(case.id) {
            twins.entry(flaws).or_default().push(case.id);
        }
    }
    let twins: Vec<_> = twins.into_values().filter(|cases| cases.len() > 1).collect();
    assert!(twins.is_empty(), "these cases change under the same flaws: {twins:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_double_breaks_nothing() {
    let cases = suite::tool::cases();
    breaks_nothing(&selftest::judge(None, &cases).await.unwrap().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_platform_breaks_nothing() {
    let cases = suite::platform::cases();
    breaks_nothing(&selftest::judge_platform(None, &cases).await.unwrap().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_older_platform_breaks_nothing() {
    let cases = suite::platform11::cases();
    breaks_nothing(&selftest::judge_platform11(None, &cases).await.unwrap().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_lti_1_1_tool_breaks_nothing() {
    let cases = suite::tool11::cases();
    breaks_nothing(&selftest::judge_tool11(None, &cases).await.unwrap().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_issuer_breaks_nothing() {
    let cases = suite::issuer::cases();
    breaks_nothing(&selftest::judge_issuer(None, &cases).await.unwrap().unwrap());
}

fn breaks_nothing(finished: &Finished) {
    assert_eq!(finished.ended_early, None);
    for result in &finished.report.results {
        // The guide's last row is a look into the gradebook, which nobody takes here.
        let person = result.id == "platform-cert-pa16" && result.verdict == Verdict::Review;
        assert!(
            person || matches!(result.verdict, Verdict::Pass | Verdict::Info),
            "{}: {} {} {:?}",
            result.id,
            result.verdict,
            result.observed,
            result.reason
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_double_lives_with_every_variant() {
    let cases = suite::tool::cases();
    let plain = selftest::sound_cells(&cases).await.unwrap();
    for variant in variant::ALL {
        let finished = selftest::judge_as(None, Some(variant), &cases).await.unwrap().unwrap();
        assert_eq!(finished.ended_early, None, "{}", variant.name);
        assert_eq!(finished.report.variant.as_deref(), Some(variant.name));
        // Where the texts leave the answer free it may depend on the dress: a key without alg is good for more algorithms.
        let verdict = |cell: &String| cell.split(':').next().map(str::to_owned);
        let changed: Vec<_> = selftest::cells(&finished)
            .into_iter()
            .filter(|(case, cell)| plain.get(case).and_then(verdict) != verdict(cell))
            .collect();
        assert_eq!(changed, [], "{}", variant.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_variant_shows_the_tools_that_cannot_live_with_it() {
    let rows = selftest::variant_matrix().await.unwrap();
    assert_eq!(rows.len(), variant::ALL.len());
    let differing: Vec<_> = rows.iter().filter(|row| !row.agrees()).collect();
    assert!(differing.is_empty(), "these variants show other flaws than they declare: {differing:#?}");
    let shown: BTreeSet<_> = rows.iter().map(|row| &row.seen).collect();
    assert_eq!(shown.len(), rows.len(), "two variants show the same tools");
}

#[test]
fn what_a_case_can_be_is_what_its_row_says() {
    for case in suite::tool::cases() {
        let Script::Launch { .. } = case.script.script else { continue };
        let free = case.script.accepted == Outcome::Info && case.script.refused == Outcome::Info;
        let judged = case.script.accepted == Outcome::Pass || case.script.refused == Outcome::Pass;
        let by_certification = case.script.accepted == Outcome::InfoCertified;
        assert!(
            free || judged || by_certification,
            "{}: {:?} {:?}",
            case.id,
            case.script.accepted,
            case.script.refused
        );
    }
}
