//! Issuers in a SQLite file, their client secrets sealed.

use std::fmt;
use std::sync::Arc;

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::record::{IssuerId, RegisteredIssuer};
use super::store::IssuerStore;
use crate::relying::secret::{Secret, Vault};
use crate::sqlite::{self, SqliteError, SqlitePool};
use crate::{BoxFuture, Unavailable};

const STEPS: &[&str] = &["CREATE TABLE relying_issuer (
        id INTEGER PRIMARY KEY AUTOINCREMENT, place INTEGER NOT NULL, record TEXT NOT NULL, client_secret BLOB
    ) STRICT;"];

/// An [`IssuerStore`] in a SQLite file. The client secret of each issuer is sealed with the embedder's key, for its row
/// alone; the rest is JSON.
pub struct SqliteIssuerStore {
    pool: SqlitePool,
    vault: Arc<Vault>,
}

impl SqliteIssuerStore {
    /// A store in a pool of [`sqlite::open`], with the key that seals client secrets.
    ///
    /// # Errors
    /// [`SqliteError`] when the table cannot be made.
    pub async fn in_pool(pool: SqlitePool, vault: Arc<Vault>) -> Result<Self, SqliteError> {
        sqlite::migrate(&pool, "relying_issuer", STEPS).await?;
        Ok(Self { pool, vault })
    }

    fn read(&self, row: &SqliteRow) -> Result<RegisteredIssuer, Unavailable> {
        let id = IssuerId::new(row.try_get("id").map_err(unavailable)?);
        let record: String = row.try_get("record").map_err(unavailable)?;
        let sealed: Option<Vec<u8>> = row.try_get("client_secret").map_err(unavailable)?;
        let mut record: RegisteredIssuer = serde_json::from_str(&record).map_err(unavailable)?;
        record.id = id;
        record.client_secret = match sealed {
            Some(sealed) => {
                let plain = self.vault.open(&place(id), &sealed).map_err(unavailable)?;
                Some(Secret::new(String::from_utf8_lossy(&plain)))
            }
            None => None,
        };
        Ok(record)
    }

    fn sealed(&self, id: IssuerId, record: &RegisteredIssuer) -> Result<Option<Vec<u8>>, Unavailable> {
        let seal = |secret: &Secret| self.vault.seal(&place(id), secret.expose().as_bytes()).map_err(unavailable);
        record.client_secret.as_ref().map(seal).transpose()
    }

    async fn add_now(&self, record: &RegisteredIssuer) -> Result<IssuerId, Unavailable> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
        let row = sqlx::query(
            "INSERT INTO relying_issuer (place, record)
             VALUES ((SELECT coalesce(max(place), 0) + 1 FROM relying_issuer), '') RETURNING id",
        )
        .fetch_one(&mut *transaction)
        .await
        .map_err(unavailable)?;
        let id = IssuerId::new(row.try_get(0).map_err(unavailable)?);
        // The secret is sealed for its row, whose number is known only now.
        sqlx::query("UPDATE relying_issuer SET record = ?, client_secret = ? WHERE id = ?")
            .bind(serde_json::to_string(record).map_err(unavailable)?)
            .bind(self.sealed(id, record)?)
            .bind(id.number())
            .execute(&mut *transaction)
            .await
            .map_err(unavailable)?;
        transaction.commit().await.map_err(unavailable)?;
        Ok(id)
    }

    async fn reorder_now(&self, order: &[IssuerId]) -> Result<(), Unavailable> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
        let ids: Vec<i64> = sqlx::query_scalar("SELECT id FROM relying_issuer ORDER BY place, id")
            .fetch_all(&mut *transaction)
            .await
            .map_err(unavailable)?;
        let place = |id: i64| order.iter().position(|named| named.number() == id).unwrap_or(order.len());
        let mut sorted = ids;
        sorted.sort_by_key(|id| place(*id));
        for (place, id) in (1_i64..).zip(sorted) {
            sqlx::query("UPDATE relying_issuer SET place = ? WHERE id = ?")
                .bind(place)
                .bind(id)
                .execute(&mut *transaction)
                .await
                .map_err(unavailable)?;
        }
        transaction.commit().await.map_err(unavailable)
    }
}

impl IssuerStore for SqliteIssuerStore {
    fn list(&self) -> BoxFuture<'_, Result<Vec<RegisteredIssuer>, Unavailable>> {
        Box::pin(async {
            let rows = sqlx::query("SELECT id, record, client_secret FROM relying_issuer ORDER BY place, id")
                .fetch_all(&self.pool)
                .await
                .map_err(unavailable)?;
            rows.iter().map(|row| self.read(row)).collect()
        })
    }

    fn get(&self, id: IssuerId) -> BoxFuture<'_, Result<Option<RegisteredIssuer>, Unavailable>> {
        Box::pin(async move {
            let row = sqlx::query("SELECT id, record, client_secret FROM relying_issuer WHERE id = ?")
                .bind(id.number())
                .fetch_optional(&self.pool)
                .await
                .map_err(unavailable)?;
            row.as_ref().map(|row| self.read(row)).transpose()
        })
    }

    fn add<'a>(&'a self, record: &'a RegisteredIssuer) -> BoxFuture<'a, Result<IssuerId, Unavailable>> {
        Box::pin(self.add_now(record))
    }

    fn update<'a>(&'a self, record: &'a RegisteredIssuer) -> BoxFuture<'a, Result<bool, Unavailable>> {
        Box::pin(async move {
            let done = sqlx::query("UPDATE relying_issuer SET record = ?, client_secret = ? WHERE id = ?")
                .bind(serde_json::to_string(record).map_err(unavailable)?)
                .bind(self.sealed(record.id, record)?)
                .bind(record.id.number())
                .execute(&self.pool)
                .await
                .map_err(unavailable)?;
            Ok(done.rows_affected() == 1)
        })
    }

    fn remove(&self, id: IssuerId) -> BoxFuture<'_, Result<bool, Unavailable>> {
        Box::pin(async move {
            let done = sqlx::query("DELETE FROM relying_issuer WHERE id = ?")
                .bind(id.number())
                .execute(&self.pool)
                .await
                .map_err(unavailable)?;
            Ok(done.rows_affected() == 1)
        })
    }

    fn reorder<'a>(&'a self, order: &'a [IssuerId]) -> BoxFuture<'a, Result<(), Unavailable>> {
        Box::pin(self.reorder_now(order))
    }
}

impl fmt::Debug for SqliteIssuerStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteIssuerStore")
    }
}

/// What a client secret is sealed for.
fn place(id: IssuerId) -> String {
    format!("client secret of issuer {id}")
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
    async fn the_store_holds_the_contract_and_the_file_holds_no_secret() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.db");
        let vault = || Arc::new(Vault::new([3; 32]));
        let store = SqliteIssuerStore::in_pool(sqlite::open(&path).await.unwrap(), vault()).await.unwrap();
        assert_eq!(contract::check(&store).await, Ok(()));
        let mut record = RegisteredIssuer::new("openid", "kept");
        record.client_secret = Some("planted-client-secret".into());
        let id = store.add(&record).await.unwrap();
        store.pool.close().await;
        for file in std::fs::read_dir(directory.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(7).any(|window| window == b"planted"));
        }
        let again = SqliteIssuerStore::in_pool(sqlite::open(&path).await.unwrap(), vault()).await.unwrap();
        assert_eq!(again.get(id).await.unwrap().unwrap().client_secret, record.client_secret);
        let other = Arc::new(Vault::new([4; 32]));
        let foreign = SqliteIssuerStore::in_pool(again.pool.clone(), other).await.unwrap();
        assert!(foreign.get(id).await.unwrap_err().to_string().contains("another key"));
    }
}
