//! What every [`OnceStore`] must hold, as a function that a test of each implementation calls.

use lti_core::Timestamp;
use lti_core::once::{OnceKey, OnceKind};

use super::{ClaimError, Claimed, OnceStore};

/// Puts `store` to the test, with keys that begin with `prefix` (so that a store that keeps its keys can be tested
/// again) and at times near `now`.
///
/// Concurrency within one task is tested here: the claims are polled together. An implementation over a server should
/// also be tested from several connections.
///
/// # Errors
/// One line that says which rule the store breaks.
///
/// ```
/// # async fn example() -> Result<(), String> {
/// use lti_core::Timestamp;
/// use oauth2_issuer::once::{MemoryOnceStore, contract};
/// contract::holds(&MemoryOnceStore::default(), "test-1", Timestamp::from_secs(1_700_000_000)).await
/// # }
/// ```
pub async fn holds(store: &dyn OnceStore, prefix: &str, now: Timestamp) -> Result<(), String> {
    let later = |seconds: u64| now + std::time::Duration::from_secs(seconds);
    let key = |kind, name: &str, seconds| OnceKey::new(kind, format!("{prefix}-{name}"), later(seconds));

    let first = key(OnceKind::Nonce, "first", 60);
    match store.claim(&first, now).await {
        Ok(proof) if proof.proves(&first) => {}
        Ok(_) => return Err("a new key: the proof is for another key".to_owned()),
        Err(error) => return Err(format!("a new key: expected a claim, seen: {error}")),
    }
    refused("the same key again", store.claim(&first, now).await)?;
    refused("the same key with another expiry", store.claim(&key(OnceKind::Nonce, "first", 900), now).await)?;
    refused("the same key in its last second", store.claim(&first, later(60)).await)?;
    granted("the key in another namespace", store.claim(&key(OnceKind::State, "first", 60), now).await)?;
    granted("a key that differs by case", store.claim(&key(OnceKind::Nonce, "First", 60), now).await)?;
    granted("a key that is a prefix", store.claim(&key(OnceKind::Nonce, "firs", 60), now).await)?;
    granted("an empty name", store.claim(&key(OnceKind::JwtId, "", 60), now).await)?;

    let long = "x".repeat(10_000);
    granted("a long key", store.claim(&key(OnceKind::Nonce, &format!("{long}a"), 60), now).await)?;
    granted(
        "a long key that differs at its end",
        store.claim(&key(OnceKind::Nonce, &format!("{long}b"), 60), now).await,
    )?;
    refused("the long key again", store.claim(&key(OnceKind::Nonce, &format!("{long}a"), 60), now).await)?;

    let odd = "\u{0}'\"; DROP TABLE once; -- \u{1f511} %_";
    granted("a key with odd characters", store.claim(&key(OnceKind::Nonce, odd, 60), now).await)?;
    refused("the key with odd characters again", store.claim(&key(OnceKind::Nonce, odd, 60), now).await)?;

    let expired = key(OnceKind::Nonce, "expired", 1);
    match store.claim(&expired, later(2)).await {
        Err(ClaimError::Expired) => {}
        other => return Err(format!("a key that expired before its claim: expected a refusal, seen {other:?}")),
    }
    granted("a key after its former claim expired", store.claim(&key(OnceKind::Nonce, "first", 120), later(61)).await)?;
    concurrent(store, &key(OnceKind::Code, "race", 60), now).await
}

async fn concurrent(store: &dyn OnceStore, key: &OnceKey, now: Timestamp) -> Result<(), String> {
    let mut claims: Vec<_> = (0..16).map(|_| Some(store.claim(key, now))).collect();
    let mut won = 0;
    std::future::poll_fn(|context| {
        for slot in &mut claims {
            if let Some(claim) = slot
                && let std::task::Poll::Ready(outcome) = claim.as_mut().poll(context)
            {
                won += usize::from(outcome.is_ok());
                *slot = None;
            }
        }
        if claims.iter().all(Option::is_none) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    if won == 1 { Ok(()) } else { Err(format!("16 claims of one key at once: expected 1 to win, seen {won}")) }
}

fn granted(what: &str, outcome: Result<Claimed, ClaimError>) -> Result<(), String> {
    outcome.map(drop).map_err(|error| format!("{what}: expected a claim, seen: {error}"))
}

fn refused(what: &str, outcome: Result<Claimed, ClaimError>) -> Result<(), String> {
    match outcome {
        Err(ClaimError::AlreadyClaimed) => Ok(()),
        Err(error) => Err(format!("{what}: expected already claimed, seen: {error}")),
        Ok(_) => Err(format!("{what}: expected already claimed, seen a second claim")),
    }
}
