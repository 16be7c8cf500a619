//! The script and the page of an invisible frame over HTTP.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use url::{Origin, Url};

use super::tool_origins;
use crate::registration::ToolRegistration;

const SCRIPT: &str = include_str!("../../assets/storage.js");

/// The script.
pub(crate) async fn script() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // For pages of another origin that run it there.
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    (headers, SCRIPT).into_response()
}

/// The page of an invisible frame that keeps values for these tools. Its policy allows the one script, and the platform's
/// own pages as its surroundings.
pub(crate) fn frame<'a>(
    script: &Url,
    tools: impl IntoIterator<Item = &'a ToolRegistration>,
    framed_by: &[Origin],
) -> Response {
    let origins = tool_origins(tools);
    if origins.is_empty() {
        return (StatusCode::NOT_FOUND, "no tool is registered here under this client_id").into_response();
    }
    // Both values are serialised URLs, which hold neither double quotes nor angle brackets.
    let body = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Storage</title>\n\
         <script src=\"{script}\" data-frame data-tools=\"{origins}\"></script>\n</html>\n"
    );
    let mut ancestors = vec!["'self'".to_owned()];
    ancestors.extend(framed_by.iter().map(Origin::ascii_serialization));
    let ancestors = ancestors.join(" ");
    // These two would end the directive (Content Security Policy 3, section 2.3.1).
    let source = script.as_str().replace(';', "%3B").replace(',', "%2C");
    let policy = format!("default-src 'none'; script-src {source}; base-uri 'none'; frame-ancestors {ancestors}");
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, body).into_response()
}
