//! The web service token that travels with each launch.

use std::fmt;

use zeroize::Zeroizing;

/// Moodle's web service token (`lms_rpctoken`), with which the session proxy reports to Moodle.
///
/// It passes through every student's browser in a form field and is kept by the hub, so it should open nothing but that one
/// service.
#[derive(Clone, PartialEq, Eq)]
pub struct RpcToken(Zeroizing<String>);

impl RpcToken {
    /// Takes the token.
    pub fn new(token: impl Into<String>) -> Self {
        Self(Zeroizing::new(token.into()))
    }

    /// The token, for whoever sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RpcToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RpcToken(..)")
    }
}
