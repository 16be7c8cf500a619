//! What every [`SystemAccountStore`] must hold, as a check that a test of an implementation runs.

use std::time::Duration;

use lti_core::Timestamp;
use lti_core::service::Scopes;

use super::store::{SystemAccount, SystemAccountState, SystemAccountStore};
use crate::Unavailable;
use crate::relying::issuer::IssuerId;

/// Runs the contract against an empty store.
///
/// # Errors
/// The first rule that the store breaks, or what it says when it cannot answer.
pub async fn check(store: &dyn SystemAccountStore) -> Result<(), String> {
    let said = |error: Unavailable| error.to_string();
    let (one, two, now) = (IssuerId::new(1), IssuerId::new(2), Timestamp::from_secs(1_000));
    let until = now + Duration::from_secs(30);
    let account = |issuer| SystemAccount::new(issuer, Scopes::parse("a b"), vec![1, 2, 3], now);
    holds(store.lease(one, now, until).await.map_err(said)?.is_none(), "there is no lease without an account")?;
    store.connect(account(two)).await.map_err(said)?;
    store.connect(account(one)).await.map_err(said)?;
    let listed: Vec<_> = store.list().await.map_err(said)?.into_iter().map(|account| account.issuer).collect();
    holds(listed == [one, two], "accounts are listed by issuer")?;
    let leased =
        store.lease(one, now, until).await.map_err(said)?.ok_or("the store breaks: a free account is leased")?;
    holds(
        leased.scopes == Scopes::parse("a b") && leased.sealed == [1, 2, 3],
        "an account is given back as it was put",
    )?;
    holds(store.lease(one, now, until).await.map_err(said)?.is_none(), "one at a time may renew")?;
    holds(store.lease(two, now, until).await.map_err(said)?.is_some(), "accounts are leased apart")?;
    holds(store.lease(one, until, until).await.map_err(said)?.is_some(), "a lease ends at its time")?;
    let mut changed = leased.clone();
    changed.sealed = vec![9];
    changed.state = SystemAccountState::Unreachable;
    changed.due_at = until;
    holds(store.replace(changed.clone()).await.map_err(said)?, "an account of the version that was seen is written")?;
    let kept = store.get(one).await.map_err(said)?.ok_or("the store breaks: an account that was written is there")?;
    holds(kept.sealed == [9] && kept.state == changed.state && kept.due_at == until, "all of it is written")?;
    holds(kept.version > leased.version, "each change counts")?;
    holds(!store.replace(leased).await.map_err(said)?, "an account that changed meanwhile is not overwritten")?;
    holds(store.lease(one, now, until).await.map_err(said)?.is_some(), "writing ends the lease")?;
    store.connect(account(one)).await.map_err(said)?;
    let again =
        store.get(one).await.map_err(said)?.ok_or("the store breaks: an account that was connected is there")?;
    holds(again.version > kept.version, "who connects again outdoes whoever is renewing")?;
    holds(
        !store.replace(kept).await.map_err(said)?,
        "what was renewed before does not replace what was connected after",
    )?;
    store.remove(one).await.map_err(said)?;
    holds(store.get(one).await.map_err(said)?.is_none(), "a removed account is gone")
}

fn holds(condition: bool, rule: &str) -> Result<(), String> {
    if condition { Ok(()) } else { Err(format!("the store breaks: {rule}")) }
}

#[cfg(test)]
mod tests {
    use crate::relying::system_account::MemorySystemAccountStore;

    #[tokio::test]
    async fn the_memory_store_holds_the_contract() {
        assert_eq!(super::check(&MemorySystemAccountStore::default()).await, Ok(()));
    }
}
