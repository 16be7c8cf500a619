//! The school: its people, its courses and its links.

/// What somebody is in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Learner,
    Instructor,
    Mentor,
}

/// Somebody who can sign in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct User {
    /// The name to sign in with.
    pub(super) login: &'static str,
    /// The password.
    pub(super) password: &'static str,
    /// The permanent identifier: `sub`.
    pub(super) sub: &'static str,
    /// What a login names this user by.
    pub(super) hint: &'static str,
    /// The given name.
    pub(super) given: &'static str,
    /// The family name.
    pub(super) family: &'static str,
    /// The e-mail address.
    pub(super) email: &'static str,
    /// What this user is in both courses.
    pub(super) part: Part,
}

impl User {
    /// The full name.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

/// Everybody.
pub(super) const USERS: &[User] = &[
    User {
        login: "learner",
        password: "learner",
        sub: "0d3c7a52-8f61-4a86-9f6e-2b1a54cfe101",
        hint: "person-101",
        given: "Noor",
        family: "Haddad",
        email: "noor.haddad@school.example",
        part: Part::Learner,
    },
    User {
        login: "learner2",
        password: "learner2",
        sub: "6b0f21d9-4c0e-4f5d-8a77-90e7c1b3d102",
        hint: "person-102",
        given: "Jun",
        family: "Sato",
        email: "jun.sato@school.example",
        part: Part::Learner,
    },
    User {
        login: "teacher",
        password: "teacher",
        sub: "f2a9e8c4-1d37-4b92-b5d0-6e4f7a08c201",
        hint: "person-201",
        given: "Maren",
        family: "Voss",
        email: "maren.voss@school.example",
        part: Part::Instructor,
    },
    User {
        login: "teacher2",
        password: "teacher2",
        sub: "c84b6a1f-29e5-4d7c-8a60-b1d93e57f202",
        hint: "person-202",
        given: "Tomas",
        family: "Lind",
        email: "tomas.lind@school.example",
        part: Part::Instructor,
    },
    User {
        login: "mentor",
        password: "mentor",
        sub: "93d5b7e0-72ac-4e18-a3c4-15f08d6b9301",
        hint: "person-301",
        given: "Ilse",
        family: "Haddad",
        email: "ilse.haddad@home.example",
        part: Part::Mentor,
    },
];

/// The learner whose mentor the school's mentor is.
pub(super) const MENTORED: &User = &USERS[0];

/// A course.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Course {
    /// The name in addresses.
    pub(super) path: &'static str,
    /// The context id.
    pub(super) id: &'static str,
    /// The short name.
    pub(super) label: &'static str,
    /// The title.
    pub(super) title: &'static str,
}

/// Every course.
pub(super) const COURSES: &[Course] = &[
    Course { path: "course-1", id: "ctx-5f1e77", label: "BIO-101", title: "Biology" },
    Course { path: "course-2", id: "ctx-a0c294", label: "HIS-201", title: "History" },
];

/// What a link tells the tool of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Privacy {
    /// Identifier, names and e-mail address.
    Full,
    /// The identifier alone.
    Private,
    /// Nothing.
    Anonymous,
}

/// A resource link.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// The name in addresses.
    pub(super) path: &'static str,
    /// The resource link id.
    pub(super) id: &'static str,
    /// The title.
    pub(super) title: &'static str,
    /// The description.
    pub(super) description: &'static str,
    /// Its course: the place in [`COURSES`].
    pub(super) course: usize,
    /// What it tells of the user.
    pub(super) privacy: Privacy,
    /// The custom parameters as somebody typed them.
    pub(super) custom: &'static [(&'static str, &'static str)],
}

impl Link {
    /// The course that the link stands in.
    pub(super) fn course(&self) -> &'static Course {
        // The table below names no third course.
        COURSES.get(self.course).unwrap_or(&COURSES[0])
    }
}

/// A link with this name, id, title and description, in the first course.
const fn link(path: &'static str, id: &'static str, title: &'static str, description: &'static str) -> Link {
    Link { path, id, title, description, course: 0, privacy: Privacy::Full, custom: &[] }
}

/// Every link.
pub(super) const LINKS: &[Link] = &[
    link("quiz", "rl-c41d09", "Quiz", "Ten questions about cells"),
    link("reading", "rl-77be13", "Reading", "Chapter three"),
    Link { course: 1, ..link("quiz-two", "rl-e8820a", "Quiz two", "Ten questions about Rome") },
    Link {
        privacy: Privacy::Private,
        ..link("private-quiz", "rl-3d5fa6", "Private quiz", "Nobody is told who you are")
    },
    Link { privacy: Privacy::Anonymous, ..link("anonymous-quiz", "rl-196c58", "Anonymous quiz", "Nobody can tell") },
    Link {
        custom: &[
            ("user", "$User.id"),
            ("link_title", "$ResourceLink.title"),
            ("unknown", "$Com.example.unknown"),
            ("middle", "$Person.name.middle"),
            ("plain", "text with spaces"),
        ],
        ..link("custom-quiz", "rl-b2e740", "Custom quiz", "With parameters of its own")
    },
];

/// The link with this name in addresses.
pub(super) fn link_at(path: &str) -> Option<&'static Link> {
    LINKS.iter().find(|link| link.path == path)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{COURSES, LINKS, USERS};

    #[test]
    fn ids_differ_and_every_link_has_its_course() {
        let ids: HashSet<_> = LINKS.iter().map(|link| link.id).collect();
        assert_eq!(ids.len(), LINKS.len());
        assert!(LINKS.iter().all(|link| link.course < COURSES.len()));
        let subs: HashSet<_> = USERS.iter().flat_map(|user| [user.sub, user.hint]).collect();
        assert_eq!(subs.len(), 2 * USERS.len());
    }
}
