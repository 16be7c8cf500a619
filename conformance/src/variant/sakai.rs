//! Sakai.

use serde_json::json;

use super::{
    AGS, Habit, MEMBERSHIP, NRPS, Variant, address, ags_scopes, good_for, plain_key, plain_login, set_roles, teaches,
};
use crate::{
    exchange::{Plan, lti},
    forge::Token,
    world::World,
};

/// The code that makes its tokens.
const SOURCE: &str = "sakaiproject/sakai, basiclti-common, SakaiBLTIUtil.java (postLaunchJWT)";
/// The class of its launch.
const LAUNCH: &str = "sakaiproject/sakai, basiclti-common, lti13/util/SakaiLaunchJWT.java";

pub(super) static SAKAI: Variant = Variant {
    name: "sakai",
    system: "Sakai",
    habits: &[
        Habit { what: "tool_platform without guid", source: SOURCE },
        Habit { what: "the token's header has no typ", source: SOURCE },
        Habit { what: "a token is good for an hour", source: SOURCE },
        Habit { what: "lis.version, a list of texts; launch_presentation.css_url", source: SOURCE },
        Habit { what: "custom is there also when it is empty", source: SOURCE },
        Habit { what: "the claim of the grade service with the scope lineitem alone", source: SOURCE },
        Habit { what: "the claims extension, origin and postverify of its own", source: LAUNCH },
    ],
    refused_by: &[
        "typ-required",
        "platform-checked",
        "claims-closed",
        "claim-members-closed",
        "services-refused",
        "context-sections-only",
    ],
    by_get: false,
    login: plain_login,
    token,
    fields: &[],
    key: plain_key,
};

fn token(token: &mut Token, plan: &Plan, world: &World) {
    good_for(token, world, 3600);
    token.header.remove("typ");
    set_roles(token, &[(MEMBERSHIP, if teaches(plan) { "Instructor" } else { "Learner" })]);
    token.set_in(&lti("context"), "type", json!(["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"]));
    token.set(
        &lti("launch_presentation"),
        json!({"css_url": address(world, "/library/skin/tool.css"), "return_url": address(world, "/return")}),
    );
    token.set(
        &lti("tool_platform"),
        json!({
            "name": "Sakai", "version": "21-SNAPSHOT", "product_family_code": "sakai", "url": address(world, "/"),
            "description": "Suite Sakai",
        }),
    );
    token.set(
        &lti("lis"),
        json!({
            "person_sourcedid": "ada", "course_offering_sourcedid": "suite-course", "course_section_sourcedid": "suite-course",
            "version": ["1.0.0", "1.1.0"],
        }),
    );
    token.set(&lti("custom"), json!({}));
    let placement = "0a1b2c3d:::suite-course-1:::content:5";
    let grades = format!("/imsblis/lti13/lineitems/{placement}");
    token.set(AGS, json!({"scope": ags_scopes(&["lineitem"]), "lineitems": address(world, &grades)}));
    let rosters = format!("/imsblis/lti13/namesandroles/{placement}");
    token.set(NRPS, json!({"context_memberships_url": address(world, &rosters), "service_versions": ["2.0"]}));
    token.set("https://www.sakailms.org/spec/lti/claim/extension", json!({}));
    token.set("https://purl.sakailms.org/spec/lti/claim/origin", address(world, ""));
    token.set("https://purl.sakailms.org/spec/lti/claim/postverify", address(world, "/imsblis/lti13/postverify"));
}
