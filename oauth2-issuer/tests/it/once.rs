//! The claim-once contract, for every store of this crate.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lti_core::Timestamp;
use oauth2_issuer::BoxFuture;
use oauth2_issuer::once::{ClaimError, Claimed, MemoryOnceStore, OnceKey, OnceKind, OnceStore, contract};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

#[tokio::test]
async fn the_memory_store_holds_the_contract() {
    contract::holds(&MemoryOnceStore::default(), "contract", NOW).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_claims_from_many_threads_one_wins() {
    let store = Arc::new(MemoryOnceStore::default());
    let won = Arc::new(AtomicUsize::new(0));
    let claims: Vec<_> = (0..64)
        .map(|_| {
            let (store, won) = (Arc::clone(&store), Arc::clone(&won));
            tokio::spawn(async move {
                let key = OnceKey::new(OnceKind::Nonce, "race", NOW);
                if store.claim(&key, NOW).await.is_ok() {
                    won.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    for claim in claims {
        claim.await.unwrap();
    }
    assert_eq!(won.load(Ordering::SeqCst), 1);
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use oauth2_issuer::once::SqliteOnceStore;

    use super::*;

    #[tokio::test]
    async fn the_sqlite_store_holds_the_contract() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteOnceStore::open(&directory.path().join("once.db")).await.unwrap();
        contract::holds(&store, "contract", NOW).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_claims_over_several_connections_to_one_file_one_wins() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("once.db");
        let mut claims = Vec::new();
        for _ in 0..4 {
            let store = Arc::new(SqliteOnceStore::open(&path).await.unwrap());
            for _ in 0..8 {
                let store = Arc::clone(&store);
                claims.push(tokio::spawn(async move {
                    store.claim(&OnceKey::new(OnceKind::JwtId, "race", NOW), NOW).await.map(drop)
                }));
            }
        }
        let mut won = 0;
        for claim in claims {
            match claim.await.unwrap() {
                Ok(()) => won += 1,
                Err(error) => assert_eq!(error, ClaimError::AlreadyClaimed),
            }
        }
        assert_eq!(won, 1);
    }

    #[tokio::test]
    async fn a_claim_outlives_the_store() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("once.db");
        let key = OnceKey::new(OnceKind::Nonce, "kept", NOW);
        let before = SqliteOnceStore::open(&path).await.unwrap();
        before.claim(&key, NOW).await.map(drop).unwrap();
        // The first store is still open: nothing was tidied up at its end.
        let after = SqliteOnceStore::open(&path).await.unwrap();
        assert_eq!(after.claim(&key, NOW).await.map(drop), Err(ClaimError::AlreadyClaimed));
    }
}

/// A store with one fault, to see that the contract finds it.
struct Broken {
    inner: MemoryOnceStore,
    fault: Fault,
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    ForgetsEverything,
    FoldsCase,
    MixesNamespaces,
    CutsLongKeys,
    ClaimsExpired,
    YieldsBetweenLookAndWrite,
}

impl OnceStore for Broken {
    fn claim<'a>(&'a self, key: &'a OnceKey, now: Timestamp) -> BoxFuture<'a, Result<Claimed, ClaimError>> {
        Box::pin(async move {
            let cut = |length: usize| key.key().chars().take(length).collect::<String>();
            let folded = match self.fault {
                Fault::ForgetsEverything => return Ok(Claimed::by_store(key)),
                Fault::FoldsCase => OnceKey::new(key.kind(), key.key().to_lowercase(), key.expires_at()),
                Fault::MixesNamespaces => OnceKey::new(OnceKind::Nonce, key.key(), key.expires_at()),
                Fault::CutsLongKeys => OnceKey::new(key.kind(), cut(255), key.expires_at()),
                Fault::ClaimsExpired => OnceKey::new(key.kind(), key.key(), key.expires_at().max(now)),
                Fault::YieldsBetweenLookAndWrite if key.key().ends_with("race") => {
                    tokio::task::yield_now().await;
                    return Ok(Claimed::by_store(key));
                }
                Fault::YieldsBetweenLookAndWrite => key.clone(),
            };
            self.inner.claim(&folded, now).await.map(|_| Claimed::by_store(key))
        })
    }
}

#[tokio::test]
async fn the_contract_finds_each_fault() {
    for (fault, seen) in [
        (Fault::ForgetsEverything, "the same key again: expected already claimed, seen a second claim"),
        (Fault::FoldsCase, "a key that differs by case: expected a claim, seen: claimed before"),
        (Fault::MixesNamespaces, "the key in another namespace: expected a claim, seen: claimed before"),
        (Fault::CutsLongKeys, "a long key that differs at its end: expected a claim, seen: claimed before"),
        (Fault::YieldsBetweenLookAndWrite, "16 claims of one key at once: expected 1 to win, seen 16"),
    ] {
        let store = Broken { inner: MemoryOnceStore::default(), fault };
        assert_eq!(contract::holds(&store, "contract", NOW).await, Err(seen.to_owned()));
    }
    let store = Broken { inner: MemoryOnceStore::default(), fault: Fault::ClaimsExpired };
    let seen = contract::holds(&store, "contract", NOW).await.unwrap_err();
    assert!(seen.starts_with("a key that expired before its claim"), "{seen}");
}
