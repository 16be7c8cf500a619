//! The suite `platform`: the suite is the tool, the subject is somebody's LTI 1.3 platform.

mod initiation;
mod redirect;
mod registration;
mod request;
mod response;

use crate::subject::platform::PlatformCase;

/// Every case, in the order in which they run.
pub fn cases() -> Vec<PlatformCase> {
    let areas: [(&'static str, Vec<PlatformCase>); 5] = [
        ("initiation", initiation::cases()),
        ("redirect", redirect::cases()),
        ("request", request::cases()),
        ("response", response::cases()),
        ("registration", registration::cases()),
    ];
    areas
        .into_iter()
        .flat_map(|(area, cases)| cases.into_iter().map(move |case| PlatformCase { area, ..case }))
        .collect()
}
