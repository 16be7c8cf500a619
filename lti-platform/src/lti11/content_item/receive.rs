//! The way back: what was chosen is verified, tied to the session it belongs to, taken once, and kept.

use std::sync::Arc;

use lti_core::id::Subject;
use lti_core::lti11::content_item::{ContentItemSelection, SelectionError};
use lti_core::lti11::inspect::Received;
use lti_core::lti11::oauth1::Parameters;
use lti_core::lti11::parameter;
use oauth2_issuer::Unavailable;
use oauth2_issuer::once::{ClaimError, OnceKey, OnceKind};

use super::{CONTENT_ITEMS_PATH, items};
use crate::deep_linking::data::{DataError, Selection};
use crate::deep_linking::{Chosen, ContentStore, Kept};
use crate::lti11::{DEPLOYMENT, Lti11Platform, SignatureRefused};

/// The media type of the answer.
const FORM: &str = "application/x-www-form-urlencoded";

/// Why an answer was not taken. Nothing of it was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemsRefused {
    /// The tool has not signed it: what is unsigned is never taken (Content-Item Message 1.0, 3: `accept_unsigned`).
    #[error(transparent)]
    Signature(#[from] SignatureRefused),
    /// It is another message, or its items cannot be read.
    #[error(transparent)]
    Message(#[from] SelectionError),
    /// `data` does not belong to this session.
    #[error("data: expected the value of this session's request, unchanged, saw {0}")]
    Data(#[from] DataError),
    /// An answer to the same request was taken before.
    #[error("data: expected an answer that was not taken before, saw one that was")]
    Again,
    /// The platform cannot go on.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// An answer that was taken.
#[derive(Debug)]
#[non_exhaustive]
pub struct ItemsTaken {
    /// Where the user goes on.
    pub kept: Kept,
    /// The launch that it answers.
    pub launch: String,
}

/// What is known of a refused answer, and why it was refused: for traces.
#[derive(Debug)]
#[non_exhaustive]
pub struct ItemsRefusal {
    /// Why.
    pub reason: ItemsRefused,
    /// The launch that it answers, as far as its `data` says so; nothing says that it is genuine.
    pub launch: Option<String>,
}

impl Lti11Platform {
    /// Takes the form that the tool let the browser of this user post, as its bytes came, and keeps what is in it.
    ///
    /// As with deep linking, nothing is claimed before the signature holds and `data` is of this session. An item that
    /// cannot be used does not lose the others.
    ///
    /// # Errors
    /// [`ItemsRefusal`], with nothing kept.
    pub async fn take_items(
        &self,
        query: Option<&str>,
        form: &[u8],
        session: Option<&Subject>,
        store: &Arc<dyn ContentStore>,
    ) -> Result<ItemsTaken, ItemsRefusal> {
        match self.taken(query, form, session, store).await {
            Ok(taken) => Ok(taken),
            Err(reason) => {
                let form = Parameters::from_form(form);
                let selection = form.get(parameter::DATA).and_then(|data| Selection::read(&self.key, data));
                Err(ItemsRefusal { reason, launch: selection.map(|selection| selection.id) })
            }
        }
    }

    async fn taken(
        &self,
        query: Option<&str>,
        form: &[u8],
        session: Option<&Subject>,
        store: &Arc<dyn ContentStore>,
    ) -> Result<ItemsTaken, ItemsRefused> {
        let now = self.clock.now();
        let url = self.asked(CONTENT_ITEMS_PATH, query);
        let received =
            Received { method: "POST", url: &url, content_type: Some(FORM), authorization: None, body: form };
        let (tool, clean) = self.signed_content(received, now).await?;
        let answer = ContentItemSelection::read(clean.parameters())?;
        let deployment = DEPLOYMENT.into();
        let from = (tool.id(), &deployment);
        let selection = Selection::open(&self.key, answer.data.as_deref(), from, session, now)?;
        let user = session.cloned().ok_or(DataError::OtherUser)?;
        let claimed = self.first_time(clean.once_key(), now).await?;
        clean.into_launch(claimed).map_err(|_| SignatureRefused::Replayed)?;
        let once = format!("lti11_content_items.{}", selection.id);
        match self.once.claim(&OnceKey::new(OnceKind::State, once, selection.expires_at), now).await {
            Ok(_proof) => {}
            Err(ClaimError::AlreadyClaimed) => return Err(ItemsRefused::Again),
            Err(error) => return Err(Unavailable::new(error.to_string()).into()),
        }
        let launch = selection.id.clone();
        let mut chosen = Chosen::nothing(selection, user);
        for item in &answer.items {
            match items::kept(item) {
                Ok(item) => chosen.items.push(item),
                Err(reason) => chosen.unusable.push(reason),
            }
        }
        (chosen.msg, chosen.errormsg) = (answer.message, answer.error);
        Ok(ItemsTaken { kept: store.keep(&chosen).await?, launch })
    }
}
