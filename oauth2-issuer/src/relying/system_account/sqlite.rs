//! System accounts in a SQLite file.

use std::fmt;

use lti_core::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::store::{SystemAccount, SystemAccountStore};
use crate::relying::issuer::IssuerId;
use crate::sqlite::{self, SqliteError, SqlitePool};
use crate::{BoxFuture, Unavailable};

const STEPS: &[&str] = &["CREATE TABLE system_account (
        issuer INTEGER PRIMARY KEY, version INTEGER NOT NULL, leased_until INTEGER NOT NULL, account TEXT NOT NULL
    ) STRICT;"];

/// A [`SystemAccountStore`] in a SQLite file: of several processes on one file, one renews.
pub struct SqliteSystemAccountStore {
    pool: SqlitePool,
}

impl SqliteSystemAccountStore {
    /// A store in a pool of [`sqlite::open`].
    ///
    /// # Errors
    /// [`SqliteError`] when the table cannot be made.
    pub async fn in_pool(pool: SqlitePool) -> Result<Self, SqliteError> {
        sqlite::migrate(&pool, "system_account", STEPS).await?;
        Ok(Self { pool })
    }
}

fn read(row: &SqliteRow) -> Result<SystemAccount, Unavailable> {
    let text: String = row.try_get("account").map_err(unavailable)?;
    let mut account: SystemAccount = serde_json::from_str(&text).map_err(unavailable)?;
    account.version = row.try_get("version").map_err(unavailable)?;
    account.leased_until = Timestamp::from_secs(row.try_get("leased_until").map_err(unavailable)?);
    Ok(account)
}

impl SystemAccountStore for SqliteSystemAccountStore {
    fn list(&self) -> BoxFuture<'_, Result<Vec<SystemAccount>, Unavailable>> {
        Box::pin(async {
            let rows = sqlx::query("SELECT version, leased_until, account FROM system_account ORDER BY issuer")
                .fetch_all(&self.pool)
                .await
                .map_err(unavailable)?;
            rows.iter().map(read).collect()
        })
    }

    fn get(&self, issuer: IssuerId) -> BoxFuture<'_, Result<Option<SystemAccount>, Unavailable>> {
        Box::pin(async move {
            let row = sqlx::query("SELECT version, leased_until, account FROM system_account WHERE issuer = ?")
                .bind(issuer.number())
                .fetch_optional(&self.pool)
                .await
                .map_err(unavailable)?;
            row.as_ref().map(read).transpose()
        })
    }

    fn connect(&self, account: SystemAccount) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            sqlx::query(
                "INSERT INTO system_account (issuer, version, leased_until, account) VALUES (?, 1, 0, ?)
                 ON CONFLICT (issuer) DO UPDATE
                 SET version = system_account.version + 1, leased_until = 0, account = excluded.account",
            )
            .bind(account.issuer.number())
            .bind(serde_json::to_string(&account).map_err(unavailable)?)
            .execute(&self.pool)
            .await
            .map_err(unavailable)?;
            Ok(())
        })
    }

    fn lease(
        &self,
        issuer: IssuerId,
        now: Timestamp,
        until: Timestamp,
    ) -> BoxFuture<'_, Result<Option<SystemAccount>, Unavailable>> {
        Box::pin(async move {
            // One statement, so that nobody comes between looking and writing.
            let row = sqlx::query(
                "UPDATE system_account SET leased_until = ? WHERE issuer = ? AND leased_until <= ?
                 RETURNING version, leased_until, account",
            )
            .bind(until.as_secs())
            .bind(issuer.number())
            .bind(now.as_secs())
            .fetch_optional(&self.pool)
            .await
            .map_err(unavailable)?;
            row.as_ref().map(read).transpose()
        })
    }

    fn replace(&self, account: SystemAccount) -> BoxFuture<'_, Result<bool, Unavailable>> {
        Box::pin(async move {
            let done = sqlx::query(
                "UPDATE system_account SET version = version + 1, leased_until = 0, account = ?
                 WHERE issuer = ? AND version = ?",
            )
            .bind(serde_json::to_string(&account).map_err(unavailable)?)
            .bind(account.issuer.number())
            .bind(account.version)
            .execute(&self.pool)
            .await
            .map_err(unavailable)?;
            Ok(done.rows_affected() == 1)
        })
    }

    fn remove(&self, issuer: IssuerId) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            sqlx::query("DELETE FROM system_account WHERE issuer = ?")
                .bind(issuer.number())
                .execute(&self.pool)
                .await
                .map_err(unavailable)?;
            Ok(())
        })
    }
}

impl fmt::Debug for SqliteSystemAccountStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteSystemAccountStore")
    }
}

fn unavailable(error: impl fmt::Display) -> Unavailable {
    Unavailable::new(error.to_string())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::contract;
    use super::*;

    #[tokio::test]
    async fn the_store_holds_the_contract() {
        let directory = tempfile::tempdir().unwrap();
        let pool = sqlite::open(&directory.path().join("a.db")).await.unwrap();
        let store = SqliteSystemAccountStore::in_pool(pool).await.unwrap();
        assert_eq!(contract::check(&store).await, Ok(()));
    }
}
