//! The built-in references: the subjects that the suites judge when they are given no other. Every verdict on them has to
//! be a pass, or an observation that the texts leave free.

mod client;
mod content;
mod either;
mod issuer;
mod platform;
mod platform11;
mod served_client;
mod services;
mod tool;
mod tool11;

pub(crate) use self::either::pages_of_either;
pub use self::{
    client::{ClientIssuer, ClientSettings, client_router},
    issuer::IssuerReference,
    platform::PlatformReference,
    platform11::Platform11Reference,
    served_client::ClientReference,
    tool::{Hosts, Reference, ReferenceError},
    tool11::Tool11Reference,
};
