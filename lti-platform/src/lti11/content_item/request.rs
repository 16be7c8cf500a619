//! Asking for content: a launch that lets the user choose (Content-Item Message 1.0, 3).

use lti_core::id::ResourceLinkId;
use lti_core::lti11::launch::LaunchBuilder;
use lti_core::lti11::parameter::{self, message_type};
use lti_core::message::deep_linking::{DeepLinkingSettings, ItemType, LtiDeepLinkingRequest, PresentationTarget};

use crate::deep_linking::data::Selection;
use crate::hint::Initiation;
use crate::launch::{LaunchRefused, WithoutLink, bare_deep_linking, split_deep_linking};
use crate::lti11::parameters::{self, Beside};
use crate::lti11::platform::variable_of;
use crate::lti11::{LaunchForm, Lti11LaunchError, Lti11Platform, Lti11Tool, substitute};

/// Where tools send what was chosen, below the platform's address.
pub const CONTENT_ITEMS_PATH: &str = "/lti11/content-items";

/// The media type of a link that is launched.
pub(super) const LTI_LINK: &str = "application/vnd.ims.lti.v1.ltilink";

impl Lti11Platform {
    /// The form that lets a user choose content for a context. What the platform accepts is what it accepts by deep
    /// linking.
    pub(in crate::lti11) async fn content_request(
        &self,
        tool: &Lti11Tool,
        launch: &Initiation,
    ) -> Result<LaunchForm, Lti11LaunchError> {
        let selection = Selection::of(&self.key, launch, self.clock.now());
        let selection = selection.ok_or_else(|| LaunchRefused::new("the launch is one of a link"))?;
        let mut filled: LtiDeepLinkingRequest = bare_deep_linking(&self.bare(tool, launch, &ResourceLinkId::new("")));
        self.source.fill_deep_linking(launch, &mut filled).await?;
        let (mut message, settings) = split_deep_linking(filled);
        tool.privacy().apply(&mut message);
        let mut beside = Beside { username: self.username(tool, launch, &message), ..Beside::default() };
        let source = WithoutLink(&*self.source);
        beside.custom = substitute::custom(tool.custom(), &message.custom, |variable| {
            variable_of(tool, &source, launch, &message, &beside, variable)
        });
        let builder = LaunchBuilder::of_type(message_type::CONTENT_ITEM_SELECTION_REQUEST);
        let builder = parameters::common(builder, &message, &beside);
        let builder = accepting(builder, &settings)
            .set(parameter::CONTENT_ITEM_RETURN_URL, self.below(CONTENT_ITEMS_PATH))
            .set(parameter::DATA, selection.seal(&self.key));
        self.sign(tool, launch, builder)
    }
}

/// What the platform takes.
fn accepting(builder: LaunchBuilder, settings: &DeepLinkingSettings) -> LaunchBuilder {
    let targets: Vec<&str> =
        settings.accept_presentation_document_targets.iter().map(PresentationTarget::as_str).collect();
    let yes = |value: Option<bool>| if value == Some(true) { "true" } else { "false" };
    builder
        .set(parameter::ACCEPT_MEDIA_TYPES, media_types(settings))
        .set(parameter::ACCEPT_PRESENTATION_DOCUMENT_TARGETS, targets.join(","))
        .set(parameter::ACCEPT_UNSIGNED, "false")
        .set(parameter::ACCEPT_MULTIPLE, yes(settings.accept_multiple))
        .set(parameter::ACCEPT_COPY_ADVICE, "false")
        .set(parameter::AUTO_CREATE, yes(settings.auto_create))
        .set(parameter::CAN_CONFIRM, "false")
        .set_some(parameter::TITLE, settings.title.clone())
        .set_some(parameter::TEXT, settings.text.clone())
}

/// The media types that stand for the types of deep linking, each once.
fn media_types(settings: &DeepLinkingSettings) -> String {
    let mut types: Vec<&str> = Vec::new();
    for accepted in &settings.accept_types {
        let media_type = match accepted {
            ItemType::ResourceLink => LTI_LINK,
            ItemType::Link | ItemType::Html => "text/html",
            ItemType::Image => "image/*",
            ItemType::File => "*/*",
            _ => continue,
        };
        if !types.contains(&media_type) {
            types.push(media_type);
        }
    }
    types.join(",")
}
