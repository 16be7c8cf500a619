//! The double's own key: what it signs with, and the key set that it publishes.

use std::sync::{Arc, OnceLock};

use http::StatusCode;
use serde_json::json;

use super::http::with_type;
use crate::{
    keys::{KeyError, SuiteKey},
    transport::Response,
};

/// The kid of the double's key.
pub(super) const OWN_KID: &str = "double-1";
/// The kid of the key that stands beside it and signs nothing.
pub(super) const SECOND_KID: &str = "double-2";

/// The double's key. Making RSA keys is slow, so a process makes it once for all doubles.
///
/// # Errors
/// When no key can be made.
pub(super) fn own_key() -> Result<Arc<SuiteKey>, KeyError> {
    static MADE: OnceLock<Arc<SuiteKey>> = OnceLock::new();
    made_once(&MADE, SuiteKey::rsa)
}

/// A key that no double publishes.
///
/// # Errors
/// When no key can be made.
pub(super) fn unpublished_key() -> Result<Arc<SuiteKey>, KeyError> {
    static MADE: OnceLock<Arc<SuiteKey>> = OnceLock::new();
    made_once(&MADE, SuiteKey::rsa)
}

/// Another key of the double.
fn second_key() -> Result<Arc<SuiteKey>, KeyError> {
    static MADE: OnceLock<Arc<SuiteKey>> = OnceLock::new();
    made_once(&MADE, SuiteKey::ec)
}

fn made_once(
    made: &OnceLock<Arc<SuiteKey>>,
    make: fn() -> Result<SuiteKey, KeyError>,
) -> Result<Arc<SuiteKey>, KeyError> {
    if made.get().is_none() {
        // Another thread may have been quicker: its key is as good.
        drop(made.set(Arc::new(make()?)));
    }
    made.get().cloned().ok_or_else(|| KeyError::Crypto("no key was made".to_owned()))
}

/// The key set.
pub(super) fn key_set() -> Response {
    let keys: Result<Vec<_>, KeyError> =
        [(own_key(), OWN_KID), (second_key(), SECOND_KID)].into_iter().map(|(key, kid)| Ok(key?.jwk(kid))).collect();
    match keys {
        Ok(keys) => with_type(StatusCode::OK, "application/json", json!({ "keys": keys }).to_string()),
        Err(error) => with_type(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", error.to_string()),
    }
}
