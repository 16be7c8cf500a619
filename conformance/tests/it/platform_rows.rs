//! The cases that look at a platform's messages against the rules of `lti-core`: where a case finds a rule of a message
//! broken, `inspect` has to find the same one, and in sound messages nothing. One misreading cannot pass in both.

use std::collections::BTreeSet;

use conformance::{
    double::platform::PlatformFlaw,
    report::model::Verdict,
    selftest::platform_world,
    subject::platform::{Arrival, Evidence, PersonalData, PlatformScript, gather, judge_evidence},
    suite,
};
use lti_core::{
    Timestamp,
    id::{ClientId, DeploymentId, Issuer, Nonce},
    inspect::{Deployments, LaunchContext, Policy, Violation, inspect},
    jose::KeySet,
    login::LoginRecord,
};

/// Where `inspect` names the same fault by another rule: the case and that rule.
const NAMED_OTHERWISE: [(&str, Violation); 2] =
    [("platform-token-signature", Violation::TokenAlgNone), ("platform-token-signature", Violation::TokenAlgSymmetric)];

/// Everything that `inspect` finds in one message.
fn found(arrival: &Arrival, evidence: &Evidence) -> BTreeSet<&'static str> {
    let platform = &evidence.config.platform;
    let none = KeySet::from_keys([]);
    let policy = Policy::default();
    let deployments: Vec<DeploymentId> = platform.deployment_ids.iter().map(DeploymentId::new).collect();
    let nonce = arrival.asked("nonce").map(Nonce::new);
    let login = arrival.initiation.as_ref().and_then(|initiation| {
        let deployment = initiation.get("lti_deployment_id").map(DeploymentId::new);
        Some(LoginRecord::new(initiation.get("target_link_uri")?, deployment))
    });
    let inspection = inspect(
        arrival.delivery.get("id_token").unwrap_or_default(),
        &LaunchContext {
            keys: evidence.keys.set.as_ref().unwrap_or(&none),
            issuer: &Issuer::new(&platform.issuer),
            client_id: &ClientId::new(&platform.client_id),
            nonce: nonce.as_ref(),
            login: login.as_ref(),
            deployments: Deployments::Known(&deployments),
            policy: &policy,
        },
        Timestamp::from_secs(arrival.at),
    );
    inspection.violations().iter().map(|finding| finding.violation.id()).collect()
}

#[tokio::test]
async fn sound_messages_break_no_rule() {
    let evidence = gather(&platform_world(None).unwrap()).await.unwrap();
    for arrival in &evidence.arrivals {
        let mut broken = found(arrival, &evidence);
        if arrival.launch.as_ref().is_some_and(|launch| launch.personal_data == PersonalData::Anonymous) {
            assert!(broken.remove(Violation::TokenSubMissing.id()), "an anonymous launch has no sub");
        }
        assert_eq!(broken, BTreeSet::new(), "in the launch {}", arrival.name);
    }
}

#[tokio::test]
async fn what_a_case_finds_in_a_message_inspect_finds_as_well() {
    let cases: Vec<_> = suite::platform::cases()
        .into_iter()
        .filter(|case| matches!(case.script, PlatformScript::Each { .. }))
        .filter(|case| case.requirements.first().is_some_and(|id| Violation::from_id(id).is_some()))
        .filter(|case| case.certification.is_none())
        .collect();
    let mut compared = BTreeSet::new();
    let mut differing = Vec::new();
    for flaw in PlatformFlaw::all() {
        let Ok(evidence) = gather(&platform_world(Some(flaw)).unwrap()).await else { continue };
        let broken: BTreeSet<_> = evidence.arrivals.iter().flat_map(|arrival| found(arrival, &evidence)).collect();
        for result in judge_evidence(&evidence, &cases, false) {
            if !matches!(result.verdict, Verdict::Fail | Verdict::Warn) {
                continue;
            }
            // What is wrong with a login shows in no ID token.
            if result.requirements[0].starts_with("lti13-login-")
                || result.requirements[0].starts_with("lti13-response-")
            {
                continue;
            }
            let named = result.requirements.iter().any(|id| broken.contains(id.as_str()));
            let otherwise = NAMED_OTHERWISE.iter().any(|(id, rule)| *id == result.id && broken.contains(rule.id()));
            if !named && !otherwise {
                let (flaw, rules) = (flaw.name(), &result.requirements);
                differing.push(format!("{flaw}: {} finds {rules:?} broken, inspect finds {broken:?}", result.id));
            }
            compared.insert(result.id);
        }
    }
    assert!(differing.is_empty(), "{differing:#?}");
    assert!(!compared.is_empty(), "no case found anything");
}
