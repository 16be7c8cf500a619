//! Roles: the whole vocabulary by its URIs, what stands beside it, and what a role must not give.

use serde_json::{Value, json};

use crate::{
    case::{
        Case, Duty, Ended,
        Outcome::{Fail, FailCertified, Pass, Warn},
    },
    driver::{Driver, Freshness, Halt},
    exchange::{Form, INSTITUTION, MEMBERSHIP, lti},
    seen::{Look, Meaning},
};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vocabularies();
    cases.extend(odd_roles());
    cases.extend(mentors());
    cases
}

const CONTEXT_ROLES: [&str; 8] =
    ["Administrator", "ContentDeveloper", "Instructor", "Learner", "Mentor", "Manager", "Member", "Officer"];
const INSTITUTION_ROLES: [&str; 14] = [
    "Administrator",
    "Faculty",
    "Guest",
    "None",
    "Other",
    "Staff",
    "Student",
    "Alumni",
    "Instructor",
    "Learner",
    "Member",
    "Mentor",
    "Observer",
    "ProspectiveStudent",
];
const SYSTEM_ROLES: [&str; 7] = ["Administrator", "None", "AccountAdmin", "Creator", "SysAdmin", "SysSupport", "User"];
const SUB_ROLES: [(&str, &[&str]); 8] = [
    (
        "Administrator",
        &[
            "Administrator",
            "Developer",
            "ExternalDeveloper",
            "ExternalSupport",
            "ExternalSystemAdministrator",
            "Support",
            "SystemAdministrator",
        ],
    ),
    ("ContentDeveloper", &["ContentDeveloper", "ContentExpert", "ExternalContentExpert", "Librarian"]),
    (
        "Instructor",
        &[
            "ExternalInstructor",
            "Grader",
            "GuestInstructor",
            "Lecturer",
            "PrimaryInstructor",
            "SecondaryInstructor",
            "TeachingAssistant",
            "TeachingAssistantGroup",
            "TeachingAssistantOffering",
            "TeachingAssistantSection",
            "TeachingAssistantSectionAssociation",
            "TeachingAssistantTemplate",
        ],
    ),
    ("Learner", &["ExternalLearner", "GuestLearner", "Instructor", "Learner", "NonCreditLearner"]),
    ("Manager", &["AreaManager", "CourseCoordinator", "ExternalObserver", "Manager", "Observer"]),
    ("Member", &["Member"]),
    (
        "Mentor",
        &[
            "Advisor",
            "Auditor",
            "ExternalAdvisor",
            "ExternalAuditor",
            "ExternalLearningFacilitator",
            "ExternalMentor",
            "ExternalReviewer",
            "ExternalTutor",
            "LearningFacilitator",
            "Mentor",
            "Reviewer",
            "Tutor",
        ],
    ),
    ("Officer", &["Chair", "Communications", "Secretary", "Treasurer", "Vice-Chair"]),
];

fn vocabularies() -> Vec<Case> {
    vec![
        Case::new("tool-roles-context", "every context role of the vocabulary is let in")
            .rules(&["lti13-tool-role-uris"])
            .sent("eight launches, each with one context role as its full URI")
            .run(Duty::Accept, |driver| {
                Box::pin(each_role(
                    driver,
                    CONTEXT_ROLES.iter().map(|role| json!([format!("{MEMBERSHIP}{role}")])).collect(),
                ))
            }),
        Case::new("tool-roles-institution", "every institution role of the vocabulary is let in")
            .rules(&["lti13-tool-role-uris"])
            .accept(Fail)
            .sent("the control's launch as Learner with all institution roles beside it")
            .token(|token, _| {
                let mut roles = vec![format!("{MEMBERSHIP}Learner")];
                roles.extend(INSTITUTION_ROLES.iter().map(|role| format!("{INSTITUTION}{role}")));
                token.set(&lti("roles"), json!(roles));
            }),
        Case::new("tool-roles-system", "every system role of the vocabulary is let in")
            .rules(&["lti13-tool-role-uris"])
            .accept(Fail)
            .sent("the control's launch as Learner with all system roles beside it")
            .token(|token, _| {
                let mut roles = vec![format!("{MEMBERSHIP}Learner")];
                let system = "http://purl.imsglobal.org/vocab/lis/v2/system/person#";
                roles.extend(SYSTEM_ROLES.iter().map(|role| format!("{system}{role}")));
                token.set(&lti("roles"), json!(roles));
            }),
        Case::new("tool-roles-sub", "every sub-role of the vocabulary is let in")
            .rules(&["lti13-tool-role-uris"])
            .sent("eight launches, each with one context role and all its sub-roles")
            .run(Duty::Accept, |driver| Box::pin(each_role(driver, SUB_ROLES.iter().map(sub_roles).collect()))),
    ]
}

fn sub_roles((principal, subs): &(&str, &[&str])) -> Value {
    let mut roles = vec![format!("{MEMBERSHIP}{principal}")];
    roles.extend(subs.iter().map(|sub| format!("http://purl.imsglobal.org/vocab/lis/v2/membership/{principal}#{sub}")));
    json!(roles)
}

/// Launches once with each list of roles: every one has to be let in.
async fn each_role(driver: &mut Driver<'_>, lists: Vec<Value>) -> Result<Ended, Halt> {
    let mut observed = String::new();
    for roles in lists {
        let mut browser = driver.browser();
        let plan = driver.plan();
        let request = driver.begin(&mut browser, &plan).await?;
        let mut token = plan.token(driver.world, &request);
        let first = roles.get(0).and_then(Value::as_str).unwrap_or_default().to_owned();
        token.set(&lti("roles"), roles);
        let form = Form::new(&request, token.compact()?);
        let page = driver.deliver(&mut browser, &request, &form).await?;
        let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
        let mut ended = driver.ended(Pass, Fail, meaning, &page);
        if meaning != Meaning::Accepted {
            ended.observed = format!("with {first}: {}", ended.observed);
            return Ok(ended);
        }
        observed = ended.observed;
    }
    Ok(Ended::judged(Pass, "accepted", observed))
}

fn odd_roles() -> Vec<Case> {
    vec![
        Case::new("tool-roles-empty", "a launch with an empty list of roles is let in")
            .rules(&["lti13-tool-role-none"])
            .accept(FailCertified)
            .sent("the control's launch with roles = []")
            .token(|token, _| token.set(&lti("roles"), json!([]))),
        Case::new("tool-roles-urn", "an old URN role is recognised or treated as unknown")
            .rules(&["lti13-tool-role-short"])
            .accept(Warn)
            .sent("the control's launch with roles = [\"urn:lti:role:ims/lis/Learner\"]")
            .token(|token, _| token.set(&lti("roles"), json!(["urn:lti:role:ims/lis/Learner"]))),
        Case::new("tool-roles-string", "roles that are no array: both answers are sound")
            .rules(&["lti13-launch-roles-type"])
            .sent("the control's launch with roles as one string")
            .token(|token, _| token.set(&lti("roles"), format!("{MEMBERSHIP}Learner"))),
        Case::new("tool-roles-sub-alone", "a sub-role without its principal role: both answers are sound")
            .rules(&["lti13-launch-roles-sub-alone"])
            .sent("the control's launch with only the sub-role TeachingAssistant")
            .token(|token, _| {
                let role = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant";
                token.set(&lti("roles"), json!([role]));
            }),
        Case::new(
            "tool-roles-institution-alone",
            "a role in the institution without one in the course: both answers are sound",
        )
        .rules(&["lti13-launch-roles-no-context"])
        .sent("the control's launch with only the institution role Student")
        .token(|token, _| token.set(&lti("roles"), json!([format!("{INSTITUTION}Student")]))),
        Case::new("tool-roles-test-user", "a test user is a user")
            .rules(&["lti13-tool-role-test-user"])
            .accept(Warn)
            .sent("the control's launch as Learner with the marker TestUser")
            .token(|token, _| {
                let marker = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser";
                token.set(&lti("roles"), json!([format!("{MEMBERSHIP}Learner"), marker]));
            }),
        Case::new("tool-roles-unknown-rights", "an unknown role gives no instructor's rights")
            .rules(&["lti13-tool-role-no-elevation"])
            .sent("the control's launch with one role that no vocabulary knows")
            .run(Duty::Act, |driver| Box::pin(unknown_role_rights(driver))),
    ]
}

/// Compares what a user with an unknown role sees with what learners and instructors see.
async fn unknown_role_rights(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let Some(pages) = driver.calibration().roles.clone() else {
        return Ok(Ended::skip("the tool shows an instructor the same page as a learner"));
    };
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let mut token = plan.token(driver.world, &request);
    token.set(&lti("roles"), json!(["http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper"]));
    let form = Form::new(&request, token.compact()?);
    let page = driver.deliver(&mut browser, &request, &form).await?;
    let look = Look::of(&page, &plan.person.values());
    let shows = |words: &[String]| words.iter().filter(|word| look.words().contains(*word)).count();
    let (as_instructor, as_learner) = (shows(&pages.instructor), shows(&pages.learner));
    if as_instructor == pages.instructor.len() && as_learner == 0 {
        return Ok(Ended::judged(Warn, "elevated", format!("{}: the instructor's page", page.describe())));
    }
    Ok(Ended::judged(Pass, "kept", format!("{}: not the instructor's page", page.describe())))
}

fn mentors() -> Vec<Case> {
    vec![
        Case::new("tool-mentor-scope", "a mentor who names the users that they look after is let in")
            .rules(&["lti13-tool-mentor-scope"])
            .accept(Warn)
            .sent("the control's launch as Mentor with role_scope_mentor")
            .token(|token, _| {
                token.set(&lti("roles"), json!([format!("{MEMBERSHIP}Mentor")]));
                token.set(&lti("role_scope_mentor"), json!(["suite-learner-ben", "suite-learner-ada"]));
            }),
        Case::new("tool-mentor-without-role", "role_scope_mentor without the role Mentor: both answers are sound")
            .rules(&["lti13-launch-mentor-scope"])
            .sent("the control's launch as Learner with role_scope_mentor")
            .token(|token, _| token.set(&lti("role_scope_mentor"), json!(["suite-learner-ben"]))),
    ]
}
