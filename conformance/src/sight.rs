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
    /// Nothing of what only the certification asks for.
    Absent(String),
    /// An optional thing that the subject does not do.
    Unsupported(String),
}

/// How the case ends, where a broken rule is worth this.
pub(crate) fn ended(sight: Sight, broken: Outcome) -> Ended {
    match sight {
        Sight::Sound(seen) => Ended::judged(Outcome::Pass, "sound", seen),
        Sight::Broken(seen) => Ended::judged(broken, "broken", seen),
        Sight::Free(word, seen) => Ended::judged(Outcome::Info, word, seen),
        Sight::Absent(seen) => Ended::judged(Outcome::InfoCertified, "absent", seen),
        Sight::Nothing(reason) => Ended::skip(reason),
        Sight::Unsupported(reason) => Ended::unsupported(reason),
    }
}

/// How a case ends that looked at every launch, each with its name: a broken rule goes before everything else, then what
/// is sound, then what is free.
pub(crate) fn gravest<'a>(seen: impl Iterator<Item = (&'a str, Sight)>, broken: Outcome) -> Ended {
    let rank = |sight: &Sight| match sight {
        Sight::Broken(_) => 4,
        Sight::Sound(_) => 3,
        Sight::Free(..) | Sight::Absent(_) => 2,
        Sight::Unsupported(_) => 1,
        Sight::Nothing(_) => 0,
    };
    let mut best: Option<Sight> = None;
    for (name, sight) in seen {
        if let Sight::Broken(seen) = sight {
            return ended(Sight::Broken(format!("in the launch {name}: {seen}")), broken);
        }
        if best.as_ref().is_none_or(|known| rank(&sight) > rank(known)) {
            best = Some(sight);
        }
    }
    ended(best.unwrap_or_else(|| Sight::Nothing("no launch arrived".to_owned())), broken)
}
