//! What a gradebook keeps.

use std::fmt;
use std::str::FromStr;

use lti_core::id::{ClientId, ContextId, DeploymentId, ResourceLinkId};
use lti_core::service::ServiceTime;
use lti_core::service::ags::{LineItem, Score};

/// Whose line items: those of one tool, as one deployment, in one context.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Owner {
    /// The tool.
    pub client_id: ClientId,
    /// The deployment.
    pub deployment_id: DeploymentId,
    /// The context, such as a course.
    pub context_id: ContextId,
}

impl Owner {
    /// The line items of this tool, as this deployment, in this context.
    pub fn new(
        client_id: impl Into<ClientId>,
        deployment_id: impl Into<DeploymentId>,
        context_id: impl Into<ContextId>,
    ) -> Self {
        Self { client_id: client_id.into(), deployment_id: deployment_id.into(), context_id: context_id.into() }
    }
}

/// Names a line item within its gradebook: a number that is given once, and grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineItemId(i64);

impl LineItemId {
    /// The item with this number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for LineItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for LineItemId {
    type Err = ();

    /// Reads what `Display` writes and nothing else: one item has one address.
    fn from_str(text: &str) -> Result<Self, ()> {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !(text.starts_with('0') && text.len() > 1);
        text.parse().ok().filter(|_| plain).map(Self).ok_or(())
    }
}

/// A line item as it is kept.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct KeptLineItem {
    /// Its name in the gradebook.
    pub id: LineItemId,
    /// What it says of itself. The `id` of the wire is no part of it: its URL is the affair of whoever serves it.
    pub definition: LineItem,
}

impl KeptLineItem {
    /// A line item under this name.
    pub fn new(id: LineItemId, mut definition: LineItem) -> Self {
        definition.id = None;
        Self { id, definition }
    }
}

/// A line item and whose it is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OwnedLineItem {
    /// Whose.
    pub owner: Owner,
    /// The line item.
    pub item: KeptLineItem,
}

impl OwnedLineItem {
    /// A line item of this owner.
    pub fn new(owner: Owner, item: KeptLineItem) -> Self {
        Self { owner, item }
    }
}

/// Which line items: those that have all of what is asked for (LTI AGS 2.0, 3.2.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineItemFilter {
    /// Tied to this resource link.
    pub resource_link_id: Option<ResourceLinkId>,
    /// For this resource of the tool.
    pub resource_id: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
}

impl LineItemFilter {
    /// Those tied to this resource link.
    pub fn of_link(link: impl Into<ResourceLinkId>) -> Self {
        Self { resource_link_id: Some(link.into()), ..Self::default() }
    }

    /// Whether a definition has all of what is asked for.
    pub fn passes(&self, definition: &LineItem) -> bool {
        fn asked<T: PartialEq>(asked: Option<&T>, has: Option<&T>) -> bool {
            asked.is_none() || asked == has
        }
        asked(self.resource_link_id.as_ref(), definition.resource_link_id.as_ref())
            && asked(self.resource_id.as_ref(), definition.resource_id.as_ref())
            && asked(self.tag.as_ref(), definition.tag.as_ref())
    }
}

/// What became of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It stands now, durably.
    Stands,
    /// It is not newer than the one on record, which stands.
    Stale {
        /// The time stamp on record.
        on_record: ServiceTime,
    },
    /// This owner has no such line item.
    NoSuchLineItem,
}

/// Which part of a list: what comes behind `after`, in the order of the list, and at most `limit` of it.
///
/// The place is the key of a row and not a number of rows, so that a page costs the same wherever it lies, and rows that
/// come or go meanwhile move nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<K> {
    /// The key of the last row that was seen; the beginning when absent.
    pub after: Option<K>,
    /// The most rows.
    pub limit: usize,
}

impl<K> Page<K> {
    /// The first `limit` rows.
    pub const fn first(limit: usize) -> Self {
        Self { after: None, limit }
    }

    /// The `limit` rows behind this key.
    pub const fn after(key: K, limit: usize) -> Self {
        Self { after: Some(key), limit }
    }
}

/// A page's rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether there are rows behind the last one.
    pub more: bool,
}

impl<T> Slice<T> {
    /// Takes the rows of a page; `rows` goes one beyond the page where there is more.
    pub fn cut(rows: impl IntoIterator<Item = T>, limit: usize) -> Self {
        let mut rows: Vec<T> = rows.into_iter().take(limit.saturating_add(1)).collect();
        let more = rows.len() > limit;
        rows.truncate(limit);
        Self { rows, more }
    }
}

/// The scores on a line item, and the item whose scale the results are on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Results {
    /// The line item.
    pub item: KeptLineItem,
    /// The scores, by user id.
    pub scores: Slice<Score>,
}

impl Results {
    /// Scores on a line item.
    pub fn new(item: KeptLineItem, scores: Slice<Score>) -> Self {
        Self { item, scores }
    }
}

#[cfg(test)]
mod tests {
    use super::LineItemId;

    #[test]
    fn an_item_has_one_name() {
        assert_eq!("17".parse(), Ok(LineItemId::new(17)));
        for other in ["017", "+17", "-17", "", "17 ", "1e1", "99999999999999999999"] {
            assert!(other.parse::<LineItemId>().is_err(), "{other}");
        }
    }
}
