//! What a platform posts, before it is signed.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::{Context, DocumentTarget, LaunchParameters, Outcome, Platform, Presentation, fold_custom_name};
use crate::lti11::parameter::{self, message_type};
use crate::lti11::role::{self, Role};
use crate::message::Person;
use crate::vocab::{ContextRole, ContextType};

/// What is not encoded in a member of `role_scope_mentor`.
const IN_A_LIST: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// How long `lis_outcome_service_url` should be at most.
const OUTCOME_URL_LIMIT: usize = 1023;
/// Parameters whose value is an address.
const ADDRESSES: &[&str] = &[
    parameter::LAUNCH_PRESENTATION_RETURN_URL,
    parameter::LAUNCH_PRESENTATION_CSS_URL,
    parameter::LIS_OUTCOME_SERVICE_URL,
    parameter::TOOL_CONSUMER_INSTANCE_URL,
    parameter::USER_IMAGE,
    parameter::CONTENT_ITEM_RETURN_URL,
    parameter::CONFIRM_URL,
    parameter::RELAUNCH_URL,
];

/// Why a message is not written: which rule it would break. It repeats names, never values that lead to a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A required parameter is missing or empty.
    #[error("{0} is required, and has no value")]
    Missing(&'static str),
    /// A name that no text has and no prefix explains.
    #[error("{0:?} is no parameter of LTI 1.x: expected an extension to begin with ext_")]
    Name(String),
    /// A name that belongs to the signature.
    #[error("{0} belongs to the signature, and is added by whoever signs")]
    Signature(String),
    /// Two custom parameters whose names become the same one.
    #[error("two custom parameters are sent as {0:?}: lower case, and _ for all but letters and digits")]
    Twice(String),
    /// A custom parameter or extension without a name.
    #[error("a custom parameter or an extension has no name")]
    NoName,
    /// `context_type` has no type of LIS.
    #[error(
        "context_type is one of CourseTemplate, CourseOffering, CourseSection, Group, or has one of them among others"
    )]
    ContextType,
    /// A role that is neither of LIS nor a full URI.
    #[error("a role beyond those of LIS is written as a full URI without blanks and commas, and not as {0:?}")]
    Role(String),
    /// `role_scope_mentor` beside no role as mentor.
    #[error("role_scope_mentor is sent beside the role Mentor alone")]
    MentorScope,
    /// A value that has to be an address is none.
    #[error("{0} is an absolute http or https URL")]
    Address(&'static str),
    /// `lis_outcome_service_url` is too long.
    #[error("lis_outcome_service_url has at most 1023 characters, and not {0}")]
    Long(usize),
    /// A width or height of nothing.
    #[error("{0} is a positive number of pixels")]
    Pixels(&'static str),
    /// A target that no text names.
    #[error("{0} is one of frame, iframe, window, popup, overlay, embed")]
    Target(&'static str),
}

/// Writes the parameters of a launch. Every value is checked by [`build`](Self::build), which names the first one that
/// breaks a rule.
///
/// ```
/// use lti_core::lti11::{launch::LaunchBuilder, parameter, role::Role};
/// let launch = LaunchBuilder::new("link-1")
///     .set(parameter::USER_ID, "3")
///     .roles(&[Role::new("Learner")])
///     .custom("Review:Chapter", "4")
///     .build()?;
/// assert_eq!(launch.get("custom_review_chapter"), Some("4"));
/// assert_eq!(launch.lti_version(), Some("LTI-1p0"));
/// # Ok::<(), lti_core::lti11::launch::WriteError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct LaunchBuilder {
    parameters: Vec<(String, String)>,
    wrong: Option<WriteError>,
}

impl LaunchBuilder {
    /// A launch of this link.
    pub fn new(resource_link_id: impl Into<String>) -> Self {
        Self::of_type(message_type::LAUNCH).set(parameter::RESOURCE_LINK_ID, resource_link_id)
    }

    /// A message of another type, such as
    /// [`ContentItemSelectionRequest`](message_type::CONTENT_ITEM_SELECTION_REQUEST).
    pub fn of_type(message_type: impl Into<String>) -> Self {
        Self { parameters: Vec::new(), wrong: None }
            .set(parameter::LTI_MESSAGE_TYPE, message_type)
            .set(parameter::LTI_VERSION, parameter::VERSION_1)
    }

    /// Sets a parameter of [`parameter::ALL`]; an empty value takes it away.
    pub fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        if name.starts_with(parameter::OAUTH_PREFIX) {
            return self.fault(WriteError::Signature(name.to_owned()));
        }
        if !parameter::ALL.contains(&name) {
            return self.fault(WriteError::Name(name.to_owned()));
        }
        let value = value.into();
        self.parameters.retain(|(other, _)| other != name);
        if !value.is_empty() {
            self.parameters.push((name.to_owned(), value));
        }
        self
    }

    /// Sets a parameter where there is a value.
    pub fn set_some(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// `roles`.
    pub fn roles(self, roles: &[Role]) -> Self {
        if let Some(several) = roles.iter().find(|role| role.as_str().contains(',')) {
            return self.fault(WriteError::Role(several.to_string()));
        }
        self.set(parameter::ROLES, role::write_list(roles))
    }

    /// `role_scope_mentor`, each id URL-encoded.
    pub fn role_scope_mentor<S: AsRef<str>>(self, users: &[S]) -> Self {
        let ids = users.iter().map(|id| utf8_percent_encode(id.as_ref(), IN_A_LIST).to_string());
        self.set(parameter::ROLE_SCOPE_MENTOR, ids.collect::<Vec<_>>().join(","))
    }

    /// What is told about the user beside `user_id`; what is `None` stays untold.
    pub fn person(self, person: &Person) -> Self {
        self.set_some(parameter::LIS_PERSON_NAME_GIVEN, person.given_name.clone())
            .set_some(parameter::LIS_PERSON_NAME_FAMILY, person.family_name.clone())
            .set_some(parameter::LIS_PERSON_NAME_FULL, person.name.clone())
            .set_some(parameter::LIS_PERSON_CONTACT_EMAIL_PRIMARY, person.email.clone())
            .set_some(parameter::USER_IMAGE, person.picture.clone())
    }

    /// The context. A type of LIS is written by its short name.
    pub fn context(self, context: &Context) -> Self {
        let types: Vec<_> = context.types.iter().map(short_name).collect();
        if types.iter().any(|name| name.contains(',')) {
            return self.fault(WriteError::ContextType);
        }
        self.set_some(parameter::CONTEXT_ID, context.id.clone())
            .set(parameter::CONTEXT_TYPE, types.join(","))
            .set_some(parameter::CONTEXT_TITLE, context.title.clone())
            .set_some(parameter::CONTEXT_LABEL, context.label.clone())
    }

    /// How the tool is shown.
    pub fn presentation(self, presentation: &Presentation) -> Self {
        let target = presentation.document_target.as_ref().map(|target| target.as_str().to_owned());
        self.set_some(parameter::LAUNCH_PRESENTATION_LOCALE, presentation.locale.clone())
            .set_some(parameter::LAUNCH_PRESENTATION_DOCUMENT_TARGET, target)
            .set_some(parameter::LAUNCH_PRESENTATION_CSS_URL, presentation.css_url.clone())
            .set_some(parameter::LAUNCH_PRESENTATION_WIDTH, presentation.width.map(|pixels| pixels.to_string()))
            .set_some(parameter::LAUNCH_PRESENTATION_HEIGHT, presentation.height.map(|pixels| pixels.to_string()))
            .set_some(parameter::LAUNCH_PRESENTATION_RETURN_URL, presentation.return_url.clone())
    }

    /// What the platform says about itself.
    pub fn platform(self, platform: &Platform) -> Self {
        self.set_some(parameter::TOOL_CONSUMER_INFO_PRODUCT_FAMILY_CODE, platform.product_family_code.clone())
            .set_some(parameter::TOOL_CONSUMER_INFO_VERSION, platform.version.clone())
            .set_some(parameter::TOOL_CONSUMER_INSTANCE_GUID, platform.guid.clone())
            .set_some(parameter::TOOL_CONSUMER_INSTANCE_NAME, platform.name.clone())
            .set_some(parameter::TOOL_CONSUMER_INSTANCE_DESCRIPTION, platform.description.clone())
            .set_some(parameter::TOOL_CONSUMER_INSTANCE_URL, platform.url.clone())
            .set_some(parameter::TOOL_CONSUMER_INSTANCE_CONTACT_EMAIL, platform.contact_email.clone())
    }

    /// Where the outcome of this user for this link may be sent.
    pub fn outcome(self, outcome: &Outcome) -> Self {
        self.set(parameter::LIS_OUTCOME_SERVICE_URL, outcome.service_url.clone())
            .set(parameter::LIS_RESULT_SOURCEDID, outcome.sourcedid.clone())
    }

    /// Adds a custom parameter under its folded name; the value is untouched and may be empty.
    pub fn custom(self, name: &str, value: impl Into<String>) -> Self {
        self.prefixed(parameter::CUSTOM_PREFIX, &fold_custom_name(name), value.into())
    }

    /// Adds a custom parameter under its folded name and, where that is another one, under its exact name beside it, as
    /// later versions do.
    pub fn custom_and_exact(self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        let folded = self.custom(name, value.clone());
        if fold_custom_name(name) == name { folded } else { folded.prefixed(parameter::CUSTOM_PREFIX, name, value) }
    }

    /// Adds a parameter of the vendor: `ext_` and this name.
    pub fn extension(self, name: &str, value: impl Into<String>) -> Self {
        self.prefixed(parameter::EXTENSION_PREFIX, name, value.into())
    }

    /// The parameters, ready to be signed.
    ///
    /// # Errors
    /// [`WriteError`]: the first rule that the message would break.
    pub fn build(self) -> Result<LaunchParameters, WriteError> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        let written = LaunchParameters::new(self.parameters);
        check(&written)?;
        Ok(written)
    }

    fn prefixed(mut self, prefix: &str, name: &str, value: String) -> Self {
        if name.is_empty() {
            return self.fault(WriteError::NoName);
        }
        let name = format!("{prefix}{name}");
        if self.parameters.iter().any(|(other, _)| *other == name) {
            return self.fault(WriteError::Twice(name));
        }
        self.parameters.push((name, value));
        self
    }

    fn fault(mut self, wrong: WriteError) -> Self {
        self.wrong.get_or_insert(wrong);
        self
    }
}

fn short_name(context_type: &ContextType) -> &str {
    let uri = context_type.as_str();
    if context_type.is_known() { uri.rsplit('#').next().unwrap_or(uri) } else { uri }
}

fn check(written: &LaunchParameters) -> Result<(), WriteError> {
    if written.message_type().is_none() {
        return Err(WriteError::Missing(parameter::LTI_MESSAGE_TYPE));
    }
    if written.message_type() == Some(message_type::LAUNCH) && written.resource_link_id().is_none() {
        return Err(WriteError::Missing(parameter::RESOURCE_LINK_ID));
    }
    let types = written.context().unwrap_or_default().types;
    if written.text(parameter::CONTEXT_TYPE).is_some() && !types.iter().any(ContextType::is_known) {
        return Err(WriteError::ContextType);
    }
    check_roles(written)?;
    check_addresses(written)?;
    check_presentation(written)
}

fn check_roles(written: &LaunchParameters) -> Result<(), WriteError> {
    let roles = written.roles();
    if let Some(stranger) = roles.iter().find(|role| !role.is_known() && !is_full_uri(role)) {
        return Err(WriteError::Role(stranger.to_string()));
    }
    let is_mentor = |role: &Role| role.to_vocab().in_context() == Some(ContextRole::Mentor);
    if written.text(parameter::ROLE_SCOPE_MENTOR).is_some() && !roles.iter().any(is_mentor) {
        return Err(WriteError::MentorScope);
    }
    Ok(())
}

fn is_full_uri(role: &Role) -> bool {
    Url::parse(role.as_str()).is_ok() && !role.as_str().contains(char::is_whitespace)
}

fn check_addresses(written: &LaunchParameters) -> Result<(), WriteError> {
    for name in ADDRESSES {
        let Some(value) = written.text(name) else { continue };
        let is_web = Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_web {
            return Err(WriteError::Address(name));
        }
    }
    match written.text(parameter::LIS_OUTCOME_SERVICE_URL).map(|url| url.chars().count()) {
        Some(length) if length > OUTCOME_URL_LIMIT => Err(WriteError::Long(length)),
        _ => Ok(()),
    }
}

fn check_presentation(written: &LaunchParameters) -> Result<(), WriteError> {
    for name in [parameter::LAUNCH_PRESENTATION_WIDTH, parameter::LAUNCH_PRESENTATION_HEIGHT] {
        if written.text(name).is_some_and(|text| !text.parse::<u32>().is_ok_and(|pixels| pixels > 0)) {
            return Err(WriteError::Pixels(name));
        }
    }
    let name = parameter::LAUNCH_PRESENTATION_DOCUMENT_TARGET;
    match written.text(name).map(DocumentTarget::parse) {
        Some(DocumentTarget::Unknown(_) | DocumentTarget::None) => Err(WriteError::Target(name)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::{LaunchBuilder, WriteError};
    use crate::lti11::launch::{Context, DocumentTarget, Outcome, Platform, Presentation};
    use crate::lti11::parameter as p;
    use crate::lti11::role::Role;
    use crate::message::Person;
    use crate::vocab::ContextType;

    fn wrong(change: impl FnOnce(LaunchBuilder) -> LaunchBuilder) -> WriteError {
        change(LaunchBuilder::new("link-1")).build().unwrap_err()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let person = Person { name: Some("Zoë O'Neil".into()), email: Some("z@example".into()), ..Person::default() };
        let context = Context {
            id: Some("2".into()),
            types: vec![ContextType::CourseSection, ContextType::Unknown("urn:x:Term".into())],
            title: Some("日本語".into()),
            label: Some("LTI101".into()),
        };
        let presentation = Presentation {
            locale: Some("ja".into()),
            document_target: Some(DocumentTarget::Iframe),
            css_url: None,
            width: Some(640),
            height: Some(480),
            return_url: Some("https://lms.example/return?a=1".into()),
        };
        let platform = Platform { product_family_code: Some("moodle".into()), ..Platform::default() };
        let outcome = Outcome::new("https://lms.example/service", r#"{"hash":"x"}"#);
        let roles = [Role::new("Mentor"), Role::new("urn:lti:instrole:ims/lis/Staff")];
        let launch = LaunchBuilder::new("link-1")
            .set(p::USER_ID, "3")
            .roles(&roles)
            .role_scope_mentor(&["a,b", "c d%"])
            .person(&person)
            .context(&context)
            .presentation(&presentation)
            .platform(&platform)
            .outcome(&outcome)
            .custom("empty", "")
            .custom_and_exact("Mixed Case", "a;b=c")
            .extension("user_username", "student1")
            .build()
            .unwrap();
        assert_eq!((launch.resource_link_id(), launch.user_id()), (Some("link-1"), Some("3")));
        assert_eq!((launch.roles(), launch.role_scope_mentor()), (roles.to_vec(), vec!["a,b".into(), "c d%".into()]));
        assert_eq!((launch.person(), launch.context()), (person, Some(context)));
        assert_eq!(launch.get(p::CONTEXT_TYPE), Some("CourseSection,urn:x:Term"));
        assert_eq!((launch.presentation(), launch.platform()), (presentation, platform));
        assert_eq!(launch.outcome(), Some(outcome));
        let custom = [("empty", ""), ("mixed_case", "a;b=c"), ("Mixed Case", "a;b=c")];
        assert_eq!(launch.custom_parameters().collect::<Vec<_>>(), custom);
        assert_eq!(launch.extension("user_username"), Some("student1"));
        assert_eq!(launch.unknown().count(), 0);
    }

    #[test]
    fn each_rule_that_a_launch_would_break_is_named() {
        assert_eq!(LaunchBuilder::new("").build(), Err(WriteError::Missing(p::RESOURCE_LINK_ID)));
        assert_eq!(LaunchBuilder::of_type("").build(), Err(WriteError::Missing(p::LTI_MESSAGE_TYPE)));
        assert_eq!(wrong(|launch| launch.set("oauth_nonce", "n")), WriteError::Signature("oauth_nonce".into()));
        assert_eq!(wrong(|launch| launch.set("mine", "n")), WriteError::Name("mine".into()));
        assert_eq!(wrong(|launch| launch.custom("", "n")), WriteError::NoName);
        assert_eq!(
            wrong(|launch| launch.custom("A b", "1").custom("a_b", "2")),
            WriteError::Twice("custom_a_b".into())
        );
        assert_eq!(wrong(|launch| launch.set(p::CONTEXT_TYPE, "Term")), WriteError::ContextType);
        assert_eq!(wrong(|launch| launch.roles(&[Role::new("Student")])), WriteError::Role("Student".into()));
        assert_eq!(
            wrong(|launch| launch.roles(&[Role::new("Learner,Instructor")])),
            WriteError::Role("Learner,Instructor".into())
        );
        let mentor = |launch: LaunchBuilder| launch.roles(&[Role::new("Learner")]).role_scope_mentor(&["4"]);
        assert_eq!(wrong(mentor), WriteError::MentorScope);
        for address in ["javascript:alert(1)", "/return", "lms.example"] {
            let set = |launch: LaunchBuilder| launch.set(p::LAUNCH_PRESENTATION_RETURN_URL, address);
            assert_eq!(wrong(set), WriteError::Address(p::LAUNCH_PRESENTATION_RETURN_URL));
        }
        let long = format!("https://lms.example/{}", "a".repeat(1004));
        assert_eq!(wrong(|launch| launch.set(p::LIS_OUTCOME_SERVICE_URL, long)), WriteError::Long(1024));
        for pixels in ["0", "12px", "-1"] {
            let set = |launch: LaunchBuilder| launch.set(p::LAUNCH_PRESENTATION_WIDTH, pixels);
            assert_eq!(wrong(set), WriteError::Pixels(p::LAUNCH_PRESENTATION_WIDTH));
        }
        let target = |launch: LaunchBuilder| launch.set(p::LAUNCH_PRESENTATION_DOCUMENT_TARGET, "tab");
        assert_eq!(wrong(target), WriteError::Target(p::LAUNCH_PRESENTATION_DOCUMENT_TARGET));
    }

    #[test]
    fn a_value_that_is_set_again_or_emptied_is_not_sent_twice() {
        let launch =
            LaunchBuilder::new("1").set(p::USER_ID, "a").set(p::USER_ID, "b").set(p::ROLES, "").build().unwrap();
        assert_eq!(launch.values(p::USER_ID).collect::<Vec<_>>(), ["b"]);
        assert_eq!(launch.get(p::ROLES), None);
        let shown = r#"LaunchParameters ["lti_message_type", "lti_version", "resource_link_id", "user_id"]"#;
        assert_eq!(format!("{launch:?}"), shown);
    }
}
