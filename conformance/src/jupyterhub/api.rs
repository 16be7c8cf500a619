//! The hub's API, with which the plug-in lists users: reached, or the hop that fails.

use serde_json::Value;

use super::{Site, Trouble};
use crate::{
    registration_doctor::{Line, Weight},
    transport::Response,
};

/// The user that launches of this examination name.
pub(super) const USER: &str = "lti-conformance-doctor";

/// What the API said of users, where it answered.
pub(super) struct Known {
    token: String,
    had_user: bool,
}

/// Asks as the plug-in does: `GET /hub/api/users` with the token.
pub(super) async fn examine(site: &Site<'_>, lines: &mut Vec<Line>) -> Option<Known> {
    let base = site.address("/hub/api");
    match site.send(http::Request::get(base.as_str()), String::new()).await {
        Err(Trouble(weight, error)) => {
            let text = format!(
                "hub API: {base}: {error}: try the same on Moodle's machine; a firewall or a name that only students' \
                 networks know stops the plug-in there"
            );
            lines.push(Line::new(weight, text));
            return None;
        }
        Ok(response) => {
            let Some(version) = version(&response) else {
                let text = format!(
                    "hub API: {base} is answered with {} and no version: a proxy does not pass /hub/api to the hub, or the \
                     hub has another base_url",
                    response.status()
                );
                lines.push(Line::new(Weight::Problem, text));
                return None;
            };
            lines.push(Line::new(Weight::Fine, format!("hub API: JupyterHub {version} answers at {base}")));
        }
    }
    let (moodle, hub) = (site.config.moodle.as_ref(), site.config.hub.as_ref());
    let token = moodle.and_then(|moodle| moodle.api_token.as_ref()).or(hub.and_then(|hub| hub.api_token.as_ref()));
    let Some(token) = token else {
        lines.push(Line::new(Weight::Note, "API token: none is given, so it is not tried (moodle.api_token)"));
        return None;
    };
    users(site, token.reveal(), lines).await
}

async fn users(site: &Site<'_>, token: &str, lines: &mut Vec<Line>) -> Option<Known> {
    let address = site.address("/hub/api/users");
    let request = http::Request::get(address.as_str()).header("authorization", format!("token {token}"));
    let response = match site.send(request, String::new()).await {
        Ok(response) => response,
        Err(Trouble(weight, error)) => {
            lines.push(Line::new(weight, format!("API token: {address}: {error}")));
            return None;
        }
    };
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let Some(found) = body.as_array().filter(|_| response.status().is_success()) else {
        lines.push(Line::new(Weight::Problem, format!("API token: {}", refusal(&response, &body))));
        return None;
    };
    let text = format!(
        "API token: the hub lists its users ({}). An image menu that stays empty all the same is the next hop: the plug-in \
         asks the container host over SSH, with the account that its settings name",
        found.len()
    );
    lines.push(Line::new(Weight::Fine, text));
    let had_user = found.iter().any(|user| user.get("name").and_then(Value::as_str) == Some(USER));
    Some(Known { token: token.to_owned(), had_user })
}

fn version(response: &Response) -> Option<String> {
    let body: Value = serde_json::from_slice(response.body()).ok()?;
    body.get("version")?.as_str().map(str::to_owned)
}

/// Which hop refused the token.
fn refusal(response: &Response, body: &Value) -> String {
    let status = response.status();
    let message = body.get("message").and_then(Value::as_str).unwrap_or_default();
    if body.is_null() {
        return format!(
            "answered with {status} and no JSON: something before the hub answers in its place, such as a login page"
        );
    }
    if message.contains("scopes") {
        return format!(
            "{status}: the hub knows the token, and its service lacks the scope admin:users: give its role that scope \
             (load_roles)"
        );
    }
    format!(
        "{status}: the hub does not know the token: the plug-in's setting and api_token of the hub's service differ, or the \
         hub was not restarted"
    )
}

/// Takes the user away that a launch made, where it was not there before.
pub(super) async fn leave_as_found(site: &Site<'_>, known: Option<Known>, lines: &mut Vec<Line>) {
    let Some(known) = known.filter(|known| !known.had_user) else { return };
    let address = site.address(&format!("/hub/api/users/{USER}"));
    let request = http::Request::delete(address).header("authorization", format!("token {}", known.token));
    if let Ok(response) = site.send(request, String::new()).await
        && response.status().is_success()
    {
        lines.push(Line::new(Weight::Fine, format!("the hub's user {USER}, made by this launch, is deleted again")));
    }
}
