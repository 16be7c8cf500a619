//! What every [`IssuerStore`] must hold, as a check that a test of an implementation runs.

use super::record::{IssuerId, RegisteredIssuer};
use super::store::IssuerStore;
use crate::Unavailable;

/// Runs the contract against an empty store.
///
/// # Errors
/// The first rule that the store breaks, or what it says when it cannot answer.
pub async fn check(store: &dyn IssuerStore) -> Result<(), String> {
    let said = |error: Unavailable| error.to_string();
    let mut record = RegisteredIssuer::new("openid", "one");
    record.client_id = Some("client".into());
    record.client_secret = Some("a secret".into());
    record.endpoints.set("token", "https://as.example/token").map_err(|error| error.to_string())?;
    let first = store.add(&record).await.map_err(said)?;
    let second = store.add(&RegisteredIssuer::new("openid", "two")).await.map_err(said)?;
    let third = store.add(&RegisteredIssuer::new("openid", "three")).await.map_err(said)?;
    record.id = first;
    let kept = store.get(first).await.map_err(said)?;
    holds(kept.as_ref() == Some(&record), "an issuer is given back as it was added, its secret included")?;
    holds(order(store).await? == [first, second, third], "issuers are listed in the order they were added")?;
    store.reorder(&[third, first]).await.map_err(said)?;
    holds(order(store).await? == [third, first, second], "named issuers come first, the others as they were")?;
    record.name = "changed".to_owned();
    record.client_secret = None;
    holds(store.update(&record).await.map_err(said)?, "an issuer that is there is updated")?;
    holds(store.get(first).await.map_err(said)?.as_ref() == Some(&record), "an update replaces the whole record")?;
    holds(order(store).await? == [third, first, second], "an update leaves the order as it is")?;
    holds(store.remove(third).await.map_err(said)?, "an issuer that is there is removed")?;
    holds(!store.remove(third).await.map_err(said)?, "an issuer is removed once")?;
    holds(store.get(third).await.map_err(said)?.is_none(), "a removed issuer is gone")?;
    let gone = RegisteredIssuer { id: third, ..RegisteredIssuer::new("openid", "three") };
    holds(!store.update(&gone).await.map_err(said)?, "an issuer that is not there is not updated")?;
    let fourth = store.add(&RegisteredIssuer::new("openid", "four")).await.map_err(said)?;
    holds(![first, second, third].contains(&fourth), "an id is never given again")?;
    holds(order(store).await? == [first, second, fourth], "a new issuer stands at the end")
}

async fn order(store: &dyn IssuerStore) -> Result<Vec<IssuerId>, String> {
    let issuers = store.list().await.map_err(|error| error.to_string())?;
    Ok(issuers.into_iter().map(|record| record.id).collect())
}

fn holds(condition: bool, rule: &str) -> Result<(), String> {
    if condition { Ok(()) } else { Err(format!("the store breaks: {rule}")) }
}

#[cfg(test)]
mod tests {
    use crate::relying::issuer::MemoryIssuerStore;

    #[tokio::test]
    async fn the_memory_store_holds_the_contract() {
        assert_eq!(super::check(&MemoryIssuerStore::default()).await, Ok(()));
    }
}
