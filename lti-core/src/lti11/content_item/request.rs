//! What a platform asks for.

use super::LTI_LINK;
use crate::lti11::launch::{DocumentTarget, LaunchBuilder, LaunchParameters};
use crate::lti11::parameter::{self, message_type};

/// The parameters of a `ContentItemSelectionRequest` beside those of a launch. What may be left out is assumed to be
/// `false` then (Content-Item Message 1.0, 3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "the message has five")]
pub struct ContentItemSelectionRequest {
    /// `content_item_return_url`: where the answer is posted.
    pub content_item_return_url: String,
    /// `accept_media_types`, as the header Accept writes them.
    pub accept_media_types: Vec<String>,
    /// `accept_presentation_document_targets`.
    pub accept_presentation_document_targets: Vec<DocumentTarget>,
    /// `accept_unsigned`.
    pub accept_unsigned: bool,
    /// `accept_multiple`.
    pub accept_multiple: bool,
    /// `accept_copy_advice`.
    pub accept_copy_advice: bool,
    /// `auto_create`.
    pub auto_create: bool,
    /// `can_confirm`.
    pub can_confirm: bool,
    /// `title`: for an item that has none.
    pub title: Option<String>,
    /// `text`: for an item that has none.
    pub text: Option<String>,
    /// `data`: returned unchanged.
    pub data: Option<String>,
}

/// Why a message is no request for content that can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// It is another message.
    #[error("lti_message_type is not ContentItemSelectionRequest")]
    MessageType,
    /// There is nowhere to answer to.
    #[error("content_item_return_url is missing")]
    NoReturnUrl,
}

impl ContentItemSelectionRequest {
    /// A request for one link that is launched by LTI, shown in an iframe or a window.
    pub fn new(content_item_return_url: impl Into<String>) -> Self {
        Self {
            content_item_return_url: content_item_return_url.into(),
            accept_media_types: vec![LTI_LINK.to_owned()],
            accept_presentation_document_targets: vec![DocumentTarget::Iframe, DocumentTarget::Window],
            accept_unsigned: false,
            accept_multiple: false,
            accept_copy_advice: false,
            auto_create: false,
            can_confirm: false,
            title: None,
            text: None,
            data: None,
        }
    }

    /// Reads a request. Missing lists are empty: nothing is said then about what the platform takes.
    ///
    /// # Errors
    /// It is another message, or there is nowhere to answer to.
    pub fn read(message: &LaunchParameters) -> Result<Self, RequestError> {
        if message.message_type() != Some(message_type::CONTENT_ITEM_SELECTION_REQUEST) {
            return Err(RequestError::MessageType);
        }
        let owned = |name| message.get(name).map(ToOwned::to_owned);
        let list = |name: &str| {
            let members = message.text(name).unwrap_or_default().split(',').map(str::trim);
            members.filter(|member| !member.is_empty()).map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        let yes = |name| message.text(name).is_some_and(|text| text.trim().eq_ignore_ascii_case("true") || text == "1");
        let targets = list(parameter::ACCEPT_PRESENTATION_DOCUMENT_TARGETS);
        let return_url = message.text(parameter::CONTENT_ITEM_RETURN_URL).ok_or(RequestError::NoReturnUrl)?;
        Ok(Self {
            content_item_return_url: return_url.to_owned(),
            accept_media_types: list(parameter::ACCEPT_MEDIA_TYPES),
            accept_presentation_document_targets: targets.iter().map(|name| DocumentTarget::parse(name)).collect(),
            accept_unsigned: yes(parameter::ACCEPT_UNSIGNED),
            accept_multiple: yes(parameter::ACCEPT_MULTIPLE),
            accept_copy_advice: yes(parameter::ACCEPT_COPY_ADVICE),
            auto_create: yes(parameter::AUTO_CREATE),
            can_confirm: yes(parameter::CAN_CONFIRM),
            title: owned(parameter::TITLE),
            text: owned(parameter::TEXT),
            data: owned(parameter::DATA),
        })
    }

    /// The message with these parameters, for the rest of a launch to be added: user, roles, context, platform.
    ///
    /// ```
    /// use lti_core::lti11::content_item::ContentItemSelectionRequest;
    /// let mut request = ContentItemSelectionRequest::new("https://lms.example/return");
    /// request.data = Some("session-1".into());
    /// let message = request.message().set("user_id", "3").build()?;
    /// assert_eq!(ContentItemSelectionRequest::read(&message), Ok(request));
    /// # Ok::<(), lti_core::lti11::launch::WriteError>(())
    /// ```
    pub fn message(&self) -> LaunchBuilder {
        let targets: Vec<_> = self.accept_presentation_document_targets.iter().map(DocumentTarget::as_str).collect();
        LaunchBuilder::of_type(message_type::CONTENT_ITEM_SELECTION_REQUEST)
            .set(parameter::CONTENT_ITEM_RETURN_URL, &self.content_item_return_url)
            .set(parameter::ACCEPT_MEDIA_TYPES, self.accept_media_types.join(","))
            .set(parameter::ACCEPT_PRESENTATION_DOCUMENT_TARGETS, targets.join(","))
            .set(parameter::ACCEPT_UNSIGNED, self.accept_unsigned.to_string())
            .set(parameter::ACCEPT_MULTIPLE, self.accept_multiple.to_string())
            .set(parameter::ACCEPT_COPY_ADVICE, self.accept_copy_advice.to_string())
            .set(parameter::AUTO_CREATE, self.auto_create.to_string())
            .set(parameter::CAN_CONFIRM, self.can_confirm.to_string())
            .set_some(parameter::TITLE, self.title.clone())
            .set_some(parameter::TEXT, self.text.clone())
            .set_some(parameter::DATA, self.data.clone())
    }

    /// Whether the platform takes this media type: named as it is, by `type/*` or by `*/*`. Parameters such as `q` are
    /// not looked at.
    pub fn accepts(&self, media_type: &str) -> bool {
        let family = media_type.split('/').next().unwrap_or_default();
        self.accept_media_types.iter().any(|accepted| {
            let accepted = accepted.split(';').next().unwrap_or_default().trim();
            accepted == "*/*"
                || accepted.eq_ignore_ascii_case(media_type)
                || accepted.strip_suffix("/*").is_some_and(|accepted| accepted.eq_ignore_ascii_case(family))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ContentItemSelectionRequest, RequestError};
    use crate::lti11::launch::{DocumentTarget, LaunchParameters};

    const TYPE: (&str, &str) = ("lti_message_type", "ContentItemSelectionRequest");

    #[test]
    fn what_is_left_out_is_assumed_to_be_false() {
        let request = LaunchParameters::new([TYPE, ("content_item_return_url", "https://lms.example/r")]);
        let request = ContentItemSelectionRequest::read(&request);
        let mut expected = ContentItemSelectionRequest::new("https://lms.example/r");
        expected.accept_media_types.clear();
        expected.accept_presentation_document_targets.clear();
        assert_eq!(request, Ok(expected));
    }

    #[test]
    fn flags_lists_and_ranges_are_read_leniently() {
        let message = LaunchParameters::new([
            TYPE,
            ("content_item_return_url", "https://lms.example/r"),
            ("accept_multiple", "TRUE"),
            ("auto_create", "1"),
            ("can_confirm", "no"),
            ("accept_presentation_document_targets", "iframe, Tab,"),
            ("accept_media_types", "image/*;q=0.5, text/html"),
            ("data", ""),
        ]);
        let request = ContentItemSelectionRequest::read(&message);
        let Ok(request) = request else { panic!("{request:?}") };
        assert!(request.accept_multiple && request.auto_create && !request.can_confirm && !request.accept_unsigned);
        let targets = [DocumentTarget::Iframe, DocumentTarget::Unknown("Tab".into())];
        assert_eq!(request.accept_presentation_document_targets, targets);
        assert!(request.accepts("image/png") && request.accepts("text/html") && !request.accepts("text/plain"));
        assert_eq!(request.data.as_deref(), Some(""));
    }

    #[test]
    fn other_messages_and_those_without_an_address_are_named() {
        let launch = LaunchParameters::new([("lti_message_type", "basic-lti-launch-request")]);
        assert_eq!(ContentItemSelectionRequest::read(&launch), Err(RequestError::MessageType));
        let request = LaunchParameters::new([TYPE]);
        assert_eq!(ContentItemSelectionRequest::read(&request), Err(RequestError::NoReturnUrl));
    }
}
