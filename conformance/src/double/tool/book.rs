//! What the double remembers: open logins, used nonces, who is signed in, its users and its links.

use std::collections::{HashMap, HashSet};

/// How long a login stays open, in seconds.
const LOGIN_LIFETIME: i64 = 600;

/// A login that was answered with an authentication request.
#[derive(Debug, Clone)]
pub(super) struct Login {
    /// The state that went out.
    pub(super) state: String,
    /// The nonce that went out, where one did.
    pub(super) nonce: Option<String>,
    /// Which of the registered platforms.
    pub(super) platform: usize,
    /// The browser that it was opened in.
    pub(super) browser: String,
    /// The target link URI of the login.
    pub(super) target: String,
    /// The deployment that the login named.
    pub(super) deployment: Option<String>,
    /// When it was opened.
    pub(super) opened_at: i64,
    /// Whether a launch came of it.
    pub(super) done: bool,
}

/// Where a launch comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct School {
    /// Which of the registered platforms.
    pub(super) platform: usize,
    /// The deployment that the launch names.
    pub(super) deployment: String,
}

/// What the double keeps records of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A user, with their name.
    User,
    /// A link, with its title.
    Link,
    /// A course, with its title.
    Course,
}

/// Somebody who is signed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Visitor {
    /// The user as the tool knows them: `sub`; empty for an anonymous one.
    pub(super) user: String,
    /// The name to greet.
    pub(super) name: String,
    /// Whether the instructor's page is shown.
    pub(super) instructor: bool,
    /// The title of the resource link.
    pub(super) link_title: String,
    /// The id of the resource link as the tool keeps it.
    pub(super) link_id: String,
    /// The title of the course.
    pub(super) course: String,
    /// The account of an older integration that the user is linked to; empty where there is none.
    pub(super) former: String,
    /// What the launch offers the tool to call.
    pub(super) offer: Option<Offer>,
}

/// What a launch offers the tool to call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Offer {
    /// Which of the registered platforms.
    pub(super) platform: usize,
    /// The deployment of the launch.
    pub(super) deployment: String,
    /// The user as the platform knows them.
    pub(super) user: String,
    /// The resource link as the platform knows it.
    pub(super) link: String,
    /// The line item of the link.
    pub(super) item: Option<String>,
    /// The list of line items.
    pub(super) items: Option<String>,
    /// The roster.
    pub(super) members: Option<String>,
}

/// The double's memory.
#[derive(Debug, Default)]
pub(super) struct Book {
    logins: Vec<Login>,
    nonces: HashSet<(usize, String)>,
    sessions: HashMap<String, Visitor>,
    users: HashMap<(usize, String), String>,
    links: HashMap<(usize, String), String>,
    records: HashMap<(Kind, String), (School, String)>,
}

impl Book {
    /// Keeps a login open.
    pub(super) fn open(&mut self, login: Login) {
        self.logins.push(login);
    }

    /// Forgets every login of this browser.
    pub(super) fn forget_browser(&mut self, browser: &str) {
        self.logins.retain(|login| login.browser != browser);
    }

    /// The latest login that fits and is not too old.
    pub(super) fn login(&self, now: i64, fits: impl Fn(&Login) -> bool) -> Option<&Login> {
        self.logins.iter().rev().find(|login| login.opened_at + LOGIN_LIFETIME >= now && fits(login))
    }

    /// How many logins were ever opened here.
    pub(super) fn count(&self) -> usize {
        self.logins.len()
    }

    /// Closes the login with this state.
    pub(super) fn close(&mut self, state: &str) {
        for login in self.logins.iter_mut().filter(|login| login.state == state) {
            login.done = true;
        }
    }

    /// Whether a login with this nonce fits.
    pub(super) fn issued(&self, nonce: &str, fits: impl Fn(&Login) -> bool) -> bool {
        self.logins.iter().any(|login| login.nonce.as_deref() == Some(nonce) && fits(login))
    }

    /// Uses a nonce of a platform; false if it was used before.
    pub(super) fn use_nonce(&mut self, platform: usize, nonce: &str) -> bool {
        self.nonces.insert((platform, nonce.to_owned()))
    }

    /// Signs somebody in.
    pub(super) fn sign_in(&mut self, session: String, visitor: Visitor) {
        self.sessions.insert(session, visitor);
    }

    /// Who is signed in.
    pub(super) fn visitor(&self, session: &str) -> Option<&Visitor> {
        self.sessions.get(session)
    }

    /// The user whom a platform's users are kept under by this key, the first who came with it.
    pub(super) fn user(&mut self, platform: usize, key: &str, user: &str) -> String {
        self.users.entry((platform, key.to_owned())).or_insert_with(|| user.to_owned()).clone()
    }

    /// Opens a record, or makes it, and says whose name it shows: the school that made it may rename it, any other only
    /// where `overwrite` says so.
    pub(super) fn record(&mut self, kind: Kind, key: String, school: &School, name: String, overwrite: bool) -> String {
        let (owner, shown) = self.records.entry((kind, key)).or_insert_with(|| (school.clone(), name.clone()));
        if overwrite || owner == school {
            *shown = name;
        }
        shown.clone()
    }

    /// The name that a record shows.
    pub(super) fn recorded(&self, kind: Kind, key: &str) -> Option<String> {
        self.records.get(&(kind, key.to_owned())).map(|(_, shown)| shown.clone())
    }

    /// The link that a platform's links are kept under by this key, the first that came with it.
    pub(super) fn link(&mut self, platform: usize, key: &str, link: &str) -> String {
        self.links.entry((platform, key.to_owned())).or_insert_with(|| link.to_owned()).clone()
    }
}
