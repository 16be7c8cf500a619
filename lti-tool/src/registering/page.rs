//! What somebody sees who registers the tool: that it worked, with a script that tells the platform so, or why not.

use askama::Template;
use http::StatusCode;
use lti_core::id::DeploymentId;

use super::error::RegisteringError;
use super::sink::{Registered, SinkError};
use crate::page::{Page, STYLE, hash};

/// Asks the platform to close the page (LTI Dynamic Registration 1.0, 3.6). The message holds nothing secret, and which
/// origin opened the page is not known, so it goes to whoever did.
const SCRIPT: &str = include_str!("../../assets/close.js");

#[derive(Template)]
#[template(path = "registered.html")]
struct Done<'a> {
    issuer: &'a str,
    client_id: &'a str,
    deployment_id: Option<&'a str>,
    style: &'static str,
    script: &'static str,
}

#[derive(Template)]
#[template(path = "not_registered.html")]
struct Failed<'a> {
    detail: &'a str,
    style: &'static str,
}

impl From<&Registered> for Page {
    fn from(registered: &Registered) -> Self {
        let page = Done {
            issuer: registered.registration.issuer.as_str(),
            client_id: registered.registration.client_id.as_str(),
            deployment_id: registered.deployment_id.as_ref().map(DeploymentId::as_str),
            style: STYLE,
            script: SCRIPT,
        };
        rendered(StatusCode::OK, &page, &format!("; script-src {}", hash(SCRIPT)))
    }
}

impl From<&RegisteringError> for Page {
    fn from(error: &RegisteringError) -> Self {
        let (status, detail) = match error {
            RegisteringError::Sink(SinkError::Unavailable(_)) => {
                // What does not answer behind this server is for the log, not for the browser.
                let detail = "something behind this tool does not answer; its log says what".to_owned();
                (StatusCode::SERVICE_UNAVAILABLE, detail)
            }
            RegisteringError::Sink(SinkError::Known) => (StatusCode::CONFLICT, error.to_string()),
            _ => (StatusCode::BAD_REQUEST, error.to_string()),
        };
        rendered(status, &Failed { detail: &detail, style: STYLE }, "")
    }
}

fn rendered(status: StatusCode, template: &impl Template, script: &str) -> Page {
    // Rendering into a string fails only if a value's own formatter fails, which strings do not.
    let rendered = template.render();
    let (status, body) = rendered.map_or((StatusCode::INTERNAL_SERVER_ERROR, String::new()), |body| (status, body));
    let policy = format!("default-src 'none'; style-src {}{script}; base-uri 'none'", hash(STYLE));
    let headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("cache-control", "no-store".to_owned()),
        ("content-security-policy", policy),
        // The address of this page holds the token.
        ("referrer-policy", "no-referrer".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    Page { status, headers, body }
}
