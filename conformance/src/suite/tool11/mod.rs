//! The suite `tool11`: the suite is the platform, the subject is somebody's LTI 1.0 or 1.1 tool.

mod address;
mod body;
mod certification;
mod duplicates;
mod encoding;
mod nonce;
mod outcomes;
mod parameters;
mod relaunch;
mod returning;
mod rights;
mod roles;
mod signature;
mod tenancy;
mod timestamp;

use crate::subject::tool11::Tool11Case;

/// Every case, in the order in which they run: what stamps the future comes last, so that no control has to go back.
pub fn cases() -> Vec<Tool11Case> {
    let areas: [(&'static str, Vec<Tool11Case>); 15] = [
        ("signature", signature::cases()),
        ("encoding", encoding::cases()),
        ("address", address::cases()),
        ("duplicates", duplicates::cases()),
        ("body", body::cases()),
        ("nonce", nonce::cases()),
        ("certification", certification::cases()),
        ("roles", roles::cases()),
        // Before any other launch with an empty user_id: a tool that shares an account must meet it there.
        ("tenancy", tenancy::cases()),
        ("parameters", parameters::cases()),
        ("returning", returning::cases()),
        ("outcomes", outcomes::cases()),
        ("relaunch", relaunch::cases()),
        ("timestamp", timestamp::cases()),
        ("future", timestamp::future()),
    ];
    areas.into_iter().flat_map(|(area, cases)| cases.into_iter().map(move |case| Tool11Case { area, ..case })).collect()
}
