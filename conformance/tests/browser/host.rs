//! Pages of the school's origin that frame the tool and answer its questions well or badly, and pages of somebody else.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use crate::world::Lms;

/// Answers `lti.put_data` as it should and spoils the answer to `lti.get_data`.
const HOST: &str = r#"
const kept = new Map();
addEventListener("message", ({ data, origin, source }) => {
  if (origin !== TOOL || typeof data?.subject !== "string") return;
  const reply = { subject: `${data.subject}.response`, message_id: data.message_id, key: data.key, value: data.value };
  if (data.subject === "lti.put_data") {
    if (data.value !== null) kept.set(data.key, data.value);
    source.postMessage(reply, origin);
    return;
  }
  reply.value = kept.get(data.key) ?? null;
  spoil(reply, (changed) => source.postMessage(changed, origin));
});
"#;

/// How the answer is spoilt. All of them hold the right value but for `foreign-value`.
fn spoil(mode: &str) -> Option<&'static str> {
    Some(match mode {
        "sound" => "send(reply)",
        "other-id" => r"send({ ...reply, message_id: `${reply.message_id}0` })",
        "other-subject" => r#"send({ ...reply, subject: "lti.get_data" })"#,
        "error" => r#"send({ ...reply, error: { code: "error", message: "no" } })"#,
        "unknown" => "send({ ...reply, value: null })",
        // Sealed by the tool, but for another state.
        "foreign-value" => "send({ ...reply, value: location.hash.slice(1) })",
        // The right answer from a frame of a third site, and from another frame of the right origin.
        "third-site" | "other-frame" => r#"frames["other"].postMessage(reply, "*")"#,
        _ => return None,
    })
}

/// Frames what the fragment names.
const ATTACKED: &str = r#"<iframe name="tool"></iframe><script>
frames.tool.location = decodeURIComponent(location.hash.slice(1));
</script>"#;

/// Passes an answer on to the tool, and says so.
const RELAY: &str = r#"<!doctype html><title>relay</title><body><script>
addEventListener("message", ({ data }) => {
  parent.frames["tool"].postMessage(data, "*");
  document.body.textContent = "relayed";
});
</script>"#;

#[derive(Clone)]
struct Sites {
    lms: Arc<Lms>,
    tool: String,
    evil: String,
}

/// The pages, on the school's origin.
pub(crate) fn router(lms: Arc<Lms>, tool: String, evil: String) -> Router {
    Router::new()
        .route("/host/{mode}", get(host))
        .route("/relay", get(|| async { Html(RELAY) }))
        .route("/control", get(control))
        .with_state(Sites { lms, tool, evil })
}

async fn control(State(sites): State<Sites>) -> Html<String> {
    Html(format!("<!doctype html><title>control</title><iframe name=\"tool\" src=\"{}/control\"></iframe>", sites.tool))
}

/// A page that frames the tool, or several.
async fn host(State(sites): State<Sites>, Path(mode): Path<String>) -> Response {
    let frames = if mode == "two" { vec!["tool", "second"] } else { vec!["tool"] };
    let script = match mode.as_str() {
        "silent" => String::new(),
        "two" | "attacked" => format!("<script src=\"/storage.js\" data-tools=\"{}\"></script>", sites.tool),
        "shared" => format!("<script src=\"/storage.js\" data-tools=\"{} {}\"></script>", sites.tool, sites.evil),
        other => match spoil(other) {
            Some(spoilt) => {
                let tool = json!(sites.tool);
                format!("<script>const TOOL = {tool}; const spoil = (reply, send) => {{ {spoilt} }};{HOST}</script>")
            }
            None => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    let beside = match mode.as_str() {
        "third-site" => format!("<iframe name=\"other\" src=\"{}/relay\"></iframe>", sites.evil),
        "other-frame" => "<iframe name=\"other\" src=\"/relay\"></iframe>".to_owned(),
        _ => String::new(),
    };
    let mut page = format!("<!doctype html><title>host</title>{script}{beside}");
    if matches!(mode.as_str(), "attacked" | "shared") {
        page.push_str(ATTACKED);
        return signed_in(&sites.lms, page);
    }
    for frame in frames {
        let Ok(login) = sites.lms.login_url().await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
        let login = login.replace('&', "&amp;");
        page.extend(["<iframe name=\"", frame, "\" src=\"", &login, "\"></iframe>"]);
    }
    signed_in(&sites.lms, page)
}

fn signed_in(lms: &Lms, page: String) -> Response {
    ([(header::SET_COOKIE, lms.session())], Html(page)).into_response()
}

/// Posts a form that the fragment describes.
const POST: &str = r#"<!doctype html><title>post</title><body><script>
const { action, fields } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const form = Object.assign(document.createElement("form"), { method: "post", action });
for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
document.body.append(form);
form.submit();
</script>"#;

/// Frames what the fragment names and answers every question with the value that it knows.
const FRAME: &str = r#"<!doctype html><title>frame</title><iframe name="tool"></iframe><script>
const { address, stored } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
addEventListener("message", ({ data, source }) =>
  source.postMessage({ subject: `${data.subject}.response`, message_id: data.message_id, key: data.key, value: stored }, "*"));
frames.tool.location = address;
</script>"#;

/// The pages of somebody else.
pub(crate) fn evil() -> Router {
    Router::new()
        .route("/relay", get(|| async { Html(RELAY) }))
        .route("/empty", get(|| async { Html("<!doctype html><title>empty</title>") }))
        .route("/post", get(|| async { Html(POST) }))
        .route("/frame", get(|| async { Html(FRAME) }))
}
