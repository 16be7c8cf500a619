//! Moodle 4.5, activity module `mod_lti`.

use serde_json::json;

use super::{AGS, Habit, MEMBERSHIP, NRPS, Variant, address, ags_scopes, good_for, plain_key, set_roles, teaches};
use crate::{
    exchange::{Plan, lti},
    forge::Token,
    world::World,
};

/// Launches that this project recorded from a running Moodle; one of them is a fixture of `lti-core`.
const RECORDED: &str = "launches recorded from a running Moodle 4.5.6 (mod_lti)";

pub(super) static MOODLE: Variant = Variant {
    name: "moodle",
    system: "Moodle 4.5",
    habits: &[
        Habit { what: "a token is good for sixty seconds", source: RECORDED },
        Habit { what: "lti_message_hint is JSON text", source: RECORDED },
        Habit { what: "context.type is the short name CourseSection", source: RECORDED },
        Habit { what: "resource_link.description has line breaks of CR LF", source: RECORDED },
        Habit {
            what: "custom holds empty texts, and variables that were not replaced, such as $User.image",
            source: RECORDED,
        },
        Habit { what: "the claim ext, and the claim of Basic Outcomes with JSON in its sourcedid", source: RECORDED },
        Habit { what: "addresses of line items have a query", source: RECORDED },
        Habit { what: "service_versions of the roster service are 1.0 and 2.0", source: RECORDED },
        Habit { what: "one role, Instructor or Learner, unless somebody administers the site", source: RECORDED },
    ],
    refused_by: &[
        "lifetime-wanted",
        "context-type-short-refused",
        "line-breaks-refused",
        "custom-empty-refused",
        "custom-variable-refused",
        "claims-closed",
        "services-refused",
        "locale-required",
    ],
    by_get: false,
    login,
    token,
    fields: &[],
    key: plain_key,
};

fn login(plan: &mut Plan, world: &World) {
    let hint = json!({"cmid": 2, "launchid": format!("ltilaunch1_{}", world.next_number())});
    plan.set_login("lti_message_hint", hint.to_string());
}

fn token(token: &mut Token, plan: &Plan, world: &World) {
    good_for(token, world, 60);
    token.remove("locale");
    set_roles(token, &[(MEMBERSHIP, if teaches(plan) { "Instructor" } else { "Learner" })]);
    token.set_in(&lti("context"), "type", json!(["CourseSection"]));
    token.set_in(&lti("resource_link"), "description", "Line one\r\nLine two");
    token.set(
        &lti("launch_presentation"),
        json!({
            "locale": "en", "document_target": "window",
            "return_url": address(world, "/return?course=2&launch_container=4&instanceid=1&sesskey=OVUe0HGNWh"),
        }),
    );
    token.set(&lti("lis"), json!({"person_sourcedid": "T-001", "course_section_sourcedid": "crs-0001"}));
    token.set(
        &lti("tool_platform"),
        json!({
            "product_family_code": "moodle", "version": "2024100706", "guid": "f6ac9e9565f053ae36e82f2f80978a21",
            "name": "suite", "description": "Suite Moodle",
        }),
    );
    token.set(&lti("ext"), json!({"user_username": "ada", "lms": "moodle-2"}));
    token.set(
        &lti("custom"),
        json!({
            "empty": "", "mixed_case_key": "plain value", "Mixed.Case-Key": "plain value", "semi": "a;b=c",
            "s_User_image": "$User.image", "s_context_timeframe_begin": "1767225600",
            "link_setting_url": address(world, "/mod/lti/services.php/links/{link_id}/custom"),
        }),
    );
    services(token, world);
}

fn services(token: &mut Token, world: &World) {
    token.set(
        AGS,
        json!({
            "scope": ags_scopes(&["lineitem", "lineitem.readonly", "result.readonly", "score"]),
            "lineitems": address(world, "/mod/lti/services.php/2/lineitems?type_id=1"),
            "lineitem": address(world, "/mod/lti/services.php/2/lineitems/2/lineitem?type_id=1"),
        }),
    );
    token.set(
        NRPS,
        json!({
            "context_memberships_url": address(world, "/mod/lti/services.php/CourseSection/2/bindings/1/memberships"),
            "service_versions": ["1.0", "2.0"],
        }),
    );
    let sourcedid =
        json!({"data": {"instanceid": "1", "userid": "4", "typeid": "1", "launchid": 1}, "hash": "00114e649a83"});
    token.set(
        "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome",
        json!({
            "lis_result_sourcedid": sourcedid.to_string(),
            "lis_outcome_service_url": address(world, "/mod/lti/service.php"),
        }),
    );
}
