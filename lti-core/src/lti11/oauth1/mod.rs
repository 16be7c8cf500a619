//! OAuth 1.0a without tokens, as LTI 1.x uses it (RFC 5849, section 3): what is signed, and how.
//!
//! * [`Parameters`]: what a query, a form or an `Authorization` header carries.
//! * [`BaseUri`] and [`base_string`]: what the signature covers (3.4.1).
//! * [`sign`] and [`verifies`]: the two methods that LTI platforms use (3.4.2).
//! * [`sign_form`]: the form that a platform posts through the browser.
//! * [`authorization_header`]: a service request, with the hash of its body.
//!
//! Nothing here judges a message: which parameters must be there, how old a timestamp may be and what is refused is the
//! business of the judge. Nothing here draws a nonce or reads a clock either: both are parameters ([`Stamp`]).

mod base_string;
mod base_uri;
mod encode;
mod form;
mod header;
mod parameters;
mod secret;
mod sign;
mod signature;

pub use base_string::base_string;
pub(crate) use base_string::write_base_string;
pub use base_uri::{BaseUri, InvalidUrl};
pub(crate) use encode::decode_percent;
pub use encode::encode;
pub use header::{MalformedAuthorization, authorization_header};
pub use parameters::{Parameters, Source};
pub use secret::Lti11Secret;
pub use sign::{Credentials, Stamp, sign_form};
pub use signature::{SignatureMethod, body_hash, sign, verifies};
