//! A school in a SQLite file: people, courses, links, registrations, grades, and the secrets that hints, sessions and ID tokens are
//! signed with, so that a tool notices nothing of a restart.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use lti_core::id::KeyId;
use lti_core::jose::{KeyError, SigningKey};
use oauth2_issuer::once::{OnceStore, SqliteOnceStore};
use oauth2_issuer::sqlite::{self, SqliteError, SqlitePool};
use oauth2_issuer::{BoxFuture, Unavailable};

use super::store::{Keeper, Written};
use crate::gradebook::{Gradebook, SqliteGradebook};
use crate::hint::{NoRandomness, random};

/// The tables; a step that was released never changes.
const STEPS: &[&str] = &["CREATE TABLE school (
         one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, document TEXT NOT NULL
     ) STRICT;
     CREATE TABLE school_secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;"];

const SEED: &str = "seed";
const KEY: &str = "signing-key";
const KEY_ID: &str = "signing-key-id";
/// What the first signing key is called.
const FIRST_KEY: &str = "school-1";

/// Why a file cannot keep a school.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchoolFileError {
    /// The file cannot be made.
    #[error("the file cannot be made: {0}")]
    Io(#[from] io::Error),
    /// The file cannot be used.
    #[error(transparent)]
    Sqlite(#[from] SqliteError),
    /// What it holds is not a school that this version reads.
    #[error("the file holds no school that this version reads: {0}")]
    Document(#[from] serde_json::Error),
    /// The signing key in it cannot be read, or none can be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There are no random bytes for a secret.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl From<sqlx::Error> for SchoolFileError {
    fn from(error: sqlx::Error) -> Self {
        Self::Sqlite(error.into())
    }
}

/// A file that keeps a school, grades and all.
pub struct SchoolFile {
    pool: SqlitePool,
    seed: [u8; 32],
    key: SigningKey,
    gradebook: Arc<SqliteGradebook>,
    once: Arc<SqliteOnceStore>,
    pub(super) written: Option<(u64, Written)>,
}

impl std::fmt::Debug for SchoolFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SchoolFile").finish_non_exhaustive()
    }
}

impl SchoolFile {
    /// Opens the file, and makes it with fresh secrets where there is none. Only its owner may read it.
    ///
    /// # Errors
    /// [`SchoolFileError`] names what is wrong with it.
    pub async fn open(path: &Path) -> Result<Self, SchoolFileError> {
        make_private(path)?;
        let pool = sqlite::open(path).await?;
        sqlite::migrate(&pool, "school", STEPS).await?;
        let (seed, key) = (own_seed(&pool).await?, own_key(&pool).await?);
        let row: Option<(i64, String)> =
            sqlx::query_as("SELECT version, document FROM school").fetch_optional(&pool).await?;
        let written = match row {
            Some((version, document)) => {
                Some((u64::try_from(version).unwrap_or_default(), serde_json::from_str(&document)?))
            }
            None => None,
        };
        let gradebook = Arc::new(SqliteGradebook::new(pool.clone()).await?);
        let once = Arc::new(SqliteOnceStore::in_pool(pool.clone()).await?);
        Ok(Self { pool, seed, key, gradebook, once, written })
    }

    /// The database, for the stores that shall live in the same file.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// The secret of hints and sessions.
    pub(super) fn seed(&self) -> [u8; 32] {
        self.seed
    }

    /// The key that signed when the school was last open, or a fresh one: for the key ring.
    ///
    /// # Errors
    /// [`KeyError`] when it cannot be read back.
    pub fn signing_key(&self) -> Result<SigningKey, KeyError> {
        SigningKey::from_pkcs8_der(self.key.kid().clone(), self.key.to_pkcs8_der()?.as_bytes())
    }

    /// The line items and scores in it.
    pub(super) fn gradebook(&self) -> Arc<dyn Gradebook> {
        Arc::clone(&self.gradebook) as Arc<dyn Gradebook>
    }

    /// What was used once and may not be used again.
    pub(super) fn once(&self) -> Arc<dyn OnceStore> {
        Arc::clone(&self.once) as Arc<dyn OnceStore>
    }

    /// What writes to the file from now on.
    pub(super) fn keeper(&self) -> FileKeeper {
        FileKeeper { pool: self.pool.clone(), kid: Mutex::new(self.key.kid().clone()) }
    }
}

/// Writes the school down.
pub(super) struct FileKeeper {
    pool: SqlitePool,
    /// The signing key that is written down.
    kid: Mutex<KeyId>,
}

impl Keeper for FileKeeper {
    fn keep(&self, version: u64, written: Written) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            let unavailable = |error: &dyn std::fmt::Display| Unavailable::new(error.to_string());
            let document = serde_json::to_string(&written).map_err(|error| unavailable(&error))?;
            // Two requests may end at once: the later state stays.
            sqlx::query(
                "INSERT INTO school VALUES (1, ?, ?) ON CONFLICT DO UPDATE
                 SET version = excluded.version, document = excluded.document WHERE excluded.version > school.version",
            )
            .bind(i64::try_from(version).unwrap_or(i64::MAX))
            .bind(document)
            .execute(&self.pool)
            .await
            .map_err(|error| unavailable(&error))?;
            Ok(())
        })
    }

    fn keep_key<'a>(&'a self, key: &'a SigningKey) -> BoxFuture<'a, Result<(), Unavailable>> {
        Box::pin(async move {
            if *self.kid.lock().unwrap_or_else(PoisonError::into_inner) == *key.kid() {
                return Ok(());
            }
            put_key(&self.pool, key).await.map_err(|error| Unavailable::new(error.to_string()))?;
            *self.kid.lock().unwrap_or_else(PoisonError::into_inner) = key.kid().clone();
            Ok(())
        })
    }
}

async fn secret(pool: &SqlitePool, name: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar("SELECT value FROM school_secret WHERE name = ?").bind(name).fetch_optional(pool).await
}

/// The secret that the file holds, or a fresh one that it holds from now on.
async fn own_seed(pool: &SqlitePool) -> Result<[u8; 32], SchoolFileError> {
    if let Some(seed) = secret(pool, SEED).await?.and_then(|bytes| bytes.try_into().ok()) {
        return Ok(seed);
    }
    let seed = random::<32>()?;
    put_secret(pool, SEED, &seed).await?;
    Ok(seed)
}

/// The signing key that the file holds, or a fresh one that it holds from now on.
async fn own_key(pool: &SqlitePool) -> Result<SigningKey, SchoolFileError> {
    if let Some((der, kid)) = secret(pool, KEY).await?.zip(secret(pool, KEY_ID).await?) {
        return Ok(SigningKey::from_pkcs8_der(String::from_utf8_lossy(&kid).into_owned(), &der)?);
    }
    let key = SigningKey::generate_rs256(FIRST_KEY)?;
    put_key(pool, &key).await?;
    Ok(key)
}

async fn put_secret(pool: &SqlitePool, name: &str, value: &[u8]) -> Result<(), sqlx::Error> {
    let sql = "INSERT INTO school_secret VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value";
    sqlx::query(sql).bind(name).bind(value).execute(pool).await.map(drop)
}

async fn put_key(pool: &SqlitePool, key: &SigningKey) -> Result<(), SchoolFileError> {
    let der = key.to_pkcs8_der()?;
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    for (name, value) in [(KEY, der.as_bytes()), (KEY_ID, key.kid().as_str().as_bytes())] {
        let sql = "INSERT INTO school_secret VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value";
        sqlx::query(sql).bind(name).bind(value).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Makes the file before the database does, readable for its owner alone: it holds secrets.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
