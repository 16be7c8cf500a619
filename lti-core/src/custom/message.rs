//! Variables whose value the message carries in a claim.

use super::{Resolution, Source, Variable};
use crate::message::{DocumentTarget, LtiResourceLinkRequest, claims};

/// What this message itself answers: the value of the claim that the variable maps to, where the message has it.
///
/// Whatever it does not carry is [`Resolution::Unsupported`], so that a variable never tells more than the message does:
/// the name of a user whose name is withheld stays withheld.
///
/// ```
/// use lti_core::custom::{Resolution, Variable, from_message};
/// use lti_core::{Timestamp, message::{LtiResourceLinkRequest, ResourceLink}};
///
/// let mut launch = LtiResourceLinkRequest::new(
///     "https://lms.example", "client", "deployment", "nonce", "https://tool.example/", ResourceLink::new("link-1"),
///     Timestamp::from_secs(0), Timestamp::from_secs(300),
/// );
/// let answer = |name, launch: &_| from_message(&Variable::named(name), launch);
/// assert_eq!(answer("ResourceLink.id", &launch), Resolution::text("link-1"));
/// assert_eq!(answer("Person.name.full", &launch), Resolution::Unsupported);
/// launch.person.name = Some("Hanako".into());
/// assert_eq!(answer("Person.name.full", &launch), Resolution::text("Hanako"));
/// ```
pub fn from_message(variable: &Variable<'_>, message: &LtiResourceLinkRequest) -> Resolution {
    let Some(definition) = variable.definition().filter(|_| !variable.is_actual()) else {
        return Resolution::Unsupported;
    };
    let value = match definition.source {
        Source::Claim(claim) => claim_value(claim, message),
        Source::Member(claim, member) => member_value(claim, member, message),
        Source::Lis(_) | Source::Platform => None,
    };
    value.unwrap_or(Resolution::Unsupported)
}

fn text(value: Option<impl ToString>) -> Option<Resolution> {
    value.map(|value| Resolution::Text(value.to_string()))
}

fn claim_value(claim: &str, message: &LtiResourceLinkRequest) -> Option<Resolution> {
    let person = &message.person;
    match claim {
        "sub" => text(message.sub.as_ref()),
        "name" => text(person.name.as_ref()),
        "given_name" => text(person.given_name.as_ref()),
        "family_name" => text(person.family_name.as_ref()),
        "middle_name" => text(person.middle_name.as_ref()),
        "email" => text(person.email.as_ref()),
        "picture" => text(person.picture.as_ref()),
        claims::ROLES => Some(Resolution::List(message.roles.iter().map(ToString::to_string).collect())),
        claims::ROLE_SCOPE_MENTOR if !message.role_scope_mentor.is_empty() => {
            Some(Resolution::List(message.role_scope_mentor.iter().map(ToString::to_string).collect()))
        }
        _ => None,
    }
}

fn member_value(claim: &str, member: &str, message: &LtiResourceLinkRequest) -> Option<Resolution> {
    match claim {
        claims::CONTEXT => context_value(member, message),
        claims::RESOURCE_LINK => match member {
            "id" => text(Some(&message.resource_link.id)),
            "title" => text(message.resource_link.title.as_ref()),
            "description" => text(message.resource_link.description.as_ref()),
            _ => None,
        },
        claims::LIS => {
            let lis = message.lis.as_ref()?;
            match member {
                "person_sourcedid" => text(lis.person_sourcedid.as_ref()),
                "course_offering_sourcedid" => text(lis.course_offering_sourcedid.as_ref()),
                "course_section_sourcedid" => text(lis.course_section_sourcedid.as_ref()),
                _ => None,
            }
        }
        claims::LAUNCH_PRESENTATION => presentation_value(member, message),
        claims::TOOL_PLATFORM => platform_value(member, message),
        _ => None,
    }
}

fn context_value(member: &str, message: &LtiResourceLinkRequest) -> Option<Resolution> {
    let context = message.context.as_ref()?;
    match member {
        "id" => text(Some(&context.id)),
        "type" if context.types.is_empty() => None,
        "type" => Some(Resolution::List(context.types.iter().map(ToString::to_string).collect())),
        "label" => text(context.label.as_ref()),
        "title" => text(context.title.as_ref()),
        _ => None,
    }
}

fn presentation_value(member: &str, message: &LtiResourceLinkRequest) -> Option<Resolution> {
    let presentation = message.launch_presentation.as_ref()?;
    match member {
        "return_url" => text(presentation.return_url.as_ref()),
        "document_target" => text(presentation.document_target.as_ref().map(DocumentTarget::as_str)),
        "height" => text(presentation.height),
        "width" => text(presentation.width),
        "locale" => text(presentation.locale.as_ref()),
        _ => None,
    }
}

fn platform_value(member: &str, message: &LtiResourceLinkRequest) -> Option<Resolution> {
    let platform = message.tool_platform.as_ref()?;
    match member {
        "product_family_code" => text(platform.product_family_code.as_ref()),
        "version" => text(platform.version.as_ref()),
        "guid" => text(platform.guid.as_ref()),
        "name" => text(platform.name.as_ref()),
        "description" => text(platform.description.as_ref()),
        "url" => text(platform.url.as_ref()),
        "contact_email" => text(platform.contact_email.as_ref()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::custom::{Definition, Resolution, Source, Variable, from_message};
    use crate::message::{
        Context, DocumentTarget, LaunchPresentation, Lis, LtiResourceLinkRequest, Person, ResourceLink, ToolPlatform,
    };
    use crate::time::Timestamp;
    use crate::vocab::{ContextRole, ContextType};

    fn full() -> LtiResourceLinkRequest {
        let some = |text: &str| Some(text.to_owned());
        let now = Timestamp::from_secs(0);
        let mut link = ResourceLink::new("link");
        (link.title, link.description) = (some("t"), some("d"));
        let mut message = LtiResourceLinkRequest::new("i", "c", "d", "n", "t", link, now, now);
        message.sub = Some("u".into());
        message.person = Person {
            name: some("n"),
            given_name: some("g"),
            family_name: some("f"),
            middle_name: some("m"),
            email: some("e"),
            picture: some("p"),
            locale: some("l"),
        };
        message.roles = vec![ContextRole::Mentor.into()];
        message.role_scope_mentor = vec!["v".into()];
        let mut context = Context::new("c");
        (context.label, context.title, context.types) = (some("l"), some("t"), vec![ContextType::Group]);
        message.context = Some(context);
        let mut lis = Lis { person_sourcedid: some("p"), ..Lis::default() };
        (lis.course_offering_sourcedid, lis.course_section_sourcedid) = (some("o"), some("s"));
        message.lis = Some(lis);
        message.launch_presentation = Some(LaunchPresentation {
            document_target: Some(DocumentTarget::Iframe),
            height: Some(320),
            width: Some(240),
            return_url: some("r"),
            locale: some("l"),
            ..LaunchPresentation::default()
        });
        message.tool_platform = Some(ToolPlatform {
            contact_email: some("e"),
            description: some("d"),
            name: some("n"),
            url: some("u"),
            product_family_code: some("p"),
            version: some("v"),
            ..ToolPlatform::new("g")
        });
        message
    }

    #[test]
    fn every_variable_that_maps_to_a_claim_is_answered_by_a_full_message_and_no_other() {
        let message = full();
        for definition in Definition::ALL {
            let answered = from_message(&Variable::named(definition.name), &message) != Resolution::Unsupported;
            let mapped = matches!(definition.source, Source::Claim(_) | Source::Member(..));
            assert_eq!(answered, mapped, "{}", definition.name);
        }
        assert_eq!(from_message(&Variable::named("Message.height"), &message), Resolution::text("320"));
        assert_eq!(from_message(&Variable::named("Context.title"), &message), Resolution::text("t"));
    }

    #[test]
    fn whoever_is_behind_a_masquerade_is_not_the_subject_of_the_message() {
        assert_eq!(from_message(&Variable::named("ActualUser.id"), &full()), Resolution::Unsupported);
    }
}
