//! The suite `issuer`: the suite is a client, the subject is somebody's authorization server or `OpenID` provider.

mod request;

use crate::subject::issuer::IssuerCase;

/// Every case, in the order in which they run.
pub fn cases() -> Vec<IssuerCase> {
    let areas: [(&'static str, Vec<IssuerCase>); 1] = [("request", request::cases())];
    areas.into_iter().flat_map(|(area, cases)| cases.into_iter().map(move |case| IssuerCase { area, ..case })).collect()
}
