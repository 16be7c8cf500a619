//! Why a choice is not handed over.

use lti_core::inspect::response::ResponseFinding;
use lti_core::jose::KeyError;
use lti_core::message::deep_linking::ItemType;

use crate::random::RandomError;

/// Why there is no response. What is chosen is looked at before anything is signed, so that no platform has to throw it
/// away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RespondError {
    /// The platform takes no items of this type (LTI Deep Linking 2.0, 4.4.1).
    #[error("accept_types of the request allows {}, not an item of the type {item_type}", list(.accepted))]
    Type {
        /// The type of the item.
        item_type: ItemType,
        /// The types that the platform takes.
        accepted: Vec<ItemType>,
    },
    /// The platform takes one item, and there are several.
    #[error("accept_multiple of the request allows one item, there are {items}")]
    Multiple {
        /// How many there are.
        items: usize,
    },
    /// An item breaks a rule.
    #[error("{0}")]
    Item(ResponseFinding),
    /// The tool has no key to sign with: give the builder a key ring.
    #[error("the tool has no signing key")]
    NoKey,
    /// The key failed.
    #[error("the response could not be signed: {0}")]
    Key(#[from] KeyError),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

fn list(types: &[ItemType]) -> String {
    types.iter().map(ItemType::as_str).collect::<Vec<_>>().join(", ")
}

/// Why a text is no choice that can be gone on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChoiceError {
    /// It was not made by this tool, or was altered.
    #[error("the choice was not begun here")]
    Foreign,
    /// It was begun too long ago.
    #[error("the choice was begun more than {hours} hours ago", hours = super::CHOICE_LIFETIME.as_secs() / 3600)]
    Expired,
}
