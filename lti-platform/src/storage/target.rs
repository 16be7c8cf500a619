//! What `lti_storage_target` says.

use std::fmt;

/// The name of a frame, as a login initiation carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameName(String);

impl FrameName {
    /// A name of 1 to 64 ASCII letters, digits, `-` and `_`, which begins with a letter: browsers keep names that begin
    /// with `_` for themselves, and a window has members under other names.
    ///
    /// # Errors
    /// [`FrameNameError`] says what is expected.
    pub fn new(name: impl Into<String>) -> Result<Self, FrameNameError> {
        let name = name.into();
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
        if plain && begins && name.len() <= 64 { Ok(Self(name)) } else { Err(FrameNameError { name }) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FrameName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name that no frame can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the frame name {name:?} cannot be used; expected 1 to 64 letters, digits, - and _, a letter first")]
pub struct FrameNameError {
    name: String,
}

/// Which window keeps the values of tools.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageTarget {
    /// The window that frames or opens the tool.
    Parent,
    /// A frame of this name in the window that frames or opens the tool, of the authorization endpoint's origin.
    Frame(FrameName),
}

impl StorageTarget {
    /// A frame of this name.
    ///
    /// # Errors
    /// [`FrameNameError`] when no frame can have the name.
    pub fn frame(name: impl Into<String>) -> Result<Self, FrameNameError> {
        FrameName::new(name).map(Self::Frame)
    }

    /// The value of `lti_storage_target`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Parent => "_parent",
            Self::Frame(name) => name.as_str(),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::StorageTarget;

    #[test]
    fn a_frame_has_a_plain_name() {
        assert_eq!(StorageTarget::frame("lti-storage_1").unwrap().as_str(), "lti-storage_1");
        assert_eq!(StorageTarget::Parent.as_str(), "_parent");
        for name in ["", "_parent", "_blank", "1", "a b", "a\"b", "\u{e9}", &"a".repeat(65)] {
            assert!(StorageTarget::frame(name).is_err(), "{name}");
        }
    }
}
