//! Line items as rows: making one, and finding those of an owner. Each works in the transaction of its caller.

use lti_core::service::ags::LineItem;
use oauth2_issuer::Unavailable;
use sqlx::QueryBuilder;
use sqlx::sqlite::{Sqlite, SqliteConnection};

use super::{one_more, row, unavailable};
use crate::gradebook::model::{KeptLineItem, LineItemFilter, LineItemId, Owner, Page, Slice};

/// Makes a line item.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    owner: &Owner,
    mut definition: LineItem,
) -> Result<KeptLineItem, Unavailable> {
    definition.id = None;
    sqlx::query("INSERT OR IGNORE INTO gradebook_owner (client_id, deployment_id, context_id) VALUES (?, ?, ?)")
        .bind(owner.client_id.as_str())
        .bind(owner.deployment_id.as_str())
        .bind(owner.context_id.as_str())
        .execute(&mut *connection)
        .await
        .map_err(unavailable)?;
    let made = sqlx::query(
        "INSERT INTO gradebook_line_item (owner, context_id, resource_link_id, resource_id, tag, definition) \
         SELECT id, context_id, ?, ?, ?, ? FROM gradebook_owner \
         WHERE client_id = ? AND deployment_id = ? AND context_id = ?",
    )
    .bind(definition.resource_link_id.as_ref().map(|link| link.as_str().to_owned()))
    .bind(&definition.resource_id)
    .bind(&definition.tag)
    .bind(row::json(&definition)?)
    .bind(owner.client_id.as_str())
    .bind(owner.deployment_id.as_str())
    .bind(owner.context_id.as_str())
    .execute(connection)
    .await
    .map_err(unavailable)?;
    Ok(KeptLineItem::new(LineItemId::new(made.last_insert_rowid()), definition))
}

/// One page of the owner's line items that pass the filter.
pub(super) async fn list(
    connection: &mut SqliteConnection,
    owner: &Owner,
    filter: &LineItemFilter,
    page: Page<LineItemId>,
) -> Result<Slice<KeptLineItem>, Unavailable> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT i.id, i.definition FROM gradebook_line_item i");
    query.push(" WHERE i.owner = (SELECT id FROM gradebook_owner WHERE client_id = ");
    query.push_bind(owner.client_id.as_str().to_owned());
    query.push(" AND deployment_id = ").push_bind(owner.deployment_id.as_str().to_owned());
    query.push(" AND context_id = ").push_bind(owner.context_id.as_str().to_owned()).push(")");
    for (column, asked) in [
        (" AND i.resource_link_id = ", filter.resource_link_id.as_ref().map(|link| link.as_str().to_owned())),
        (" AND i.resource_id = ", filter.resource_id.clone()),
        (" AND i.tag = ", filter.tag.clone()),
    ] {
        if let Some(value) = asked {
            query.push(column).push_bind(value);
        }
    }
    query.push(" AND i.id > ").push_bind(page.after.map_or(i64::MIN, LineItemId::number));
    query.push(" ORDER BY i.id LIMIT ").push_bind(one_more(page.limit));
    let rows = query.build().fetch_all(connection).await.map_err(unavailable)?;
    let items = rows.iter().map(row::line_item).collect::<Result<Vec<_>, _>>().map_err(unavailable)?;
    Ok(Slice::cut(items, page.limit))
}
