//! The rows against the rules of `lti-core`: what a row was written to refuse by hand, `inspect` has to find, and what a
//! row was written to accept, it has to let pass. One misreading cannot pass in both.

use conformance::{
    case::{Case, Duty, Script},
    exchange::{AuthRequest, Form, Plan},
    selftest, suite, variant,
    world::World,
};
use http::Method;
use lti_core::{
    Timestamp,
    id::{ClientId, DeploymentId, Issuer, Nonce},
    inspect::{Deployments, LaunchContext, Policy, Violation, inspect},
    jose::jwks::KeySet,
};
use serde_json::json;

const NONCE: &str = "the-nonce-of-this-login";

/// Rows whose fault is not in the token: the form, the browser, or the key set when it is fetched.
const NOT_IN_THE_TOKEN: [&str; 9] = [
    "tool-state-altered",
    "tool-state-missing",
    "tool-jwks-error",
    "tool-jwks-html",
    "tool-jwks-empty",
    "tool-jwks-lost",
    "tool-jwks-down",
    "tool-key-retired",
    "tool-keys-padded",
];
/// Rules that are broader in the row than in `lti-core`, which names another: the row's id, what `inspect` says.
const NAMED_OTHERWISE: [(&str, Violation); 3] = [
    ("tool-alg-rs1", Violation::TokenAlg),
    ("tool-sub-object", Violation::TokenClaimType),
    ("tool-cert-tb05-a", Violation::TokenAlg),
];

fn launch(world: &World, case: &Case) -> Option<(String, KeySet)> {
    let Script::Launch { plan: change_plan, token: change_token, form: change_form } = case.script.script else {
        return None;
    };
    let mut plan = Plan::new(world, 0, conformance::exchange::Person::learner());
    change_plan(&mut plan, world);
    let request =
        AuthRequest { issuer: 0, method: Method::GET, parameters: vec![("nonce".to_owned(), NONCE.to_owned())] };
    let mut token = plan.token(world, &request);
    change_token(&mut token, world);
    let mut form = Form::new(&request, token.compact().unwrap());
    change_form(&mut form, world);
    let published = http::Request::get(world.platform.url(0, "/jwks")).body(bytes::Bytes::new()).unwrap();
    let keys = world.platform.handle(&published);
    world.platform.restore_keys();
    let keys = KeySet::parse(keys.body()).unwrap_or_else(|_| KeySet::from_keys([]));
    let id_token = form.fields.iter().find(|(name, _)| name == "id_token").map(|(_, value)| value.clone());
    Some((id_token.unwrap_or_default(), keys))
}

fn violations(world: &World, id_token: &str, keys: &KeySet) -> (Vec<Violation>, bool) {
    let policy = Policy::default();
    let deployments = ["dep-1", "dep-2"].map(DeploymentId::new);
    let inspection = inspect(
        id_token,
        &LaunchContext {
            keys,
            issuer: &Issuer::new(world.issuer(0)),
            client_id: &ClientId::new(world.client_id(0)),
            nonce: Some(&Nonce::new(NONCE)),
            login: None,
            deployments: Deployments::Known(&deployments),
            policy: &policy,
        },
        Timestamp::from_secs(world.clock.now()),
    );
    (inspection.violations().iter().map(|finding| finding.violation).collect(), inspection.is_clean())
}

#[test]
fn rows_agree_with_inspect() {
    rows_agree(&selftest::world(None).unwrap());
}

#[test]
fn rows_agree_with_inspect_in_every_dress() {
    for variant in variant::ALL {
        println!("variant {}", variant.name);
        rows_agree(&selftest::world(None).unwrap().dressed(Some(variant)));
    }
}

fn rows_agree(world: &World) {
    let mut tried = 0;
    for case in suite::tool::cases() {
        if NOT_IN_THE_TOKEN.contains(&case.id) {
            continue;
        }
        let Some((id_token, keys)) = launch(world, &case) else { continue };
        let (found, clean) = violations(world, &id_token, &keys);
        match case.duty {
            Duty::Reject => {
                let otherwise = NAMED_OTHERWISE.iter().find(|(id, _)| *id == case.id).map(|(_, violation)| *violation);
                let named = otherwise.map_or_else(
                    || case.requirements.iter().any(|id| found.iter().any(|v| v.id() == *id)),
                    |v| found.contains(&v),
                );
                assert!(named, "{}: the row cites {:?}, inspect found {found:?}", case.id, case.requirements);
                assert!(!clean, "{}: inspect would let it in", case.id);
            }
            Duty::Accept => assert!(clean, "{}: the row is to be accepted, inspect found {found:?}", case.id),
            _ => continue,
        }
        tried += 1;
    }
    assert!(tried > 90, "only {tried} rows were compared");
}

#[test]
fn the_control_breaks_no_rule_at_all() {
    let world = selftest::world(None).unwrap();
    let control = Case::new("control", "nothing is changed");
    let (id_token, keys) = launch(&world, &control).unwrap();
    let (found, clean) = violations(&world, &id_token, &keys);
    assert_eq!(found, []);
    assert!(clean);
    // The comparison above can fail: the same launch for another client is found out.
    let foreign = Case::new("foreign", "aud").token(|token, _| token.set("aud", json!("somebody-else")));
    let (id_token, keys) = launch(&world, &foreign).unwrap();
    assert!(violations(&world, &id_token, &keys).0.contains(&Violation::TokenAud));
}
