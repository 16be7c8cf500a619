//! Deep linking at a platform under test: the suite, as a tool, gets the request, returns content items by the user's
//! browser, and looks whether the platform made links of them (LTI Deep Linking 2.0).
//!
//! No status says whether a response was taken: platforms refuse with 200, 302, 400, 401 and 500. So every returned item
//! has a title that nobody can have seen before, and what counts is whether the platform shows that title afterwards, or
//! launches it. A refusal means something only where the same response without the fault is taken: the first case that
//! needs it tries that, once for the run.

mod config;
mod response;
mod selection;

pub(super) use self::selection::Control;
pub use self::{
    config::{DeepLinkingConfig, TITLE},
    response::{ChangeResponse, DL, DeepLinkingResponse, ResponseScript, link, link_url},
    selection::{Selection, accepted_types},
};

use super::{driver::PlatformDriver, evidence::Evidence};
use crate::{
    case::{Ended, Outcome},
    driver::Halt,
    sight::{Sight, ended},
};

/// The platform lets tools return content items.
pub const DEEP_LINKING: &str = "deep-linking";

/// Why no deep linking request can be looked at.
pub fn missing(evidence: &Evidence) -> Sight {
    if let Some(reason) = &evidence.deep_linking_missed {
        return Sight::Nothing(reason.clone());
    }
    if evidence.recorded {
        return Sight::Nothing("the recorded launch is no deep linking request".to_owned());
    }
    if evidence.config.platform.can(DEEP_LINKING) {
        return Sight::Nothing(
            "needs a [[deep_linking]]: the steps by which somebody begins to add content of the tool".to_owned(),
        );
    }
    Sight::Unsupported(format!("platform.capabilities does not name {DEEP_LINKING}, and there is no [[deep_linking]]"))
}

/// Why nothing can be asked about deep linking, if nothing can.
pub fn absent(evidence: &Evidence) -> Option<Ended> {
    evidence.deep_linking.is_empty().then(|| ended(missing(evidence), Outcome::Info))
}

impl PlatformDriver<'_> {
    /// Runs a case that is one changed response: what was made of it, and what that is worth.
    ///
    /// # Errors
    /// When it cannot be judged.
    pub(super) async fn respond(&mut self, script: &ResponseScript) -> Result<Ended, Halt> {
        if let Some(ended) = absent(self.evidence) {
            return Ok(ended);
        }
        self.items_are_made().await?;
        let mut selection = self.select(self.deep_linking()?).await?;
        let mut response = self.response(&selection)?;
        (script.change)(&mut response, self.world);
        let page = self.post_response(&mut selection, &response).await?;
        let made = self.made(self.deep_linking()?, &response.title).await?;
        let seen = page.describe();
        Ok(if made {
            Ended::judged(script.made, "made", format!("the item was made ({seen})"))
        } else {
            Ended::judged(script.refused, "refused", format!("no item was made ({seen})"))
        })
    }

    /// Makes sure that the platform makes a link of a sound response; tried once for the run.
    ///
    /// # Errors
    /// When it does not: then neither refusing nor accepting says anything.
    pub async fn items_are_made(&mut self) -> Result<(), Halt> {
        let known = self.world.item_control();
        let control = if let Some(control) = known {
            control
        } else {
            let control = self.try_sound_response().await?;
            self.world.keep_item_control(control.clone());
            control
        };
        match control {
            Control::Made => Ok(()),
            Control::NotMade(why) => {
                Err(Halt::Skip(format!("the sound response makes no item, so no other answer says anything: {why}")))
            }
        }
    }

    async fn try_sound_response(&mut self) -> Result<Control, Halt> {
        let config = self.deep_linking()?;
        let (title, page) = self.return_sound_item(config).await?;
        Ok(if self.made(config, &title).await? { Control::Made } else { Control::NotMade(page) })
    }

    /// Returns a sound item: its title, and what the platform answered.
    ///
    /// # Errors
    /// When the request does not arrive or the platform gives no answer.
    pub async fn return_sound_item(&mut self, config: &DeepLinkingConfig) -> Result<(String, String), Halt> {
        let mut selection = self.select(config).await?;
        let response = self.response(&selection)?;
        let page = self.post_response(&mut selection, &response).await?;
        Ok((response.title, page.describe()))
    }
}

/// A case that is one changed response, which the platform has to refuse: making the item is worth this.
pub const fn refuse(made: Outcome, change: ChangeResponse) -> ResponseScript {
    ResponseScript { change, made, refused: Outcome::Pass }
}

/// A case that is one changed response, which the platform has to take: making no item is worth this.
pub const fn take(refused: Outcome, change: ChangeResponse) -> ResponseScript {
    ResponseScript { change, made: Outcome::Pass, refused }
}
