//! What the texts leave to whoever verifies a message.

use std::time::Duration;

/// What the texts leave to the receiver. Nothing in here turns a check off that they ask for.
///
/// ```
/// use std::time::Duration;
/// use lti_core::lti11::inspect::Policy;
/// let mut policy = Policy::default();
/// policy.window = Duration::from_mins(90);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// How far the timestamp may lie before or after now, in whole seconds; 5 minutes by default. No text has a number
    /// that binds; the nonce is remembered for as long.
    pub window: Duration,
    /// Whether users without `user_id` may come in, as anonymous ones; yes by default. Either is lawful.
    pub anonymous: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { window: Duration::from_mins(5), anonymous: true }
    }
}
