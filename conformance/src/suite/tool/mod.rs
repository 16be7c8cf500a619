//! The suite `tool`: the suite is the platform, the subject is somebody's LTI 1.3 tool.

mod certification;
mod claims;
mod deep_linking;
mod jose;
mod keys;
mod login;
mod message;
mod migration;
mod registration;
mod request;
mod response;
mod roles;
mod services;
mod state;
mod tenancy;
mod told_apart;

use crate::case::Case;

/// The areas about the tool as a client of its platform's services.
pub(crate) const SERVICE_AREAS: [&str; 3] = ["access", "grades", "roster"];

/// Every case, in the order in which they run. What may upset a subject's caches comes last.
pub fn cases() -> Vec<Case> {
    let areas: [(&'static str, Vec<Case>); 17] = [
        ("login", login::cases()),
        ("request", request::cases()),
        ("certification", certification::cases()),
        ("token", jose::cases()),
        ("claims", claims::cases()),
        ("launch", message::cases()),
        ("roles", roles::cases()),
        ("migration", migration::cases()),
        ("identity", told_apart::cases()),
        ("tenancy", tenancy::cases()),
        ("state", state::cases().into_iter().chain(response::cases()).collect()),
        ("access", services::token_cases()),
        ("grades", services::grade_cases()),
        ("roster", services::roster_cases()),
        ("deep-linking", deep_linking::cases()),
        ("registration", registration::cases()),
        ("keys", keys::cases()),
    ];
    areas.into_iter().flat_map(|(area, cases)| cases.into_iter().map(move |case| Case { area, ..case })).collect()
}
