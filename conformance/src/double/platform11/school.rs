//! The school of the double: its people, its courses and its links.

/// What somebody is in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Learner,
    Instructor,
    Mentor,
}

/// Somebody who can sign in; the password is the name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct User {
    /// The name to sign in with.
    pub(super) login: &'static str,
    /// The key of the user: `user_id`.
    pub(super) id: &'static str,
    pub(super) given: &'static str,
    pub(super) family: &'static str,
    pub(super) email: &'static str,
    pub(super) part: Part,
}

/// Everybody.
pub(super) const USERS: &[User] = &[
    User {
        login: "learner",
        id: "2101",
        given: "Noor",
        family: "Haddad",
        email: "noor.haddad@school.example",
        part: Part::Learner,
    },
    User {
        login: "learner2",
        id: "2102",
        given: "Jun",
        family: "Sato",
        email: "jun.sato@school.example",
        part: Part::Learner,
    },
    User {
        login: "teacher",
        id: "2201",
        given: "Maren",
        family: "Voss",
        email: "maren.voss@school.example",
        part: Part::Instructor,
    },
    User {
        login: "mentor",
        id: "2301",
        given: "Ilse",
        family: "Haddad",
        email: "ilse.haddad@home.example",
        part: Part::Mentor,
    },
];

/// A course.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Course {
    /// The name in addresses.
    pub(super) path: &'static str,
    pub(super) id: &'static str,
    pub(super) label: &'static str,
    pub(super) title: &'static str,
}

/// Every course.
pub(super) const COURSES: &[Course] = &[
    Course { path: "biology", id: "51", label: "BIO-101", title: "Biology" },
    Course { path: "history", id: "52", label: "HIS-201", title: "History of Łódź" },
];

/// What a link tells the tool of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shared {
    All,
    Name,
    Email,
    Nothing,
}

/// A link.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// The name in addresses.
    pub(super) path: &'static str,
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    /// The place of its course in [`COURSES`]; none for a link in the menu.
    pub(super) course: Option<usize>,
    pub(super) shared: Shared,
    /// The custom parameters as somebody typed them.
    pub(super) custom: &'static [(&'static str, &'static str)],
}

impl Link {
    /// The course that the link stands in.
    pub(super) fn course(&self) -> Option<&'static Course> {
        self.course.and_then(|place| COURSES.get(place))
    }
}

const fn link(path: &'static str, id: &'static str, title: &'static str, shared: Shared) -> Link {
    Link { path, id, title, description: "Ten questions", course: Some(0), shared, custom: &[] }
}

/// Every link.
pub(super) const LINKS: &[Link] = &[
    Link { description: "Ten questions\nabout cells", ..link("quiz", "rl-301", "Quiz & test: *cells*", Shared::All) },
    link("reading", "rl-302", "Reading 読書", Shared::All),
    Link { course: Some(1), ..link("quiz-two", "rl-303", "Quiz two", Shared::All) },
    link("named", "rl-304", "Named", Shared::Name),
    link("mailed", "rl-305", "Mailed", Shared::Email),
    link("private", "rl-306", "Private", Shared::Nothing),
    Link { course: None, ..link("menu", "rl-307", "Menu", Shared::All) },
    Link {
        custom: &[
            ("simple_key", "custom_simple_value"),
            ("Complex!@#$^*(){}[]KEY", "Complex!@#$^*(){}[]Value"),
            ("empty", ""),
            ("größe", "zwölf"),
            ("semi", "a;b=c"),
            ("unknown", "$Com.example.unknown"),
        ],
        ..link("custom", "rl-308", "Custom", Shared::All)
    },
    Link {
        custom: &[
            ("lms_sessioninfo", "12,7"),
            ("lms_cpulimit", "1.5"),
            ("lms_sub_report", "Report:*"),
            ("lms_sub_report_close", "1795400000"),
        ],
        ..link("notebook", "rl-309", "Notebook", Shared::All)
    },
];

/// The link with this name in addresses.
pub(super) fn link_at(path: &str) -> Option<&'static Link> {
    LINKS.iter().find(|link| link.path == path)
}
