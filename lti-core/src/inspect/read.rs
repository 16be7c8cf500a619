//! From the claims as they stand to the types of a message; nothing comes back where one is missing that must be there.

use std::mem::take;

use super::launch::Takes;
use crate::id::{ClientId, Subject};
use crate::message::deep_linking::{DeepLinkingSettings, LtiDeepLinkingRequest};
use crate::message::raw::RawClaims;
use crate::message::{
    Audience, Context, DocumentTarget, LaunchPresentation, Lis, Lti1p1, LtiResourceLinkRequest, OtherClaims, Person,
    ResourceLink, ToolPlatform,
};
use crate::vocab::{ContextRole, ContextType, Role};

/// Either message.
pub(super) enum Message {
    ResourceLink(Box<LtiResourceLinkRequest>),
    DeepLinking(Box<LtiDeepLinkingRequest>),
}

/// Reads the claims as the message that they are.
pub(super) fn message(mut claims: Box<RawClaims>, takes: Takes) -> Option<Message> {
    let claims = claims.as_mut();
    if takes.as_deep_linking(claims) {
        deep_linking(claims).map(Box::new).map(Message::DeepLinking)
    } else {
        resource_link(claims).map(Box::new).map(Message::ResourceLink)
    }
}

fn resource_link(claims: &mut RawClaims) -> Option<LtiResourceLinkRequest> {
    let roles: Vec<Role> = take(&mut claims.roles).value()?.texts.into_iter().map(Role::parse).collect();
    let link = take(&mut claims.resource_link).value()?;
    Some(LtiResourceLinkRequest {
        iss: take(&mut claims.iss).value()?.into(),
        sub: take(&mut claims.sub).value().map(Subject::new),
        aud: Audience::many(take(&mut claims.aud).value()?.0.texts),
        azp: take(&mut claims.azp).value().map(ClientId::new),
        exp: take(&mut claims.exp).value()?,
        iat: take(&mut claims.iat).value()?,
        nonce: take(&mut claims.nonce).value()?.into(),
        person: person(claims),
        deployment_id: take(&mut claims.deployment_id).value()?.into(),
        target_link_uri: take(&mut claims.target_link_uri).value()?,
        resource_link: ResourceLink {
            id: link.id.value()?.into(),
            title: link.title.value(),
            description: link.description.value(),
            other: OtherClaims::from_vec(link.other),
        },
        role_scope_mentor: mentored(claims, &roles),
        roles,
        context: context(claims),
        tool_platform: tool_platform(claims),
        launch_presentation: launch_presentation(claims),
        lis: lis(claims),
        custom: take(&mut claims.custom).value().map(|read| read.custom).unwrap_or_default(),
        lti1p1: lti1p1(claims),
        ags: take(&mut claims.ags).value(),
        nrps: take(&mut claims.nrps).value(),
        other: other_claims(claims),
    })
}

fn deep_linking(claims: &mut RawClaims) -> Option<LtiDeepLinkingRequest> {
    let roles: Vec<Role> =
        take(&mut claims.roles).value().unwrap_or_default().texts.into_iter().map(Role::parse).collect();
    Some(LtiDeepLinkingRequest {
        iss: take(&mut claims.iss).value()?.into(),
        sub: take(&mut claims.sub).value().map(Subject::new),
        aud: Audience::many(take(&mut claims.aud).value()?.0.texts),
        azp: take(&mut claims.azp).value().map(ClientId::new),
        exp: take(&mut claims.exp).value()?,
        iat: take(&mut claims.iat).value()?,
        nonce: take(&mut claims.nonce).value()?.into(),
        person: person(claims),
        deployment_id: take(&mut claims.deployment_id).value()?.into(),
        target_link_uri: take(&mut claims.target_link_uri).value(),
        settings: DeepLinkingSettings::from_raw(*take(&mut claims.deep_linking_settings).value()?)?,
        role_scope_mentor: mentored(claims, &roles),
        roles,
        context: context(claims),
        tool_platform: tool_platform(claims),
        launch_presentation: launch_presentation(claims),
        lis: lis(claims),
        custom: take(&mut claims.custom).value().map(|read| read.custom).unwrap_or_default(),
        lti1p1: lti1p1(claims),
        ags: take(&mut claims.ags).value(),
        nrps: take(&mut claims.nrps).value(),
        other: other_claims(claims),
    })
}

fn person(claims: &mut RawClaims) -> Person {
    Person {
        name: take(&mut claims.name).value(),
        given_name: take(&mut claims.given_name).value(),
        family_name: take(&mut claims.family_name).value(),
        middle_name: take(&mut claims.middle_name).value(),
        email: take(&mut claims.email).value(),
        picture: take(&mut claims.picture).value(),
        locale: take(&mut claims.locale).value(),
    }
}

/// Nobody else may learn whom they are: the claim is for mentors alone (LTI Core 1.3, 5.4.3).
fn mentored(claims: &mut RawClaims, roles: &[Role]) -> Vec<Subject> {
    let is_mentor = roles.contains(&Role::Context(ContextRole::Mentor));
    let users = take(&mut claims.role_scope_mentor).value().filter(|_| is_mentor);
    users.map(|users| users.texts.into_iter().map(Subject::new).collect()).unwrap_or_default()
}

/// A context that cannot be recognised again is no context.
fn context(claims: &mut RawClaims) -> Option<Context> {
    let context = take(&mut claims.context).value()?;
    Some(Context {
        id: context.id.value()?.into(),
        types: context.types.value().unwrap_or_default().texts.into_iter().map(ContextType::parse).collect(),
        label: context.label.value(),
        title: context.title.value(),
        other: OtherClaims::from_vec(context.other),
    })
}

fn tool_platform(claims: &mut RawClaims) -> Option<ToolPlatform> {
    take(&mut claims.tool_platform).value().map(|platform| ToolPlatform {
        guid: platform.guid.value(),
        contact_email: platform.contact_email.value(),
        description: platform.description.value(),
        name: platform.name.value(),
        url: platform.url.value(),
        product_family_code: platform.product_family_code.value(),
        version: platform.version.value(),
        other: OtherClaims::from_vec(platform.other),
    })
}

fn launch_presentation(claims: &mut RawClaims) -> Option<LaunchPresentation> {
    take(&mut claims.launch_presentation).value().map(|presentation| LaunchPresentation {
        document_target: presentation.document_target.value().map(DocumentTarget::parse),
        height: presentation.height.value(),
        width: presentation.width.value(),
        return_url: presentation.return_url.value(),
        locale: presentation.locale.value(),
        other: OtherClaims::from_vec(presentation.other),
    })
}

fn lis(claims: &mut RawClaims) -> Option<Lis> {
    take(&mut claims.lis).value().map(|lis| Lis {
        person_sourcedid: lis.person_sourcedid.value(),
        course_offering_sourcedid: lis.course_offering_sourcedid.value(),
        course_section_sourcedid: lis.course_section_sourcedid.value(),
        other: OtherClaims::from_vec(lis.other),
    })
}

fn lti1p1(claims: &mut RawClaims) -> Option<Lti1p1> {
    take(&mut claims.lti1p1).value().map(|claim| Lti1p1 {
        user_id: claim.user_id.value(),
        context_id: claim.context_id.value(),
        tool_consumer_instance_guid: claim.tool_consumer_instance_guid.value(),
        resource_link_id: claim.resource_link_id.value(),
        oauth_consumer_key: claim.oauth_consumer_key.value(),
        oauth_consumer_key_sign: claim.oauth_consumer_key_sign.value(),
        other: OtherClaims::from_vec(claim.other),
    })
}

fn other_claims(claims: &mut RawClaims) -> OtherClaims {
    OtherClaims::from_vec(take(&mut claims.other))
}
