//! Access tokens: what the token endpoint takes and answers, and the guard before every service (LTI Core 1.3, 6.2;
//! Security Framework 1.0, 4.1; RFC 6749, 6750 and 7523).

mod answer;
mod assertion;
mod door;
mod guard;
mod request;

use crate::subject::platform::PlatformCase;

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = answer::cases();
    cases.extend(assertion::cases());
    cases.extend(request::cases());
    cases.extend(guard::cases());
    cases
}
