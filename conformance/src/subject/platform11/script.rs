//! What a case of the suite `platform11` does, and what each answer is worth. What it is worth is written by hand.

use futures_util::future::BoxFuture;

use super::{
    content::AnswerScript,
    driver::Platform11Driver,
    evidence::{Arrival11, Evidence11},
};
use crate::{
    case::{Case, Duty, Ended, Outcome},
    driver::Halt,
    sight::Sight,
};

/// The platform takes grades over Basic Outcomes.
pub const OUTCOMES: &str = "outcomes";
/// The platform lets tools return content items.
pub const CONTENT_ITEM: &str = "content-item";

/// A case of the suite `platform11`.
pub type Platform11Case = Case<Platform11Script>;

/// Looks at one sound launch.
pub type LookAtOne11 = fn(&Arrival11, &Evidence11) -> Sight;
/// Looks at everything that sound launches brought.
pub type LookAtAll11 = fn(&Evidence11) -> Sight;
/// A sequence of its own.
pub type Platform11Sequence = for<'a, 'w> fn(&'a mut Platform11Driver<'w>) -> BoxFuture<'a, Result<Ended, Halt>>;

/// What a case does.
#[derive(Clone, Copy)]
pub enum Platform11Script {
    /// Looks at each sound launch; one that breaks the rule is enough.
    Each {
        /// Looks.
        look: LookAtOne11,
        /// What a broken rule is worth.
        broken: Outcome,
    },
    /// Looks at each request for content; one that breaks the rule is enough.
    Requests {
        /// Looks.
        look: LookAtOne11,
        /// What a broken rule is worth.
        broken: Outcome,
    },
    /// Looks at all launches together.
    Together {
        /// Looks.
        look: LookAtAll11,
        /// What a broken rule is worth.
        broken: Outcome,
    },
    /// A sequence of its own, in a user's browser.
    Sequence(Platform11Sequence),
    /// Asks the outcomes service, without a browser.
    Outcomes(Platform11Sequence),
    /// One more request for content, whose answer is changed.
    Answer(AnswerScript),
}

impl Platform11Script {
    /// What each answer is worth, for people.
    pub fn answers(&self) -> Vec<(&'static str, Outcome)> {
        match self {
            Self::Each { broken, .. } | Self::Requests { broken, .. } | Self::Together { broken, .. } => {
                vec![("broken", *broken)]
            }
            Self::Answer(script) => vec![("made", script.made), ("refused", script.refused)],
            Self::Sequence(_) | Self::Outcomes(_) => Vec::new(),
        }
    }
}

impl Platform11Case {
    /// Looks at each sound launch; a broken rule is worth this.
    pub const fn each(id: &'static str, title: &'static str, broken: Outcome, look: LookAtOne11) -> Self {
        let case = Self::with(id, title, Platform11Script::Each { look, broken });
        Self { duty: duty(broken), ..case }.sent("nothing: looks at the sound launches")
    }

    /// Looks at each request for content; a broken rule is worth this.
    pub const fn requests(id: &'static str, title: &'static str, broken: Outcome, look: LookAtOne11) -> Self {
        let case = Self::with(id, title, Platform11Script::Requests { look, broken });
        Self { duty: duty(broken), ..case }.sent("nothing: looks at the requests for content")
    }

    /// Looks at all sound launches together; a broken rule is worth this.
    pub const fn together(id: &'static str, title: &'static str, broken: Outcome, look: LookAtAll11) -> Self {
        let case = Self::with(id, title, Platform11Script::Together { look, broken });
        Self { duty: duty(broken), ..case }.sent("nothing: looks at all sound launches together")
    }

    /// A sequence of its own in a user's browser.
    pub const fn sequence(id: &'static str, title: &'static str, sequence: Platform11Sequence) -> Self {
        let case = Self::with(id, title, Platform11Script::Sequence(sequence));
        Self { duty: Duty::Act, ..case }
    }

    /// Asks the outcomes service.
    pub const fn outcomes(id: &'static str, title: &'static str, ask: Platform11Sequence) -> Self {
        let case = Self::with(id, title, Platform11Script::Outcomes(ask));
        Self { duty: Duty::Act, ..case }
    }

    /// Returns a changed answer to a request for content.
    pub const fn answer(id: &'static str, title: &'static str, script: AnswerScript) -> Self {
        let free = matches!((script.made, script.refused), (Outcome::Info, Outcome::Info));
        let case = Self::with(id, title, Platform11Script::Answer(script));
        Self { duty: if free { Duty::Free } else { Duty::Act }, ..case }
    }

    /// What the case only observes: the texts leave it free.
    #[must_use]
    pub const fn free(mut self) -> Self {
        self.duty = Duty::Free;
        self
    }
}

const fn duty(broken: Outcome) -> Duty {
    if matches!(broken, Outcome::Info) { Duty::Free } else { Duty::Send }
}
