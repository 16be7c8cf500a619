//! What the person at the screen chose: who launches which link, as what, and how.

use std::collections::HashMap;

use lti_core::id::{ResourceLinkId, Subject};

use super::school::SchoolRole;

/// The role that a launch carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoleChoice {
    /// The role in the course.
    AsEnrolled,
    /// Another role, for this launch.
    As(SchoolRole),
    /// No role at all: an empty list, which is a legal message (LTI Core 1.3, 5.3.7).
    None,
}

/// What a launch tells about its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Privacy {
    /// Name and e-mail address.
    Full,
    /// The name.
    Name,
    /// Nothing but the user id.
    Id,
    /// Nothing: an anonymous launch (LTI Core 1.3, 5.3.6.1).
    Anonymous,
}

impl Privacy {
    /// Every choice, in the order of the form.
    pub const ALL: &'static [Self] = &[Self::Full, Self::Name, Self::Id, Self::Anonymous];

    /// What a form sends.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Name => "name",
            Self::Id => "id",
            Self::Anonymous => "anonymous",
        }
    }

    /// What a page shows.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Full => "Name and e-mail",
            Self::Name => "Name only",
            Self::Id => "User id only",
            Self::Anonymous => "None: anonymous",
        }
    }
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
    /// What is told about the user.
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

impl Choice {
    /// This link by this user: role as enrolled, all personal data, a new window, a login by GET.
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
    /// # Errors
    /// [`ChoiceError`] names the field.
    pub fn from_fields(fields: &HashMap<String, String>) -> Result<Self, ChoiceError> {
        let value = |field| fields.get(field).map(String::as_str).filter(|value| !value.is_empty());
        let required =
            |field| value(field).ok_or(ChoiceError { field, problem: "is missing: choose it in the launch form" });
        let mut choice = Self::new(ResourceLinkId::new(required("link")?), Subject::new(required("user")?));
        choice.role = role(value("role"))?;
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
        Some(value) => SchoolRole::from_value(value).map(RoleChoice::As).ok_or(unknown("role")),
    }
}

fn privacy(value: Option<&str>) -> Result<Privacy, ChoiceError> {
    let Some(value) = value else { return Ok(Privacy::Full) };
    Privacy::ALL.iter().copied().find(|privacy| privacy.value() == value).ok_or(unknown("privacy"))
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
        for role in roles.chain([RoleChoice::AsEnrolled, RoleChoice::None]) {
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
