//! What the person at the screen chose: who launches which link, as what, and how.

use std::collections::HashMap;

use lti_core::id::{ResourceLinkId, Subject};
use lti_core::vocab::{ContextRole, Role, SubRole};

use super::school::SchoolRole;
use crate::privacy::Privacy;

/// The role that a launch carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoleChoice {
    /// The role in the course.
    AsEnrolled,
    /// Another role, for this launch.
    As(SchoolRole),
    /// Any role of the vocabulary of context roles.
    Context(ContextRole),
    /// Any sub-role of it; its principal role is sent beside it (LTI Core 1.3, A.2.3.1).
    Sub(SubRole),
    /// No role at all: an empty list, which is a legal message (LTI Core 1.3, 5.3.7).
    None,
}

/// Where the tool opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// A new window.
    Window,
    /// A frame in the course's page.
    Iframe,
}

impl Target {
    /// The value of `launch_presentation.document_target` (LTI Core 1.3, 5.4.4), and of the form.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Iframe => "iframe",
        }
    }
}

/// How the browser is sent to the tool's login address; a tool takes both (Security Framework 1.0, 5.1.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// With a query.
    Get,
    /// With a form.
    Post,
}

/// One launch as it was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Choice {
    /// The link.
    pub link: ResourceLinkId,
    /// Who launches it.
    pub user: Subject,
    /// As what.
    pub role: RoleChoice,
    /// What is told about the user: as much as the link and the tool allow, at most.
    pub privacy: Privacy,
    /// Where it opens.
    pub target: Target,
    /// How it begins.
    pub method: Method,
}

/// A field of the launch form is missing or has no value of the form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
#[non_exhaustive]
pub struct ChoiceError {
    field: &'static str,
    problem: &'static str,
}

impl RoleChoice {
    /// The context roles of the launch, for somebody who is enrolled like this.
    pub(super) fn roles(self, enrolled: Option<SchoolRole>) -> Vec<Role> {
        let of = |role: SchoolRole| role.uris().iter().map(|uri| Role::parse(*uri)).collect();
        match self {
            Self::AsEnrolled => enrolled.map(of).unwrap_or_default(),
            Self::As(role) => of(role),
            Self::Context(role) => vec![role.into()],
            Self::Sub(role) => vec![role.principal.into(), role.into()],
            Self::None => Vec::new(),
        }
    }

    /// The role in words, for somebody who is enrolled like this; `None` where no role is known.
    pub(super) fn label(self, enrolled: Option<SchoolRole>) -> Option<String> {
        match self {
            Self::AsEnrolled => enrolled.map(|role| role.label().to_lowercase()),
            Self::As(role) => Some(role.label().to_lowercase()),
            Self::Context(role) => Some(role.name().to_owned()),
            Self::Sub(role) => Some(format!("{} ({})", role.name, role.principal.name())),
            Self::None => Some("no role".to_owned()),
        }
    }
}

impl Choice {
    /// This link by this user: role as enrolled, the personal data that link and tool allow, a new window, a login by GET.
    pub fn new(link: ResourceLinkId, user: Subject) -> Self {
        Self {
            link,
            user,
            role: RoleChoice::AsEnrolled,
            privacy: Privacy::Full,
            target: Target::Window,
            method: Method::Get,
        }
    }

    /// Reads the launch form: `link` and `user` are required, the rest has the values of [`Choice::new`].
    ///
    /// | field | values |
    /// |---|---|
    /// | `link` | the id of the link |
    /// | `user` | the id of the user |
    /// | `role` | empty for the role as enrolled, `none`, a [`SchoolRole::value`], the URI of a context role or sub-role |
    /// | `other_role` | the URI of a context role or sub-role; wins over `role` unless empty |
    /// | `privacy` | a [`Privacy::value`] |
    /// | `target` | `window` or `iframe` |
    /// | `method` | `get` or `post`: how the login begins |
    ///
    /// # Errors
    /// [`ChoiceError`] names the field.
    pub fn from_fields(fields: &HashMap<String, String>) -> Result<Self, ChoiceError> {
        let value = |field| fields.get(field).map(String::as_str).filter(|value| !value.is_empty());
        let required =
            |field| value(field).ok_or(ChoiceError { field, problem: "is missing: choose it in the launch form" });
        let mut choice = Self::new(ResourceLinkId::new(required("link")?), Subject::new(required("user")?));
        choice.role = role(value("other_role").map(str::trim).or_else(|| value("role")))?;
        choice.privacy = privacy(value("privacy"))?;
        choice.target = match value("target") {
            None | Some("window") => Target::Window,
            Some("iframe") => Target::Iframe,
            Some(_) => return Err(unknown("target")),
        };
        choice.method = match value("method") {
            None | Some("get") => Method::Get,
            Some("post") => Method::Post,
            Some(_) => return Err(unknown("method")),
        };
        Ok(choice)
    }

    /// What the message will need, for the memo of the launch: role, privacy and target.
    pub(super) fn memo(&self) -> String {
        let role = match self.role {
            RoleChoice::AsEnrolled => "",
            RoleChoice::As(role) => role.value(),
            RoleChoice::Context(role) => role.uri(),
            RoleChoice::Sub(role) => role.uri,
            RoleChoice::None => "none",
        };
        format!("{role} {} {}", self.privacy.value(), self.target.value())
    }
}

/// Reads a memo back: role, privacy and target.
pub(super) fn read_memo(memo: &str) -> Result<(RoleChoice, Privacy, Target), ChoiceError> {
    let mut parts = memo.split(' ');
    let role = role(parts.next().filter(|value| !value.is_empty()))?;
    let privacy = privacy(parts.next())?;
    let target = if parts.next() == Some(Target::Iframe.value()) { Target::Iframe } else { Target::Window };
    Ok((role, privacy, target))
}

fn role(value: Option<&str>) -> Result<RoleChoice, ChoiceError> {
    match value {
        None => Ok(RoleChoice::AsEnrolled),
        Some("none") => Ok(RoleChoice::None),
        Some(value) => SchoolRole::from_value(value)
            .map(RoleChoice::As)
            .or_else(|| match Role::parse(value) {
                Role::Context(role) => Some(RoleChoice::Context(role)),
                Role::Sub(role) => Some(RoleChoice::Sub(role)),
                _ => None,
            })
            .ok_or(unknown("role")),
    }
}

fn privacy(value: Option<&str>) -> Result<Privacy, ChoiceError> {
    let Some(value) = value else { return Ok(Privacy::Full) };
    Privacy::from_value(value).ok_or(unknown("privacy"))
}

const fn unknown(field: &'static str) -> ChoiceError {
    ChoiceError { field, problem: "has a value that the launch form does not offer" }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_memo_holds_what_the_message_needs() {
        let roles = SchoolRole::ALL.iter().copied().map(RoleChoice::As);
        let vocabulary = ContextRole::ALL.iter().copied().map(RoleChoice::Context);
        let vocabulary = vocabulary.chain(SubRole::ALL.iter().copied().map(RoleChoice::Sub));
        for role in roles.chain(vocabulary).chain([RoleChoice::AsEnrolled, RoleChoice::None]) {
            for privacy in Privacy::ALL {
                for target in [Target::Window, Target::Iframe] {
                    let link = ResourceLinkId::new("l");
                    let choice = Choice { role, privacy: *privacy, target, ..Choice::new(link, Subject::new("u")) };
                    assert_eq!(read_memo(&choice.memo()), Ok((role, *privacy, target)));
                }
            }
        }
        assert!(read_memo("owner full window").is_err());
    }

    #[test]
    fn any_role_of_the_vocabulary_can_be_launched_with_and_a_sub_role_brings_its_principal() {
        let lecturer = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#Lecturer";
        let choice = Choice::from_fields(&fields(&[
            ("link", "l"),
            ("user", "u"),
            ("role", "learner"),
            ("other_role", &format!(" {lecturer} ")),
        ]));
        let roles = choice.unwrap().role.roles(Some(SchoolRole::Learner));
        assert_eq!(roles, [ContextRole::Instructor.into(), Role::parse(lecturer)]);
        assert_eq!(RoleChoice::AsEnrolled.roles(None), []);
    }

    #[test]
    fn a_form_needs_a_link_and_a_user_and_no_unknown_values() {
        let sound = [("link", "l"), ("user", "u"), ("role", "mentor"), ("target", "iframe"), ("method", "post")];
        let choice = Choice::from_fields(&fields(&sound)).unwrap();
        assert_eq!((choice.role, choice.target), (RoleChoice::As(SchoolRole::Mentor), Target::Iframe));
        for (name, value, message) in [
            ("link", "", "link is missing: choose it in the launch form"),
            ("user", "", "user is missing: choose it in the launch form"),
            ("role", "owner", "role has a value that the launch form does not offer"),
            ("privacy", "some", "privacy has a value that the launch form does not offer"),
            ("target", "embed", "target has a value that the launch form does not offer"),
            ("method", "put", "method has a value that the launch form does not offer"),
        ] {
            let mut spoiled = fields(&sound);
            spoiled.insert(name.to_owned(), value.to_owned());
            assert_eq!(Choice::from_fields(&spoiled).unwrap_err().to_string(), message);
        }
    }
}
