//! The store in a SQLite file: for several processes on one machine, and for tokens that outlive a restart.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use lti_core::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::grant::{CodeRecord, RefreshRecord, WaitingRequest};
use super::model::RegisteredClient;
use super::scopes::ScopeSet;
use super::secret::SecretHash;
use super::store::{ProviderStore, RefreshState, Stored, Taken};
use crate::Unavailable;
use crate::sqlite::{self, SqliteError, SqlitePool};

const STEPS: &[&str] = &["CREATE TABLE provider_client (
        issuer TEXT NOT NULL, client_id TEXT NOT NULL, record TEXT NOT NULL,
        PRIMARY KEY (issuer, client_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE provider_code (
        issuer TEXT NOT NULL, digest BLOB NOT NULL, grant_id TEXT NOT NULL, record TEXT NOT NULL,
        used INTEGER NOT NULL DEFAULT 0, expires_at INTEGER NOT NULL,
        PRIMARY KEY (issuer, digest)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX provider_code_by_expiry ON provider_code (expires_at);
    CREATE TABLE provider_refresh (
        issuer TEXT NOT NULL, digest BLOB NOT NULL, grant_id TEXT NOT NULL, record TEXT NOT NULL,
        used INTEGER NOT NULL DEFAULT 0, expires_at INTEGER NOT NULL,
        PRIMARY KEY (issuer, digest)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX provider_refresh_by_expiry ON provider_refresh (expires_at);
    CREATE TABLE provider_revoked (
        issuer TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, expires_at INTEGER NOT NULL,
        PRIMARY KEY (issuer, kind, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX provider_revoked_by_expiry ON provider_revoked (expires_at);
    CREATE TABLE provider_consent (
        issuer TEXT NOT NULL, subject TEXT NOT NULL, client_id TEXT NOT NULL, scopes TEXT NOT NULL,
        PRIMARY KEY (issuer, client_id, subject)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE provider_request (
        issuer TEXT NOT NULL, digest BLOB NOT NULL, record TEXT NOT NULL, expires_at INTEGER NOT NULL,
        PRIMARY KEY (issuer, digest)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX provider_request_by_expiry ON provider_request (expires_at);"];

/// What is forgotten when it has expired.
const SWEEP: &str = "DELETE FROM provider_code WHERE expires_at < ?1;
    DELETE FROM provider_refresh WHERE expires_at < ?1;
    DELETE FROM provider_revoked WHERE expires_at < ?1;
    DELETE FROM provider_request WHERE expires_at < ?1;";

/// How many codes, tokens and requests are kept between two sweeps.
const SWEEP_EVERY: u32 = 256;

const GRANT: &str = "grant";
const ACCESS_TOKEN: &str = "access-token";

/// A [`ProviderStore`] in a SQLite file. What was acknowledged is on the disk, so that neither a crash nor a restart lets
/// a code or a refresh token be used again, and of several processes on one file whoever asks first gets it.
///
/// Codes, tokens and secrets are kept as SHA-256 digests. The processes must agree about the time as far as what expires
/// lives longer than their clocks differ. The claim-once store for the `jti` of assertions fits into the same file:
///
/// ```
/// # async fn example(directory: &std::path::Path) -> Result<(), oauth2_issuer::sqlite::SqliteError> {
/// use oauth2_issuer::once::SqliteOnceStore;
/// use oauth2_issuer::server::provider::SqliteProviderStore;
/// use oauth2_issuer::sqlite;
///
/// let pool = sqlite::open(&directory.join("issuer.db")).await?;
/// let store = SqliteProviderStore::in_pool(pool.clone()).await?;
/// let once = SqliteOnceStore::in_pool(pool).await?;
/// # Ok(())
/// # }
/// ```
pub struct SqliteProviderStore {
    pool: SqlitePool,
    kept: AtomicU32,
}

impl SqliteProviderStore {
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
    /// [`SqliteError`] when the tables cannot be made.
    pub async fn in_pool(pool: SqlitePool) -> Result<Self, SqliteError> {
        sqlite::migrate(&pool, "provider", STEPS).await?;
        Ok(Self { pool, kept: AtomicU32::new(0) })
    }

    /// Forgets now and then what has expired. What does not get done now gets done another time.
    async fn sweep(&self, now: Timestamp) {
        if self.kept.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY != SWEEP_EVERY - 1 {
            return;
        }
        for statement in SWEEP.split_inclusive(';') {
            if let Err(error) = sqlx::query(statement).bind(now.as_secs()).execute(&self.pool).await {
                tracing::warn!(%error, "what expired in the issuer's file is not forgotten yet");
            }
        }
    }

    /// Marks a row as used, if it was not used and has not expired: exactly one attempt gets its record.
    async fn take<T: DeserializeOwned>(
        &self,
        [take, look]: [&'static str; 2],
        issuer: &str,
        digest: SecretHash,
        now: Timestamp,
    ) -> Result<Taken<T>, Unavailable> {
        // All rows are fetched, so that the statement has ended, and its commit with it, before anybody is answered.
        let taken: Vec<String> = sqlx::query_scalar(take)
            .bind(issuer)
            .bind(digest.as_bytes().as_slice())
            .bind(now.as_secs())
            .fetch_all(&self.pool)
            .await
            .map_err(unavailable)?;
        if let Some(record) = taken.first() {
            return Ok(Taken::First(read(record)?));
        }
        let used: Option<String> = sqlx::query_scalar(look)
            .bind(issuer)
            .bind(digest.as_bytes().as_slice())
            .bind(now.as_secs())
            .fetch_optional(&self.pool)
            .await
            .map_err(unavailable)?;
        Ok(used.map_or(Taken::Unknown, Taken::Again))
    }

    async fn rotate(
        &self,
        issuer: &str,
        token: SecretHash,
        (next, record): (SecretHash, RefreshRecord),
        now: Timestamp,
    ) -> Result<Taken<()>, sqlx::Error> {
        let kept = write(&record).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let taken = sqlx::query(
            "UPDATE provider_refresh SET used = 1 WHERE issuer = ? AND digest = ? AND used = 0 AND expires_at >= ?",
        )
        .bind(issuer)
        .bind(token.as_bytes().as_slice())
        .bind(now.as_secs())
        .execute(&mut *transaction)
        .await?;
        if taken.rows_affected() == 0 {
            let used: Option<String> = sqlx::query_scalar(
                "SELECT grant_id FROM provider_refresh WHERE issuer = ? AND digest = ? AND expires_at >= ?",
            )
            .bind(issuer)
            .bind(token.as_bytes().as_slice())
            .bind(now.as_secs())
            .fetch_optional(&mut *transaction)
            .await?;
            return Ok(used.map_or(Taken::Unknown, Taken::Again));
        }
        sqlx::query(PUT_REFRESH)
            .bind(issuer)
            .bind(next.as_bytes().as_slice())
            .bind(&record.grant.id)
            .bind(kept)
            .bind(record.expires_at.as_secs())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Taken::First(()))
    }

    async fn revoke(&self, issuer: &str, kind: &str, name: &str, until: Timestamp) -> Result<(), Unavailable> {
        sqlx::query(
            "INSERT INTO provider_revoked (issuer, kind, name, expires_at) VALUES (?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)",
        )
        .bind(issuer)
        .bind(kind)
        .bind(name)
        .bind(until.as_secs())
        .execute(&self.pool)
        .await
        .map_err(unavailable)?;
        Ok(())
    }

    async fn keep(
        &self,
        sql: &'static str,
        key: (&str, SecretHash, &str),
        record: String,
        expires_at: Timestamp,
    ) -> Result<(), Unavailable> {
        let (issuer, digest, grant_id) = key;
        sqlx::query(sql)
            .bind(issuer)
            .bind(digest.as_bytes().as_slice())
            .bind(grant_id)
            .bind(record)
            .bind(expires_at.as_secs())
            .execute(&self.pool)
            .await
            .map_err(unavailable)?;
        Ok(())
    }

    async fn forget_client(&self, issuer: &str, client_id: &str) -> Result<bool, sqlx::Error> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM provider_consent WHERE issuer = ? AND client_id = ?")
            .bind(issuer)
            .bind(client_id)
            .execute(&mut *transaction)
            .await?;
        let removed = sqlx::query("DELETE FROM provider_client WHERE issuer = ? AND client_id = ?")
            .bind(issuer)
            .bind(client_id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(removed.rows_affected() > 0)
    }

    async fn add_scopes(&self, key: [&str; 3], scopes: &ScopeSet) -> Result<(), sqlx::Error> {
        let [issuer, subject, client_id] = key;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let before: Option<String> = sqlx::query_scalar(CONSENT)
            .bind(issuer)
            .bind(subject)
            .bind(client_id)
            .fetch_optional(&mut *transaction)
            .await?;
        let all = before.map_or_else(ScopeSet::default, |before| ScopeSet::parse(&before)).union(scopes);
        sqlx::query("INSERT OR REPLACE INTO provider_consent (issuer, subject, client_id, scopes) VALUES (?, ?, ?, ?)")
            .bind(issuer)
            .bind(subject)
            .bind(client_id)
            .bind(all.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }
}

const PUT_CODE: &str = "INSERT OR REPLACE INTO provider_code (issuer, digest, grant_id, record, expires_at) \
                        VALUES (?, ?, ?, ?, ?)";
const PUT_REFRESH: &str = "INSERT OR REPLACE INTO provider_refresh (issuer, digest, grant_id, record, expires_at) \
                           VALUES (?, ?, ?, ?, ?)";
const TAKE_CODE: [&str; 2] = [
    "UPDATE provider_code SET used = 1 WHERE issuer = ? AND digest = ? AND used = 0 AND expires_at >= ? RETURNING record",
    "SELECT grant_id FROM provider_code WHERE issuer = ? AND digest = ? AND expires_at >= ?",
];
const CONSENT: &str = "SELECT scopes FROM provider_consent WHERE issuer = ? AND subject = ? AND client_id = ?";

impl ProviderStore for SqliteProviderStore {
    fn client<'a>(&'a self, issuer: &'a str, client_id: &'a str) -> Stored<'a, Option<RegisteredClient>> {
        Box::pin(async move {
            let record: Option<String> =
                sqlx::query_scalar("SELECT record FROM provider_client WHERE issuer = ? AND client_id = ?")
                    .bind(issuer)
                    .bind(client_id)
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(unavailable)?;
            record.as_deref().map(read).transpose()
        })
    }

    fn put_client<'a>(&'a self, issuer: &'a str, client: RegisteredClient) -> Stored<'a, ()> {
        Box::pin(async move {
            sqlx::query("INSERT OR REPLACE INTO provider_client (issuer, client_id, record) VALUES (?, ?, ?)")
                .bind(issuer)
                .bind(client.client_id.as_str())
                .bind(write(&client)?)
                .execute(&self.pool)
                .await
                .map_err(unavailable)?;
            Ok(())
        })
    }

    fn remove_client<'a>(&'a self, issuer: &'a str, client_id: &'a str) -> Stored<'a, bool> {
        Box::pin(async move { self.forget_client(issuer, client_id).await.map_err(unavailable) })
    }

    fn put_code<'a>(&'a self, issuer: &'a str, code: SecretHash, record: CodeRecord) -> Stored<'a, ()> {
        Box::pin(async move {
            let key = (issuer, code, record.grant.id.as_str());
            self.keep(PUT_CODE, key, write(&record)?, record.expires_at).await
        })
    }

    fn take_code<'a>(&'a self, issuer: &'a str, code: SecretHash, now: Timestamp) -> Stored<'a, Taken<CodeRecord>> {
        Box::pin(async move {
            self.sweep(now).await;
            self.take(TAKE_CODE, issuer, code, now).await
        })
    }

    fn put_refresh<'a>(&'a self, issuer: &'a str, token: SecretHash, record: RefreshRecord) -> Stored<'a, ()> {
        Box::pin(async move {
            let key = (issuer, token, record.grant.id.as_str());
            self.keep(PUT_REFRESH, key, write(&record)?, record.expires_at).await
        })
    }

    fn refresh<'a>(&'a self, issuer: &'a str, token: SecretHash, now: Timestamp) -> Stored<'a, Option<RefreshState>> {
        Box::pin(async move {
            let row: Option<(String, bool)> = sqlx::query_as(
                "SELECT record, used FROM provider_refresh WHERE issuer = ? AND digest = ? AND expires_at >= ?",
            )
            .bind(issuer)
            .bind(token.as_bytes().as_slice())
            .bind(now.as_secs())
            .fetch_optional(&self.pool)
            .await
            .map_err(unavailable)?;
            row.map(|(record, used)| Ok(RefreshState { record: read(&record)?, used })).transpose()
        })
    }

    fn rotate_refresh<'a>(
        &'a self,
        issuer: &'a str,
        token: SecretHash,
        next: (SecretHash, RefreshRecord),
        now: Timestamp,
    ) -> Stored<'a, Taken<()>> {
        Box::pin(async move {
            self.sweep(now).await;
            self.rotate(issuer, token, next, now).await.map_err(unavailable)
        })
    }

    fn revoke_grant<'a>(&'a self, issuer: &'a str, grant_id: &'a str, until: Timestamp) -> Stored<'a, ()> {
        Box::pin(self.revoke(issuer, GRANT, grant_id, until))
    }

    fn revoke_access_token<'a>(&'a self, issuer: &'a str, jti: &'a str, until: Timestamp) -> Stored<'a, ()> {
        Box::pin(self.revoke(issuer, ACCESS_TOKEN, jti, until))
    }

    fn is_revoked<'a>(
        &'a self,
        issuer: &'a str,
        grant_id: Option<&'a str>,
        jti: Option<&'a str>,
        now: Timestamp,
    ) -> Stored<'a, bool> {
        Box::pin(async move {
            sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM provider_revoked WHERE issuer = ?1 AND expires_at >= ?2
                     AND ((kind = ?3 AND name = ?4) OR (kind = ?5 AND name = ?6)))",
            )
            .bind(issuer)
            .bind(now.as_secs())
            .bind(GRANT)
            .bind(grant_id)
            .bind(ACCESS_TOKEN)
            .bind(jti)
            .fetch_one(&self.pool)
            .await
            .map_err(unavailable)
        })
    }

    fn consent<'a>(&'a self, issuer: &'a str, subject: &'a str, client_id: &'a str) -> Stored<'a, ScopeSet> {
        Box::pin(async move {
            let scopes: Option<String> = sqlx::query_scalar(CONSENT)
                .bind(issuer)
                .bind(subject)
                .bind(client_id)
                .fetch_optional(&self.pool)
                .await
                .map_err(unavailable)?;
            Ok(scopes.map_or_else(ScopeSet::default, |scopes| ScopeSet::parse(&scopes)))
        })
    }

    fn add_consent<'a>(
        &'a self,
        issuer: &'a str,
        subject: &'a str,
        client_id: &'a str,
        scopes: ScopeSet,
    ) -> Stored<'a, ()> {
        Box::pin(async move { self.add_scopes([issuer, subject, client_id], &scopes).await.map_err(unavailable) })
    }

    fn remove_consent<'a>(&'a self, issuer: &'a str, subject: &'a str, client_id: &'a str) -> Stored<'a, ()> {
        Box::pin(async move {
            sqlx::query("DELETE FROM provider_consent WHERE issuer = ? AND subject = ? AND client_id = ?")
                .bind(issuer)
                .bind(subject)
                .bind(client_id)
                .execute(&self.pool)
                .await
                .map_err(unavailable)?;
            Ok(())
        })
    }

    fn put_request<'a>(
        &'a self,
        issuer: &'a str,
        name: SecretHash,
        request: WaitingRequest,
        now: Timestamp,
    ) -> Stored<'a, ()> {
        Box::pin(async move {
            // Anybody can let a request wait: those that nobody came back to are forgotten as new ones come.
            self.sweep(now).await;
            sqlx::query(
                "INSERT OR REPLACE INTO provider_request (issuer, digest, record, expires_at) VALUES (?, ?, ?, ?)",
            )
            .bind(issuer)
            .bind(name.as_bytes().as_slice())
            .bind(write(&request)?)
            .bind(request.expires_at.as_secs())
            .execute(&self.pool)
            .await
            .map_err(unavailable)?;
            Ok(())
        })
    }

    fn request<'a>(&'a self, issuer: &'a str, name: SecretHash, now: Timestamp) -> Stored<'a, Option<WaitingRequest>> {
        Box::pin(async move {
            let record: Option<String> = sqlx::query_scalar(
                "SELECT record FROM provider_request WHERE issuer = ? AND digest = ? AND expires_at >= ?",
            )
            .bind(issuer)
            .bind(name.as_bytes().as_slice())
            .bind(now.as_secs())
            .fetch_optional(&self.pool)
            .await
            .map_err(unavailable)?;
            record.as_deref().map(read).transpose()
        })
    }

    fn take_request<'a>(
        &'a self,
        issuer: &'a str,
        name: SecretHash,
        now: Timestamp,
    ) -> Stored<'a, Option<WaitingRequest>> {
        Box::pin(async move {
            self.sweep(now).await;
            // As for codes: the statement has ended before anybody is answered.
            let taken: Vec<String> = sqlx::query_scalar(
                "DELETE FROM provider_request WHERE issuer = ? AND digest = ? AND expires_at >= ? RETURNING record",
            )
            .bind(issuer)
            .bind(name.as_bytes().as_slice())
            .bind(now.as_secs())
            .fetch_all(&self.pool)
            .await
            .map_err(unavailable)?;
            taken.first().map(|record| read(record)).transpose()
        })
    }
}

impl fmt::Debug for SqliteProviderStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteProviderStore").finish_non_exhaustive()
    }
}

fn unavailable(error: impl fmt::Display) -> Unavailable {
    Unavailable::new(format!("the issuer's file: {error}"))
}

/// A record as JSON text.
fn write(record: &impl Serialize) -> Result<String, Unavailable> {
    serde_json::to_string(record).map_err(unavailable)
}

/// A record from JSON text. What is wrong is said by its place alone: a record holds what is nobody's business.
fn read<T: DeserializeOwned>(record: &str) -> Result<T, Unavailable> {
    serde_json::from_str(record).map_err(|error| {
        unavailable(format!("a record cannot be read (line {}, column {})", error.line(), error.column()))
    })
}
