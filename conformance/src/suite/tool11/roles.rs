//! Roles: what stands in `roles` and what it must not give. The rows of the certification suite are in `certification`.

use super::rights::{AN_INSTRUCTOR, NO_ROLE, Worth, with_roles};
use crate::{
    case::{
        Duty,
        Outcome::{FailCertified, Pass, Warn},
    },
    subject::tool11::Tool11Case,
};

/// Whoever has no role has the least rights, and is somebody all the same.
const LEAST: Worth = Worth { instructor: FailCertified, learner: Pass, neither: Pass, refused: Warn };
/// A role in the institution or the system, which gives no rights in the course.
const NO_COURSE_RIGHTS: Worth = Worth { instructor: Warn, learner: Pass, neither: Pass, refused: Pass };
/// A sub-role of Instructor: an instructor, or a role that the tool does not know.
const SUB_ROLE: Worth = Worth { instructor: Pass, learner: Warn, neither: Pass, refused: Pass };
/// An instructor, written as the texts do not foresee.
const ODDLY_WRITTEN: Worth = Worth { learner: Warn, neither: Warn, refused: Warn, ..AN_INSTRUCTOR };

pub(super) fn cases() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11(
            "tool11-roles-missing",
            "a user without roles has the least rights",
            Duty::Accept,
            |driver| Box::pin(with_roles(driver, "suite-role-none", None, LEAST)),
        )
        .rules(&["lti11-tool-roles-absent"])
        .sent("the control's launch without roles"),
        Tool11Case::sequence11(
            "tool11-roles-empty",
            "a user with empty roles has the least rights",
            Duty::Accept,
            |driver| Box::pin(with_roles(driver, "suite-role-empty", Some(""), LEAST)),
        )
        .rules(&["lti11-tool-roles-absent"])
        .sent("the control's launch with roles without a value"),
        Tool11Case::sequence11(
            "tool11-roles-lookalike",
            "a role that only holds the word gives no instructor's rights",
            Duty::Act,
            |driver| Box::pin(with_roles(driver, "suite-role-alike", Some("NotAnInstructor"), NO_ROLE)),
        )
        .rules(&["lti11-tool-roles-unknown"])
        .sent("the control's launch with roles = NotAnInstructor"),
        Tool11Case::sequence11(
            "tool11-roles-institution",
            "an instructor of the institution is none of the course",
            Duty::Act,
            |driver| {
                let role = Some("urn:lti:instrole:ims/lis/Instructor");
                Box::pin(with_roles(driver, "suite-role-faculty", role, NO_COURSE_RIGHTS))
            },
        )
        .rules(&["lti11-tool-roles-other-vocabularies"])
        .sent("the control's launch with roles = urn:lti:instrole:ims/lis/Instructor"),
        Tool11Case::sequence11(
            "tool11-roles-system",
            "an administrator of the platform is no instructor of the course",
            Duty::Act,
            |driver| {
                let role = Some("urn:lti:sysrole:ims/lis/Administrator");
                Box::pin(with_roles(driver, "suite-role-system", role, NO_COURSE_RIGHTS))
            },
        )
        .rules(&["lti11-tool-roles-other-vocabularies"])
        .sent("the control's launch with roles = urn:lti:sysrole:ims/lis/Administrator"),
        Tool11Case::sequence11(
            "tool11-roles-sub",
            "a sub-role of Instructor is an instructor or unknown, and no learner",
            Duty::Act,
            |driver| {
                let role = Some("urn:lti:role:ims/lis/Instructor/Lecturer");
                Box::pin(with_roles(driver, "suite-role-lecturer", role, SUB_ROLE))
            },
        )
        .rules(&["lti11-tool-roles-sub"])
        .sent("the control's launch with roles = urn:lti:role:ims/lis/Instructor/Lecturer"),
        Tool11Case::sequence11(
            "tool11-roles-blank",
            "a blank after the comma is no part of a role",
            Duty::Act,
            |driver| {
                let roles = Some("urn:lti:instrole:ims/lis/Alumni, Instructor");
                Box::pin(with_roles(driver, "suite-role-blank", roles, ODDLY_WRITTEN))
            },
        )
        .rules(&["lti11-tool-roles-written"])
        .sent("the control's launch with roles = urn:lti:instrole:ims/lis/Alumni, Instructor"),
        Tool11Case::sequence11("tool11-roles-case", "a role in lower case is known", Duty::Act, |driver| {
            Box::pin(with_roles(driver, "suite-role-lower", Some("instructor"), ODDLY_WRITTEN))
        })
        .rules(&["lti11-tool-roles-written"])
        .sent("the control's launch with roles = instructor"),
        Tool11Case::accept11(
            "tool11-mentor-scope",
            "a mentor who names the users that they look after is let in",
            Warn,
        )
        .rules(&["lti11-tool-mentor-scope"])
        .sent("the control with roles = Learner,Mentor and role_scope_mentor: two ids, url-encoded, one with a comma")
        .launch(|launch, _| {
            launch.set("roles", "Learner,Mentor");
            launch.set("role_scope_mentor", "suite-learner-ben,suite%2Clearner%20cara");
        }),
    ]
}
