//! What a case sees in what it looks at, and what that is worth.

use crate::case::{Ended, Outcome};

/// What a look sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// As it should be.
    Sound(String),
    /// The rule is broken.
    Broken(String),
    /// There is nothing to judge, for this reason.
    Nothing(String),
    /// The texts leave it free: one word for what the subject does, and what that is.
    Free(&'static str, String),
    /// An optional thing that the subject does not do.
    Unsupported(String),
}

/// How the case ends, where a broken rule is worth this.
pub(crate) fn ended(sight: Sight, broken: Outcome) -> Ended {
    match sight {
        Sight::Sound(seen) => Ended::judged(Outcome::Pass, "sound", seen),
        Sight::Broken(seen) => Ended::judged(broken, "broken", seen),
        Sight::Free(word, seen) => Ended::judged(Outcome::Info, word, seen),
        Sight::Nothing(reason) => Ended::skip(reason),
        Sight::Unsupported(reason) => Ended::unsupported(reason),
    }
}
