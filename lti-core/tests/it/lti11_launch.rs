//! Launches of LTI 1.x: a recorded one read without loss, and what is written read back.

#![expect(clippy::unwrap_used, reason = "tests")]
use lti_core::lti11::launch::{DocumentTarget, LaunchBuilder, LaunchParameters, fold_custom_name};
use lti_core::lti11::parameter::{self, message_type};
use lti_core::lti11::role::{Role, read_list, write_list};
use lti_core::vocab::ContextType;
use proptest::prelude::*;
use serde_json::Value;

const MOODLE: &str = include_str!("../fixtures/moodle-4.5/lti11-launch-student1.json");

fn moodle() -> LaunchParameters {
    let recorded: Value = serde_json::from_str(MOODLE).unwrap();
    let fields = recorded["form"]["fields"].as_array().unwrap();
    LaunchParameters::new(fields.iter().map(|field| (field[0].as_str().unwrap(), field[1].as_str().unwrap())))
}

#[test]
fn a_launch_of_moodle_is_read_without_loss() {
    let launch = moodle();
    assert_eq!(launch.message_type(), Some(message_type::LAUNCH));
    assert_eq!((launch.lti_version(), launch.consumer_key()), (Some("LTI-1p0"), Some("key11")));
    assert_eq!((launch.user_id(), launch.resource_link_id()), (Some("3"), Some("2")));
    assert_eq!(launch.resource_link_title(), Some("Act 1.1 日本語"));
    assert_eq!(launch.resource_link_description(), Some("Line one\nLine two"));
    assert_eq!(launch.roles(), [Role::new("Learner")]);
    let context = launch.context().unwrap();
    assert_eq!((context.id.as_deref(), context.label.as_deref()), (Some("2"), Some("LTI101")));
    assert_eq!(context.types, [ContextType::CourseSection]);
    let person = launch.person();
    assert_eq!((person.name.as_deref(), person.given_name.as_deref()), (Some("Taro Yamada"), Some("Taro")));
    assert_eq!(launch.person_sourcedid(), Some("S-001"));
    let outcome = launch.outcome().unwrap();
    assert_eq!(outcome.service_url, "http://127.0.0.1:8180/mod/lti/service.php");
    assert_eq!(launch.platform().product_family_code.as_deref(), Some("moodle"));
    assert_eq!(launch.presentation().locale.as_deref(), Some("en"));
    assert_eq!((launch.extension("lms"), launch.extension("user_username")), (Some("moodle-2"), Some("student1")));
    assert_eq!((launch.custom("Mixed-Case key"), launch.custom("empty")), (Some("plain value"), Some("")));
    assert_eq!(launch.custom("s_canvas_user_id"), Some("$Canvas.user.id"));
    assert_eq!(launch.unknown().count(), 0);

    let shown = format!("{launch:?} {context:?} {outcome:?} {person:?}");
    assert!(!shown.contains("Taro") && !shown.contains("example.invalid") && !shown.contains("hash"), "{shown}");
}

#[test]
fn what_was_read_can_be_written_again_but_for_the_signature() {
    let read = moodle();
    let mut written = LaunchBuilder::new("2");
    for (name, value) in read.iter() {
        written = match (name.strip_prefix("custom_"), name.strip_prefix("ext_")) {
            (Some(custom), _) => written.custom(custom, value),
            (_, Some(extension)) => written.extension(extension, value),
            _ if name.starts_with("oauth_") => written,
            _ => written.set(name, value),
        };
    }
    let written = written.build().unwrap();
    let sorted = |launch: &LaunchParameters| {
        let mut all: Vec<_> = launch.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        all.retain(|(name, _)| !name.starts_with("oauth_"));
        all.sort();
        all
    };
    assert_eq!(sorted(&written), sorted(&read));
}

#[test]
fn blanks_signs_and_nonsense_are_read_leniently() {
    let launch = LaunchParameters::new([
        ("launch_presentation_width", " 640px"),
        ("launch_presentation_height", "-3"),
        ("launch_presentation_document_target", "IFrame"),
        ("context_type", "urn:lti:context-type:ims/lis/Group, ,Term"),
        ("role_scope_mentor", "a%2Cb, ,%zz%"),
        ("custom_Exact", "1"),
        ("user_id", "first"),
        ("user_id", "second"),
        ("basiclti_submit", "Launch"),
        ("", ""),
    ]);
    let presentation = launch.presentation();
    assert_eq!((presentation.width, presentation.height), (Some(640), None));
    assert_eq!(presentation.document_target, Some(DocumentTarget::Iframe));
    let types = launch.context().unwrap().types;
    assert_eq!(types, [ContextType::Group, ContextType::Unknown("Term".into())]);
    assert_eq!(launch.role_scope_mentor(), ["a,b", "%zz%"]);
    assert_eq!((launch.custom("Exact"), launch.custom("exact")), (Some("1"), None));
    assert_eq!((launch.user_id(), launch.values("user_id").count()), (Some("first"), 2));
    assert_eq!(launch.unknown().collect::<Vec<_>>(), [("basiclti_submit", "Launch"), ("", "")]);
    assert_eq!(LaunchParameters::default().context(), None);
}

proptest! {
    #[test]
    fn nothing_that_is_posted_makes_a_view_panic(pairs in proptest::collection::vec(
        (prop_oneof![proptest::sample::select(parameter::ALL).prop_map(ToOwned::to_owned), ".{0,12}"], ".{0,40}"), 0..12)
    ) {
        let launch = LaunchParameters::new(pairs.clone());
        prop_assert_eq!(launch.len(), pairs.len());
        let _ = (launch.roles(), launch.role_scope_mentor(), launch.person(), launch.context(), launch.outcome());
        let _ = (launch.presentation(), launch.platform(), launch.unknown().count(), format!("{launch:?}"));
        for role in launch.roles() {
            prop_assert!(role.name().is_some() || role.scope().is_none());
            let _ = (role.sub_role(), role.to_vocab());
        }
    }

    #[test]
    fn what_a_builder_writes_is_read_back(values in proptest::collection::vec("\\PC{1,20}", 4), custom in "\\PC{1,12}") {
        let launch = LaunchBuilder::new(values[0].clone())
            .set(parameter::USER_ID, values[1].clone())
            .set(parameter::CONTEXT_TITLE, values[2].clone())
            .custom(&custom, values[3].clone())
            .build()
            .unwrap();
        prop_assert_eq!(launch.resource_link_id(), Some(values[0].as_str()));
        prop_assert_eq!(launch.user_id(), Some(values[1].as_str()));
        prop_assert_eq!(launch.context().unwrap().title, Some(values[2].clone()));
        prop_assert_eq!(launch.custom(&custom), Some(values[3].as_str()));
        prop_assert_eq!(launch.custom(&fold_custom_name(&custom)), Some(values[3].as_str()));
    }

    #[test]
    fn a_list_of_roles_comes_back(names in proptest::collection::vec("[^, \\s][^,\\s]{0,12}", 0..5)) {
        let roles: Vec<Role> = names.iter().map(Role::new).collect();
        prop_assert_eq!(read_list(&write_list(&roles)), roles);
    }
}
