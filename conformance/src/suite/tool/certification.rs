//! The Core rows that the certification guide lists for tools (6.1.1 to 6.1.3), in every form in which the official
//! suite's payloads were recorded. What is wrong by the guide alone fails only in a certification run.

use serde_json::json;

use crate::{
    case::{
        Case,
        Outcome::{Fail, FailCertified, Info, InfoCertified},
    },
    exchange::{INSTITUTION, MEMBERSHIP, Person, Plan, lti},
    forge::Token,
    world::World,
};

/// The rows, in the guide's order.
pub(super) fn cases() -> Vec<Case> {
    bad_payloads().into_iter().chain(instructors()).chain(learners()).collect()
}

fn bad_payloads() -> Vec<Case> {
    let mut cases = headers_and_versions();
    cases.extend(missing_claims());
    cases
}

fn headers_and_versions() -> Vec<Case> {
    vec![
        Case::new("tool-cert-tb01", "a token without kid is refused")
            .certified("TB-01 No KID Sent in JWT header")
            .rules(&["lti13-token-kid-missing"])
            .reject(FailCertified)
            .sent("the control's launch with the header {\"badtestonly\":\"12345\",\"alg\":\"RS256\"}")
            .token(|token, _| {
                token.header.clear();
                token.set_header("badtestonly", "12345");
                token.set_header("alg", "RS256");
            }),
        Case::new("tool-cert-tb02", "a token with a kid that no published key has is refused")
            .certified("TB-02 Incorrect KID in JWT header")
            .rules(&["lti13-token-kid-unknown"])
            .reject(FailCertified)
            .sent("the control's launch with kid = \"imstester_66067\", signed with the platform's key")
            .token(|token, _| token.set_header("kid", "imstester_66067")),
        Case::new("tool-cert-tb03", "a launch of another LTI version is refused")
            .certified("TB-03 Wrong LTI Version")
            .rules(&["lti13-launch-version"])
            .reject(FailCertified)
            .sent("the control's launch with version = \"11.3\"")
            .token(|token, _| token.set(&lti("version"), "11.3")),
        Case::new("tool-cert-tb04", "a launch without version is refused")
            .certified("TB-04 No LTI Version")
            .rules(&["lti13-launch-version-missing"])
            .reject(FailCertified)
            .sent("the control's launch without the version claim")
            .token(|token, _| token.remove(&lti("version"))),
        Case::new("tool-cert-tb05-a", "a payload that is no launch, without any header, is refused")
            .certified("TB-05 Invalid LTI message")
            .rules(&["lti13-token-iss-missing", "lti13-token-aud-missing", "lti13-token-exp-missing"])
            .reject(Fail)
            .sent("a signed token with the header {} and the payload {\"name\":\"badltilaunch\"}")
            .token(|token, world| {
                no_launch(token, world);
                token.raw_header = Some("{}".to_owned());
            }),
        Case::new("tool-cert-tb05-b", "a payload that is no launch is refused")
            .certified("TB-05 Invalid LTI message")
            .rules(&["lti13-token-iss-missing", "lti13-token-aud-missing", "lti13-token-exp-missing"])
            .reject(Fail)
            .sent("a signed token with the payload {\"name\":\"badltilaunch\"}")
            .token(no_launch),
    ]
}

fn no_launch(token: &mut Token, _: &World) {
    token.claims.clear();
    token.set("name", "badltilaunch");
}

fn missing_claims() -> Vec<Case> {
    vec![
        Case::new("tool-cert-tb06-a", "a launch without message_type, version and roles is refused")
            .certified("TB-06 Missing LTI Claims")
            .rules(&["lti13-launch-message-type-missing", "lti13-launch-version-missing", "lti13-launch-roles-missing"])
            .reject(FailCertified)
            .sent("the control's launch without message_type, version and roles")
            .token(|token, _| ["message_type", "version", "roles"].iter().for_each(|claim| token.remove(&lti(claim)))),
        Case::new("tool-cert-tb06-b", "a token without aud, iss, sub, deployment_id and roles is refused")
            .certified("TB-06 Missing LTI Claims")
            .rules(&["lti13-token-aud-missing", "lti13-token-iss-missing", "lti13-launch-deployment-missing"])
            .reject(Fail)
            .sent("the control's launch without aud, iss, sub, deployment_id and roles")
            .token(|token, _| {
                for claim in ["aud", "iss", "sub"] {
                    token.remove(claim);
                }
                for claim in ["deployment_id", "roles"] {
                    token.remove(&lti(claim));
                }
            }),
        Case::new("tool-cert-tb07", "a token that expired decades ago is refused")
            .certified("TB-07 Timestamps Incorrect")
            .rules(&["lti13-token-exp"])
            .reject(Fail)
            .sent("the control's launch with iat = 11111 and exp = 22222")
            .token(|token, _| {
                token.set("iat", 11111);
                token.set("exp", 22222);
            }),
        without(
            "tool-cert-tb08",
            "message_type",
            "TB-08 messsage_type Claim Missing",
            &["lti13-launch-message-type-missing"],
        ),
        without("tool-cert-tb09", "roles", "TB-09 role Claim Missing", &["lti13-launch-roles-missing"]),
        without(
            "tool-cert-tb10",
            "deployment_id",
            "TB-10 deployment_id Claim Missing",
            &["lti13-launch-deployment-missing"],
        ),
        without(
            "tool-cert-tb11-a",
            "resource_link",
            "TB-11 resource_link_id Claim Missing",
            &["lti13-launch-resource-link-missing"],
        ),
        Case::new("tool-cert-tb11-b", "a launch whose resource_link has no id is refused")
            .certified("TB-11 resource_link_id Claim Missing")
            .rules(&["lti13-launch-resource-link-id-missing"])
            .reject(FailCertified)
            .sent("the control's launch with a resource_link without id (the reading by the row's name)")
            .token(|token, _| token.remove_in(&lti("resource_link"), "id")),
        Case::new("tool-cert-tb12-a", "a launch with an empty sub is refused")
            .certified("TB-12 user Claim Missing")
            .rules(&["lti13-token-sub-empty"])
            .reject(FailCertified)
            .sent("the control's launch with sub = \"\"")
            .token(|token, _| token.set("sub", "")),
        Case::new("tool-cert-tb12-b", "a launch without sub: anonymous by Core, bad by the certification guide")
            .certified("TB-12 user Claim Missing")
            .rules(&["lti13-token-sub-missing"])
            .worth(InfoCertified, Info)
            .sent("the control's launch without sub")
            .token(|token, _| token.remove("sub")),
    ]
}

/// A row that leaves one LTI claim out.
fn without(id: &'static str, claim: &'static str, name: &'static str, rules: &'static [&'static str]) -> Case {
    // Function pointers cannot capture, so each claim has its own.
    let (title, sent, change): (_, _, fn(&mut Token, &World)) = match claim {
        "message_type" => (
            "a launch without message_type is refused",
            "the control's launch without the message_type claim",
            |token, _| token.remove(&lti("message_type")),
        ),
        "roles" => ("a launch without roles is refused", "the control's launch without the roles claim", |token, _| {
            token.remove(&lti("roles"));
        }),
        "deployment_id" => (
            "a launch without deployment_id is refused",
            "the control's launch without the deployment_id claim",
            |token, _| token.remove(&lti("deployment_id")),
        ),
        _ => (
            "a launch without resource_link is refused",
            "the control's launch without the resource_link claim",
            |token, _| token.remove(&lti("resource_link")),
        ),
    };
    Case::new(id, title).certified(name).rules(rules).reject(FailCertified).sent(sent).token(change)
}

fn instructor(plan: &mut Plan, world: &World) {
    *plan = Plan::new(world, 0, Person::instructor());
}

fn nameless_instructor(plan: &mut Plan, world: &World) {
    *plan = Plan::new(world, 0, Person::instructor().nameless());
}

fn valid(id: &'static str, name: &'static str, title: &'static str, sent: &'static str) -> Case {
    Case::new(id, title).certified(name).accept(FailCertified).sent(sent)
}

fn instructors() -> Vec<Case> {
    vec![
        valid(
            "tool-cert-ti01",
            "TI-01 Valid Instructor Launch",
            "an instructor is let in",
            "a launch as Instructor with all personal data, a middle name among it",
        )
        .rules(&["lti13-tool-certified-launch", "lti13-tool-role-uris"])
        .plan(instructor)
        .token(|token, _| token.set("middle_name", "Colleen")),
        valid(
            "tool-cert-ti02",
            "TI-02 Valid Instructor Launch with Roles",
            "an instructor with institution roles is let in",
            "a launch as Instructor, institution Staff and Other",
        )
        .rules(&["lti13-tool-certified-launch", "lti13-tool-role-uris"])
        .plan(instructor)
        .token(|token, _| {
            token.set(
                &lti("roles"),
                json!([
                    format!("{MEMBERSHIP}Instructor"),
                    format!("{INSTITUTION}Staff"),
                    format!("{INSTITUTION}Other")
                ]),
            );
        }),
        valid(
            "tool-cert-ti03",
            "TI-03 Valid Instructor Launch Short Role",
            "an instructor with the short role name is let in",
            "a launch with roles = [\"Instructor\"]",
        )
        .rules(&["lti13-tool-role-short"])
        .plan(instructor)
        .token(|token, _| token.set(&lti("roles"), json!(["Instructor"]))),
        valid(
            "tool-cert-ti04",
            "TI-04 Valid Instructor Launch Unknown Role",
            "a user with an unknown role only is let in",
            "a launch with one role that no vocabulary knows",
        )
        .rules(&["lti13-tool-role-unknown-only"])
        .plan(instructor)
        .token(|token, _| {
            token.set(&lti("roles"), json!(["http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper"]));
        }),
        valid(
            "tool-cert-ti05",
            "TI-05 Valid Instructor Launch No Role",
            "a user without a role is let in",
            "a launch with roles = [\"\"], as the official suite sends it",
        )
        .rules(&["lti13-tool-role-none"])
        .plan(instructor)
        .token(|token, _| token.set(&lti("roles"), json!([""]))),
        valid(
            "tool-cert-ti06",
            "TI-06 Valid Instructor Launch Email Only",
            "an instructor with an e-mail address and no name is let in",
            "a launch with email and without names",
        )
        .rules(&["lti13-tool-personal-data-optional"])
        .plan(nameless_instructor)
        .token(|token, _| token.set("email", "cleo.marchetti@school.example")),
        valid(
            "tool-cert-ti07",
            "TI-07 Valid Instructor Launch Names Only",
            "an instructor with names and no e-mail address is let in",
            "a launch with names and without email",
        )
        .rules(&["lti13-tool-personal-data-optional"])
        .plan(instructor)
        .token(|token, _| token.remove("email")),
        valid(
            "tool-cert-ti08",
            "TI-08 Valid Instructor No PII",
            "an instructor without personal data is let in",
            "a launch without names and e-mail",
        )
        .rules(&["lti13-tool-personal-data-optional"])
        .plan(nameless_instructor),
        valid(
            "tool-cert-ti09",
            "TI-09 Valid Instructor Email Without Context",
            "an instructor outside a course is let in",
            "a launch with all personal data and without context",
        )
        .rules(&["lti13-tool-context-optional"])
        .plan(instructor)
        .token(|token, _| token.remove(&lti("context"))),
    ]
}

fn nameless(plan: &mut Plan, world: &World) {
    *plan = Plan::new(world, 0, Person::learner().nameless());
}

fn learners() -> Vec<Case> {
    let mut cases = learners_by_role();
    cases.extend(learners_by_data());
    cases
}

fn learners_by_role() -> Vec<Case> {
    vec![
        valid(
            "tool-cert-ts01",
            "TS-01 Valid Student Launch",
            "a learner is let in",
            "a launch as Learner with all personal data, a middle name among it",
        )
        .rules(&["lti13-tool-certified-launch", "lti13-tool-role-uris"])
        .token(|token, _| token.set("middle_name", "Augusta")),
        valid(
            "tool-cert-ts02",
            "TS-02 Valid Student Launch with Roles",
            "a learner with institution roles is let in",
            "a launch as Learner, institution Student and Mentor",
        )
        .rules(&["lti13-tool-certified-launch", "lti13-tool-role-uris"])
        .token(|token, _| {
            token.set(
                &lti("roles"),
                json!([
                    format!("{MEMBERSHIP}Learner"),
                    format!("{INSTITUTION}Student"),
                    format!("{INSTITUTION}Mentor")
                ]),
            );
        }),
        valid(
            "tool-cert-ts03",
            "TS-03 Valid Student Launch Short Role",
            "a learner with the short role name is let in",
            "a launch with roles = [\"Learner\"]",
        )
        .rules(&["lti13-tool-role-short"])
        .token(|token, _| token.set(&lti("roles"), json!(["Learner"]))),
        valid(
            "tool-cert-ts04",
            "TS-04 Valid Student Launch Unknown Role",
            "a learner who has an unknown role as well is let in",
            "a launch as Learner with a second role that no vocabulary knows",
        )
        .accept(Fail)
        .rules(&["lti13-tool-role-unknown-beside"])
        .token(|token, _| {
            token.set(
                &lti("roles"),
                json!([
                    format!("{MEMBERSHIP}Learner"),
                    "http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknown#Unknown"
                ]),
            );
        }),
        valid(
            "tool-cert-ts05",
            "TS-05 Valid Student Launch No Role",
            "a user without a role is let in",
            "a launch with roles = [\"\"], as the official suite sends it",
        )
        .rules(&["lti13-tool-role-none"])
        .token(|token, _| token.set(&lti("roles"), json!([""]))),
    ]
}

fn learners_by_data() -> Vec<Case> {
    vec![
        valid(
            "tool-cert-ts06",
            "TS-06 Valid Student Launch Email Only",
            "a learner with an e-mail address and no name is let in",
            "a launch with email and without names",
        )
        .rules(&["lti13-tool-personal-data-optional"])
        .plan(nameless)
        .token(|token, _| token.set("email", "ada.lindqvist@school.example")),
        valid(
            "tool-cert-ts07",
            "TS-07 Valid Student Launch Names Only",
            "a learner with names and no e-mail address is let in",
            "a launch with names and without email",
        )
        .rules(&["lti13-tool-personal-data-optional"])
        .token(|token, _| token.remove("email")),
        valid(
            "tool-cert-ts08",
            "TS-08 Valid Student No PII",
            "a learner without personal data is let in",
            "a launch without names and e-mail",
        )
        .rules(&["lti13-tool-personal-data-optional"])
        .plan(nameless),
        valid(
            "tool-cert-ts09-a",
            "TS-09 Valid Student Email Without Context",
            "a learner without personal data who comes by a resource link is let in",
            "a launch without names and e-mail, with context (the recorded form of the row)",
        )
        .rules(&["lti13-tool-personal-data-optional"])
        .plan(nameless)
        .token(|token, _| token.remove("locale")),
        valid(
            "tool-cert-ts09-b",
            "TS-09 Valid Student Email Without Context",
            "a learner outside a course is let in",
            "a launch with email, without names and without context (the reading by the row's name)",
        )
        .rules(&["lti13-tool-context-optional"])
        .plan(nameless)
        .token(|token, _| {
            token.set("email", "ada.lindqvist@school.example");
            token.remove(&lti("context"));
        }),
    ]
}
