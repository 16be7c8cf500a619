//! What the school tells a tool about user, course and link.

use std::sync::Arc;

use lti_core::id::Subject;
use lti_core::message::claims::RESOURCE_LINK_REQUEST;
use lti_core::message::{
    Context, Custom, DocumentTarget, LaunchPresentation, LtiResourceLinkRequest, Person as PersonClaims, ToolPlatform,
};
use lti_core::vocab::{ContextType, Role};
use oauth2_issuer::BoxFuture;
use oauth2_issuer::metadata::{MessageSupported, PlatformConfiguration};

use super::choice::{Privacy, RoleChoice, Target, read_memo};
use super::school::{Course, INSTITUTION_ADMINISTRATOR, Link, Membership, Person, School, SchoolRole};
use super::store::Store;
use crate::hint::Initiation;
use crate::launch::{LaunchRefused, LaunchSource};

/// The type of every course of this school (LTI Core 1.3, A.1).
const COURSE_TYPE: &str = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering";

/// What the school calls the product that it is, in messages and in the discovery document.
const PRODUCT: &str = "lti-conformance";

/// The school's part of the discovery document.
pub(super) fn product() -> PlatformConfiguration {
    let mut configuration = PlatformConfiguration::default();
    PRODUCT.clone_into(&mut configuration.product_family_code);
    configuration.version = Some(env!("CARGO_PKG_VERSION").to_owned());
    configuration.messages_supported = vec![MessageSupported::new(RESOURCE_LINK_REQUEST)];
    configuration
}

/// Reads the school for each launch.
pub(super) struct Source {
    pub(super) store: Arc<Store>,
    pub(super) issuer: String,
}

impl LaunchSource for Source {
    fn fill<'a>(
        &'a self,
        launch: &'a Initiation,
        message: &'a mut LtiResourceLinkRequest,
    ) -> BoxFuture<'a, Result<(), LaunchRefused>> {
        Box::pin(async move { self.describe(launch, message) })
    }
}

impl Source {
    fn describe(&self, launch: &Initiation, message: &mut LtiResourceLinkRequest) -> Result<(), LaunchRefused> {
        let school = self.store.school();
        let (course, link) = school
            .link(&launch.resource_link_id)
            .filter(|(_, link)| link.client_id == launch.client_id)
            .ok_or_else(|| LaunchRefused::new("the link is no longer in the school"))?;
        let user = school.person(&launch.user).filter(|user| may_enter(course, user));
        let user = user.ok_or_else(|| LaunchRefused::new("the user takes no part in the course"))?;
        let (role, privacy, target) =
            read_memo(&launch.memo).map_err(|_| LaunchRefused::new("the launch holds a choice that is not known"))?;
        about_user(message, course.membership(&user.id), user, role, privacy);
        about_link(message, course, link);
        message.tool_platform = Some(self.about_platform(&school));
        let mut presentation = LaunchPresentation::default();
        presentation.document_target = Some(document_target(target));
        presentation.locale = Some("en".to_owned());
        presentation.return_url = Some(format!("{}/return?launch={}", self.issuer.trim_end_matches('/'), launch.id));
        message.launch_presentation = Some(presentation);
        Ok(())
    }

    fn about_platform(&self, school: &School) -> ToolPlatform {
        let mut platform = ToolPlatform::new(school.guid.clone());
        platform.name = Some(school.name.clone());
        platform.product_family_code = Some(PRODUCT.to_owned());
        platform.version = Some(env!("CARGO_PKG_VERSION").to_owned());
        platform.url = Some(self.issuer.clone());
        platform
    }
}

/// Members may, and those who administer the school.
pub(super) fn may_enter(course: &Course, person: &Person) -> bool {
    person.administrator || course.membership(&person.id).is_some()
}

fn about_user(
    message: &mut LtiResourceLinkRequest,
    membership: Option<&Membership>,
    user: &Person,
    role: RoleChoice,
    privacy: Privacy,
) {
    let course_role = match role {
        RoleChoice::AsEnrolled => membership.map(|membership| membership.role),
        RoleChoice::As(role) => Some(role),
        RoleChoice::None => None,
    };
    message.roles = course_role.iter().flat_map(|role| role.uris()).map(|uri| Role::parse(*uri)).collect();
    if user.administrator && role != RoleChoice::None {
        message.roles.push(Role::parse(INSTITUTION_ADMINISTRATOR));
    }
    // An anonymous launch has no identity claim at all, and still its roles (LTI Core 1.3, 5.3.6.1 and 5.3.7.1).
    if privacy == Privacy::Anonymous {
        return;
    }
    message.sub = Some(user.id.clone());
    message.person = person_claims(user, privacy);
    // Only a mentor has somebody to look after (5.4.3).
    if course_role == Some(SchoolRole::Mentor) {
        message.role_scope_mentor = membership.map(mentored).unwrap_or_default();
    }
}

fn mentored(membership: &Membership) -> Vec<Subject> {
    membership.mentor_of.clone()
}

fn person_claims(user: &Person, privacy: Privacy) -> PersonClaims {
    let mut claims = PersonClaims::default();
    if matches!(privacy, Privacy::Full | Privacy::Name) {
        claims.name = Some(user.name.clone());
        claims.given_name = Some(user.given_name.clone());
        claims.family_name = Some(user.family_name.clone());
        claims.locale = Some(user.locale.clone());
    }
    if privacy == Privacy::Full {
        claims.email.clone_from(&user.email);
    }
    claims
}

fn about_link(message: &mut LtiResourceLinkRequest, course: &Course, link: &Link) {
    message.resource_link.title = Some(link.title.clone());
    message.resource_link.description.clone_from(&link.description);
    let mut context = Context::new(course.id.clone());
    context.label = Some(course.label.clone());
    context.title = Some(course.title.clone());
    context.types = vec![ContextType::parse(COURSE_TYPE)];
    message.context = Some(context);
    message.custom = link.custom.iter().map(|(name, value)| (name.clone(), value.clone())).collect::<Custom>();
}

const fn document_target(target: Target) -> DocumentTarget {
    match target {
        Target::Window => DocumentTarget::Window,
        Target::Iframe => DocumentTarget::Iframe,
    }
}
