//! Roles as LTI 1.x writes them: a list of LIS roles, short or as URNs (LTI 1.1 Implementation Guide, section 3 and appendix A).
//!
//! A short name (the guide says handle) is a role in the context: `Instructor`. Every role has a URN:
//! `urn:lti:role:ims/lis/Instructor` in the context, `urn:lti:instrole:ims/lis/Instructor` in the institution,
//! `urn:lti:sysrole:ims/lis/SysAdmin` in the system. What somebody is in the institution gives no rights in a course.

use std::fmt;

use crate::vocab::{self, ContextRole, InstitutionRole, SubRole, SystemRole};

/// What a role is a role in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RoleScope {
    /// `urn:lti:sysrole:`: in the system that sends the launch.
    System,
    /// `urn:lti:instrole:`: in the institution, whatever the course.
    Institution,
    /// `urn:lti:role:` or a short name: in the context of the launch.
    Context,
}

impl RoleScope {
    const ALL: [Self; 3] = [Self::System, Self::Institution, Self::Context];

    /// What stands before the name in a URN.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::System => "urn:lti:sysrole:ims/lis/",
            Self::Institution => "urn:lti:instrole:ims/lis/",
            Self::Context => "urn:lti:role:ims/lis/",
        }
    }
}

/// One member of `roles`, kept as it stands.
///
/// ```
/// use lti_core::lti11::role::{Role, RoleScope};
/// let role = Role::new("urn:lti:role:ims/lis/Learner/NonCreditLearner");
/// assert_eq!(role.scope(), Some(RoleScope::Context));
/// assert_eq!((role.name(), role.sub_role()), (Some("Learner"), Some("NonCreditLearner")));
/// assert!(Role::new("Instructor").to_vocab().is_instructor());
/// assert!(!Role::new("urn:lti:instrole:ims/lis/Instructor").to_vocab().is_instructor());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Role(String);

impl Role {
    /// Takes the text as it stands, without the blanks around it.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().trim().to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is written as a URN of LTI 1.x, which says what it is a role in.
    pub fn is_urn(&self) -> bool {
        self.urn().is_some()
    }

    /// What it is a role in: what its URN says, the context for the short name of a LIS role, `None` for a stranger.
    pub fn scope(&self) -> Option<RoleScope> {
        self.urn().map(|(scope, _)| scope).or_else(|| self.is_known().then_some(RoleScope::Context))
    }

    /// The name of the role without its sub-role; `None` for a stranger.
    pub fn name(&self) -> Option<&str> {
        self.path().map(|path| path.split_once('/').map_or(path, |(name, _)| name))
    }

    /// The sub-role; `None` where there is none.
    pub fn sub_role(&self) -> Option<&str> {
        self.path()?.split_once('/').map(|(_, sub)| sub)
    }

    /// Whether appendix A has the role.
    pub fn is_known(&self) -> bool {
        self.to_vocab().is_known()
    }

    /// The same role as LTI 1.3 names it; a role that appendix A does not have is [`vocab::Role::Unknown`] and gives no
    /// rights. Upper and lower case are not told apart, as platforms differ; a teaching assistant, which is a role in 1.x,
    /// becomes the sub-role of the instructor that it is in 1.3.
    pub fn to_vocab(&self) -> vocab::Role {
        self.known().unwrap_or_else(|| vocab::Role::parse(self.0.clone()))
    }

    /// Writes a role of LTI 1.3 for LTI 1.x: a role in the context as its short name, every other one that appendix A has
    /// as its URN, and what it does not have as it stands, which is a full URI again.
    ///
    /// ```
    /// use lti_core::{lti11::role::Role, vocab};
    /// let written = |uri: &str| Role::from_vocab(&vocab::Role::parse(uri)).to_string();
    /// assert_eq!(written("http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"), "Learner");
    /// let admin = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator";
    /// assert_eq!(written(admin), "urn:lti:instrole:ims/lis/Administrator");
    /// ```
    pub fn from_vocab(role: &vocab::Role) -> Self {
        let urn = |scope: RoleScope, path: &str| format!("{}{path}", scope.prefix());
        Self(match role {
            vocab::Role::System(role) => urn(RoleScope::System, role.name()),
            vocab::Role::Institution(role) => urn(RoleScope::Institution, role.name()),
            vocab::Role::Context(ContextRole::Officer) => role.as_str().to_owned(),
            vocab::Role::Context(role) => role.name().to_owned(),
            vocab::Role::Sub(sub) => match sub_role_path(sub) {
                Some(path) => urn(RoleScope::Context, &path),
                None => sub.uri.to_owned(),
            },
            other => other.as_str().to_owned(),
        })
    }

    fn urn(&self) -> Option<(RoleScope, &str)> {
        RoleScope::ALL.into_iter().find_map(|scope| {
            let (prefix, rest) = self.0.split_at_checked(scope.prefix().len())?;
            prefix.eq_ignore_ascii_case(scope.prefix()).then_some((scope, rest))
        })
    }

    /// Name and sub-role.
    fn path(&self) -> Option<&str> {
        self.urn().map(|(_, path)| path).or_else(|| self.is_known().then_some(self.as_str()))
    }

    fn known(&self) -> Option<vocab::Role> {
        let Some((scope, path)) = self.urn() else { return context_role(&self.0) };
        match (scope, path.split_once('/')) {
            (RoleScope::System, None) => named(SystemRole::ALL, SystemRole::name, path).map(vocab::Role::System),
            (RoleScope::Institution, None) => {
                named(InstitutionRole::ALL, InstitutionRole::name, path).map(vocab::Role::Institution)
            }
            (RoleScope::Context, None) => context_role(path),
            (RoleScope::Context, Some((name, sub))) => sub_role(name, sub),
            (RoleScope::System | RoleScope::Institution, Some(_)) => None,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads the parameter `roles`: a list with commas. Blanks around a role are dropped, and so is an empty member.
///
/// ```
/// use lti_core::lti11::role::read_list;
/// let roles = read_list("Instructor, urn:lti:instrole:ims/lis/Staff,,Chair");
/// assert_eq!(roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(), ["Instructor", "urn:lti:instrole:ims/lis/Staff", "Chair"]);
/// ```
pub fn read_list(text: &str) -> Vec<Role> {
    text.split(',').map(Role::new).filter(|role| !role.0.is_empty()).collect()
}

/// Writes the parameter `roles`.
pub fn write_list(roles: &[Role]) -> String {
    roles.iter().map(Role::as_str).collect::<Vec<_>>().join(",")
}

/// A role in LTI 1.x, a sub-role of the instructor in LTI 1.3.
const TEACHING_ASSISTANT: &str = "TeachingAssistant";

fn named<R: Copy>(all: &[R], name: fn(R) -> &'static str, text: &str) -> Option<R> {
    all.iter().copied().find(|role| name(*role).eq_ignore_ascii_case(text))
}

fn context_role(name: &str) -> Option<vocab::Role> {
    if name.eq_ignore_ascii_case(TEACHING_ASSISTANT) {
        return sub_role(TEACHING_ASSISTANT, TEACHING_ASSISTANT);
    }
    named(ContextRole::ALL, ContextRole::name, name).map(vocab::Role::Context)
}

fn sub_role(name: &str, sub: &str) -> Option<vocab::Role> {
    let principal = if name.eq_ignore_ascii_case(TEACHING_ASSISTANT) { "Instructor" } else { name };
    let mut all = SubRole::ALL.iter();
    all.find(|role| role.name.eq_ignore_ascii_case(sub) && role.principal.name().eq_ignore_ascii_case(principal))
        .map(|role| vocab::Role::Sub(*role))
}

/// Name and sub-role as LTI 1.x has them; `None` for what it does not have.
fn sub_role_path(sub: &SubRole) -> Option<String> {
    let assistant = sub.name.starts_with(TEACHING_ASSISTANT) || sub.name == "Grader";
    match sub.principal {
        ContextRole::Officer => None,
        ContextRole::Instructor if assistant => Some(format!("{TEACHING_ASSISTANT}/{}", sub.name)),
        principal => Some(format!("{}/{}", principal.name(), sub.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, RoleScope, read_list, write_list};
    use crate::vocab::{self, ContextRole, InstitutionRole, SubRole, SystemRole};

    #[test]
    fn every_role_of_the_vocabulary_comes_back_from_what_is_written() {
        let all = SystemRole::ALL
            .iter()
            .map(|role| vocab::Role::from(*role))
            .chain(InstitutionRole::ALL.iter().map(|role| vocab::Role::from(*role)))
            .chain(ContextRole::ALL.iter().map(|role| vocab::Role::from(*role)))
            .chain(SubRole::ALL.iter().map(|role| vocab::Role::from(*role)))
            .chain([vocab::Role::TestUser, vocab::Role::Unknown("urn:x:Chair".into())]);
        for role in all {
            assert_eq!(Role::from_vocab(&role).to_vocab(), role);
        }
    }

    #[test]
    fn a_short_name_is_a_role_in_the_context_and_nowhere_else() {
        assert_eq!(Role::new("Administrator").scope(), Some(RoleScope::Context));
        assert_eq!(Role::new("Administrator").to_vocab(), vocab::Role::Context(ContextRole::Administrator));
        for elsewhere in ["Student", "SysAdmin", "Faculty", "Instructor/Lecturer", "urn:lti:role:ims/lis/Student", ""] {
            assert!(!Role::new(elsewhere).is_known(), "{elsewhere}");
        }
        assert_eq!((Role::new("Student").scope(), Role::new("Student").name()), (None, None));
        assert!(Role::new("urn:lti:sysrole:ims/lis/SysAdmin/Sub").is_urn());
        assert!(!Role::new("urn:lti:sysrole:ims/lis/SysAdmin/Sub").is_known());
    }

    #[test]
    fn a_teaching_assistant_is_a_sub_role_of_the_instructor_in_the_later_vocabulary() {
        let uri = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant";
        for text in [
            "TeachingAssistant",
            "urn:lti:role:ims/lis/TeachingAssistant",
            "urn:lti:role:ims/lis/TeachingAssistant/TeachingAssistant",
        ] {
            assert_eq!(Role::new(text).to_vocab().as_str(), uri);
            assert!(!Role::new(text).to_vocab().is_instructor());
        }
        let grader = Role::new("urn:lti:role:ims/lis/TeachingAssistant/Grader");
        assert_eq!(Role::from_vocab(&grader.to_vocab()), grader);
    }

    #[test]
    fn case_and_blanks_are_read_leniently_and_kept_out_of_nothing() {
        let roles = read_list(" learner ,URN:LTI:ROLE:IMS/LIS/instructor,\t");
        assert_eq!(roles.len(), 2);
        assert!(roles[0].to_vocab().is_learner() && roles[1].to_vocab().is_instructor());
        assert_eq!(write_list(&roles), "learner,URN:LTI:ROLE:IMS/LIS/instructor");
        assert_eq!(read_list(" , "), []);
    }
}
