//! The suite `issuer`: the suite is a client, the subject is somebody's authorization server or `OpenID` provider.

mod clients;
mod code;
mod common;
mod front;
mod id_token;
mod logout;
mod management;
mod metadata;
mod page;
mod pushed;
mod redirect;
mod request;
mod response;
mod session;
mod tokens;
mod verifier;

use crate::subject::issuer::IssuerCase;

/// Every case, in the order in which they run: what ends sessions comes last.
pub fn cases() -> Vec<IssuerCase> {
    let areas: [(&'static str, Vec<IssuerCase>); 10] = [
        ("metadata", metadata::cases()),
        ("request", request::cases()),
        ("redirect", redirect::cases()),
        ("response", response::cases()),
        ("response", front::cases()),
        ("id-token", id_token::cases()),
        ("code", verifier::cases()),
        ("code", code::cases()),
        ("page", page::cases()),
        ("session", session::cases()),
    ];
    let further = [("registration", clients::cases()), ("pushed", pushed::cases()), ("logout", logout::cases())];
    let areas = areas.into_iter().chain(tokens::areas()).chain(further);
    areas.flat_map(|(area, cases)| cases.into_iter().map(move |case| IssuerCase { area, ..case })).collect()
}
