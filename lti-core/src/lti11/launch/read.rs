//! What was posted, and what it says.

use std::fmt;

use percent_encoding::percent_decode_str;

use super::DocumentTarget;
use crate::lti11::oauth1::Parameters;
use crate::lti11::parameter;
use crate::lti11::role::{self, Role};
use crate::message::Person;
use crate::vocab::ContextType;

/// The parameters of a message of LTI 1.x, in the order in which they came, every one kept: repeated ones, unknown ones,
/// those of the signature.
///
/// The views take the first value of a name. They take an empty value for none, since platforms send empty values for what
/// they do not have; [`get`](Self::get) tells the two apart.
///
/// ```
/// use lti_core::lti11::launch::LaunchParameters;
/// let launch = LaunchParameters::new([
///     ("lti_message_type", "basic-lti-launch-request"), ("lti_version", "LTI-1p0"), ("resource_link_id", "link-1"),
///     ("user_id", ""), ("roles", "Learner"), ("custom_chapter", "4"), ("ext_lms", "moodle-2"),
/// ]);
/// assert_eq!((launch.resource_link_id(), launch.user_id()), (Some("link-1"), None));
/// assert!(launch.roles()[0].to_vocab().is_learner());
/// assert_eq!((launch.custom("Chapter"), launch.extension("lms")), (Some("4"), Some("moodle-2")));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LaunchParameters(Parameters);

/// The context that the launch comes from, as a rule a course.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context {
    /// `context_id`.
    pub id: Option<String>,
    /// `context_type`.
    pub types: Vec<ContextType>,
    /// `context_title`.
    pub title: Option<String>,
    /// `context_label`: its short name.
    pub label: Option<String>,
}

/// How the tool is shown, and where the user goes afterwards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Presentation {
    /// Language: BCP 47, or with underscores as LTI 1.0 writes it.
    pub locale: Option<String>,
    /// The kind of window.
    pub document_target: Option<DocumentTarget>,
    /// Address of a style sheet.
    pub css_url: Option<String>,
    /// Width in pixels; what is no number is left out.
    pub width: Option<u32>,
    /// Height in pixels; what is no number is left out.
    pub height: Option<u32>,
    /// Where the user goes afterwards; not looked at.
    pub return_url: Option<String>,
}

/// What the platform says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Platform {
    /// `tool_consumer_info_product_family_code`, such as `moodle`.
    pub product_family_code: Option<String>,
    /// `tool_consumer_info_version`.
    pub version: Option<String>,
    /// `tool_consumer_instance_guid`.
    pub guid: Option<String>,
    /// `tool_consumer_instance_name`.
    pub name: Option<String>,
    /// `tool_consumer_instance_description`.
    pub description: Option<String>,
    /// `tool_consumer_instance_url`.
    pub url: Option<String>,
    /// `tool_consumer_instance_contact_email`.
    pub contact_email: Option<String>,
}

/// Where the outcome of this user for this link is sent: the newest of both is the one that counts.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// `lis_outcome_service_url`.
    pub service_url: String,
    /// `lis_result_sourcedid`: opaque; it may name a person.
    pub sourcedid: String,
}

impl Outcome {
    /// An outcome by its address and its name there.
    pub fn new(service_url: impl Into<String>, sourcedid: impl Into<String>) -> Self {
        Self { service_url: service_url.into(), sourcedid: sourcedid.into() }
    }
}

impl fmt::Debug for Outcome {
    /// Where it goes, and not whose it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome").field("service_url", &self.service_url).finish_non_exhaustive()
    }
}

impl LaunchParameters {
    /// Takes decoded parameters as they came.
    pub fn new<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// The same as a list that can be signed.
    pub const fn as_parameters(&self) -> &Parameters {
        &self.0
    }

    /// Every parameter, in the order in which they came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first value of this name, empty or not.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// Every value of this name.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.iter().filter(move |(other, _)| *other == name).map(|(_, value)| value)
    }

    /// The first value of this name, where it is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// `lti_message_type`.
    pub fn message_type(&self) -> Option<&str> {
        self.text(parameter::LTI_MESSAGE_TYPE)
    }

    /// `lti_version`: `LTI-1p0` for every 1.x version.
    pub fn lti_version(&self) -> Option<&str> {
        self.text(parameter::LTI_VERSION)
    }

    /// `oauth_consumer_key`: whose secret signed the message.
    pub fn consumer_key(&self) -> Option<&str> {
        self.text("oauth_consumer_key")
    }

    /// `resource_link_id`: opaque, unique in the platform for each placement.
    pub fn resource_link_id(&self) -> Option<&str> {
        self.text(parameter::RESOURCE_LINK_ID)
    }

    /// `resource_link_title`.
    pub fn resource_link_title(&self) -> Option<&str> {
        self.text(parameter::RESOURCE_LINK_TITLE)
    }

    /// `resource_link_description`.
    pub fn resource_link_description(&self) -> Option<&str> {
        self.text(parameter::RESOURCE_LINK_DESCRIPTION)
    }

    /// `user_id`: opaque, unique in the platform alone, so that only consumer key and `user_id` together name somebody.
    pub fn user_id(&self) -> Option<&str> {
        self.text(parameter::USER_ID)
    }

    /// `roles`.
    pub fn roles(&self) -> Vec<Role> {
        self.text(parameter::ROLES).map(role::read_list).unwrap_or_default()
    }

    /// `role_scope_mentor`: the users whom a mentor looks after. It means something only beside a role as mentor.
    pub fn role_scope_mentor(&self) -> Vec<String> {
        let ids = self.text(parameter::ROLE_SCOPE_MENTOR).unwrap_or_default().split(',').map(str::trim);
        ids.filter(|id| !id.is_empty()).map(|id| percent_decode_str(id).decode_utf8_lossy().into_owned()).collect()
    }

    /// Names, e-mail address and picture of the user, as far as the platform gives them. They name no account: see
    /// [`user_id`](Self::user_id).
    pub fn person(&self) -> Person {
        let owned = |name| self.owned(name);
        Person {
            name: owned(parameter::LIS_PERSON_NAME_FULL),
            given_name: owned(parameter::LIS_PERSON_NAME_GIVEN),
            family_name: owned(parameter::LIS_PERSON_NAME_FAMILY),
            email: owned(parameter::LIS_PERSON_CONTACT_EMAIL_PRIMARY),
            picture: owned(parameter::USER_IMAGE),
            ..Person::default()
        }
    }

    /// `lis_person_sourcedid`: who the user is in the student information system.
    pub fn person_sourcedid(&self) -> Option<&str> {
        self.text(parameter::LIS_PERSON_SOURCEDID)
    }

    /// The context; `None` where nothing is said about one.
    pub fn context(&self) -> Option<Context> {
        let types = self.text(parameter::CONTEXT_TYPE).unwrap_or_default().split(',').map(str::trim);
        let context = Context {
            id: self.owned(parameter::CONTEXT_ID),
            types: types.filter(|name| !name.is_empty()).map(ContextType::parse).collect(),
            title: self.owned(parameter::CONTEXT_TITLE),
            label: self.owned(parameter::CONTEXT_LABEL),
        };
        (context != Context::default()).then_some(context)
    }

    /// How the tool is shown.
    pub fn presentation(&self) -> Presentation {
        let pixels = |name| self.text(name).and_then(|text| text.trim().trim_end_matches("px").parse().ok());
        Presentation {
            locale: self.owned(parameter::LAUNCH_PRESENTATION_LOCALE),
            document_target: self.text(parameter::LAUNCH_PRESENTATION_DOCUMENT_TARGET).map(DocumentTarget::parse),
            css_url: self.owned(parameter::LAUNCH_PRESENTATION_CSS_URL),
            width: pixels(parameter::LAUNCH_PRESENTATION_WIDTH),
            height: pixels(parameter::LAUNCH_PRESENTATION_HEIGHT),
            return_url: self.owned(parameter::LAUNCH_PRESENTATION_RETURN_URL),
        }
    }

    /// What the platform says about itself.
    pub fn platform(&self) -> Platform {
        let owned = |name| self.owned(name);
        Platform {
            product_family_code: owned(parameter::TOOL_CONSUMER_INFO_PRODUCT_FAMILY_CODE),
            version: owned(parameter::TOOL_CONSUMER_INFO_VERSION),
            guid: owned(parameter::TOOL_CONSUMER_INSTANCE_GUID),
            name: owned(parameter::TOOL_CONSUMER_INSTANCE_NAME),
            description: owned(parameter::TOOL_CONSUMER_INSTANCE_DESCRIPTION),
            url: owned(parameter::TOOL_CONSUMER_INSTANCE_URL),
            contact_email: owned(parameter::TOOL_CONSUMER_INSTANCE_CONTACT_EMAIL),
        }
    }

    /// Where an outcome may be sent; `None` where the platform takes none for this user and link.
    pub fn outcome(&self) -> Option<Outcome> {
        Some(Outcome {
            service_url: self.owned(parameter::LIS_OUTCOME_SERVICE_URL)?,
            sourcedid: self.owned(parameter::LIS_RESULT_SOURCEDID)?,
        })
    }

    /// A custom parameter by its name, as the folded name (see [`fold_custom_name`](super::fold_custom_name)) or, where a
    /// platform sends only that, as the exact one.
    pub fn custom(&self, name: &str) -> Option<&str> {
        let exact = || self.get(&format!("{}{name}", parameter::CUSTOM_PREFIX));
        self.get(&format!("{}{}", parameter::CUSTOM_PREFIX, super::fold_custom_name(name))).or_else(exact)
    }

    /// The custom parameters, without `custom_`, in the order in which they came.
    pub fn custom_parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.below(parameter::CUSTOM_PREFIX)
    }

    /// A parameter of the vendor by its name without `ext_`.
    pub fn extension(&self, name: &str) -> Option<&str> {
        self.extensions().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// The parameters of the vendor, without `ext_`, in the order in which they came.
    pub fn extensions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.below(parameter::EXTENSION_PREFIX)
    }

    /// Whatever no text names and no prefix explains.
    pub fn unknown(&self) -> impl Iterator<Item = (&str, &str)> {
        let prefixes = [parameter::CUSTOM_PREFIX, parameter::EXTENSION_PREFIX, parameter::OAUTH_PREFIX];
        self.iter().filter(move |(name, _)| {
            !parameter::ALL.contains(name) && !prefixes.iter().any(|prefix| name.starts_with(prefix))
        })
    }

    fn below<'a>(&'a self, prefix: &'static str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value)))
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(ToOwned::to_owned)
    }
}

impl From<Parameters> for LaunchParameters {
    fn from(parameters: Parameters) -> Self {
        Self(parameters)
    }
}

impl fmt::Debug for LaunchParameters {
    /// Which parameters are there, never their values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LaunchParameters ")?;
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}
