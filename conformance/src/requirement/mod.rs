//! The requirements that no message shows: what a tool has to do with sound launches, and what the texts leave it free to
//! do. Together with the rules of `lti-core` they are everything that a case can cite.

mod client;
mod client_claims;
mod client_login;
mod client_token;
mod deep_linking_platform;
mod deep_linking_tool;
mod duty;
mod issuer_assertion;
mod issuer_authorization;
mod issuer_bearer;
mod issuer_code;
mod issuer_grant;
mod issuer_id_token;
mod issuer_login;
mod issuer_metadata;
mod issuer_registration;
mod issuer_response;
mod issuer_token;
mod latitude;
mod lti11_platform;
mod lti11_request;
mod lti11_service_platform;
mod lti11_tool;
mod lti11_tool_launch;
mod lti11_tool_outcomes;
mod mending;
mod platform;
mod registration;
mod roster_platform;
mod service_platform;
mod service_platform_ags;
mod service_tool;
mod untested;

use lti_core::{
    inspect::{Violation, response::ResponseViolation},
    lti11::inspect::Lti11Violation,
    requirement::Requirement,
    service::ServiceRule,
};

use crate::report::model::ClauseRef;

use self::{
    client::ClientSignature, client_claims::ClientClaims, client_login::ClientLogin, client_token::ClientToken,
    deep_linking_platform::DeepLinkingDuty, deep_linking_tool::DeepLinkingTool, duty::ToolDuty,
    issuer_assertion::IssuerAssertion, issuer_authorization::IssuerRequestDuty, issuer_bearer::IssuerBearer,
    issuer_code::IssuerCodeDuty, issuer_grant::IssuerGrant, issuer_id_token::IssuerIdTokenDuty,
    issuer_login::IssuerLoginDuty, issuer_metadata::IssuerMetadataDuty, issuer_registration::IssuerRegistration,
    issuer_response::IssuerResponseDuty, issuer_token::IssuerToken, latitude::Latitude,
    lti11_platform::Lti11PlatformDuty, lti11_request::Lti11Request, lti11_service_platform::Lti11ServiceDuty,
    lti11_tool::Lti11Signature, lti11_tool_launch::Lti11Launch, lti11_tool_outcomes::Lti11Outcome,
    platform::PlatformDuty, registration::RegistrationDuty, roster_platform::RosterDuty,
    service_platform::PlatformTokenDuty, service_platform_ags::PlatformGradeDuty,
};
pub use self::{
    mending::for_tool,
    untested::{UNTESTED, untested},
};

/// Every requirement that a case can cite.
pub fn all() -> impl Iterator<Item = &'static Requirement> {
    Violation::ALL
        .iter()
        .map(|rule| rule.requirement())
        .chain(ToolDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(Latitude::ALL.iter().map(|rule| rule.requirement()))
        .chain(PlatformDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(RegistrationDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(PlatformTokenDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(service_tool::all())
        .chain(RosterDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(DeepLinkingDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(ResponseViolation::ALL.iter().map(|rule| rule.requirement()))
        .chain(DeepLinkingTool::ALL.iter().map(|rule| rule.requirement()))
        .chain(PlatformGradeDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(Lti11Signature::ALL.iter().map(|rule| rule.requirement()))
        .chain(Lti11PlatformDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(Lti11ServiceDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(Lti11Request::ALL.iter().map(|rule| rule.requirement()))
        .chain(Lti11Launch::ALL.iter().map(|rule| rule.requirement()))
        .chain(Lti11Outcome::ALL.iter().map(|rule| rule.requirement()))
        .chain(IssuerRequestDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(IssuerResponseDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(IssuerLoginDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(IssuerCodeDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(IssuerIdTokenDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(IssuerMetadataDuty::ALL.iter().map(|rule| rule.requirement()))
        .chain(ClientSignature::ALL.iter().map(|rule| rule.requirement()))
        .chain(ClientClaims::ALL.iter().map(|rule| rule.requirement()))
        .chain(ClientLogin::ALL.iter().map(|rule| rule.requirement()))
        .chain(ClientToken::ALL.iter().map(|rule| rule.requirement()))
        .chain(IssuerToken::ALL.iter().map(|rule| rule.requirement()))
        .chain(IssuerAssertion::ALL.iter().map(|rule| rule.requirement()))
        .chain(IssuerGrant::ALL.iter().map(|rule| rule.requirement()))
        .chain(IssuerBearer::ALL.iter().map(|rule| rule.requirement()))
        .chain(IssuerRegistration::ALL.iter().map(|rule| rule.requirement()))
}

/// The requirement with this id: one that a case can cite, or one that the products name when they refuse the body of a
/// service or a message of LTI 1.x. The suite `platform11` cites those where a message of a platform breaks one.
pub fn find(id: &str) -> Option<&'static Requirement> {
    let services = ServiceRule::ALL.iter().map(|rule| rule.requirement());
    let older = Lti11Violation::ALL.iter().map(|rule| rule.requirement());
    all().chain(services).chain(older).find(|requirement| requirement.id == id)
}

/// Whom the two levels of a requirement bind, the one that gives out tokens first: rules of OAuth 2.0 and OpenID Connect
/// know issuers and clients, all others platforms and tools.
pub fn parties(id: &str) -> (&'static str, &'static str) {
    if id.starts_with("oauth2-") || id.starts_with("oidc-") { ("issuer", "client") } else { ("platform", "tool") }
}

/// Where these rules are written, each clause once, the strongest first.
pub fn clauses(rules: &[&Requirement]) -> Vec<ClauseRef> {
    let mut clauses: Vec<ClauseRef> = Vec::new();
    for clause in rules.iter().flat_map(|rule| rule.clauses) {
        let clause =
            ClauseRef { spec: clause.spec.name.to_owned(), section: clause.section.to_owned(), url: clause.url() };
        if !clauses.contains(&clause) {
            clauses.push(clause);
        }
    }
    clauses
}
