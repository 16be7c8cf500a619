//! `PowerSchool` Schoology.

use serde_json::json;

use super::{Habit, MEMBERSHIP, Variant, good_for, plain_key, plain_login, set_roles, teaches};
use crate::{exchange::Plan, forge::Token, world::World};

/// A token of 2024 that the developers of a library keep as a fixture.
const RECORDED: &str = "a token recorded in 2024, kept as a test fixture by Atomic LTI (secure.rs, test_schoology)";

pub(super) static SCHOOLOGY: Variant = Variant {
    name: "schoology",
    system: "Schoology",
    habits: &[
        Habit { what: "aud is an array of one, without azp", source: RECORDED },
        Habit { what: "a token is good for ten minutes", source: RECORDED },
        Habit {
            what: "a teacher who administers is Administrator and Instructor of the course, in this order",
            source: RECORDED,
        },
    ],
    refused_by: &["aud-array-refused"],
    by_get: false,
    login: plain_login,
    token,
    fields: &[],
    key: plain_key,
};

fn token(token: &mut Token, plan: &Plan, world: &World) {
    good_for(token, world, 600);
    token.set("aud", json!([world.client_id(plan.registration)]));
    if teaches(plan) {
        set_roles(token, &[(MEMBERSHIP, "Administrator"), (MEMBERSHIP, "Instructor")]);
    }
}
