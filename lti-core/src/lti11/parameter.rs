//! The names of the parameters of LTI 1.x (LTI 1.1 Implementation Guide, section 3).

macro_rules! parameters {
    ($($(#[$meta:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$meta])* pub const $constant: &str = $name;)*

        /// Every name of this list. Names that begin with [`CUSTOM_PREFIX`], [`EXTENSION_PREFIX`] or [`OAUTH_PREFIX`] are
        /// not in it.
        pub const ALL: &[&str] = &[$($name,)*];
    };
}

/// What the parameters that platform and tool agreed on begin with.
pub const CUSTOM_PREFIX: &str = "custom_";
/// What the parameters of a vendor begin with.
pub const EXTENSION_PREFIX: &str = "ext_";
/// What the parameters of the signature begin with (RFC 5849, 3.1).
pub const OAUTH_PREFIX: &str = "oauth_";

parameters! {
    /// What kind of message it is; required.
    LTI_MESSAGE_TYPE = "lti_message_type";
    /// The version; required.
    LTI_VERSION = "lti_version";
    /// The link that was launched, opaque and unique in the platform; required.
    RESOURCE_LINK_ID = "resource_link_id";
    /// Its title.
    RESOURCE_LINK_TITLE = "resource_link_title";
    /// Its description.
    RESOURCE_LINK_DESCRIPTION = "resource_link_description";
    /// The user, opaque and unique in the platform.
    USER_ID = "user_id";
    /// Address of a picture of the user.
    USER_IMAGE = "user_image";
    /// The roles of the user.
    ROLES = "roles";
    /// The users whom a mentor looks after.
    ROLE_SCOPE_MENTOR = "role_scope_mentor";
    /// Given name.
    LIS_PERSON_NAME_GIVEN = "lis_person_name_given";
    /// Family name.
    LIS_PERSON_NAME_FAMILY = "lis_person_name_family";
    /// Full name.
    LIS_PERSON_NAME_FULL = "lis_person_name_full";
    /// E-mail address.
    LIS_PERSON_CONTACT_EMAIL_PRIMARY = "lis_person_contact_email_primary";
    /// Who the user is in the student information system.
    LIS_PERSON_SOURCEDID = "lis_person_sourcedid";
    /// The context, as a rule a course.
    CONTEXT_ID = "context_id";
    /// Its types.
    CONTEXT_TYPE = "context_type";
    /// Its title.
    CONTEXT_TITLE = "context_title";
    /// Its short name.
    CONTEXT_LABEL = "context_label";
    /// The offering in the student information system.
    LIS_COURSE_OFFERING_SOURCEDID = "lis_course_offering_sourcedid";
    /// The section in the student information system.
    LIS_COURSE_SECTION_SOURCEDID = "lis_course_section_sourcedid";
    /// Language.
    LAUNCH_PRESENTATION_LOCALE = "launch_presentation_locale";
    /// The kind of window.
    LAUNCH_PRESENTATION_DOCUMENT_TARGET = "launch_presentation_document_target";
    /// Address of a style sheet.
    LAUNCH_PRESENTATION_CSS_URL = "launch_presentation_css_url";
    /// Width in pixels.
    LAUNCH_PRESENTATION_WIDTH = "launch_presentation_width";
    /// Height in pixels.
    LAUNCH_PRESENTATION_HEIGHT = "launch_presentation_height";
    /// Where the user goes afterwards.
    LAUNCH_PRESENTATION_RETURN_URL = "launch_presentation_return_url";
    /// The product that the platform is.
    TOOL_CONSUMER_INFO_PRODUCT_FAMILY_CODE = "tool_consumer_info_product_family_code";
    /// Its version.
    TOOL_CONSUMER_INFO_VERSION = "tool_consumer_info_version";
    /// Which instance of it.
    TOOL_CONSUMER_INSTANCE_GUID = "tool_consumer_instance_guid";
    /// The name of the instance.
    TOOL_CONSUMER_INSTANCE_NAME = "tool_consumer_instance_name";
    /// Its description.
    TOOL_CONSUMER_INSTANCE_DESCRIPTION = "tool_consumer_instance_description";
    /// Its address.
    TOOL_CONSUMER_INSTANCE_URL = "tool_consumer_instance_url";
    /// The e-mail address of whoever looks after it.
    TOOL_CONSUMER_INSTANCE_CONTACT_EMAIL = "tool_consumer_instance_contact_email";
    /// Where Basic Outcomes are sent.
    LIS_OUTCOME_SERVICE_URL = "lis_outcome_service_url";
    /// What the outcome of this user for this link is called there.
    LIS_RESULT_SOURCEDID = "lis_result_sourcedid";
    /// Where the tool sends the browser so that the launch comes again (LTI Security Update, LTI 1.1.2).
    RELAUNCH_URL = "relaunch_url";
    /// What binds that to the platform's session.
    PLATFORM_STATE = "platform_state";
    /// What binds it to the tool's session.
    TOOL_STATE = "tool_state";
    /// The media types of content that the platform takes (Content-Item Message 1.0).
    ACCEPT_MEDIA_TYPES = "accept_media_types";
    /// How it can show content.
    ACCEPT_PRESENTATION_DOCUMENT_TARGETS = "accept_presentation_document_targets";
    /// Where the content goes.
    CONTENT_ITEM_RETURN_URL = "content_item_return_url";
    /// Whether the answer may come without a signature.
    ACCEPT_UNSIGNED = "accept_unsigned";
    /// Whether several items may be returned.
    ACCEPT_MULTIPLE = "accept_multiple";
    /// Whether the platform may copy what an item names.
    ACCEPT_COPY_ADVICE = "accept_copy_advice";
    /// Whether items are kept without asking the user again.
    AUTO_CREATE = "auto_create";
    /// Whether the platform tells the tool what became of the items.
    CAN_CONFIRM = "can_confirm";
    /// A title for an item that has none.
    TITLE = "title";
    /// A text for an item that has none.
    TEXT = "text";
    /// What the platform wants to get back unchanged.
    DATA = "data";
    /// The items that the user chose.
    CONTENT_ITEMS = "content_items";
    /// Where the tool is told what became of them.
    CONFIRM_URL = "confirm_url";
    /// A message for the user.
    LTI_MSG = "lti_msg";
    /// A message for the log.
    LTI_LOG = "lti_log";
    /// A message for the user about an error.
    LTI_ERRORMSG = "lti_errormsg";
    /// A message for the log about an error.
    LTI_ERRORLOG = "lti_errorlog";
}

/// Values of [`LTI_MESSAGE_TYPE`].
pub mod message_type {
    /// A launch of a link.
    pub const LAUNCH: &str = "basic-lti-launch-request";
    /// The platform asks for content.
    pub const CONTENT_ITEM_SELECTION_REQUEST: &str = "ContentItemSelectionRequest";
    /// The tool returns content.
    pub const CONTENT_ITEM_SELECTION: &str = "ContentItemSelection";
}

/// [`LTI_VERSION`] of every 1.x version: it was not advanced for LTI 1.1.
pub const VERSION_1: &str = "LTI-1p0";

/// What an extension of LTI 1.0 calls its outcomes service, which later became Basic Outcomes.
pub mod extension {
    /// Where forms are posted to.
    pub const OUTCOME_URL: &str = "ext_ims_lis_basic_outcome_url";
    /// `lti_message_type` that sets a result.
    pub const UPDATE_RESULT: &str = "basic-lis-updateresult";
    /// `lti_message_type` that reads one.
    pub const READ_RESULT: &str = "basic-lis-readresult";
    /// `lti_message_type` that deletes one.
    pub const DELETE_RESULT: &str = "basic-lis-deleteresult";
    /// The name by which the platform knows its own users.
    pub const USER_USERNAME: &str = "ext_user_username";
    /// Moodle's name for itself.
    pub const LMS: &str = "ext_lms";
}
