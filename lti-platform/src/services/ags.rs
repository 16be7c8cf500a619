//! The line items of a tool in a context (LTI AGS 2.0, 3.2).

use lti_core::message::OtherClaims;
use lti_core::service::ags::LineItem;
use lti_core::service::media_type::{LINE_ITEM, LINE_ITEM_CONTAINER};
use url::Url;

use super::paging::{AFTER, link_to};
use super::refusal::Refusal;
use super::router::{Answer, Call};
use super::urls::same;
use crate::gradebook::{KeptLineItem, LineItemFilter, LineItemId, Page};

/// The filters of a list, which the next page has as well (3.2.4), and the limit.
const FILTERS: &[&str] = &["resource_link_id", "resource_id", "tag", "limit"];

/// One page of the line items (3.2.4).
pub(super) async fn list(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.accepts(LINE_ITEM_CONTAINER)?;
    let query = &call.query;
    let filter = LineItemFilter {
        resource_link_id: query.get("resource_link_id").map(Into::into),
        resource_id: query.get("resource_id").map(str::to_owned),
        tag: query.get("tag").map(str::to_owned),
    };
    let page = Page { after: query.after(|text| text.parse().ok())?, limit: query.limit()? };
    let slice = call.gradebook().line_items(&call.owner, &filter, page).await?;
    let last = slice.rows.last().filter(|_| slice.more).map(|item| item.id.to_string());
    let next = last.and_then(|last| {
        let parameters = query.kept(FILTERS).chain([(AFTER, last.as_str())]);
        link_to(&call.urls().line_items(&call.owner), parameters, "next")
    });
    let items: Vec<LineItem> = slice.rows.into_iter().map(|item| on_the_wire(call, item)).collect();
    Ok(Answer::json(LINE_ITEM_CONTAINER, &items)?.link(next))
}

/// A new line item (3.2.5).
pub(super) async fn create(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.accepts(LINE_ITEM)?;
    let definition = definition(call)?;
    if let Some(link) = &definition.resource_link_id
        && !call.services.courses.has_link(&call.owner, link).await?
    {
        // Nothing is made (3.2.9).
        return Err(Refusal::not_found("resourceLinkId to name a resource link of the context"));
    }
    let item = on_the_wire(call, call.gradebook().create(&call.owner, definition).await?);
    let address = item.id.clone().unwrap_or_default();
    Ok(Answer::json(LINE_ITEM, &item)?.created(&address))
}

pub(super) async fn read(call: &Call<'_>, id: LineItemId) -> Result<Answer, Refusal> {
    call.accepts(LINE_ITEM)?;
    let item = call.gradebook().line_item(&call.owner, id).await?.ok_or_else(missing)?;
    Answer::json(LINE_ITEM, &on_the_wire(call, item))
}

/// A new definition in the place of the old one (3.2.6).
pub(super) async fn replace(call: &Call<'_>, id: LineItemId) -> Result<Answer, Refusal> {
    call.accepts(LINE_ITEM)?;
    let definition = definition(call)?;
    let now = call.gradebook().line_item(&call.owner, id).await?.ok_or_else(missing)?;
    if definition.id.as_ref().is_some_and(|sent| !same(sent, &call.urls().line_item(&call.owner, id))) {
        return Err(Refusal::bad("id: expected none, or the URL of this line item, which never changes; saw another"));
    }
    let link = definition.resource_link_id.as_ref();
    if link.is_some() && link != now.definition.resource_link_id.as_ref() {
        let detail = "resourceLinkId: expected none, or that of this line item, which never changes; saw another";
        return Err(Refusal::bad(detail));
    }
    let item = call.gradebook().replace(&call.owner, id, definition).await?.ok_or_else(missing)?;
    Answer::json(LINE_ITEM, &on_the_wire(call, item))
}

pub(super) async fn delete(call: &Call<'_>, id: LineItemId) -> Result<Answer, Refusal> {
    if call.gradebook().delete(&call.owner, id).await? { Ok(Answer::empty()) } else { Err(missing()) }
}

pub(super) fn missing() -> Refusal {
    Refusal::not_found("a line item")
}

/// The body, every rule of which was kept.
fn definition(call: &Call<'_>) -> Result<LineItem, Refusal> {
    let mut definition = LineItem::read(call.body(LINE_ITEM)?).strict()?;
    keep_extensions(&mut definition.other);
    Ok(definition)
}

/// Keeps what a URL names (3.1.2); what else nobody knows is ignored.
pub(super) fn keep_extensions(other: &mut OtherClaims) {
    other.retain(|name| Url::parse(name).is_ok());
}

fn on_the_wire(call: &Call<'_>, kept: KeptLineItem) -> LineItem {
    let mut item = kept.definition;
    item.id = Some(call.urls().line_item(&call.owner, kept.id));
    item
}
