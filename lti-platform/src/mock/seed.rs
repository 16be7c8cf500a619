//! The school as it is on the first day: a handful of people and two courses, with what trips tools up among them: a
//! name in Japanese script, somebody without an e-mail address, a mentor, somebody who administers the school, a test
//! student, two links to one resource, links that tell less about the user, and one with custom parameters.

use std::collections::BTreeMap;

use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId, ResourceLinkId, Subject};

use super::school::{Course, Link, Membership, Person, School, SchoolRole};
use crate::privacy::Privacy;

/// The title of the link whose launches tell the user id alone.
pub const PRIVATE_LINK: &str = "Private reading";
/// The title of the link whose launches are anonymous.
pub const ANONYMOUS_LINK: &str = "Anonymous survey";
/// The title of the link whose custom parameters name variables.
pub const CUSTOM_LINK: &str = "Reading with custom parameters";
/// The id of the account that teachers see a course as a student with.
pub const TEST_STUDENT: &str = "test-student";

/// The school without any tools.
pub fn school() -> School {
    School {
        name: "Lindenhof School".to_owned(),
        guid: "lindenhof.school.example".to_owned(),
        people: people(),
        courses: courses(),
        links_made: 0,
    }
}

fn courses() -> Vec<Course> {
    let history = [
        ("ada", SchoolRole::Instructor),
        ("chloe", SchoolRole::TeachingAssistant),
        ("aoi", SchoolRole::Learner),
        ("ben", SchoolRole::Learner),
        ("noor", SchoolRole::Learner),
        ("ingrid", SchoolRole::Mentor),
        (TEST_STUDENT, SchoolRole::Learner),
    ];
    let biology = [
        ("chloe", SchoolRole::Instructor),
        ("sam", SchoolRole::Administrator),
        ("aoi", SchoolRole::Learner),
        ("noor", SchoolRole::Learner),
        (TEST_STUDENT, SchoolRole::Learner),
    ];
    vec![
        // From 17 August to 18 December 2026.
        Course {
            begins: Some(Timestamp::from_secs(1_786_953_600)),
            ends: Some(Timestamp::from_secs(1_797_591_600)),
            ..course("hist-101", "HIST 101", "History of Printing", &history)
        },
        // A course without dates: its variables are supported and empty.
        course("bio-204", "BIO 204", "Plant Biology", &biology),
    ]
}

fn people() -> Vec<Person> {
    vec![
        person("ada", "Ada", "Lindqvist", Some("ada.lindqvist@lindenhof.example"), "sv-SE"),
        person("chloe", "Chloé", "Martin-O’Neill", Some("chloe.martin@lindenhof.example"), "fr-FR"),
        // The family name comes first: `name` is not given_name + family_name everywhere.
        Person {
            name: "田中 葵".to_owned(),
            ..person("aoi", "葵", "田中", Some("aoi.tanaka@lindenhof.example"), "ja-JP")
        },
        // He was here in the days of LTI 1.1, under another id.
        Person {
            lti11_user_id: Some("1007".to_owned()),
            ..person("ben", "Benedikt", "Okafor", Some("ben.okafor@lindenhof.example"), "de-DE")
        },
        person("noor", "Noor", "Haddad", None, "ar"),
        person("ingrid", "Ingrid", "Solberg", Some("ingrid.solberg@lindenhof.example"), "nb-NO"),
        Person { administrator: true, ..person("sam", "Sam", "Rivera", Some("sam.rivera@lindenhof.example"), "en-US") },
        Person { test_user: true, ..person(TEST_STUDENT, "Test", "Student", None, "en") },
    ]
}

fn person(id: &str, given_name: &str, family_name: &str, email: Option<&str>, locale: &str) -> Person {
    Person {
        id: Subject::new(id),
        name: format!("{given_name} {family_name}"),
        given_name: given_name.to_owned(),
        family_name: family_name.to_owned(),
        email: email.map(str::to_owned),
        locale: locale.to_owned(),
        administrator: false,
        test_user: false,
        lti11_user_id: None,
    }
}

fn course(id: &str, label: &str, title: &str, members: &[(&str, SchoolRole)]) -> Course {
    let membership = |(person, role): &(&str, SchoolRole)| Membership {
        mentor_of: if *role == SchoolRole::Mentor { vec![Subject::new("ben")] } else { Vec::new() },
        ..Membership::new(Subject::new(*person), *role)
    };
    Course {
        id: id.to_owned(),
        label: label.to_owned(),
        title: title.to_owned(),
        begins: None,
        ends: None,
        members: members.iter().map(membership).collect(),
        former: Vec::new(),
        roster_version: 0,
        links: Vec::new(),
        materials: Vec::new(),
    }
}

/// Hangs links to this tool into every course: in the first course two links to one resource, each under its own id, and
/// the three special ones ([`PRIVATE_LINK`], [`ANONYMOUS_LINK`], [`CUSTOM_LINK`]); one link in every other course. The
/// courses are spread over the tool's deployments.
pub fn link_tool(school: &mut School, client_id: &ClientId, deployment_ids: &[DeploymentId]) {
    let Some(first) = deployment_ids.first() else { return };
    for (index, course) in school.courses.iter_mut().enumerate() {
        let deployment_id = deployment_ids.get(index).unwrap_or(first);
        for (title, description) in links_for(index) {
            // As `School::fresh_id` makes them: the courses are borrowed here.
            school.links_made += 1;
            let id = format!("{}-link-{}", course.id, school.links_made);
            course.links.push(link(id, title, description, client_id, deployment_id));
        }
    }
}

/// The links a course gets: title and description.
fn links_for(course: usize) -> &'static [(&'static str, &'static str)] {
    match course {
        0 => &[
            ("Reading: movable type", "The first link to the resource"),
            ("Revision before the exam", "The same resource, linked a second time"),
            (PRIVATE_LINK, "The tool learns the user id, and neither name nor e-mail address"),
            (ANONYMOUS_LINK, "The tool does not learn who launches it"),
            (CUSTOM_LINK, "With variables for the platform to resolve, some of which it does not know"),
        ],
        _ => &[("Lab notebook", "The tool in another course, and another deployment if it has one")],
    }
}

/// A link with nothing but a title.
pub(super) fn plain_link(
    id: String,
    title: &str,
    description: Option<String>,
    client_id: ClientId,
    deployment_id: DeploymentId,
) -> Link {
    Link {
        id: ResourceLinkId::new(id),
        title: title.to_owned(),
        description,
        client_id,
        deployment_id,
        target_link_uri: None,
        due: None,
        submission_from: None,
        available_from: None,
        available_until: None,
        icon: None,
        iframe: None,
        window: None,
        lti11_resource_link_id: None,
        privacy: Privacy::Full,
        custom: BTreeMap::new(),
    }
}

fn link(id: String, title: &str, description: &str, client_id: &ClientId, deployment_id: &DeploymentId) -> Link {
    let (privacy, due, custom) = match title {
        PRIVATE_LINK => (Privacy::Id, None, PLAIN),
        ANONYMOUS_LINK => (Privacy::Anonymous, None, PLAIN),
        // Noon of 11 December 2026.
        CUSTOM_LINK => (Privacy::Full, Some(Timestamp::from_secs(1_796_990_400)), VARIABLES),
        _ => (Privacy::Full, None, PLAIN),
    };
    let description = Some(description.to_owned());
    Link {
        due,
        privacy,
        custom: custom.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..plain_link(id, title, description, client_id.clone(), deployment_id.clone())
    }
}

const PLAIN: &[(&str, &str)] = &[("chapter", "3"), ("empty", "")];

/// One of each kind: resolved from a claim, from the school's own records, supported without a value, unknown to the
/// school, a vendor's, and values that name no variable though they hold a `$`.
const VARIABLES: &[(&str, &str)] = &[
    ("chapter", "3"),
    ("empty", ""),
    ("price", "costs $5"),
    ("sign", "$"),
    ("user_id", "$User.id"),
    ("username", "$User.username"),
    ("full_name", "$Person.name.full"),
    ("middle_name", "$Person.name.middle"),
    ("email", "$Person.email.primary"),
    ("roles", "$Membership.role"),
    ("context_id", "$Context.id"),
    ("context_title", "$Context.title"),
    ("link_id", "$ResourceLink.id"),
    ("course_begins", "$CourseSection.timeFrame.begin"),
    ("due", "$ResourceLink.submission.endDateTime"),
    ("due_for_user", "$ResourceLink.submission.user.endDateTime"),
    ("history", "$Context.id.history"),
    ("return_url", "$Message.returnUrl"),
    ("guid", "$ToolPlatformInstance.guid"),
    ("gender", "$Person.gender"),
    ("vendor", "$com.example.Foo.bar"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everybody_enrolled_exists_and_the_awkward_people_are_there() {
        let school = school();
        for membership in school.courses.iter().flat_map(|course| &course.members) {
            assert!(school.person(&membership.person).is_some());
        }
        assert!(school.people.iter().any(|person| person.email.is_none()));
        assert!(school.people.iter().any(|person| person.name == "田中 葵"));
        assert!(school.people.iter().any(|person| person.administrator));
        assert!(school.people.iter().any(|person| person.test_user));
    }

    #[test]
    fn two_links_lead_to_one_resource_under_two_ids() {
        let mut school = school();
        link_tool(&mut school, &ClientId::new("quiz"), &[DeploymentId::new("d1"), DeploymentId::new("d2")]);
        let links: Vec<&Link> = school.courses.iter().flat_map(|course| &course.links).collect();
        assert_eq!(links.len(), 6);
        assert_eq!(links.iter().map(|link| &link.id).collect::<BTreeSet<_>>().len(), 6);
        assert_eq!(links[0].deployment_id, DeploymentId::new("d1"));
        assert_eq!(links[5].deployment_id, DeploymentId::new("d2"));
        let with = |privacy| links.iter().filter(|link| link.privacy == privacy).count();
        assert_eq!((with(Privacy::Id), with(Privacy::Anonymous)), (1, 1));
    }
}
