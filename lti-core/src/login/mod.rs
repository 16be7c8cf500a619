//! The messages of the OpenID Connect launch flow (Security Framework 1.0, 5.1.1).
//!
//! The platform starts with a [`LoginInitiation`]; the tool answers with an [`AuthenticationRequest`]; the platform
//! ends with an [`AuthenticationResponse`]. All three travel as names and values in a query or a form: they are read
//! from pairs and written as pairs, in a fixed order.

mod fields;
mod initiation;
mod request;
mod response;

pub(crate) use fields::Fields;
pub use fields::Pairs;
pub use initiation::{LoginInitiation, LoginRecord};
pub use request::{AuthenticationRequest, SentLogin};
pub use response::AuthenticationResponse;
