//! Access tokens: what the token endpoint takes and answers, and the guard before every service (LTI Core 1.3, 6.2;
//! Security Framework 1.0, 4.1; RFC 6749, 6750 and 7523).

/// A case with a request for a token that is changed in one thing: it has to be granted, refused, or either is free.
macro_rules! changed {
    ($by:ident $worth:ident, $id:literal, $title:literal, $rule:literal, $sent:literal, $change:expr) => {
        PlatformCase::service($id, $title, Service::Token, |driver| {
            const CHANGE: Change = $change;
            Box::pin($by(driver, $worth, CHANGE))
        })
        .rules(&[$rule])
        .sent($sent)
    };
}

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
