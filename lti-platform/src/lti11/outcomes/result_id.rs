//! `lis_result_sourcedid`: what the result of one user for one link is called.

use lti_core::id::{ClientId, ContextId, ResourceLinkId, Subject};
use serde::{Deserialize, Serialize};

use crate::hint::HintKey;

/// What it is sealed as.
const PURPOSE: &str = "lti11_result";

/// The result of one user for one link in one context, as one tool may reach it.
///
/// It travels sealed, so that a tool can name no result that it was not given; a user has another one for each link, and
/// two users never share one (LTI 1.1 Implementation Guide, 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::lti11) struct ResultId {
    #[serde(rename = "t")]
    pub(in crate::lti11) tool: ClientId,
    #[serde(rename = "x")]
    pub(in crate::lti11) context: ContextId,
    #[serde(rename = "l")]
    pub(in crate::lti11) link: ResourceLinkId,
    #[serde(rename = "u")]
    pub(in crate::lti11) user: Subject,
}

impl ResultId {
    pub(in crate::lti11) fn new(tool: ClientId, context: ContextId, link: ResourceLinkId, user: Subject) -> Self {
        Self { tool, context, link, user }
    }

    /// The value for the launch: letters, digits, `-`, `_` and one dot.
    pub(in crate::lti11) fn seal(&self, key: &HintKey) -> String {
        key.seal(PURPOSE, self)
    }

    /// Reads what a tool sends, if this platform gave it to this tool.
    pub(in crate::lti11) fn open(key: &HintKey, sourcedid: &str, tool: &ClientId) -> Option<Self> {
        key.unseal::<Self>(PURPOSE, sourcedid).filter(|result| result.tool == *tool)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> HintKey {
        HintKey::from_bytes(&[7; 32])
    }

    fn result(user: &str, link: &str) -> ResultId {
        ResultId::new("hub".into(), "hist".into(), link.into(), user.into())
    }

    #[test]
    fn a_result_is_read_back_by_its_tool_alone_and_no_two_look_alike() {
        let sealed = result("ben", "link-1").seal(&key());
        assert_eq!(ResultId::open(&key(), &sealed, &"hub".into()), Some(result("ben", "link-1")));
        assert_eq!(ResultId::open(&key(), &sealed, &"other".into()), None);
        assert_ne!(sealed, result("ben", "link-2").seal(&key()));
        assert_ne!(sealed, result("aoi", "link-1").seal(&key()));
        // Sealed for something else under the same key.
        let stranger = key().seal("lti11_platform_state", &result("ben", "link-1"));
        assert_eq!(ResultId::open(&key(), &stranger, &"hub".into()), None);
    }

    proptest! {
        #[test]
        fn nothing_made_up_and_nothing_altered_is_taken(text in ".{0,200}", place in 0usize..1_000, with in "[A-Za-z0-9_-]") {
            prop_assert_eq!(ResultId::open(&key(), &text, &"hub".into()), None);
            let genuine = result("ben", "link-1").seal(&key());
            let place = place % genuine.len();
            let mut changed = genuine.clone();
            changed.replace_range(place..=place, &with);
            prop_assume!(changed != genuine);
            prop_assert_eq!(ResultId::open(&key(), &changed, &"hub".into()), None);
        }
    }
}
