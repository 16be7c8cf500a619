//! The roster through the router.

use axum::http::{StatusCode, header};
use lti_core::id::Subject;
use lti_core::service::media_type::MEMBERSHIP_CONTAINER;
use lti_core::service::nrps::MembershipContainer;
use lti_platform::Privacy;
use lti_platform::mock::school::SchoolRole;
use serde_json::{Value, json};

use super::{Client, HISTORY, desk_with, serviced};
use crate::support::{Desk, ISSUER};

const CUSTOM: &str = "https://purl.imsglobal.org/spec/lti/claim/custom";

fn users(roster: &Value) -> Vec<String> {
    let members = roster["members"].as_array().unwrap().iter();
    members.map(|member| member["user_id"].as_str().unwrap().to_owned()).collect()
}

async fn school() -> (Desk, Client, String) {
    let mut desk = desk_with(|_| ());
    let quiz = Client::full(&mut desk, "quiz").await;
    (desk, quiz, format!("{HISTORY}/memberships"))
}

#[tokio::test]
async fn the_roster_names_the_context_and_everybody_in_it() {
    let (desk, quiz, address) = school().await;
    desk.school.change_school(|school| {
        assert!(school.courses[0].set_active(&Subject::new("noor"), false));
    });
    let answer = quiz.get(&desk, &address).await;
    assert_eq!(answer.header(header::CONTENT_TYPE), MEMBERSHIP_CONTAINER);
    assert_eq!(MembershipContainer::read(answer.body.as_bytes()).problems, []);
    let roster = answer.json();
    assert_eq!(roster["id"], format!("{ISSUER}{address}"));
    assert_eq!(roster["context"]["id"], "hist-101");
    assert_eq!(users(&roster), ["ada", "aoi", "ben", "chloe", "ingrid", "noor", "test-student"]);
    let member = |user: &str| {
        roster["members"].as_array().unwrap().iter().find(|member| member["user_id"] == user).unwrap().clone()
    };
    assert_eq!(member("aoi")["name"], "田中 葵");
    assert_eq!(member("ada")["roles"], json!(["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]));
    assert_eq!(member("noor")["status"], "Inactive");
    assert_eq!(member("noor").get("email"), None);
    assert_eq!(member("test-student")["roles"].as_array().map(Vec::len), Some(2));
    assert_eq!((answer.link("next"), answer.link("differences").is_some()), (None, true));
}

#[tokio::test]
async fn roles_filter_by_uri_and_by_short_name_and_pages_keep_the_filter() {
    let (desk, quiz, address) = school().await;
    let uri = "http%3A%2F%2Fpurl.imsglobal.org%2Fvocab%2Flis%2Fv2%2Fmembership%23Learner";
    for role in [uri, "Learner"] {
        let (mut next, mut seen) = (Some(format!("{address}?role={role}&limit=3")), Vec::new());
        while let Some(place) = next {
            let answer = quiz.get(&desk, &place).await;
            seen.push(users(&answer.json()));
            next = answer.link("next");
        }
        assert_eq!(seen, [vec!["aoi", "ben", "noor"], vec!["test-student"]]);
    }
    assert_eq!(users(&quiz.get(&desk, &format!("{address}?role=Nobody")).await.json()), Vec::<String>::new());
}

#[tokio::test]
async fn differences_tell_who_came_who_changed_and_who_left() {
    let (desk, quiz, address) = school().await;
    let first = quiz.get(&desk, &format!("{address}?limit=2")).await;
    let differences = first.link("differences").unwrap();
    assert_eq!(users(&quiz.get(&desk, &differences).await.json()), Vec::<String>::new());
    desk.school.change_school(|school| {
        let course = &mut school.courses[0];
        assert!(course.drop_member(&Subject::new("ben")));
        course.enrol(&Subject::new("sam"), SchoolRole::Mentor);
        course.enrol(&Subject::new("aoi"), SchoolRole::Instructor);
    });
    // What changed between two pages counts as changed since the first one.
    let second = quiz.get(&desk, &first.link("next").unwrap()).await;
    assert_eq!(second.link("differences"), Some(differences.clone()));
    let (mut next, mut seen) = (Some(format!("{differences}&limit=2")), Vec::new());
    while let Some(place) = next {
        let answer = quiz.get(&desk, &place).await;
        for member in answer.json()["members"].as_array().unwrap() {
            seen.push((member["user_id"].clone(), member["status"].clone(), member.get("name").is_some()));
        }
        next = answer.link("next");
    }
    let status = |user: &str, status: &str, named| (json!(user), json!(status), named);
    assert_eq!(seen, [status("aoi", "Active", true), status("ben", "Deleted", false), status("sam", "Active", true)]);
    assert!(!users(&quiz.get(&desk, &address).await.json()).contains(&"ben".to_owned()));
    for value in ["since=x", "since=99", "version=-1"] {
        assert_eq!(quiz.get(&desk, &format!("{address}?{value}")).await.status, StatusCode::BAD_REQUEST, "{value}");
    }
}

#[tokio::test]
async fn the_roster_of_a_link_tells_what_its_launches_would() {
    let (desk, quiz, address) = school().await;
    let mut ids = Vec::new();
    desk.school.change_school(|school| {
        let link = school.courses[0].links.iter_mut().find(|link| link.client_id.as_str() == "quiz").unwrap();
        link.custom = [("who", "$User.id"), ("mail", "$Person.email.primary"), ("plain", "x")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        ids.push(link.id.clone());
        let others = school.courses[0].links.iter().find(|link| link.client_id.as_str() == "other").unwrap();
        ids.extend([others.id.clone(), school.courses[1].links[0].id.clone()]);
    });
    let [own, others, elsewhere] = ids.try_into().unwrap();
    desk.school.change_school(|school| {
        assert!(school.courses[0].set_active(&Subject::new("ben"), false));
    });
    let answer = quiz.get(&desk, &format!("{address}?rlid={own}&limit=3")).await;
    let roster = answer.json();
    assert_eq!(users(&roster), ["ada", "aoi", "ben"]);
    let messages = |index: usize| roster["members"][index]["message"].clone();
    assert_eq!(messages(1)[0]["https://purl.imsglobal.org/spec/lti/claim/message_type"], "LtiResourceLinkRequest");
    let custom = json!({ "who": "aoi", "mail": "aoi.tanaka@lindenhof.example", "plain": "x" });
    assert_eq!(messages(1)[0][CUSTOM], custom);
    assert_eq!(messages(2), Value::Null, "who may not enter has no message");
    let next = answer.link("next").unwrap();
    assert!(quiz.get(&desk, &next).await.body.contains(CUSTOM), "the next page is of the link as well");
    for link in [others.as_str(), elsewhere.as_str(), "nowhere"] {
        let answer = quiz.get(&desk, &format!("{address}?rlid={link}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{link}");
        assert!(!answer.body.contains("user_id"));
    }
}

#[tokio::test]
async fn a_tool_learns_no_more_of_members_than_of_those_who_launch() {
    for privacy in [Privacy::Full, Privacy::Name, Privacy::Email, Privacy::Id] {
        let mut desk = desk_with(|config| config.tools[0] = serviced("quiz").with_privacy(privacy));
        let quiz = Client::full(&mut desk, "quiz").await;
        let roster = quiz.get(&desk, &format!("{HISTORY}/memberships")).await.json();
        assert_eq!(users(&roster).len(), 7);
        let ada = &roster["members"][0];
        assert_eq!(ada.get("name").is_some(), privacy.tells_name(), "{privacy:?}");
        assert_eq!(ada.get("family_name").is_some(), privacy.tells_name(), "{privacy:?}");
        assert_eq!(ada.get("email").is_some(), privacy.tells_email(), "{privacy:?}");
    }
}
