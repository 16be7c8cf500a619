//! Why a signature does not verify: the usual causes are tried one by one, and those that explain it are named.
//!
//! "Invalid signature" is all that a tool can say of a launch, and a proxy that changes `https` to `http` looks the same
//! as a wrong secret. With the secret and with what arrived each usual mistake can be made on purpose: the one that makes
//! the signature right is the cause.
//!
//! This is for whoever looks after the tool. It accepts nothing, it costs some hundred signatures, and what it says belongs
//! into a log or into `doctor`, not onto the page of the user.

mod address;
mod attempt;
mod cause;
mod hints;
mod variation;

pub use cause::{Cause, CauseKind};
pub use hints::Hints;

use self::attempt::Attempt;
use super::inspect::Request;
use super::oauth1::Lti11Secret;

/// How large a request is looked into; beyond it the attempts cost too much.
const MOST_BYTES: usize = 32 * 1024;
/// How many parameters are looked into.
const MOST_PARAMETERS: usize = 150;

/// The causes that explain why the signature of `request` does not verify with `secret`, the likeliest first. There is
/// none when the signature is right, when nothing explains it (then the secrets differ, as a rule), or when the request is
/// too large to be looked into.
///
/// ```
/// use lti_core::Timestamp;
/// use lti_core::lti11::inspect::{Received, Request};
/// use lti_core::lti11::oauth1::{Credentials, Lti11Secret, Parameters, SignatureMethod, Stamp, sign_form};
/// use lti_core::lti11::why_invalid::{CauseKind, Hints, why_invalid};
/// let secret = Lti11Secret::new("secret");
/// let credentials = Credentials { consumer_key: "key", secret: &secret, method: SignatureMethod::HmacSha1 };
/// let stamp = Stamp { timestamp: Timestamp::from_secs(1_795_300_000), nonce: "n" };
/// let form = sign_form("https://hub.example/hub/lti/launch", &Parameters::new(), &credentials, stamp)?.to_form();
/// let request = Request::read(Received {
///     method: "POST",
///     url: "http://hub.example/hub/lti/launch",
///     content_type: Some("application/x-www-form-urlencoded"),
///     authorization: None,
///     body: form.as_bytes(),
/// })?;
/// let causes = why_invalid(&request, &secret, &Hints::default());
/// assert_eq!(causes[0].kinds, [CauseKind::Scheme]);
/// assert!(causes[0].to_string().starts_with(
///     "you verified http://hub.example/hub/lti/launch, it was signed for https://hub.example/hub/lti/launch"
/// ));
/// # Ok::<(), lti_core::lti11::oauth1::InvalidUrl>(())
/// ```
pub fn why_invalid(request: &Request<'_>, secret: &Lti11Secret, hints: &Hints) -> Vec<Cause> {
    let bytes: usize = request.parameters().iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > MOST_BYTES || request.parameters().len() > MOST_PARAMETERS {
        return Vec::new();
    }
    let Some(start) = Attempt::of(request, secret) else { return Vec::new() };
    if start.matches() {
        return Vec::new();
    }
    let mut causes = address::causes(&start, hints);
    let variations = variation::all(&start, request);
    causes.extend(variations.iter().filter(|(_, attempt)| attempt.matches()).map(|(cause, _)| cause.clone()));
    if causes.is_empty() {
        // The commonest cause hides the others.
        let (scheme, other) = address::other_scheme(&start);
        let both = variations.into_iter().map(|(cause, attempt)| (cause, attempt.at(&other)));
        causes.extend(both.filter(|(_, attempt)| attempt.matches()).map(|(cause, _)| scheme.clone().and(cause)));
    }
    causes
}
