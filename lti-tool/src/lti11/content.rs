//! A teacher chooses content in the tool (Content-Item Message 1.0).

use lti_core::lti11::content_item::{ContentItem, ContentItemSelection, ContentItemSelectionRequest, SelectionError};
use lti_core::lti11::inspect::{Launch11, Lti11Finding, Lti11Violation};
use lti_core::lti11::launch::LaunchParameters;
use lti_core::lti11::oauth1::{Credentials, InvalidUrl, Parameters, SignatureMethod, Stamp, sign_form};
use oauth2_issuer::Unavailable;
use url::Url;

use super::error::Lti11Error;
use crate::page::Page;
use crate::random::{RandomError, unguessable};
use crate::tool::LtiTool;

/// A request for content that was accepted.
#[derive(Debug, Clone)]
pub struct ContentItemRequest {
    tool: LtiTool,
    launch: Launch11,
    request: ContentItemSelectionRequest,
}

/// Why a choice cannot be handed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContentItemError {
    /// The platform takes one item.
    #[error("the platform takes one item, and {items} were chosen")]
    Multiple {
        /// How many there are.
        items: usize,
    },
    /// The platform does not take content of this media type.
    #[error("the platform does not take {0}")]
    MediaType(String),
    /// The items break a rule.
    #[error(transparent)]
    Items(#[from] SelectionError),
    /// The address for the answer is none.
    #[error("content_item_return_url: {0}")]
    Address(#[from] InvalidUrl),
    /// The consumer was taken away.
    #[error("the consumer is gone")]
    ConsumerGone,
    /// The consumers cannot be read.
    #[error("the consumers are {0}")]
    Consumers(Unavailable),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl ContentItemRequest {
    pub(super) fn new(tool: &LtiTool, launch: Launch11) -> Result<Self, Lti11Error> {
        let seen = |seen: &str| {
            let expected = "an absolute http or https content_item_return_url";
            let finding = Lti11Finding::new(Lti11Violation::ContentItemRequest, expected, seen);
            Lti11Error::message(finding, None, None)
        };
        let request =
            ContentItemSelectionRequest::read(launch.parameters()).map_err(|error| seen(&error.to_string()))?;
        let is_web = |url: &Url| matches!(url.scheme(), "http" | "https");
        if !Url::parse(&request.content_item_return_url).as_ref().is_ok_and(is_web) {
            return Err(seen("another address"));
        }
        Ok(Self { tool: tool.clone(), launch, request })
    }

    /// What the platform asks for.
    pub fn settings(&self) -> &ContentItemSelectionRequest {
        &self.request
    }

    /// Everything that was signed: user, roles, context.
    pub fn parameters(&self) -> &LaunchParameters {
        self.launch.parameters()
    }

    /// The consumer that asks.
    pub fn consumer_key(&self) -> &str {
        self.launch.consumer_key()
    }

    /// The page that takes the user back to the platform with these items: a form that is signed and sends itself. No items
    /// mean that nothing was chosen.
    ///
    /// # Errors
    /// [`ContentItemError`]; nothing was signed then.
    pub async fn respond(&self, items: impl IntoIterator<Item = ContentItem>) -> Result<Page, ContentItemError> {
        self.respond_with(ContentItemSelection::new(items)).await
    }

    /// As [`respond`](Self::respond), with a message for the user or a line for the log beside the items. `data` is that
    /// of the request, whatever is in there.
    ///
    /// # Errors
    /// [`ContentItemError`]; nothing was signed then.
    pub async fn respond_with(&self, mut answer: ContentItemSelection) -> Result<Page, ContentItemError> {
        let items = answer.items.len();
        if items > 1 && !self.request.accept_multiple {
            return Err(ContentItemError::Multiple { items });
        }
        let strange = |item: &&ContentItem| {
            let media_type = item.media_type.as_deref().unwrap_or_default();
            !self.request.accept_media_types.is_empty() && !self.request.accepts(media_type)
        };
        if let Some(item) = answer.items.iter().find(strange) {
            return Err(ContentItemError::MediaType(item.media_type.clone().unwrap_or_default()));
        }
        answer.data.clone_from(&self.request.data);
        let message = answer.message()?;
        let parts = &self.tool.0;
        let key = self.consumer_key();
        let consumer = parts.consumers.find(key).await.map_err(ContentItemError::Consumers)?;
        let consumer = consumer.ok_or(ContentItemError::ConsumerGone)?;
        let credentials =
            Credentials { consumer_key: key, secret: &consumer.secret, method: SignatureMethod::HmacSha1 };
        let nonce = unguessable(&*parts.random)?;
        let fields: Parameters = message.iter().collect();
        let stamp = Stamp { timestamp: parts.clock.now(), nonce: &nonce };
        let form = sign_form(&self.request.content_item_return_url, &fields, &credentials, stamp)?;
        Ok(Page::posting(&self.request.content_item_return_url, form.iter()))
    }
}
