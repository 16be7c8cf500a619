//! The suite `platform`: the suite is the tool, the subject is somebody's LTI 1.3 platform.

mod initiation;

use crate::subject::platform::PlatformCase;

/// Every case, in the order in which they run.
pub fn cases() -> Vec<PlatformCase> {
    let areas: [(&'static str, Vec<PlatformCase>); 1] = [("initiation", initiation::cases())];
    areas
        .into_iter()
        .flat_map(|(area, cases)| cases.into_iter().map(move |case| PlatformCase { area, ..case }))
        .collect()
}
