//! The claims about the user: identity and roles (LTI Core 1.3, 5.3.6 and 5.3.7).

use lti_core::message::claims;
use serde_json::{Map, Value, json};

use super::{
    PlatformDouble, PlatformFlaw, RoleFlaw, UserFlaw,
    book::Launch,
    school::{MENTORED, Part, Privacy, User},
};

const MEMBERSHIP: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership";
const INSTITUTION: &str = "http://purl.imsglobal.org/vocab/lis/v2/institution/person";
/// The language that everybody reads.
pub(super) const LOCALE: &str = "en-GB";

impl PlatformDouble {
    /// Who launches, as far as the link tells it, and with which roles.
    pub(super) fn user_claims(&self, launch: &Launch) -> Map<String, Value> {
        let user = launch.user;
        let flaw = match self.flaw {
            Some(PlatformFlaw::User(flaw)) => Some(flaw),
            _ => None,
        };
        let privacy = launch.link.privacy;
        let mut told = Map::new();
        if privacy != Privacy::Anonymous || flaw == Some(UserFlaw::AnonymousSub) {
            told.insert("sub".to_owned(), json!(user.sub));
            told.insert("locale".to_owned(), json!(LOCALE));
        }
        let names = match privacy {
            Privacy::Full => flaw != Some(UserFlaw::NamesNever),
            Privacy::Private => flaw == Some(UserFlaw::NamesAlways),
            Privacy::Anonymous => flaw == Some(UserFlaw::AnonymousNamed),
        };
        if names {
            let blank = if flaw == Some(UserFlaw::NamesUntrimmed) { " " } else { "" };
            told.insert("given_name".to_owned(), json!(format!("{}{blank}", user.given)));
            told.insert("family_name".to_owned(), json!(user.family));
            told.insert("name".to_owned(), json!(user.name()));
        }
        if privacy == Privacy::Full || (privacy == Privacy::Private && flaw == Some(UserFlaw::EmailAlways)) {
            told.insert("email".to_owned(), json!(user.email));
        }
        if let Some(flaw) = flaw {
            self.spoil_sub(&mut told, flaw, launch);
        }
        self.add_roles(&mut told, launch);
        told
    }

    fn spoil_sub(&self, told: &mut Map<String, Value>, flaw: UserFlaw, launch: &Launch) {
        // Nobody has an identifier on an anonymous link, not even a wrong one.
        let Some(sub) = told.get_mut("sub") else { return };
        *sub = match flaw {
            UserFlaw::SubMissing => {
                told.remove("sub");
                return;
            }
            UserFlaw::SubNumber => json!(launch.user.hint.trim_start_matches("person-").parse::<u32>().unwrap_or(0)),
            UserFlaw::SubLong => json!(format!("{}-{}", launch.user.sub, "0".repeat(300))),
            UserFlaw::SubNotAscii => json!(format!("{}-{}", launch.user.hint, "\u{e9}l\u{e8}ve")),
            UserFlaw::SubEmpty => json!(""),
            UserFlaw::SubPerLaunch => json!(self.random.draw()),
            UserFlaw::SubShared => json!("school"),
            _ => return,
        };
    }

    fn add_roles(&self, told: &mut Map<String, Value>, launch: &Launch) {
        let roles = match self.flaw {
            Some(PlatformFlaw::Role(RoleFlaw::Missing)) if launch.link.privacy != Privacy::Anonymous => None,
            Some(PlatformFlaw::Role(flaw)) => Some(spoilt_roles(flaw, launch.user)),
            Some(PlatformFlaw::User(UserFlaw::AnonymousRoleless)) if launch.link.privacy == Privacy::Anonymous => None,
            _ => Some(json!(roles(launch.user))),
        };
        let among = |role: &Value| role.as_str().is_some_and(|role| role.ends_with("#Mentor") || role == "Mentor");
        let as_mentor = roles.as_ref().and_then(Value::as_array).is_some_and(|roles| roles.iter().any(among));
        if let Some(roles) = roles {
            told.insert(claims::ROLES.to_owned(), roles);
        }
        // Whom a mentor looks after is the identity of others, so it follows the link's privacy as well.
        let mentors = as_mentor && launch.link.privacy != Privacy::Anonymous;
        if mentors || self.has(RoleFlaw::MentorScope) {
            told.insert(claims::ROLE_SCOPE_MENTOR.to_owned(), json!([MENTORED.sub]));
        }
    }
}

/// The role at the institution, the one in the course, and for instructors which kind of instructor.
pub(super) fn roles(user: &User) -> Vec<String> {
    let (institution, course) = match user.part {
        Part::Learner => ("Student", "Learner"),
        Part::Instructor => ("Faculty", "Instructor"),
        Part::Mentor => ("Other", "Mentor"),
    };
    let mut roles = vec![format!("{INSTITUTION}#{institution}"), format!("{MEMBERSHIP}#{course}")];
    if user.part == Part::Instructor {
        roles.push(format!("{MEMBERSHIP}/Instructor#PrimaryInstructor"));
    }
    roles
}

fn spoilt_roles(flaw: RoleFlaw, user: &User) -> Value {
    let mut roles = roles(user);
    let simple = match user.part {
        Part::Learner => "Learner",
        Part::Instructor => "Instructor",
        Part::Mentor => "Mentor",
    };
    let sub_role = match user.part {
        Part::Learner => "Learner#GuestLearner",
        Part::Instructor => "Instructor#Lecturer",
        Part::Mentor => "Mentor#Tutor",
    };
    match flaw {
        RoleFlaw::Text => return json!(format!("{MEMBERSHIP}#{simple}")),
        RoleFlaw::EmptyText => roles = vec![String::new()],
        RoleFlaw::UnknownOnly => roles = vec![format!("https://lms.example/roles#{}", user.login)],
        RoleFlaw::Simple => roles = vec![simple.to_owned()],
        RoleFlaw::SubAlone => {
            roles.truncate(1);
            roles.push(format!("{MEMBERSHIP}/{sub_role}"));
        }
        RoleFlaw::ForeignBare => roles.push("house_captain".to_owned()),
        RoleFlaw::LearnersTeach if user.part == Part::Learner => roles.push(format!("{MEMBERSHIP}#Instructor")),
        RoleFlaw::Missing | RoleFlaw::LearnersTeach | RoleFlaw::MentorScope => {}
    }
    json!(roles)
}
