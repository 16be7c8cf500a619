//! The school as it is on the first day: a handful of people and two courses, with what trips tools up among them: a
//! name in Japanese script, somebody without an e-mail address, a mentor, somebody who administers the school, and two
//! links to one resource.

use std::collections::BTreeMap;

use lti_core::id::{DeploymentId, ResourceLinkId, Subject};

use super::school::{Course, Link, Membership, Person, School, SchoolRole};
use crate::registration::ToolRegistration;

/// The school without any tools.
pub fn school() -> School {
    School {
        name: "Lindenhof School".to_owned(),
        guid: "lindenhof.school.example".to_owned(),
        people: people(),
        courses: vec![
            course(
                "hist-101",
                "HIST 101",
                "History of Printing",
                &[
                    ("ada", SchoolRole::Instructor),
                    ("chloe", SchoolRole::TeachingAssistant),
                    ("aoi", SchoolRole::Learner),
                    ("ben", SchoolRole::Learner),
                    ("noor", SchoolRole::Learner),
                    ("ingrid", SchoolRole::Mentor),
                ],
            ),
            course(
                "bio-204",
                "BIO 204",
                "Plant Biology",
                &[
                    ("chloe", SchoolRole::Instructor),
                    ("sam", SchoolRole::Administrator),
                    ("aoi", SchoolRole::Learner),
                    ("noor", SchoolRole::Learner),
                ],
            ),
        ],
        links_made: 0,
    }
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
        person("ben", "Benedikt", "Okafor", Some("ben.okafor@lindenhof.example"), "de-DE"),
        person("noor", "Noor", "Haddad", None, "ar"),
        person("ingrid", "Ingrid", "Solberg", Some("ingrid.solberg@lindenhof.example"), "nb-NO"),
        Person { administrator: true, ..person("sam", "Sam", "Rivera", Some("sam.rivera@lindenhof.example"), "en-US") },
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
    }
}

fn course(id: &str, label: &str, title: &str, members: &[(&str, SchoolRole)]) -> Course {
    let membership = |(person, role): &(&str, SchoolRole)| Membership {
        person: Subject::new(*person),
        role: *role,
        mentor_of: if *role == SchoolRole::Mentor { vec![Subject::new("ben")] } else { Vec::new() },
    };
    Course {
        id: id.to_owned(),
        label: label.to_owned(),
        title: title.to_owned(),
        members: members.iter().map(membership).collect(),
        links: Vec::new(),
    }
}

/// Hangs links to this tool into every course: in the first course two links to one resource, each under its own id,
/// and one link in every other course, spread over the tool's deployments.
pub fn link_tool(school: &mut School, tool: &ToolRegistration) {
    let Some(first) = tool.deployment_ids().first() else { return };
    for (index, course) in school.courses.iter_mut().enumerate() {
        let deployment_id = tool.deployment_ids().get(index).unwrap_or(first);
        for (title, description) in links_for(index) {
            school.links_made += 1;
            let id = format!("{}-link-{}", course.id, school.links_made);
            course.links.push(link(id, title, description, tool, deployment_id));
        }
    }
}

/// The links a course gets: title and description.
fn links_for(course: usize) -> &'static [(&'static str, &'static str)] {
    match course {
        0 => &[
            ("Reading: movable type", "The first link to the resource"),
            ("Revision before the exam", "The same resource, linked a second time"),
        ],
        _ => &[("Lab notebook", "The tool in another course, and another deployment if it has one")],
    }
}

fn link(id: String, title: &str, description: &str, tool: &ToolRegistration, deployment_id: &DeploymentId) -> Link {
    Link {
        id: ResourceLinkId::new(id),
        title: title.to_owned(),
        description: Some(description.to_owned()),
        client_id: tool.client_id().clone(),
        deployment_id: deployment_id.clone(),
        target_link_uri: None,
        custom: BTreeMap::from([("chapter".to_owned(), "3".to_owned()), ("empty".to_owned(), String::new())]),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::BTreeSet;

    use lti_core::id::ClientId;

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
    }

    #[test]
    fn two_links_lead_to_one_resource_under_two_ids() {
        let launch = "https://tool.example/launch";
        let tool =
            ToolRegistration::new(ClientId::new("quiz"), "https://tool.example/login", [launch], launch).unwrap();
        let tool = tool.deployed_as(DeploymentId::new("d1")).unwrap().deployed_as(DeploymentId::new("d2")).unwrap();
        let mut school = school();
        link_tool(&mut school, &tool);
        let links: Vec<&Link> = school.courses.iter().flat_map(|course| &course.links).collect();
        assert_eq!(links.len(), 3);
        assert_eq!(links.iter().map(|link| &link.id).collect::<BTreeSet<_>>().len(), 3);
        assert_eq!(links[0].deployment_id, DeploymentId::new("d1"));
        assert_eq!(links[2].deployment_id, DeploymentId::new("d2"));
    }
}
