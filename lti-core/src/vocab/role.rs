//! Roles (LTI Core 1.3, A.2): in the system, in the institution, in the context, and the sub-roles of the latter.
//!
//! A role is read by its exact name. Whatever is not in the tables is [`Role::Unknown`], kept as it stands, and gives
//! no rights: none of the questions below is answered with yes for it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ContextRole, InstitutionRole, PersonRole, SubRole, SystemRole};
use crate::requirement::{Clause, spec};

const VOCABULARY: &str = "http://purl.imsglobal.org/vocab/lis/v2/";
const TEST_USER: &str = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser";

/// One role of a user.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Role {
    /// A role in the system.
    System(SystemRole),
    /// A role in the institution.
    Institution(InstitutionRole),
    /// A role in one of the two, in the deprecated URI that does not say in which.
    Person(PersonRole),
    /// A role in the context of the launch.
    Context(ContextRole),
    /// A closer description of a context role.
    Sub(SubRole),
    /// The marker for somebody who only tries the tool out (A.2.4); it comes beside a real role.
    TestUser,
    /// A role of somebody's own, or a misspelt one, kept as it stands. It gives no rights.
    Unknown(String),
}

impl Role {
    /// Reads a role: the full URI, the deprecated simple name of a context role, or the URN of LTI 1.1.
    ///
    /// ```
    /// use lti_core::vocab::Role;
    /// assert!(Role::parse("http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor").is_instructor());
    /// assert!(Role::parse("Instructor").is_instructor());
    /// assert!(!Role::parse("instructor").is_instructor());
    /// ```
    pub fn parse(text: impl Into<String> + AsRef<str>) -> Self {
        Self::known(text.as_ref()).unwrap_or_else(|| Self::Unknown(text.into()))
    }

    fn known(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix(VOCABULARY) {
            let (scope, name) = rest.split_once('#')?;
            return match scope {
                "membership" => ContextRole::from_name(name).map(Self::Context),
                "institution/person" => InstitutionRole::from_name(name).map(Self::Institution),
                "system/person" => SystemRole::from_name(name).map(Self::System),
                "person" => PersonRole::from_name(name).map(Self::Person),
                _ => SubRole::find(scope.strip_prefix("membership/")?, name).map(Self::Sub),
            };
        }
        if text == TEST_USER {
            return Some(Self::TestUser);
        }
        if let Some(rest) = text.strip_prefix("urn:lti:") {
            let (scope, name) = rest.split_once(":ims/lis/")?;
            return match (scope, name.split_once('/')) {
                ("role", None) => ContextRole::from_name(name).map(Self::Context),
                ("role", Some((principal, sub))) => SubRole::find(principal, sub).map(Self::Sub),
                ("instrole", None) => InstitutionRole::from_name(name).map(Self::Institution),
                ("sysrole", None) => SystemRole::from_name(name).map(Self::System),
                _ => None,
            };
        }
        ContextRole::from_name(text).map(Self::Context)
    }

    /// The full URI; an unknown role as it came.
    pub fn as_str(&self) -> &str {
        match self {
            Self::System(role) => role.uri(),
            Self::Institution(role) => role.uri(),
            Self::Person(role) => role.uri(),
            Self::Context(role) => role.uri(),
            Self::Sub(role) => role.uri,
            Self::TestUser => TEST_USER,
            Self::Unknown(text) => text,
        }
    }

    /// Whether the vocabulary knows the role.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }

    /// The role in the context that this is or describes more closely: the principal role of a sub-role; `None` for every
    /// role elsewhere.
    ///
    /// ```
    /// use lti_core::vocab::{ContextRole, Role};
    /// let grader = Role::parse("http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#Grader");
    /// assert_eq!(grader.in_context(), Some(ContextRole::Instructor));
    /// assert_eq!(Role::parse("urn:lti:instrole:ims/lis/Instructor").in_context(), None);
    /// ```
    pub fn in_context(&self) -> Option<ContextRole> {
        match self {
            Self::Context(role) => Some(*role),
            Self::Sub(sub) => Some(sub.principal),
            _ => None,
        }
    }

    /// Whether the text counts it among the core roles, which vendors should support by best practice (A.2). No sub-role
    /// is one (A.2.3.1), and neither is a deprecated spelling that does not say what it is a role in.
    pub fn is_core(&self) -> bool {
        match self {
            Self::System(role) => role.is_core(),
            Self::Institution(role) => role.is_core(),
            Self::Context(role) => role.is_core(),
            Self::Person(_) | Self::Sub(_) | Self::TestUser | Self::Unknown(_) => false,
        }
    }

    /// Where the text defines it; `None` for an unknown one.
    pub fn clause(&self) -> Option<Clause> {
        let section = match self {
            Self::System(_) => "A.2.1",
            Self::Institution(_) => "A.2.2",
            Self::Person(_) => "A.2.1 and A.2.2",
            Self::Context(_) => "A.2.3",
            Self::Sub(_) => "A.2.3.1",
            Self::TestUser => "A.2.4",
            Self::Unknown(_) => return None,
        };
        Some(spec::CORE.at(section))
    }

    /// Whether the user teaches in this context. Neither a sub-role nor a role elsewhere in the institution says so.
    pub fn is_instructor(&self) -> bool {
        *self == Self::Context(ContextRole::Instructor)
    }

    /// Whether the user learns in this context.
    pub fn is_learner(&self) -> bool {
        *self == Self::Context(ContextRole::Learner)
    }

    /// Whether the user mentors somebody in this context.
    pub fn is_mentor(&self) -> bool {
        *self == Self::Context(ContextRole::Mentor)
    }

    /// Whether the user develops the content of this context.
    pub fn is_content_developer(&self) -> bool {
        *self == Self::Context(ContextRole::ContentDeveloper)
    }

    /// Whether the user administers this context; a role in the system or the institution is another matter.
    pub fn is_administrator(&self) -> bool {
        *self == Self::Context(ContextRole::Administrator)
    }

    /// Whether this marks somebody who only tries the tool out (A.2.4).
    pub fn is_test_user(&self) -> bool {
        *self == Self::TestUser
    }
}

impl From<ContextRole> for Role {
    fn from(role: ContextRole) -> Self {
        Self::Context(role)
    }
}

impl From<InstitutionRole> for Role {
    fn from(role: InstitutionRole) -> Self {
        Self::Institution(role)
    }
}

impl From<SystemRole> for Role {
    fn from(role: SystemRole) -> Self {
        Self::System(role)
    }
}

impl From<SubRole> for Role {
    fn from(role: SubRole) -> Self {
        Self::Sub(role)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::{ContextRole, InstitutionRole, PersonRole, Role, SubRole, SystemRole, TEST_USER};

    #[test]
    fn every_uri_of_the_vocabulary_is_read_and_written() {
        let all = SystemRole::ALL
            .iter()
            .map(|role| Role::from(*role))
            .chain(InstitutionRole::ALL.iter().map(|role| Role::from(*role)))
            .chain(ContextRole::ALL.iter().map(|role| Role::from(*role)))
            .chain(PersonRole::ALL.iter().map(|role| Role::Person(*role)))
            .chain(SubRole::ALL.iter().map(|role| Role::from(*role)))
            .chain([Role::TestUser]);
        let mut count = 0;
        for role in all {
            assert_eq!(Role::parse(role.as_str()), role);
            assert!(role.is_known());
            count += 1;
        }
        assert_eq!(count, 7 + 14 + 19 + 8 + 51 + 1);
        assert_eq!(Role::parse(TEST_USER), Role::TestUser);
    }

    #[test]
    fn the_core_roles_are_those_of_the_text() {
        let system = SystemRole::ALL.iter().filter(|role| role.is_core()).map(|role| role.name());
        let institution = InstitutionRole::ALL.iter().filter(|role| role.is_core()).map(|role| role.name());
        let context = ContextRole::ALL.iter().filter(|role| role.is_core()).map(|role| role.name());
        assert_eq!(system.collect::<Vec<_>>(), ["Administrator", "None"]);
        let expected = ["Administrator", "Faculty", "Guest", "None", "Other", "Staff", "Student"];
        assert_eq!(institution.collect::<Vec<_>>(), expected);
        let expected = ["Administrator", "ContentDeveloper", "Instructor", "Learner", "Mentor"];
        assert_eq!(context.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_principal_has_its_sub_roles_and_every_sub_role_its_principal() {
        let counts: Vec<_> = ContextRole::ALL.iter().map(|role| (role.name(), role.sub_roles().count())).collect();
        let expected = [
            ("Administrator", 7),
            ("ContentDeveloper", 4),
            ("Instructor", 12),
            ("Learner", 5),
            ("Mentor", 12),
            ("Manager", 5),
            ("Member", 1),
            ("Officer", 5),
        ];
        assert_eq!(counts, expected);
        for sub in SubRole::ALL {
            let role = Role::from(*sub);
            assert_eq!(role.in_context(), Some(sub.principal));
            assert!(sub.principal.sub_roles().any(|other| other == *sub) && !role.is_core());
        }
    }

    #[test]
    fn every_known_role_names_its_clause() {
        let section = |text: &str| Role::parse(text).clause().map(|clause| clause.section);
        assert_eq!(section("http://purl.imsglobal.org/vocab/lis/v2/system/person#User"), Some("A.2.1"));
        assert_eq!(section("http://purl.imsglobal.org/vocab/lis/v2/institution/person#Staff"), Some("A.2.2"));
        assert_eq!(section("Mentor"), Some("A.2.3"));
        assert_eq!(section("http://purl.imsglobal.org/vocab/lis/v2/membership/Officer#Vice-Chair"), Some("A.2.3.1"));
        assert_eq!(section(TEST_USER), Some("A.2.4"));
        assert_eq!(section("owner"), None);
    }

    #[test]
    fn old_spellings_of_context_roles_are_read() {
        for role in ContextRole::ALL {
            assert_eq!(Role::parse(role.name()), Role::Context(*role));
            assert_eq!(Role::parse(format!("urn:lti:role:ims/lis/{}", role.name())), Role::Context(*role));
        }
        let assistant = Role::parse("urn:lti:role:ims/lis/Instructor/TeachingAssistant");
        assert_eq!(
            assistant.as_str(),
            "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"
        );
        assert_eq!(
            Role::parse("urn:lti:instrole:ims/lis/Student"),
            Role::Institution(InstitutionRole::Student),
            "the URNs of LTI 1.1 say which kind they are"
        );
        assert_eq!(Role::parse("urn:lti:sysrole:ims/lis/SysAdmin"), Role::System(SystemRole::SysAdmin));
    }

    #[test]
    fn nothing_unknown_gives_rights() {
        for text in [
            "",
            "instructor",
            "INSTRUCTOR",
            " Instructor",
            "Student",
            "http://purl.imsglobal.org/vocab/lis/v2/membership#instructor",
            "https://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/membership",
            "http://purl.imsglobal.org/vocab/lis/v2/membership/Learner#Lecturer",
            "http://example.com/membership#Instructor",
            "urn:lti:role:ims/lis/Instructor/",
            "urn:lti:role:Instructor",
        ] {
            let role = Role::parse(text);
            assert_eq!(role, Role::Unknown(text.to_owned()));
            assert!(!role.is_instructor() && !role.is_administrator() && !role.is_learner(), "{text}");
        }
    }

    #[test]
    fn only_the_context_role_makes_an_instructor() {
        for text in [
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/person#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/membership/Learner#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
        ] {
            let role = Role::parse(text);
            assert!(role.is_known() && !role.is_instructor(), "{text}");
        }
    }
}
