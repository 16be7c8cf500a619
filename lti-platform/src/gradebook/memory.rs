//! A gradebook in memory, for one process.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lti_core::id::{ContextId, Subject};
use lti_core::service::ags::{LineItem, Score};
use oauth2_issuer::{BoxFuture, Unavailable};

use super::Gradebook;
use super::model::{KeptLineItem, LineItemFilter, LineItemId, OwnedLineItem, Owner, Page, Recorded, Results, Slice};

/// Line items and scores in memory. They end with the process.
#[derive(Debug, Default)]
pub struct MemoryGradebook {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    last_id: i64,
    items: BTreeMap<LineItemId, KeptItem>,
    of_owner: BTreeMap<Owner, BTreeSet<LineItemId>>,
    of_context: BTreeMap<ContextId, BTreeSet<LineItemId>>,
}

/// One line item with its scores.
#[derive(Debug)]
struct KeptItem {
    owner: Owner,
    definition: LineItem,
    scores: BTreeMap<Subject, Score>,
}

impl KeptItem {
    fn item(&self, id: LineItemId) -> KeptLineItem {
        KeptLineItem::new(id, self.definition.clone())
    }
}

impl Kept {
    fn of(&mut self, owner: &Owner, id: LineItemId) -> Option<&mut KeptItem> {
        self.items.get_mut(&id).filter(|kept| kept.owner == *owner)
    }

    fn create(&mut self, owner: &Owner, definition: LineItem) -> KeptLineItem {
        self.last_id += 1;
        let id = LineItemId::new(self.last_id);
        self.of_owner.entry(owner.clone()).or_default().insert(id);
        self.of_context.entry(owner.context_id.clone()).or_default().insert(id);
        let definition = KeptLineItem::new(id, definition).definition;
        let kept = KeptItem { owner: owner.clone(), definition, scores: BTreeMap::new() };
        let item = kept.item(id);
        self.items.insert(id, kept);
        item
    }

    fn find(&self, owner: &Owner, filter: &LineItemFilter) -> Option<KeptLineItem> {
        let ids = self.of_owner.get(owner)?;
        let mut items = ids.iter().filter_map(|id| self.items.get(id).map(|item| (*id, item)));
        items.find(|(_, item)| filter.passes(&item.definition)).map(|(id, item)| item.item(id))
    }

    fn delete(&mut self, owner: &Owner, id: LineItemId) -> bool {
        if self.of(owner, id).is_none() {
            return false;
        }
        self.items.remove(&id);
        if let Some(ids) = self.of_owner.get_mut(owner) {
            ids.remove(&id);
        }
        if let Some(ids) = self.of_context.get_mut(&owner.context_id) {
            ids.remove(&id);
        }
        true
    }

    fn record(&mut self, owner: &Owner, id: LineItemId, score: Score) -> Recorded {
        let Some(kept) = self.of(owner, id) else { return Recorded::NoSuchLineItem };
        match kept.scores.get(&score.user_id) {
            Some(on_record) if score.timestamp <= on_record.timestamp => {
                Recorded::Stale { on_record: on_record.timestamp }
            }
            _ => {
                kept.scores.insert(score.user_id.clone(), score);
                Recorded::Stands
            }
        }
    }

    fn results(
        &mut self,
        owner: &Owner,
        id: LineItemId,
        user: Option<&Subject>,
        page: &Page<Subject>,
    ) -> Option<Results> {
        let kept = self.of(owner, id)?;
        let scores = if let Some(user) = user {
            Slice::cut(kept.scores.get(user).cloned(), page.limit)
        } else {
            let rows = kept.scores.range::<Subject, _>((behind(page.after.as_ref()), Bound::Unbounded));
            Slice::cut(rows.map(|(_, score)| score.clone()), page.limit)
        };
        Some(Results::new(kept.item(id), scores))
    }
}

fn behind<K>(key: Option<&K>) -> Bound<&K> {
    key.map_or(Bound::Unbounded, Bound::Excluded)
}

impl MemoryGradebook {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gradebook for MemoryGradebook {
    fn create<'a>(
        &'a self,
        owner: &'a Owner,
        definition: LineItem,
    ) -> BoxFuture<'a, Result<KeptLineItem, Unavailable>> {
        Box::pin(async move { Ok(self.kept().create(owner, definition)) })
    }

    fn find_or_create<'a>(
        &'a self,
        owner: &'a Owner,
        filter: &'a LineItemFilter,
        definition: LineItem,
    ) -> BoxFuture<'a, Result<KeptLineItem, Unavailable>> {
        Box::pin(async move {
            let mut kept = self.kept();
            Ok(kept.find(owner, filter).unwrap_or_else(|| kept.create(owner, definition)))
        })
    }

    fn line_item<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
    ) -> BoxFuture<'a, Result<Option<KeptLineItem>, Unavailable>> {
        Box::pin(async move { Ok(self.kept().of(owner, id).map(|kept| kept.item(id))) })
    }

    fn line_items<'a>(
        &'a self,
        owner: &'a Owner,
        filter: &'a LineItemFilter,
        page: Page<LineItemId>,
    ) -> BoxFuture<'a, Result<Slice<KeptLineItem>, Unavailable>> {
        Box::pin(async move {
            let kept = self.kept();
            let ids = kept.of_owner.get(owner).into_iter();
            let ids = ids.flat_map(|ids| ids.range((behind(page.after.as_ref()), Bound::Unbounded)));
            let items = ids.filter_map(|id| kept.items.get(id).map(|item| (*id, item)));
            let items = items.filter(|(_, item)| filter.passes(&item.definition)).map(|(id, item)| item.item(id));
            Ok(Slice::cut(items, page.limit))
        })
    }

    fn replace<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
        definition: LineItem,
    ) -> BoxFuture<'a, Result<Option<KeptLineItem>, Unavailable>> {
        Box::pin(async move {
            Ok(self.kept().of(owner, id).map(|kept| {
                let resource_link_id = kept.definition.resource_link_id.take();
                kept.definition = KeptLineItem::new(id, definition).definition;
                kept.definition.resource_link_id = resource_link_id;
                kept.item(id)
            }))
        })
    }

    fn delete<'a>(&'a self, owner: &'a Owner, id: LineItemId) -> BoxFuture<'a, Result<bool, Unavailable>> {
        Box::pin(async move { Ok(self.kept().delete(owner, id)) })
    }

    fn record<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
        score: Score,
    ) -> BoxFuture<'a, Result<Recorded, Unavailable>> {
        Box::pin(async move { Ok(self.kept().record(owner, id, score)) })
    }

    fn results<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
        user: Option<&'a Subject>,
        page: Page<Subject>,
    ) -> BoxFuture<'a, Result<Option<Results>, Unavailable>> {
        Box::pin(async move { Ok(self.kept().results(owner, id, user, &page)) })
    }

    fn in_context<'a>(
        &'a self,
        context: &'a ContextId,
        page: Page<LineItemId>,
    ) -> BoxFuture<'a, Result<Slice<OwnedLineItem>, Unavailable>> {
        Box::pin(async move {
            let kept = self.kept();
            let ids = kept.of_context.get(context).into_iter();
            let ids = ids.flat_map(|ids| ids.range((behind(page.after.as_ref()), Bound::Unbounded)));
            let items = ids.filter_map(|id| kept.items.get(id).map(|item| (*id, item)));
            let items = items.map(|(id, item)| OwnedLineItem::new(item.owner.clone(), item.item(id)));
            Ok(Slice::cut(items, page.limit))
        })
    }

    fn scores_of<'a>(
        &'a self,
        items: &'a [LineItemId],
        users: &'a [Subject],
    ) -> BoxFuture<'a, Result<Vec<(LineItemId, Score)>, Unavailable>> {
        Box::pin(async move {
            let kept = self.kept();
            let items = items.iter().filter_map(|id| kept.items.get(id).map(|item| (id, item)));
            let scores = items.flat_map(|(id, item)| {
                users.iter().filter_map(move |user| item.scores.get(user).map(|score| (*id, score.clone())))
            });
            Ok(scores.collect())
        })
    }
}
