//! What the browser keeps between login and launch, sealed so that nobody else can have written it.
//!
//! Two things leave the tool at login. The **state** goes through the platform and comes back in the form; it carries its
//! own expiry and a tag, so that a state that this tool never made is told apart from one whose cookie got lost. The
//! **cookie** stays in the browser and carries the rest: it binds the answer to the browser that asked
//! (Security Framework 1.0, sections 5.1.1.4 and 7.3.1; RFC 6749, section 10.12). Where the platform keeps values for
//! tools without cookies, the ticket lies there too, sealed for this one state, and the state says whose window is asked.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId, Issuer, Nonce, State};
use serde::{Deserialize, Serialize};

use crate::random::{Random, RandomError};
use crate::storage::StoragePlace;

/// Bytes of chance in a state and in a nonce.
const CHANCE: usize = 32;
/// Bytes of the expiry in a state.
const EXPIRY: usize = 8;
/// Bytes of the tag in a state: half of HMAC-SHA-256, as RFC 2104, section 5 allows.
const TAG: usize = 16;
/// The shortest state; a storage place makes it longer.
const STATE: usize = CHANCE + EXPIRY + TAG;
/// The longest state, in characters: what is longer was not made here.
const STATE_TEXT: usize = (STATE + StoragePlace::MAX).div_ceil(3) * 4;

/// The secret that seals states and login cookies. Keep it over restarts and share it between the processes of one tool:
/// whoever has another key refuses the launches whose login this one began.
#[derive(Clone)]
pub struct CookieKey(hmac::Key);

impl CookieKey {
    /// A key from 32 secret bytes.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &secret))
    }

    /// A fresh key, which lives as long as this process.
    ///
    /// # Errors
    /// [`RandomError`] when the random source fails.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomError> {
        let mut secret = [0; 32];
        random.fill(&mut secret)?;
        Ok(Self::new(secret))
    }

    /// A payload with a tag behind it, under the name of what it is for.
    pub(crate) fn seal_text(&self, name: &str, payload: &[u8]) -> String {
        let tag = self.tag(name, &[payload]);
        format!("{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(tag.as_ref()))
    }

    /// The payload of such a text; nothing when this tool did not write it for this.
    pub(crate) fn open_text(&self, name: &str, text: &str) -> Option<Vec<u8>> {
        let (payload, tag) = text.split_once('.')?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        verify_slices_are_equal(self.tag(name, &[&payload]).as_ref(), &tag).ok()?;
        Some(payload)
    }

    /// The name tells the uses of the key apart, so that a state never passes for a cookie.
    fn tag(&self, name: &str, parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(name.as_bytes());
        context.update(&[0]);
        for part in parts {
            context.update(part);
        }
        context.sign()
    }
}

impl std::fmt::Debug for CookieKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CookieKey(..)")
    }
}

/// A state of this tool, when it comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StateCheck {
    /// It was made here and holds until then; the ticket may also lie at that place.
    Ours(Timestamp, Option<StoragePlace>),
    /// It was not made here, or was altered.
    Foreign,
}

/// A fresh state that holds until `expires_at`, and says where the ticket is kept beside the cookie.
pub(crate) fn new_state(
    key: &CookieKey,
    random: &dyn Random,
    expires_at: Timestamp,
    place: Option<&StoragePlace>,
) -> Result<State, RandomError> {
    let mut bytes = vec![0; CHANCE];
    random.fill(&mut bytes)?;
    bytes.extend(expires_at.as_secs().to_be_bytes());
    bytes.extend(place.map(StoragePlace::to_text).unwrap_or_default().into_bytes());
    let tag = key.tag("state", &[&bytes]);
    bytes.extend(&tag.as_ref()[..TAG]);
    Ok(State::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// A fresh nonce.
pub(crate) fn new_nonce(random: &dyn Random) -> Result<Nonce, RandomError> {
    let mut bytes = [0; CHANCE];
    random.fill(&mut bytes)?;
    Ok(Nonce::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// Whether a state was made here.
pub(crate) fn check_state(key: &CookieKey, state: &State) -> StateCheck {
    let text = state.as_str();
    let decoded = if text.len() > STATE_TEXT { None } else { URL_SAFE_NO_PAD.decode(text).ok() };
    let Some(bytes) = decoded.filter(|bytes| bytes.len() >= STATE) else { return StateCheck::Foreign };
    let (message, tag) = bytes.split_at(bytes.len() - TAG);
    if verify_slices_are_equal(&key.tag("state", &[message]).as_ref()[..TAG], tag).is_err() {
        return StateCheck::Foreign;
    }
    let (head, place) = message.split_at(CHANCE + EXPIRY);
    let mut expiry = [0; EXPIRY];
    expiry.copy_from_slice(&head[CHANCE..]);
    let place = std::str::from_utf8(place).ok().and_then(StoragePlace::from_text);
    StateCheck::Ours(Timestamp::from_secs(i64::from_be_bytes(expiry)), place)
}

/// What the cookie of one login carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LoginTicket {
    #[serde(rename = "s")]
    pub(crate) state: State,
    #[serde(rename = "n")]
    pub(crate) nonce: Nonce,
    #[serde(rename = "i")]
    pub(crate) issuer: Issuer,
    #[serde(rename = "c")]
    pub(crate) client_id: ClientId,
    #[serde(rename = "e")]
    pub(crate) expires_at: Timestamp,
    #[serde(rename = "t")]
    pub(crate) target_link_uri: String,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub(crate) deployment_id: Option<DeploymentId>,
}

impl LoginTicket {
    /// The ticket as a cookie's value.
    pub(crate) fn seal(&self, key: &CookieKey) -> String {
        // A struct of strings and numbers always serialises.
        key.seal_text("cookie", &serde_json::to_vec(self).unwrap_or_default())
    }

    /// The ticket in a cookie's value; nothing when this tool did not write it.
    pub(crate) fn open(key: &CookieKey, value: &str) -> Option<Self> {
        serde_json::from_slice(&key.open_text("cookie", value)?).ok()
    }

    /// The ticket as the platform keeps it for the tool. It is worth something beside its own state alone, and is no
    /// cookie; the state is left out, since it names the value.
    pub(crate) fn seal_for_storage(&self, key: &CookieKey) -> String {
        let without_state = Self { state: State::new(""), ..self.clone() };
        // A struct of strings and numbers always serialises.
        let payload = serde_json::to_vec(&without_state).unwrap_or_default();
        let tag = key.tag("storage", &[self.state.as_str().as_bytes(), &[0], &payload]);
        format!("{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(tag.as_ref()))
    }

    /// The ticket of this state in a value that came back from the platform's storage; nothing when this tool did not
    /// write it, or wrote it for another state.
    pub(crate) fn open_stored(key: &CookieKey, state: &State, value: &str) -> Option<Self> {
        let (payload, tag) = value.split_once('.')?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        let expected = key.tag("storage", &[state.as_str().as_bytes(), &[0], &payload]);
        verify_slices_are_equal(expected.as_ref(), &tag).ok()?;
        let ticket: Self = serde_json::from_slice(&payload).ok()?;
        Some(Self { state: state.clone(), ..ticket })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::SystemRandom;

    const END: Timestamp = Timestamp::from_secs(1_700_000_600);

    fn key() -> CookieKey {
        CookieKey::new([7; 32])
    }

    fn ticket() -> LoginTicket {
        LoginTicket {
            state: State::new("state"),
            nonce: Nonce::new("nonce"),
            issuer: Issuer::new("https://lms.example"),
            client_id: ClientId::new("tool"),
            expires_at: END,
            target_link_uri: "https://tool.example/a?b=\u{e9}".to_owned(),
            deployment_id: Some(DeploymentId::new("1")),
        }
    }

    fn place() -> StoragePlace {
        StoragePlace::new("https://lms.example".to_owned(), "_parent".to_owned()).unwrap()
    }

    #[test]
    fn a_state_is_known_again_by_the_key_that_made_it() {
        for place in [None, Some(place())] {
            let state = new_state(&key(), &SystemRandom, END, place.as_ref()).unwrap();
            assert_eq!(check_state(&key(), &state), StateCheck::Ours(END, place.clone()));
            assert_eq!(check_state(&CookieKey::new([8; 32]), &state), StateCheck::Foreign);
            assert_ne!(state, new_state(&key(), &SystemRandom, END, place.as_ref()).unwrap());
        }
    }

    #[test]
    fn a_stored_ticket_is_worth_something_beside_its_own_state_alone() {
        let stored = ticket().seal_for_storage(&key());
        assert_eq!(LoginTicket::open_stored(&key(), &ticket().state, &stored), Some(ticket()));
        assert_eq!(LoginTicket::open_stored(&key(), &State::new("other"), &stored), None);
        assert_eq!(LoginTicket::open_stored(&CookieKey::new([8; 32]), &ticket().state, &stored), None);
        assert_eq!(LoginTicket::open(&key(), &stored), None, "it is no cookie");
        let cookie = ticket().seal(&key());
        assert_eq!(LoginTicket::open_stored(&key(), &ticket().state, &cookie), None, "and a cookie is none");
        assert!(!stored.contains("state"));
    }

    #[test]
    fn a_ticket_is_opened_by_the_key_that_sealed_it() {
        let sealed = ticket().seal(&key());
        assert_eq!(LoginTicket::open(&key(), &sealed), Some(ticket()));
        assert_eq!(LoginTicket::open(&CookieKey::new([8; 32]), &sealed), None);
    }

    #[test]
    fn the_tag_of_one_use_is_worth_nothing_for_the_other() {
        let payload = serde_json::to_vec(&ticket()).unwrap();
        let wrong = key().tag("state", &[&payload]);
        let value = format!("{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(wrong.as_ref()));
        assert_eq!(LoginTicket::open(&key(), &value), None);
    }

    proptest! {
        #[test]
        fn any_altered_character_is_noticed(at in 0usize..400, by in "[A-Za-z0-9_.-]") {
            for (sealed, check) in [
                (ticket().seal(&key()), (|text: &str| LoginTicket::open(&key(), text).is_none()) as fn(&str) -> bool),
                (ticket().seal_for_storage(&key()),
                    |text: &str| LoginTicket::open_stored(&key(), &ticket().state, text).is_none()),
                (new_state(&key(), &SystemRandom, END, None).unwrap().as_str().to_owned(),
                    |text: &str| check_state(&key(), &State::new(text)) == StateCheck::Foreign),
                (new_state(&key(), &SystemRandom, END, Some(&place())).unwrap().as_str().to_owned(),
                    |text: &str| check_state(&key(), &State::new(text)) == StateCheck::Foreign),
            ] {
                let at = at % sealed.len();
                let mut altered = sealed.clone();
                altered.replace_range(at..=at, &by);
                prop_assert!(altered == sealed || check(&altered), "{altered}");
            }
        }

        #[test]
        fn opening_never_panics(text in ".{0,120}") {
            prop_assert_eq!(LoginTicket::open_stored(&key(), &ticket().state, &text), None);
            prop_assert_eq!(LoginTicket::open(&key(), &text), None);
            prop_assert_eq!(check_state(&key(), &State::new(text)), StateCheck::Foreign);
        }
    }
}
