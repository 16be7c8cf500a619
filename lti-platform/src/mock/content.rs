//! What the school tells a tool about user, course and link.

use std::sync::Arc;

use lti_core::custom::{Resolution, Variable, from_message};
use lti_core::message::claims::{DEEP_LINKING_REQUEST, RESOURCE_LINK_REQUEST};
use lti_core::message::deep_linking::LtiDeepLinkingRequest;
use lti_core::message::{
    Context, Custom, DocumentTarget, LaunchPresentation, Lti1p1, LtiResourceLinkRequest, Person as PersonClaims,
    ToolPlatform,
};
use lti_core::vocab::{ContextType, Role};
use oauth2_issuer::BoxFuture;
use oauth2_issuer::metadata::{MessageSupported, PlatformConfiguration};

use super::choice::{RoleChoice, Target, read_memo};
use super::records;
use super::school::{Course, INSTITUTION_ADMINISTRATOR, Link, Membership, Person, School};
use super::store::Store;
use crate::hint::Initiation;
use crate::launch::{LaunchRefused, LaunchSource};
use crate::privacy::Privacy;

/// The type of every course of this school (LTI Core 1.3, A.1).
const COURSE_TYPE: &str = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering";

/// What the school calls the product that it is, in messages and in the discovery document.
const PRODUCT: &str = "lti-conformance";

/// The messages that the school sends.
pub(super) const MESSAGES: [&str; 2] = [RESOURCE_LINK_REQUEST, DEEP_LINKING_REQUEST];

/// The school's part of the discovery document.
pub(super) fn product() -> PlatformConfiguration {
    let mut configuration = PlatformConfiguration::default();
    PRODUCT.clone_into(&mut configuration.product_family_code);
    configuration.version = Some(env!("CARGO_PKG_VERSION").to_owned());
    configuration.messages_supported = MESSAGES.map(MessageSupported::new).to_vec();
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

    fn fill_deep_linking<'a>(
        &'a self,
        launch: &'a Initiation,
        message: &'a mut LtiDeepLinkingRequest,
    ) -> BoxFuture<'a, Result<(), LaunchRefused>> {
        Box::pin(async move { self.describe_choosing(launch, message) })
    }

    fn variable(&self, launch: &Initiation, message: &LtiResourceLinkRequest, variable: &Variable<'_>) -> Resolution {
        if launch.deep_linking_context().is_some() {
            return from_message(variable, message);
        }
        let school = self.store.school();
        let Some(Entry { course, link, user, privacy, .. }) = Entry::read(&school, launch) else {
            return Resolution::Unsupported;
        };
        if !privacy.permits(variable) {
            return Resolution::NotAuthorized;
        }
        records::value(variable, message, course, link, user)
    }
}

/// Who enters by which link, and with which choice.
struct Entry<'s> {
    course: &'s Course,
    link: &'s Link,
    user: &'s Person,
    role: RoleChoice,
    /// What link and choice together tell about the user.
    privacy: Privacy,
    target: Target,
}

impl<'s> Entry<'s> {
    /// What the launch is about, as far as the school still knows it.
    fn read(school: &'s School, launch: &Initiation) -> Option<Self> {
        let (course, link) = school.link(launch.resource_link_id()?)?;
        let user = school.person(&launch.user)?;
        let (role, privacy, target) = read_memo(&launch.memo).ok()?;
        Some(Self { course, link, user, role, privacy: link.privacy.and(privacy), target })
    }
}

impl Source {
    fn describe(&self, launch: &Initiation, message: &mut LtiResourceLinkRequest) -> Result<(), LaunchRefused> {
        let school = self.store.school();
        let entry = Entry::read(&school, launch).filter(|entry| entry.link.client_id == launch.client_id);
        let entry = entry.ok_or_else(|| LaunchRefused::new("the link or the user is no longer in the school"))?;
        let Entry { course, link, user, role, privacy, target } = entry;
        if !may_enter(course, user) {
            return Err(LaunchRefused::new("the user takes no part in the course"));
        }
        about_user(message, course.membership(&user.id), user, role);
        about_link(message, course, link);
        message.lti1p1 = lti11_identifiers(link, user);
        if self.store.lti11_tool(&launch.client_id).is_some() {
            known_by_lti11(message, &school, user);
        }
        message.tool_platform = Some(self.about_platform(&school));
        let mut presentation = LaunchPresentation::default();
        presentation.document_target = Some(document_target(target));
        presentation.locale = Some("en".to_owned());
        presentation.return_url = Some(format!("{}/return?launch={}", self.issuer.trim_end_matches('/'), launch.id));
        message.launch_presentation = Some(presentation);
        privacy.apply(message);
        Ok(())
    }

    pub(super) fn about_platform(&self, school: &School) -> ToolPlatform {
        let mut platform = ToolPlatform::new(school.guid.clone());
        platform.name = Some(school.name.clone());
        platform.product_family_code = Some(PRODUCT.to_owned());
        platform.version = Some(env!("CARGO_PKG_VERSION").to_owned());
        platform.url = Some(self.issuer.clone());
        platform
    }
}

/// What tools of LTI 1.1 know people by: the id that they had in those days, or else a number by their place in the school's
/// list. It says nothing about them, while the id of the account, which is the user name too, does (LTI 1.1
/// Implementation Guide, 3: `user_id` should not identify).
pub(super) fn lti11_user_id(school: &School, user: &Person) -> String {
    let place = || school.people.iter().position(|person| person.id == user.id).unwrap_or_default();
    user.lti11_user_id.clone().unwrap_or_else(|| (LTI11_USERS + place()).to_string())
}

/// The number of the first user by LTI 1.1.
const LTI11_USERS: usize = 2001;

/// Says what LTI 1.1 calls the people of a launch.
fn known_by_lti11(message: &mut LtiResourceLinkRequest, school: &School, user: &Person) {
    message.lti1p1.get_or_insert_default().user_id = Some(lti11_user_id(school, user));
    for id in &mut message.role_scope_mentor {
        if let Some(person) = school.person(id) {
            *id = lti11_user_id(school, person).into();
        }
    }
}

/// Members whose account is active may, and those who administer the school.
pub(super) fn may_enter(course: &Course, person: &Person) -> bool {
    person.administrator || course.membership(&person.id).is_some_and(|membership| membership.active)
}

fn about_user(message: &mut LtiResourceLinkRequest, membership: Option<&Membership>, user: &Person, role: RoleChoice) {
    message.roles = role.roles(membership.map(|membership| membership.role));
    // Only a mentor has somebody to look after (5.4.3).
    if message.roles.iter().any(Role::is_mentor) {
        message.role_scope_mentor = membership.map(|membership| membership.mentor_of.clone()).unwrap_or_default();
    }
    if user.administrator && role != RoleChoice::None {
        message.roles.push(Role::parse(INSTITUTION_ADMINISTRATOR));
    }
    // A marker, beside the real role (A.2.4).
    if user.test_user && !message.roles.is_empty() {
        message.roles.push(Role::TestUser);
    }
    message.sub = Some(user.id.clone());
    message.person = person_claims(user);
}

/// What the school tells about somebody who chooses content.
pub(super) fn about_person(message: &mut LtiDeepLinkingRequest, membership: Option<&Membership>, user: &Person) {
    message.roles = RoleChoice::AsEnrolled.roles(membership.map(|membership| membership.role));
    if user.administrator {
        message.roles.push(Role::parse(INSTITUTION_ADMINISTRATOR));
    }
    message.sub = Some(user.id.clone());
    message.person = person_claims(user);
}

/// What the school says about a person.
pub(super) fn person_claims(user: &Person) -> PersonClaims {
    let mut claims = PersonClaims::default();
    claims.name = Some(user.name.clone());
    claims.given_name = Some(user.given_name.clone());
    claims.family_name = Some(user.family_name.clone());
    claims.email.clone_from(&user.email);
    claims.locale = Some(user.locale.clone());
    claims
}

fn about_link(message: &mut LtiResourceLinkRequest, course: &Course, link: &Link) {
    message.resource_link.title = Some(link.title.clone());
    message.resource_link.description.clone_from(&link.description);
    message.context = Some(context(course));
    message.custom = link.custom.iter().map(|(name, value)| (name.clone(), value.clone())).collect::<Custom>();
}

/// What the school says about a course.
pub(super) fn context(course: &Course) -> Context {
    let mut context = Context::new(course.id.clone());
    context.label = Some(course.label.clone());
    context.title = Some(course.title.clone());
    context.types = vec![ContextType::parse(COURSE_TYPE)];
    context
}

/// What LTI 1.1 called link and user, for a link from those days. Values that are the same today are left out.
fn lti11_identifiers(link: &Link, user: &Person) -> Option<Lti1p1> {
    let resource_link_id = link.lti11_resource_link_id.clone()?;
    let mut claim = Lti1p1::default();
    claim.resource_link_id = Some(resource_link_id).filter(|id| *id != link.id.as_str());
    claim.user_id.clone_from(&user.lti11_user_id);
    Some(claim)
}

const fn document_target(target: Target) -> DocumentTarget {
    match target {
        Target::Window => DocumentTarget::Window,
        Target::Iframe => DocumentTarget::Iframe,
    }
}
