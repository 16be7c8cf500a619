//! What a tool must, or should, accept.

use lti_core::inspect::{Policy, Violation};
use lti_core::vocab::ContextRole;
use lti_tool::LaunchError;
use serde_json::{Value, json};

use crate::world::{Browser, CLIENT, ISSUER, World, registration};

const ROLES: &str = "https://purl.imsglobal.org/spec/lti/claim/roles";
const DEPLOYMENT: &str = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";

fn remove(message: &mut Value, name: &str) {
    message.as_object_mut().unwrap().remove(name);
}

#[tokio::test]
async fn a_sound_launch_is_accepted() {
    let launched = World::new().launch_with(|_| ()).await.unwrap();
    let launch = launched.launch;
    assert_eq!(launch.user().unwrap().as_str(), "user-1");
    assert_eq!((launch.issuer().as_str(), launch.client_id().as_str()), (ISSUER, CLIENT));
    assert_eq!((launch.deployment_id().as_str(), launch.resource_link().id.as_str()), ("dep-1", "link-1"));
    assert!(launch.is_learner() && !launch.is_instructor());
    assert_eq!(launched.set_cookies.len(), 1);
    assert!(launched.set_cookies[0].contains("Max-Age=0"), "the login is over: {:?}", launched.set_cookies);
}

#[tokio::test]
async fn a_launch_says_what_its_roles_mean() {
    let membership = "http://purl.imsglobal.org/vocab/lis/v2/membership";
    let with =
        |roles: Value| async move { World::new().launch_with(|message| message[ROLES] = roles).await.unwrap().launch };
    let assistant = with(json!([format!("{membership}/Instructor#TeachingAssistant")])).await;
    assert_eq!(assistant.roles_in_context().collect::<Vec<_>>(), [ContextRole::Instructor]);
    assert_eq!(assistant.sub_roles().map(|sub| sub.name).collect::<Vec<_>>(), ["TeachingAssistant"]);
    assert!(!assistant.is_instructor(), "the sub-role alone is not the role");
    let institution = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor";
    let student = with(json!([format!("{membership}#Learner"), institution])).await;
    assert_eq!(student.roles_in_context().collect::<Vec<_>>(), [ContextRole::Learner]);
    assert!(!student.is_test_user() && !student.is_mentor() && !student.is_administrator());
    let marker = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser";
    let test = with(json!([format!("{membership}#Learner"), marker])).await;
    assert!(test.is_test_user() && test.is_learner());
}

#[tokio::test]
async fn only_a_mentor_learns_whom_to_look_after() {
    let scope = "https://purl.imsglobal.org/spec/lti/claim/role_scope_mentor";
    for (role, users) in [("Mentor", &["user-8"][..]), ("Learner", &[])] {
        let world = World::new();
        let launched = world.launch_with(|message| {
            message[ROLES] = json!([format!("http://purl.imsglobal.org/vocab/lis/v2/membership#{role}")]);
            message[scope] = json!(["user-8"]);
        });
        let launch = launched.await.unwrap().launch;
        let mentored: Vec<&str> = launch.mentored_users().iter().map(AsRef::as_ref).collect();
        assert_eq!((mentored.as_slice(), launch.is_mentor()), (users, role == "Mentor"));
    }
}

#[tokio::test]
async fn a_second_deployment_is_as_good_as_the_first() {
    let launched = World::new().launch_with(|message| message[DEPLOYMENT] = json!("dep-2")).await.unwrap();
    assert_eq!(launched.launch.deployment_id().as_str(), "dep-2");
    let open = World::with(|builder| builder.registration(registration(ISSUER, CLIENT)));
    assert!(open.launch_with(|message| message[DEPLOYMENT] = json!("never seen")).await.is_ok());
}

#[tokio::test]
async fn what_the_texts_allow_is_accepted() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 13] = [
        ("aud as an array of one", |m| m["aud"] = json!([CLIENT])),
        ("unknown claims of any type", |m| {
            m["https://vendor.example/x"] = json!({"deep": [1, null]});
            m["y"] = json!(null);
        }),
        ("unknown members in known claims", |m| {
            m["https://purl.imsglobal.org/spec/lti/claim/resource_link"]["more"] = json!([1]);
        }),
        ("services the tool does not use", |m| {
            m["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"] = json!({"scope": [], "lineitems": "x"});
        }),
        ("no role", |m| m[ROLES] = json!([])),
        ("an empty role", |m| m[ROLES] = json!([""])),
        ("unknown roles alone", |m| m[ROLES] = json!(["http://vendor.example/role#Boss"])),
        ("a short role", |m| m[ROLES] = json!(["Learner"])),
        ("an anonymous user", |m| remove(m, "sub")),
        ("a fraction of a second", |m| m["iat"] = json!(1_699_999_999.5)),
        ("a token just past its end", |m| m["exp"] = json!(1_699_999_990)),
        ("a clock two seconds ahead", |m| m["iat"] = json!(1_700_000_002)),
        ("a deep target", |m| {
            m["https://purl.imsglobal.org/spec/lti/claim/target_link_uri"] = json!("https://tool.example/elsewhere");
        }),
    ];
    for (what, change) in changes {
        let outcome = World::new().launch_with(change).await;
        assert!(outcome.is_ok(), "{what}: {outcome:?}");
    }
}

#[tokio::test]
async fn roles_that_nobody_knows_give_no_rights() {
    for roles in [json!([""]), json!(["http://vendor.example/membership#Instructor"]), json!(["instructor"])] {
        let launch = World::new().launch_with(|message| message[ROLES] = roles.clone()).await.unwrap().launch;
        assert!(!launch.is_instructor(), "{roles}");
    }
}

#[tokio::test]
async fn extra_form_fields_are_ignored() {
    let world = World::new();
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let token = lti_core::jose::token::sign_compact(&crate::world::KEY, &world.message(&login)).unwrap();
    let fields = [
        ("lti_storage_target", "_parent"),
        ("id_token", &token),
        ("state", &login["state"]),
        ("session_state", "x"),
        ("session_state", "y"),
    ];
    assert!(world.post(&mut browser, fields).await.is_ok());
}

#[tokio::test]
async fn anonymous_users_are_the_policy_of_the_tool() {
    let strict = World::with(|builder| {
        let mut policy = Policy::default();
        policy.anonymous = false;
        builder.registration(registration(ISSUER, CLIENT)).policy(policy)
    });
    let error = strict.launch_with(|message| remove(message, "sub")).await.unwrap_err();
    assert!(matches!(&error, LaunchError::Message(f) if f.violation == Violation::TokenSubMissing), "{error:?}");
    let launch = World::new().launch_with(|message| remove(message, "sub")).await.unwrap().launch;
    assert!(launch.is_anonymous());
}
