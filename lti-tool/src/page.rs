//! The page of a refusal: what the user can do, and below it what an administrator needs to know.
//!
//! Pages may be framed, since launches live in frames. They are not stored, and those of a refusal run no script.

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use lti_core::inspect::Violation;
use lti_core::requirement::Requirement;

use crate::error::{LaunchError, LoginError};

pub(crate) const STYLE: &str = "html{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}\
main{max-width:36rem;margin:12vh auto;padding:0 1.25rem}h1{font-size:1.375rem}\
details{margin-top:2rem;font-size:.875rem;overflow-wrap:anywhere}summary{cursor:pointer}";

pub(crate) const AGAIN: &str = "Please go back to your course and open the activity again.";
pub(crate) const ASK: &str = "Please tell the people who set up this activity. The details below help them.";

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'a> {
    heading: &'a str,
    advice: &'a str,
    detail: &'a str,
    rule: Option<&'static Requirement>,
    style: &'static str,
}

/// A page with its status and header fields.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// The status: 200 where the page goes on by itself, 400 and 401 for what the browser brought, 503 when something on this side does not answer.
    pub status: StatusCode,
    /// Header fields, Content-Type among them.
    pub headers: Vec<(&'static str, String)>,
    /// The HTML.
    pub body: String,
}

impl From<&LoginError> for Page {
    fn from(error: &LoginError) -> Self {
        let (heading, advice) = match error {
            LoginError::IssuerUnknown { .. }
            | LoginError::ClientUnknown { .. }
            | LoginError::ClientAmbiguous { .. } => ("This tool does not know your learning platform", ASK),
            LoginError::TargetForeign { .. } => ("The link does not lead to this tool", ASK),
            LoginError::Registrations(_) | LoginError::Random(_) => UNAVAILABLE,
            LoginError::Parameters(_) | LoginError::TooLong { .. } => ("The launch did not start", ASK),
        };
        let own_fault = matches!(error, LoginError::Registrations(_) | LoginError::Random(_));
        let status = if own_fault { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::BAD_REQUEST };
        page(status, heading, advice, own_fault, &error.to_string(), error.violation())
    }
}

impl From<&LaunchError> for Page {
    fn from(error: &LaunchError) -> Self {
        if let LaunchError::StorageUnread { question } = error {
            return Self::resume(question);
        }
        let (heading, advice) = launch_advice(error);
        let own_fault = matches!(error, LaunchError::Registrations(_) | LaunchError::Store(_));
        let status = match error {
            _ if own_fault => StatusCode::SERVICE_UNAVAILABLE,
            LaunchError::Form(_) | LaunchError::Platform { .. } | LaunchError::TargetForeign { .. } => {
                StatusCode::BAD_REQUEST
            }
            _ => StatusCode::UNAUTHORIZED,
        };
        page(status, heading, advice, own_fault, &error.to_string(), error.violation())
    }
}

impl Page {
    /// What somebody sees who opens the address for launches without one.
    pub fn opened_directly() -> Self {
        let detail = "this address takes launches by POST; nothing was sent";
        page(StatusCode::METHOD_NOT_ALLOWED, "Nothing was launched", AGAIN, false, detail, None)
    }

    /// What somebody sees whose form could not be read to its end: 413 when it is too large, 400 when it broke off.
    pub fn unread(status: StatusCode) -> Self {
        let detail = if status == StatusCode::PAYLOAD_TOO_LARGE {
            "the form is larger than a login or a launch may be"
        } else {
            "the form did not arrive whole"
        };
        page(status, "The launch could not be read", AGAIN, false, detail, None)
    }
}

pub(crate) const UNAVAILABLE: (&str, &str) = (
    "The tool cannot be reached now",
    "Please wait a minute, then go back to your course and open the activity again.",
);

/// Neither a cookie nor the platform's window knows of the login.
pub(crate) const COOKIE_LOST: (&str, &str) = (
    "Your browser did not keep the sign-in cookie",
    "Please open the activity in a new tab or window, or allow cookies for this site, then try again. If you opened the \
     page in another browser, start from your course there.",
);

fn launch_advice(error: &LaunchError) -> (&'static str, &'static str) {
    match error {
        LaunchError::CookieMissing | LaunchError::Storage { .. } | LaunchError::StorageUnread { .. } => COOKIE_LOST,
        LaunchError::LoginExpired { .. } => ("The launch took too long", AGAIN),
        LaunchError::NonceReplayed | LaunchError::StateReused => (
            "This launch was used already",
            "A launch works once, so reloading the page or going back to it does not. Please go back to your course and \
             open the activity again.",
        ),
        LaunchError::Platform { .. } => (
            "Your learning platform did not allow the launch",
            "Please check that you are signed in to it, then go back to your course and open the activity again.",
        ),
        LaunchError::Form(_) | LaunchError::StateMissing | LaunchError::StateForeign => {
            ("This is not a launch of this tool", AGAIN)
        }
        LaunchError::RegistrationGone { .. } => ("This tool does not know your learning platform", ASK),
        LaunchError::Keys(_) => ("The launch could not be checked", ASK),
        LaunchError::TargetForeign { .. } => ("The link does not lead to this tool", ASK),
        LaunchError::Registrations(_) | LaunchError::Store(_) => UNAVAILABLE,
        LaunchError::Message(finding) => message_advice(finding.violation),
    }
}

fn message_advice(violation: Violation) -> (&'static str, &'static str) {
    match violation {
        Violation::LaunchDeploymentUnknown => ("This tool is not set up for this course", ASK),
        Violation::TokenSubMissing => (
            "This tool needs to know who you are",
            "Your learning platform launched you without a name. Please tell the people who set up this activity.",
        ),
        Violation::TokenExp | Violation::TokenIatFuture | Violation::TokenIatOld | Violation::TokenNbf => (
            "The launch came too late, or the clocks differ",
            "Please go back to your course and open the activity again. If this happens each time, the clocks of the \
             platform and of this tool differ: tell the people who set up this activity.",
        ),
        _ => ("The launch is not valid", ASK),
    }
}

fn page(
    status: StatusCode,
    heading: &str,
    advice: &str,
    own_fault: bool,
    detail: &str,
    violation: Option<Violation>,
) -> Page {
    ruled(status, heading, advice, own_fault, detail, violation.map(Violation::requirement))
}

/// A page that names a rule of either version.
pub(crate) fn ruled(
    status: StatusCode,
    heading: &str,
    advice: &str,
    own_fault: bool,
    detail: &str,
    rule: Option<&'static Requirement>,
) -> Page {
    // What does not answer behind this server is for the log, not for the browser.
    let detail = if own_fault { "Something behind this tool does not answer; its log says what." } else { detail };
    let rendered = Refused { heading, advice, detail, rule, style: STYLE }.render();
    // Rendering into a string fails only if a value's own formatter fails, which strings do not.
    let (status, body) = rendered.map_or((StatusCode::INTERNAL_SERVER_ERROR, String::new()), |body| (status, body));
    let mut headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("cache-control", "no-store".to_owned()),
        ("content-security-policy", format!("default-src 'none'; style-src {}; base-uri 'none'", hash(STYLE))),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    if status == StatusCode::UNAUTHORIZED {
        // A 401 names a scheme (RFC 9110, section 15.5.2); there is none that a browser could follow here.
        headers.push(("www-authenticate", "LTI realm=\"launch\"".to_owned()));
    }
    Page { status, headers, body }
}

/// A page that names no rule.
pub(crate) fn plain(status: StatusCode, heading: &str, advice: &str, detail: &str) -> Page {
    page(status, heading, advice, false, detail, None)
}

/// The source expression that allows exactly this inline text (Content Security Policy 3, section 2.3.1).
pub(crate) fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use lti_core::inspect::Finding;
    use oauth2_issuer::Unavailable;
    use oauth2_issuer::once::ClaimError;

    use super::*;

    #[test]
    fn values_from_outside_are_escaped() {
        let error = LaunchError::Platform {
            error: "<script>alert(1)</script>".to_owned(),
            description: Some("\"><img src=x>".to_owned()),
        };
        let page = Page::from(&error);
        assert!(!page.body.contains("<script") && !page.body.contains("<img"), "{}", page.body);
    }

    #[test]
    fn a_lost_cookie_is_explained() {
        insta::assert_snapshot!(Page::from(&LaunchError::CookieMissing).body);
    }

    #[test]
    fn the_rule_and_the_way_to_mend_it_are_named() {
        let finding = Finding::new(Violation::LaunchDeploymentUnknown, "1, 2", "3");
        insta::assert_snapshot!(Page::from(&LaunchError::Message(finding)).body);
        let similar = Some("https://lms.example".into());
        let error = LoginError::IssuerUnknown { issuer: "https://lms.example/".into(), similar };
        insta::assert_snapshot!(Page::from(&error).body);
    }

    #[test]
    fn faults_of_this_side_keep_their_reasons_to_themselves() {
        let reason = || Unavailable::new("password of the database");
        let full = ClaimError::Unavailable { reason: "password of the database".to_owned() };
        for page in [
            Page::from(&LoginError::Registrations(reason())),
            Page::from(&LaunchError::Registrations(reason())),
            Page::from(&LaunchError::Store(full)),
        ] {
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(!page.body.contains("password"), "{}", page.body);
        }
    }

    #[test]
    fn pages_may_be_framed() {
        for (name, value) in Page::from(&LaunchError::NonceReplayed).headers {
            assert_ne!(name, "x-frame-options");
            assert!(!value.contains("frame-ancestors"));
        }
    }
}
