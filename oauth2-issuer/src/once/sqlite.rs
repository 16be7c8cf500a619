//! The store in a SQLite file: for several processes on one machine, and for replays right after a restart.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use lti_core::Timestamp;
use lti_core::once::{Claimed, OnceKey};

use super::{ClaimError, OnceStore, digest};
use crate::BoxFuture;
use crate::sqlite::{self, SqliteError, SqlitePool};

const STEPS: &[&str] = &["CREATE TABLE once (
        digest BLOB PRIMARY KEY, expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX once_by_expiry ON once (expires_at);"];

/// How many claims pass between two sweeps of expired keys.
const SWEEP_EVERY: u32 = 64;

/// A [`OnceStore`] in a SQLite file. A claim is on the disk before its proof is given, so neither a crash nor a restart
/// lets a key be claimed again, and of several processes on one file whoever asks first gets the claim.
///
/// Keys are kept as SHA-256 digests, and are forgotten some time after they have expired, never before. The processes
/// must agree about the time as far as keys live longer than their clocks differ.
///
/// ```
/// # async fn example(directory: &std::path::Path) -> Result<(), oauth2_issuer::sqlite::SqliteError> {
/// use oauth2_issuer::once::SqliteOnceStore;
/// let store = SqliteOnceStore::open(&directory.join("once.db")).await?;
/// # Ok(())
/// # }
/// ```
pub struct SqliteOnceStore {
    pool: SqlitePool,
    claims: AtomicU32,
}

impl SqliteOnceStore {
    /// A store in the file at `path`, which is made if it is not there.
    ///
    /// # Errors
    /// [`SqliteError`] when the file cannot be used.
    pub async fn open(path: &Path) -> Result<Self, SqliteError> {
        Self::in_pool(sqlite::open(path).await?).await
    }

    /// A store in a file that holds other tables as well: a pool of [`sqlite::open`].
    ///
    /// # Errors
    /// [`SqliteError`] when the table cannot be made.
    pub async fn in_pool(pool: SqlitePool) -> Result<Self, SqliteError> {
        sqlite::migrate(&pool, "once", STEPS).await?;
        Ok(Self { pool, claims: AtomicU32::new(0) })
    }

    async fn claim_now(&self, key: &OnceKey, now: Timestamp) -> Result<Claimed, ClaimError> {
        if key.expires_at() < now {
            return Err(ClaimError::Expired);
        }
        // One statement, so that nobody comes between looking and writing; it has changed a row if the claim is new.
        let outcome = sqlx::query(
            "INSERT INTO once (digest, expires_at) VALUES (?, ?)
             ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at WHERE once.expires_at < ?",
        )
        .bind(digest(key).as_slice())
        .bind(key.expires_at().as_secs())
        .bind(now.as_secs())
        .execute(&self.pool)
        .await
        .map_err(|error| ClaimError::Unavailable { reason: error.to_string() })?;
        if outcome.rows_affected() == 0 {
            return Err(ClaimError::AlreadyClaimed);
        }
        if self.claims.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.sweep(now).await;
        }
        Ok(Claimed::by_store(key))
    }

    /// Forgets expired keys, not too many at once. Where that fails the claim is good all the same.
    async fn sweep(&self, now: Timestamp) {
        let swept = sqlx::query(
            "DELETE FROM once WHERE digest IN (SELECT digest FROM once WHERE expires_at < ? ORDER BY expires_at LIMIT 256)",
        )
        .bind(now.as_secs())
        .execute(&self.pool)
        .await;
        if let Err(error) = swept {
            tracing::warn!(%error, "expired keys could not be swept");
        }
    }
}

impl OnceStore for SqliteOnceStore {
    fn claim<'a>(&'a self, key: &'a OnceKey, now: Timestamp) -> BoxFuture<'a, Result<Claimed, ClaimError>> {
        Box::pin(self.claim_now(key, now))
    }
}

impl fmt::Debug for SqliteOnceStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteOnceStore")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::time::Duration;

    use lti_core::once::OnceKind;

    use super::*;

    #[tokio::test]
    async fn what_expired_is_swept_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteOnceStore::open(&directory.path().join("once.db")).await.unwrap();
        let start = Timestamp::from_secs(1_000);
        let key =
            |name: u32, life: u64| OnceKey::new(OnceKind::Nonce, name.to_string(), start + Duration::from_secs(life));
        for name in 0..SWEEP_EVERY {
            store.claim_now(&key(name, u64::from(name)), start).await.map(drop).unwrap();
        }
        let later = start + Duration::from_secs(u64::from(SWEEP_EVERY / 2));
        for name in SWEEP_EVERY..SWEEP_EVERY * 2 {
            store.claim_now(&key(name, 900), later).await.map(drop).unwrap();
        }
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM once").fetch_one(&store.pool).await.unwrap();
        assert_eq!(left, i64::from(SWEEP_EVERY + SWEEP_EVERY / 2));
    }
}
