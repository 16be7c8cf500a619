//! State, cookies and replays: which browser may answer which login, and how often.

use std::sync::Arc;
use std::time::Duration;

use lti_core::jose::token::sign_compact;
use lti_tool::{CookieKey, LaunchError};
use oauth2_issuer::BoxFuture;
use oauth2_issuer::once::{ClaimError, Claimed, OnceKey, OnceStore};

use crate::world::{Browser, CLIENT, ISSUER, KEY, World, registration};

#[tokio::test]
async fn a_response_without_its_state_is_refused() {
    let world = World::new();
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let token = sign_compact(&KEY, &world.message(&login)).unwrap();
    let error = world.post(&mut browser, [("id_token", token.as_str())]).await.unwrap_err();
    assert_eq!(error, LaunchError::StateMissing);
    let mut altered = login["state"].clone();
    altered.replace_range(20..21, if &altered[20..21] == "A" { "B" } else { "A" });
    for state in ["x", "state-that-nobody-made", &altered, &login["nonce"], "\u{1f511}"] {
        let error = world.post(&mut browser, [("id_token", token.as_str()), ("state", state)]).await.unwrap_err();
        assert_eq!(error, LaunchError::StateForeign, "{state}");
    }
}

#[tokio::test]
async fn another_browser_cannot_answer() {
    let world = World::new();
    let (mut attacker, mut victim) = (Browser::default(), Browser::default());
    let login = world.login(&mut attacker).await;
    let message = world.message(&login);
    let error = world.answer(&mut victim, &login, &message).await.unwrap_err();
    assert_eq!(error, LaunchError::CookieMissing);
    // A victim with a login of their own is no better off.
    world.login(&mut victim).await;
    assert_eq!(world.answer(&mut victim, &login, &message).await.unwrap_err(), LaunchError::CookieMissing);
    assert!(world.answer(&mut attacker, &login, &message).await.is_ok(), "nothing was used up");
}

#[tokio::test]
async fn a_cookie_planted_under_another_name_is_no_login() {
    let world = World::new();
    let (mut attacker, mut victim) = (Browser::default(), Browser::default());
    let mine = world.login(&mut attacker).await;
    let theirs = world.login(&mut victim).await;
    // The attacker's sealed cookie, under the name that the victim's state asks for.
    let name = victim.0.keys().next().unwrap().clone();
    victim.0.insert(name, attacker.0.values().next().unwrap().clone());
    let error = world.answer(&mut victim, &theirs, &world.message(&mine)).await.unwrap_err();
    assert_eq!(error, LaunchError::CookieMissing);
}

#[tokio::test]
async fn parallel_logins_end_each_in_its_own_launch() {
    let world = World::new();
    let mut browser = Browser::default();
    let first = world.login(&mut browser).await;
    let second = world.login(&mut browser).await;
    assert_eq!(browser.0.len(), 2);
    let crossed = world.answer(&mut browser, &second, &world.message(&first)).await.unwrap_err();
    assert!(matches!(crossed, LaunchError::Message(_)), "the nonce of one login is not for the other: {crossed:?}");
    assert!(world.answer(&mut browser, &second, &world.message(&second)).await.is_ok());
    assert!(world.answer(&mut browser, &first, &world.message(&first)).await.is_ok());
    assert!(browser.0.is_empty(), "both logins are over");
}

#[tokio::test]
async fn a_launch_works_once() {
    let world = World::new();
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let kept = browser.clone();
    let message = world.message(&login);
    assert!(world.answer(&mut browser, &login, &message).await.is_ok());
    // A reload: the cookie is gone.
    assert_eq!(world.answer(&mut browser, &login, &message).await.unwrap_err(), LaunchError::CookieMissing);
    // A thief with the cookie as well: the nonce is used.
    let error = world.answer(&mut kept.clone(), &login, &message).await.unwrap_err();
    assert_eq!(error, LaunchError::NonceReplayed);
    // The last moment at which the token still counts.
    world.clock.advance(Duration::from_secs(300 + 59));
    let error = world.answer(&mut kept.clone(), &login, &message).await.unwrap_err();
    assert_eq!(error, LaunchError::NonceReplayed);
}

#[tokio::test]
async fn of_many_posts_at_once_one_is_a_launch() {
    let world = World::new();
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let token = sign_compact(&KEY, &world.message(&login)).unwrap();
    let posts: Vec<_> = (0..16)
        .map(|_| {
            let (tool, headers) = (world.tool.clone(), browser.headers());
            let fields = [("id_token", token.clone()), ("state", login["state"].clone())];
            let fields = fields.map(|(name, value)| (name.to_owned(), value));
            tokio::spawn(async move { tool.launch(fields, &headers).await.is_ok() })
        })
        .collect();
    let mut launches = 0;
    for post in posts {
        launches += usize::from(post.await.unwrap());
    }
    assert_eq!(launches, 1);
}

#[tokio::test]
async fn a_login_does_not_hold_for_ever() {
    let world = World::new();
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    world.clock.advance(Duration::from_mins(10));
    let message = world.message(&login);
    let mut late = browser.clone();
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.answer(&mut late, &login, &message).await.unwrap_err(), LaunchError::LoginExpired { minutes: 10 });
    world.clock.set(crate::world::START + Duration::from_mins(10));
    assert!(world.answer(&mut browser, &login, &message).await.is_ok(), "the last second counts");
}

#[tokio::test]
async fn a_restart_with_the_same_key_keeps_the_logins() {
    let before = World::new();
    let mut browser = Browser::default();
    let login = before.login(&mut browser).await;
    let message = before.message(&login);
    let other_key =
        World::with(|builder| builder.registration(registration(ISSUER, CLIENT)).cookie_key(CookieKey::new([1; 32])));
    let error = other_key.answer(&mut browser.clone(), &login, &message).await.unwrap_err();
    assert_eq!(error, LaunchError::StateForeign);
    let restarted = World::new();
    assert!(restarted.answer(&mut browser, &login, &message).await.is_ok());
}

#[tokio::test]
async fn without_the_store_there_is_no_launch() {
    struct Down;
    impl OnceStore for Down {
        fn claim<'a>(&'a self, _: &'a OnceKey, _: lti_core::Timestamp) -> BoxFuture<'a, Result<Claimed, ClaimError>> {
            Box::pin(async { Err(ClaimError::Unavailable { reason: "the disk is full".to_owned() }) })
        }
    }
    let world = World::with(|builder| builder.registration(registration(ISSUER, CLIENT)).once_store(Arc::new(Down)));
    let error = world.launch_with(|_| ()).await.unwrap_err();
    assert!(matches!(error, LaunchError::Store(ClaimError::Unavailable { .. })), "{error:?}");
}
