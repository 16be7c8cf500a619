//! Whom a verified launch brings: the account, the name, the rights, and the link that they are at.

use super::{Account, PeopleFlaw, RoleFlaw, Tool11Double, page::Visitor, wire::Parameters};

/// What a user may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Instructor,
    Learner,
    Visitor,
}

impl View {
    /// What the page says.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Instructor => "Instructor view",
            Self::Learner => "Learner view",
            Self::Visitor => "Visitor view",
        }
    }
}

/// What full names of roles of the course begin with.
const COURSE: &str = "urn:lti:role:ims/lis/";
/// What those of the institution begin with.
const INSTITUTION: &str = "urn:lti:instrole:ims/lis/";
/// What those of the system begin with.
const SYSTEM: &str = "urn:lti:sysrole:ims/lis/";

impl Tool11Double {
    /// Who a verified launch names.
    pub(super) fn visitor(&self, consumer: &str, parameters: &Parameters) -> Visitor {
        let Account { user, name } = self.account(consumer, parameters);
        let (link, title) = self.link(parameters);
        Visitor {
            consumer: consumer.to_owned(),
            user,
            name,
            view: self.view(parameters.get("roles")),
            link,
            title,
            course: parameters.get("context_title").unwrap_or_default(),
            next: self.next(parameters),
            grading: self.grading(consumer, parameters),
        }
    }

    /// The account: the launch's own, unless the tool looks it up by what does not tell users apart.
    fn account(&self, consumer: &str, parameters: &Parameters) -> Account {
        let user = parameters.get("user_id").unwrap_or_default();
        let own = Account { name: self.greeted(parameters), user: user.clone() };
        let looked_up = match () {
            () if self.has(PeopleFlaw::ByAddress) => parameters.filled("lis_person_contact_email_primary"),
            () if self.has(PeopleFlaw::ByName) => parameters.filled("lis_person_name_full"),
            () if self.has(PeopleFlaw::ByExtension) => parameters.filled("ext_user_username"),
            () if self.has(PeopleFlaw::CaseFolded) => {
                Some(format!("{consumer} {}", user.to_lowercase())).filter(|_| !user.is_empty())
            }
            () if self.has(PeopleFlaw::ByUserAlone) => Some(user.clone()).filter(|user| !user.is_empty()),
            () if self.has(PeopleFlaw::EmptyShared) && parameters.get("user_id").as_deref() == Some("") => {
                Some("nobody".to_owned())
            }
            () => None,
        };
        match looked_up {
            Some(key) => self.book().accounts.entry(key).or_insert(own).clone(),
            None => own,
        }
    }

    /// The name to greet.
    fn greeted(&self, parameters: &Parameters) -> String {
        let full = parameters.filled("lis_person_name_full").filter(|_| !self.has(PeopleFlaw::PartsAlone));
        let given = parameters.filled("lis_person_name_given").filter(|_| !self.has(PeopleFlaw::FullNameAlone));
        let family = parameters.filled("lis_person_name_family").filter(|_| !self.has(PeopleFlaw::FullNameAlone));
        let parts: Vec<String> = given.into_iter().chain(family).collect();
        let nobody = if self.has(PeopleFlaw::NameUndefined) { "undefined" } else { "Guest" };
        full.or_else(|| (!parts.is_empty()).then(|| parts.join(" "))).unwrap_or_else(|| nobody.to_owned())
    }

    /// The link's id and title.
    fn link(&self, parameters: &Parameters) -> (String, String) {
        let own = (
            parameters.get("resource_link_id").unwrap_or_default(),
            parameters.get("resource_link_title").unwrap_or_default(),
        );
        if !self.has(PeopleFlaw::LinksByCourse) {
            return own;
        }
        self.book().links.entry(parameters.get("context_id").unwrap_or_default()).or_insert(own).clone()
    }

    /// The rights that the roles give.
    fn view(&self, roles: Option<String>) -> View {
        let roles = match roles {
            None if self.has(RoleFlaw::MissingTeaches) => return View::Instructor,
            roles => roles.unwrap_or_default(),
        };
        if roles.is_empty() && self.has(RoleFlaw::NothingTeaches) {
            return View::Instructor;
        }
        if self.has(RoleFlaw::BySubstring) {
            let holds = |role: &str| roles.contains(role);
            let learner = if holds("Learner") { View::Learner } else { View::Visitor };
            return if holds("Instructor") || holds("instructor") { View::Instructor } else { learner };
        }
        let trimmed =
            |role: &'_ str| if self.has(RoleFlaw::NotTrimmed) { role.to_owned() } else { role.trim().to_owned() };
        let mut listed: Vec<String> = roles.split(',').map(trimmed).collect();
        if self.has(RoleFlaw::FirstAlone) {
            listed.truncate(1);
        }
        let views: Vec<View> = listed.iter().map(|role| self.view_of(role)).collect();
        let best = [View::Instructor, View::Learner].into_iter().find(|view| views.contains(view));
        let nobody = if self.has(RoleFlaw::EverybodyLearns) { View::Learner } else { View::Visitor };
        best.unwrap_or(nobody)
    }

    /// The rights that one role gives.
    fn view_of(&self, role: &str) -> View {
        let full = role.strip_prefix(COURSE).filter(|_| !self.has(RoleFlaw::HandlesAlone));
        let handle = (!role.contains(':') && !self.has(RoleFlaw::UrnsAlone)).then_some(role);
        let institution = role.strip_prefix(INSTITUTION).filter(|_| self.has(RoleFlaw::InstitutionCounts));
        if role.starts_with(SYSTEM) && self.has(RoleFlaw::SystemCounts) {
            return View::Instructor;
        }
        let Some(name) = full.or(handle).or(institution) else { return View::Visitor };
        if full.is_some() && self.has(RoleFlaw::SubRolesLearn) && name.contains('/') {
            return View::Learner;
        }
        let principal = name.split('/').next().unwrap_or_default();
        let is = |wanted: &str| {
            principal == wanted || (principal.eq_ignore_ascii_case(wanted) && !self.has(RoleFlaw::CaseCounts))
        };
        match () {
            () if is("Instructor") => View::Instructor,
            () if is("Learner") => View::Learner,
            () => View::Visitor,
        }
    }
}
