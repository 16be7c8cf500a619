//! The school's model: people, courses, who takes part in which course, and the links that courses hold.
//!
//! Ids are fixed strings, so that a tool meets the same users, courses and links after every start.

use std::collections::BTreeMap;

use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId, ResourceLinkId, Subject};
use serde::{Deserialize, Serialize};

use super::material::{Material, Picture, Place};
use crate::privacy::Privacy;

/// A school with everything a launch can tell a tool about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct School {
    /// The name that pages show and `tool_platform.name` carries.
    pub name: String,
    /// The id of this installation, `tool_platform.guid` (LTI Core 1.3, 5.4.2).
    pub guid: String,
    /// Everybody, in the order of the pages.
    pub people: Vec<Person>,
    /// Every course, in the order of the pages.
    pub courses: Vec<Course>,
    /// How many links and materials have ever been made: no id is given twice, not even after what it named is gone.
    #[serde(default)]
    pub links_made: u64,
}

/// Somebody at the school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Person {
    /// The user id, `sub` of every launch (LTI Core 1.3, 5.3.6).
    pub id: Subject,
    /// The name in full, as its bearer writes it.
    pub name: String,
    /// `given_name`.
    pub given_name: String,
    /// `family_name`.
    pub family_name: String,
    /// `email`, which not everybody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// `locale` as a BCP 47 tag.
    pub locale: String,
    /// Whether this person administers the whole school, in whatever course.
    #[serde(default)]
    pub administrator: bool,
    /// Whether nobody stands behind the account: teachers use it to see a course as a student does. Its launches carry
    /// the marker role `TestUser` beside the real one (LTI Core 1.3, A.2.4).
    #[serde(default)]
    pub test_user: bool,
    /// What LTI 1.1 called this user, where that was something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lti11_user_id: Option<String>,
}

/// A course: the context of a launch (LTI Core 1.3, 5.4.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Course {
    /// `context.id`, and the last part of the course's address.
    pub id: String,
    /// `context.label`, a short code.
    pub label: String,
    /// `context.title`.
    pub title: String,
    /// When it begins, `CourseSection.timeFrame.begin`; not every course has a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins: Option<Timestamp>,
    /// When it ends, `CourseSection.timeFrame.end`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Timestamp>,
    /// Who takes part, in the order of the page.
    pub members: Vec<Membership>,
    /// Who took part once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<FormerMember>,
    /// How often the roster has changed: what came after a number can be told later.
    #[serde(default)]
    pub roster_version: u64,
    /// What the course links to, in the order of the page.
    pub links: Vec<Link>,
    /// What else tools have handed over, in the order of the page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<Material>,
}

/// That somebody takes part in a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Membership {
    /// Who.
    pub person: Subject,
    /// As what.
    pub role: SchoolRole,
    /// Whom a mentor looks after, `role_scope_mentor` (LTI Core 1.3, 5.4.3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentor_of: Vec<Subject>,
    /// Whether the account may be used now; a roster lists others as `Inactive` (Names and Role Provisioning Services
    /// 2.0, 2.3).
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub active: bool,
    /// The course's [`roster_version`](Course::roster_version) with which this entry last changed.
    #[serde(default)]
    pub version: u64,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_yes(active: &bool) -> bool {
    *active
}

/// That somebody took part in a course and does no more: `Deleted` in a roster of differences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FormerMember {
    /// Who.
    pub person: Subject,
    /// As what.
    pub role: SchoolRole,
    /// The course's [`roster_version`](Course::roster_version) with which the person left.
    pub version: u64,
}

/// A resource link: one place in one course from which a tool is launched (LTI Core 1.3, 3.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Link {
    /// `resource_link.id`. Two links to one resource have two ids (LTI Core 1.3, 5.3.5).
    pub id: ResourceLinkId,
    /// `resource_link.title`.
    pub title: String,
    /// `resource_link.description`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The tool that the link leads to.
    pub client_id: ClientId,
    /// The deployment of that tool which holds this course.
    pub deployment_id: DeploymentId,
    /// Where in the tool it leads; the tool's own `target_link_uri` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_link_uri: Option<String>,
    /// Until when work can be handed in, `ResourceLink.submission.endDateTime`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// From when on work can be handed in, `ResourceLink.submission.startDateTime`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission_from: Option<Timestamp>,
    /// From when on learners may open it, `ResourceLink.available.startDateTime`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_from: Option<Timestamp>,
    /// Until when, `ResourceLink.available.endDateTime`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_until: Option<Timestamp>,
    /// A small picture beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Picture>,
    /// How large the frame is that it opens in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iframe: Option<Place>,
    /// The window that it opens in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Place>,
    /// What LTI 1.1 called this link, if it was launched by LTI 1.1 once: its launches carry the claim `lti1p1`, signed
    /// where the tool's registration has credentials of LTI 1.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lti11_resource_link_id: Option<String>,
    /// What launches from here tell about their user; the tool's own setting may be stricter.
    #[serde(default)]
    pub privacy: Privacy,
    /// `custom`, names and values (LTI Core 1.3, 5.4.6). A value that starts with `$` names a variable, which is
    /// resolved at each launch (appendix B).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom: BTreeMap<String, String>,
}

/// The roles that this school gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SchoolRole {
    /// Teaches the course.
    Instructor,
    /// Helps to teach it.
    TeachingAssistant,
    /// Takes the course.
    Learner,
    /// Looks after learners.
    Mentor,
    /// Writes the material.
    ContentDeveloper,
    /// Runs the course's administration.
    Administrator,
}

impl SchoolRole {
    /// Every role, in the order of the pages.
    pub const ALL: &'static [Self] = &[
        Self::Instructor,
        Self::TeachingAssistant,
        Self::Learner,
        Self::Mentor,
        Self::ContentDeveloper,
        Self::Administrator,
    ];

    /// What a form sends.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Instructor => "instructor",
            Self::TeachingAssistant => "teaching-assistant",
            Self::Learner => "learner",
            Self::Mentor => "mentor",
            Self::ContentDeveloper => "content-developer",
            Self::Administrator => "administrator",
        }
    }

    /// What a page shows.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Instructor => "Instructor",
            Self::TeachingAssistant => "Teaching assistant",
            Self::Learner => "Learner",
            Self::Mentor => "Mentor",
            Self::ContentDeveloper => "Content developer",
            Self::Administrator => "Administrator",
        }
    }

    /// The role with this form value.
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.value() == value)
    }

    /// The context roles of a launch as full URIs. A sub-role is accompanied by its principal role
    /// (LTI Core 1.3, A.2.3.1).
    pub const fn uris(self) -> &'static [&'static str] {
        match self {
            Self::Instructor => &["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
            Self::TeachingAssistant => &[
                "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
                "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
            ],
            Self::Learner => &["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
            Self::Mentor => &["http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor"],
            Self::ContentDeveloper => &["http://purl.imsglobal.org/vocab/lis/v2/membership#ContentDeveloper"],
            Self::Administrator => &["http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator"],
        }
    }
}

/// The institution role of somebody who administers the whole school.
pub const INSTITUTION_ADMINISTRATOR: &str = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator";

impl School {
    /// The person with this id.
    pub fn person(&self, id: &Subject) -> Option<&Person> {
        self.people.iter().find(|person| person.id == *id)
    }

    /// The course with this id.
    pub fn course(&self, id: &str) -> Option<&Course> {
        self.courses.iter().find(|course| course.id == id)
    }

    /// An id that was never given before, for something in this course.
    pub(super) fn fresh_id(&mut self, course: &str, kind: &str) -> String {
        self.links_made += 1;
        format!("{course}-{kind}-{}", self.links_made)
    }

    /// The link with this id, to be changed.
    pub fn link_mut(&mut self, id: &ResourceLinkId) -> Option<&mut Link> {
        self.courses.iter_mut().flat_map(|course| &mut course.links).find(|link| link.id == *id)
    }

    /// The link with this id, and the course that holds it.
    pub fn link(&self, id: &ResourceLinkId) -> Option<(&Course, &Link)> {
        self.courses
            .iter()
            .find_map(|course| course.links.iter().find(|link| link.id == *id).map(|link| (course, link)))
    }
}

impl Membership {
    /// An active member.
    pub const fn new(person: Subject, role: SchoolRole) -> Self {
        Self { person, role, mentor_of: Vec::new(), active: true, version: 0 }
    }
}

impl Course {
    /// How this person takes part, if at all.
    pub fn membership(&self, person: &Subject) -> Option<&Membership> {
        self.members.iter().find(|membership| membership.person == *person)
    }

    /// Enrols somebody, or gives a member another role; whoever left before is back.
    pub fn enrol(&mut self, person: &Subject, role: SchoolRole) {
        let version = self.next_version();
        self.former.retain(|former| former.person != *person);
        match self.members.iter_mut().find(|membership| membership.person == *person) {
            Some(membership) => (membership.role, membership.version) = (role, version),
            None => self.members.push(Membership { version, ..Membership::new(person.clone(), role) }),
        }
    }

    /// Takes somebody out of the course; `false` for somebody who is no member.
    pub fn drop_member(&mut self, person: &Subject) -> bool {
        let Some(place) = self.members.iter().position(|membership| membership.person == *person) else { return false };
        let version = self.next_version();
        let Membership { person, role, .. } = self.members.remove(place);
        self.former.push(FormerMember { person, role, version });
        true
    }

    /// Says whether a member's account may be used; `false` for somebody who is no member.
    pub fn set_active(&mut self, person: &Subject, active: bool) -> bool {
        let version = self.roster_version + 1;
        let member = self.members.iter_mut().find(|membership| membership.person == *person);
        let Some(membership) = member else { return false };
        (membership.active, membership.version) = (active, version);
        self.roster_version = version;
        true
    }

    fn next_version(&mut self) -> u64 {
        self.roster_version += 1;
        self.roster_version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_values_name_each_role_once() {
        for role in SchoolRole::ALL {
            assert_eq!(SchoolRole::from_value(role.value()), Some(*role));
        }
        assert_eq!(SchoolRole::from_value("owner"), None);
    }

    #[test]
    fn each_change_of_the_roster_has_a_number() {
        let mut school = super::super::seed::school();
        let course = &mut school.courses[0];
        let (ben, sam) = (Subject::new("ben"), Subject::new("sam"));
        assert!(course.drop_member(&ben) && !course.drop_member(&ben) && !course.set_active(&ben, false));
        course.enrol(&sam, SchoolRole::Mentor);
        assert!(course.set_active(&sam, false));
        assert_eq!(course.roster_version, 3);
        assert_eq!(
            course.former.iter().map(|former| (&former.person, former.version)).collect::<Vec<_>>(),
            [(&ben, 1)]
        );
        let of_sam = course.membership(&sam).map(|membership| (membership.role, membership.active, membership.version));
        assert_eq!(of_sam, Some((SchoolRole::Mentor, false, 3)));
        course.enrol(&ben, SchoolRole::Learner);
        assert!(course.former.is_empty() && course.membership(&ben).is_some_and(|membership| membership.version == 4));
    }
}
