//! The return address behind HTTP.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lti_core::id::Subject;
use oauth2_issuer::server::Sessions;

use super::{ContentReturn, Refusal, ReturnRefused, Taken};
use crate::launch::RETURN_PATH;
use crate::router::is_form;

/// The largest response that is read, in bytes: many items with HTML in them.
pub(crate) const RESPONSE_MAX: usize = 2 * 1024 * 1024;

/// Leaves the frame that the tool was in, if it was in one: the user goes on in the platform's own page.
const ONWARD: &str = "const to = document.querySelector('a').href; \
     let page = window; try { if (window.top.location.origin === location.origin) page = window.top; } catch {} \
     page.location.replace(to);";

/// Watches the return address: what came, and what became of it.
pub(crate) type Watch = Arc<dyn Fn(&[(String, String)], &Result<Taken, Refusal>) + Send + Sync>;

/// The parts that answer there.
pub(crate) struct ReturnServer {
    pub(crate) content: ContentReturn,
    pub(crate) sessions: Arc<dyn Sessions>,
    pub(crate) watch: Option<Watch>,
}

/// The route, to be merged under the path of the issuer.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(server: ReturnServer) -> Router<S> {
    Router::new()
        .route(RETURN_PATH, post(receive))
        .layer(DefaultBodyLimit::max(RESPONSE_MAX))
        .with_state(Arc::new(server))
}

async fn receive(State(server): State<Arc<ReturnServer>>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_form(&headers) {
        let text = "A deep linking response must be posted as application/x-www-form-urlencoded.";
        return problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, text);
    }
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let session = match server.sessions.user(&headers).await {
        Ok(session) => session.map(Subject::new),
        Err(unavailable) => {
            tracing::error!(reason = %unavailable.reason, "the sessions cannot be read");
            return problem(StatusCode::SERVICE_UNAVAILABLE, "The platform cannot read its sessions at the moment.");
        }
    };
    let taken = server.content.receive(&fields, session.as_ref()).await;
    if let Some(watch) = &server.watch {
        watch(&fields, &taken);
    }
    match taken {
        Ok(taken) => onward(&taken.kept.location),
        Err(Refusal { reason: ReturnRefused::Unavailable(unavailable), .. }) => {
            tracing::error!(reason = %unavailable.reason, "content cannot be kept");
            problem(StatusCode::SERVICE_UNAVAILABLE, "The platform cannot keep content at the moment.")
        }
        Err(Refusal { reason, .. }) => problem(StatusCode::BAD_REQUEST, &reason.to_string()),
    }
}

/// A page that goes on by itself, with a link for a browser without scripts.
pub(crate) fn onward(location: &str) -> Response {
    let (to, digest) = (escaped(location), STANDARD.encode(digest(&SHA256, ONWARD.as_bytes())));
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Content added</title>\
         <noscript><meta http-equiv=\"refresh\" content=\"0; url={to}\"></noscript></head>\
         <body><p><a href=\"{to}\" target=\"_top\">Go on to the course</a></p><script>{ONWARD}</script></body></html>"
    );
    let policy = format!("default-src 'none'; script-src 'sha256-{digest}'; base-uri 'none'");
    page(StatusCode::OK, &policy, body)
}

pub(crate) fn problem(status: StatusCode, text: &str) -> Response {
    let text = escaped(text);
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Content not added</title></head>\
         <body><main><h1>The content was not added</h1><p>{text}</p></main></body></html>"
    );
    page(status, "default-src 'none'; base-uri 'none'", body)
}

fn page(status: StatusCode, policy: &str, body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, body).into_response()
}

/// A text for HTML, within attributes as well.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => escaped.push_str("&#60;"),
            '>' => escaped.push_str("&#62;"),
            '&' => escaped.push_str("&#38;"),
            '"' => escaped.push_str("&#34;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}
