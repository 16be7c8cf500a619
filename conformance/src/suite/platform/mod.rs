//! The suite `platform`: the suite is the tool, the subject is somebody's LTI 1.3 platform.

mod ags;
mod certification;
mod claims;
mod course;
mod custom;
mod deep_linking;
mod extensions;
mod initiation;
mod keys;
mod look;
mod presentation;
mod redirect;
mod registration;
mod request;
mod response;
mod roles;
mod roster;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod sample;
mod service;
mod session;
mod token;
mod user;

use crate::subject::platform::PlatformCase;

/// Every case, in the order in which they run: those that rotate the keys after all that lean on the old ones.
pub fn cases() -> Vec<PlatformCase> {
    let areas: [(&'static str, Vec<PlatformCase>); 20] = [
        ("initiation", initiation::cases()),
        ("redirect", redirect::cases()),
        ("request", request::cases()),
        ("response", response::cases()),
        ("token", token::cases()),
        ("user", user::cases()),
        ("claims", claims::cases()),
        ("roles", roles::cases()),
        ("course", course::cases()),
        ("presentation", presentation::cases()),
        ("custom", custom::cases()),
        ("extensions", extensions::cases()),
        ("certification", certification::cases()),
        ("deep-linking", deep_linking::cases()),
        ("registration", registration::cases()),
        ("ags", ags::cases()),
        ("ags-certification", ags::certification()),
        ("service", service::cases()),
        ("roster", roster::cases()),
        ("keys", keys::cases()),
    ];
    areas
        .into_iter()
        .flat_map(|(area, cases)| cases.into_iter().map(move |case| PlatformCase { area, ..case }))
        .collect()
}
