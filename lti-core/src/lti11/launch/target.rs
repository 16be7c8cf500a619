//! Where a tool is shown (`launch_presentation_document_target`, `accept_presentation_document_targets`).

use std::fmt;

/// The kind of window that the tool, or an item, is shown in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DocumentTarget {
    /// The window or frame that the platform's own page is in.
    Frame,
    /// In an iframe.
    Iframe,
    /// In a window or tab of its own.
    Window,
    /// In a small window before the page; later copies of the text have it.
    Popup,
    /// Over the page; later copies of the text have it.
    Overlay,
    /// As HTML within the page; later copies of the text have it.
    Embed,
    /// Not at all, for content that is only kept (Content-Item Message 1.0).
    None,
    /// Something else, kept as it stands.
    Unknown(String),
}

impl DocumentTarget {
    /// Reads a target; upper and lower case are not told apart.
    pub fn parse(text: &str) -> Self {
        let known = [Self::Frame, Self::Iframe, Self::Window, Self::Popup, Self::Overlay, Self::Embed, Self::None];
        let text = text.trim();
        known
            .into_iter()
            .find(|target| target.as_str().eq_ignore_ascii_case(text))
            .unwrap_or_else(|| Self::Unknown(text.to_owned()))
    }

    /// The name as a message has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Frame => "frame",
            Self::Iframe => "iframe",
            Self::Window => "window",
            Self::Popup => "popup",
            Self::Overlay => "overlay",
            Self::Embed => "embed",
            Self::None => "none",
            Self::Unknown(text) => text,
        }
    }

    /// Whether a text names it.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

impl fmt::Display for DocumentTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::DocumentTarget;

    #[test]
    fn names_are_read_back_and_strangers_kept() {
        for name in ["frame", "iframe", "window", "popup", "overlay", "embed", "none"] {
            let target = DocumentTarget::parse(name);
            assert!(target.is_known());
            assert_eq!(target.as_str(), name);
        }
        assert_eq!(DocumentTarget::parse(" IFRAME"), DocumentTarget::Iframe);
        assert_eq!(DocumentTarget::parse("Tab"), DocumentTarget::Unknown("Tab".into()));
    }
}
