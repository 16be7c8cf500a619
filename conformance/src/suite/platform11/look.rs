//! What the looks of several areas share.
//!
//! What is written into a report names parameters and identifiers of things. Names, e-mail addresses and identifiers of
//! people are never repeated.

use crate::{
    sight::Sight,
    subject::platform11::{Arrival11, Evidence11, Launch11Config},
    suite::named::{Pair, Words},
};

/// The beginnings of the names that the guides define or reserve.
const RESERVED: [&str; 15] = [
    "lti_",
    "oauth_",
    "lis_",
    "context_",
    "resource_link_",
    "user_",
    "launch_presentation_",
    "tool_consumer_",
    "custom_",
    "ext_",
    "role_scope_",
    "content_item",
    "accept_",
    "relaunch_",
    "platform_state",
];
/// Further names of the guides and of their extensions.
const KNOWN: [&str; 8] =
    ["roles", "tool_state", "data", "auto_create", "can_confirm", "title", "text", "target_link_uri"];

/// Whether a parameter has a name that the guides define or reserve, custom_ and ext_ included.
pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name) || RESERVED.iter().any(|start| name.starts_with(start))
}

/// Looks at the launch of a resource link; messages of another kind have other parameters.
pub(super) fn launch(arrival: &Arrival11, look: impl FnOnce() -> Sight) -> Sight {
    if arrival.is_launch() { look() } else { Sight::Nothing("the message is no launch of a resource link".to_owned()) }
}

/// Looks at a parameter that a platform may leave out.
pub(super) fn optional(arrival: &Arrival11, name: &str, look: impl FnOnce(&str) -> Sight) -> Sight {
    launch(arrival, || match arrival.get(name) {
        Some(value) => look(value),
        None => Sight::Nothing(format!("no {name} is sent")),
    })
}

/// Identifiers of several launches.
pub(super) struct Named {
    /// How they are called.
    pub(super) words: Words,
    /// The word for it in a `[[launch]]`.
    pub(super) word: fn(&Launch11Config) -> &str,
    /// The parameter.
    pub(super) parameter: &'static str,
}

impl Named {
    fn pairs<'e>(&self, evidence: &'e Evidence11) -> Vec<Pair<'e>> {
        let pair = |arrival: &'e Arrival11| {
            let word = (self.word)(arrival.launch.as_ref()?);
            let id = arrival.filled(self.parameter)?;
            (!word.is_empty()).then(|| Pair { launch: &arrival.name, word, id, within: None })
        };
        evidence.arrivals.iter().filter_map(pair).collect()
    }

    /// Whether one thing has one identifier in all launches.
    pub(super) fn stable(&self, evidence: &Evidence11) -> Sight {
        self.words.stable(&self.pairs(evidence))
    }

    /// Whether two things have two identifiers.
    pub(super) fn distinct(&self, evidence: &Evidence11) -> Sight {
        self.words.distinct(&self.pairs(evidence))
    }
}

/// The parts of a list that commas separate, blanks around them left out, and none that is empty.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}
