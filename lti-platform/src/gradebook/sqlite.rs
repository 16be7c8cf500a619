//! A gradebook in a SQLite file.

mod item;
mod row;

use std::path::Path;

use lti_core::id::{ContextId, Subject};
use lti_core::service::ags::{LineItem, Score};
use oauth2_issuer::sqlite::{self, SqliteError, SqlitePool};
use oauth2_issuer::{BoxFuture, Unavailable};
use sqlx::sqlite::{Sqlite, SqliteConnection};
use sqlx::{QueryBuilder, Row as _};

use super::Gradebook;
use super::model::{KeptLineItem, LineItemFilter, LineItemId, OwnedLineItem, Owner, Page, Recorded, Results, Slice};

/// What this store is called among those that may share a file.
const COMPONENT: &str = "gradebook";

/// Each kind of row with a key that its pages are cut by. `AUTOINCREMENT` never gives a number again.
///
/// Scores lie in the order of their pages, so that one page is one stretch of the file. A change of the maximum touches
/// none of them: each has the scale that it was given on. What is asked for has a column; the whole is JSON.
const STEPS: &[&str] = &["
CREATE TABLE gradebook_owner (
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL,
    deployment_id TEXT NOT NULL,
    context_id TEXT NOT NULL,
    UNIQUE (client_id, deployment_id, context_id)
) STRICT;
CREATE TABLE gradebook_line_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES gradebook_owner (id),
    context_id TEXT NOT NULL,
    resource_link_id TEXT,
    resource_id TEXT,
    tag TEXT,
    definition TEXT NOT NULL
) STRICT;
CREATE INDEX gradebook_line_item_of_owner ON gradebook_line_item (owner, id);
CREATE INDEX gradebook_line_item_of_link ON gradebook_line_item (owner, resource_link_id, id);
CREATE INDEX gradebook_line_item_of_resource ON gradebook_line_item (owner, resource_id, id);
CREATE INDEX gradebook_line_item_of_tag ON gradebook_line_item (owner, tag, id);
CREATE INDEX gradebook_line_item_of_context ON gradebook_line_item (context_id, id);
CREATE TABLE gradebook_score (
    item INTEGER NOT NULL REFERENCES gradebook_line_item (id) ON DELETE CASCADE,
    user TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    nanoseconds INTEGER NOT NULL,
    score TEXT NOT NULL,
    PRIMARY KEY (item, user)
) STRICT, WITHOUT ROWID;
"];

/// Compares and writes in one statement, which SQLite runs alone: the older of two scores never replaces the newer one.
const RECORD: &str = "INSERT INTO gradebook_score (item, user, seconds, nanoseconds, score) \
     SELECT i.id, ?, ?, ?, ? FROM gradebook_line_item i JOIN gradebook_owner o ON o.id = i.owner \
     WHERE i.id = ? AND o.client_id = ? AND o.deployment_id = ? AND o.context_id = ? \
     ON CONFLICT (item, user) DO UPDATE \
     SET seconds = excluded.seconds, nanoseconds = excluded.nanoseconds, score = excluded.score \
     WHERE (excluded.seconds, excluded.nanoseconds) > (gradebook_score.seconds, gradebook_score.nanoseconds)";

/// How [`RECORD`] ends, for statements that import many.
const UNLESS_NEWER: &str = " ON CONFLICT (item, user) DO UPDATE \
     SET seconds = excluded.seconds, nanoseconds = excluded.nanoseconds, score = excluded.score \
     WHERE (excluded.seconds, excluded.nanoseconds) > (gradebook_score.seconds, gradebook_score.nanoseconds)";

/// How many scores one statement imports; it holds five values for each, and SQLite takes some thirty thousand.
const IMPORTED_AT_ONCE: usize = 500;

/// Line items and scores in a SQLite file.
///
/// What was acknowledged survives a crash of the process and of the machine: each change is synchronised to the disk
/// before the answer (`journal_mode = WAL`, `synchronous = FULL`). Several processes may use one file.
#[derive(Debug, Clone)]
pub struct SqliteGradebook {
    pool: SqlitePool,
}

impl SqliteGradebook {
    /// The gradebook in a file that [`sqlite::open`] has opened; its tables are made where they are missing, other tables
    /// are left alone.
    ///
    /// # Errors
    /// [`SqliteError`] when the tables cannot be made, or are of a newer version.
    pub async fn new(pool: SqlitePool) -> Result<Self, SqliteError> {
        sqlite::migrate(&pool, COMPONENT, STEPS).await?;
        Ok(Self { pool })
    }

    /// Opens the file, which is made where it is missing, and the gradebook in it.
    ///
    /// # Errors
    /// [`SqliteError`] when the file cannot be opened, or is no SQLite file.
    pub async fn open(file: &Path) -> Result<Self, SqliteError> {
        Self::new(sqlite::open(file).await?).await
    }

    /// Closes the file, when everything under way is done.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Records many scores in one step, each under the rule of [`Gradebook::record`]: for moving a course in from
    /// elsewhere. All of them are there afterwards, or none. `false` when this owner has no such item.
    ///
    /// # Errors
    /// [`Unavailable`] when the store cannot be written.
    pub async fn import(
        &self,
        owner: &Owner,
        id: LineItemId,
        scores: impl IntoIterator<Item = Score>,
    ) -> Result<bool, Unavailable> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
        if find(&mut transaction, owner, id).await?.is_none() {
            return Ok(false);
        }
        let mut scores = scores.into_iter().peekable();
        while scores.peek().is_some() {
            let mut rows = Vec::with_capacity(IMPORTED_AT_ONCE);
            for score in scores.by_ref().take(IMPORTED_AT_ONCE) {
                let (seconds, nanoseconds) = row::parts(score.timestamp)?;
                rows.push((row::json(&score)?, score.user_id.into_string(), seconds, nanoseconds));
            }
            let mut query =
                QueryBuilder::<Sqlite>::new("INSERT INTO gradebook_score (item, user, seconds, nanoseconds, score) ");
            query.push_values(rows, |mut row, (score, user, seconds, nanoseconds)| {
                row.push_bind(id.number()).push_bind(user).push_bind(seconds).push_bind(nanoseconds).push_bind(score);
            });
            query.push(UNLESS_NEWER);
            query.build().execute(&mut *transaction).await.map_err(unavailable)?;
        }
        transaction.commit().await.map_err(unavailable)?;
        Ok(true)
    }

    async fn insert(&self, owner: &Owner, definition: LineItem) -> Result<KeptLineItem, Unavailable> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
        let kept = item::insert(&mut transaction, owner, definition).await?;
        transaction.commit().await.map_err(unavailable)?;
        Ok(kept)
    }

    /// Looks without a lock first: as a rule the item is there.
    async fn insert_unless_there(
        &self,
        owner: &Owner,
        filter: &LineItemFilter,
        definition: LineItem,
    ) -> Result<KeptLineItem, Unavailable> {
        let there = self.list(owner, filter, Page::first(1)).await?.rows.into_iter().next();
        if let Some(kept) = there {
            return Ok(kept);
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
        let kept = match item::list(&mut transaction, owner, filter, Page::first(1)).await?.rows.into_iter().next() {
            Some(kept) => kept,
            None => item::insert(&mut transaction, owner, definition).await?,
        };
        transaction.commit().await.map_err(unavailable)?;
        Ok(kept)
    }

    async fn update(
        &self,
        owner: &Owner,
        id: LineItemId,
        definition: LineItem,
    ) -> Result<Option<KeptLineItem>, Unavailable> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
        let Some(now) = find(&mut transaction, owner, id).await? else { return Ok(None) };
        let mut kept = KeptLineItem::new(id, definition);
        kept.definition.resource_link_id = now.definition.resource_link_id;
        sqlx::query("UPDATE gradebook_line_item SET resource_id = ?, tag = ?, definition = ? WHERE id = ?")
            .bind(&kept.definition.resource_id)
            .bind(&kept.definition.tag)
            .bind(row::json(&kept.definition)?)
            .bind(id.number())
            .execute(&mut *transaction)
            .await
            .map_err(unavailable)?;
        transaction.commit().await.map_err(unavailable)?;
        Ok(Some(kept))
    }

    async fn remove(&self, owner: &Owner, id: LineItemId) -> Result<bool, Unavailable> {
        let removed = sqlx::query(
            "DELETE FROM gradebook_line_item WHERE id = ? AND owner = (SELECT id FROM gradebook_owner \
             WHERE client_id = ? AND deployment_id = ? AND context_id = ?)",
        )
        .bind(id.number())
        .bind(owner.client_id.as_str())
        .bind(owner.deployment_id.as_str())
        .bind(owner.context_id.as_str())
        .execute(&self.pool)
        .await
        .map_err(unavailable)?;
        Ok(removed.rows_affected() > 0)
    }

    async fn put(&self, owner: &Owner, id: LineItemId, score: &Score) -> Result<Recorded, Unavailable> {
        let mut connection = self.pool.acquire().await.map_err(unavailable)?;
        if write(&mut connection, owner, id, score).await? {
            return Ok(Recorded::Stands);
        }
        stand(&mut connection, owner, id, &score.user_id).await
    }

    async fn list(
        &self,
        owner: &Owner,
        filter: &LineItemFilter,
        page: Page<LineItemId>,
    ) -> Result<Slice<KeptLineItem>, Unavailable> {
        let mut connection = self.pool.acquire().await.map_err(unavailable)?;
        item::list(&mut connection, owner, filter, page).await
    }

    async fn read_results(
        &self,
        owner: &Owner,
        id: LineItemId,
        user: Option<&Subject>,
        page: Page<Subject>,
    ) -> Result<Option<Results>, Unavailable> {
        let mut connection = self.pool.acquire().await.map_err(unavailable)?;
        let Some(item) = find(&mut connection, owner, id).await? else { return Ok(None) };
        let mut query = QueryBuilder::<Sqlite>::new("SELECT score FROM gradebook_score WHERE item = ");
        query.push_bind(id.number());
        if let Some(user) = user {
            query.push(" AND user = ").push_bind(user.as_str().to_owned());
        } else if let Some(after) = page.after {
            query.push(" AND user > ").push_bind(after.into_string());
        }
        query.push(" ORDER BY user LIMIT ").push_bind(one_more(page.limit));
        let rows = query.build().fetch_all(&mut *connection).await.map_err(unavailable)?;
        let scores = rows.iter().map(row::score).collect::<Result<Vec<_>, _>>().map_err(unavailable)?;
        Ok(Some(Results::new(item, Slice::cut(scores, page.limit))))
    }

    async fn list_context(
        &self,
        context: &ContextId,
        page: Page<LineItemId>,
    ) -> Result<Slice<OwnedLineItem>, Unavailable> {
        let rows = sqlx::query(
            "SELECT i.id, i.definition, o.client_id, o.deployment_id FROM gradebook_line_item i JOIN gradebook_owner o ON o.id = i.owner \
             WHERE i.context_id = ? AND i.id > ? ORDER BY i.id LIMIT ?",
        )
        .bind(context.as_str())
        .bind(page.after.map_or(i64::MIN, LineItemId::number))
        .bind(one_more(page.limit))
        .fetch_all(&self.pool)
        .await
        .map_err(unavailable)?;
        let owned = rows.iter().map(|row| {
            let owner = Owner::new(row.try_get::<String, _>(2)?, row.try_get::<String, _>(3)?, context.clone());
            Ok(OwnedLineItem::new(owner, row::line_item(row)?))
        });
        let items = owned.collect::<Result<Vec<_>, sqlx::Error>>().map_err(unavailable)?;
        Ok(Slice::cut(items, page.limit))
    }

    async fn read_scores(
        &self,
        items: &[LineItemId],
        users: &[Subject],
    ) -> Result<Vec<(LineItemId, Score)>, Unavailable> {
        let mut scores = Vec::new();
        if items.is_empty() || users.is_empty() {
            return Ok(scores);
        }
        // A statement holds some ten thousand values at most.
        for users in users.chunks(500) {
            for items in items.chunks(500) {
                let mut query = QueryBuilder::<Sqlite>::new("SELECT score, item FROM gradebook_score WHERE item IN (");
                let mut values = query.separated(", ");
                for id in items {
                    values.push_bind(id.number());
                }
                query.push(") AND user IN (");
                let mut values = query.separated(", ");
                for user in users {
                    values.push_bind(user.as_str().to_owned());
                }
                query.push(")");
                let rows = query.build().fetch_all(&self.pool).await.map_err(unavailable)?;
                for found in &rows {
                    let id = LineItemId::new(found.try_get(1).map_err(unavailable)?);
                    scores.push((id, row::score(found).map_err(unavailable)?));
                }
            }
        }
        Ok(scores)
    }
}

/// Whether the score was newer than what was there.
async fn write(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: LineItemId,
    score: &Score,
) -> Result<bool, Unavailable> {
    let (seconds, nanoseconds) = row::parts(score.timestamp)?;
    let written = sqlx::query(RECORD)
        .bind(score.user_id.as_str())
        .bind(seconds)
        .bind(nanoseconds)
        .bind(row::json(score)?)
        .bind(id.number())
        .bind(owner.client_id.as_str())
        .bind(owner.deployment_id.as_str())
        .bind(owner.context_id.as_str())
        .execute(connection)
        .await
        .map_err(unavailable)?;
    Ok(written.rows_affected() > 0)
}

/// Why a score was not written.
async fn stand(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: LineItemId,
    user: &Subject,
) -> Result<Recorded, Unavailable> {
    if find(connection, owner, id).await?.is_none() {
        return Ok(Recorded::NoSuchLineItem);
    }
    let stamp = sqlx::query("SELECT seconds, nanoseconds FROM gradebook_score WHERE item = ? AND user = ?")
        .bind(id.number())
        .bind(user.as_str())
        .fetch_optional(connection)
        .await
        .map_err(unavailable)?;
    // Written and deleted between the two statements, by another process.
    let Some(stamp) = stamp else { return Ok(Recorded::NoSuchLineItem) };
    Ok(Recorded::Stale { on_record: row::moment(&stamp).map_err(unavailable)? })
}

async fn find(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: LineItemId,
) -> Result<Option<KeptLineItem>, Unavailable> {
    let found = sqlx::query(
        "SELECT i.id, i.definition FROM gradebook_line_item i JOIN gradebook_owner o ON o.id = i.owner \
         WHERE i.id = ? AND o.client_id = ? AND o.deployment_id = ? AND o.context_id = ?",
    )
    .bind(id.number())
    .bind(owner.client_id.as_str())
    .bind(owner.deployment_id.as_str())
    .bind(owner.context_id.as_str())
    .fetch_optional(connection)
    .await
    .map_err(unavailable)?;
    found.as_ref().map(row::line_item).transpose().map_err(unavailable)
}

fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}

/// What the log needs. The statements hold no values, so neither does the reason.
#[expect(clippy::needless_pass_by_value, reason = "map_err hands errors over")]
fn unavailable(error: sqlx::Error) -> Unavailable {
    Unavailable::new(format!("the gradebook: {error}"))
}

impl Gradebook for SqliteGradebook {
    fn create<'a>(
        &'a self,
        owner: &'a Owner,
        definition: LineItem,
    ) -> BoxFuture<'a, Result<KeptLineItem, Unavailable>> {
        Box::pin(self.insert(owner, definition))
    }

    fn find_or_create<'a>(
        &'a self,
        owner: &'a Owner,
        filter: &'a LineItemFilter,
        definition: LineItem,
    ) -> BoxFuture<'a, Result<KeptLineItem, Unavailable>> {
        Box::pin(self.insert_unless_there(owner, filter, definition))
    }

    fn line_item<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
    ) -> BoxFuture<'a, Result<Option<KeptLineItem>, Unavailable>> {
        Box::pin(async move {
            let mut connection = self.pool.acquire().await.map_err(unavailable)?;
            find(&mut connection, owner, id).await
        })
    }

    fn line_items<'a>(
        &'a self,
        owner: &'a Owner,
        filter: &'a LineItemFilter,
        page: Page<LineItemId>,
    ) -> BoxFuture<'a, Result<Slice<KeptLineItem>, Unavailable>> {
        Box::pin(self.list(owner, filter, page))
    }

    fn replace<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
        definition: LineItem,
    ) -> BoxFuture<'a, Result<Option<KeptLineItem>, Unavailable>> {
        Box::pin(self.update(owner, id, definition))
    }

    fn delete<'a>(&'a self, owner: &'a Owner, id: LineItemId) -> BoxFuture<'a, Result<bool, Unavailable>> {
        Box::pin(self.remove(owner, id))
    }

    fn record<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
        score: Score,
    ) -> BoxFuture<'a, Result<Recorded, Unavailable>> {
        Box::pin(async move { self.put(owner, id, &score).await })
    }

    fn results<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
        user: Option<&'a Subject>,
        page: Page<Subject>,
    ) -> BoxFuture<'a, Result<Option<Results>, Unavailable>> {
        Box::pin(self.read_results(owner, id, user, page))
    }

    fn in_context<'a>(
        &'a self,
        context: &'a ContextId,
        page: Page<LineItemId>,
    ) -> BoxFuture<'a, Result<Slice<OwnedLineItem>, Unavailable>> {
        Box::pin(self.list_context(context, page))
    }

    fn scores_of<'a>(
        &'a self,
        items: &'a [LineItemId],
        users: &'a [Subject],
    ) -> BoxFuture<'a, Result<Vec<(LineItemId, Score)>, Unavailable>> {
        Box::pin(self.read_scores(items, users))
    }
}
