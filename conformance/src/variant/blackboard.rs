//! Blackboard Learn.

use serde_json::json;

use super::{
    AGS, Habit, INSTITUTION, MEMBERSHIP, NRPS, Variant, address, ags_scopes, good_for, plain_key, set_roles, teaches,
};
use crate::{
    exchange::{Plan, lti},
    forge::Token,
    world::World,
};

/// What the vendor writes about logins.
const LOGIN: &str = "https://docs.anthology.com/docs/blackboard/lti/core/handling-oidc-login";
/// The token that the vendor shows.
const SAMPLE: &str = "https://docs.anthology.com/docs/blackboard/lti/1.3/core/jwt-contents";
/// The vendor's guide for tools.
const GUIDE: &str = "blackboard/anthologydevdocs, docs/LTI/Tutorials/implementation-guide.md";

pub(super) static BLACKBOARD: Variant = Variant {
    name: "blackboard",
    system: "Blackboard Learn",
    habits: &[
        Habit { what: "logins come by GET", source: LOGIN },
        Habit {
            what: "lti_storage_target beside the login parameters (its value is not documented: here _parent)",
            source: GUIDE,
        },
        Habit { what: "the token's header has no typ", source: SAMPLE },
        Habit { what: "a token is good for an hour", source: SAMPLE },
        Habit { what: "launch_presentation without document_target, its return_url with a long query", source: SAMPLE },
        Habit { what: "locale as en-US", source: SAMPLE },
        Habit { what: "two vendor claims, one of them with members that hold a hyphen", source: SAMPLE },
        Habit {
            what: "claims of the grade, roster and group services; scope within that of the rosters",
            source: SAMPLE,
        },
        Habit { what: "a role in the institution behind the one in the course", source: SAMPLE },
    ],
    refused_by: &[
        "login-get-refused",
        "auth-redirect-wrong-on-get",
        "login-params-closed",
        "typ-required",
        "claims-closed",
        "services-refused",
        "institution-roles-refused",
        "context-sections-only",
    ],
    by_get: true,
    login,
    token,
    fields: &[],
    key: plain_key,
};

fn login(plan: &mut Plan, _: &World) {
    plan.set_login("lti_storage_target", "_parent");
}

fn token(token: &mut Token, plan: &Plan, world: &World) {
    good_for(token, world, 3600);
    token.header.remove("typ");
    token.set("locale", "en-US");
    let roles = if teaches(plan) { ("Instructor", "Staff") } else { ("Learner", "Student") };
    set_roles(token, &[(MEMBERSHIP, roles.0), (INSTITUTION, roles.1)]);
    token.set_in(&lti("context"), "type", json!(["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"]));
    token.set(
        &lti("launch_presentation"),
        json!({
            "locale": "en-US",
            "return_url": address(world, "/return?course_id=_4_1&content_id=_44_1&toGC=false&link_id=_44_1&launch_time=1727287501032"),
        }),
    );
    token.set(&lti("lis"), json!({"person_sourcedid": "ada", "course_section_sourcedid": "course-link"}));
    token.set(
        &lti("tool_platform"),
        json!({
            "name": "Suite School", "description": "Suite School", "guid": "83656022865f4f47a898b986399a01a8",
            "product_family_code": "BlackboardLearn", "version": "3900.93.0-rel.59+7d3ba1c", "url": address(world, "/"),
            "contact_email": "dev@localhost",
        }),
    );
    services(token, world);
    token.set("https://blackboard.com/lti/claim/one_time_session_token", "9f29b26e945044118a51f8271aaf47d9");
    token.set(
        "https://blackboard.com/webapps/foundations-connector/foundations-ids",
        json!({"site-id": "c97ad917-97a9-4bc4-9610-687f355647e3", "tenant-id": "92446862-2bdc-443d-88e8-2054de750557"}),
    );
}

fn services(token: &mut Token, world: &World) {
    token.set(
        AGS,
        json!({
            "lineitems": address(world, "/learn/api/v1/lti/courses/_4_1/lineItems"),
            "scope": ags_scopes(&["lineitem", "result.readonly", "score", "lineitem.readonly"]),
        }),
    );
    token.set(
        NRPS,
        json!({
            "context_memberships_url": address(world, "/learn/api/v1/lti/external/namesandroles/_4_1"),
            "scope": ["https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"],
            "service_versions": ["2.0"],
        }),
    );
    token.set(
        "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice",
        json!({
            "context_groups_url": address(world, "/learn/api/v1/lti/courses/_4_1/groups"),
            "context_group_sets_url": address(world, "/learn/api/v1/lti/courses/_4_1/groupsets"),
            "scope": ["https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"],
            "service_versions": ["1.0"],
        }),
    );
}
