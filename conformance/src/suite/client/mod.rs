//! The suite `client`: the suite is the issuer, the subject is somebody's OAuth 2.0 client, a relying party of OpenID Connect.

mod claims;
mod discovery;
mod forgery;
mod initiation;
mod keys;
mod mixup;
mod refresh;
mod request;
mod response;
mod signature;
mod times;
mod token_request;
mod token_response;
mod userinfo;

use crate::subject::client::ClientCase;

/// Every case, in the order in which they run.
pub fn cases() -> Vec<ClientCase> {
    let areas: [(&'static str, Vec<ClientCase>); 15] = [
        ("request", request::cases()),
        ("response", response::cases()),
        ("forgery", forgery::cases()),
        ("mix-up", mixup::cases()),
        ("signature", signature::cases()),
        ("keys", keys::cases()),
        ("claims", claims::cases()),
        ("times", times::cases()),
        ("token request", token_request::cases()),
        ("token response", token_response::cases()),
        ("userinfo", userinfo::cases()),
        ("refresh", refresh::cases()),
        ("initiation", initiation::cases()),
        // Last: a client that takes a document for its own may keep it.
        ("discovery", discovery::cases()),
        ("odd keys", keys::last()),
    ];
    areas.into_iter().flat_map(|(area, cases)| cases.into_iter().map(move |case| ClientCase { area, ..case })).collect()
}
