//! The gradebook: line items, and what tools have scored their users on them (LTI AGS 2.0, 3.2 to 3.4).
//!
//! A line item belongs to an [`Owner`]: one tool, as one deployment, in one context. Whoever asks on behalf of another
//! owner gets the same answer as if the item were not there ("a tool must only see its own line items").
//!
//! Of the scores that arrive for one user on one line item, the newest acknowledged one stands. Newness is the tool's
//! time stamp, compared as an instant to the nanosecond, and the comparison is made by the store together with the
//! write: two scores that arrive at once can overtake each other on the way, and the older one still never replaces the
//! newer one (LTI AGS 2.0, 3.4.9: the platform MUST NOT update a result that has a later time stamp). Of two scores with
//! one time stamp, the first stands.
//!
//! A store answers when the change is durable: what was acknowledged is there after a crash.
//!
//! [`contract`] is what every store must hold; [`MemoryGradebook`] and `SqliteGradebook` (feature `sqlite`) are two.

pub mod contract;
mod memory;
mod model;
#[cfg(feature = "sqlite")]
mod sqlite;

use lti_core::id::{ContextId, Subject};
use lti_core::service::ags::{LineItem, Score};
use oauth2_issuer::{BoxFuture, Unavailable};

pub use memory::MemoryGradebook;
pub use model::{KeptLineItem, LineItemFilter, LineItemId, OwnedLineItem, Owner, Page, Recorded, Results, Slice};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteGradebook;

/// Keeps line items and scores. [`contract::holds`] puts an implementation to the test.
///
/// Every method fails with [`Unavailable`] when the store cannot be read or written; a change may then have been made or
/// not, and nobody was told that it was.
pub trait Gradebook: Send + Sync {
    /// Makes a line item. Its id is never given again, not even after the item is gone.
    fn create<'a>(&'a self, owner: &'a Owner, definition: LineItem)
    -> BoxFuture<'a, Result<KeptLineItem, Unavailable>>;

    /// The owner's first line item that passes the filter; made from the definition where there is none. One step: of
    /// several who ask at once, one makes it and all get the same.
    fn find_or_create<'a>(
        &'a self,
        owner: &'a Owner,
        filter: &'a LineItemFilter,
        definition: LineItem,
    ) -> BoxFuture<'a, Result<KeptLineItem, Unavailable>>;

    /// The line item, if this owner has it.
    fn line_item<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
    ) -> BoxFuture<'a, Result<Option<KeptLineItem>, Unavailable>>;

    /// One page of the owner's line items that pass the filter, in the order in which they were made.
    fn line_items<'a>(
        &'a self,
        owner: &'a Owner,
        filter: &'a LineItemFilter,
        page: Page<LineItemId>,
    ) -> BoxFuture<'a, Result<Slice<KeptLineItem>, Unavailable>>;

    /// Replaces the whole definition but for the resource link, which stays (LTI AGS 2.0, 3.2.6), and returns the item as
    /// it is now; `None` when this owner has no such item. Scores stay: they hold the maximum that they were given with.
    fn replace<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
        definition: LineItem,
    ) -> BoxFuture<'a, Result<Option<KeptLineItem>, Unavailable>>;

    /// Removes the line item with all its scores; `false` when this owner has no such item.
    fn delete<'a>(&'a self, owner: &'a Owner, id: LineItemId) -> BoxFuture<'a, Result<bool, Unavailable>>;

    /// Puts the score in the place of an older one of the same user, or refuses it: one step, whoever else writes.
    fn record<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
        score: Score,
    ) -> BoxFuture<'a, Result<Recorded, Unavailable>>;

    /// One page of the scores on a line item, by user id, or the score of one user alone; `None` when this owner has no
    /// such item.
    fn results<'a>(
        &'a self,
        owner: &'a Owner,
        id: LineItemId,
        user: Option<&'a Subject>,
        page: Page<Subject>,
    ) -> BoxFuture<'a, Result<Option<Results>, Unavailable>>;

    /// One page of all line items of a context, whoever owns them: for the platform's own pages.
    fn in_context<'a>(
        &'a self,
        context: &'a ContextId,
        page: Page<LineItemId>,
    ) -> BoxFuture<'a, Result<Slice<OwnedLineItem>, Unavailable>>;

    /// The scores of these users on these line items, whoever owns them: for the platform's own pages. Those who have no
    /// score on an item are left out.
    fn scores_of<'a>(
        &'a self,
        items: &'a [LineItemId],
        users: &'a [Subject],
    ) -> BoxFuture<'a, Result<Vec<(LineItemId, Score)>, Unavailable>>;
}
