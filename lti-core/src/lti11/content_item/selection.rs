//! What a tool returns.

use std::fmt;

use super::item::{ContentItem, ItemError, read_items, write_items};
use crate::lti11::launch::{LaunchBuilder, LaunchParameters, WriteError};
use crate::lti11::parameter::{self, message_type};

/// The answer of the tool: the message `ContentItemSelection`, before it is signed or after the signature held.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ContentItemSelection {
    /// `content_items`; empty where nothing was chosen.
    pub items: Vec<ContentItem>,
    /// `data` of the request, unchanged.
    pub data: Option<String>,
    /// `lti_msg`: shown to the user.
    pub message: Option<String>,
    /// `lti_log`: only written down.
    pub log: Option<String>,
    /// `lti_errormsg`: an error, shown to the user.
    pub error: Option<String>,
    /// `lti_errorlog`: an error, only written down.
    pub error_log: Option<String>,
    /// `confirm_url`: where the platform says what became of the items, if it can.
    pub confirm_url: Option<String>,
}

/// Why an answer cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectionError {
    /// It is another message.
    #[error("lti_message_type is not ContentItemSelection")]
    MessageType,
    /// The items cannot be read or written.
    #[error("content_items: {0}")]
    Items(#[from] ItemError),
    /// A parameter would break a rule.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl ContentItemSelection {
    /// An answer with these items.
    pub fn new(items: impl IntoIterator<Item = ContentItem>) -> Self {
        Self { items: items.into_iter().collect(), ..Self::default() }
    }

    /// Reads an answer. Without `content_items` nothing was chosen.
    ///
    /// # Errors
    /// It is another message, or `content_items` is no list of items.
    pub fn read(message: &LaunchParameters) -> Result<Self, SelectionError> {
        if message.message_type() != Some(message_type::CONTENT_ITEM_SELECTION) {
            return Err(SelectionError::MessageType);
        }
        let owned = |name| message.get(name).map(ToOwned::to_owned);
        Ok(Self {
            items: message.text(parameter::CONTENT_ITEMS).map(read_items).transpose()?.unwrap_or_default(),
            data: owned(parameter::DATA),
            message: owned(parameter::LTI_MSG),
            log: owned(parameter::LTI_LOG),
            error: owned(parameter::LTI_ERRORMSG),
            error_log: owned(parameter::LTI_ERRORLOG),
            confirm_url: owned(parameter::CONFIRM_URL),
        })
    }

    /// The message, ready to be signed with the key of the request.
    ///
    /// # Errors
    /// An item or a parameter would break a rule.
    pub fn message(&self) -> Result<LaunchParameters, SelectionError> {
        let items = write_items(&self.items)?;
        let message = LaunchBuilder::of_type(message_type::CONTENT_ITEM_SELECTION)
            .set(parameter::CONTENT_ITEMS, items)
            .set_some(parameter::DATA, self.data.clone())
            .set_some(parameter::LTI_MSG, self.message.clone())
            .set_some(parameter::LTI_LOG, self.log.clone())
            .set_some(parameter::LTI_ERRORMSG, self.error.clone())
            .set_some(parameter::LTI_ERRORLOG, self.error_log.clone())
            .set_some(parameter::CONFIRM_URL, self.confirm_url.clone());
        Ok(message.build()?)
    }
}

impl fmt::Debug for ContentItemSelection {
    /// How many items there are; what platform and tool tell each other stays out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentItemSelection").field("items", &self.items.len()).finish_non_exhaustive()
    }
}
