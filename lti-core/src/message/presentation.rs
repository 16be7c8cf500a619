//! How the platform shows the tool (LTI Core 1.3, 5.4.4).

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::OtherClaims;
use super::resource_link::entry;

/// The kind of window that the tool is shown in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DocumentTarget {
    /// Inside the platform's own window or tab.
    Frame,
    /// In an iframe.
    Iframe,
    /// In a window or tab of its own.
    Window,
    /// Something else, kept as it stands.
    Unknown(String),
}

impl DocumentTarget {
    /// Reads a target by its exact name.
    pub fn parse(text: impl Into<String> + AsRef<str>) -> Self {
        match text.as_ref() {
            "frame" => Self::Frame,
            "iframe" => Self::Iframe,
            "window" => Self::Window,
            _ => Self::Unknown(text.into()),
        }
    }

    /// The name as the claim has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Frame => "frame",
            Self::Iframe => "iframe",
            Self::Window => "window",
            Self::Unknown(text) => text,
        }
    }
}

impl Serialize for DocumentTarget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// How the tool is shown and where the user goes afterwards. All of it is optional.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct LaunchPresentation {
    /// The kind of window.
    pub document_target: Option<DocumentTarget>,
    /// Height of the frame, in pixels.
    pub height: Option<u32>,
    /// Width of the frame, in pixels.
    pub width: Option<u32>,
    /// Where to send the user afterwards; it takes `lti_msg`, `lti_errormsg`, `lti_log` and `lti_errorlog`.
    pub return_url: Option<String>,
    /// Language, as BCP 47 writes it.
    pub locale: Option<String>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

impl Serialize for LaunchPresentation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "document_target", self.document_target.as_ref())?;
        entry(&mut map, "height", self.height.as_ref())?;
        entry(&mut map, "width", self.width.as_ref())?;
        entry(&mut map, "return_url", self.return_url.as_ref())?;
        entry(&mut map, "locale", self.locale.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}
