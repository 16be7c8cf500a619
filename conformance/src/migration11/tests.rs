//! A launch of a real Moodle, moved.

use lti_core::lti11::oauth1::Lti11Secret;

use super::*;
use crate::capture::posted;

fn moodle() -> Posted {
    posted(include_str!("../../tests/fixtures/moodle-4.5/lti11-launch-student1.json")).unwrap().remove(0)
}

fn target() -> Target {
    Target {
        issuer: "https://moodle.example".to_owned(),
        client_id: "client".to_owned(),
        deployment_id: "1".to_owned(),
        target_link_uri: None,
        secret: Some(Lti11Secret::new("secret")),
    }
}

#[test]
fn a_launch_of_moodle_is_carried_over() {
    let migration = Migration::of(&moodle(), &target());
    let of = |name: &str| migration.lines.iter().find(|line| line.name == name).unwrap();
    assert_eq!((of("user_id").fate, of("user_id").claim.as_str()), (Fate::Kept, "sub"));
    assert_eq!(
        (of("ext_user_username").fate, of("ext_user_username").claim.as_str()),
        (Fate::Changed, "ext.user_username")
    );
    assert_eq!((of("custom_jp").fate, of("custom_jp").claim.as_str()), (Fate::Kept, "custom.jp"));
    assert_eq!(of("oauth_signature").fate, Fate::Replaced);
    assert_eq!(of("lis_result_sourcedid").fate, Fate::Changed);
    assert!(!migration.loses() && migration.hub.is_none());

    let launch = &migration.launch;
    assert_eq!(launch.sub.as_ref().map(lti_core::id::Subject::as_str), Some("3"));
    assert_eq!(launch.custom.get("jp"), Some("日本語 テスト"));
    assert_eq!(launch.roles[0].as_str(), "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner");
    assert_eq!(launch.context.as_ref().unwrap().label.as_deref(), Some("LTI101"));
    assert_eq!(launch.target_link_uri, "http://127.0.0.1:9180/launch11?q=1&z=a%20b");
    assert_eq!(launch.lti1p1.as_ref().unwrap().user_id.as_deref(), Some("3"));
    let client = "client".into();
    assert_eq!(launch.verify_migration(&client, &Lti11Secret::new("secret")), Ok(()));
    assert!(launch.verify_migration(&client, &Lti11Secret::new("other")).is_err());
}

#[test]
fn what_other_platforms_add_is_lost() {
    let mut posted = moodle();
    posted.fields.retain(|(name, _)| name != "tool_consumer_info_product_family_code");
    posted.fields.push(("basiclti_submit".to_owned(), "Launch".to_owned()));
    let migration = Migration::of(&posted, &Target::default());
    let lost: Vec<&str> =
        migration.lines.iter().filter(|line| line.fate == Fate::Lost).map(|line| line.name.as_str()).collect();
    assert_eq!(lost, ["ext_user_username", "ext_lms", "basiclti_submit"]);
    assert!(migration.loses() && !migration.is_signed);
}

#[test]
fn behind_the_hub_everybody_becomes_one_user() {
    let mut posted = moodle();
    posted.url = "https://hub.example/hub/lti/launch".to_owned();
    posted.fields.push(("custom_lms_image".to_owned(), "image:1".to_owned()));
    posted.fields.push(("custom_lms_cpulimit".to_owned(), "1.5.0".to_owned()));
    let migration = Migration::of(&posted, &Target::default());
    let hub = migration.hub.as_ref().unwrap();
    assert_eq!((hub.number, hub.is_named, hub.problems.len()), (Some(30_003), true, 1));
    let losses = hub.losses().join("\n");
    for words in ["all 2 container parameters", "30003 (moodle number)", "gets 29999", "course 0", "custom_username"] {
        assert!(losses.contains(words), "{words}\n{losses}");
    }
    assert!(migration.loses());
}
