//! The token side of an authorization server: the token endpoint, client assertions, what becomes of tokens, and `UserInfo`
//! as the protected resource that every `OpenID` provider has.

mod access_token;
mod answer;
mod assertion;
mod bearer;
pub(super) mod bench;
mod challenge;
mod client;
mod endpoint;
mod introspection;
mod refresh;
mod revocation;
mod userinfo;

use crate::subject::issuer::IssuerCase;

/// The cases of the token side, each list with its area.
pub(super) fn areas() -> [(&'static str, Vec<IssuerCase>); 10] {
    [
        ("token", endpoint::cases()),
        ("token-answer", answer::cases()),
        ("client-authentication", client::cases()),
        ("client-assertion", assertion::cases()),
        ("access-token", access_token::cases()),
        ("refresh", refresh::cases()),
        ("revocation", revocation::cases()),
        ("introspection", introspection::cases()),
        ("userinfo", userinfo::cases()),
        ("bearer", bearer::cases()),
    ]
}
