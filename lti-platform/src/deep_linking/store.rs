//! Where a platform keeps what was chosen.

use oauth2_issuer::{BoxFuture, Unavailable};

use super::{Chosen, Kept};

/// Keeps what users choose. [`ContentReturn`](super::ContentReturn) calls it once for each genuine response, also for
/// one that brings nothing: then the user goes on all the same (Deep Linking 2.0, 4.5.6).
///
/// What an implementation owes to the texts: an `ltiResourceLink` is launched at its own `url`, byte for byte, or at the
/// tool's base address where it has none, with its `custom` in every launch (3.2); two items with one `url` are two
/// links; a line item that was made shows the id of its link, and `resourceId` and `tag` as given (3.2). Nothing that a
/// tool sends is shown before it went through [`clean_html`](super::clean_html), and nobody is sent to an address that is
/// not [one of the web](super::is_web_address).
pub trait ContentStore: Send + Sync {
    /// Keeps what was chosen, and says where the user goes on.
    ///
    /// # Errors
    /// [`Unavailable`] when nothing can be kept; the response is used up all the same.
    fn keep<'a>(&'a self, chosen: &'a Chosen) -> BoxFuture<'a, Result<Kept, Unavailable>>;
}
