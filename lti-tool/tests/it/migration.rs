//! Launches with the identifiers of LTI 1.1: when they are proven, and that nothing else depends on it.

use std::sync::Arc;

use lti_core::Timestamp;
use lti_core::inspect::Migration;
use lti_core::message::{Lti11Secret, LtiResourceLinkRequest, ResourceLink, Unproven};
use lti_tool::{Lti11Secrets, MemoryLti11Secrets, Registration};
use oauth2_issuer::{BoxFuture, Unavailable};
use serde_json::{Value, json};

use crate::world::{CLIENT, ISSUER, TARGET, World, registration};

const CLAIM: &str = "https://purl.imsglobal.org/spec/lti/claim/lti1p1";
const KEY: &str = "consumer-1";
const SECRET: &str = "shared";

/// Adds the claim to a message, signed for it with this secret.
pub(crate) fn signed(message: &mut Value, secret: &str) {
    let text = |name: &str| message[name].as_str().unwrap().to_owned();
    let exp = Timestamp::from_secs(message["exp"].as_i64().unwrap());
    let link = ResourceLink::new("link-1");
    let mut copy = LtiResourceLinkRequest::new(text("iss"), CLIENT, "dep-1", text("nonce"), TARGET, link, exp, exp);
    copy.sign_migration(&CLIENT.into(), KEY, &Lti11Secret::new(secret));
    message[CLAIM] = serde_json::to_value(copy.lti1p1).unwrap();
    message[CLAIM]["user_id"] = json!("old-7");
}

fn knowing(secrets: impl Lti11Secrets + 'static) -> World {
    let secrets = Arc::new(secrets);
    World::with(|builder| builder.registration(registration(ISSUER, CLIENT)).lti11_secrets(secrets))
}

async fn migration(world: &World, change: impl FnOnce(&mut Value)) -> Migration {
    let launched = world.launch_with(change).await.unwrap();
    assert_eq!(launched.launch.user().unwrap().as_str(), "user-1", "the launch goes on");
    launched.launch.migration().clone()
}

#[tokio::test]
async fn a_signed_claim_names_the_account_of_lti_1_1() {
    let world = knowing(MemoryLti11Secrets::default().with(ISSUER, KEY, SECRET));
    let Migration::Migrated(identity) = migration(&world, |message| signed(message, SECRET)).await else {
        panic!("not proven");
    };
    assert_eq!((identity.oauth_consumer_key.as_str(), identity.user_id.as_deref()), (KEY, Some("old-7")));
    assert_eq!(identity.resource_link_id, "link-1", "left out, because it is the same");
    let same = migration(&world, |message| {
        signed(message, SECRET);
        message[CLAIM].as_object_mut().unwrap().remove("user_id");
    });
    let Migration::Migrated(identity) = same.await else { panic!("not proven") };
    assert_eq!(identity.user_id.as_deref(), Some("user-1"));
}

#[tokio::test]
async fn what_is_not_proven_links_no_account_and_stops_no_launch() {
    let world = knowing(MemoryLti11Secrets::default().with(ISSUER, KEY, SECRET));
    assert_eq!(migration(&world, |_| ()).await, Migration::Absent);
    let forged = migration(&world, |message| signed(message, "guessed")).await;
    assert_eq!(forged, Migration::Unproven(Unproven::Signature));
    let unsigned = migration(&world, |message| message[CLAIM] = json!({ "user_id": "old-7" })).await;
    assert_eq!(unsigned, Migration::Unproven(Unproven::NoKey));
    let no_signature = json!({ "user_id": "old-7", "oauth_consumer_key": KEY });
    let unsigned = migration(&world, |message| message[CLAIM] = no_signature).await;
    assert_eq!(unsigned, Migration::Unproven(Unproven::NoSignature));
    assert_eq!(migration(&world, |message| message[CLAIM] = json!("odd")).await, Migration::Absent);
    // A proof made for one launch proves nothing in another.
    let mut old = Value::Null;
    migration(&world, |message| {
        signed(message, SECRET);
        old = message[CLAIM].clone();
    })
    .await;
    let replayed = migration(&world, |message| message[CLAIM] = old).await;
    assert_eq!(replayed, Migration::Unproven(Unproven::Signature));
}

#[tokio::test]
async fn a_secret_answers_for_the_platform_that_was_given_it_alone() {
    let world = knowing(MemoryLti11Secrets::default().with("https://other.example", KEY, SECRET));
    let foreign = migration(&world, |message| signed(message, SECRET)).await;
    assert_eq!(foreign, Migration::Unproven(Unproven::UnknownKey));
    let world = World::with(|builder| builder.registration(registration(ISSUER, CLIENT)));
    let unjudged = migration(&world, |message| signed(message, SECRET)).await;
    assert_eq!(unjudged, Migration::Unproven(Unproven::NotVerified));
}

struct Broken;

impl Lti11Secrets for Broken {
    fn find<'a>(&'a self, _: &'a Registration, _: &'a str) -> BoxFuture<'a, Result<Option<Lti11Secret>, Unavailable>> {
        Box::pin(async { Err(Unavailable::new("out of order")) })
    }
}

#[tokio::test]
async fn a_store_that_is_out_of_order_costs_the_proof_and_not_the_launch() {
    let unavailable = migration(&knowing(Broken), |message| signed(message, SECRET)).await;
    assert_eq!(unavailable, Migration::Unproven(Unproven::Unavailable));
}
