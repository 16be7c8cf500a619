//! What the looks of several areas share: how to get at a claim, and how identifiers of several launches are compared.
//!
//! What is written into a report names claims and identifiers of things. Names, e-mail addresses and identifiers of
//! people are never repeated.

use serde_json::Value;

pub(super) use crate::suite::named::cut;
use crate::{
    sight::Sight,
    subject::platform::{Arrival, Evidence, IdToken, LaunchConfig},
    suite::named::{Pair, Words},
};

/// The longest identifier that the texts allow, in characters.
pub(super) const ID_LIMIT: usize = 255;
/// The message type of a resource link launch (LTI Core 1.3, 5.3.1).
pub(super) const RESOURCE_LINK_REQUEST: &str = "LtiResourceLinkRequest";
/// Messages of other 1EdTech specifications: a launch that brings one is judged by those.
const OTHER_MESSAGES: [&str; 6] = [
    "LtiDeepLinkingRequest",
    "LtiSubmissionReviewRequest",
    "LtiStartProctoring",
    "LtiStartAssessment",
    "LtiEulaRequest",
    "LtiAssetProcessorSettingsRequest",
];

/// Looks at the token, where one could be taken apart.
pub(super) fn token(arrival: &Arrival, look: impl FnOnce(&IdToken) -> Sight) -> Sight {
    match (&arrival.token, arrival.delivery.get("error")) {
        (Some(token), _) => look(token),
        (None, Some(error)) => Sight::Nothing(format!("the platform answered with the error {error:?}")),
        (None, None) => Sight::Nothing("there is no ID token that can be taken apart".to_owned()),
    }
}

/// Looks at the token of a resource link launch; messages of other specifications have other claims.
pub(super) fn resource_link_token(arrival: &Arrival, look: impl FnOnce(&IdToken) -> Sight) -> Sight {
    token(arrival, |token| match token.lti("message_type").and_then(Value::as_str) {
        Some(kind) if OTHER_MESSAGES.contains(&kind) => {
            Sight::Nothing(format!("the message is a {kind}, not the launch of a resource link"))
        }
        _ => look(token),
    })
}

/// Looks at an LTI claim that other cases require.
pub(super) fn required(arrival: &Arrival, claim: &str, look: impl FnOnce(&Value) -> Sight) -> Sight {
    resource_link_token(arrival, |token| match token.lti(claim) {
        Some(value) => look(value),
        None => Sight::Nothing(format!("the token has no claim {claim}")),
    })
}

/// Looks at an LTI claim that a platform may leave out.
pub(super) fn optional(arrival: &Arrival, claim: &str, look: impl FnOnce(&Value) -> Sight) -> Sight {
    token(arrival, |token| match token.lti(claim) {
        Some(value) => look(value),
        None => Sight::Unsupported(format!("the platform sends no claim {claim}")),
    })
}

/// Looks at a member of an LTI claim, both of which a platform may leave out.
pub(super) fn member(arrival: &Arrival, claim: &str, name: &str, look: impl FnOnce(&Value) -> Sight) -> Sight {
    optional(arrival, claim, |value| match value.get(name) {
        Some(value) => look(value),
        None => Sight::Unsupported(format!("the claim {claim} has no {name}")),
    })
}

/// Whether an identifier stays within [`ID_LIMIT`] characters.
pub(super) fn length(what: &str, value: &Value) -> Sight {
    let Some(text) = value.as_str() else { return Sight::Nothing(format!("{what} is {}, no string", kind(value))) };
    match text.chars().count() {
        count if count > ID_LIMIT => {
            Sight::Broken(format!("{what} has {count} characters, {ID_LIMIT} are allowed: {}", cut(text)))
        }
        count => Sight::Sound(format!("{what} has {count} characters")),
    }
}

/// What kind of JSON value it is.
pub(super) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Several texts, in quotes.
pub(super) fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(cut).collect::<Vec<_>>().join(", ")
}

/// What identifiers of several launches name: a user, a link, a course.
pub(super) struct Named {
    /// What is named, as people call it.
    pub(super) thing: &'static str,
    /// The identifier's own name.
    pub(super) id: &'static str,
    /// The word for it in a `[[launch]]`.
    pub(super) word: fn(&LaunchConfig) -> &str,
    /// The key of that word in a `[[launch]]`.
    pub(super) key: &'static str,
    /// The identifier that arrived.
    pub(super) seen: fn(&Arrival) -> Option<&str>,
    /// Within what the identifier has to be unique.
    pub(super) within: fn(&Arrival) -> Option<&str>,
    /// Whether the identifier may be repeated in a report.
    pub(super) public: bool,
}

impl Named {
    fn words(&self) -> Words {
        Words { thing: self.thing, id: self.id, key: self.key, public: self.public }
    }

    fn pairs<'e>(&self, evidence: &'e Evidence) -> Vec<Pair<'e>> {
        let pair = |arrival: &'e Arrival| {
            let word = (self.word)(arrival.launch.as_ref()?);
            let id = (self.seen)(arrival)?;
            (!word.is_empty()).then(|| Pair { launch: &arrival.name, word, id, within: (self.within)(arrival) })
        };
        evidence.arrivals.iter().filter_map(pair).collect()
    }

    /// Whether one thing has one identifier in all launches.
    pub(super) fn stable(&self, evidence: &Evidence) -> Sight {
        self.words().stable(&self.pairs(evidence))
    }

    /// Whether two things have two identifiers.
    pub(super) fn distinct(&self, evidence: &Evidence) -> Sight {
        self.words().distinct(&self.pairs(evidence))
    }
}
