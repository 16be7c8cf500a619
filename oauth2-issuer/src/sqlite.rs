//! Opening a SQLite file so that what was acknowledged is there after a crash (feature `sqlite`).
//!
//! [`open`] sets what every store of these crates relies on:
//!
//! | setting | so that |
//! |---|---|
//! | `journal_mode = WAL` | readers go on while somebody writes; other processes may use the same file |
//! | `synchronous = FULL` | a commit is on the disk before it returns, a power cut included |
//! | `foreign_keys = ON` | a row never names another that is not there |
//! | `busy_timeout` | a writer waits for its turn ([`BUSY_TIMEOUT`]) and does not fail at once |
//!
//! One file may hold the tables of several stores: [`migrate`] keeps the version of each apart, under its name.
//!
//! SQLite has one writer at a time. A transaction that reads and then writes must begin as a writer, or it can fail
//! half-way when another one wrote in between: `pool.begin_with("BEGIN IMMEDIATE")`. A single statement that decides and
//! writes (`INSERT .. ON CONFLICT .. DO UPDATE .. WHERE`) needs no transaction, and is better still.
//!
//! ```
//! # async fn example(directory: &std::path::Path) -> Result<(), oauth2_issuer::sqlite::SqliteError> {
//! use oauth2_issuer::sqlite;
//!
//! let pool = sqlite::open(&directory.join("school.db")).await?;
//! sqlite::migrate(&pool, "notes", &["CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"]).await?;
//! sqlx::query("INSERT INTO note (text) VALUES (?)").bind("kept").execute(&pool).await?;
//! # Ok(())
//! # }
//! ```

use std::path::Path;
use std::time::Duration;

pub use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::Unavailable;

/// How long a connection waits for another one's transaction.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How many connections a pool holds at most: one writes at a time, the others read.
pub const MAX_CONNECTIONS: u32 = 4;

/// Why a file cannot be used, in a line that says what to do about it where that is known.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqliteError {
    /// The database says no.
    #[error("the SQLite file: {0}")]
    Database(#[from] sqlx::Error),
    /// The file was written by a newer version of this software.
    #[error(
        "the SQLite file holds {component} in version {seen}, this software knows versions up to {known}: update it"
    )]
    TooNew {
        /// Whose tables.
        component: String,
        /// The version in the file.
        seen: usize,
        /// The newest version that is known here.
        known: usize,
    },
}

impl From<SqliteError> for Unavailable {
    fn from(error: SqliteError) -> Self {
        Self::new(error.to_string())
    }
}

/// Opens the file at `path` with the settings of this module, and makes it if it is not there.
///
/// # Errors
/// [`SqliteError::Database`] when the file cannot be opened, or is no SQLite file.
pub async fn open(path: &Path) -> Result<SqlitePool, SqliteError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(BUSY_TIMEOUT)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    let pool = SqlitePoolOptions::new().max_connections(MAX_CONNECTIONS).connect_with(options).await?;
    Ok(pool)
}

/// Brings the tables of `component` to the newest version: runs those of `steps` that this file has not seen, in order,
/// each one or more statements, all in one transaction. Two processes that start together run them once.
///
/// A step that was released never changes; what changes later is a further step.
///
/// # Errors
/// [`SqliteError::TooNew`] when the file has seen more steps than there are, [`SqliteError::Database`] when one fails:
/// then the file is as it was before.
pub async fn migrate(pool: &SqlitePool, component: &str, steps: &[&'static str]) -> Result<(), SqliteError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::raw_sql(
        "CREATE TABLE IF NOT EXISTS component_version (
             component TEXT PRIMARY KEY, version INTEGER NOT NULL
         ) STRICT, WITHOUT ROWID",
    )
    .execute(&mut *transaction)
    .await?;
    let seen: Option<i64> = sqlx::query_scalar("SELECT version FROM component_version WHERE component = ?")
        .bind(component)
        .fetch_optional(&mut *transaction)
        .await?;
    let seen = usize::try_from(seen.unwrap_or(0)).unwrap_or(0);
    let Some(missing) = steps.get(seen..) else {
        return Err(SqliteError::TooNew { component: component.to_owned(), seen, known: steps.len() });
    };
    for step in missing {
        sqlx::raw_sql(*step).execute(&mut *transaction).await?;
    }
    sqlx::query("INSERT INTO component_version VALUES (?, ?) ON CONFLICT DO UPDATE SET version = excluded.version")
        .bind(component)
        .bind(i64::try_from(steps.len()).unwrap_or(i64::MAX))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    async fn scalar<T>(pool: &SqlitePool, sql: &'static str) -> T
    where
        T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
    }

    #[tokio::test]
    async fn every_connection_has_the_settings() {
        let directory = tempfile::tempdir().unwrap();
        let pool = open(&directory.path().join("a.db")).await.unwrap();
        assert_eq!(scalar::<String>(&pool, "PRAGMA journal_mode").await, "wal");
        assert_eq!(scalar::<i64>(&pool, "PRAGMA synchronous").await, 2, "FULL");
        assert_eq!(scalar::<i64>(&pool, "PRAGMA foreign_keys").await, 1);
        assert_eq!(scalar::<i64>(&pool, "PRAGMA busy_timeout").await, 10_000);
    }

    #[tokio::test]
    async fn steps_run_once_and_components_are_kept_apart() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.db");
        let (one, two) = (open(&path).await.unwrap(), open(&path).await.unwrap());
        let first = ["CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)"];
        let (left, right) = tokio::join!(migrate(&one, "a", &first), migrate(&two, "a", &first));
        left.unwrap();
        right.unwrap();
        migrate(&one, "b", &["CREATE TABLE b (x INTEGER)"]).await.unwrap();
        let second = [first[0], "INSERT INTO a VALUES (2)"];
        migrate(&two, "a", &second).await.unwrap();
        assert_eq!(scalar::<i64>(&one, "SELECT sum(x) FROM a").await, 3);
        let error = migrate(&one, "a", &first).await.unwrap_err();
        assert!(error.to_string().contains("a in version 2, this software knows versions up to 1"), "{error}");
    }

    #[tokio::test]
    async fn a_failed_step_leaves_the_file_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let pool = open(&directory.path().join("a.db")).await.unwrap();
        migrate(&pool, "a", &["CREATE TABLE a (x INTEGER)"]).await.unwrap();
        let broken = ["CREATE TABLE a (x INTEGER)", "INSERT INTO a VALUES (1)", "no statement"];
        migrate(&pool, "a", &broken).await.unwrap_err();
        assert_eq!(scalar::<i64>(&pool, "SELECT count(*) FROM a").await, 0);
        assert_eq!(scalar::<i64>(&pool, "SELECT version FROM component_version").await, 1);
    }
}
