//! What explains a signature that does not hold: for administrators, who otherwise find it by trial.

use std::sync::atomic::{AtomicI64, Ordering};

use http::HeaderMap;
use lti_core::Timestamp;
use lti_core::lti11::inspect::{Lti11Finding, Lti11Violation, Request};
use lti_core::lti11::why_invalid::{Hints, why_invalid};

use super::consumer::Consumer;

/// When a cause was looked for last, in seconds. To look costs a few hundred signatures, and whoever knows a consumer key
/// can ask for it: once in a second is enough for people.
#[derive(Debug)]
pub(crate) struct LastLook(AtomicI64);

impl Default for LastLook {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl LastLook {
    fn is_due(&self, now: Timestamp) -> bool {
        self.0.swap(now.as_secs(), Ordering::Relaxed) != now.as_secs()
    }
}

/// The likeliest cause of this refusal, if it is one of a signature and this second has none yet. What proxies say about
/// the address is tried here, and believed nowhere.
pub(super) fn of(
    finding: &Lti11Finding,
    request: &Request<'_>,
    consumer: &Consumer,
    headers: &HeaderMap,
    (last, now): (&LastLook, Timestamp),
) -> Option<String> {
    if finding.violation != Lti11Violation::SignatureInvalid || !last.is_due(now) {
        return None;
    }
    let readable = headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let causes = why_invalid(request, &consumer.secret, &Hints::from_headers(readable));
    causes.first().map(ToString::to_string)
}
