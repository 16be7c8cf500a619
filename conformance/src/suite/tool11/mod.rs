//! The suite `tool11`: the suite is the platform, the subject is somebody's LTI 1.0 or 1.1 tool.

mod signature;

use crate::subject::tool11::Tool11Case;

/// Every case, in the order in which they run: what stamps the future comes last, so that no control has to go back.
pub fn cases() -> Vec<Tool11Case> {
    let areas: [(&'static str, Vec<Tool11Case>); 1] = [("signature", signature::cases())];
    areas.into_iter().flat_map(|(area, cases)| cases.into_iter().map(move |case| Tool11Case { area, ..case })).collect()
}
