//! The launch that is measured, and the keys it is signed and verified with.

use std::hint::black_box;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use lti_core::Timestamp;
use lti_core::id::{Nonce, Subject};
use lti_core::jose::{SigningKey, jwks_document};
use lti_core::message::{
    Context, DocumentTarget, LaunchPresentation, Lis, LtiResourceLinkRequest, ResourceLink, ToolPlatform, claims,
};
use lti_core::vocab::{ContextRole, ContextType, Role};
use serde_json::json;

use crate::Failure;

pub(crate) const ISSUER: &str = "https://lms.example";
pub(crate) const CLIENT: &str = "d8a3c1f0";
pub(crate) const DEPLOYMENT: &str = "7:2f1c9a";
pub(crate) const LINK: &str = "link-5f0e2c71";
pub(crate) const USER: &str = "a6d5c443-1f51";
pub(crate) const TOOL: &str = "https://tool.example";
pub(crate) const TARGET: &str = "https://tool.example/quiz?item=7";
/// As long as the nonces of most tools: 32 bytes in base64url.
pub(crate) const NONCE: &str = "Jx3kq0V5mZc8RtYw1LhN7dPfSgA2bEuO4iTnXoKv9Qs";

/// One key pair, for the work and for the floor.
pub(crate) struct Sample {
    pub(crate) key: SigningKey,
    raw: KeyPair,
    raw_public: ParsedPublicKey,
}

impl Sample {
    pub(crate) fn new() -> Result<Self, Failure> {
        let key = SigningKey::generate_rs256("2026-11")?;
        let raw = KeyPair::from_pkcs8(key.to_pkcs8_der()?.as_bytes())?;
        let raw_public = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, raw.public_key())?;
        Ok(Self { key, raw, raw_public })
    }

    pub(crate) fn same_key(&self) -> Result<SigningKey, Failure> {
        Ok(SigningKey::from_pkcs8_der(self.key.kid().clone(), self.key.to_pkcs8_der()?.as_bytes())?)
    }

    pub(crate) fn jwks(&self) -> String {
        jwks_document([&self.key]).to_string()
    }

    pub(crate) fn raw_verify(&self, message: &str, signature: &[u8]) -> Option<()> {
        self.raw_public.verify_sig(black_box(message.as_bytes()), black_box(signature)).ok()
    }

    pub(crate) fn raw_sign(&self, message: &str) -> Option<[u8; 256]> {
        let mut signature = [0; 256];
        let message = black_box(message.as_bytes());
        self.raw.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }
}

/// A launch with every claim of LTI Core 1.3 and those of the two services that most tools use.
pub(crate) fn message(nonce: &Nonce, now: Timestamp) -> Result<LtiResourceLinkRequest, Failure> {
    let mut link = ResourceLink::new(LINK);
    link.title = Some("Quiz 7".into());
    link.description = Some("Cells and tissues".into());
    let end = now + Duration::from_mins(5);
    let mut message = LtiResourceLinkRequest::new(ISSUER, CLIENT, DEPLOYMENT, nonce.clone(), TARGET, link, now, end);
    message.sub = Some(USER.into());
    message.azp = Some(CLIENT.into());
    let person = &mut message.person;
    person.name = Some("Hanako Mary Suzuki".into());
    person.given_name = Some("Hanako".into());
    person.middle_name = Some("Mary".into());
    person.family_name = Some("Suzuki".into());
    person.email = Some("hanako@lms.example".into());
    person.locale = Some("ja-JP".into());
    message.roles = vec![Role::from(ContextRole::Mentor)];
    message.role_scope_mentor = vec![Subject::new("b41c-77"), Subject::new("c90d-12")];
    message.context = Some(context());
    message.tool_platform = Some(tool_platform());
    message.launch_presentation = Some(presentation());
    message.lis = Some(lis());
    message.custom = [("chapter", "12"), ("due", "2026-12-01T23:59:59Z"), ("group", "B")].into_iter().collect();
    add_services(&mut message)?;
    Ok(message)
}

fn context() -> Context {
    let mut context = Context::new("course-42");
    context.types = vec![ContextType::CourseSection];
    context.label = Some("BIO 101".into());
    context.title = Some("Biology".into());
    context
}

fn tool_platform() -> ToolPlatform {
    let mut platform = ToolPlatform::new("lms.example");
    platform.name = Some("University".into());
    platform.product_family_code = Some("example-lms".into());
    platform.version = Some("4.5.2".into());
    platform
}

fn presentation() -> LaunchPresentation {
    let mut presentation = LaunchPresentation::default();
    presentation.document_target = Some(DocumentTarget::Iframe);
    (presentation.width, presentation.height) = (Some(1024), Some(768));
    presentation.return_url = Some("https://lms.example/course/42".into());
    presentation.locale = Some("ja-JP".into());
    presentation
}

fn lis() -> Lis {
    let mut lis = Lis::default();
    lis.person_sourcedid = Some("71ee7e42".into());
    lis.course_offering_sourcedid = Some("BIO101".into());
    lis.course_section_sourcedid = Some("BIO101-S1".into());
    lis
}

/// Assignment and Grade Services, and Names and Role Provisioning Services.
fn add_services(message: &mut LtiResourceLinkRequest) -> Result<(), Failure> {
    let scopes = ["lineitem", "score"];
    let scopes = scopes.map(|scope| format!("https://purl.imsglobal.org/spec/lti-ags/scope/{scope}"));
    let line_items = "https://lms.example/ags/42";
    let grades = json!({"scope": scopes, "lineitems": line_items});
    message.other.insert(claims::AGS_ENDPOINT, &grades)?;
    let members = "https://lms.example/nrps/42";
    let roster = json!({"context_memberships_url": members, "service_versions": ["2.0"]});
    Ok(message.other.insert(claims::NRPS, &roster)?)
}
