//! The suite `platform11`: the suite is the tool, the subject is somebody's LTI 1.0 or 1.1 platform.

mod certification;
mod container;
mod content;
mod custom;
mod look;
mod message;
mod outcomes;
mod place;
mod scores;
mod signature;
mod user;

use crate::subject::platform11::Platform11Case;

/// Every case, in the order in which they run: reading an empty result before anything is written.
pub fn cases() -> Vec<Platform11Case> {
    let areas: [(&'static str, Vec<Platform11Case>); 10] = [
        ("message", message::cases()),
        ("signature", signature::cases()),
        ("user", user::cases()),
        ("place", place::cases()),
        ("custom", custom::cases()),
        ("container", container::cases()),
        ("scores", scores::cases()),
        ("outcomes", outcomes::cases()),
        ("content-item", content::cases()),
        ("certification", certification::cases()),
    ];
    areas
        .into_iter()
        .flat_map(|(area, cases)| cases.into_iter().map(move |case| Platform11Case { area, ..case }))
        .collect()
}
