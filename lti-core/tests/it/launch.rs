//! From a token to a launch, and what a tool sees of it.

use lti_core::id::ClientId;
use lti_core::inspect::{NotClaimed, verify};
use lti_core::once::{Claimed, OnceKey, OnceKind};
use lti_core::vocab::{ContextRole, Role};
use serde_json::json;

use crate::support::{NOW, World, lti, made, token_with};

#[test]
fn a_launch_needs_the_claim_of_its_own_nonce() {
    let world = World::new();
    let token = token_with(|_| {});
    let clean = made(verify(&token, &world.context(), NOW));
    let key = clean.once_key().clone();
    assert_eq!(key.kind(), OnceKind::Nonce);
    assert_eq!(key.expires_at().as_secs(), 1_700_000_360, "the end of the token, and the leeway");
    assert!(!key.key().contains("nonce-1"), "stores need not hold the nonce itself");
    let launch = made(clean.into_launch(Claimed::by_store(&key)));
    assert_eq!(launch.user().map(lti_core::id::Subject::as_str), Some("user-7"));

    let other = made(verify(&token, &world.context(), NOW));
    let foreign = OnceKey::new(OnceKind::Nonce, "foreign", NOW);
    assert_eq!(other.into_launch(Claimed::by_store(&foreign)).err().map(|NotClaimed { .. }| ()), Some(()));
}

#[test]
fn the_same_nonce_of_another_platform_or_client_is_another_key() {
    let key = |world: &World, token: &str| made(verify(token, &world.context(), NOW)).once_key().clone();
    let sound = World::new();
    let first = key(&sound, &token_with(|_| {}));
    assert_eq!(first, key(&sound, &token_with(|claims| claims["sub"] = json!("other"))));
    let mut other = World::new();
    other.issuer = "https://other.example".into();
    assert_ne!(first, key(&other, &token_with(|claims| claims["iss"] = json!("https://other.example"))));
    let mut other = World::new();
    other.client_id = ClientId::new("second");
    assert_ne!(first, key(&other, &token_with(|claims| claims["aud"] = json!("second"))));
}

#[test]
fn a_launch_shows_its_parts() {
    let token = token_with(|claims| {
        claims[lti("roles")] = json!(["Instructor", "https://vendor.example/role"]);
        claims[lti("custom")] = json!({"a": "1", "n": 7, "b": true, "none": null, "list": []});
        claims[lti("role_scope_mentor")] = json!(["user-8"]);
    });
    let world = World::new();
    let clean = made(verify(&token, &world.context(), NOW));
    let key = clean.once_key().clone();
    let launch = made(clean.into_launch(Claimed::by_store(&key)));
    assert!(launch.is_instructor() && !launch.is_learner() && !launch.is_anonymous());
    assert_eq!(
        launch.roles(),
        [Role::Context(ContextRole::Instructor), Role::Unknown("https://vendor.example/role".to_owned())]
    );
    assert_eq!(launch.custom().iter().collect::<Vec<_>>(), [("a", "1"), ("n", "7"), ("b", "true")]);
    assert!(launch.message().role_scope_mentor.is_empty(), "nobody but a mentor learns whom the claim names");
    assert_eq!(launch.deployment_id().as_str(), "dep-1");
    assert_eq!(launch.target_link_uri(), "https://tool.example/launch");
    assert_eq!(launch.resource_link().other.read::<bool>("vendor").map(Result::ok), Some(Some(true)));
    let presentation = launch.message().launch_presentation.as_ref();
    assert_eq!(presentation.and_then(|shown| shown.width), Some(400), "a number that came as a string");
    let ags = launch.ags().and_then(|claim| claim.lineitems.as_deref());
    assert_eq!(ags, Some("https://lms.example/l"));
}

#[test]
fn a_launch_prints_no_person() {
    let clean = made(verify(&token_with(|_| {}), &World::new().context(), NOW));
    let shown = format!("{clean:?}");
    for secret in ["user-7", "Hanako", "h@example", "nonce-1"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
