//! A page with a form that sends itself, and the pages of those who get none.

use std::fmt::Write as _;
use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::LaunchForm;
use crate::deep_linking::escaped;

/// Sends the only form of the page. Without a script, its button does.
const SUBMIT: &str = "document.forms[0].requestSubmit();";

/// There is no `form-action`: the tool may redirect what is posted to it, and where to is not known here.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let script = STANDARD.encode(digest(&SHA256, SUBMIT.as_bytes()));
    format!("default-src 'none'; script-src 'sha256-{script}'; base-uri 'none'; frame-ancestors 'self'")
});

impl LaunchForm {
    /// The page that sends the form. No field has a name of its own for the button, so nothing is posted that was not
    /// signed.
    pub fn page(&self) -> String {
        let mut fields = String::new();
        for (name, value) in self.fields.iter() {
            // Writing to a string cannot fail.
            let _ = writeln!(fields, "<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(name), escaped(value));
        }
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Launching</title>\n\
             <link rel=\"icon\" href=\"data:,\">\n</head>\n<body>\n\
             <form method=\"post\" action=\"{}\" accept-charset=\"utf-8\">\n{fields}<button>Go on to the tool</button>\n</form>\n\
             <script>{SUBMIT}</script>\n</body>\n</html>\n",
            escaped(self.action.as_str())
        )
    }
}

impl IntoResponse for LaunchForm {
    fn into_response(self) -> Response {
        answer(StatusCode::OK, &POLICY, self.page())
    }
}

/// A page that says what went wrong.
pub(super) fn problem(status: StatusCode, heading: &str, text: &str) -> Response {
    let (heading, text) = (escaped(heading), escaped(text));
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading}</title></head>\
         <body><main><h1>{heading}</h1><p>{text}</p></main></body></html>"
    );
    answer(status, "default-src 'none'; base-uri 'none'", body)
}

fn answer(status: StatusCode, policy: &str, body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
    ];
    (status, headers, body).into_response()
}
