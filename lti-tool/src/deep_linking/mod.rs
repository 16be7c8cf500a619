//! Deep linking: somebody chooses content in the tool, and the platform gets it (LTI Deep Linking 2.0).
//!
//! A request arrives where launches do and is judged as they are. The handler given to
//! [`LtiTool::router_with_deep_linking`](crate::LtiTool::router_with_deep_linking) gets it as [`DeepLinking`] and shows
//! what there is to choose. Pages of several steps carry the request along as a sealed text ([`Choice::keep`], a hidden
//! field of the form), so that nothing has to be stored; [`LtiTool::choice`](crate::LtiTool::choice) opens it again. At the
//! end [`Choice::respond`] gives the page that takes the user back, with a response signed by the tool's key.
//!
//! ```no_run
//! # #[cfg(feature = "axum")]
//! # fn example(tool: lti_tool::LtiTool) -> axum::Router {
//! use lti_core::message::deep_linking::ResourceLinkItem;
//! use lti_tool::{DeepLinking, Launch, Page, RespondError};
//!
//! async fn choose(request: DeepLinking) -> Result<Page, RespondError> {
//!     let quiz = ResourceLinkItem { title: Some("Quiz 1".to_owned()), ..ResourceLinkItem::default() };
//!     request.respond([quiz.into()])
//! }
//!
//! tool.router_with_deep_linking(|launch: Launch| async move { format!("{:?}", launch.roles()) }, choose)
//! # }
//! ```

mod choice;
mod error;
mod page;

use std::ops::Deref;

use lti_core::inspect::DeepLinkingLaunch;
use lti_core::message::deep_linking::ContentItem;

pub use self::choice::{CHOICE_LIFETIME, Choice};
pub use self::error::{ChoiceError, RespondError};
use crate::page::Page;

/// An accepted request for content, as an argument of the handler given to
/// [`LtiTool::router_with_deep_linking`](crate::LtiTool::router_with_deep_linking). It has every method of
/// [`DeepLinkingLaunch`]: who asks, from which course, and what may be returned.
#[derive(Debug, Clone)]
pub struct DeepLinking {
    request: DeepLinkingLaunch,
    choice: Choice,
}

impl DeepLinking {
    pub(crate) fn new(request: DeepLinkingLaunch, choice: Choice) -> Self {
        Self { request, choice }
    }

    /// What it takes to answer: for pages on which somebody chooses first.
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    /// As [`Choice::respond`].
    ///
    /// # Errors
    /// [`RespondError`].
    pub fn respond(&self, items: impl IntoIterator<Item = ContentItem>) -> Result<Page, RespondError> {
        self.choice.respond(items)
    }

    /// As [`Choice::cancel`].
    ///
    /// # Errors
    /// [`RespondError`].
    pub fn cancel(&self) -> Result<Page, RespondError> {
        self.choice.cancel()
    }
}

impl Deref for DeepLinking {
    type Target = DeepLinkingLaunch;

    fn deref(&self) -> &DeepLinkingLaunch {
        &self.request
    }
}
