//! The tables of roles, as LTI Core 1.3, A.2 prints them.

macro_rules! roles {
    ($(#[$meta:meta])* $name:ident, $prefix:literal, $core:literal core: $($(#[$vmeta:meta])* $variant:ident,)*) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vmeta])* $variant,)*
        }

        impl $name {
            /// Every role of this table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Whether the text counts it among the core roles, which vendors should support by best practice (A.2).
            pub fn is_core(self) -> bool {
                Self::ALL.iter().take($core).any(|core| *core == self)
            }

            /// The bare name, as the fragment of the URI has it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                }
            }

            /// The full URI.
            pub const fn uri(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("http://purl.imsglobal.org/vocab/lis/v2/", $prefix, stringify!($variant)),)*
                }
            }

            /// The role with this bare name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($variant) => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

roles! {
    /// What the user is in the system that sends the launch (A.2.1).
    SystemRole, "system/person#", 2 core:
    /// Core role.
    Administrator,
    /// Core role: no role at all.
    None,
    /// Administers an account.
    AccountAdmin,
    /// Creates content.
    Creator,
    /// Administers the system.
    SysAdmin,
    /// Supports the system.
    SysSupport,
    /// Uses the system.
    User,
}

roles! {
    /// What the user is in the institution, whatever the course (A.2.2).
    InstitutionRole, "institution/person#", 7 core:
    /// Core role.
    Administrator,
    /// Core role.
    Faculty,
    /// Core role.
    Guest,
    /// Core role: no role at all.
    None,
    /// Core role.
    Other,
    /// Core role.
    Staff,
    /// Core role.
    Student,
    /// Studied here once.
    Alumni,
    /// Teaches somewhere here; not in this context by that.
    Instructor,
    /// Learns somewhere here.
    Learner,
    /// Belongs to the institution.
    Member,
    /// Mentors somebody.
    Mentor,
    /// Looks on.
    Observer,
    /// May study here one day.
    ProspectiveStudent,
}

roles! {
    /// What the user is in the system or in the institution: the deprecated URIs do not say in which (A.2.1, A.2.2).
    PersonRole, "person#", 0 core:
    /// In the system or the institution.
    Administrator,
    /// In the system or the institution: no role at all.
    None,
    /// In the system.
    AccountAdmin,
    /// In the system.
    Creator,
    /// In the system.
    SysAdmin,
    /// In the system.
    SysSupport,
    /// In the system.
    User,
    /// In the institution.
    Faculty,
    /// In the institution.
    Guest,
    /// In the institution.
    Other,
    /// In the institution.
    Staff,
    /// In the institution.
    Student,
    /// In the institution.
    Alumni,
    /// In the institution.
    Instructor,
    /// In the institution.
    Learner,
    /// In the institution.
    Member,
    /// In the institution.
    Mentor,
    /// In the institution.
    Observer,
    /// In the institution.
    ProspectiveStudent,
}

roles! {
    /// What the user is in the context that the launch comes from (A.2.3): the roles that rights follow from.
    ContextRole, "membership#", 5 core:
    /// Core role.
    Administrator,
    /// Core role.
    ContentDeveloper,
    /// Core role.
    Instructor,
    /// Core role.
    Learner,
    /// Core role.
    Mentor,
    /// Manages.
    Manager,
    /// Belongs.
    Member,
    /// Holds an office.
    Officer,
}

/// A closer description of a context role (A.2.3.1), such as a teaching assistant among the instructors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct SubRole {
    /// The role it describes more closely. The platform sends that one beside it, by best practice.
    pub principal: ContextRole,
    /// The bare name, as the fragment of the URI has it.
    pub name: &'static str,
    /// The full URI.
    pub uri: &'static str,
}

macro_rules! sub_roles {
    ($($principal:ident: $($name:literal)*;)*) => {
        /// Every sub-role of A.2.3.1.
        const SUB_ROLES: &[SubRole] = &[$($(
            SubRole {
                principal: ContextRole::$principal,
                name: $name,
                uri: concat!(
                    "http://purl.imsglobal.org/vocab/lis/v2/membership/", stringify!($principal), "#", $name
                ),
            },
        )*)*];
    };
}

sub_roles! {
    Administrator: "Administrator" "Developer" "ExternalDeveloper" "ExternalSupport" "ExternalSystemAdministrator"
        "Support" "SystemAdministrator";
    ContentDeveloper: "ContentDeveloper" "ContentExpert" "ExternalContentExpert" "Librarian";
    Instructor: "ExternalInstructor" "Grader" "GuestInstructor" "Lecturer" "PrimaryInstructor" "SecondaryInstructor"
        "TeachingAssistant" "TeachingAssistantGroup" "TeachingAssistantOffering" "TeachingAssistantSection"
        "TeachingAssistantSectionAssociation" "TeachingAssistantTemplate";
    Learner: "ExternalLearner" "GuestLearner" "Instructor" "Learner" "NonCreditLearner";
    Manager: "AreaManager" "CourseCoordinator" "ExternalObserver" "Manager" "Observer";
    Member: "Member";
    Mentor: "Advisor" "Auditor" "ExternalAdvisor" "ExternalAuditor" "ExternalLearningFacilitator" "ExternalMentor"
        "ExternalReviewer" "ExternalTutor" "LearningFacilitator" "Mentor" "Reviewer" "Tutor";
    Officer: "Chair" "Communications" "Secretary" "Treasurer" "Vice-Chair";
}

impl ContextRole {
    /// The sub-roles that describe this role more closely (A.2.3.1).
    ///
    /// ```
    /// use lti_core::vocab::ContextRole;
    /// assert!(ContextRole::Instructor.sub_roles().any(|sub| sub.name == "TeachingAssistant"));
    /// ```
    pub fn sub_roles(self) -> impl Iterator<Item = SubRole> {
        SUB_ROLES.iter().copied().filter(move |sub| sub.principal == self)
    }
}

impl SubRole {
    /// Every sub-role of the vocabulary.
    pub const ALL: &'static [Self] = SUB_ROLES;

    /// The sub-role with this bare name below the role with that one.
    pub(super) fn find(principal: &str, name: &str) -> Option<Self> {
        SUB_ROLES.iter().copied().find(|sub| sub.name == name && sub.principal.name() == principal)
    }
}
