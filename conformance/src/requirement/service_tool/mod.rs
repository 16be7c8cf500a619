//! What a tool does as a client of its platform's services: token requests, Assignment and Grade Services, Names and Role
//! Provisioning Services.

mod grades;
mod roster;
mod token;

use lti_core::requirement::Requirement;

use self::{grades::GradesDuty, roster::RosterDuty, token::TokenDuty};

/// Every rule of these tables.
pub(super) fn all() -> impl Iterator<Item = &'static Requirement> {
    let token = TokenDuty::ALL.iter().map(|rule| rule.requirement());
    let grades = GradesDuty::ALL.iter().map(|rule| rule.requirement());
    token.chain(grades).chain(RosterDuty::ALL.iter().map(|rule| rule.requirement()))
}
