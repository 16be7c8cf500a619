//! What becomes of each parameter.

use crate::capture::Posted;

/// What becomes of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// A claim carries the same value.
    Kept,
    /// A claim carries it in another form, or only platforms of one make send it.
    Changed,
    /// The ID token's own means take its place.
    Replaced,
    /// Nothing carries it.
    Lost,
}

impl Fate {
    /// In one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Changed => "changed",
            Self::Replaced => "replaced",
            Self::Lost => "lost",
        }
    }
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name in the form.
    pub name: String,
    /// What becomes of it.
    pub fate: Fate,
    /// Where it stands in LTI 1.3; empty where it is lost.
    pub claim: String,
    /// What an administrator should know.
    pub note: &'static str,
}

/// Name, fate, claim and note of the parameters that the guides define.
const KNOWN: &[(&str, Fate, &str, &str)] = &[
    ("lti_message_type", Fate::Changed, "message_type", "LtiResourceLinkRequest"),
    ("lti_version", Fate::Changed, "version", "1.3.0"),
    ("user_id", Fate::Kept, "sub", "a platform may choose another sub: lti1p1.user_id then carries the old one"),
    ("roles", Fate::Changed, "roles", "full URIs"),
    ("role_scope_mentor", Fate::Changed, "role_scope_mentor", "an array"),
    ("resource_link_id", Fate::Kept, "resource_link.id", "a new id is told by lti1p1.resource_link_id"),
    ("resource_link_title", Fate::Kept, "resource_link.title", ""),
    ("resource_link_description", Fate::Kept, "resource_link.description", ""),
    ("context_id", Fate::Kept, "context.id", "a new id is told by lti1p1.context_id"),
    ("context_label", Fate::Kept, "context.label", ""),
    ("context_title", Fate::Kept, "context.title", ""),
    ("context_type", Fate::Changed, "context.type", "an array of full URIs"),
    ("lis_person_name_full", Fate::Kept, "name", ""),
    ("lis_person_name_given", Fate::Kept, "given_name", ""),
    ("lis_person_name_family", Fate::Kept, "family_name", ""),
    ("lis_person_contact_email_primary", Fate::Kept, "email", ""),
    ("user_image", Fate::Kept, "picture", ""),
    ("lis_person_sourcedid", Fate::Kept, "lis.person_sourcedid", ""),
    ("lis_course_offering_sourcedid", Fate::Kept, "lis.course_offering_sourcedid", ""),
    ("lis_course_section_sourcedid", Fate::Kept, "lis.course_section_sourcedid", ""),
    (
        "lis_outcome_service_url",
        Fate::Changed,
        "lti-ags endpoint",
        "grades go by AGS, with an access token in place of a signed XML message",
    ),
    (
        "lis_result_sourcedid",
        Fate::Changed,
        "lti-ags endpoint",
        "a score names the user; the line item is in the claim",
    ),
    ("launch_presentation_locale", Fate::Kept, "launch_presentation.locale", ""),
    ("launch_presentation_document_target", Fate::Kept, "launch_presentation.document_target", ""),
    ("launch_presentation_width", Fate::Kept, "launch_presentation.width", "a number"),
    ("launch_presentation_height", Fate::Kept, "launch_presentation.height", "a number"),
    ("launch_presentation_return_url", Fate::Kept, "launch_presentation.return_url", ""),
    ("launch_presentation_css_url", Fate::Lost, "", "LTI 1.3 has no style sheet"),
    ("tool_consumer_instance_guid", Fate::Kept, "tool_platform.guid", ""),
    ("tool_consumer_instance_name", Fate::Kept, "tool_platform.name", ""),
    ("tool_consumer_instance_description", Fate::Kept, "tool_platform.description", ""),
    ("tool_consumer_instance_url", Fate::Kept, "tool_platform.url", ""),
    ("tool_consumer_instance_contact_email", Fate::Kept, "tool_platform.contact_email", ""),
    ("tool_consumer_info_product_family_code", Fate::Kept, "tool_platform.product_family_code", ""),
    ("tool_consumer_info_version", Fate::Kept, "tool_platform.version", ""),
    ("oauth_consumer_key", Fate::Kept, "lti1p1.oauth_consumer_key", "by the migration claim alone"),
];

/// What becomes of every parameter of a launch.
pub fn lines(posted: &Posted) -> Vec<Line> {
    let is_moodle =
        value(posted, "tool_consumer_info_product_family_code").is_some_and(|code| code.eq_ignore_ascii_case("moodle"));
    posted.fields.iter().map(|(name, _)| line(name, is_moodle)).collect()
}

fn line(name: &str, is_moodle: bool) -> Line {
    let made = |fate, claim: String, note| Line { name: name.to_owned(), fate, claim, note };
    if let Some((_, fate, claim, note)) = KNOWN.iter().find(|(known, ..)| *known == name) {
        return made(*fate, (*claim).to_owned(), note);
    }
    if name.starts_with("oauth_") {
        return made(Fate::Replaced, "the ID token".to_owned(), "its signature, nonce, iat and exp");
    }
    if let Some(custom) = name.strip_prefix("custom_") {
        return made(Fate::Kept, format!("custom.{custom}"), "");
    }
    // Moodle sends these two in a claim of its own.
    let moodle = match name {
        "ext_user_username" => {
            let note = "Moodle's own claim, of no specification: a custom parameter with $User.username is safer";
            Some(("ext.user_username", note))
        }
        "ext_lms" => Some(("ext.lms", "Moodle's own claim, of no specification")),
        _ => None,
    };
    if let Some((claim, note)) = moodle.filter(|_| is_moodle) {
        return made(Fate::Changed, claim.to_owned(), note);
    }
    let note = if name.starts_with("ext_") {
        "extensions have no claim: let the platform send it as a custom parameter"
    } else {
        "no claim carries it: let the platform send it as a custom parameter"
    };
    made(Fate::Lost, String::new(), note)
}

/// The first value of a field.
pub(super) fn value<'a>(posted: &'a Posted, name: &str) -> Option<&'a str> {
    posted.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}
