//! D2L Brightspace.

use serde_json::{Value, json};

use super::{
    AGS, Habit, INSTITUTION, MEMBERSHIP, NRPS, Variant, address, ags_scopes, good_for, plain_login, set_roles, teaches,
};
use crate::{
    exchange::{Plan, lti},
    forge::Token,
    world::World,
};

/// A launch of 2020 that the developers of a tool keep as a fixture.
const RECORDED: &str = "a launch recorded in 2020, kept as a test fixture by CodeGrade (test_lti1p3)";
/// A report about its keys.
const KEYS: &str = "https://github.com/1EdTech/lti-1-3-php-library/issues/34";

pub(super) static BRIGHTSPACE: Variant = Variant {
    name: "brightspace",
    system: "D2L Brightspace",
    habits: &[
        Habit { what: "published keys say no alg", source: KEYS },
        Habit { what: "nbf, the same as iat; a token is good for half an hour", source: RECORDED },
        Habit {
            what: "the vendor claim http://www.brightspace.com, by http, with members that hold a dot",
            source: RECORDED,
        },
        Habit { what: "resource_link.description is null", source: RECORDED },
        Habit { what: "launch_presentation holds a locale alone, as en-us", source: RECORDED },
        Habit { what: "many roles in the institution behind the one in the course", source: RECORDED },
    ],
    refused_by: &[
        "key-alg-required",
        "null-refused",
        "claims-closed",
        "services-refused",
        "institution-roles-refused",
        "context-sections-only",
        "locale-required",
    ],
    by_get: false,
    login: plain_login,
    token,
    fields: &[],
    key,
};

fn key(key: &mut Value) {
    if let Some(key) = key.as_object_mut() {
        key.remove("alg");
    }
}

fn token(token: &mut Token, plan: &Plan, world: &World) {
    good_for(token, world, 1800);
    token.set("nbf", world.clock.now());
    token.remove("locale");
    let others = [(INSTITUTION, "Student"), (INSTITUTION, "Learner"), (INSTITUTION, "Mentor")];
    let mut roles = vec![(MEMBERSHIP, if teaches(plan) { "Instructor" } else { "Learner" })];
    roles.extend(others);
    set_roles(token, &roles);
    token.set_in(&lti("context"), "type", json!(["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"]));
    token.set_in(&lti("resource_link"), "description", Value::Null);
    token.set(&lti("launch_presentation"), json!({"locale": "en-us"}));
    let sourcedid = "suite_lms:Course1";
    token.set(&lti("lis"), json!({"course_offering_sourcedid": sourcedid, "course_section_sourcedid": sourcedid}));
    token.set(
        AGS,
        json!({
            "scope": ags_scopes(&["lineitem", "lineitem.readonly", "result.readonly", "score"]),
            "lineitems": address(world, "/d2l/api/lti/ags/2.0/lineitems"),
        }),
    );
    token.set(
        NRPS,
        json!({"context_memberships_url": address(world, "/d2l/api/lti/nrps/2.0/memberships"), "service_versions": ["2.0"]}),
    );
    token.set(
        "http://www.brightspace.com",
        json!({
            "tenant_id": "41b632b6-ff74-4288-b3f1-7ffb6eb14bb4", "org_defined_id": "Suite.A1", "user_id": "6324",
            "username": "ada", "ResourceLink.id.history": "", "Context.id.history": "",
        }),
    );
}
