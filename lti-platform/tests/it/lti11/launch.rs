//! What the browser posts.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::{StatusCode, header};
use lti_core::lti11::launch::LaunchParameters;
use lti_platform::Privacy;
use serde_json::Value;

use super::{LAUNCH, SECRET, desk, hub, launch};
use crate::support::{ISSUER, NOW};

const MOODLE: &str = include_str!("../../fixtures/moodle-4.5/lti11-launch-student1.json");

#[tokio::test]
async fn a_launch_says_what_the_school_knows_and_is_signed() {
    let mut desk = desk(hub().with_custom([("Review:Chapter", "1.2"), ("note", "one\ntwo")]));
    let posted = launch(&mut desk, 0, "aoi", &[]).await;
    assert_eq!(posted.action, LAUNCH);
    let varies = ["oauth_nonce", "oauth_signature", "launch_presentation_return_url", "lis_result_sourcedid"];
    let shown = posted.fields.iter().map(|(name, value)| {
        let value = if varies.contains(&name) { format!("[{name}]") } else { value.to_owned() };
        format!("{name} = {value}")
    });
    insta::assert_snapshot!(shown.collect::<Vec<_>>().join("\n"));
    assert_eq!(posted.get("custom_note"), Some("one\r\ntwo"), "as the browser posts it");
    assert_eq!(posted.get("oauth_timestamp"), Some(NOW.to_string().as_str()));
    for (name, _) in posted.fields.iter() {
        assert_eq!(posted.fields.all(name).count(), 1, "{name} twice");
        assert!(!["q", "z"].contains(&name), "{name} is in the query already");
    }
}

/// Beside the custom parameters, which are the affair of each place.
#[tokio::test]
async fn the_parameters_are_those_of_a_recorded_moodle() {
    let recorded: Value = serde_json::from_str(MOODLE).unwrap();
    let fields = recorded["form"]["fields"].as_array().unwrap();
    let moodle: BTreeSet<&str> = fields.iter().map(|field| field[0].as_str().unwrap()).collect();
    let posted = launch(&mut desk(hub()), 0, "aoi", &[]).await;
    let school: BTreeSet<&str> = posted.names().into_iter().collect();
    let beyond = |one: &BTreeSet<&str>, other: &BTreeSet<&str>| {
        let names = one.iter().filter(|name| !other.contains(*name) && !name.starts_with("custom_"));
        names.map(|name| (*name).to_owned()).collect::<Vec<_>>()
    };
    // The school has no student information system, and no words about itself but an address.
    let moodle_alone = ["lis_course_section_sourcedid", "lis_person_sourcedid", "tool_consumer_instance_description"];
    assert_eq!(beyond(&moodle, &school), moodle_alone);
    assert_eq!(beyond(&school, &moodle), ["tool_consumer_instance_url"]);
    assert_eq!(recorded["form"]["action"], posted.action.as_str());
    for name in ["lti_message_type", "lti_version", "oauth_callback", "oauth_version", "oauth_signature_method"] {
        let value = fields.iter().find(|field| field[0] == name).map(|field| field[1].as_str().unwrap());
        assert_eq!(posted.get(name), value, "{name}");
    }
}

#[tokio::test]
async fn each_privacy_tells_what_it_says() {
    let personal = [
        "user_id",
        "ext_user_username",
        "lis_person_name_given",
        "lis_person_name_family",
        "lis_person_name_full",
        "lis_person_contact_email_primary",
        "lis_result_sourcedid",
    ];
    for (privacy, told) in [
        (Privacy::Full, &[0, 1, 2, 3, 4, 5, 6][..]),
        (Privacy::Name, &[0, 1, 2, 3, 4, 6]),
        (Privacy::Email, &[0, 5, 6]),
        (Privacy::Id, &[0, 6]),
        (Privacy::Anonymous, &[]),
    ] {
        let told: Vec<&str> = told.iter().map(|index| personal[*index]).collect();
        // Once set for the tool, once by whoever makes the launch; the tool's custom parameters tell no more.
        let custom = [("mail", "$Person.email.primary"), ("name", "$Person.name.full"), ("who", "$User.username")];
        let of_tool = launch(&mut desk(hub().with_privacy(privacy).with_custom(custom)), 0, "aoi", &[]).await;
        let of_launch = launch(&mut desk(hub()), 0, "aoi", &[("privacy", privacy.value())]).await;
        for posted in [&of_tool, &of_launch] {
            let seen: Vec<&str> = personal.into_iter().filter(|name| posted.get(name).is_some()).collect();
            assert_eq!(seen, told, "{privacy:?}");
            assert!(posted.get("roles").is_some() && posted.get("context_id").is_some(), "{privacy:?}");
        }
        let body = of_tool.fields.to_form();
        assert_eq!(body.contains("tanaka%40") || body.contains("aoi.tanaka"), privacy.tells_email(), "{privacy:?}");
        assert_eq!(body.contains("%E8%91%B5"), privacy.tells_name(), "{privacy:?}");
    }
}

#[tokio::test]
async fn a_link_may_tell_less_and_copies_are_told_apart() {
    let mut desk = desk(hub());
    let private = launch(&mut desk, 2, "ben", &[]).await;
    assert_eq!(private.get("user_id"), Some("1007"), "the id that he had in the days of LTI 1.1");
    assert_eq!(private.get("lis_person_name_full"), None);
    let anonymous = launch(&mut desk, 3, "ben", &[]).await;
    assert_eq!((anonymous.get("user_id"), anonymous.get("lis_result_sourcedid")), (None, None));
    let (one, two) = (launch(&mut desk, 0, "ben", &[]).await, launch(&mut desk, 1, "ben", &[]).await);
    assert_ne!(one.get("resource_link_id"), two.get("resource_link_id"));
    assert_ne!(one.get("lis_result_sourcedid"), two.get("lis_result_sourcedid"));
    assert_eq!(one.get("resource_link_id"), launch(&mut desk, 0, "aoi", &[]).await.get("resource_link_id"));
}

#[tokio::test]
async fn roles_and_results_are_those_of_the_user() {
    let mut desk = desk(hub());
    for (user, roles, graded) in [
        ("aoi", "Learner", true),
        ("ada", "Instructor", false),
        ("chloe", "Instructor,urn:lti:role:ims/lis/TeachingAssistant/TeachingAssistant", false),
        ("ingrid", "Mentor", false),
        ("sam", "urn:lti:instrole:ims/lis/Administrator", false),
    ] {
        let posted = launch(&mut desk, 0, user, &[]).await;
        assert_eq!(posted.get("roles"), Some(roles), "{user}");
        assert_eq!(posted.get("lis_result_sourcedid").is_some(), graded, "{user}");
        assert!(posted.get("lis_outcome_service_url").is_some(), "{user}");
        let read = LaunchParameters::new(posted.fields.iter());
        assert!(read.roles().iter().all(lti_core::lti11::role::Role::is_known), "{user}");
        assert_eq!(read.role_scope_mentor(), if user == "ingrid" { vec!["1007"] } else { Vec::new() });
    }
    let none = launch(&mut desk, 0, "aoi", &[("role", "none")]).await;
    assert_eq!((none.get("roles"), none.get("lis_result_sourcedid")), (None, None));
}

#[tokio::test]
async fn custom_parameters_are_folded_and_resolved() {
    let custom = [
        ("Complex!@#$^*(){}[]KEY", "Complex!@#$^*(){}[]½Value"),
        ("chapter", "of the tool"),
        ("own_roles", "$Membership.role"),
        ("kind", "$Context.type"),
        ("result", "$Result.sourcedId"),
        ("service", "$BasicOutcome.url"),
        ("literal", "\\$User.id"),
        ("q", "not the one of the query"),
    ];
    let mut desk = desk(hub().with_custom(custom));
    let posted = launch(&mut desk, 4, "ben", &[]).await;
    let outcomes = format!("{ISSUER}/lti11/outcomes");
    for (name, value) in [
        ("custom_complex____________key", Some("Complex!@#$^*(){}[]½Value")),
        ("custom_chapter", Some("3")),
        ("custom_empty", Some("")),
        ("custom_own_roles", Some("Learner")),
        ("custom_kind", Some("CourseOffering")),
        ("custom_result", posted.get("lis_result_sourcedid")),
        ("custom_service", Some(outcomes.as_str())),
        ("custom_literal", Some("$User.id")),
        ("custom_q", Some("not the one of the query")),
        ("custom_user_id", Some("1007")),
        ("custom_full_name", Some("Benedikt Okafor")),
        ("custom_vendor", Some("$com.example.Foo.bar")),
        ("custom_middle_name", Some("")),
    ] {
        assert_eq!(posted.get(name), value, "{name}");
    }
}

#[tokio::test]
async fn a_field_that_the_query_names_is_left_to_the_query() {
    let mut desk =
        desk(hub().with_custom([("unit", "2")]).at("https://hub.example/l?custom_unit=1&ext_lms=x").unwrap());
    let posted = launch(&mut desk, 0, "aoi", &[]).await;
    assert_eq!((posted.get("custom_unit"), posted.get("ext_lms")), (None, None));
    assert!(posted.action.contains("custom_unit=1"));
}

#[tokio::test]
async fn time_never_goes_back_and_no_nonce_comes_again() {
    let mut desk = desk(hub());
    let mut seen = Vec::new();
    for seconds in [0, 3, -60, 10] {
        let at = NOW + seconds;
        desk.clock.set(lti_core::Timestamp::from_secs(at));
        let posted = launch(&mut desk, 0, "aoi", &[]).await;
        seen.push((posted.get("oauth_timestamp").unwrap().to_owned(), posted.get("oauth_nonce").unwrap().to_owned()));
    }
    let times: Vec<i64> = seen.iter().map(|(at, _)| at.parse::<i64>().unwrap() - NOW).collect();
    assert_eq!(times, [0, 3, 3, 10]);
    assert_eq!(seen.iter().map(|(_, nonce)| nonce).collect::<BTreeSet<_>>().len(), 4);
    desk.clock.advance(Duration::from_secs(1));
}

#[tokio::test]
async fn the_page_sends_itself_and_posts_nothing_that_is_not_signed() {
    let mut desk = desk(hub());
    let link = desk.links()[0].clone();
    let page = desk.post("/launch", &[("link", link.as_str()), ("user", "aoi")]).await;
    assert!(page.header(header::CONTENT_SECURITY_POLICY).contains("script-src 'sha256-"));
    assert!(!page.header(header::CONTENT_SECURITY_POLICY).contains("form-action"));
    assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
    assert!(page.body.contains("<button>Go on to the tool</button>") && !page.body.contains(SECRET));
    let framed = desk.post("/launch", &[("link", link.as_str()), ("user", "aoi"), ("target", "iframe")]).await;
    assert_eq!(framed.status, StatusCode::OK);
    assert!(framed.body.contains("name=\"launch_presentation_document_target\" value=\"iframe\""));
    assert!(framed.body.contains("target=\"tool-frame\" data-submit"));
}

#[tokio::test]
async fn who_takes_no_part_is_not_launched_and_the_trace_lets_nobody_in() {
    let mut desk = desk(hub());
    let bio = desk.links()[5].clone();
    let page = desk.post("/launch", &[("link", bio.as_str()), ("user", "ben")]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.body.contains("the user takes no part in the course"));
    let posted = launch(&mut desk, 0, "aoi", &[]).await;
    let trace = desk.get("/trace.json").await.body;
    assert!(!trace.contains(SECRET) && !trace.contains(posted.get("oauth_signature").unwrap()));
    assert!(trace.contains("POST&http%3A%2F%2F127.0.0.1%3A9180%2Flaunch11&"), "{trace}");
    let launches = desk.get("/launches").await.body;
    assert!(launches.contains("LTI 1.1 launch handed to the tool") && launches.contains("What was signed"));
}
