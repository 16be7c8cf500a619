//! Canvas LMS.

use serde_json::json;

use super::{
    AGS, Habit, INSTITUTION, MEMBERSHIP, NRPS, SYSTEM, Variant, address, ags_scopes, good_for, plain_key, teaches,
};
use crate::{
    exchange::{Plan, lti},
    forge::Token,
    world::World,
};

/// A launch recorded from a Canvas of 2025 and published by the developers of a tool.
const RECORDED: &str =
    "a launch recorded in 2025, published in alt-cs-lab/lti-toolkit, docs/content/02-lti/02-lti13-tool";
/// What Instructure writes for developers.
const DOCUMENTED: &str =
    "https://developerdocs.instructure.com/services/canvas/external-tools/lti/file.lti_launch_overview";

pub(super) static CANVAS: Variant = Variant {
    name: "canvas",
    system: "Canvas LMS",
    habits: &[
        Habit {
            what: "canvas_region, canvas_environment and lti_storage_target beside the login parameters",
            source: DOCUMENTED,
        },
        Habit { what: "lti_message_hint is a JWT of several hundred letters", source: RECORDED },
        Habit { what: "utf8, authenticity_token and lti_storage_target beside id_token and state", source: RECORDED },
        Habit { what: "azp names the tool beside an aud of one string", source: RECORDED },
        Habit { what: "a token is good for an hour", source: RECORDED },
        Habit {
            what: "roles of the institution, the course and the system in one list, system/person#User for everybody",
            source: RECORDED,
        },
        Habit {
            what: "lis holds variables that were not replaced, such as $CourseSection.sourcedId",
            source: RECORDED,
        },
        Habit { what: "lti11_legacy_user_id, lti1p1 without a key, a placement that is null", source: RECORDED },
        Habit { what: "claims of the grade, roster, notification and EULA services", source: RECORDED },
    ],
    refused_by: &[
        "login-params-closed",
        "extra-fields-refused",
        "azp-refused",
        "claims-closed",
        "services-refused",
        "migration-refused",
        "migration-closed",
        "institution-roles-refused",
        "system-roles-refused",
        "context-sections-only",
    ],
    by_get: false,
    login,
    token,
    fields: &[
        ("utf8", "\u{2713}"),
        (
            "authenticity_token",
            "0tT0C8svDcwBdK19trVo7sVrcT+lSkf6g7Vw8YjJel6W599ypx19/jM75w7+5QKHnTpGVdEOFsvahx+ixpsMbA==",
        ),
        ("lti_storage_target", STORAGE),
    ],
    key: plain_key,
};

/// The frame in which Canvas keeps what a tool may not keep in a cookie.
const STORAGE: &str = "post_message_forwarding";
/// A message hint as Canvas makes them: a JWT that only Canvas can read. This one is signed by nobody.
const HINT: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ2ZXJpZmllciI6IjAiLCJjYW52YXNfZG9tYWluIjoic3VpdGUudGVzdCIsImNvbnRleHRfdHlwZSI6IkNvdXJzZSIsImNvbnRleHRfaWQiOjEwMDAwMDAwMDAwMDAxLCJjYW52YXNfbG9jYWxlIjoiZW4iLCJpbmNsdWRlX3N0b3JhZ2VfdGFyZ2V0Ijp0cnVlLCJleHAiOjE3NDk2NjI4MDh9";

fn login(plan: &mut Plan, world: &World) {
    plan.set_login("lti_message_hint", format!("{HINT}.{:043}", world.next_number()));
    plan.set_login("canvas_environment", "prod");
    plan.set_login("canvas_region", "not_configured");
    plan.set_login("lti_storage_target", STORAGE);
}

fn token(token: &mut Token, plan: &Plan, world: &World) {
    good_for(token, world, 3600);
    token.set("azp", world.client_id(plan.registration));
    token.set("locale", "en");
    token.set("picture", address(world, "/images/thumbnails/1/a"));
    let role = if teaches(plan) { ("Instructor", "Instructor") } else { ("Student", "Learner") };
    super::set_roles(token, &[(INSTITUTION, role.0), (MEMBERSHIP, role.1), (SYSTEM, "User")]);
    token.set_in(&lti("context"), "type", json!(["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"]));
    token.set_in(&lti("resource_link"), "description", "<p>Read this first.</p>");
    token.set_in(&lti("launch_presentation"), "locale", "en");
    token.set(
        &lti("lis"),
        json!({"person_sourcedid": "7858675309", "course_offering_sourcedid": "$CourseSection.sourcedId"}),
    );
    token.set(&lti("custom"), json!({"chapter": "one"}));
    token.set(
        &lti("tool_platform"),
        json!({"guid": "zOUAtkfS3g:canvas-lms", "name": "Suite School", "version": "cloud", "product_family_code": "canvas"}),
    );
    services(token, world);
    let legacy = format!("legacy-{}", plan.person.sub);
    token.set(&lti("lti11_legacy_user_id"), legacy.as_str());
    token.set(&lti("lti1p1"), json!({"resource_link_id": "legacy-link", "user_id": legacy}));
    token.set("https://www.instructure.com/placement", json!(null));
}

fn services(token: &mut Token, world: &World) {
    let mut scopes = ags_scopes(&["lineitem", "lineitem.readonly", "result.readonly", "score"]);
    scopes.push("https://canvas.instructure.com/lti-ags/progress/scope/show".to_owned());
    token.set(
        AGS,
        json!({
            "lineitem": address(world, "/api/lti/courses/3/line_items/1"), "scope": scopes,
            "lineitems": address(world, "/api/lti/courses/3/line_items"),
        }),
    );
    token.set(
        NRPS,
        json!({"context_memberships_url": address(world, "/api/lti/courses/3/names_and_roles"), "service_versions": ["2.0"]}),
    );
    token.set(
        &lti("platformnotificationservice"),
        json!({
            "service_versions": ["1.0"],
            "platform_notification_service_url": address(world, "/api/lti/notice-handlers/5"),
            "scope": ["https://purl.imsglobal.org/spec/lti/scope/noticehandlers"],
            "notice_types_supported": ["LtiHelloWorldNotice", "LtiContextCopyNotice"],
        }),
    );
    token.set(
        &lti("eulaservice"),
        json!({
            "url": address(world, "/api/lti/asset_processor_eulas/5"),
            "scope": ["https://purl.imsglobal.org/spec/lti/scope/eula/user"],
        }),
    );
}
