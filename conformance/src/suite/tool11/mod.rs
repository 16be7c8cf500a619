//! The suite `tool11`: the suite is the platform, the subject is somebody's LTI 1.0 or 1.1 tool.

mod address;
mod body;
mod duplicates;
mod encoding;
mod nonce;
mod signature;
mod timestamp;

use crate::subject::tool11::Tool11Case;

/// Every case, in the order in which they run: what stamps the future comes last, so that no control has to go back.
pub fn cases() -> Vec<Tool11Case> {
    let areas: [(&'static str, Vec<Tool11Case>); 8] = [
        ("signature", signature::cases()),
        ("encoding", encoding::cases()),
        ("address", address::cases()),
        ("duplicates", duplicates::cases()),
        ("body", body::cases()),
        ("nonce", nonce::cases()),
        ("timestamp", timestamp::cases()),
        ("future", timestamp::future()),
    ];
    areas.into_iter().flat_map(|(area, cases)| cases.into_iter().map(move |case| Tool11Case { area, ..case })).collect()
}
