//! The value `data`: what the platform sends with a deep linking request and gets back with the response.
//!
//! The tool returns it unchanged (Deep Linking 2.0, 4.5.5), and the platform has to verify that it belongs to the
//! session of the user who brings it (Security Framework 1.0, 7.3.1): otherwise somebody could let another user's browser
//! deliver a selection of his own. So it is sealed, names the session's user by a mark that says nothing to the tool, the
//! tool, the deployment and the context, has an end, and counts once.

use std::time::Duration;

use lti_core::Timestamp;
use lti_core::id::{ClientId, ContextId, DeploymentId, Subject};
use serde::{Deserialize, Serialize};

use crate::hint::{HintKey, Initiation};

/// How long a user may take to choose. No text gives a number; choosing may mean to make something first.
pub const SELECTION_LIFETIME: Duration = Duration::from_hours(4);

const PURPOSE: &str = "deep_linking_data";
const USER: &str = "deep_linking_user";

/// A selection that is under way: for whom, with which tool, for which context, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Selection {
    /// Names the launch that began it; unguessable.
    #[serde(rename = "i")]
    pub id: String,
    /// The tool.
    #[serde(rename = "c")]
    pub client_id: ClientId,
    /// The deployment.
    #[serde(rename = "d")]
    pub deployment_id: DeploymentId,
    /// The context that gets what is chosen.
    #[serde(rename = "x")]
    pub context_id: ContextId,
    /// The moment from which on it is void.
    #[serde(rename = "e")]
    pub expires_at: Timestamp,
    /// Stands for the user: the tool may not be told who that is.
    #[serde(rename = "u")]
    user: String,
}

/// Why `data` was not taken. None of the texts names the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// There is none.
    #[error("no data")]
    Missing,
    /// It is not a value that this platform gave.
    #[error("a value that this platform did not give, or that was altered")]
    Foreign,
    /// It was given to another tool.
    #[error("the data of a request to another tool")]
    OtherTool,
    /// It was given for another deployment of the tool.
    #[error("the data of a request from another deployment")]
    OtherDeployment,
    /// It belongs to the session of somebody else, or nobody is signed in.
    #[error("the data of another user's session")]
    OtherUser,
    /// It was given too long ago.
    #[error("data that has expired")]
    Expired,
}

impl Selection {
    /// The selection that this launch begins; nothing for the launch of a link.
    pub(crate) fn of(key: &HintKey, launch: &Initiation, now: Timestamp) -> Option<Self> {
        let user = mark(key, &launch.id, &launch.user);
        Some(Self {
            id: launch.id.clone(),
            client_id: launch.client_id.clone(),
            deployment_id: launch.deployment_id.clone(),
            context_id: launch.deep_linking_context()?.clone(),
            expires_at: now + SELECTION_LIFETIME,
            user,
        })
    }

    /// The value `data` for the request.
    pub(crate) fn seal(&self, key: &HintKey) -> String {
        key.seal(PURPOSE, self)
    }

    /// Reads the value `data` of a response, whoever brings it: for logs and traces.
    pub(crate) fn read(key: &HintKey, data: &str) -> Option<Self> {
        key.unseal(PURPOSE, data)
    }

    /// Reads the value `data` of a response of this tool, brought by this user.
    ///
    /// # Errors
    /// A [`DataError`] when it is not the value of this session, or void at `now`.
    pub(crate) fn open(
        key: &HintKey,
        data: Option<&str>,
        from: (&ClientId, &DeploymentId),
        session: Option<&Subject>,
        now: Timestamp,
    ) -> Result<Self, DataError> {
        let selection = Self::read(key, data.ok_or(DataError::Missing)?).ok_or(DataError::Foreign)?;
        if selection.client_id != *from.0 {
            return Err(DataError::OtherTool);
        }
        if selection.deployment_id != *from.1 {
            return Err(DataError::OtherDeployment);
        }
        if session.is_none_or(|user| mark(key, &selection.id, user) != selection.user) {
            return Err(DataError::OtherUser);
        }
        if now >= selection.expires_at {
            return Err(DataError::Expired);
        }
        Ok(selection)
    }
}

/// The id of the launch goes in, so that two selections of one user show no common mark.
fn mark(key: &HintKey, launch: &str, user: &Subject) -> String {
    key.mark(USER, &format!("{launch}.{}", user.as_str()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use lti_core::id::ResourceLinkId;
    use proptest::prelude::*;

    use super::*;
    use crate::hint::Purpose;

    fn key() -> HintKey {
        HintKey::from_bytes(&[7; 32])
    }

    fn launch(id: &str, user: &str, purpose: Purpose) -> Initiation {
        Initiation {
            id: id.to_owned(),
            user: Subject::new(user),
            client_id: ClientId::new("quiz"),
            deployment_id: DeploymentId::new("d1"),
            purpose,
            target_link_uri: "https://tool.example/launch".to_owned(),
            expires_at: Timestamp::from_secs(1_000),
            memo: String::new(),
        }
    }

    fn selection(id: &str, user: &str) -> Selection {
        let launch = launch(id, user, Purpose::DeepLinking(ContextId::new("hist")));
        Selection::of(&key(), &launch, Timestamp::from_secs(0)).unwrap()
    }

    fn open(data: Option<&str>, from: (&str, &str), user: Option<&str>, now: i64) -> Result<Selection, DataError> {
        let (client_id, deployment_id) = (ClientId::new(from.0), DeploymentId::new(from.1));
        let user = user.map(Subject::new);
        Selection::open(&key(), data, (&client_id, &deployment_id), user.as_ref(), Timestamp::from_secs(now))
    }

    #[test]
    fn data_is_read_back_by_the_session_that_it_was_given_to() {
        let (selection, end) = (selection("a", "ada"), 4 * 3600);
        let data = selection.seal(&key());
        let from = ("quiz", "d1");
        assert_eq!(open(Some(&data), from, Some("ada"), end - 1), Ok(selection));
        assert_eq!(open(Some(&data), from, Some("ada"), end), Err(DataError::Expired));
        assert_eq!(open(Some(&data), from, Some("ben"), 0), Err(DataError::OtherUser));
        assert_eq!(open(Some(&data), from, None, 0), Err(DataError::OtherUser));
        assert_eq!(open(Some(&data), ("other", "d1"), Some("ada"), 0), Err(DataError::OtherTool));
        assert_eq!(open(Some(&data), ("quiz", "d2"), Some("ada"), 0), Err(DataError::OtherDeployment));
        assert_eq!(open(None, from, Some("ada"), 0), Err(DataError::Missing));
    }

    #[test]
    fn the_tool_learns_nothing_about_the_user_and_no_two_selections_look_alike() {
        let (one, two) = (selection("a", "ada"), selection("b", "ada"));
        assert_ne!(one.user, two.user);
        assert!(!serde_json::to_string(&one).unwrap().contains("ada"));
    }

    #[test]
    fn hints_are_not_data_and_links_have_none() {
        let launch = launch("a", "ada", Purpose::ResourceLink(ResourceLinkId::new("l")));
        assert_eq!(Selection::of(&key(), &launch, Timestamp::from_secs(0)), None);
        let hint = key().message_hint(&launch);
        assert_eq!(open(Some(hint.as_str()), ("quiz", "d1"), Some("ada"), 0), Err(DataError::Foreign));
    }

    proptest! {
        #[test]
        fn nothing_made_up_is_taken(text in ".{0,200}") {
            prop_assert_eq!(open(Some(&text), ("quiz", "d1"), Some("ada"), 0), Err(DataError::Foreign));
        }

        #[test]
        fn one_changed_character_voids_it(place in 0usize..1_000, with in "[A-Za-z0-9_-]") {
            let genuine = selection("a", "ada").seal(&key());
            let place = place % genuine.len();
            let mut changed = genuine.clone();
            changed.replace_range(place..=place, &with);
            prop_assume!(changed != genuine);
            prop_assert_eq!(open(Some(&changed), ("quiz", "d1"), Some("ada"), 0), Err(DataError::Foreign));
        }
    }
}
