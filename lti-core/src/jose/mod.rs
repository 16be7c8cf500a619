//! JOSE, as far as LTI needs it: keys held parsed, key sets read leniently, compact signatures read strictly.
//!
//! Keys are parsed once and held so: a signature costs what the cryptography costs. [`SigningKey`] and
//! [`Verifier`] implement the signer and verifier traits of `jsonwebtoken`, and are called directly, so that no cargo
//! feature of another crate can change which cryptography runs.

mod algorithm;
mod base64url;
mod header;
mod jwk;
pub mod jwks;
pub mod key;
pub mod lint;
mod pem;
pub mod token;
mod verifying;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use header::Header;
pub use jwks::{KeySet, KeySetError, SkippedKey, jwks_document};
pub use key::{KeyError, PrivateKeyDer, SigningKey};
pub use token::{CompactError, CompactJws, MAX_TOKEN_BYTES, sign_compact, sign_compact_as};
pub use verifying::{Verifier, VerifyError, VerifyingKey};
