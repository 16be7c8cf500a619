//! Platform storage: where a tool keeps its login when the browser keeps no cookie for it.
//!
//! A platform that offers it says so at login with `lti_storage_target` (LTI Client Side postMessages 0.1, LTI
//! postMessage Storage 0.1). The tool's login page puts the sealed ticket under `lti_state_<state>` into the platform's
//! window, and after the launch the tool's page reads it back and sends it here.
//!
//! **Why this binds as the cookie does.** Whoever begins a login in a browser of their own knows the form, the state and
//! the stored value, and could post all three from a page of theirs into a victim's browser. What they cannot do there is
//! to make *this tool's page* find the value in the platform's window: the page asks the one origin that the state was
//! sealed for, the platform gives each tool what that tool's origin put there, and in the victim's browser it put nothing
//! under this state. Only that page may hand the value over: the request must say, in a header that no page can set, that
//! it comes from this tool (`Origin`, RFC 6454, section 7; `Sec-Fetch-Site`). Without the cookie and without that, there
//! is no launch.

use http::HeaderMap;
use http::header::ORIGIN;
use lti_core::id::State;
use lti_core::login::LoginInitiation;
use url::{Origin, Url};

use crate::registration::Registration;

/// The form field in which the tool's own page hands over what the platform kept.
pub(crate) const STORED_FIELD: &str = "lti_stored_login";

/// The longest name of a storage frame that is followed, in bytes.
const FRAME_MAX: usize = 128;

/// Whose window keeps the values of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoragePlace {
    /// The origin of the platform's authorization endpoint: nobody else is asked, and nobody else believed.
    pub(crate) origin: String,
    /// `_parent`, or the name of a frame in the window that opened or frames the tool.
    pub(crate) frame: String,
}

impl StoragePlace {
    /// The longest place in a state, in bytes: a host name, scheme and port, and the frame.
    pub(crate) const MAX: usize = 300 + FRAME_MAX;

    /// A place; nothing for what is too long to be carried.
    pub(crate) fn new(origin: String, frame: String) -> Option<Self> {
        let fits = frame.len() <= FRAME_MAX && origin.len() + 1 + frame.len() <= Self::MAX;
        (fits && !frame.is_empty() && !origin.contains('\n')).then_some(Self { origin, frame })
    }

    /// The place that a login offers. The frame's name is unsigned: it chooses a window, and the origin decides.
    pub(crate) fn offered(login: &LoginInitiation, registration: &Registration) -> Option<Self> {
        let frame = login.lti_storage_target.clone()?;
        match registration.authorization_url.origin() {
            origin @ Origin::Tuple(..) => Self::new(origin.ascii_serialization(), frame),
            Origin::Opaque(_) => None,
        }
    }

    /// As a state carries it. An origin holds no line break.
    pub(crate) fn to_text(&self) -> String {
        format!("{}\n{}", self.origin, self.frame)
    }

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let (origin, frame) = text.split_once('\n')?;
        Self::new(origin.to_owned(), frame.to_owned())
    }
}

/// Under which name the platform keeps the login of this state.
pub(crate) fn key_of(state: &State) -> String {
    format!("lti_state_{state}")
}

/// A launch whose browser sent no cookie, while the platform may keep the login: the tool's page asks for it.
#[derive(Clone, PartialEq, Eq)]
pub struct StorageQuestion {
    pub(crate) place: StoragePlace,
    pub(crate) state: State,
    pub(crate) id_token: String,
    pub(crate) launch_url: String,
}

impl std::fmt::Debug for StorageQuestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StorageQuestion").field("place", &self.place).finish_non_exhaustive()
    }
}

/// What the form brought from the platform's storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stored {
    /// The field is not there.
    Absent,
    /// It came once.
    Value(String),
    /// It came twice: which one is meant is anybody's guess.
    Twice,
}

impl Stored {
    /// Takes the field out of a form.
    pub(crate) fn take(fields: &mut Vec<(String, String)>) -> Self {
        let mut found = Self::Absent;
        fields.retain_mut(|(name, value)| {
            if name != STORED_FIELD {
                return true;
            }
            found = if found == Self::Absent { Self::Value(std::mem::take(value)) } else { Self::Twice };
            false
        });
        found
    }
}

/// Whether the request was made by a page of this tool. Browsers write both fields themselves; every one that this
/// project knows sends `Origin` with a form by POST, and those that also send `Sec-Fetch-Site` must not disagree.
pub(crate) fn sent_by_own_page(headers: &HeaderMap, own: &Url) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin =
        origins.next().is_some_and(|origin| origin.as_bytes() == own.origin().ascii_serialization().as_bytes());
    let site = headers.get_all("sec-fetch-site").iter().all(|site| site == "same-origin");
    origin && origins.next().is_none() && site
}

/// Whether the browser says that the answer goes into a frame. Older ones say nothing.
pub(crate) fn in_a_frame(headers: &HeaderMap) -> bool {
    let destination = headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok());
    destination.is_some_and(|destination| matches!(destination, "iframe" | "frame" | "embed" | "object"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn own() -> Url {
        "https://tool.example/base".parse().unwrap()
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_a_page_of_this_tool_hands_over_what_was_kept() {
        let tool = ("origin", "https://tool.example");
        assert!(sent_by_own_page(&headers(&[tool]), &own()));
        assert!(sent_by_own_page(&headers(&[tool, ("sec-fetch-site", "same-origin")]), &own()));
        for refused in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "https://evil.example")],
            &[("origin", "http://tool.example")],
            &[("origin", "https://tool.example:8443")],
            &[("origin", "https://tool.example.evil.example")],
            &[tool, ("origin", "https://evil.example")],
            &[tool, ("sec-fetch-site", "cross-site")],
            &[tool, ("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "same-origin")],
        ] {
            assert!(!sent_by_own_page(&headers(refused), &own()), "{refused:?}");
        }
    }

    #[test]
    fn the_place_survives_the_way_through_the_state() {
        let place = StoragePlace::new("https://lms.example".to_owned(), "frame\nname".to_owned()).unwrap();
        assert_eq!(StoragePlace::from_text(&place.to_text()), Some(place));
        for (origin, frame) in [("https://lms.example", String::new()), ("https://lms.example", "f".repeat(129))] {
            assert_eq!(StoragePlace::new(origin.to_owned(), frame), None);
        }
        assert_eq!(StoragePlace::from_text(""), None);
    }

    #[test]
    fn the_field_is_taken_out_of_the_form() {
        let field = |name: &str| (name.to_owned(), "v".to_owned());
        let mut fields = vec![field("state"), field(STORED_FIELD)];
        assert_eq!(Stored::take(&mut fields), Stored::Value("v".to_owned()));
        assert_eq!(fields, [field("state")]);
        assert_eq!(Stored::take(&mut fields), Stored::Absent);
        assert_eq!(Stored::take(&mut vec![field(STORED_FIELD), field(STORED_FIELD)]), Stored::Twice);
        assert_eq!(Stored::take(&mut vec![field(STORED_FIELD); 3]), Stored::Twice);
    }
}
