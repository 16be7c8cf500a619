//! How real platforms differ: each variant dresses every launch of a run as one of them sends it.
//!
//! A variant changes nothing that a rule forbids, so a sound tool passes under all of them. It shows the tools that know
//! one platform only: those fail at the first sound launch, or in a case that went well without it. What a platform is
//! said to do is said with a source; what nobody has written down is left out. What a tool has registered (issuer, client
//! id, deployment, key id) stays as the configuration says, whatever shapes the real platform gives it, and so do the
//! users' identifiers.

mod blackboard;
mod brightspace;
mod canvas;
mod moodle;
mod sakai;
mod schoology;

use http::Method;
use serde_json::Value;

use crate::{
    exchange::{INSTITUTION, MEMBERSHIP, Plan, lti},
    forge::Token,
    world::World,
};

/// The namespace of system roles.
const SYSTEM: &str = "http://purl.imsglobal.org/vocab/lis/v2/system/person#";
/// The claim of the grade service.
const AGS: &str = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";
/// The claim of the roster service.
const NRPS: &str = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";
/// The scopes of the grade service, below this.
const AGS_SCOPE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/";

/// Something that a platform does and others do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habit {
    /// What it sends, or how.
    pub what: &'static str,
    /// Where that is written, or how it was seen.
    pub source: &'static str,
}

/// A platform's way to launch.
pub struct Variant {
    /// The name on the command line.
    pub name: &'static str,
    /// The platform, for people.
    pub system: &'static str,
    /// What it does that others do not.
    pub habits: &'static [Habit],
    /// The flawed doubles that pass the sound launch of the suite and fail this one: they prove that the variant shows
    /// tools which cannot live with it.
    pub refused_by: &'static [&'static str],
    /// Whether its logins come by GET.
    by_get: bool,
    /// Dresses the login initiation.
    login: fn(&mut Plan, &World),
    /// Dresses the ID token.
    token: fn(&mut Token, &Plan, &World),
    /// Further fields of the form that brings the ID token.
    fields: &'static [(&'static str, &'static str)],
    /// Dresses a published key.
    key: fn(&mut Value),
}

impl std::fmt::Debug for Variant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Variant").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Every variant.
pub static ALL: [&Variant; 6] = [
    &canvas::CANVAS,
    &moodle::MOODLE,
    &blackboard::BLACKBOARD,
    &brightspace::BRIGHTSPACE,
    &sakai::SAKAI,
    &schoology::SCHOOLOGY,
];

/// The variant with this name.
pub fn find(name: &str) -> Option<&'static Variant> {
    ALL.into_iter().find(|variant| variant.name == name)
}

/// The names of all variants.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|variant| variant.name).collect()
}

impl Variant {
    /// How its logins are sent, where it has one way.
    pub(crate) const fn method(&self) -> Option<Method> {
        if self.by_get { Some(Method::GET) } else { None }
    }

    /// Dresses a launch before it begins.
    pub(crate) fn dress_login(&self, plan: &mut Plan, world: &World) {
        (self.login)(plan, world);
    }

    /// Dresses the sound ID token of a launch.
    pub(crate) fn dress_token(&self, token: &mut Token, plan: &Plan, world: &World) {
        (self.token)(token, plan, world);
    }

    /// Dresses the fields of the response: what is there already stays.
    pub(crate) fn dress_fields(&self, fields: &mut Vec<(String, String)>) {
        for (name, value) in self.fields {
            if !fields.iter().any(|(known, _)| known == name) {
                fields.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
    }

    /// What dresses a published key.
    pub(crate) const fn key(&self) -> fn(&mut Value) {
        self.key
    }
}

/// Leaves a key as it is.
fn plain_key(_: &mut Value) {}

/// Leaves a login as it is.
fn plain_login(_: &mut Plan, _: &World) {}

/// The lifetime of a token, in seconds.
fn good_for(token: &mut Token, world: &World, seconds: i64) {
    let now = world.clock.now();
    token.set("iat", now);
    token.set("exp", now + seconds);
}

/// Whether somebody teaches, and so gets the roles of a teacher.
fn teaches(plan: &Plan) -> bool {
    plan.person.roles.iter().any(|role| role.strip_prefix(MEMBERSHIP) == Some("Instructor"))
}

/// Sets the roles: full names by namespace.
fn set_roles(token: &mut Token, roles: &[(&str, &str)]) {
    let roles: Vec<String> = roles.iter().map(|(namespace, role)| format!("{namespace}{role}")).collect();
    token.set(&lti("roles"), roles);
}

/// The scopes of the grade service, in full.
fn ags_scopes(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{AGS_SCOPE}{name}")).collect()
}

/// An address of the platform.
fn address(world: &World, path: &str) -> String {
    world.platform.url(0, path)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ALL, find, names};
    use crate::double::tool::ToolFlaw;

    #[test]
    fn every_variant_has_a_name_habits_with_sources_and_a_proof() {
        assert_eq!(names().into_iter().collect::<BTreeSet<_>>().len(), ALL.len());
        for variant in ALL {
            assert_eq!(find(variant.name).map(|found| found.name), Some(variant.name));
            assert!(variant.habits.len() >= 3, "{}", variant.name);
            for habit in variant.habits {
                assert!(!habit.what.is_empty() && habit.source.len() > 10, "{}: {}", variant.name, habit.what);
            }
            assert!(!variant.refused_by.is_empty(), "{}", variant.name);
            for flaw in variant.refused_by {
                assert!(ToolFlaw::from_name(flaw).is_some(), "{}: no flaw is called {flaw}", variant.name);
            }
        }
        assert!(find("none").is_none());
    }
}
