//! What a tool is told about the user: set for a tool, for a link, or for one launch. The strictest setting counts.

use lti_core::custom::Variable;
use lti_core::message::{LtiResourceLinkRequest, OtherClaims, Person};
use lti_core::service::nrps::Member;
use serde::{Deserialize, Serialize};

/// What a launch tells about its user.
///
/// ```
/// use lti_platform::privacy::Privacy;
/// assert_eq!(Privacy::Name.and(Privacy::Email), Privacy::Id);
/// assert_eq!(Privacy::Full.and(Privacy::Anonymous), Privacy::Anonymous);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Privacy {
    /// Name and e-mail address.
    #[default]
    Full,
    /// The name, and no e-mail address.
    Name,
    /// The e-mail address, and no name.
    Email,
    /// Nothing but the user id.
    Id,
    /// Nothing: an anonymous launch (LTI Core 1.3, 5.3.6.1).
    Anonymous,
}

/// What a variable tells about the user.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tells {
    Nothing,
    Id,
    Name,
    Email,
}

impl Privacy {
    /// Every setting, from the most open one on.
    pub const ALL: &'static [Self] = &[Self::Full, Self::Name, Self::Email, Self::Id, Self::Anonymous];

    /// The word that forms and files use.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Name => "name",
            Self::Email => "email",
            Self::Id => "id",
            Self::Anonymous => "anonymous",
        }
    }

    /// The words that a page shows.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Full => "Name and e-mail",
            Self::Name => "Name only",
            Self::Email => "E-mail only",
            Self::Id => "User id only",
            Self::Anonymous => "None: anonymous",
        }
    }

    /// The setting with this word.
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|privacy| privacy.value() == value)
    }

    /// Whether names are told; picture and language go with them.
    pub const fn tells_name(self) -> bool {
        matches!(self, Self::Full | Self::Name)
    }

    /// Whether the e-mail address is told.
    pub const fn tells_email(self) -> bool {
        matches!(self, Self::Full | Self::Email)
    }

    /// Whether the user id is told: `sub`.
    pub const fn tells_id(self) -> bool {
        !matches!(self, Self::Anonymous)
    }

    /// What two settings tell together: only what both of them tell.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        if !self.tells_id() || !other.tells_id() {
            return Self::Anonymous;
        }
        match (self.tells_name() && other.tells_name(), self.tells_email() && other.tells_email()) {
            (true, true) => Self::Full,
            (true, false) => Self::Name,
            (false, true) => Self::Email,
            (false, false) => Self::Id,
        }
    }

    /// Takes out of a message what this setting does not tell.
    ///
    /// An anonymous launch keeps its roles (LTI Core 1.3, 5.3.7.1) and loses every claim that leads to a person, the ids
    /// of those whom a mentor looks after among them.
    pub fn apply(self, message: &mut LtiResourceLinkRequest) {
        if self == Self::Full {
            return;
        }
        if !self.tells_name() {
            let email = message.person.email.take();
            message.person = Person::default();
            message.person.email = email;
        }
        if !self.tells_email() {
            message.person.email = None;
        }
        message.other.retain(|claim| !self.hides(claim));
        if let Some(lis) = message.lis.as_mut().filter(|_| !self.tells_name()) {
            lis.person_sourcedid = None;
            // Names and addresses of LTI 1.1 are among the members without a type.
            lis.other = OtherClaims::default();
        }
        if !self.tells_id() {
            message.sub = None;
            if let Some(lti1p1) = &mut message.lti1p1 {
                lti1p1.user_id = None;
            }
            message.role_scope_mentor.clear();
        }
    }

    /// Takes out of a roster's entry what this setting does not tell (LTI NRPS 2.0, 2.2). The user id stays: without it
    /// there is no entry, so no roster is offered where it is not told.
    pub fn apply_to_member(self, member: &mut Member) {
        if !self.tells_name() {
            let email = member.person.email.take();
            member.person = Person::default();
            member.person.email = email;
            member.lis_person_sourcedid = None;
        }
        if !self.tells_email() {
            member.person.email = None;
        }
    }

    /// Whether the value of a variable may be told (LTI Core 1.3, B: "authorizes the tool to access it"). Variables that
    /// the text does not define are not judged here: only their source knows what they tell.
    pub fn permits(self, variable: &Variable<'_>) -> bool {
        let Some(definition) = variable.definition() else { return true };
        match tells(definition.name) {
            Tells::Nothing => true,
            Tells::Id => self.tells_id(),
            Tells::Name => self.tells_name(),
            Tells::Email => self.tells_email(),
        }
    }

    /// Whether a claim of OpenID Connect Core 1.0, 5.1, that has no type here is withheld.
    fn hides(self, claim: &str) -> bool {
        match claim {
            "email_verified" => !self.tells_email(),
            "nickname"
            | "preferred_username"
            | "profile"
            | "website"
            | "gender"
            | "birthdate"
            | "zoneinfo"
            | "phone_number"
            | "phone_number_verified"
            | "address"
            | "updated_at" => !self.tells_name(),
            _ => false,
        }
    }
}

fn tells(name: &str) -> Tells {
    match name {
        "User.id" | "User.scope.mentor" | "Membership.role.scope.mentor" => Tells::Id,
        "Membership.sourcedId" | "Membership.personSourcedId" => Tells::Name,
        _ if name.starts_with("Person.email.") => Tells::Email,
        _ if name.starts_with("Person.") || name.starts_with("User.") => Tells::Name,
        _ => Tells::Nothing,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use lti_core::Timestamp;
    use lti_core::message::{Lis, Lti1p1, ResourceLink};
    use lti_core::vocab::ContextRole;
    use serde_json::Value;

    use super::*;

    fn message(privacy: Privacy) -> Value {
        let now = Timestamp::from_secs(0);
        let mut message = LtiResourceLinkRequest::new("i", "c", "d", "n", "t", ResourceLink::new("l"), now, now);
        message.sub = Some("ben".into());
        message.person.name = Some("Ben".to_owned());
        message.person.email = Some("ben@school.example".to_owned());
        message.person.locale = Some("de".to_owned());
        message.roles = vec![ContextRole::Mentor.into()];
        message.role_scope_mentor = vec!["noor".into()];
        let mut lti1p1 = Lti1p1::default();
        lti1p1.user_id = Some("old-ben".to_owned());
        message.lti1p1 = Some(lti1p1);
        let mut lis = Lis::default();
        lis.person_sourcedid = Some("sis:ben".to_owned());
        lis.course_section_sourcedid = Some("sis:hist".to_owned());
        lis.other.insert("person_name_full", &"Ben").unwrap();
        message.lis = Some(lis);
        for claim in ["nickname", "email_verified", "https://vendor.example/claim"] {
            message.other.insert(claim, &true).unwrap();
        }
        privacy.apply(&mut message);
        serde_json::to_value(&message).unwrap()
    }

    #[test]
    fn a_message_tells_what_the_setting_tells() {
        for (privacy, told) in [
            (Privacy::Full, &["sub", "name", "email", "locale", "nickname", "email_verified"][..]),
            (Privacy::Name, &["sub", "name", "locale", "nickname"]),
            (Privacy::Email, &["sub", "email", "email_verified"]),
            (Privacy::Id, &["sub"]),
            (Privacy::Anonymous, &[]),
        ] {
            let message = message(privacy);
            let claims = ["sub", "name", "email", "locale", "nickname", "email_verified"];
            let seen: Vec<&str> = claims.into_iter().filter(|claim| message.get(claim).is_some()).collect();
            assert_eq!(seen, told, "{privacy:?}");
            assert!(message.get("https://vendor.example/claim").is_some());
            let text = message.to_string();
            assert_eq!(text.contains("sis:ben"), privacy.tells_name(), "{privacy:?}");
            assert_eq!(text.contains("person_name_full"), privacy.tells_name(), "{privacy:?}");
            assert_eq!(text.contains("noor"), privacy.tells_id(), "{privacy:?}");
            assert_eq!(text.contains("old-ben"), privacy.tells_id(), "{privacy:?}");
            assert!(text.contains("sis:hist") && text.contains("membership#Mentor"), "{privacy:?}");
        }
    }

    #[test]
    fn a_roster_tells_no_more_than_a_launch() {
        for privacy in Privacy::ALL {
            let mut member = Member::new("ben", [ContextRole::Learner.into()]);
            member.person.name = Some("Ben".to_owned());
            member.person.email = Some("ben@school.example".to_owned());
            member.lis_person_sourcedid = Some("sis:ben".to_owned());
            privacy.apply_to_member(&mut member);
            assert_eq!(member.person.name.is_some(), privacy.tells_name(), "{privacy:?}");
            assert_eq!(member.person.email.is_some(), privacy.tells_email(), "{privacy:?}");
            assert_eq!(member.lis_person_sourcedid.is_some(), privacy.tells_name(), "{privacy:?}");
        }
    }

    #[test]
    fn variables_tell_no_more_than_the_message() {
        for (name, privacies) in [
            ("User.id", 4),
            ("Person.name.full", 2),
            ("ActualPerson.name.full", 2),
            ("Person.email.primary", 2),
            ("User.username", 2),
            ("Context.id", 5),
            ("Membership.role", 5),
            ("com.example.anything", 5),
        ] {
            let permitted = Privacy::ALL.iter().filter(|privacy| privacy.permits(&Variable::named(name))).count();
            assert_eq!(permitted, privacies, "{name}");
        }
    }

    #[test]
    fn two_settings_tell_what_both_tell() {
        for one in Privacy::ALL {
            assert_eq!(one.and(Privacy::Full), *one);
            for other in Privacy::ALL {
                let both = one.and(*other);
                assert_eq!(both, other.and(*one));
                assert_eq!(both.tells_id(), one.tells_id() && other.tells_id());
                assert_eq!(both.tells_name(), both.tells_id() && one.tells_name() && other.tells_name());
                assert_eq!(both.tells_email(), both.tells_id() && one.tells_email() && other.tells_email());
            }
            assert_eq!(Privacy::from_value(one.value()), Some(*one));
        }
    }
}
