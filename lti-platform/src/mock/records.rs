//! The variables of custom parameters that the school supports (LTI Core 1.3, B), from its records.

use lti_core::Timestamp;
use lti_core::custom::{Resolution, Variable, from_message};
use lti_core::message::LtiResourceLinkRequest;

use super::school::{Course, Link, Person};

/// What a variable stands for in this course, at this link, for this user.
///
/// What the message says itself comes from the message, though not for a user whose e-mail address is missing: the
/// school supports that variable, so it is empty. Of the rest the school knows dates and accounts. It keeps no history of
/// copies, since nothing here is ever copied: supported, and empty.
pub(super) fn value(
    variable: &Variable<'_>,
    message: &LtiResourceLinkRequest,
    course: &Course,
    link: &Link,
    user: &Person,
) -> Resolution {
    let carried = from_message(variable, message);
    if carried != Resolution::Unsupported || variable.is_actual() {
        return carried;
    }
    match variable.definition().map(|definition| definition.name) {
        // Nobody has another account: the id is what they sign in with.
        Some("User.username") => Resolution::text(user.id.as_str()),
        Some(
            "Person.name.middle"
            | "User.scope.mentor"
            | "Membership.role.scope.mentor"
            | "Context.id.history"
            | "ResourceLink.id.history",
        ) => Resolution::Empty,
        Some("Person.email.primary") => Resolution::or_empty(user.email.as_deref()),
        Some("ResourceLink.description") => Resolution::or_empty(link.description.as_deref()),
        Some("CourseSection.timeFrame.begin") => moment(course.begins),
        Some("CourseSection.timeFrame.end") => moment(course.ends),
        Some("ResourceLink.submission.startDateTime") => moment(link.submission_from),
        Some("ResourceLink.submission.endDateTime") => moment(link.due),
        Some("ResourceLink.available.startDateTime") => moment(link.available_from),
        Some("ResourceLink.available.endDateTime") => moment(link.available_until),
        // Dates that this school sets for nobody and nothing: supported, without a value.
        Some(name) if name.starts_with("ResourceLink.") && name.ends_with("DateTime") => Resolution::Empty,
        _ => Resolution::Unsupported,
    }
}

fn moment(date: Option<Timestamp>) -> Resolution {
    date.map_or(Resolution::Empty, Resolution::Moment)
}
