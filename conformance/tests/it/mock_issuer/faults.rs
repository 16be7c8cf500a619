//! Each fault changes what a plain client sees: at its place, once or always, and nothing once it is cleared.

use conformance::mock_issuer::{Endpoint, Fault, FaultPlan, MockIssuer, Place};
use http::Request;

use super::flow::{Seen, issuer, send, walk};

/// What a client sees of this place.
fn place(seen: &Seen, fault: Fault) -> Vec<&serde_json::Value> {
    let names: &[&str] = match fault.place() {
        Place::Authorization => &["authorization", "code"],
        Place::Transport => &["discovery", "authorization", "code", "token", "jwks", "userinfo"],
        other => &[other.name()],
    };
    names.iter().map(|name| &seen[name]).collect()
}

/// What comes before this place and must not change.
fn before(fault: Fault) -> &'static [&'static str] {
    match fault.place() {
        Place::Discovery | Place::Transport => &[],
        Place::Authorization => &["discovery"],
        Place::Token => &["discovery", "authorization"],
        // UserInfo says the same sub, so that its length is all that is wrong.
        _ if fault == Fault::IdTokenSubLong => &["discovery", "authorization", "code", "token", "jwks"],
        Place::IdToken => &["discovery", "authorization", "code", "token", "userinfo", "jwks"],
        Place::Jwks => &["discovery", "authorization", "code", "token", "userinfo", "id-token"],
        Place::UserInfo => &["discovery", "authorization", "code", "token", "jwks", "id-token"],
    }
}

#[tokio::test]
async fn the_sound_issuer_looks_the_same_each_time() {
    let (issuer, waits) = issuer(|builder| builder.signed_in_as("ada")).await;
    let first = walk(&issuer, "n1").await;
    let second = walk(&issuer, "n2").await;
    assert_eq!(first, second);
    let seen = serde_json::to_string(&first["id-token"]).unwrap();
    assert!(seen.contains("\"sub\":\"ada\"") && seen.ends_with(",true,342,true,true,1]"), "{seen}");
    assert!(first["token"].to_string().contains("Bearer"), "{}", first["token"]);
    assert!(first["userinfo"].to_string().contains("Nkemelu"), "{}", first["userinfo"]);
    assert_eq!(*waits.lock().unwrap(), [0_u64; 0]);
    assert!(issuer.ledger().entries().iter().all(|entry| entry.faults.is_empty()));
}

#[tokio::test]
async fn every_fault_changes_what_a_client_sees_as_often_as_it_is_told() {
    let (sound, _) = issuer(|builder| builder.signed_in_as("ada")).await;
    let sound = walk(&sound, "n").await;
    let mut wrong = Vec::new();
    for fault in Fault::ALL {
        let (issuer, waits) = issuer(|builder| builder.signed_in_as("ada")).await;
        // What is replayed has to be answered first.
        walk(&issuer, "n0").await;
        issuer.fault(FaultPlan::once(*fault));
        let once = walk(&issuer, "n1").await;
        let waited_once = waits.lock().unwrap().len();
        let after = walk(&issuer, "n2").await;
        issuer.fault(*fault);
        let (first, second) = (walk(&issuer, "n3").await, walk(&issuer, "n4").await);
        let waited = waits.lock().unwrap().len();
        issuer.clear(*fault);
        let cleared = walk(&issuer, "n5").await;
        let differs = |seen: &Seen| place(seen, *fault) != place(&sound, *fault);
        let slow = matches!(fault, Fault::TransportSlow | Fault::TransportHanging);
        let mut say = |good: bool, what: &str| {
            if !good {
                wrong.push(format!("{fault}: {what}"));
            }
        };
        say(differs(&once) != slow, "once changes nothing");
        say((waited_once == 1) == slow && (waited > 2) == slow, "the waits");
        // A key that was rotated in stays.
        say(after == sound || *fault == Fault::JwksRotated, "once bites twice");
        say(differs(&first) != slow && differs(&second) != slow, "always does not");
        say(cleared == sound || *fault == Fault::JwksRotated, "it bites when it is cleared");
        for name in before(*fault) {
            say(once[name] == sound[name], &format!("it changes {name}"));
        }
        let bitten = issuer.ledger().bitten(*fault).len();
        say(bitten >= 3, &format!("the ledger says {bitten} times"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_fault_can_be_bound_to_an_endpoint_and_combined() {
    let plan = "transport-status-503@jwks:once".parse::<FaultPlan>().unwrap();
    let (issuer, _) =
        issuer(|builder| builder.with(plan).with(Fault::DiscoveryIssuerOther).with(Fault::DiscoveryUnknownMembers))
            .await;
    let discovery = send(&issuer, Request::get(issuer.discovery_url()), String::new()).await.unwrap();
    let text = String::from_utf8_lossy(discovery.body()).into_owned();
    assert!(text.contains("other-issuer") && text.contains("conformance_note"), "{text}");
    let mut statuses = Vec::new();
    for _ in 0..2 {
        let jwks = send(&issuer, Request::get(issuer.endpoint("/jwks")), String::new()).await.unwrap();
        statuses.push(jwks.status().as_u16());
    }
    assert_eq!(statuses, [503, 200]);
    assert_eq!(issuer.ledger().last(Endpoint::Discovery).unwrap().faults.len(), 2);
}

#[tokio::test]
async fn over_a_network_connections_end_and_bodies_are_too_large() {
    let issuer = MockIssuer::start().await.unwrap();
    let jwks = issuer.endpoint("/jwks");
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
    for fault in [Fault::TransportDropped, Fault::TransportTruncated] {
        issuer.fault(FaultPlan::once(fault));
        let broken = match client.get(&jwks).send().await {
            Ok(answer) => answer.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(broken, "{fault}");
    }
    issuer.fault(FaultPlan::once(Fault::TransportOversized));
    let body = client.get(&jwks).send().await.unwrap().bytes().await.unwrap();
    assert!(body.len() > 8 << 20, "{}", body.len());
    let sound = client.get(&jwks).send().await.unwrap().bytes().await.unwrap();
    assert!(sound.len() < 4_096, "{}", sound.len());
    let strangers =
        client.get(issuer.endpoint("/mock/stranger/certificate")).send().await.unwrap().text().await.unwrap();
    assert!(strangers.starts_with("-----BEGIN CERTIFICATE-----"), "{strangers}");
    assert_eq!(issuer.ledger().at(Endpoint::StrangerKeys).len(), 1);
}
